"""The same network with another loss: the author's forward pass, a new loss behind it, and its backward pass.

The cross-entropies are computed from the scores before the sigmoid or softmax, so that no logarithm meets a 0; the
probabilities still come from the author's own steps. How the author adds up or averages is kept.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from whygrad.differentiation.reverse import Derivative, reverse
from whygrad.explaining.document.targets import ENTROPY, SQUARED, Fit, Squash, are_probabilities
from whygrad.program import Program, Step, Variable, needed_for
from whygrad.program.building import Builder
from whygrad.program.matching import Expression
from whygrad.rules import lookup, simplify
from whygrad.rules.formula import emit, parse

SOFTMAX = "exp(z - max(z, axis, True)) / sum(exp(z - max(z, axis, True)), axis, True)"
SIGMOID = "1 / (1 + exp(-z))"
OF_SIGMOID = "maximum(z, 0) - z * t + log1p(exp(-absolute(z)))"
OF_SOFTMAX = "-t * (z - max(z, axis, True) - log(sum(exp(z - max(z, axis, True)), axis, True)))"
SQUARES = "(p - t) ** 2"
SQUARES_OF_CLASSES = "add_at(p, -1, r, t, template) ** 2"


@dataclass(frozen=True, slots=True)
class Variant:
    """Another loss: what it is called, how it is written, and its derivative."""

    name: str
    formula: str
    derivative: Derivative


def variants(
    derivative: Derivative, fit: Fit, label: Callable[[int], str], room: Sequence[Variable]
) -> Iterator[Variant]:
    """The other losses that make sense for these outputs and targets. `room`: variables whose numbers are taken."""
    if fit.kind == ENTROPY:
        yield Variant(
            SQUARED, _squares_written(fit, label), _with_loss(derivative, fit, _squares, fit.factor / 2, room)
        )
    elif fit.kind == SQUARED and fit.squash is not None and are_probabilities(derivative, fit.targets, fit.squash):
        factor = _without_half(derivative, fit)
        yield Variant(
            ENTROPY, _entropy_written(fit, factor, label), _with_loss(derivative, fit, _entropy, factor, room)
        )


def _without_half(derivative: Derivative, fit: Fit) -> float:
    """The factor of a squared error without its conventional ½: the sum's, or the mean's over examples or entries."""
    if fit.factor == 0.5:  # and not the mean of two
        return 1.0
    shape = derivative.program.variables[fit.outputs].shape
    whole = [1.0, *(1 / n for n in (*shape, int(np.prod(shape))) if n)]
    halved = any(np.isclose(fit.factor, one / 2, rtol=1e-12) for one in whole)
    plain = any(np.isclose(fit.factor, one, rtol=1e-12) for one in whole)
    return 2 * fit.factor if halved and not plain else fit.factor


# How they are written


def _squares_written(fit: Fit, label: Callable[[int], str]) -> str:
    p, t = _prediction(fit, label), label(fit.targets)
    return f"{_times(fit.factor / 2)}{fit.sign}({f'one-hot({t})' if fit.picked else t} − {p})²"


def _entropy_written(fit: Fit, factor: float, label: Callable[[int], str]) -> str:
    p, t = _prediction(fit, label), label(fit.targets)
    if fit.squash is not None and fit.squash.name == "softmax":
        return f"−{_times(factor)}{fit.sign}{t} log {p}"
    return f"−{_times(factor)}{fit.sign}({t} log {p} + (1 − {t}) log(1 − {p}))"


def _prediction(fit: Fit, label: Callable[[int], str]) -> str:
    squash = fit.squash
    if squash is None or squash.made is not None:
        return label(fit.outputs)
    return f"{'softmax' if squash.name == 'softmax' else 'σ'}({label(squash.scores)})"


def _times(factor: float) -> str:
    """A factor before a sum, as people write it."""
    if np.isclose(factor, 1, rtol=1e-12):
        return ""
    if np.isclose(factor, 0.5, rtol=1e-12):
        return "½ "
    divisor = round(1 / factor)
    return f"1/{divisor} " if divisor and np.isclose(factor * divisor, 1, rtol=1e-9) else f"{factor:.6g} "


# How they are computed


def probabilities(builder: Builder, squash: Squash) -> int:
    """Probabilities made of scores, where the code has none."""
    z = written(builder, "-z", z=squash.scores) if squash.minus else squash.scores
    return written(builder, SOFTMAX if squash.name == "softmax" else SIGMOID, z=z, axis=squash.axis)


def _squares(builder: Builder, fit: Fit) -> int:
    made = fit.squash is not None and fit.squash.made is None
    p = probabilities(builder, fit.squash) if fit.squash is not None and made else fit.outputs
    if fit.picked is None:
        return written(builder, SQUARES, p=p, t=fit.targets)
    rows, template = fit.picked
    return written(builder, SQUARES_OF_CLASSES, p=p, r=rows, t=fit.targets, template=template)


def _entropy(builder: Builder, fit: Fit) -> int:
    assert fit.squash is not None
    z = written(builder, "-z", z=fit.squash.scores) if fit.squash.minus else fit.squash.scores
    text = OF_SOFTMAX if fit.squash.name == "softmax" else OF_SIGMOID
    return written(builder, text, z=z, t=fit.targets, axis=fit.squash.axis)


def written(builder: Builder, text: str, **names: Any) -> int:
    """A formula of the rules' language, written into a Program."""
    variables = frozenset(name for name, value in names.items() if type(value) is int)
    return emit(_parsed(text, variables), names, builder, lookup)


@functools.cache
def _parsed(text: str, variables: frozenset[str]) -> Expression:
    return parse(text, set(variables), lookup)


def narrowed(derivative: Derivative, wrt: Sequence[int], room: Sequence[Variable]) -> Derivative:
    """The same derivation with respect to fewer variables."""
    program, values = _forward(derivative, room)
    with np.errstate(all="ignore"):
        return reverse(program, values, wrt)


def _forward(derivative: Derivative, room: Sequence[Variable]) -> tuple[Program, list[Any]]:
    """The forward pass, and its values; what is added to it gets numbers that are not taken."""
    program, before = derivative.program, derivative.forward_variables
    forward = replace(
        program,
        variables=(*program.variables[:before], *room[before:]),
        constants=tuple(c for c in program.constants if c.index < before),
        steps=program.steps[: derivative.split],
        outputs=(derivative.output,),
        guards=(),
    )
    return forward, [*derivative.values[:before], *[None] * (len(room) - before)]


def _with_loss(
    derivative: Derivative, fit: Fit, entries: Callable[[Builder, Fit], int], factor: float, room: Sequence[Variable]
) -> Derivative:
    """The derivative of factor · Σ entries, and what the author adds to it, instead of the author's own loss."""
    forward, values = _forward(derivative, room)
    with np.errstate(all="ignore"):
        builder = Builder(forward, values, simplify)
        total = _scaled(builder, _summed(builder, entries(builder, fit)), -factor if fit.minus else factor)
        end = _replaced(builder, forward.steps, fit.total, total, derivative.output)
        whole = builder.finish([end], forward.name)
        whole = replace(whole, steps=tuple(needed_for({end, fit.outputs}, whole.steps)))
        return reverse(whole, builder.values, derivative.wrt)


def _summed(builder: Builder, entries: int) -> int:
    axes = tuple(range(len(builder.shape(entries))))
    return written(builder, "sum(x, over, False)", x=entries, over=axes) if axes else entries


def _scaled(builder: Builder, total: int, factor: float) -> int:
    if np.isclose(factor, 1, rtol=1e-12):
        return total
    divisor = round(1 / factor) if abs(factor) < 0.4 else 0
    if divisor and np.isclose(factor * divisor, 1, rtol=1e-9):
        return builder.apply(lookup("divide")[0], (total, builder.literal(divisor)))
    return builder.apply(lookup("multiply")[0], (builder.literal(factor), total))


def _replaced(builder: Builder, steps: Sequence[Step], old: int, new: int, wanted: int) -> int:
    """What becomes of `wanted` where `new` stands instead of `old`."""
    now = {old: new}
    for step in steps:
        if not now.keys().isdisjoint(step.inputs) and step.output != old:
            inputs = [now.get(i, i) for i in step.inputs]
            now[step.output] = builder.apply(step.primitive, inputs, step.params)
    return now[wanted]
