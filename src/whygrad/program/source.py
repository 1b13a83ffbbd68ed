"""The author's files as text and syntax tree, read once and kept: where a span lies, what name it was given."""

from __future__ import annotations

import ast
import linecache
from dataclasses import dataclass
from typing import TypeAlias

Extent: TypeAlias = tuple[int, int, int, int]
"""Start line, start column, end line, end column; lines from 1, columns in bytes of UTF-8 from 0."""


@dataclass(frozen=True, slots=True)
class Binding:
    """What becomes of an expression's value: bound to `names` (by `+=` and its kin: `augmented`), taken apart into
    `parts`, or handed to the caller (`returned`)."""

    names: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    returned: bool = False
    augmented: bool = False


NOTHING = Binding()


class Source:
    """One file. All look-ups work one top-level statement at a time, when they are first asked for."""

    def __init__(self, file: str, lines: list[str]) -> None:
        self.file = file
        self.lines = lines
        self.tree = ast.parse("".join(lines), filename=file)
        self._bindings: dict[int, dict[Extent, Binding]] = {}

    @property
    def text(self) -> str:
        return "".join(self.lines)

    def statements_at(self, line: int) -> list[ast.stmt]:
        """The top-level statements that cover the line (decorators count as part of them)."""
        return [s for s in self.tree.body if first_line(s) <= line <= (s.end_lineno or s.lineno)]

    def segment(self, extent: Extent) -> str:
        """The text of an extent, on one line."""
        line, column, end_line, end_column = extent
        if not 1 <= line <= end_line <= len(self.lines):
            return ""
        rows = [row.encode() for row in self.lines[line - 1 : end_line]]
        rows[-1] = rows[-1][:end_column]
        rows[0] = rows[0][column:]
        return " ".join(part for row in rows if (part := row.decode(errors="replace").strip()))

    def binding(self, extent: Extent) -> Binding:
        """What the value of the expression with exactly this extent is bound to."""
        for statement in self.statements_at(extent[0]):
            found = self._bindings.get(id(statement))
            if found is None:
                found = self._bindings[id(statement)] = _bindings(statement)
            if extent in found:
                return found[extent]
        return NOTHING


def first_line(statement: ast.stmt) -> int:
    """The line on which a statement begins, its decorators included."""
    decorators = getattr(statement, "decorator_list", [])
    return min(statement.lineno, *(int(d.lineno) for d in decorators), statement.lineno)


_sources: dict[str, tuple[list[str], Source | None]] = {}


def source_of(file: str) -> Source | None:
    """The source of a file (or notebook cell), or None where it is not to be had or does not parse."""
    linecache.checkcache(file) if file not in _sources else None
    lines = linecache.getlines(file)
    known = _sources.get(file)
    if known is not None and known[0] is lines:
        return known[1]
    source: Source | None = None
    if lines:
        try:
            source = Source(file, lines)
        except (SyntaxError, ValueError):
            source = None
    _sources[file] = (lines, source)
    return source


def forget_source(file: str) -> None:
    """Let go of a text that nobody will ask for again."""
    _sources.pop(file, None)


def extent_of(node: ast.AST) -> Extent:
    return (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]


def _bindings(statement: ast.stmt) -> dict[Extent, Binding]:
    found: dict[Extent, Binding] = {}

    def bind(target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
                for one, part in zip(target.elts, value.elts, strict=False):
                    bind(one, part)
            else:
                take_apart(target)
            return
        before = found.get(extent_of(value), NOTHING).names
        found[extent_of(value)] = Binding((*before, ast.unparse(target)))

    def take_apart(target: ast.expr) -> None:
        """What an array is unpacked into: the instruction that does it has the place of the targets."""
        if isinstance(target, (ast.Tuple, ast.List)) and not any(isinstance(t, ast.Starred) for t in target.elts):
            whole = [not isinstance(part, (ast.Tuple, ast.List)) for part in target.elts]
            names = [ast.unparse(part) if one else "" for part, one in zip(target.elts, whole, strict=True)]
            found[extent_of(target)] = Binding(parts=tuple(names))
            for part in target.elts:
                take_apart(part)

    def hand_over(value: ast.expr) -> None:
        found.setdefault(extent_of(value), Binding(returned=True))

    for node in ast.walk(statement):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                bind(target, node.value)
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            bind(node.target, node.value)
        elif isinstance(node, (ast.For, ast.comprehension)):
            take_apart(node.target)
        elif isinstance(node, ast.AugAssign):
            found[extent_of(node)] = Binding((ast.unparse(node.target),), augmented=True)
        elif isinstance(node, ast.Return) and node.value is not None:
            hand_over(node.value)
        elif isinstance(node, ast.Lambda):
            hand_over(node.body)
    return found
