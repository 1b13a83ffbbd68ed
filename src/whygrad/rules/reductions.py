"""Rows: sum, mean and product, and their adjoints, which spread a gradient over what had been put together."""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.rules.row import Sample, general, linear

Axes = tuple[int, ...] | None

REDUCED = (
    Sample(((3, 4),), ((0, 1), False)),
    Sample(((3, 4),), ((0,), False)),
    Sample(((3, 4),), ((1,), True)),
    Sample(((2, 3, 4),), ((0, 2), False)),
    Sample(((0, 3),), ((0,), False)),
    Sample(((),), ((), False)),
)


def _sum(x: Any, axis: Axes, keepdims: bool) -> Any:
    return np.sum(x, axis=axis, keepdims=keepdims)


def _mean(x: Any, axis: Axes, keepdims: bool) -> Any:
    return np.mean(x, axis=axis, keepdims=keepdims)


def _spread_back(g: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
    """Put back the axes that a reduction removed, with one element each; broadcasting does the rest."""
    return g if keepdims or np.ndim(g) == 0 else np.expand_dims(g, axis)


def _spread(g: Any, x: Any) -> Any:
    """g written out over the shape of x."""
    return np.full_like(x, g, dtype=np.result_type(g, x))


SUM = linear(
    _sum,
    "y = sum(x, |, axis, keepdims)",
    dx="spread_back(g, axis, keepdims)",
    why="every entry of {x} entered the sum with weight 1, so each receives the whole of the gradient",
    local={"x": "1 for every entry"},
    samples=REDUCED,
    code="np.sum({x}, axis={axis}, keepdims={keepdims})",
    method="{x}.sum(axis={axis}, keepdims={keepdims})",
    defaults={"keepdims": False},
    lazy=True,
    latex=r"\sum_{axis} {x}",
    proof=(
        "where axis = (1,), keepdims = False",
        "y_i = Σ_j x_ij",
        "∂y_i/∂x_pq = [i = p]",
        "∂L/∂x_pq = Σ_i g_i [i = p] = g_p",
    ),
)
MEAN = linear(
    _mean,
    "y = mean(x, |, axis, keepdims)",
    dx="spread_back(g / count(x, axis), axis, keepdims)",
    why="every entry of {x} entered the mean with weight 1/{n}, so each receives the gradient divided by {n}",
    local={"x": "1/{n} for every entry"},
    samples=tuple(s for s in REDUCED if 0 not in s.shapes[0]),
    code="np.mean({x}, axis={axis}, keepdims={keepdims})",
    method="{x}.mean(axis={axis}, keepdims={keepdims})",
    defaults={"keepdims": False},
    lazy=True,
    body="sum(x, axis, keepdims) / count(x, axis)",
    latex=r"\frac{1}{{n}} \sum_{axis} {x}",
    proof=(
        "where axis = (1,), keepdims = False",
        "y_i = Σ_j x_ij / |j|",
        "∂y_i/∂x_pj = [i = p] / |j|",
        "∂L/∂x_pj = Σ_i g_i [i = p] / |j| = g_p / |j|",
    ),
)
SPREAD_BACK = linear(
    _spread_back,
    "y = spread_back(g_, |, axis, keepdims)",
    dg_="reshape(g, shape(g_))",
    why="only the shape changes, so the gradient takes the shape back",
    local={"g_": "1"},
    samples=(Sample(((3,),), ((1,), False)), Sample(((3, 1),), ((1,), True))),
    code="np.expand_dims({g_}, {axis})",
    body="g_ if keepdims or ndim(g_) == 0 else reshape(g_, widened(shape(g_), axis))",
    view=True,
    proof=(
        "where axis = (1,), keepdims = False, g′.shape = (3,)",
        "y_i0 = g′_i",
        "∂y_i0/∂g′_p = [i = p]",
        "∂L/∂g′_p = Σ_i g_i0 [i = p] = g_p0",
    ),
)
SPREAD = linear(
    _spread,
    "y = spread(g_, x)",
    dg_="collect(g, shape(g_))",
    why="one entry was written out many times; what comes back from them adds up",
    local={"g_": "1 for every copy"},
    samples=(Sample(((), (3, 4))), Sample(((4,), (3, 4)))),
    code="np.full_like({x}, {g_})",
    body="broadcast_to(g_, shape(x))",
    proof=(
        "where x.shape = (2, 3), g′.shape = (3,)",
        "y_ij = g′_j",
        "∂y_ij/∂g′_q = [j = q]",
        "∂L/∂g′_q = Σ_ij g_ij [j = q] = Σ_i g_iq",
    ),
)


def _collect(g: Any, shape: tuple[int, ...]) -> Any:
    """Add up along the axes that broadcasting from `shape` had stretched."""
    extra = np.ndim(g) - len(shape)
    axes = (*range(extra), *(i + extra for i, n in enumerate(shape) if n == 1 and np.shape(g)[i + extra] != 1))
    return np.sum(g, axis=axes, keepdims=True).reshape(shape) if axes else g


COLLECT = linear(
    _collect,
    "y = collect(x, |, newshape)",
    dx="spread(g, x)",
    why="what broadcasting had written out many times is added up",
    local={"x": "1 for every copy"},
    samples=(Sample(((3, 4),), ((4,),)), Sample(((3, 4),), ((1, 4),)), Sample(((3, 4),), ((),))),
    code="np.sum({x}, axis={axis}).reshape({newshape})",
    body="reshape(sum(x, stretched_axes(shape(x), newshape), True), newshape)",
    view=True,
    proof=(
        "where newshape = (3,), x.shape = (2, 3)",
        "y_j = Σ_i x_ij",
        "∂y_j/∂x_pq = [j = q]",
        "∂L/∂x_pq = Σ_j g_j [j = q] = g_q",
    ),
)


def _sum_where(x: Any, c: Any, axis: Axes, keepdims: bool) -> Any:
    return np.sum(x, axis=axis, keepdims=keepdims, where=c)


SUM_WHERE = linear(
    _sum_where,
    "y = sum_where(x, c, |, axis, keepdims)",
    dx="where(c, spread_back(g, axis, keepdims), 0.0)",
    why="the entries of {x} for which the condition holds entered the sum with weight 1, the others not at all",
    local={"x": "1 where the condition holds, 0 elsewhere"},
    samples=(
        Sample(((3, 4), (3, 4)), ((1,), False)),
        Sample(((3, 4), (4,)), ((0, 1), True)),
    ),
    code="np.sum({x}, axis={axis}, keepdims={keepdims}, where={c})",
    body="sum(where(c, x, 0), axis, keepdims)",
    method="{x}.sum(axis={axis}, keepdims={keepdims}, where={c})",
    defaults={"keepdims": False},
    proof=(
        "where axis = (1,), keepdims = False",
        "y_i = Σ_j c_ij x_ij",
        "∂y_i/∂x_pq = [i = p] c_pq",
        "∂L/∂x_pq = Σ_i g_i [i = p] c_pq = g_p c_pq",
    ),
)


def _prod(x: Any, axis: Axes, keepdims: bool) -> Any:
    return np.prod(x, axis=axis, keepdims=keepdims)


def products_of_others(x: Any, axis: Axes = None) -> Any:
    """For each entry the product of all the others along the axes: the product over x, but right with zeros, too."""
    zero = x == 0
    others = np.where(zero, np.ones_like(x), x)
    product = np.prod(others, axis=axis, keepdims=True) / others
    return np.where(np.sum(zero, axis=axis, keepdims=True) == zero, product, np.zeros_like(x))


PROD = general(
    _prod,
    "y = prod(x, |, axis, keepdims)",
    dx="spread_back(g, axis, keepdims) * products_of_others(x, axis)",
    why="the slope of a product with respect to one factor is the product of the others: {y} divided by that factor, "
    "computed so that it is right where a factor is 0, too",
    local={"x": "the product of the others"},
    samples=(*REDUCED[:4], Sample(((4,),), ((0,), False)), Sample(((1,),), ((0,), False))),
    code="np.prod({x}, axis={axis}, keepdims={keepdims})",
    method="{x}.prod(axis={axis}, keepdims={keepdims})",
    defaults={"keepdims": False},
    lazy=True,
    latex=r"\prod_{axis} {x}",
    proof=(
        "where axis = (1,), keepdims = False",
        "y_i = Π_j x_ij",
        "∂y_i/∂x_pq = [i = p] Π_{j≠q} x_pj",
        "∂L/∂x_pq = Σ_i g_i [i = p] Π_{j≠q} x_pj = g_p Π_{j≠q} x_pj",
    ),
)

# In the last axis, entry by entry, the products of all that stands before and of all that stands behind.
_ROWS = "reshape(transpose({0}, last_of(axis, ndim(x))), merged(shape(x), axis))"
_X, _G, _LAST = _ROWS.format("x"), _ROWS.format("g"), "len(shape(x)) - len(axis)"
_TURNED = "getitem({0}, backwards({1}))"
_BEFORE = f"shifted(cumprod({_X}, {_LAST}), {_LAST}, 1)"
_BEHIND = _TURNED.format(f"shifted(cumprod({_TURNED.format(_X, _LAST)}, {_LAST}), {_LAST}, 1)", _LAST)


def _back_through_cumprod(x: str, g: str) -> str:
    """What cumprod(x), shifted by one, sends back for g."""
    back = f"shifted_back({g}, {_LAST})"
    return f"shifted(cumprod({x}, {_LAST}), {_LAST}, 1) * horner_back({back}, {x}, {_LAST})"


_FROM_BEFORE = _back_through_cumprod(_X, f"{_G} * {_BEHIND}")
_FROM_BEHIND = _back_through_cumprod(_TURNED.format(_X, _LAST), _TURNED.format(f"({_G} * {_BEFORE})", _LAST))
_UNROWED = "transpose(reshape({0}, ordered(shape(x), last_of(axis, ndim(x)))), inverse(last_of(axis, ndim(x))))"

OTHERS = general(
    products_of_others,
    "y = products_of_others(x, |, axis)",
    dx=_UNROWED.format(f"{_FROM_BEFORE} + {_TURNED.format(_FROM_BEHIND, _LAST)}"),
    why="each product of others is that of what stands before the entry, times that of what stands behind it",
    local={"x": "the products of all but two"},
    samples=(
        Sample(((4,),), ((0,),)),
        Sample(((2, 3),), ((1,),)),
        Sample(((2, 3),), ((0, 1),)),
        Sample(((3, 2, 2),), ((0, 2),)),
    ),
    code="products_of_others({x}, axis={axis})",
    body="where(sum(x == 0, axis, True) == (x == 0), prod(where(x == 0, 1, x), axis, True) / where(x == 0, 1, x), 0)",
    proof=(
        "where axis = (0,), x.shape = (4,)",
        "y_i = Π_{k≠i} x_k",
        "∂y_i/∂x_p = [i ≠ p] Π_{k≠i, k≠p} x_k",
        "∂L/∂x_p = Σ_{i≠p} g_i Π_{k≠i, k≠p} x_k",
    ),
)
