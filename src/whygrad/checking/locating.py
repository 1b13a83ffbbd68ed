"""Where the first mistake is: the smallest edit after which the gradients agree decides.

Matching of values alone points at too many lines. So all small edits of the hand-written lines are computed in place,
those that give something wanted are run as whole programs, and what mends the most gradients at fresh random numbers at
the smallest price is the finding. Then the edit is made and the search goes on, until all agree.
"""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from whygrad.checking.agreement import Adjoints, Verdict, judge, probes
from whygrad.checking.changing import Change, applied
from whygrad.checking.given import Runner, exact, given_losses, updates_of
from whygrad.checking.losses import Loss, declared, inferred
from whygrad.checking.preferring import preferred
from whygrad.checking.rebuilding import Candidate, rebuilt
from whygrad.checking.replacing import Replaced, first_wrong
from whygrad.checking.roles import ELEMENTWISE
from whygrad.checking.running import Run
from whygrad.checking.statements import Statement, Text
from whygrad.checking.trace import Trace
from whygrad.checking.trial import Trial, choose, try_run
from whygrad.checking.trying import Wanted, try_edits
from whygrad.errors import WhygradError
from whygrad.program.source import extent_of

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
    order: int = 0
    """When the line first ran."""


@dataclass(slots=True)
class Search:
    """All that the search for mistakes in one program has come to."""

    file: str
    args: tuple[str, ...]
    deadline: float
    runner: Runner
    stops: str = ""
    """What the program itself stops with, behind all that is checked."""
    found: list[Mended] = field(default_factory=list)
    left: Verdict | None = None
    """The verdict on what is left when no more edit is found; None where all agrees."""
    left_trial: Trial | None = None
    left_source: str = ""
    unmended: Replaced | None = None
    """The line that is to blame for what is left, where no edit is known that mends it."""
    order: int = 0
    """When that line first ran."""


def search(source: str, runner: Runner, trial: Trial, verdict: Verdict) -> Search:
    """Find the mistakes of a program one after the other."""
    problem = trial.run.problem
    state = Search(runner.file, runner.args, runner.deadline, runner, problem.kind if problem is not None else "")
    for _ in range(MISTAKES):
        if verdict.is_all_right and (verdict.common or 0) > 0:
            return state
        mended = _best_edit(source, state, trial, verdict)
        if mended is None or not _is_done(mended.verdict):
            blamed = _blamed(source, state, trial, verdict)
            if mended is None or (blamed is not None and _outweighs(blamed, mended)):
                state.left, state.left_trial, state.left_source = verdict, trial, source
                if blamed is not None:
                    state.unmended, state.order = blamed
                return state
        state.found.append(mended)
        source, verdict = mended.after, mended.verdict
        trial = try_run(runner(source))
        again = [v for v in trial.verdicts if is_same_loss(v.loss, verdict.loss)]
        chosen = choose(again)
        if chosen is None:
            state.left, state.left_trial, state.left_source = verdict, trial, source
            return state
        verdict = chosen
    if not (verdict.is_all_right and (verdict.common or 0) > 0):
        state.left, state.left_trial, state.left_source = verdict, trial, source
    return state


def _blamed(source: str, state: Search, trial: Trial, verdict: Verdict) -> tuple[Replaced, int] | None:
    """The first line whose value put right mends the most, and when it ran."""
    text = Text(source)
    order = hand_written(text, trial, verdict)
    shared = _forward_too(text, trial, verdict)
    own = {number: place for number, place in order.items() if number not in shared}
    until = max(u.after for u in trial.updates)
    for some in (own, order):
        found = first_wrong(text, trial, verdict, some, until, min(state.deadline, time.monotonic() + BLAMING))
        if found is not None:
            return found, order[found.statement.number]
    return None


BLAMING = 4.0
"""Seconds for that."""


def _outweighs(blamed: tuple[Replaced, int], mended: Mended) -> bool:
    """Does a line that no edit mends explain more than the edit that was found, and come before it?"""
    return blamed[0].right > mended.verdict.right and blamed[1] < mended.order


def is_same_loss(one: Loss, other: Loss) -> bool:
    if one.source != other.source:
        return False
    if one.source == "inferred":
        return one.family == other.family and one.line == other.line
    if one.source == "given":
        return one.formula == other.formula and one.family == other.family
    return one.formula == other.formula and one.line == other.line


def _best_edit(source: str, state: Search, trial: Trial, verdict: Verdict) -> Mended | None:
    """The edit that mends most, among those the cheapest, among those the earliest."""
    text = Text(source)
    order = hand_written(text, trial, verdict)
    statements = sorted((text.statements[n] for n in order), key=lambda s: order[s.number])
    wanted = wanted_of(trial, verdict)
    unclear: list[tuple[Statement, Change]] = []
    meant = try_edits(
        text, state.file, state.args, statements, wanted, state.deadline,
        watched=state.runner.watched, unclear=unclear,
    )  # fmt: skip
    candidates = [Candidate((c,), s.line, c.price, c.kind, c.what, s) for s, c in meant]
    # What a line computes on the way need be no gradient itself (a sum that a normalisation subtracts): those edits
    # come last, the cheap ones, and only a run can judge them.
    candidates.extend(
        Candidate((c,), s.line, c.price + UNCLEAR, c.kind, c.what, s) for s, c in unclear if c.price < CHEAP
    )
    candidates.extend(rebuilt(text, statements, _lines_of_updates(trial)))
    shared = _forward_too(text, trial, verdict)
    fine, exact = _right_already(text, trial, verdict, wanted)
    candidates = [
        c for c in candidates if _may_be_forward(c) or c.statement is None or c.statement.number not in shared
    ]
    ranked = sorted(
        (_bucket(c, shared, fine, exact), order.get(c.statement.number, LAST) if c.statement else LAST, c.price, n, c)
        for n, c in enumerate(candidates)
    )
    best: tuple[tuple[Any, ...], Mended] | None = None
    rivals: list[tuple[Candidate, Verdict]] = []
    tried: set[str] = set()
    for bucket, place, _, _, candidate in ranked:
        if time.monotonic() > state.deadline:
            break
        if best is not None and _is_done(best[1].verdict) and (bucket, place) != best[0][2:4]:
            break
        edited = applied(source, candidate.changes)
        if edited in tried:
            continue
        tried.add(edited)
        found = _judged_again(edited, state, verdict.loss)
        if found is None or not _is_better(found, verdict):
            continue
        rank = (not _is_done(found), -found.right, bucket, place, candidate.price)
        if best is None or rank < best[0]:
            if best is not None and rank[:4] != best[0][:4]:
                rivals.clear()
            best = rank, Mended(candidate, source, edited, trial, verdict, found, 0 if place == LAST else place)
        if rank[:4] == best[0][:4]:
            rivals.append((candidate, found))
    if best is None:
        return None
    chosen = preferred(text, [candidate for candidate, _ in rivals])
    mends = next(found for candidate, found in rivals if candidate is chosen)
    after = applied(source, chosen.changes)
    return replace(best[1], candidate=chosen, after=after, verdict=mends)


UNCLEAR = 0.8
CHEAP = 1.2
LAST = 1 << 40
"""The place in the order of what has none."""


def _is_done(verdict: Verdict) -> bool:
    return verdict.is_all_right and (verdict.common or 0) > 0


def _may_be_forward(candidate: Candidate) -> bool:
    """Could the edit mend a forward pass, rather than make the network so small that all gradients agree?"""
    kinds = (
        "wrong-operand",
        "transpose",
        "product",
        "activation-on-gradient",
        "wrong-slope",
        "updated-weights",
        "sign",
    )
    return candidate.kind in kinds and candidate.what in (
        "operand",
        "argument",
        "function",
        "flag",
        "moved",
        "index",
        "",
    )


def _bucket(candidate: Candidate, shared: set[int], fine: set[int], exact: set[int]) -> int:
    """How far an edit goes, in coarse classes; within one the earliest line wins. A line that the forward pass shares,
    or whose value is a right gradient already, is hardly the wrong one."""
    number = candidate.statement.number if candidate.statement is not None else -1
    price = candidate.price + FORWARD_TOO * (number in shared)
    price += RIGHT_ALREADY * (number in (exact if candidate.kind in ("scale", "sign") else fine))
    return 0 if price < 1.36 else 1 if price < 1.75 else 2


RIGHT_ALREADY = 0.45
"""What an edit costs more on a line that computes something wanted."""


def _right_already(text: Text, trial: Trial, verdict: Verdict, wanted: Wanted) -> tuple[set[int], set[int]]:
    """The statements whose value is an adjoint up to a factor; and those where the factor too is one that leads to a
    gradient which agrees."""
    trace = trial.trace
    seen: dict[int, bool] = {}
    ratios: dict[int, set[float]] = {}
    good = trace.ancestors({j.update.after for j in verdict.judged if verdict.is_right(j)})
    expected: list[float] = [verdict.common] if verdict.common else []
    for _, _, _, output in trace.steps:
        if output > wanted.until:
            break
        span = trace.span(output)
        if span is None or span.file != trial.run.shown_as or not (span.binding.names or span.binding.returned):
            continue
        statement = text.statement_at(span.line, span.extent[1])
        if statement is None or not statement.slots or np.size(trace.values[output]) < 3:
            continue
        if any(extent_of(slot.node) == span.extent for slot in statement.slots) and not statement.slots[0].augmented:
            ratio = wanted.ratio_of(trace.values[output])
            seen[statement.number] = seen.get(statement.number, True) and ratio is not None
            if ratio is not None:
                ratios.setdefault(statement.number, set()).add(ratio)
                if output in good:
                    expected.append(ratio)
    fine = {number for number, right in seen.items() if right}
    exact = {n for n in fine if all(any(abs(r - e) <= 1e-6 * abs(e) for e in expected) for r in ratios[n])}
    return fine, exact


def _lines_of_updates(trial: Trial) -> set[int]:
    spans = [trial.trace.span(u.after) for u in trial.updates]
    return {line for span in spans if span is not None for line in (span.line, *(c.line for c in span.calls))}


FORWARD_TOO = 0.5
"""What an edit costs more where the forward pass goes through the line too."""


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
        run = state.runner(source)
    except SyntaxError:
        return None
    if run.problem is not None and run.problem.kind != state.stops:
        return None
    return judged_under(run, loss)


def judged_under(run: Run, loss: Loss) -> Verdict | None:
    """The verdict on a run under a loss that another run of nearly the same program has."""
    trace = Trace(run.recording)
    updates = updates_of(trace)
    if not updates:
        return None
    if loss.source == "given":
        trace, losses = given_losses(trace, updates) or (trace, [])
    elif loss.source == "inferred":
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
            verdict = exact(trace, judge(trace, updates, one, values, Adjoints(trace, one.index, updates)))
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
    return {**found, **_aliases(text, found)}


def _aliases(text: Text, found: dict[int, int]) -> dict[int, int]:
    """Statements between those that only give a value another name: they make no step of their own."""
    functions = {text.statements[n].function for n in found}
    more: dict[int, int] = {}
    before: dict[str, int] = {}
    for statement in text.statements:
        if statement.function not in functions:
            continue
        if statement.number in found:
            before[statement.function] = found[statement.number]
        elif statement.function in before and isinstance(statement.node, (ast.Assign, ast.Return)):
            value = statement.node.value
            if isinstance(value, (ast.Name, ast.Attribute, ast.Subscript, ast.Tuple)):
                more[statement.number] = before[statement.function]
    return more


def wanted_of(trial: Trial, verdict: Verdict) -> Wanted:
    """What hand-written lines may be meant to compute: all adjoints, their parts along single paths, local slopes."""
    adjoints = trial.adjoints[verdict.loss.index]
    trace = trial.trace
    at = adjoints.at(trace.values)
    arrays = [np.asarray(a, float) for a in at.values()]
    arrays.extend(np.asarray(s, float) for s in adjoints.shares(trace.values))
    arrays.extend(slopes(trace, at))
    by_size: dict[int, list[Any]] = {}
    upright: dict[int, list[Any]] = {}
    known: set[tuple[tuple[int, ...], bytes]] = set()
    for array in arrays:
        if np.all(np.isfinite(array)):
            for turned in (array, array.T) if array.ndim == 2 else (array,):
                key = turned.shape, turned.tobytes()
                if key not in known:
                    known.add(key)
                    by_size.setdefault(array.size, []).append(turned)
                    if turned is array:
                        upright.setdefault(array.size, []).append(array)
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
    return Wanted(by_size, tuple(factors), upright, until, tuple(dict.fromkeys(ratios)))


def slopes(trace: Trace, at: dict[int, Any]) -> Iterator[Any]:
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


def search_all(source: str, runner: Runner, trial: Trial, verdict: Verdict) -> Search:
    """The search under the loss that is likeliest; where it does not come to an end with one mistake, under the next
    ones too: the loss under which the fewest mistakes explain everything is the one that is meant."""
    best: tuple[tuple[Any, ...], Search] | None = None
    begun, deadline = time.monotonic(), runner.deadline
    for number, one in enumerate(_likeliest(trial, verdict)):
        share = deadline if number else begun + 0.6 * (deadline - begun)
        if number and time.monotonic() > begun + 0.8 * (deadline - begun):
            break
        found = search(source, replace(runner, deadline=share), trial, one)
        price = sum(m.candidate.price for m in found.found)
        rank = (found.left is None, -len(found.found) if found.left is None else one.right, -price)
        if best is None or rank > best[0]:
            best = rank, found
        if found.left is None and len(found.found) == 1:
            break
    assert best is not None
    return best[1]


HYPOTHESES = 3


def _likeliest(trial: Trial, first: Verdict) -> list[Verdict]:
    """The verdicts under different losses that are worth a search."""
    others = sorted(
        (v for v in trial.verdicts if v is not first and (v.loss.named or v.loss.source != "declared")),
        key=lambda v: (v.loss.source != "inferred" and v.loss.named, v.right, v.loss.source != "inferred"),
        reverse=True,
    )
    kept, seen = [first], {_pattern(first)}
    for verdict in others:
        if _pattern(verdict) not in seen and len(kept) < HYPOTHESES:
            seen.add(_pattern(verdict))
            kept.append(verdict)
    return kept


def _pattern(verdict: Verdict) -> tuple[Any, ...]:
    """What tells one verdict from another: which gradients agree, and how far off the others are."""
    return tuple(round(j.error, 6) for j in verdict.judged)
