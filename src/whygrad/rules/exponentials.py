"""Rows: exponentials, logarithms and roots."""

from __future__ import annotations

import numpy as np

from whygrad.rules.row import Corner, elementwise

ABOVE_ZERO = (0.3, 1.7)

EXP = elementwise(
    np.exp,
    "y = exp(x)",
    dx="g * y",
    why="the slope of exp is exp itself, which is already there as {y}",
    code="np.exp({x})",
    latex="e^{{x}}",
)
LOG = elementwise(
    np.log,
    "y = log(x)",
    dx="g / x",
    why="the slope of the logarithm at {x} is 1/{x}",
    domain=ABOVE_ZERO,
    code="np.log({x})",
    latex=r"\log {x}",
)
SQRT = elementwise(
    np.sqrt,
    "y = sqrt(x)",
    corner=Corner(
        "x == 0", "an entry is 0, where the slope of sqrt is infinite,", "expect inf or nan in the gradient", "{x} > 0"
    ),
    dx="g / (2 * y)",
    why="the slope of the square root is 1/(2√{x}), and √{x} is already there as {y}",
    domain=ABOVE_ZERO,
    code="np.sqrt({x})",
    latex=r"\sqrt{{x}}",
)
CBRT = elementwise(
    np.cbrt,
    "y = cbrt(x)",
    corner=Corner(
        "x == 0", "an entry is 0, where the slope of cbrt is infinite,", "expect inf or nan in the gradient", "{x} > 0"
    ),
    dx="g / (3 * y ** 2)",
    why="the slope of the cube root is one over three times its own square",
    domain=ABOVE_ZERO,
    code="np.cbrt({x})",
    body="sign(x) * absolute(x) ** 0.3333333333333333",
    latex=r"\sqrt[3]{{x}}",
)
LOG1P = elementwise(
    np.log1p,
    "y = log1p(x)",
    dx="g / (1 + x)",
    why="the slope of log(1 + {x}) is 1/(1 + {x})",
    domain=ABOVE_ZERO,
    code="np.log1p({x})",
    latex=r"\log (1 + {x})",
)
EXPM1 = elementwise(
    np.expm1,
    "y = expm1(x)",
    dx="g * (y + 1)",
    why="the slope of exp({x}) − 1 is exp({x}), which is {y} + 1",
    code="np.expm1({x})",
    latex="e^{{x}} - 1",
)
EXP2 = elementwise(
    np.exp2,
    "y = exp2(x)",
    dx="g * y * 0.6931471805599453",
    why="2 to the {x} is e to the {x} · log 2, so its slope is itself times log 2",
    local={"x": "{y} · log 2"},
    code="np.exp2({x})",
    body="exp(x * 0.6931471805599453)",
    latex="2^{{x}}",
)
LOG2 = elementwise(
    np.log2,
    "y = log2(x)",
    dx="g / (x * 0.6931471805599453)",
    why="the logarithm to the base 2 is log {x} / log 2, so its slope is 1/({x} · log 2)",
    local={"x": "1/({x} · log 2)"},
    domain=ABOVE_ZERO,
    code="np.log2({x})",
    body="log(x) / 0.6931471805599453",
    latex=r"\log_{2} {x}",
)
LOG10 = elementwise(
    np.log10,
    "y = log10(x)",
    dx="g / (x * 2.302585092994046)",
    why="the logarithm to the base 10 is log {x} / log 10, so its slope is 1/({x} · log 10)",
    local={"x": "1/({x} · log 10)"},
    domain=ABOVE_ZERO,
    code="np.log10({x})",
    body="log(x) / 2.302585092994046",
    latex=r"\log_{10} {x}",
)
LOGADDEXP = elementwise(
    np.logaddexp,
    "z = logaddexp(x, y)",
    dx="g * exp(x - z)",
    dy="g * exp(y - z)",
    why={
        "x": "of the sum exp({x}) + exp({y}), whose logarithm is {z}, the part exp({x} − {z}) is that of {x}",
        "y": "of the sum exp({x}) + exp({y}), whose logarithm is {z}, the part exp({y} − {z}) is that of {y}",
    },
    code="np.logaddexp({x}, {y})",
    body="maximum(x, y) + log(exp(x - maximum(x, y)) + exp(y - maximum(x, y)))",
    latex=r"\log (e^{{x}} + e^{{y}})",
)
LOGADDEXP2 = elementwise(
    np.logaddexp2,
    "z = logaddexp2(x, y)",
    dx="g * exp2(x - z)",
    dy="g * exp2(y - z)",
    why={
        "x": "of the sum of 2 to the {x} and 2 to the {y}, whose logarithm is {z}, 2 to the {x} − {z} is {x}'s part",
        "y": "of the sum of 2 to the {x} and 2 to the {y}, whose logarithm is {z}, 2 to the {y} − {z} is {y}'s part",
    },
    code="np.logaddexp2({x}, {y})",
    body="maximum(x, y) + log2(exp2(x - maximum(x, y)) + exp2(y - maximum(x, y)))",
    latex=r"\log_{2} (2^{{x}} + 2^{{y}})",
)
