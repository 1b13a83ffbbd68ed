"""Rows: sorting, reading along an axis at places that other values decide, and counting."""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.rules.choices import WHOLE
from whygrad.rules.row import Corner, Sample, general, linear, nondiff

PLACE = "its output says where something lies: whole numbers, flat almost everywhere"


def _sort(x: Any, axis: int) -> Any:
    return np.sort(x, axis)


def _argsort(x: Any, axis: int, kind: Any) -> Any:
    return np.argsort(x, axis, kind)


def _partition(x: Any, kth: tuple[int, ...], axis: int) -> Any:
    return np.partition(x, kth, axis)


def _argpartition(x: Any, kth: tuple[int, ...], axis: int) -> Any:
    return np.argpartition(x, kth, axis)


def _take_along_axis(x: Any, i: Any, axis: int) -> Any:
    return np.take_along_axis(x, i, axis)


def _add_along_axis(g: Any, x: Any, i: Any, axis: int) -> Any:
    """Zeros like x, and g added in at the places that take_along_axis reads."""
    total = np.zeros(np.shape(x), np.result_type(g, x))
    places = list(np.ogrid[tuple(map(slice, np.shape(i)))])
    places[axis] = i
    np.add.at(total, tuple(places), g)
    return total


def _place_of_running_maximum(x: Any, axis: int) -> Any:
    """Where the largest entry so far stands; of equal ones the last, as a loop over np.maximum has it."""
    return np.maximum.accumulate(np.where(x == np.maximum.accumulate(x, axis), np.indices(x.shape)[axis], 0), axis)


def _place_of_running_minimum(x: Any, axis: int) -> Any:
    return np.maximum.accumulate(np.where(x == np.minimum.accumulate(x, axis), np.indices(x.shape)[axis], 0), axis)


def _searchsorted(x: Any, v: Any, side: str) -> Any:
    return np.searchsorted(x, v, side=side)  # type: ignore[call-overload]


def _flatnonzero(x: Any) -> Any:
    return np.flatnonzero(x)


def _nonzero(x: Any, k: int) -> Any:
    return np.nonzero(x)[k]


def _bincount(i: Any, w: Any, minlength: int) -> Any:
    if np.iscomplexobj(w):
        return np.bincount(i, w.real, minlength) + 1j * np.bincount(i, w.imag, minlength)
    return np.bincount(i, w, minlength)


def _counts(i: Any, minlength: int) -> Any:
    return np.bincount(i, minlength=minlength)


TIES = "bitwise_and(shifted({0}, axis, 0) == {0}, shifted({0}, axis, 1) == {0})"
"""Where an entry is equal to the one before it: before the first one stands a number that it is not."""

SORT = general(
    _sort,
    "y = sort(x, |, axis)",
    dx="take_along_axis(g, argsort(argsort(x, axis, None), axis, None), axis)",
    why="sorting moves each entry of {x} to its rank, so its gradient is the one at that place; "
    "argsort(argsort({x})) is the rank",
    local={"x": "(·) at its rank"},
    samples=(Sample(((5,),), (0,)), Sample(((3, 4),), (1,)), Sample(((3, 4),), (0,)), Sample(((0, 3),), (0,))),
    corner=Corner(
        TIES.format("y"),
        "two entries are equal, a tie,",
        "each has the slope of the place that it got",
        "no entries of {x} are equal",
    ),
    code="np.sort({x}, axis={axis})",
    body="take_along_axis(x, argsort(x, axis, None), axis)",
    proof=(
        "where axis = 0, x.shape = (4,)",
        "y_i = x_{order_i}",
        "∂y_i/∂x_p = [order_i = p]",
        "∂L/∂x_p = Σ_i g_i [order_i = p]",
    ),
)
PARTITION = general(
    _partition,
    "y = partition(x, |, kth, axis)",
    dx="take_along_axis(take_along_axis(g, argsort(y, axis, None), axis), "
    "argsort(argsort(x, axis, None), axis, None), axis)",
    why="partitioning only moves the entries of {x}: the entry of rank r went where {y} has its entry of rank r",
    local={"x": "(·) at its new place"},
    samples=(Sample(((5,),), ((2,), 0)), Sample(((3, 4),), ((1,), 1)), Sample(((4, 3),), ((0, 2), 0))),
    smooth=False,
    corner=Corner(
        TIES.format("sort(y, axis)"),
        "two entries are equal, a tie,",
        "each has the slope of the place that it got",
        "no entries of {x} are equal",
    ),
    code="np.partition({x}, {kth}, axis={axis})",
    body="take_along_axis(x, argpartition(x, kth, axis), axis)",
    proof=(
        "where kth = (1,), axis = 0, x.shape = (4,)",
        "y_i = x_{order_i}",
        "∂y_i/∂x_p = [order_i = p]",
        "∂L/∂x_p = Σ_i g_i [order_i = p]",
    ),
)
ALONG_ROWS = (Sample(((3, 4),), (1,)),)
ARGSORT = nondiff(
    _argsort,
    "y = argsort(x, |, axis, kind)",
    why=PLACE,
    samples=(Sample(((3, 4),), (1, "stable")),),
    code="np.argsort({x}, axis={axis}, kind={kind})",
    defaults={"kind": None},
)
ARGPARTITION = nondiff(
    _argpartition,
    "y = argpartition(x, |, kth, axis)",
    why=PLACE,
    code="np.argpartition({x}, {kth}, axis={axis})",
    samples=(Sample(((5,),), ((2,), 0)),),
)
TAKE_ALONG_AXIS = linear(
    _take_along_axis,
    "y = take_along_axis(x, i, |, axis)",
    dx="add_along_axis(g, x, i, axis)",
    why="what was read from {x} receives the gradient at its place; an entry that was read twice adds up two",
    local={"x": "1 where it was read, 0 elsewhere"},
    samples=(Sample(((3, 4), (3, 2)), (1,)), Sample(((3, 4), (5, 4)), (0,))),
    domain={"x": (-1.7, 1.7), "i": (0, 3)},
    code="np.take_along_axis({x}, {i}, axis={axis})",
    proof=(
        "where axis = 0, x.shape = (3,), i = [2, 0, 0]",
        "y_n = x_{i_n}",
        "∂y_n/∂x_p = [i_n = p]",
        "∂L/∂x_p = Σ_n g_n [i_n = p]",
    ),
)
ADD_ALONG_AXIS = linear(
    _add_along_axis,
    "y = add_along_axis(g_, x, i, |, axis)",
    dg_="take_along_axis(g, i, axis)",
    why="the number was added in at its place, and its gradient is read there",
    local={"g_": "1, at its place"},
    samples=(Sample(((3, 2), (3, 4), (3, 2)), (1,)),),
    domain={"g_": (-1.7, 1.7), "x": (-1.7, 1.7), "i": (0, 3)},
    code="add_along_axis({g_}, {x}, {i}, axis={axis})",
    proof=(
        "where axis = 0, g′.shape = (3,), x.shape = (4,), i = [2, 0, 0]",
        "y_m = Σ_n g′_n [i_n = m]",
        "∂y_m/∂g′_q = [i_q = m]",
        "∂L/∂g′_q = Σ_m g_m [i_q = m] = g_{i_q}",
    ),
)
RUNNING_PLACES = {
    extreme: nondiff(
        function,
        f"y = {function.__name__.strip('_')}(x, |, axis)",
        why=PLACE,
        samples=(Sample(((5,),), (0,)), Sample(((3, 4),), (1,))),
        code=f"np.maximum.accumulate(np.where({{x}} == np.{extreme.__name__}.accumulate({{x}}, axis={{axis}}), "
        "np.indices({x}.shape)[{axis}], 0), axis={axis})",
    )
    for extreme, function in ((np.maximum, _place_of_running_maximum), (np.minimum, _place_of_running_minimum))
}
SEARCHSORTED = nondiff(
    _searchsorted,
    "y = searchsorted(x, v, |, side)",
    why=PLACE,
    code="np.searchsorted({x}, {v}, side={side})",
    samples=(Sample(((5,), (3,)), ("right",)),),
    defaults={"side": "left"},
)
FLATNONZERO = nondiff(
    _flatnonzero,
    "y = flatnonzero(x)",
    why=PLACE,
    code="np.flatnonzero({x})",
    samples=(Sample(((3, 4),)),),
)
NONZERO = nondiff(_nonzero, "y = nonzero(x, |, k)", why=PLACE, code="np.nonzero({x})[{k}]", samples=ALONG_ROWS)
COUNTS = nondiff(
    _counts,
    "y = counts(i, |, minlength)",
    why=WHOLE,
    samples=(Sample(((5,),), (4,)),),
    domain=(0, 3),
    code="np.bincount({i}, minlength={minlength})",
    defaults={"minlength": 0},
)
BINCOUNT = linear(
    _bincount,
    "y = bincount(i, w, |, minlength)",
    dw="getitem(g, i, (('array', 0),))",
    why="each weight was added into the bin of its index, and its gradient is read there",
    local={"w": "1, in its bin"},
    samples=(Sample(((4,), (4,)), (5,)),),
    domain={"w": (-1.7, 1.7), "i": (0, 3)},
    code="np.bincount({i}, {w}, minlength={minlength})",
    defaults={"minlength": 0},
    proof=(
        "where i = [2, 0, 0], minlength = 3, w.shape = (3,)",
        "y_m = Σ_n w_n [i_n = m]",
        "∂y_m/∂w_q = [i_q = m]",
        "∂L/∂w_q = Σ_m g_m [i_q = m] = g_{i_q}",
    ),
)
