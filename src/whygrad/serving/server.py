"""The local server: one page, its questions, and news of the file. HTTP/1.1 on 127.0.0.1, by the standard library."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import secrets
import socketserver
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from whygrad.explaining.problem import problem
from whygrad.serving.messages import Message
from whygrad.serving.refusing import Refusal, query, refusal
from whygrad.serving.session import Session

HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
STRICT = "default-src 'none'"
FRAMES = "frame-ancestors 'none'"
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"')
PATIENCE = 2.0
"""Seconds that a browser is kept waiting for a page; code that runs longer is waited for on the page."""
STILL_HERE = 10.0
"""Seconds after which a line without meaning is sent to whoever listens: so that it is noticed who is gone."""
MOST_LISTENERS = 64
DRAINED = 16 * 2**20
"""Bytes of a refused request that are read all the same: who still sends does not hear."""


class Server(ThreadingHTTPServer):
    """Serves what is open in a session, on a free port or the one given; `url` is what to open."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = os.name == "posix"  # elsewhere it means that two may have one port
    request_queue_size = 64

    def __init__(self, session: Session, title: str, port: int = 0) -> None:
        self.session = session
        self.title = title
        self.token = secrets.token_urlsafe(24)
        self.listeners = threading.BoundedSemaphore(MOST_LISTENERS)
        super().__init__(("127.0.0.1", port), Handler)

    def server_bind(self) -> None:
        """Without asking a name server what 127.0.0.1 is called."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.socket.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/?token={self.token}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that breaks off is no news; anything else is a defect of ours."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection, request after request."""

    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # a response leaves in one piece
    timeout = 600
    server: Server

    def respond(self) -> None:
        """Whatever the method: refuse, or answer."""
        refused = refusal(self.command, self.path, self.headers, self.server.server_port, self.server.token)
        if refused is not None:
            self.refuse(refused)
        elif self.command == "POST":
            self.evaluate()
        elif self.path.startswith("/events"):
            self.events()
        else:
            self.page()

    do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_TRACE = do_CONNECT = respond

    # The three things that there are

    def page(self) -> None:
        """The newest document in a page, or what is wrong; the page gets the rest as news."""
        from whygrad.explaining.page import page_html

        state = self.server.session.state(seconds=PATIENCE)
        if state is None:
            told = problem("Still running", f"{self.server.title} is being run; the page appears when that is done")
            state = Message("problem", 0, json.dumps(told).encode())
        host = {"kind": "server", "token": self.server.token, "edition": state.edition}
        text = page_html(state.body.decode(), title=self.server.title, host=host)
        found = POLICY.search(text)
        self.send(200, "text/html; charset=utf-8", text.encode(errors="replace"), found.group(1) if found else STRICT)

    def evaluate(self) -> None:
        """What the page asks: the body goes to the process that has the derivation, and its answer comes back."""
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return
        answer = self.server.session.evaluate(body)
        self.send(400 if answer.kind == "refused" else 200, "application/json", answer.answer)

    def events(self) -> None:
        """News: the page stays connected and gets each new state."""
        known = (self.headers.get_all("Last-Event-ID", []) or query(self.path, "edition") or [""])[0]
        number = int(known) if known.isascii() and known.isdigit() and len(known) < 16 else -1
        if not self.server.listeners.acquire(blocking=False):
            self.refuse(Refusal(503, "Too many pages are open."))
            return
        try:
            with self.server.session.listening(number) as listener:
                self.head(200, "text/event-stream", connection="close")
                self.wfile.write(b"retry: 1000\n\n")
                while True:
                    self.wfile.flush()
                    try:
                        state = listener.get(timeout=STILL_HERE)
                    except queue.Empty:
                        self.wfile.write(b": still here\n\n")
                        continue
                    if state is None:
                        break
                    self.wfile.write(event(state))
        finally:
            self.server.listeners.release()

    # How it is sent

    def send(self, status: int, kind: str, body: bytes, policy: str = STRICT) -> None:
        self.head(status, kind, policy, length=len(body))
        self.wfile.write(body)

    def head(
        self, status: int, kind: str, policy: str = STRICT, *, length: int = -1, connection: str = "", allow: str = ""
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", f"{policy}; {FRAMES}")
        for name, value in HEADERS.items():
            self.send_header(name, value)
        if length >= 0:
            self.send_header("Content-Length", str(length))
        if allow:
            self.send_header("Allow", allow)
        if connection:
            self.send_header("Connection", connection)
        self.end_headers()

    def refuse(self, refused: Refusal) -> None:
        """A sentence; to a page's question a problem, as it expects. The connection ends: its body was not read."""
        body = f"{refused.text}\n".encode()
        kind = "text/plain; charset=utf-8"
        if self.command == "POST":
            body = json.dumps({"problem": problem("RequestError", refused.text)}).encode()
            kind = "application/json"
        self.head(refused.status, kind, length=len(body), connection="close", allow=refused.allow)
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()
        self.drain()

    def drain(self) -> None:
        """Read what is still coming: closing on somebody who sends would throw away what we have said."""
        with contextlib.suppress(OSError, ValueError):
            length = min(int(self.headers.get("Content-Length") or 0), DRAINED)
            self.connection.settimeout(2)
            while length > 0 and (piece := self.rfile.read1(min(length, 65536))):
                length -= len(piece)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What http.server itself refuses: a line that is no request, too many headers, an unknown method."""
        self.command = self.command or "GET"
        if not hasattr(self, "headers"):
            self.headers = cast(Any, {})
        self.refuse(Refusal(405 if code == 501 else code, message or "This is no request."))

    def version_string(self) -> str:
        return "whygrad"

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the terminal is the author's."""


def event(state: Message) -> bytes:
    """A state as server-sent event; its id comes back when the page connects again."""
    return b"id: %d\ndata: %b\n\n" % (state.edition, state.answer)
