"""Rows: the operators of arithmetic."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from whygrad.rules.row import POWER as BINDS_AS_POWER
from whygrad.rules.row import PRODUCT, SUM, UNARY, Corner, Sample, elementwise, general, linear, nondiff

AWAY_FROM_ZERO = (0.3, 1.7)


def _fraction(x: Any) -> Any:
    return np.modf(x)[0]


def _exponent(x: Any) -> Any:
    return np.frexp(x)[1]


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
    latex="{x} + {y}",
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
    latex="{x} - {y}",
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
    latex="{x} {y}",
    proof=(
        "z_i = x_i y_i",
        "∂z_i/∂x_p = [i = p] y_i",
        "∂L/∂x_p = Σ_i g_i [i = p] y_i = g_p y_p",
        "∂z_i/∂y_p = [i = p] x_i",
        "∂L/∂y_p = Σ_i g_i [i = p] x_i = g_p x_p",
    ),
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
    latex=r"\frac{{x}}{{y}}",
    proof=(
        "z_i = x_i / y_i",
        "∂L/∂x_p = g_p / y_p",
        "∂z_i/∂y_p = −[i = p] x_i / y_i²",
        "∂L/∂y_p = −g_p x_p / y_p²",
    ),
)
POWER = elementwise(
    operator.pow,
    "z = power(x, n)",
    dx="g * n * x ** (n - 1) if nonzero(n) else g * 0 if literal(n) else g * n * x ** where(n == 0, 1, n - 1)",
    dn="g * z * log(x if nonzero(x) else where(x == 0, 1, x))",
    why={
        "x": "the power rule: the exponent, {n}, comes down as a factor, and one power less of {x} is left",
        "n": "the slope with respect to the exponent is the power itself times log {x}",
    },
    domain=AWAY_FROM_ZERO,
    code="{x} ** {n}",
    binds=BINDS_AS_POWER,
    latex="{x}^{{n}}",
)
NEGATIVE = elementwise(
    operator.neg,
    "y = negative(x)",
    dx="-g",
    why="{y} falls by as much as {x} grows: the slope is −1",
    code="-{x}",
    binds=UNARY,
    latex="-{x}",
)
SQUARE = elementwise(
    np.square,
    "y = square(x)",
    dx="g * 2 * x",
    why="the slope of {x}² is 2{x}",
    code="np.square({x})",
    body="x ** 2",
    latex="{x}^{2}",
)
RECIPROCAL = elementwise(
    np.reciprocal,
    "y = reciprocal(x)",
    dx="-g * y ** 2",
    why="the slope of 1/{x} is −1/{x}², and 1/{x} is already there as {y}",
    domain=AWAY_FROM_ZERO,
    code="np.reciprocal({x})",
    body="1 / x",
    latex=r"\frac{1}{{x}}",
)
ABSOLUTE = elementwise(
    np.abs,
    "y = absolute(x)",
    dx="g * sign(x)",
    why="the slope of |{x}| is the sign of {x}: +1 to the right of 0, −1 to the left (0 at the kink)",
    code="np.abs({x})",
    domain=AWAY_FROM_ZERO,
    smooth=False,
    corner=Corner(
        "x == 0",
        "|x| has no slope at 0 (−1 from the left, +1 from the right)",
        "0 is used",
        "{x} ≠ 0, where |·| has its corner",
    ),
    latex="|{x}|",
    proof=(
        "y = abs(x)",
        "∂y/∂x = [x > 0] − [x < 0] = sign(x)",
        "∂L/∂x = g sign(x)",
    ),
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
    corner=Corner(
        "z == 0",
        "an entry is a whole multiple, where % jumps,",
        "the slope between the jumps is used",
        "{x} is at no jump of %",
    ),
    body="x - y * floor(x / y)",
    latex=r"{x} \bmod {y}",
)
FMOD = elementwise(
    np.fmod,
    "z = fmod(x, y)",
    dx="g",
    dy="-g * trunc(x / y)",
    why={
        "x": "between its jumps {z} grows by exactly as much as {x} does",
        "y": "{z} = {x} − {y} · trunc({x}/{y}), and what is cut off to a whole number is flat between its jumps",
    },
    domain={"x": (7.0, 7.1), "y": (2.05, 2.25)},
    code="np.fmod({x}, {y})",
    smooth=False,
    corner=Corner(
        "bitwise_and(z == 0, x != 0)",
        "an entry is a whole multiple, where fmod jumps,",
        "the slope between the jumps is used",
        "{x} is at no jump of fmod",
    ),
    body="x - y * trunc(x / y)",
    latex=r"\operatorname{fmod}({x}, {y})",
    proof=(
        "z = x − y trunc(x / y)",
        "∂z/∂x = 1",
        "∂L/∂x = g",
        "∂z/∂y = −trunc(x / y)",
        "∂L/∂y = −g trunc(x / y)",
    ),
)
NEAREST_REMAINDER = general(
    math.remainder,
    "z = nearest_remainder(x, y)",
    dx="g",
    dy="-g * rint(x / y)",
    why={
        "x": "between its jumps {z} grows by exactly as much as {x} does",
        "y": "{z} is {x} less the nearest whole multiple of {y}, and which multiple it is is flat between the jumps",
    },
    domain={"x": (7.0, 7.1), "y": (2.05, 2.25)},
    samples=(Sample(((), ())),),
    code="math.remainder({x}, {y})",
    smooth=False,
    body="x - y * rint(x / y)",
    corner=Corner(
        "absolute(2 * z) == absolute(y)",
        "an entry lies halfway, where the remainder jumps,",
        "the slope between the jumps is used",
        "{x} is at no jump of the remainder",
    ),
    latex=r"{x} \bmod {y}",
    proof=(
        "z = x − y ⌊x / y + 1/2⌋",
        "∂z/∂x = 1",
        "∂L/∂x = g",
        "∂z/∂y = −⌊x / y + 1/2⌋",
        "∂L/∂y = −g ⌊x / y + 1/2⌋",
    ),
)
FRACTION = elementwise(
    _fraction,
    "y = fraction(x)",
    dx="g",
    why="between its jumps the part behind the point grows by exactly as much as {x} does",
    domain=(2.2, 2.8),
    code="np.modf({x})[0]",
    smooth=False,
    corner=Corner(
        "bitwise_and(y == 0, x != 0)",
        "an entry is a whole number, where the part behind the point jumps,",
        "the slope between the jumps is used",
        "{x} is at no jump of the part behind the point",
    ),
    body="x - trunc(x)",
    proof=(
        "y = x − trunc(x)",
        "∂y/∂x = 1",
        "∂L/∂x = g",
    ),
)
LDEXP = elementwise(
    np.ldexp,
    "y = ldexp(x, k)",
    dx="g * exp2(k) if literal(g) else ldexp(g, k)",
    why="{x} is multiplied by 2 to the {k}, a number that does not depend on it",
    local={"x": "2 to the {k}"},
    code="np.ldexp({x}, {k})",
    body="x * 2.0 ** cast(k, type_name(x))",
    latex=r"{x} \cdot 2^{{k}}",
    proof=(
        "y = x 2^k",
        "∂y/∂x = 2^k",
        "∂L/∂x = g 2^k",
    ),
)
nondiff(
    _exponent,
    "k = exponent(x)",
    why="it is a whole number: the power of 2 next above the size of {x}, flat almost everywhere",
    code="np.frexp({x})[1]",
)


def _fsum(*xs: Any) -> Any:
    return math.fsum(xs)


LENGTH = general(
    math.hypot,
    "y = length(*xs)",
    dxs="g * xs / y",
    why="a step along {xs} makes the vector longer by the cosine of their angle, {xs}/{y}",
    samples=(Sample(((), (), ())), Sample(((),))),
    code="math.hypot({xs})",
    body="sqrt(sum(square(array(*xs, None)), (0,), False))",
    latex=r"\| {xs} \|",
    proof=(
        "where xs1.shape = (), xs2.shape = ()",
        "y = sqrt(xs1² + xs2²)",
        "∂y/∂xs1 = xs1 / y",
        "∂L/∂xs1 = g xs1 / y",
        "∂L/∂xs2 = g xs2 / y",
    ),
)
FSUM = linear(
    _fsum,
    "y = fsum(*xs)",
    dxs="g",
    why="every number entered the sum with weight 1, so each receives the whole of the gradient",
    samples=(Sample(((), (), ())), Sample(((),))),
    code="math.fsum([{xs}])",
    body="sum(array(*xs, None), (0,), False)",
    proof=(
        "where xs1.shape = (), xs2.shape = ()",
        "y = xs1 + xs2",
        "∂y/∂xs1 = 1",
        "∂L/∂xs1 = g",
        "∂L/∂xs2 = g",
    ),
)
