"""NumPy's names: what acts element by element, with its out=, dtype= and where=."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from whygrad.program import Primitive
from whygrad.rules import ROWS, choices, indexing, primitive
from whygrad.watching.answering import answer, answers, opaque
from whygrad.watching.arrays import as_array, cast_to, created, target_of, to_float
from whygrad.watching.recording import current
from whygrad.watching.standin import ANSWERS, Answer, StandIn, apply, deepest, lift, newest, plain, template_of
from whygrad.watching.writing import assign, assign_result, copied, store


def _elementwise(made_by: Primitive) -> Answer:
    evaluate, arity = made_by.evaluate, len(ROWS[made_by.name].operands)

    def one(x: Any, /, out: Any = None, **kwargs: Any) -> Any:
        if type(x) is StandIn and out is None and not kwargs and not x._recording.over:
            recording = x._recording
            if x._base is not None:
                newest(x)
            value = evaluate(x._value)
            x._own = False
            return StandIn(recording, recording.emit(made_by, (x._index,), (), value), value)
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
    recording = deepest(out, *operands) or current.get()
    assert recording is not None
    return target_of(out, recording)


def write_out(result: Any, out: Any) -> Any:
    target = out_stand_in(out, result)
    if type(result) is not StandIn:
        target[...] = result
        return target
    return assign(target, result._index, result._value)


def _variants() -> None:
    """NumPy's own functions for the rows of the operators: same row, other evaluator."""
    numpy_operators: dict[str, Any] = {
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
    of_math: Any
    for name, of_math in {
        "exp": math.exp, "log": math.log, "sqrt": math.sqrt, "tanh": math.tanh, "sin": math.sin, "cos": math.cos,
        "log1p": math.log1p, "expm1": math.expm1, "absolute": math.fabs, "power": math.pow,
    }.items():  # fmt: skip
        ANSWERS[of_math] = _of_math(Primitive(name, of_math))


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
    target = target_of(x, recording)
    if not newest(target)._value.flags.writeable:
        raise ValueError("array is read-only")
    template, arrays = template_of(recording, key)
    if ufunc is np.subtract:
        value = -value
    v = lift(recording, value)
    operands = (v, *arrays)
    base = newest(target)
    new = indexing.ADD_AT.evaluate(base._value, *(recording.values[i] for i in operands), template)
    index = recording.emit(indexing.ADD_AT, (base._index, *operands), (template,), new)
    store(target, index, new)


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
    return x if out is None else write_out(x, out)


@answers(np.positive)
def _positive(x: Any, **kwargs: Any) -> Any:
    return copied(x, "K") if type(x) is StandIn else np.positive(x)


_variants()
ANSWERS[np.add.at] = lambda *a: _add_at(np.add, *a)
ANSWERS[np.subtract.at] = lambda *a: _add_at(np.subtract, *a)
