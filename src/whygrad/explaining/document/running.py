"""Programs beside the derivation's own, as the document has them: they continue it, so only what is new is told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from whygrad.explaining.document import encoding
from whygrad.explaining.document.encoding import Forms, Object
from whygrad.program import Program
from whygrad.rules.core import to_core


def used_by(program: Program) -> set[int]:
    """The variables that a Program makes or reads; a recording has others, too."""
    found = {*program.inputs, *program.outputs}
    for step in program.steps:
        found.update(step.inputs, step.outputs)
    return found


def core_of(program: Program, core: Program, forms: Forms) -> Object:
    """What is run instead of the steps that are not core; what that computes on the way has numbers behind all
    others."""
    before = len(program.variables)
    constants = {c.index: c for c in core.constants}
    instead, steps = [], iter(core.steps)
    for one in program.steps:
        written = [next(steps)]
        while written[-1].outputs != one.outputs:
            written.append(next(steps))
        if written != [one]:
            told = [encoding.step(step, {}, forms) for step in written]
            instead.append({"of": one.output, "steps": told})
    return {
        "variables": [
            forms.constant(constants[i], core.variables[i]) if i in constants else forms.variable(i, core.variables[i])
            for i in sorted(used_by(core))
            if i >= before
        ],
        "instead": instead,
    }


def continued(
    name: str, program: Program, values: Sequence[Any], split: int, told: Collection[int], forms: Forms
) -> tuple[Object, Program]:
    """A Program that continues value_and_grad, whose variables are `told`; and its core. It has forms and constants,
    but no values: those it gets when it is run."""
    core, _ = to_core(program, values)
    constants = {c.index: c for c in program.constants}
    new = sorted(used_by(program) - set(told))
    variables = program.variables
    found: Object = {
        "name": name,
        "continues": "value_and_grad",
        "inputs": list(program.inputs),
        "outputs": list(program.outputs),
        "variables": [
            forms.constant(constants[i], variables[i]) if i in constants else forms.variable(i, variables[i])
            for i in new
        ],
        "primitives": sorted({step.primitive.name for step in core.steps}),
        "runnable": True,
        "obstacles": [],
        "steps": [encoding.step(step, {}, forms) for step in program.steps],
        "split": split,
    }
    if core is not program:
        found["core"] = core_of(program, core, forms)
    return found, core
