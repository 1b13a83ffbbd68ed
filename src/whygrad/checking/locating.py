"""Where the first mistake is: the smallest edit after which the gradients agree decides.

Matching of values alone points at too many lines. So all small edits of the hand-written lines are computed in place,
those that give something wanted are run as whole programs, and what mends the most gradients at fresh random numbers at
the smallest price is the finding. Then the edit is made and the search goes on, until all agree.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from whygrad.checking.agreement import Adjoints, Verdict, judge, probes
from whygrad.checking.edits import applied
from whygrad.checking.losses import Loss, declared, inferred
from whygrad.checking.rebuilding import Candidate, rebuilt
from whygrad.checking.roles import ELEMENTWISE, find_updates
from whygrad.checking.running import Run, run_watched
from whygrad.checking.statements import Text
from whygrad.checking.trace import Trace
from whygrad.checking.trial import Trial, choose, try_run
from whygrad.checking.trying import Wanted, try_edits
from whygrad.errors import WhygradError

MISTAKES = 4
"""So many are looked for in one program."""


@dataclass(frozen=True, slots=True)
class Mended:
    """One mistake found: the edit, the text before and after it, and the verdicts before and after."""

    candidate: Candidate
    source: str
    after: str
    trial: Trial
    before_verdict: Verdict
    verdict: Verdict
    rivals: tuple[Candidate, ...] = ()
    order: int = 0
    """When the line first ran."""


@dataclass(slots=True)
class Search:
    """All that the search for mistakes in one program has come to."""

    file: str
    args: tuple[str, ...]
    deadline: float
    found: list[Mended] = field(default_factory=list)
    stops: str = ""
    """What the program itself stops with, behind all that is checked."""
    left: Verdict | None = None
    """The verdict on what is left when no more edit is found; None where all agrees."""
    left_trial: Trial | None = None
    left_source: str = ""


def search(source: str, file: str, args: tuple[str, ...], trial: Trial, verdict: Verdict, deadline: float) -> Search:
    """Find the mistakes of a program one after the other."""
    problem = trial.run.problem
    state = Search(file, args, deadline, stops=problem.kind if problem is not None else "")
    for _ in range(MISTAKES):
        if verdict.is_all_right and (verdict.common or 0) > 0:
            return state
        mended = _best_edit(source, state, trial, verdict)
        if mended is None:
            state.left, state.left_trial, state.left_source = verdict, trial, source
            return state
        state.found.append(mended)
        source, verdict = mended.after, mended.verdict
        run = run_watched(source, file, args, deadline=deadline)
        trial = try_run(run)
        again = [v for v in trial.verdicts if is_same_loss(v.loss, verdict.loss)]
        verdict = choose(again) or verdict
    if not (verdict.is_all_right and (verdict.common or 0) > 0):
        state.left, state.left_trial, state.left_source = verdict, trial, source
    return state


def is_same_loss(one: Loss, other: Loss) -> bool:
    if one.source != other.source:
        return False
    if one.source == "inferred":
        return one.family == other.family and one.line == other.line
    return one.formula == other.formula and one.line == other.line


def _best_edit(source: str, state: Search, trial: Trial, verdict: Verdict) -> Mended | None:
    """The edit that mends most, among those the cheapest, among those the earliest."""
    text = Text(source)
    order = hand_written(text, trial, verdict)
    statements = sorted((text.statements[n] for n in order), key=lambda s: order[s.number])
    wanted = wanted_of(trial, verdict)
    candidates = [
        Candidate((c,), s.line, c.price, c.kind, c.what, s)
        for s, c in try_edits(text, state.file, state.args, statements, wanted, state.deadline)
    ]
    candidates.extend(rebuilt(text, statements, _lines_of_updates(trial)))
    shared = _forward_too(text, trial, verdict)
    candidates = [c if c.statement is None or c.statement.number not in shared else _dearer(c) for c in candidates]
    best: Mended | None = None
    rivals: list[Candidate] = []
    tried: set[str] = set()
    for candidate in sorted(
        candidates, key=lambda c: (c.price, order.get(c.statement.number, 0) if c.statement else 0)
    ):
        if time.monotonic() > state.deadline:
            break
        if best is not None and best.verdict.is_all_right and candidate.price > best.candidate.price + 0.101:
            break
        edited = applied(source, candidate.changes)
        if edited in tried:
            continue
        tried.add(edited)
        found = _judged_again(edited, state, verdict.loss)
        if found is None or not _is_better(found, verdict):
            continue
        rivals.append(candidate)
        if best is None or _rank(found, candidate, order) > _rank(best.verdict, best.candidate, order):
            best = Mended(candidate, source, edited, trial, verdict, found)
    if best is None:
        return None
    place = order.get(best.candidate.statement.number, 0) if best.candidate.statement else 0
    return Mended(best.candidate, best.source, best.after, trial, verdict, best.verdict, tuple(rivals), place)


def _lines_of_updates(trial: Trial) -> set[int]:
    spans = [trial.trace.span(u.after) for u in trial.updates]
    return {line for span in spans if span is not None for line in (span.line, *(c.line for c in span.calls))}


FORWARD_TOO = 0.5
"""What an edit costs more where the forward pass goes through the line too."""


def _dearer(candidate: Candidate) -> Candidate:
    return replace(candidate, price=candidate.price + FORWARD_TOO)


def _forward_too(text: Text, trial: Trial, verdict: Verdict) -> set[int]:
    """The statements that the forward pass goes through as well."""
    trace = trial.trace
    found: set[int] = set()
    for index in trace.ancestors([verdict.loss.index]):
        span = trace.span(index) if index in trace.producer else None
        if span is not None and span.file == trial.run.shown_as:
            statement = text.statement_at(span.line, span.extent[1])
            if statement is not None:
                found.add(statement.number)
    return found


def _rank(verdict: Verdict, candidate: Candidate, order: dict[int, int]) -> tuple[Any, ...]:
    place = order.get(candidate.statement.number, 0) if candidate.statement else 0
    return (
        verdict.is_all_right and (verdict.common or 0) > 0,
        verdict.right,
        -round(candidate.price, 1),
        -place,
        -candidate.price,
    )


def _is_better(found: Verdict, before: Verdict) -> bool:
    if (found.common or 0) <= 0 < (before.common or 0) or len(found.judged) < len(before.judged):
        return False
    was_right = {n for n, j in enumerate(before.judged) if before.is_right(j)}
    now_right = {n for n, j in enumerate(found.judged) if found.is_right(j)}
    if found.is_all_right and (found.common or 0) > 0:
        return True
    return was_right <= now_right and len(now_right) > len(was_right)


def _judged_again(source: str, state: Search, loss: Loss) -> Verdict | None:
    """The verdict on an edited program, under the same loss."""
    try:
        run = run_watched(source, state.file, state.args, deadline=state.deadline)
    except SyntaxError:
        return None
    if run.problem is not None and run.problem.kind != state.stops:
        return None
    return judged_under(run, loss)


def judged_under(run: Run, loss: Loss) -> Verdict | None:
    """The verdict on a run under a loss that another run of nearly the same program has."""
    trace = Trace(run.recording)
    updates = find_updates(trace)
    if not updates:
        return None
    if loss.source == "inferred":
        trace, losses = inferred(trace, updates)
    else:
        losses = declared(trace, updates)
    same = [x for x in losses if is_same_loss(x, loss)] or [
        x for x in losses if x.family == loss.family and x.source == loss.source
    ][:1]
    values = probes(trace, updates)
    best: Verdict | None = None
    for one in same[:2]:
        try:
            verdict = judge(trace, updates, one, values, Adjoints(trace, one.index, updates))
        except (WhygradError, ArithmeticError, ValueError, IndexError):
            continue
        if best is None or verdict.right > best.right:
            best = verdict
    return best


def hand_written(text: Text, trial: Trial, verdict: Verdict) -> dict[int, int]:
    """The statements that take part in the gradients which disagree and are not the forward pass: by number, when they
    first ran."""
    trace = trial.trace
    parameters = [u.before for u in trial.updates]
    forward = trace.ancestors([verdict.loss.index])
    odd = verdict.odd or verdict.judged
    behind = trace.ancestors({j.update.after for j in odd}, stop=parameters)
    found: dict[int, int] = {}
    for number, (_, _, _, output) in enumerate(trace.steps):
        if output not in behind or (output in forward):
            continue
        span = trace.span(output)
        while span is not None:
            if span.file == trial.run.shown_as:
                statement = text.statement_at(span.line, span.extent[1])
                if statement is not None and statement.number not in found:
                    found[statement.number] = number
            span = span.caller
    return found


def wanted_of(trial: Trial, verdict: Verdict) -> Wanted:
    """What hand-written lines may be meant to compute: all adjoints, their parts along single paths, local slopes."""
    adjoints = trial.adjoints[verdict.loss.index]
    trace = trial.trace
    at = adjoints.at(trace.values)
    arrays = [np.asarray(a, float) for a in at.values()]
    arrays.extend(np.asarray(s, float) for s in adjoints.shares(trace.values))
    arrays.extend(_slopes(trace, at))
    by_size: dict[int, list[Any]] = {}
    for array in arrays:
        if np.all(np.isfinite(array)):
            for turned in (array, array.T) if array.ndim == 2 else (array,):
                known = by_size.setdefault(array.size, [])
                if not any(k.shape == turned.shape and np.array_equal(k, turned) for k in known):
                    known.append(turned)
    factors = {1.0, *(abs(f) for j in verdict.judged for f in (j.factor, j.stepped) if f)}
    ratios = []
    if verdict.common is not None:
        for j in verdict.odd:
            factor = j.stepped if verdict.stepped else j.factor
            if factor:
                ratios.append(verdict.common / factor)
        if verdict.common < 0:
            ratios.append(-1.0)
    until = max(u.after for u in trial.updates)
    return Wanted(by_size, tuple(factors), until, tuple(dict.fromkeys(ratios)))


def _slopes(trace: Trace, at: dict[int, Any]) -> Iterator[Any]:
    """Local derivatives of elementwise pieces of the forward pass: ratios of the adjoints at their two ends."""
    seen = 0
    for v, upstream in at.items():
        frontier, depth = [v], 0
        while frontier and depth < 8:
            depth += 1
            nxt = []
            for u in frontier:
                if trace.primitive(u) not in SLOPED:
                    continue
                for i in trace.inputs(u):
                    if i in at and np.shape(at[i]) == np.shape(upstream):
                        nxt.append(i)
                        with np.errstate(all="ignore"):
                            ratio = np.asarray(at[i], float) / np.asarray(upstream, float)
                        if np.all(np.isfinite(ratio)) and seen < 400:
                            seen += 1
                            yield ratio
            frontier = nxt


SLOPED = ELEMENTWISE | frozenset(
    (
        "exp",
        "tanh",
        "log",
        "sin",
        "cos",
        "log1p",
        "expm1",
        "sinh",
        "cosh",
        "expit",
        "logaddexp",
        "reciprocal",
        "greater",
    )
)
"""Elementwise steps that an activation may be made of."""
