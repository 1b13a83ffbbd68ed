"""One watched run of a program, or of an edited text of it, in this process: quick, the same each time, and it leaves
nothing behind."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whygrad.checking.surroundings import surroundings
from whygrad.errors import TimeLimitError, WhygradError
from whygrad.program import Span
from whygrad.watching.executing import ROUNDS, execute, source_text
from whygrad.watching.loops import LoopKey
from whygrad.watching.recording import Recording
from whygrad.watching.scripts import author_place


@dataclass(frozen=True, slots=True)
class Problem:
    """What a program stopped with: the exception's name and text, and the piece of the author's code that it came from.

    `ours`: the watcher refused something that Python would have run. `time_limit`: the run took too long.
    """

    kind: str
    text: str
    span: Span | None
    ours: bool = False
    time_limit: bool = False
    instead: str = ""
    exception: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One watched run. What was recorded before a problem stays.

    `namespace` is the module's dictionary as the run left it: its top-level names still hold stand-ins, from which
    `recording` is asked (`x._index`); the attributes of objects hold plain values.
    """

    recording: Recording
    output: str
    problem: Problem | None
    namespace: dict[str, Any]
    cuts: dict[tuple[LoopKey, int], int]
    """Which run of which loop was ended after how many rounds."""
    exit_code: Any
    """What the program gave sys.exit; None where it did not call it."""
    shown_as: str
    """The file name in spans: the real one, or that of the edited text."""


def run_watched(
    source: str,
    file: str,
    args: tuple[str, ...] = (),
    *,
    seed: int = 0,
    rounds: int = ROUNDS,
    deadline: float | None = None,
    others: Mapping[str, str] | None = None,
    prepare: Callable[[ast.Module], None] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Run:
    """Run a program's text, watched, in this process.

    Args:
        source: the text to run: the file's own, or an edited one (it then has a file name of its own in spans).
        file: the program's real path; `__file__`, the working folder and imports go by it.
        args: what stands behind the file's name on the command line.
        seed: NumPy's and Python's random numbers start from it, wherever the program does not seed them itself.
        rounds: how often a long loop goes round.
        deadline: when the run is given up, by `time.monotonic()`.
        others: edited texts of modules that the program imports, by their paths.
        prepare: changes the parsed text before it is compiled; `extra`: names that it may then use.

    Returns:
        The run; `problem` says what it stopped with, if it did.

    Raises:
        SyntaxError: the text is no Python.
    """
    file = str(Path(file).resolve())
    with surroundings(file, seed):
        executed = execute(
            source, file, args, rounds=rounds, deadline=deadline, others=others, prepare=prepare, extra=extra
        )
    executed.recording.over = True
    stopped = executed.problem
    problem = _problem(stopped) if stopped is not None else None
    loops = executed.recording.loops
    cuts = loops.cuts if loops is not None else {}
    return Run(
        executed.recording, executed.output, problem, executed.namespace, cuts, executed.exit_code, executed.shown_as
    )


def _problem(stopped: BaseException) -> Problem:
    if isinstance(stopped, WhygradError):
        place = stopped.place if isinstance(stopped.place, Span) else None
        late = isinstance(stopped, TimeLimitError)
        return Problem(type(stopped).__name__, stopped.what, place, True, late, stopped.instead, stopped)
    instead = "mend that first: python stops there too"
    return Problem(type(stopped).__name__, str(stopped), author_place(stopped), instead=instead, exception=stopped)


def read_source(file: str) -> str | None:
    """The text of a file, None where there is none."""
    return source_text(str(Path(file).resolve()))
