"""Rows: what moves numbers about without changing them, and what changes only their type."""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.rules.row import Sample, elementwise, linear

SAME_NUMBERS = "the same numbers in another order, so the gradient takes the way back"


def _transpose(x: Any, axes: tuple[int, ...]) -> Any:
    return np.transpose(x, axes)


def _reshape(x: Any, shape: tuple[int, ...]) -> Any:
    return np.reshape(x, shape)


def _broadcast_to(x: Any, shape: tuple[int, ...]) -> Any:
    return np.broadcast_to(x, shape)


TRANSPOSE = linear(
    _transpose,
    "y = transpose(x, |, axes)",
    dx="transpose(g, inverse(axes))",
    why=SAME_NUMBERS,
    local={"x": "(·)ᵀ"},
    samples=(Sample(((3, 4),), ((1, 0),)), Sample(((2, 3, 4),), ((2, 0, 1),))),
    code="np.transpose({x}, {axes})",
    view=True,
    proof=(
        "where axes = (1, 0)",
        "y_ij = x_ji",
        "∂y_ij/∂x_pq = [j = p] [i = q]",
        "∂L/∂x_pq = Σ_ij g_ij [j = p] [i = q] = g_qp",
    ),
)
RESHAPE = linear(
    _reshape,
    "y = reshape(x, |, newshape)",
    dx="reshape(g, shape(x))",
    why=SAME_NUMBERS,
    local={"x": "(·) in the old shape"},
    samples=(Sample(((3, 4),), ((2, 6),)), Sample(((6,),), ((2, 3),)), Sample(((),), ((1, 1),))),
    code="np.reshape({x}, {newshape})",
    method="{x}.reshape({newshape})",
    view=True,
    proof=(
        "where newshape = (6,), x.shape = (2, 3), n = 3",
        "y_k = x_{⌊k/n⌋, k mod n}",
        "∂y_k/∂x_pq = [k = n p + q]",
        "∂L/∂x_pq = Σ_k g_k [k = n p + q] = g_{n p + q}",
    ),
)
BROADCAST_TO = linear(
    _broadcast_to,
    "y = broadcast_to(x, |, newshape)",
    dx="collect(g, shape(x))",
    why="one entry of {x} was written out many times; what comes back from them adds up",
    local={"x": "1 for every copy"},
    samples=(Sample(((4,),), ((3, 4),)), Sample(((3, 1),), ((3, 4),)), Sample(((),), ((2, 3),))),
    code="np.broadcast_to({x}, {newshape})",
    view=True,
    proof=(
        "where newshape = (2, 3), x.shape = (3,)",
        "y_ij = x_j",
        "∂y_ij/∂x_q = [j = q]",
        "∂L/∂x_q = Σ_ij g_ij [j = q] = Σ_i g_iq",
    ),
)


def _cast(x: Any, dtype: str) -> Any:
    if dtype in ("float", "int", "bool") and not (dtype == "bool" and np.ndim(x)):  # so NumPy calls its own, too
        return {"float": float, "int": int, "bool": bool}[dtype](x)
    return np.asarray(x).astype(dtype)[()] if np.ndim(x) == 0 else np.asarray(x).astype(dtype)


CAST = elementwise(
    _cast,
    "y = cast(x, |, dtype)",
    dx="g",
    why="the number is kept in another type, not changed",
    samples=(Sample(((3, 4),), ("float64",)),),
    code="np.asarray({x}, dtype={dtype})",
    method="{x}.astype({dtype})",
)
