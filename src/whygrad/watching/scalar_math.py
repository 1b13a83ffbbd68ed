"""The functions of Python's math module: each is a variant of the row of NumPy's, or SciPy's, function."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from whygrad.program import Primitive
from whygrad.rules import ROWS, primitive
from whygrad.watching.answering import answers
from whygrad.watching.arrays import to_float
from whygrad.watching.standin import ANSWERS, Answer, StandIn, apply, plain

NAMES = {
    "exp": "exp", "log": "log", "sqrt": "sqrt", "log1p": "log1p", "expm1": "expm1", "log2": "log2", "log10": "log10",
    "exp2": "exp2", "cbrt": "cbrt", "sin": "sin", "cos": "cos", "tan": "tan", "asin": "arcsin", "acos": "arccos",
    "atan": "arctan", "atan2": "arctan2", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "asinh": "arcsinh",
    "acosh": "arccosh", "atanh": "arctanh", "radians": "deg2rad", "degrees": "rad2deg", "fabs": "absolute",
    "pow": "power", "copysign": "copysign", "fmod": "fmod", "erf": "erf", "erfc": "erfc", "gamma": "gamma",
    "lgamma": "gammaln",
}  # fmt: skip
"""math's name -> the row's."""


def _variant(made_by: Primitive) -> Answer:
    row_arity = len(ROWS[made_by.name].operands)

    def compute(*operands: Any) -> Any:
        if made_by.name == "log" and len(operands) == 2:
            return compute(operands[0]) / compute(operands[1])
        if len(operands) != row_arity or any(np.size(plain(x)) != 1 for x in operands):
            return made_by.evaluate(*map(plain, operands))
        return apply(made_by, tuple(map(_number, operands)))

    return compute


def _number(x: Any) -> Any:
    """What math's functions see of a watched value: a number."""
    return to_float(x) if type(x) is StandIn and type(x._value) is np.ndarray else x


@answers(math.hypot)
def _hypot(*coordinates: Any) -> Any:
    return apply(primitive("length"), tuple(map(_number, coordinates)))


@answers(math.dist)
def _dist(p: Any, q: Any) -> Any:
    return _hypot(*(a - b for a, b in zip(p, q, strict=True)))


@answers(math.fsum)
def _fsum(numbers: Any) -> Any:
    return apply(primitive("fsum"), tuple(map(_number, numbers)))


@answers(math.prod)
def _prod(numbers: Any, /, *, start: Any = 1) -> Any:
    for number in numbers:
        start = start * number
    return start


@answers(math.remainder)
def _remainder(x: Any, y: Any) -> Any:
    return apply(primitive("nearest_remainder"), (_number(x), _number(y)))


@answers(math.frexp)
def _frexp(x: Any) -> Any:
    mantissa, power = ANSWERS[np.frexp](_number(x))
    return to_float(mantissa), int(power)


_ROUND = Primitive("round", round, ("decimals",))


def rounded(x: Any, digits: Any) -> Any:
    """round(x, digits)"""
    return apply(_ROUND if type(plain(x)) is float else primitive("round"), (x,), (int(digits),))


@answers(math.ldexp)
def _ldexp(x: Any, k: Any) -> Any:
    return to_float(ANSWERS[np.ldexp](_number(x), k))


@answers(math.modf)
def _modf(x: Any) -> Any:
    return tuple(to_float(part) for part in ANSWERS[np.modf](_number(x)))


def _enter() -> None:
    for name, row in NAMES.items():
        function = getattr(math, name)
        ANSWERS[function] = _variant(Primitive(row, function))


_enter()
