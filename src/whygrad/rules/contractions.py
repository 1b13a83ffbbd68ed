"""Rows: products that sum over axes: einsum, tensordot, convolutions, the cross product, stacks of vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.rules.row import Sample, bilinear, general
from whygrad.rules.subscripts import Pairs


def _einsum(*given: Any) -> Any:
    *operands, spec, optimize = given
    return np.einsum(spec, *operands, optimize=list(optimize) if isinstance(optimize, tuple) else optimize)


_BACK = "einsum(*before, g, *after, spec_back(spec, at), optimize)"

_ALONE = "summed_away(spec, at, ndim(x))"

EINSUM = general(
    _einsum,
    "y = einsum(*x, |, spec, optimize)",
    dx=f"spread_back({_BACK}, {_ALONE}, False) if {_ALONE} else {_BACK}",
    why="each entry of {y} is a sum of products with one entry of {x} in each; the slope with respect to that entry is "
    "the product of the others. So {x} and the result change places: the gradient takes the result's subscripts, and "
    "what comes out has those of {x}",
    local={"x": "the product of the others, summed over the other subscripts"},
    samples=(
        Sample(((3, 4), (4, 2)), ("ij,jk->ik", False)),
        Sample(((3, 4), (4, 2), (2,)), ("ij,jk,k->i", False)),
        Sample(((3, 4),), ("ij->j", False)),
        Sample(((3, 4),), ("ij->", False)),
        Sample(((3, 4), (4,)), ("ij,j->ji", True)),
        Sample(((5, 3, 4), (3, 4)), ("...i,...i->...", False)),
        Sample(((2, 3, 4),), ("...i->...", False)),
        Sample(((2, 5, 3, 4), (4, 2)), ("...ij,...jk->...ik", False)),
        Sample(((3, 1), (3, 4)), ("ij,ij->i", False)),
        Sample(((3, 4), (5,)), ("ij,k->ik", False)),
    ),
    code="np.einsum({spec}, {x}, optimize={optimize})",
    defaults={"optimize": False},
    stacks=True,
    proof=(
        "where spec = 'ij,jk->ik', optimize = False, x1.shape = (2, 3), x2.shape = (3, 2)",
        "y_ik = Σ_j x1_ij x2_jk",
        "∂y_ik/∂x1_pq = [i = p] x2_qk",
        "∂L/∂x1_pq = Σ_k g_pk x2_qk",
        "∂y_ik/∂x2_pq = [k = q] x1_ip",
        "∂L/∂x2_pq = Σ_i x1_ip g_iq",
    ),
)


def _tensordot(A: Any, B: Any, axes: Pairs) -> Any:
    return np.tensordot(A, B, axes)


TENSORDOT = bilinear(
    _tensordot,
    "C = tensordot(A, B, |, axes)",
    dA="transpose(tensordot(g, B, contraction_a(axes, ndim(A), ndim(B))[0]), contraction_a(axes, ndim(A), ndim(B))[1])",
    dB="transpose(tensordot(A, g, contraction_b(axes, ndim(A), ndim(B))[0]), contraction_b(axes, ndim(A), ndim(B))[1])",
    why={
        "A": "an entry of {A} meets those entries of {B} that share its summed axes; coming back, their gradients are "
        "weighted by the same entries of {B} and added up over the axes that only {B} has",
        "B": "an entry of {B} meets those entries of {A} that share its summed axes; coming back, their gradients are "
        "weighted by the same entries of {A} and added up over the axes that only {A} has",
    },
    local={"A": "· {B}, over its own axes", "B": "{A} ·, over its own axes"},
    samples=(
        Sample(((3, 4), (4, 2)), (((1,), (0,)),)),
        Sample(((2, 3, 4), (4, 3, 5)), (((1, 2), (1, 0)),)),
        Sample(((2, 3, 4), (4, 3, 5)), (((2, 1), (0, 1)),)),
        Sample(((2, 3, 4), (5, 2)), (((0,), (1,)),)),
        Sample(((2, 3), (4,)), (((), ()),)),
        Sample(((2, 3), (2, 3)), (((0, 1), (0, 1)),)),
        Sample(((3, 3), (3, 3)), (((0,), (1,)),)),
    ),
    code="np.tensordot({A}, {B}, axes={axes})",
    body="reshape(matmul(reshape(transpose(A, last_of(axes[0], ndim(A))), flattened(shape(A), axes[0])), "
    "reshape(transpose(B, first_of(axes[1], ndim(B))), flattened(shape(B), axes[1])[::-1])), "
    "merged(shape(A), axes[0])[:-1] + merged(shape(B), axes[1])[:-1])",
    proof=(
        "where axes = ((1, 2), (0, 1))",
        "C_il = Σ_jk A_ijk B_jkl",
        "∂C_il/∂A_pqr = [i = p] B_qrl",
        "∂L/∂A_pqr = Σ_l g_pl B_qrl",
        "∂C_il/∂B_qrs = [l = s] A_iqr",
        "∂L/∂B_qrs = Σ_i A_iqr g_is",
    ),
)


def _convolve(a: Any, v: Any, mode: str) -> Any:
    return np.convolve(a, v, mode)  # type: ignore[call-overload]


def _correlate(a: Any, v: Any, mode: str) -> Any:
    # NumPy's conjugates the second operand, which no derivative by the complex step survives.
    return np.convolve(a, v[::-1], mode) if np.iscomplexobj(v) else np.correlate(a, v, mode)  # type: ignore[call-overload]


SLIDING = (
    Sample(((6,), (3,)), ("full",)),
    Sample(((6,), (3,)), ("valid",)),
    Sample(((4,), (4,)), ("full",)),
    Sample(((3,), (3,)), ("valid",)),
)
REVERSED = "getitem({0}, backwards(0))"
WINDOWED = "matrix_vector(sliding_window_view(pad({0}, 0, sliding_border(shape({1})[0], mode)), shape({1}), (0,)), {1})"

CONVOLVE = bilinear(
    _convolve,
    "c = convolve(a, v, |, mode)",
    da="correlate(g, v, 'valid') if mode == 'full' else correlate(g, v, 'full')",
    dv="correlate(g, a, 'valid') if mode == 'full' else getitem(correlate(a, g, 'valid'), backwards(0))",
    why={
        "a": "{a}[i] is weighted by the whole of {v} into the outputs behind it; coming back, those outputs' gradients "
        "are weighted by the same {v}, not turned round any more: a correlation",
        "v": "{v}[k] weights every entry of {a} into the output k places on; its gradient is the sum of those entries "
        "times their outputs' gradients: a correlation",
    },
    local={"a": "⋆ {v}", "v": "⋆ {a}"},
    samples=(*SLIDING, Sample(((3,), (6,)), ("full",))),
    code="np.convolve({a}, {v}, mode={mode})",
    body=f"correlate(a, {REVERSED.format('v')}, mode) if shape(a)[0] >= shape(v)[0] "
    f"else correlate(v, {REVERSED.format('a')}, mode)",
    defaults={"mode": "full"},
    proof=(
        "where mode = 'full', a.shape = (4,), v.shape = (2,)",
        "c_n = Σ_k a_k v_{n−k}",
        "∂c_n/∂a_p = v_{n−p}",
        "∂L/∂a_p = Σ_n g_n v_{n−p}",
        "∂c_n/∂v_q = a_{n−q}",
        "∂L/∂v_q = Σ_n g_n a_{n−q}",
    ),
)
CORRELATE = bilinear(
    _correlate,
    "c = correlate(a, v, |, mode)",
    da="convolve(g, v, 'valid') if mode == 'full' else convolve(g, v, 'full')",
    dv="getitem(correlate(g, a, 'valid'), backwards(0)) if mode == 'full' else correlate(a, g, 'valid')",
    why={
        "a": "each entry of {a} met the entries of {v} in turn; coming back, the outputs' gradients meet them in the "
        "opposite order: a convolution",
        "v": "{v}[k] weights the entry of {a} k places on into each output; its gradient is the sum of those entries "
        "times their outputs' gradients: a correlation again",
    },
    local={"a": "∗ {v}", "v": "⋆ {a}"},
    samples=SLIDING,
    code="np.correlate({a}, {v}, mode={mode})",
    body=f"{WINDOWED.format('a', 'v')} if shape(a)[0] >= shape(v)[0] else {REVERSED.format(WINDOWED.format('v', 'a'))}",
    defaults={"mode": "valid"},
    proof=(
        "where mode = 'valid', a.shape = (4,), v.shape = (2,)",
        "c_n = Σ_k a_{n+k} v_k",
        "∂c_n/∂a_p = v_{p−n}",
        "∂L/∂a_p = Σ_n g_n v_{p−n}",
        "∂c_n/∂v_q = a_{n+q}",
        "∂L/∂v_q = Σ_n g_n a_{n+q}",
    ),
)
CROSS = bilinear(
    np.cross,
    "c = cross(a, b)",
    da="cross(b, g)",
    db="cross(g, a)",
    why={
        "a": "g · ({a} × {b}) is the volume that the three span; it is also {a} · ({b} × g), so what {a} receives is "
        "{b} × g",
        "b": "g · ({a} × {b}) is the volume that the three span; it is also {b} · (g × {a}), so what {b} receives is "
        "g × {a}",
    },
    local={"a": "{b} × (·)", "b": "(·) × {a}"},
    samples=(Sample(((3,), (3,))), Sample(((4, 3), (3,))), Sample(((4, 1, 3), (2, 3))), Sample(((3, 3), (3, 3)))),
    code="np.cross({a}, {b})",
    stacks=True,
    proof=(
        "where a.shape = (3,), b.shape = (3,)",
        "c_i = a_{(i+1) mod 3} b_{(i+2) mod 3} − a_{(i+2) mod 3} b_{(i+1) mod 3}",
        "∂L/∂a_p = b_{(p+1) mod 3} g_{(p+2) mod 3} − b_{(p+2) mod 3} g_{(p+1) mod 3}",
        "∂L/∂b_p = g_{(p+1) mod 3} a_{(p+2) mod 3} − g_{(p+2) mod 3} a_{(p+1) mod 3}",
    ),
)


def _vecdot(a: Any, b: Any) -> Any:
    # NumPy's conjugates the first operand.
    return np.sum(a * b, axis=-1) if np.iscomplexobj(a) else np.vecdot(a, b)


VECDOT = bilinear(
    _vecdot,
    "c = vecdot(a, b)",
    da="spread_back(g, (ndim(c),), False) * b",
    db="spread_back(g, (ndim(c),), False) * a",
    why={
        "a": "each entry of {c} is Σ {a}[k]·{b}[k]: the slope with respect to {a}[k] is {b}[k]",
        "b": "each entry of {c} is Σ {a}[k]·{b}[k]: the slope with respect to {b}[k] is {a}[k]",
    },
    local={"a": "{b}", "b": "{a}"},
    samples=(Sample(((4,), (4,))), Sample(((3, 4), (4,))), Sample(((3, 1, 4), (2, 4))), Sample(((3, 3), (3, 3)))),
    code="np.vecdot({a}, {b})",
    body="sum(a * b, (-1,), False)",
    stacks=True,
    proof=(
        "c_i = Σ_k a_ik b_ik",
        "∂c_i/∂a_pq = [i = p] b_pq",
        "∂L/∂a_pq = Σ_i g_i [i = p] b_pq = g_p b_pq",
        "∂L/∂b_pq = g_p a_pq",
    ),
)


def _matvec(A: Any, b: Any) -> Any:
    return np.matmul(A, b[..., None])[..., 0]


MATVEC = bilinear(
    _matvec if not hasattr(np, "matvec") else np.matvec,
    "c = matvec(A, b)",
    dA="spread_back(g, (ndim(c),), False) * spread_back(b, (ndim(b) - 1,), False)",
    db="matvec(A.T, g)",
    why={
        "A": "entry (i, k) of {A} multiplies {b}[k] into {c}[i], so its gradient is that of {c}[i] times {b}[k]",
        "b": "{b}[k] meets column k of {A} on its way to {c}; coming back, the gradient is weighted by that same "
        "column and added up: {A}ᵀ times the gradient",
    },
    local={"A": "⊗ {b}", "b": "{A}ᵀ ·"},
    samples=(Sample(((3, 4), (4,))), Sample(((5, 3, 4), (4,))), Sample(((3, 4), (5, 4))), Sample(((3, 3), (3, 3)))),
    code="np.matvec({A}, {b})",
    body="getitem(matmul(A, reshape(b, (*shape(b), 1))), (('ellipsis',), ('int', 0)))",
    stacks=True,
    proof=(
        "c_i = Σ_k A_ik b_k",
        "∂c_i/∂A_pq = [i = p] b_q",
        "∂L/∂A_pq = g_p b_q = (g ⊗ b)_pq",
        "∂c_i/∂b_q = A_iq",
        "∂L/∂b_q = Σ_i A_iq g_i = (Aᵀ g)_q",
    ),
)


def _vecmat(a: Any, B: Any) -> Any:
    # NumPy's conjugates the first operand.
    return (
        np.matmul(a[..., None, :], B)[..., 0, :] if np.iscomplexobj(a) or not hasattr(np, "vecmat") else np.vecmat(a, B)
    )


VECMAT = bilinear(
    _vecmat,
    "c = vecmat(a, B)",
    da="matvec(B, g)",
    dB="spread_back(a, (ndim(a),), False) * spread_back(g, (ndim(c) - 1,), False)",
    why={
        "a": "{a}[k] meets row k of {B} on its way to {c}; coming back, the gradient is weighted by that same row and "
        "added up: {B} times the gradient",
        "B": "entry (k, j) of {B} multiplies {a}[k] into {c}[j], so its gradient is {a}[k] times that of {c}[j]",
    },
    local={"a": "{B} ·", "B": "{a} ⊗"},
    samples=(Sample(((4,), (4, 2))), Sample(((4,), (5, 4, 2))), Sample(((5, 4), (5, 4, 2))), Sample(((3, 3), (3, 3)))),
    code="np.vecmat({a}, {B})",
    body="getitem(matmul(reshape(a, (*shape(a)[:-1], 1, shape(a)[-1])), B), "
    "(('ellipsis',), ('int', 0), ('slice', None, None, None)))",
    stacks=True,
    proof=(
        "c_j = Σ_k a_k B_kj",
        "∂c_j/∂a_p = B_pj",
        "∂L/∂a_p = Σ_j B_pj g_j = (B g)_p",
        "∂c_j/∂B_pq = [j = q] a_p",
        "∂L/∂B_pq = a_p g_q = (a ⊗ g)_pq",
    ),
)
