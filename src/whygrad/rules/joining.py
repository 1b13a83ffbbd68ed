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
)
STACK = linear(
    _stack,
    "y = stack(*x, |, axis)",
    dx="getitem(g, entry_of(at, axis))",
    why="{x} became one entry of {y} along a new axis, so its gradient is that entry of the gradient",
    local={"x": "(·) at its place"},
    samples=(Sample(((), ()), (0,)), Sample(((2, 3), (2, 3)), (1,)), Sample(((2, 3), (2, 3), (2, 3)), (2,))),
    code="np.stack([{x}], axis={axis})",
)
ARRAY = linear(
    _array,
    "y = array(*x, |, dtype)",
    dx="getitem(g, entry_of(at, 0))",
    why="{x} became one entry of {y}, so its gradient is that entry of the gradient",
    local={"x": "(·) at its place"},
    samples=(Sample(((), (), ()), (None,)), Sample(((2, 3), (2, 3)), (None,))),
    code="np.array([{x}])",
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
)
