"""Edits of whole statements: `=` for `+=`, an effect that is thrown away, an update that comes too early, bounds of a
loop, a copy that is missing. Their values cannot be tried in place; each is judged by a run of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from whygrad.checking.changing import Change, changed
from whygrad.checking.restructuring import restructured, taken_before
from whygrad.checking.statements import Statement, Text


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to mend the program: the changes of its text, at which statement, at which price, of which kind."""

    changes: tuple[Change, ...]
    line: int
    price: float
    kind: str
    what: str = ""
    statement: Statement | None = None


def rebuilt(text: Text, statements: Sequence[Statement], updates: set[int]) -> Iterator[Candidate]:
    """The edits of whole statements, for those that take part in the hand-written backward pass. `updates` are the
    lines on which parameters are moved."""
    functions = {s.function for s in statements}
    for statement in statements:
        yield from _assignments(text, statement)
        yield from _effects(text, statement)
        yield from _without(text, statement)
    for statement in text.statements:
        if statement.function in functions:
            yield from _copies(text, statement)
    yield from _thrown_away(text, statements)
    yield from _loops(text, statements)
    yield from _later_updates(text, updates)
    for statement, change, what in restructured(text, statements):
        line = text.position(change.start)[0] if change.start != change.end else statement.line
        yield Candidate((change,), line, change.price, change.kind, what, statement)
    for statement, changes in taken_before(text, updates):
        yield Candidate(changes, statement.line, changes[0].price, changes[0].kind, "moved", statement)


def _one(change: Change, statement: Statement, what: str = "") -> Candidate:
    return Candidate((change,), statement.line, change.price, change.kind, what, statement)


def _assignments(text: Text, statement: Statement) -> Iterator[Candidate]:
    """x = e for x += e, and back; −= for +=."""
    node = statement.node
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and not isinstance(node.targets[0], ast.Tuple):
        target, value = text.of(node.targets[0]), text.of(node.value)
        yield _one(changed(text, node, f"{target} += {value}", 1.0, "upstream-lost"), statement, "accumulate")
    if isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Add, ast.Sub)):
        target, value = text.of(node.target), text.of(node.value)
        if isinstance(node.op, ast.Add):
            yield _one(changed(text, node, f"{target} = {value}", 1.1, "upstream-lost"), statement, "overwrite")
        other = "-=" if isinstance(node.op, ast.Add) else "+="
        yield _one(changed(text, node, f"{target} {other} {value}", 1.0, "sign"), statement, "direction")
        if isinstance(node.target, ast.Subscript):
            sign = "" if isinstance(node.op, ast.Add) else "-"
            where = f"{text.of(node.target.value)}, {_index(text, node.target.slice)}"
            yield _one(
                changed(text, node, f"np.add.at({where}, {sign}{value})", 1.1, "upstream-lost"), statement, "repeated"
            )


def _index(text: Text, node: ast.expr) -> str:
    if isinstance(node, ast.Tuple):
        return "(" + ", ".join(_part(text, e) for e in node.elts) + ")"
    return _part(text, node)


def _part(text: Text, node: ast.expr) -> str:
    if isinstance(node, ast.Slice):
        bounds = [text.of(e) if e is not None else "None" for e in (node.lower, node.upper)]
        return f"slice({', '.join(bounds)})" if bounds != ["None", "None"] else "slice(None)"
    return text.of(node)


def _effects(text: Text, statement: Statement) -> Iterator[Candidate]:
    """A result that nobody keeps: dx * mask on a line of its own, np.clip(g, −1, 1) without `out`."""
    node = statement.node
    if not isinstance(node, ast.Expr):
        return
    value = node.value
    first: ast.expr | None = None
    if isinstance(value, ast.BinOp):
        first = value.left
    elif isinstance(value, ast.Call) and value.args:
        first = value.args[0]
        if isinstance(value.func, ast.Attribute) and not _is_numpy(value.func.value):
            first = value.func.value if value.func.attr in ("reshape", "dot", "sum", "clip", "transpose") else None
    while isinstance(first, ast.BinOp):
        first = first.left
    if isinstance(first, (ast.Name, ast.Attribute, ast.Subscript)):
        new = f"{text.of(first)} = {text.of(value)}"
        yield _one(changed(text, node, new, 0.9, "no-effect"), statement, "kept")


def _is_numpy(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("np", "numpy")


def _thrown_away(text: Text, statements: Sequence[Statement]) -> Iterator[Candidate]:
    """Statements without effect near the hand-written lines: they compute nothing that the gradients depend on."""
    functions = {s.function for s in statements}
    known = {s.number for s in statements}
    for statement in text.statements:
        if statement.number not in known and statement.function in functions:
            yield from _effects(text, statement)
            if isinstance(statement.node, ast.Assign):
                yield from (c for c in _assignments(text, statement) if c.what == "accumulate")


def _without(text: Text, statement: Statement) -> Iterator[Candidate]:
    """The statement left out."""
    node = statement.node
    if isinstance(node, ast.AugAssign) or (
        isinstance(node, ast.Assign)
        and len(node.targets) == 1
        and text.of(node.targets[0]) in {text.of(n) for n in ast.walk(node.value) if isinstance(n, ast.expr)}
    ):
        yield _one(changed(text, node, "pass", 1.4, "scale"), statement, "left out")


def _copies(text: Text, statement: Statement) -> Iterator[Candidate]:
    """A second name for an array that is written into."""
    node = statement.node
    if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Name, ast.Attribute, ast.Subscript)):
        change = changed(text, node.value, f"{text.of(node.value)}.copy()", 1.0, "cache-changed")
        yield _one(change, statement, "copied")


def _loops(text: Text, statements: Sequence[Statement]) -> Iterator[Candidate]:
    """Bounds of a range that are off by one; the order of the rounds."""
    seen: set[int] = set()
    for statement in statements:
        for loop in statement.loops:
            if id(loop) in seen or not isinstance(loop, ast.For):
                continue
            seen.add(id(loop))
            for call in ast.walk(loop.iter):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "range":
                    yield from _ranges(text, loop, call)


def _ranges(text: Text, loop: ast.For, call: ast.Call) -> Iterator[Candidate]:
    for argument in call.args[:2]:
        old = text.of(argument)
        news = [f"{old} - 1", f"{old} + 1"]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, int):
            news = [str(argument.value - 1), str(argument.value + 1)]
        elif isinstance(argument, ast.UnaryOp) and isinstance(argument.operand, ast.Constant):
            number = -int(argument.operand.value)  # type: ignore[arg-type]
            news = [str(number - 1), str(number + 1)]
        elif isinstance(argument, ast.BinOp) and isinstance(argument.right, ast.Constant):
            news.insert(0, text.of(argument.left))
        for new in news:
            change = changed(text, argument, new, 1.1, "time-steps")
            yield Candidate((change,), loop.lineno, 1.1, "time-steps", "bound")
    if len(call.args) == 1:
        change = changed(text, call, f"range(1, {text.of(call.args[0])})", 1.2, "time-steps")
        yield Candidate((change,), loop.lineno, 1.2, "time-steps", "bound")
    whole = text.of(loop.iter)
    if whole == text.of(call):
        yield Candidate(
            (changed(text, loop.iter, f"reversed({whole})", 1.1, "time-steps"),),
            loop.lineno,
            1.1,
            "time-steps",
            "order",
        )


def _later_updates(text: Text, updates: set[int]) -> Iterator[Candidate]:
    """An update put behind the lines that still need the old value: at the end of its block."""
    for statement in text.statements:
        node = statement.node
        if not isinstance(node, (ast.AugAssign, ast.Assign)) or node.lineno not in updates:
            continue
        block = statement.block
        place = block.index(node)
        following = [
            s
            for s in block[place + 1 :]
            if isinstance(s, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.For, ast.Return))
        ]
        if not following:
            continue
        target = node.target if isinstance(node, ast.AugAssign) else node.targets[0]
        name = text.of(target)
        if isinstance(node, ast.Assign) and name not in text.of(node.value):
            continue
        readers = [s for s in following if not isinstance(s, ast.Return) and name in text.of(s)]
        ends = [readers[-1]] if readers else []
        before_return = [s for s in following if not isinstance(s, ast.Return)]
        if before_return and before_return[-1] not in ends:
            ends.append(before_return[-1])
        for end in ends:
            lines = text.source[_line_start(text, node) : text.place(node)[1]]
            start = _line_start(text, node)
            stop = text.place(node)[1] + 1
            after = text.place(end)[1]
            cut = Change(start, stop, "", 1.0, "updated-weights")
            put = Change(after, after, "\n" + lines, 1.0, "updated-weights")
            yield Candidate((cut, put), node.lineno, 1.0, "updated-weights", "moved", statement)


def _line_start(text: Text, node: ast.stmt) -> int:
    return text.offset(node.lineno, 0)
