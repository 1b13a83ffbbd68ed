"""Rows: traces, and the identity matrices that are their gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.rules.row import Sample, linear, nondiff


def _trace(A: Any, offset: int) -> Any:
    return np.trace(A, offset)


def _eye_like(A: Any, offset: int) -> Any:
    n, m = np.shape(A)[-2:]
    return np.eye(n, m, offset, dtype=np.result_type(A))


nondiff(
    _eye_like,
    "y = eye_like(A, |, offset)",
    why="it depends on the shape of {A} only",
    code="np.eye({A})",
    body="cast(reshape(arange(0, shape(A)[-2], 1), (shape(A)[-2], 1)) + offset == arange(0, shape(A)[-1], 1), "
    "type_name(A))",
)
TRACE = linear(
    _trace,
    "t = trace(A, |, offset)",
    dA="g * eye_like(A, offset)",
    why="the entries on the diagonal of {A} entered the sum with weight 1, all others not at all: the identity matrix",
    local={"A": "the identity matrix"},
    samples=(Sample(((3, 3),), (0,)), Sample(((3, 4),), (1,)), Sample(((3, 4),), (-1,))),
    code="np.trace({A}, offset={offset})",
    body="sum(diagonal(A, offset), (0,), False)",
    method="{A}.trace(offset={offset})",
    defaults={"offset": 0},
    latex=r"\operatorname{tr} {A}",
    proof=(
        "where offset = 1, A.shape = (3, 3)",
        "t = Σ_i A_{i, i+offset}",
        "∂t/∂A_pq = [q = p + offset]",
        "∂L/∂A_pq = g [q = p + offset]",
    ),
)
