"""The hand-written gradients against the derived ones, at fresh random numbers: which agree, up to which factor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from whygrad.checking.losses import Loss, has_penalty
from whygrad.checking.trace import Trace
from whygrad.checking.update import Update
from whygrad.differentiation.reverse import Derivative, reverse
from whygrad.watching.programs import to_program

PROBES = 2
TIGHT = 1e-6
"""Relative difference up to which two gradients of float64 are the same."""


class Adjoints:
    """∂L/∂v for every variable v on the way from the parameters to the loss, at any values."""

    def __init__(self, trace: Trace, loss: int, updates: Sequence[Update]) -> None:
        parameters = [u.before for u in updates]
        cut = [v for u in updates for v in u.later]
        given = [*parameters, *(v for v in dict.fromkeys(cut) if v not in parameters)]
        program = to_program(trace.recording, given, [loss], "loss")
        self.loss = loss
        self.derivative: Derivative = reverse(program, trace.recording.values, parameters, idioms=False)
        self.shapes = {v: trace.shape(v) for v in self.derivative.gradients}
        self.base = list(self.derivative.values)
        made = self.derivative.producers
        self.steps = [made[i] for i in sorted(made) if i >= self.derivative.forward_variables]
        """The backward steps, with those that only intermediate derivatives need."""

    def _computed(self, values: list[Any]) -> list[Any]:
        """The values of all variables, those of the backward steps too."""
        known = self.derivative.forward_variables
        every = [*values[:known], *self.base[known:]]
        with np.errstate(all="ignore"):
            for step in self.steps:
                every[step.output] = step.primitive.evaluate(*[every[i] for i in step.inputs], *step.params)
        return every

    def at(self, values: list[Any]) -> dict[int, Any]:
        """The adjoint of each variable, given the values of the trace's variables."""
        every = self._computed(values)
        return {v: np.broadcast_to(np.asarray(every[g]), self.shapes[v]) for v, g in self.derivative.gradients.items()}

    def shares(self, values: list[Any]) -> list[Any]:
        """What single paths contribute to the gradients of variables that several paths meet in."""
        every = self._computed(values)
        return [
            np.asarray(every[s.index])
            for v, s_all in self.derivative.shares.items()
            if len(s_all) > 1
            for s in s_all
            if v in self.shapes
        ]


def probes(trace: Trace, updates: Sequence[Update], count: int = PROBES, seed: int = 0) -> list[list[Any]]:
    """The values of the whole trace at fresh random parameters and data, branches as they were."""
    random = np.random.default_rng(seed)
    parameters = {u.before for u in updates}
    data = _data(trace, updates)
    last = max((u.after for u in updates), default=-1)  # what is asked later, of a trained network, changes no gradient
    guards = [(i, o) for i, o, _ in trace.recording.guards if isinstance(o, (bool, np.bool_)) and i <= last]
    found: list[list[Any]] = []
    for spread in (0.5, 0.5, 0.2, 0.05, 0.01, 0.001):
        if len(found) == count:
            break
        for _ in range(count - len(found)):
            given = {i: _moved(trace.values[i], random, spread, i in parameters) for i in (*parameters, *data)}
            try:
                values = trace.compute(given)
            except (ArithmeticError, ValueError, IndexError, TypeError, np.linalg.LinAlgError):
                continue
            if all(_same_outcome(values[i], o) for i, o in guards):
                found.append(values)
    return found


def _same_outcome(value: Any, outcome: Any) -> bool:
    try:
        return bool(value) == bool(outcome)
    except ValueError:  # of an array: not a branch, but what a function said of the whole of it
        return True


def _data(trace: Trace, updates: Sequence[Update]) -> list[int]:
    """The given floats that the network multiplies by a parameter or a function of one: its inputs, not its targets."""
    parameters = {u.before for u in updates}
    found = []
    depends = trace.influences(parameters)
    for index, origin in trace.recording.origins.items():
        value = trace.values[index]
        if origin.kind == "literal" or index in parameters or not np.size(value) or np.result_type(value).kind != "f":
            continue
        if np.ndim(value) and np.array_equal(value, np.round(value)):
            continue
        for number in trace.readers.get(index, ()):
            made_by, inputs, _, _ = trace.steps[number]
            if made_by.name in ("matmul", "dot", "vector_matrix", "matrix_vector", "multiply", "einsum", "outer"):
                others = [i for i in inputs if i != index]
                if any(i in parameters for i in others) and any(depends.get(i) for i in others):
                    if np.ndim(value) or made_by.name != "multiply" or _feeds_forward(trace, index, updates):
                        found.append(index)
                        break
    return found


def _feeds_forward(trace: Trace, index: int, updates: Sequence[Update]) -> bool:
    """A number that is multiplied with a parameter may be an input, or the factor of its decay: that goes only into the
    updates' amounts."""
    return False


def _moved(value: Any, random: np.random.Generator, spread: float, parameter: bool) -> Any:
    array = np.asarray(value)
    size = float(np.std(array)) if array.size > 1 else abs(float(array.ravel()[0]))
    scale = spread * (size if size > 1e-12 else 0.5)
    moved = (
        array + scale * random.standard_normal(array.shape)
        if parameter
        else array * (1 + 0.3 * spread * random.standard_normal(array.shape))
    )
    moved = moved.astype(array.dtype)
    if type(value) is float:
        return float(moved)
    return moved if np.ndim(value) or isinstance(value, np.ndarray) else array.dtype.type(moved)


@dataclass(frozen=True, slots=True)
class Match:
    """A hand-written value beside the derived one, over all probes: the factor between them and what is left over,
    relative; `factor` None where there is none. `nothing`: both are 0 everywhere."""

    factor: float | None
    error: float
    nothing: bool = False


def compare(hand: Sequence[Any], derived: Sequence[Any], tolerance: float = TIGHT) -> Match:
    """Is the hand-written value the derived one up to a factor that is the same at all probes?"""
    h = np.concatenate([np.ravel(np.asarray(x, float)) for x in hand])
    d = np.concatenate([np.ravel(np.asarray(x, float)) for x in derived])
    if h.shape != d.shape or not np.all(np.isfinite(h)) or not np.all(np.isfinite(d)):
        return Match(None, float("inf"))
    across, along = float(h @ d), float(d @ d)
    if along < 1e-300:
        return Match(None, 0.0, True) if float(h @ h) < 1e-300 else Match(None, 1.0)
    factor = across / along
    size = float(np.sqrt(h @ h))
    error = float(np.sqrt(np.sum((h - factor * d) ** 2))) / size if size else 1.0
    return Match(factor if error <= tolerance else None, error)


@dataclass(frozen=True, slots=True)
class Judged:
    """One parameter's hand-written gradient under one loss: which variable it is, by which factors it is the derived
    one, with the rate (`stepped`: of what is subtracted from the parameter) and without (`factor`)."""

    update: Update
    gradient: int | None
    factor: float | None
    stepped: float | None
    error: float

    @property
    def agrees(self) -> bool:
        return self.factor is not None


@dataclass(frozen=True, slots=True)
class Verdict:
    """All parameters under one loss. `odd` are those that disagree; `common` the factor that the others share."""

    loss: Loss
    judged: tuple[Judged, ...]
    common: float | None
    stepped: bool
    """Do they share the factor with the rate (then the rates count as part of the gradient) or without?"""

    @property
    def odd(self) -> tuple[Judged, ...]:
        return tuple(j for j in self.judged if not self.is_right(j))

    def is_right(self, judged: Judged) -> bool:
        factor = judged.stepped if self.stepped else judged.factor
        if judged.error == 0.0 and judged.factor is None:
            return True
        return factor is not None and self.common is not None and abs(factor - self.common) <= 1e-5 * abs(self.common)

    @property
    def is_all_right(self) -> bool:
        return not self.odd and self.common is not None

    @property
    def right(self) -> int:
        return len(self.judged) - len(self.odd)


def judge(
    trace: Trace, updates: Sequence[Update], loss: Loss, values: Sequence[list[Any]], adjoints: Adjoints
) -> Verdict:
    """Every parameter's hand-written gradient against the loss's."""
    derived = [adjoints.at(v) for v in values]
    if loss.ascent and loss.source == "declared":
        derived = [{i: -g for i, g in d.items()} for d in derived]
    tolerance = _tolerance(trace, updates)
    strict = has_penalty(trace, loss, {u.before for u in updates})
    judged = [_judge_one(trace, u, values, [d.get(u.before) for d in derived], tolerance, strict) for u in updates]
    judged = [j for j in judged if not j.update.idle or j.factor is not None]
    judged = [replace(j, factor=None, stepped=None, error=1.0) if j.update.idle else j for j in judged]
    best: Verdict | None = None
    for stepped in (False, True):
        factors = [f for j in judged if (f := j.stepped if stepped else j.factor) is not None]
        for factor in dict.fromkeys(round(f, 14) for f in sorted(factors, key=lambda f: abs(abs(f) - 1))):
            verdict = Verdict(loss, tuple(judged), factor, stepped)
            if best is None or verdict.right > best.right:
                best = verdict
    return best or Verdict(loss, tuple(judged), None, False)


def _tolerance(trace: Trace, updates: Sequence[Update]) -> float:
    return TIGHT if all(np.result_type(trace.values[u.before]).itemsize >= 8 for u in updates) else 2e-3


def _judge_one(
    trace: Trace, update: Update, values: Sequence[list[Any]], derived: Sequence[Any], tolerance: float, strict: bool
) -> Judged:
    if any(d is None for d in derived):
        return Judged(update, update.gradients[-1] if update.gradients else None, None, None, 1.0)
    if update.amount is None:
        if any(np.shape(v[update.before]) != np.shape(v[update.after]) for v in values):
            return Judged(update, update.after, None, None, 1.0)
        steps = [np.asarray(v[update.before], float) - np.asarray(v[update.after], float) for v in values]
        match = compare(steps, derived, max(tolerance, 1e-6))
        return Judged(update, update.after, match.factor, match.factor, match.error)
    amounts = [-update.sign * np.asarray(v[update.amount], float) for v in values]
    whole = compare(amounts, derived, tolerance)
    gradient, match = update.amount, whole
    nameless = not any(trace.name(i) for i in update.gradients[1:])
    for inner in update.gradients[1:]:
        if strict and inner in update.undecayed:
            break  # the loss has penalties of its own: a decay beside it is one too many
        found = compare([v[inner] for v in values], derived, tolerance)
        better = found.factor is not None and (match.factor is None or nameless or bool(trace.name(inner)))
        if better or (match.factor is None and found.error < match.error - 1e-9):
            gradient, match = inner, found
    factor = match.factor
    if factor is not None and gradient != update.amount:  # which way does it go into the parameter?
        along = sum(
            float(np.sum(np.asarray(v[gradient], float).reshape(np.shape(a)) * a))
            for v, a in zip(values, amounts, strict=True)
        )
        factor = abs(factor) if along * factor > 0 else -abs(factor)
    if whole.nothing and factor is None:
        return Judged(update, gradient, None, None, 0.0)
    return Judged(update, gradient, factor, whole.factor, match.error)
