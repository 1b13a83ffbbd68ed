"""After a run: no stand-in stays in the author's objects, and what was written into their arrays is there."""

from __future__ import annotations

import dis
import functools
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from whygrad.watching.answering import has_stand_in
from whygrad.watching.classes import leave_classes
from whygrad.watching.recording import Recording
from whygrad.watching.standin import StandIn, newest

NOTHING_TO_SEE = frozenset(
    {
        StandIn, int, bool, str, bytes, type(None), type, slice, range, type(Ellipsis), FunctionType, MethodType,
        BuiltinFunctionType, np.ufunc, ModuleType, np.dtype, property, complex,
    }
)  # fmt: skip
"""Types of what can hold no watched value."""


def note_stores(recording: Recording, function: FunctionType) -> None:
    """Remember the globals and cells that a function may leave stand-ins in."""
    stored = _stored_names(function.__code__)
    if stored:
        names = recording.touched_names.setdefault(id(function.__globals__), (function.__globals__, set()))[1]
        names.update(stored)
    for cell in function.__closure__ or ():
        recording.touched_cells[id(cell)] = cell
    for default in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
        if type(default) in (list, dict):
            recording.touch(default)


@functools.cache
def _stored_names(code: CodeType) -> frozenset[str]:
    stored = {i.argval for i in dis.get_instructions(code) if i.opname in ("STORE_GLOBAL", "DELETE_GLOBAL")}
    for constant in code.co_consts:
        if type(constant) is type(code):
            stored |= _stored_names(constant)
    return frozenset(stored)


def restore(recording: Recording) -> None:
    """After the run: no stand-in stays in the author's objects; what was written into their arrays is there."""
    leave_classes(recording)
    for root in recording.written:
        original, values = root._original, recording.values
        for index, value in enumerate(values):  # the backward pass still reads what was there before
            if type(value) is np.ndarray and np.may_share_memory(value, original):
                values[index] = value.copy(order="K")
        np.copyto(original, newest(root)._value)
    visited: set[int] = set()
    for thing in list(recording.touched.values()):
        if isinstance(thing, (type, ModuleType)):
            _clean_names(thing, recording, visited)
        else:
            _clean(thing, recording, visited)
    for namespace, names in recording.touched_names.values():
        for name in names:
            if name in namespace:
                namespace[name] = _cleaned(namespace[name], recording, visited)
    for cell in recording.touched_cells.values():
        try:
            value = cell.cell_contents
        except ValueError:
            continue
        clean = _cleaned(value, recording, visited)
        if clean is not value:
            cell.cell_contents = clean
    if recording.parent is not None and recording.outer:
        recording.parent.touched.update(recording.touched)
        recording.parent.touched_cells.update(recording.touched_cells)
        for place, (namespace, names) in recording.touched_names.items():
            recording.parent.touched_names.setdefault(place, (namespace, set()))[1].update(names)
    recording.close()


def _cleaned(value: Any, recording: Recording, visited: set[int]) -> Any:
    if type(value) is StandIn:
        if value._recording is not recording and not value._recording.over:
            return value
        if value._recording.outer and recording.is_inside and recording.depends_on_outside(newest(value)._index):
            return value  # the run around this one will refuse it, or clean it away
        root = any(value is argument for argument in recording.argument_roots)  # what is written there stays inside
        kept = value._original is not None and (value._version == 0 or not root)
        return value._original if kept else newest(value)._value
    if type(value) is tuple and has_stand_in(value):
        return tuple(_cleaned(v, recording, visited) for v in value)
    if type(value) in (list, dict, set) or hasattr(value, "__dict__"):
        _clean(value, recording, visited)
    return value


def _clean_names(thing: Any, recording: Recording, visited: set[int]) -> None:
    """A class or a module that something was stored in."""
    for name, value in list(vars(thing).items()):
        clean = _cleaned(value, recording, visited)
        if clean is not value:
            setattr(thing, name, clean)


def _clean(thing: Any, recording: Recording, visited: set[int]) -> None:
    if id(thing) in visited or type(thing) in NOTHING_TO_SEE:
        return
    visited.add(id(thing))
    if isinstance(thing, list) or type(thing).__name__ == "deque":
        for place, value in enumerate(thing):
            clean = _cleaned(value, recording, visited)
            if clean is not value:
                thing[place] = clean
    elif isinstance(thing, dict):
        for key, value in list(thing.items()):
            clean = _cleaned(value, recording, visited)
            if clean is not value:
                thing[key] = clean
    elif isinstance(thing, set) and any(type(v) is StandIn for v in thing):
        values = [_cleaned(v, recording, visited) for v in thing]
        thing.clear()
        thing.update(values)
    elif not isinstance(thing, (type, ModuleType)):
        for name, value in list(getattr(thing, "__dict__", {}).items()):
            clean = _cleaned(value, recording, visited)
            if clean is not value:
                thing.__dict__[name] = clean
        for base in type(thing).__mro__:
            for name in _slots(base):
                value = getattr(thing, name, None)
                clean = _cleaned(value, recording, visited)
                if clean is not value:
                    object.__setattr__(thing, name, clean)


def _slots(kind: type) -> tuple[str, ...]:
    slots = kind.__dict__.get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(s for s in slots if not s.startswith("__"))
