"""A file run as a script, watched from its first line: its parameters and the loss that it computes.

The script runs as `python FILE` would, re-made like any function (see `watching.rewriting`), in a namespace of its
own. What it prints is kept, `input()` gives an empty line, and of a long loop only the first rounds are run: what
comes later repeats them. Its parameters are the arrays and numbers that it makes and then moves by an amount that
depends on them; its loss is the number that depends on the most of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from whygrad.errors import NoLossError, ScriptError, WhygradError
from whygrad.program import Span
from whygrad.watching.executing import execute, source_text
from whygrad.watching.losses import NOTHING, Loss, influences, unspoken
from whygrad.watching.names import name_of
from whygrad.watching.recording import LIMIT, Recording, is_foreign, span_of

LOSS_NAME = re.compile(r"(?i:loss|cost|error|err|objective|energy|total)|^[JLE]$|^(?i:mse|sse|ce|nll)$")


@dataclass(frozen=True, slots=True)
class Parameter:
    """An array or number of the script's that it trains: its name and the variable of its first value."""

    name: str
    index: int


@dataclass(frozen=True, slots=True)
class WatchedScript:
    """A script after its watched run."""

    file: str
    recording: Recording
    output: str
    parameters: tuple[Parameter, ...]
    losses: tuple[Loss, ...]
    """The likeliest first."""
    moves: tuple[Any, ...]
    """By how much the script moves each parameter in its first update."""


def watch_script(path: str, limit: int = LIMIT) -> WatchedScript:
    """Run the file once, watched; find its parameters and its loss.

    Raises:
        SyntaxError: the file is no Python (a Python 2 print, say).
        ScriptError: the script stopped with an error of its own.
        NoLossError: there is nothing to differentiate.
    """
    recording, output = run_script(path, limit)
    recording.over = True
    updates = list(_updates(recording))
    parameters = tuple(_parameters(recording, updates))
    if not parameters:
        raise NoLossError(
            f"{Path(path).name}: nothing is trained here that could be watched",
            instead=f"name a function that returns the loss: {path}:FUNCTION",
        )
    moves = tuple(_moves(recording, updates, parameters))
    losses = tuple(_losses(recording, updates, {p.index for p in parameters}))
    if not losses:
        names = ", ".join(p.name for p in parameters)
        raise NoLossError(
            f"{Path(path).name}: no number is computed from {names} that could be the loss",
            instead=f"compute it (loss = …), or name a function that returns it: {path}:FUNCTION",
        )
    return WatchedScript(path, recording, output, parameters, losses, moves)


def run_script(path: str, limit: int) -> tuple[Recording, str]:
    """The recording of the run, and what the script printed."""
    file = str(Path(path).resolve())
    source = source_text(file)
    if source is None:
        source = Path(file).read_bytes().decode()
    executed = execute(source, file, limit=limit)
    problem = executed.problem
    if isinstance(problem, (WhygradError, KeyboardInterrupt)):
        raise problem
    if problem is not None:
        place = author_place(problem)
        where = "" if place else f"{Path(path).name}: "
        what = f"{where}the script stopped with {type(problem).__name__}: {problem}"
        raise ScriptError(what, place=place) from problem
    return executed.recording, executed.output


def author_place(problem: BaseException) -> Span | None:
    """The piece of the author's code that an error came from, with the calls that led there; None where there is
    none."""
    place, trace = None, problem.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if not is_foreign(code.co_filename):
            place = Span(code, trace.tb_lasti, place)
        trace = trace.tb_next
    return place


@dataclass(frozen=True, slots=True)
class _Update:
    """`W += …` or `W = W − …`: the step's number, the variable of W before it, and W's name."""

    number: int
    before: int
    name: str


def _updates(recording: Recording) -> Iterator[_Update]:
    """The steps that move a float variable and give the result its name again."""
    outputs: set[int] = set()
    for number, ((primitive, inputs, _, output), site) in enumerate(zip(recording.steps, recording.sites, strict=True)):
        if primitive.name not in ("add", "subtract"):
            continue
        span = span_of(site)
        binding = span.binding if span else None
        if binding is None or not binding.names or np.result_type(recording.values[inputs[0]]).kind != "f":
            continue
        for place, before in enumerate(inputs):
            again = binding.augmented and place == 0
            if before not in outputs and (again or name_of(recording, before) == binding.names[0]):
                outputs.add(output)
                yield _Update(number, before, binding.names[0])
                break
        else:
            if not outputs.isdisjoint(inputs):
                outputs.add(output)


def _parameters(recording: Recording, updates: Sequence[_Update]) -> Iterator[Parameter]:
    """What the script moves by an amount that depends on it."""
    depends = influences(recording, {u.before for u in updates})
    found: dict[int, str] = {}
    for update in updates:
        amount = [i for i in recording.steps[update.number][1] if i != update.before]
        if any(update.before in depends.get(i, NOTHING) for i in amount):
            found.setdefault(update.before, update.name)
    for index, name in sorted(found.items()):
        yield Parameter(name, index)


def _moves(recording: Recording, updates: Sequence[_Update], parameters: tuple[Parameter, ...]) -> Iterator[Any]:
    """What each parameter's first update adds to it."""
    first = {u.before: u.number for u in reversed(updates)}
    for parameter in parameters:
        output = recording.steps[first[parameter.index]][3]
        yield recording.values[output] - recording.values[parameter.index]


def _losses(recording: Recording, updates: Sequence[_Update], wanted: set[int]) -> Iterator[Loss]:
    """The number that depends on the most parameters (one with a loss's name first, then the last one computed), and
    losses that the script does not compute."""
    later = _later(recording, {u.number for u in updates if u.before in wanted})
    depends = influences(recording, wanted)
    read: set[int] = set()
    candidates = []
    for number, ((made_by, inputs, _, output), site) in enumerate(zip(recording.steps, recording.sites, strict=True)):
        value = recording.values[output]
        if depends[output] and output not in later:
            read.update(inputs)
            if np.shape(value) == () and np.result_type(value).kind == "f":
                candidates.append((number, made_by.name, output, site))
    best: tuple[tuple[int, bool, bool, int], int, Span | None] | None = None
    amounts = {i for u in updates if u.before in wanted for i in recording.steps[u.number][1]}
    for number, name, output, site in candidates:
        if output in amounts:  # what a parameter is moved by is no loss
            continue
        span = span_of(site)
        named = bool(span and LOSS_NAME.search(span.name)) and name != "subtract"  # an error is no loss
        score = (len(depends[output]), named, output not in read, number)
        if best is None or score > best[0]:
            best = (score, output, span)
    if best is not None:
        _, output, span = best
        yield Loss(output, span.text if span else "the last number computed", span, True)
    yield from unspoken(recording, wanted, later)


def _later(recording: Recording, updates: set[int]) -> set[int]:
    """The variables that depend on a parameter after its first update."""
    moved: set[int] = set()
    for number, (_, inputs, _, output) in enumerate(recording.steps):
        if number in updates or not moved.isdisjoint(inputs):
            moved.add(output)
    return moved
