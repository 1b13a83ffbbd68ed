"""The whole table of the names that watched code may use: filled by the files that are imported here."""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.rules import shapes
from whygrad.watching import (
    covariances,
    elementwise,
    grids,
    joining,
    linear_algebra,
    making,
    ordering,
    polynomials,
    products,
    rearranging,
    reducing,
    scalar_math,
    shaping,
    statistics,
    ufunc_methods,
)
from whygrad.watching.answering import has_stand_in, plain_tree
from whygrad.watching.arrays import as_array, to_float
from whygrad.watching.standin import ANSWERS, apply, newest, plain

__all__ = [
    "ANSWERS",
    "covariances",
    "elementwise",
    "grids",
    "joining",
    "linear_algebra",
    "making",
    "ordering",
    "polynomials",
    "products",
    "rearranging",
    "reducing",
    "scalar_math",
    "shaping",
    "statistics",
    "ufunc_methods",
]

ANSWERS[float] = to_float


def _scalar_type(kind: Any) -> Any:
    """np.float32(x) and its kin: a number, or an array, in that type."""

    def cast(*args: Any) -> Any:
        if len(args) != 1 or not has_stand_in(args):
            return kind(*plain_tree(args))
        x = as_array(args[0])
        if np.ndim(plain(x)) == 0 and np.dtype(kind).kind in "iub":
            return _taken_for_granted(x, kind)
        return apply(shapes.CAST, (x,), (str(np.dtype(kind)),))

    return cast


def _taken_for_granted(x: Any, kind: Any) -> Any:
    value = kind(plain(x))
    if not x._recording.over:
        x._recording.guard(newest(x)._index, value)
    return value


for _kind in {kind for kind in vars(np).values() if isinstance(kind, type)}:  # np.__all__ would import all of NumPy
    if issubclass(_kind, (np.floating, np.integer, np.bool_)) and not getattr(_kind, "__subclasses__", list)():
        ANSWERS[_kind] = _scalar_type(_kind)

# What is asked about an array, not computed from its numbers, is answered by the real one.

ANSWERS[np.shape] = lambda x: np.shape(plain(as_array(x)))
ANSWERS[np.ndim] = lambda x: np.ndim(plain(as_array(x)))
ANSWERS[np.size] = lambda x, axis=None: np.size(plain(as_array(x)), axis)


def _on_real_values(function: Any) -> Any:
    return lambda *args, **kwargs: function(*plain_tree(args), **plain_tree(kwargs))


for _function in (
    np.isscalar, np.result_type, np.can_cast, np.iterable, np.iscomplexobj, np.isrealobj,
    np.may_share_memory, np.shares_memory, np.array2string, np.array_repr, np.array_str, np.broadcast_shapes,
):  # fmt: skip
    ANSWERS[_function] = _on_real_values(_function)
