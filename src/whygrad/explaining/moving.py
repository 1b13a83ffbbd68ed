"""A derivation at other numbers: what the page asks where Python is at hand, and gets back.

The page moves arguments and arrays that the code reads. The derived Program is run at them, with NumPy, from the first
step that feels it. Where the code would have done something else there (another branch, another number read out of an
array), the lines do not hold: the function is derived again at the new arguments, and the page gets a new document.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from whygrad.differentiation.calling import rebuilt
from whygrad.errors import ArgumentError, UnsupportedError
from whygrad.explaining.derivation import Derivation
from whygrad.explaining.document.contents import document
from whygrad.explaining.document.encoding import entries
from whygrad.explaining.problem import problem_of
from whygrad.program import Constant, Guard, Step, evaluate_step
from whygrad.program.building import as_numpy

Object = dict[str, Any]
Rederive = Callable[[tuple[Any, ...]], Derivation]

KEPT = 8
"""How many documents of one page are remembered: a page that is one behind still gets the answers to its own."""


class Moved:
    """Answers what a page asks about a derivation.

    Arguments:
        d: the derivation that the page shows.
        rederive: derives the same function at other arguments; default: as `d` was derived, where that is known.
        told: the document of `d`, where it has been made already.
        edition: its number; those of later documents follow.

    A request is `{"inputs": [{"variable": n, "data": [...]}, ...]}`: all that differs from the document. The answer is
    `{"values": [{"variable": n, "data": [...]}, ...]}`, every variable with data in the document that differs from it
    (or did in an answer before); or `{"document": ..., "edition": n}`, a new document; or `{"problem": ...}`. A page
    that was sent an edition may say with its requests which one it shows, `"edition": n`; else it is the latest.

    Safe to use from several threads.
    """

    def __init__(
        self, d: Derivation, rederive: Rederive | None = None, told: Object | None = None, edition: int = 0
    ) -> None:
        self.rederive = rederive or d.again
        self._editions = {edition: _Edition(d, told)}
        self._latest = edition
        self._adding = threading.Lock()

    @property
    def document(self) -> Object:
        """The latest document."""
        return self._editions[self._latest].document

    @property
    def derivation(self) -> Derivation:
        """The latest derivation."""
        return self._editions[self._latest].d

    @property
    def edition(self) -> int:
        """The number of the latest document."""
        return self._latest

    def keeps(self, edition: int) -> bool:
        """Is the document of this number still remembered?"""
        return edition in self._editions

    def answer(self, request: Object) -> Object:
        """What the page gets for what it asks. Never raises: what goes wrong is told."""
        try:
            return self._answer(request)
        except Exception as error:
            return {"problem": problem_of(error)}

    def _answer(self, request: Object) -> Object:
        inputs, number = _understood(request)
        edition = self._editions.get(self._latest if number is None else number)
        if edition is None:
            raise ArgumentError(
                "this page shows numbers of a derivation that is no longer kept", instead="load the page again"
            )
        with np.errstate(all="ignore"):  # nan and inf are answers
            moved = edition.read(inputs)
            found = edition.at(moved)
            changed = edition.broken(moved, found)
        if changed is None:
            return {"values": edition.changed(found)}
        return self._derived_again(edition, moved, changed)

    def _derived_again(self, edition: _Edition, moved: Mapping[int, Any], changed: str) -> Object:
        """A new document, for the moved arguments."""
        data = [edition.name(i) for i in moved if i not in edition.arguments]
        if data:
            raise UnsupportedError(
                f"with {data[0]} moved so far, {changed}: the lines do not hold there",
                instead=f"make {data[0]} an argument of {edition.d.name}, or change it in the file",
            )
        if self.rederive is None:
            raise UnsupportedError(
                f"with these numbers {changed}: the lines do not hold there",
                instead="change the numbers in the file, and derive again",
            )
        made = _Edition(self.rederive(edition.arguments_with(moved)))
        with self._adding:
            self._latest += 1
            self._editions[self._latest] = made
            if len(self._editions) > KEPT:
                del self._editions[sorted(self._editions)[1]]  # the page may go back to the first
            return {"document": made.document, "edition": self._latest}


@dataclass(eq=False)
class _Edition:
    """One derivation, its document, and what has been told of it."""

    d: Derivation
    told: Object | None = None

    @cached_property
    def document(self) -> Object:
        return self.told if self.told is not None else document(self.d)

    @property
    def values(self) -> list[Any]:
        """The values of all variables in the document."""
        return self.d.derivative.values

    @cached_property
    def arguments(self) -> set[int]:
        return {leaf.index for leaf in self.d.leaves}

    @cached_property
    def data(self) -> dict[int, Constant]:
        """What the code read besides its arguments."""
        return {c.index: c for c in self.d.program.constants if c.kind == "captured"}

    @cached_property
    def steps(self) -> list[Step]:
        """Value, gradients, and what the code asked; each step once."""
        programs = (self.d.program, self.d.questions)
        made = {step.output: step for p in programs if p is not None for step in p.steps}
        return list(made.values())

    @cached_property
    def written(self) -> list[int]:
        """The variables that have data in the document."""
        programs = [p for p in self.document["programs"] if p["name"] in ("value_and_grad", "questions")]
        return [v["index"] for p in programs for v in p["variables"] if "data" in v]

    @cached_property
    def ever_changed(self) -> set[int]:
        """The variables that an answer has told of: what goes back to the document's value is told, too."""
        return set()

    def name(self, variable: int) -> str:
        return self.d.layout.shown(variable) or self.d.program.label(variable)

    def read(self, inputs: Sequence[tuple[int, list[Any]]]) -> dict[int, Any]:
        """The numbers that the page sent, in the types of the variables."""
        found = {}
        for variable, data in inputs:
            if variable not in self.arguments and variable not in self.data:
                raise ArgumentError(
                    f"variable {variable} of {self.d.name} is computed; arguments and data can be moved"
                )
            found[variable] = _like(self.values[variable], data, self.name(variable))
        return found

    def at(self, moved: Mapping[int, Any]) -> dict[int, Any]:
        """The values of the variables that are not what they were, from the first step that feels what was moved."""
        found = {i: value for i, value in moved.items() if not _same(value, self.values[i])}
        for step in self.steps:
            if not found.keys().isdisjoint(step.inputs):
                operands = [found[i] if i in found else self.values[i] for i in step.inputs]
                for index, value in zip(step.outputs, _evaluated(step, operands), strict=True):
                    if not _same(value, self.values[index]):
                        found[index] = value
        return found

    def broken(self, moved: Mapping[int, Any], found: Mapping[int, Any]) -> str | None:
        """What the derivation takes for granted and is not so any more; None where it holds."""
        for guard in (*self.d.branches, *self.d.data_branches):
            if guard.variable in found and not _answers_alike(
                guard, self.values[guard.variable], found[guard.variable]
            ):
                asked = guard.origin.text if guard.origin is not None else ""
                line = f" in line {guard.origin.line}" if guard.origin is not None else ""
                return f"the code goes another way at {asked or 'a condition'}{line}"
        for assumption, text in zip(self.d.derivative.assumptions, self.d.assumed, strict=True):
            if assumption.variable in found and not assumption.holds(found[assumption.variable]):
                return f"what was assumed is not so: {text}"
        for index, value in found.items():
            if np.shape(value) != np.shape(self.values[index]):
                return f"{self.name(index)} has another shape, {np.shape(value)}"
        return None

    def changed(self, found: Mapping[int, Any]) -> list[Object]:
        """The values for the page."""
        self.ever_changed.update(found)
        told = self.ever_changed
        return [
            {"variable": i, **entries(found[i] if i in found else self.values[i])} for i in self.written if i in told
        ]

    def arguments_with(self, moved: Mapping[int, Any]) -> tuple[Any, ...]:
        """The arguments as they were, with what was moved in its place; the author's own are never handed out."""
        found = []
        for place, argument in enumerate(self.d.arguments):
            leaves = [leaf for leaf in self.d.leaves if leaf.argument == place]
            now = [_laid_out(moved.get(leaf.index, self.values[leaf.index]), leaf.value) for leaf in leaves]
            found.append(rebuilt(argument, leaves, now, others=True))
        return tuple(found)


def _understood(request: Any) -> tuple[list[tuple[int, list[Any]]], int | None]:
    """The variables to move, each with its numbers, and the edition; whatever else was sent is refused in words."""
    match request:
        case {"inputs": list(inputs)}:
            number = request.get("edition")
            pairs: list[Any] = [(one.get("variable"), one.get("data")) for one in inputs if isinstance(one, dict)]
            whole = len(pairs) == len(inputs) and (number is None or type(number) is int)
            if whole and all(type(variable) is int and isinstance(data, list) for variable, data in pairs):
                return pairs, number
    raise ArgumentError("this is no request", instead='{"inputs": [{"variable": 0, "data": [1.5]}]}')


def _evaluated(step: Step, operands: list[Any]) -> Any:
    """What a step makes; where Python's floats would not divide by 0, with NumPy's, which do."""
    try:
        return evaluate_step(step, operands)
    except (ZeroDivisionError, OverflowError):
        return evaluate_step(step, list(map(as_numpy, operands)))


def _like(base: Any, data: list[Any], name: str) -> Any:
    """Numbers from the page as a value like the base: its type, shape and dtype."""
    size = int(np.size(base))
    if len(data) != size:
        raise ArgumentError(f"{name} has {size} numbers, not {len(data)}")
    dtype = np.result_type(base)
    try:
        numbers = np.array([float(x) if dtype.kind == "f" else int(x) for x in data], dtype)
        whole = dtype.kind == "f" or all(float(x).is_integer() for x in data)
    except (TypeError, ValueError, OverflowError):
        raise ArgumentError(f"{name} was moved to something that is no number of its kind, {dtype}") from None
    if not whole:
        raise ArgumentError(f"{name} holds whole numbers", instead="move it by whole steps")
    if isinstance(base, np.ndarray):
        return numbers.reshape(base.shape)
    return numbers[0] if isinstance(base, np.generic) else type(base)(numbers[0])


def _laid_out(value: Any, like: Any) -> Any:
    """The value in memory of its own, row by row or column by column as the author's: `ravel` may ask."""
    if not isinstance(like, np.ndarray):
        return value
    made = np.empty_like(like, subok=False)
    made[...] = value
    return made


def _same(one: Any, other: Any) -> bool:
    """Bit for bit, so that nan is itself and -0 is not 0."""
    if one is other:
        return True
    a, b = np.asarray(one), np.asarray(other)
    return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()


READINGS: tuple[Callable[[Any], Any], ...] = (int, round, float)


def _answers_alike(guard: Guard, before: Any, now: Any) -> bool:
    """Would the code get the same answer from the value now?

    Certain for a condition, and for a number that was read out of an array in one of the ways there are; what is not
    certain (an answer of a function that is not watched) counts as another.
    """
    if np.size(now) != 1 or np.shape(now) != np.shape(before):
        return False
    was, is_now = np.asarray(before).item(), np.asarray(now).item()
    if isinstance(was, bool):
        return was is is_now
    if isinstance(guard.outcome, (bool, str, np.generic)):
        return False
    explained = False
    for read in READINGS:
        try:
            if read(was) == guard.outcome:
                if read(is_now) != guard.outcome:
                    return False
                explained = True
        except (ValueError, OverflowError):  # int(nan)
            return False
    return explained
