"""Reverse mode: walk the steps backwards, apply each step's row, add where paths meet. This is backpropagation.

For every variable v that the output L depends on, the walk finds ∂L/∂v: for each step that reads v, the step's row
turns the gradient of the step's output (the upstream gradient g) into one path's share; the shares add up. The
result is again a Program: the forward steps and, behind them, the backward steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from whygrad.differentiation.recognising import Use, recognise
from whygrad.errors import NoRuleError, UnsupportedError
from whygrad.program import Program, Reason, Simplification, Span, Step
from whygrad.program.building import Builder
from whygrad.rules import Assumption, lookup, primitive, row_of, simplify
from whygrad.rules.formula import emit


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
    active = _active(program, wrt)
    uses = recognise(program, builder, active) if idioms else {}
    shares: dict[int, list[Share]] = {output: []}
    gradients: dict[int, int] = {}
    if output in active:
        gradients[output] = builder.literal(1)  # ∂L/∂L = 1
        for step in reversed(program.steps):
            v = step.output
            if v in active and (v in shares or v in gradients):
                if v not in gradients:
                    gradients[v] = _meet(builder, v, shares[v])
                if program.variables[v].name:
                    builder.kept.add(gradients[v])
                for share in _shares(builder, step, gradients[v], uses.get(v), active):
                    shares.setdefault(_operand(share), []).append(share)
    for v in wrt:
        found = shares.get(v)
        if v not in gradients:
            gradients[v] = _meet(builder, v, found) if found else builder.constant(_zeros(values[v]), "created")
    results = [_finished(builder, gradients, v) for v in wrt]
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


def _operand(share: Share) -> int:
    """The forward variable that the share belongs to."""
    if share.use is not None:
        return share.use.operands[share.operand]
    number = share.operand.partition("#")[2]
    return share.step.inputs[int(number)]


def _active(program: Program, wrt: Sequence[int]) -> set[int]:
    """The variables that depend on `wrt` smoothly."""
    active = {v for v in wrt if program.variables[v].dtype.kind == "f"}
    for step in program.steps:
        row = row_of(step.primitive)
        if row is not None and row.kind == "nondiff":
            continue
        if not active.isdisjoint(step.inputs):
            for out in step.outputs:
                kind = program.variables[out].dtype.kind
                if kind == "c":
                    place = step.origin if isinstance(step.origin, Span) else None
                    raise UnsupportedError(
                        "complex numbers are not supported yet", place=place, instead="compute with two real arrays"
                    )
                if kind == "f":
                    active.add(out)
    return active


def _meet(builder: Builder, v: int, shares: Sequence[Share]) -> int:
    """The sum over the paths that lead from v to the output. Entries written into a larger array go in one by one."""
    builder.reason = Reason("sum", v, paths=tuple(s.step.output for s in shares))
    plain = [s.index for s in shares if not _is_scatter(builder, s.index, v)]
    scattered = [builder.producer[s.index] for s in shares if _is_scatter(builder, s.index, v)]
    if len(scattered) == 1 and not plain:
        return shares[0].index
    total: int | None = None
    for index in plain:
        total = index if total is None else builder.apply(primitive("add"), (total, index))
    if scattered and total is not None and (total in builder.literals or builder.shape(total) != builder.shape(v)):
        total = builder.apply(primitive("spread"), (total, v))
    for step in scattered:
        g, _, *places = step.inputs
        if total is None:
            total = builder.apply(step.primitive, step.inputs, step.params)
        else:
            total = builder.apply(primitive("add_at"), (total, g, *places), step.params)
    assert total is not None
    return total


def _is_scatter(builder: Builder, index: int, v: int) -> bool:
    """Is the share entries among zeros, in the whole shape of v (not in one that is still to be spread)?"""
    step = builder.producer.get(index)
    return step is not None and step.primitive.name == "scatter" and builder.shape(index) == builder.shape(v)


def _shares(builder: Builder, step: Step, g: int, use: Use | None, active: set[int]) -> list[Share]:
    """What the step sends back to each of its operands: the chain rule, one link."""
    if use is not None:
        builder.reason = Reason("rule", use.output, idiom=use.idiom.name)
        names = {**use.names, "g": _ranked(builder, g, use.output), "y": use.output}
        found = []
        for name, operand in use.operands.items():
            if operand in active:
                share = emit(use.idiom.vjps[name], names, builder, lookup)
                share = _fitted(builder, share, builder.shape(share), operand)
                found.append(Share(step, name, _typed(builder, share, operand), use))
        return found
    row = row_of(step.primitive)
    if row is None:
        raise NoRuleError(
            f"no rule for {step.primitive.name.removeprefix('opaque ')}: its gradient is not known",
            place=step.origin if isinstance(step.origin, Span) else None,
            instead=INSTEAD.get(step.primitive.name.rpartition(".")[2])
            or "write it with functions that whygrad knows (whygrad rules lists them)",
        )
    if not row.broadcasts:
        g = _ranked(builder, g, step.output) if row.lazy else _full(builder, g, step.output)
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
            share = _fitted(builder, share, np.shape(builder.values[step.output]), operand)
        elif row.stacks:
            share = _fitted(builder, share, builder.shape(share), operand)
        found.append(Share(step, f"{name}#{number}", _typed(builder, share, operand)))
    return found


INSTEAD = {
    "var": "np.mean((x - np.mean(x)) ** 2), with the axis that you need",
    "std": "np.sqrt(np.mean((x - np.mean(x)) ** 2)), with the axis that you need",
    "norm": "np.sqrt(np.sum(x ** 2))",
}
"""What to write for functions that people use often and that have no row."""


def _full(builder: Builder, g: int, v: int) -> int:
    """The gradient g of v, spread over v's whole shape."""
    if builder.shape(g) == np.shape(builder.values[v]):
        return g
    before, builder.reason = builder.reason, Reason("spread", v)
    spread = builder.apply(primitive("spread"), (g, v))
    builder.reason = before
    return spread


def _ranked(builder: Builder, g: int, v: int) -> int:
    """The gradient g of v with v's axes (of one element, where it is still to be spread), or one number."""
    n = len(builder.shape(g))
    return g if n in (0, np.ndim(builder.values[v])) else _full(builder, g, v)


def _typed(builder: Builder, share: int, v: int) -> int:
    """The share in the type of v. A mask that met ∂L/∂L = 1 becomes floats here, a float64 on its way to a float32
    narrow. (Two masks must never meet: True + True is True.)"""
    if "python" in (builder.variables[share].face, builder.variables[v].face) and builder.dtype(share).kind == "f":
        return share
    if share in builder.literals or builder.dtype(share) == builder.dtype(v):
        return share
    builder.reason = Reason("cast", v)
    return builder.apply(primitive("cast"), (share,), (str(builder.dtype(v)),))


def _fitted(builder: Builder, share: int, output: tuple[int, ...], operand: int) -> int:
    """Un-broadcasting: where the operand had been stretched to the shape `output`, its copies' gradients add up.

    An axis along which the share itself is still one number for all copies is multiplied instead of summed.
    """
    have, want = builder.shape(share), np.shape(builder.values[operand])
    whole = np.broadcast_shapes(output, have, want)
    if have == want == whole:
        return share
    n = len(whole)
    padded_have, padded_want = (1,) * (n - len(have)) + have, (1,) * (n - len(want)) + want
    copies = [i for i in range(n) if padded_want[i] == 1 and whole[i] != 1]
    if not copies:
        # Axes of one element are summed, not reshaped away: of how many a mask's axis is, the next point decides.
        leading = tuple(range(len(have) - len(want)))
        return builder.apply(primitive("sum"), (share,), (leading, False)) if leading else share
    builder.reason = Reason("unbroadcast", operand)
    summed = [i - (n - len(have)) for i in copies if padded_have[i] != 1]
    factor = int(np.prod([whole[i] for i in copies if padded_have[i] == 1], dtype=np.int64))
    if factor != 1:
        share = builder.apply(primitive("multiply"), (builder.literal(factor), share))
    extra = len(have) - len(want)
    dropped = [a for a in summed if a < extra]
    kept = [a for a in summed if a >= extra]
    if kept:
        share = builder.apply(primitive("sum"), (share,), (tuple(kept), True))
    if dropped:
        share = builder.apply(primitive("sum"), (share,), (tuple(dropped), False))
    rest = builder.shape(share)
    if len(rest) > len(want):
        share = builder.apply(primitive("reshape"), (share,), (rest[len(rest) - len(want) :],))
    return share


def _zeros(value: Any) -> Any:
    return np.zeros(np.shape(value), np.result_type(value))[()] if np.ndim(value) == 0 else np.zeros_like(value)


def _finished(builder: Builder, gradients: dict[int, int], v: int) -> int:
    """The gradient of an argument as it is handed out: the argument's shape and dtype."""
    g = _full(builder, gradients[v], v)
    wanted = builder.variables[v].dtype
    if builder.dtype(g) != wanted and wanted.kind == "f" and g not in builder.literals:
        builder.reason = Reason("cast", v)
        g = builder.apply(primitive("cast"), (g,), (str(wanted),))
    gradients[v] = g
    return g
