"""The server's hold on a process that runs the author's code: ask it, within a time; end it."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from typing import IO

from whygrad.explaining.problem import Object, problem
from whygrad.serving.messages import Message, receive, send, too_long

PATIENCE = 1.0
"""Seconds that a process has to say where it is, or to end when it is about to."""

LOOK = 0.25
"""Seconds between two looks whether a process that is asked is still there."""


class Process:
    """A Python process that is ready to run the author's code, or has done so."""

    def __init__(self, command: Sequence[str]) -> None:
        # A session of its own: Ctrl-C reaches the server only, and what the author's code starts ends with it.
        self._popen = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=os.name == "posix"
        )
        self._replies: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._turn = threading.Lock()
        self._overdue = 0
        threading.Thread(target=self._listen, args=(self._popen.stdout,), daemon=True).start()

    def _listen(self, stream: IO[bytes]) -> None:
        with contextlib.suppress(ValueError, OSError):
            while (message := receive(stream)) is not None:
                self._replies.put(message)
        self._replies.put(None)

    @property
    def alive(self) -> bool:
        if self._popen.returncode is None and hasattr(os, "waitid"):
            # Without taking note of its end: until then nobody else can get its number, and `end` may use it.
            with contextlib.suppress(ChildProcessError):  # another thread has just ended it
                return os.waitid(os.P_PID, self._popen.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
        return self._popen.poll() is None

    def ask(self, message: Message, seconds: float) -> Message:
        """The answer. One that does not come in time, or never will, is a problem, and the process is ended."""
        with self._turn:
            try:
                return self._asked(message, seconds)
            except (_Gone, OSError, ValueError):
                until = time.monotonic() + PATIENCE
                while self.alive and time.monotonic() < until:  # it is about to say how it ended
                    time.sleep(0.01)
                self.end()
                return _problem(message, _ended(self._popen.returncode))

    def _asked(self, message: Message, seconds: float) -> Message:
        assert self._popen.stdin is not None
        send(self._popen.stdin, message)
        reply = self._within(seconds)
        if reply is None:
            send(self._popen.stdin, Message("where", body=json.dumps(seconds).encode()))
            reply = self._within(PATIENCE)
            if reply is not None and reply.kind != "stuck":  # it has come to an end just now
                self._overdue += 1
                return reply
            self.end()
            return _problem(message, too_long(seconds)) if reply is None else _problem(message, reply)
        return reply

    def _within(self, seconds: float) -> Message | None:
        """The next reply, None if it takes longer. Where it was, once it is there no more, is of no interest."""
        until = time.monotonic() + seconds
        while True:
            ended = not self.alive
            try:
                reply = self._replies.get(timeout=PATIENCE if ended else min(LOOK, max(until - time.monotonic(), 0)))
            except queue.Empty:
                if ended:  # what it had started may hold the pipe open
                    raise _Gone from None
                if time.monotonic() >= until:
                    return None
                continue
            if reply is None:
                self._replies.put(None)
                raise _Gone
            if reply.kind == "stuck" and self._overdue:
                self._overdue -= 1
                continue
            return reply

    def end(self) -> None:
        """End the process and what it has started."""
        if self._popen.returncode is None:
            if os.name == "posix":
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._popen.pid, signal.SIGKILL)
            else:
                self._popen.kill()
            self._popen.wait()


class _Gone(Exception):
    """The process has ended."""


def _problem(message: Message, told: Object | Message) -> Message:
    if isinstance(told, Message):
        return Message("problem", message.edition, told.body, told.files)
    return Message("problem", message.edition, json.dumps(told).encode())


def _ended(code: int | None) -> Object:
    """The problem of code that ends Python, or makes it crash."""
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return problem("Ended", f"Python was ended while it ran the code: {signal.Signals(-code).name}")
    return problem("Ended", f"the code ended Python itself, with exit code {code}")
