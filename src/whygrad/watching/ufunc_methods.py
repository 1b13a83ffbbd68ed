"""NumPy's names: ufunc.reduce, accumulate, reduceat, where no row has it: one application after the other."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from whygrad.watching.answering import answer, opaque
from whygrad.watching.arrays import as_array, stand
from whygrad.watching.reducing import normal_axis
from whygrad.watching.shaping import at_axis
from whygrad.watching.standin import ANSWERS, Answer, plain

LONGEST = 1000
"""Along more entries than this the steps would be too many to read."""


def _one_by_one(ufunc: Any, method: str) -> Answer:
    """`ufunc.reduce` and `ufunc.accumulate` as the loop that they are."""
    function = getattr(ufunc, method)

    def compute(
        x: Any, axis: Any = 0, dtype: Any = None, out: Any = None, keepdims: bool = False, **options: Any
    ) -> Any:
        x = stand(as_array(x))
        shape = np.shape(plain(x))
        axes = normal_axis(axis, len(shape)) if shape else ()
        plainly = len(axes) == 1 and dtype is None and out is None and not options
        if not plainly or not 0 < shape[axes[0]] <= LONGEST:
            given = {"dtype": dtype, "out": out, **({"keepdims": True} if keepdims else {}), **options}
            return opaque(function, (x, axis), {name: v for name, v in given.items() if v is not None})
        (along,) = axes
        parts = [x[at_axis(len(shape), along, n)] for n in range(shape[along])]
        found = list(itertools.accumulate(parts, lambda a, b: answer(ufunc, (a, b), {})))
        if method == "accumulate":
            return answer(np.stack, (found,), {"axis": along})
        return answer(np.expand_dims, (found[-1], along), {}) if keepdims else found[-1]

    return compute


def _of_stretches(ufunc: Any) -> Answer:
    """`ufunc.reduceat`: each stretch between two of the indices is reduced."""

    def compute(x: Any, indices: Any, axis: Any = 0, dtype: Any = None, out: Any = None) -> Any:
        x = stand(as_array(x))
        shape, starts = np.shape(plain(x)), np.asarray(plain(as_array(indices)))
        if dtype is not None or out is not None or starts.ndim != 1 or not starts.size or not shape:
            return opaque(
                ufunc.reduceat, (x, indices, axis), {k: v for k, v in (("dtype", dtype), ("out", out)) if v is not None}
            )
        (along,) = normal_axis(axis, len(shape))
        ends = [*starts[1:].tolist(), shape[along]]
        np.add.reduceat(np.zeros(shape[along]), starts)  # NumPy's own error, where an index lies outside
        found = []
        for start, end in zip(starts.tolist(), ends, strict=True):
            if start < end:
                stretch = x[at_axis(len(shape), along, slice(start, end))]
                found.append(answer(ufunc.reduce, (stretch, along), {}))
            else:
                found.append(x[at_axis(len(shape), along, start)])
        return answer(np.stack, (found,), {"axis": along})

    return compute


_ufunc: Any
BY_ROWS = (np.add, np.multiply, np.maximum, np.minimum)
for _ufunc in (np.subtract, np.divide, np.power, np.logaddexp, np.logaddexp2, np.hypot, np.fmax, np.fmin):
    ANSWERS[_ufunc.reduce] = _one_by_one(_ufunc, "reduce")
    ANSWERS[_ufunc.accumulate] = _one_by_one(_ufunc, "accumulate")
for _ufunc in (*BY_ROWS, np.logaddexp, np.logaddexp2, np.hypot, np.fmax, np.fmin, np.subtract, np.divide, np.power):
    ANSWERS[_ufunc.reduceat] = _of_stretches(_ufunc)
