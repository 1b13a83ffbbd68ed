"""NumPy's names: arrays made of arrays, joined along an axis or a new one, inserted, in blocks, with a border."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from whygrad.errors import UnsupportedError
from whygrad.rules import joining
from whygrad.watching.answering import answers, has_stand_in, innermost, opaque, plain_tree
from whygrad.watching.arrays import as_array, cast_to, created, stand
from whygrad.watching.elementwise import write_out
from whygrad.watching.shaping import at_axis, broadcast_to, flat, normalize, reshape
from whygrad.watching.standin import ANSWERS, StandIn, apply, plain
from whygrad.watching.writing import copied

at_least_1d, at_least_2d, at_least_3d = (ANSWERS[f] for f in (np.atleast_1d, np.atleast_2d, np.atleast_3d))


def _parts_of(parts: Any) -> list[Any]:
    """What is to be joined: an array's rows, or the arrays in a list."""
    return [as_array(p) for p in parts]


@answers(np.concatenate)
def concatenate(parts: Any, axis: Any = 0, out: Any = None, dtype: Any = None, casting: Any = "same_kind") -> Any:
    parts = _parts_of(parts)
    if not has_stand_in(parts):
        return opaque(np.concatenate, (parts, axis), {"out": out, "dtype": dtype, "casting": casting})
    if axis is None:
        parts, axis = [flat(p) for p in parts], 0
    if dtype is not None:
        real = [plain(p) for p in parts]
        np.concatenate(real, axis, dtype=dtype, casting=casting)  # NumPy's own error, where it does not allow that
        parts = [cast_to(p, np.dtype(dtype)) for p in parts]
    ndim = max(1, np.ndim(plain(parts[0])))
    made = apply(joining.CONCATENATE, parts, normalize(axis, ndim))
    return made if out is None else write_out(made, out)


@answers(np.stack)
def stack(parts: Any, axis: Any = 0, out: Any = None, *, dtype: Any = None, casting: Any = "same_kind") -> Any:
    parts = _parts_of(parts)
    if not has_stand_in(parts):
        return opaque(np.stack, (parts, axis), {"out": out, "dtype": dtype, "casting": casting})
    if dtype is not None:
        np.stack([plain(p) for p in parts], axis, dtype=dtype, casting=casting)
        parts = [cast_to(p, np.dtype(dtype)) for p in parts]
    made = apply(joining.STACK, parts, normalize(axis, np.ndim(plain(parts[0])) + 1))
    return made if out is None else write_out(made, out)


@answers(np.vstack, getattr(np, "row_stack", np.vstack))
def _vstack(parts: Any, **kwargs: Any) -> Any:
    parts = _parts_of(parts)
    if has_stand_in(parts) and all(np.ndim(plain(p)) == 1 for p in parts):
        return stack(parts, 0, **kwargs)
    return concatenate([at_least_2d(p) for p in parts], 0, **kwargs)


@answers(np.hstack)
def _hstack(parts: Any, **kwargs: Any) -> Any:
    arrays = [at_least_1d(p) for p in _parts_of(parts)]
    return concatenate(arrays, 0 if arrays and np.ndim(plain(arrays[0])) == 1 else 1, **kwargs)


@answers(np.dstack)
def _dstack(parts: Any) -> Any:
    return concatenate([at_least_3d(p) for p in _parts_of(parts)], 2)


@answers(np.column_stack)
def _column_stack(parts: Any) -> Any:
    parts = _parts_of(parts)
    if has_stand_in(parts) and all(np.ndim(plain(p)) == 1 for p in parts):
        return stack(parts, 1)
    return concatenate([p if np.ndim(plain(p)) > 1 else reshape(p, (np.size(plain(p)), 1)) for p in parts], 1)


@answers(np.append)
def _append(x: Any, values: Any, axis: Any = None) -> Any:
    x, values = as_array(x), as_array(values)
    if axis is None:
        x, values = flat(stand(x)), flat(stand(values))
    return concatenate((x, values), 0 if axis is None else axis)


@answers(np.insert)
def _insert(x: Any, where: Any, values: Any, axis: Any = None) -> Any:
    """The new entries are put behind the old ones, and both are read in the new order."""
    x = stand(x)
    values = cast_to(stand(as_array(values)), np.result_type(plain(x)))
    if axis is None:
        x, axis = flat(x), 0
    shape = np.shape(plain(x))
    (axis,) = normalize(axis, len(shape))
    places = plain_tree(where)
    one = np.ndim(places) == 0 and not isinstance(places, slice)
    length, grown = shape[axis], np.insert(np.zeros(shape), places, np.zeros(np.shape(plain(values))), axis)
    count = grown.shape[axis] - length
    if one and np.ndim(plain(values)):
        missing = len(shape) - np.ndim(plain(values))
        values = reshape(values, (1,) * missing + np.shape(plain(values))) if missing > 0 else values
        values = ANSWERS[np.moveaxis](values, 0, axis)
    values = broadcast_to(values, (*shape[:axis], count, *shape[axis + 1 :]))
    order = np.insert(np.arange(length), places, np.arange(length, length + count))
    if not has_stand_in((x, values)):
        return concatenate([x, values], axis)[at_axis(len(shape), axis, order)]
    if one:
        at = operator.index(places) % length if operator.index(places) < 0 else operator.index(places)
        before = x[at_axis(len(shape), axis, slice(0, at))]
        return concatenate([before, values, x[at_axis(len(shape), axis, slice(at, None))]], axis)
    return concatenate([x, values], axis)[at_axis(len(shape), axis, order)]


@answers(np.block)
def block(parts: Any) -> Any:
    """Blocks in nested lists: the innermost are joined along the last axis, the next along the one before."""
    ndim = max(_depth(parts), _largest(parts))
    made = _joined(parts, _depth(parts), ndim)
    return copied(made) if type(made) is StandIn and type(parts) is StandIn else made


def _depth(parts: Any) -> int:
    return 1 + _depth(parts[0]) if type(parts) is list and parts else 0


def _largest(parts: Any) -> int:
    return max(map(_largest, parts), default=0) if type(parts) is list else int(np.ndim(plain(parts)))


def _joined(parts: Any, depth: int, ndim: int) -> Any:
    if type(parts) is not list:
        x, shape = stand(parts), np.shape(plain(parts))
        return x if len(shape) == ndim else reshape(x, (1,) * (ndim - len(shape)) + shape)
    joined = [_joined(p, depth - 1, ndim) for p in parts]
    return concatenate(joined, ndim - depth)


JOINERS = (type(np.r_), type(np.c_))


class Joiner:
    """`np.r_[…]` and `np.c_[…]` with watched arrays in them."""

    __slots__ = ("how",)

    def __init__(self, how: Any) -> None:
        self.how = how

    def __getitem__(self, key: Any) -> Any:
        if not has_stand_in(key):
            return created(self.how[key])
        parts = [p if isinstance(p, slice) else stand(as_array(p)) for p in (key if type(key) is tuple else (key,))]
        if any(isinstance(p, str) for p in parts):
            recording = innermost(key)
            raise UnsupportedError(
                "np.r_ with a text as its first entry is not watched",
                place=recording.here() if recording is not None else None,
                instead="np.concatenate([…], axis=…)",
            )
        parts = [np.r_[p] if isinstance(p, slice) else p for p in parts]
        kind = np.result_type(*map(plain, parts))
        parts = [cast_to(p, kind) if np.ndim(plain(p)) == 0 else p for p in parts]
        if self.how is np.c_:
            ndim = max(2, *(np.ndim(plain(p)) for p in parts))
            return concatenate([_as_column(p, ndim) for p in parts], -1)
        return concatenate([at_least_1d(p) for p in parts], 0)


def _as_column(x: Any, ndim: int) -> Any:
    """One axis as the first of `ndim`, none as one number; more stay (NumPy: "-1,2,0")."""
    shape = np.shape(plain(x))
    return x if len(shape) >= ndim else reshape(x, (*shape, *(1,) * (ndim - len(shape))))


# A border


@answers(np.pad)
def _pad(x: Any, pad_width: Any, mode: Any = "constant", **kwargs: Any) -> Any:
    x = stand(x)
    ndim = np.ndim(plain(x))
    widths = plain_tree(pad_width)
    if ndim == 0:
        return copied(x) if type(x) is StandIn else np.pad(x, widths, mode, **kwargs)
    if isinstance(widths, dict):
        given = {normalize(axis, ndim)[0]: np.broadcast_to(width, 2) for axis, width in widths.items()}
        widths = [given.get(n, (0, 0)) for n in range(ndim)]
    pairs = tuple((int(a), int(b)) for a, b in np.broadcast_to(np.asarray(widths), (ndim, 2)))
    value = as_array(kwargs.get("constant_values", 0))
    if min((n for pair in pairs for n in pair), default=0) < 0 or not has_stand_in((x, value)):
        return opaque(np.pad, (x, pad_width, mode), kwargs)
    if mode == "constant" and kwargs.keys() <= {"constant_values"}:
        return _pad_with(x, pairs, value)
    if mode in ("edge", "reflect", "symmetric", "wrap") and kwargs.get("reflect_type", "even") == "even":
        for axis, pair in enumerate(pairs):
            if pair != (0, 0):
                x = x[at_axis(ndim, axis, np.pad(np.arange(np.shape(plain(x))[axis]), pair, mode))]
        return copied(x) if not any(map(any, pairs)) else x
    return opaque(np.pad, (x, pad_width, mode), kwargs)


def _pad_with(x: Any, pairs: tuple[tuple[int, int], ...], value: Any) -> Any:
    """One number all round, or one for each side of each axis: then side by side, as NumPy fills the corners."""
    if type(value) is not StandIn and np.size(value) and (value == np.ravel(value)[0]).all():
        value = np.ravel(value)[0].item()
    if np.ndim(plain(value)) == 0:
        return apply(joining.PAD, (x, value), (pairs,))
    values = broadcast_to(value, (len(pairs), 2))
    for axis, pair in enumerate(pairs):
        for side in (0, 1):
            if pair[side]:
                width = (pair[0], 0) if side == 0 else (0, pair[1])
                widths = tuple(width if n == axis else (0, 0) for n in range(len(pairs)))
                x = apply(joining.PAD, (x, values[axis, side]), (widths,))
    return x


# Grids of arrays


@answers(np.meshgrid)
def _meshgrid(*axes: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> Any:
    if not has_stand_in(axes):
        grids: Any = np.meshgrid(*axes, copy=copy, sparse=sparse, indexing=indexing)  # type: ignore[call-overload]
        return tuple(map(created, grids))
    lines = [flat(stand(as_array(a))) if np.ndim(plain(a)) else reshape(stand(a), (1,)) for a in axes]
    order = list(range(len(lines)))
    if indexing == "xy" and len(lines) > 1:
        order[0], order[1] = 1, 0
    whole = tuple(len(plain(lines[n])) for n in order)
    found = []
    for number, line in enumerate(lines):
        place = order.index(number)
        one = reshape(line, tuple(n if k == place else 1 for k, n in enumerate(whole)))
        made = one if sparse else broadcast_to(one, whole)
        found.append(copied(made) if copy and type(made) is StandIn else made)
    return tuple(found)


@answers(np.ix_)
def _ix(*axes: Any) -> Any:
    found = []
    for place, axis in enumerate(axes):
        x = stand(as_array(axis))
        if np.ndim(plain(x)) != 1:
            raise ValueError("Cross index must be 1 dimensional")
        if np.result_type(plain(x)).kind == "b":
            x = ANSWERS[np.flatnonzero](x)
        elif type(x) is not StandIn and np.size(x) == 0:
            x = np.zeros(0, np.intp)
        found.append(reshape(x, (*(1,) * place, len(plain(x)), *(1,) * (len(axes) - place - 1))))
    return tuple(found)
