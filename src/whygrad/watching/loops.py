"""How far a script's loops are run: a training loop is cut once two of its updates have been seen, all others go on.

What tells a training loop is what its rounds did. Something that was there before the loop (weights) was moved,
`W = W − …`, and later the same instruction moved the result again, by an amount that depends on it. A loop that sums
gradients up does not do this (the amount does not depend on the sum), nor one that updates layer after layer (each
another thing). A loop over time or over layers may (`h = h + f(h)`); it is told by where its state comes from: computed
from others, or made anew in each round of a loop around it. In doubt a loop is run on.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from types import FrameType
from typing import TYPE_CHECKING, Any

from whygrad.watching.moving import NUMBER, Moved, is_drawn, is_leaf, moved_again, number_of

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
        if length > DOUBTFUL or any(m.goes_on for m in moved):
            return True
        weights = [m for m in moved if is_leaf(recording, m.first)]
        around = max((e.begin for e in entry.outer), default=entry.start)
        lasting = [m for m in weights if m.first < around or not entry.outer]
        known = [m for m in lasting if m.first != NUMBER or not entry.outer]
        if any(m.in_place or m.keeps_name or len(known) > 1 for m in known):
            return True
        return any(m.keeps_name and is_drawn(recording, m.first) for m in weights)

    def _is_repeated(self, entry: Entry, now: int) -> bool:
        """Did the second round compute what the first did, from the same?"""
        length = entry.length if entry.length is not None else entry.rounds
        if length <= REPEATED or (entry.rounds != 2 and entry.rounds <= REPEATED):
            return False
        steps = self.recording.steps
        first, second, last = (number_of(steps, i) for i in (entry.start, entry.first_ends, now))
        if second - first != last - second or first == second or entry.rounds != 2:
            return False
        same: dict[int, int] = {}
        for one, other in zip(steps[first:second], steps[second:last], strict=True):
            if one[0] is not other[0] or one[2] != other[2] or len(one[1]) != len(other[1]):
                return False
            if any(same.get(i, i) != j for i, j in zip(one[1], other[1], strict=True)):
                return False
            same[one[3]] = other[3]
        return True

    def _is_outermost(self, entry: Entry) -> bool:
        if entry.outer or entry.length is None or entry.length < OUTERMOST or entry.rounds > 2:
            return False
        steps = self.recording.steps
        first, second = number_of(steps, entry.start), number_of(steps, entry.first_ends)
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
