"""Rows: arrays made of arrays, joined along an axis, along a new one, or with a border around them."""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.rules.row import Sample, linear


def _concatenate(*operands: Any) -> Any:
    *parts, axis = operands
    return np.concatenate(parts, axis)


def _stack(*operands: Any) -> Any:
    *parts, axis = operands
    return np.stack(parts, axis)


def _array(*operands: Any) -> Any:
    *parts, dtype = operands
    return np.array(parts) if dtype is None else np.array(parts, dtype=dtype)


def _pad(x: Any, v: Any, widths: tuple[tuple[int, int], ...]) -> Any:
    return np.pad(x, widths, constant_values=v)


CONCATENATE = linear(
    _concatenate,
    "y = concatenate(*x, |, axis)",
    dx="getitem(g, part_of(shapes(parts), at, axis))",
    why="{x} became one part of {y}, so its gradient is that part of the gradient",
    local={"x": "(·) at its place"},
    samples=(
        Sample(((3,), (2,)), (0,)),
        Sample(((3, 2), (3, 1), (3, 4)), (1,)),
        Sample(((2, 3), (0, 3), (1, 3)), (0,)),
        Sample(((4,),), (0,)),
    ),
    code="np.concatenate([{x}], axis={axis})",
    proof=(
        "where axis = 0, x1.shape = (3,), x2.shape = (2,), n = 3",
        "y_i = x1_i + x2_{i−n}",
        "∂y_i/∂x1_p = [i = p]",
        "∂L/∂x1_p = Σ_i g_i [i = p] = g_p",
        "∂y_i/∂x2_p = [i − n = p]",
        "∂L/∂x2_p = Σ_i g_i [i − n = p] = g_{p+n}",
    ),
)
STACK = linear(
    _stack,
    "y = stack(*x, |, axis)",
    dx="getitem(g, entry_of(at, axis))",
    why="{x} became one entry of {y} along a new axis, so its gradient is that entry of the gradient",
    local={"x": "(·) at its place"},
    samples=(Sample(((), ()), (0,)), Sample(((2, 3), (2, 3)), (1,)), Sample(((2, 3), (2, 3), (2, 3)), (2,))),
    code="np.stack([{x}], axis={axis})",
    proof=(
        "where axis = 0, x1.shape = (3,), x2.shape = (3,)",
        "y_ij = [i = 0] x1_j + [i = 1] x2_j",
        "∂y_ij/∂x1_p = [i = 0] [j = p]",
        "∂L/∂x1_p = Σ_ij g_ij [i = 0] [j = p] = g_0p",
        "∂L/∂x2_p = g_1p",
    ),
)
ARRAY = linear(
    _array,
    "y = array(*x, |, dtype)",
    dx="getitem(g, entry_of(at, 0))",
    why="{x} became one entry of {y}, so its gradient is that entry of the gradient",
    local={"x": "(·) at its place"},
    samples=(Sample(((), (), ()), (None,)), Sample(((2, 3), (2, 3)), (None,))),
    code="np.array([{x}])",
    body="stack(*x, 0)",
    proof=(
        "where dtype = None, x1.shape = (), x2.shape = ()",
        "y_i = [i = 0] x1 + [i = 1] x2",
        "∂y_i/∂x1 = [i = 0]",
        "∂L/∂x1 = Σ_i g_i [i = 0] = g_0",
        "∂L/∂x2 = g_1",
    ),
)
PAD = linear(
    _pad,
    "y = pad(x, v, |, widths)",
    dx="getitem(g, inside(widths))",
    dv="sum(setitem(g, 0, inside(widths)), tuple(range(ndim(x))), False)",
    why={
        "x": "{x} lies inside the border, so its gradient is the inner part of the gradient",
        "v": "{v} was written into every place of the border: their gradients add up",
    },
    local={"x": "(·) at its place", "v": "1 on the border, 0 inside"},
    samples=(
        Sample(((3,), ()), (((1, 2),),)),
        Sample(((2, 3), ()), (((1, 1), (0, 2)),)),
        Sample(((0, 3), ()), (((1, 1), (2, 0)),)),
    ),
    code="np.pad({x}, {widths}, constant_values={v})",
    body="setitem(broadcast_to(cast(v, type_name(x)), bordered(shape(x), widths)), x, inside(widths))",
    proof=(
        "where widths = ((1, 2),), x.shape = (3,), w = 1, n = 3",
        "y_i = x_{i−w} + v ([i < w] + [i ≥ w + n])",
        "∂y_i/∂x_p = [i − w = p]",
        "∂L/∂x_p = Σ_i g_i [i − w = p] = g_{p+w}",
        "∂y_i/∂v = [i < w] + [i ≥ w + n]",
        "∂L/∂v = Σ_i g_i ([i < w] + [i ≥ w + n])",
    ),
)
