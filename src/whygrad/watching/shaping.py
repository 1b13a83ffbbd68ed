"""NumPy's names: other shapes of the same numbers. Most are views, which follow what is written into their base."""

from __future__ import annotations

import itertools
import math
import operator
from typing import Any

import numpy as np

from whygrad.rules import shapes
from whygrad.watching.answering import answers, opaque
from whygrad.watching.arrays import as_array, stand
from whygrad.watching.standin import ANSWERS, StandIn, plain, take_view
from whygrad.watching.writing import copied

normalize = np.lib.array_utils.normalize_axis_tuple
ALL = slice(None)


def whole_numbers(x: Any) -> tuple[int, ...]:
    """A number, or several, as NumPy takes shapes and axes."""
    return tuple(map(operator.index, x)) if np.iterable(x) else (operator.index(x),)


# Transposed


@answers(np.transpose)
def transpose(x: Any, axes: Any = None) -> Any:
    x = stand(x)
    if type(x) is not StandIn:
        return np.transpose(x, axes)
    ndim = np.ndim(x._value)
    order = tuple(reversed(range(ndim))) if axes is None else tuple(normalize(whole_numbers(axes), ndim))
    return x if ndim < 2 and axes is None else take_view(x, shapes.TRANSPOSE, (), (order,))


@answers(np.swapaxes)
def swapaxes(x: Any, one: int, two: int) -> Any:
    order = list(range(np.ndim(plain(x))))
    order[one], order[two] = order[two], order[one]
    return transpose(x, order)


@answers(np.moveaxis)
def moveaxis(x: Any, source: Any, destination: Any) -> Any:
    ndim = np.ndim(plain(x))
    start, end = normalize(whole_numbers(source), ndim), normalize(whole_numbers(destination), ndim)
    order = [n for n in range(ndim) if n not in start]
    for place, axis in sorted(zip(end, start, strict=True)):
        order.insert(place, axis)
    return transpose(x, order)


@answers(np.rollaxis)
def _rollaxis(x: Any, axis: int, start: int = 0) -> Any:
    ndim = np.ndim(plain(x))
    axis, start = axis % ndim, start + ndim if start < 0 else start
    return moveaxis(x, axis, start - 1 if axis < start else start)


@answers(np.matrix_transpose, np.linalg.matrix_transpose)
def _matrix_transpose(x: Any) -> Any:
    return swapaxes(x, -1, -2)


# In another shape


@answers(np.reshape)
def reshape(x: Any, shape: Any = None, order: str = "C", **kwargs: Any) -> Any:
    if shape is None:
        shape = kwargs.pop("newshape", None)
    copy = kwargs.pop("copy", None)
    x = stand(x)
    if type(x) is not StandIn:
        return np.reshape(x, shape, order=order, **kwargs)  # type: ignore[call-overload]
    wanted = list(whole_numbers(shape))
    if order == "F" or (order == "A" and np.ndim(x._value) and plain(x).flags.fnc):
        return transpose(reshape(transpose(x), wanted[::-1]))
    if -1 in wanted:
        rest = math.prod(n for n in wanted if n != -1)
        if rest and np.size(x._value) % rest == 0 and wanted.count(-1) == 1:
            wanted[wanted.index(-1)] = np.size(x._value) // rest
    made = take_view(x, shapes.RESHAPE, (), (tuple(wanted),))
    return copied(made) if copy else made


@answers(np.ravel)
def ravel(x: Any, order: str = "C") -> Any:
    """A view where the numbers lie in that order in memory, else a copy (where reshape might still give a view)."""
    x = stand(x)
    if type(x) is not StandIn:
        return np.ravel(x, order=order)  # type: ignore[call-overload]
    if np.ndim(x._value) == 0:
        return reshape(x, (1,))
    flags = plain(x).flags
    if order in ("A", "K"):
        if order == "K" and not flags.c_contiguous and not flags.f_contiguous:
            return opaque(np.ravel, (x, "K"), {})
        order = "F" if flags.fnc else "C"
    made = reshape(x, (np.size(x._value),), order)
    return made if (flags.c_contiguous if order == "C" else flags.f_contiguous) else copied(made)


def flat(x: Any) -> Any:
    """x as one row of numbers."""
    return x if np.ndim(plain(x)) == 1 else ravel(x)


def flatten(x: Any, order: str = "C") -> Any:
    return copied(ravel(x, order))


@answers(np.expand_dims)
def expand_dims(x: Any, axis: Any) -> Any:
    x = stand(x)
    axes = whole_numbers(axis)
    places = normalize(axes, np.ndim(plain(x)) + len(axes))
    rest = iter(np.shape(plain(x)))
    return reshape(x, tuple(1 if i in places else next(rest) for i in range(np.ndim(plain(x)) + len(axes))))


@answers(np.squeeze)
def squeeze(x: Any, axis: Any = None) -> Any:
    x = stand(x)
    return reshape(x, np.squeeze(plain(x), axis=axis).shape)


@answers(np.broadcast_to)
def broadcast_to(x: Any, shape: Any, subok: bool = False) -> Any:
    x = stand(x)
    if type(x) is not StandIn:
        return np.broadcast_to(x, shape)
    return take_view(x, shapes.BROADCAST_TO, (), (whole_numbers(shape),))


@answers(np.broadcast_arrays)
def _broadcast_arrays(*parts: Any, subok: bool = False) -> Any:
    shape = np.broadcast_shapes(*(np.shape(plain(as_array(p))) for p in parts))
    return tuple(broadcast_to(p, shape) for p in parts)


def _at_least(ndim: int) -> Any:
    function = (np.atleast_1d, np.atleast_2d, np.atleast_3d)[ndim - 1]

    def answer_one(x: Any) -> Any:
        have = np.ndim(plain(as_array(x)))
        if have >= ndim:
            return stand(x)
        return reshape(x, function(np.empty(np.shape(plain(as_array(x))))).shape)

    def answer_each(*parts: Any) -> Any:
        return answer_one(parts[0]) if len(parts) == 1 else tuple(map(answer_one, parts))

    return answer_each


for _ndim, _function in enumerate((np.atleast_1d, np.atleast_2d, np.atleast_3d), 1):
    ANSWERS[_function] = _at_least(_ndim)


# Parts and turns: reading by slices


def at_axis(ndim: int, axis: int, key: Any) -> tuple[Any, ...]:
    """The index that reads `key` along one axis and all of the others."""
    axis = normalize((operator.index(axis),), ndim)[0]
    return (*(ALL,) * axis, key)


@answers(np.flip)
def flip(x: Any, axis: Any = None) -> Any:
    x = stand(x)
    ndim = np.ndim(plain(x))
    axes = range(ndim) if axis is None else normalize(whole_numbers(axis), ndim)
    return x[tuple(slice(None, None, -1) if n in axes else ALL for n in range(ndim))]


ANSWERS[np.flipud] = lambda x: flip(x, 0)
ANSWERS[np.fliplr] = lambda x: flip(x, 1)


@answers(np.rot90)
def _rot90(x: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    one, two = axes
    match k % 4:
        case 0:
            return stand(x)[...]
        case 1:
            return swapaxes(flip(x, two), one, two)
        case 2:
            return flip(x, (one, two))
        case _:
            return flip(swapaxes(x, one, two), two)


@answers(np.split)
def _split(x: Any, parts: Any, axis: int = 0) -> Any:
    if not np.iterable(parts) and np.shape(plain(x))[axis] % operator.index(parts):
        raise ValueError("array split does not result in an equal division")
    return array_split(x, parts, axis)


@answers(np.array_split)
def array_split(x: Any, parts: Any, axis: int = 0) -> list[Any]:
    x = stand(x)
    length, ndim = np.shape(plain(x))[axis], np.ndim(plain(x))
    if np.iterable(parts):
        ends = [0, *map(operator.index, parts), length]
    else:
        each, more = divmod(length, operator.index(parts))
        ends = [0]
        for number in range(operator.index(parts)):
            ends.append(ends[-1] + each + (number < more))
    return [x[at_axis(ndim, axis, slice(a, b))] for a, b in itertools.pairwise(ends)]


ANSWERS[np.vsplit] = lambda x, parts: _split(x, parts, 0)
ANSWERS[np.hsplit] = lambda x, parts: _split(x, parts, 1 if np.ndim(plain(x)) > 1 else 0)
ANSWERS[np.dsplit] = lambda x, parts: _split(x, parts, 2)


@answers(np.unstack if hasattr(np, "unstack") else object())
def _unstack(x: Any, /, *, axis: int = 0) -> Any:
    return tuple(moveaxis(x, axis, 0))
