"""Rows: matrix products. `@` is four products by the number of axes of its operands, and each is a row."""

from __future__ import annotations

import operator

import numpy as np

from whygrad.rules.row import PRODUCT, Sample, bilinear

MATMUL = bilinear(
    operator.matmul,
    "C = matmul(A, B)",
    dA="g @ B.T",
    dB="A.T @ g",
    why={
        "A": "row i of {A} meets every column of {B} on its way to row i of {C}, so row i of the gradient comes "
        "back through those same entries of {B}, summed over its columns: that sum is a product with {B}ᵀ",
        "B": "entry (k, j) of {B} multiplies column k of {A} into column j of {C}, once for every row; the rows add "
        "up, and that sum over rows is a product with {A}ᵀ",
    },
    local={"A": "· {B}ᵀ", "B": "{A}ᵀ ·"},
    samples=(
        Sample(((3, 4), (4, 2))),
        Sample(((5, 3, 4), (5, 4, 2))),
        Sample(((5, 3, 4), (4, 2))),
        Sample(((3, 4), (5, 4, 2))),
        Sample(((2, 1, 3, 4), (5, 4, 2))),
        Sample(((3, 0), (0, 2))),
        Sample(((3, 3), (3, 3))),
    ),
    code="{A} @ {B}",
    binds=PRODUCT,
    stacks=True,
    latex=r"{A} \, {B}",
    proof=(
        "C_ij = Σ_k A_ik B_kj",
        "∂C_ij/∂A_pq = [i = p] B_qj",
        "∂L/∂A_pq = Σ_j g_pj B_qj = (g Bᵀ)_pq",
        "∂C_ij/∂B_pq = [j = q] A_ip",
        "∂L/∂B_pq = Σ_i A_ip g_iq = (Aᵀ g)_pq",
    ),
)
VECTOR_MATRIX = bilinear(
    operator.matmul,
    "c = vector_matrix(a, B)",
    da="matrix_vector(B, g)",
    dB="outer(a, g)",
    why={
        "a": "{a}[k] meets row k of {B} on its way to every entry of {c}; coming back, each entry's gradient is "
        "weighted by that same row and added up: {B} times the gradient",
        "B": "entry (k, j) of {B} multiplies {a}[k] into {c}[j], so its gradient is {a}[k] times that of {c}[j]",
    },
    local={"a": "{B} ·", "B": "{a} ⊗"},
    samples=(Sample(((4,), (4, 2))), Sample(((1,), (1, 3)))),
    code="{a} @ {B}",
    body="getitem(matmul(reshape(a, (1, *shape(a))), B), (('int', 0),))",
    binds=PRODUCT,
    latex=r"{a} \, {B}",
    proof=(
        "c_j = Σ_k a_k B_kj",
        "∂c_j/∂a_p = B_pj",
        "∂L/∂a_p = Σ_j B_pj g_j = (B g)_p",
        "∂c_j/∂B_pq = [j = q] a_p",
        "∂L/∂B_pq = a_p g_q = (a ⊗ g)_pq",
    ),
)
MATRIX_VECTOR = bilinear(
    operator.matmul,
    "c = matrix_vector(A, b)",
    dA="outer(g, b)",
    db="vector_matrix(g, A)",
    why={
        "A": "entry (i, k) of {A} multiplies {b}[k] into {c}[i], so its gradient is that of {c}[i] times {b}[k]",
        "b": "{b}[k] meets column k of {A} on its way to every entry of {c}; coming back, each entry's gradient "
        "is weighted by that same column and added up: the gradient times {A}",
    },
    local={"A": "⊗ {b}", "b": "· {A}"},
    samples=(Sample(((3, 4), (4,))), Sample(((1, 4), (4,)))),
    code="{A} @ {b}",
    body="getitem(matmul(A, reshape(b, (*shape(b), 1))), (('slice', None, None, None), ('int', 0)))",
    binds=PRODUCT,
    latex=r"{A} \, {b}",
    proof=(
        "c_i = Σ_k A_ik b_k",
        "∂c_i/∂A_pq = [i = p] b_q",
        "∂L/∂A_pq = g_p b_q = (g ⊗ b)_pq",
        "∂c_i/∂b_q = A_iq",
        "∂L/∂b_q = Σ_i g_i A_iq = (g A)_q",
    ),
)
DOT = bilinear(
    operator.matmul,
    "c = dot(a, b)",
    da="g * b",
    db="g * a",
    why={
        "a": "{c} = Σ {a}[k]·{b}[k]: the slope with respect to {a}[k] is {b}[k]",
        "b": "{c} = Σ {a}[k]·{b}[k]: the slope with respect to {b}[k] is {a}[k]",
    },
    samples=(Sample(((4,), (4,))), Sample(((0,), (0,)))),
    code="{a} @ {b}",
    body="sum(a * b, (0,), False)",
    binds=PRODUCT,
    latex=r"{a}^{\top} \, {b}",
    proof=(
        "c = Σ_k a_k b_k",
        "∂c/∂a_p = b_p",
        "∂L/∂a_p = g b_p",
        "∂c/∂b_p = a_p",
        "∂L/∂b_p = g a_p",
    ),
)
OUTER = bilinear(
    np.outer,
    "C = outer(a, b)",
    da="matrix_vector(g, b)",
    db="vector_matrix(a, g)",
    why={
        "a": "{a}[i] is multiplied by every entry of {b}; coming back, those products add up",
        "b": "{b}[j] is multiplied by every entry of {a}; coming back, those products add up",
    },
    local={"a": "· {b}", "b": "{a} ·"},
    samples=(Sample(((3,), (4,))), Sample(((4,), (4,)))),
    code="np.outer({a}, {b})",
    body="reshape(a, (-1, 1)) * reshape(b, (1, -1))",
    latex=r"{a} \otimes {b}",
    proof=(
        "C_ij = a_i b_j",
        "∂C_ij/∂a_p = [i = p] b_j",
        "∂L/∂a_p = Σ_j g_pj b_j = (g b)_p",
        "∂C_ij/∂b_q = [j = q] a_i",
        "∂L/∂b_q = Σ_i a_i g_iq = (a g)_q",
    ),
)
