"""NumPy's names: sorting, reading and writing at places that values decide, choosing, counting, interpolating."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from whygrad.program import Primitive
from whygrad.rules import choices, ordering, primitive
from whygrad.watching.answering import answers, has_stand_in, opaque, plain_tree
from whygrad.watching.arrays import as_array, cast_to, created, stand, take_over, target_of
from whygrad.watching.elementwise import write_out
from whygrad.watching.rearranging import read_along
from whygrad.watching.recording import current
from whygrad.watching.shaping import flat, normalize, whole_numbers
from whygrad.watching.standin import ANSWERS, StandIn, apply, deepest, newest, plain
from whygrad.watching.writing import copied


def _flexible(made_by: Primitive, operands: tuple[Any, ...], params: tuple[Any, ...] = ()) -> Any:
    """A step whose result's length depends on values."""
    made = apply(made_by, operands, params)
    if type(made) is StandIn:
        made._recording.flexible.append(made._index)
        return made
    return created(made)


# Order


def _axis_of(x: Any, axis: Any) -> tuple[Any, int]:
    """The array and the axis to work along; None: flattened."""
    if axis is None:
        return flat(x), 0
    return x, normalize(axis, np.ndim(plain(x)))[0]


@answers(np.sort)
def sort(a: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    x = stand(as_array(a))
    if order is not None or type(x) is not StandIn:
        return opaque(np.sort, (x, axis, kind, order), {})
    x, axis = _axis_of(x, axis)
    return apply(ordering.SORT, (x,), (axis,))


@answers(np.argsort)
def argsort(a: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    x = stand(as_array(a))
    if order is not None or type(x) is not StandIn:
        return opaque(np.argsort, (x, axis, kind, order), {})
    x, axis = _axis_of(x, axis)
    return apply(ordering.ARGSORT, (x,), (axis, "stable" if stable else kind))


def _running(extreme: Any) -> Any:
    """np.maximum.accumulate: at each place the entry that was the largest so far is read."""

    def accumulate(x: Any, axis: Any = 0, dtype: Any = None, out: Any = None) -> Any:
        x = stand(as_array(x))
        if type(x) is not StandIn or dtype is not None or out is not None or np.ndim(plain(x)) == 0 or _has_nan(x):
            return opaque(extreme.accumulate, (x, axis, dtype, out), {})
        axis = normalize(axis, np.ndim(plain(x)))[0]
        places = apply(ordering.RUNNING_PLACES[extreme], (x,), (axis,))
        return apply(ordering.TAKE_ALONG_AXIS, (x, places), (axis,))

    return accumulate


def _has_nan(x: Any) -> bool:
    return bool(np.isnan(plain(x)).any())


for _extreme in (np.maximum, np.minimum):
    ANSWERS[_extreme.accumulate] = _running(_extreme)


def _partition(made_by: Primitive, function: Any) -> Any:
    def part(a: Any, kth: Any, axis: Any = -1, kind: Any = "introselect", order: Any = None) -> Any:
        x = stand(as_array(a))
        if order is not None or type(x) is not StandIn:
            return opaque(function, (x, kth, axis, kind, order), {})
        x, axis = _axis_of(x, axis)
        return apply(made_by, (x,), (whole_numbers(plain_tree(kth)), axis))

    ANSWERS[function] = part
    return part


partition = _partition(ordering.PARTITION, np.partition)
_partition(ordering.ARGPARTITION, np.argpartition)


# Reading and writing at places


@answers(np.take)
def _take(a: Any, indices: Any, axis: Any = None, out: Any = None, mode: str = "raise") -> Any:
    x, indices = stand(as_array(a)), as_array(indices)
    length = np.size(plain(x)) if axis is None else np.shape(plain(x))[axis]
    if mode == "wrap":
        indices = indices % length
    elif mode == "clip":
        indices = ANSWERS[np.clip](indices, 0, length - 1)
    made = read_along(x, axis, indices)
    if type(made) is StandIn and made._base is not None:
        made = copied(made)  # of one entry, a row, NumPy would read a view by indexing
    elif np.ndim(made._value):
        take_over(made, np.ascontiguousarray(made._value))  # an index by arrays has a layout of its own
    return made if out is None else write_out(made, out)


@answers(np.take_along_axis)
def take_along_axis(arr: Any, indices: Any, axis: Any = -1) -> Any:
    x, indices = stand(as_array(arr)), as_array(indices)
    if axis is None or np.ndim(plain(x)) == 1:
        return flat(x)[indices]
    if not has_stand_in((x, indices)):
        return created(np.take_along_axis(x, indices, axis))
    (axis,) = normalize(axis, np.ndim(plain(x)))
    one, other = np.shape(plain(x)), np.shape(plain(indices))
    if len(one) != len(other) or one[:axis] + one[axis + 1 :] != other[:axis] + other[axis + 1 :]:
        return x[_places_along(indices, axis)]  # the index broadcasts against the array
    return apply(ordering.TAKE_ALONG_AXIS, (x, indices), (axis,))


def _places_along(indices: Any, axis: int) -> tuple[Any, ...]:
    grid = np.ix_(*(np.arange(n) for n in np.shape(plain(indices))))
    return tuple(indices if n == axis else grid[n] for n in range(len(grid)))


@answers(np.put_along_axis)
def _put_along_axis(arr: Any, indices: Any, values: Any, axis: Any) -> None:
    recording = deepest(arr, indices, values) or current.get()
    if recording is None:
        np.put_along_axis(arr, indices, values, axis)
        return
    target, values = target_of(arr, recording), as_array(values)
    if axis is None:
        from whygrad.watching.making import Flat

        Flat(target)[indices] = values
        return
    (axis,) = normalize(axis, np.ndim(plain(target)))
    shape, wanted = np.shape(plain(target)), list(np.shape(plain(as_array(indices))))
    wanted = [n if k == axis else shape[k] for k, n in enumerate(wanted)]  # an index of one row serves them all
    indices = ANSWERS[np.broadcast_to](as_array(indices), tuple(wanted))
    target[_places_along(indices, axis)] = values


@answers(np.compress)
def _compress(condition: Any, a: Any, axis: Any = None, out: Any = None) -> Any:
    x, condition = stand(as_array(a)), stand(as_array(condition))
    made = read_along(x, axis, ANSWERS[np.flatnonzero](condition))
    return made if out is None else write_out(made, out)


@answers(np.extract)
def _extract(condition: Any, arr: Any) -> Any:
    x, condition = stand(as_array(arr)), stand(as_array(condition))
    return flat(x)[ANSWERS[np.flatnonzero](condition)]


# Choosing


@answers(np.select)
def _select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """The first condition that holds decides: one np.where in the other."""
    if len(condlist) != len(choicelist) or not condlist:
        return np.select(plain_tree(condlist), plain_tree(choicelist), plain_tree(default))  # NumPy's own error
    made = as_array(default)
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        made = apply(choices.WHERE, (as_array(condition), as_array(choice), made))
    return made


@answers(np.choose)
def _choose(a: Any, choices_: Any, out: Any = None, mode: str = "raise") -> Any:
    a, parts = as_array(a), [as_array(c) for c in choices_]
    real = np.choose(plain(a), [plain(p) for p in parts], mode=mode)  # type: ignore[call-overload]
    if not has_stand_in((a, parts)):
        return created(real)
    index: Any = {"raise": lambda: a, "wrap": lambda: a % len(parts)}.get(mode, lambda: None)()
    if index is None:
        index = ANSWERS[np.clip](a, 0, len(parts) - 1)
    made = parts[-1]
    for number in reversed(range(len(parts) - 1)):
        made = apply(choices.WHERE, (apply(primitive("equal"), (index, number)), parts[number], made))
    if np.shape(plain(made)) != np.shape(real):
        made = ANSWERS[np.broadcast_to](made, np.shape(real))
    return made if out is None else write_out(made, out)


@answers(np.piecewise)
def _piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    """Each function is called with the entries for which its condition holds, and its results are put in there."""
    from whygrad.watching.routing import CALL

    x = stand(as_array(x))
    single = not isinstance(condlist, (list, tuple)) or (condlist and np.ndim(plain(condlist[0])) == 0 < np.ndim(x))
    conditions = [stand(as_array(c)) for c in ([condlist] if single else condlist)]
    functions = list(funclist)
    if len(functions) == len(conditions) + 1:
        rest = conditions[0]
        for condition in conditions[1:]:
            rest = rest | condition
        conditions.append(~rest)
    if len(functions) != len(conditions):
        return np.piecewise(plain(x), plain_tree(condlist), [0.0] * len(functions))  # NumPy's own error
    made = stand(created(np.zeros_like(plain(x))))
    for condition, function in zip(conditions, functions, strict=True):
        if not callable(function):
            made[condition] = function
        elif np.any(plain(condition)):
            made[condition] = CALL(function, x[condition], *args, **kw)
    return made


# Where something lies


@answers(np.flatnonzero)
def _flatnonzero(a: Any) -> Any:
    return _flexible(ordering.FLATNONZERO, (as_array(a),))


@answers(np.nonzero)
def nonzero(a: Any) -> Any:
    x = as_array(a)
    if np.ndim(plain(x)) == 0:
        return np.nonzero(plain(x))  # NumPy's own error
    return tuple(_flexible(ordering.NONZERO, (x,), (k,)) for k in range(np.ndim(plain(x))))


@answers(np.argwhere)
def _argwhere(a: Any) -> Any:
    found = nonzero(ANSWERS[np.atleast_1d](as_array(a)))
    made = ANSWERS[np.stack](found, 1) if has_stand_in(found) else created(np.stack(found, 1))
    return made if np.ndim(plain(as_array(a))) else created(np.argwhere(plain(a)))


@answers(np.searchsorted)
def searchsorted(a: Any, v: Any, side: Any = "left", sorter: Any = None) -> Any:
    if sorter is not None:
        a = as_array(a)[sorter]
    return apply(ordering.SEARCHSORTED, (as_array(a), as_array(v)), (side,))


@answers(np.digitize)
def _digitize(x: Any, bins: Any, right: bool = False) -> Any:
    real = np.asarray(plain_tree(as_array(bins)))
    np.digitize(np.zeros(0), real, right)  # NumPy's own error, where the bins are in no order
    if len(real) > 1 and real[0] > real[-1]:
        return len(real) - searchsorted(as_array(bins)[::-1], x, "right" if right else "left")
    return searchsorted(bins, x, "left" if right else "right")


@answers(np.unique)
def _unique(
    ar: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: Any = None,
    *,
    equal_nan: bool = True,
    **more: Any,
) -> Any:
    """The values that occur: the array read where each occurs first."""
    x = stand(as_array(ar))
    if type(x) is not StandIn or axis is not None:
        kwargs = {"axis": axis, "equal_nan": equal_nan, **more}
        return opaque(np.unique, (x, return_index, return_inverse, return_counts), kwargs)
    _, first, inverse, counts = np.unique(plain(x), True, True, True, equal_nan=equal_nan)
    x._recording.guard(newest(x)._index, "which are the first of their value")
    found = [flat(x)[created(first)]]
    for wanted, part in ((return_index, first), (return_inverse, inverse), (return_counts, counts)):
        if wanted:
            found.append(created(part.copy()))
    return found[0] if len(found) == 1 else tuple(found)


# Counting


@answers(np.bincount)
def _bincount(x: Any, /, weights: Any = None, minlength: Any = 0) -> Any:
    x, least = as_array(x), operator.index(minlength)
    if weights is None:
        return _flexible(ordering.COUNTS, (x,), (least,))
    return _flexible(ordering.BINCOUNT, (x, as_array(weights)), (least,))


# Between points


@answers(np.interp)
def _interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """On the line between the two points that x lies between, as NumPy computes it."""
    x, xp, fp = (stand(as_array(v)) for v in (x, xp, fp))
    n = np.size(plain(xp))
    if period is not None or n < 2 or not has_stand_in((x, xp, fp)):
        return opaque(np.interp, (x, xp, fp, left, right, period), {})
    np.interp(plain(x), plain(xp), plain(fp))  # NumPy's own errors
    x, xp, fp = (cast_to(v, np.dtype(float)) for v in (x, xp, fp))
    j = ANSWERS[np.clip](searchsorted(xp, x, "right") - 1, 0, n - 2)
    x0, y0 = xp[j], fp[j]
    made = (fp[j + 1] - y0) / (xp[j + 1] - x0) * (x - x0) + y0
    made = apply(choices.WHERE, (x >= xp[-1], fp[-1], made))
    made = apply(choices.WHERE, (x < xp[0], fp[0] if left is None else left, made))
    return made if right is None else apply(choices.WHERE, (x > xp[-1], right, made))
