"""Rows: the operators of arithmetic, and the functions of one number."""

from __future__ import annotations

import operator

import numpy as np

from whygrad.rules.row import POWER as BINDS_AS_POWER
from whygrad.rules.row import PRODUCT, SUM, UNARY, elementwise

AWAY_FROM_ZERO = (0.3, 1.7)

ADD = elementwise(
    operator.add,
    "z = add(x, y)",
    dx="g",
    dy="g",
    why={
        "x": "{z} grows by exactly as much as {x} does, so {x} receives the gradient of {z} unchanged",
        "y": "{z} grows by exactly as much as {y} does, so {y} receives the gradient of {z} unchanged",
    },
    code="{x} + {y}",
    binds=SUM,
)
SUBTRACT = elementwise(
    operator.sub,
    "z = subtract(x, y)",
    dx="g",
    dy="-g",
    why={
        "x": "{z} grows by exactly as much as {x} does, so {x} receives the gradient of {z} unchanged",
        "y": "{y} enters {z} with a minus sign, so its gradient is that of {z} with the sign flipped",
    },
    code="{x} - {y}",
    binds=SUM,
)
MULTIPLY = elementwise(
    operator.mul,
    "z = multiply(x, y)",
    dx="g * y",
    dy="g * x",
    why={
        "x": "the slope of the product {x} · {y} with respect to {x} is the other factor, {y}",
        "y": "the slope of the product {x} · {y} with respect to {y} is the other factor, {x}",
    },
    code="{x} * {y}",
    binds=PRODUCT,
)
DIVIDE = elementwise(
    operator.truediv,
    "z = divide(x, y)",
    dx="g / y",
    dy="-g * x / y ** 2",
    why={
        "x": "{x} is divided by {y}, so a small change of {x} reaches {z} divided by {y}",
        "y": "the slope of {x}/{y} with respect to {y} is −{x}/{y}²",
    },
    domain={"x": (-1.7, 1.7), "y": AWAY_FROM_ZERO},
    code="{x} / {y}",
    binds=PRODUCT,
)
POWER = elementwise(
    operator.pow,
    "z = power(x, n)",
    dx="g * n * x ** (n - 1) if nonzero(n) else g * n * x ** where(n == 0, 1, n - 1)",
    dn="g * z * log(x if nonzero(x) else where(x == 0, 1, x))",
    why={
        "x": "the power rule: the slope of {x}ⁿ is n · {x}ⁿ⁻¹, here with n = {n}",
        "n": "the slope of {x}ⁿ with respect to n is {x}ⁿ · log {x}",
    },
    domain=AWAY_FROM_ZERO,
    code="{x} ** {n}",
    binds=BINDS_AS_POWER,
)
NEGATIVE = elementwise(
    operator.neg,
    "y = negative(x)",
    dx="-g",
    why="{y} falls by as much as {x} grows: the slope is −1",
    code="-{x}",
    binds=UNARY,
)
EXP = elementwise(
    np.exp,
    "y = exp(x)",
    dx="g * y",
    why="the slope of exp is exp itself, which is already there as {y}",
    code="np.exp({x})",
)
LOG = elementwise(
    np.log,
    "y = log(x)",
    dx="g / x",
    why="the slope of the logarithm at {x} is 1/{x}",
    domain=AWAY_FROM_ZERO,
    code="np.log({x})",
)
SQRT = elementwise(
    np.sqrt,
    "y = sqrt(x)",
    dx="g / (2 * y)",
    why="the slope of the square root is 1/(2√{x}), and √{x} is already there as {y}",
    domain=AWAY_FROM_ZERO,
    code="np.sqrt({x})",
)
SQUARE = elementwise(
    np.square,
    "y = square(x)",
    dx="g * 2 * x",
    why="the slope of {x}² is 2{x}",
    code="np.square({x})",
)
RECIPROCAL = elementwise(
    np.reciprocal,
    "y = reciprocal(x)",
    dx="-g * y ** 2",
    why="the slope of 1/{x} is −1/{x}², and 1/{x} is already there as {y}",
    domain=AWAY_FROM_ZERO,
    code="np.reciprocal({x})",
)
TANH = elementwise(
    np.tanh,
    "y = tanh(x)",
    dx="g * (1 - y ** 2)",
    why="the slope of tanh can be read off its own output: 1 − {y}²",
    code="np.tanh({x})",
)
SIN = elementwise(np.sin, "y = sin(x)", dx="g * cos(x)", why="the slope of the sine is the cosine", code="np.sin({x})")
COS = elementwise(
    np.cos, "y = cos(x)", dx="-g * sin(x)", why="the slope of the cosine is minus the sine", code="np.cos({x})"
)
LOG1P = elementwise(
    np.log1p,
    "y = log1p(x)",
    dx="g / (1 + x)",
    why="the slope of log(1 + {x}) is 1/(1 + {x})",
    domain=AWAY_FROM_ZERO,
    code="np.log1p({x})",
)
EXPM1 = elementwise(
    np.expm1,
    "y = expm1(x)",
    dx="g * (y + 1)",
    why="the slope of exp({x}) − 1 is exp({x}), which is {y} + 1",
    code="np.expm1({x})",
)
ABSOLUTE = elementwise(
    np.abs,
    "y = absolute(x)",
    dx="g * sign(x)",
    why="the slope of |{x}| is the sign of {x}: +1 to the right of 0, −1 to the left (0 at the kink)",
    code="np.abs({x})",
    domain=AWAY_FROM_ZERO,
    smooth=False,
)
REMAINDER = elementwise(
    operator.mod,
    "z = remainder(x, y)",
    dx="g",
    dy="-g * floor(x / y)",
    why={
        "x": "between its jumps {z} grows by exactly as much as {x} does",
        "y": "{z} = {x} − {y} · floor({x}/{y}), and the floor is flat between its jumps",
    },
    domain={"x": AWAY_FROM_ZERO, "y": (2.0, 3.0)},
    code="{x} % {y}",
    binds=PRODUCT,
    smooth=False,
)
