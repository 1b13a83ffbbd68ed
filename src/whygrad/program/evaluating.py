"""Running a Program: one step after the other, never by recursion; a free memory is written over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from whygrad.program.data import Program, Step, Variable

Apply = Callable[..., Any]


def evaluate(program: Program, arguments: Sequence[Any], *, apply: Apply | None = None) -> list[Any]:
    """The values of the outputs, for arguments in the order of `program.inputs`.

    `apply(primitive, operands, params)` replaces the evaluation of a step (a watcher records it, say).
    """
    values = evaluate_all(program, arguments, apply=apply)
    return [values[i] for i in program.outputs]


def evaluate_all(program: Program, arguments: Sequence[Any], *, apply: Apply | None = None) -> list[Any]:
    """The values of all variables, by index."""
    values: list[Any] = [None] * len(program.variables)
    for constant in program.constants:
        values[constant.index] = constant.value
    for index, argument in zip(program.inputs, arguments, strict=True):
        values[index] = argument
    for step in program.steps:
        results = evaluate_step(step, [values[i] for i in step.inputs], apply=apply)
        for index, value in zip(step.outputs, results, strict=True):
            values[index] = value
    return values


def evaluate_step(step: Step, operands: list[Any], *, apply: Apply | None = None) -> Sequence[Any]:
    """What one step makes of its operands, output by output."""
    if step.body is not None:
        return _repeat(step, operands, apply)
    if apply is None:
        return (step.primitive.evaluate(*operands, *step.params),)
    return (apply(step.primitive, operands, step.params),)


def _repeat(step: Step, operands: list[Any], apply: Apply | None) -> list[Any]:
    assert step.body is not None
    carried, fixed = operands[: len(step.outputs)], operands[len(step.outputs) :]
    for _ in range(step.trips):
        carried = evaluate(step.body, [*carried, *fixed], apply=apply)
    return carried


AS_TEXT = 400
"""Up to this many steps a run is made into a Python function; a longer one goes through a table of its steps."""


def straight_line(
    steps: Sequence[Step], given: Sequence[int], wanted: Sequence[int], variables: Sequence[Variable]
) -> Callable[..., tuple[Any, ...]]:
    """A Python function of the `given` variables that runs `steps` and returns the `wanted` variables.

    A step whose first operand is made here and read for the last time writes over it (`evaluate_into`); what was
    read from that operand as a view is copied then.
    """
    functions = _evaluators(steps, wanted, variables)
    if len(steps) > AS_TEXT:
        return _by_table(steps, functions, given, wanted)
    names: dict[str, Any] = {}
    lines = []
    for number, (step, function) in enumerate(zip(steps, functions, strict=True)):
        names[f"f{number}"] = function
        operands = [f"v{i}" for i in step.inputs]
        for place, value in enumerate(step.params):
            names[f"p{number}_{place}"] = value
            operands.append(f"p{number}_{place}")
        lines.append(f"    v{step.outputs[0]} = f{number}({', '.join(operands)})")
    # Names are bound as defaults: a local is read faster than a global, and nothing can change it.
    header = ", ".join([*(f"v{i}" for i in given), *(f"{n}={n}" for n in names)])
    results = "".join(f"v{i}, " for i in wanted)
    source = f"def run({header}):\n" + "\n".join(lines) + f"\n    return ({results})\n"
    space = dict(names)
    exec(compile(source, "<whygrad program>", "exec"), space)
    function_made: Callable[..., tuple[Any, ...]] = space["run"]
    return function_made


def _evaluators(
    steps: Sequence[Step], wanted: Sequence[int], variables: Sequence[Variable]
) -> list[Callable[..., Any]]:
    """What runs each step: `evaluate_into` where the first operand's memory is free after it."""
    last_read: dict[int, int] = {}
    for number, step in enumerate(steps):
        for index in step.inputs:
            last_read[index] = number
    kept, own = set(wanted), set[int]()
    written_over: set[int] = set()
    views: dict[int, int] = {}
    chosen = []
    for number, step in enumerate(steps):
        primitive, output = step.primitive, step.outputs[0]
        first = step.inputs[0] if step.inputs else -1
        free = first in own and first not in kept and last_read[first] == number and step.inputs.count(first) == 1
        into = primitive.evaluate_into is not None and free
        chosen.append(primitive.evaluate_into if into and primitive.evaluate_into else primitive.evaluate)
        if into:
            written_over.add(first)
        if primitive.is_view and variables[output].face == "array":
            if primitive.name == "getitem":
                views[number] = first
            else:
                kept.update(i for i in step.inputs if i in own)
        else:
            own.add(output)
    for number, base in views.items():
        if base in written_over:
            chosen[number] = _copied(steps[number].primitive.evaluate)
    return chosen


def _copied(evaluate: Callable[..., Any]) -> Callable[..., Any]:
    def copy(*operands: Any) -> Any:
        return evaluate(*operands).copy()

    return copy


def _by_table(
    steps: Sequence[Step], functions: list[Callable[..., Any]], given: Sequence[int], wanted: Sequence[int]
) -> Callable[..., tuple[Any, ...]]:
    table = [(f, s.inputs, s.params, s.outputs[0]) for s, f in zip(steps, functions, strict=True)]
    places = tuple(given)

    def run(*arguments: Any) -> tuple[Any, ...]:
        values: dict[int, Any] = dict(zip(places, arguments, strict=True))
        for function, inputs, params, output in table:
            values[output] = function(*[values[i] for i in inputs], *params)
        return tuple(values[i] for i in wanted)

    return run
