"""Rows: the functions of angles, and the hyperbolic ones."""

from __future__ import annotations

import numpy as np

from whygrad.rules.row import Corner, elementwise

INSIDE = (-0.9, 0.9)
"""Away from ±1, where these curves are vertical."""

SIN = elementwise(
    np.sin,
    "y = sin(x)",
    dx="g * cos(x)",
    why="the slope of the sine is the cosine",
    code="np.sin({x})",
    latex=r"\sin {x}",
)
COS = elementwise(
    np.cos,
    "y = cos(x)",
    dx="-g * sin(x)",
    why="the slope of the cosine is minus the sine",
    code="np.cos({x})",
    latex=r"\cos {x}",
)
TAN = elementwise(
    np.tan,
    "y = tan(x)",
    dx="g * (1 + y ** 2)",
    why="the slope of the tangent can be read off its own output: 1 + {y}²",
    domain=(-1.2, 1.2),
    code="np.tan({x})",
    body="sin(x) / cos(x)",
    latex=r"\tan {x}",
)
ARCTAN = elementwise(
    np.arctan,
    "y = arctan(x)",
    dx="g / (1 + x ** 2)",
    why="the slope of the tangent at {y} is 1 + {x}²; its inverse has one over that",
    code="np.arctan({x})",
    latex=r"\arctan {x}",
)
ARCSIN = elementwise(
    np.arcsin,
    "y = arcsin(x)",
    dx="g / sqrt(1 - x ** 2)",
    why="the slope of the sine at {y} is the cosine there, √(1 − {x}²); its inverse has one over that",
    domain=INSIDE,
    code="np.arcsin({x})",
    body="arctan(x / sqrt(1 - x ** 2))",
    latex=r"\arcsin {x}",
)
ARCCOS = elementwise(
    np.arccos,
    "y = arccos(x)",
    dx="-g / sqrt(1 - x ** 2)",
    why="the slope of the cosine at {y} is minus the sine there, −√(1 − {x}²); its inverse has one over that",
    domain=INSIDE,
    code="np.arccos({x})",
    body="1.5707963267948966 - arctan(x / sqrt(1 - x ** 2))",
    latex=r"\arccos {x}",
)
ARCTAN2 = elementwise(
    np.arctan2,
    "z = arctan2(y, x)",
    dy="g * x / (x ** 2 + y ** 2)",
    dx="-g * y / (x ** 2 + y ** 2)",
    why={
        "y": "the angle of the point ({x}, {y}) turns with {y} as fast as {x} over the squared distance",
        "x": "the angle of the point ({x}, {y}) turns with {x} as fast as −{y} over the squared distance",
    },
    domain={"y": (-1.7, 1.7), "x": (0.3, 1.7)},
    code="np.arctan2({y}, {x})",
)
HYPOT = elementwise(
    np.hypot,
    "z = hypot(x, y)",
    corner=Corner(
        "bitwise_and(x == 0, y == 0)",
        "both sides are 0, where hypot has no slope,",
        "0 is used",
        "{x} and {y} are not both 0",
    ),
    dx="g * x / where(z == 0, 1, z)",
    dy="g * y / where(z == 0, 1, z)",
    why={
        "x": "a step along {x} lengthens the hypotenuse {z} by the cosine of their angle, {x}/{z}",
        "y": "a step along {y} lengthens the hypotenuse {z} by the cosine of their angle, {y}/{z}",
    },
    domain={"x": (0.3, 1.7), "y": (-1.7, 1.7)},
    code="np.hypot({x}, {y})",
    body="sqrt(x ** 2 + y ** 2)",
    latex=r"\sqrt{{x}^{2} + {y}^{2}}",
)
DEG2RAD = elementwise(
    np.deg2rad,
    "y = deg2rad(x)",
    dx="deg2rad(g)",
    why="a change of unit: {y} grows by π/180 for each degree, so the gradient is multiplied by it too",
    local={"x": "π/180"},
    code="np.deg2rad({x})",
    body="x * 0.017453292519943295",
    latex=r"\frac{\pi}{180} {x}",
)
RAD2DEG = elementwise(
    np.rad2deg,
    "y = rad2deg(x)",
    dx="rad2deg(g)",
    why="a change of unit: {y} grows by 180/π for each radian, so the gradient is multiplied by it too",
    local={"x": "180/π"},
    code="np.rad2deg({x})",
    body="x * 57.29577951308232",
    latex=r"\frac{180}{\pi} {x}",
)
SINC = elementwise(
    np.sinc,
    "y = sinc(x)",
    dx="g * where(absolute(x) < 0.003, x * (3.2469697011334144 * x ** 2 - 3.289868133696453), "
    "(cos(3.141592653589793 * x) - y) / where(x == 0, 1, x))",
    why="sinc({x}) is sin(π{x})/(π{x}); by the quotient rule its slope is (cos(π{x}) − {y})/{x}, which near 0 is taken "
    "from its series, −π²{x}/3 + π⁴{x}³/30, because there the difference would lose its digits",
    local={"x": "(cos(π{x}) − {y}) / {x}"},
    code="np.sinc({x})",
    body="where(x == 0, 1 - 1.6449340668482264 * x ** 2, "
    "sin(3.141592653589793 * x) / where(x == 0, 1, 3.141592653589793 * x))",
)

TANH = elementwise(
    np.tanh,
    "y = tanh(x)",
    dx="g * (1 - y ** 2)",
    why="the slope of tanh can be read off its own output: 1 − {y}²",
    code="np.tanh({x})",
    latex=r"\tanh {x}",
)
SINH = elementwise(
    np.sinh,
    "y = sinh(x)",
    dx="g * cosh(x)",
    why="the slope of sinh is cosh",
    code="np.sinh({x})",
    body="(expm1(x) - expm1(-x)) / 2",
    latex=r"\sinh {x}",
)
COSH = elementwise(
    np.cosh,
    "y = cosh(x)",
    dx="g * sinh(x)",
    why="the slope of cosh is sinh (with no minus sign, unlike the cosine's)",
    code="np.cosh({x})",
    body="(exp(x) + exp(-x)) / 2",
    latex=r"\cosh {x}",
)
ARCSINH = elementwise(
    np.arcsinh,
    "y = arcsinh(x)",
    dx="g / sqrt(1 + x ** 2)",
    why="the slope of sinh at {y} is √(1 + {x}²); its inverse has one over that",
    code="np.arcsinh({x})",
    body="log1p(x + x ** 2 / (1 + sqrt(1 + x ** 2)))",
)
ARCCOSH = elementwise(
    np.arccosh,
    "y = arccosh(x)",
    dx="g / sqrt(x ** 2 - 1)",
    why="the slope of cosh at {y} is √({x}² − 1); its inverse has one over that",
    domain=(1.2, 3.0),
    code="np.arccosh({x})",
    body="log(x + sqrt(x ** 2 - 1))",
)
ARCTANH = elementwise(
    np.arctanh,
    "y = arctanh(x)",
    dx="g / (1 - x ** 2)",
    why="the slope of tanh at {y} is 1 − {x}²; its inverse has one over that",
    domain=INSIDE,
    code="np.arctanh({x})",
    body="(log1p(x) - log1p(-x)) / 2",
)
