"""Local derivatives: how much one step's output moves for each unit that one of its operands moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from whygrad.differentiation.reverse import Share
from whygrad.explaining.expressions import MATH, Expressions
from whygrad.explaining.lines import Layout
from whygrad.program.building import Builder
from whygrad.rules import lookup, row_of, simplify
from whygrad.rules.formula import emit

Shown = Callable[[int], str | None]


class Everything:
    """A Program under construction, as far as printing needs it."""

    def __init__(self, builder: Builder) -> None:
        self.variables = builder.variables
        self.constants = builder.constants


class LocalDerivatives:
    """Writes the rows' formulas with the upstream gradient 1, in the names of a step's own operands.

    The operands are opaque: the slope of u² is 2u, also where u is 2x: a local derivative looks at one step only.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.derivative = layout.derivative
        self.scratch = Builder(layout.program, self.derivative.values, simplify)
        self.scratch.producer.update(self.derivative.producers)
        self.originals: dict[int, int] = {}
        self.leaves: dict[int, int] = {}

    def expressions(self, shown: Shown) -> Expressions:
        """Writes variables of the scratch Program; an operand that was made opaque is written as the original."""

        written = Expressions(self.layout.program, self.scratch.producer, shown, MATH)
        written.program = Everything(self.scratch)  # type: ignore[assignment]
        written.literals = self.scratch.literals
        written.stands_for = self.originals
        return written

    def of(self, share: Share, shown: Shown) -> tuple[str, Any]:
        """The local derivative of a share's step (or idiom) with respect to the share's operand: text and value."""
        index = self.written(share)
        text = self.expressions(shown).variable(index)[0]
        return text.removeprefix("1 · ") or "1", self.scratch.values[index]

    def written(self, share: Share) -> int:
        """The same as a variable of the scratch Program."""
        names = self.names(share)
        if share.use is not None:
            formula = share.use.idiom.vjps[share.operand]
        else:
            row = row_of(share.step.primitive)
            assert row is not None
            formula = row.vjps[share.operand.partition("#")[0]]
        opaque = {key: self._opaque(value) for key, value in names.items()}
        with np.errstate(all="ignore"):
            return emit(formula, {**opaque, "g": self.scratch.literal(1)}, self.scratch, lookup)

    def names(self, share: Share) -> dict[str, Any]:
        """The names of the row's signature (or the idiom's pattern), bound to variables and parameters."""
        if share.use is not None:
            return {**share.use.names, "y": share.use.output}
        step = share.step
        row = row_of(step.primitive)
        assert row is not None
        return row.bound(step, int(share.operand.partition("#")[2]))

    def _opaque(self, value: Any) -> Any:
        if type(value) is not int or value in self.scratch.literals:
            return value
        leaf = self.leaves.get(value)
        if leaf is None:
            leaf = self.leaves[value] = self.scratch.constant(self.derivative.values[value], "created")
            self.originals[leaf] = value
        return leaf
