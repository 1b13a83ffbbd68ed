"""Where in the author's code a step came from: stored raw when it is made, read only when somebody asks."""

from __future__ import annotations

import opcode
import weakref
from functools import cached_property
from types import CodeType

from whygrad.program.source import NOTHING, Binding, Extent, Source, source_of

JUMPS = frozenset(name for name in opcode.opname if "_IF_" in name or name == "TO_BOOL")
PASSED_OVER = JUMPS | {"CACHE", "COPY", "NOT_TAKEN"}

_positions: weakref.WeakKeyDictionary[CodeType, list[Extent | None]] = weakref.WeakKeyDictionary()


class Span:
    """The piece of source of one instruction, and the calls that led there.

    Made from a code object and the offset of the instruction that was running (both cost nothing to store);
    `caller` is the span of the call by which the author's code came here, None at the entry.
    """

    def __init__(self, code: CodeType, offset: int, caller: Span | None = None) -> None:
        self.code = code
        self.offset = offset
        self.caller = caller

    @cached_property
    def extent(self) -> Extent:
        """Start line, start column, end line, end column. Without debug ranges: the whole line."""
        known = _positions.get(self.code)
        if known is None:
            known = [_whole(self.code, p) for p in self.code.co_positions()]
            _positions[self.code] = known
        number = self.offset // 2
        found = known[number] if 0 <= number < len(known) else None
        return found or (self.code.co_firstlineno, 0, self.code.co_firstlineno, 1 << 30)

    @property
    def asked(self) -> Span:
        """Of a branch: what was asked. Its jump may have the place of the whole `if`; the instruction before it, which
        made the value, has that of the condition."""
        offset, code = self.offset, self.code.co_code
        if opcode.opname[code[offset]] not in JUMPS:
            return self
        while offset >= 2 and opcode.opname[code[offset]] in PASSED_OVER:
            offset -= 2
        return Span(self.code, offset, self.caller)

    @property
    def source(self) -> Source | None:
        return source_of(self.code.co_filename)

    @property
    def file(self) -> str:
        return self.code.co_filename

    @property
    def line(self) -> int:
        return self.extent[0]

    @property
    def column(self) -> int:
        """From 1, as compilers and editors count."""
        return self.extent[1] + 1

    @property
    def function(self) -> str:
        return self.code.co_name

    @property
    def text(self) -> str:
        """The sub-expression itself, as the author wrote it; empty where there is no source."""
        return self.source.segment(self.extent) if self.source else ""

    @property
    def line_text(self) -> str:
        """The author's whole line (the first one, where the expression spans several)."""
        source = self.source
        if source is None or not 1 <= self.line <= len(source.lines):
            return ""
        return source.lines[self.line - 1].rstrip("\n")

    @property
    def goes_through(self) -> bool:
        """Does the instruction take the next part of what a loop goes through? Its place may be that of the loop."""
        offset, code = self.offset, self.code.co_code
        while offset >= 2 and opcode.opname[code[offset]] == "CACHE":  # behind the instruction that it belongs to
            offset -= 2
        return opcode.opname[code[offset]] == "FOR_ITER"

    @cached_property
    def binding(self) -> Binding:
        """What this expression's value is bound to, looked up through `return` into the callers."""
        if self.goes_through:
            return NOTHING
        here: Span | None = self
        while here is not None:
            found = here.source.binding(here.extent) if here.source else NOTHING
            if not found.returned:
                return found
            if here.caller is None:
                return found
            here = here.caller
        return NOTHING

    @property
    def name(self) -> str:
        """The first name that the value was bound to; empty where it was not."""
        return self.binding.names[0] if self.binding.names else ""

    @property
    def calls(self) -> tuple[Span, ...]:
        """The calls from the entry to here, outermost first."""
        chain = []
        here = self.caller
        while here is not None:
            chain.append(here)
            here = here.caller
        return tuple(reversed(chain))

    def excerpt(self) -> str:
        """The author's line with the sub-expression underlined, and the chain of calls where there is one."""
        text = self.line_text
        if not text:
            return ""
        line, start, end_line, end = self.extent
        row = text.encode()
        stop = min(end, len(row)) if end_line == line else len(row)
        before, marked = row[:start].decode(errors="replace"), row[start:stop].decode(errors="replace")
        number = str(line)
        blank = " " * len(number)
        under = "".join("\t" if c == "\t" else " " for c in before) + "^" * max(1, len(marked))
        rows = [f"  {number} | {text}", f"  {blank} | {under}"]
        for call in reversed(self.calls):
            rows.append(f"  called from {call.file}:{call.line}: {call.line_text.strip()}")
        return "\n".join(rows)

    def __repr__(self) -> str:
        return f"<Span {self.file}:{self.line}:{self.column} {self.text!r}>"


def _whole(code: CodeType, position: tuple[int | None, int | None, int | None, int | None]) -> Extent | None:
    line, end_line, column, end_column = position
    if line is None:
        return None
    if end_line is None or column is None or end_column is None:
        return (line, 0, line, 1 << 30)
    return (line, column, end_line, end_column)
