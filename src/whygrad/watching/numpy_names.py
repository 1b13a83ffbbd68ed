"""The whole table of the names that watched code may use: filled by the files that are imported here."""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.watching import elementwise, grids, joining, making, ordering, rearranging, reducing, scalar_math, shaping
from whygrad.watching.answering import plain_tree
from whygrad.watching.arrays import as_array, to_float
from whygrad.watching.standin import ANSWERS, plain

__all__ = [
    "ANSWERS",
    "elementwise",
    "grids",
    "joining",
    "making",
    "ordering",
    "rearranging",
    "reducing",
    "scalar_math",
    "shaping",
]

ANSWERS[float] = ANSWERS[np.float64] = to_float

# What is asked about an array, not computed from its numbers, is answered by the real one.

ANSWERS[np.shape] = lambda x: np.shape(plain(as_array(x)))
ANSWERS[np.ndim] = lambda x: np.ndim(plain(as_array(x)))
ANSWERS[np.size] = lambda x, axis=None: np.size(plain(as_array(x)), axis)


def _on_real_values(function: Any) -> Any:
    return lambda *args, **kwargs: function(*plain_tree(args), **plain_tree(kwargs))


for _function in (
    np.isscalar, np.result_type, np.can_cast, np.iterable, np.iscomplexobj, np.isrealobj,
    np.may_share_memory, np.shares_memory, np.array2string, np.array_repr, np.array_str, np.broadcast_shapes,
):  # fmt: skip
    ANSWERS[_function] = _on_real_values(_function)
