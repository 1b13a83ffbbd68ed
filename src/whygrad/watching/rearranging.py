"""NumPy's names: entries that move round, come several times or are left out; diagonals, triangles, windows."""

from __future__ import annotations

import functools
import operator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided, sliding_window_view

from whygrad.errors import UnsupportedError
from whygrad.program import Primitive
from whygrad.rules import indexing, rearranging
from whygrad.watching.answering import answers, plain_tree
from whygrad.watching.arrays import as_array, created, stand
from whygrad.watching.shaping import at_axis, moveaxis, normalize, ravel, reshape, whole_numbers
from whygrad.watching.standin import ANSWERS, StandIn, apply, lift, plain, take_view
from whygrad.watching.writing import copied


def _watched_array(x: Any) -> Any:
    """x as something with axes, which the rows of this file take."""
    x = stand(as_array(x))
    return reshape(x, ()) if type(x) is StandIn and type(plain(x)) is not np.ndarray else x


def read_along(x: Any, axis: Any, places: Any) -> Any:
    """x read along an axis (None: flattened) at whole numbers: a copy."""
    x = stand(x)
    if axis is None:
        x, axis = ravel(x), 0
    return x[at_axis(np.ndim(plain(x)), axis, places)]


@answers(np.roll)
def _roll(x: Any, shift: Any, axis: Any = None) -> Any:
    x = _watched_array(x)
    if type(x) is not StandIn:
        return created(np.roll(x, shift, axis))
    if axis is None:
        return apply(rearranging.ROLL, (x,), ((sum(whole_numbers(shift)),), None))
    shifts, axes = np.broadcast_arrays(whole_numbers(shift), normalize(axis, np.ndim(plain(x)), allow_duplicate=True))
    return apply(rearranging.ROLL, (x,), (tuple(map(int, shifts)), tuple(map(int, axes))))


def _centred(sign: int) -> Any:
    """np.fft.fftshift and its way back: a roll by half the length."""

    def shift(x: Any, axes: Any = None) -> Any:
        x = stand(as_array(x))
        ndim = np.ndim(plain(x))
        chosen = tuple(range(ndim)) if axes is None else normalize(axes, ndim)
        return _roll(x, [sign * (np.shape(plain(x))[a] // 2) for a in chosen], chosen)

    return shift


ANSWERS[np.fft.fftshift], ANSWERS[np.fft.ifftshift] = _centred(1), _centred(-1)


@answers(np.repeat)
def _repeat(x: Any, repeats: Any, axis: Any = None) -> Any:
    x, times = _watched_array(x), np.asarray(plain(repeats))
    if type(x) is not StandIn:
        return created(np.repeat(x, times, axis))
    if axis is None:
        axis = 0
        x = x if np.ndim(plain(x)) == 1 else ravel(x)
    elif np.ndim(plain(x)) == 0:
        x = ravel(x)
    (axis,) = normalize(axis, np.ndim(plain(x)))
    if times.size == 1:
        return apply(rearranging.REPEAT, (x,), (operator.index(times.item()), axis))
    return read_along(x, axis, np.repeat(np.arange(np.shape(plain(x))[axis]), times))


@answers(np.tile)
def _tile(x: Any, reps: Any) -> Any:
    x = _watched_array(x)
    if type(x) is not StandIn:
        return created(np.tile(x, reps))
    times = whole_numbers(reps)
    return apply(rearranging.TILE, (x,), ((1,) * (np.ndim(plain(x)) - len(times)) + times,))


@answers(np.delete)
def _delete(x: Any, which: Any, axis: Any = None) -> Any:
    length = np.size(plain(as_array(x))) if axis is None else np.shape(plain(as_array(x)))[axis]
    return read_along(x, axis, np.delete(np.arange(length), plain(which)))


@answers(np.resize)
def _resize(x: Any, new_shape: Any) -> Any:
    x, shape = _watched_array(x), whole_numbers(new_shape)
    if type(x) is not StandIn or np.size(plain(x)) == 0:
        return created(np.resize(plain(x), shape))
    return ravel(x)[np.resize(np.arange(np.size(plain(x))), shape)]


# Triangles and diagonals


def _triangle(function: Any, made_by: Primitive) -> None:
    def cut(m: Any, k: Any = 0) -> Any:
        x = _watched_array(m)
        if type(x) is not StandIn or np.ndim(plain(x)) < 2:
            return stand(created(function(plain(x), operator.index(k)))) if type(x) is not StandIn else _cut_row(x, k)
        return apply(made_by, (x,), (operator.index(k),))

    def _cut_row(x: StandIn, k: Any) -> Any:
        """NumPy makes a square matrix of one row, each row of which is cut."""
        n = len(x)
        rows = ANSWERS[np.broadcast_to](x, (n, n))
        return apply(made_by, (rows,), (operator.index(k),))

    ANSWERS[function] = cut


_triangle(np.tril, rearranging.TRIL)
_triangle(np.triu, rearranging.TRIU)


@answers(np.diag)
def diag(v: Any, k: Any = 0) -> Any:
    x = stand(as_array(v))
    if type(x) is not StandIn:
        return created(np.diag(x, k))
    if np.ndim(plain(x)) > 2:
        raise ValueError("Input must be 1- or 2-d.")
    if np.ndim(plain(x)) != 1:
        return copied(diagonal(x, k))
    return apply(rearranging.DIAG, (x,), (operator.index(k),))


@answers(np.diagflat)
def _diagflat(v: Any, k: Any = 0) -> Any:
    x = stand(as_array(v))
    return diag(x if np.ndim(plain(x)) == 1 else ravel(x), k)


@answers(np.diagonal)
def diagonal(x: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Any:
    """A view that cannot be written into. Of stacks, its gradient is that of x[..., i, i + offset]."""
    x, offset = stand(x), operator.index(offset)
    if type(x) is not StandIn:
        return np.diagonal(x, offset, axis1, axis2)
    ndim = np.ndim(plain(x))
    order = normalize((axis1, axis2), ndim) if ndim > 1 else ()
    if ndim < 2:
        return np.diagonal(plain(x), offset, axis1, axis2)  # NumPy's own error
    if ndim == 2:
        if order == (1, 0):
            offset = -offset
        return take_view(x, rearranging.DIAGONAL, (), (offset,))
    if order != (ndim - 2, ndim - 1):
        x = moveaxis(x, order, (-2, -1))
    length = np.diagonal(plain(x), offset, -2, -1).shape[-1]
    i = np.arange(length) + max(0, -offset)
    operands = tuple(lift(x._recording, k) for k in (i, i + offset))
    return take_view(x, _diagonal_of_stacks(offset), operands, ((("ellipsis",), ("array", 0), ("array", 1)),))


ANSWERS[np.linalg.diagonal] = lambda x, /, *, offset=0: diagonal(x, offset, -2, -1)


@functools.cache
def _diagonal_of_stacks(offset: int) -> Primitive:
    return Primitive("getitem", lambda x, i, j, template: np.diagonal(x, offset, -2, -1), indexing.GETITEM.params)


# Windows


@answers(sliding_window_view)
def _windows(x: Any, window_shape: Any, axis: Any = None, *, subok: bool = False, writeable: bool = False) -> Any:
    x, window = stand(as_array(x)), whole_numbers(window_shape)
    if type(x) is not StandIn:
        return sliding_window_view(x, window_shape, axis)
    ndim = np.ndim(plain(x))
    axes = tuple(range(ndim)) if axis is None else normalize(axis, ndim, allow_duplicate=True)
    if writeable or len(set(axes)) < len(axes):
        raise UnsupportedError(
            "windows that are written into, or slide twice along one axis, are not watched",
            place=x._recording.here(),
            instead="write into the array itself; windows of windows, one after the other",
        )
    if len(axes) != len(window):
        return sliding_window_view(plain(x), window_shape, axis)  # NumPy's own error
    return take_view(x, rearranging.WINDOWS, (), (window, axes))


@answers(as_strided)
def _strided(x: Any, shape: Any = None, strides: Any = None, subok: bool = False, writeable: bool = True) -> Any:
    """Which entry each place reads follows from the strides: an index into the flat array, where none leads outside."""
    x = stand(as_array(x))
    real = plain(x)
    wanted = real.shape if shape is None else whole_numbers(plain_tree(shape))
    steps = real.strides if strides is None else whole_numbers(plain_tree(strides))
    if type(x) is not StandIn:
        return as_strided(real, wanted, steps)
    places = sum((np.ix_(*map(np.arange, wanted))[n] * step for n, step in enumerate(steps)), np.zeros(wanted, int))
    index, between = np.divmod(places, real.itemsize)
    if not real.flags.c_contiguous or between.any() or (index.size and (index.min() < 0 or index.max() >= real.size)):
        raise UnsupportedError(
            "these strides lead to memory outside the array, or the array does not lie in one piece",
            place=x._recording.here(),
            instead="as_strided(np.ascontiguousarray(x), …) with strides of that copy, or sliding_window_view(x, …)",
        )
    how = Primitive("getitem", functools.partial(_read_by_strides, wanted, steps), indexing.GETITEM.params)
    return take_view(ravel(x), how, (lift(x._recording, index),), ((("array", 0),),))


def _read_by_strides(shape: Any, strides: Any, x: Any, index: Any, template: Any) -> Any:
    """NumPy's own view where memory allows it, so that what shares memory for the author does so here."""
    return as_strided(x, shape, strides) if x.flags.c_contiguous else x[index]
