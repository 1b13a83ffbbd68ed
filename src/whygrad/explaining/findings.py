"""What a derivation finds out on the way: corners, values that are not finite, branches that were taken."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from whygrad.errors import NonFiniteWarning
from whygrad.program import Guard, Program, Span
from whygrad.rules import row_of
from whygrad.rules.corners import met
from whygrad.watching.recording import Recording, span_of


def kinks(program: Program, values: Sequence[Any]) -> tuple[str, ...]:
    """Where the point lies on a corner or a jump of a row: which of the possible slopes is used."""
    found = []
    felt = _felt(program)
    for step in program.steps:
        row = row_of(step.primitive)
        if row is None or row.corner is None or step.output not in felt:
            continue
        with np.errstate(all="ignore"):
            if not np.any(met(row, step, values)):
                continue
        place = step.origin if isinstance(step.origin, Span) else None
        where = f" in {place.text} (line {place.line})" if place and place.text else ""
        found.append(f"{row.corner.said}{where}: {row.corner.used}")
    return tuple(dict.fromkeys(found))


def _felt(program: Program) -> set[int]:
    """The variables that depend on the arguments and that the result depends on."""
    moving = {i for i in program.inputs if program.variables[i].dtype.kind == "f"}
    for step in program.steps:
        if not moving.isdisjoint(step.inputs):
            moving.add(step.output)
    needed = set(program.outputs)
    for step in reversed(program.steps):
        if step.output in needed:
            needed.update(step.inputs)
    return moving & needed


MADE_AN_AXIS = frozenset({"reshape", "expand_dims", "getitem", "transpose", "swapaxes", "moveaxis"})
"""What an author writes who means a column to meet a row."""


def columns_against_rows(program: Program, values: Sequence[Any], wrt: Sequence[int]) -> Iterator[str]:
    """Where a column (n, 1) that was computed meets plain data (n,): NumPy makes all n × n pairs of it, and a loss
    that means to compare them one by one trains on something else without a word."""
    producers = {step.output: step for step in program.steps}
    moving = set(wrt)
    for step in program.steps:
        if moving.isdisjoint(step.inputs):
            continue
        moving.update(step.outputs)
        if step.primitive.name not in ("subtract", "multiply") or not isinstance(step.origin, Span):
            continue
        for column, row in (step.inputs, step.inputs[::-1]):
            n = np.size(values[row])
            if column not in moving or row in moving or n < 2:
                continue
            if np.shape(values[column]) != (n, 1) or np.shape(values[row]) != (n,):
                continue
            made = producers.get(column)
            if made is None or made.primitive.name not in MADE_AN_AXIS:
                yield (
                    f"{step.origin.text} (line {step.origin.line}) is ({n}, {n}): a column ({n}, 1) and a row ({n},) "
                    "meet in every pair; if they belong together one by one, give both the same shape, e.g. "
                    f"{_name(program, row)}.reshape(-1, 1)"
                )


def _name(program: Program, index: int) -> str:
    return program.variables[index].name or "the row"


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


def branches(recording: Recording, of: Iterable[int]) -> Iterator[Guard]:
    """What the code asked of values that depend on the variables `of`, in order."""
    moving = set(of)
    for _, inputs, _, output in recording.steps:
        if not moving.isdisjoint(inputs):
            moving.add(output)
    for index, outcome, site in recording.guards:
        if index in moving:
            origin = span_of(site)
            yield Guard(index, outcome, origin.asked if origin else None)
