"""A recorded run as a graph that can be asked and computed again at other numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from whygrad.program import Span
from whygrad.watching.recording import RawStep, Recording, span_of

NOTHING: frozenset[int] = frozenset()


class Trace:
    """The steps of one run. Variables are numbers; `values` are those of the run itself."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.steps: list[RawStep] = []
        self.values: list[Any] = []
        self.producer: dict[int, int] = {}
        self._spans: dict[int, Span | None] = {}
        self.grown()

    def grown(self) -> None:
        """Take in what was put behind the recording since."""
        self.values.extend(self.recording.values[len(self.values) :])
        known = len(self.steps)
        self.steps.extend(self.recording.steps[known:])
        for number in range(known, len(self.steps)):
            self.producer[self.steps[number][3]] = number
        self.__dict__.pop("readers", None)

    @cached_property
    def readers(self) -> dict[int, list[int]]:
        """The numbers of the steps that read each variable."""
        found: dict[int, list[int]] = {}
        for number, step in enumerate(self.steps):
            for index in set(step[1]):
                found.setdefault(index, []).append(number)
        return found

    def primitive(self, index: int) -> str:
        """The name of the primitive that made a variable; empty for one that no step made."""
        number = self.producer.get(index)
        return self.steps[number][0].name if number is not None else ""

    def inputs(self, index: int) -> tuple[int, ...]:
        number = self.producer.get(index)
        return self.steps[number][1] if number is not None else ()

    def params(self, index: int) -> tuple[Any, ...]:
        number = self.producer.get(index)
        return self.steps[number][2] if number is not None else ()

    def shape(self, index: int) -> tuple[int, ...]:
        return np.shape(self.values[index])

    def is_float(self, index: int) -> bool:
        return bool(np.result_type(self.values[index]).kind == "f")

    def span(self, index: int) -> Span | None:
        """Where a variable was made, or met first."""
        if index not in self._spans:
            number = self.producer.get(index)
            if number is not None:
                site = self.recording.sites[number] if number < len(self.recording.sites) else None
            else:
                origin = self.recording.origins.get(index)
                site = origin.site if origin is not None else None
            self._spans[index] = span_of(site)
        return self._spans[index]

    def name(self, index: int) -> str:
        """The author's name of a variable; empty where it has none."""
        origin = self.recording.origins.get(index)
        if origin is not None and origin.path:
            return origin.path
        span = self.span(index)
        return span.name if span is not None else ""

    def is_literal(self, index: int) -> bool:
        origin = self.recording.origins.get(index)
        return origin is not None and origin.kind == "literal"

    def descendants(self, roots: Iterable[int]) -> set[int]:
        """What depends on the roots, they themselves included."""
        found = set(roots)
        for _, inputs, _, output in self.steps:
            if not found.isdisjoint(inputs):
                found.add(output)
        return found

    def ancestors(self, wanted: Iterable[int], stop: Iterable[int] = ()) -> set[int]:
        """What the wanted variables are computed from, they themselves included; nothing behind `stop`."""
        needed, given = set(wanted), set(stop)
        for _, inputs, _, output in reversed(self.steps):
            if output in needed and output not in given:
                needed.update(inputs)
        return needed

    def influences(self, roots: Iterable[int], cut: Iterable[int] = ()) -> dict[int, frozenset[int]]:
        """For each variable, the roots that it depends on; a root depends on itself alone, what is `cut` on none."""
        depends: dict[int, frozenset[int]] = {i: frozenset([i]) for i in roots}
        for i in cut:
            depends[i] = NOTHING
        given = set(depends)
        for _, inputs, _, output in self.steps:
            if output not in given:
                found = [depends[i] for i in inputs if depends.get(i)]
                if found:
                    depends[output] = found[0] if len(found) == 1 else frozenset().union(*found)
        return depends

    def masks(self, roots: Iterable[int], cut: Iterable[int] = ()) -> dict[int, int]:
        """As `influences`, with the roots as bits of a number, in their order: quick where there are thousands."""
        depends = {i: 1 << n for n, i in enumerate(dict.fromkeys(roots))}
        for i in cut:
            depends.setdefault(i, 0)
        given = set(depends)
        for _, inputs, _, output in self.steps:
            if output not in given:
                found = 0
                for i in inputs:
                    found |= depends.get(i, 0)
                if found:
                    depends[output] = found
        return depends

    def compute(self, given: Mapping[int, Any], base: list[Any] | None = None, end: int | None = None) -> list[Any]:
        """The values of all variables with some of them given anew; what depends on none of those stays as in `base`.

        Raises ArithmeticError, ValueError, IndexError … where the steps cannot be computed with them.
        """
        values = list(self.values if base is None else base)
        changed = set(given)
        for index, value in given.items():
            values[index] = value
        with np.errstate(all="ignore"):
            for primitive, inputs, params, output in self.steps[:end]:
                if output not in given and not changed.isdisjoint(inputs):
                    values[output] = primitive.evaluate(*[values[i] for i in inputs], *params)
                    changed.add(output)
        return values
