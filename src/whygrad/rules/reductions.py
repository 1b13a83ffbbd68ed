"""Rows: sum and mean, and their adjoints, which spread a gradient over what had been added up."""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.rules.row import Sample, linear

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
)
SPREAD_BACK = linear(
    _spread_back,
    "y = spread_back(g_, |, axis, keepdims)",
    dg_="reshape(g, shape(g_))",
    why="only the shape changes, so the gradient takes the shape back",
    local={"g_": "1"},
    samples=(Sample(((3,),), ((1,), False)), Sample(((3, 1),), ((1,), True))),
    code="np.expand_dims({g_}, {axis})",
    view=True,
)
SPREAD = linear(
    _spread,
    "y = spread(g_, x)",
    dg_="collect(g, shape(g_))",
    why="one entry was written out many times; what comes back from them adds up",
    local={"g_": "1 for every copy"},
    samples=(Sample(((), (3, 4))), Sample(((4,), (3, 4)))),
    code="np.full_like({x}, {g_})",
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
    view=True,
)
