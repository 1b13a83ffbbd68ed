"""Where a forward pass is smooth: what has to be positive, not zero or no tie for its derivatives to exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import sympy

from whygrad.differentiation.reverse import Derivative
from whygrad.errors import UnsupportedError
from whygrad.program import Span, Step
from whygrad.proving.algebra import Algebra, Undecidable
from whygrad.proving.symbols import Array, Run, as_array, run
from whygrad.rules import Row, row_of
from whygrad.rules.corners import sides


def domain(derivative: Derivative, values: Run, algebra: Algebra, label: Callable[[int], str]) -> Iterator[str]:
    """The conditions under which the forward pass is smooth, step by step; those that hold anyway are left out."""
    program = derivative.program
    producers = program.producers()
    literals = {c.index: c.value for c in program.constants if c.kind == "literal"}

    def text(index: int) -> str:
        if index in literals:
            return str(literals[index])
        origin = producers[index].origin if index in producers else None
        if not program.variables[index].name and isinstance(origin, Span) and origin.text:
            return origin.text
        return label(index)

    def always(one: Step, test: Callable[..., Any], wanted: str) -> bool:
        try:
            found = [algebra.form(e) for e in np.frompyfunc(test, len(one.inputs), 1)(*operands(one)).flat]
        except (Undecidable, AttributeError, ValueError):
            return False
        above = [algebra.is_positive(f) for f in found]
        below = [algebra.is_positive({m: -c for m, c in f.items()}) for f in found]
        return all(a or (b and wanted == "≠") for a, b in zip(above, below, strict=True))

    def operands(one: Step) -> list[Array]:
        return [np.array(values.values[i], dtype=object, ndmin=1) for i in one.inputs]

    positive: set[int] = set()
    ordered = {s.output for s in program.steps if s.primitive.name in ("sort", "partition")}  # noted by the run
    for one in program.steps[: derivative.split]:
        if one.primitive.name == "sqrt":
            positive.add(one.output)
        if one.primitive.name == "divide" and one.inputs[1] in positive:
            continue
        condition = CONDITIONS.get(one.primitive.name)
        if condition is not None and not values.moving.isdisjoint(one.inputs):
            test, wanted, sentence = condition
            if not always(one, test, wanted):
                yield sentence.format(*map(text, one.inputs))
        elif (row := row_of(one.primitive)) is not None and row.corner is not None and one.output not in ordered:
            if not values.moving.isdisjoint(one.inputs) and not _never(row, one, derivative.values, values, algebra):
                yield row.corner.off.format_map(dict(zip(row.operands, map(text, one.inputs), strict=False)))
        elif row is not None and row.broadcasts and not row.smooth:
            if not values.moving.isdisjoint(one.inputs):
                yield f"{text(one.inputs[0])} is at no corner of {row.name}"
        elif one.primitive.name == "power" and not values.moving.isdisjoint(one.inputs):
            exponents = {Fraction(e.p, e.q) if e.is_Rational else None for e in values.values[one.inputs[1]].flat}
            if any(e is None or e.denominator != 1 for e in exponents):
                if not always(one, lambda x, n: x, ">"):
                    yield f"{text(one.inputs[0])} > 0"
            elif any(e is not None and e < 0 for e in exponents) and not always(one, lambda x, n: x, "≠"):
                yield f"{text(one.inputs[0])} ≠ 0"


def _never(row: Row, one: Step, concrete: Sequence[Any], values: Run, algebra: Algebra) -> bool:
    """Is the step at no corner whatever the symbols are? Where its two sides differ by what is above or below 0."""
    found = sides(row, one, concrete)
    if found is None:
        return False
    program, places, numbers = found
    given = {n: as_array(values.values[i]) for n, i in enumerate((*one.inputs, one.output))}
    try:
        left, right = (as_array(run(program, given, numbers).values[i]) for i in places)
        forms = [algebra.form(e) for e in np.ravel(left - right)]
    except (Undecidable, UnsupportedError, AttributeError, ValueError):
        return False
    return all(algebra.is_positive(f) or algebra.is_positive({m: -c for m, c in f.items()}) for f in forms)


CONDITIONS: dict[str, tuple[Callable[..., Any], str, str]] = {
    "log": (lambda x: x, ">", "{0} > 0"),
    "log2": (lambda x: x, ">", "{0} > 0"),
    "log10": (lambda x: x, ">", "{0} > 0"),
    "log1p": (lambda x: 1 + x, ">", "1 + {0} > 0"),
    "sqrt": (lambda x: x, ">", "{0} > 0"),
    "cbrt": (lambda x: x, ">", "{0} > 0"),
    "divide": (lambda x, y: y, "≠", "{1} ≠ 0"),
    "reciprocal": (lambda x: x, "≠", "{0} ≠ 0"),
    "arcsin": (lambda x: 1 - x**2, ">", "|{0}| < 1"),
    "arccos": (lambda x: 1 - x**2, ">", "|{0}| < 1"),
    "arctanh": (lambda x: 1 - x**2, ">", "|{0}| < 1"),
    "arccosh": (lambda x: x - 1, ">", "{0} > 1"),
    "hypot": (lambda x, y: x**2 + y**2, ">", "{0} and {1} are not both 0"),
    **dict.fromkeys(
        ("inv", "solve", "solve_vector", "log_abs_det"), (lambda *x: sympy.S.Zero, ">", "{0} has an inverse")
    ),
}
"""What has to be positive (>) or not zero (≠) where a forward step is smooth, and how it is said."""
