"""The checker asked about many programs, by several processes at once; one that hangs is ended and told."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

GRACE = 10.0
"""Seconds that the checker may need beyond the limit that it was given."""


@dataclass(frozen=True)
class Question:
    """A program to be checked."""

    file: str
    args: tuple[str, ...] = ()
    loss: str | None = None


@dataclass(frozen=True)
class Answer:
    """The checker's report as plain data, or what came instead."""

    report: dict[str, Any] | None
    seconds: float
    problem: str = ""


@dataclass
class Asked:
    """One process that checks, and what it is at."""

    process: Any
    line: Connection
    number: int = -1
    since: float = 0.0


def answers(
    questions: Sequence[Question], *, processes: int = 2, time_limit: float = 20.0
) -> Iterator[tuple[int, Answer]]:
    """(number of the question, answer), as they come."""
    waiting = list(range(len(questions)))[::-1]
    busy: list[Asked] = []
    try:
        while waiting or busy:
            while waiting and len(busy) < processes:
                busy.append(put(started(time_limit), waiting.pop(), questions))
            ready = wait([one.line for one in busy], timeout=0.5)
            for one in list(busy):
                seconds = time.perf_counter() - one.since
                if one.line in ready:
                    yield one.number, received(one, seconds)
                elif seconds > time_limit + GRACE:
                    yield one.number, Answer(None, seconds, "the checker did not come back")
                    ended(one)
                else:
                    continue
                busy.remove(one)
                if waiting and one.process.is_alive():
                    busy.append(put(one, waiting.pop(), questions))
                else:
                    ended(one)
    finally:
        for one in busy:
            ended(one)


def started(time_limit: float) -> Asked:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=answering, args=(there, time_limit))
    process.start()
    there.close()
    return Asked(process, here)


def put(one: Asked, number: int, questions: Sequence[Question]) -> Asked:
    one.number, one.since = number, time.perf_counter()
    one.line.send(questions[number])
    return one


def received(one: Asked, seconds: float) -> Answer:
    try:
        return one.line.recv()
    except (EOFError, ConnectionResetError):
        return Answer(None, seconds, "the checker's process ended")


def ended(one: Asked) -> None:
    """The process and those that it started are over."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(one.process.pid, signal.SIGKILL)
    if one.process.is_alive():
        one.process.kill()
    one.process.join()
    one.line.close()


def answering(line: Connection, time_limit: float) -> None:
    """What each process does: a question comes, its answer goes."""
    os.setsid()  # so that whatever the checker starts can be ended with it
    from whygrad.checking.process import check_file

    while True:
        try:
            question: Question = line.recv()
        except EOFError:
            return
        began = time.perf_counter()
        try:
            report = check_file(question.file, question.args, loss=question.loss, time_limit=time_limit)
            answer = Answer(asdict(report), time.perf_counter() - began)
        except Exception:
            answer = Answer(None, time.perf_counter() - began, "the checker failed: " + traceback.format_exc())
        line.send(answer)
