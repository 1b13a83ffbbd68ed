"""Programs of the core alone: a step whose row has a body is written out by it, until only core steps are left.

The primitives without a body are core (docs/design.md lists them). Whoever runs Programs by other means than NumPy (the
page's interpreter, machine code, JAX) knows those, and gets the rest from here. Variable n of the Program is variable n
of its core, too: a body's last step makes the very variable that the step made; what the body computes on the way comes
behind all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from whygrad.program import Primitive, Program, Step, evaluate_all
from whygrad.program.building import Builder
from whygrad.rules.formula import emit
from whygrad.rules.row import lookup, primitive, row_of


class CoreBuilder(Builder):
    """Builds with core steps only, whatever is applied."""

    def _step(self, primitive: Primitive, operands: tuple[int, ...], params: tuple[Any, ...]) -> int:
        row = row_of(primitive)
        body = row.parsed.get("body") if row is not None else None
        if row is None or body is None:
            return super()._step(primitive, operands, params)
        names = row.bound(Step(primitive, operands, params, (-1,)), 0)
        for place, name in enumerate(row.operands):
            if name.startswith("*"):
                names[name[1:]] = operands[place:]
        return emit(body, names, self, lookup)


def is_core(step: Step) -> bool:
    """Is it a step that a body does not write out further?"""
    row = row_of(step.primitive)
    return row is None or row.is_core


def to_core(program: Program, values: Sequence[Any]) -> tuple[Program, list[Any]]:
    """The same Program with core steps only, and the values of its variables.

    `values` are those of the Program's variables (shapes are read from them). A Program that is core is given back.
    """
    if all(step.body is None and is_core(step) for step in program.steps):
        return program, list(values)
    with np.errstate(all="ignore"):
        return _to_core(program, values)


def _to_core(program: Program, values: Sequence[Any]) -> tuple[Program, list[Any]]:
    builder = CoreBuilder(program, values)
    steps: list[Step] = []
    for step in program.steps:
        if step.body is not None:
            steps.append(replace(step, body=_body(step.body, [builder.values[i] for i in step.inputs])))
        elif is_core(step):
            steps.append(step)
        else:
            steps.extend(_written_out(builder, step))
    whole = replace(program, variables=tuple(builder.variables), constants=tuple(builder.constants), steps=tuple(steps))
    return whole, builder.values


def _body(body: Program, operands: list[Any]) -> Program:
    return to_core(body, evaluate_all(body, operands))[0]


def _written_out(builder: CoreBuilder, step: Step) -> list[Step]:
    """The steps that the body of the step's row comes to; the last one makes what the step made."""
    before = len(builder.steps)
    builder.forget()
    made = builder.apply(step.primitive, step.inputs, step.params)
    found = [replace(s, origin=step.origin) for s in builder.steps[before:]]
    wanted = builder.dtype(step.output)
    if builder.dtype(made) != wanted:  # whole numbers, say, of which the body makes floats
        return [*found, Step(primitive("cast"), (made,), (str(wanted),), step.outputs, step.origin)]
    if found and found[-1].output == made:
        return [*found[:-1], replace(found[-1], outputs=step.outputs)]
    same = Step(primitive("reshape"), (made,), (builder.shape(step.output),), step.outputs, step.origin)
    return [*found, same]
