"""NumPy's names: np.linalg, and what is refused there, with what to write instead."""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.errors import UnsupportedError
from whygrad.program import Primitive
from whygrad.rules import factorisations, linear_algebra, primitive
from whygrad.watching.answering import answer, answers, opaque
from whygrad.watching.arrays import as_array
from whygrad.watching.reducing import normal_axis
from whygrad.watching.shaping import flat, reshape, swapaxes
from whygrad.watching.standin import StandIn, apply, deepest, lift, ndim_of, plain, record, shape_of


def _floats(x: Any) -> Any:
    """NumPy computes with floats here, whatever it gets."""
    x = as_array(x)
    return x if np.result_type(plain(x)).kind == "f" else answer(np.asarray, (x,), {"dtype": float})


@answers(np.linalg.inv)
def _inv(a: Any) -> Any:
    return apply(linear_algebra.INV, (_floats(a),))


@answers(np.linalg.solve)
def _solve(a: Any, b: Any) -> Any:
    a, b = _floats(a), _floats(b)
    if ndim_of(b) != 1:
        return apply(linear_algebra.SOLVE, (a, b))
    if ndim_of(a) == 2:
        return apply(linear_algebra.SOLVE_VECTOR, (a, b))
    return apply(linear_algebra.SOLVE, (a, reshape(b, (-1, 1))))[..., 0]


def _refuse_singular(x: Any, value: Any, function: str) -> None:
    """At a singular matrix the formula divides by 0, whatever the slope may be."""
    recording = deepest(x)
    if recording is not None and recording.is_active(x._index) and np.any(np.asarray(value) == 0):
        raise UnsupportedError(
            f"{function} of a singular matrix: its gradient there is not known",
            place=recording.here(),
            instead="add a small multiple of the identity, A + 1e-9 * np.eye(n)",
        )


@answers(np.linalg.det)
def _det(a: Any) -> Any:
    a = _floats(a)
    made = apply(linear_algebra.DET, (a,))
    _refuse_singular(a, plain(made), "np.linalg.det")
    return made


@answers(np.linalg.slogdet)
def _slogdet(a: Any) -> Any:
    a = _floats(a)
    sign = apply(primitive("sign_of_det"), (a,))
    _refuse_singular(a, plain(sign), "np.linalg.slogdet")
    return type(np.linalg.slogdet(np.eye(1)))(sign, apply(linear_algebra.LOG_ABS_DET, (a,)))


@answers(np.linalg.cholesky)
def _cholesky(a: Any, /, *, upper: bool = False) -> Any:
    a = _floats(a)
    if not upper:
        return apply(factorisations.CHOLESKY, (a,))
    return swapaxes(apply(factorisations.CHOLESKY, (swapaxes(a, -1, -2),)), -1, -2)


@answers(np.linalg.pinv)
def _pinv(a: Any, rcond: Any = None, hermitian: bool = False, **kwargs: Any) -> Any:
    a = _floats(a)
    recording = deepest(a)
    if recording is None or hermitian or ndim_of(a) < 2 or 0 in shape_of(a):
        return opaque(np.linalg.pinv, (a, rcond, hermitian), kwargs)
    cut = kwargs.get("rtol", rcond)
    tolerance = {} if cut is None else {"rtol": plain(cut)}
    full = min(shape_of(a)[-2:])
    # of full rank by NumPy's own cut, and by a second one far above rounding
    ranks = np.linalg.matrix_rank(plain(a), **(tolerance or {"rtol": 1e-12}))
    if recording.is_active(a._index) and np.any(ranks < full):
        raise UnsupportedError(
            "np.linalg.pinv of a matrix that is not of full rank: it jumps there, so it has no gradient",
            place=recording.here(),
            instead="add a little to it: np.linalg.solve(A.T @ A + 1e-6 * np.eye(n), A.T)",
        )
    return apply(linear_algebra.PINV, (a,))


# Lengths


@answers(np.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    x, keepdims = _floats(x), bool(keepdims)
    ndim = ndim_of(x)
    if axis is None and (ord is None or (ord in ("f", "fro") and ndim == 2) or (ord == 2 and ndim == 1)):
        return apply(linear_algebra.NORM, (x,), (ord, None, keepdims))
    axes = tuple(range(ndim)) if axis is None else tuple(axis) if isinstance(axis, (tuple, list)) else (axis,)
    axes = tuple(np.lib.array_utils.normalize_axis_tuple(axes, ndim))
    if len(axes) == 1:
        return _vector_norm(x, ord, axes, keepdims)
    if len(axes) == 2:
        return _matrix_norm(x, ord, axes, keepdims)
    return np.linalg.norm(plain(x), ord, axes, keepdims)  # NumPy's own error


def _from_0(x: Any) -> dict[str, Any]:
    """The greatest of no lengths is 0."""
    return {} if np.size(plain(x)) else {"initial": 0}


def _vector_norm(x: Any, order: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    def reduced(function: Any, of: Any, **options: Any) -> Any:
        return answer(function, (of, axes), {"keepdims": keepdims, **options})

    size = answer(np.abs, (x,), {})
    if order is None or order == 2:
        return apply(linear_algebra.NORM, (x,), (order, axes, keepdims))
    if type(order) is str:
        return np.linalg.norm(plain(x), order, axes)  # type: ignore[call-overload]  # NumPy's own error
    if order == np.inf:
        return reduced(np.max, size, **_from_0(x))
    if order == -np.inf:
        return reduced(np.min, size)
    if order == 0:
        return reduced(np.sum, answer(np.not_equal, (x, 0), {}).astype(plain(x).dtype))
    if order == 1:
        return reduced(np.sum, size)
    return reduced(np.sum, size**order) ** np.reciprocal(order, dtype=np.result_type(plain(x)))


def _matrix_norm(x: Any, order: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    rows, columns = axes
    if rows == columns:
        raise ValueError("Duplicate axes given.")
    if order in (None, "f", "fro"):
        return apply(linear_algebra.NORM, (x,), (order, axes, keepdims))
    if order in (1, -1, np.inf, -np.inf):
        along, across = (rows, columns) if abs(order) == 1 else (columns, rows)
        sums = answer(np.sum, (answer(np.abs, (x,), {}), along), {})
        largest = _from_0(x) if order > 0 else {}
        result = answer(np.max if order > 0 else np.min, (sums, across - (across > along)), largest)
    elif order in (2, -2, "nuc"):
        values = answer(np.linalg.svd, (answer(np.moveaxis, (x, axes, (-2, -1)), {}),), {"compute_uv": False})
        function = {2: np.max, -2: np.min, "nuc": np.sum}[order]
        result = answer(function, (values, -1), _from_0(x) if order == 2 else {})
    else:
        return np.linalg.norm(plain(x), order, axes)  # NumPy's own error
    return reshape(result, [1 if a in axes else n for a, n in enumerate(shape_of(x))]) if keepdims else result


if hasattr(np.linalg, "vector_norm"):

    @answers(np.linalg.vector_norm)
    def _all_vector_norms(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
        x = _floats(x)
        ndim, axes = ndim_of(x), normal_axis(axis, ndim_of(x))
        if len(axes) == 1:
            return _vector_norm(x, ord, axes, keepdims)
        shape = [1 if a in axes else n for a, n in enumerate(shape_of(x))] if keepdims else None
        x = answer(np.moveaxis, (x, axes, range(len(axes))), {}) if len(axes) < ndim else flat(x)
        x = reshape(x, (-1, *shape_of(x)[len(axes) :])) if len(axes) < ndim else x
        result = _vector_norm(x, ord, (0,), False)
        return reshape(result, shape) if shape is not None else result

    @answers(np.linalg.matrix_norm)
    def _all_matrix_norms(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
        return norm(x, ord, (-2, -1), keepdims)


@answers(np.linalg.cond)
def _cond(x: Any, p: Any = None) -> Any:
    """How far a matrix stretches, against how far it shrinks."""
    x = _floats(x)
    if 0 in shape_of(x) or ndim_of(x) < 2:
        return opaque(np.linalg.cond, (x, p), {})
    if p in (None, 2, -2):
        values = answer(np.linalg.svd, (x,), {"compute_uv": False})
        largest, smallest = values[..., 0], values[..., -1]
        return smallest / largest if p == -2 else largest / smallest
    return norm(x, p, (-2, -1)) * norm(_inv(x), p, (-2, -1))


@answers(np.linalg.tensorsolve)
def _tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    a, b = _floats(a), _floats(b)
    if axes is not None:
        order = [n for n in range(ndim_of(a)) if n not in axes]
        a = answer(np.transpose, (a, (*order, *axes)), {})
    shape = shape_of(a)[ndim_of(b) :]
    size = int(np.prod(shape))
    if np.size(plain(a)) != size * size:
        return np.linalg.tensorsolve(plain(a), plain(b))  # NumPy's own error
    return reshape(_solve(reshape(a, (size, size)), flat(b)), shape)


@answers(np.linalg.tensorinv)
def _tensorinv(a: Any, ind: int = 2) -> Any:
    a = _floats(a)
    if ind <= 0:
        return np.linalg.tensorinv(plain(a), ind)  # NumPy's own error
    shape = shape_of(a)
    made = _inv(reshape(a, (int(np.prod(shape[ind:])), -1)))
    return reshape(made, (*shape[ind:], *shape[:ind]))


# Factorisations: computed once, and each part a step of its own


def _parts(x: Any, parts: tuple[Primitive, ...], values: Any, params: tuple[Any, ...] = ()) -> list[Any]:
    recording = deepest(x)
    if recording is None:
        return list(values)
    inputs = (x._index,)
    return [record(recording, p, inputs, params, v) for p, v in zip(parts, values, strict=True)]


def _watched(x: Any) -> Any:
    """A stand-in of the innermost run, its value up to date."""
    x = _floats(x)
    recording = deepest(x)
    if recording is None or type(x) is not StandIn:
        return x
    index = lift(recording, x)
    return StandIn(recording, index, recording.values[index])


@answers(np.linalg.eigh)
def _eigh(a: Any, UPLO: Any = "L") -> Any:
    a = _watched(a)
    found = np.linalg.eigh(plain(a), UPLO)
    parts = (primitive("eigenvalues"), factorisations.EIGENVECTORS)
    return type(found)(*_parts(a, parts, found, (UPLO.upper() == "L",)))


@answers(np.linalg.eigvalsh)
def _eigvalsh(a: Any, UPLO: str = "L") -> Any:
    return apply(primitive("eigvalsh"), (_floats(a),), (UPLO.upper() == "L",))


@answers(np.linalg.qr)
def _qr(a: Any, mode: Any = "reduced") -> Any:
    a = _watched(a)
    rows, columns = shape_of(a)[-2:]
    square_or_tall = mode == "reduced" or (mode == "complete" and rows == columns)
    if mode == "r" and rows >= columns:
        return apply(factorisations.QR_R, (a,))
    if not square_or_tall or rows < columns:
        return opaque(np.linalg.qr, (a, mode), {})
    found = np.linalg.qr(plain(a), mode)
    return type(found)(*_parts(a, (factorisations.QR_Q, factorisations.QR_R), found))


@answers(np.linalg.svd)
def _svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    a = _watched(a)
    if hermitian:
        return opaque(np.linalg.svd, (a, full_matrices, compute_uv, hermitian), {})
    if not compute_uv:
        return apply(primitive("svdvals"), (a,))
    if full_matrices and shape_of(a)[-1] != shape_of(a)[-2]:
        return opaque(np.linalg.svd, (a,), {"full_matrices": True})
    found = np.linalg.svd(plain(a), full_matrices=False)
    names = ("left_vectors", "singular_values", "right_vectors")
    return type(found)(*_parts(a, tuple(map(primitive, names)), found))


if hasattr(np.linalg, "svdvals"):

    @answers(np.linalg.svdvals)
    def _svdvals(a: Any, /) -> Any:
        return apply(primitive("svdvals"), (_floats(a),))
