"""NumPy's names: evenly spaced numbers, powers of a column, and loops over arrays that call a function."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

import numpy as np

from whygrad.rules import grids
from whygrad.watching.answering import answer, answers, has_stand_in, innermost, opaque
from whygrad.watching.arrays import array_of, as_array, cast_to, created, stand
from whygrad.watching.shaping import moveaxis, normalize, reshape
from whygrad.watching.standin import ANSWERS, StandIn, apply, plain


def _sizes(x: Any) -> Any:
    """Watched whole numbers (and tuples of them) as plain ones, taken for granted."""
    if type(x) is StandIn:
        if np.ndim(x._value) == 0:
            return operator.index(x) if np.result_type(x._value).kind in "iu" else x._value
        return [_sizes(part) for part in x]
    return type(x)(map(_sizes, x)) if type(x) in (list, tuple) else x


def _sized(function: Any) -> None:
    """Functions that make an array of a size: watched whole numbers are taken for granted."""

    def make(*args: Any, **kwargs: Any) -> Any:
        return created(function(*map(_sizes, args), **{k: _sizes(v) for k, v in kwargs.items()}))

    ANSWERS[function] = make


for _function in (np.zeros, np.ones, np.empty, np.eye, np.identity, np.tri, np.indices):
    _sized(_function)


def _is_number(x: Any) -> bool:
    return bool(np.ndim(plain(x)) == 0)


def _is_float(x: Any) -> bool:
    return type(x) is StandIn and np.result_type(x._value).kind == "f"


@answers(np.linspace)
def linspace(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
    **kwargs: Any,
) -> Any:
    num = _sizes(num)
    if innermost([start, stop]) is None:
        made: Any = np.linspace(start, stop, num, endpoint, retstep, dtype, axis)  # type: ignore[call-overload]
        return (created(made[0]), made[1]) if retstep else created(made)
    if not (_is_number(start) and _is_number(stop)) or retstep or kwargs:
        return opaque(np.linspace, (start, stop, num, endpoint, retstep, dtype, axis), kwargs)
    made = apply(grids.LINSPACE, (start, stop), (num, bool(endpoint)))
    return made if dtype is None else cast_to(made, np.dtype(dtype))


@answers(np.logspace)
def _logspace(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: bool = True,
    base: Any = 10.0,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    if not has_stand_in((start, stop, base)):
        return created(np.logspace(start, stop, _sizes(num), endpoint, base, dtype, axis))
    made = ANSWERS[np.power](base, linspace(start, stop, num, endpoint, axis=axis))
    return made if dtype is None else cast_to(made, np.dtype(dtype))


@answers(np.geomspace)
def _geomspace(start: Any, stop: Any, num: Any = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0) -> Any:
    """The powers of 10 between the logarithms of two numbers, with the numbers themselves at the ends."""
    num = _sizes(num)
    if not has_stand_in((start, stop)):
        return created(np.geomspace(start, stop, num, endpoint, dtype, axis))
    if not (_is_number(start) and _is_number(stop)) or num < 2 or plain(start) <= 0 or plain(stop) <= 0:
        return opaque(np.geomspace, (start, stop, num, endpoint, dtype, axis), {})
    between = _logspace(ANSWERS[np.log10](start), ANSWERS[np.log10](stop), num, endpoint)
    ends = [ANSWERS[np.reshape](ANSWERS[np.asarray](end), (1,)) for end in (start, stop)]
    parts = [ends[0], between[1:-1], ends[1]] if endpoint else [ends[0], between[1:]]
    made = ANSWERS[np.concatenate](parts)
    return made if dtype is None else cast_to(made, np.dtype(dtype))


@answers(np.arange)
def _arange(*args: Any, dtype: Any = None, **kwargs: Any) -> Any:
    args = (*args, *(kwargs.pop(k) for k in ("start", "stop", "step") if k in kwargs))
    if not any(map(_is_float, args)):
        return created(np.arange(*map(_sizes, args), dtype=dtype, **kwargs))
    start, stop, step = {1: (0.0, *args, 1.0), 2: (*args, 1.0), 3: args}[len(args)]
    made = apply(grids.ARANGE, (start, stop, step))
    made._recording.flexible.append(made._index)
    return made if dtype is None else cast_to(made, np.dtype(dtype))


@answers(np.vander)
def _vander(x: Any, N: Any = None, increasing: bool = False) -> Any:
    x = stand(as_array(x))
    if type(x) is not StandIn:
        return created(np.vander(x, N, increasing))
    count = len(x) if N is None else operator.index(N)
    return apply(grids.VANDER, (x,), (count, bool(increasing)))


# Loops


@answers(np.ndenumerate)
def _ndenumerate(arr: Any) -> Iterator[Any]:
    x = stand(as_array(arr))
    return ((place, x[place]) for place in np.ndindex(np.shape(plain(x))))


@answers(np.apply_along_axis)
def _apply_along_axis(func1d: Any, axis: Any, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """The function is called, watched, with every line along the axis; what it gives takes the line's place."""
    from whygrad.watching.routing import CALL

    x = stand(as_array(arr))
    ndim = np.ndim(plain(x))
    (axis,) = normalize(axis, ndim)
    lines = moveaxis(x, axis, -1) if axis != ndim - 1 else x
    outer = np.shape(plain(lines))[:-1]
    results = [CALL(func1d, lines[place], *args, **kwargs) for place in np.ndindex(outer)]
    if not has_stand_in(results):
        return created(np.apply_along_axis(func1d, axis, plain(x), *args, **kwargs))
    inner = np.shape(plain(as_array(results[0])))
    made = reshape(array_of(results, None, None), (*outer, *inner))
    ends = range(len(outer), len(outer) + len(inner))
    return moveaxis(made, tuple(ends), tuple(range(axis, axis + len(inner)))) if inner and axis < len(outer) else made


@answers(np.apply_over_axes)
def _apply_over_axes(func: Any, a: Any, axes: Any) -> Any:
    from whygrad.watching.routing import CALL

    made = stand(as_array(a))
    for axis in np.atleast_1d(axes):
        result = CALL(func, made, int(axis))
        made = result if np.ndim(plain(result)) == np.ndim(plain(made)) else ANSWERS[np.expand_dims](result, int(axis))
    return made


@answers(np.polyval)
def _polyval(p: Any, x: Any) -> Any:
    """Horner's rule, as NumPy has it."""
    coefficients, x = as_array(p), as_array(x)
    if (
        isinstance(p, np.poly1d)
        or isinstance(x, np.poly1d)
        or np.ndim(plain(coefficients)) != 1
        or not len(plain(coefficients))
    ):
        return opaque(np.polyval, (p, x), {})
    return _horner(list(coefficients), x)


def _horner(coefficients: list[Any], x: Any) -> Any:
    y = coefficients[0] if np.ndim(plain(x)) == 0 else coefficients[0] + answer(np.zeros_like, (x,), {})
    for c in coefficients[1:]:
        y = y * x + c
    return y
