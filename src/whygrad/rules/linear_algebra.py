"""Rows: inverses, solutions, determinants, lengths of matrices and vectors (and of stacks of them).

Sources: M. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation"
(2008); G. Golub, V. Pereyra, SIAM J. Numer. Anal. 10 (1973) for the pseudoinverse.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.rules.reductions import REDUCED, Axes
from whygrad.rules.row import Corner, Sample, general, nondiff

SQUARE = (Sample(((3, 3),)), Sample(((2, 3, 3),)), Sample(((1, 1),)))
# The operands M (well away from singular) and S (symmetric, positive definite) are so drawn in the tests.

INV = general(
    np.linalg.inv,
    "Y = inv(M)",
    dM="-(Y.T @ g @ Y.T)",
    why="{Y} {M} = 1 whatever {M} is, so a change dM of {M} changes {Y} by −{Y} dM {Y}; coming back, both factors are "
    "transposed",
    local={"M": "−{Y}ᵀ (·) {Y}ᵀ"},
    samples=SQUARE,
    code="np.linalg.inv({M})",
    body="solve(M, eye_like(M, 0))",
    latex="{M}^{-1}",
    proof=(
        "where M.shape = (2, 2)",
        "Σ_k M_ik Y_kj = [i = j]",
        "[i = p] Y_qj + Σ_k M_ik ∂Y_kj/∂M_pq = 0",
        "∂Y_ij/∂M_pq = −Y_ip Y_qj",
        "∂L/∂M_pq = −Σ_ij g_ij Y_ip Y_qj = −(Yᵀ g Yᵀ)_pq",
    ),
)
SOLVE = general(
    np.linalg.solve,
    "X = solve(M, B)",
    dB="solve(M.T, g)",
    dM="-(solve(M.T, g) @ X.T)",
    why={
        "B": "{X} is {M}⁻¹ times {B}, so the gradient comes back through the transpose of {M}⁻¹: it solves the system "
        "with {M}ᵀ",
        "M": "{M} {X} stays equal to the right-hand side, so a change dM of {M} acts like a change −dM {X} of that "
        "side: the right-hand side's gradient times −{X}ᵀ",
    },
    local={"B": "({M}ᵀ)⁻¹ ·", "M": "−({M}ᵀ)⁻¹ (·) {X}ᵀ"},
    samples=(
        Sample(((3, 3), (3, 2))),
        Sample(((4, 3, 3), (4, 3, 2))),
        Sample(((4, 3, 3), (3, 2))),
        Sample(((3, 3), (4, 3, 2))),
    ),
    code="np.linalg.solve({M}, {B})",
    stacks=True,
    latex=r"{M}^{-1} \, {B}",
    proof=(
        "where M.shape = (2, 2), B.shape = (2, 2)",
        "Σ_k M_ik X_kj = B_ij",
        "∂X_ij/∂B_pq = [j = q] (M⁻¹)_ip",
        "∂L/∂B_pq = Σ_i (M⁻¹)_ip g_iq = (M⁻ᵀ g)_pq",
        "[i = p] X_qj + Σ_k M_ik ∂X_kj/∂M_pq = 0",
        "∂X_ij/∂M_pq = −(M⁻¹)_ip X_qj",
        "∂L/∂M_pq = −Σ_ij g_ij (M⁻¹)_ip X_qj = −(M⁻ᵀ g Xᵀ)_pq",
    ),
)
SOLVE_VECTOR = general(
    np.linalg.solve,
    "x = solve_vector(M, b)",
    db="solve_vector(M.T, g)",
    dM="-outer(solve_vector(M.T, g), x)",
    why={
        "b": "{x} is {M}⁻¹ times {b}, so the gradient comes back through the transpose of {M}⁻¹: it solves the system "
        "with {M}ᵀ",
        "M": "{M} {x} stays equal to the right-hand side, so a change dM of {M} acts like a change −dM {x} of that "
        "side: minus the right-hand side's gradient, times {x}",
    },
    local={"b": "({M}ᵀ)⁻¹ ·", "M": "−({M}ᵀ)⁻¹ (·) ⊗ {x}"},
    samples=(Sample(((3, 3), (3,))), Sample(((1, 1), (1,)))),
    code="np.linalg.solve({M}, {b})",
    body="getitem(solve(M, reshape(b, (*shape(b), 1))), (('ellipsis',), ('int', 0)))",
    latex=r"{M}^{-1} \, {b}",
    proof=(
        "where M.shape = (2, 2), b.shape = (2,)",
        "Σ_k M_ik x_k = b_i",
        "∂x_i/∂b_p = (M⁻¹)_ip",
        "∂L/∂b_p = Σ_i (M⁻¹)_ip g_i = (M⁻ᵀ g)_p",
        "∂x_i/∂M_pq = −(M⁻¹)_ip x_q",
        "∂L/∂M_pq = −Σ_i g_i (M⁻¹)_ip x_q = −(M⁻ᵀ g)_p x_q",
    ),
)
_OVER_MATRICES = "spread_back({0}, (ndim({1}), ndim({1}) + 1), False)"
DET = general(
    np.linalg.det,
    "d = det(M)",
    dM=f"{_OVER_MATRICES.format('g * d', 'd')} * inv(M).T",
    why="the slope of a determinant with respect to an entry is that entry's cofactor, and the matrix of cofactors is "
    "{d} · ({M}⁻¹)ᵀ",
    local={"M": "{d} · ({M}⁻¹)ᵀ"},
    samples=SQUARE,
    code="np.linalg.det({M})",
    latex=r"\det {M}",
    proof=(
        "where M.shape = (2, 2)",
        "d = M_00 M_11 − M_01 M_10",
        "Σ_k M_pk ∂d/∂M_qk = d [p = q]",
        "∂d/∂M_pq = d (M⁻¹)_qp",
        "∂L/∂M_pq = g d (M⁻ᵀ)_pq",
    ),
)


def _log_abs_det(M: Any) -> Any:
    if np.iscomplexobj(M):  # the logarithm of a determinant that is real but for the complex step
        d = np.linalg.det(M)
        return np.log(np.where(d.real < 0, -d, d))
    return np.linalg.slogdet(M).logabsdet


def _sign_of_det(M: Any) -> Any:
    return np.linalg.slogdet(M).sign


LOG_ABS_DET = general(
    _log_abs_det,
    "d = log_abs_det(M)",
    dM=f"{_OVER_MATRICES.format('g', 'd')} * inv(M).T",
    why="the slope of a determinant is itself times the transposed inverse; the logarithm divides by it, and the "
    "transposed inverse is left",
    local={"M": "({M}⁻¹)ᵀ"},
    samples=SQUARE,
    code="np.linalg.slogdet({M})[1]",
    latex=r"\log |\det {M}|",
    proof=(
        "where M.shape = (2, 2)",
        "let D = M_00 M_11 − M_01 M_10",
        "d = log(D²) / 2",
        "∂d/∂M_pq = (M⁻¹)_qp",
        "∂L/∂M_pq = g (M⁻ᵀ)_pq",
    ),
)
nondiff(
    _sign_of_det,
    "s = sign_of_det(M)",
    why="it jumps where the determinant is 0 and is flat elsewhere",
    code="np.linalg.slogdet({M})[0]",
)


def _norm(x: Any, order: Any, axis: Axes, keepdims: bool) -> Any:
    given: Any = axis[0] if axis is not None and len(axis) == 1 else axis
    return np.linalg.norm(x, order, given, keepdims)


NORM = general(
    _norm,
    "n = norm(x, |, ord, axis, keepdims)",
    dx="spread_back(g / where(n == 0, 1, n), range(ndim(x)) if axis is None else axis, keepdims) * x",
    why="the length grows fastest in the direction of {x} itself, by 1 a unit: the gradient is {x} made one unit long "
    "(where {x} is 0 the length is at its lowest, and the gradient is 0)",
    local={"x": "{x}/‖{x}‖"},
    samples=(
        *(Sample(s.shapes, (None, *s.params)) for s in REDUCED[1:3]),
        Sample(((4,),), (None, None, False)),
        Sample(((3, 4),), (None, None, False)),
        Sample(((3, 4),), (None, None, True)),
        Sample(((4,),), (2, None, False)),
        Sample(((2, 3, 4),), ("fro", (0, 2), True)),
        Sample(((2, 3, 4),), ("fro", (0, 2), False)),
    ),
    code="np.linalg.norm({x}, ord={ord}, axis={axis}, keepdims={keepdims})",
    body="sqrt(sum(square(x), tuple(range(ndim(x))) if axis is None else axis, keepdims))",
    defaults={"ord": None, "axis": None, "keepdims": False},
    smooth=False,
    corner=Corner("n == 0", "all entries are 0, where a norm has no slope,", "0 is used", "{x} is not 0 as a whole"),
    lazy=True,
    latex=r"\| {x} \|_{axis}",
    proof=(
        "where ord = None, axis = (1,), keepdims = False",
        "n_i = sqrt(Σ_j x_ij²)",
        "∂n_i/∂x_pq = [i = p] x_pq / n_p",
        "∂L/∂x_pq = Σ_i g_i [i = p] x_pq / n_p = g_p x_pq / n_p",
    ),
)


PINV = general(
    np.linalg.pinv,
    "P = pinv(A)",
    dA="g.T @ P @ P.T - A @ P @ (g.T @ P @ P.T) + (P.T @ P @ g.T - P.T @ P @ g.T @ P @ A) - P.T @ g @ P.T",
    why="{A} {P} {A} = {A} and {P} {A} {P} = {P}: as for an inverse, −{P}ᵀ g {P}ᵀ, and two terms for the directions "
    "that {A} or {P} does not reach (they vanish where {A} is square); it holds while the rank is full",
    local={"A": "−{P}ᵀ (·) {P}ᵀ + (1 − {A}{P}) (·)ᵀ {P}{P}ᵀ + {P}ᵀ{P} (·)ᵀ (1 − {P}{A})"},
    samples=(Sample(((4, 2),)), Sample(((2, 4),)), Sample(((2, 4, 3),)), Sample(((3, 3),))),
    code="np.linalg.pinv({A})",
    smooth=False,
)
