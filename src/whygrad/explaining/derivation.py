"""The Derivation: a function's value, its gradients, and the reason for every line of its backward pass."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from whygrad.differentiation.gradients import (
    Gradients,
    as_gradient,
    output_of,
    prepare,
    rebuilt,
    wanted_leaves,
)
from whygrad.differentiation.reverse import Derivative, reverse
from whygrad.errors import NoFloatsError, NonFiniteWarning
from whygrad.explaining.lines import Layout, Line
from whygrad.explaining.naming import printable
from whygrad.explaining.reasons import Explained, explain_all
from whygrad.program import Guard, Program, Span
from whygrad.watching.losses import Loss
from whygrad.watching.programs import to_program
from whygrad.watching.recording import Recording, span_of
from whygrad.watching.watch import Leaf, Watched, argument_names, watch

VERIFIED = "verified: along a random direction the gradient agrees with differences of the forward pass"


@dataclass(eq=False)
class Derivation:
    """What `derive` gives. `print(d)` explains it line by line; `d.code()` is it as NumPy source.

    Attributes:
        name: the function's name.
        value: its value at the arguments.
        gradients: the gradients, a tuple in the order of `wrt_names`, each in the structure of its argument.
        program: the Program of value and gradients (forward steps, then backward steps).
        captured: the arrays that the code reads besides its arguments, by name: keyword arguments of `code()`.
        notes: what was found out on the way (verification, kinks, assumptions).
    """

    name: str
    value: Any
    gradients: tuple[Any, ...]
    derivative: Derivative
    leaves: tuple[Leaf, ...]
    argument_names: tuple[str, ...]
    arguments: tuple[Any, ...]
    wrt_names: tuple[str, ...]
    leaf_groups: tuple[tuple[int, ...], ...]
    notes: tuple[str, ...] = ()
    place: tuple[str, int] = ("", 0)
    branches: tuple[Guard, ...] = ()

    @property
    def program(self) -> Program:
        return self.derivative.program

    @cached_property
    def layout(self) -> Layout:
        structured = [self.argument_code(leaf.argument) for leaf in self.leaves if leaf.path]
        return Layout(self.derivative, [name.partition("[")[0] for name in structured])

    @cached_property
    def steps(self) -> tuple[Explained, ...]:
        """The backward lines, each with its formula, local derivative, reason, shapes and value."""
        return tuple(explain_all(self.layout))

    @cached_property
    def captured(self) -> dict[str, Any]:
        layout = self.layout
        return {layout.shown(i) or "": layout.constants[i].value for i in layout.keywords}

    @property
    def leaf_paths(self) -> list[tuple[Leaf, str]]:
        """The leaves of all arguments, each with the code that reads it."""
        return [(leaf, self.code_at(leaf.argument, leaf.path)) for leaf in self.leaves]

    def argument_code(self, argument: int | str, whole: bool = False) -> str:
        """An argument's name in printed code: x, args[0] (`whole`: *args, as the signature has it)."""
        name, bracket, place = (self.argument_names[argument] if isinstance(argument, int) else argument).partition("[")
        return f"{'*' if whole and bracket else ''}{printable(name)}{'' if whole else bracket + place}"

    def code_at(self, argument: int | str, path: tuple[Any, ...]) -> str:
        """The code that reads what is at the path in an argument: params['W'], p.W, layers[0][1]."""
        value = self.arguments[argument] if isinstance(argument, int) else None
        return self.argument_code(argument) + "".join(
            f".{key}" if key is not part else f"[{part!r}]" for key, part in zip(_keys(value, path), path, strict=True)
        )

    @property
    def conditions(self) -> list[str]:
        """What the derivation holds for: branches taken, assumptions made."""
        found = []
        outcomes: dict[tuple[str, int], list[Any]] = {}
        for guard in self.branches:
            if guard.origin is not None:
                place = (guard.origin.text or "a condition", guard.origin.line)
                outcomes.setdefault(place, []).append(guard.outcome)
        for (text, line), seen in outcomes.items():
            found.append(f"on this branch: {text}{_outcome(seen)} (line {line})")
        for assumption in self.derivative.assumptions:
            found.append(f"assumed: {self._named(assumption.text)}")
        return list(dict.fromkeys(found))

    def _named(self, text: str) -> str:
        for use in self.derivative.uses.values():
            names = {k: self.layout.shown(v) or k for k, v in use.names.items() if isinstance(v, int)}
            try:
                return text.format(**names)
            except KeyError:
                continue
        return text

    def code(self, part: str = "all", reasons: bool = False) -> str:
        """The derivation as NumPy source.

        Arguments:
            part: "all", a module that defines `<name>_value_and_grad(arguments…, *, captured…)`; "backward",
                the backward lines alone; "forward", the forward lines alone.
            reasons: put the reason for each backward line above it, as a comment.

        Raises:
            NoRuleError: where the code calls a function that has no row and cannot be printed.
        """
        from whygrad.explaining.code import backward_code, forward_code, module_code

        if part == "backward":
            return backward_code(self, reasons)
        if part == "forward":
            return forward_code(self)
        if part == "all":
            return module_code(self, reasons)
        raise ValueError(f"part={part!r}: there are 'all', 'forward' and 'backward'")

    def reason_for(self, line: Line) -> str:
        """The reason for a backward line, in a sentence or a few."""
        for step in self.steps:
            if step.line is line:
                return step.summary
        return ""

    def structured(self, names: Sequence[str]) -> str:
        """The gradients' names in the structure of the arguments, as code."""
        from whygrad.explaining.code import structure_text

        parts = iter(names)
        texts = []
        for group in self.leaf_groups:
            leaves = [self.leaves[i] for i in group]
            own = [next(parts) for _ in leaves]
            if leaves[0].path == ():
                texts.append(own[0])
            else:
                position = leaves[0].argument
                argument = self.arguments[position] if isinstance(position, int) else None
                by_path = dict(zip((leaf.path for leaf in leaves), own, strict=True))
                texts.append(structure_text(argument, by_path, functools.partial(self.code_at, position)))
        return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"

    def __str__(self) -> str:
        from whygrad.explaining.text import as_text

        return as_text(self)

    def __repr__(self) -> str:
        return (
            f"<Derivation of {self.name} with respect to {', '.join(self.wrt_names)}: {len(self.steps)} backward lines>"
        )


def derive(
    f: Callable[..., Any], args: tuple[Any, ...], wrt: Any, idioms: bool, check: Callable[[Derivative], tuple[str, ...]]
) -> Derivation:
    """Watch f once, derive its backward pass, have it checked. See `whygrad.derive`."""
    name = getattr(f, "__name__", type(f).__name__)
    name = "f" if name == "<lambda>" else name
    watched = watch(f, args, {})
    output = output_of(watched, name)
    names = argument_names(f, len(args))[: max(len(args), 0)]
    positions = _positions(f, watched, args, wrt, names)
    groups = wanted_leaves(watched, positions, name)
    return _assemble(watched, output, name, tuple(names), args, groups, idioms, check)


def derive_script(path: str, idioms: bool, check: Callable[[Derivative], tuple[str, ...]]) -> Derivation:
    """Run the file as a script, watched, and derive the loss that it computes with respect to what it trains."""
    from whygrad.watching.scripts import watch_script

    script = watch_script(path)
    recording = script.recording
    recording.arguments = [p.index for p in script.parameters]
    names = _numbered([printable(p.name) for p in script.parameters])
    leaves = [Leaf(n, (), p.index, recording.values[p.index]) for n, p in enumerate(script.parameters)]
    name = printable(Path(path).stem)
    args = tuple(leaf.value for leaf in leaves)

    def derived(loss: Loss) -> Derivation:
        watched = Watched(recording, leaves, loss.index, None)
        return _assemble(watched, loss.index, name, names, args, [[leaf] for leaf in leaves], idioms, check)

    first = script.losses[0]
    derivation = derived(first) if first.computed else None
    factor = _factor(script.moves, derivation.gradients) if derivation is not None else None
    chosen = first
    if factor is None:
        for loss in script.losses:
            if not loss.computed:
                other = derived(loss)
                factor = _factor(script.moves, other.gradients)
                if factor is not None or derivation is None:
                    derivation, chosen = other, loss
                if factor is not None:
                    break
    assert derivation is not None
    derivation.notes = (*_about_the_loss(first, chosen, factor, names), *derivation.notes)
    derivation.place = (script.file, 1)
    return derivation


def _numbered(names: Sequence[str]) -> tuple[str, ...]:
    """The names, each once: what `params[k]` was in turn becomes params_k, params_k_2 …"""
    found: list[str] = []
    for name in names:
        number, wanted = 2, name
        while wanted in found:
            wanted, number = f"{name}_{number}", number + 1
        found.append(wanted)
    return tuple(found)


def _factor(moves: Sequence[Any], gradients: Sequence[Any]) -> float | None:
    """The number by which the gradient is multiplied in what the script adds to its parameters, if there is one."""
    step = np.concatenate([np.ravel(m) for m in moves])
    gradient = np.concatenate([np.ravel(g) for g in gradients])
    length = float(gradient @ gradient)
    factor = float(step @ gradient) / length if length else 0.0
    fits = factor and np.linalg.norm(step - factor * gradient) <= 1e-9 * np.linalg.norm(step)
    return factor if fits else None


def _about_the_loss(first: Loss, chosen: Loss, factor: float | None, names: Sequence[str]) -> list[str]:
    """What L was taken to be, and why."""
    where = f" (line {chosen.span.line})" if chosen.span else ""
    told = [f"L is taken to be {chosen.text}{where}; it is differentiated at the first values of {', '.join(names)}"]
    if factor is None:
        told.append(
            "the script's own first update is no multiple of this gradient: it belongs to another loss, adds something "
            "to the gradient (momentum, decay), or has a mistake"
        )
    else:
        told.append(
            f"the script's own first update is {factor:.6g} times this gradient: its backward pass fits this loss"
        )
        if first.computed and chosen is not first:
            line = f" (line {first.span.line})" if first.span else ""
            told.append(f"the number that it computes, {first.text}{line}, is not what it descends")
    return told


def _positions(f: Any, watched: Watched, args: tuple[Any, ...], wrt: Any, names: list[str]) -> list[int | str]:
    if wrt is not None:
        return Gradients(f, wrt).positions(args, {})
    floats = [leaf for leaf in watched.leaves if np.result_type(watched.recording.values[leaf.index]).kind == "f"]
    found = list(dict.fromkeys(leaf.argument for leaf in floats))
    if not found:
        given = ", ".join(names) or "none"
        raise NoFloatsError(
            f"no argument holds floats to differentiate with respect to (arguments: {given})",
            instead="convert them: x.astype(float), or 2.0 for 2",
        )
    return found


def _assemble(
    watched: Watched,
    output: int,
    name: str,
    names: tuple[str, ...],
    args: tuple[Any, ...],
    groups: list[list[Leaf]],
    idioms: bool,
    check: Callable[[Derivative], tuple[str, ...]],
) -> Derivation:
    recording = watched.recording
    for index in recording.origins:  # what is shown later stays what it was, also if the author trains on
        if isinstance(recording.values[index], np.ndarray):
            recording.values[index] = recording.values[index].copy()
    leaf_names = _leaf_names(watched.leaves, names, args)
    program = to_program(recording, recording.arguments, [output], name, leaf_names)
    wrt = tuple(leaf.index for group in groups for leaf in group)
    with np.errstate(all="ignore"):
        derivative = reverse(program, recording.values, wrt, idioms=idioms)
    warn_non_finite(program, recording.values)
    derived = prepare(derivative)
    raw = [derivative.values[i] for i in derivative.program.outputs[1:]]
    flat = iter(
        [as_gradient(g, recording.values[v], fresh) for g, v, fresh in zip(raw, wrt, derived.fresh, strict=True)]
    )
    gradients = []
    for group in groups:
        own = [next(flat) for _ in group]
        position = group[0].argument
        argument = args[position] if isinstance(position, int) else None
        gradients.append(own[0] if group[0].path == () else rebuilt(argument, group, own))
    first = next((span_of(s) for s in recording.sites if s is not None), None)
    leaves = tuple(watched.leaves)
    place = {leaf.index: i for i, leaf in enumerate(leaves)}
    return Derivation(
        name,
        recording.values[output],
        tuple(gradients),
        derivative,
        leaves,
        names,
        args,
        tuple(names[g[0].argument] if isinstance(g[0].argument, int) else g[0].argument for g in groups),
        tuple(tuple(place[leaf.index] for leaf in group) for group in groups),
        (*kinks(program, recording.values), *(check(derivative) or (VERIFIED,))),
        _place(first),
        tuple(_branches(recording)),
    )


def _place(span: Span | None) -> tuple[str, int]:
    """The file and first line of the function that was entered."""
    while span is not None and span.caller is not None:
        span = span.caller
    return (span.file, span.code.co_firstlineno) if span is not None else ("", 0)


def _branches(recording: Recording) -> Iterator[Guard]:
    """What the code asked of values that depend on its arguments, in order."""
    moving = set(recording.arguments)
    for _, inputs, _, output in recording.steps:
        if not moving.isdisjoint(inputs):
            moving.add(output)
    for index, outcome, site in recording.guards:
        if index in moving:
            yield Guard(index, outcome, span_of(site))


def _outcome(seen: Sequence[Any]) -> str:
    """The answers to one condition, as words."""
    if all(isinstance(one, (bool, np.bool_)) for one in seen):
        true = sum(map(bool, seen))
        if true == len(seen):
            return ""
        return " is false" if not true else f" is true {true} of {len(seen)} times"
    different = list(dict.fromkeys(map(str, seen)))
    return f" is {', '.join(different if len(different) <= 4 else [*different[:3], '…'])}"


def _keys(value: Any, path: tuple[Any, ...]) -> tuple[Any, ...]:
    """The path with the names of fields where it leads through named tuples."""
    keys = []
    for part in path:
        keys.append(value._fields[part] if hasattr(value, "_fields") else part)
        value = value[part]
    return tuple(keys)


def _leaf_names(leaves: Sequence[Leaf], names: tuple[str, ...], args: tuple[Any, ...]) -> dict[int, str]:
    """The names of the leaves: the argument's; the key's, where it is one and no other leaf's or argument's."""
    paths = [_keys(args[x.argument] if isinstance(x.argument, int) else None, x.path) for x in leaves]
    last = [path[-1] for path in paths if path]
    found = {}
    for leaf, path in zip(leaves, paths, strict=True):
        argument = names[leaf.argument] if isinstance(leaf.argument, int) else leaf.argument
        if (
            path
            and isinstance(path[-1], str)
            and path[-1].isidentifier()
            and last.count(path[-1]) == 1
            and path[-1] not in names
        ):
            found[leaf.index] = path[-1]
        else:
            found[leaf.index] = argument + "".join(f"[{part!r}]" for part in path)
    return found


def kinks(program: Program, values: Sequence[Any]) -> tuple[str, ...]:
    """Where the point lies on a corner of |x| or of a maximum: which of the possible slopes is used."""
    found = []
    for step in program.steps:
        name, operands = step.primitive.name, [np.asarray(values[i]) for i in step.inputs]
        place = step.origin if isinstance(step.origin, Span) else None
        where = f" in {place.text} (line {place.line})" if place and place.text else ""
        if name == "absolute" and operands[0].dtype.kind == "f" and np.any(operands[0] == 0):
            found.append(f"|x| has no slope at 0 (−1 from the left, +1 from the right){where}: 0 is used")
        elif name in ("maximum", "minimum") and np.any(operands[0] == operands[1]):
            found.append(f"both sides are equal{where}, a corner: the slope of one of them is used")
    return tuple(dict.fromkeys(found))


def warn_non_finite(program: Program, values: Sequence[Any]) -> None:
    """Warn of the first step that made a nan or an infinity out of finite numbers, naming its inputs."""
    for step in program.steps:
        value = values[step.output]
        if np.result_type(value).kind == "f" and not np.all(np.isfinite(value)):
            if any(not np.all(np.isfinite(values[i])) for i in step.inputs if np.result_type(values[i]).kind == "f"):
                continue
            kind = "nan" if np.any(np.isnan(value)) else "infinity"
            given = " and ".join(_brief(program, values, i) for i in step.inputs)
            place = step.origin if isinstance(step.origin, Span) else None
            at = f"{place.file}:{place.line}:{place.column}: " if place else ""
            text = f"\n{place.excerpt()}" if place else ""
            warnings.warn(
                f"{at}{kind} appears here: {step.primitive.name} of {given}{text}", NonFiniteWarning, stacklevel=5
            )
            return


def _brief(program: Program, values: Sequence[Any], index: int) -> str:
    value = np.asarray(values[index])
    name = program.variables[index].name
    if not name:
        origin = next((s.origin for s in program.steps if s.output == index), None)
        name = origin.text if isinstance(origin, Span) else ""
    if value.ndim == 0:
        return f"{name} = {value.item()!r}" if name else repr(value.item())
    return (
        f"{name or 'an array'} of shape {value.shape}, from {value.min():.4g} to {value.max():.4g}"
        if value.size
        else name
    )
