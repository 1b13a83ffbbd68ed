"""What NumPy's functions (and math's) answer when watched values are among their arguments.

One table, ANSWERS: the very function the author called -> how it is recorded. The protocols of the stand-in and the
calls of re-made code both end here. A function that is not in the table is run on the plain values and recorded as
an opaque step: a gradient that would have to pass through it is refused later, with the author's line.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from whygrad.errors import EscapeError, InPlaceError
from whygrad.program import Primitive
from whygrad.rules import ROWS, arithmetic, choices, indexing, primitive, products, reductions, shapes
from whygrad.watching.recording import Recording, current
from whygrad.watching.standin import (
    StandIn,
    apply,
    assign,
    assign_result,
    copied,
    deepest,
    lift,
    matmul,
    newest,
    plain,
    record,
    store,
    take_view,
    template_of,
    write_item,
)

Answer = Callable[..., Any]
ANSWERS: dict[Any, Answer] = {}


def answers(*functions: Any) -> Callable[[Answer], Answer]:
    """Enter an answer for NumPy functions of the same meaning."""

    def enter(answer: Answer) -> Answer:
        for function in functions:
            ANSWERS[function] = answer
        return answer

    return enter


def answer(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What the function gives for these arguments, watched."""
    known = ANSWERS.get(function)
    if known is not None:
        return known(*args, **kwargs)
    return opaque(function, args, kwargs)


# Element by element


def _elementwise(made_by: Primitive) -> Answer:
    evaluate, arity = made_by.evaluate, len(ROWS[made_by.name].operands)

    def one(x: Any, /, out: Any = None, **kwargs: Any) -> Any:
        if type(x) is StandIn and out is None and not kwargs and not x._recording.over:
            recording = x._recording
            if x._base is not None:
                newest(x)
            value = evaluate(x._value)
            index = recording.emit(made_by, (x._index,), (), value)
            recording.used.add(x._index)
            made = StandIn(recording, index, value)
            made._own = True
            return made
        return _into(made_by, (x,), out, kwargs)

    def several(*operands: Any, out: Any = None, **kwargs: Any) -> Any:
        if len(operands) > arity:
            operands, out = operands[:arity], operands[arity]
        if out is None and not kwargs:
            return apply(made_by, operands)
        return _into(made_by, operands, out, kwargs)

    return one if arity == 1 else several


def _into(made_by: Primitive, operands: tuple[Any, ...], out: Any, kwargs: dict[str, Any]) -> Any:
    """The forms with out=, dtype=, where=."""
    if isinstance(out, tuple):
        out = out[0]
    dtype, mask = kwargs.pop("dtype", None), kwargs.pop("where", True)
    for ignored in ("casting", "order", "subok", "signature"):
        kwargs.pop(ignored, None)
    if kwargs:
        raise TypeError(f"{made_by.name}() got an unexpected keyword argument {next(iter(kwargs))!r}")
    if dtype is not None:
        operands = tuple(cast_to(x, np.dtype(dtype)) for x in operands)
    if out is None:
        return apply(made_by, operands)
    target = out_stand_in(out, *operands)
    if mask is not True:
        result = apply(primitive("where"), (mask, apply(made_by, operands), copied(target)))
        return assign(target, result._index, result._value)
    return assign_result(made_by, operands, (), target)


def out_stand_in(out: Any, *operands: Any) -> StandIn:
    """The stand-in of an array that a result is to be written into."""
    if type(out) is StandIn:
        return out
    recording = deepest(*operands)
    assert recording is not None
    return recording.capture(out, "")


def _variants() -> None:
    """NumPy's own functions for the rows of the operators: same row, other evaluator."""
    numpy_operators = {
        "add": np.add, "subtract": np.subtract, "multiply": np.multiply, "divide": np.divide, "power": np.power,
        "negative": np.negative, "remainder": np.remainder, "floor_divide": np.floor_divide,
        "greater": np.greater, "greater_equal": np.greater_equal, "less": np.less, "less_equal": np.less_equal,
        "equal": np.equal, "not_equal": np.not_equal, "bitwise_and": np.bitwise_and, "bitwise_or": np.bitwise_or,
        "invert": np.invert,
    }  # fmt: skip
    for name, function in numpy_operators.items():
        ANSWERS[function] = _elementwise(Primitive(name, function))
    for name in (
        "exp", "log", "sqrt", "square", "reciprocal", "tanh", "sin", "cos", "log1p", "expm1", "absolute",
        "maximum", "minimum", "logical_and", "logical_or", "logical_xor", "logical_not", "isnan", "isfinite",
        "isinf", "signbit", "sign", "floor", "ceil", "rint", "trunc",
    ):  # fmt: skip
        ANSWERS[getattr(np, name)] = _elementwise(primitive(name))
    ANSWERS[np.fabs] = _elementwise(Primitive("absolute", np.fabs))
    ANSWERS[np.float_power] = _elementwise(Primitive("power", np.float_power))
    for name, function in {
        "exp": math.exp, "log": math.log, "sqrt": math.sqrt, "tanh": math.tanh, "sin": math.sin, "cos": math.cos,
        "log1p": math.log1p, "expm1": math.expm1, "absolute": math.fabs, "power": math.pow,
    }.items():  # fmt: skip
        ANSWERS[function] = _of_math(Primitive(name, function))


def _of_math(made_by: Primitive) -> Answer:
    row_arity = len(ROWS[made_by.name].operands)

    def compute(*operands: Any) -> Any:
        if made_by.name == "log" and len(operands) == 2:
            return compute(operands[0]) / compute(operands[1])
        if len(operands) != row_arity or any(np.size(plain(x)) != 1 for x in operands):
            return made_by.evaluate(*map(plain, operands))
        return apply(made_by, tuple(_number(x) for x in operands))

    return compute


def _number(x: Any) -> Any:
    """What math's functions see of a watched value: a number."""
    return to_float(x) if type(x) is StandIn and type(x._value) is np.ndarray else x


def answer_ufunc(ufunc: Any, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The stand-in's __array_ufunc__."""
    if method == "__call__":
        return answer(ufunc, inputs, kwargs)
    if method == "reduce" and ufunc in _REDUCE:
        x, axis = inputs[0], kwargs.pop("axis", 0) if len(inputs) < 2 else inputs[1]
        return ANSWERS[_REDUCE[ufunc]](x, axis=axis, **{k: v for k, v in kwargs.items() if v is not None})
    if method == "at" and ufunc in (np.add, np.subtract):
        return _add_at(ufunc, *inputs)
    if method == "outer" and ufunc is np.multiply:
        return answer(np.multiply, (inputs[0][(..., *(None,) * np.ndim(plain(inputs[1])))], inputs[1]), kwargs)
    return opaque(getattr(ufunc, method), inputs, kwargs)


_REDUCE = {np.add: np.sum, np.maximum: np.max, np.minimum: np.min}


def _add_at(ufunc: Any, x: Any, key: Any, value: Any) -> None:
    recording = deepest(x, key, value)
    assert recording is not None
    target = x if type(x) is StandIn else recording.capture(x, "")
    template, arrays = template_of(recording, key)
    if ufunc is np.subtract:
        value = -value
    v = lift(recording, value)
    operands = (v, *arrays)
    base = newest(target)
    new = indexing.ADD_AT.evaluate(base._value, *(recording.values[i] for i in operands), template)
    index = recording.emit(indexing.ADD_AT, (base._index, *operands), (template,), new)
    recording.used.update((base._index, v))
    store(target, index, new)


# Reductions


def normal_axis(axis: Any, ndim: int) -> tuple[int, ...]:
    """Axes as a sorted tuple of whole numbers from 0."""
    if axis is None:
        return tuple(range(ndim))
    axes = (axis,) if isinstance(axis, (int, np.integer)) or type(axis) is StandIn else tuple(axis)
    return tuple(sorted(np.lib.array_utils.normalize_axis_tuple(tuple(operator.index(a) for a in axes), ndim)))


def _reduction(made_by: Primitive) -> Answer:
    def reduce(x: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False, **other: Any) -> Any:
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


def as_array(x: Any) -> Any:
    """Lists with watched values in them become one watched array; stand-ins and arrays stay."""
    if isinstance(x, (list, tuple)) and type(x) is not StandIn:
        return array_of(x, None, None)
    return x


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


# Products


@answers(np.matmul)
def _matmul(a: Any, b: Any, out: Any = None, **kwargs: Any) -> Any:
    result = matmul(as_array(a), as_array(b))
    return result if out is None else _write_out(result, out)


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
    return result if out is None else _write_out(result, out)


@answers(np.outer)
def _outer(a: Any, b: Any, out: Any = None) -> Any:
    result = apply(products.OUTER, (ravel(as_array(a)), ravel(as_array(b))))
    return result if out is None else _write_out(result, out)


@answers(np.inner, np.vdot)
def _inner(a: Any, b: Any) -> Any:
    if np.ndim(plain(a)) == 1 and np.ndim(plain(b)) == 1:
        return apply(products.DOT, (a, b))
    return opaque(np.inner, (a, b), {})


def _write_out(result: Any, out: Any) -> Any:
    target = out_stand_in(out, result)
    return assign(target, result._index, result._value)


# Shapes


def stand(x: Any) -> Any:
    """An array-like as something that views can be taken of: a stand-in where a run is watched."""
    x = as_array(x)
    recording = current.get()
    if type(x) is not StandIn and recording is not None and isinstance(x, np.ndarray):
        return recording.capture(x, "")
    return x


def transpose(x: Any, axes: Any = None) -> Any:
    x = stand(x)
    if type(x) is not StandIn:
        return np.transpose(x, axes)
    ndim = np.ndim(x._value)
    if axes is None:
        order = tuple(reversed(range(ndim)))
    else:
        order = tuple(np.lib.array_utils.normalize_axis_tuple(tuple(axes), ndim))
    return x if ndim < 2 and axes is None else take_view(x, shapes.TRANSPOSE, (), (order,))


def reshape(x: Any, shape: Any, order: str = "C", **kwargs: Any) -> Any:
    x = stand(x)
    if type(x) is not StandIn:
        return np.reshape(x, shape, order=order)  # type: ignore[call-overload]
    given = (shape,) if isinstance(shape, (int, np.integer)) or type(shape) is StandIn else tuple(shape)
    wanted = [operator.index(n) for n in given]
    if order == "F":
        return transpose(reshape(transpose(x), wanted[::-1]))
    if -1 in wanted:
        rest = math.prod(n for n in wanted if n != -1)
        if rest and np.size(x._value) % rest == 0 and wanted.count(-1) == 1:
            wanted[wanted.index(-1)] = np.size(x._value) // rest
    return take_view(x, shapes.RESHAPE, (), (tuple(wanted),))


def ravel(x: Any, order: str = "C") -> Any:
    x = stand(x)
    if type(x) is not StandIn:
        return np.ravel(x, order=order)  # type: ignore[call-overload]
    if order not in ("C", "F"):
        return opaque(np.ravel, (x, order), {})
    return reshape(x, (np.size(x._value),), order)


def flatten(x: Any, order: str = "C") -> Any:
    return copied(ravel(x, order))


def expand_dims(x: Any, axis: Any) -> Any:
    x = stand(x)
    axes = (axis,) if isinstance(axis, (int, np.integer)) else tuple(axis)
    places = np.lib.array_utils.normalize_axis_tuple(axes, np.ndim(plain(x)) + len(axes))
    rest = iter(np.shape(plain(x)))
    return reshape(x, tuple(1 if i in places else next(rest) for i in range(np.ndim(plain(x)) + len(axes))))


def squeeze(x: Any, axis: Any = None) -> Any:
    x = stand(x)
    return reshape(x, np.squeeze(plain(x), axis=axis).shape)


def swapaxes(x: Any, one: int, two: int) -> Any:
    order = list(range(np.ndim(plain(x))))
    order[one], order[two] = order[two], order[one]
    return transpose(x, order)


def broadcast_to(x: Any, shape: Any, subok: bool = False) -> Any:
    x = stand(x)
    wanted = (shape,) if isinstance(shape, (int, np.integer)) else tuple(operator.index(n) for n in shape)
    return take_view(x, shapes.BROADCAST_TO, (), (wanted,)) if type(x) is StandIn else np.broadcast_to(x, shape)


def at_least_2d(x: Any) -> Any:
    ndim = np.ndim(plain(x))
    return x if ndim >= 2 else reshape(x, (1, np.size(plain(x))))


# Making arrays


def cast_to(x: Any, dtype: Any) -> Any:
    """x with another dtype; the same stand-in where it has it already."""
    if type(x) is not StandIn:
        return np.asarray(x, dtype=dtype)
    x = newest(x)
    if dtype.kind == "O":
        raise EscapeError(
            "a watched array would be put into an array of objects, which cannot be watched",
            place=x._recording.here(),
            instead="use a list, or an array of floats",
        )
    x._recording.refuse_complex(np.zeros(0, dtype))
    if np.result_type(x._value) == dtype and type(x._value) is not float:
        return x
    return apply(shapes.CAST, (x,), (str(dtype),))


def array_of(x: Any, dtype: Any, recording: Recording | None) -> Any:
    """np.array(x) where stand-ins may be in a nested list."""
    wanted = np.dtype(dtype) if dtype is not None else None
    if type(x) is StandIn:
        if type(x._value) is np.ndarray:
            return x if wanted is None else cast_to(x, wanted)
        made = apply(shapes.RESHAPE, (x,), ((),))  # a number becomes a 0-d array
        return made if wanted is None else cast_to(made, wanted)
    inner = recording or innermost(x)
    if inner is None or not isinstance(x, (list, tuple)):
        return np.array(x, dtype=wanted)
    if not _has_stand_in(x):
        return np.array(x, dtype=wanted)
    parts = [array_of(p, None, None) if isinstance(p, (list, tuple)) and type(p) is not StandIn else p for p in x]
    inputs = tuple(lift(inner, p) for p in parts)
    value = indexing.STACK.evaluate(*(inner.values[i] for i in inputs), None if wanted is None else str(wanted))
    if value.dtype == object:
        raise EscapeError(
            "watched values of different shapes would be put into an array of objects, which cannot be watched",
            place=inner.here(),
            instead="keep them in a list",
        )
    return record(inner, indexing.STACK, inputs, (None if wanted is None else str(wanted),), value)


def _has_stand_in(x: Any) -> bool:
    if type(x) is StandIn:
        return True
    if type(x) in (list, tuple, set):
        return any(_has_stand_in(p) for p in x)
    if type(x) is dict:
        return any(_has_stand_in(p) for p in x.values())
    return False


def innermost(x: Any) -> Recording | None:
    """The deepest recording among stand-ins in nested containers."""
    if type(x) is StandIn:
        return None if x._recording.over else x._recording
    found: Recording | None = None
    parts = x.values() if type(x) is dict else x if type(x) in (list, tuple, set) else ()
    for p in parts:
        inner = innermost(p)
        if inner is not None and (found is None or inner.level > found.level):
            found = inner
    return found


@answers(np.array)
def _array(x: Any, dtype: Any = None, copy: Any = True, order: str = "K", ndmin: int = 0, **kwargs: Any) -> Any:
    made = array_of(x, dtype, None)
    if type(made) is StandIn:
        if made is x and copy is not False and copy is not None:
            made = copied(made, order or "K")
        if ndmin > np.ndim(made._value):
            made = reshape(made, (1,) * (ndmin - np.ndim(made._value)) + np.shape(made._value))
        return made
    return created(np.array(x, dtype=dtype, ndmin=ndmin))


@answers(np.asarray, np.asanyarray, np.ascontiguousarray, np.asfarray if hasattr(np, "asfarray") else np.asarray)
def _asarray(x: Any, dtype: Any = None, order: Any = None, **kwargs: Any) -> Any:
    if type(x) is StandIn:
        return array_of(x, dtype, None)
    if isinstance(x, np.ndarray):
        recording = current.get()
        stood = recording.capture(x, "") if recording is not None else x
        return stood if dtype is None else cast_to(stood, np.dtype(dtype))
    made = array_of(x, dtype, None)
    return made if type(made) is StandIn else created(made)


@answers(np.copy)
def _copy(x: Any, order: str = "K", **kwargs: Any) -> Any:
    x = stand(x)
    return copied(x, order) if type(x) is StandIn else created(np.copy(x))


def created(value: Any, path: str = "") -> Any:
    """An array that the code made: watched from now on, where a run is watched."""
    recording = current.get()
    if recording is None or not isinstance(value, np.ndarray) or value.dtype.kind not in "fiub":
        return value
    return recording.capture(value, path, "created")


def _like(function: Any) -> Answer:
    def make(x: Any, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None, **kwargs: Any) -> Any:
        return created(function(np.asarray(plain(as_array(x))), dtype=dtype, shape=shape))

    return make


for _function in (np.zeros_like, np.ones_like, np.empty_like):
    ANSWERS[_function] = _like(_function)


@answers(np.full_like)
def _full_like(x: Any, fill_value: Any, dtype: Any = None, **kwargs: Any) -> Any:
    like = np.asarray(plain(x))
    return _full(like.shape, fill_value, dtype=dtype or like.dtype)


@answers(np.full)
def _full(shape: Any, fill_value: Any, dtype: Any = None, **kwargs: Any) -> Any:
    if not _has_stand_in(fill_value):
        return created(np.full(_plain_tree(shape), fill_value, dtype=dtype))
    fill = as_array(fill_value)
    made = copied(broadcast_to(array_of(fill, dtype, None), shape))
    return made


@answers(np.linspace)
def _linspace(start: Any, stop: Any, num: Any = 50, endpoint: bool = True, **kwargs: Any) -> Any:
    if innermost([start, stop]) is None or kwargs:
        return created(np.linspace(start, stop, num, endpoint, **kwargs))
    return opaque(np.linspace, (start, stop, num, endpoint), kwargs)


@answers(np.stack)
def _stack(parts: Any, axis: int = 0, **kwargs: Any) -> Any:
    parts = list(parts)
    if not _has_stand_in(parts) or kwargs:
        return opaque(np.stack, (parts, axis), kwargs)
    first = array_of(parts, None, None)
    order = list(range(1, np.ndim(plain(first))))
    order.insert(axis if axis >= 0 else axis + len(order) + 1, 0)
    return transpose(first, order)


@answers(np.vstack)
def _vstack(parts: Any, **kwargs: Any) -> Any:
    parts = list(parts)
    if not _has_stand_in(parts) or kwargs or any(np.ndim(plain(p)) != 1 for p in parts):
        return opaque(np.vstack, (parts,), kwargs)
    return array_of(parts, None, None)


@answers(np.where)
def _where(condition: Any, *choices_: Any) -> Any:
    if len(choices_) != 2:
        found = np.where(plain(condition))
        recording = deepest(condition)
        if recording is not None:
            recording.guard(lift(recording, condition), "where it holds")
        return tuple(created(f) for f in found)
    return apply(choices.WHERE, (as_array(condition), as_array(choices_[0]), as_array(choices_[1])))


@answers(np.clip)
def _clip(x: Any, a_min: Any = None, a_max: Any = None, out: Any = None, **kwargs: Any) -> Any:
    low, high = kwargs.pop("min", a_min), kwargs.pop("max", a_max)
    if low is not None:
        x = apply(choices.MAXIMUM, (x, low))
    if high is not None:
        x = apply(choices.MINIMUM, (x, high))
    return x if out is None else _write_out(x, out)


@answers(np.copyto)
def _copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    recording = deepest(dst, src)
    assert recording is not None
    target = dst if type(dst) is StandIn else recording.capture(dst, "")
    if where is not True:
        src = apply(choices.WHERE, (where, src, copied(target)))
    write_item(target, (), (("ellipsis",),), src)


@answers(np.positive)
def _positive(x: Any, **kwargs: Any) -> Any:
    return copied(x) if type(x) is StandIn else np.positive(x)


@answers(np.fill_diagonal)
def _fill_diagonal(x: Any, value: Any, wrap: bool = False) -> None:
    n = np.arange(min(np.shape(plain(x))))
    stand(x)[n, n] = value


# Numbers


def to_float(x: Any) -> Any:
    """float(x), watched: a Python number that still knows where it comes from."""
    if type(x) is not StandIn:
        return float(x)
    if x._recording.over:
        return float(newest(x)._value)
    x = newest(x)
    if type(x._value) is float:
        return x
    if type(x._value) is np.ndarray and x._value.ndim > 0:
        return float(x._value)  # NumPy's own error
    return apply(shapes.CAST, (x,), ("float",))


# Functions that no row describes


def opaque(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Run a function that cannot be watched on the plain values; its result is followed, but has no rule."""
    found: list[StandIn] = []
    _collect(args, found)
    _collect(kwargs, found)
    recording = deepest(*found)
    if recording is None:
        return function(*_plain_tree(args), **_plain_tree(kwargs))
    inputs = tuple(lift(recording, x) for x in found)
    values = [recording.values[i] for i in inputs]
    name = getattr(function, "__qualname__", None) or getattr(function, "__name__", None) or repr(function)
    module = getattr(function, "__module__", "") or ""
    label = f"{module.split('.')[0]}.{name}" if module and not name.startswith(module) else name

    def run(*given: Any) -> Any:
        queue = list(given)
        return function(*_replaced(args, queue), **_replaced(kwargs, queue))

    copies = [v.copy() if type(v) is np.ndarray else v for v in values]
    result = run(*copies)
    for before, after in zip(values, copies, strict=True):
        if type(before) is np.ndarray and not np.array_equal(before, after, equal_nan=before.dtype.kind in "fc"):
            raise InPlaceError(
                f"{label} writes into a watched array, which cannot be followed",
                place=recording.here(),
                instead="assign to the array's entries in the watched code",
            )
    made_by = Primitive(f"opaque {label}", run)
    if _is_data(result):
        if np.ndim(result) == 0 and np.result_type(result).kind in "iub":
            recording.guard(inputs[0], result)
            return result
        recording.refuse_complex(result)
        return record(recording, made_by, inputs, (), result)
    if isinstance(result, (tuple, list)) and any(_is_data(r) for r in result):
        parts = []
        for place, part in enumerate(result):
            if not _is_data(part):
                parts.append(part)
                continue
            pick = Primitive(made_by.name, lambda *given, place=place: run(*given)[place])
            parts.append(record(recording, pick, inputs, (), part))
        return tuple(parts) if isinstance(result, tuple) else parts
    if result is None or isinstance(result, (str, bytes, bool, int, np.dtype, type)):
        return result
    if any(recording.is_active(i) for i in inputs):
        if recording.rounds:
            recording.escaped.extend((i, recording.site()) for i in inputs)
            return result
        raise EscapeError(
            f"watched values go into {label}, which cannot be watched and could hand them back later",
            place=recording.here(),
            instead="write the computation with NumPy functions",
        )
    return result


def _is_data(x: Any) -> bool:
    if isinstance(x, np.ndarray):
        return x.dtype.kind in "fiubc"
    return isinstance(x, (float, complex, np.number, np.bool_)) or (isinstance(x, int) and not isinstance(x, bool))


def _collect(tree: Any, found: list[StandIn]) -> None:
    if type(tree) is StandIn:
        found.append(tree)
    elif type(tree) in (list, tuple):
        for part in tree:
            _collect(part, found)
    elif type(tree) is dict:
        for part in tree.values():
            _collect(part, found)


def _replaced(tree: Any, queue: list[Any]) -> Any:
    """The tree with its stand-ins, in order, replaced by the values of the queue."""
    if type(tree) is StandIn:
        return queue.pop(0)
    if type(tree) in (list, tuple):
        return type(tree)(_replaced(part, queue) for part in tree)
    if type(tree) is dict:
        return {key: _replaced(part, queue) for key, part in tree.items()}
    return tree


def _plain_tree(tree: Any) -> Any:
    found: list[StandIn] = []
    _collect(tree, found)
    return _replaced(tree, [newest(x)._value for x in found])


_variants()
ANSWERS[np.sum] = _reduction(reductions.SUM)
ANSWERS[np.mean] = _reduction(reductions.MEAN)
ANSWERS[np.max] = ANSWERS[np.amax] = _extreme("max")
ANSWERS[np.min] = ANSWERS[np.amin] = _extreme("min")
for _name in ("argmax", "argmin", "all", "any", "count_nonzero"):
    ANSWERS[getattr(np, _name)] = _whole(_name)
for _function, _answer in (
    (np.transpose, transpose),
    (np.reshape, reshape),
    (np.ravel, ravel),
    (np.expand_dims, expand_dims),
    (np.squeeze, squeeze),
    (np.swapaxes, swapaxes),
    (np.broadcast_to, broadcast_to),
    (np.atleast_2d, at_least_2d),
):
    ANSWERS[_function] = _answer
ANSWERS[np.matrix_transpose] = lambda x: swapaxes(x, -1, -2)
ANSWERS[np.shape] = lambda x: np.shape(plain(as_array(x)))
ANSWERS[np.ndim] = lambda x: np.ndim(plain(as_array(x)))
ANSWERS[np.size] = lambda x, axis=None: np.size(plain(as_array(x)), axis)
ANSWERS[np.isscalar] = lambda x: np.isscalar(plain(x))
ANSWERS[np.result_type] = lambda *x: np.result_type(*map(plain, x))
ANSWERS[np.array_equal] = lambda *a, **k: np.array_equal(*_plain_tree(a), **k)
ANSWERS[np.allclose] = lambda *a, **k: np.allclose(*_plain_tree(a), **k)
ANSWERS[np.may_share_memory] = lambda *a, **k: np.may_share_memory(*_plain_tree(a), **k)
ANSWERS[np.shares_memory] = lambda *a, **k: np.shares_memory(*_plain_tree(a), **k)
ANSWERS[np.array2string] = lambda *a, **k: np.array2string(*_plain_tree(a), **k)
ANSWERS[np.array_repr] = lambda *a, **k: np.array_repr(*_plain_tree(a), **k)
ANSWERS[np.array_str] = lambda *a, **k: np.array_str(*_plain_tree(a), **k)
ANSWERS[float] = ANSWERS[np.float64] = to_float
ANSWERS[np.add.at] = lambda *a: _add_at(np.add, *a)
ANSWERS[np.subtract.at] = lambda *a: _add_at(np.subtract, *a)
assert arithmetic
