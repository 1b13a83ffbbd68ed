"""What a program's names hold after a run, as plain data that can be sent and compared: by path, arrays and numbers."""

from __future__ import annotations

import hashlib
import itertools
import math
import re
from collections.abc import Iterator, Set
from typing import Any

import numpy as np

from whygrad.watching.matrix import Matrix
from whygrad.watching.standin import StandIn, newest

MOST = 20_000
"""Values that are looked at."""
LARGE = 100_000
"""Entries of an array beyond which its digest stands for it."""
RELATIVE = 1e-9

CHANGING = re.compile(r"0x[0-9a-f]+|\d\d:\d\d:\d\d(\.\d+)?")

Values = dict[str, Any]


def values_of(namespace: dict[str, Any]) -> Values:
    """The numbers, texts and arrays that module-level names hold, also in lists, dictionaries and objects, by path."""
    found: Values = {}
    for name, value in list(namespace.items()):
        if name.startswith("__"):
            continue
        for path, part in _parts(name, value, frozenset()):
            found[path] = part
            if len(found) >= MOST:
                return found
    return found


def _parts(path: str, value: Any, around: Set[int]) -> Iterator[tuple[str, Any]]:
    if type(value) is Matrix:
        value = value._a
    if type(value) is StandIn:
        value = newest(value)._value
    if isinstance(value, (bool, int, float, str, np.generic, type(None))):
        yield path, value.item() if isinstance(value, np.generic) else value
        return
    if isinstance(value, np.ndarray):
        if value.dtype.kind in "fiubc":
            yield path, _digest(np.asarray(value)) if value.size > LARGE else np.array(value)
        return
    if id(value) in around or len(around) > 12:
        return
    around = {*around, id(value)}
    if isinstance(value, dict):
        for key, part in list(value.items()):
            yield from _parts(f"{path}[{key!r}]", part, around)
    elif isinstance(value, (list, tuple)):
        for number, part in enumerate(value):
            yield from _parts(f"{path}[{number}]", part, around)
    elif type(value).__module__ == "__main__":
        for name, part in list(getattr(value, "__dict__", {}).items()):
            yield from _parts(f"{path}.{name}", part, around)


def _digest(x: Any) -> tuple[Any, ...]:
    digest = hashlib.sha256(np.ascontiguousarray(x).tobytes()).hexdigest()
    return ("digest", digest, x.shape, float(np.sum(x)), float(np.sum(np.abs(x))))


def difference(one: Values, other: Values) -> str | None:
    """The first path at which two runs differ; None where they are the same."""
    for path in [*one, *(path for path in other if path not in one)]:
        if path not in one or path not in other or not _same(one[path], other[path]):
            return path
    return None


def first_difference(one: str, other: str) -> str | None:
    """The first line that two outputs do not share, addresses and times of day left out of account; None: they do."""
    if one == other:
        return None
    rows, others = (CHANGING.sub("", text).splitlines() for text in (one, other))
    for a, b in itertools.zip_longest(rows, others):
        if a != b:
            return f"{a!r}, plainly {b!r}"
    return None


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, tuple) and isinstance(b, tuple):
        return a[1] == b[1] or (a[2] == b[2] and all(map(_same, a[3:], b[3:])))
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        if np.shape(a) != np.shape(b):
            return False
        return bool(np.allclose(a, b, rtol=RELATIVE, atol=RELATIVE * _largest(b), equal_nan=True))
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return a == b or math.isclose(a, b, rel_tol=RELATIVE, abs_tol=1e-300) or (a != a and b != b)
    return bool(a == b)


def _largest(x: Any) -> float:
    finite = np.abs(np.asarray(x, dtype=complex)[np.isfinite(x)])
    return float(finite.max()) if finite.size else 0.0
