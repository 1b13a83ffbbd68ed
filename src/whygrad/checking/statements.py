"""A program's text by statements: which of them compute something, and what in them may be exchanged."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Expr)
STORING = frozenset({"append", "insert", "extend", "appendleft", "at"})
"""Methods whose arguments are values to keep."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A whole value in a statement: what is assigned, returned, or handed to append."""

    number: int
    node: ast.expr
    augmented: bool = False


@dataclass(frozen=True, eq=False)
class Statement:
    """One simple statement: its number, its node, the functions and classes around it, the blocks that hold it."""

    number: int
    node: ast.stmt
    function: str
    block: tuple[ast.stmt, ...]
    loops: tuple[ast.stmt, ...]

    @property
    def line(self) -> int:
        return self.node.lineno

    @property
    def last_line(self) -> int:
        return self.node.end_lineno or self.node.lineno

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """The values that are looked at one by one."""
        node = self.node
        if isinstance(node, ast.Assign):
            return tuple(Slot(n, e) for n, e in enumerate(_parts(node.value)))
        if isinstance(node, ast.AugAssign):
            return (Slot(0, node.value, True),)
        if isinstance(node, (ast.AnnAssign, ast.Return)):
            return tuple(Slot(n, e) for n, e in enumerate(_parts(node.value))) if node.value is not None else ()
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            function = node.value.func
            if isinstance(function, ast.Attribute) and function.attr in STORING:
                return tuple(Slot(n, e) for n, e in enumerate(node.value.args))
        return ()


def _parts(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, (ast.Tuple, ast.List)):
        return [e for part in node.elts for e in _parts(part)]
    return [node]


class Text:
    """The source of one file as text that can be edited by the places of its syntax tree's nodes."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines = source.splitlines(keepends=True)
        self.tree = ast.parse(source)
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line))

    def offset(self, line: int, column: int) -> int:
        """The place of a line and a column in bytes as a place in the text."""
        row = self.lines[line - 1]
        return self._starts[line - 1] + (
            column if row.isascii() else len(row.encode()[:column].decode(errors="replace"))
        )

    def place(self, node: ast.AST) -> tuple[int, int]:
        start = self.offset(node.lineno, node.col_offset)  # type: ignore[attr-defined]
        return start, self.offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    def of(self, node: ast.AST) -> str:
        start, end = self.place(node)
        return self.source[start:end]

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column (both from 1, in characters) of a place."""
        line = next(n for n in range(len(self._starts) - 1, -1, -1) if self._starts[n] <= offset)
        return line + 1, offset - self._starts[line] + 1

    @cached_property
    def statements(self) -> list[Statement]:
        """All simple statements, in the order of the text."""
        found: list[Statement] = []
        _collect(self.tree.body, "", (), found)
        return found

    def statement_at(self, line: int, column: int = -1) -> Statement | None:
        """The statement that covers a line (and a column in bytes)."""
        covering = [s for s in self.statements if s.line <= line <= s.last_line]
        if column >= 0 and len(covering) > 1:
            inside = [s for s in covering if (s.line, s.node.col_offset) <= (line, column)]
            return inside[-1] if inside else covering[-1]
        return covering[-1] if covering else None


def _collect(body: list[ast.stmt], function: str, loops: tuple[ast.stmt, ...], found: list[Statement]) -> None:
    block = tuple(body)
    for node in body:
        if isinstance(node, SIMPLE):
            found.append(Statement(len(found), node, function, block, loops))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            _collect(node.body, f"{function}.{node.name}".strip("."), (), found)
        else:
            inner = (*loops, node) if isinstance(node, (ast.For, ast.While)) else loops
            for part in ("body", "orelse", "finalbody"):
                _collect(getattr(node, part, []), function, inner, found)
            for handler in getattr(node, "handlers", []):
                _collect(handler.body, function, inner, found)


def atoms(tree: ast.AST, text: Text) -> Iterator[str]:
    """The texts of all names, attributes and entries, each once: what an expression may be about."""
    seen: set[str] = set()
    called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) and id(node) not in called:
            if isinstance(node, ast.Subscript) and any(isinstance(n, (ast.Call, ast.Slice)) for n in ast.walk(node)):
                continue
            if isinstance(node, ast.Attribute) and (node.attr in ("T", "shape", "size") or _has_call(node)):
                continue
            known = text.of(node)
            if known not in seen and "\n" not in known:
                seen.add(known)
                yield known


def _has_call(node: ast.AST) -> bool:
    return any(isinstance(n, (ast.Call, ast.BinOp)) for n in ast.walk(node))
