"""NumPy's names: arrays that the code makes, from nothing, from lists or from one another, and writes whole into."""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.rules import choices
from whygrad.watching.answering import answers, has_stand_in, opaque, plain_tree
from whygrad.watching.arrays import array_of, as_array, created, stand, target_of
from whygrad.watching.recording import current
from whygrad.watching.shaping import broadcast_to, ravel, reshape
from whygrad.watching.standin import ANSWERS, Answer, StandIn, apply, deepest, lift, plain
from whygrad.watching.writing import copied, write_item

at_least_1d = ANSWERS[np.atleast_1d]


@answers(np.array)
def _array(x: Any, dtype: Any = None, copy: Any = True, order: str = "K", ndmin: int = 0, **kwargs: Any) -> Any:
    made = array_of(x, dtype, None)
    if type(made) is StandIn:
        if made is x and copy is not False and copy is not None:
            made = copied(made, order or "K")
        if ndmin > np.ndim(made._value):
            made = reshape(made, (1,) * (ndmin - np.ndim(made._value)) + np.shape(made._value))
        return made
    return created(np.array(x, dtype=dtype, ndmin=ndmin, order=order, **kwargs))  # type: ignore[call-overload]


def _as_array(x: Any, dtype: Any = None, order: Any = None, **kwargs: Any) -> Any:
    """x itself where it is an array of the wanted dtype and memory layout."""
    x = stand(x)
    if type(x) is not StandIn:
        return created(np.asarray(x, dtype=dtype, order=order))
    made = array_of(x, dtype, None)
    kept = np.asarray(plain(made), order=order)
    return made if kept is plain(made) else copied(made, order)


ANSWERS[np.asarray] = ANSWERS[np.asanyarray] = _as_array
ANSWERS[np.ascontiguousarray] = lambda x, dtype=None, **kwargs: _as_array(at_least_1d(x), dtype, "C")
ANSWERS[np.asfortranarray] = lambda x, dtype=None, **kwargs: _as_array(x, dtype, "F")


@answers(np.astype)
def _as_type(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> Any:
    x = stand(x)
    made = array_of(x, dtype, None)
    return copied(made, "K") if made is x and copy else made


@answers(np.copy)
def _copy(x: Any, order: str = "K", **kwargs: Any) -> Any:
    x = stand(x)
    return copied(x, order) if type(x) is StandIn else created(np.copy(x))


def _like(function: Any) -> Answer:
    def make(x: Any, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None, **kwargs: Any) -> Any:
        return created(function(np.asarray(plain(as_array(x))), dtype, order, subok, plain_tree(shape)))

    return make


for _function in (np.zeros_like, np.ones_like, np.empty_like):
    ANSWERS[_function] = _like(_function)


@answers(np.full_like)
def _full_like(
    x: Any, fill_value: Any, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None
) -> Any:
    like: Any = np.empty_like(np.asarray(plain(as_array(x))), dtype=dtype, order=order, shape=plain_tree(shape))  # type: ignore[call-overload]
    if not has_stand_in(fill_value):
        like[...] = fill_value
        return created(like)
    made = stand(created(like))
    made[...] = fill_value
    return made


@answers(np.full)
def _full(shape: Any, fill_value: Any, dtype: Any = None, **kwargs: Any) -> Any:
    if not has_stand_in(fill_value):
        return created(np.full(plain_tree(shape), fill_value, dtype=dtype))
    fill = as_array(fill_value)
    made = copied(broadcast_to(array_of(fill, dtype, None), shape))
    return made


# Writing


def _target(x: Any, *operands: Any) -> Any:
    """The array to be written into: its stand-in where something watched takes part."""
    recording = deepest(x, *operands) or current.get()
    return x if recording is None else target_of(x, recording)


@answers(np.copyto)
def _copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    recording = deepest(dst, src)
    assert recording is not None
    target = target_of(dst, recording)
    if where is not True:
        src = apply(choices.WHERE, (where, src, copied(target)))
    write_item(target, (), (("ellipsis",),), src)


@answers(np.fill_diagonal)
def _fill_diagonal(x: Any, value: Any, wrap: bool = False) -> None:
    if wrap and np.ndim(plain(x)) == 2 and np.shape(plain(x))[0] > np.shape(plain(x))[1]:
        opaque(np.fill_diagonal, (x, value, wrap), {})
        return
    n = np.arange(min(np.shape(plain(x))))
    value = as_array(value)
    if np.ndim(plain(value)):
        value = ravel(value)[np.arange(len(n)) % np.size(plain(value))]
    _target(x, value)[(n,) * np.ndim(plain(x))] = value


class Flat:
    """`x.flat`: read it as a copy, write into x through it."""

    __slots__ = ("x",)

    def __init__(self, x: Any) -> None:
        self.x = x

    def __len__(self) -> int:
        return np.size(plain(self.x))

    def __iter__(self) -> Any:
        return iter(copied(ravel(self.x)))

    def __getitem__(self, key: Any) -> Any:
        return copied(ravel(self.x))[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        shape = np.shape(plain(self.x))
        places = np.arange(np.size(plain(self.x)))[plain_tree(key)]
        value = as_array(value)
        if np.ndim(plain(value)):
            value = ravel(value)
            value = value[np.arange(np.size(places)) % len(value)] if np.ndim(places) else value[0]
        self.x[np.unravel_index(places, shape)] = value

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self.x.__array__(dtype, copy)


@answers(np.put)
def _put(x: Any, indices: Any, values: Any, mode: str = "raise") -> None:
    if mode != "raise":
        opaque(np.put, (x, indices, values, mode), {})
        return
    places = np.ravel(plain_tree(indices))
    if len(places) and np.size(plain(as_array(values))):
        Flat(_target(x, values))[places] = values


@answers(np.putmask)
def _putmask(x: Any, mask: Any, values: Any) -> None:
    values = ravel(values)
    places = np.flatnonzero(plain(as_array(mask)))
    recording = deepest(mask)
    if recording is not None:
        recording.guard(lift(recording, mask), "where it holds")
    if len(places):
        Flat(_target(x, values, mask))[places] = values[places % len(values)]


@answers(np.place)
def _place(x: Any, mask: Any, values: Any) -> None:
    places = np.flatnonzero(plain(as_array(mask)))
    recording = deepest(mask)
    if recording is not None:
        recording.guard(lift(recording, mask), "where it holds")
    if len(places):
        Flat(_target(x, values, mask))[places] = values
