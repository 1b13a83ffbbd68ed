"""What the values on a line are: which derivative of which forward variable, a forward value, a slope, a parameter.

An edit alone does not say what a person has mixed up. So the line is visited in a run of its own; the old and the new
value of its pieces, and all that has a name there, are held against the derivatives and the values of the forward pass.
"""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from whygrad.checking.locating import SLOPED, Mended
from whygrad.checking.running import run_watched
from whygrad.checking.statements import Slot, Statement, Text, atoms
from whygrad.checking.trace import Trace
from whygrad.checking.trying import HOOK, compiled, leaving_no_trace, marked
from whygrad.program import Span
from whygrad.watching.recording import current
from whygrad.watching.standin import StandIn

PASSES = 4
"""So many times a line is looked at."""
CLOSE = 1e-6
BENT = frozenset(
    (
        *("exp", "tanh", "maximum", "minimum", "where", "log", "sin", "cos", "log1p", "expm1", "sinh", "cosh", "expit"),
        *("logaddexp", "clip", "power", "square", "sqrt", "absolute", "reciprocal", "greater"),
    )
)
"""What an activation has in it."""
SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What an expression gave at one pass of the line, and which variable that is (None: it was computed there)."""

    value: Any
    variable: int | None


@dataclass(frozen=True, slots=True)
class Derived:
    """A value is `factor` · ∂L/∂`variable` (of its transpose)."""

    variable: int
    factor: float
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Slope:
    """A value is the slope of the elementwise piece of the forward pass that leads from `inner` to `outer`."""

    inner: int
    outer: int


@dataclass
class Evidence:
    """A mended line with what is known of its values. The text and the variables are those before the edit."""

    mended: Mended
    file: str
    args: tuple[str, ...] = ()
    watched: Callable[..., Any] | None = None
    """What runs the text with hooks in it; None: as a program."""
    passes: list[dict[str, Seen]] = field(default_factory=list)

    @cached_property
    def text(self) -> Text:
        return Text(self.mended.source)

    @property
    def trace(self) -> Trace:
        return self.mended.trial.trace

    @property
    def statement(self) -> Statement | None:
        return self.mended.candidate.statement

    @cached_property
    def slot(self) -> Slot | None:
        """The value of the statement that the edit is in."""
        if self.statement is None or not self.statement.slots:
            return None
        change = self.mended.candidate.changes[0]
        for slot in self.statement.slots:
            start, end = self.text.place(slot.node)
            if start <= change.start and change.end <= end:
                return slot
        return self.statement.slots[0]

    @cached_property
    def old(self) -> str:
        """The piece of source that the edit takes out."""
        change = self.mended.candidate.changes[0]
        return self.mended.source[change.start : change.end]

    @property
    def new(self) -> str:
        return self.mended.candidate.changes[0].new

    @property
    def old_whole(self) -> str:
        return self.text.of(self.slot.node) if self.slot is not None else ""

    @property
    def new_whole(self) -> str:
        return self.mended.candidate.changes[0].slot

    @cached_property
    def node(self) -> ast.expr | None:
        """The expression that the edit takes out, where it is one."""
        change = self.mended.candidate.changes[0]
        if self.statement is None:
            return None
        for node in ast.walk(self.statement.node):
            if isinstance(node, ast.expr) and self.text.place(node) == (change.start, change.end):
                return node
        return None

    @cached_property
    def node_around(self) -> ast.expr | None:
        """The entry of an array in whose brackets the edit stands."""
        change = self.mended.candidate.changes[0]
        found: ast.expr | None = None
        for node in ast.walk(self.statement.node) if self.statement is not None else ():
            if isinstance(node, ast.Subscript):
                start, end = self.text.place(node)
                if start < change.start and change.end < end:
                    found = node
        return found

    @cached_property
    def around(self) -> list[tuple[ast.expr, str]]:
        """The expressions around the edit, innermost first, and what they read after it."""
        if self.slot is None or not self.new_whole:
            return []
        change = self.mended.candidate.changes[0]
        source = self.mended.source
        found: list[tuple[int, ast.expr, str]] = []
        for node in ast.walk(self.slot.node):
            if isinstance(node, ast.expr):
                start, end = self.text.place(node)
                if start <= change.start and change.end <= end and end - start > change.end - change.start:
                    found.append(
                        (end - start, node, source[start : change.start] + self.new + source[change.end : end])
                    )
        return [(node, new) for _, node, new in sorted(found, key=lambda f: f[0])]

    def update_of_line(self) -> str:
        """The parameter that the line changes, in the author's name."""
        for update in self.mended.trial.updates:
            span = self.own(self.trace.span(update.after))
            if span is not None and span.line == self.mended.candidate.line:
                return update.name
        return ""

    @cached_property
    def at(self) -> dict[int, Any]:
        """∂L/∂v for each variable of the forward pass, at the numbers of the run."""
        adjoints = self.mended.trial.adjoints[self.mended.before_verdict.loss.index]
        return {v: np.asarray(a, float) for v, a in adjoints.at(self.trace.values).items()}

    @cached_property
    def forward(self) -> set[int]:
        """The variables that the loss is computed from."""
        return self.trace.ancestors([self.mended.before_verdict.loss.index])

    @cached_property
    def dependent(self) -> set[int]:
        """The variables that depend on a parameter."""
        return self.trace.descendants(self.parameters)

    @cached_property
    def parameters(self) -> dict[int, str]:
        return {u.before: u.name for u in self.mended.trial.updates}

    @cached_property
    def common(self) -> float:
        """The factor that the program's gradients have to the loss's, without its sign."""
        return abs(self.mended.verdict.common or 1.0)

    @cached_property
    def factors(self) -> set[float]:
        judged = (*self.mended.before_verdict.judged, *self.mended.verdict.judged)
        known = {abs(f) for j in judged for f in (j.factor, j.stepped) if f}
        return {1.0, self.common, *known}

    @cached_property
    def passed(self) -> dict[str, Seen]:
        """The pass of the line at which the edit changes a value that becomes a derivative; else the first."""
        for seen in self.passes:
            new, old = seen.get(self.new_whole), seen.get(self.old_whole)
            if new is None or old is None or _same(new.value, old.value):
                continue
            if self.derived(new.value) is not None:
                return seen
        changed = [
            s for s in self.passes
            if (n := s.get(self.new_whole)) and (o := s.get(self.old_whole)) and not _same(n.value, o.value)
        ]  # fmt: skip
        return changed[0] if changed else self.passes[0] if self.passes else {}

    def seen(self, expression: str) -> Seen | None:
        return self.passed.get(expression.strip())

    def value(self, expression: str) -> Any:
        found = self.seen(expression)
        return None if found is None else found.value

    def variable(self, expression: str) -> int | None:
        """Which variable a name at this line is."""
        found = self.seen(expression)
        return None if found is None else found.variable

    # What a value is

    def derived(self, value: Any) -> Derived | None:
        """The derivative that a value is, up to a factor; the one with a name and a usual factor first."""
        x = _array(value)
        if x is None or not np.any(x):
            return None
        best: tuple[Any, Derived] | None = None
        for turned in (False, True) if x.ndim == 2 else (False,):
            y = x.T if turned else x
            for v, a in self.at.items():
                if a.size != y.size or np.squeeze(a).shape != np.squeeze(y).shape:
                    continue
                factor = ratio(y, a)
                if factor is None:
                    continue
                usual = any(abs(abs(factor) - f) <= CLOSE * f for f in self.factors)
                if y.size < 3 and not usual:
                    continue
                rank = (usual, not turned, bool(self.trace.name(v)), a.shape == y.shape, v in self.parameters, -v)
                if best is None or rank > best[0]:
                    best = rank, Derived(v, factor, turned)
        return best[1] if best else None

    @cached_property
    def _slopes(self) -> list[tuple[Slope, Any]]:
        return list(self._all_slopes())

    def _all_slopes(self) -> Iterator[tuple[Slope, Any]]:
        """Ratios of the derivatives at the two ends of elementwise pieces of the forward pass."""
        seen = 0
        for v, upstream in self.at.items():
            frontier, depth = [v], 0
            while frontier and depth < 8 and seen < 600:
                depth += 1
                following = []
                for u in frontier:
                    if self.trace.primitive(u) not in SLOPED:
                        continue
                    for i in self.trace.inputs(u):
                        if i in self.at and self.at[i].shape == upstream.shape and i not in following:
                            following.append(i)
                            with np.errstate(all="ignore"):
                                found = self.at[i] / upstream
                            if np.all(np.isfinite(found)):
                                seen += 1
                                yield Slope(i, v), found
                frontier = following

    def slope(self, value: Any) -> Slope | None:
        """The piece of the forward pass whose slope a value is."""
        x = _array(value)
        if x is None or x.size < 2 or np.ptp(x) < 1e-12:
            return None
        best: tuple[Any, Slope] | None = None
        for slope, found in self._slopes:
            if np.shape(np.squeeze(found)) == np.shape(np.squeeze(x)) and _same(np.squeeze(found), np.squeeze(x)):
                rank = bool(self.trace.name(slope.outer)), bool(self.trace.name(slope.inner))
                if best is None or rank > best[0]:
                    best = rank, slope
        return best[1] if best else None

    def bends(self, slope: Slope) -> bool:
        """Is the piece an activation, not only a product or a sum?"""
        behind = self.trace.ancestors([slope.outer], stop=[slope.inner])
        return any(self.trace.primitive(v) in BENT for v in behind if v != slope.inner)

    @cached_property
    def activations(self) -> list[Slope]:
        """The activations of the forward pass: what goes in, what comes out under a name of its own."""
        found: list[Slope] = []
        for slope, _ in self._slopes:
            named = bool(self.trace.name(slope.outer)) and self.trace.shape(slope.outer) == self.trace.shape(
                slope.inner
            )
            is_first = self.trace.primitive(slope.inner) not in BENT or bool(self.trace.name(slope.inner))
            if named and is_first and slope not in found and self.bends(slope):
                found.append(slope)
        return found

    def between(self, inner: Derived | None, outer: Derived | None) -> Slope | None:
        """Is one value a derivative nearer to the parameters than the other, with an activation between?"""
        if inner is None or outer is None or inner.variable == outer.variable:
            return None
        here, depth = {outer.variable}, 0
        while here and depth < 10:
            depth += 1
            here = {i for u in here if self.trace.primitive(u) in SLOPED for i in self.trace.inputs(u)}
            if inner.variable in here:
                return Slope(inner.variable, outer.variable)
        return None

    def times_parameter(self, value: Any) -> tuple[int, float] | None:
        """The parameter that a value is a multiple of, or of its sign."""
        x = _array(value)
        if x is None or x.size < 2 or not np.any(x):
            return None
        for parameter in self.parameters:
            w = _array(self.trace.values[parameter])
            if w is None or np.squeeze(w).shape != np.squeeze(x).shape:
                continue
            for form in (w, np.sign(w)):
                factor = ratio(x, form)
                if factor is not None and np.ptp(form) > 1e-12:
                    return parameter, factor
        return None

    def updated(self, variable: int | None) -> int | None:
        """The parameter of which a variable is a version after its update."""
        for update in self.mended.trial.updates:
            if variable is not None and variable in (update.after, *update.later):
                return update.before
        return None

    def names(self) -> Iterator[tuple[str, Seen]]:
        """What has a name at the line."""
        for word in self.passed:
            if word not in (self.old_whole, self.new_whole, self.old, self.new) or word.isidentifier():
                yield word, self.passed[word]

    # Places

    def line(self, variable: int) -> int | None:
        """The author's line where a variable was made."""
        span = self.own(self.trace.span(variable))
        return span.line if span is not None else None

    def own(self, span: Span | None) -> Span | None:
        while span is not None and span.file != self.mended.trial.run.shown_as:
            span = span.caller
        return span


def evidence_for(
    mended: Mended, file: str, args: tuple[str, ...], watched: Callable[..., Any] | None = None
) -> Evidence:
    """Run the program before its edit once more, and look at the line."""
    found = Evidence(mended, file, args, watched)
    if found.statement is None:
        return found
    pieces = [found.old_whole, found.new_whole, found.old, found.new]
    node = found.statement.node
    pieces.extend(found.text.of(n) for n in ast.walk(node) if isinstance(n, ast.expr))
    if found.new_whole:
        pieces.extend(_parts(found.new_whole))
        pieces.extend(new for _, new in found.around)
    words = [*atoms(found.text.tree, found.text)]
    wanted = [p.strip() for p in dict.fromkeys([*pieces, *words]) if p.strip()]
    try:
        found.passes = list(_visits(found, wanted))
    except Exception:  # what cannot be visited is named by its edit alone
        found.passes = []
    return found


def _parts(expression: str) -> Iterator[str]:
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            yield ast.get_source_segment(expression.strip(), node) or ""


def _visits(found: Evidence, wanted: Sequence[str]) -> list[dict[str, Seen]]:
    statement = found.statement
    assert statement is not None
    codes = [(expression, code) for expression in wanted if (code := compiled(expression)) is not None]
    passes: list[dict[str, Seen]] = []
    until = max(u.after for u in found.mended.trial.updates)

    def hook(number: int, local: dict[str, Any], everything: dict[str, Any]) -> None:
        recording = current.get()
        if len(passes) >= PASSES or recording is None or len(recording.values) > until:
            return
        here: dict[str, Seen] = {}
        known = len(recording.values)
        with leaving_no_trace(), np.errstate(all="ignore"):
            for expression, code in codes:
                try:
                    value = eval(code, everything, local)
                except Exception:  # not known here
                    continue
                if type(value) is StandIn:
                    index = value._index if value._index < known else None
                    here[expression] = Seen(np.array(value._value), index)
                elif isinstance(value, (int, float, np.ndarray, np.generic)):
                    here[expression] = Seen(np.array(value), None)
        passes.append(here)

    prepare, extra = marked(HOOK, [statement]), {HOOK: hook}
    if found.watched is not None:
        found.watched(found.mended.source, prepare, extra)
    else:
        deadline = time.monotonic() + SECONDS
        run_watched(found.mended.source, found.file, found.args, prepare=prepare, extra=extra, deadline=deadline)
    return passes


def _array(value: Any) -> Any:
    try:
        x = np.asarray(value, float)
    except (TypeError, ValueError):
        return None
    return x if x.size and np.all(np.isfinite(x)) else None


def ratio(value: Any, of: Any) -> float | None:
    """The factor by which one array is the other; None where there is none."""
    a, b = np.ravel(np.asarray(value, float)), np.ravel(np.asarray(of, float))
    if a.shape != b.shape:
        return None
    size = float(b @ b)
    if not np.isfinite(size) or size < 1e-300:
        return None
    factor = float(a @ b) / size
    rest = a - factor * b
    return factor if factor and float(rest @ rest) <= CLOSE**2 * float(a @ a) else None


def _same(one: Any, other: Any) -> bool:
    a, b = _array(one), _array(other)
    return a is not None and b is not None and a.shape == b.shape and bool(np.allclose(a, b, rtol=1e-9, atol=1e-14))
