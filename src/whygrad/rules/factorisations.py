"""Rows: factorisations of matrices (and of stacks of them), a primitive for each part.

NumPy reads only one triangle of a matrix that it takes to be symmetric (cholesky, eigh); so only that triangle has a
gradient, and each entry of it has the share of its mirror image, too. Sources: M. Giles, "Collected matrix derivative
results for forward and reverse mode algorithmic differentiation" (2008); S. Walter, L. Lehmann, arXiv:1001.1654, for
QR; J. Townsend, "Differentiating the singular value decomposition" (2016).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.rules.linear_algebra import SQUARE
from whygrad.rules.row import Sample, general

ONCE = "(tril({0}, 0) + tril({0}.T, -1))"
"""What a symmetric matrix's gradient is with respect to its lower triangle."""


def _cholesky(S: Any) -> Any:
    return np.linalg.cholesky(S)


_HALVED = "((tril({0}, 0) + tril({0}, -1)) / 2)"
_INNER = f"solve(L.T, solve(L.T, {_HALVED.format('(L.T @ g)')}.T).T)"
CHOLESKY = general(
    _cholesky,
    "L = cholesky(S)",
    dS=ONCE.format(_INNER),
    why="{L} {L}ᵀ = {S} whatever {S} is: a change dS changes {L} by {L} Φ({L}⁻¹ dS {L}⁻ᵀ), where Φ takes the lower "
    "triangle, half of the diagonal; coming back, the factors are transposed. Only the lower triangle of {S} is read, "
    "so only it has a gradient: each entry's own share and that of its mirror image",
    local={"S": "{L}⁻ᵀ Φ({L}ᵀ (·)) {L}⁻¹, folded into the lower triangle"},
    samples=SQUARE,
    code="np.linalg.cholesky({S})",
    smooth=False,
)


def _eigenvalues(S: Any, lower: bool) -> Any:
    return np.linalg.eigh(S, "L" if lower else "U")[0]


def _eigenvectors(S: Any, lower: bool) -> Any:
    return np.linalg.eigh(S, "L" if lower else "U")[1]


def _eigvalsh(S: Any, lower: bool) -> Any:
    return np.linalg.eigvalsh(S, "L" if lower else "U")


TWICE = "(tril({0}, 0) + tril({0}.T, -1) if lower else triu({0}, 0) + triu({0}.T, 1))"
_COLUMNS = "spread_back({0}, (ndim({0}) - 1,), False)"
_ROWS = "spread_back({0}, (ndim({0}),), False)"
_V = "eigenvectors(S, lower)"
_W = "eigenvalues(S, lower)"
_OF_VALUES = TWICE.format(f"(({_V} * g if ndim(g) == 1 else {_V} * {_COLUMNS.format('g')}) @ {_V}.T)")
EIGEN = (Sample(((3, 3),), (True,)), Sample(((2, 3, 3),), (True,)), Sample(((3, 3),), (False,)))

for _evaluate, _name, _code in (
    (_eigenvalues, "eigenvalues", "np.linalg.eigh({S}, UPLO={lower})[0]"),
    (_eigvalsh, "eigvalsh", "np.linalg.eigvalsh({S}, UPLO={lower})"),
):
    general(
        _evaluate,
        f"w = {_name}(S, |, lower)",
        dS=_OF_VALUES,
        why="to first order an eigenvalue with the unit eigenvector v changes by vᵀ dS v, so its gradient spreads over "
        "{S} as v vᵀ (and only the triangle that is read has one: each entry's own share and its mirror image's)",
        local={"S": "V diag(·) Vᵀ, folded into one triangle"},
        samples=EIGEN,
        code=_code,
        body="" if _name == "eigenvalues" else _W,
        defaults={"lower": True},
        smooth=False,
    )
_GAPS = f"({_COLUMNS.format('w')} - {_ROWS.format('w')} + eye_like(S, 0))".replace("ndim(w)", "(ndim(S) - 1)").replace(
    "spread_back(w", f"spread_back({_W}"
)
_OF_VECTORS = TWICE.format(f"(V @ ((V.T @ g) * (1 / {_GAPS} - eye_like(S, 0))) @ V.T)")
EIGENVECTORS = general(
    _eigenvectors,
    "V = eigenvectors(S, |, lower)",
    dS=_OF_VECTORS,
    why="an eigenvector turns towards each other one by how strongly the change couples the two, divided by the gap "
    "between their eigenvalues (where two are equal there is no slope)",
    local={"S": "V (F ⊙ Vᵀ (·)) Vᵀ with F = 1/(w_j − w_i) off the diagonal, folded into one triangle"},
    samples=EIGEN,
    code="np.linalg.eigh({S}, UPLO={lower})[1]",
    defaults={"lower": True},
    smooth=False,
)


def _qr_q(A: Any) -> Any:
    return np.linalg.qr(A)[0]


def _qr_r(A: Any) -> Any:
    return np.linalg.qr(A)[1]


_SYMMETRIC = "(tril({0}, 0) + tril({0}, -1).T)"
TALL = (Sample(((3, 3),)), Sample(((4, 2),)), Sample(((2, 4, 3),)))
QR_Q = general(
    _qr_q,
    "Q = qr_q(A)",
    dA=f"solve(qr_r(A), (g - Q @ {_SYMMETRIC.format('(g.T @ Q)')}).T).T",
    why="the columns of {Q} stay orthonormal: only the part of the gradient that turns them reaches {A}, through R⁻ᵀ",
    local={"A": "((·) − {Q} sym((·)ᵀ{Q})) R⁻ᵀ"},
    samples=TALL,
    code="np.linalg.qr({A})[0]",
    smooth=False,
)
QR_R = general(
    _qr_r,
    "R = qr_r(A)",
    dA=f"solve(R, (qr_q(A) @ {_SYMMETRIC.format('(R @ g.T)')}).T).T",
    why="{R} is Qᵀ {A} with {R} kept triangular, which the turning of Q sees to",
    local={"A": "Q sym({R} (·)ᵀ) {R}⁻ᵀ"},
    samples=TALL,
    code="np.linalg.qr({A})[1]",
    smooth=False,
)


def _singular_values(A: Any) -> Any:
    return np.linalg.svd(A, full_matrices=False)[1]


def _singular_values_alone(A: Any) -> Any:
    return np.linalg.svd(A, compute_uv=False)


def _left_vectors(A: Any) -> Any:
    return np.linalg.svd(A, full_matrices=False)[0]


def _right_vectors(A: Any) -> Any:
    return np.linalg.svd(A, full_matrices=False)[2]


ANY = (*TALL, Sample(((2, 4),)))
_U, _VH, _S = "left_vectors(A)", "right_vectors(A)", "singular_values(A)"
_ACROSS = f"spread_back({_S}, (ndim(A) - 2,), False)"
_DOWN = f"spread_back({_S}, (ndim(A) - 1,), False)"
_SPREAD_G = "(g if ndim(g) == 1 else spread_back(g, (ndim(g) - 1,), False))"
for _values, _name, _code in (
    (_singular_values, "singular_values", "np.linalg.svd({A}, full_matrices=False)[1]"),
    (_singular_values_alone, "svdvals", "np.linalg.svd({A}, compute_uv=False)"),
):
    general(
        _values,
        f"s = {_name}(A)",
        dA=f"({_U} * {_SPREAD_G}) @ {_VH}",
        why="to first order a singular value with the unit vectors u and v changes by uᵀ dA v, so its gradient spreads "
        "over {A} as u vᵀ",
        local={"A": "U diag(·) Vᵀ"},
        samples=ANY,
        code=_code,
        body="" if _name == "singular_values" else _S,
        smooth=False,
    )


def _coupled(product: str, like: str) -> str:
    """F * product + its transpose, with F = 1/(s_j² − s_i²) off the diagonal, 0 on it."""
    eye = f"eye_like({like}, 0)"
    part = f"({product}) * (1 / ({_ACROSS} ** 2 - {_DOWN} ** 2 + {eye}) - {eye})"
    return f"({part} + ({part}).T)"


_OF_U = f"(U @ ({_coupled('U.T @ g', 'U.T @ g')} * {_ACROSS}) + (g - U @ (U.T @ g)) / {_ACROSS}) @ {_VH}"
_OF_VH = f"{_U} @ ({_DOWN} * ({_coupled('V @ g.T', 'V @ g.T')} @ V) + (g - g @ V.T @ V) / {_DOWN})"
TURNS = (
    "a singular vector turns towards each other one by how strongly the change couples the two, divided by the gap "
    "between the squares of their singular values (where two are equal there is no slope)"
)
general(
    _left_vectors,
    "U = left_vectors(A)",
    dA=_OF_U,
    why=TURNS,
    local={"A": "(U (J + Jᵀ) S + (1 − UUᵀ) (·) S⁻¹) Vᵀ with J = F ⊙ Uᵀ (·)"},
    samples=ANY,
    code="np.linalg.svd({A}, full_matrices=False)[0]",
    smooth=False,
)
general(
    _right_vectors,
    "V = right_vectors(A)",
    dA=_OF_VH,
    why=TURNS,
    local={"A": "U (S (J + Jᵀ) Vᵀ + S⁻¹ (·) (1 − VVᵀ)) with J = F ⊙ Vᵀ (·)ᵀ"},
    samples=ANY,
    code="np.linalg.svd({A}, full_matrices=False)[2]",
    smooth=False,
)
