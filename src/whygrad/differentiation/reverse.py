"""Reverse mode: walk the steps backwards, apply each step's row, add where paths meet. This is backpropagation.

For every variable v that the output L depends on, the walk finds ∂L/∂v: for each step that reads v, the step's row
turns the gradient of the step's output (the upstream gradient g) into one path's share; the shares add up. The
result is again a Program: the forward steps and, behind them, the backward steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from whygrad.differentiation.fitting import finished, fitted, full, ranked, typed, zeros
from whygrad.differentiation.recognising import Use, recognise
from whygrad.errors import NoRuleError, UnsupportedError
from whygrad.program import Program, Reason, Simplification, Span, Step, Variable
from whygrad.program.building import Builder
from whygrad.rules import Assumption, Row, lookup, primitive, row_of, simplify
from whygrad.rules.formula import emit
from whygrad.rules.other_names import unsupported
from whygrad.rules.places import apart


@dataclass(frozen=True, slots=True)
class Share:
    """One path's share of a gradient: it came back through `step` (or the idiom that ends there) to `operand`."""

    step: Step
    operand: str
    index: int
    use: Use | None = None


@dataclass(slots=True)
class Derivative:
    """A Program with its backward steps, and which variable is the gradient of which.

    `program` computes the forward outputs and then the gradients of `wrt`; steps from `split` on are backward
    steps. `gradients[v]` is the variable that holds ∂L/∂v, `shares[v]` the paths that made it up.
    """

    program: Program
    split: int
    forward_variables: int
    output: int
    wrt: tuple[int, ...]
    gradients: dict[int, int]
    shares: dict[int, tuple[Share, ...]]
    uses: dict[int, Use]
    values: list[Any]
    assumptions: tuple[Assumption, ...]
    simplified: dict[int, Simplification] = field(default_factory=dict)
    producers: dict[int, Step] = field(default_factory=dict)
    """The step that makes each variable, steps that no output needs included."""

    @property
    def backward(self) -> tuple[Step, ...]:
        return self.program.steps[self.split :]


def reverse(
    program: Program, values: Sequence[Any], wrt: Sequence[int], *, idioms: bool = True, forms_only: bool = False
) -> Derivative:
    """The gradients of the Program's only output with respect to the variables `wrt`.

    `values` are the values of all variables (their shapes and dtypes matter; the gradients are computed along the way;
    with `forms_only` their values are not kept). Raises NoRuleError where a gradient would have to pass through a step
    that has no row.
    """
    builder = Builder(program, values, simplify, forms_only)
    output = program.outputs[0]
    active = active_variables(program.variables, program.steps, wrt)
    uses = recognise(program, builder, active) if idioms else {}
    gradients: dict[int, int] = {output: builder.literal(1)} if output in active else {}  # ∂L/∂L = 1
    shares = pull_back(builder, program.steps, gradients, active, uses)
    for v in wrt:
        found = shares.get(v)
        if v not in gradients:
            gradients[v] = meet(builder, v, found) if found else builder.constant(zeros(values[v]), "created")
    for v in wrt:
        gradients[v] = finished(builder, gradients[v], v)
    results = [gradients[v] for v in wrt]
    whole = builder.finish([output, *results], program.name)
    assumptions = tuple(a for u in uses.values() if u.output in gradients for a in u.assumptions)
    return Derivative(
        whole,
        len(program.steps),
        len(program.variables),
        output,
        tuple(wrt),
        gradients,
        {v: tuple(s) for v, s in shares.items()},
        {v: u for v, u in uses.items() if v in gradients},
        builder.values,
        assumptions,
        builder.simplified,
        builder.producer,
    )


def pull_back(
    builder: Builder, steps: Sequence[Step], gradients: dict[int, int], active: set[int], uses: dict[int, Use]
) -> dict[int, list[Share]]:
    """The walk: from the gradients that are known back through the steps to all that is active. `gradients` is added
    to; what is returned are the shares of each variable."""
    shares: dict[int, list[Share]] = {v: [] for v in gradients}
    for step in reversed(steps):
        v = step.output
        if v in active and v in shares:
            if v not in gradients:
                gradients[v] = meet(builder, v, shares[v])
            if builder.variables[v].name:
                builder.kept.add(gradients[v])
            for share in shares_of(builder, step, gradients[v], uses.get(v), active):
                shares.setdefault(operand_of(share), []).append(share)
    return shares


def operand_of(share: Share) -> int:
    """The forward variable that the share belongs to."""
    if share.use is not None:
        return share.use.operands[share.operand]
    number = share.operand.partition("#")[2]
    return share.step.inputs[int(number)]


def active_variables(variables: Sequence[Variable], steps: Sequence[Step], wrt: Iterable[int]) -> set[int]:
    """The variables that depend on `wrt` smoothly."""
    active = {v for v in wrt if variables[v].dtype.kind == "f"}
    for step in steps:
        row = row_of(step.primitive)
        if row is not None and row.kind == "nondiff":
            continue
        if not active.isdisjoint(step.inputs):
            for out in step.outputs:
                kind = variables[out].dtype.kind
                if kind == "c":
                    place = step.origin if isinstance(step.origin, Span) else None
                    raise UnsupportedError(
                        "complex numbers are not supported yet", place=place, instead="compute with two real arrays"
                    )
                if kind == "f":
                    active.add(out)
    return active


def meet(builder: Builder, v: int, shares: Sequence[Share]) -> int:
    """The sum over the paths that lead from v to the output. Entries written into a larger array go in one by one."""
    if len(shares) == 1:
        return shares[0].index
    builder.reason = Reason("sum", v, paths=tuple(s.step.output for s in shares))
    plain = [s.index for s in shares if not _is_scatter(builder, s.index, v)]
    scattered = [builder.producer[s.index] for s in shares if _is_scatter(builder, s.index, v)]
    total: int | None = None
    for index in plain:
        total = index if total is None else builder.apply(primitive("add"), (total, index))
    if not plain and len(scattered) > 1:
        rows = _all_rows(builder, scattered, v)
        if rows is not None:
            return builder.apply(
                primitive("stack" if builder.shape(rows[0]) else "array"),
                rows,
                (0,) if builder.shape(rows[0]) else (None,),
            )
    if scattered and total is not None and (total in builder.literals or builder.shape(total) != builder.shape(v)):
        total = builder.apply(primitive("spread"), (total, v))
    for n, step in enumerate(scattered):
        g, _, *places = step.inputs
        still_zero = not plain and all(apart(step.params[0], s.params[0], builder.shape(v)) for s in scattered[:n])
        if total is None:
            total = builder.apply(step.primitive, step.inputs, step.params)
        else:
            write = "setitem" if still_zero else "add_at"
            total = builder.apply(primitive(write), (total, g, *places), step.params)
    assert total is not None
    return total


def _all_rows(builder: Builder, scattered: Sequence[Step], v: int) -> list[int] | None:
    """Where each row of v has one share, and each share is of one row: the rows in order. They are v's gradient."""
    shape = builder.shape(v)
    rows: dict[int, int] = {}
    for step in scattered:
        g, (place,) = step.inputs[0], step.params
        if len(place) != 1 or place[0][0] != "int" or builder.shape(g) != shape[1:]:
            return None
        if builder.dtype(g) != builder.dtype(v) or builder.variables[g].face == "python":
            return None
        rows[place[0][1] % shape[0]] = g
    whole = len(rows) == len(scattered) == shape[0] <= MANY_ROWS
    return [rows[n] for n in range(shape[0])] if whole else None


MANY_ROWS = 8
"""More rows than these are not stacked in one line."""


def _is_scatter(builder: Builder, index: int, v: int) -> bool:
    """Is the share entries among zeros, in the whole shape of v (not in one that is still to be spread)?"""
    step = builder.producer.get(index)
    return step is not None and step.primitive.name == "scatter" and builder.shape(index) == builder.shape(v)


def shares_of(builder: Builder, step: Step, g: int, use: Use | None, active: set[int]) -> list[Share]:
    """What the step sends back to each of its operands: the chain rule, one link."""
    if use is not None:
        builder.reason = Reason("rule", use.output, idiom=use.idiom.name)
        names = {**use.names, "g": ranked(builder, g, use.output), "y": use.output}
        found = []
        for name, operand in use.operands.items():
            if operand in active:
                share = emit(use.idiom.vjps[name], names, builder, lookup)
                share = fitted(builder, share, builder.shape(share), operand)
                found.append(Share(step, name, typed(builder, share, operand), use))
        return found
    row = rule_of(step)
    if not row.broadcasts:
        g = ranked(builder, g, step.output) if row.lazy else full(builder, g, step.output)
    found = []
    order = list(row.formulas)
    numbers = sorted(
        (n for n in range(len(step.inputs)) if row.operand_name(n) in row.vjps),
        key=lambda n: (step.inputs[n] in builder.producer, order.index(row.operand_name(n))),
    )  # leaves first, then as the row has it
    for number in numbers:
        operand = step.inputs[number]
        name = row.operand_name(number)
        if operand not in active:
            continue
        builder.reason = Reason("rule", operand, step.output, number)
        share = emit(row.vjps[name], {**row.bound(step, number), "g": g}, builder, lookup)
        if row.broadcasts:
            share = fitted(builder, share, np.shape(builder.values[step.output]), operand)
        elif row.stacks:
            share = fitted(builder, share, builder.shape(share), operand)
        found.append(Share(step, f"{name}#{number}", typed(builder, share, operand)))
    return found


def rule_of(step: Step) -> Row:
    """The row of a step that a gradient passes through; an error where there is none."""
    row = row_of(step.primitive)
    if row is None:
        name = step.primitive.name.removeprefix("opaque ")
        known = unsupported(name)
        raise NoRuleError(
            f"no rule for {name}: {known.why if known else 'its gradient is not known'}",
            place=step.origin if isinstance(step.origin, Span) else None,
            instead=known.instead if known else "write it with functions that whygrad knows (whygrad rules lists them)",
        )
    return row
