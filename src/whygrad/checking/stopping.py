"""What a program that stopped by itself, or never stops, is told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from whygrad.checking.refusals import unchecked
from whygrad.checking.report import CheckReport
from whygrad.checking.running import Problem, Run

FILES = ("FileNotFoundError", "IsADirectoryError", "NotADirectoryError", "PermissionError")
NETWORK = ("URLError", "HTTPError", "ConnectionError", "ConnectionRefusedError", "gaierror", "timeout", "TimeoutError")


def never_ends(file: str, seconds: float, line: int | None, what: str = "the program") -> CheckReport:
    """It was still running when its time was up."""
    reason = f"{what} did not come to an end within {seconds:g} s"
    return unchecked(file, reason, line, "make it smaller (fewer examples), or give it more time: --time SECONDS")


def refusal(file: str, args: Sequence[str], run: Run, seconds: float) -> CheckReport | None:
    """Why a run has nothing in it that could be checked; None where it may have."""
    problem = run.problem
    if run.exit_code not in (None, 0) and not run.recording.steps:
        reason = f"the program ends itself with exit code {run.exit_code} before it computes anything"
        said = " ".join(args)
        return unchecked(file, reason, None, "give the arguments it needs behind the file" if not said else "")
    if problem is None:
        return None
    line = problem.span.line if problem.span is not None else None
    if problem.time_limit:
        return never_ends(file, seconds, line)
    if problem.ours:
        return unchecked(file, problem.text, line, problem.instead)
    missing = _missing(file, problem, line)
    return missing if missing is not None else _python_2(file, problem, line)  # a report is true where all is right


def _python_2(file: str, problem: Problem, line: int | None) -> CheckReport | None:
    error = problem.exception
    if not isinstance(error, (NameError, AttributeError)) or error.name not in PYTHON_2:
        return None
    said = f"this is Python 2: {error.name} is written {PYTHON_2[error.name]} in Python 3"
    return unchecked(file, said, line, "change it, or have the file translated (2to3, or python-modernize)")


PYTHON_2 = {
    "xrange": "range",
    "raw_input": "input",
    "unicode": "str",
    "unichr": "chr",
    "long": "int",
    "basestring": "str",
    "reduce": "functools.reduce",
    "iteritems": "items",
    "itervalues": "values",
    "iterkeys": "keys",
    "has_key": "`key in dictionary`",
}


def _missing(file: str, problem: Problem, line: int | None) -> CheckReport | None:
    error = problem.exception
    if isinstance(error, ModuleNotFoundError) and error.name:
        name = error.name.partition(".")[0]
        instead = f"install {name} where whygrad is installed, or remove the import"
        if (Path(file).parent / name).exists() or (Path(file).parent / f"{name}.py").exists():
            instead = "mend the import"
        return unchecked(file, f"it needs the package {error.name}, which is not here", line, instead)
    if isinstance(error, ImportError):
        return unchecked(file, f"an import fails: {problem.text}", line, "install what is missing, or another version")
    if problem.kind in NETWORK:
        return unchecked(file, f"it needs the network: {problem.text}", line, "put the data into a file beside it")
    if isinstance(error, OSError) and problem.kind in FILES:
        name = error.filename if error.filename is not None else problem.text.removesuffix(" not found.")
        reason = f"it needs the file {name}, which cannot be read here"
        return unchecked(file, reason, line, f"put it where the program looks for it, from {Path(file).parent}")
    return None
