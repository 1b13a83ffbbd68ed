"""The routes of loops: what they go through is seen, and a script's go only as far as they are run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from whygrad.watching.loops import LoopKey, Loops, length_of
from whygrad.watching.recording import Recording, current
from whygrad.watching.restoring import NOTHING_TO_SEE
from whygrad.watching.seeing import created_number, seen
from whygrad.watching.standin import StandIn


def EACH(iterable: Any, flags: int, key: LoopKey | None = None) -> Any:
    """What a loop, an unpacking or a star goes through. flags: 2 where the parts are unpacked, 1 for a loop.

    `key`: which loop of a script.
    """
    recording = current.get()
    kind = type(iterable)
    if recording is None:
        return iterable
    if key is not None and recording.loops is not None:
        return _rounds(EACH(iterable, flags), recording.loops, key, length_of(iterable))
    if kind is StandIn or kind is range or kind is str or hasattr(kind, "UNWATCHED"):
        return iterable
    if kind is np.ndarray:
        return iter(seen(iterable))
    if kind is tuple and not flags & 1 and all(type(part) in NOTHING_TO_SEE for part in iterable):
        return iterable
    return parts_of(iterable, recording, bool(flags & 2))


def parts_of(iterable: Any, recording: Recording, unpacks: bool) -> Iterator[Any]:
    path = recording.paths.get(id(iterable))
    stays = recording.loops is not None and type(iterable) is list
    for number, part in enumerate(iterable):
        if stays and type(part) is not StandIn and isinstance(part, (float, np.floating)):
            part = created_number(part)
            if number < len(iterable):
                iterable[number] = part
        if type(part) in NOTHING_TO_SEE:
            yield part
        else:
            yield seen(part, f"{path}[{number}]" if path else None, unpacks)


def _rounds(iterable: Any, loops: Loops, key: LoopKey, length: int | None) -> Iterator[Any]:
    """A loop of a script's, as far as it is run."""
    parts = iter(iterable)
    entry = loops.enter(key, length)
    try:
        while loops.goes_on(entry):
            try:
                part = next(parts)
            except StopIteration:
                return
            yield part
    finally:
        loops.leave(entry)


def ENTER(key: LoopKey) -> None:
    """A while loop of a script's begins."""
    recording = current.get()
    if recording is not None and recording.loops is not None:
        recording.loops.enter_while(key, sys._getframe(1))


def LEAVE(key: LoopKey) -> None:
    """A while loop of a script's has ended."""
    recording = current.get()
    if recording is not None and recording.loops is not None:
        recording.loops.leave_while(key, sys._getframe(1))


def WHILE(key: LoopKey, condition: Any) -> Any:
    """The condition of a while loop in a script."""
    recording = current.get()
    if recording is None or recording.loops is None or not condition:
        return condition
    return recording.loops.goes_on_while(key, sys._getframe(1))


def ROUND(loops: tuple[tuple[int, int], ...]) -> bool:
    """A round of the last of these loops begins."""
    recording = current.get()
    if recording is not None:
        recording.turn(loops)
    return True
