"""Writing in place, made functional: a write never changes a recorded value, it gives the stand-in a newer variable."""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.errors import InPlaceError
from whygrad.program import Primitive
from whygrad.rules import indexing, shapes
from whygrad.watching.recording import Recording
from whygrad.watching.standin import StandIn, lift, newest


def write_item(x: StandIn, arrays: tuple[int, ...], template: tuple[Any, ...], value: Any) -> None:
    """`x[index] = value`."""
    recording = x._recording
    if type(x._value) is not np.ndarray:
        raise TypeError(f"'{type(x._value).__name__}' object does not support item assignment")
    if type(value) is StandIn and value._base is x and value._viewed == (indexing.GETITEM, (template,)):
        return  # a view of this very place, as `x[0] += v` hands it back: nothing changes
    v = lift(recording, value)
    base = newest(x)
    if not base._value.flags.writeable:
        raise ValueError("assignment destination is read-only")
    if base._base is None and base._own:
        # Nothing else uses this version: its memory becomes the new version's. Views that were read keep a copy.
        for index in base._views or ():
            recording.values[index] = np.array(recording.values[index])
        base._views = None
        source = recording.values[v]
        if type(source) is np.ndarray and np.may_share_memory(source, base._value):
            source = source.copy()
        operands = (base._value, source, *(recording.values[i] for i in arrays))
        new = indexing._setitem_into(*operands, template)
    else:
        operands = (base._value, *(recording.values[i] for i in (v, *arrays)))
        new = indexing.SETITEM.evaluate(*operands, template)
    index = recording.emit(indexing.SETITEM, (base._index, v, *arrays), (template,), new)
    store(x, index, new)
    if base._base is None:
        base._own = True


def store(x: StandIn, index: int, value: Any) -> None:
    """Give x (and, through it, the array it is a view of) the newer variable, whose value is `value`."""
    recording = x._recording
    if x._base is None:
        if x._original is not None and x._version == 0:
            _refuse_aliases(recording, x)
            if recording.is_inside and not any(x is root for root in recording.argument_roots):
                raise InPlaceError(
                    "an array from outside is written into inside an inner gradient's function",
                    place=recording.here(),
                    instead="write into a copy",
                )
            if not any(x is root for root in recording.argument_roots):
                recording.written.append(x)
        x._index, x._value, x._own = index, value, False
        x._version += 1
        return
    base, (how, params) = x._base, x._viewed
    if how is indexing.GETITEM:
        write_item(base, x._operands, params[0], StandIn(recording, index, value))
    elif how is shapes.TRANSPOSE:
        back = tuple(sorted(range(len(params[0])), key=params[0].__getitem__))
        _replace(base, shapes.TRANSPOSE, index, value, (back,))
    elif how is shapes.RESHAPE:
        _replace(base, shapes.RESHAPE, index, value, (np.shape(base._value),))
    else:
        raise InPlaceError(
            f"a write through {how.name} cannot be followed",
            place=recording.here(),
            instead="write into the array itself, or into a copy",
        )


def _replace(base: StandIn, how: Primitive, index: int, value: Any, params: tuple[Any, ...]) -> None:
    """The whole of the base is written: it becomes the step `how` of what was written into its view."""
    recording = base._recording
    new = _in_memory_like(how.evaluate(value, *params), base._value)
    store(base, recording.emit(how, (index,), params, new), new)


def _in_memory_like(value: Any, target: Any) -> Any:
    """The value in memory of its own, laid out as the target's is: what views of it share, and the order in which it
    is summed, stay the author's."""
    if type(value) is np.ndarray and value.base is None and value.strides == target.strides:
        return value
    made = np.empty_like(target)
    made[...] = value
    return made


def _refuse_aliases(recording: Recording, x: StandIn) -> None:
    """Two captured arrays (or arguments) over the same memory, one of them written into: not followed."""
    for other in (*recording.captured.values(), *recording.argument_roots):
        if other is not x and other._original is not None and np.may_share_memory(other._original, x._original):
            raise InPlaceError(
                "this array is written into, and another one that the code reads shares its memory",
                place=recording.here(),
                instead="make one of them a copy before",
            )


def in_place(made_by: Primitive, x: StandIn, other: Any) -> Any:
    """`x op= other` for an array: the same array, newer values. For a number: a new number, as Python has it."""
    if type(x._value) is not np.ndarray or x._recording.over:
        return NotImplemented
    return assign_result(made_by, (x, other), (), x)


def assign_result(made_by: Primitive, operands: tuple[Any, ...], params: tuple[Any, ...], out: StandIn) -> StandIn:
    """The result of a step goes into `out`, with out's dtype, as `out=` and the in-place operators do."""
    recording = out._recording
    target = newest(out)._value
    if not target.flags.writeable:
        raise ValueError("output array is read-only")
    inputs = tuple(lift(recording, x) for x in operands)
    value = made_by.evaluate(*(recording.values[i] for i in inputs), *params)
    if not np.can_cast(np.result_type(value), target.dtype, "same_kind"):
        raise TypeError(f"Cannot cast {made_by.name} output from {np.result_type(value)} to {target.dtype}")
    index = recording.emit(made_by, inputs, params, value)
    return assign(out, index, value)


def assign(out: StandIn, index: int, value: Any) -> StandIn:
    """A variable that is there already becomes the newer one of `out`, stretched and cast as out demands."""
    recording, target = out._recording, newest(out)._value
    if np.shape(value) != target.shape:
        value = np.broadcast_to(value, target.shape)
        index = recording.emit(shapes.BROADCAST_TO, (index,), (target.shape,), value)
    if np.result_type(value) != target.dtype:
        value = np.asarray(value).astype(target.dtype)
        index = recording.emit(shapes.CAST, (index,), (str(target.dtype),), value)
    fitted = _in_memory_like(value, target)
    if fitted is not value and out._base is None:
        recording.values[index] = fitted
    store(out, index, fitted)
    return out


def copied(x: StandIn, order: str = "C") -> StandIn:
    """A copy: the same variable for now, in memory of its own."""
    made = StandIn(x._recording, newest(x)._index, np.array(x._value, order=order) if np.ndim(x._value) else x._value)  # type: ignore[call-overload]
    if type(x._value) is np.ndarray and np.ndim(x._value) == 0:
        made._value = np.array(x._value)
    made._own = True
    return made


MOST_KEPT = 10_000_000
"""Numbers in versions that are kept apart from the array they were written over in; more are not worth the memory."""


def keep_versions(recording: Recording) -> None:
    """Give every version of an array that was written in place the values that it had.

    A write takes the memory of a version that no step reads (`write_item`), so that the recorded value of that version
    is the array as it was in the end. Gradients do not need it; whoever shows forward values does.
    """
    values, budget = recording.values, MOST_KEPT
    writes = [step for step in recording.steps if step[0] is indexing.SETITEM]
    stale = {inputs[0] for _, inputs, _, output in writes if values[inputs[0]] is values[output]}
    for made_by, inputs, params, output in writes:
        if output in stale:
            budget -= values[output].size
            if budget < 0:
                return
            values[output] = made_by.evaluate(*(values[i] for i in inputs), *params)
