"""Linear algebra on symbols: inverses, solutions, determinants and norms of small matrices, by SymPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import sympy

from whygrad.errors import UnsupportedError

Array = Any


def _inverse(a: Array) -> Array:
    """The inverse of each matrix of a stack: its adjugate, divided by its determinant."""
    made = np.empty(a.shape, object)
    for place in np.ndindex(*a.shape[:-2]):
        matrix = sympy.Matrix(a[place].tolist())
        made[place] = np.array((matrix.adjugate() / matrix.det()).tolist(), dtype=object)
    return made


def _determinant(a: Array) -> Array:
    made = np.empty(a.shape[:-2], object)
    for place in np.ndindex(*made.shape):
        made[place] = sympy.Matrix(a[place].tolist()).det()
    return made


def _log_absolute(a: Array) -> Array:
    """log |det a|, as half the logarithm of its square."""
    return np.frompyfunc(lambda d: sympy.log(d**2) / 2, 1, 1)(_determinant(a))


def _norm(x: Array, order: Any, axis: Any, keepdims: bool) -> Array:
    if order not in (None, 2, "fro") or (order == 2 and x.ndim == 2 and axis is None):
        raise UnsupportedError("this norm has no form in symbols", instead="the Euclidean norm")
    total = np.sum(x**2, axis=axis if axis is None else tuple(np.atleast_1d(axis)), keepdims=keepdims)
    return np.frompyfunc(sympy.sqrt, 1, 1)(total)


ARRAYS: dict[str, Callable[..., Array]] = {
    "inv": _inverse,
    "solve": lambda a, b: _inverse(a) @ b,
    "solve_vector": lambda a, b: _inverse(a) @ b,
    "det": _determinant,
    "log_abs_det": _log_absolute,
    "norm": _norm,
}
