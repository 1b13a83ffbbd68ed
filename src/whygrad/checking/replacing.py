"""Where no edit is known: the first line whose value, put right, puts the gradients right that are computed from it.

Nothing is run again. In the recorded run a line's values are exchanged for derived ones, what depends on them is
computed anew, and the gradients are held against the derived ones.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from whygrad.checking.agreement import Verdict, judge
from whygrad.checking.statements import Statement, Text
from whygrad.checking.trial import Trial
from whygrad.program.source import extent_of

OCCURRENCES = 40
TARGETS = 24


@dataclass(frozen=True, slots=True)
class Replaced:
    """A line that no known edit mends: its statement, the variables that it computes, the forward variables whose
    derivatives they should be (None for a local slope), and how many gradients agree then."""

    statement: Statement
    nodes: tuple[int, ...]
    targets: tuple[int | None, ...]
    right: int


def first_wrong(
    text: Text, trial: Trial, verdict: Verdict, order: dict[int, int], until: int, deadline: float
) -> Replaced | None:
    """The earliest statement whose values, exchanged for derived ones, mend the most gradients."""
    adjoints = trial.adjoints[verdict.loss.index]
    derived = [adjoints.at(v) for v in trial.values]
    if not derived:
        return None
    best: Replaced | None = None
    for number in sorted(order, key=lambda n: order[n]):
        if time.monotonic() > deadline:
            break
        statement = text.statements[number]
        nodes = list(_nodes(text, trial, statement, until))[:OCCURRENCES]
        if not nodes:
            continue
        found = _best_targets(trial, verdict, nodes, derived, deadline)
        if found is None:
            continue
        right, targets = found
        if right > verdict.right and (best is None or right > best.right):
            best = Replaced(statement, tuple(nodes), targets, right)
            if right == len(verdict.judged):
                break
    return best


def _nodes(text: Text, trial: Trial, statement: Statement, until: int) -> Iterator[int]:
    """The variables that a statement binds or returns before the first updates are over."""
    trace = trial.trace
    places = {extent_of(slot.node) for slot in statement.slots}
    if statement.slots and statement.slots[0].augmented:
        places.add(extent_of(statement.node))
    for _, _, _, output in trace.steps:
        if output > until:
            return
        span = trace.span(output)
        if span is not None and span.file == trial.run.shown_as and span.extent in places:
            yield output


def _best_targets(
    trial: Trial, verdict: Verdict, nodes: Sequence[int], derived: Sequence[dict[int, Any]], deadline: float
) -> tuple[int, tuple[int | None, ...]] | None:
    """How many gradients agree when the nodes are what they could be meant to be, one by one or all at once."""
    best: tuple[int, tuple[int | None, ...]] | None = None
    given: list[dict[int, Any]] = [{} for _ in trial.values]
    chosen: list[int | None] = []
    right = verdict.right
    for node in nodes:
        step: tuple[int, int | None, list[dict[int, Any]]] | None = None
        for target, arrays in _targets(trial, node, derived):
            for factor in _factors(verdict):
                if time.monotonic() > deadline:
                    return best
                trying = [{**g, node: factor * a} for g, a in zip(given, arrays, strict=True)]
                count = _right_with(trial, verdict, trying)
                if count > right and (step is None or count > step[0]):
                    step = count, target, trying
            if step is not None and step[0] == len(verdict.judged):
                break
        if step is not None:
            right, given = step[0], step[2]
            chosen.append(step[1])
            best = right, tuple(chosen)
    if best is not None or len(nodes) < 2:
        return best
    for targets in _aligned(trial, nodes, derived):
        for factor in _factors(verdict):
            if time.monotonic() > deadline:
                return best
            trying = [{n: factor * d[t] for n, t in zip(nodes, targets, strict=True)} for d in derived]
            count = _right_with(trial, verdict, trying)
            if count > right and (best is None or count > best[0]):
                best = count, tuple(targets)
    return best


def _factors(verdict: Verdict) -> list[float]:
    common = verdict.common or 1.0
    return list(dict.fromkeys((common, 1.0, -common, -1.0)))


def _targets(
    trial: Trial, node: int, derived: Sequence[dict[int, Any]]
) -> Iterator[tuple[int | None, list[np.ndarray[Any, Any]]]]:
    """The adjoints of the node's shape, latest first, then the local slopes."""
    shape = trial.trace.shape(node)
    count = 0
    for v in sorted(derived[0], reverse=True):
        if np.shape(derived[0][v]) == shape:
            count += 1
            if count > TARGETS:
                return
            yield v, [np.asarray(d[v], float) for d in derived]
    for v in sorted(derived[0], reverse=True):
        for u in _behind(trial, v, derived[0]):
            if np.shape(derived[0][v]) == shape:
                with np.errstate(all="ignore"):
                    slopes = [np.asarray(d[u], float) / np.asarray(d[v], float) for d in derived]
                if all(np.all(np.isfinite(s)) for s in slopes):
                    count += 1
                    if count > 2 * TARGETS:
                        return
                    yield None, slopes


def _behind(trial: Trial, v: int, derived: dict[int, Any]) -> Iterator[int]:
    """The variables of the same shape that v is computed from by a few steps."""
    frontier, seen = [v], {v}
    for _ in range(8):
        frontier = [
            i
            for u in frontier
            for i in trial.trace.inputs(u)
            if i in derived and i not in seen and np.shape(derived[i]) == np.shape(derived[v])
        ]
        seen.update(frontier)
        yield from frontier


def _aligned(trial: Trial, nodes: Sequence[int], derived: Sequence[dict[int, Any]]) -> Iterator[list[int]]:
    """Forward variables made at one place as often as the nodes are, in their order and in the reverse."""
    groups: dict[Any, list[int]] = {}
    for v in sorted(derived[0]):
        span = trial.trace.span(v)
        if span is not None and np.shape(derived[0][v]) == trial.trace.shape(nodes[0]):
            groups.setdefault((span.line, span.extent), []).append(v)
    for group in groups.values():
        if len(group) == len(nodes):
            yield group[::-1]
            yield group
        elif len(group) == len(nodes) + 1:
            yield group[:0:-1]
            yield group[-2::-1]


def _right_with(trial: Trial, verdict: Verdict, given: Sequence[dict[int, Any]]) -> int:
    try:
        values = [trial.trace.compute(g, base=v) for g, v in zip(given, trial.values, strict=True)]
    except (ArithmeticError, ValueError, IndexError, TypeError):
        return -1
    found = judge(trial.trace, trial.updates, verdict.loss, values, trial.adjoints[verdict.loss.index])
    was = {n for n, j in enumerate(verdict.judged) if verdict.is_right(j)}
    now = {n for n, j in enumerate(found.judged) if found.is_right(j)}
    return len(now) if was <= now and (found.common or 0) * (verdict.common or 1) > 0 else -1
