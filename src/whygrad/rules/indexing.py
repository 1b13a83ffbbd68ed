"""Rows: reading by index, writing by index (made functional), and the scatter that is the adjoint of reading.

An index is a template, hashable and without arrays: a tuple of entries `("int", i)`, `("slice", start, stop, step)`,
`("new",)`, `("ellipsis",)` and `("array", k)`, where k counts the arrays given as operands.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.rules.row import Sample, linear, nondiff

Template = tuple[tuple[Any, ...], ...]


def index_of(template: Template, arrays: tuple[Any, ...]) -> Any:
    """The index that NumPy takes."""
    parts: list[Any] = []
    for entry in template:
        match entry:
            case ("int", i):
                parts.append(i)
            case ("slice", start, stop, step):
                parts.append(slice(start, stop, step))
            case ("new",):
                parts.append(None)
            case ("ellipsis",):
                parts.append(Ellipsis)
            case ("array", k):
                parts.append(arrays[k])
    return tuple(parts)


def is_basic(template: Template) -> bool:
    """No arrays in it: every element is met at most once, and reading gives a view."""
    return all(entry[0] != "array" for entry in template)


def _getitem(x: Any, *rest: Any) -> Any:
    *arrays, template = rest
    return (x if type(x) is np.ndarray else np.asarray(x))[index_of(template, tuple(arrays))]


def _scatter(g: Any, x: Any, *rest: Any) -> Any:
    """Zeros in the shape of x, and g at the index; what meets at one place adds up."""
    zeros = np.zeros(np.shape(x), np.result_type(g, x))
    return _setitem_into(zeros, g, *rest) if is_basic(rest[-1]) else _add_at_into(zeros, g, *rest)


def _add_at(total: Any, g: Any, *rest: Any) -> Any:
    return _add_at_into(np.array(total), g, *rest)


def _add_at_into(total: Any, g: Any, *rest: Any) -> Any:
    if type(total) is not np.ndarray:  # a NumPy scalar cannot be written into
        return _add_at(total, g, *rest)
    *arrays, template = rest
    index = index_of(template, tuple(arrays))
    if is_basic(template):
        total[index] += g
    else:
        np.add.at(total, index, g)
    return total


def _setitem(x: Any, v: Any, *rest: Any) -> Any:
    return _setitem_into(np.array(x, order="K"), v, *rest)


def _setitem_into(x: Any, v: Any, *rest: Any) -> Any:
    if type(x) is not np.ndarray:
        return _setitem(x, v, *rest)
    *arrays, template = rest
    x[index_of(template, tuple(arrays))] = v
    return x


ROW_1 = (("int", 1),)
EVERY_OTHER = (("slice", None, None, 2), ("slice", None, None, None))
BACKWARDS = (("ellipsis",), ("slice", None, None, -1))

GETITEM = linear(
    _getitem,
    "y = getitem(x, *index, |, template)",
    dx="scatter(g, x, *index, template) if ndim(x) or len(index) else reshape(g, shape(x))",
    why="what was read from {x} receives the gradient at its place; what was not read receives 0",
    local={"x": "1 where it was read, 0 elsewhere"},
    samples=tuple(Sample(((3, 4),), (t,)) for t in (ROW_1, EVERY_OTHER, BACKWARDS)),
    code="{x}[{template}]",
    view=True,
    proof=(
        "where x.shape = (4,), index = [0, 2, 2]",
        "y_n = x_{index_n}",
        "∂y_n/∂x_p = [index_n = p]",
        "∂L/∂x_p = Σ_n g_n [index_n = p]",
    ),
)
SCATTER = linear(
    _scatter,
    "y = scatter(g_, x, *index, |, template)",
    dg_="getitem(g, *index, template)",
    why="the number was put at its place among zeros, and its gradient is read there",
    local={"g_": "1, at its place"},
    samples=(Sample(((4,), (3, 4)), (ROW_1,)),),
    code="{x}[{template}]",
    proof=(
        "where x.shape = (4,), index = [0, 2, 2], g′.shape = (3,)",
        "y_m = Σ_n g′_n [index_n = m]",
        "∂y_m/∂g′_q = [index_q = m]",
        "∂L/∂g′_q = Σ_m g_m [index_q = m] = g_{index_q}",
    ),
)
ADD_AT = linear(
    _add_at,
    "y = add_at(total, g_, *index, |, template)",
    dtotal="g",
    dg_="getitem(g, *index, template)",
    why={
        "total": "it is one of two summands",
        "g_": "the number was added in at its place, its gradient is read there",
    },
    local={"total": "1", "g_": "1, at its place"},
    samples=(Sample(((3, 4), (4,)), (ROW_1,)),),
    code="{total}[{template}] + {g_}",
    into=_add_at_into,
    stacks=True,
    proof=(
        "where total.shape = (4,), g′.shape = (3,), index = [0, 2, 2]",
        "y_m = total_m + Σ_n g′_n [index_n = m]",
        "∂L/∂total_p = g_p",
        "∂y_m/∂g′_q = [index_q = m]",
        "∂L/∂g′_q = Σ_m g_m [index_q = m] = g_{index_q}",
    ),
)
SETITEM = linear(
    _setitem,
    "y = setitem(x, v, *index, |, template)",
    dv="(where(*index, g, 0) if len(index) else g) if ndim(x) == 0 "
    "else getitem(g, *index, template) if distinct(index) "
    "else where(survives(x, *index, template), getitem(g, *index, template), 0)",
    dx="setitem(g, 0, *index, template) if ndim(x) or len(index) else 0 * g",
    why={
        "x": "the entries of {x} that were overwritten are gone: their gradient is 0; the others' passes on",
        "v": "{v} was written into {y}, so its gradient is read at the same place",
    },
    local={"x": "1, but 0 where it was overwritten", "v": "1, at its place"},
    samples=(Sample(((3, 4), (4,)), (ROW_1,)), Sample(((3, 4), (2, 4)), (EVERY_OTHER,))),
    code="{x}[{template}] = {v}",
    into=_setitem_into,
    stacks=True,
    proof=(
        "where x.shape = (4,), v.shape = (2,), index = [2, 0]",
        "y_m = x_m Π_n [index_n ≠ m] + Σ_n v_n [index_n = m]",
        "∂y_m/∂x_p = [m = p] Π_n [index_n ≠ p]",
        "∂L/∂x_p = g_p Π_n [index_n ≠ p]",
        "∂y_m/∂v_q = [index_q = m]",
        "∂L/∂v_q = Σ_m g_m [index_q = m] = g_{index_q}",
    ),
)


def _survives(x: Any, *rest: Any) -> Any:
    """Where an index meets an entry several times, only what is written last stays: True for the last ones."""
    *arrays, template = rest
    index = index_of(template, tuple(arrays))
    order = np.empty(np.shape(x), int)
    mine = np.arange(order[index].size).reshape(order[index].shape)
    order[index] = mine
    return order[index] == mine


nondiff(
    _survives,
    "y = survives(x, *index, |, template)",
    why="which of several writes to one place stays is a matter of order, not of value",
    code="survives({x}, {template})",
)
