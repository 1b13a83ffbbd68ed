"""Drawing a directed graph in layers, left to right: the method of Sugiyama, Tagawa and Toda (1981).

Nodes get layers (each edge leads to the right), edges that pass a layer get a waypoint in it, the order within the
layers is improved until few edges cross, and heights are found that keep edges straight (`heights.py`). All ties are
broken by the order of the nodes, so the same graph always gets the same drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from whygrad.explaining.document.heights import heights

Point = tuple[float, float]

GAP = 7.0
"""Between two layers."""
APART = 2.0
"""Between two nodes of a layer."""
LANE = 1.0
"""The height that a passing edge takes up."""
SWEEPS = 12
WAYPOINTS = 20_000
"""So many waypoints are ordered; edges that would need more go round the drawing."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Where everything is: nodes by their middles, edges by the points that they lead through.

    The edges of a node that leave it for beyond the next layer run together along its trunk; a route is what an edge
    has for itself, from its node or from point number `along` of the trunk on. `width` and `height` are those of the
    whole, whose upper left corner is (0, 0).
    """

    layers: tuple[int, ...]
    middles: tuple[Point, ...]
    trunks: dict[int, tuple[Point, ...]]
    routes: tuple[tuple[Point, ...], ...]
    along: tuple[int, ...]
    width: float
    height: float


def draw(sizes: Sequence[Point], edges: Sequence[tuple[int, int]]) -> Drawing:
    """The drawing of nodes of the given sizes (width, height). Edges lead from lower to higher numbers."""
    layers = assign_layers(len(sizes), edges)
    return _Layered(sizes, edges, layers).drawing()


def assign_layers(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """The length of the longest way that leads to a node; what nothing leads to stands just before its first use."""
    into: list[list[int]] = [[] for _ in range(count)]
    out: list[list[int]] = [[] for _ in range(count)]
    for a, b in edges:
        into[b].append(a)
        out[a].append(b)
    layers = [0] * count
    for b in range(count):
        layers[b] = max((layers[a] + 1 for a in into[b]), default=0)
    for a in range(count):
        if not into[a] and out[a]:
            layers[a] = min(layers[b] for b in out[a]) - 1
    return layers


class _Layered:
    """The drawing while it is made. Waypoints are items like nodes, with numbers behind theirs."""

    def __init__(self, sizes: Sequence[Point], edges: Sequence[tuple[int, int]], layers: list[int]) -> None:
        self.sizes = sizes
        self.edges = edges
        self.nodes = len(sizes)
        self.layer = list(layers)
        self.left: list[list[int]] = [[] for _ in sizes]
        self.right: list[list[int]] = [[] for _ in sizes]
        self.waypoints: dict[int, list[int]] = {}
        """Of each node that edges leave for beyond the next layer: its waypoints, one a layer."""
        self.around: set[tuple[int, int]] = set()
        self._connect()
        self.order: list[list[int]] = [[] for _ in range(max(self.layer, default=-1) + 1)]
        for item, layer in enumerate(self.layer):
            self.order[layer].append(item)
        self.place = [0] * len(self.layer)
        self.height = [self._height(item) for item in range(len(self.layer))]
        self.y = [0.0] * len(self.layer)

    def _height(self, item: int) -> float:
        return self.sizes[item][1] if item < self.nodes else LANE

    def _connect(self) -> None:
        """Link each item to those of the layers beside it."""
        far: dict[int, int] = {}
        for a, b in self.edges:
            far[a] = max(far.get(a, 0), self.layer[b] - self.layer[a] - 1)
        left = WAYPOINTS
        for a in sorted((a for a in far if far[a] > 0), key=lambda a: (far[a], a)):
            if far[a] > left:
                break
            left -= far[a]
            before = a
            self.waypoints[a] = []
            for step in range(far[a]):
                item = len(self.layer)
                self.layer.append(self.layer[a] + step + 1)
                self.left.append([])
                self.right.append([])
                self._link(before, item)
                self.waypoints[a].append(item)
                before = item
        for a, b in self.edges:
            passed = self.layer[b] - self.layer[a] - 1
            if passed == 0:
                self._link(a, b)
            elif a in self.waypoints:
                self._link(self.waypoints[a][passed - 1], b)
            else:
                self.around.add((a, b))

    def _link(self, a: int, b: int) -> None:
        if b not in self.right[a]:
            self.right[a].append(b)
            self.left[b].append(a)

    # The order within the layers

    def _arrange(self) -> None:
        """Sweep to and fro, each layer in the order of its neighbours' middles; keep the best."""
        self._number()
        best, order = self._crossings(), [list(row) for row in self.order]
        sweeps = SWEEPS if len(self.layer) <= 3000 else 2
        for sweep in range(sweeps):
            if best == 0:
                break
            rows = range(1, len(self.order)) if sweep % 2 == 0 else range(len(self.order) - 2, -1, -1)
            for row in rows:
                self._sort(self.order[row], self.left if sweep % 2 == 0 else self.right)
            self._swap()
            found = self._crossings()
            if found < best:
                best, order = found, [list(row) for row in self.order]
        self.order = order
        self._number()

    def _number(self) -> None:
        for row in self.order:
            for place, item in enumerate(row):
                self.place[item] = place

    def _sort(self, row: list[int], side: list[list[int]]) -> None:
        """By the mean place of the neighbours on one side; what has none there keeps its place."""
        wanted = {}
        for place, item in enumerate(row):
            near = side[item]
            wanted[item] = sum(self.place[n] for n in near) / len(near) if near else float(place)
        row.sort(key=lambda item: (wanted[item], self.place[item]))
        for place, item in enumerate(row):
            self.place[item] = place

    def _swap(self) -> None:
        """Exchange neighbours where that takes a crossing away."""
        if len(self.layer) > 600:
            return
        for row in self.order:
            for place in range(len(row) - 1):
                upper, lower = row[place], row[place + 1]
                now = self._between(upper, lower)
                if now and self._between(lower, upper) < now:
                    row[place], row[place + 1] = lower, upper
                    self.place[upper], self.place[lower] = place + 1, place

    def _between(self, upper: int, lower: int) -> int:
        """How many of the two items' edges cross, with one above the other."""
        found = 0
        for side in (self.left, self.right):
            for one in side[upper]:
                found += sum(self.place[other] < self.place[one] for other in side[lower])
        return found

    def _crossings(self) -> int:
        """All crossings between neighbouring layers, counted by a binary indexed tree."""
        total = 0
        for row in self.order:
            ends = [sorted(self.place[b] for b in self.right[a]) for a in row]
            size = max((e[-1] for e in ends if e), default=-1) + 1
            tree = [0] * (size + 1)
            seen = 0
            for targets in ends:
                for target in targets:
                    before, at = 0, target + 1
                    while at > 0:
                        before += tree[at]
                        at -= at & -at
                    total += seen - before
                for target in targets:
                    seen, at = seen + 1, target + 1
                    while at <= size:
                        tree[at] += 1
                        at += at & -at
        return total

    # Coordinates

    def drawing(self) -> Drawing:
        self._arrange()
        self.y = heights(self.order, self.left, self.right, self.height, APART, self.nodes, self._alone())
        widths = [max((self.sizes[i][0] for i in row if i < self.nodes), default=0.0) for row in self.order]
        starts = [0.0]
        for width in widths:
            starts.append(starts[-1] + width + GAP)
        top = min((self.y[i] - self.height[i] / 2 for i in range(len(self.layer))), default=0.0)
        lanes = {a: n for n, a in enumerate(dict.fromkeys(a for a, _ in sorted(self.around)))}
        top -= len(lanes) * (LANE + 1)
        middles = tuple(
            (_round(starts[self.layer[n]] + widths[self.layer[n]] / 2), _round(self.y[n] - top))
            for n in range(self.nodes)
        )
        bottom = max((self.y[i] + self.height[i] / 2 - top for i in range(len(self.layer))), default=0.0)
        trunks = {a: self._trunk(a, middles, starts, widths, top) for a in self.waypoints}
        routes = tuple(self._route(a, b, middles, trunks, top, lanes) for a, b in self.edges)
        along = tuple(2 * (self.layer[b] - self.layer[a] - 1) if a in trunks else 0 for a, b in self.edges)
        return Drawing(
            tuple(self.layer[: self.nodes]),
            middles,
            trunks,
            routes,
            along,
            _round(max(starts[-1] - GAP, 0.0)),
            _round(bottom),
        )

    def _alone(self) -> set[int]:
        """The waypoints of edges that share their trunk with no other."""
        trunks = (trunk for trunk in self.waypoints.values() if all(len(self.right[item]) == 1 for item in trunk))
        return {item for trunk in trunks for item in trunk}

    def _trunk(
        self, a: int, middles: tuple[Point, ...], starts: list[float], widths: list[float], top: float
    ) -> tuple[Point, ...]:
        """From the right side of a node through its waypoints, two points a layer."""
        points = [(_round(middles[a][0] + self.sizes[a][0] / 2), middles[a][1])]
        for item in self.waypoints[a]:
            x, y, layer = starts[self.layer[item]], _round(self.y[item] - top), self.layer[item]
            points += [(_round(x), y), (_round(x + widths[layer]), y)]
        return tuple(points)

    def _route(
        self,
        a: int,
        b: int,
        middles: tuple[Point, ...],
        trunks: dict[int, tuple[Point, ...]],
        top: float,
        lanes: dict[int, int],
    ) -> tuple[Point, ...]:
        (xa, ya), (xb, _) = middles[a], middles[b]
        begin = (_round(xa + self.sizes[a][0] / 2), ya)
        end = (_round(xb - self.sizes[b][0] / 2), self._port(a, b, top))
        if (a, b) in self.around:
            lane = lanes[a] * (LANE + 1) + LANE / 2
            return begin, (_round(begin[0] + GAP / 2), lane), (_round(end[0] - GAP / 2), lane), end
        if a in trunks:
            begin = trunks[a][2 * (self.layer[b] - self.layer[a] - 1)]
        return begin, end

    def _port(self, a: int, b: int, top: float) -> float:
        """Where an edge meets the left side of a node: in the order in which the edges come."""
        near = sorted(self.left[b], key=lambda item: (self.y[item], item))
        passed = self.layer[b] - self.layer[a] - 1
        item = self.waypoints[a][passed - 1] if passed and a in self.waypoints else a
        if item not in near:
            return _round(self.y[b] - self.height[b] / 2 - top + 0.5)
        share = (near.index(item) + 1) / (len(near) + 1)
        return _round(self.y[b] - top + (share - 0.5) * self.height[b] * 0.8)


def _round(value: float) -> float:
    return round(value, 2) + 0.0
