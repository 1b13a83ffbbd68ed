"""Which of the author's files a run has read, and whether they have changed since."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TypeAlias

from whygrad.explaining.problem import files_named
from whygrad.watching.recording import is_foreign

Stamp: TypeAlias = tuple[int, int, int] | None
"""When a file was written, its size, and which file it is (an editor may put another one in its place); None: there is
none."""


def stamp(file: str) -> Stamp:
    """How a file is now."""
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def stamps(files: Iterable[str]) -> dict[str, Stamp]:
    """How files are now."""
    return {file: stamp(file) for file in files}


def author_files(file: str, failure: BaseException | None = None) -> set[str]:
    """The file, and what it imported from its folder and below; where that failed, also the files that the error names,
    and those that would be read if they were there."""
    file = os.path.abspath(file)
    folder = os.path.join(os.path.dirname(os.path.realpath(file)), "")
    found = {file, *files_named(failure)}
    for module in list(sys.modules.values()):
        own = getattr(module, "__file__", None)
        if isinstance(own, str) and os.path.realpath(own).startswith(folder) and not is_foreign(own):
            found.add(os.path.abspath(own))
    while failure is not None:
        if isinstance(failure, ImportError) and isinstance(failure.name, str):
            place = os.path.join(os.path.dirname(file), *failure.name.split("."))
            found |= {f"{place}.py", os.path.join(place, "__init__.py")}
        failure = failure.__cause__
    return found
