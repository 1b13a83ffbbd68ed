"""What is open: the newest derivation of a file, made anew whenever the file is saved.

Each run has a process of its own. The one before goes on answering until the new run has come to a document; it is
kept, too, while the file is wrong. A process that has loaded whygrad waits for the next save.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

from whygrad.serving.files import Stamp, stamp, stamps
from whygrad.serving.messages import Message
from whygrad.serving.process import Process

POLL = 0.05
"""Seconds between two looks at the files."""
SETTLE = 0.05
"""Seconds for which a file has to be the same before it is read: it might be half written."""
GRACE = 0.4
"""… and before it counts as deleted: an editor might be about to put the new one in its place."""
STRIDE = 1_000_000
"""Run n has the documents n · STRIDE, n · STRIDE + 1 …: no number is used twice."""

Listener = queue.SimpleQueue[Message | None]


class Session:
    """Runs the author's file, and again when it or what it imports is saved.

    Arguments:
        command: starts a Python that does `serving.worker.work`.
        job: what it derives from; `file` is the author's file.
        seconds: for how long the author's code may run.
    """

    def __init__(self, command: Sequence[str], job: dict[str, Any], seconds: float) -> None:
        self.command = command
        self.job = json.dumps(job).encode()
        self.file = os.path.abspath(job["file"])
        self.seconds = seconds
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._number = 0
        self._state: Message | None = None
        self._kept: Process | None = None
        self._running: Process | None = None
        self._spare: Process | None = None
        self._seen: dict[str, Stamp] = {self.file: None}
        self._listeners: set[Listener] = set()

    def start(self) -> None:
        """Run the file, and look after it from now on."""
        self._seen = stamps(self._seen)
        self._begin()
        threading.Thread(target=self._watch, daemon=True).start()

    def close(self) -> None:
        """End everything."""
        self._closing.set()
        with self._changed:
            self._number += 1
            for process in (self._running, self._kept, self._spare):
                if process is not None:
                    process.end()
            for listener in self._listeners:
                listener.put(None)

    # What the page gets

    def state(self, after: int = 0, seconds: float | None = None) -> Message | None:
        """The document, or the problem, of the newest run (of the one with this number, or a later one); waits until it
        is there, for some seconds or as long as the code may run, and gives None if it does not come."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_there(after), self.seconds + 10 if seconds is None else seconds)
            return self._state

    def _is_there(self, after: int) -> bool:
        return self._closing.is_set() or (self._state is not None and self._state.edition >= after * STRIDE)

    def evaluate(self, body: bytes) -> Message:
        """The answer to a page's request. Where that is too much for the process, the next request starts a new one."""
        nothing = Message("problem", 0, b"{}")
        while True:
            state = self.state() or nothing
            with self._changed:
                process = self._kept
                if process is not None and not process.alive:
                    process = self._kept = None
                if process is None:
                    if state.kind != "document" or self._closing.is_set():
                        return state
                    number = self._begin()
            if process is None:
                return self.state(number) or nothing
            answer = process.ask(Message("evaluate", 0, body), self.seconds)
            with self._changed:
                if process.alive or self._kept is process:
                    return answer  # else the file was saved meanwhile, and the new process is asked

    @contextlib.contextmanager
    def listening(self, known: int) -> Iterator[Listener]:
        """A queue of the states to come; first the one that is there, if the page knows another (`known`: the edition
        that it got). None at the end."""
        listener: Listener = queue.SimpleQueue()
        with self._changed:
            if self._state is not None and known // STRIDE != self._state.edition // STRIDE:
                listener.put(self._state)
            if self._closing.is_set():
                listener.put(None)
            self._listeners.add(listener)
        try:
            yield listener
        finally:
            with self._changed:
                self._listeners.discard(listener)

    # Running

    def _watch(self) -> None:
        """Look at the files; when they have changed and are still, run them."""
        changed_at: float | None = None
        while not self._closing.wait(POLL):
            with self._changed:
                now = stamps(self._seen)
                if now != self._seen:
                    self._seen, changed_at = now, time.monotonic()
                there = now[self.file] is not None
            if changed_at is not None and time.monotonic() - changed_at >= (SETTLE if there else GRACE):
                changed_at = None
                self._begin()

    def _begin(self) -> int:
        """Start a run of the files as they are now; what has been running is out of date."""
        with self._changed:
            self._number += 1
            if self._running is not None:
                self._running.end()
            spare, self._spare = self._spare, None
            self._running = process = spare if spare is not None and spare.alive else Process(self.command)
            threading.Thread(target=self._run, args=(process, self._number, time.time_ns()), daemon=True).start()
            return self._number

    def _run(self, process: Process, number: int, started: int) -> None:
        state = process.ask(Message("run", number * STRIDE, self.job), self.seconds)
        with self._changed:
            if number != self._number:  # saved again meanwhile, or closed
                process.end()
                return
            self._running = None
            done: Process | None = process
            if state.kind == "document":
                done, self._kept = self._kept, process
            if done is not None:
                done.end()
            self._look_after(state.files, started)
            self._state = state
            self._changed.notify_all()
            for listener in self._listeners:
                listener.put(state)
            if self._spare is None:
                self._spare = Process(self.command)

    def _look_after(self, files: Sequence[str], started: int) -> None:
        """Watch what was read. What was written since the run began may have been read before."""
        if files:
            before, self._seen = self._seen, {}
            for file in {self.file, *files}:
                now = stamp(file)
                fresh = now is not None and now[0] >= started
                self._seen[file] = before.get(file, None if fresh else now)
