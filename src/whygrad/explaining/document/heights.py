"""How high the items of a layered drawing stand, so that chains and passing edges run straight: the method of Brandes
and Köpf (2001), with the compaction in two passes of Pupyrev, Nachmanson and Kaufmann (2010).

Each item is aligned with one of its neighbours in the layer before it; items that are aligned form a block, which gets
one height. That is done four times, from left and from right, from above and from below, and the mean is taken. What
stands in a line then stays in one, and each line moves to where its neighbours are, as far as there is room.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import pairwise

Rows = Sequence[Sequence[int]]
SWEEPS = 20


def heights(
    order: Rows, left: Rows, right: Rows, size: Sequence[float], apart: float, nodes: int, alone: Collection[int]
) -> list[float]:
    """The middle of each item. `order`: the items of each layer from above; `left`, `right`: each item's neighbours in
    the layers beside its own; items from number `nodes` on are waypoints of passing edges, `alone` those where just
    one passes."""
    conflicts = _conflicts(order, left, nodes)
    found = []
    ahead = _ahead(order, right, nodes)
    wanted = [
        [_preferred(item, there, nodes, alone, ahead) for item, there in enumerate(side)] for side in (left, right)
    ]
    for (one_side, other_side), rows in ((wanted, order), (wanted[::-1], order[::-1])):
        near = [[one for one in there if item in other_side[one]] for item, there in enumerate(one_side)]
        for sign in (1, -1):
            turned = [row[::sign] for row in rows]
            blocks = _blocks(turned, near, conflicts)
            found.append([sign * y for y in _compact(turned, blocks, size, apart)])
    y = _mean(found, size)
    _move(y, order, (left, right), size, apart, nodes)
    return y


def _preferred(
    item: int, near: Sequence[int], nodes: int, alone: Collection[int], ahead: Sequence[int]
) -> Sequence[int]:
    """What an item would be aligned with: a waypoint with the next one; a node with one from which a passing edge comes
    to it alone (what is carried from round to round), else with nodes; of these with those from which the way goes on
    longest, so that the main line is straight before what branches off."""
    if item >= nodes:
        return [one for one in near if one >= nodes] or near
    found = [one for one in near if one in alone] or [one for one in near if one < nodes] or near
    most = max((ahead[one] for one in found), default=0)
    return [one for one in found if ahead[one] == most]


def _ahead(order: Rows, right: Rows, nodes: int) -> list[int]:
    """How many nodes there are behind each item, along the longest way."""
    ahead = [0] * len(right)
    for row in reversed(order):
        for item in row:
            ahead[item] = max((ahead[one] + (one < nodes) for one in right[item]), default=0)
    return ahead


def _conflicts(order: Rows, left: Rows, nodes: int) -> set[tuple[int, int]]:
    """Edges that cross a passing edge: that one is kept straight."""
    found: set[tuple[int, int]] = set()
    for before, row in pairwise(order):
        place = {item: n for n, item in enumerate(before)}
        low, done = 0, 0
        for n, item in enumerate(row):
            passing = item >= nodes and left[item][0] >= nodes
            if passing or n == len(row) - 1:
                high = place[left[item][0]] if passing else len(before) - 1
                for one in row[done : n + 1]:
                    crossing = (other for other in left[one] if not low <= place[other] <= high)
                    found.update((other, one) for other in crossing if one < nodes or other < nodes)
                low, done = high, n + 1
    return found


def _blocks(rows: Rows, near: Rows, conflicts: set[tuple[int, int]]) -> list[int]:
    """The first item of each item's block."""
    root = list(range(len(near)))
    for before, row in pairwise(rows):
        place = {item: n for n, item in enumerate(before)}
        reached = -1
        for item in row:
            there = sorted(near[item], key=place.__getitem__)
            for one in dict.fromkeys(there[(len(there) - 1) // 2 : len(there) // 2 + 1]):
                free = (one, item) not in conflicts and (item, one) not in conflicts
                if root[item] == item and free and place[one] > reached:
                    root[item], reached = root[one], place[one]
    return root


def _compact(rows: Rows, root: Sequence[int], size: Sequence[float], apart: float) -> list[float]:
    """The blocks as high as they can be; then each as low as those below it allow."""
    below: dict[int, dict[int, float]] = defaultdict(dict)
    above: dict[int, int] = defaultdict(int)
    for row in rows:
        for upper, lower in pairwise(row):
            gap = (size[upper] + size[lower]) / 2 + apart
            known = below[root[upper]]
            above[root[lower]] += root[lower] not in known
            known[root[lower]] = max(gap, known.get(root[lower], 0.0))
    waiting = [item for item, own in enumerate(root) if own == item and not above[item]]
    y = dict.fromkeys(waiting, 0.0)
    for block in waiting:  # grows as it is gone through
        for lower, gap in below[block].items():
            y[lower] = max(y.get(lower, 0.0), y[block] + gap)
            above[lower] -= 1
            if not above[lower]:
                waiting.append(lower)
    for block in reversed(waiting):
        if below[block]:
            y[block] = max(y[block], min(y[lower] - gap for lower, gap in below[block].items()))
    return [y[own] for own in root]


def _mean(found: Sequence[Sequence[float]], size: Sequence[float]) -> list[float]:
    """The mean of the middle two of four drawings, moved to where the smallest one lies."""
    if not size:
        return []
    tops = [min(y - h / 2 for y, h in zip(one, size, strict=True)) for one in found]
    bottoms = [max(y + h / 2 for y, h in zip(one, size, strict=True)) for one in found]
    smallest = min(range(len(found)), key=lambda n: bottoms[n] - tops[n])
    moved = []
    for number, one in enumerate(found):
        from_above = number % 2 == 0
        by = tops[smallest] - tops[number] if from_above else bottoms[smallest] - bottoms[number]
        moved.append([y + by for y in one])
    return [sum(sorted(ys)[1:3]) / 2 for ys in zip(*moved, strict=True)]


def _move(y: list[float], order: Rows, sides: Sequence[Rows], size: Sequence[float], apart: float, nodes: int) -> None:
    """Move the lines, each as a whole, towards what they are linked with."""
    line_of, lines = _lines(y, order, sides[1])
    bounds: list[list[tuple[int, float]]] = [[] for _ in y]
    for row in order:
        for upper, lower in pairwise(row):
            gap = (size[upper] + size[lower]) / 2 + apart
            bounds[upper].append((lower, -gap))
            bounds[lower].append((upper, gap))
    pulls: list[list[tuple[int, float]]] = []
    for number, line in enumerate(lines):
        near = [(one, item) for item in line for side in sides for one in side[item] if line_of[one] != number]
        pulls.append([(one, (1.0, 0.25, 4.0)[(one >= nodes) + (item >= nodes)]) for one, item in near])
    by_height = sorted(range(len(lines)), key=lambda n: (y[lines[n][0]], n))
    for sweep in range(SWEEPS):
        for number in by_height if sweep % 2 else reversed(by_height):
            line, pull = lines[number], pulls[number]
            if pull:
                wanted = sum(y[one] * weight for one, weight in pull) / sum(weight for _, weight in pull)
                limits = [(y[one] + gap, gap > 0) for item in line for one, gap in bounds[item]]
                low = max((limit for limit, above in limits if above), default=-math.inf)
                high = min((limit for limit, above in limits if not above), default=math.inf)
                for item in line:
                    y[item] = max(low, min(wanted, high))


def _lines(y: Sequence[float], order: Rows, right: Rows) -> tuple[list[int], list[list[int]]]:
    """Items that are linked and of one height: the number of each item's line, and the lines."""
    line_of = [-1] * len(y)
    lines: list[list[int]] = []
    for row in order:
        for item in row:
            if line_of[item] < 0:
                line_of[item] = len(lines)
                lines.append([item])
            for one in right[item]:
                if abs(y[one] - y[item]) < 1e-9 and line_of[one] < 0:
                    line_of[one] = line_of[item]
                    lines[line_of[item]].append(one)
    return line_of, lines
