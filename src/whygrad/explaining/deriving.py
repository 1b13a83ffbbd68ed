"""Deriving: watch a function once, differentiate what was watched, have it checked, give the Derivation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from whygrad.differentiation.calling import as_floats, as_gradient, must_be_a_function, rebuilt, wanted_leaves
from whygrad.differentiation.gradients import Gradients, backward_steps, output_of
from whygrad.differentiation.reverse import Derivative, reverse
from whygrad.errors import NoFloatsError
from whygrad.explaining.derivation import Derivation, keys_of
from whygrad.explaining.findings import branches, columns_against_rows, kinks, warn_non_finite
from whygrad.program import Guard, Program, Span
from whygrad.watching.programs import to_program
from whygrad.watching.recording import span_of
from whygrad.watching.watch import Leaf, Watched, argument_names, watch
from whygrad.watching.writing import keep_versions

VERIFIED = "verified: along a random direction the gradient agrees with differences of the forward pass"


def derive(
    f: Callable[..., Any], args: tuple[Any, ...], wrt: Any, idioms: bool, check: Callable[[Derivative], tuple[str, ...]]
) -> Derivation:
    """Watch f once, derive its backward pass, have it checked. See `whygrad.derive`."""
    must_be_a_function(f)
    name = getattr(f, "__name__", type(f).__name__)
    name = "f" if name == "<lambda>" else name
    watched = watch(f, args, {})
    output = output_of(watched, name)
    names = argument_names(f, len(args))[: max(len(args), 0)]
    positions = _positions(f, watched, args, wrt, names)
    groups = wanted_leaves(watched, positions, name, args, names)
    derivation = assemble(watched, output, name, tuple(names), args, groups, idioms, check)
    derivation.again = lambda others: derive(f, others, wrt, idioms, check)
    return derivation


def _positions(f: Any, watched: Watched, args: tuple[Any, ...], wrt: Any, names: list[str]) -> list[int | str]:
    if wrt is not None:
        return Gradients(f, wrt).positions(args, {})
    floats = [leaf for leaf in watched.leaves if np.result_type(watched.recording.values[leaf.index]).kind == "f"]
    found = list(dict.fromkeys(leaf.argument for leaf in floats))
    if not found:
        label = getattr(f, "__name__", type(f).__name__)
        if not args:
            raise NoFloatsError(
                f"{label} was called without arguments, so there is nothing to differentiate with respect to",
                instead=f"make what should be moved an argument: def {'f' if label == '<lambda>' else label}(w): …",
            )
        given = ", ".join(names)
        if held := _held(names, args):
            raise NoFloatsError(
                f"no argument holds floats to differentiate with respect to (arguments: {given}): the arrays of an "
                "object are its own",
                instead=f"take one of them as the argument: def loss({held[1]}): {held[0]}.{held[1]} = {held[1]}; …",
            )
        raise NoFloatsError(
            f"no argument holds floats to differentiate with respect to (arguments: {given})",
            instead=f"convert them: {as_floats(args)}",
        )
    return found


def _held(names: list[str], args: tuple[Any, ...]) -> tuple[str, str] | None:
    """An argument that is an object with floats in it, and the attribute that holds them."""
    for name, value in zip(names, args, strict=False):
        for attribute, part in getattr(value, "__dict__", {}).items():
            if isinstance(part, (float, np.ndarray)) and np.result_type(part).kind == "f":
                return name, attribute
    return None


def assemble(
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
    keep_versions(recording)
    leaf_names = _leaf_names(watched.leaves, names, args)
    program = to_program(recording, recording.arguments, [output], name, leaf_names)
    wrt = tuple(leaf.index for group in groups for leaf in group)
    with np.errstate(all="ignore"):
        derivative = reverse(program, recording.values, wrt, idioms=idioms)
    warn_non_finite(program, recording.values)
    derived = backward_steps(derivative)
    found = (*columns_against_rows(program, recording.values, wrt), *kinks(program, recording.values))
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
    taken = tuple(branches(recording, recording.arguments))
    captured = [i for i, origin in recording.origins.items() if origin.kind == "captured"]
    of_arguments = {guard.variable for guard in taken}
    of_data = tuple(guard for guard in branches(recording, captured) if guard.variable not in of_arguments)

    def questions(guards: tuple[Guard, ...]) -> Program | None:
        asked = list(dict.fromkeys(guard.variable for guard in guards))
        return to_program(recording, recording.arguments, asked, name, leaf_names) if asked else None

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
        (*found, *(check(derivative) or (VERIFIED,))),
        _place(first),
        taken,
        questions((*taken, *of_data)),
        of_data,
        questions(of_data),
        turns=tuple(recording.turns),
    )


def _place(span: Span | None) -> tuple[str, int]:
    """The file and first line of the function that was entered."""
    while span is not None and span.caller is not None:
        span = span.caller
    return (span.file, span.code.co_firstlineno) if span is not None else ("", 0)


def _leaf_names(leaves: Sequence[Leaf], names: tuple[str, ...], args: tuple[Any, ...]) -> dict[int, str]:
    """The names of the leaves: the argument's; the key's, where it is one and no other leaf's or argument's."""
    paths = [keys_of(args[x.argument] if isinstance(x.argument, int) else None, x.path) for x in leaves]
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
