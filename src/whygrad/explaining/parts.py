"""Which characters of a printed line name which variable: the line is written a second time, with every name marked.

A mark is the number of the variable, spelled in letters that no program has. It stands behind the name while the line
is composed, so whatever is done to the text, the name takes it along; then the marks are read and taken out again.
"""

from __future__ import annotations

import copy
import re

from whygrad.explaining.expressions import CODE, Expressions
from whygrad.explaining.lines import Layout, Line

Part = tuple[int, int, int]
"""Start and end (exclusive) in characters, and the variable that stands there."""

DIGITS = "𐤀𐤁𐤂𐤃𐤄𐤅𐤆𐤇𐤈𐤉"
"""Phoenician letters: for Python they may stand in a name, so a marked name is written as any other is."""
TO_MARK = str.maketrans("0123456789", DIGITS)
FROM_MARK = str.maketrans(DIGITS, "0123456789")
MARK = re.compile(f"[{DIGITS}]+")


class Parts:
    """Finds the parts of the lines of a layout."""

    def __init__(self, layout: Layout) -> None:
        self.names = layout
        named = {*layout.lined, *layout.program.inputs, *layout.keywords, *layout.preset, *layout.flipped.values()}
        self.marked = copy.copy(layout)
        self.marked.identifier = {v: layout.name_of(v) + str(v).translate(TO_MARK) for v in sorted(named)}
        expressions = Expressions(layout.program, layout.producers, self.marked.shown, CODE)
        expressions.gradient_of = layout.expressions.gradient_of
        self.marked.expressions = expressions

    def of(self, line: Line) -> list[Part]:
        """The names in a line, in order: the target, and every variable that is read by name."""
        if line.covers:
            text, parts = self._read(self.marked.line(line.target, line.backward).text)
            return parts if text == line.text else []
        target = (0, len(line.name), line.target)
        before = f"{line.name} = "
        text, parts = self._read(self._right_side(line))
        if not line.text.startswith(before + text):
            return [target]
        return [target, *((start + len(before), end + len(before), v) for start, end, v in parts)]

    def _right_side(self, line: Line) -> str:
        """The marked right side of a line that covers no step: a gradient handed out, a value named in a formula, an
        array that the code makes."""
        if line.of is not None:
            return self.marked.handed_out(line.of, line.target)
        step = self.marked.producers.get(line.target)
        return self.marked.expressions.step(step)[0] if step is not None else ""

    def _read(self, marked: str) -> tuple[str, list[Part]]:
        """The text without marks, and what they say."""
        text, parts, done = "", [], 0
        for mark in MARK.finditer(marked):
            text += marked[done : mark.start()]
            variable, done = int(mark[0].translate(FROM_MARK)), mark.end()
            parts.append((len(text) - len(self.names.name_of(variable)), len(text), variable))
        return text + marked[done:], parts
