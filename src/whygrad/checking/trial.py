"""One text of a program, run and judged: what it trains, which loss it descends, which gradients are right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from whygrad.checking.agreement import Adjoints, Verdict, judge, probes
from whygrad.checking.given import exact, given_losses, updates_of
from whygrad.checking.losses import Loss, declared, inferred, is_rough
from whygrad.checking.roles import Update
from whygrad.checking.running import Run
from whygrad.checking.trace import Trace
from whygrad.errors import WhygradError


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


def try_run(run: Run, only: str = "") -> Trial:
    """Judge one run under every loss that it may descend (`only`: under the inferred ones of this family, or the declared
    ones)."""
    trace = Trace(run.recording)
    updates = updates_of(trace)
    trial = Trial(run, trace, updates)
    if not updates:
        return trial
    given = given_losses(trace, updates)
    if given is not None:
        trace, losses = given
    else:
        losses = [x for x in declared(trace, updates)]
        trace, more = inferred(trace, updates)
        parameters = {u.before for u in updates}
        losses = [x for x in losses if not is_rough(trace, x, parameters)] + more
    trial.trace = trace
    trial.values = probes(trace, updates)
    for loss in losses:
        weigh(trial, loss)
    return trial


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
    """The loss that the program descends: one under which all is right; else a declared one, else the one under which
    most is right."""

    def rank(verdict: Verdict) -> tuple[Any, ...]:
        return (
            verdict.is_all_right and (verdict.common or 0) > 0,
            verdict.right,
            verdict.loss.source != "inferred",
            verdict.loss.named,
            verdict.common is not None and abs(verdict.common - 1) < 1e-6,
        )

    return max(verdicts, key=rank, default=None)
