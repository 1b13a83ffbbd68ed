"""A line that no edit is known for: where it is, what it gives and what is right, and the derived lines for it."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from whygrad.checking.agreement import Verdict
from whygrad.checking.locating import slopes
from whygrad.checking.replacing import Replaced
from whygrad.checking.report import Finding
from whygrad.checking.statements import Text
from whygrad.checking.trial import Trial
from whygrad.checking.trying import factor_between
from whygrad.explaining.lines import Layout
from whygrad.explaining.reasons import Explainer

SMALL = 6
"""Arrays with so many entries are shown whole."""
LINES = 5


def blamed(found: Replaced, trial: Trial, verdict: Verdict, source: str, file: str) -> Finding:
    """The finding for a line whose value, put right, puts gradients right."""
    text = Text(source)
    statement, variable = found.statement, found.targets[0]
    start, end = text.place(statement.slots[0].node)
    line, column = text.position(start)
    last, stop = text.position(end)
    stop = stop if last == line else len(text.lines[line - 1].rstrip()) + 1
    total = len(verdict.judged)
    every = "all gradients agree" if found.right == total else f"{found.right} of {total} gradients agree"
    message, label = "this is not the slope that is needed here", ""
    derived: tuple[str, ...] = ()
    if variable is not None:
        name = _name(trial, variable)
        wanted = np.asarray(trial.adjoints[verdict.loss.index].at(trial.trace.values)[variable], float)
        message = f"this is not ∂L/∂{name}"
        label = nearest(trial.trace.values[found.nodes[0]], wanted)
        derived = derived_lines(trial, verdict, variable)
    return Finding(
        file, line, column, max(stop, column + 1), _kind(trial, verdict, found), message, label,
        f"with the derived value in its place {every}", derived=derived,
    )  # fmt: skip


def unlocated(trial: Trial, verdict: Verdict, file: str) -> Finding:
    """The line of the first gradient that disagrees."""
    odd = min(verdict.odd or verdict.judged, key=lambda j: j.update.after)
    trace = trial.trace
    span = trace.span(odd.gradient) if odd.gradient is not None else None
    span = span or trace.span(odd.update.after)
    while span is not None and span.file != trial.run.shown_as and span.caller is not None:
        span = span.caller
    line = span.line if span is not None else 1
    extent = span.extent if span is not None else (1, 0, 1, 1)
    row = span.line_text.encode() if span is not None else b""
    stop = min(extent[3], len(row)) if extent[2] == extent[0] else len(row)
    column, end = len(row[: extent[1]].decode(errors="replace")) + 1, len(row[:stop].decode(errors="replace")) + 1
    name = trace.name(odd.update.before) or odd.update.name
    at = trial.adjoints[verdict.loss.index].at(trace.values)
    label = ""
    if odd.gradient is not None and odd.update.before in at and verdict.common and not verdict.stepped:
        label = side_by_side(trace.values[odd.gradient], np.asarray(at[odd.update.before], float) * verdict.common)
    return Finding(
        file, line, column, max(end, column + 1), "unknown",
        f"this is not the gradient of {name}, of {' '.join(verdict.loss.formula.split())}", label,
        derived=derived_lines(trial, verdict, odd.update.before),
    )  # fmt: skip


def side_by_side(given: Any, right: Any) -> str:
    """What a line gives, and what would be right: small arrays whole, of others the entry that is farthest off."""
    a, b = np.asarray(given, float), np.asarray(right, float)
    if a.shape != b.shape:
        return f"has shape {a.shape}; the derivative has {b.shape}"
    if a.size <= SMALL:
        return f"gives {_shown(a)}; right is {_shown(b)}"
    place = np.unravel_index(int(np.argmax(np.abs(a - b))), a.shape)
    entry = f"[{', '.join(map(str, place))}]"
    return f"gives {a[place]:.5g} at {entry}, where {b[place]:.5g} is right"


def nearest(given: Any, right: Any) -> str:
    """How far a value is from every multiple of a derivative: its scale is not known in the middle of a program."""
    a, b = np.asarray(given, float), np.asarray(right, float)
    if a.shape != b.shape:
        return f"has shape {a.shape}; the derivative has {b.shape}"
    size, square = float(np.sqrt(np.sum(a * a))), float(np.sum(b * b))
    if not size or not square or a.size < 2:
        return ""
    off = float(np.sqrt(np.sum((a - float(np.sum(a * b)) / square * b) ** 2))) / size
    return f"is no multiple of it: off by {off:.0%} from the nearest" if off > 1e-6 else ""


def _shown(array: Any) -> str:
    return " ".join(np.array2string(array, precision=4, separator=", ").split())


def _name(trial: Trial, variable: int) -> str:
    name = trial.trace.name(variable)
    span = trial.trace.span(variable)
    return name or (f"({span.text})" if span is not None and len(span.text) < 40 else "that value")


def derived_lines(trial: Trial, verdict: Verdict, variable: int) -> tuple[str, ...]:
    """The derived line for a variable's gradient, with what it needs that has no name of the author's."""
    try:
        layout = Layout(trial.adjoints[verdict.loss.index].derivative, ())
        lines = list(Explainer(layout).lines())
    except Exception:  # what cannot be printed is not shown
        return ()
    texts = {x.line.name: x.line.text for x in lines if x.line is not None}
    start = next((x for x in lines if x.variable == variable and x.line is not None), None)
    if start is None or start.line is None:
        return ()
    kept, needed = [start.line.text], _ours(start.line.text)
    while needed and len(kept) < LINES:
        name = needed.pop(0)
        if name in texts and texts[name] not in kept:
            kept.insert(0, texts[name])
            needed.extend(_ours(texts[name]))
    if needed:  # a long way through unnamed values says less than the line itself
        return ()
    return _with_names(trial, layout, kept)


def _with_names(trial: Trial, layout: Layout, kept: list[str]) -> tuple[str, ...]:
    """The printed lines with the author's names where there are some, and what the others stand for."""
    trace = trial.trace
    parameters = {u.before: u.name for u in trial.updates}
    text = "\n".join(kept)
    there = set(re.findall(r"[A-Za-z_]\w*", text))
    known: dict[str, str] = {}
    legend: list[str] = []
    for variable in range(len(trace.values)):
        shown = layout.shown(variable) or ""
        if not there & {shown, f"d{shown}"} or shown in known:
            continue
        name = parameters.get(variable) or trace.name(variable)
        span = trace.span(variable)
        if name.isidentifier():
            known[shown] = name
        elif re.fullmatch(r"[uc]\d+", shown) and span is not None and len(name or span.text) < 60:
            legend.append(f"# {shown} is {' '.join((name or span.text).split())} (line {span.line})")

    def renamed(found: re.Match[str]) -> str:
        word = found.group()
        if word in known:
            return known[word]
        return f"d{known[word[1:]]}" if word[:1] == "d" and word[1:] in known else word

    return (*legend[:LINES], *re.sub(r"[A-Za-z_]\w*", renamed, text).split("\n"))


def _ours(text: str) -> list[str]:
    """The names in a printed line that are no author's."""
    return re.findall(r"\b(?:t\d+|du\d+)\b", text.partition("=")[2])


def _kind(trial: Trial, verdict: Verdict, found: Replaced) -> str:
    """What the values tell of a mistake that no edit is known for."""
    if found.targets[0] is None:
        return "wrong-slope"
    trace = trial.trace
    at = trial.adjoints[verdict.loss.index].at(trace.values)
    wanted, now = np.asarray(at[found.targets[0]], float), np.asarray(trace.values[found.nodes[0]], float)
    if found.targets[0] in {u.before for u in trial.updates} and now.shape == wanted.shape and now.size > 2:
        return _of_parameter(now, wanted, np.asarray(trace.values[found.targets[0]], float), verdict.common or 1.0)
    if now.shape == wanted.shape:
        with np.errstate(all="ignore"):
            missing = wanted / now
        for slope in slopes(trace, at):
            if np.shape(slope) == missing.shape and factor_between(missing, slope) is not None and slope.size > 2:
                return "missing-slope"
    return "unknown"


def _of_parameter(now: Any, wanted: Any, parameter: Any, common: float) -> str:
    """Does the gradient of a parameter differ by a factor, or by a multiple of the parameter: a penalty's term?"""
    if factor_between(now, wanted) is not None:
        return "scale"
    columns = np.stack([np.ravel(wanted), np.ravel(parameter)], axis=1)
    parts, *_ = np.linalg.lstsq(columns, np.ravel(now), rcond=None)
    if float(np.max(np.abs(columns @ parts - np.ravel(now)))) > 1e-8 * float(np.max(np.abs(now))):
        return "unknown"
    return "regularisation" if abs(float(parts[0]) - common) < 1e-6 * abs(common) else "scale"
