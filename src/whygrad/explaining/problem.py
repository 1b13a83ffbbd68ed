"""What went wrong, as a page shows it: the message, and the author's lines with the place marked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from whygrad.errors import WhygradError
from whygrad.explaining.document.sources import characters
from whygrad.program import Span
from whygrad.watching.scripts import author_place

FORMAT = "whygrad problem"
VERSION = 1
AROUND = 2
"""So many of the author's lines are shown before and after the one that is meant."""

Object = dict[str, Any]


def problem_of(error: BaseException, text: str | None = None) -> Object:
    """An error as the page shows it; fields that are not known are absent.

    `text`: the whole message as a terminal has it, where somebody knows it better than the error.
    """
    ours = isinstance(error, WhygradError)
    place = error.place if isinstance(error, WhygradError) else author_place(error)
    what = error.what if isinstance(error, WhygradError) else f"{type(error).__name__}: {error}".rstrip(": ")
    found: Object = {"format": FORMAT, "version": VERSION, "kind": type(error).__name__}
    if text is None:
        at = f"{place.file}:{place.line}:{place.column}: " if place is not None and not ours else ""
        excerpt = place.excerpt() if place is not None and not ours else ""
        text = str(error) if ours else f"{at}{what}\n{excerpt}".rstrip()
    found |= {"text": text, "what": what}
    if place is not None:
        found |= _marked(place)
    if isinstance(error, WhygradError) and error.instead:
        found["instead"] = error.instead
    return found


def _marked(place: Any) -> Object:
    """The place in the author's file, with the lines around it. No folders are named."""
    found: Object = {"file": Path(place.file).name, "line": place.line}
    if not isinstance(place, Span) or place.source is None:
        return found
    rows = place.source.lines
    line, column, end_line, end_column = place.extent
    found["column"] = characters(rows, line, column) + 1
    if end_line == line:
        found["end_column"] = characters(rows, end_line, end_column) + 1
    shown = range(max(1, line - AROUND), min(len(rows), line + AROUND) + 1)
    found["source"] = [{"line": n, "text": rows[n - 1].rstrip("\r\n")} for n in shown]
    return found
