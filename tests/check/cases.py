"""The programs of the corpus and what is known about each: its mistakes, their lines and kinds, what mends them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Mistake:
    """One mistake of a program: its line and kind, which others a reasonable judge accepts, and what mends it."""

    line: int
    lines: tuple[int, ...]
    kind: str
    kinds: tuple[str, ...]
    fix: tuple[tuple[int, str], ...] = ()
    """(line, what it should read): in several lines, or "" for one that should go."""


@dataclass(frozen=True)
class Case:
    """One program and what is known about it: its mistakes in execution order, none if it is right."""

    name: str
    group: str
    """The folder it is from: its author."""
    file: str
    source: str
    verdict: str
    args: tuple[str, ...] = ()
    loss: str | None = None
    mistakes: tuple[Mistake, ...] = ()
    odd: str = ""
    mended: str | None = None
    """The source without the mistakes, if it is known otherwise than by their fixes."""

    def right_source(self) -> str | None:
        if self.verdict == "right":
            return self.source
        if self.mended is not None:
            return self.mended
        if self.verdict != "wrong" or not all(mistake.fix for mistake in self.mistakes):
            return None
        return edited(self.source, [change for mistake in self.mistakes for change in mistake.fix])


def edited(source: str, changes: Iterable[tuple[int, str]]) -> str:
    """The source with whole lines exchanged (numbers from 1, of the source as it is)."""
    lines = source.split("\n")
    for line, text in changes:
        lines[line - 1] = text if text else "\0"
    return "\n".join(line for line in lines if line != "\0")


def labelled(folder: Path) -> list[Case]:
    """The programs of one folder, in the order of their names."""
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    return [case_of(folder, name, label) for name, label in sorted(labels.items())]


def case_of(folder: Path, name: str, label: dict[str, Any]) -> Case:
    mistakes = tuple(
        Mistake(
            one["line"],
            tuple(one.get("lines") or [one["line"]]),
            one["kind"],
            tuple(one.get("kinds") or [one["kind"]]),
            tuple((line, text) for line, text in one.get("fix") or ()),
        )
        for one in label.get("mistakes", ())
    )
    path = folder / f"{name}.py"
    return Case(
        name=name,
        group=folder.name,
        file=str(path),
        source=path.read_text(encoding="utf-8"),
        verdict=label["verdict"],
        args=tuple(label.get("args") or ()),
        loss=label.get("loss"),
        mistakes=mistakes,
        odd=label.get("odd") or "",
    )


def programs(*, held_out: bool = False) -> list[Case]:
    """All labelled programs: those the checker is developed with, or those that it is not."""
    folders = [HERE / "held_out"] if held_out else sorted((HERE / "programs").iterdir())
    return [case for folder in folders if (folder / "labels.json").exists() for case in labelled(folder)]
