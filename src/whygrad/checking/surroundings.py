"""What is around a program while it is checked: the same each time, quick, and nothing of the user's is changed.

Random numbers start from a seed, also of generators made without one. The clock ticks by itself and sleeping takes no
time. Plots are drawn nowhere. The working folder is the program's; files that it writes go into a folder of the run's
own, where it finds them again.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import itertools
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from whygrad.checking.harmless import DRAWING, PROGRESS, Finder, forget_harmless

START = 1_700_000_000.0
TICK = 1e-3
"""Seconds that pass between two looks at the clock."""


@contextlib.contextmanager
def surroundings(file: str, seed: int = 0) -> Iterator[None]:
    """See the head of this file. Afterwards, all of this is as it was."""
    with contextlib.ExitStack() as stack:
        for part in (
            np.errstate(),
            np.printoptions(),
            seeded(seed),
            _clock(),
            _no_plots(),
            _folder(file),
            _kept_files(),
        ):
            stack.enter_context(part)
        yield


@contextlib.contextmanager
def replaced(owner: Any, **names: Any) -> Iterator[None]:
    """Other values for some names of a module, for a while."""
    before = {name: getattr(owner, name) for name in names}
    for name, value in names.items():
        setattr(owner, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(owner, name, value)


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Random numbers are the same each time, also of generators that are made without a seed."""
    states = np.random.get_state(), random.getstate()
    np.random.seed(seed)
    random.seed(seed)
    try:
        with replaced(np.random.bit_generator, randbits=random.Random(seed).getrandbits):
            yield
    finally:
        np.random.set_state(states[0])
        random.setstate(states[1])


@contextlib.contextmanager
def _clock() -> Iterator[None]:
    ticks = 0

    def elapsed() -> float:
        nonlocal ticks
        ticks += 1
        return ticks * TICK

    def now() -> float:
        return START + elapsed()

    def sleep(seconds: float) -> None:
        return None

    with replaced(
        time,
        time=now,
        time_ns=lambda: int(now() * 1e9),
        perf_counter=elapsed,
        process_time=elapsed,
        sleep=sleep,
    ):
        yield


@contextlib.contextmanager
def _no_plots() -> Iterator[None]:
    hidden = {n: m for n, m in sys.modules.items() if n.partition(".")[0] in DRAWING | PROGRESS}
    for name in hidden:
        del sys.modules[name]
    finder = Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        forget_harmless()
        sys.modules.update(hidden)


@contextlib.contextmanager
def _folder(file: str) -> Iterator[None]:
    with contextlib.chdir(os.path.dirname(file) or "."):
        yield


def _no_input(prompt: object = "") -> str:
    return ""


# Files


@contextlib.contextmanager
def _kept_files() -> Iterator[None]:
    """Files that are opened for writing are opened in a folder of their own instead; what has been written is read from
    there."""
    kept = _Kept()
    try:
        with (
            replaced(builtins, open=kept.opened(builtins.open), input=_no_input),
            replaced(io, open=kept.opened(io.open)),
            replaced(
                os,
                open=kept.opened_low(os.open),
                makedirs=kept.nothing,
                mkdir=kept.nothing,
                remove=kept.removed,
                unlink=kept.removed,
                rmdir=kept.nothing,
                removedirs=kept.nothing,
                rename=kept.moved,
                replace=kept.moved,
            ),
            replaced(os.path, exists=kept.found(os.path.exists), isfile=kept.found(os.path.isfile)),
            replaced(shutil, rmtree=kept.nothing),
            replaced(os, system=lambda command: 0),
        ):
            yield
    finally:
        kept.clear()


_RUNS = itertools.count(1)


class _Kept:
    """Where the files that were written really are."""

    def __init__(self) -> None:
        self.folder = os.path.join(tempfile.gettempdir(), f"whygrad-{os.getpid()}-{next(_RUNS)}")
        self.make = os.mkdir
        self.made = False
        self.places: dict[str, str] = {}

    def place(self, file: Any) -> tuple[str, str] | None:
        """The whole path that is meant, and where it is kept, if it is; None for what is no path."""
        if not isinstance(file, (str, os.PathLike)):
            return None
        path = os.fspath(file)
        if not isinstance(path, str) or path == os.devnull:
            return None
        whole = os.path.abspath(path)
        return whole, self.places.get(whole, "")

    def new(self, whole: str, start: bool) -> str:
        """A place for a file that is about to be written; `start`: with what it holds now."""
        if not self.made:
            self.make(self.folder)
            self.made = True
        place = os.path.join(self.folder, f"{len(self.places)}{os.path.splitext(whole)[1]}")
        if start and os.path.lexists(whole):
            _copy(whole, place)
        self.places[whole] = place
        return place

    def route(self, file: Any, writes: bool, start: bool) -> Any:
        meant = self.place(file)
        if meant is None:
            return file
        whole, kept = meant
        if whole.startswith(self.folder + os.sep):
            return file
        if kept:
            return kept
        return self.new(whole, start) if writes else file

    def opened(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def open(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            writes = any(letter in mode for letter in "wax+")
            return real(self.route(file, writes, "w" not in mode), mode, *args, **kwargs)

        return open

    def opened_low(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def open(path: Any, flags: int, *args: Any, **kwargs: Any) -> Any:
            writes = bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
            return real(self.route(path, writes, not flags & os.O_TRUNC), flags, *args, **kwargs)

        return open

    def found(self, real: Callable[[Any], bool]) -> Callable[[Any], bool]:
        def exists(path: Any) -> bool:
            meant = self.place(path)
            return real(meant[1] if meant is not None and meant[1] else path)

        return exists

    def removed(self, path: Any, *args: Any, **kwargs: Any) -> None:
        meant = self.place(path)
        if meant is not None:
            self.places.pop(meant[0], None)

    def moved(self, source: Any, target: Any, *args: Any, **kwargs: Any) -> None:
        here, there = self.place(source), self.place(target)
        if here is not None and there is not None:
            self.places[there[0]] = here[1] or self.new(here[0], True)
            self.places.pop(here[0], None)

    def nothing(self, *args: Any, **kwargs: Any) -> None:
        return None

    def clear(self) -> None:
        if self.made:
            shutil.rmtree(self.folder, ignore_errors=True)


_OPEN = builtins.open


def _copy(source: str, target: str) -> None:
    with contextlib.suppress(OSError), _OPEN(source, "rb") as before, _OPEN(target, "wb") as after:
        shutil.copyfileobj(before, after)
