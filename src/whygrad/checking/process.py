"""A check from outside: the program runs in processes of their own, watched in one and plain in another, within a time.

Both are started at once. What the watched run gave is handed to the plain one, which runs the program again and says
whether it is the same; where it is not, nothing that was found counts.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from whygrad.checking.refusals import before_running, unchecked
from whygrad.checking.report import CheckReport
from whygrad.checking.worker import GRACE, RAN, Compared, Request, receive, send

PATIENCE = 1.5
"""Seconds behind the time limit after which the processes are ended."""
ROOT = str(Path(__file__).parents[2])


def check_file(
    path: str | os.PathLike[str],
    args: Sequence[str] = (),
    *,
    loss: str | None = None,
    loss_line: int | None = None,
    time_limit: float = 20.0,
) -> CheckReport:
    """Check the hand-written backward pass of a program.

    Args:
        path: the program's file.
        args: what stands behind the file's name on the command line.
        loss: an expression over the program's variables that is to be taken as its loss.
        loss_line: the line that computes the loss.
        time_limit: seconds after which the check is given up.

    Returns:
        The report; of verdict "unchecked" where the program cannot be checked.
    """
    file = os.fspath(path)
    source, refused = before_running(file)
    if refused is not None:
        return refused
    whole = str(Path(file).resolve())
    request = Request(source, whole, tuple(args), loss, loss_line, time_limit)
    with _Processes(request) as processes:
        report = processes.report()
    return report if report.file == file else _renamed(report, whole, file)


def _renamed(report: CheckReport, whole: str, file: str) -> CheckReport:
    """The report with the file's name as it was given."""
    from dataclasses import replace

    findings = []
    for finding in report.findings:
        fix = finding.fix
        if fix is not None and fix.file == whole:
            fix = replace(fix, file=file)
        findings.append(replace(finding, file=file if finding.file == whole else finding.file, fix=fix))
    return replace(report, file=file, findings=tuple(findings))


class _Processes:
    """The two processes of one check."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.until = time.monotonic() + request.seconds + GRACE + PATIENCE
        self.messages: queue.SimpleQueue[tuple[str, bytes | None]] = queue.SimpleQueue()
        self.watched, self.plain = self._started("watched"), self._started("plain")

    def _started(self, which: str) -> subprocess.Popen[bytes]:
        paths = [ROOT, *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(p for p in dict.fromkeys(paths) if p),
            "PYTHONHASHSEED": "0",
            "PYTHONWARNINGS": "ignore",
        }
        threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", "from whygrad.checking.worker import main; main()", which],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**threads, **environment},
            start_new_session=os.name == "posix",
        )
        assert process.stdin is not None and process.stdout is not None
        threading.Thread(target=self._listen, args=(which, process.stdout), daemon=True).start()
        self._tell(process, pickle.dumps(self.request))
        return process

    def _listen(self, which: str, stream: IO[bytes]) -> None:
        try:
            while (message := receive(stream)) is not None:
                self.messages.put((which, message))
        except (OSError, ValueError):
            pass
        self.messages.put((which, None))

    def _tell(self, process: subprocess.Popen[bytes], message: bytes) -> None:
        assert process.stdin is not None
        with contextlib.suppress(OSError):  # it is gone: its listener says so
            send(process.stdin, message)

    def __enter__(self) -> _Processes:
        return self

    def __exit__(self, *stopped: object) -> None:
        for process in (self.watched, self.plain):
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()

    def report(self) -> CheckReport:
        """What is to be said in the end."""
        has_run = False
        report: CheckReport | None = None
        compared: Compared | None = None
        while report is None or (compared is None and has_run and report.verdict != "unchecked"):
            try:
                which, message = self.messages.get(timeout=max(0.01, self.until - time.monotonic()))
            except queue.Empty:
                return self._late(report, has_run)
            if message is None:
                if which == "plain":
                    compared = compared or Compared(problem="the plain run itself")
                    continue
                if report is None:
                    return self._gone()
                continue
            if which == "plain":
                compared = pickle.loads(message)
            elif message.startswith(RAN):
                has_run = True
                self._tell(self.plain, message[len(RAN) :])
            else:
                report = pickle.loads(message)
        if compared is not None and not compared.is_same and report.verdict != "unchecked":
            return self._differs(compared)
        return report

    def _late(self, report: CheckReport | None, has_run: bool) -> CheckReport:
        seconds = f"{self.request.seconds:g} s"
        what = "the check" if has_run else "the program"
        if report is not None:
            what = "the program, run plainly,"
        return unchecked(
            self.request.file,
            f"{what} did not come to an end within {seconds}",
            None,
            "make it smaller (fewer examples), or give it more time: --time SECONDS",
        )

    def _gone(self) -> CheckReport:
        code = self.watched.wait()
        how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        reason = f"the process that ran the program {how}, without a word"
        return unchecked(self.request.file, reason, None, "run the program with python: it may need too much memory")

    def _differs(self, compared: Compared) -> CheckReport:
        file = self.request.file
        if compared.problem:
            what = f"a plain one stops with {compared.problem}" if compared.problem != "nothing" else "only it stops"
            reason = f"the watched run differs from a plain one: {what}"
            return unchecked(file, reason, compared.line, "please report this as a defect of whygrad")
        if compared.output:
            reason = f"the watched run differs from a plain one, in what is printed: {compared.output}"
            return unchecked(file, reason, None, "seed the random numbers; print no times or addresses")
        name = compared.name
        line = _last_line_of(self.request.source, name)
        reason = f"the watched run differs from a plain one, in {name}"
        return unchecked(file, reason, line, "seed the random numbers, or compute it without what changes each time")


def _last_line_of(source: str, path: str) -> int | None:
    """The last line that gives the name at the head of a path a value."""
    import ast
    import re

    found = re.match(r"\w+", path)
    lines = [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if found is not None and isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == found[0]
    ]
    return max(lines, default=None)
