"""What comes into the author's hands from outside, an array or a float, comes as a stand-in."""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.watching.arrays import created
from whygrad.watching.classes import enter_class
from whygrad.watching.recording import Recording, current
from whygrad.watching.restoring import NOTHING_TO_SEE, note_stores


def seen(value: Any, path: str | None = None, unpacks: bool = False) -> Any:
    """A value from outside, as watched code may hold it."""
    kind = type(value)
    if kind in NOTHING_TO_SEE:
        return value
    recording = current.get()
    if recording is None:
        return value
    if kind is np.ndarray:
        if value.dtype.kind in "fiub":
            return recording.capture(value, path or "")
        recording.refuse_complex(value)
        return value
    if kind is float or isinstance(value, np.floating):
        return _number(recording, value, path)
    if kind is tuple or (unpacks and kind is list):
        if any(type(part) not in NOTHING_TO_SEE for part in value):
            return tuple(seen(part, f"{path}[{i}]" if path else None) for i, part in enumerate(value))
        return value
    if kind not in recording.classes:
        meet(recording, kind)
    if path:
        recording.paths.setdefault(id(value), path)
        recording.kept.append(value)
    return value


def meet(recording: Recording, kind: type) -> None:
    """An object of this class has turned up: what its operators do is watched too."""
    for function in enter_class(recording, kind):
        note_stores(recording, function)


def _number(recording: Recording, value: Any, path: str | None) -> Any:
    if path is None:
        return recording.capture(value, "", "created")
    known = recording.numbers.get(path)
    if known is not None and type(known._value) is type(value) and known._value == value:
        return known
    made = recording.numbers[path] = recording.capture(value, path, fresh=True)
    return made


def seen_result(value: Any) -> Any:
    """What a call gave: arrays and floats that nobody has seen yet are made by the code itself."""
    if type(value) in NOTHING_TO_SEE:
        return value
    recording = current.get()
    if recording is None:
        return value
    if type(value) is np.ndarray:
        if id(value) in recording.captured:
            return recording.captured[id(value)]
        return created(value)
    if type(value) is tuple and any(type(p) is np.ndarray or type(p) is float for p in value):
        return type(value)(seen_result(p) for p in value)
    return seen(value)


def created_number(value: Any) -> Any:
    """A number that the code makes: watched from now on, each one a variable of its own."""
    recording = current.get()
    if recording is None:
        return value
    return recording.capture(float(repr(value)) if type(value) is float else value, "", "created", fresh=True)
