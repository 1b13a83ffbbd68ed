"""The derivation as text for the terminal: two facing programs, then the backward pass line by line.

The text is made as rows of styled pieces; `as_text` gives it plain (for print and pipes), `as_rich` in colours.
"""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from whygrad.explaining.lesson import Lesson, is_lesson
from whygrad.explaining.reasons import symbol_of
from whygrad.program import Span

if TYPE_CHECKING:
    from rich.text import Text

    from whygrad.explaining.derivation import Derivation
    from whygrad.explaining.reasons import Explained

Piece = tuple[str, str]
"""A style and a text. Styles: code, number, shape, formula, reason, note, head, value, dim."""
Row = list[Piece]

MOST = 60
"""So many backward lines are explained; what comes after is in `d.steps`."""

STYLES = {
    "code": "bold",
    "number": "dim",
    "shape": "cyan",
    "formula": "magenta",
    "reason": "",
    "note": "yellow",
    "head": "bold green",
    "value": "blue",
    "dim": "dim",
    "good": "green",
}


def as_text(d: Derivation, width: int | None = None) -> str:
    """The derivation as plain text, no wider than `width` where that can be (default: the terminal's)."""
    return "\n".join("".join(text for _, text in row).rstrip() for row in rows_of(d, width or _width())) + "\n"


def as_rich(d: Derivation, width: int) -> Text:
    """The same in colours, for rich to print."""
    from rich.text import Text

    text = Text(no_wrap=True)
    for row in rows_of(d, width):
        for style, piece in row:
            text.append(piece, STYLES.get(style, ""))
        text.append("\n")
    return text


def _width() -> int:
    return max(60, min(shutil.get_terminal_size((100, 24)).columns, 140))


def rows_of(d: Derivation, width: int) -> Iterator[Row]:
    """All rows of the text."""
    yield from _head(d, width)
    if is_lesson(d.layout):
        yield []
        for style, text in Lesson(d.layout).rows():
            for part in _wrapped(text.lstrip(), width, text[: len(text) - len(text.lstrip())]):
                yield [({"plain": "reason", "slope": "code"}.get(style, style), part)]
        yield []
        yield [("dim", "As NumPy code, the backward pass is:")]
        for line in d.code(part="backward").rstrip().split("\n"):
            yield [("code", f"  {line}")]
    else:
        for condition in d.conditions:
            for part in _wrapped(condition, width, ""):
                yield [("note", part)]
        yield []
        yield from _facing(d, width)
        yield []
        yield from _walk(d, width)
    if d.notes:
        yield []
    for note in d.notes:
        for part in _wrapped(note, width, ""):
            yield [("good" if note.startswith("verified") else "note", part)]


def _head(d: Derivation, width: int) -> Iterator[Row]:
    file, line = d.place
    where = f"{Path(file).name}, line {line}" if file else ""
    call = f"{d.name}({', '.join(d.argument_names)})"
    value = f" = {_scalar(d.value)}"
    symbol = symbol_of(d.layout)
    if is_lesson(d.layout) and len(d.arguments) == 1 and isinstance(d.arguments[0], (float, np.floating)):
        call = f"{d.name}({', '.join(_scalar(value) for value in d.arguments)})"
    elif d.name != symbol:
        call = f"{symbol} = {call}"
    gap = width - len(call) - len(value) - len(where)
    if gap >= 3 or not where:
        yield [("head", call), ("value", value), ("dim", " " * gap + where)]
    else:
        yield [("head", call), ("value", value)]
        yield [("dim", where)]


# The two programs


def _facing(d: Derivation, width: int) -> Iterator[Row]:
    """Forward with the author's own lines, backward in order, side by side where there is room."""
    forward, backward = _forward_rows(d), _backward_rows(d)
    wide = max((_length(r) for r in forward), default=0)
    right = max((_length(r) for r in backward), default=0)
    if wide + right + 5 <= width:
        heading = f"{'forward':{wide}}   │ backward"
        yield [("head", heading)]
        for n in range(max(len(forward), len(backward))):
            left: Row = forward[n] if n < len(forward) else []
            pad = " " * (wide - _length(left))
            yield [*left, ("dim", f"{pad}   │ "), *(backward[n] if n < len(backward) else [])]
        yield from _invented(d)
        return
    yield [("head", "forward")]
    yield from _narrowed(forward, width)
    yield []
    yield [("head", "backward")]
    yield from _narrowed(backward, width)
    yield from _invented(d)


def _invented(d: Derivation) -> Iterator[Row]:
    """What the names stand for that the author did not give."""
    lines = [x for x in d.layout.lines if not x.backward and not d.program.variables[x.target].name]
    names = set(re.findall(r"\w+", " ".join(x.text for x in d.layout.lines if x.backward)))
    lines = [x for x in lines if x.name in names or f"d{x.name}" in names]
    told = [x.text for x in lines if x.target != d.derivative.output and "\n" not in x.text]
    if told:
        shown = told if len(told) <= 8 else [*told[:8], f"and {len(told) - 8} more"]
        for place, text in enumerate(shown):
            yield [("dim", "with  " if place == 0 else "      "), ("code", text)]


def _narrowed(rows: list[Row], width: int) -> Iterator[Row]:
    """The rows, their shapes close to the code or left out where there is no room for them."""
    if max(map(_length, rows), default=0) <= width:
        yield from rows
        return
    for number, (style, code), (shaped, shape) in rows:
        row = [number, (style, f"{code.rstrip()}  "), (shaped, shape)]
        yield row if _length(row) <= width else row[:2]


def _length(row: Row) -> int:
    return sum(len(text) for _, text in row)


def _forward_rows(d: Derivation) -> list[Row]:
    """The author's lines that the derivation goes through, each once, with the shape of what it computes."""
    program, layout = d.program, d.layout
    found: dict[tuple[str, int], tuple[Span, list[str]]] = {}
    last: dict[tuple[str, int], Span] = {}
    for step in program.steps[: d.derivative.split]:
        if not isinstance(step.origin, Span):
            continue
        for span in (*step.origin.calls, step.origin):
            if not span.line_text:
                continue
            key = (span.file, span.line)
            shapes = found.setdefault(key, (span, []))[1]
            shape = _shape(program.variables[step.output].shape)
            if not shapes or (span.extent == found[key][0].extent and span is not last[key] and span is step.origin):
                shapes.append(shape)  # another round
            else:
                shapes[-1] = shape
            last[key] = span
    files = {file for file, _ in found}
    rows: list[tuple[str, str, str]] = []
    for (file, line), (span, shapes) in found.items():
        number = str(line) if len(files) == 1 else f"{Path(file).name}:{line}"
        text = span.line_text.strip()
        same = shapes[0] if len(set(shapes)) == 1 else ", ".join(shapes) if len(shapes) <= 3 else ""
        rows.append((number, text, f"{same}  ×{len(shapes)}" if len(shapes) > 1 else same))
    if not rows:
        rows = [("", line.text, "") for line in layout.lines if not line.backward]
    rows = rows if len(rows) <= MOST else [*rows[:MOST], ("", f"… {len(rows) - MOST} more lines", "")]
    return _columns(rows)


def _backward_rows(d: Derivation) -> list[Row]:
    rows = []
    for number, step in enumerate(d.steps[:MOST], 1):
        for part in step.line.text.split("\n"):
            rows.append((str(number), part, step.shapes if part == step.line.text.split("\n")[-1] else ""))
            number = ""  # type: ignore[assignment]
    if len(d.steps) > MOST:
        rows.append(("", f"… {len(d.steps) - MOST} more lines", ""))
    return _columns(rows)


def _columns(rows: list[tuple[str, str, str]]) -> list[Row]:
    first = max((len(r[0]) for r in rows), default=0)
    second = max((len(r[1]) for r in rows), default=0)
    return [[("number", f"{a:>{first}}  "), ("code", f"{b:{second}}  "), ("shape", c)] for a, b, c in rows]


def _shape(shape: tuple[int, ...]) -> str:
    return str(shape) if shape else ""


# Line by line


def _walk(d: Derivation, width: int) -> Iterator[Row]:
    """Each backward line with its formula, the links of its path, remarks and values."""
    steps = d.steps[:MOST]
    for number, step in enumerate(steps, 1):
        mark = f"{number}  "
        indent = " " * len(mark)
        for place, part in enumerate(step.line.text.split("\n")):
            yield [("number", mark if place == 0 else indent), ("code", part)]
        if step.formula:
            yield from _formula_rows(step, indent, width)
        yield from _reason_rows(step, indent, width)
        yield [("value", part) for part in [f"{indent}{_value(step.value, indent, width)}"]]
        if number < len(steps):
            yield []
    if len(d.steps) > MOST:
        yield []
        yield [("note", f"… and {len(d.steps) - MOST} more lines, in d.steps")]


def _formula_rows(step: Explained, indent: str, width: int) -> Iterator[Row]:
    whole = f"{step.formula} = {step.product}"
    if len(indent) + len(whole) <= width:
        yield [("formula", indent + whole)]
        return
    for place, text in enumerate((step.formula, f"= {step.product}")):
        for part in _wrapped(text, width, indent + ("    " if place else "")):
            yield [("formula", part)]


def _reason_rows(step: Explained, indent: str, width: int) -> Iterator[Row]:
    for part in _wrapped(step.opening, width, indent) if step.opening else ():
        yield [("reason", part)]
    links = step.telling[:8]
    column = min(max((len(link.local) for link in links), default=0), 24)
    for link in links:
        lead = f"{indent}  {link.local:{column}}  "
        if width - len(lead) < 30:
            for part in _wrapped(link.local, width, f"{indent}  "):
                yield [("formula", part)]
            for part in _wrapped(link.sentence, width, f"{indent}      "):
                yield [("reason", part)]
            continue
        rows = _wrapped(link.sentence, width, " " * len(lead))
        for place, part in enumerate(rows):
            text = part[len(lead) :]
            yield [("formula", lead if place == 0 else " " * len(lead)), ("reason", text)]
    for remark in (*step.stretched, *step.remarks):
        for part in _wrapped(remark, width, indent):
            yield [("note", part)]


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    if len(indent) + len(text) <= width:
        return [indent + text]
    return textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


# Values


def _scalar(value: Any) -> str:
    return f"{float(value):.10g}"


def _value(value: Any, indent: str, width: int) -> str:
    """A small array in full, a large one by its size and range."""
    array = np.asarray(value)
    if array.ndim == 0:
        return f"= {float(array):.10g}"
    if array.size == 0:
        return f"= an empty array of shape {array.shape}"
    if array.size <= 24:
        text = np.array2string(
            array, precision=4, suppress_small=True, separator=" ", max_line_width=width - len(indent) - 2
        )
        rows = [row.strip() for row in text.split("\n")]
        flat = " ".join(rows)
        if len(flat) + len(indent) + 2 <= width:
            return f"= {flat}"
        return "= " + f"\n{indent}  ".join(rows)
    finite = array[np.isfinite(array)]
    low, high = (finite.min(), finite.max()) if finite.size else (np.nan, np.nan)
    return f"= {array.shape}, from {low:.4g} to {high:.4g}, norm {np.linalg.norm(array):.4g}"
