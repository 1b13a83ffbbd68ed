"""What the steps of a run have moved, and moved again: `W = W − …` twice by one instruction."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from whygrad.watching.names import name_of
from whygrad.watching.recording import Recording, span_of

NUMBER = -1
"""Stands for a number in the code, from which a thing was moved."""
CARRYING = frozenset({"cast", "getitem", "transpose", "reshape", "broadcast_to", "squeeze", "positive", "clip"})
"""What hands a thing on as it is, or a part of it."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A thing that an instruction moved and then moved again: the variable of its first value, how it is written; was
    the first value made by this instruction too, before the loop?"""

    first: int
    in_place: bool
    keeps_name: bool
    goes_on: bool

    @property
    def is_update(self) -> bool:
        """Is it the same thing to the author too?"""
        return self.in_place or self.keeps_name or self.goes_on


Movers = dict[int, dict[Any, int]]
NOTHING: dict[Any, int] = {}


def moved_again(recording: Recording, start: int, end: int) -> Iterator[Moved]:
    """What was there before `start` and was moved twice since by the same instruction, the second time by an amount
    that depends on what the first made of it."""
    steps, sites = recording.steps, recording.sites
    first, last = number_of(steps, start), number_of(steps, end)
    movers: Movers = {}
    """A variable -> by instruction, the step (its output) that moved it last."""
    oldest: dict[int, int] = {}
    place: dict[int, Any] = {}
    written: dict[int, tuple[int, int, Any]] = {}
    pairs: list[tuple[int, int, int, int]] = []
    moves: dict[int, int] = {}
    """What was moved so far, each by what it was moved from."""
    for number in range(first, last):
        made_by, inputs, params, output = steps[number]
        name = made_by.name
        if name in ("add", "subtract"):
            site = sites[number]
            here = (id(site[0]), site[1]) if site is not None else None
            for way in range(2 if name == "add" else 1):
                base = inputs[way]
                before = movers.get(base, NOTHING).get(here)
                root = oldest.get(base, NUMBER if _is_literal(recording, base) else base)
                if root >= start and _is_captured(recording, root):
                    oldest[base] = root = NUMBER
                if before is not None and root < start:
                    pairs.append((before, output, inputs[1 - way], root))
                if root < start and output not in oldest:
                    movers[output] = {**movers.get(base, NOTHING), here: output}
                    oldest[output], place[output], moves[output] = root, here, base
        elif name == "setitem":
            base, value = inputs[0], inputs[1]
            written[output] = (base, value, params if len(inputs) == 2 else None)
            _hand_on(movers, oldest, base, output)
            if value in movers:
                movers[output] = {**movers.get(base, NOTHING), **movers[value]}
        elif name == "getitem":
            source = _as_written(written, inputs[0], params if len(inputs) == 1 else None)
            _hand_on(movers, oldest, source, output)
        elif name in CARRYING:
            _hand_on(movers, oldest, inputs[0], output)
        elif name in ("multiply", "divide") and len(inputs) == 2:
            one, other = inputs
            if one not in movers and name == "multiply":
                one, other = other, one
            if other < start and np.ndim(recording.values[other]) == 0:
                _hand_on(movers, oldest, one, output)
    found: dict[tuple[int, Any], Moved] = {}
    if pairs:
        depends = _dependence(steps, first, last, {before for before, *_ in pairs})
        asked = [i for i, *_ in recording.guards if start <= i < end]
        again = {root for *_, root in pairs}
        for before, output, amount, root in pairs:
            if (root, place[before]) in found:
                continue
            bit = depends[before]
            is_array = root != NUMBER and np.ndim(recording.values[root]) > 0
            chosen = is_array and any(depends.get(i, 0) & bit for i in asked if i < output)
            if not chosen and not depends.get(amount, 0) & bit:
                continue
            once = [i for i in moves if before < i < output and oldest[i] not in again and depends.get(i, 0) & bit]
            if chosen or not any(_moved(recording, oldest[i], i, place[i]).is_update for i in once):
                found[root, place[before]] = _moved(recording, root, output, place[before])
    return iter(found.values())


def _hand_on(movers: Movers, oldest: dict[int, int], source: int, output: int) -> None:
    if source in movers:
        movers[output] = movers[source]
    oldest[output] = oldest.get(source, source)


def _as_written(written: dict[int, tuple[int, int, Any]], base: int, index: Any) -> int:
    """What stands at an index of an array: the value written there last, or the array before all writes elsewhere."""
    while base in written:
        before, value, at = written[base]
        if at == index and index is not None:
            return value
        if index is None or at is None or not (_is_entry(at) and _is_entry(index)):
            return base
        base = before
    return base


def _is_entry(params: Any) -> bool:
    return all(part[0] == "int" for part in params[0])


def _dependence(steps: list[Any], first: int, last: int, roots: set[int]) -> dict[int, int]:
    """For each variable, a bit for each root that it depends on."""
    bits = {root: 1 << number for number, root in enumerate(sorted(roots))}
    depends: dict[int, int] = {}
    for number in range(first, last):
        _, inputs, _, output = steps[number]
        found = bits.get(output, 0)
        for i in inputs:
            found |= depends.get(i, 0)
        if found:
            depends[output] = found
    for root, bit in bits.items():
        depends[root] = bit
    return depends


def _moved(recording: Recording, first: int, output: int, place: Any) -> Moved:
    if first == NUMBER:
        return Moved(first, False, False, False)
    goes_on = _place_of(recording, first) == place
    span = span_of(recording.sites[number_of(recording.steps, output)])
    binding = span.binding if span is not None else None
    if binding is None or not binding.names:
        return Moved(first, False, False, goes_on)
    in_place = binding.augmented and np.ndim(recording.values[first]) > 0
    known = name_of(recording, first).rpartition(".")[2]
    return Moved(first, in_place, bool(known) and known == binding.names[0].rpartition(".")[2], goes_on)


def _place_of(recording: Recording, index: int) -> Any:
    """The instruction that made a variable, or the entry that was written into it last."""
    steps = recording.steps
    while True:
        number = number_of(steps, index)
        if number == len(steps) or steps[number][3] != index:
            return None
        name = steps[number][0].name
        if name == "setitem":
            index = steps[number][1][1]
        elif name in CARRYING:
            index = steps[number][1][0]
        else:
            site = recording.sites[number]
            return (id(site[0]), site[1]) if site is not None else None


def _is_literal(recording: Recording, index: int) -> bool:
    origin = recording.origins.get(index)
    return origin is not None and origin.kind == "literal"


def _is_captured(recording: Recording, index: int) -> bool:
    """Is it a number or an array of the author's that was there before it was first read?"""
    origin = recording.origins.get(index)
    return origin is not None and origin.kind == "captured"


def _roots(recording: Recording, index: int) -> set[int]:
    """The variables without a step that one is computed from, numbers in the code left out; at most three of them."""
    found: set[int] = set()
    seen: set[int] = set()
    queue = [index]
    while queue and len(found) < 3:
        i = queue.pop()
        if i in seen:
            continue
        seen.add(i)
        number = number_of(recording.steps, i)
        if number < len(recording.steps) and recording.steps[number][3] == i:
            queue.extend(recording.steps[number][1])
        elif not _is_literal(recording, i):
            found.add(i)
    return found


def is_leaf(recording: Recording, index: int) -> bool:
    """Is it a thing of its own, and not computed from several others?"""
    if index == NUMBER:
        return True
    arrays = {i for i in _roots(recording, index) if np.ndim(recording.values[i]) > 0 or i == index}
    return len(arrays) <= 1


def is_drawn(recording: Recording, index: int) -> bool:
    return index != NUMBER and any(
        recording.origins[i].kind == "drawn" for i in _roots(recording, index) if i in recording.origins
    )


def number_of(steps: Iterable[Any], index: int) -> int:
    """The number of the first step that makes this variable or a later one."""
    return bisect.bisect_left(steps, index, key=lambda step: step[3])  # type: ignore[call-overload, no-any-return]
