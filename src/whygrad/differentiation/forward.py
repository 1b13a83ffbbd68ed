"""Forward mode: walk the steps forwards and carry each variable's tangent along, by the same rows as reverse mode.

Let the inputs move in some direction. The tangent of a variable is the rate at which it moves then. A step's row says
how the tangents of its operands make up that of its output, without a second table of rules:

* elementwise: the row's factor times the tangent, that is, the row's formula with the tangent in the place of g;
* linear: the step itself, applied to the tangents;
* bilinear: the product rule, A′ B + A B′;
* any other row, and idioms: the formula for reverse mode is Jᵀ g, and linear in g. Pulled back through itself it gives
  J (double transposition: its "gradient with respect to g", with the tangent as what comes from above).

What does not move has no tangent at all: no zeros are added or multiplied. The result is again a Program: the forward
steps and, behind them, the tangent steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from whygrad.differentiation.fitting import finished, full, typed, zeros
from whygrad.differentiation.recognising import Use, recognise
from whygrad.differentiation.reverse import active_variables, meet, operand_of, pull_back, rule_of, shares_of
from whygrad.program import Program, Reason, Step
from whygrad.program.building import Builder, variable_of
from whygrad.rules import Assumption, Row, lookup, primitive, row_of, simplify
from whygrad.rules.formula import emit


@dataclass(slots=True)
class Differential:
    """A Program with its tangent steps, and which variable is the tangent of which.

    `program` takes, behind its own inputs, the tangents of `wrt` (`seeds`); it computes the forward outputs and then
    the tangent of each. Steps from `split` on are tangent steps. `tangents[v]` is the variable that holds the tangent
    of v, for all v that move.
    """

    program: Program
    split: int
    given: int
    """How many variables there are before the first that a tangent step makes: the forward ones and the seeds."""
    wrt: tuple[int, ...]
    seeds: tuple[int, ...]
    tangents: dict[int, int]
    values: list[Any]
    assumptions: tuple[Assumption, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The tangent steps."""
        return self.program.steps[self.split :]


def forward(
    program: Program,
    values: Sequence[Any],
    wrt: Sequence[int],
    directions: Sequence[Any],
    *,
    idioms: bool = True,
    forms_only: bool = False,
) -> Differential:
    """The tangents of the Program's outputs, as the variables `wrt` move in `directions`.

    `values` are the values of all variables, `directions` have the shapes and types of those of `wrt`. Raises
    NoRuleError where a tangent would have to pass through a step that has no row.
    """
    seeds = tuple(range(len(values), len(values) + len(wrt)))
    named = [dotted(program.variables[v].name) for v in wrt]
    start = replace(
        program,
        variables=(*program.variables, *map(variable_of, directions, named)),
        inputs=(*program.inputs, *seeds),
    )
    builder = Builder(start, [*values, *directions], simplify, forms_only)
    tangents = dict(zip(wrt, seeds, strict=True))
    active = active_variables(program.variables, program.steps, wrt)
    uses = recognise(program, builder, active) if idioms else {}
    passed = set().union(*(use.inside for use in uses.values()))
    wanted = _wanted(program)
    for step in program.steps:
        v = step.output
        if v not in active or v in passed or v not in wanted:
            continue
        moved = _tangent(builder, step, tangents, uses.get(v))
        if moved is not None:
            tangents[v] = moved
            _name(builder, moved, program.variables[v].name)
    results = [
        finished(builder, tangents[v], v) if v in tangents else builder.constant(zeros(_float(values[v])), "created")
        for v in program.outputs
    ]
    whole = builder.finish([*program.outputs, *results], program.name)
    assumptions = tuple(a for u in uses.values() if u.output in tangents for a in u.assumptions)
    return Differential(
        whole, len(program.steps), len(start.variables), tuple(wrt), seeds, tangents, builder.values, assumptions
    )


def _wanted(program: Program) -> set[int]:
    """The variables that move an output: not those of which only a comparison, say, is taken."""
    wanted = set(program.outputs)
    for step in reversed(program.steps):
        row = row_of(step.primitive)
        if step.output in wanted and (row is None or row.kind != "nondiff"):
            wanted.update(step.inputs)
    return wanted


def dotted(name: str) -> str:
    """The name of the tangent of a named variable: x_dot, for ẋ; h_dot[1] for that of h[1]."""
    name, bracket, place = name.partition("[")
    return f"{name}_dot{bracket}{place}" if name else ""


def _name(builder: Builder, tangent: int, name: str) -> None:
    if name and tangent >= len(builder.program.variables) and not builder.variables[tangent].name:
        builder.variables[tangent] = replace(builder.variables[tangent], name=dotted(name))
        builder.kept.add(tangent)


def _tangent(builder: Builder, step: Step, tangents: dict[int, int], use: Use | None) -> int | None:
    """The tangent of a step's output, or None where it does not move: the chain rule, one link."""
    operands = step.inputs if use is None else tuple(use.operands.values())
    moving = {i for i in operands if i in tangents}
    if not moving:
        return None
    v = step.output
    if use is not None:
        found = _transposed(builder, step, use, moving, tangents)
    else:
        row = rule_of(step)
        if row.kind == "elementwise":
            found = _by_factors(builder, row, step, tangents)
        elif row.kind == "linear":
            found = _applied(builder, row, step, tangents)
        elif row.kind == "bilinear":
            found = _by_products(builder, row, step, tangents)
        else:
            found = _transposed(builder, step, None, moving, tangents)
    if not found:
        return None
    builder.reason = Reason("sum", v, paths=tuple(moving))
    total = found[0]
    for one in found[1:]:
        total = builder.apply(primitive("add"), (total, one))
    return typed(builder, total, v)


def _moving(row: Row, step: Step, tangents: dict[int, int]) -> list[int]:
    """The numbers of the operands that move the output."""
    return [n for n, i in enumerate(step.inputs) if i in tangents and row.operand_name(n) in row.vjps]


def _by_factors(builder: Builder, row: Row, step: Step, tangents: dict[int, int]) -> list[int]:
    """Elementwise: each operand's tangent takes the place of g in the formula."""
    found = []
    for number in _moving(row, step, tangents):
        builder.reason = Reason("tangent", step.output, step.output, number)
        names = {**row.bound(step, number), "g": tangents[step.inputs[number]]}
        found.append(emit(row.vjps[row.operand_name(number)], names, builder, lookup))
    return found


def _applied(builder: Builder, row: Row, step: Step, tangents: dict[int, int]) -> list[int]:
    """Linear: what the step does to its operands, it does to their tangents."""
    moving = _moving(row, step, tangents)
    if not moving:
        return []
    builder.reason = Reason("tangent", step.output, step.output, moving[0])
    operands = []
    for number, i in enumerate(step.inputs):
        if number in moving:
            operands.append(full(builder, tangents[i], i))
        elif row.operand_name(number) in row.vjps:
            operands.append(_still(builder, i))
        else:
            operands.append(i)
    return [builder.apply(row.primitive, operands, step.params)]


def _still(builder: Builder, i: int) -> int:
    """Zeros in the place of an operand that does not move, beside others that do."""
    zero = builder.literal(0.0)
    return zero if builder.variables[i].face == "python" else builder.apply(primitive("spread"), (zero, i))


def _by_products(builder: Builder, row: Row, step: Step, tangents: dict[int, int]) -> list[int]:
    """Bilinear: the product rule. One factor moves while the others stay."""
    found = []
    for number in _moving(row, step, tangents):
        i = step.inputs[number]
        operands = list(step.inputs)
        builder.reason = Reason("tangent", step.output, step.output, number)
        operands[number] = full(builder, tangents[i], i)
        found.append(builder.apply(row.primitive, operands, step.params))
    return found


def _transposed(builder: Builder, step: Step, use: Use | None, moving: set[int], tangents: dict[int, int]) -> list[int]:
    """J t from the formula for Jᵀ g: write it for some g, pull t back through what was written, to g."""
    v, first, constants = step.output, len(builder.steps), len(builder.constants)
    g = builder.constant(builder.values[v], "created")
    del builder.constants[constants]  # g is gone when we are done
    shares = shares_of(builder, step, g, use, moving)
    ends = [full(builder, share.index, operand_of(share)) for share in shares]
    written = builder.steps[first:]
    active = active_variables(builder.variables, written, [g])
    found = []
    for share, end in zip(shares, ends, strict=True):
        if end not in active:
            continue
        operand = operand_of(share)
        gradients = {end: full(builder, tangents[operand], operand)}
        met = pull_back(builder, written, gradients, active, {}).get(g)
        if end == g:
            found.append(gradients[g])
        elif met:
            found.append(meet(builder, g, met))
    reason = Reason("tangent", v, v)
    for place in range(first, len(builder.steps)):
        # Where g stays, it is for its shape, which is the output's.
        written_step = builder.steps[place]
        inputs = tuple(v if i == g else i for i in written_step.inputs)
        builder.steps[place] = builder.producer[written_step.output] = replace(
            written_step, inputs=inputs, origin=reason
        )
    return [v if i == g else i for i in found]


def _float(value: Any) -> Any:
    """The value, or zero in its shape where it is no float: what is flat has tangent 0."""
    return value if np.result_type(value).kind == "f" else np.zeros(np.shape(value))[()]
