"""The losses that a program may descend: numbers that it computes, and well-known ones of what it sends back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Any

import numpy as np

from whygrad.checking.trace import NOTHING, Trace
from whygrad.checking.update import Update
from whygrad.program import Span
from whygrad.watching.losses import append, cross_entropy, half_squares
from whygrad.watching.losses import total as total_of
from whygrad.watching.programs import WRITES
from whygrad.watching.recording import Origin, Recording

LOSS_NAME = re.compile(
    r"(?i)loss|cost|objective|energy|entropy|likelihood|(?:^|\W)(?:J|L|E|mse|sse|nll|ce|err\w*|total)$"
)
LIKELIHOOD = re.compile(r"(?i)likelihood|(?:^|_)ll(?:$|_)|log_?prob|reward|elbo")
ROUGH = frozenset({"argmax", "argmin", "equal", "not_equal", "rint"})
"""What a number for the reader is made by (accuracy, root mean square), not a loss that is descended."""
MOST = 6
"""So many of each sort are tried."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A number that the program may descend. `source`: "declared", "given" or "inferred"; `family` tells the inferred
    ones apart: squares, sigmoid cross-entropy, softmax cross-entropy."""

    index: int
    formula: str
    source: str
    line: int | None
    family: str = ""
    ascent: bool = False
    named: bool = False


def declared(trace: Trace, updates: Sequence[Update]) -> list[Loss]:
    """The numbers that the program computes from its parameters and does not use for their gradients: likeliest first.

    One that another forward pass than the gradients' computes (behind the update, or on other data) is taken back to
    theirs, where that can be done."""
    parameters = list(dict.fromkeys(u.before for u in updates))
    depends = trace.masks(parameters)
    later = trace.descendants({v for u in updates for v in u.later})
    used = trace.ancestors({u.after for u in updates}, stop=parameters)
    moved = trace.ancestors({v for u in updates for v in u.later if v in trace.producer}) & later
    moved |= {v for u in updates for v in (u.amount, *u.later) if v is not None}
    numbers = {
        output: number
        for number, (_, _, _, output) in enumerate(trace.steps)
        if trace.shape(output) == () and depends.get(output) and trace.is_float(output)
    }
    candidates: list[tuple[tuple[Any, ...], int]] = []
    for output in numbers:
        if output in moved or (output in used and output not in later) or not _is_end(trace, output, numbers, later):
            continue
        named = _is_named(trace.span(output))
        score = (depends[output].bit_count(), named, output not in later, output)
        candidates.append((score, output))
    candidates.sort(reverse=True)
    carried = FirstPass(trace, updates, used)
    found: dict[int, Loss] = {}
    for (_, named, *_), output in candidates[: 4 * MOST]:
        if len(found) == MOST:
            break
        index = carried.back(output)
        if index is None or index in used or index in found or is_rough(trace, index, set(parameters)):
            continue
        span = trace.span(output)
        text = span.text if span is not None else ""
        shown = span.name if span is not None and span.name and named else text
        elsewhere = carried.is_elsewhere(index)
        line = span.line if span is not None else None
        found[index] = Loss(index, shown, "declared", line, "", _is_ascended(span), named and not elsewhere)
    return list(found.values())


GRADIENT_NAME = re.compile(r"(?i:grad|delta|nabla)|(?:^|[.\[\"'_])d[A-Z_\d]|(?:^|\W)d[a-z]{1,2}\d*$")


def _is_named(span: Span | None) -> bool:
    if span is None or (span.name and GRADIENT_NAME.search(span.name)):
        return False
    return bool(LOSS_NAME.search(span.name) or any(_is_loss_call(c.code) for c in (span, *span.calls)))


def _is_ascended(span: Span | None) -> bool:
    """Is it a likelihood, which is to become large?"""
    if span is None:
        return False
    words = [span.name, *(c.code.co_name for c in (span, *span.calls))]
    named = next((w for w in words if LOSS_NAME.search(w) or LIKELIHOOD.search(w)), "")
    return bool(LIKELIHOOD.search(named)) and not re.search(r"(?i)neg|nll|minus|loss|cost", named)


def has_penalty(trace: Trace, loss: Loss, parameters: set[int]) -> bool:
    """Does the loss contain squares or sizes of the parameters themselves?"""
    if loss.source == "inferred":
        return False
    for i in trace.ancestors([loss.index], stop=parameters):
        name, inputs = trace.primitive(i), trace.inputs(i)
        if name in ("power", "square", "absolute") and inputs[0] in parameters:
            return True
        if name in ("multiply", "dot") and len(inputs) == 2 and inputs[0] == inputs[1] and inputs[0] in parameters:
            return True
    return False


def with_penalty(trace: Trace, losses: Sequence[Loss], parameters: set[int]) -> list[Loss]:
    """The losses with a penalty that the program computes: where there is one it is meant, none of its parts and none
    that is inferred."""
    whole = [x for x in losses if x.named and has_penalty(trace, x, parameters)]
    whole = [x for x in whole if not _is_penalty_only(trace, x, parameters)]
    parts = {v for x in whole for v in trace.ancestors([x.index], stop=parameters) if v != x.index}
    return [x for x in whole if x.index not in parts]


def _is_penalty_only(trace: Trace, loss: Loss, parameters: set[int]) -> bool:
    """Is the number nothing but the penalty: are there no data in it?"""
    behind = trace.ancestors([loss.index], stop=parameters)
    return not any(not trace.primitive(v) and v not in parameters and np.ndim(trace.values[v]) for v in behind)


def _is_end(trace: Trace, index: int, numbers: Mapping[int, int], later: set[int]) -> bool:
    """Is the number no part of another one: as a loss of the data is of the loss with its penalties? That the number is
    only shortened, shown or averaged with those of other rounds makes it no part."""
    for number in trace.readers.get(index, ()):
        made_by, inputs, _, output = trace.steps[number]
        if output not in numbers or made_by.name in ("rint", "floor", "ceil", "trunc"):
            continue
        if any(i != index and i in numbers for i in inputs):
            if (output in later) == (index in later):
                return False
        elif not _is_named(trace.span(index)) or not trace.name(index):
            return False
    return True


def _is_loss_call(code: CodeType) -> bool:
    return bool(LOSS_NAME.search(code.co_name)) and not GRADIENT_NAME.search(code.co_name)


def is_rough(trace: Trace, index: int, parameters: set[int]) -> bool:
    """Is it a number for the reader: an accuracy, a mean absolute error, a root of a mean?"""
    behind = trace.ancestors([index], stop=parameters)
    active = trace.descendants(parameters)
    for i in behind & active:
        if trace.primitive(i) in ROUGH:
            return True
    frontier = [index]
    while frontier:
        here = frontier.pop()
        name = trace.primitive(here)
        if name == "sqrt" or (name == "absolute" and trace.inputs(here)[0] not in parameters):
            return True
        if name in ("sum", "mean", "divide", "multiply", "cast", "reshape"):
            inputs = [i for i in trace.inputs(here) if i in active]
            if len(inputs) == 1:
                frontier.extend(inputs)
    return False


PRODUCTS = frozenset({"matmul", "dot", "vector_matrix", "matrix_vector", "einsum"})


class FirstPass:
    """Losses that another forward pass computes, behind the update or beside the one whose values the gradients use,
    computed from that one's values: equal steps on equal values are the same."""

    def __init__(self, trace: Trace, updates: Sequence[Update], used: set[int]) -> None:
        self.trace = trace
        self.used = used
        self.first: dict[int, int] = {}
        for u in updates:
            self.first.update(dict.fromkeys(u.later, u.before))
        self.active = trace.descendants({u.before for u in updates})
        self.parameters = {u.before for u in updates}
        self.known: dict[Any, int] | None = None

    def key(self, name: str, inputs: tuple[int, ...], params: tuple[Any, ...]) -> Any:
        return name, inputs, repr(params) if params else ""

    def table(self) -> dict[Any, int]:
        """The first variable of each step on the same values."""
        if self.known is None:
            self.known = {}
            for made_by, inputs, params, output in self.trace.steps:
                if output in self.active:
                    self.known.setdefault(self.key(made_by.name, inputs, params), output)
        return self.known

    def back(self, index: int) -> int | None:
        """The same loss by the first pass; None where it is one of other data."""
        trace = self.trace
        behind = trace.ancestors([index], stop=self.parameters)
        if self.shares(behind) and behind.isdisjoint(self.first):
            return index
        found = self.renewed(index, behind, {})
        if found is not None and not self.shares(trace.ancestors([found], stop=self.parameters)):
            found = self.renewed(index, behind, self.at_same_places(behind))
            if found is not None and not self.shares(trace.ancestors([found], stop=self.parameters)):
                return None
        return found

    def shares(self, behind: set[int]) -> bool:
        """Is it computed from something that the gradients are computed from too (beyond the parameters)?"""
        common = (behind & self.used & self.active) - self.parameters
        return bool(common) or not (self.used & self.active - self.parameters)

    def is_elsewhere(self, index: int) -> bool:
        """Does the loss need outputs of the network that the gradients do not use: is it one of other data too?"""
        trace = self.trace
        for i in trace.ancestors([index], stop=self.parameters):
            if i in self.used or i not in self.active:
                continue
            inputs = trace.inputs(i)
            if trace.primitive(i) in PRODUCTS and any(j in self.parameters for j in inputs) and len(set(inputs)) > 1:
                if not all(j in self.parameters or trace.shape(j) == () for j in inputs):
                    return True
        return False

    def renewed(self, index: int, behind: set[int], places: Mapping[int, int]) -> int | None:
        trace, recording = self.trace, self.trace.recording
        table = self.table()
        now = dict(self.first)
        now.update(places)
        for made_by, inputs, params, output in list(trace.steps):
            if output not in behind or output not in self.active or output in now:
                continue
            given = tuple(now.get(i, i) for i in inputs)
            known = table.get(self.key(made_by.name, given, params))
            if known is None and places:
                given = self.with_own_target(made_by.name, given)
            if known is None and given != inputs:
                try:
                    known = append(recording, made_by.name, given, params)
                except (ArithmeticError, ValueError, IndexError, TypeError, KeyError):
                    return None
                self.active.add(known)
                table[self.key(made_by.name, given, params)] = known
            if known is not None and known != output:
                now[output] = known
        trace.grown()
        return now.get(index, index)

    def at_same_places(self, behind: set[int]) -> dict[int, int]:
        """For what the loss's own pass computes, what the gradients' pass computes at the same place of the code."""
        sites = self.trace.recording.sites
        there: dict[Any, list[int]] = {}
        here: dict[Any, list[int]] = {}
        for number, (made_by, _, _, output) in enumerate(self.trace.steps):
            site = sites[number] if number < len(sites) else None
            if output in self.active and site is not None:
                if output in behind:
                    here.setdefault((made_by.name, *site[:2]), []).append(output)
                elif output in self.used:
                    there.setdefault((made_by.name, *site[:2]), []).append(output)
        return {a: b for key, found in here.items() for a, b in zip(found, there.get(key, ()), strict=False)}

    def with_own_target(self, name: str, given: tuple[int, ...]) -> tuple[int, ...]:
        """The output's difference from its own target, for that from another pass's."""
        if name != "subtract":
            return given
        for place in (0, 1):
            output, target = given[place], given[1 - place]
            if output in self.active and target not in self.active and output in self.used:
                for number in self.trace.readers.get(output, ()):
                    made_by, inputs, _, made = self.trace.steps[number]
                    if made_by.name == "subtract" and made in self.used and output in inputs:
                        own = inputs[0] if inputs[1] == output else inputs[1]
                        if own not in self.active:
                            return (output, own) if place == 0 else (own, output)
        return given


@dataclass(frozen=True, slots=True)
class _Difference:
    """An output and what it is compared with, in the order output − target or the reverse."""

    output: int
    target: int
    text: str
    line: int | None
    squares: bool = True
    clipped: tuple[int, int] | None = None
    """The difference and what is left of it between two bounds, where that is computed."""


def inferred(trace: Trace, updates: Sequence[Update]) -> tuple[Trace, list[Loss]]:
    """The losses of which the program may send back the gradient without computing them; steps for them are put behind
    the recording's."""
    recording = trace.recording
    groups = _differences(trace, updates)
    losses: list[Loss] = []
    sent = _sent_back(trace, updates)
    if sent is not None:
        losses.append(sent)
    if not groups:
        trace.grown()
        return trace, losses
    everything = [d for group in groups for d in group]
    wholes = [everything, *reversed(groups)] if len(groups) > 1 and len(everything) <= 2 * LARGEST else groups[::-1]
    for group in wholes[:MOST]:
        losses.extend(_of_group(recording, group))
    trace.grown()
    return trace, losses


LARGEST = 400
"""So many differences of one place are summed at most."""


def _sent_back(trace: Trace, updates: Sequence[Update]) -> Loss | None:
    """Σ G · output, where G is an upstream gradient that the program is given, or draws, for its last output."""
    parameters = {u.before for u in updates}
    active = trace.descendants(parameters)
    used = trace.ancestors({u.after for u in updates}, stop=parameters)
    first = min((i for i in active if i not in parameters), default=None)
    if first is None:
        return None
    found: tuple[int, int] | None = None
    for given in sorted(used - active):
        if given < first or trace.shape(given) == () or not trace.is_float(given):
            continue
        origin = trace.recording.origins.get(given)
        if origin is None or origin.kind != "drawn":
            continue
        same = [i for i in active if i < given and i not in parameters and trace.shape(i) == trace.shape(given)]
        if same:
            found = max(same), given
    if found is None:
        return None
    recording = trace.recording
    total = total_of(recording, append(recording, "multiply", found))
    span = trace.span(found[1])
    text = f"Σ {trace.name(found[1]) or 'upstream'} · {trace.name(found[0]) or 'output'}"
    return Loss(total, text, "inferred", span.line if span else None, "upstream")


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
        difference = _Difference(*pair, text, span.line if span else None, squares, _clipped(trace, output))
        groups.setdefault(key, []).append(difference)
    return [g[:LARGEST] for g in groups.values()]


def _clipped(trace: Trace, difference: int) -> tuple[int, int] | None:
    for number in trace.readers.get(difference, ()):
        made_by, _, _, output = trace.steps[number]
        if made_by.name == "clip":
            return difference, output
        if made_by.name == "minimum" or made_by.name == "maximum":
            return next(
                ((difference, after) for after in _read_by(trace, output) if trace.primitive(after) in BOUNDS), None
            )
    return None


BOUNDS = frozenset({"minimum", "maximum"})


def _read_by(trace: Trace, index: int) -> list[int]:
    return [trace.steps[n][3] for n in trace.readers.get(index, ())]


def _huber(recording: Recording, d: _Difference) -> int:
    """Σ (c e − ½ c²), where c is e between its bounds: its derivative is c."""
    assert d.clipped is not None
    error, bounded = d.clipped
    both = append(recording, "multiply", (bounded, error))
    squares = append(
        recording, "multiply", (recording.literal(0.5), append(recording, "power", (bounded, recording.literal(2))))
    )
    return total_of(recording, append(recording, "subtract", (both, squares)))


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
        total = _sum_of(recording, [half_squares(recording, _difference(recording, d)) for d in group])
        yield Loss(total, f"½ Σ ({first.text})²", "inferred", first.line, "squares")
        if all(d.clipped is not None for d in group):
            total = _sum_of(recording, [_huber(recording, d) for d in group])
            yield Loss(total, f"Huber's loss of {first.text}", "inferred", first.line, "huber")
    probable = all(np.all((o > 0) & (o < 1)) for o in outputs) and all(np.all((t >= 0) & (t <= 1)) for t in targets)
    if not probable:
        return
    axes = [a for a in (-1, 0) if all(o.ndim > 0 and np.allclose(o.sum(axis=a), 1) for o in outputs)]
    if axes and any(o.shape[axes[0]] > 1 for o in outputs):
        total = _sum_of(recording, [_log_likelihood(recording, d.output, d.target) for d in group])
        yield Loss(total, f"the cross-entropy of a softmax, from {first.text}", "inferred", first.line, "softmax")
        return
    total = _sum_of(
        recording, [cross_entropy(recording, d.output, _like(recording, d.target, d.output)) for d in group]
    )
    yield Loss(total, f"the cross-entropy of a sigmoid, from {first.text}", "inferred", first.line, "sigmoid")


def _sum_of(recording: Recording, parts: Sequence[int]) -> int:
    total = parts[0]
    for part in parts[1:]:
        total = append(recording, "add", (total, part))
    return total


def _like(recording: Recording, target: int, output: int) -> int:
    """The target in the output's shape."""
    shape = np.shape(recording.values[output])
    if np.shape(recording.values[target]) == shape:
        return target
    return append(recording, "reshape", (target,), (shape,))


def _difference(recording: Recording, d: _Difference) -> int:
    return append(recording, "subtract", (d.output, _like(recording, d.target, d.output)))


def _log_likelihood(recording: Recording, p: int, t: int) -> int:
    """−Σ t log p"""
    both = append(recording, "multiply", (_like(recording, t, p), append(recording, "log", (p,))))
    return append(recording, "negative", (total_of(recording, both),))
