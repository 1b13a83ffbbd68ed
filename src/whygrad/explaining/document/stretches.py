"""What the author's code was doing at each step: in which call, in which round of which loop.

A call has a span of its own, which all that was done in it names as its caller. The rounds of loops were counted when
the code was watched; the syntax tree knows in which loops a step lies.
"""

from __future__ import annotations

import ast
import opcode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from whygrad.program import Span, Step
from whygrad.program.source import extent_of, first_line
from whygrad.watching.recording import Turn
from whygrad.watching.rewriting import place_of

Loop = ast.For | ast.While | ast.comprehension
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
SCOPES = (*DEFINITIONS, ast.Lambda)


@dataclass(eq=False, slots=True)
class Running:
    """A loop from its first round to its last one; `around` is where the loops around it were."""

    around: tuple[tuple[Running, int], ...]
    rounds: int = 0
    since: int = 0
    """How many variables there were when the last round began."""


@dataclass(eq=False, slots=True)
class Stretch:
    """What was done in one call, in one loop, or in one round of a loop: number `round`, from 1."""

    kind: str
    span: Span | None = None
    within: Stretch | None = None
    loop: Loop | None = None
    running: Running | None = None
    round: int = 0
    inside: dict[Any, Stretch] = field(default_factory=dict)

    def call(self, span: Span) -> Stretch:
        """The call of that span, made in this stretch."""
        return self.inside.setdefault(span, Stretch("call", span, self))

    def round_of(self, loop: Loop, running: Running, span: Span) -> Stretch:
        """The round that the loop is in now."""
        whole = self.inside.setdefault(running, Stretch("loop", span, self, loop, running))
        now = running.rounds
        return whole.inside.setdefault(now, Stretch("round", span, whole, loop, running, now))

    @property
    def around(self) -> Iterator[Stretch]:
        """This stretch and those that it lies in, from the inside out."""
        here: Stretch | None = self
        while here is not None:
            yield here
            here = here.within


class Stretches:
    """Follows the steps through the author's code. `whole` is all of it, `of` the innermost stretch of each step, by
    what the step makes."""

    def __init__(self, steps: Sequence[Step], turns: Sequence[Turn]) -> None:
        self.whole = Stretch("whole")
        self.of: dict[int, Stretch] = {}
        self._turns = turns
        self._done = 0
        self._running: dict[tuple[int, tuple[int, int]], Running] = {}
        self._places: dict[tuple[CodeType, int], tuple[tuple[Loop, ...], bool]] = {}
        for step in steps:
            if isinstance(step.origin, Span):
                while self._done < len(turns) and turns[self._done].before <= step.output:
                    self._turn(turns[self._done])
                self.of[step.output] = self._stretch(step.output, step.origin)
        for turn in turns[self._done :]:
            self._turn(turn)

    def _turn(self, turn: Turn) -> None:
        self._done += 1
        found = [self._running.get((id(turn.call), loop)) for loop in turn.loops]
        around = tuple((one, one.rounds) for one in found[:-1] if one is not None)
        running = found[-1]
        if running is None or running.around != around:
            running = self._running[id(turn.call), turn.loops[-1]] = Running(around)
        running.rounds += turn.times
        running.since = turn.before

    def _stretch(self, made: int, span: Span) -> Stretch:
        here = self.whole
        for one in (*span.calls, span):
            call = id(one.caller)
            loops, to_come = self._place(one)
            if to_come and one is span:
                self._come((call, place_of(loops[-1])), made)
            for loop in loops:
                running = self._running.get((call, place_of(loop)))
                if running is not None:
                    here = here.round_of(loop, running, one)
            here = here if one is span else here.call(one)
        return here

    def _come(self, loop: tuple[int, tuple[int, int]], made: int) -> None:
        """What a loop goes through is handed out just before the round begins that it is for."""
        running = self._running.get(loop)
        if running is not None and running.since > made:
            return
        for number in range(self._done, len(self._turns)):
            turn = self._turns[number]
            if (id(turn.call), turn.loops[-1]) == loop:
                while self._done <= number:
                    self._turn(self._turns[self._done])
                return

    def _place(self, span: Span) -> tuple[tuple[Loop, ...], bool]:
        known = self._places.get((span.code, span.offset))
        if known is None:
            known = self._places[span.code, span.offset] = loops_around(span)
        return known


def loops_around(span: Span) -> tuple[tuple[Loop, ...], bool]:
    """The loops of its function that the span lies in, outermost first; and whether it is done for the innermost one's
    next round, before that begins."""
    source = span.source
    node: ast.AST | None = next(iter(source.statements_at(span.line)), None) if source is not None else None
    found: list[Loop] = []
    to_come = False
    while node is not None:
        if isinstance(node, SCOPES):
            found = []
        loops, to_come, node = _step_inside(node, span)
        found += loops
    return tuple(found), to_come


Inside = tuple[Sequence[Loop], bool, ast.AST | None]
"""The loops that one enters on the way into a part of a node, whether that is for the next round, the part."""


def _step_inside(node: ast.AST, span: Span) -> Inside:
    if isinstance(node, COMPREHENSIONS):
        return _step_inside_comprehension(node, span)
    if isinstance(node, ast.For) and _goes_through(node, node.iter, span):
        return (node,), True, None
    if isinstance(node, ast.Call) and extent_of(node) == span.extent and _adds_up(node):
        return node.args[0].generators, False, None  # type: ignore[attr-defined]
    for child in ast.iter_child_nodes(node):
        if hasattr(child, "lineno") and _lies_in(child, span):
            if isinstance(node, ast.For) and child is node.target:
                return (node,), True, None
            repeated = isinstance(node, (ast.For, ast.While)) and child in node.body
            repeated = repeated or (isinstance(node, ast.While) and child is node.test)
            return ((node,) if repeated else ()), False, child  # type: ignore[return-value]
    return (), False, None


def _step_inside_comprehension(node: Comprehension, span: Span) -> Inside:
    loops = node.generators
    if _goes_through(node, node, span):  # which of its loops does is told by the order of the instructions
        steps = [n for n in range(0, span.offset + 1, 2) if opcode.opname[span.code.co_code[n]] == "FOR_ITER"]
        own = [n for n in steps if Span(span.code, n).extent == extent_of(node)]
        return loops[: len(own)], True, None
    for number, one in enumerate(loops):
        if _goes_through(one.iter, one.iter, span) or _lies_in(one.target, span):
            return loops[: number + 1], True, None
        if _lies_in(one.iter, span):
            return loops[:number], False, one.iter
        for part in one.ifs:
            if _lies_in(part, span):
                return loops[: number + 1], False, part
    results = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
    inside = next((part for part in results if _lies_in(part, span)), None)
    return (loops, False, inside) if inside is not None else ((), False, None)


def _goes_through(loop: ast.AST, iterable: ast.AST, span: Span) -> bool:
    """Is it the instruction that takes the next part of an iterable? That is done in each round; to make the iterable
    is not. Python gives it the place of the loop, or of the iterable."""
    return span.goes_through and span.extent in (extent_of(loop), extent_of(iterable))


def _adds_up(call: ast.Call) -> bool:
    """sum(x * x for x in xs) adds as the generator goes: that is part of each round."""
    is_sum = isinstance(call.func, ast.Name) and call.func.id == "sum"
    return is_sum and bool(call.args) and isinstance(call.args[0], ast.GeneratorExp)


def _lies_in(node: ast.AST, span: Span) -> bool:
    extent = span.extent
    start = (first_line(node), 0) if isinstance(node, DEFINITIONS) else extent_of(node)[:2]
    return start <= extent[:2] and extent[2:] <= extent_of(node)[2:]
