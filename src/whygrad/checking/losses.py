"""The losses that a program may descend: numbers that it computes, and well-known ones of the differences it sends back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Any

import numpy as np

from whygrad.checking.roles import Update
from whygrad.checking.trace import NOTHING, Trace
from whygrad.rules import primitive
from whygrad.watching.programs import WRITES
from whygrad.watching.recording import Origin, Recording

LOSS_NAME = re.compile(
    r"(?i)loss|cost|objective|energy|entropy|likelihood|(?:^|\W)(?:J|L|E|mse|sse|nll|ce|err\w*|total)$"
)
LIKELIHOOD = re.compile(r"(?i)likelihood|(?:^|_)ll(?:$|_)|log_?prob|reward|elbo")
ROUGH = frozenset({"argmax", "argmin", "sqrt", "equal", "not_equal", "rint"})
"""What a number for the reader is made by (accuracy, root mean square), not a loss that is descended."""
MOST = 6
"""So many of each sort are tried."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A number that the program may descend. `source`: "declared", "given" or "inferred"; `family` tells the inferred ones
    apart: squares, sigmoid cross-entropy, softmax cross-entropy."""

    index: int
    formula: str
    source: str
    line: int | None
    family: str = ""
    ascent: bool = False
    named: bool = False


def declared(trace: Trace, updates: Sequence[Update]) -> list[Loss]:
    """The numbers that the program computes from its parameters and does not use for their gradients: likeliest first."""
    parameters = {u.before for u in updates}
    later = trace.descendants({v for u in updates for v in u.later})
    depends = trace.influences(parameters)
    used = trace.ancestors({u.after for u in updates}, stop=parameters)
    found: list[tuple[tuple[Any, ...], Loss]] = []
    ends = max((u.after for u in updates), default=0)
    moved = {v for u in updates for v in (u.amount, *u.later)}
    for name, inputs, _, output in trace.steps:
        if np.shape(trace.values[output]) != () or not depends.get(output) or not trace.is_float(output):
            continue
        own_later = output in later
        if output in moved or output in used and not own_later:
            continue
        if (
            own_later
            and output > ends
            and not (name.name == "add" and any(i not in later and depends.get(i) for i in inputs))
        ):
            continue
        span = trace.span(output)
        text = span.text if span is not None else ""
        named = bool(span and (LOSS_NAME.search(span.name) or any(_is_loss_call(c.code) for c in (span, *span.calls))))
        readers = [trace.steps[n] for n in trace.readers.get(output, ()) if trace.steps[n][3] not in later]
        is_end = not any(np.shape(trace.values[r[3]]) == () and depends.get(r[3]) for r in readers)
        score = (len(depends[output]), named, is_end, not own_later, output)
        ascent = bool(span and LIKELIHOOD.search(span.name or text)) and "-" not in text[:1]
        shown = span.name if span is not None and span.name and named else text
        found.append((score, Loss(output, shown, "declared", span.line if span else None, "", ascent, named)))
    found.sort(key=lambda f: f[0], reverse=True)
    most = found[0][0][0] if found else 0
    return [loss for score, loss in found if score[0] == most][:MOST]


def _is_loss_call(code: CodeType) -> bool:
    return bool(LOSS_NAME.search(code.co_name))


def is_rough(trace: Trace, loss: Loss, parameters: set[int]) -> bool:
    """Is it a number for the reader: an accuracy, a mean absolute error, a root of a mean?"""
    made_by = {trace.primitive(i) for i in trace.ancestors([loss.index], stop=parameters)}
    return bool(made_by & ROUGH) or ("absolute" in made_by and "log" not in made_by)


@dataclass(frozen=True, slots=True)
class _Difference:
    """An output and what it is compared with, in the order output − target or the reverse."""

    output: int
    target: int
    text: str
    line: int | None
    squares: bool = True


def inferred(trace: Trace, updates: Sequence[Update]) -> tuple[Trace, list[Loss]]:
    """The losses of which the program may send back the gradient without computing them; steps for them are put behind the
    recording's (so the trace is made anew)."""
    recording = trace.recording
    groups = _differences(trace, updates)
    losses: list[Loss] = []
    if not groups:
        return trace, losses
    everything = [d for group in groups for d in group]
    wholes = [everything, *reversed(groups)] if len(groups) > 1 and len(everything) <= 2 * LARGEST else groups[::-1]
    for group in wholes[:MOST]:
        losses.extend(_of_group(recording, group))
    return Trace(recording), losses


LARGEST = 400
"""So many differences of one place are summed at most."""


def _differences(trace: Trace, updates: Sequence[Update]) -> list[list[_Difference]]:
    parameters = {u.before for u in updates}
    later = trace.descendants({v for u in updates for v in u.later})
    depends = trace.influences(parameters)
    used = trace.ancestors({u.after for u in updates}, stop=parameters)
    groups: dict[Any, list[_Difference]] = {}
    seen: set[tuple[int, int]] = set()
    for number, (made_by, inputs, _, output) in enumerate(trace.steps):
        if output in later or output not in used:
            continue
        pair: tuple[int, int] | None = None
        squares = True
        if made_by.name in ("subtract", "divide", "add") and len(inputs) == 2:
            active = [bool(depends.get(i, NOTHING)) for i in inputs]
            if active.count(True) == 1:
                prediction, target = inputs if active[0] else inputs[::-1]
                if not trace.is_literal(target):
                    if made_by.name == "subtract":
                        pair = prediction, target
                    elif made_by.name == "add" and trace.primitive(target) == "negative":
                        pair = prediction, trace.inputs(target)[0]
                    elif made_by.name == "divide" and not active[0]:
                        pair, squares = (prediction, target), False
        elif made_by.name in WRITES and depends.get(inputs[0]):
            pair = _one_hot(trace, output, inputs)
        if pair is None or pair in seen or not trace.is_float(pair[0]):
            continue
        if np.size(trace.recording.values[pair[1]]) != np.size(trace.values[pair[0]]):
            continue
        seen.add(pair)
        span = trace.span(output)
        site = trace.recording.sites[number]
        key = site[:2] if site is not None else output
        text = span.text if span is not None else ""
        groups.setdefault(key, []).append(_Difference(*pair, text, span.line if span else None, squares))
    return [g[:LARGEST] for g in groups.values()]


def _one_hot(trace: Trace, output: int, inputs: tuple[int, ...]) -> tuple[int, int] | None:
    """p[range(n), y] −= 1: the probabilities and the labels, as a constant of their shape."""
    before, after = np.asarray(trace.values[inputs[0]]), np.asarray(trace.values[output])
    hot = before - after
    if not (np.all(np.isin(np.round(hot, 12), (0, 1))) and np.any(hot)):
        return None
    return inputs[0], trace.recording.variable(np.round(hot), Origin("created", "", None))


def _of_group(recording: Recording, group: Sequence[_Difference]) -> Iterator[Loss]:
    """½ Σ (output − target)² and, where the outputs are probabilities, the cross-entropies."""
    first = group[0]
    outputs = [np.asarray(recording.values[d.output]) for d in group]
    targets = [np.asarray(recording.values[d.target]) for d in group]
    if any(d.squares for d in group):
        total = _sum_of(recording, [_half_squares(recording, d) for d in group])
        yield Loss(total, f"½ Σ ({first.text})²", "inferred", first.line, "squares")
    probable = all(np.all((o > 0) & (o < 1)) for o in outputs) and all(np.all((t >= 0) & (t <= 1)) for t in targets)
    if not probable:
        return
    axes = [a for a in (-1, 0) if all(o.ndim > 0 and np.allclose(o.sum(axis=a), 1) for o in outputs)]
    if axes and any(o.shape[axes[0]] > 1 for o in outputs):
        total = _sum_of(recording, [_log_likelihood(recording, d.output, d.target) for d in group])
        yield Loss(total, f"the cross-entropy of a softmax, from {first.text}", "inferred", first.line, "softmax")
        return
    total = _sum_of(recording, [_cross_entropy(recording, d.output, d.target) for d in group])
    yield Loss(total, f"the cross-entropy of a sigmoid, from {first.text}", "inferred", first.line, "sigmoid")


def append(recording: Recording, name: str, inputs: Sequence[int], params: tuple[Any, ...] = ()) -> int:
    """A step that the program did not make: it stands nowhere in it."""
    made_by = primitive(name)
    with np.errstate(all="ignore"):
        value = made_by.evaluate(*(recording.values[i] for i in inputs), *params)
    index = len(recording.values)
    recording.values.append(value)
    recording.steps.append((made_by, tuple(inputs), params, index))
    recording.sites.append(None)
    return index


def _sum_of(recording: Recording, parts: Sequence[int]) -> int:
    total = parts[0]
    for part in parts[1:]:
        total = append(recording, "add", (total, part))
    return total


def _total(recording: Recording, x: int) -> int:
    axes = tuple(range(np.ndim(recording.values[x])))
    return append(recording, "sum", (x,), (axes, False)) if axes else x


def _like(recording: Recording, target: int, output: int) -> int:
    """The target in the output's shape."""
    shape = np.shape(recording.values[output])
    if np.shape(recording.values[target]) == shape:
        return target
    return append(recording, "reshape", (target,), (shape,))


def _half_squares(recording: Recording, d: _Difference) -> int:
    error = append(recording, "subtract", (d.output, _like(recording, d.target, d.output)))
    squares = append(recording, "power", (error, recording.literal(2)))
    return append(recording, "multiply", (recording.literal(0.5), _total(recording, squares)))


def _log_likelihood(recording: Recording, p: int, t: int) -> int:
    """−Σ t log p"""
    both = append(recording, "multiply", (_like(recording, t, p), append(recording, "log", (p,))))
    return append(recording, "negative", (_total(recording, both),))


def _cross_entropy(recording: Recording, k: int, t: int) -> int:
    """−Σ (t log k + (1 − t) log(1 − k))"""
    t = _like(recording, t, k)
    one = recording.literal(1)
    first = append(recording, "multiply", (t, append(recording, "log", (k,))))
    rest = append(recording, "log", (append(recording, "subtract", (one, k)),))
    second = append(recording, "multiply", (append(recording, "subtract", (one, t)), rest))
    both = append(recording, "add", (first, second))
    return append(recording, "negative", (_total(recording, both),))
