"""What can be seen where a program stops: the edits of the line that can be computed there, the shapes of what it
reads, and a run that goes on behind it with any of these edits."""

from __future__ import annotations

import ast
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from whygrad.checking.changing import Change, applied
from whygrad.checking.edits import changes
from whygrad.checking.given import Runner
from whygrad.checking.running import Run, run_watched
from whygrad.checking.statements import Slot, Statement, Text, atoms
from whygrad.checking.trial import Trial, try_run
from whygrad.checking.trying import compiled, leaving_no_trace, marked, slope_calls, value_of, vocabulary_at

STOPS = ("ValueError", "IndexError", "KeyError", "AttributeError", "NameError", "UnboundLocalError", "TypeError",
         "LinAlgError", "AxisError")  # fmt: skip
"""What a wrong backward pass stops with."""
HOOK = "whygrad_stops_here"
PATCHES = 40
"""So many edits are tried to see the rest of the program."""
THROUGH = 6
"""So many runs to the end are compared: the one that trains most parameters tells most."""
DEEP = 3
"""So many places that stop are passed by on the way to its end."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a run stopped: the statement, and those that called it, innermost first."""

    statements: tuple[Statement, ...]
    line: int
    steps: int
    """So many steps had been made."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An edit of the stopping line, and the value that the line then has."""

    statement: Statement
    change: Change
    value: Any


@dataclass(frozen=True, slots=True)
class Seen:
    """What could be seen at a stop: the edits that can be computed there, the shapes of what the line reads, and a run
    that went on behind it."""

    offers: list[Offer]
    shapes: dict[str, tuple[int, ...]]
    through: Trial


def stop_of(source: str, run: Run) -> Stop | None:
    """Where in this text the program stopped; None where it did not, or was stopped by us."""
    problem = run.problem
    if problem is None or problem.ours or problem.time_limit or problem.kind not in STOPS:
        return None
    text, found, span = Text(source), list[Statement](), problem.span
    line = 0
    while span is not None:
        if span.file == run.shown_as:
            line = line or span.line
            statement = text.statement_at(span.line, span.extent[1])
            if statement is not None and statement not in found:
                found.append(statement)
        span = span.caller
    return Stop(tuple(found), line, len(run.recording.steps)) if found else None


def seen_at(source: str, runner: Runner, stop: Stop, run: Run) -> Seen | None:
    """What can be seen at a stop; None where no edit of the line leads past it."""
    offers, shapes = _offers(Text(source), runner, stop)
    known = {np.shape(v) for v in run.recording.values}
    through = _run_through(source, runner, stop, _by_shape(offers, known))
    return Seen(offers, shapes, through) if through is not None else None


def _run_through(
    source: str, runner: Runner, stop: Stop, offers: Sequence[Offer],
    deep: int = DEEP,
) -> Trial | None:  # fmt: skip
    """A run to the end of the program with any edits of the lines that stop it."""
    further: list[tuple[str, Run, Stop]] = []
    found: list[Trial] = []
    for offer in offers[:PATCHES]:
        if time.monotonic() > runner.deadline or len(found) == THROUGH:
            break
        edited = applied(source, [offer.change])
        try:
            run = runner(edited)
        except SyntaxError:
            continue
        if run.problem is None:
            trial = try_run(run)
            if trial.verdicts:
                found.append(trial)
        else:
            later = stop_of(edited, run)
            if later is not None and later.steps > stop.steps and later.line != stop.line:
                further.append((edited, run, later))
    if found:
        return max(found, key=lambda t: len(t.updates))
    for edited, run, later in further[: 3 if deep else 0]:
        more, _ = _offers(Text(edited), runner, later)
        shapes = {np.shape(v) for v in run.recording.values}
        trial_there = _run_through(edited, runner, later, _by_shape(more, shapes), deep - 1)
        if trial_there is not None:
            return trial_there
    return None


def _by_shape(offers: Sequence[Offer], shapes: set[tuple[int, ...]]) -> list[Offer]:
    """The cheapest offer of each shape first: for the rest of the program to run, the shape is what counts."""
    seen: set[tuple[int, ...]] = set()
    first: list[Offer] = []
    rest: list[Offer] = []
    for offer in sorted(offers, key=lambda o: o.change.price):
        shape = np.shape(offer.value)
        (rest if shape in seen else first).append(offer)
        seen.add(shape)
    return sorted(first, key=lambda o: np.shape(o.value) not in shapes) + rest


def _offers(
    text: Text, runner: Runner, stop: Stop
) -> tuple[list[Offer], dict[str, tuple[int, ...]]]:  # fmt: skip
    """The edits of the stopping line and of the lines that called it that can be computed where it stops; and the
    shapes of what the line reads."""
    hits: dict[int, int] = {}
    last: dict[int, int] = {}
    found: list[Offer] = []
    shapes: dict[str, tuple[int, ...]] = {}
    words = [*atoms(text.tree, text)]
    calls = slope_calls(text)

    def count(number: int, local: dict[str, Any], everything: dict[str, Any]) -> None:
        last[number] = last.get(number, 0) + 1

    def look(number: int, local: dict[str, Any], everything: dict[str, Any]) -> None:
        hits[number] = hits.get(number, 0) + 1
        if hits[number] != last.get(number):
            return
        statement = text.statements[number]
        with leaving_no_trace():
            if number == stop.statements[0].number:
                for word in atoms(statement.node, text):
                    value = value_of(compiled(word), everything, local)
                    if isinstance(value, np.ndarray) and not word.endswith("[...]"):
                        shapes[word] = value.shape
            vocabulary = vocabulary_at(text, words, calls, local, everything)
            for slot in statement.slots:
                for change in changes(text, slot, vocabulary):
                    value = _fitting(text, statement, slot, change, local, everything)
                    if value is not None and time.monotonic() < runner.deadline:
                        found.append(Offer(statement, change, value))

    for hook in (count, look):
        run_watched(
            text.source,
            runner.file,
            runner.args,
            prepare=marked(HOOK, stop.statements),
            extra={HOOK: hook},
            deadline=runner.deadline,
        )
    return found, shapes


def _fitting(
    text: Text, statement: Statement, slot: Slot, change: Change, local: dict[str, Any], everything: dict[str, Any]
) -> Any:  # fmt: skip
    """The edited value here, where it can be computed and put where the line puts it."""
    value = value_of(compiled(change.slot), everything, local)
    if value is None or not np.size(value):
        return None
    node = statement.node
    target = (
        node.target if isinstance(node, ast.AugAssign) else node.targets[0] if isinstance(node, ast.Assign) else None
    )
    if isinstance(node, ast.AugAssign) or isinstance(target, ast.Subscript):
        home = value_of(compiled(text.of(target)), everything, local) if target is not None else None
        try:
            if home is not None and np.broadcast_shapes(np.shape(home), np.shape(value)) != np.shape(home):
                return None
        except ValueError:
            return None
    return value
