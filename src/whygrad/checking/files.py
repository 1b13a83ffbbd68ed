"""Nothing of the user is changed by a program that is checked: what it writes is kept apart, and found there again."""

from __future__ import annotations

import builtins
import contextlib
import io
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from typing import Any


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


def _no_input(prompt: object = "") -> str:
    return ""


@contextlib.contextmanager
def kept_files() -> Iterator[None]:
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
            replaced(subprocess, run=_not_run, call=_zero, check_call=_zero, check_output=_no_output),
            _opened_by_numpy(kept),
        ):
            yield
    finally:
        kept.clear()


def _not_run(args: Any, *more: Any, **options: Any) -> Any:
    text = options.get("text") or options.get("universal_newlines")
    return subprocess.CompletedProcess(args, 0, "" if text else b"", "" if text else b"")


def _zero(*args: Any, **options: Any) -> int:
    return 0


def _no_output(args: Any, **options: Any) -> Any:
    return _not_run(args, **options).stdout


@contextlib.contextmanager
def _opened_by_numpy(kept: _Kept) -> Iterator[None]:
    """savetxt and its kin keep the function that opens files to themselves."""
    from importlib import import_module

    datasource: Any = import_module("numpy.lib._datasource")
    openers: dict[Any, Any] = datasource._file_openers._file_openers
    before = openers[None]
    openers[None] = kept.opened(before)
    try:
        yield
    finally:
        openers[None] = before


WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGING = frozenset({"os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.truncate", "os.link", "os.symlink"})


def guard_files() -> None:
    """For the rest of this process: whatever way a program finds to write, it cannot outside the temporary folder."""
    temporary = os.path.realpath(tempfile.gettempdir()) + os.sep

    def allows(path: Any) -> bool:
        if not isinstance(path, (str, bytes)):
            return True
        whole = os.path.realpath(os.fsdecode(path))
        own = whole.startswith(temporary + "whygrad-") or whole == os.devnull or f"{os.sep}__pycache__{os.sep}" in whole
        return own or whole.startswith(f"{os.sep}dev{os.sep}")

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = args
            if isinstance(flags, int) and flags & WRITING and not allows(path):
                raise PermissionError(13, "a program that is checked writes no files", path)
        elif event in CHANGING and args[-1] in (-1, None) and not allows(args[0]):
            raise PermissionError(13, "a program that is checked changes no files", args[0])
        elif event == "subprocess.Popen":
            raise PermissionError(13, "a program that is checked starts no other one", args[0])

    sys.addaudithook(hook)


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
