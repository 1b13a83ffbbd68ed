"""Rows: entries that move round, come several times, are cut off above or below a diagonal, or meet in windows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from whygrad.rules.row import Sample, linear

SEVERAL = "each entry of {x} stands in {y} several times; the gradients of its copies add up"


def _roll(x: Any, shift: tuple[int, ...], axis: tuple[int, ...] | None) -> Any:
    return np.roll(x, shift if axis is not None else shift[0], axis)


def _repeat(x: Any, repeats: int, axis: int) -> Any:
    return np.repeat(x, repeats, axis)


def _tile(x: Any, reps: tuple[int, ...]) -> Any:
    return np.tile(x, reps)


def _tril(x: Any, k: int) -> Any:
    return np.tril(x, k)


def _triu(x: Any, k: int) -> Any:
    return np.triu(x, k)


def _diag(x: Any, k: int) -> Any:
    return np.diag(x, k)


def _diagonal(x: Any, offset: int) -> Any:
    return np.diagonal(x, offset)


def _windows(x: Any, window: tuple[int, ...], axis: tuple[int, ...]) -> Any:
    return sliding_window_view(x, window, axis)


def _add_windows(g: Any, x: Any, window: tuple[int, ...], axis: tuple[int, ...]) -> Any:
    """Zeros like x, and the gradient of every window added in where the window lies."""
    total = np.zeros(np.shape(x), np.result_type(g, x))
    for offset in np.ndindex(window):
        place: list[Any] = [slice(None)] * total.ndim
        for a, start, width in zip(axis, offset, window, strict=True):
            place[a] = slice(start, total.shape[a] - width + 1 + start)
        total[tuple(place)] += g[(..., *offset)]
    return total


ROLL = linear(
    _roll,
    "y = roll(x, |, shift, axis)",
    dx="roll(g, opposite(shift), axis)",
    why="the same numbers, moved round; the gradient moves back",
    local={"x": "(·) moved back"},
    samples=(
        Sample(((5,),), ((2,), (0,))),
        Sample(((3, 4),), ((-1,), (1,))),
        Sample(((3, 4),), ((1, 2), (0, 1))),
        Sample(((3, 4),), ((5,), None)),
        Sample(((0, 2),), ((1,), (0,))),
    ),
    code="np.roll({x}, {shift}, axis={axis})",
    proof=(
        "where shift = (1,), axis = (0,), x.shape = (4,)",
        "y_i = x_{(i−shift) mod |i|}",
        "∂y_i/∂x_p = [(i − shift) mod |i| = p]",
        "∂L/∂x_p = Σ_i g_i [(i − shift) mod |i| = p] = g_{(p+shift) mod |p|}",
    ),
)
REPEAT = linear(
    _repeat,
    "y = repeat(x, |, repeats, axis)",
    dx="sum(reshape(g, (*shape(x)[:axis + 1], repeats, *shape(x)[axis + 1:])), (axis + 1,), False)",
    why=SEVERAL,
    local={"x": "1 for every copy"},
    samples=(Sample(((3,),), (2, 0)), Sample(((2, 3),), (3, 1)), Sample(((2, 3),), (0, 0)), Sample(((2, 0),), (2, 0))),
    code="np.repeat({x}, {repeats}, axis={axis})",
    body="reshape(broadcast_to(reshape(x, (*shape(x)[:axis + 1], 1, *shape(x)[axis + 1:])), "
    "(*shape(x)[:axis + 1], repeats, *shape(x)[axis + 1:])), "
    "(*shape(x)[:axis], shape(x)[axis] * repeats, *shape(x)[axis + 1:]))",
    proof=(
        "where repeats = 2, axis = 0, x.shape = (3,)",
        "y_i = x_{⌊i/repeats⌋}",
        "∂y_i/∂x_p = [⌊i/repeats⌋ = p]",
        "∂L/∂x_p = Σ_i g_i [⌊i/repeats⌋ = p] = g_{2p} + g_{2p+1}",
    ),
)
TILE = linear(
    _tile,
    "y = tile(x, |, reps)",
    dx="sum(reshape(g, copies(shape(x), reps)), copy_axes(shape(x), reps), False)",
    why=SEVERAL,
    local={"x": "1 for every copy"},
    samples=(
        Sample(((3,),), ((2,),)),
        Sample(((4,),), ((3, 1),)),
        Sample(((2, 3),), ((2, 2),)),
        Sample(((2, 3),), ((1, 1),)),
        Sample(((2,),), ((2, 1, 3),)),
        Sample(((),), ((3,),)),
        Sample(((2,),), ((0,),)),
    ),
    code="np.tile({x}, {reps})",
    body="reshape(broadcast_to(reshape(x, one_copy(shape(x), reps)), copies(shape(x), reps)), tiled(shape(x), reps))",
    proof=(
        "where reps = (2,), x.shape = (3,), n = 3",
        "y_i = x_{i mod n}",
        "∂y_i/∂x_p = [i mod n = p]",
        "∂L/∂x_p = Σ_i g_i [i mod n = p] = g_p + g_{p+n}",
    ),
)
TRIL = linear(
    _tril,
    "y = tril(x, |, k)",
    dx="tril(g, k)",
    why="only the entries on and below the diagonal were kept, so only they receive the gradient",
    local={"x": "1 on and below the diagonal, 0 above"},
    samples=(Sample(((3, 3),), (0,)), Sample(((3, 4),), (1,)), Sample(((2, 3, 2),), (-1,))),
    code="np.tril({x}, k={k})",
    body="where(reshape(arange(0, height(shape(x)), 1), (-1, 1)) + k >= arange(0, shape(x)[-1], 1), x, 0)",
    defaults={"k": 0},
    proof=(
        "where k = 0, x.shape = (3, 3)",
        "y_ij = [j ≤ i + k] x_ij",
        "∂y_ij/∂x_pq = [i = p] [j = q] [q ≤ p + k]",
        "∂L/∂x_pq = Σ_ij g_ij [i = p] [j = q] [q ≤ p + k] = [q ≤ p + k] g_pq",
    ),
)
TRIU = linear(
    _triu,
    "y = triu(x, |, k)",
    dx="triu(g, k)",
    why="only the entries on and above the diagonal were kept, so only they receive the gradient",
    local={"x": "1 on and above the diagonal, 0 below"},
    samples=(Sample(((3, 3),), (0,)), Sample(((3, 4),), (1,)), Sample(((2, 3, 2),), (-1,))),
    code="np.triu({x}, k={k})",
    body="where(reshape(arange(0, height(shape(x)), 1), (-1, 1)) + k <= arange(0, shape(x)[-1], 1), x, 0)",
    defaults={"k": 0},
    proof=(
        "where k = 0, x.shape = (3, 3)",
        "y_ij = [j ≥ i + k] x_ij",
        "∂y_ij/∂x_pq = [i = p] [j = q] [q ≥ p + k]",
        "∂L/∂x_pq = Σ_ij g_ij [i = p] [j = q] [q ≥ p + k] = [q ≥ p + k] g_pq",
    ),
)
DIAG = linear(
    _diag,
    "y = diag(x, |, k)",
    dx="diagonal(g, k)",
    why="{x} lies on a diagonal of {y}, and its gradient is read there",
    local={"x": "1, on the diagonal"},
    samples=(Sample(((3,),), (0,)), Sample(((2,),), (1,)), Sample(((2,),), (-2,)), Sample(((0,),), (1,))),
    code="np.diag({x}, k={k})",
    body="reshape(setitem(broadcast_to(cast(0, type_name(x)), ((shape(x)[0] + abs(k)) ** 2,)), x, "
    "diagonal_entries((shape(x)[0] + abs(k), shape(x)[0] + abs(k)), k)), "
    "(shape(x)[0] + abs(k), shape(x)[0] + abs(k)))",
    defaults={"k": 0},
    latex=r"\operatorname{diag}({x})",
    proof=(
        "where k = 1, x.shape = (2,)",
        "y_ij = [j = i + k] x_i",
        "∂y_ij/∂x_p = [i = p] [j = p + k]",
        "∂L/∂x_p = Σ_ij g_ij [i = p] [j = p + k] = g_{p, p+k}",
    ),
)
DIAGONAL = linear(
    _diagonal,
    "y = diagonal(x, |, offset)",
    dx="pad(getitem(diag(g, offset), diagonal_part(shape(x), offset)), 0, diagonal_border(shape(x), offset))",
    why="only the entries on the diagonal of {x} were read, so only they receive the gradient",
    local={"x": "1 on the diagonal, 0 elsewhere"},
    samples=(
        Sample(((3, 3),), (0,)),
        Sample(((3, 3),), (-1,)),
        Sample(((2, 4),), (1,)),
        Sample(((2, 4),), (3,)),
        Sample(((4, 2),), (-1,)),
        Sample(((3, 4),), (-2,)),
    ),
    code="np.diagonal({x}, {offset})",
    body="getitem(reshape(x, (shape(x)[0] * shape(x)[1],)), diagonal_entries(shape(x), offset))",
    view=True,
    latex=r"\operatorname{diag}({x})",
    proof=(
        "where offset = 1, x.shape = (3, 3)",
        "y_i = x_{i, i+offset}",
        "∂y_i/∂x_pq = [i = p] [q = p + offset]",
        "∂L/∂x_pq = Σ_i g_i [i = p] [q = p + offset] = [q = p + offset] g_p",
    ),
)
WINDOWS = linear(
    _windows,
    "y = sliding_window_view(x, |, window, axis)",
    dx="add_windows(g, x, window, axis)",
    why="an entry of {x} lies in several windows; what comes back from each of them adds up",
    local={"x": "1 for every window that it lies in"},
    samples=(
        Sample(((5,),), ((3,), (0,))),
        Sample(((4, 5),), ((2, 3), (0, 1))),
        Sample(((3, 4, 2),), ((2,), (1,))),
    ),
    code="np.lib.stride_tricks.sliding_window_view({x}, {window}, axis={axis})",
    view=True,
    proof=(
        "where window = (2,), axis = (0,), x.shape = (4,)",
        "y_ij = x_{i+j}",
        "∂y_ij/∂x_p = [i + j = p]",
        "∂L/∂x_p = Σ_ij g_ij [i + j = p] = Σ_j g_{p−j, j}",
    ),
)
ADD_WINDOWS = linear(
    _add_windows,
    "y = add_windows(g_, x, |, window, axis)",
    dg_="sliding_window_view(g, window, axis)",
    why="every window's number was added in at its place, and its gradient is read there",
    local={"g_": "1, at its place"},
    samples=(Sample(((3, 3), (5,)), ((3,), (0,))), Sample(((3, 3, 2, 3), (4, 5)), ((2, 3), (0, 1)))),
    code="add_windows({g_}, {x}, {window}, {axis})",
    proof=(
        "where window = (2,), axis = (0,), g′.shape = (3, 2), x.shape = (4,)",
        "y_m = Σ_j g′_{m−j, j}",
        "∂y_m/∂g′_pq = [m = p + q]",
        "∂L/∂g′_pq = Σ_m g_m [m = p + q] = g_{p+q}",
    ),
)
