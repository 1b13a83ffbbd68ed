"""`whygrad open`: the server with its page, and the process that runs the author's code for it."""

from __future__ import annotations

import sys
import threading
import webbrowser
from pathlib import Path
from typing import Any

import click

from whygrad.commands.deriving import derivation_of
from whygrad.commands.target import TargetError, given_values, split
from whygrad.explaining.derivation import Derivation


def command() -> list[str]:
    """Starts a Python like this one, with the same places for imports, that runs the author's code."""
    start = f"import sys; sys.path[:] = {sys.path!r}; from whygrad.commands.opening import work; work()"
    return [sys.executable, "-c", start]


def work() -> None:
    """What that process does."""
    from whygrad.serving import worker

    worker.work(derive)


def derive(job: dict[str, Any]) -> Derivation:
    """From what the command line said to the derivation."""
    return derivation_of(job["target"], tuple(job["at"]), job["wrt"], job["no_idioms"], job["seed"])


def open_page(
    target: str,
    at: tuple[str, ...],
    wrt: str | None,
    no_idioms: bool,
    seed: int | None,
    *,
    port: int,
    browser: bool,
    seconds: float,
) -> None:
    """Serve the page until Ctrl-C. What can be fixed in the file is shown on the page; the rest ends here."""
    from whygrad.serving.server import Server
    from whygrad.serving.session import Session

    file = split(target)[0]
    if not Path(file).is_file():
        raise TargetError(f"{file}: {'a folder, not a file' if Path(file).is_dir() else 'no such file'}")
    given_values(at)
    job = {"file": file, "target": target, "at": at, "wrt": wrt, "no_idioms": no_idioms, "seed": seed}
    session = Session(command(), job, seconds)
    try:
        server = Server(session, target, port)
    except OSError as problem:
        raise TargetError(f"--port {port}: {problem.strerror}; without --port a free one is taken") from None
    try:
        session.start()
        click.echo(f"{target} is open at {server.url} (Ctrl-C ends it)")
        if browser:
            threading.Thread(target=show, args=(server.url,), daemon=True).start()
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        click.echo()
    finally:
        session.close()
        server.server_close()


def show(url: str) -> None:
    """Open the browser, where there is one with a window: one in the terminal would take it away."""
    import os

    try:
        found = webbrowser.get()
        if "BROWSER" in os.environ or type(found) is not webbrowser.GenericBrowser:
            found.open(url)
    except webbrowser.Error:  # none is there; the address has been printed
        pass
