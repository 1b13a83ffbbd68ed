"""The table of what NumPy's functions (and math's) answer when watched values are among their arguments.

ANSWERS: the very function the author called -> how it is recorded. The protocols of the stand-in and the calls of
re-made code both end here. A function that is not in the table is run on the plain values and recorded as an opaque
step: a gradient that would have to pass through it is refused later, with the author's line.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from whygrad.errors import EscapeError, InPlaceError, WhygradError
from whygrad.program import Primitive
from whygrad.rules.other_names import unsupported
from whygrad.watching.recording import Recording
from whygrad.watching.standin import ANSWERS, SEQUENCES, Answer, StandIn, deepest, lift, newest, record, take_view


def answers(*functions: Any) -> Callable[[Answer], Answer]:
    """Enter an answer for NumPy functions of the same meaning."""

    def enter(answer: Answer) -> Answer:
        for function in functions:
            ANSWERS[function] = answer
        return answer

    return enter


def answer(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What the function gives for these arguments, watched."""
    known = ANSWERS.get(function)
    if known is not None:
        return known(*args, **kwargs)
    return opaque(function, args, kwargs)


# Functions that no row describes


def opaque(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Run a function that cannot be watched on the plain values; its result is followed, but has no rule."""
    found = stand_ins((args, kwargs))
    recording = deepest(*found)
    if recording is None:
        return function(*plain_tree(args), **plain_tree(kwargs))
    inputs = tuple(lift(recording, x) for x in found)
    values = [recording.values[i] for i in inputs]
    made_by, run = _opaque_primitive(recording, function, args, kwargs)
    label = made_by.name.removeprefix("opaque ")
    copies = [v.copy(order="K") if type(v) is np.ndarray else v for v in values]
    around = [(x, x.copy()) for x in _plain_arrays((args, kwargs))]
    try:
        result = run(*copies)
    except Exception as error:
        raise_own(error)
        raise
    known = unsupported(label)
    for before, after in (*zip(values, copies, strict=True), *around):
        if type(before) is np.ndarray and not np.array_equal(before, after, equal_nan=before.dtype.kind in "fc"):
            raise InPlaceError(
                f"{label} writes into a watched array, which cannot be followed",
                place=recording.here(),
                instead="assign to the array's entries in the watched code",
            )
    if isinstance(result, np.ndarray):
        recording.refuse_subclass(result)
    if _is_data(result):
        if np.ndim(result) == 0 and np.result_type(result).kind in "iub":
            for index in inputs:
                recording.guard(index, result)
            return result
        recording.refuse_complex(result, known.instead if known else "")
        return _recorded(recording, made_by, found, inputs, copies, result)
    if isinstance(result, (tuple, list)) and any(_is_data(r) for r in result):
        parts = []
        for place, part in enumerate(result):
            if not _is_data(part):
                parts.append(part)
                continue
            pick = _part_of(made_by, place)
            parts.append(_recorded(recording, pick, found, inputs, copies, part))
        if hasattr(result, "_fields"):
            return type(result)(*parts)
        return tuple(parts) if isinstance(result, tuple) else parts
    if isinstance(result, bool):
        for index in inputs:
            recording.guard(index, result)
        return result
    if result is None or isinstance(result, (str, np.dtype, type)):
        return result
    if any(recording.is_active(i) for i in inputs):
        if recording.loops is not None:
            recording.escaped.extend((i, recording.site()) for i in inputs)
            return result
        raise EscapeError(
            f"watched values go into {label}, which cannot be watched, and come back in {_article(result)}",
            place=recording.here(),
            instead=known.instead
            if known
            else "write the computation with NumPy functions that have a row (whygrad rules lists them)",
        )
    return result


HOLE = object()
"""Stands in a form for a watched value."""


@dataclass(frozen=True, slots=True)
class Call:
    """How an opaque step calls its function, so that it can be written: the arguments as forms, the part picked."""

    function: Any
    args: Any
    kwargs: Any
    part: int | None = None


def _opaque_primitive(
    recording: Recording, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Primitive, Callable[..., Any]]:
    """The primitive of this call: the same one for the same call again, so that derivations can be kept."""
    try:
        made = _kept_primitive(function, _form(args), _form(kwargs))
    except TypeError:  # something in the call cannot be compared
        recording.uncacheable = True
        made = _kept_primitive.__wrapped__(function, _form(args), _form(kwargs))
    return made, made.evaluate


@functools.lru_cache(maxsize=256)
def _kept_primitive(function: Any, args: Any, kwargs: Any) -> Primitive:
    label = _label(function)

    def run(*given: Any) -> Any:
        queue = list(given)
        return function(*_filled(args, queue), **_filled(kwargs, queue))

    run.call = Call(function, args, kwargs)  # type: ignore[attr-defined]
    return Primitive(f"opaque {label}", run)


def _label(function: Any) -> str:
    """The full name of a function: numpy.linalg.svd, numpy.multiply.at, ndarray.ptp."""
    name = getattr(function, "__qualname__", None) or getattr(function, "__name__", None) or repr(function)
    owner = getattr(function, "__self__", None)
    if isinstance(function, np.ufunc):
        return f"{'numpy' if hasattr(np, function.__name__) else 'scipy.special'}.{function.__name__}"
    if isinstance(owner, np.ufunc):
        return f"numpy.{owner.__name__}.{function.__name__}"
    module = getattr(function, "__module__", "") or ""
    return f"{module}.{name}" if module and not name.startswith(module) else name


def _plain_arrays(tree: Any) -> list[Any]:
    """The arrays in nested containers that are not watched, and that a function might write into."""
    if type(tree) in (list, tuple):
        return [x for part in tree for x in _plain_arrays(part)]
    if type(tree) is dict:
        return [x for part in tree.values() for x in _plain_arrays(part)]
    return [tree] if type(tree) is np.ndarray and tree.flags.writeable and tree.dtype.kind in "fiubc" else []


@functools.lru_cache(maxsize=256)
def _part_of(made_by: Primitive, place: int) -> Primitive:
    """The primitive of one of several results."""

    def pick(*given: Any) -> Any:
        return made_by.evaluate(*given)[place]

    pick.call = replace(made_by.evaluate.call, part=place)  # type: ignore[attr-defined]
    return Primitive(made_by.name, pick)


def _form(tree: Any) -> Any:
    """The arguments of a call as one value that can be compared, with holes for what is watched."""
    if type(tree) is StandIn:
        return HOLE
    if type(tree) in (list, tuple):
        return (type(tree), tuple(map(_form, tree)))
    if type(tree) is dict:
        return (dict, tuple((key, _form(part)) for key, part in tree.items()))
    return (type(tree), tree)


def _filled(form: Any, queue: list[Any]) -> Any:
    """The arguments of a form, its holes filled in order from the queue."""
    if form is HOLE:
        return queue.pop(0)
    kind, content = form
    if kind is dict:
        return {key: _filled(part, queue) for key, part in content}
    if kind in (list, tuple):
        return kind([_filled(part, queue) for part in content])
    return content


def raise_own(error: BaseException) -> None:
    """Raise the error of ours that other code (NumPy's, say) has wrapped in one of its own."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, WhygradError):
            raise cause from None
        cause = cause.__cause__


def _article(result: Any) -> str:
    if isinstance(result, np.ndarray):
        return "an array of objects"
    kind = type(result).__name__
    return f"{'an' if kind[:1] in 'aeiouAEIOU' else 'a'} {kind}"


def _recorded(
    recording: Recording,
    made_by: Primitive,
    found: list[StandIn],
    inputs: tuple[int, ...],
    copies: list[Any],
    result: Any,
) -> StandIn:
    """The stand-in for an opaque result; where it is a view of an operand it follows that like any view."""
    if not isinstance(result, np.ndarray):
        return record(recording, made_by, inputs, (), result)
    for place, (x, copy) in enumerate(zip(found, copies, strict=True)):
        if x._recording is recording and isinstance(copy, np.ndarray) and np.may_share_memory(result, copy):
            made = _opaque_view(x, made_by, inputs, place)
            break
    else:
        made = record(recording, made_by, inputs, (), result)
    recording.flexible.append(made._index)
    return made


def _opaque_view(x: StandIn, made_by: Primitive, inputs: tuple[int, ...], place: int) -> StandIn:
    """A view that an opaque function took of the operand at a place."""

    def view(base: Any, *others: Any) -> Any:
        return made_by.evaluate(*others[:place], base, *others[place:])

    x._recording.uncacheable = True
    others = (*inputs[:place], *inputs[place + 1 :])
    return take_view(x, Primitive(made_by.name, view), others, (), follows=True)


def _is_data(x: Any) -> bool:
    if isinstance(x, np.ndarray):
        return x.dtype.kind in "fiubc"
    return isinstance(x, (float, complex, np.number, np.bool_)) or (isinstance(x, int) and not isinstance(x, bool))


def _collect(tree: Any, found: list[StandIn]) -> None:
    if type(tree) is StandIn:
        found.append(tree)
    elif isinstance(tree, SEQUENCES):
        for part in tree:
            _collect(part, found)
    elif type(tree) is dict:
        for part in tree.values():
            _collect(part, found)


def _replaced(tree: Any, queue: list[Any]) -> Any:
    """The tree with its stand-ins, in order, replaced by the values of the queue."""
    if type(tree) is StandIn:
        return queue.pop(0)
    if isinstance(tree, SEQUENCES):
        parts = [_replaced(part, queue) for part in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)
    if type(tree) is dict:
        return {key: _replaced(part, queue) for key, part in tree.items()}
    return tree


def stand_ins(tree: Any) -> list[StandIn]:
    """The stand-ins in nested containers, in order."""
    found: list[StandIn] = []
    _collect(tree, found)
    return found


def plain_tree(tree: Any) -> Any:
    found = stand_ins(tree)
    return _replaced(tree, [newest(x)._value for x in found])


def has_stand_in(x: Any) -> bool:
    if type(x) is StandIn:
        return True
    if isinstance(x, (*SEQUENCES, set)):
        return any(has_stand_in(p) for p in x)
    if type(x) is dict:
        return any(has_stand_in(p) for p in x.values())
    return False


def innermost(x: Any) -> Recording | None:
    """The deepest recording among stand-ins in nested containers."""
    if type(x) is StandIn:
        return None if x._recording.over else x._recording
    found: Recording | None = None
    parts = x.values() if type(x) is dict else x if isinstance(x, (*SEQUENCES, set)) else ()
    for p in parts:
        inner = innermost(p)
        if inner is not None and (found is None or inner.level > found.level):
            found = inner
    return found
