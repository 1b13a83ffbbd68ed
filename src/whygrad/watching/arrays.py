"""Array-likes as one watched array: nested lists with stand-ins in them, other dtypes, numbers."""

from __future__ import annotations

from types import FunctionType
from typing import Any

import numpy as np

from whygrad.errors import EscapeError
from whygrad.program import Primitive
from whygrad.rules import joining, shapes
from whygrad.watching.answering import has_stand_in, innermost
from whygrad.watching.recording import Recording, current
from whygrad.watching.standin import SEQUENCES, StandIn, apply, ended, lift, newest, record, refuse


def as_array(x: Any) -> Any:
    """Lists with watched values in them become one watched array; stand-ins and arrays stay."""
    if isinstance(x, SEQUENCES):
        return array_of(x, None, None)
    return x


def stand(x: Any) -> Any:
    """An array-like as something that views can be taken of: a stand-in where a run is watched."""
    x = as_array(x)
    recording = current.get()
    if type(x) is not StandIn and recording is not None and isinstance(x, np.ndarray):
        return recording.capture(x, "")
    return x


def target_of(x: Any, recording: Recording) -> StandIn:
    """The stand-in of an array that something watched is to be written into.

    A plain array is in the hands of code that is not watched, which would not see the write.
    """
    known = x if type(x) is StandIn else recording.captured.get(id(x))
    if known is None or (recording.blind and type(x) is not StandIn):
        refuse(
            recording,
            "a watched value would be written into a plain array here and lose its gradient",
            "write into an array that the watched code itself makes or reads, np.zeros_like(x) say",
        )
    return known


def cast_to(x: Any, dtype: Any) -> Any:
    """x with another dtype; the same stand-in where it has it already."""
    if type(x) is not StandIn:
        return np.asarray(x, dtype=dtype)
    x = newest(x)
    if dtype.kind == "O":
        raise EscapeError(
            "a watched array would be put into an array of objects, which cannot be watched",
            place=x._recording.here(),
            instead="use a list, or an array of floats",
        )
    x._recording.refuse_complex(np.zeros(0, dtype))
    if np.result_type(x._value) == dtype and type(x._value) is not float:
        return x
    return apply(shapes.CAST, (x,), (str(dtype),))


def _of_a_number(x: Any, shape: tuple[int, ...]) -> Any:
    return np.array(x).reshape(shape)  # np.reshape would hand a NumPy number back as it is


_ARRAY_OF_A_NUMBER = Primitive("reshape", _of_a_number, shapes.RESHAPE.params)


def take_over(made: Any, value: Any) -> None:
    """Give a stand-in NumPy's own value, from which that of its steps differs in layout or in the last digit."""
    if type(made) is StandIn and np.result_type(value) == np.result_type(made._value):
        made._value = made._recording.values[made._index] = value


def array_of(x: Any, dtype: Any, recording: Recording | None) -> Any:
    """np.array(x) where stand-ins may be in a nested list."""
    wanted = np.dtype(dtype) if dtype is not None else None
    if type(x) is StandIn:
        if type(x._value) is np.ndarray:
            return x if wanted is None else cast_to(x, wanted)
        made = apply(_ARRAY_OF_A_NUMBER, (x,), ((),))
        return made if wanted is None else cast_to(made, wanted)
    inner = recording or innermost(x)
    if inner is None or not isinstance(x, SEQUENCES):
        return np.array(x, dtype=wanted)
    if not has_stand_in(x):
        return np.array(x, dtype=wanted)
    parts = [array_of(p, None, None) if isinstance(p, SEQUENCES) else p for p in x]
    inputs = tuple(lift(inner, p) for p in parts)
    value = joining.ARRAY.evaluate(*(inner.values[i] for i in inputs), None if wanted is None else str(wanted))
    if value.dtype == object:
        raise EscapeError(
            "watched values of different shapes would be put into an array of objects, which cannot be watched",
            place=inner.here(),
            instead="keep them in a list",
        )
    return record(inner, joining.ARRAY, inputs, (None if wanted is None else str(wanted),), value)


def created(value: Any, path: str = "") -> Any:
    """An array that the code made: watched from now on, where a run is watched."""
    recording = current.get()
    if recording is None or not isinstance(value, np.ndarray) or value.dtype.kind not in "fiub":
        return value
    return recording.capture(value, path, "created")


# Numbers


def to_float(x: Any) -> Any:
    """float(x), watched: a Python number that still knows where it comes from."""
    if type(x) is not StandIn:
        special = getattr(type(x), "__float__", None)
        return special(x) if type(special) is FunctionType else float(x)
    if x._recording.over:
        return float(ended(x))
    x = newest(x)
    if type(x._value) is float:
        return x
    if type(x._value) is np.ndarray and x._value.ndim > 0:
        return float(x._value)  # NumPy's own error
    return apply(shapes.CAST, (x,), ("float",))
