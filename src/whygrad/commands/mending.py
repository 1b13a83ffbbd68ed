"""Verified fixes of a check written into the author's files: the lines that were checked, or nothing at all."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from whygrad.checking.printing import shown
from whygrad.checking.report import CheckReport, Edit
from whygrad.commands.target import TargetError

KEPT = ".orig"
"""What the file as it was is called, behind its name."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A file with its fixes, not yet written: what it was, what it will be, and the lines that changed."""

    file: Path
    before: bytes
    after: bytes
    lines: tuple[int, ...]


def read(file: str) -> bytes:
    """The file as it is before it is checked."""
    try:
        return Path(file).read_bytes()
    except OSError as problem:
        raise TargetError(f"{shown(file)}: {problem.strerror}") from problem


def mended(report: CheckReport, checked: bytes, kept: Collection[Path] = ()) -> list[Mended]:
    """The files with all verified fixes of the report.

    Arguments:
        checked: the file as it was before the check; if it is another one now, it is not touched.
        kept: files that are kept already, as they were before the first fix.

    Raises:
        TargetError: a file has changed since, or a kept one would be lost.
    """
    edits: dict[str, list[Edit]] = {}
    for finding in report.findings:
        if finding.verified and finding.fix is not None:
            edits.setdefault(finding.fix.file, []).extend(finding.fix.edits)
    found = []
    for name, own in edits.items():
        file, before = Path(name), read(name)
        if file.resolve() == Path(report.file).resolve() and before != checked:
            raise TargetError(f"{shown(name)} has changed since it was checked: nothing is fixed. Check it again")
        beside = _kept(file)
        if file not in kept and beside.exists() and beside.read_bytes() != before:
            raise TargetError(
                f"{shown(str(beside))} is there already, with another content: nothing is fixed. "
                "Move it away, or bring it back"
            )
        after = with_edits(before, own, shown(name))
        if after != before:
            found.append(Mended(file, before, after, tuple(sorted({edit.line for edit in own}))))
    return found


def write(change: Mended, kept: Collection[Path] = ()) -> None:
    """Keep the file as it was beside it, if that is not done, and write the new one."""
    if change.file not in kept:
        _kept(change.file).write_bytes(change.before)
    change.file.write_bytes(change.after)


def _kept(file: Path) -> Path:
    return file.with_name(file.name + KEPT)


def with_edits(source: bytes, edits: Iterable[Edit], name: str) -> bytes:
    """The source with the edits, in its own encoding and with its own line ends.

    Edits name lines of the source as it is. One whose line reads otherwise by now is applied to what an edit before
    it has made of that line, or refused.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    lines = [[row] for row in re.split(r"(?<=\n)", source.decode(encoding)) if row]  # what stands where line i stood
    end = "\r\n" if lines and lines[0][0].endswith("\r\n") else "\n"
    put_in: dict[int, list[str]] = {}
    for edit in edits:
        new = [f"{row}{end}" for row in edit.new.split("\n")] if edit.new else []
        if not edit.old:
            put_in.setdefault(edit.line, []).extend(new)
            continue
        old = edit.old.split("\n")
        places = range(edit.line - 1, edit.line - 1 + len(old))
        now = [row.rstrip("\r\n") for place in places if place < len(lines) for row in lines[place]]
        if now == edit.new.split("\n"):  # the same edit mends two findings
            continue
        if now != old:
            raise TargetError(f"{name}:{edit.line} reads otherwise than the fix expects: nothing is fixed")
        last = edit.line - 2 + len(old)
        if new and last == len(lines) - 1 and not lines[last][-1].endswith("\n"):
            new[-1] = new[-1].removesuffix(end)
        for place in places:
            lines[place] = []
        lines[edit.line - 1] = new
    made = [row for number, rows in enumerate(lines, 1) for row in (*put_in.get(number, ()), *rows)]
    made += [row for number, rows in sorted(put_in.items()) if number > len(lines) for row in rows]
    return "".join(made).encode(encoding)
