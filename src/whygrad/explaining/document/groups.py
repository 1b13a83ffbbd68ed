"""Stretches of the forward pass that fold into one thing: calls of the author's functions, loops and their rounds."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from whygrad.explaining.document.stretches import Loop, Stretch, Stretches
from whygrad.program import Span, Step
from whygrad.program.source import extent_of
from whygrad.watching.recording import Turn

LONGEST = 40
"""A longer call or loop is cut short in a title."""


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of the forward pass, `first` to `last`, in group number `within` or in none."""

    kind: str
    title: str
    first: int
    last: int
    within: int | None


def groups_of(steps: Sequence[Step], turns: Sequence[Turn], targets: Sequence[int]) -> list[Group]:
    """The groups of the forward pass, each behind the one that it lies in. `targets`: what the printed lines make."""
    entered = (next(iter((*step.origin.calls, step.origin))) for step in steps if isinstance(step.origin, Span))
    file = next((span.file for span in entered), "")
    stretches = Stretches(steps, turns)
    lines: dict[int, list[int]] = {}
    for number, target in enumerate(targets):
        for one in stretches.of.get(target, stretches.whole).around:
            lines.setdefault(id(one), []).append(number)
    found: list[Group] = []
    waiting: list[tuple[Stretch, int | None]] = [(stretches.whole, None)]
    while waiting:
        one, within = waiting.pop()
        own = lines.get(id(one), [])
        if _folds(one, lines):
            found.append(Group(one.kind, _title(one, file), own[0], own[-1], within))
            within = len(found) - 1
        if len(own) > 1:
            waiting += [(inner, within) for inner in reversed([*one.inside.values()])]
    return found


def outermost(groups: Sequence[Group]) -> list[Group]:
    """Those that lie in no other of them."""
    found: list[Group] = []
    for group in groups:
        if not found or group.first > found[-1].last:
            found.append(group)
    return found


def _folds(one: Stretch, lines: dict[int, list[int]]) -> bool:
    """Is it worth folding: does it have several lines, with no others in between?"""
    if one.kind == "round":
        return one.within is not None and _folds(one.within, lines) and _is_solid(one, lines)
    if one.kind == "loop":
        return len(one.inside) > 1 and _is_solid(one, lines)
    return one.kind == "call" and _is_solid(one, lines) and not _is_said_already(one, lines)


def _is_solid(one: Stretch, lines: dict[int, list[int]]) -> bool:
    own = lines.get(id(one), [])
    return len(own) > 1 and own[-1] - own[0] + 1 == len(own)


def _is_said_already(call: Stretch, lines: dict[int, list[int]]) -> bool:
    """Are its lines just those of a call around it, of a round, or of a loop in it?"""
    around, inside, own = call.within, call.inside, len(lines[id(call)])
    while around is not None and len(lines[id(around)]) == own:
        if around.kind == "call" or _folds(around, lines):
            return True
        around = around.within
    while len(inside) == 1 and len(lines.get(id(only := next(iter(inside.values()))), [])) == own:
        if only.kind == "loop" and _folds(only, lines):
            return True
        inside = only.inside
    return False


# Titles


def _title(one: Stretch, file: str) -> str:
    parent, span = one.within, one.span
    if parent is None or span is None:
        return ""
    if one.running is not None and one.kind == "round":
        return f"round {one.round} of {one.running.rounds}"
    if one.loop is not None:
        text, line = _header(one.loop, span)
    else:
        text, line = span.text or span.function, span.line
    text = text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
    where = "" if span.file == file else f" of {PurePath(span.file).name}"
    return f"{text} · line {line}{where}{_which(one, parent)}"


def _header(loop: Loop, span: Span) -> tuple[str, int]:
    """A loop's first words as the author wrote them, and their line."""
    begin, end = (loop, loop.test) if isinstance(loop, ast.While) else (loop.target, loop.iter)
    (line, column, *_), (*_, end_line, end_column) = extent_of(begin), extent_of(end)
    text = span.source.segment((line, column, end_line, end_column)) if span.source is not None else ""
    return text if isinstance(loop, ast.While) else f"for {text}", line


def _which(call: Stretch, parent: Stretch) -> str:
    """Which of several calls by one place it is, where no loop of the author's tells them apart: map(f, xs)."""
    if call.kind != "call" or call.span is None:
        return ""
    place = (call.span.code, call.span.extent)
    same = [one for one in parent.inside.values() if one.kind == "call" and one.span is not None]
    same = [one for one in same if one.span is not None and (one.span.code, one.span.extent) == place]
    return f", {same.index(call) + 1} of {len(same)}" if len(same) > 1 else ""
