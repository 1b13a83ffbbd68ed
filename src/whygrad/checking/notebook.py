"""`%%whygrad_check`: a notebook's cell, checked as a program, with what it needs of the cells before it."""

from __future__ import annotations

import argparse
import ast
import builtins
import linecache
import os
import shlex
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from whygrad.checking.printing import as_text
from whygrad.checking.report import CheckReport, Finding, Fix, Note

MAGIC = "whygrad_check"
SELF = "cell"
"""What the cell itself is called in a report."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what it is called, and its text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Assembled:
    """A program made of cells; `places[i]` says from which cell line i + 1 is, and which line of it."""

    source: str
    places: tuple[tuple[str, int], ...]


def register(shell: Any) -> None:
    """Make the magic known to IPython."""

    def whygrad_check(line: str, cell: str) -> None:
        """Check the hand-written backward pass in this cell: %%whygrad_check [--loss EXPR] [--time SECONDS]"""
        earlier = [Cell(f"In[{number}]", text) for number, text in enumerate(shell.user_ns.get("In", ())) if text]
        print(as_text(checked(line, cell, earlier)), end="")

    shell.register_magic_function(whygrad_check, "cell", MAGIC)


def checked(options: str, text: str, earlier: Sequence[Cell]) -> CheckReport:
    """The report of the cell, its places those of the cells. Nothing of it is run in this process."""
    from whygrad.checking.process import check_file

    parser = argparse.ArgumentParser(f"%%{MAGIC}", add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("--loss")
    parser.add_argument("--time", type=float, default=20.0)
    given = parser.parse_args(shlex.split(options))
    program = assembled(Cell(SELF, f"%%{MAGIC} {options}".rstrip() + f"\n{text}"), earlier)
    folder = os.getcwd() if os.access(os.getcwd(), os.W_OK) else None  # it may read files that lie beside the notebook
    with tempfile.NamedTemporaryFile("w", suffix=".py", prefix="cell_", dir=folder, encoding="utf-8") as file:
        file.write(program.source)
        file.flush()
        report = check_file(file.name, [], loss=given.loss, loss_line=None, time_limit=given.time)
    return placed(report, program)


def assembled(cell: Cell, earlier: Sequence[Cell]) -> Assembled:
    """The program of a cell: before it those that bind names it needs, and what they need, in their order."""
    needed, chosen = _needed(cell.text), []
    for other in reversed(earlier):
        bound = _bound(other.text)
        if bound & needed and not other.text.startswith("%%"):
            chosen.append(other)
            needed = (needed - bound) | _needed(other.text)
    lines: list[str] = []
    places: list[tuple[str, int]] = []
    for part in (*reversed(chosen), cell):
        own = part.text.rstrip("\n").split("\n")
        linecache.cache[part.name] = (len(part.text), None, [f"{row}\n" for row in own], part.name)
        lines += [_plain(row) for row in own]
        places += [(part.name, number) for number in range(1, len(own) + 1)]
    return Assembled("\n".join(lines) + "\n", tuple(places))


def _plain(row: str) -> str:
    """A line as Python: what speaks to the notebook is left out."""
    return "" if row.lstrip().startswith(("%", "!")) else row


def _tree(text: str) -> ast.Module:
    try:
        return ast.parse("\n".join(_plain(row) for row in text.split("\n")))
    except SyntaxError:
        return ast.Module([], [])


def _needed(text: str) -> set[str]:
    """The names that a cell reads and does not bind itself."""
    names = [node for node in ast.walk(_tree(text)) if isinstance(node, ast.Name)]
    read = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    augmented = [node.target for node in ast.walk(_tree(text)) if isinstance(node, ast.AugAssign)]
    changed = {target.id for target in augmented if isinstance(target, ast.Name)}
    return (read - _bound(text) - set(dir(builtins))) | changed


def _bound(text: str) -> set[str]:
    """The names that a cell's own level binds."""
    found: set[str] = set()
    inside: list[ast.AST] = [_tree(text)]
    while inside:
        node = inside.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            inside.extend(ast.iter_child_nodes(node))
    return found


def placed(report: CheckReport, program: Assembled) -> CheckReport:
    """The report with the cells' own names and lines."""

    def at(line: int | None) -> tuple[str, int | None]:
        return program.places[line - 1] if line and line <= len(program.places) else (SELF, line)

    def fix_at(fix: Fix | None) -> Fix | None:
        if fix is None:
            return None
        edits = tuple(replace(edit, line=at(edit.line)[1] or 1) for edit in fix.edits)
        return Fix(at(fix.edits[0].line)[0], edits)

    def finding_at(finding: Finding) -> Finding:
        file, line = at(finding.line)
        also = tuple(at(other)[1] or 1 for other in finding.also)
        return replace(finding, file=file, line=line or 1, fix=fix_at(finding.fix), also=also)

    file, line = at(report.line)
    loss = report.loss and replace(report.loss, line=at(report.loss.line)[1])
    parameters = tuple(replace(p, gradient_line=at(p.gradient_line)[1]) for p in report.parameters)
    notes = tuple(Note(note.text, at(note.line)[1]) for note in report.notes)
    findings = tuple(map(finding_at, report.findings))
    return replace(report, file=file, line=line, loss=loss, parameters=parameters, notes=notes, findings=findings)
