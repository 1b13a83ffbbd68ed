"""Edits that change what stands where: a value taken before an update, a line that belongs into the loop above it or
behind a condition, two things of a tuple exchanged, an array's place that is written. Each is judged by a run."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Sequence

from whygrad.checking.changing import Change, Vocabulary, changed
from whygrad.checking.sloping import SLOPES
from whygrad.checking.statements import Slot, Statement, Text
from whygrad.checking.terms import all_changes

COMPARISONS = (">", ">=", "<", "<=")


def restructured(text: Text, statements: Sequence[Statement]) -> Iterator[tuple[Statement, Change, str]]:
    """All of them for the hand-written statements: the statement, the edit, what it does."""
    functions = {s.function for s in statements}
    for statement in statements:
        yield from _behind_condition(text, statement)
        yield from _into_loop(text, statement)
        yield from _places_written(text, statement)
        yield from _lambdas(text, statement)
        yield from _with_argument(text, statement)
    for statement in text.statements:
        if statement.function in functions:
            yield from _new_arrays(text, statement)
    yield from _exchanged(text)
    yield from _repeated_words(text)


def taken_before(text: Text, updates: set[int]) -> Iterator[tuple[Statement, tuple[Change, ...]]]:
    """A line that needs the value which a parameter had before its update: computed before it, under another name."""
    for update in text.statements:
        node = update.node
        if not isinstance(node, (ast.AugAssign, ast.Assign)) or not any(
            node.lineno <= line <= (node.end_lineno or node.lineno) for line in updates
        ):
            continue
        target = text.of(node.target if isinstance(node, ast.AugAssign) else node.targets[0])
        for later in update.block[update.block.index(node) + 1 :]:
            value = getattr(later, "value", None)
            if not isinstance(later, (ast.Assign, ast.AugAssign, ast.Return)) or not isinstance(value, ast.expr):
                continue
            statement = next(s for s in text.statements if s.node is later)
            if any(text.of(n) == target for n in ast.walk(value) if isinstance(n, ast.expr)):
                start = text.offset(node.lineno, 0)
                indent = text.source[start : text.place(node)[0]]
                if indent.strip():
                    continue
                put = Change(start, start, f"{indent}taken_before = {text.of(value)}\n", 1.05, "updated-weights")
                place = text.place(value)
                yield statement, (put, Change(*place, "taken_before", 1.05, "updated-weights"))


def _behind_condition(text: Text, statement: Statement) -> Iterator[tuple[Statement, Change, str]]:
    """The line that reads the neighbour before, in all rounds but the first, which has none."""
    node = statement.node
    for loop in statement.loops:
        if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name):
            name = loop.target.id
            if f"{name} - 1" in text.of(node) or f"{name}-1" in text.of(node):
                indent = " " * (node.col_offset + 4)
                new = f"if {name} > 0:\n{indent}{text.of(node)}"
                yield statement, changed(text, node, new, 1.1, "time-steps"), "condition"


def _into_loop(text: Text, statement: Statement) -> Iterator[tuple[Statement, Change, str]]:
    """The line right behind a loop becomes the loop's last."""
    node, block = statement.node, statement.block
    place = block.index(node)
    if isinstance(node, ast.Return):
        return
    for before in reversed(block[:place]):
        if isinstance(before, (ast.For, ast.While)):
            last = before.body[-1]
            start, end = text.place(last)[1], text.place(node)[1]
            between = text.source[start : text.offset(node.lineno, 0)]
            moved = f"\n{' ' * last.col_offset}{text.of(node)}{between.rstrip()}"
            yield statement, Change(start, end, moved, 1.05, "time-steps"), "moved"
            return


def _places_written(text: Text, statement: Statement) -> Iterator[tuple[Statement, Change, str]]:
    """Where an array is written: another condition, another array's, the neighbour's."""
    node = statement.node
    target: ast.expr | None = None
    if isinstance(node, ast.AugAssign):
        target = node.target
    elif isinstance(node, ast.Assign):
        target = node.targets[0]
    if not isinstance(target, ast.Subscript):
        return
    scope = statement_scope(text, statement)
    names = sorted({text.of(n) for n in ast.walk(scope) if isinstance(n, (ast.Name, ast.Attribute))})
    for inner in ast.walk(target.slice):
        if isinstance(inner, ast.Compare) and len(inner.ops) == 1:
            left, right = text.of(inner.left), text.of(inner.comparators[0])
            for sign in COMPARISONS:
                new = f"{left} {sign} {right}"
                if new != text.of(inner):
                    yield statement, changed(text, inner, new, 1.0, "missing-slope"), "comparison"
            for name in names:
                if name != left and not name.startswith(("np", "self.shape")) and len(names) < 30:
                    yield statement, changed(text, inner.left, name, 1.15, "slope-at-wrong-point"), "operand"
        elif isinstance(inner, ast.Name) and any(
            isinstance(loop, ast.For) and text.of(loop.target) == inner.id for loop in statement.loops
        ):
            for sign in "-+":
                yield statement, changed(text, inner, f"{inner.id} {sign} 1", 1.1, "time-steps"), "index"


def statement_scope(text: Text, statement: Statement) -> ast.AST:
    """The function that a statement stands in."""
    line = statement.line
    found: ast.AST = ast.Module([statement.node], [])
    for node in ast.walk(text.tree):
        if isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or line):
            found = node
    return found


def _lambdas(text: Text, statement: Statement) -> Iterator[tuple[Statement, Change, str]]:
    """What a lambda computes: its arguments, its operators and numbers."""
    for node in ast.walk(statement.node):
        if isinstance(node, ast.Lambda):
            names = [a.arg for a in node.args.args]
            slopes = tuple(form.format(u=name) for name in names for form in SLOPES)
            words = Vocabulary(dict.fromkeys(names, (2, 3)), slopes=slopes)
            for change in itertools.islice(all_changes(text, Slot(0, node.body), words), 150):
                if change.price < 1.2:
                    yield statement, change, change.what or "lambda"


def _with_argument(text: Text, statement: Statement) -> Iterator[tuple[Statement, Change, str]]:
    """The gradient that comes in is added to what goes out: a way around a layer."""
    node = statement.node
    value = getattr(node, "value", None)
    scope = statement_scope(text, statement)
    if isinstance(node, ast.Return) and isinstance(value, ast.expr) and isinstance(scope, ast.FunctionDef):
        for argument in scope.args.args:
            if argument.arg != "self":
                new = f"{argument.arg} + {text.of(value)}"
                yield statement, changed(text, value, new, 1.2, "upstream-lost"), "term"


def _new_arrays(text: Text, statement: Statement) -> Iterator[tuple[Statement, Change, str]]:
    """A new array in the place of one that is written into: x = x * s for x *= s, h = f(…) for f(…, out=h)."""
    node = statement.node
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        sign = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}.get(type(node.op))
        if sign:
            name = node.target.id
            new = f"{name} = {name} {sign} ({text.of(node.value)})"
            yield statement, changed(text, node, new, 1.1, "cache-changed"), "copied"
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        call = node.value
        out = next((k for k in call.keywords if k.arg == "out"), None)
        if out is not None:
            rest = [text.of(a) for a in call.args] + [
                f"{k.arg}={text.of(k.value)}" for k in call.keywords if k.arg and k is not out
            ]
            new = f"{text.of(out.value)} = {text.of(call.func)}({', '.join(rest)})"
            yield statement, changed(text, node, new, 1.0, "cache-changed"), "copied"


def _exchanged(text: Text) -> Iterator[tuple[Statement, Change, str]]:
    """Two things of one tuple exchanged: in the parameters and gradients that a loop pairs, in what is returned."""
    for node in ast.walk(text.tree):
        if not isinstance(node, ast.For):
            continue
        for inner in ast.walk(node.iter):
            if isinstance(inner, (ast.Tuple, ast.List)) and 2 <= len(inner.elts) <= 8:
                texts = [text.of(e) for e in inner.elts]
                first = next((s for s in text.statements if s.node in node.body), None)
                if first is None:
                    continue
                for i, j in itertools.combinations(range(len(texts)), 2):
                    a, b = inner.elts[i], inner.elts[j]
                    start, end = text.place(a)[0], text.place(b)[1]
                    between = text.source[text.place(a)[1] : text.place(b)[0]]
                    new = texts[j] + between + texts[i]
                    yield first, Change(start, end, new, 1.0, "wrong-update"), "exchanged"


def _repeated_words(text: Text) -> Iterator[tuple[Statement, Change, str]]:
    """A loop over the different values where each of them counts as often as it is there."""
    for node in ast.walk(text.tree):
        if isinstance(node, ast.For) and isinstance(node.iter, ast.Call) and len(node.iter.args) == 1:
            if text.of(node.iter.func) in ("set", "np.unique", "numpy.unique"):
                first = next((s for s in text.statements if s.node in node.body), None)
                if first is not None:
                    change = changed(text, node.iter, text.of(node.iter.args[0]), 1.0, "upstream-lost")
                    yield first, change, "repeated"
