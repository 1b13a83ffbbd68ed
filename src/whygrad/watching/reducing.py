"""NumPy's names: sums, means, products, extremes, variances along axes, and their running forms."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from whygrad.program import Primitive
from whygrad.rules import cumulative, primitive, reductions, statistics
from whygrad.watching.answering import answer, answers, opaque
from whygrad.watching.arrays import as_array, cast_to
from whygrad.watching.elementwise import out_stand_in, write_out
from whygrad.watching.shaping import flat
from whygrad.watching.standin import ANSWERS, Answer, StandIn, apply, plain
from whygrad.watching.writing import assign_result

ABSENT = np._NoValue


def normal_axis(axis: Any, ndim: int) -> tuple[int, ...]:
    """Axes as a sorted tuple of whole numbers from 0."""
    if axis is None:
        return tuple(range(ndim))
    axes = (axis,) if isinstance(axis, (int, np.integer)) or type(axis) is StandIn else tuple(axis)
    return tuple(sorted(np.lib.array_utils.normalize_axis_tuple(tuple(operator.index(a) for a in axes), ndim)))


def kept(keepdims: Any) -> bool:
    return keepdims is not ABSENT and bool(keepdims)


def given(**options: Any) -> dict[str, Any]:
    """The options of a call that were given."""
    return {name: value for name, value in options.items() if value is not ABSENT}


Masked = Callable[[Any, Any, tuple[int, ...], bool, Any], Any]
"""How a reduction leaves entries out: x, where=, axes, keepdims, initial= (None where there is none)."""
Started = Callable[[Any, Any], Any]
"""How a reduction begins with initial=."""


def _lets_pass(made_by: Primitive, where: Any) -> bool:
    """An axis of a number: NumPy's sums take it, its means only with where=."""
    return made_by is not reductions.MEAN or not (where is True or where is ABSENT)


def _reduction(made_by: Primitive, masked: Masked, started: Started | None) -> Answer:
    def reduce(
        x: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False,
        initial: Any = ABSENT, where: Any = True,
    ) -> Any:  # fmt: skip
        if dtype is not None:
            x = cast_to(x, np.dtype(dtype))
        x = as_array(x)
        if np.ndim(plain(x)) == 0 and axis in (0, -1) and _lets_pass(made_by, where):  # NumPy lets that pass
            axis = ()
        axes, keepdims = normal_axis(axis, np.ndim(plain(x))), kept(keepdims)
        if initial is None:
            initial = ABSENT
        if where is True or where is ABSENT:
            if out is not None and initial is ABSENT:
                return assign_result(made_by, (x,), (axes, keepdims), out_stand_in(out, x))
            if initial is not ABSENT and np.size(plain(x)) == 0:
                return _only_initial(x, axes, keepdims, initial, out)
            result = apply(made_by, (x,), (axes, keepdims))
        else:
            where = as_array(where)
            if np.broadcast_shapes(np.shape(plain(x)), np.shape(plain(where))) != np.shape(plain(x)):
                np.add.reduce(plain(x), axes, where=plain(where))  # NumPy's own error
            if initial is not ABSENT and np.size(plain(x)) == 0:
                return _only_initial(x, axes, keepdims, initial, out)
            result = masked(x, where, axes, keepdims, initial)
        if initial is not ABSENT and started is not None:
            result = started(result, _like(result, initial))
        return result if out is None else write_out(result, out)

    return reduce


def _like(result: Any, initial: Any) -> Any:
    """The number that a reduction begins with, in the type of its result."""
    return initial if type(initial) is StandIn else np.result_type(plain(result)).type(initial)


def _only_initial(x: Any, axes: tuple[int, ...], keepdims: bool, initial: Any, out: Any) -> Any:
    """What a reduction of no entries is: the number that it begins with, in each place."""
    shape = np.sum(plain(x), axes, keepdims=keepdims).shape
    result = answer(np.full, (shape, _like(x, initial)), {"dtype": np.result_type(plain(x))})[()]
    return result if out is None else write_out(result, out)


def _sum_where(x: Any, where: Any, axes: tuple[int, ...], keepdims: bool, initial: Any) -> Any:
    return apply(reductions.SUM_WHERE, (x, where), (axes, keepdims))


def _mean_where(x: Any, where: Any, axes: tuple[int, ...], keepdims: bool, initial: Any) -> Any:
    number = answer(np.broadcast_to, (where, np.shape(plain(x))), {})
    total = _sum_where(x, where, axes, keepdims, initial)
    return cast_to(total / answer(np.sum, (number, axes), {"keepdims": keepdims}), np.result_type(plain(total)))


def _prod_where(x: Any, where: Any, axes: tuple[int, ...], keepdims: bool, initial: Any) -> Any:
    return apply(reductions.PROD, (answer(np.where, (where, x, 1.0), {}),), (axes, keepdims))


def _extreme_where(made_by: Primitive) -> Masked:
    def masked(x: Any, where: Any, axes: tuple[int, ...], keepdims: bool, initial: Any) -> Any:
        if initial is ABSENT:
            made_by.evaluate(plain(x), axes, keepdims, where=plain(where))  # NumPy's own error
        return apply(made_by, (answer(np.where, (where, x, initial), {}),), (axes, keepdims))

    return masked


ANSWERS[np.sum] = _reduction(reductions.SUM, _sum_where, lambda result, initial: initial + result)
ANSWERS[np.mean] = _reduction(reductions.MEAN, _mean_where, None)
ANSWERS[np.prod] = _reduction(reductions.PROD, _prod_where, lambda result, initial: initial * result)


def _extreme(name: str, of_two: Any) -> Answer:
    reduce = _reduction(
        primitive(name),
        _extreme_where(primitive(name)),
        lambda result, initial: answer(of_two, (result, initial), {}),
    )

    def extreme(x: Any, axis: Any = None, out: Any = None, keepdims: Any = False, **other: Any) -> Any:
        return reduce(x, axis, None, out, keepdims, **other)

    return extreme


ANSWERS[np.max] = ANSWERS[np.amax] = _extreme("max", np.maximum)
ANSWERS[np.min] = ANSWERS[np.amin] = _extreme("min", np.minimum)


def _spread_of(made_by: Primitive, function: Any) -> Answer:
    """np.var and np.std."""

    def compute(
        x: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: Any = 0, keepdims: Any = ABSENT, *,
        where: Any = ABSENT, mean: Any = ABSENT, correction: Any = ABSENT,
    ) -> Any:  # fmt: skip
        if correction is not ABSENT:
            ddof = correction
        if where is not ABSENT and where is not True:
            options = given(axis=axis, ddof=ddof, keepdims=keepdims, where=where, mean=mean)
            return opaque(function, (x,), options)
        x = as_array(x) if dtype is None else cast_to(as_array(x), np.dtype(dtype))
        axes, keepdims = normal_axis(axis, np.ndim(plain(x))), kept(keepdims)
        if mean is not ABSENT:
            return _about(x, as_array(mean), axes, keepdims, ddof, made_by is statistics.STD, out)
        if ddof != int(ddof):
            return opaque(function, (x,), {"axis": axes, "ddof": ddof, "keepdims": keepdims})
        params = (axes, keepdims, int(ddof))
        if out is not None:
            return assign_result(made_by, (x,), params, out_stand_in(out, x))
        return apply(made_by, (x,), params)

    return compute


def _about(x: Any, mean: Any, axes: tuple[int, ...], keepdims: bool, ddof: Any, root: bool, out: Any) -> Any:
    """The variance about a mean that is known already, as NumPy computes it."""
    number = max(int(np.prod([np.shape(plain(x))[a] for a in axes], dtype=np.int64)) - ddof, 0)
    deviation = x - mean
    result = answer(np.sum, (deviation * deviation, axes), {"keepdims": keepdims}) / number
    result = answer(np.sqrt, (result,), {}) if root else result
    return result if out is None else write_out(result, out)


ANSWERS[np.var] = _spread_of(statistics.VAR, np.var)
ANSWERS[np.std] = _spread_of(statistics.STD, np.std)


def _whole(name: str) -> Answer:
    """argmax and its kin: the result is no float, so it is a plain array that is followed but passes no gradient."""

    def compute(x: Any, axis: Any = None, out: Any = None, keepdims: Any = False) -> Any:
        if isinstance(axis, list):
            axis = tuple(axis)
        return apply(primitive(name), (as_array(x),), (axis, kept(keepdims)))

    return compute


for _name in ("argmax", "argmin", "all", "any", "count_nonzero"):
    ANSWERS[getattr(np, _name)] = _whole(_name)


# Running


def _running(made_by: Primitive) -> Answer:
    def compute(x: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
        x = as_array(x) if dtype is None else cast_to(as_array(x), np.dtype(dtype))
        if axis is None or np.ndim(plain(x)) == 0:
            x, axis = flat(x), 0 if axis is None else axis
        (number,) = normal_axis(operator.index(axis), np.ndim(plain(x)))
        if out is not None:
            return assign_result(made_by, (x,), (number,), out_stand_in(out, x))
        return apply(made_by, (x,), (number,))

    return compute


ANSWERS[np.cumsum] = _running(cumulative.CUMSUM)
ANSWERS[np.cumprod] = _running(cumulative.CUMPROD)


def _cumulative(of: Any, first: float) -> Answer:
    """np.cumulative_sum and np.cumulative_prod."""

    def compute(
        x: Any, /, *, axis: Any = None, dtype: Any = None, out: Any = None, include_initial: bool = False
    ) -> Any:
        x = as_array(x)
        if axis is None:
            if np.ndim(plain(x)) > 1:
                raise ValueError("For arrays which have more than one dimension ``axis`` argument is required.")
            axis = 0
        result = ANSWERS[of](x, axis, dtype)
        if include_initial:
            shape = list(np.shape(plain(result)))
            shape[axis] = 1
            start = np.full(shape, first, np.result_type(plain(result)))
            result = answer(np.concatenate, ((start, result),), {"axis": axis})
        return result if out is None else write_out(result, out)

    return compute


if hasattr(np, "cumulative_sum"):
    ANSWERS[np.cumulative_sum] = _cumulative(np.cumsum, 0.0)
    ANSWERS[np.cumulative_prod] = _cumulative(np.cumprod, 1.0)


@answers(np.ptp)
def _ptp(x: Any, axis: Any = None, out: Any = None, keepdims: Any = False) -> Any:
    result = ANSWERS[np.max](x, axis, keepdims=keepdims) - ANSWERS[np.min](x, axis, keepdims=keepdims)
    return result if out is None else write_out(result, out)


# The methods of ufuncs


def _of_ufunc(function: Any) -> Answer:
    def reduce(
        x: Any, axis: Any = 0, dtype: Any = None, out: Any = None, keepdims: bool = False,
        initial: Any = ABSENT, where: Any = True,
    ) -> Any:  # fmt: skip
        options = {} if dtype is None else {"dtype": dtype}
        out = out[0] if isinstance(out, tuple) else out
        return ANSWERS[function](x, axis, out=out, keepdims=keepdims, initial=initial, where=where, **options)

    return reduce


def _accumulate(function: Any) -> Answer:
    def accumulate(x: Any, axis: Any = 0, dtype: Any = None, out: Any = None) -> Any:
        if np.ndim(plain(as_array(x))) == 0:
            raise TypeError("cannot accumulate on a scalar")
        return ANSWERS[function](x, axis, dtype, out[0] if isinstance(out, tuple) else out)

    return accumulate


of: Any
for _ufunc, of in ((np.add, np.sum), (np.multiply, np.prod), (np.maximum, np.max), (np.minimum, np.min)):
    ANSWERS[_ufunc.reduce] = _of_ufunc(of)
for _ufunc, of in ((np.add, np.cumsum), (np.multiply, np.cumprod)):
    ANSWERS[_ufunc.accumulate] = _accumulate(of)
