"""One edit of an expression, as text: what is exchanged, for what, at which price; and what may be written there."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from whygrad.checking.statements import Slot, Text


@dataclass(frozen=True, slots=True)
class Change:
    """The text from `start` to `end` becomes `new`. `slot` is what the whole value then reads, to be computed alone."""

    start: int
    end: int
    new: str
    price: float
    kind: str
    slot: str = ""
    what: str = ""
    """What was exchanged, for the message: "operand", "argument", "slope", …"""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What expressions at one place of the program may be about. `arrays`: names of float arrays and numbers and their
    shapes; `counts`: whole numbers; `slopes`: expressions for an activation's slope; `functions`: the program's own
    functions of one argument; `flags`: pieces like `deriv=True` that such calls have."""

    arrays: dict[str, tuple[int, ...]]
    counts: tuple[str, ...] = ()
    slopes: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    scalars: tuple[str, ...] = ()


class Maker:
    def __init__(self, text: Text, slot: Slot, words: Vocabulary) -> None:
        self.text = text
        self.slot = slot
        self.words = words
        self.parents: dict[int, tuple[ast.AST, str]] = {}
        for node in ast.walk(slot.node):
            for name, value in ast.iter_fields(node):
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST):
                        self.parents[id(child)] = node, name

    def change(self, node: ast.AST, new: str, price: float, kind: str, what: str = "") -> Change:
        start, end = self.text.place(node)
        parent = self.parents.get(id(node))
        if parent is not None and _needs_brackets(new, *parent):
            outside = self.text.source[start - 1 : start] == "(" and self.text.source[end : end + 1] == ")"
            if not outside:
                new = f"({new})"
        whole, stop = self.text.place(self.slot.node)
        source = self.text.source
        return Change(start, end, new, price, kind, source[whole:start] + new + source[end:stop], what)

    def of(self, node: ast.AST) -> str:
        """A node's text, with the brackets that it stands in, so that it can be put elsewhere."""
        found = self.text.of(node)
        return f"({found})" if isinstance(node, (ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.BoolOp)) else found

    def plain(self, node: ast.AST) -> str:
        return self.text.of(node)


def _needs_brackets(new: str, parent: ast.AST, field: str) -> bool:
    try:
        top: ast.expr = ast.parse(new.strip(), mode="eval").body
    except SyntaxError:
        return False
    if not isinstance(top, (ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.IfExp)):
        return False
    if isinstance(parent, ast.BinOp):
        if isinstance(top, ast.BinOp) and isinstance(top.op, (ast.Mult, ast.MatMult, ast.Div)):
            if isinstance(parent.op, (ast.Add, ast.Sub)):
                return False
            return not (field == "left" and isinstance(parent.op, (ast.Mult, ast.Div, ast.MatMult)))
        if isinstance(top, ast.BinOp) and isinstance(parent.op, (ast.Add, ast.Sub)):
            return field == "right" and isinstance(parent.op, ast.Sub)
        return True
    return isinstance(parent, (ast.UnaryOp, ast.Attribute, ast.Compare)) or (
        field in ("value", "func") and isinstance(parent, (ast.Subscript, ast.Call))
    )


def changed(text: Text, node: ast.AST, new: str, price: float, kind: str) -> Change:
    """A whole node of the text exchanged."""
    return Change(*text.place(node), new, price, kind)


def applied(source: str, changes: Sequence[Change]) -> str:
    """The text with the changes made."""
    for change in sorted(changes, key=lambda c: c.start, reverse=True):
        source = source[: change.start] + change.new + source[change.end :]
    return source
