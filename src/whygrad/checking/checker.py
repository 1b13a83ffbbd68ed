"""The check of one program: run it, judge its gradients, find its mistakes, say what is right."""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from dataclasses import replace

from whygrad.checking.agreement import Judged, Verdict
from whygrad.checking.given import Runner, runner_for
from whygrad.checking.idle import idle_notes
from whygrad.checking.locating import Search, search_all
from whygrad.checking.naming import findings_of, line_map
from whygrad.checking.notes import notes_on
from whygrad.checking.refusals import unchecked
from whygrad.checking.report import CheckedLoss, CheckedParameter, CheckReport, Finding, Note
from whygrad.checking.running import Run
from whygrad.checking.shapes import Stopped, stopped, stops_between
from whygrad.checking.statements import Text
from whygrad.checking.trial import Trial, choose, try_run
from whygrad.checking.unmended import blamed, unlocated

LOSS_EXAMPLE = "an expression over the program's variables that is one number: --loss 'np.sum((out - y) ** 2)'"
TIME = 15.0
"""Seconds that a search may take where nobody says."""


def check_source(
    source: str,
    file: str,
    args: Sequence[str] = (),
    loss: str | None = None,
    loss_line: int | None = None,
    deadline: float | None = None,
) -> CheckReport:
    """Check a program's hand-written backward pass, in this process.

    Args:
        source: the program's text, as it stands in `file`.
        file: its path.
        args: what stands behind the file's name on the command line.
        loss: an expression over the program's variables that is to be taken as its loss.
        loss_line: the line that computes the loss.
        deadline: by `time.monotonic()`; the search for mistakes ends then.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        until = deadline if deadline is not None else time.monotonic() + TIME
        try:
            runner = runner_for(source, file, tuple(args), until, loss, loss_line)
        except SyntaxError as problem:
            return unchecked(file, f"--loss is not an expression of Python: {problem.msg}", None, LOSS_EXAMPLE)
        return _check(source, runner)


def _check(source: str, runner: Runner) -> CheckReport:
    file = runner.file
    run = runner(source)
    if run.problem is not None:
        stop = stopped(source, runner, run)
        if stop is not None:
            return _stopped(file, stop)
    trial = try_run(run)
    verdict = choose(trial.verdicts)
    if verdict is None:
        if trial.updates and not trial.refused and runner.is_given:
            return unchecked(file, runner.reason(run), runner.line, LOSS_EXAMPLE)
        return _unchecked(file, run, trial)
    loss = CheckedLoss(verdict.loss.formula, verdict.loss.source, verdict.loss.line)
    parameters = tuple(_parameter(trial, verdict, j) for j in verdict.judged)
    idle = idle_notes(Text(source), trial, verdict)
    if verdict.is_all_right and (verdict.common or 0) > 0:
        if run.problem is not None and stops_between(trial, verdict, source):
            return _unchecked(file, run, trial)
        return CheckReport(file, "right", loss, parameters, notes=(*notes_on(trial, verdict), *_stop_notes(run), *idle))
    state = search_all(source, runner, trial, verdict)
    findings = findings_of(state, source)
    if not findings and not _is_certain(verdict, state):
        reason = f"the gradients agree with no loss that is known here, not with {verdict.loss.formula} either"
        return CheckReport(file, "unchecked", loss, reason=reason, instead="say which loss it is: --loss EXPR")
    if state.left is not None and (state.unmended is not None or not findings):
        findings = _with_unmended(state, findings, trial, verdict, source, file)
    told = {finding.line for finding in findings}
    notes = tuple(note for note in idle if note.line not in told)
    return CheckReport(file, "wrong", loss, parameters, tuple(findings), notes)


def _is_certain(verdict: Verdict, state: Search) -> bool:
    """Where no edit mends anything: is the program wrong, or is it only the loss that has not been understood? Some of
    the gradients must agree with it, or the program must compute it and one line explain the rest."""
    if verdict.common is not None and 0 < verdict.right < len(verdict.judged):
        return True
    explained = state.unmended is not None and state.unmended.right == len(verdict.judged)
    return explained and verdict.loss.source != "inferred"


def _stopped(file: str, stop: Stopped) -> CheckReport:
    """The program stops in its backward pass; what is judged is the program that its mended lines make."""
    verdict, trial = stop.verdict, stop.trial
    loss = CheckedLoss(verdict.loss.formula, verdict.loss.source, verdict.loss.line)
    parameters = tuple(_parameter(trial, verdict, j) for j in verdict.judged)
    return CheckReport(file, "wrong", loss, parameters, tuple(stop.findings))


def _stop_notes(run: Run) -> list[Note]:
    if run.problem is None:
        return []
    text = f"the program stops with {run.problem.kind}: {run.problem.text}; what ran before is checked"
    return [Note(text, run.problem.span.line if run.problem.span else None)]


def _parameter(trial: Trial, verdict: Verdict, judged: Judged) -> CheckedParameter:
    span = trial.trace.span(judged.gradient) if judged.gradient is not None else None
    factor = judged.stepped if verdict.stepped else judged.factor
    line = span.line if span is not None else None
    return CheckedParameter(judged.update.name, line, verdict.is_right(judged), judged.error, factor)


def _unchecked(file: str, run: Run, trial: Trial) -> CheckReport:
    if run.problem is not None:
        span = run.problem.span
        reason = f"the program stops with {run.problem.kind}: {run.problem.text}"
        return CheckReport(
            file, "unchecked", reason=reason, line=span.line if span else None, instead=run.problem.instead
        )
    if trial.refused:
        problem = trial.refused[0]
        place = getattr(problem, "place", None)
        return CheckReport(
            file, "unchecked", reason=problem.what, line=getattr(place, "line", None), instead=problem.instead
        )
    if not trial.updates:
        reason = "nothing is updated by a gradient here that could be watched"
        return CheckReport(file, "unchecked", reason=reason, instead="name a function: FILE:FUNCTION")
    return CheckReport(
        file, "unchecked", reason="no loss is known that these gradients could be of", instead="say it: --loss EXPR"
    )


def _with_unmended(
    state: Search, findings: list[Finding], trial: Trial, verdict: Verdict, source: str, file: str
) -> list[Finding]:
    """The findings with the line that no edit is known for, in the order in which they ran."""
    if state.unmended is None or state.left_trial is None or state.left is None:
        return findings or [unlocated(trial, verdict, file)]
    before = [
        f for f, m in zip(findings, sorted(state.found, key=lambda m: m.order), strict=False) if m.order <= state.order
    ]
    found = blamed(state.unmended, state.left_trial, state.left, state.left_source, file)
    here = replace(found, line=line_map(state.left_source, source)(found.line))
    return [*before, here, *findings[len(before) :]]
