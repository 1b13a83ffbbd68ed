"""The process that runs the author's code: once, freshly; then it answers what the page asks about that derivation.

The author's code may do anything here (print, read from the keyboard, run forever, end Python); the server is another
process and outlives it. A thread listens to the server, so that it can be told where code is that does not end, and so
that nothing is left behind when the server is gone.
"""

from __future__ import annotations

import builtins
import io
import json
import os
import queue
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from typing import IO, Any, NoReturn

from whygrad.explaining.derivation import Derivation
from whygrad.explaining.document.contents import document
from whygrad.explaining.moving import Moved
from whygrad.explaining.problem import problem, problem_of
from whygrad.program import Span
from whygrad.serving.files import author_files
from whygrad.serving.messages import Message, receive, send, too_long
from whygrad.watching.recording import is_foreign

Derive = Callable[[Any], Derivation]
"""From what the server was started with (a dict; its `file` is the author's) to the derivation."""


def work(derive: Derive) -> None:
    """Do what the server asks, until it is gone."""
    incoming, outgoing = _channel()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's, which ends us
    builtins.input = _nobody_answers
    warnings.filterwarnings("ignore", module="whygrad")  # what they say is in the document
    sys.dont_write_bytecode = True  # compiled files are told apart by the second: too coarse for two quick saves
    Worker(derive, incoming, outgoing).run()


def _channel() -> tuple[IO[bytes], IO[bytes]]:
    """What we were started with as standard input and output. The author's code reads nothing, and prints to stderr."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True, errors="replace")
    return incoming, outgoing


def _nobody_answers(prompt: object = "") -> NoReturn:
    raise EOFError(f"input({prompt!r}) waits for the keyboard, and nobody is there: put the value into the file")


class Worker:
    """One run of the author's code, and what came of it."""

    def __init__(self, derive: Derive, incoming: IO[bytes], outgoing: IO[bytes]) -> None:
        self.derive = derive
        self.incoming = incoming
        self.outgoing = outgoing
        self.writing = threading.Lock()
        self.asked: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self.main = threading.get_ident()
        self.file = ""
        self.moved: Moved | None = None

    def run(self) -> None:
        """Answer message by message. The author's code runs in the main thread, as it may expect."""
        threading.Thread(target=self._listen, daemon=True).start()
        while True:
            message = self.asked.get()
            self._reply(self._first(message) if message.kind == "run" else self._evaluate(message))

    def _listen(self) -> None:
        while (message := receive(self.incoming)) is not None:
            if message.kind == "where":
                self._reply(self._where(json.loads(message.body)))
            else:
                self.asked.put(message)
        os._exit(0)

    def _reply(self, message: Message) -> None:
        with self.writing:
            send(self.outgoing, message)

    def _first(self, message: Message) -> Message:
        """Run the author's code: the document, or what went wrong."""
        job = json.loads(message.body)
        self.file = os.path.abspath(job["file"])  # before the author's code goes to another folder
        try:
            d = self.derive(job)
            told = document(d)
            self.moved = Moved(d, told=told, edition=message.edition)
            return Message("document", message.edition, _json(told), tuple(sorted(author_files(self.file))))
        except BaseException as error:  # sys.exit(), too, is only the end of what the author's code did
            files = tuple(sorted(author_files(self.file, error)))
            return Message("problem", message.edition, _json(problem_of(error)), files)

    def _evaluate(self, message: Message) -> Message:
        """What a page asked. One that shows a document that is no longer kept gets the latest."""
        assert self.moved is not None
        try:
            request = json.loads(message.body, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
            return Message("refused", body=_json(problem("RequestError", f"this is no request in JSON: {reason}")))
        try:
            edition = request.get("edition") if isinstance(request, dict) else None
            if type(edition) is int and not self.moved.keeps(edition):
                return Message("document", self.moved.edition, _json(self.moved.document))
            answer = self.moved.answer(request)
        except BaseException as error:
            answer = {"problem": problem_of(error)}
        if "document" in answer:
            return Message("document", answer["edition"], _json(answer["document"]))
        if "values" in answer:
            return Message("values", body=_json(answer["values"]))
        refused = answer["problem"]["kind"] == "ArgumentError"
        return Message("refused" if refused else "problem", body=_json(answer["problem"]))

    def _where(self, seconds: float) -> Message:
        """The author's line at which the main thread is."""
        frame, frames = sys._current_frames().get(self.main), []
        while frame is not None and frame.f_code.co_filename != __file__:
            frames.append(frame)
            frame = frame.f_back
        place: Span | None = None
        for one in reversed(frames):
            if not is_foreign(one.f_code.co_filename):
                place = Span(one.f_code, one.f_lasti, place)
        return Message("stuck", body=_json(too_long(seconds, place)), files=tuple(sorted(author_files(self.file))))


def _no_number(text: str) -> NoReturn:
    raise ValueError(f'{text} is no number in JSON: write it as text, "nan", "inf" or "-inf"')


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode(errors="replace")
