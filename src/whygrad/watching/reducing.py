"""NumPy's names: sums, means, extremes along axes, and products of vectors and matrices."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from whygrad.program import Primitive
from whygrad.rules import primitive, products, reductions
from whygrad.watching.answering import answer, answers, opaque
from whygrad.watching.arrays import as_array, cast_to
from whygrad.watching.elementwise import out_stand_in, write_out
from whygrad.watching.operators import matmul
from whygrad.watching.shaping import ravel
from whygrad.watching.standin import ANSWERS, Answer, StandIn, apply, plain
from whygrad.watching.writing import assign_result


def normal_axis(axis: Any, ndim: int) -> tuple[int, ...]:
    """Axes as a sorted tuple of whole numbers from 0."""
    if axis is None:
        return tuple(range(ndim))
    axes = (axis,) if isinstance(axis, (int, np.integer)) or type(axis) is StandIn else tuple(axis)
    return tuple(sorted(np.lib.array_utils.normalize_axis_tuple(tuple(operator.index(a) for a in axes), ndim)))


def _reduction(made_by: Primitive) -> Answer:
    def reduce(
        x: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False, **other: Any
    ) -> Any:
        if "where" in other or "initial" in other:
            return opaque(_NUMPY_REDUCTION[made_by.name], (x,), {"axis": axis, "keepdims": keepdims, **other})
        if dtype is not None:
            x = cast_to(x, np.dtype(dtype))
        x = as_array(x)
        keepdims = bool(keepdims) if keepdims is not np._NoValue else False
        params = (normal_axis(axis, np.ndim(plain(x))), keepdims)
        if out is not None:
            return assign_result(made_by, (x,), params, out_stand_in(out, x))
        return apply(made_by, (x,), params)

    return reduce


def _extreme(name: str) -> Answer:
    reduce = _reduction(primitive(name))

    def extreme(x: Any, axis: Any = None, out: Any = None, keepdims: Any = False, **other: Any) -> Any:
        return reduce(x, axis=axis, out=out, keepdims=keepdims, **other)

    return extreme


def _whole(name: str) -> Answer:
    """argmax and its kin: the result is no float, so it is a plain array that is followed but passes no gradient."""

    def compute(x: Any, axis: Any = None, out: Any = None, keepdims: Any = False) -> Any:
        keepdims = bool(keepdims) if keepdims is not np._NoValue else False
        if isinstance(axis, list):
            axis = tuple(axis)
        return apply(primitive(name), (as_array(x),), (axis, keepdims))

    return compute


_NUMPY_REDUCTION = {"sum": np.sum, "mean": np.mean, "max": np.max, "min": np.min}


@answers(np.matmul)
def _matmul(a: Any, b: Any, out: Any = None, **kwargs: Any) -> Any:
    result = matmul(as_array(a), as_array(b))
    return result if out is None else write_out(result, out)


@answers(np.dot)
def _dot(a: Any, b: Any, out: Any = None) -> Any:
    a, b = as_array(a), as_array(b)
    n, m = np.ndim(plain(a)), np.ndim(plain(b))
    if n == 0 or m == 0:
        result = answer(np.multiply, (a, b), {})
    elif n <= 2 and m <= 2:
        result = matmul(a, b)
    else:
        return opaque(np.dot, (a, b), {})
    return result if out is None else write_out(result, out)


@answers(np.outer)
def _outer(a: Any, b: Any, out: Any = None) -> Any:
    result = apply(products.OUTER, (ravel(as_array(a)), ravel(as_array(b))))
    return result if out is None else write_out(result, out)


@answers(np.inner, np.vdot)
def _inner(a: Any, b: Any) -> Any:
    if np.ndim(plain(a)) == 1 and np.ndim(plain(b)) == 1:
        return apply(products.DOT, (a, b))
    return opaque(np.inner, (a, b), {})


ANSWERS[np.sum] = _reduction(reductions.SUM)
ANSWERS[np.mean] = _reduction(reductions.MEAN)
ANSWERS[np.max] = ANSWERS[np.amax] = _extreme("max")
ANSWERS[np.min] = ANSWERS[np.amin] = _extreme("min")
for _name in ("argmax", "argmin", "all", "any", "count_nonzero"):
    ANSWERS[getattr(np, _name)] = _whole(_name)
