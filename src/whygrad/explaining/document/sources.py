"""The author's files as the document holds them: the functions concerned, and spans into them. No folders are named."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from whygrad.program import Span, Step
from whygrad.program.source import Source, first_line, source_of

Object = dict[str, Any]


class Sources:
    """Collects files, blocks of lines and spans as steps are written; each is written once."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.rounds = rounds_of(steps)
        self.files: dict[str, int] = {}
        self.blocks: dict[str, dict[int, int]] = {}
        self.spans: list[Object] = []
        self._known: dict[tuple[Any, ...], int] = {}

    def of_step(self, step: Step) -> Object:
        """Where a forward step comes from: its span, and in a loop the round."""
        if not isinstance(step.origin, Span):
            return {}
        found = {"span": self.span(step.origin)}
        if step.output in self.rounds:
            found["round"] = self.rounds[step.output]
        return found

    def span(self, span: Span) -> int:
        """The number of a span; its callers are entered before it."""
        chain = [span]
        while chain[-1].caller is not None:
            chain.append(chain[-1].caller)
        number = -1
        for one in reversed(chain):
            key = (one.code, one.offset, number)
            known = self._known.get(key)
            if known is None:
                known = self._known[key] = len(self.spans)
                self.spans.append(self._entry(one, number))
            number = known
        return number

    def _entry(self, span: Span, caller: int) -> Object:
        line, column, end_line, end_column = span.extent
        source = span.source
        found: Object = {"file": self.files.setdefault(span.file, len(self.files)), "function": span.function}
        found |= {"line": line, "column": column, "end_line": end_line, "end_column": end_column, "text": span.text}
        if source is not None:
            rows = source.lines
            found["column"] = characters(rows, line, column)
            found["end_column"] = characters(rows, end_line, end_column)
            first, last = block_of(source, span)
            blocks = self.blocks.setdefault(span.file, {})
            blocks[first] = max(last, blocks.get(first, last))
        if caller >= 0:
            found["caller"] = caller
        return found

    def files_found(self) -> list[Object]:
        """The files in the order of their numbers, each with the blocks of lines that the spans lie in."""
        names = short_names(list(self.files))
        found = []
        for file, name in zip(self.files, names, strict=True):
            source = source_of(file)
            rows = source.lines if source is not None else []
            blocks = [
                {"line": first, "lines": [row.rstrip("\r\n") for row in rows[first - 1 : last]]}
                for first, last in merged(self.blocks.get(file, {}))
            ]
            found.append({"name": name, "blocks": blocks})
        return found


def rounds_of(steps: Sequence[Step]) -> dict[int, int]:
    """Of each step that was done several times at one place: how many times it had been done there before."""
    chains: dict[tuple[Any, ...], int] = {}

    def place(span: Span | None) -> int:
        number, chain = -1, []
        while span is not None:
            chain.append(span)
            span = span.caller
        for one in reversed(chain):
            number = chains.setdefault((one.code, one.offset, number), len(chains))
        return number

    found: dict[int, int] = {}
    times: Counter[tuple[int, str]] = Counter()
    keys: dict[int, tuple[int, str]] = {}
    for step in {step.output: step for step in steps}.values():
        if isinstance(step.origin, Span):
            key = keys[step.output] = (place(step.origin), step.primitive.name)
            found[step.output] = times[key]
            times[key] += 1
    return {output: number for output, number in found.items() if times[keys[output]] > 1}


def characters(rows: list[str], line: int, column: int) -> int:
    """A column in bytes of UTF-8 as one in characters, from 0; at most the line's end."""
    if not 1 <= line <= len(rows):
        return column
    row = rows[line - 1].rstrip("\r\n")
    return len(row.encode()[:column].decode(errors="ignore")) if not row.isascii() else min(column, len(row))


def block_of(source: Source, span: Span) -> tuple[int, int]:
    """First and last line of the function that the span lies in; of its statement, where it lies in none."""
    statements: list[ast.stmt] = list(source.statements_at(span.line))
    found = (span.line, span.extent[2])
    outermost = True
    while statements:
        inside: list[ast.stmt] = []
        for statement in statements:
            own = (first_line(statement), statement.end_lineno or statement.lineno)
            is_function = isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef))
            if outermost or (is_function and own[0] == span.code.co_firstlineno):
                found = own
            for child in ast.iter_child_nodes(statement):
                if isinstance(child, ast.stmt) and first_line(child) <= span.line <= (child.end_lineno or 0):
                    inside.append(child)
        statements, outermost = inside, False
    return found


def merged(blocks: dict[int, int]) -> list[tuple[int, int]]:
    """Blocks of lines in order, those that touch or overlap as one."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(blocks.items()):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def short_names(files: list[str]) -> list[str]:
    """The files' names without their folders, which are nobody's business; a number where two would be the same."""
    own = [_own_name(file) for file in files]
    return [name if own.index(name) == n else f"{name} ({own[: n + 1].count(name)})" for n, name in enumerate(own)]


def _own_name(file: str) -> str:
    if file.startswith("<"):
        return file
    path = Path(file)
    return "notebook cell" if path.parent.name.startswith("ipykernel_") else path.name
