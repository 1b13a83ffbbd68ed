"""Rows: running sums and running products, and the recurrences that their gradients are."""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.rules.row import Sample, general, linear

ALONG = (
    Sample(((5,),), (0,)),
    Sample(((3, 4),), (0,)),
    Sample(((3, 4),), (1,)),
    Sample(((2, 3, 2),), (1,)),
    Sample(((0,),), (0,)),
)


def _cumsum(x: Any, axis: int) -> Any:
    return np.cumsum(x, axis=axis)


def _cumprod(x: Any, axis: int) -> Any:
    return np.cumprod(x, axis=axis)


CUMSUM = linear(
    _cumsum,
    "y = cumsum(x, |, axis)",
    dx="getitem(cumsum(getitem(g, backwards(axis)), axis), backwards(axis))",
    why="an entry of {x} is in its own running sum and in all later ones, so it receives the sum of their gradients: "
    "a running sum from the end",
    local={"x": "Σ from here to the end of (·)"},
    samples=ALONG,
    code="np.cumsum({x}, axis={axis})",
    method="{x}.cumsum(axis={axis})",
    latex=r"\operatorname{cumsum}_{axis} {x}",
    proof=(
        "where axis = 0, x.shape = (4,)",
        "y_i = Σ_{k≤i} x_k",
        "∂y_i/∂x_p = [p ≤ i]",
        "∂L/∂x_p = Σ_i g_i [p ≤ i] = Σ_{i≥p} g_i",
    ),
)
CUMPROD = general(
    _cumprod,
    "y = cumprod(x, |, axis)",
    dx="shifted(y, axis, 1) * horner_back(g, x, axis)",
    why="an entry of {x} is a factor of its own running product and of all later ones; what stands before it is a "
    "factor of all of these, what stands behind it is multiplied up from the end, as in Horner's scheme",
    local={"x": "the products of the others, up to each later entry"},
    samples=ALONG,
    code="np.cumprod({x}, axis={axis})",
    method="{x}.cumprod(axis={axis})",
    latex=r"\operatorname{cumprod}_{axis} {x}",
    proof=(
        "where axis = 0, x.shape = (4,)",
        "y_i = Π_{k≤i} x_k",
        "∂y_i/∂x_p = [p ≤ i] Π_{k≤i, k≠p} x_k",
        "∂L/∂x_p = Σ_{i≥p} g_i Π_{k≤i, k≠p} x_k",
    ),
)


def shifted(x: Any, axis: int, first: float) -> Any:
    """The entry before, along the axis; before the first one stands `first`."""
    s = np.full_like(x, first)
    np.moveaxis(s, axis, 0)[1:] = np.moveaxis(x, axis, 0)[:-1]
    return s


def shifted_back(x: Any, axis: int) -> Any:
    """The entry behind, along the axis; behind the last one stands 0."""
    s = np.zeros_like(x)
    np.moveaxis(s, axis, 0)[:-1] = np.moveaxis(x, axis, 0)[1:]
    return s


def horner(b: Any, x: Any, axis: int) -> Any:
    """s with s[i] = b[i] + x[i] s[i - 1], along the axis."""
    s = np.array(b, dtype=np.result_type(b, x))
    rows = np.moveaxis(s, axis, 0)
    factors = np.moveaxis(x, axis, 0)
    for i in range(1, len(rows)):
        rows[i] += factors[i] * rows[i - 1]
    return s


def horner_back(b: Any, x: Any, axis: int) -> Any:
    """s with s[i] = b[i] + x[i + 1] s[i + 1], along the axis."""
    s = np.array(b, dtype=np.result_type(b, x))
    rows = np.moveaxis(s, axis, 0)
    factors = np.moveaxis(x, axis, 0)
    for i in reversed(range(len(rows) - 1)):
        rows[i] += factors[i + 1] * rows[i + 1]
    return s


general(
    shifted,
    "y = shifted(x, |, axis, first)",
    dx="shifted_back(g, axis)",
    why="each entry moved on by one place, so its gradient moves back by one",
    local={"x": "(·) one place on"},
    samples=tuple(Sample(s.shapes, (*s.params, first)) for s in ALONG for first in (0, 1)),
    code="shifted({x}, {axis}, {first})",
    body="setitem(broadcast_to(cast(first, type_name(x)), shape(x)), getitem(x, but_last(axis)), but_first(axis))",
    proof=(
        "where axis = 0, first = 1, x.shape = (3,)",
        "y_i = x_{i−1} + [i = 0] first",
        "∂y_i/∂x_p = [i − 1 = p]",
        "∂L/∂x_p = Σ_i g_i [i − 1 = p] = g_{p+1}",
    ),
)
linear(
    shifted_back,
    "y = shifted_back(x, |, axis)",
    dx="shifted(g, axis, 0)",
    why="each entry moved back by one place, so its gradient moves on by one",
    local={"x": "(·) one place back"},
    samples=ALONG,
    code="shifted_back({x}, {axis})",
    body="setitem(broadcast_to(cast(0, type_name(x)), shape(x)), getitem(x, but_first(axis)), but_last(axis))",
    proof=(
        "where axis = 0, x.shape = (3,)",
        "y_i = x_{i+1}",
        "∂y_i/∂x_p = [i + 1 = p]",
        "∂L/∂x_p = Σ_i g_i [i + 1 = p] = g_{p−1}",
    ),
)
TWICE = tuple(Sample(s.shapes * 2, s.params) for s in ALONG)
general(
    horner,
    "s = horner(b, x, |, axis)",
    db="horner_back(g, x, axis)",
    dx="shifted(s, axis, 0) * horner_back(g, x, axis)",
    why={
        "b": "{b}[i] enters {s}[i], and through it, multiplied by {x}, all later ones",
        "x": "the slope of {s}[i] with respect to {x}[i] is {s}[i − 1]",
    },
    local={"b": "the same from the end", "x": "{s}[i − 1] · the same from the end"},
    samples=TWICE,
    code="horner({b}, {x}, {axis})",
    proof=(
        "where axis = 0, b.shape = (3,), x.shape = (3,)",
        "s_i = b_i + x_i s_{i−1}",
        "∂s_i/∂b_p = [i = p] + x_i ∂s_{i−1}/∂b_p = [p ≤ i] Π_{l>p, l≤i} x_l",
        "∂L/∂b_p = Σ_{i≥p} g_i Π_{l>p, l≤i} x_l",
        "∂s_i/∂x_p = [i = p] s_{i−1} + x_i ∂s_{i−1}/∂x_p",
        "∂L/∂x_p = s_{p−1} Σ_{i≥p} g_i Π_{l>p, l≤i} x_l",
    ),
)
general(
    horner_back,
    "s = horner_back(b, x, |, axis)",
    db="horner(g, x, axis)",
    dx="s * shifted(horner(g, x, axis), axis, 0)",
    why={
        "b": "{b}[i] enters {s}[i], and through it, multiplied by {x}, all earlier ones",
        "x": "the slope of {s}[i − 1] with respect to {x}[i] is {s}[i]",
    },
    local={"b": "the same from the start", "x": "{s}[i] · the same from the start"},
    samples=TWICE,
    code="horner_back({b}, {x}, {axis})",
    body="getitem(horner(getitem(b, backwards(axis)), shifted(getitem(x, backwards(axis)), axis, 0), axis), "
    "backwards(axis))",
    proof=(
        "where axis = 0, b.shape = (3,), x.shape = (3,)",
        "s_i = b_i + x_{i+1} s_{i+1}",
        "∂s_i/∂b_p = [i = p] + x_{i+1} ∂s_{i+1}/∂b_p = [i ≤ p] Π_{l>i, l≤p} x_l",
        "∂L/∂b_p = Σ_{i≤p} g_i Π_{l>i, l≤p} x_l",
        "∂s_i/∂x_p = [i + 1 = p] s_{i+1} + x_{i+1} ∂s_{i+1}/∂x_p",
        "∂L/∂x_p = s_p Σ_{i<p} g_i Π_{l>i, l<p} x_l",
    ),
)
