"""NumPy's names: products of vectors, matrices and stacks of them, sums over named subscripts, convolutions."""

from __future__ import annotations

import operator
import string
from typing import Any

import numpy as np

from whygrad.program import Primitive
from whygrad.rules import contractions, diagonals, products
from whygrad.rules.subscripts import letters, terms
from whygrad.watching.answering import answer, answers, opaque
from whygrad.watching.arrays import as_array, cast_to, stand
from whygrad.watching.elementwise import write_out
from whygrad.watching.operators import matmul
from whygrad.watching.rearranging import diagonal
from whygrad.watching.shaping import flat, flip, moveaxis, reshape
from whygrad.watching.standin import ANSWERS, Answer, apply, ndim_of, plain, shape_of

normalize = np.lib.array_utils.normalize_axis_index


@answers(np.matmul, np.linalg.matmul)
def _matmul(a: Any, b: Any, out: Any = None, **kwargs: Any) -> Any:
    result = matmul(as_array(a), as_array(b))
    return result if out is None else write_out(result, out)


def dot(a: Any, b: Any, axes: Any) -> Any:
    return np.dot(a, b)


def inner(a: Any, b: Any, axes: Any) -> Any:
    return np.inner(a, b)


# The same contraction as tensordot's, by NumPy's other functions.
_DOT, _INNER = Primitive("tensordot", dot, ("axes",)), Primitive("tensordot", inner, ("axes",))


@answers(np.dot)
def _dot(a: Any, b: Any, out: Any = None) -> Any:
    a, b = as_array(a), as_array(b)
    n, m = ndim_of(a), ndim_of(b)
    if n == 0 or m == 0:
        result = answer(np.multiply, (_an_array(a), _an_array(b)), {})
    elif n <= 2 and m <= 2:
        result = matmul(a, b)
    else:
        result = apply(_DOT, (a, b), (((n - 1,), (max(m - 2, 0),)),))
    return result if out is None else write_out(result, out)


@answers(np.outer)
def _outer(a: Any, b: Any, out: Any = None) -> Any:
    result = apply(products.OUTER, (flat(as_array(a)), flat(as_array(b))))
    return result if out is None else write_out(result, out)


@answers(np.linalg.outer)
def _linalg_outer(a: Any, b: Any, /) -> Any:
    if ndim_of(as_array(a)) != 1 or ndim_of(as_array(b)) != 1:
        return np.linalg.outer(plain(as_array(a)), plain(as_array(b)))  # NumPy's own error
    return _outer(a, b)


@answers(np.inner)
def _inner(a: Any, b: Any, /) -> Any:
    a, b = as_array(a), as_array(b)
    n, m = ndim_of(a), ndim_of(b)
    if n == 0 or m == 0:
        return answer(np.multiply, (_an_array(a), _an_array(b)), {})
    if n == m == 1:
        return apply(products.DOT, (a, b))
    return apply(_INNER, (a, b), (((n - 1,), (m - 1,)),))


@answers(np.vdot)
def _vdot(a: Any, b: Any, /) -> Any:
    return apply(products.DOT, (flat(as_array(a)), flat(as_array(b))))


@answers(np.tensordot, np.linalg.tensordot)
def _tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    a, b = as_array(a), as_array(b)
    if np.iterable(axes):
        of_a, of_b = (tuple(map(operator.index, x)) if np.iterable(x) else (operator.index(x),) for x in axes)
    else:
        count = operator.index(axes)
        of_a, of_b = tuple(range(ndim_of(a) - count, ndim_of(a))), tuple(range(count))
    of_a = tuple(normalize(n, ndim_of(a)) for n in of_a)
    of_b = tuple(normalize(n, ndim_of(b)) for n in of_b)
    return apply(contractions.TENSORDOT, (a, b), ((of_a, of_b),))


@answers(np.kron)
def _kron(a: Any, b: Any) -> Any:
    a, b = stand(a), stand(b)
    n = max(ndim_of(a), ndim_of(b))
    if n == 0:
        return answer(np.multiply, (a, b), {})
    of_a, of_b = (1,) * (n - ndim_of(a)) + shape_of(a), (1,) * (n - ndim_of(b)) + shape_of(b)
    a = reshape(a, [m for size in of_a for m in (size, 1)])
    b = reshape(b, [m for size in of_b for m in (1, size)])
    return reshape(a * b, [k * m for k, m in zip(of_a, of_b, strict=True)])


@answers(np.cross)
def _cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = _last(a, axisa), _last(b, axisb)
    if shape_of(a)[-1] != 3 or shape_of(b)[-1] != 3:
        return opaque(np.cross, (a, b), {})
    made = apply(contractions.CROSS, (a, b))
    return made if axisc in (-1, ndim_of(made) - 1) else moveaxis(made, -1, axisc)


@answers(np.linalg.cross)
def _linalg_cross(a: Any, b: Any, /, *, axis: int = -1) -> Any:
    return _cross(a, b, axis=axis)


def _last(x: Any, axis: int) -> Any:
    x = stand(x)
    return x if axis in (-1, ndim_of(x) - 1) else moveaxis(x, axis, -1)


def _vecdot(a: Any, b: Any, /, out: Any = None, *, axis: int = -1, **kwargs: Any) -> Any:
    result = apply(contractions.VECDOT, (_last(a, axis), _last(b, axis)))
    return result if out is None else write_out(result, out)


def _of_stacks(made_by: Primitive) -> Answer:
    def compute(a: Any, b: Any, /, out: Any = None, **kwargs: Any) -> Any:
        if kwargs:
            return opaque(getattr(np, made_by.name), (a, b), kwargs)
        result = apply(made_by, (as_array(a), as_array(b)))
        return result if out is None else write_out(result, out)

    return compute


ANSWERS[np.vecdot] = ANSWERS[np.linalg.vecdot] = _vecdot
for _made_by in (contractions.MATVEC, contractions.VECMAT):
    if hasattr(np, _made_by.name):
        ANSWERS[getattr(np, _made_by.name)] = _of_stacks(_made_by)


def _an_array(x: Any) -> Any:
    """x as the array that NumPy makes of it before it asks for types: a Python number counts as a float64."""
    return stand(answer(np.asarray, (x,), {})) if isinstance(x, (int, float)) else stand(x)


def _outer_of(ufunc: Any) -> Answer:
    def compute(a: Any, b: Any, /, **kwargs: Any) -> Any:
        a, b = _an_array(a), _an_array(b)
        return answer(ufunc, (reshape(a, (*shape_of(a), *(1,) * ndim_of(b))), b), kwargs)

    return compute


for _ufunc in {f for f in vars(np).values() if isinstance(f, np.ufunc) and f.nin == 2 and f.signature is None}:
    ANSWERS[_ufunc.outer] = _outer_of(_ufunc)


# Chains of products, multiplied in NumPy's own order


@answers(np.linalg.multi_dot)
def _multi_dot(arrays: Any, *, out: Any = None) -> Any:
    arrays = [stand(a) for a in arrays]
    if len(arrays) < 2:
        return np.linalg.multi_dot([plain(a) for a in arrays])  # NumPy's own error
    first, last = ndim_of(arrays[0]), ndim_of(arrays[-1])
    if first == 1:
        arrays[0] = reshape(arrays[0], (1, -1))
    if last == 1:
        arrays[-1] = reshape(arrays[-1], (-1, 1))
    result = _chained(arrays)
    if first == 1 or last == 1:
        rows, columns = shape_of(result)
        shape = (*((rows,) if first > 1 else ()), *((columns,) if last > 1 else ()))
        result = reshape(result, shape)
    return result if out is None else write_out(result, out)


def _chained(arrays: list[Any]) -> Any:
    """The product of a chain, by the cheapest order (Cormen et al., Introduction to Algorithms, matrix chains)."""
    n = len(arrays)
    sizes = [shape_of(a)[0] for a in arrays] + [shape_of(arrays[-1])[1]]
    if n == 3:  # as NumPy decides between the two
        left = sizes[0] * sizes[2] * (sizes[1] + sizes[3])
        right = sizes[1] * sizes[3] * (sizes[0] + sizes[2])
        a, b, c = arrays
        return matmul(matmul(a, b), c) if left < right else matmul(a, matmul(b, c))
    costs = [[0.0] * n for _ in range(n)]
    split = [[0] * n for _ in range(n)]
    for length in range(1, n):
        for i in range(n - length):
            j = i + length
            costs[i][j] = float("inf")
            for k in range(i, j):
                cost = costs[i][k] + costs[k + 1][j] + sizes[i] * sizes[k + 1] * sizes[j + 1]
                if cost < costs[i][j]:
                    costs[i][j], split[i][j] = cost, k

    def product(i: int, j: int) -> Any:
        return arrays[i] if i == j else matmul(product(i, split[i][j]), product(split[i][j] + 1, j))

    return product(0, n - 1)


@answers(np.linalg.matrix_power)
def _matrix_power(a: Any, n: Any) -> Any:
    a, n = stand(a), operator.index(n)
    if n == 0 or ndim_of(a) < 2 or shape_of(a)[-1] != shape_of(a)[-2]:
        return np.linalg.matrix_power(plain(a), n)
    if n < 0:
        a, n = answer(np.linalg.inv, (a,), {}), -n
    if n == 3:
        return matmul(matmul(a, a), a)
    square: Any = None
    result: Any = None
    while n > 0:
        square = a if square is None else matmul(square, square)
        n, bit = divmod(n, 2)
        if bit:
            result = square if result is None else matmul(result, square)
    return result[...] if result is a else result


# einsum


@answers(np.einsum)
def _einsum(*given: Any, out: Any = None, optimize: Any = False, dtype: Any = None, **kwargs: Any) -> Any:
    spec, operands = _by_letters(given)
    if any(
        ndim_of(x) != sum(1 for _ in letters(t)) for x, t in zip(operands, terms(spec)[0], strict=True) if "." not in t
    ):
        return np.einsum(spec, *map(plain, operands))  # NumPy's own error
    if kwargs.get("order", "K") != "K":
        return opaque(np.einsum, (spec, *operands), {"optimize": optimize, **kwargs})
    if dtype is not None:
        operands = [cast_to(x, np.dtype(dtype)) for x in operands]
    of_operands, result_term = terms(spec)
    for place, term in enumerate(of_operands):
        operands[place], of_operands[place] = _without_repeats(operands[place], term)
    spec = f"{','.join(of_operands)}->{result_term}"
    if isinstance(optimize, (list, tuple)):
        optimize = tuple(map(tuple, optimize)) if isinstance(optimize[0], (list, tuple)) else _path(optimize)
    result = apply(contractions.EINSUM, tuple(operands), (spec, optimize))
    return result if out is None else write_out(result, out)


def _path(optimize: Any) -> Any:
    """An order of contractions as NumPy gives it: of use for this very einsum only, so True takes its place."""
    return True if optimize[0] == "einsum_path" else tuple(optimize)


def _by_letters(given: tuple[Any, ...]) -> tuple[str, list[Any]]:
    """The subscripts in full, `ij,jk->ik`, and the operands. `...` stays where it stands in front of every term."""
    if isinstance(given[0], str):
        spec, operands = given[0].replace(" ", ""), [as_array(x) for x in given[1:]]
    else:  # einsum(A, [0, 1], B, [1, 2], [0, 2])
        pairs = given[: len(given) // 2 * 2]
        operands = [as_array(x) for x in pairs[::2]]
        spec = ",".join(map(_word, pairs[1::2])) + (f"->{_word(given[-1])}" if len(given) % 2 else "")
    left, arrow, result = spec.partition("->")
    of_operands = left.split(",")
    if len(of_operands) != len(operands):
        np.einsum(spec, *map(plain, operands))  # NumPy's own error
    if not arrow:
        once = sorted(c for c in set(left) - {",", "."} if left.count(c) == 1)
        result = ("..." if "..." in left else "") + "".join(once)
    if "..." in left and not all(t.startswith("...") for t in (*of_operands, result)):
        free = [c for c in string.ascii_letters if c not in left]
        counts = [
            ndim_of(x) - len(t.replace("...", "")) if "..." in t else 0
            for x, t in zip(operands, of_operands, strict=True)
        ]
        names = "".join(free[: max(counts)])
        of_operands = [t.replace("...", names[len(names) - n :]) for t, n in zip(of_operands, counts, strict=True)]
        result = result.replace("...", names)
    return f"{','.join(of_operands)}->{result}", operands


def _word(subscripts: Any) -> str:
    return "".join("..." if s is Ellipsis else string.ascii_letters[26 + s if s < 26 else s - 26] for s in subscripts)


def _without_repeats(x: Any, term: str) -> tuple[Any, str]:
    """Of a subscript that an operand has twice only the diagonal counts: it is read first."""
    while True:
        found = letters(term)
        twice = next((c for c in found if found.count(c) > 1), None)
        if twice is None:
            return x, term
        one = found.index(twice)
        two = found.index(twice, one + 1)
        behind = len(found)
        if shape_of(x)[one - behind] != shape_of(x)[two - behind]:
            np.einsum(f"{term}->{''.join(dict.fromkeys(term))}", plain(x))  # NumPy's own error
        x = diagonal(x, 0, one - behind, two - behind)
        rest = [c for n, c in enumerate(found) if n not in (one, two)]
        term = "".join(rest) + twice


# Convolutions


@answers(np.convolve)
def _convolve(a: Any, v: Any, mode: str = "full") -> Any:
    a, v = _row(a), _row(v)
    if len(shape_of(a)) == len(shape_of(v)) == 1 and shape_of(v)[0] > shape_of(a)[0]:
        a, v = v, a
    return _slid(contractions.CONVOLVE, np.convolve, a, v, mode)


@answers(np.correlate)
def _correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    a, v = stand(a), stand(v)
    if len(shape_of(a)) == len(shape_of(v)) == 1 and shape_of(v)[0] > shape_of(a)[0]:
        return flip(_slid(contractions.CORRELATE, np.correlate, v, a, mode))
    return _slid(contractions.CORRELATE, np.correlate, a, v, mode)


def _row(x: Any) -> Any:
    x = stand(x)
    return reshape(x, (1,)) if ndim_of(x) == 0 else x


def _slid(made_by: Primitive, function: Any, a: Any, v: Any, mode: str) -> Any:
    """One vector slid along a longer one. The mode "same" is the middle of the mode "full"."""
    if mode not in ("full", "valid", "same") or ndim_of(a) != 1 or ndim_of(v) != 1 or 0 in (*shape_of(a), *shape_of(v)):
        return function(plain(a), plain(v), mode)  # NumPy's own error
    if mode != "same":
        return apply(made_by, (a, v), (mode,))
    (n,), (m,) = shape_of(a), shape_of(v)
    start = m - 1 - m // 2
    return apply(made_by, (a, v), ("full",))[start : start + n]


# Traces, diagonals, triangles


@answers(np.trace)
def _trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: Any = None) -> Any:
    x = stand(x) if dtype is None else cast_to(stand(x), np.dtype(dtype))
    offset = operator.index(offset)
    if ndim_of(x) == 2 and (axis1 % 2, axis2 % 2) == (0, 1):
        result = apply(diagonals.TRACE, (x,), (offset,))
    else:
        result = answer(np.sum, (diagonal(x, offset, axis1, axis2), -1), {})
    return result if out is None else write_out(result, out)


@answers(np.linalg.trace)
def _linalg_trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    return _trace(x, offset, -2, -1, dtype)


@answers(np.linalg.diagonal)
def _linalg_diagonal(x: Any, /, *, offset: int = 0) -> Any:
    return diagonal(x, offset, -2, -1)
