"""NumPy's names: polynomials given by their coefficients, the highest power first. All written with other names."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from whygrad.watching.answering import answer, answers, opaque
from whygrad.watching.arrays import as_array, stand
from whygrad.watching.shaping import reshape
from whygrad.watching.standin import plain


def _coefficients(p: Any) -> Any:
    p = stand(as_array(p))
    return p if np.ndim(plain(p)) else reshape(p, (1,))


def _length(p: Any) -> int:
    return len(plain(p))


@answers(np.polyder)
def _polyder(p: Any, m: Any = 1) -> Any:
    if isinstance(p, np.poly1d) or np.ndim(plain(as_array(p))) != 1:
        return opaque(np.polyder, (p, m), {})
    p = stand(as_array(p))
    for _ in range(operator.index(m)):
        p = p[:-1] * np.arange(_length(p) - 1, 0, -1)
    return p


@answers(np.polyint)
def _polyint(p: Any, m: Any = 1, k: Any = None) -> Any:
    if isinstance(p, np.poly1d) or np.ndim(plain(as_array(p))) != 1:
        return opaque(np.polyint, (p, m, k), {})
    p, m = stand(as_array(p)), operator.index(m)
    k = _coefficients(np.zeros(m) if k is None else k)
    for number in range(m):
        constant = k[number] if _length(k) > 1 else k[0]
        p = answer(np.concatenate, ((p / np.arange(_length(p), 0, -1), reshape(constant, (1,))),), {})
    return p


def _sum(function: Any, of_two: Any) -> Any:
    def compute(a: Any, b: Any) -> Any:
        if isinstance(a, np.poly1d) or isinstance(b, np.poly1d):
            return opaque(function, (a, b), {})
        a, b = _coefficients(a), _coefficients(b)
        missing = _length(b) - _length(a)
        zeros = np.zeros(abs(missing), np.result_type(plain(a if missing > 0 else b)))
        if missing > 0:
            a = answer(np.concatenate, ((zeros, a),), {})
        elif missing < 0:
            b = answer(np.concatenate, ((zeros, b),), {})
        return of_two(a, b)

    return compute


answers(np.polyadd)(_sum(np.polyadd, operator.add))
answers(np.polysub)(_sum(np.polysub, operator.sub))


@answers(np.polymul)
def _polymul(a: Any, b: Any) -> Any:
    if isinstance(a, np.poly1d) or isinstance(b, np.poly1d):
        return opaque(np.polymul, (a, b), {})
    a, b = _coefficients(a), _coefficients(b)
    if np.ndim(plain(a)) != 1 or np.ndim(plain(b)) != 1 or not all(len(plain(p)) and plain(p)[0] for p in (a, b)):
        return opaque(np.polymul, (a, b), {})  # a leading 0 is cut off
    return answer(np.convolve, (a, b), {})
