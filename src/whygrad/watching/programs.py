"""From a recording to a Program: only what the result needs, with the author's names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from whygrad.program import Constant, Guard, Program, Span, Step
from whygrad.program.building import variable_of
from whygrad.watching.recording import Recording, Site, span_of


def to_program(
    recording: Recording,
    inputs: Sequence[int],
    outputs: Sequence[int],
    name: str,
    input_names: dict[int, str] | None = None,
) -> Program:
    """The Program that computes `outputs` from `inputs`. With `input_names`, variables get the author's names
    (which reads the source; without, nothing is read)."""
    needed = set(outputs)
    given = set(inputs)
    raw = []
    for number in range(len(recording.steps) - 1, -1, -1):
        step = recording.steps[number]
        if step[3] in needed and step[3] not in given:
            raw.append((step, recording.sites[number]))
            needed.update(step[1])
    raw.reverse()
    steps = tuple(
        Step(primitive, operands, params, (output,), span_of(site))
        for (primitive, operands, params, output), site in raw
    )
    constants = []
    for index, origin in recording.origins.items():
        if index in needed and index not in given:
            kind = origin.kind if origin.kind != "argument" else "captured"
            value = recording.outer.get(index, recording.values[index])
            constants.append(Constant(index, value, "captured" if kind == "outer" else kind, origin.path))
    names = author_names(recording, steps, needed, input_names) if input_names is not None else {}
    variables = tuple(
        variable_of(value, names.get(i, "")) if i in needed or i in given else NOWHERE
        for i, value in enumerate(recording.values)
    )
    taken = [(i, outcome, site) for i, outcome, site in recording.guards if i in needed or recording.is_active(i)]
    guards = tuple(Guard(index, outcome, span_of(site)) for index, outcome, site in _distinct(taken))
    return Program(variables, tuple(inputs), tuple(constants), steps, tuple(outputs), guards, name)


NOWHERE = variable_of(0)


def _distinct(guards: Iterable[tuple[int, Any, Site | None]]) -> list[tuple[int, Any, Site | None]]:
    found: dict[tuple[int, str], tuple[int, Any, Site | None]] = {}
    for guard in guards:
        found.setdefault((guard[0], repr(guard[1])), guard)
    return list(found.values())


WRITES = frozenset({"setitem", "add_at"})


def author_names(
    recording: Recording, steps: Sequence[Step], needed: set[int], input_names: dict[int, str]
) -> dict[int, str]:
    """The author's name of each variable. A name bound in several rounds of a loop is numbered h[0], h[1] …;
    one that is bound again elsewhere gets a number behind an underscore, x_1."""
    bound: list[tuple[int, str, Any]] = [(i, n, ("argument", n)) for i, n in input_names.items()]
    root: dict[int, str] = {i: n for i, n in input_names.items()}
    for index, origin in recording.origins.items():
        if index in needed and index not in input_names:
            span = span_of(origin.site)
            name = origin.path or (span.name if span and origin.kind in ("created", "drawn") else "")
            if name and origin.kind != "literal":
                bound.append((index, name, origin.site and origin.site[:2]))
                root[index] = name
    for step in steps:
        span = step.origin if isinstance(step.origin, Span) else None
        name = (span.name or _part_name(step, span)) if span is not None else ""
        if step.primitive.name in WRITES:
            name = root.get(step.inputs[0], name)
        if name and span is not None:
            root[step.output] = name
            bound.append((step.output, name, (span.code, span.offset)))
    places: dict[str, list[tuple[int, Any]]] = {}
    for index, name, place in bound:
        places.setdefault(name, []).append((index, place))
    written = {step.output for step in steps if step.primitive.name in WRITES}
    names: dict[int, str] = {}
    taken = {name for name, found in places.items() if len(found) == 1}
    for name, found in places.items():
        made = [place for index, place in found if index not in written]
        in_loop = len(made) > 1 and len(set(made)) == 1
        if len(found) == 1:
            names[found[0][0]] = name
            continue
        rounds = writes = 0
        for number, (index, _) in enumerate(found):
            wanted = name if number == 0 else f"{name}_{number}"
            if in_loop:
                rounds, writes = (rounds, writes + 1) if index in written else (rounds + 1, 0)
                wanted = f"{name}[{max(0, rounds - 1)}]" + (f"_{writes}" if writes else "")
            while wanted in taken:
                wanted += "_"
            taken.add(wanted)
            names[index] = wanted
    return names


def _part_name(step: Step, span: Span) -> str:
    """The name of row i of an array that is taken apart: q, k, v = a."""
    parts = span.binding.parts
    if parts and step.primitive.name == "getitem":
        for n, part in enumerate(parts):
            if step.params == ((("int", n),),):
                return part
    return ""


def identifier(name: str) -> str:
    """A name as Python can have it: self.W becomes self_W, h[0] becomes h_0."""
    return re.sub(r"\W+", "_", name).strip("_") or "v"
