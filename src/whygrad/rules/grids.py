"""Rows: evenly spaced numbers between watched ends, and the powers of a Vandermonde matrix."""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.rules.row import Sample, general, linear


def _linspace(a: Any, b: Any, num: int, endpoint: bool) -> Any:
    return np.linspace(a, b, num, endpoint)


def _vander(x: Any, n: int, increasing: bool) -> Any:
    return np.vander(x, n, increasing)


LINSPACE = linear(
    _linspace,
    "y = linspace(a, b, |, num, endpoint)",
    da="dot(g, linspace(1.0, 0.0, num, endpoint))",
    db="dot(g, linspace(0.0, 1.0, num, endpoint))",
    why={
        "a": "the start {a} is felt in full at the first point and ever less towards the other end",
        "b": "the end {b} is not felt at the first point and ever more towards the other end",
    },
    local={"a": "weights from 1 down", "b": "weights from 0 up"},
    samples=(Sample(((), ()), (5, True)), Sample(((), ()), (4, False)), Sample(((), ()), (1, True))),
    code="np.linspace({a}, {b}, {num}, endpoint={endpoint})",
    body="a + (b - a) * arange(0, num, 1) / intervals(num, endpoint)",
    defaults={"endpoint": True},
    proof=(
        "where num = 5, endpoint = True",
        "y_i = a + (b − a) i / (num − 1)",
        "∂y_i/∂a = 1 − i / (num − 1)",
        "∂L/∂a = Σ_i g_i (1 − i / (num − 1))",
        "∂y_i/∂b = i / (num − 1)",
        "∂L/∂b = Σ_i g_i i / (num − 1)",
    ),
)
ARANGE = general(
    np.arange,
    "y = arange(a, b, s)",
    da="sum(g, (0,), False)",
    ds="dot(g, arange(0, shape(y)[0], 1))",
    why={
        "a": "every point moves along with the start {a}",
        "s": "the point number k lies k steps of {s} behind the start",
    },
    local={"a": "1 for every point", "s": "0, 1, 2 …"},
    samples=(Sample(((), (), ())),),
    domain={"a": (0.0, 0.4), "b": (2.1, 2.3), "s": (0.5, 0.55)},
    smooth=False,
    code="np.arange({a}, {b}, {s})",
    proof=(
        "y_i = a + i s",
        "∂y_i/∂a = 1",
        "∂L/∂a = Σ_i g_i",
        "∂y_i/∂s = i",
        "∂L/∂s = Σ_i g_i i",
    ),
)
VANDER = general(
    _vander,
    "y = vander(x, |, n, increasing)",
    dx="0 * x if n < 2 else sum(getitem(g, (('slice', None, None, None), ('slice', 1, None, None))) "
    "* (arange(1, n, 1) * vander(x, n - 1, True)), (1,), False) if increasing "
    "else sum(getitem(g, (('slice', None, None, None), ('slice', None, -1, None))) "
    "* (arange(n - 1, 0, -1) * vander(x, n - 1, False)), (1,), False)",
    why="column by column a power of {x}: the slope of xⁿ is n times the power below it, and the columns add up",
    local={"x": "n · {x}ⁿ⁻¹ in each column"},
    samples=(
        Sample(((4,),), (3, False)),
        Sample(((4,),), (4, True)),
        Sample(((4,),), (1, False)),
        Sample(((0,),), (3, True)),
    ),
    code="np.vander({x}, {n}, increasing={increasing})",
    body="reshape(x, (shape(x)[0], 1)) ** (arange(0, n, 1) if increasing else arange(n - 1, -1, -1))",
    defaults={"increasing": False},
    proof=(
        "where n = 3, increasing = True, x.shape = (2,)",
        "y_ij = x_i^j",
        "∂y_ij/∂x_p = [i = p] j x_i^{j−1}",
        "∂L/∂x_p = Σ_ij g_ij [i = p] j x_i^{j−1} = Σ_j g_pj j x_p^{j−1}",
    ),
)
