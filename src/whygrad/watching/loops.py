"""How far a script's loops are run: a training loop is cut once two of its updates have been seen, all others go on.

What tells a training loop is what its rounds did. Something that was there before the loop (weights) was moved,
`W = W − …`, and later the same instruction moved the result again, by an amount that depends on it. A loop that sums
gradients up does not do this (the amount does not depend on the sum), nor one that updates layer after layer (each
another thing). A loop over time or over layers may (`h = h + f(h)`); it is told by where its state comes from: computed
from others, or made anew in each round of a loop around it. In doubt a loop is run on.
"""

from __future__ import annotations

import bisect
import operator
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import FrameType
from typing import TYPE_CHECKING, Any

import numpy as np

from whygrad.watching.names import name_of

if TYPE_CHECKING:
    from whygrad.watching.recording import Recording

LoopKey = tuple[str, int]
"""A loop: its file, and the how manieth of it."""

DOUBTFUL = 300
"""Rounds after which a loop that may or may not train is cut."""
REPEATED = 200
"""A longer loop whose rounds are all alike is cut."""
OUTERMOST = 1000
"""A loop as long as this, in no other one, whose rounds go on from one another, trains: nothing else takes so long."""
MOST_STEPS = 100_000
"""Steps after which any loop is cut."""
MOST_LOOKED_AT = 40_000
MOST_TIMES = 3
"""How often a loop is looked at that trains nothing."""
NUMBER = -1
"""Stands for a number in the code, from which a thing was moved."""
CARRYING = frozenset({"cast", "getitem", "transpose", "reshape", "broadcast_to", "squeeze", "positive", "clip"})
"""What hands a thing on as it is, or a part of it."""


@dataclass(slots=True)
class Entry:
    """One run of a loop: where it stands, how long it would be (None: unknown), where its rounds begin."""

    key: LoopKey
    number: int
    length: int | None
    outer: tuple[Entry, ...]
    start: int
    rounds: int = 0
    begin: int = 0
    """How many variables there were when the round that is running began."""
    first_ends: int = 0
    next_look: int = 2
    over: bool = False


@dataclass(slots=True)
class Loops:
    """The loops of one run. `cuts`: which run of which loop was ended after how many rounds."""

    recording: Recording
    least: int
    cuts: dict[tuple[LoopKey, int], int] = field(default_factory=dict)
    active: list[Entry] = field(default_factory=list)
    entered: dict[LoopKey, int] = field(default_factory=dict)
    whole: dict[LoopKey, int] = field(default_factory=dict)
    """How often a loop has been looked at and found to train nothing."""
    whiles: dict[tuple[int, LoopKey], Entry] = field(default_factory=dict)
    doubtful: dict[LoopKey, int] = field(default_factory=dict)
    """Where the first run of a loop began that may or may not train."""

    def enter(self, key: LoopKey, length: int | None) -> Entry:
        number = self.entered.get(key, 0)
        self.entered[key] = number + 1
        start = len(self.recording.values)
        entry = Entry(key, number, length, tuple(self.active), start, begin=start, next_look=max(2, self.least))
        self.active.append(entry)
        return entry

    def leave(self, entry: Entry) -> None:
        if not entry.over:
            entry.over = True
            self.active = [e for e in self.active if e is not entry]

    def enter_while(self, key: LoopKey, frame: FrameType) -> None:
        running = set()
        here: FrameType | None = frame
        while here is not None:
            running.add(id(here))
            here = here.f_back
        for (known, other), entry in list(self.whiles.items()):
            if known not in running or (known == id(frame) and other == key):  # left by `return`, or by an error
                del self.whiles[known, other]
                self.leave(entry)
        self.whiles[id(frame), key] = self.enter(key, None)

    def leave_while(self, key: LoopKey, frame: FrameType) -> None:
        entry = self.whiles.pop((id(frame), key), None)
        if entry is not None:
            self.leave(entry)

    def goes_on_while(self, key: LoopKey, frame: FrameType) -> bool:
        entry = self.whiles.get((id(frame), key))
        return entry is None or self.goes_on(entry)

    def goes_on(self, entry: Entry) -> bool:
        """Is another round run? Asked at the start of each."""
        recording, rounds = self.recording, entry.rounds
        now = len(recording.values)
        if rounds == 1:
            entry.first_ends = now
        if rounds >= self.least and entry.length != rounds:
            if rounds >= entry.next_look:
                entry.next_look = 2 * rounds
                if self._is_enough(entry, now):
                    return self._cut(entry)
            if now - entry.start > MOST_STEPS:
                return self._cut(entry)
        entry.rounds, entry.begin = rounds + 1, now
        return True

    def _cut(self, entry: Entry) -> bool:
        self.cuts[entry.key, entry.number] = entry.rounds
        self.leave(entry)
        return False

    def _is_enough(self, entry: Entry, now: int) -> bool:
        recording = self.recording
        if now == entry.start or now - entry.start > MOST_LOOKED_AT:
            return False
        if self.whole.get(entry.key, 0) >= MOST_TIMES and entry.number >= MOST_TIMES:
            return False
        moved = list(moved_again(recording, entry.start, now))
        if not moved:
            if self._is_repeated(entry, now) or self._is_outermost(entry):
                return True
            if entry.rounds == 4:
                self.whole[entry.key] = self.whole.get(entry.key, 0) + 1
            return False
        return self._trains(entry, moved)

    def _trains(self, entry: Entry, moved: list[Moved]) -> bool:
        recording = self.recording
        length = entry.length if entry.length is not None else entry.rounds
        if length > DOUBTFUL:
            return True
        weights = [m for m in moved if _is_leaf(recording, m.first)]
        around = max((e.begin for e in entry.outer), default=entry.start)
        lasting = [m for m in weights if m.first < around or not entry.outer]
        known = [m for m in lasting if m.first != NUMBER or not entry.outer]
        if any(m.in_place or m.keeps_name or len(known) > 1 for m in known):
            return True
        if any(_is_drawn(recording, m.first) for m in weights):
            return True
        before = self.doubtful.setdefault(entry.key, entry.start)
        return any(before <= m.first for m in lasting) and before < entry.start

    def _is_repeated(self, entry: Entry, now: int) -> bool:
        """Did the second round compute what the first did, from the same?"""
        length = entry.length if entry.length is not None else entry.rounds
        if length <= REPEATED or (entry.rounds != 2 and entry.rounds <= REPEATED):
            return False
        steps = self.recording.steps
        first, second, last = (_number_of(steps, i) for i in (entry.start, entry.first_ends, now))
        if second - first != last - second or first == second or entry.rounds != 2:
            return False
        same: dict[int, int] = {}
        for one, other in zip(steps[first:second], steps[second:last], strict=True):
            if one[0] is not other[0] or len(one[1]) != len(other[1]):
                return False
            if any(same.get(i, i) != j for i, j in zip(one[1], other[1], strict=True)):
                return False
            same[one[3]] = other[3]
        return True

    def _is_outermost(self, entry: Entry) -> bool:
        if entry.outer or entry.length is None or entry.length < OUTERMOST or entry.rounds > 2:
            return False
        steps = self.recording.steps
        first, second = _number_of(steps, entry.start), _number_of(steps, entry.first_ends)
        made = {s[3] for s in steps[first:second]}
        return second - first >= 8 and any(not made.isdisjoint(s[1]) for s in steps[second:])


def length_of(iterable: Any) -> int | None:
    """How many parts something has, where that can be told without going through it."""
    try:
        return len(iterable)
    except TypeError:
        pass
    if type(iterable) in (zip, enumerate, map):
        parts = iterable.__reduce__()[1]
        if type(iterable) is enumerate:
            return length_of(parts[0])
        lengths = [length_of(part) for part in (parts[1:] if type(iterable) is map else parts)]
        known = [n for n in lengths if n is not None]
        return min(known) if known else None
    hint = operator.length_hint(iterable, -1)
    return hint if hint >= 0 else None


# What was moved


@dataclass(frozen=True, slots=True)
class Moved:
    """A thing that an instruction moved and then moved again: the variable of its first value, how it is written."""

    first: int
    in_place: bool
    keeps_name: bool


def moved_again(recording: Recording, start: int, end: int) -> Iterator[Moved]:
    """What was there before `start` and was moved twice since by the same instruction, the second time by an amount
    that depends on what the first made of it."""
    steps, sites = recording.steps, recording.sites
    first, last = _number_of(steps, start), _number_of(steps, end)
    comes_from: dict[int, int] = {}
    """A variable -> the step (its output) that last moved it."""
    oldest: dict[int, int] = {}
    place: dict[int, Any] = {}
    written: dict[int, tuple[int, int, Any]] = {}
    pairs: list[tuple[int, int, int, int]] = []
    for number in range(first, last):
        made_by, inputs, params, output = steps[number]
        name = made_by.name
        if name in ("add", "subtract"):
            site = sites[number]
            here = (id(site[0]), site[1]) if site is not None else None
            for way in range(2 if name == "add" else 1):
                base = inputs[way]
                before = comes_from.get(base)
                root = oldest.get(base, NUMBER if _is_literal(recording, base) else base)
                if root >= start and _is_captured(recording, root):
                    oldest[base] = root = NUMBER
                if before is not None and place[before] == here and root < start:
                    pairs.append((before, output, inputs[1 - way], root))
                if root < start and output not in oldest:
                    comes_from[output], oldest[output], place[output] = output, root, here
        elif name == "setitem":
            base, value = inputs[0], inputs[1]
            written[output] = (base, value, params if len(inputs) == 2 else None)
            _hand_on(comes_from, oldest, value if value in comes_from else base, output)
        elif name == "getitem":
            source = _as_written(written, inputs[0], params if len(inputs) == 1 else None)
            _hand_on(comes_from, oldest, source, output)
        elif name in CARRYING:
            _hand_on(comes_from, oldest, inputs[0], output)
        elif name in ("multiply", "divide") and len(inputs) == 2:
            one, other = inputs
            if one not in comes_from and name == "multiply":
                one, other = other, one
            if other < start and np.ndim(recording.values[other]) == 0:
                _hand_on(comes_from, oldest, one, output)
    found: dict[tuple[int, Any], Moved] = {}
    if pairs:
        depends = _dependence(steps, first, last, {before for before, *_ in pairs})
        for before, output, amount, root in pairs:
            if depends.get(amount, 0) & depends[before] and (root, place[before]) not in found:
                found[root, place[before]] = _moved(recording, root, output)
    return iter(found.values())


def _hand_on(comes_from: dict[int, int], oldest: dict[int, int], source: int, output: int) -> None:
    if source in comes_from:
        comes_from[output] = comes_from[source]
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


def _moved(recording: Recording, first: int, output: int) -> Moved:
    from whygrad.watching.recording import span_of

    if first == NUMBER:
        return Moved(first, False, False)
    span = span_of(recording.sites[_number_of(recording.steps, output)])
    binding = span.binding if span is not None else None
    if binding is None or not binding.names:
        return Moved(first, False, False)
    in_place = binding.augmented and np.ndim(recording.values[first]) > 0
    known = name_of(recording, first).rpartition(".")[2]
    return Moved(first, in_place, bool(known) and known == binding.names[0].rpartition(".")[2])


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
        number = _number_of(recording.steps, i)
        if number < len(recording.steps) and recording.steps[number][3] == i:
            queue.extend(recording.steps[number][1])
        elif not _is_literal(recording, i):
            found.add(i)
    return found


def _is_leaf(recording: Recording, index: int) -> bool:
    """Is it a thing of its own, and not computed from several others?"""
    if index == NUMBER:
        return True
    arrays = {i for i in _roots(recording, index) if np.ndim(recording.values[i]) > 0 or i == index}
    return len(arrays) <= 1


def _is_drawn(recording: Recording, index: int) -> bool:
    return index != NUMBER and any(
        recording.origins[i].kind == "drawn" for i in _roots(recording, index) if i in recording.origins
    )


def _number_of(steps: Iterable[Any], index: int) -> int:
    """The number of the first step that makes this variable or a later one."""
    return bisect.bisect_left(steps, index, key=lambda step: step[3])  # type: ignore[call-overload, no-any-return]
