"""The two processes of a check: one runs the program watched and judges it, the other runs it as Python does.

Each is asked by its standard input and answers by what was its standard output; the program itself has neither.
"""

from __future__ import annotations

import os
import pickle
import struct
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from whygrad.checking.report import CheckReport
    from whygrad.checking.running import Run

SEARCHING = 0.8
"""The part of the time in which mistakes are looked for."""
RAN = b"ran:"
"""Stands before a message that the plain process is to have: only there is it read."""
GRACE = 0.5
"""Seconds behind the time limit after which a process that does not answer says where it is."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be checked, and by when (by `time.monotonic()`, which all processes share)."""

    source: str
    file: str
    args: tuple[str, ...]
    loss: str | None
    loss_line: int | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Ran:
    """What a watched run was: the plain run is to end its loops in the same places, and to give the same."""

    cuts: dict[Any, int]
    output: str
    values: dict[str, Any]
    problem: tuple[str, int | None] | None


@dataclass(frozen=True, slots=True)
class Compared:
    """How a plain run differs from the watched one: by the name that differs, in what is printed, or not at all."""

    name: str = ""
    output: str = ""
    problem: str = ""
    line: int | None = None

    @property
    def is_same(self) -> bool:
        return not (self.name or self.output or self.problem)


# Messages


def send(stream: IO[bytes], message: bytes) -> None:
    """One message: its length, and itself."""
    stream.write(struct.pack("<Q", len(message)) + message)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """The next message; None where there comes none any more."""
    head = _read(stream, 8)
    if head is None:
        return None
    return _read(stream, struct.unpack("<Q", head)[0])


def _read(stream: IO[bytes], size: int) -> bytes | None:
    parts = []
    while size:
        part = stream.read(min(size, 1 << 20))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


# The watched process


def watch(answer: Callable[[Any], None], request: Request, started: float) -> None:
    """Run the program watched, say how it went, then judge it."""
    from whygrad.checking.running import run_watched
    from whygrad.checking.values import values_of

    deadline = started + request.seconds
    has_run = threading.Event()
    _watchdog(answer, request, deadline, has_run)
    run = run_watched(request.source, request.file, request.args, deadline=deadline)
    has_run.set()
    where = None if run.problem is None else (run.problem.kind, run.problem.span.line if run.problem.span else None)
    answer(Ran(run.cuts, run.output, values_of(run.namespace), where))
    refused = _refused(request, run)
    if refused is not None:
        answer(refused)
        return
    from whygrad.checking.checker import check_source

    until = started + SEARCHING * request.seconds  # what is found has still to be told
    answer(check_source(request.source, request.file, request.args, request.loss, request.loss_line, until))


def _own_defect(request: Request, defect: Exception) -> CheckReport:
    """We have stopped with an error of our own: that is no finding about the program."""
    from whygrad.checking.refusals import unchecked

    trace = defect.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" ({os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno})" if trace is not None else ""
    reason = f"whygrad has failed on it, with {type(defect).__name__}: {defect}{where}"
    return unchecked(request.file, reason, None, "please report this, with the program")


def _refused(request: Request, run: Run) -> CheckReport | None:
    """Why there is nothing to judge, where that is plain."""
    from whygrad.checking.stopping import refusal

    return refusal(request.file, request.args, run, request.seconds)


def _watchdog(answer: Callable[[Any], None], request: Request, deadline: float, has_run: threading.Event) -> None:
    """Where one line takes all the time, the process cannot say so itself: a thread does."""
    main = threading.main_thread().ident

    def look() -> None:
        from whygrad.checking.stopping import never_ends
        from whygrad.watching.recording import is_foreign

        threading.Event().wait(max(0.0, deadline + GRACE - time.monotonic()))  # sleeping takes no time here
        frame: Any = None if has_run.is_set() else sys._current_frames().get(main or 0)
        while frame is not None and is_foreign(frame.f_code.co_filename):
            frame = frame.f_back
        what = "the check" if has_run.is_set() else "the program"
        answer(never_ends(request.file, request.seconds, frame.f_lineno if frame is not None else None, what))
        os._exit(0)

    threading.Thread(target=look, daemon=True).start()


# The plain process


def run_unwatched(request: Request, ran: Ran) -> Compared:
    """Run the program as Python does, its loops ended in the same places, and compare."""
    from whygrad.checking.plain import run_plain
    from whygrad.checking.values import difference, first_difference, values_of

    names, output, problem = run_plain(request.source, request.file, request.args, ran.cuts)
    kind = type(problem).__name__ if problem is not None else ""
    if (kind or None) != (ran.problem[0] if ran.problem else None):
        return Compared(problem=kind or "nothing", line=ran.problem[1] if ran.problem else None)
    odd = first_difference(ran.output, output)
    if odd is not None:
        return Compared(output=odd)
    path = difference(ran.values, values_of(names))
    return Compared() if path is None else Compared(name=path)


def main() -> None:
    """Be the process that runs the program "watched", or the "plain" one, as the first argument says."""
    started = time.monotonic()
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(nowhere, stream)
    from whygrad.checking.files import guard_files

    guard_files()
    import numpy.random  # noqa: F401 (while the request is on its way)

    if sys.argv[1] == "plain":
        import whygrad.checking.plain
    else:
        import whygrad.checking.running  # noqa: F401
    request = pickle.loads(receive(asked) or b"")

    def answer(message: Any) -> None:
        send(answers, (RAN if isinstance(message, Ran) else b"") + pickle.dumps(message))

    if sys.argv[1] == "plain":
        ran = receive(asked)
        if ran is not None:
            answer(run_unwatched(request, pickle.loads(ran)))
    else:
        try:
            watch(answer, request, started)
        except Exception as defect:
            answer(_own_defect(request, defect))
    answers.flush()
    os._exit(0)  # threads that the program started do not keep it


if __name__ == "__main__":
    main()
