"""The special methods of the author's classes (`__add__`, `__iter__` …), which no call in the source names.

Python itself calls them, on an operator say, so the routes of re-made code never see it. For the time of a run such a
method therefore holds its re-made code, which behaves as its own wherever nothing is watched (in other threads, say);
afterwards it holds its own again.
"""

from __future__ import annotations

import threading
from types import CodeType, FunctionType

from whygrad.watching.recording import Recording, is_foreign
from whygrad.watching.rewriting import is_remade, remade_code

_own_code: dict[FunctionType, CodeType] = {}
_runs: dict[FunctionType, int] = {}
_lock = threading.Lock()

HEAP_TYPE = 1 << 9
"""Py_TPFLAGS_HEAPTYPE: set for classes that Python code made."""


def enter_class(recording: Recording, kind: type) -> list[FunctionType]:
    """The class of an object that the run has met: its special methods, re-made from now on."""
    recording.classes.add(kind)
    if not kind.__flags__ & HEAP_TYPE:
        return []
    found = [
        function
        for base in kind.__mro__
        for name, function in vars(base).items()
        if name.startswith("__") and type(function) is FunctionType and not is_foreign(function.__code__.co_filename)
    ]
    return [function for function in found if _enter(recording, function)]


def _enter(recording: Recording, function: FunctionType) -> bool:
    with _lock:
        if function not in _own_code:
            code = None if is_remade(function.__code__) else remade_code(function)
            if code is None or code.co_freevars != function.__code__.co_freevars:
                return False
            _own_code[function], _runs[function] = function.__code__, 0
            function.__code__ = code
        _runs[function] += 1
        recording.special.append(function)
        return True


def leave_classes(recording: Recording) -> None:
    """The run is over: the special methods are the author's own again, unless another run still needs them."""
    with _lock:
        for function in recording.special:
            _runs[function] -= 1
            if not _runs[function]:
                del _runs[function]
                function.__code__ = _own_code.pop(function)
    recording.special.clear()
