"""A program that stops inside its backward pass: the line, why its shapes cannot fit, and what does.

The forward pass is known up to there, but no parameter has moved yet. So the line is first given any edit with which
the program runs on, whatever its gradients then are: that run has the parameters, the loss and every adjoint. Of the
edits of the stopping line, and of the hand-written lines before it, those whose value is one of these adjoints are
then run and judged like any other.
"""

from __future__ import annotations

import ast
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from whygrad.checking.agreement import Verdict
from whygrad.checking.changing import applied
from whygrad.checking.given import Runner
from whygrad.checking.locating import MISTAKES, Mended, hand_written, search, wanted_of
from whygrad.checking.naming import finding_of
from whygrad.checking.passing import Seen, Stop, seen_at, stop_of
from whygrad.checking.rebuilding import Candidate, rebuilt
from whygrad.checking.report import Finding
from whygrad.checking.running import Run
from whygrad.checking.statements import Statement, Text
from whygrad.checking.trial import Trial, choose, try_run
from whygrad.checking.trying import (
    Wanted,
    factor_between,
    try_edits,
)

UPDATE = 0.6
"""What an edit costs more in the line of an update: a gradient of the wrong shape was made before."""


@dataclass(slots=True)
class Stopped:
    """What is known of a program that stops: its findings, and the verdict on the program that they make of it."""

    findings: list[Finding]
    verdict: Verdict
    trial: Trial


def stopped(source: str, runner: Runner, run: Run) -> Stopped | None:
    """The findings of a program that stops in its backward pass; None where it stops elsewhere."""
    original, findings = source, list[tuple[int, Finding]]()
    last: tuple[Trial, Verdict] | None = None
    for _ in range(MISTAKES):
        stop = stop_of(source, run)
        if stop is None:
            break
        seen = seen_at(source, runner, stop, run)
        if seen is None:
            break
        mended = _mended(source, runner, stop, seen)
        if mended is None:
            here = stop.statements[0]
            if not findings and _made_by(here, seen.through) and _is_backward(here, seen.through, _best(seen.through)):
                findings.append((stop.steps, _bare(stop, seen, run, runner.file)))
                last = seen.through, _best(seen.through)
            break
        findings.append((stop.steps, _finding(mended, stop, seen, run, original, runner.file)))
        source, run = mended.after, mended.trial.run
        last = mended.trial, mended.verdict
    if last is None:
        return None
    trial, verdict = last
    if run.problem is None and not _is_right(verdict):
        state = search(source, runner, trial, verdict)
        if state.found and state.left is None:  # what could not be seen with the other mistakes in it
            together = f"with this change and the others all gradients agree with {verdict.loss.formula}"
            findings = [(n, replace(f, verified=f.fix is not None, checked=together)) for n, f in findings]
        findings.extend((m.order, finding_of(m, original, runner.file, runner.args)) for m in state.found)
    return Stopped([f for _, f in sorted(findings, key=lambda pair: pair[0])], verdict, trial)


def stops_between(trial: Trial, verdict: Verdict, source: str) -> bool:
    """Did the run stop among its hand-written gradients, so that some of them may never have been made?"""
    stop = stop_of(source, trial.run)
    if stop is None:
        return trial.run.problem is not None
    text = Text(source)
    here = {(s.function, tuple(n.lineno for n in s.loops)) for s in stop.statements}
    written = (text.statements[n] for n in hand_written(text, trial, verdict))
    return any((s.function, tuple(n.lineno for n in s.loops)) in here for s in written)


def _is_right(verdict: Verdict) -> bool:
    return verdict.is_all_right and (verdict.common or 0) > 0


def _mended(
    source: str, runner: Runner, stop: Stop, seen: Seen
) -> Mended | None:  # fmt: skip
    """The edit with which the program comes past this stop, and most gradients agree."""
    text, through = Text(source), seen.through
    wanted = _wanted(through)
    number = stop.statements[0].number
    order = {n: place for n, place in hand_written(text, through, _best(through)).items() if n != number}
    for statement in text.statements:  # a gradient that only gets another name was made by no step
        node = statement.node
        if isinstance(node, ast.Assign) and text.of(node.targets[0]) in seen.shapes and not _computes(node.value):
            order.setdefault(statement.number, stop.steps - 1)
    order.pop(number, None)
    before = sorted(
        (text.statements[n] for n, place in order.items() if place < stop.steps), key=lambda s: order[s.number]
    )
    order[number] = stop.steps
    candidates = [
        Candidate((o.change,), o.statement.line, o.change.price, o.change.kind, o.change.what, o.statement)
        for o in seen.offers
        if wanted.meets(o.value, None)
    ]
    candidates.extend(
        Candidate((c,), s.line, c.price, c.kind, c.what, s)
        for s, c in try_edits(text, runner.file, runner.args, before, _in_shape(through), runner.deadline)
    )
    moved = {s.line for u in through.updates if (s := through.trace.span(u.after)) is not None}
    candidates.extend(rebuilt(text, [*before, stop.statements[0]], moved))
    priced = [replace(c, price=c.price + UPDATE) if c.line in moved else c for c in candidates]
    return _cheapest(source, runner, stop, priced, through)


def _computes(node: ast.expr) -> bool:
    return any(isinstance(n, (ast.BinOp, ast.Call, ast.UnaryOp)) for n in ast.walk(node))


def _best(trial: Trial) -> Verdict:
    verdict = choose(trial.verdicts)
    assert verdict is not None
    return verdict


def _cheapest(
    source: str, runner: Runner, stop: Stop, candidates: Sequence[Candidate], through: Trial
) -> Mended | None:  # fmt: skip
    best: tuple[tuple[Any, ...], Mended] | None = None
    tried: set[str] = set()
    number = stop.statements[0].number
    for candidate in sorted(candidates, key=lambda c: c.price):
        if time.monotonic() > runner.deadline:
            break
        if best is not None and best[0][0] and candidate.price > best[1].candidate.price + 0.101:
            break
        edited = applied(source, candidate.changes)
        if edited in tried:
            continue
        tried.add(edited)
        trial = _tried(edited, runner)
        if trial is None:
            continue
        after = stop_of(edited, trial.run)
        if trial.run.problem is not None and (after is None or after.steps <= stop.steps):
            continue
        verdict = choose(trial.verdicts) if trial.run.problem is None else None
        if trial.run.problem is None and (verdict is None or len(verdict.judged) < len(_best(through).judged)):
            continue
        edited_statement = Text(edited).statement_at(candidate.statement.line) if candidate.statement else None
        if verdict is not None and edited_statement and not _is_backward(edited_statement, trial, verdict):
            continue
        here = candidate.statement is not None and candidate.statement.number == number
        rank = (
            verdict is not None and _is_right(verdict),
            verdict.right if verdict is not None else 0,
            -round(candidate.price, 1),
            here,
            -candidate.line,
            -candidate.price,
        )
        if best is None or rank > best[0]:
            best = rank, Mended(candidate, source, edited, trial, _best(through), verdict or _best(through))
    return best[1] if best is not None else None


def _is_backward(statement: Statement, trial: Trial, verdict: Verdict) -> bool:
    """Does the line feed the updates, and not the loss? What else it should compute only its author can say."""
    trace, parameters = trial.trace, [u.before for u in trial.updates]
    made = set(_made_by(statement, trial))
    forward = trace.ancestors([verdict.loss.index], stop=parameters)
    used = trace.ancestors([u.after for u in trial.updates], stop=parameters)
    if not made:  # only another name for a value, or no value of the program at all
        return not any(isinstance(slot.node, ast.Constant) for slot in statement.slots)
    return bool(made & used) and not made & forward


def _made_by(statement: Statement, trial: Trial) -> list[int]:
    """The variables that a statement's steps made."""
    trace = trial.trace
    return [
        index
        for index in trace.producer
        if (span := trace.span(index)) is not None
        and span.file == trial.run.shown_as
        and statement.line <= span.line <= statement.last_line
    ]


def _tried(source: str, runner: Runner) -> Trial | None:
    try:
        return try_run(runner(source))
    except SyntaxError:
        return None


def _wanted(trial: Trial) -> Wanted:
    """What the stopping line may be meant to compute, under each loss that it may be for."""
    verdicts = sorted(trial.verdicts, key=lambda v: v is not _best(trial))
    first = wanted_of(trial, verdicts[0])
    for verdict in verdicts[1:4]:
        for size, arrays in wanted_of(trial, verdict).by_size.items():
            first.by_size.setdefault(size, []).extend(arrays)
    return first


def _in_shape(trial: Trial) -> Wanted:
    """The gradients in the very shape of their values: a transposed one is what stops the program later."""
    by_size: dict[int, list[np.ndarray[Any, Any]]] = {}
    for verdict in trial.verdicts[:4]:
        for adjoint in trial.adjoints[verdict.loss.index].at(trial.trace.values).values():
            by_size.setdefault(np.size(adjoint), []).append(np.asarray(adjoint, float))
    return Wanted(by_size, (1.0,), by_size, max(u.after for u in trial.updates), ())


# What is said


def _finding(mended: Mended, stop: Stop, seen: Seen, run: Run, original: str, file: str) -> Finding:
    found = finding_of(mended, original, file)
    statement = mended.candidate.statement
    at_stop = statement is not None and statement.line == stop.statements[0].line
    is_shape = run.problem is not None and run.problem.kind in ("ValueError", "AxisError", "LinAlgError")
    return replace(
        found,
        kind="shape-error" if is_shape and at_stop else found.kind,
        message=_message(run, seen) if at_stop else f"{found.message}; so line {stop.line} stops the program",
        why="; ".join(part for part in (_reason(run), _belongs_to(mended)) if part),
        verified=_is_right(mended.verdict) or mended.verdict.right > mended.before_verdict.right,
        also=() if at_stop else (stop.line,),
    )


def _bare(stop: Stop, seen: Seen, run: Run, file: str) -> Finding:
    """That the line stops the program is certain, what it should read is not."""
    span = run.problem.span if run.problem is not None else None
    first, column, last, end = span.extent if span is not None else (stop.line, 0, stop.line, 1)
    return Finding(
        file,
        stop.line,
        column + 1,
        end + 1 if last == first else column + 2,
        "shape-error" if run.problem is not None and run.problem.kind == "ValueError" else "unknown",
        _message(run, seen),
        why=_reason(run),
    )


def _reason(run: Run) -> str:
    problem = run.problem
    assert problem is not None
    return f"{'' if problem.kind == 'ValueError' else problem.kind + ': '}{problem.text.rstrip('. ')}"


def _message(run: Run, seen: Seen) -> str:
    shapes = _shapes(seen)
    is_shape = run.problem is not None and run.problem.kind == "ValueError"
    return (
        f"the program stops here, where {shapes}" if shapes and is_shape else f"the program stops here: {_reason(run)}"
    )


def _shapes(seen: Seen) -> str:
    """W2 is 5×2, d2 30×2"""
    told = [f"{name} is {_times(shape)}" for name, shape in seen.shapes.items() if shape]
    return ", ".join(told[:4])


def _times(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) if len(shape) > 1 else f"a vector of {shape[0]}" if shape else "a number"


def _belongs_to(mended: Mended) -> str:
    """Which forward value the mended line's gradient belongs to, and what shape it therefore has."""
    trial, statement = mended.trial, mended.candidate.statement
    if statement is None or mended.verdict.loss.index not in trial.adjoints:
        return ""
    trace = trial.trace
    adjoints = trial.adjoints[mended.verdict.loss.index].at(trace.values)
    for index in reversed(_made_by(statement, trial)):
        value = np.asarray(trace.values[index], float)
        for v, adjoint in adjoints.items():
            name, span = trace.name(v), trace.span(v)
            if name and span is not None and np.shape(adjoint) == value.shape and value.size > 1:
                if factor_between(value, np.asarray(adjoint, float)) is not None:
                    return f"the gradient of {name} (line {span.line}) has its shape, {_times(value.shape)}"
    return ""
