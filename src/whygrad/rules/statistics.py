"""Rows: variance and standard deviation. `ddof` is what is taken off the number of entries that is divided by."""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.rules.reductions import REDUCED, Axes
from whygrad.rules.row import Corner, Sample, general


def _var(x: Any, axis: Axes, keepdims: bool, ddof: int) -> Any:
    return np.var(x, axis=axis, keepdims=keepdims, ddof=ddof)


def _std(x: Any, axis: Axes, keepdims: bool, ddof: int) -> Any:
    return np.std(x, axis=axis, keepdims=keepdims, ddof=ddof)


SPREADS = (
    *(Sample(s.shapes, (*s.params, 0)) for s in REDUCED[:4]),
    Sample(((3, 4),), ((0, 1), True, 1)),
    Sample(((5,),), ((0,), False, 1)),
)

VAR = general(
    _var,
    "v = var(x, |, axis, keepdims, ddof)",
    dx="spread_back(g, axis, keepdims) * 2 * (x - mean(x, axis, len(axis) < ndim(x))) / count(x, axis, ddof)",
    why="{v} is the mean of the squared distances from the mean, so the slope with respect to an entry is twice its "
    "own distance over their number; that the entry moves the mean too comes to nothing, for the distances sum to 0",
    local={"x": "2({x} − mean)/n"},
    samples=SPREADS,
    code="np.var({x}, axis={axis}, keepdims={keepdims}, ddof={ddof})",
    method="{x}.var(axis={axis}, keepdims={keepdims}, ddof={ddof})",
    defaults={"keepdims": False, "ddof": 0},
    smooth=False,
    lazy=True,
    body="sum((x - mean(x, axis, True)) ** 2, axis, keepdims) / count(x, axis, ddof)",
    latex=r"\operatorname{var}_{axis} {x}",
    proof=(
        "where axis = (0,), keepdims = False, ddof = 0, x.shape = (3,)",
        "let m = Σ_k x_k / |k|",
        "v = Σ_i (x_i − m)² / |i|",
        "∂v/∂x_p = Σ_i 2 (x_i − m) ([i = p] − 1 / |p|) / |i| = 2 (x_p − m) / |p|",
        "∂L/∂x_p = 2 g (x_p − m) / |p|",
    ),
)
STD = general(
    _std,
    "s = std(x, |, axis, keepdims, ddof)",
    dx="spread_back(g / where(s == 0, 1, s), axis, keepdims) * (x - mean(x, axis, len(axis) < ndim(x))) "
    "/ count(x, axis, ddof)",
    why="{s} is the root of the variance, whose slope 2 · distance/n is halved and divided by {s} on its way through "
    "the root (where all entries are equal {s} is 0, at its lowest, and so is the gradient)",
    local={"x": "({x} − mean)/(n · {s})"},
    samples=SPREADS,
    code="np.std({x}, axis={axis}, keepdims={keepdims}, ddof={ddof})",
    method="{x}.std(axis={axis}, keepdims={keepdims}, ddof={ddof})",
    defaults={"keepdims": False, "ddof": 0},
    smooth=False,
    corner=Corner(
        "s == 0",
        "all entries are equal, where std has no slope,",
        "0 is used",
        "the entries of {x} are not all equal",
    ),
    lazy=True,
    body="sqrt(sum((x - mean(x, axis, True)) ** 2, axis, keepdims) / count(x, axis, ddof))",
    latex=r"\operatorname{std}_{axis} {x}",
    proof=(
        "where axis = (0,), keepdims = False, ddof = 0, x.shape = (3,)",
        "let m = Σ_k x_k / |k|",
        "s = sqrt(Σ_i (x_i − m)² / |i|)",
        "∂s/∂x_p = (x_p − m) / (|p| s)",
        "∂L/∂x_p = g (x_p − m) / (|p| s)",
    ),
)
