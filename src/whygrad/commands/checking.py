"""`whygrad check`: hand-written backward passes, checked, told and mended."""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from whygrad.checking.printing import Row, as_rich, shown, summary
from whygrad.checking.report import EXIT_CODES, CheckReport
from whygrad.commands import mending
from whygrad.commands.target import TargetError, split

if TYPE_CHECKING:
    from rich.console import Console

WORST_FIRST = ("wrong", "unchecked", "right")
MOST_FIXES = 5
"""So often a file is mended and checked again: with one mistake gone, others may be seen."""
POLL, SETTLE = 0.1, 0.05
"""Seconds between two looks at the files; seconds for which a file has to be the same before it is read."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for: which files (or FILE:FUNCTION), with which arguments, against which loss."""

    targets: tuple[str, ...]
    args: tuple[str, ...] = ()
    loss: str | None = None
    loss_line: int | None = None
    seconds: float = 20.0
    at: tuple[str, ...] = ()


def wanted_of(words: Sequence[str], own: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The files among the words, and the arguments of the one program: all words that are no Python files, and `own`,
    what stands behind `--`. A folder stands for the Python files in it."""
    first, *others = words
    files, args = _python_files(first), []
    for word in others:
        if split(word)[0].endswith(".py") or Path(word).is_dir():
            files += _python_files(word)
        else:
            args.append(word)
    args += own
    if args and len(files) > 1:
        raise TargetError(f"{args[0]}: an argument is for one program; here are {len(files)}")
    return tuple(files), tuple(args)


def _python_files(word: str) -> list[str]:
    folder = Path(word)
    if not folder.is_dir():
        return [word]
    found = sorted(str(file) for file in folder.rglob("*.py") if not any(p.startswith(".") for p in file.parts[:-1]))
    if not found:
        raise TargetError(f"{word}: there are no Python files in this folder")
    return found


def checked(target: str, wanted: Wanted) -> CheckReport:
    """The report of one file, or of a function in it."""
    path, name = split(target)
    file = Path(path)
    if not file.is_file():
        raise TargetError(f"{path}: {'a folder, not a file' if file.is_dir() else 'no such file'}")
    if name:
        return _function_checked(target, wanted)
    from whygrad.checking.process import check_file

    if wanted.at:
        raise TargetError(f"--at is about the arguments of a function: {path}:FUNCTION")
    return check_file(path, list(wanted.args), loss=wanted.loss, loss_line=wanted.loss_line, time_limit=wanted.seconds)


def _function_checked(target: str, wanted: Wanted) -> CheckReport:
    from whygrad import check
    from whygrad.commands.target import Target, find

    if wanted.args or wanted.loss or wanted.loss_line:
        raise TargetError(
            f"{target}: a function is checked against the loss that it returns; give its arguments by --at"
        )
    found = find(target, wanted.at)
    assert isinstance(found, Target)
    report: CheckReport = found.applied(check)
    return report


def check(console: Console, wanted: Wanted, form: str, fix: bool) -> int:
    """Check, print, mend if that is wanted; the exit code."""
    reports = []
    for target in wanted.targets:
        report = _checked_and_mended(console, target, wanted, form) if fix else checked(target, wanted)
        reports.append(report)
        if form == "text":
            _show(console, report, short=len(wanted.targets) > 1)
    if form == "text" and len(reports) > 1:
        _print_row(console, _total(reports))
    elif form != "text":
        click.echo(_written(reports, form), nl=False)
    return exit_code(reports)


def exit_code(reports: Sequence[CheckReport]) -> int:
    """Of several files the worst: one that is wrong, then one that could not be checked."""
    verdicts = {report.verdict for report in reports}
    return EXIT_CODES[next(verdict for verdict in WORST_FIRST if verdict in verdicts)]


def _show(console: Console, report: CheckReport, short: bool) -> None:
    if short:
        _print_row(console, summary(report))
        return
    width = console.width if console.is_terminal else None
    console.print(as_rich(report, width), end="", soft_wrap=True, markup=False)


def _print_row(console: Console, row: Row) -> None:
    from rich.text import Text

    from whygrad.checking.printing import STYLES

    text = Text(no_wrap=True)
    for style, piece in row:
        text.append(piece, STYLES[style])
    console.print(text, soft_wrap=True)


def _total(reports: Sequence[CheckReport]) -> Row:
    verdicts = [report.verdict for report in reports]
    told = (("right", "right"), ("wrong", "wrong"), ("unchecked", "not checked"))
    parts = ", ".join(f"{verdicts.count(verdict)} {word}" for verdict, word in told if verdict in verdicts)
    return [("head", f"{len(reports)} files: "), ("plain", parts)]


def _written(reports: Sequence[CheckReport], form: str) -> str:
    if form == "github":
        from whygrad.checking.github import as_github

        return "".join(as_github(report) for report in reports)
    if form == "sarif":
        from whygrad import __version__
        from whygrad.checking.sarif import as_sarif

        return as_sarif(reports, __version__) + "\n"
    from whygrad.checking.as_json import as_json

    return as_json(reports) + "\n"


# Fixes


def _checked_and_mended(console: Console, target: str, wanted: Wanted, form: str) -> CheckReport:
    """Check, write the verified fixes into the file, and check again, until there are no more; the last report. What
    was done is told (where the output is for a program: on stderr)."""
    say = functools.partial(click.echo, err=form != "text")
    kept: set[Path] = set()
    for _ in range(MOST_FIXES):
        before = mending.read(split(target)[0])
        report = checked(target, wanted)
        if report.verdict != "wrong":
            return report
        changes = mending.mended(report, before, kept)
        if not changes:
            say(f"{shown(report.file)}: nothing {'more ' if kept else ''}is fixed: no fix of a finding is verified")
            return report
        if form == "text":
            _show(console, report, short=len(wanted.targets) > 1)
        for change in changes:
            mending.write(change, kept)
            kept.add(change.file)
            name, lines = shown(str(change.file)), ", ".join(map(str, change.lines))
            what = f"line {lines}" if len(change.lines) == 1 else f"lines {lines}"
            say(f"fixed: {name}, {what} (as it was: {name}{mending.KEPT})")
        say("checked again:")
    return checked(target, wanted)


# Following a file


def watch(console: Console, wanted: Wanted, check_once: Callable[[], int]) -> None:
    """Check, and again whenever the file, or a Python file beside it, is saved; until Ctrl-C."""
    from whygrad.serving.files import stamps

    try:
        while True:
            seen = stamps(_followed(wanted.targets))
            try:
                check_once()
            except TargetError as problem:
                click.echo(str(problem), err=True)
            console.rule(f"[dim]watching {' '.join(wanted.targets)} (Ctrl-C ends it)", align="left", style="dim")
            sys.stdout.flush()
            while stamps(_followed(wanted.targets)) == seen:
                time.sleep(POLL)
            now = None
            while now != (now := stamps(_followed(wanted.targets))):  # an editor may be writing still
                time.sleep(SETTLE)
    except KeyboardInterrupt:
        click.echo()


def _followed(targets: Sequence[str]) -> list[str]:
    """The files, and the Python files in their folders, which they may import."""
    files = {Path(split(target)[0]) for target in targets}
    beside = {file for own in files for file in own.parent.glob("*.py")}
    return sorted(str(file) for file in files | beside)
