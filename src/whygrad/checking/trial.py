"""One text of a program, run and judged: what it trains, which loss it descends, which gradients are right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from whygrad.checking.agreement import Adjoints, Verdict, judge, probes
from whygrad.checking.given import exact, given_losses, updates_of
from whygrad.checking.losses import Loss, declared, inferred, with_penalty
from whygrad.checking.running import Run
from whygrad.checking.trace import Trace
from whygrad.checking.update import Update
from whygrad.errors import WhygradError
from whygrad.watching.losses import append


@dataclass(slots=True)
class Trial:
    """A run, its graph, its parameters and the losses that it may descend, each with its verdict."""

    run: Run
    trace: Trace
    updates: list[Update]
    values: list[list[Any]] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    adjoints: dict[int, Adjoints] = field(default_factory=dict)
    refused: list[WhygradError] = field(default_factory=list)


def try_run(run: Run) -> Trial:
    """Judge one run under every loss that it may descend."""
    trace = Trace(run.recording)
    updates = updates_of(trace)
    trial = Trial(run, trace, updates)
    if not updates:
        return trial
    given = given_losses(trace, updates)
    if given is not None:
        trial.trace, losses = given
        trial.values = probes(trial.trace, updates)
        for loss in losses:
            weigh(trial, loss)
        return trial
    own = declared(trace, updates)
    whole = with_penalty(trace, own, {u.before for u in updates})
    for loss in whole or own:
        if not trial.values:
            trial.values = probes(trace, updates)
        verdict = weigh(trial, loss)
        if verdict is not None and is_right(verdict):
            return trial
    _weigh_sum(trial)
    if whole or (trial.verdicts and is_right(trial.verdicts[-1])):
        return trial
    _, losses = inferred(trace, updates)
    trial.values = probes(trace, updates)
    for loss in losses:
        weigh(trial, loss)
    return trial


def _weigh_sum(trial: Trial) -> None:
    """Several losses on one trunk: each is weighed as the gradients of its own head are."""
    parts: dict[int, Verdict] = {}
    for verdict in trial.verdicts:
        own = {n for n, j in enumerate(verdict.judged) if verdict.is_right(j) and j.factor is not None}
        taken = {n for v in parts.values() for n, j in enumerate(v.judged) if v.is_right(j) and j.factor is not None}
        if own and verdict.common and not own & taken and not verdict.stepped:
            parts[verdict.loss.index] = verdict
    if len(parts) < 2:
        return
    recording = trial.trace.recording
    total: int | None = None
    for index, verdict in parts.items():
        part = append(recording, "multiply", (recording.literal(float(verdict.common or 0.0)), index))
        total = part if total is None else append(recording, "add", (total, part))
    trial.trace.grown()
    trial.values = probes(trial.trace, trial.updates)
    losses = [v.loss for v in parts.values()]
    formula = " + ".join(f"{v.common:.4g} · {v.loss.formula}" for v in parts.values())
    if total is not None:
        weigh(trial, replace(losses[0], index=total, formula=formula, named=all(x.named for x in losses)))


def is_right(verdict: Verdict) -> bool:
    """Do all gradients agree, and go the right way?"""
    return verdict.is_all_right and (verdict.common or 0) > 0


def weigh(trial: Trial, loss: Loss) -> Verdict | None:
    """The verdict under one loss; None where the loss cannot be differentiated."""
    try:
        adjoints = Adjoints(trial.trace, loss.index, trial.updates)
        verdict = exact(trial.trace, judge(trial.trace, trial.updates, loss, trial.values, adjoints))
    except WhygradError as problem:
        trial.refused.append(problem)
        return None
    trial.adjoints[loss.index] = adjoints
    trial.verdicts.append(verdict)
    return verdict


def choose(verdicts: Sequence[Verdict]) -> Verdict | None:
    """The loss that the program descends: a declared one under which all is right; else a declared one that is named
    so, the one under which most is right; else an inferred one."""

    def rank(verdict: Verdict) -> tuple[Any, ...]:
        loss = verdict.loss
        by_word = loss.source != "inferred" and loss.named
        return (
            is_right(verdict) and loss.source != "inferred",
            by_word,
            is_right(verdict),
            verdict.right,
            loss.source != "inferred",
            verdict.common is not None and abs(verdict.common - 1) < 1e-6,
        )

    return max(verdicts, key=rank, default=None)
