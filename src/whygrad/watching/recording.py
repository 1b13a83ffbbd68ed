"""One watched run: what was computed, from what, where; recorded as plain tuples, made into a Program on demand."""

from __future__ import annotations

import os
import sys
import sysconfig
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from types import CodeType, FrameType, FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from whygrad.errors import InPlaceError, TimeLimitError, TooLongError, UnsupportedError
from whygrad.program import Primitive, Span

if TYPE_CHECKING:
    from whygrad.watching.loops import Loops
    from whygrad.watching.standin import StandIn

LIMIT = 2_000_000
"""Steps after which a watched run is given up."""

Site = tuple[CodeType, int, "Span | None"]
RawStep = tuple[Primitive, tuple[int, ...], tuple[Any, ...], int]

OUR_FOLDER = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))  # pathlib is slow to import
SHOWN_FOLDER = os.path.join(OUR_FOLDER, "shown", "")
"""The networks that `whygrad demo` shows: code of ours that is watched like an author's."""
FOREIGN_FOLDERS = tuple(
    {os.path.dirname(os.path.realpath(np.__file__)), OUR_FOLDER}
    | {sysconfig.get_paths()[k] for k in ("stdlib", "platstdlib", "purelib", "platlib")}
)

_foreign: dict[str, bool] = {}


def is_foreign(file: str) -> bool:
    """Is the file the standard library's, an installed package's or ours, and so not the author's?"""
    known = _foreign.get(file)
    if known is None:
        resolved = os.path.realpath(file) if not file.startswith("<") else file
        known = _foreign[file] = not resolved.startswith(SHOWN_FOLDER) and (
            resolved.startswith(FOREIGN_FOLDERS) or file.startswith("<frozen") or file == "<whygrad program>"
        )
    return known


def forget_file(file: str) -> None:
    """Let go of a name that no code has any more."""
    _foreign.pop(file, None)


@dataclass(slots=True)
class Turn:
    """That a loop went round, `times` in a row without a step: how many variables there were by then, the call that the
    loop is in, the loops of that function that are around it (outermost first) and it itself, by line and column."""

    before: int
    call: Span | None
    loops: tuple[tuple[int, int], ...]
    times: int


class Origin(NamedTuple):
    """Where a variable without a step comes from: kind, the author's path to it, the place where it was met."""

    kind: str
    path: str
    site: Site | None


current: ContextVar[Recording | None] = ContextVar("whygrad recording", default=None)
"""The run that is being watched in this context (thread, task)."""


class Recording:
    """What one watched run did. `values[i]` is the value of variable i, `steps` made them in order."""

    def __init__(self, parent: Recording | None = None, limit: int = LIMIT) -> None:
        self.parent = parent
        self.level: int = parent.level + 1 if parent else 0
        self.values: list[Any] = []
        self.steps: list[RawStep] = []
        self.sites: list[Site | None] = []
        self.origins: dict[int, Origin] = {}
        self.outer: dict[int, StandIn] = {}
        self.guards: list[tuple[int, Any, Site | None]] = []
        self.chain: Span | None = None
        self.limit = limit
        self.over = False
        self.arguments: list[int] = []
        self.argument_roots: list[StandIn] = []
        self.captured: dict[int, StandIn] = {}
        self.numbers: dict[str, StandIn] = {}
        self.paths: dict[int, str] = {}
        self.kept: list[Any] = []
        self.touched: dict[int, Any] = {}
        self.touched_names: dict[int, tuple[dict[str, Any], set[str]]] = {}
        self.touched_cells: dict[int, Any] = {}
        self.written: list[StandIn] = []
        self.classes: set[type] = set()
        self.special: list[FunctionType] = []
        self.flexible: list[int] = []
        """Variables whose shape depends on values: what a mask selects."""
        self.uncacheable = False
        """Has a step been recorded that no later run can make again as the same?"""
        self.blind = False
        """Has a function of the author's run that could not be re-made?"""
        self.escaped: list[tuple[int, Site | None]] = []
        self.turns: list[Turn] = []
        self.loops: Loops | None = None
        """In a script: how far its loops are run."""
        self.deadline: float | None = None
        """When the run is given up, by `time.monotonic()`."""
        self.matrices = False
        """Has a numpy.matrix been made?"""
        self._literals: dict[tuple[type, Any], int] = {}
        self._active: set[int] = set()
        self._active_until = 0

    def close(self) -> None:
        """Let go of all that only a running recording needs: what it knows of the author's objects, and the stand-ins,
        which point back here (without that cycle a run's memory is free as soon as nobody needs it)."""
        for known in (self.captured, self.numbers, self.paths, self.touched, self.touched_names, self.touched_cells):
            known.clear()
        for listed in (self.argument_roots, self.written, self.kept):
            listed.clear()

    # Variables

    def variable(self, value: Any, origin: Origin) -> int:
        """A variable that no step makes."""
        index = len(self.values)
        self.values.append(value)
        self.origins[index] = origin
        return index

    def literal(self, value: Any) -> int:
        """A number in the code; the same number is the same variable."""
        key = (type(value), value if value else repr(value))
        index = self._literals.get(key)
        if index is None:
            index = self._literals[key] = self.variable(value, Origin("literal", "", None))
        return index

    def capture(self, value: Any, path: str, kind: str = "captured", fresh: bool = False) -> StandIn:
        """The stand-in for an array (or number) that the code reads from outside, the same one each time."""
        from whygrad.watching.standin import StandIn

        known = None if fresh else self.captured.get(id(value))
        if known is not None:
            if self.blind and known._version == 0 and known._original is value:
                self._compare(known, value)
            return known
        if kind == "captured" and self.parent is not None:
            outer = self.pending_outside(value)
            if outer is not None:
                return outer
        if kind == "captured" and self.written and isinstance(value, np.ndarray):
            for root in self.written:
                original = root._original
                if original is not None and original is not value and np.may_share_memory(original, value):
                    raise InPlaceError(
                        "this array shares memory with one that was written into before",
                        place=self.here(),
                        instead="read it before the write, or write into a copy",
                    )
        site = self.site()
        index = self.variable(value, Origin(kind, path, site))
        made = StandIn(self, index, value)
        if kind == "captured" and isinstance(value, np.ndarray):
            made._original = value
            if self.blind:
                made._value = self.values[index] = value.copy(order="K")
        if not fresh:
            self.captured[id(value)] = made
            self.kept.append(value)
        return made

    def pending_outside(self, value: Any) -> StandIn | None:
        """The stand-in by which a run around this one knows an array, if it has written into it."""
        around = self.parent
        while around is not None:
            known = around.captured.get(id(value))
            if known is not None and known._version:
                return known
            around = around.parent
        return None

    @property
    def is_inside(self) -> bool:
        """Does a run around this one still go on?"""
        around = self.parent
        while around is not None and around.over:
            around = around.parent
        return around is not None

    def depends_on_outside(self, index: int) -> bool:
        """Has the variable been computed from something of a run around this one?"""
        found = set(self.outer)
        for _, inputs, _, output in self.steps:
            if not found.isdisjoint(inputs):
                found.add(output)
        return index in found

    def _compare(self, known: StandIn, value: Any) -> None:
        """Code that could not be re-made may have changed an array since it was first read."""
        if not np.array_equal(known._value, value, equal_nan=value.dtype.kind == "f"):
            raise InPlaceError(
                "this array has been written into by code whose source cannot be read, so the write was not seen",
                place=self.here(),
                instead="put the function into a file, or write into a copy",
            )

    # Steps

    def emit(self, primitive: Primitive, inputs: tuple[int, ...], params: tuple[Any, ...], value: Any) -> int:
        """Record a step whose value is known; the index of its output."""
        values = self.values
        index = len(values)
        values.append(value)
        self.steps.append((primitive, inputs, params, index))
        frame: FrameType | None = sys._getframe(2)
        while frame is not None:
            foreign = _foreign.get(frame.f_code.co_filename)
            if foreign is False or (foreign is None and not is_foreign(frame.f_code.co_filename)):
                break
            frame = frame.f_back
        self.sites.append((frame.f_code, frame.f_lasti, self.chain) if frame is not None else None)
        if index > self.limit:
            raise TooLongError(
                f"the watched run made more than {self.limit:,} steps",
                place=self.here(),
                instead="use array operations for the inner loop, or fewer rounds",
            )
        return index

    def turn(self, loops: tuple[tuple[int, int], ...]) -> None:
        """Note that a round of the last loop begins. Rounds in which nothing was computed are counted and no more."""
        if self.deadline is not None and monotonic() > self.deadline:
            raise TimeLimitError("the time limit was reached here", place=self.here())
        turns, before = self.turns, len(self.values)
        while turns and turns[-1].before == before and turns[-1].call is self.chain:
            last = turns[-1]
            if last.loops == loops:
                last.times += 1
                return
            if last.loops[: len(loops)] != loops:
                break
            turns.pop()
        turns.append(Turn(before, self.chain, loops, 1))

    def site(self) -> Site | None:
        """The instruction of the author's that is running."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            foreign = _foreign.get(frame.f_code.co_filename)
            if foreign is False or (foreign is None and not is_foreign(frame.f_code.co_filename)):
                break
            frame = frame.f_back
        return (frame.f_code, frame.f_lasti, self.chain) if frame is not None else None

    def here(self) -> Span | None:
        """The span of the instruction of the author's that is running."""
        return span_of(self.site())

    def guard(self, index: int, outcome: Any) -> None:
        """Note what was taken for granted about a variable."""
        self.guards.append((index, outcome, self.site()))

    def is_active(self, index: int) -> bool:
        """Does the variable depend on an argument by steps that were recorded?"""
        active = self._active
        active.update(self.arguments)
        for _, inputs, _, output in self.steps[self._active_until :]:
            if not active.isdisjoint(inputs):
                active.add(output)
        self._active_until = len(self.steps)
        return index in active

    def touch(self, thing: Any) -> None:
        """Remember an object of the author's that the run may have stored a stand-in in."""
        self.touched[id(thing)] = thing

    def refuse_subclass(self, value: Any) -> None:
        """Matrices and masked arrays give the operators other meanings."""
        kind = type(value)
        if kind is not np.ndarray and kind is not np.memmap:
            raise UnsupportedError(
                f"{kind.__module__.partition('.')[0]}.{kind.__name__} is not supported: "
                "its operators are not those of arrays",
                place=self.here(),
                instead="use a plain array, np.asarray(x)",
            )

    def refuse_complex(self, value: Any, instead: str = "") -> None:
        if getattr(getattr(value, "dtype", None), "kind", "") == "c" or isinstance(value, complex):
            raise UnsupportedError(
                "complex numbers are not supported yet",
                place=self.here(),
                instead=instead or "compute with the real and the imaginary part as two real arrays",
            )


def span_of(site: Site | None) -> Span | None:
    return Span(*site) if site is not None else None
