"""NumPy's names: what acts element by element, with its out=, dtype= and where=."""

from __future__ import annotations

import functools
import operator
from typing import Any

import numpy as np

from whygrad.errors import UnsupportedError
from whygrad.program import Primitive
from whygrad.rules import ROWS, arithmetic, choices, indexing, primitive
from whygrad.watching.answering import answer, answers, opaque
from whygrad.watching.arrays import as_array, cast_to, created, target_of
from whygrad.watching.recording import current
from whygrad.watching.standin import ANSWERS, Answer, StandIn, apply, deepest, lift, newest, plain, template_of
from whygrad.watching.writing import assign, assign_result, copied, store


def elementwise(made_by: Primitive) -> Answer:
    evaluate, arity = made_by.evaluate, len(ROWS[made_by.name].operands)

    def one(x: Any, /, out: Any = None, **kwargs: Any) -> Any:
        if type(x) is StandIn and out is None and not kwargs and not x._recording.over:
            recording = x._recording
            if x._base is not None:
                newest(x)
            value = evaluate(x._value)
            x._own = False
            return StandIn(recording, recording.emit(made_by, (x._index,), (), value), value)
        return _into(made_by, (as_array(x),), out, kwargs)

    def several(*operands: Any, out: Any = None, **kwargs: Any) -> Any:
        if len(operands) > arity:
            operands, out = operands[:arity], operands[arity]
        if out is None and not kwargs:
            return apply(made_by, tuple(map(as_array, operands)))
        return _into(made_by, operands, out, kwargs)

    return one if arity == 1 else several


def _into(made_by: Primitive, operands: tuple[Any, ...], out: Any, kwargs: dict[str, Any]) -> Any:
    """The forms with out=, dtype=, where=."""
    if isinstance(out, tuple):
        out = out[0]
    dtype, mask = kwargs.pop("dtype", None), kwargs.pop("where", True)
    operands = tuple(map(as_array, operands))
    for ignored in ("casting", "order", "subok", "signature"):
        kwargs.pop(ignored, None)
    if kwargs:
        raise TypeError(f"{made_by.name}() got an unexpected keyword argument {next(iter(kwargs))!r}")
    if dtype is not None:
        operands = tuple(cast_to(as_array(x), np.dtype(dtype)) for x in operands)
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
        "bitwise_xor": np.bitwise_xor, "left_shift": np.left_shift, "right_shift": np.right_shift, "invert": np.invert,
    }  # fmt: skip
    for name, function in numpy_operators.items():
        ANSWERS[function] = elementwise(Primitive(name, function))
    for row in ROWS.values():
        if isinstance(row.primitive.evaluate, np.ufunc):
            ANSWERS[row.primitive.evaluate] = elementwise(row.primitive)
    ANSWERS[np.fabs] = elementwise(Primitive("absolute", np.fabs))
    ANSWERS[np.float_power] = elementwise(Primitive("power", np.float_power))
    ANSWERS[np.radians] = elementwise(Primitive("deg2rad", np.radians))
    ANSWERS[np.degrees] = elementwise(Primitive("rad2deg", np.degrees))
    for name in ("sinc", "fix", "isneginf", "isposinf"):
        ANSWERS[getattr(np, name)] = elementwise(primitive(name))


def answer_ufunc(ufunc: Any, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The stand-in's __array_ufunc__."""
    if method == "__call__":
        return answer(ufunc, inputs, kwargs)
    known = ANSWERS.get(getattr(ufunc, method))
    if known is not None and method != "at":
        return known(*inputs, **kwargs)
    if method == "at":
        return _at(ufunc, *inputs)
    if method == "outer" and ufunc in ANSWERS:
        x, y = map(as_array, inputs)
        return answer(ufunc, (x[(..., *(None,) * np.ndim(plain(y)))] if np.ndim(plain(x)) else x, y), kwargs)
    return opaque(getattr(ufunc, method), inputs, kwargs)


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


def _at(ufunc: Any, x: Any, key: Any, *value: Any) -> None:
    """`ufunc.at(x, key, value)`: entry by entry. Only sums take a place that is met several times."""
    if ufunc in (np.add, np.subtract):
        _add_at(ufunc, x, key, *value)
        return
    recording = deepest(x, key, *value) or current.get()
    if recording is None:
        ufunc.at(x, key, *value)
        return
    target = target_of(x, recording)
    template, arrays = template_of(recording, key)
    index = indexing.index_of(template, tuple(recording.values[i] for i in arrays))
    places = np.arange(np.size(plain(target))).reshape(np.shape(plain(target)))[index]
    if np.unique(places).size < np.size(places):
        raise UnsupportedError(
            f"np.{ufunc.__name__}.at meets an entry several times, which is only followed for np.add and np.subtract",
            place=recording.here(),
            instead="a loop, x[i] = … for one place after the other",
        )
    target[key] = answer(ufunc, (target[key], *value), {})


@answers(np.where)
def _where(condition: Any, *choices_: Any) -> Any:
    if not choices_:
        return ANSWERS[np.nonzero](condition)
    if len(choices_) != 2:
        return np.where(plain(condition), *choices_)  # NumPy's own error
    return apply(choices.WHERE, (as_array(condition), as_array(choices_[0]), as_array(choices_[1])))


@answers(np.clip)
def _clip(x: Any, a_min: Any = None, a_max: Any = None, out: Any = None, **kwargs: Any) -> Any:
    low, high = kwargs.pop("min", a_min), kwargs.pop("max", a_max)
    if low is not None and high is not None:
        return elementwise(choices.CLIP)(x, low, high, out=out, **kwargs)
    if low is None and high is None:
        return ANSWERS[np.positive](x) if out is None else write_out(x, out)
    made_by, bound = (choices.MAXIMUM, low) if low is not None else (choices.MINIMUM, high)
    return elementwise(made_by)(x, bound, out=out, **kwargs)


@answers(np.positive)
def _positive(x: Any, **kwargs: Any) -> Any:
    return copied(x, "K") if type(x) is StandIn else np.positive(x)


@answers(np.nan_to_num)
def _nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    if any(np.ndim(plain(v)) for v in (nan, posinf, neginf)):
        raise TypeError("nan_to_num: nan, posinf and neginf are to be numbers")
    numbers = tuple(a_number(v) for v in (nan, posinf, neginf))
    made = apply(primitive("nan_to_num"), (as_array(x),), numbers)
    return made if copy else write_out(made, x)


def a_number(x: Any) -> Any:
    """A number that is no operand: taken for granted where it is watched."""
    value = plain(x)
    if type(x) is not StandIn or x._recording.over:
        return value
    if x._recording.is_active(newest(x)._index):
        raise UnsupportedError(
            "this number cannot be watched here, and would lose its gradient",
            place=x._recording.here(),
            instead="choose with np.where",
        )
    value = value.item() if hasattr(value, "item") else value
    x._recording.guard(newest(x)._index, value)
    return value


@answers(np.round, np.around)
def _round(x: Any, decimals: Any = 0, out: Any = None) -> Any:
    made = apply(primitive("round"), (as_array(x),), (operator.index(decimals),))
    return made if out is None else write_out(made, out)


@answers(np.isclose)
def _isclose(a: Any, b: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False) -> Any:
    numbers = (a_number(rtol), a_number(atol), equal_nan)
    return apply(primitive("isclose"), (as_array(a), as_array(b)), numbers)


@answers(np.allclose)
def _allclose(*args: Any, **kwargs: Any) -> Any:
    return bool(ANSWERS[np.all](_isclose(*args, **kwargs)))


@answers(np.divmod)
def _divmod(x: Any, y: Any) -> Any:
    return ANSWERS[np.floor_divide](x, y), ANSWERS[np.remainder](x, y)


@answers(np.modf)
def _modf(x: Any) -> Any:
    return apply(arithmetic.FRACTION, (x,)), apply(primitive("trunc"), (x,))


@answers(np.frexp)
def _frexp(x: Any) -> Any:
    """A number is its mantissa times a power of 2, and the power is flat almost everywhere."""
    power = apply(primitive("exponent"), (x,))
    return apply(arithmetic.LDEXP, (x, -power)), power


@answers(np.i0)
def _i0(x: Any) -> Any:
    return apply(Primitive("i0", np.i0), (as_array(x),))


@answers(np.real, np.real_if_close)
def _real(x: Any, **kwargs: Any) -> Any:
    return x if type(x) is StandIn else np.real(as_array(x))


@answers(np.imag)
def _imag(x: Any) -> Any:
    return created(np.imag(plain(as_array(x))).copy())


@answers(np.conjugate)
def _conjugate(x: Any, **kwargs: Any) -> Any:
    return ANSWERS[np.positive](as_array(x))


def _where_real(name: str) -> Answer:
    """A function of np.emath: the one of the same name where its result is real."""
    function, real = getattr(np.emath, name), getattr(np, name)

    def compute(*args: Any) -> Any:
        is_complex = np.iscomplexobj(function(*map(plain, map(as_array, args))))
        return opaque(function, args, {}) if is_complex else ANSWERS[real](*args)

    return compute


_variants()
for _name in ("sqrt", "log", "log2", "log10", "power", "arccos", "arcsin", "arctanh"):
    ANSWERS[getattr(np.emath, _name)] = _where_real(_name)
for _function in {f for f in vars(np).values() if isinstance(f, np.ufunc) and f.nout == 1}:
    ANSWERS[_function.at] = functools.partial(_at, _function)
