"""What went wrong, as data: for a page that shows it beside the author's line, and as text for a terminal."""

from __future__ import annotations

import contextlib
import linecache
import os
from typing import Any

from whygrad.errors import Place, WhygradError
from whygrad.explaining.document.sources import characters
from whygrad.program import Span
from whygrad.watching.recording import is_foreign
from whygrad.watching.scripts import author_place

Object = dict[str, Any]

FORMAT = "whygrad problem"
VERSION = 1
AROUND = 2
"""Lines of source that are shown before and behind the line in question."""
LONGEST = 4_000
"""Characters of a message that are shown: an exception may carry a whole array."""


def problem_of(error: BaseException) -> Object:
    """An error as data: whygrad's own, a SyntaxError, or whatever the author's code raised.

    `text` is the whole message as a terminal has it, `what` its first sentence. The place is the author's: `file`
    without its folder, `line` from 1, `column` and `end_column` (exclusive) in characters from 0, as the document's
    spans have them, `source` the lines around. What is not known is absent.

    >>> problem_of(ZeroDivisionError("division by zero"))["text"]
    'ZeroDivisionError: division by zero'
    """
    if isinstance(error, WhygradError):
        told = problem(type(error).__name__, error.what, error.place, text=str(error))
        return {**told, "instead": _short(error.instead)} if error.instead else told
    if type(error).__module__.startswith("whygrad."):  # ours, and may be about one of the author's
        told = problem_of(error.__cause__) if error.__cause__ else problem("Nothing derived", str(error))
        return {**told, "text": _short(str(error))}
    if isinstance(error, SyntaxError) and error.lineno and error.filename and os.path.isfile(error.filename):
        return _misspelled(error, error.lineno, error.filename)
    return problem(type(error).__name__, said(error), author_place(error), text=stopped(error))


def problem(kind: str, what: str, place: Place | None = None, *, text: str = "") -> Object:
    """A problem of this kind, at that place of the author's code."""
    told: Object = {
        "format": FORMAT,
        "version": VERSION,
        "kind": kind,
        "text": _short(text or (f"{place.file}:{place.line}:{place.column}: {what}" if place else what)),
        "what": _short(what),
    }
    if place is not None:
        told |= _lines(place.file, place.line)
        if isinstance(place, Span):
            told |= _columns(place)
    return told


def stopped(error: BaseException, how: str = "", file: str = "") -> str:
    """An error of the author's own code, as ours are shown: the place, what happened, the line underlined."""
    place = author_place(error)
    what = f"{how}{said(error)}"
    if place is None:
        return f"{file}: {what}" if file else what
    return f"{place.file}:{place.line}:{place.column}: {what}\n{place.excerpt()}".rstrip()


def said(error: BaseException) -> str:
    """The last line of a traceback: the kind of the error and what it says."""
    kind = type(error).__name__
    try:
        text = str(error)
    except Exception:  # a __str__ of the author's, which fails in turn
        text = ""
    return f"{kind}: {text}" if text else kind


def files_named(error: BaseException | None) -> set[str]:
    """The author's files that an error passed through, or that it says are missing: to look at them again."""
    found: set[str] = set()
    met: set[int] = set()
    while error is not None and id(error) not in met:
        met.add(id(error))
        trace = error.__traceback__
        while trace is not None:
            found.add(trace.tb_frame.f_code.co_filename)
            trace = trace.tb_next
        if isinstance(error, SyntaxError) and error.filename:
            found.add(error.filename)
        error = error.__cause__ or error.__context__
    return {file for file in found if os.path.isfile(file) and not is_foreign(file)}


def _misspelled(error: SyntaxError, line: int, file: str) -> Object:
    """A file that is no Python."""
    start = max((error.offset or 1) - 1, 0)
    same = error.end_lineno in (None, line) and error.end_offset and error.end_offset - 1 > start
    end = error.end_offset - 1 if same and error.end_offset else start + 1
    row = linecache.getline(file, line).rstrip()
    text = f"{file}:{line}:{start + 1}: {error.msg}"
    if row:
        number = str(line)
        text += f"\n  {number} | {row}\n  {' ' * len(number)} | {' ' * start}^"
    told = problem(type(error).__name__, error.msg, text=text)
    return {**told, **_lines(file, line), "column": start, "end_column": end}


def _lines(file: str, line: int) -> Object:
    """The place as far as lines go; the source around it."""
    rows = linecache.getlines(file)
    numbers = range(max(1, line - AROUND), min(len(rows), line + AROUND) + 1)
    told: Object = {"file": os.path.basename(file), "line": line}
    if numbers:
        told["source"] = [{"line": n, "text": rows[n - 1].rstrip("\r\n")} for n in numbers]
    return told


def _columns(span: Span) -> Object:
    """Where in the line the sub-expression begins and ends."""
    line, start, last, end = span.extent
    rows = span.source.lines if span.source else []
    if not 1 <= line <= len(rows):
        return {}
    end = end if line == last else len(rows[line - 1].encode())
    return {"column": characters(rows, line, start), "end_column": characters(rows, line, end)}


def _short(text: str) -> str:
    """Files below the folder that we are in are named as one would type them; a very long message is cut."""
    with contextlib.suppress(OSError):  # the folder that we are in may be gone
        text = text.replace(os.path.join(os.getcwd(), ""), "")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
