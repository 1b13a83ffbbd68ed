"""The command `whygrad open`, as a person starts it and ends it."""

import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from opened import TUTORIAL
from whygrad.cli import main

NO_SIGNALS = pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a signal")


@contextlib.contextmanager
def started(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str, int, str]]:
    """The command, its first line, port and token."""
    command = [sys.executable, "-m", "whygrad", "open", *arguments, "--no-browser"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        command, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:(\d+)/\?token=([\w-]{20,})", line)
            assert address is not None, line
            yield process, line, int(address[1]), address[2]
        finally:
            process.kill()


def got(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    response = connection.getresponse()
    return response.status, response.read().decode()


def children(process: subprocess.Popen[str]) -> list[int]:
    if not Path("/proc/self/stat").exists():
        pytest.skip("processes are listed in /proc")
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has just ended
            if int(status.read_text().rpartition(")")[2].split()[1]) == process.pid:
                found.append(int(status.parent.name))
    return found


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pids: list[int]) -> bool:
    deadline = time.monotonic() + 10
    while any(map(running, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(map(running, pids))


@NO_SIGNALS
def test_it_says_where_the_page_is_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(TUTORIAL)
    with started(tmp_path, "net.py:loss") as (process, line, port, token):
        assert line.startswith("net.py:loss is open at http://")
        status, page = got(port, f"/?token={token}")
        assert status == 200 and "<title>net.py:loss</title>" in page
        own = children(process)
        assert own
        process.send_signal(signal.SIGINT)
        rest, complaints = process.communicate(timeout=10)
        assert (process.returncode, rest.strip(), complaints) == (0, "", "")
        assert gone(own)


@NO_SIGNALS
@pytest.mark.parametrize("text", [TUTORIAL, "while True:\n    pass\n"], ids=["waiting", "running"])
def test_nothing_is_left_when_it_is_killed(tmp_path: Path, text: str) -> None:
    (tmp_path / "net.py").write_text(text)
    with started(tmp_path, "net.py:loss") as (process, _, port, token):
        if text is TUTORIAL:
            got(port, f"/?token={token}")
        own = children(process)
        assert own
        process.kill()
        process.wait()
        assert gone(own)


@NO_SIGNALS
def test_ctrl_c_ends_code_that_does_not_end(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text("while True:\n    pass\n")
    with started(tmp_path, "net.py:loss") as (process, *_):
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
        assert process.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing.py"], "nothing.py: no such file"),
        (["."], ".: a folder, not a file"),
        (["net.py:loss", "--at", "x"], "write it as --at name=value"),
        (["net.py:loss", "--port", "70000"], "70000"),
        (["net.py:loss", "--seconds", "0"], "seconds"),
    ],
)
def test_what_no_save_can_mend_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(TUTORIAL)
    run = CliRunner().invoke(main, ["open", *arguments, "--no-browser"])
    assert run.exit_code == 2
    assert said in run.stderr and "Traceback" not in run.output


def test_a_browser_in_the_terminal_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    import webbrowser

    from whygrad.commands.opening import show

    opened: list[str] = []

    class InTheTerminal(webbrowser.GenericBrowser):
        def open(self, url: str, *_: Any) -> bool:
            opened.append(url)
            return True

    class Windowed(InTheTerminal): ...

    monkeypatch.delenv("BROWSER", raising=False)
    generic = webbrowser.GenericBrowser("lynx")
    monkeypatch.setattr(webbrowser, "get", lambda: generic)
    monkeypatch.setattr(webbrowser.GenericBrowser, "open", lambda self, url: opened.append(url))
    show("http://127.0.0.1/")
    assert opened == []
    monkeypatch.setattr(webbrowser, "get", lambda: Windowed("firefox"))
    show("http://127.0.0.1/")
    assert opened == ["http://127.0.0.1/"]
