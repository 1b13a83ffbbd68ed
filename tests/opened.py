"""A file that is open in a server of its own, and a client as a browser is one: for the tests of serving/."""

import contextlib
import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whygrad.commands.opening import command
from whygrad.serving.server import Server
from whygrad.serving.session import Session

TUTORIAL = """import numpy as np

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])
random = np.random.RandomState(1)
syn0 = 2 * random.random_sample((3, 4)) - 1
syn1 = 2 * random.random_sample((4, 1)) - 1


def loss(syn0, syn1):
    k1 = 1 / (1 + np.exp(-(X @ syn0)))
    k2 = 1 / (1 + np.exp(-(k1 @ syn1)))
    return 0.5 * np.sum((y - k2) ** 2)
"""


class Client:
    """One connection that is kept, as a browser keeps it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.port = server.server_port
        self.home = f"http://127.0.0.1:{self.port}"
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str, dict[str, str]]:
        """Status, text and headers of the response. Headers are named as arguments can be: Content_Type."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, body, named)
        response = self.connection.getresponse()
        return response.status, response.read().decode(), dict(response.headers)

    def evaluate(self, body: Any, **headers: str) -> tuple[int, Any]:
        """Status and answer to a question, asked as the page asks."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        usual = {"Content_Type": "application/json", "X_Whygrad_Token": self.server.token}
        status, text, _ = self.ask("POST", "/evaluate", sent, **{**usual, **headers})
        return status, json.loads(text)

    def page(self) -> Any:
        """The document, or the problem, in the page."""
        status, text, _ = self.ask("GET", f"/?token={self.server.token}")
        assert status == 200
        return json.loads(text.partition('id="whygrad-document">')[2].partition("</script>")[0])

    @contextlib.contextmanager
    def events(self, edition: int | str = "") -> Iterator["Events"]:
        """The stream of news."""
        own = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        own.request("GET", f"/events?token={self.server.token}&edition={edition}")
        response = own.getresponse()
        assert response.status == 200 and response.headers["Content-Type"] == "text/event-stream"
        try:
            yield Events(response)
        finally:
            own.close()


class Events:
    """What an EventSource reads."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.response = response
        self.id = ""

    def next(self) -> Any:
        """The next answer; waits for it."""
        while True:
            name, _, text = self.response.readline().decode().rstrip("\n").partition(": ")
            if name == "id":
                self.id = text
            elif name == "data":
                return json.loads(text)
            assert name in ("", "retry", "id"), name

    def next_of(self, kind: str) -> Any:
        """The next answer of a kind."""
        while kind not in (answer := self.next()):
            pass
        return answer[kind]


@contextlib.contextmanager
def opened(file: Path, function: str = "loss", seconds: float = 30.0, wait: bool = True) -> Iterator[Client]:
    """Serve the function of the file (the script, where none is named), once it has been run."""
    target = f"{file}:{function}" if function else str(file)
    job = {"file": str(file), "target": target, "at": (), "wrt": None, "no_idioms": False, "seed": None}
    session = Session(command(), job, seconds)
    server = Server(session, target)
    session.start()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        if wait:
            session.state()
        yield Client(server)
    finally:
        session.close()
        server.shutdown()
        server.server_close()
        thread.join()
