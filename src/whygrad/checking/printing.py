"""A CheckReport as text, like a good compiler's: the line, what is wrong with it, why, what it should read.

The text is made as rows of styled pieces; `as_text` gives it plain (for print and pipes), `as_rich` in colours.
"""

from __future__ import annotations

import itertools
import math
import os
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from whygrad.checking.kinds import KINDS
from whygrad.checking.report import CheckedLoss, CheckReport, Edit, Finding
from whygrad.checking.sources import lines_of
from whygrad.errors import listed

if TYPE_CHECKING:
    from rich.text import Text

Piece = tuple[str, str]
"""A style and a text."""
Row = list[Piece]

STYLES = {
    "place": "bold",
    "wrong": "bold red",
    "unchecked": "bold yellow",
    "right": "bold green",
    "number": "dim",
    "code": "",
    "mark": "red",
    "head": "bold",
    "old": "red",
    "new": "green",
    "dim": "dim",
    "plain": "",
}
TAKEN = {
    "declared": "as the program computes it",
    "given": "",
    "inferred": "taken to be this: the gradient at the output is its derivative",
}
"""Where the loss comes from, said in a table's row."""
SAME = 1e-6
"""A gradient that is nearer than this to a multiple of the derived one is that multiple."""
LEAST = 40
"""A label narrower than this is not put beside the carets but below them."""


def as_text(report: CheckReport, width: int | None = None) -> str:
    """The report as plain text. `width`: rows are broken there; None: one row for each thing, as long as it is."""
    return "\n".join("".join(text for _, text in row).rstrip() for row in rows_of(report, width)) + "\n"


def as_rich(report: CheckReport, width: int | None = None) -> Text:
    """The same in colours, for rich to print."""
    from rich.text import Text

    text = Text(no_wrap=True)
    for row in rows_of(report, width):
        whole = Text()
        for style, piece in row:
            whole.append(piece, STYLES[style])
        whole.rstrip()
        text.append_text(whole).append("\n")
    return text


def rows_of(report: CheckReport, width: int | None) -> Iterator[Row]:
    """All rows of the text."""
    if report.verdict == "right":
        yield from _wrapped(
            [("place", f"{shown(report.file)}: "), ("right", "right: ")], right_in_a_line(report), width
        )
    elif report.verdict == "unchecked":
        yield from _unchecked(report, width)
    else:
        for number, finding in enumerate(report.findings):
            if number:
                yield []
            yield from _finding(finding, width)
        if report.parameters or report.loss:
            yield []
            yield from _table(report, width)
    for note in report.notes:
        place = f"{shown(report.file)}:{note.line}: " if note.line else "  "
        yield from _wrapped([("place", place), ("head", "note: ")], note.text, width)


def shown(file: str) -> str:
    """A file as one would type it from the folder that we are in."""
    here = os.path.join(os.getcwd(), "")
    return file.removeprefix(here)


def right_in_a_line(report: CheckReport) -> str:
    """What was checked, to which accuracy."""
    names = [p.name for p in report.parameters]
    known = [p.relative_error for p in report.parameters if p.relative_error is not None]
    count = len(names)
    told = f"{_count(count, 'gradient')} ({listed(names)})" if count <= 4 else _count(count, "gradient")
    agree = "agrees" if count == 1 else "agree"
    if report.loss is not None:
        source = " (taken to be the loss)" if report.loss.source == "inferred" else ""
        against = (
            f"with those of {report.loss.formula}{source}"
            if count != 1
            else f"with that of {report.loss.formula}{source}"
        )
    else:
        against = "with the derived one" if count == 1 else "with the derived ones"
    accuracy = "" if not known else f" to {max(known):.0e}" if max(known) else " exactly"
    return f"{told} {agree} {against}{accuracy}"


def _count(count: int, noun: str) -> str:
    if count <= 2:
        return {0: f"no {noun}s", 1: f"the {noun}", 2: f"both {noun}s"}[count]
    return f"all {count} {noun}s"


def _unchecked(report: CheckReport, width: int | None) -> Iterator[Row]:
    place = shown(report.file) + (f":{report.line}" if report.line else "")
    yield from _wrapped([("place", f"{place}: "), ("unchecked", "cannot check: ")], report.reason, width)
    lines = lines_of(report.file)
    if report.line and report.line <= len(lines):
        yield [("number", f"   {report.line} | "), ("code", lines[report.line - 1])]
    if report.instead:
        yield from _wrapped([("plain", "   "), ("head", "instead: ")], report.instead, width)


def _finding(finding: Finding, width: int | None) -> Iterator[Row]:
    place = f"{shown(finding.file)}:{finding.line}:{finding.column}: "
    yield from _wrapped([("place", place), ("wrong", f"{KINDS[finding.kind].headline}: ")], finding.message, width)
    yield from _excerpt(finding, width)
    if finding.why:
        yield from _told("why", finding.why, width)
    if finding.fix is not None:
        yield from _fix(finding.fix.file, finding.fix.edits, finding)
    elif finding.derived:
        yield [("plain", "   "), ("head", "derived: ")]
        for line in finding.derived:
            yield [("plain", "      "), ("new", line)]
    if finding.checked:
        yield from _told("checked", finding.checked, width)
    if not finding.verified:
        hint = "no run has shown that this fix mends the gradients; take it as a hint"
        none = "no change of this line is known that mends the gradients"
        yield from _told("not verified", none if finding.fix is None else hint, width)
    if finding.also:
        also = f"line{'s' if len(finding.also) > 1 else ''} {listed([str(line) for line in finding.also])}"
        yield from _told("also", f"{also}: part of the same mistake", width)


def _excerpt(finding: Finding, width: int | None) -> Iterator[Row]:
    """The line with carets and, beside them or below, the label."""
    lines = lines_of(finding.file)
    if not 1 <= finding.line <= len(lines):
        return
    text = lines[finding.line - 1]
    number = str(finding.line)
    blank = " " * len(number)
    yield [("number", f"   {number} | "), ("code", text)]
    before = "".join("\t" if c == "\t" else " " for c in text[: finding.column - 1])
    end = min(finding.end_column, len(text) + 1) if finding.end_column > finding.column else finding.column + 1
    carets = "^" * max(end - finding.column, 1)
    gutter = [("number", f"   {blank} | "), ("mark", before + carets)]
    if not finding.label:
        yield gutter
        return
    room = None if width is None else width - len(number) - 6 - len(before) - len(carets) - 1
    if room is None or room >= min(LEAST, len(finding.label)):
        yield from _wrapped(
            [*gutter, ("plain", " ")], finding.label, width, f"   {blank} | {before}{' ' * len(carets)} "
        )
        return
    yield gutter
    inner = before if width is not None and width - len(before) - len(number) - 6 >= LEAST else "    "
    yield from _wrapped([("number", f"   {blank} | "), ("plain", inner)], finding.label, width)


def _told(head: str, text: str, width: int | None) -> Iterator[Row]:
    return _wrapped([("plain", "   "), ("head", f"{head}: ")], text, width)


def _fix(file: str, edits: Sequence[Edit], finding: Finding) -> Iterator[Row]:
    """The fix: in a row where one line is to be another one; else as a diff."""
    (first, *more) = edits
    single = not more and "\n" not in first.new and first.old and first.new and file == finding.file
    if single and first.line == finding.line:
        yield [("plain", "   "), ("head", "fix: "), ("new", first.new.strip())]
        return
    elsewhere = "" if file == finding.file else f" in {shown(file)}"
    yield [("plain", "   "), ("head", f"fix{elsewhere}:")]
    wide = max(len(str(edit.line)) for edit in edits)
    for edit in sorted(edits, key=lambda e: e.line):
        for sign, style, part in (("-", "old", edit.old), ("+", "new", edit.new)):
            for number, line in enumerate(part.split("\n") if part else ()):
                place = str(edit.line + number) if sign == "-" or not edit.old else ""
                yield [("number", f"   {place:>{wide}} "), (style, f"{sign} {line}".rstrip())]


def _table(report: CheckReport, width: int | None) -> Iterator[Row]:
    """The loss, and of each parameter where its gradient is computed and how far it is off."""
    if report.loss is not None:
        yield from _loss(report.loss, width)
    if not report.parameters:
        return
    cells = [("parameter", "gradient", "relative error", "")]
    alike = itertools.groupby(report.parameters, lambda p: (p.name, p.gradient_line, p.agrees))
    for _, group in alike:  # one line in a loop may be the gradient of many
        several = list(group)
        p = max(several, key=lambda one: one.relative_error or 0.0)
        name = p.name if len(several) == 1 else f"{p.name}, {len(several)} of them"
        line = f"line {p.gradient_line}" if p.gradient_line else "none"
        off = p.relative_error if p.relative_error is not None else math.inf
        known = math.isfinite(off)
        by_factor = not p.agrees and p.scale is not None and known and off < SAME
        error = "" if not known or by_factor else f"{off:.0e}" if p.agrees and off else f"{off:.2g}"
        cells.append((name, line, error, "agrees" if p.agrees else "wrong by a factor" if by_factor else "wrong"))
    widths = [max(len(row[place]) for row in cells) for place in range(3)]
    for number, row in enumerate(cells):
        text = "  ".join(f"{part:{'>' if place == 2 else '<'}{widths[place]}}" for place, part in enumerate(row[:3]))
        style = "dim" if not number else "plain"
        yield [(style, f"   {text}  "), ("new" if row[3].startswith("agrees") else "wrong", row[3])]


def _loss(loss: CheckedLoss, width: int | None) -> Iterator[Row]:
    where = f" (line {loss.line})" if loss.line else ""
    taken = TAKEN[loss.source]
    return _told("loss", f"{loss.formula}{where}{', ' if taken else ''}{taken}", width)


def _wrapped(head: Row, text: str, width: int | None, indent: str | None = None) -> Iterator[Row]:
    """The head and the text behind it; what does not fit goes on below, indented (default: by five)."""
    if width is None:
        yield [*head, ("plain", text)]
        return
    indent = "     " if indent is None else indent
    used = sum(len(piece) for _, piece in head)
    rows = textwrap.wrap(
        text,
        max(width, LEAST),
        initial_indent=" " * min(used, width - 1),
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]
    if not rows[0].strip() and len(rows) > 1:  # nothing fits behind the head
        yield head
    else:
        yield [*head, ("plain", rows[0].lstrip())]
    for row in rows[1:]:
        yield [("plain", row)]


def summary(report: CheckReport) -> Row:
    """One row for one file among several: the verdict and the first finding."""
    place = shown(report.file)
    if report.verdict == "right":
        return [("place", f"{place}: "), ("right", "right: "), ("plain", right_in_a_line(report))]
    if report.verdict == "unchecked":
        line = f":{report.line}" if report.line else ""
        return [("place", f"{place}{line}: "), ("unchecked", "cannot check: "), ("plain", report.reason)]
    first, *more = report.findings
    others = f" (and {len(more)} more)" if more else ""
    at = f"{shown(first.file)}:{first.line}:{first.column}: "
    return [("place", at), ("wrong", f"{first.kind}: "), ("plain", f"{first.message}{others}")]
