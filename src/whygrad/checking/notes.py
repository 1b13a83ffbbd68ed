"""What is worth knowing about a right program: what it was held against, and what looks odd in it but is not."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from whygrad.checking.agreement import Verdict, compare
from whygrad.checking.report import Note
from whygrad.checking.trial import Trial
from whygrad.checking.update import Update
from whygrad.errors import listed

CLIPPING = frozenset({"clip", "minimum", "maximum"})
CHOSEN = frozenset({"less", "greater", "less_equal", "greater_equal"})


def notes_on(trial: Trial, verdict: Verdict) -> tuple[Note, ...]:
    """The notes, those about the whole program first, each said once."""
    found: dict[str, Note] = {}
    for make in (_loss, _another_loss, _factor, _ascent, _cancelled, _in_the_update, _masks):
        for note in make(trial, verdict):
            found.setdefault(note.text, note)
    return tuple(found.values())


def _loss(trial: Trial, verdict: Verdict) -> Iterator[Note]:
    loss = verdict.loss
    if loss.source == "inferred":
        yield Note(f"the loss is taken to be {_row(loss.formula)}: this is where its gradient begins", loss.line)


def _another_loss(trial: Trial, verdict: Verdict) -> Iterator[Note]:
    """A loss that is computed, but is not the one that falls."""
    if verdict.loss.source != "inferred":
        return
    named = [v.loss for v in trial.verdicts if v.loss.source == "declared" and v.loss.named]
    if named:
        text = f"{_row(named[0].formula)} is computed for the reader; the gradients are those of the loss named above"
        yield Note(text, named[0].line)


def _factor(trial: Trial, verdict: Verdict) -> Iterator[Note]:
    """One factor that all gradients share."""
    common = verdict.common
    if common is None or common < 0 or abs(common - 1) < 1e-6 or verdict.loss.source == "inferred":
        return
    size = _number(common)
    if verdict.stepped:
        text = (
            f"the rate is part of the gradients already: each step is {size} times that of {_row(verdict.loss.formula)}"
        )
        yield Note(text, verdict.loss.line)
        return
    name = _count(trial, common)
    which = f", {name}" if name else ""
    long = "long" if common > 1 else "short"
    text = f"all gradients are {size}{which} times that of {_row(verdict.loss.formula)}"
    yield Note(f"{text}: the direction is right, the step that much too {long} for this loss", verdict.loss.line)


def _number(value: float) -> str:
    fraction = Fraction(value).limit_denominator(10_000)
    if fraction.numerator < 10 and fraction.denominator > 2 and abs(float(fraction) - value) < 1e-8 * abs(value):
        return str(fraction)
    return f"{value:.6g}"


def _count(trial: Trial, factor: float) -> str:
    """What has this number of entries: the author's name of a size."""
    size = factor if factor >= 1 else 1 / factor
    for name, value in trial.run.namespace.items():
        value = getattr(value, "_value", value)
        if (
            isinstance(value, (int, np.integer))
            and not isinstance(value, bool)
            and abs(int(value) - size) < 1e-9 * size
        ):
            return name if factor >= 1 else f"1/{name}"
    return ""


def _ascent(trial: Trial, verdict: Verdict) -> Iterator[Note]:
    if verdict.loss.ascent:
        text = f"{_row(verdict.loss.formula)} is climbed: its gradient is added, not subtracted"
        yield Note(text, verdict.loss.line)


def _cancelled(trial: Trial, verdict: Verdict) -> Iterator[Note]:
    """Where is σ′ at the output? Cross-entropy cancels it: output − target is the gradient at z already."""
    trace, adjoints = trial.trace, trial.adjoints.get(verdict.loss.index)
    if adjoints is None or not trial.values:
        return
    forward = trace.ancestors([verdict.loss.index])
    if not any(trace.primitive(v) == "log" for v in forward):
        return
    at = [adjoints.at(values) for values in trial.values]
    ends = min(u.after for u in trial.updates)
    for made_by, inputs, _, output in trace.steps:
        if output >= ends or made_by.name != "subtract" or not forward.intersection(inputs):
            continue
        outputs = [i for i in inputs if i in at[0]]
        if not outputs or np.size(trace.values[output]) < 2:
            continue
        before = trace.ancestors([outputs[0]], stop={u.before for u in trial.updates}) - {outputs[0]}
        for v in sorted(before & set(at[0]), reverse=True)[:12]:
            same = trace.shape(v) == trace.shape(output)
            left = [x[output] for x in trial.values]
            if compare(left, [a[outputs[0]] for a in at]).factor is not None:
                break  # it is the gradient of the output itself: nothing is cancelled
            if same and compare(left, [a[v] for a in at]).factor is not None:
                span = trace.span(output)
                text = "output minus target is the gradient before the last activation: the loss cancels its slope"
                yield Note(text, span.line if span is not None else None)
                return


def _in_the_update(trial: Trial, verdict: Verdict) -> Iterator[Note]:
    """What happens to gradients on their way into the parameters."""
    clipped: dict[bool, list[tuple[str, int | None]]] = {}
    decaying: list[tuple[str, int | None]] = []
    for judged in verdict.judged:
        update, gradient = judged.update, judged.gradient
        if gradient is None or update.amount is None:
            continue
        name = update.name if len(update.name) < 25 else trial.trace.name(update.before) or "a parameter"
        between = trial.trace.ancestors([update.after], stop=[gradient, update.before]) - {gradient, update.before}
        for v in between:
            if trial.trace.primitive(v) in CLIPPING:
                whole = trial.trace.values[trial.trace.inputs(v)[0]]
                acts = not np.array_equal(np.asarray(trial.trace.values[v]), np.asarray(whole))
                clipped.setdefault(acts, []).append((name, _line(trial, v)))
        if _decays(trial, update, between) and not _is_punished(trial, verdict, update):
            decaying.append((name, _line(trial, update.after)))
    for acts, places in clipped.items():
        state = "something is cut off here" if acts else "nothing is cut off here"
        yield Note(f"clipping stands between {_names(places)} and the gradient; {state}", places[0][1])
    if decaying:
        verb = "decays" if len({n for n, _ in decaying}) == 1 else "decay"
        text = f"{_names(decaying)} {verb} in the update; that is no part of the loss, and not judged"
        yield Note(text, decaying[0][1])


def _names(places: list[tuple[str, int | None]]) -> str:
    return listed(list(dict.fromkeys(name for name, _ in places)))


def _decays(trial: Trial, update: Update, between: set[int]) -> bool:
    """Is the parameter itself, times a number, part of what it is moved by?"""
    trace = trial.trace
    return any(
        trace.primitive(v) == "multiply" and update.before in trace.inputs(v) and _other(trace.inputs(v), update.before)
        and all(trace.shape(i) == () for i in trace.inputs(v) if i != update.before)
        for v in between
    )  # fmt: skip


def _other(inputs: tuple[int, ...], variable: int) -> bool:
    return any(i != variable for i in inputs)


def _is_punished(trial: Trial, verdict: Verdict, update: Update) -> bool:
    """Does the loss have a penalty for the parameter: its square or its absolute value?"""
    trace = trial.trace
    forward = trace.ancestors([verdict.loss.index])
    return any(
        trace.primitive(trace.steps[n][3]) in ("power", "square", "absolute", "multiply")
        and set(trace.steps[n][1]) <= {update.before} | {i for i in trace.steps[n][1] if trace.shape(i) == ()}
        for n in trace.readers.get(update.before, ())
        if trace.steps[n][3] in forward
    )


def _masks(trial: Trial, verdict: Verdict) -> Iterator[Note]:
    """Random choices in the forward pass: they are held still."""
    trace = trial.trace
    forward = trace.ancestors([verdict.loss.index])
    for made_by, inputs, _, output in trace.steps:
        if output in forward and made_by.name in CHOSEN:
            drawn = [i for i in inputs if (o := trace.recording.origins.get(i)) is not None and o.kind == "drawn"]
            if drawn:
                yield Note(
                    "the random mask is held still: the gradient is checked for the one drawn", _line(trial, output)
                )
                return


def _line(trial: Trial, variable: int) -> int | None:
    span = trial.trace.span(variable)
    while span is not None and span.file != trial.run.shown_as:
        span = span.caller
    return span.line if span is not None else None


def _row(formula: str) -> str:
    """The loss in a sentence."""
    row = " ".join(formula.split())
    return row if len(row) < 90 else f"{row[:86]} …"
