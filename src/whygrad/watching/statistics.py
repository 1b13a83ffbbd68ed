"""NumPy's names: averages, medians, what leaves nan out, differences, integrals. All are written with other names."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from whygrad.watching.answering import answer, answers, opaque
from whygrad.watching.arrays import as_array, cast_to, stand, take_over
from whygrad.watching.elementwise import a_number, write_out
from whygrad.watching.reducing import ABSENT, given, kept, normal_axis
from whygrad.watching.shaping import at_axis, flat, moveaxis, reshape
from whygrad.watching.standin import ANSWERS, Answer, ndim_of, plain, shape_of


def _call(function: Any, *args: Any, **options: Any) -> Any:
    return answer(function, args, options)


@answers(np.average)
def _average(x: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: Any = ABSENT) -> Any:
    x, keepdims = as_array(x), kept(keepdims)
    normal_axis(axis, ndim_of(x))  # NumPy's own error
    if weights is None:
        average = _call(np.mean, x, axis, keepdims=keepdims)
        total: Any = np.result_type(plain(average)).type(np.size(plain(x)) / np.size(plain(average)))
    else:
        w = as_array(weights)
        if shape_of(w) != shape_of(x):
            w = _along(w, x, axis)
        total = _call(np.sum, w, axis, keepdims=keepdims)
        if not np.all(plain(total)):
            raise ZeroDivisionError("Weights sum to zero, can't be normalized")
        average = _call(np.sum, x * w, axis, keepdims=keepdims) / total
    if not returned:
        return average
    return average, _call(np.broadcast_to, total, shape_of(average)) if shape_of(total) != shape_of(average) else total


def _along(w: Any, x: Any, axis: Any) -> Any:
    """Weights for some axes of x, in x's number of axes."""
    if axis is None:
        raise TypeError("Axis must be specified when shapes of a and weights differ.")
    axes = [int(a) % ndim_of(x) for a in (axis if np.iterable(axis) else (axis,))]
    if shape_of(w) != tuple(shape_of(x)[a] for a in axes):
        raise ValueError("Shape of weights must be consistent with shape of a along specified axis.")
    if axes != sorted(axes):
        w = _call(np.transpose, w, tuple(np.argsort(axes)))
    return reshape(w, tuple(n if a in axes else 1 for a, n in enumerate(shape_of(x))))


# In order


@answers(np.median)
def _median(x: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: Any = False) -> Any:
    x, kept_axis, shape = _one_axis(as_array(x), axis, keepdims)
    if np.isnan(plain(x)).any() or not np.size(plain(x)):
        return opaque(np.median, (x,), {"axis": kept_axis})
    n = shape_of(x)[kept_axis]
    middle = slice((n - 1) // 2, n // 2 + 1)
    result = _call(np.mean, _call(np.sort, x, kept_axis)[at_axis(ndim_of(x), kept_axis, middle)], kept_axis)
    result = reshape(result, shape) if shape is not None else result
    return result if out is None else write_out(result, out)


def _one_axis(x: Any, axis: Any, keepdims: Any) -> tuple[Any, int, tuple[int, ...] | None]:
    """x with the axes put together as one, that axis, and the result's shape where axes are kept."""
    axes = normal_axis(axis, ndim_of(x))
    shape = tuple(1 if a in axes else n for a, n in enumerate(shape_of(x))) if kept(keepdims) else None
    if len(axes) == 1:
        return x, axes[0], shape
    if not axes:
        return reshape(x, (*shape_of(x), 1)), ndim_of(x), shape
    if len(axes) == ndim_of(x):
        return flat(x), 0, shape
    x = moveaxis(x, axes, range(-len(axes), 0))
    return reshape(x, (*shape_of(x)[: -len(axes)], -1)), ndim_of(x) - len(axes), shape


def _quantile(function: Any, scale: float) -> Answer:
    def compute(
        x: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, method: str = "linear",
        keepdims: Any = False, *, weights: Any = None,
    ) -> Any:  # fmt: skip
        x, q = as_array(x), a_number(q)
        given_x, given_q = plain(x), q
        plainly = method == "linear" and weights is None
        if not plainly or np.isnan(plain(x)).any() or not np.size(plain(x)):
            return opaque(function, (x, q), given(axis=axis, method=method, keepdims=keepdims, weights=weights))
        kind = np.result_type(plain(x))
        if isinstance(q, (int, float)) and kind.kind == "f":
            q = kind.type(q)
        shares: Any = np.true_divide(q, kind.type(scale) if kind.kind == "f" else scale)
        if not ((shares >= 0) & (shares <= 1)).all():
            return function(plain(x), q)  # NumPy's own error
        x, along, shape = _one_axis(x, axis, keepdims)
        ordered = _call(np.sort, x, along)
        found = [_between(ordered, along, share) for share in shares.ravel()]
        found = [f if shape is None else reshape(f, shape) for f in found]
        if shares.ndim == 0:
            result = found[0]
        else:
            stacked = _call(np.stack, found)
            result = reshape(stacked, (*shares.shape, *shape_of(found[0])))
        if kind == np.float32:  # NumPy's versions differ in which precision the place between two entries has
            take_over(result, function(given_x, given_q, axis, keepdims=keepdims))
        return result if out is None else write_out(result, out)

    return compute


def _between(ordered: Any, axis: int, share: Any) -> Any:
    """The quantile of ordered numbers, on the line between the two that it lies between."""
    place = (shape_of(ordered)[axis] - 1) * share
    below = int(np.floor(place))
    kind = np.result_type(plain(ordered), share)
    above = min(below + 1, shape_of(ordered)[axis] - 1)
    t = place - below
    a, b = ordered[at_axis(ndim_of(ordered), axis, below)], ordered[at_axis(ndim_of(ordered), axis, above)]
    if t == 0:
        return cast_to(a, kind)
    rest = share.dtype.type(1 - t)
    if kind == np.result_type(plain(ordered)):
        t, rest = float(t), float(rest)
    return b - (b - a) * rest if t >= 0.5 else a + (b - a) * t


ANSWERS[np.quantile] = _quantile(np.quantile, 1)
ANSWERS[np.percentile] = _quantile(np.percentile, 100)


# What leaves nan out


def _without_nan(function: Any, instead: float) -> Answer:
    """A reduction that puts another number in the place of nan first."""

    def compute(x: Any, axis: Any = None, *args: Any, **options: Any) -> Any:
        x = as_array(x)
        return _call(function, _call(np.where, _call(np.isnan, x), instead, x), axis, *args, **options)

    return compute


for _name, _function, _instead in (
    ("nansum", np.sum, 0.0),
    ("nanprod", np.prod, 1.0),
    ("nancumsum", np.cumsum, 0.0),
    ("nancumprod", np.cumprod, 1.0),
):
    ANSWERS[getattr(np, _name)] = _without_nan(_function, _instead)


def _extreme_without_nan(function: Any, whole: Any, instead: float) -> Answer:
    put = _without_nan(whole, instead)

    def compute(x: Any, axis: Any = None, out: Any = None, keepdims: Any = ABSENT, **options: Any) -> Any:
        x = as_array(x)
        if np.isnan(plain(x)).all(axis).any():
            return opaque(function, (x,), {"axis": axis, **given(keepdims=keepdims), **options})
        return put(x, axis, out=out, keepdims=keepdims, **options)

    return compute


ANSWERS[np.nanmax] = _extreme_without_nan(np.nanmax, np.max, -np.inf)
ANSWERS[np.nanmin] = _extreme_without_nan(np.nanmin, np.min, np.inf)


@answers(np.nanmean)
def _nanmean(
    x: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = ABSENT, *, where: Any = ABSENT
) -> Any:
    x = as_array(x) if dtype is None else cast_to(as_array(x), np.dtype(dtype))
    options = {"keepdims": kept(keepdims), **given(where=where)}
    there = ~_call(np.isnan, x)
    total = ANSWERS[np.nansum](x, axis, **options)
    number = _call(np.sum, there, axis, **options) if where is ABSENT else _number(there, where, axis, options)
    result = cast_to(total / number, np.result_type(plain(total)))
    return result if out is None else write_out(result, out)


def _number(there: Any, where: Any, axis: Any, options: dict[str, Any]) -> Any:
    return _call(np.sum, there & as_array(where), axis, keepdims=options["keepdims"])


def _nan_spread(function: Any, root: bool) -> Answer:
    """np.nanvar and np.nanstd."""

    def compute(
        x: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: Any = 0, keepdims: Any = ABSENT, *,
        where: Any = ABSENT, mean: Any = ABSENT, correction: Any = ABSENT,
    ) -> Any:  # fmt: skip
        ddof = ddof if correction is ABSENT else correction
        if where is not ABSENT or mean is not ABSENT:
            options = given(axis=axis, ddof=ddof, keepdims=keepdims, where=where, mean=mean)
            return opaque(function, (x,), options)
        x = as_array(x) if dtype is None else cast_to(as_array(x), np.dtype(dtype))
        missing = _call(np.isnan, x)
        number = _call(np.sum, ~missing, axis, keepdims=True)
        if (plain(number) <= ddof).any():
            return opaque(function, (x,), given(axis=axis, ddof=ddof, keepdims=keepdims))
        kind = np.result_type(plain(x))
        mean = cast_to(_call(np.sum, _call(np.where, missing, 0.0, x), axis, keepdims=True) / number, kind)
        deviation = _call(np.where, missing, 0.0, x - mean)
        total = _call(np.sum, deviation * deviation, axis, keepdims=kept(keepdims))
        result = cast_to(total / (reshape(number, shape_of(total)) - ddof), kind)
        result = _root(result) if root else result
        return result if out is None else write_out(result, out)

    return compute


def _root(variance: Any) -> Any:
    """The root, whose slope is taken as 0 where there is no deviation at all (as in the row of np.std)."""
    none = _call(np.equal, variance, 0)
    if not plain(none).any():
        return _call(np.sqrt, variance)
    one = np.result_type(plain(variance)).type(1)
    return _call(np.where, none, variance, _call(np.sqrt, _call(np.where, none, one, variance)))


ANSWERS[np.nanvar] = _nan_spread(np.nanvar, False)
ANSWERS[np.nanstd] = _nan_spread(np.nanstd, True)


@answers(np.nanmedian)
def _nanmedian(x: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: Any = False) -> Any:
    x, along, shape = _one_axis(as_array(x), axis, keepdims)
    there = ~np.isnan(plain(x))
    if there.all():
        return _median(x, along) if shape is None else reshape(_median(x, along), shape)
    if out is not None or not there.any(along).all():
        return opaque(np.nanmedian, (x,), {"axis": along})
    ordered = _call(np.sort, x, along)  # nan comes last
    number = _call(np.sum, ~_call(np.isnan, x), along, keepdims=True)
    middle = [_call(np.take_along_axis, ordered, (number - less) // 2, along) for less in (1, 0)]
    result = _call(np.mean, _call(np.concatenate, middle, along), along)
    return result if shape is None else reshape(result, shape)


def _quantile_without_nan(function: Any, with_nan: Any) -> Answer:
    def compute(x: Any, q: Any, axis: Any = None, **options: Any) -> Any:
        x = as_array(x)
        missing = np.isnan(plain(x))
        if not missing.any():
            return _call(with_nan, x, q, axis, **options)
        if axis is None and not options and not missing.all():
            return _call(with_nan, x[~_call(np.isnan, x)], q)
        return opaque(function, (x, q), {"axis": axis, **options})

    return compute


ANSWERS[np.nanquantile] = _quantile_without_nan(np.nanquantile, np.quantile)
ANSWERS[np.nanpercentile] = _quantile_without_nan(np.nanpercentile, np.percentile)


# Differences and integrals


@answers(np.diff)
def _diff(x: Any, n: int = 1, axis: int = -1, prepend: Any = ABSENT, append: Any = ABSENT) -> Any:
    x = stand(x)
    ndim = ndim_of(x)
    if n < 0 or ndim == 0:
        return np.diff(plain(x), n, axis)  # NumPy's own error
    if n == 0:
        return x
    (axis,) = normal_axis(operator.index(axis), ndim)
    parts = [_edge(p, x, axis) for p in (prepend, x, append) if p is not ABSENT]
    if len(parts) > 1:
        x = stand(_call(np.concatenate, parts, axis))
    for _ in range(n):
        later, earlier = x[at_axis(ndim, axis, slice(1, None))], x[at_axis(ndim, axis, slice(None, -1))]
        x = later != earlier if np.result_type(plain(x)).kind == "b" else later - earlier
    return x


def _edge(part: Any, x: Any, axis: int) -> Any:
    if part is x or ndim_of(as_array(part)):
        return as_array(part)
    return _call(np.broadcast_to, part, tuple(1 if a == axis else n for a, n in enumerate(shape_of(x))))


@answers(np.ediff1d)
def _ediff1d(x: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    x = flat(stand(x))
    result = x[1:] - x[:-1]
    parts = [flat(as_array(p)) if p is not result else p for p in (to_begin, result, to_end) if p is not None]
    return _call(np.concatenate, parts) if len(parts) > 1 else result


@answers(np.trapezoid if hasattr(np, "trapezoid") else object())
def _trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y = stand(y)
    ndim = ndim_of(y)
    if x is None:
        step = dx
    else:
        x = stand(x)
        step = _call(np.diff, x, axis=axis if ndim_of(x) > 1 else -1)
        if ndim_of(x) == 1 and ndim > 1:
            shape = [1] * ndim
            shape[axis] = shape_of(step)[0]
            step = reshape(step, shape)
    later, earlier = y[at_axis(ndim, axis, slice(1, None))], y[at_axis(ndim, axis, slice(None, -1))]
    return _call(np.sum, step * (later + earlier) / 2.0, axis)


@answers(np.gradient)
def _gradient(f: Any, *spacing: Any, axis: Any = None, edge_order: int = 1) -> Any:
    f = stand(f)
    axes = normal_axis(axis, ndim_of(f))
    steps: list[Any] = list(spacing) or [1.0]
    if len(steps) == 1 and ndim_of(as_array(steps[0])) == 0:
        steps *= len(axes)
    if len(steps) != len(axes) or any(ndim_of(as_array(s)) > 1 for s in steps):
        return np.gradient(plain(f), *map(plain, spacing), axis=axis)  # NumPy's own error
    if any(shape_of(f)[a] < edge_order + 1 for a in axes):
        raise ValueError(
            "Shape of array too small to calculate a numerical gradient, at least (edge_order + 1) elements"
        )
    found = [_slope(f, a, as_array(s), edge_order) for a, s in zip(axes, steps, strict=True)]
    return found[0] if len(axes) == 1 else tuple(found)


def _slope(f: Any, axis: int, spacing: Any, edge_order: int) -> Any:
    """The slope along one axis as np.gradient takes it: central differences inside, one-sided ones at the ends."""
    ndim = ndim_of(f)

    def at(start: int | None, stop: int | None) -> Any:
        return f[at_axis(ndim, axis, slice(start, stop))]

    first, second, third = at(None, 1), at(1, 2), at(2, 3)
    last, before, earlier = at(-1, None), at(-2, -1), at(-3, -2)
    h = spacing
    if ndim_of(h):
        h = _call(np.diff, h)
        if (plain(h) == plain(h)[:1]).all():
            h = h[0]
    if ndim_of(h) == 0:
        inner = (at(2, None) - at(None, -2)) / (2.0 * h)
        if edge_order == 1:
            ends = (second - first) / h, (last - before) / h
        else:
            ends = (
                (-1.5 / h) * first + (2.0 / h) * second + (-0.5 / h) * third,
                (0.5 / h) * earlier + (-2.0 / h) * before + (1.5 / h) * last,
            )
    else:
        shape = tuple(-1 if a == axis else 1 for a in range(ndim))
        one, two = h[:-1], h[1:]
        a, b, c = -two / (one * (one + two)), (two - one) / (one * two), one / (two * (one + two))
        inner = reshape(a, shape) * at(None, -2) + reshape(b, shape) * at(1, -1) + reshape(c, shape) * at(2, None)
        if edge_order == 1:
            ends = (second - first) / h[0], (last - before) / h[-1]
        else:
            d, e = h[0], h[1]
            start = -(2.0 * d + e) / (d * (d + e)) * first + (d + e) / (d * e) * second + -d / (e * (d + e)) * third
            d, e = h[-2], h[-1]
            stop = e / (d * (d + e)) * earlier + -(e + d) / (d * e) * before + (2.0 * e + d) / (e * (d + e)) * last
            ends = start, stop
    return _call(np.concatenate, (ends[0], inner, ends[1]), axis)
