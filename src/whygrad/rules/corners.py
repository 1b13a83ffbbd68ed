"""Is a step at a corner of its row? The row's formula for it, evaluated at the step's operands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from whygrad.program import Program, Step
from whygrad.program.building import Builder, variable_of
from whygrad.program.matching import Apply, Expression
from whygrad.rules.formula import emit
from whygrad.rules.row import Row, lookup


def met(row: Row, step: Step, values: Sequence[Any]) -> Any:
    """Where the step is at a corner, as an array of truth values. `values` are those of all variables."""
    builder, (result,) = _written(row, step, values, (row.parsed["corner"],))
    return builder.values[result]


def sides(row: Row, step: Step, values: Sequence[Any]) -> tuple[Program, tuple[int, ...], Sequence[Any]] | None:
    """For a corner where two sides are equal: a Program of the step's operands and its output that computes both, their
    places in it, and its values; None for other corners."""
    expression = row.parsed["corner"]
    if not isinstance(expression, Apply) or expression.name != "equal":
        return None
    builder, results = _written(row, step, values, expression.operands)
    return builder.finish(list(results), row.name), results, builder.values


def _written(
    row: Row, step: Step, values: Sequence[Any], expressions: Sequence[Expression]
) -> tuple[Builder, tuple[int, ...]]:
    numbers = [values[i] for i in (*step.inputs, step.output)]
    places = tuple(range(len(numbers)))
    builder = Builder(Program(tuple(map(variable_of, numbers)), places, (), (), ()), numbers)
    names = row.bound(Step(step.primitive, places[:-1], step.params, places[-1:]), 0)
    return builder, tuple(emit(expression, names, builder, lookup) for expression in expressions)
