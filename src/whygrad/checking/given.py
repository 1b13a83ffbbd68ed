"""The loss that somebody gives: an expression over the program's variables, or the line that computes it.

An expression is computed where the program runs, at the end of the forward pass: between the statements, as if it
stood there. A first run tells where all its names are known and when they got their values for the last times before
the first parameter moves; in each later run, also of an edited text, it is computed at these places. Which of them is
the end of the forward pass is told by the gradients.
"""

from __future__ import annotations

import ast
import contextlib
import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from whygrad.checking.agreement import Verdict
from whygrad.checking.losses import LIKELIHOOD, Loss
from whygrad.checking.roles import find_updates
from whygrad.checking.running import Run, run_watched
from whygrad.checking.statements import Text, atoms
from whygrad.checking.trace import Trace
from whygrad.checking.trying import compiled, leaving_no_trace, marked
from whygrad.checking.update import Update
from whygrad.watching.losses import append
from whygrad.watching.recording import Recording, current
from whygrad.watching.standin import StandIn

LOOK, NOW, KEEP = "whygrad_look_here", "whygrad_is_it_now", "whygrad_keep_loss"
Running = Callable[[str], Run]
"""What runs a text of a program."""
PLACES = 6
"""So many places may be the end of the forward pass."""
MOST = 400
"""So many numbers of one line are summed at most."""


@dataclass(frozen=True, slots=True)
class Place:
    """Before the statement of that number and text, at its n-th time."""

    number: int
    text: str
    time: int


@dataclass(slots=True)
class Asked:
    """What one recording knows of the loss that is given."""

    formula: str
    line: int | None = None
    file: str = ""
    kept: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    pairs: list[tuple[str, int, int]] | None = None
    """Where gradients are returned and not applied: names, variables and gradients."""


ASKED: WeakKeyDictionary[Recording, Asked] = WeakKeyDictionary()
"""The recordings of runs for which a loss is given."""


@dataclass(slots=True)
class Runner:
    """Runs texts of one program; each recording then knows the loss that is given, if one is."""

    file: str
    args: tuple[str, ...]
    deadline: float
    expression: str = ""
    computed: str = ""
    """The expression in the names that its objects have where it is computed."""
    line: int | None = None
    line_text: str = ""
    places: tuple[Place, ...] = ()
    unknown: tuple[str, ...] = ()
    """Names of the expression that are known nowhere."""

    @property
    def is_given(self) -> bool:
        return bool(self.expression) or self.line is not None

    def __call__(self, source: str) -> Run:
        """Run a text. Raises SyntaxError where it is none of Python's."""
        if self.expression:
            return self._with_expression(source)
        run = run_watched(source, self.file, self.args, deadline=self.deadline)
        if self.line is not None:
            ASKED[run.recording] = Asked(self.line_text, self._line_in(source), run.shown_as)
        return run

    @property
    def watched(self) -> Callable[..., Run] | None:
        """What runs a text with hooks in it, where that is another than `run_watched`."""
        return None

    def _line_in(self, source: str) -> int:
        """The line in an edited text."""
        assert self.line is not None
        rows = source.splitlines()
        near = sorted(range(len(rows)), key=lambda n: abs(n + 1 - (self.line or 0)))
        return next((n + 1 for n in near if rows[n].strip() == self.line_text), self.line)

    def _with_expression(self, source: str) -> Run:
        text = Text(source)
        asked = Asked(self.expression)
        counts: dict[int, int] = {}
        numbers = {_number_in(text, place): place.number for place in self.places}
        wanted = {(n, place.time) for n, number in numbers.items() for place in self.places if place.number == number}

        def now(number: int) -> bool:
            counts[number] = counts.get(number, 0) + 1
            return (number, counts[number]) in wanted

        def keep(value: Any) -> None:
            if isinstance(value, StandIn):
                asked.kept.append(value._index)
            else:
                asked.problems.append("depends on nothing that the program computes")

        def failed(problem: Exception) -> None:
            asked.problems.append(f"cannot be computed: {type(problem).__name__}: {problem}")

        run = run_watched(
            source,
            self.file,
            self.args,
            deadline=self.deadline,
            prepare=_Putter([text.statements[n] for n in numbers], self.computed),
            extra={NOW: now, KEEP: keep, KEEP + "_not": failed},
        )
        ASKED[run.recording] = asked
        return run

    def reason(self, run: Run) -> str:
        """Why no loss that is given could be used."""
        what = f"the loss that is given, {self.expression}," if self.expression else f"line {self.line}"
        if self.unknown:
            return f"{what} reads {self.unknown[0]}, which has no value before the first update"
        asked = ASKED.get(run.recording)
        if self.expression and not self.places:
            return f"the names of {what[:-1]} have no values at the same time before the first update"
        if asked is not None and asked.problems and not asked.kept:
            return f"{what} {asked.problems[-1]}"
        if self.expression and asked is not None and asked.kept:
            shape = np.shape(run.recording.values[asked.kept[-1]])
            if int(np.prod(shape)) != 1:
                return f"{what} has shape {'×'.join(map(str, shape))}: a loss is one number"
            return f"{what} does not depend on what is updated"
        return f"{what} computes no single number that depends on what is updated, before the first update"


def runner_for(
    source: str, file: str, args: tuple[str, ...], deadline: float, expression: str | None, line: int | None
) -> Runner:  # fmt: skip
    """What runs the texts of a program for which this loss is given; the places of an expression are told by a run.

    Raises:
        SyntaxError: the expression is none of Python's.
    """
    if expression is None:
        rows = source.splitlines()
        row = rows[line - 1].strip() if line is not None and 0 < line <= len(rows) else ""
        return Runner(file, args, deadline, line=line, line_text=row)
    tree = ast.parse(expression.strip(), mode="eval")
    runner = Runner(file, args, deadline, expression.strip(), expression.strip())
    _find_places(runner, source, tree)
    return runner


def _find_places(runner: Runner, source: str, tree: ast.Expression) -> None:
    """Where the expression's names get their values, the last times before the first update."""
    run = run_watched(source, runner.file, runner.args, deadline=runner.deadline)
    updates = find_updates(Trace(run.recording))
    if not updates:
        return
    until = min(u.after for u in updates)
    missing, namesakes = _look_for_places(runner, source, tree, until)
    if not runner.places and namesakes:
        runner.computed = ast.unparse(_Renamed(namesakes).visit(tree))
        missing, _ = _look_for_places(runner, source, ast.parse(runner.computed, mode="eval"), until)
    runner.unknown = tuple(sorted(missing)) if not runner.places else ()


def _look_for_places(
    runner: Runner, source: str, tree: ast.Expression, until: int
) -> tuple[set[str], dict[str, str]]:  # fmt: skip
    """Sets the places; returns the names that have no value at any, and what objects that get these names later are
    called before."""
    text = Text(source)
    own = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    own |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    words = [w for w in atoms(tree, Text(runner.computed)) if re.split(r"\W", w)[0] not in own]
    codes = [(w, code) for w in words if (code := compiled(w)) is not None]
    missing = {w for w, _ in codes}
    counts: dict[int, int] = {}
    objects: dict[int, tuple[str, Any]] = {}
    found: deque[Place] = deque(maxlen=PLACES)
    latest: dict[str, Place] = {}
    """In each function, the last one: objects may have changed since their names were bound."""
    last: list[Any] = []

    def look(number: int, local: dict[str, Any], everything: dict[str, Any]) -> None:
        nonlocal last
        counts[number] = counts.get(number, 0) + 1
        recording = current.get()
        if recording is None or len(recording.values) > until:
            return
        known: list[Any] = []
        with leaving_no_trace():
            for word, code in codes:
                with contextlib.suppress(Exception):  # it has no value here
                    value = eval(code, everything, local)
                    missing.discard(word)
                    known.append(value._index if isinstance(value, StandIn) else id(value))
        if local is not everything:
            objects.update({id(v): (name, v) for name, v in local.items() if hasattr(v, "__dict__")})
        if len(known) == len(codes):
            statement = text.statements[number]
            place = latest[statement.function] = Place(number, text.of(statement.node), counts[number])
            if known != last:
                last = known
                found.append(place)

    run = run_watched(
        source, runner.file, runner.args, deadline=runner.deadline, prepare=marked(LOOK, text.statements),
        extra={LOOK: look},
    )  # fmt: skip
    runner.places = tuple(dict.fromkeys((*found, *latest.values())))
    later = {w: run.namespace[w] for w in missing if w in run.namespace}
    return missing, {w: objects[id(v)][0] for w, v in later.items() if id(v) in objects}


class _Renamed(ast.NodeTransformer):
    """Names exchanged for others."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.copy_location(ast.Name(self.names.get(node.id, node.id), node.ctx), node)


def _number_in(text: Text, place: Place) -> int:
    """The statement of a place in an edited text."""
    if place.number < len(text.statements) and text.of(text.statements[place.number].node) == place.text:
        return place.number
    same = [s.number for s in text.statements if text.of(s.node) == place.text]
    return min(same, key=lambda n: abs(n - place.number), default=min(place.number, len(text.statements) - 1))


class _Putter:
    """Puts the expression before some statements, to be computed when its time has come."""

    def __init__(self, statements: Sequence[Any], expression: str) -> None:
        self.statements = statements
        self.expression = expression

    def __call__(self, tree: ast.Module) -> None:
        marked(LOOK, self.statements)(tree)
        for node in ast.walk(tree):
            for name in ("body", "orelse", "finalbody"):
                body = getattr(node, name, None)
                if isinstance(body, list):
                    setattr(node, name, [self.put(s) for s in body])
        ast.fix_missing_locations(tree)

    def put(self, node: Any) -> Any:
        """The hook's statement as the expression with all that is around it; any other as it is."""
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
            return node
        call = node.value
        if not (isinstance(call.func, ast.Name) and call.func.id == LOOK):
            return node
        (made,) = ast.parse(
            f"if {NOW}({ast.unparse(call.args[0])}):\n"
            f"    try:\n        {KEEP}(({self.expression}))\n"
            f"    except Exception as whygrad_problem:\n        {KEEP}_not(whygrad_problem)\n"
        ).body
        for part in ast.walk(made):
            ast.copy_location(part, node)
        return made


# What a recording knows of it


def updates_of(trace: Trace) -> list[Update]:
    """The updates that a program makes, or those that returned gradients would make."""
    asked = ASKED.get(trace.recording)
    if asked is None or asked.pairs is None:
        return find_updates(trace)
    found = []
    for name, parameter, gradient in asked.pairs:
        if trace.shape(parameter) == trace.shape(gradient):
            after = append(trace.recording, "subtract", (parameter, gradient))
            found.append(Update(name, parameter, after, gradient, -1, (gradient,), (after,)))
    trace.__init__(trace.recording)  # type: ignore[misc]
    return found


def exact(trace: Trace, verdict: Verdict) -> Verdict:
    """Gradients that are returned together with their loss are its gradients, and no multiple of them."""
    asked = ASKED.get(trace.recording)
    if asked is None or asked.pairs is None:
        return verdict
    return replace(verdict, common=1.0, stepped=False)


def given_losses(trace: Trace, updates: Sequence[Update]) -> tuple[Trace, list[Loss]] | None:
    """The losses that are given for a run, likeliest first; None where none is."""
    asked = ASKED.get(trace.recording)
    if asked is None:
        return None
    parameters = {u.before for u in updates}
    depends = trace.influences(parameters)
    later = trace.descendants({v for u in updates for v in u.later})
    indices = asked.kept if asked.line is None else _of_line(trace, asked.line, asked.file)
    good = [i for i in indices if np.size(trace.values[i]) == 1 and depends.get(i) and i not in later]
    most = max((len(depends[i]) for i in good), default=0)
    good = [i for i in dict.fromkeys(good) if len(depends[i]) == most]
    chosen = good[::-1][:PLACES]
    if asked.line is not None:
        chosen = list(dict.fromkeys((good[-1], *_whole(trace, good), good[0]))) if good else []
    ascent = bool(LIKELIHOOD.search(asked.formula)) and not asked.formula.startswith("-")
    losses = []
    for index in chosen:
        number, place = index, str(indices.index(index)) if index in indices else "sum"
        if np.shape(trace.recording.values[index]) != ():
            number = append(trace.recording, "reshape", (number,), ((),))
        if ascent:
            number = append(trace.recording, "negative", (number,))
        losses.append(Loss(number, asked.formula, "given", asked.line, place, ascent, True))
    return Trace(trace.recording), losses


def _of_line(trace: Trace, line: int, file: str) -> list[int]:
    """What a line computes, each time it runs the last of it."""
    found: list[int] = []
    for _, inputs, _, output in trace.steps:
        span = trace.span(output)
        if span is not None and span.file == file and span.line == line and trace.is_float(output):
            if found and found[-1] in inputs:
                found[-1] = output
            else:
                found.append(output)
    return found


def _whole(trace: Trace, numbers: Sequence[int]) -> list[int]:
    """The sum of all that a line computes, where it does not sum itself."""
    if not 1 < len(numbers) <= MOST or numbers[0] in trace.ancestors([numbers[-1]]):
        return []
    total = numbers[0]
    for number in numbers[1:]:
        total = append(trace.recording, "add", (total, number))
    return [total]
