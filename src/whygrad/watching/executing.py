"""A script's text, run watched as `python FILE` would run it; whatever it stops with, what was recorded stays.

The text may be another than the file's (a line of it mended, say): it then runs under a name of its own, which spans,
tracebacks and `linecache` know for as long as the recording lives. `__file__` stays the real one.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import importlib.abc
import importlib.machinery
import io
import itertools
import linecache
import os
import sys
import types
import warnings
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whygrad.program.source import forget_source, source_of
from whygrad.watching.loops import Loops
from whygrad.watching.recording import LIMIT, Recording, current, forget_file, is_foreign
from whygrad.watching.restoring import restore
from whygrad.watching.rewriting import compile_routed, forget_codes

ROUNDS = 2
"""Rounds of a long loop that are run."""

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Executed:
    """A script after its watched run: what was recorded, what it printed, the error that it stopped with (None where it
    came to its end, or called sys.exit) and its names. `shown_as` is the file name that spans have."""

    recording: Recording
    output: str
    problem: BaseException | None
    namespace: dict[str, Any]
    shown_as: str
    exit_code: Any = None
    """What sys.exit was given, None where it was not called."""


def execute(
    source: str,
    file: str,
    args: Sequence[str] = (),
    *,
    limit: int = LIMIT,
    rounds: int = ROUNDS,
    deadline: float | None = None,
    others: Mapping[str, str] | None = None,
    prepare: Callable[[ast.Module], None] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Executed:
    """Run the text of a script, watched.

    Args:
        source: the text; where it is not that of the file, it gets a file name of its own.
        file: the script's real path.
        args: what stands behind the file's name on the command line.
        limit: steps after which the run is given up.
        rounds: how often a long loop goes round.
        deadline: when the run is given up, by `time.monotonic()`.
        others: for modules of the author's that the script imports, by path: the text to take instead of the file's.
        prepare: changes the parsed text before it is compiled.
        extra: names that the script finds among its builtins.

    Raises:
        SyntaxError: the text is no Python.
    """
    recording = Recording(None, limit)
    recording.loops = Loops(recording, rounds)
    recording.deadline = deadline
    shown_as = shown_name(source, file)
    try:
        tree = ast.parse(source, filename=shown_as)
        if prepare is not None:
            prepare(tree)
        code = compile_routed(tree, shown_as, {}, 0, script=file)
    except BaseException:
        forget(shown_as)
        raise
    module = types.ModuleType("__main__")
    own_builtins = dict(vars(builtins))
    own_builtins["input"] = lambda prompt="": ""
    own_builtins.update(extra or {})
    module.__dict__.update({"__file__": file, "__builtins__": own_builtins})
    printed, problem, exit_code = io.StringIO(), None, None
    shown: list[str] = []
    token = current.set(recording)
    try:
        with (
            as_main(module, file, args),
            author_modules(_routed, others) as shown,
            contextlib.redirect_stdout(printed),
        ):
            exec(code, module.__dict__)
    except SystemExit as ends:
        exit_code = 0 if ends.code is None else ends.code
    except (Exception, KeyboardInterrupt) as stopped:
        problem = stopped
    finally:
        current.reset(token)
        restore(recording)
        for name in (shown_as, *shown):
            weakref.finalize(recording, forget, name)
    return Executed(recording, printed.getvalue(), problem, module.__dict__, shown_as, exit_code)


def shown_name(source: str, file: str) -> str:
    """The file's own name where the text is what stands in it, else a new one that `linecache` knows."""
    if source_text(file) == source:
        source_of(file)
        return file
    name = f"<{Path(file).name}, edited {next(_numbers)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    return name


def source_text(file: str) -> str | None:
    """What stands in the file, as Python reads it; None where that cannot be had."""
    linecache.checkcache(file)
    lines = linecache.getlines(file)
    return "".join(lines) if lines else None


def forget(name: str) -> None:
    """Nobody asks for this text any more."""
    if name.startswith("<"):
        linecache.cache.pop(name, None)
        forget_source(name)
        forget_codes(name)
        forget_file(name)


@contextlib.contextmanager
def as_main(module: types.ModuleType, file: str, args: Sequence[str]) -> Iterator[None]:
    """sys.argv, sys.path and the environment as `python FILE` has them; plots are drawn nowhere."""
    argv, path, backend, main = sys.argv, list(sys.path), os.environ.get("MPLBACKEND"), sys.modules.get("__main__")
    sys.argv = [file, *args]
    sys.path.insert(0, str(Path(file).parent))
    sys.modules["__main__"] = module
    os.environ["MPLBACKEND"] = "Agg"
    try:
        with warnings.catch_warnings():
            yield
    finally:
        sys.argv, sys.path[:] = argv, path
        if main is not None:
            sys.modules["__main__"] = main
        if backend is None:
            del os.environ["MPLBACKEND"]
        else:
            os.environ["MPLBACKEND"] = backend


Compiler = Callable[[str, str, str], types.CodeType]
"""What makes code of a text, its real path and the name that it is shown under."""


def _routed(source: str, path: str, shown_as: str) -> types.CodeType:
    return compile_routed(ast.parse(source, filename=shown_as), shown_as, {}, 0, script=path)


@contextlib.contextmanager
def author_modules(compiled: Compiler, others: Mapping[str, str] | None = None) -> Iterator[list[str]]:
    """Modules of the author's that a program imports are compiled as wanted, and are gone afterwards: the next run
    imports them afresh. Gives the names that they are shown under."""
    before = set(sys.modules)
    finder = _Finder(compiled, others or {})
    sys.meta_path.insert(0, finder)
    try:
        yield finder.shown
    finally:
        sys.meta_path.remove(finder)
        for name in [n for n, m in list(sys.modules.items()) if n not in before and _is_author_module(m)]:
            del sys.modules[name]


def _is_author_module(module: types.ModuleType) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and not is_foreign(file)


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the author's modules as Python does, and has them compiled by another compiler."""

    def __init__(self, compiled: Compiler, others: Mapping[str, str]) -> None:
        self.compiled = compiled
        self.others = {os.path.realpath(file): text for file, text in others.items()}
        self.shown: list[str] = []

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or not isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            return spec
        file = spec.origin
        if file is None or is_foreign(file):
            return spec
        spec.loader = _Loader(name, file, self)
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    """Compiles a module of the author's by that compiler; nothing is kept on disk."""

    def __init__(self, name: str, file: str, finder: _Finder) -> None:
        super().__init__(name, file)
        self.finder = finder

    def get_code(self, fullname: str) -> types.CodeType:
        source = self.finder.others.get(os.path.realpath(self.path))
        if source is None:
            source = source_text(self.path) or ""
        shown_as = shown_name(source, self.path)
        self.finder.shown.append(shown_as)
        return self.finder.compiled(source, self.path, shown_as)
