"""Messages between the server and the process that runs the author's code: a line of JSON, then the body."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import IO

from whygrad.errors import Place
from whygrad.explaining.problem import Object, problem


@dataclass(frozen=True, slots=True)
class Message:
    """To the process: `run` the author's code, `evaluate` a request, say `where` you are. From it: a `document`, a
    `problem`, `values`, a request `refused` because it makes no sense, or `stuck` with the place as a problem.

    `edition` is the number of a document: two pages may be at different branches of one function. `body` is JSON, and
    is passed on as it is. `files` are the author's files that were read on the way.
    """

    kind: str
    edition: int = 0
    body: bytes = b""
    files: tuple[str, ...] = ()

    @property
    def answer(self) -> bytes:
        """What the page gets: {"document": …, "edition": n}, {"values": …} or {"problem": …}."""
        if self.kind == "document":
            return b'{"document":%b,"edition":%d}' % (self.body, self.edition)
        return b'{"%b":%b}' % (b"values" if self.kind == "values" else b"problem", self.body)


def send(stream: IO[bytes], message: Message) -> None:
    """Write a message in one go."""
    head = [message.kind, message.edition, len(message.body), list(message.files)]
    stream.write(json.dumps(head).encode() + b"\n" + message.body)
    stream.flush()


def receive(stream: IO[bytes]) -> Message | None:
    """Wait for a message; None at the end of the stream."""
    head = stream.readline()
    if not head.endswith(b"\n"):
        return None
    kind, edition, length, files = json.loads(head)
    body = stream.read(length)
    return Message(kind, edition, body, tuple(files)) if len(body) == length else None


def too_long(seconds: float, place: Place | None = None) -> Object:
    """The problem of code that does not end; either side may have to tell it."""
    told = problem("Too long", f"the code was still running after {seconds:g} seconds, and was stopped", place)
    return {**told, "instead": "make it do less, or let it run longer: whygrad open --seconds 600 …"}
