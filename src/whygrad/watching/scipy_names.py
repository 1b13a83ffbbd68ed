"""SciPy's names besides scipy.special: what scipy.linalg shares with np.linalg, and densities of scipy.stats.

Each part is known from the moment that somebody has imported it: whygrad itself never does.
"""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from whygrad.program import Primitive
from whygrad.rules import ROWS, primitive
from whygrad.watching import special
from whygrad.watching.answering import answer, opaque
from whygrad.watching.arrays import as_array
from whygrad.watching.shaping import swapaxes
from whygrad.watching.standin import ANSWERS, Answer, apply, plain

_known: set[str] = set()


def meet_scipy() -> bool:
    """Enter what there is of SciPy into the table of answers. Did this call enter anything?"""
    met = special.meet_special()
    for name, needed, enter in (("scipy.linalg", "solve_triangular", _linalg), ("scipy.stats", "norm", _stats)):
        module = sys.modules.get(name)
        if name not in _known and hasattr(module, needed):
            _known.add(name)
            enter(module)
            met = True
    return met


# scipy.linalg: variants of the rows of np.linalg


def _linalg(module: Any) -> None:
    of_lower = _variant("cholesky", module.cholesky, lower=True)
    ANSWERS[module.norm] = ANSWERS[np.linalg.norm]

    def solved(function: Any, plainly: bool, a: Any, b: Any, **how: Any) -> Any:
        a, b = as_array(a), as_array(b)
        if not plainly or np.ndim(plain(a)) != 2 or np.ndim(plain(b)) not in (1, 2):
            return opaque(function, (a, b), how)
        row = "solve" if np.ndim(plain(b)) == 2 else "solve_vector"
        return apply(_variant(row, function, **how), (a, b))

    def solve(a: Any, b: Any, **how: Any) -> Any:
        return opaque(module.solve, (a, b), how) if how else solved(module.solve, True, a, b)

    def solve_triangular(a: Any, b: Any, trans: Any = 0, lower: bool = False, **how: Any) -> Any:
        if trans != 0 or how:
            return opaque(module.solve_triangular, (a, b, trans, lower), how)
        half = answer(np.tril if lower else np.triu, (a,), {})
        return solved(module.solve_triangular, True, half, b, **({"lower": True} if lower else {}))

    def cholesky(a: Any, lower: bool = False, **how: Any) -> Any:
        if how or np.ndim(plain(as_array(a))) != 2:
            return opaque(module.cholesky, (a, lower), how)
        if lower:
            return apply(of_lower, (as_array(a),))
        return swapaxes(apply(of_lower, (swapaxes(a, 0, 1),)), 0, 1)

    ANSWERS[module.solve], ANSWERS[module.solve_triangular], ANSWERS[module.cholesky] = (
        solve,
        solve_triangular,
        cholesky,
    )
    for function in (module.inv, module.det):
        ANSWERS[function] = _of_a_matrix(function, _variant(function.__name__, function))


@functools.cache
def _variant(row: str, function: Any, **how: Any) -> Primitive:
    """The row, evaluated by the function of SciPy's."""

    def evaluate(*operands: Any) -> Any:
        return function(*operands, **how)

    places = ", ".join(f"{{{n}}}" for n in range(len(ROWS[row].operands)))
    options = "".join(f", {name}={value!r}" for name, value in how.items())
    evaluate.written = f"scipy.linalg.{function.__name__}({places}{options})"  # type: ignore[attr-defined]
    return Primitive(row, evaluate)


def _of_a_matrix(function: Any, made_by: Primitive) -> Answer:
    def compute(a: Any, **how: Any) -> Any:
        a = as_array(a)
        return opaque(function, (a,), how) if how else apply(made_by, (a,))

    return compute


# scipy.stats: densities and distribution functions in SciPy's own formulas

LOG_OF_ROOT_2_PI = math.log(2 * math.pi) / 2.0
Standard = Callable[..., Any]


def _special(name: str, *operands: Any) -> Any:
    return apply(primitive(name), operands)


def _np(function: Any, *operands: Any) -> Any:
    return answer(function, operands, {})


def _normal_density(z: Any) -> Any:
    return _np(np.exp, -(z**2) / 2.0) / math.sqrt(2 * math.pi)


CONTINUOUS: dict[str, dict[str, Standard]] = {
    "norm": {
        "logpdf": lambda z: -(z**2) / 2.0 - LOG_OF_ROOT_2_PI,
        "pdf": _normal_density,
        "cdf": lambda z: _special("ndtr", z),
        "logcdf": lambda z: _special("log_ndtr", z),
        "sf": lambda z: _special("ndtr", -z),
        "logsf": lambda z: _special("log_ndtr", -z),
    },
}
"""Distribution -> its functions of the standardised variable, (x − loc)/scale."""


def _stats(module: Any) -> None:
    for name, functions in CONTINUOUS.items():
        for method, standard in functions.items():
            function = getattr(getattr(module, name), method)
            ANSWERS[function] = _located(function, standard, method)
    poisson = module.poisson
    ANSWERS[poisson.logpmf] = _poisson(poisson.logpmf)


def _located(function: Any, standard: Standard, method: str) -> Answer:
    def compute(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
        x, loc, scale = map(as_array, (x, loc, scale))
        if not np.all(plain(scale) > 0):
            return opaque(function, (x, loc, scale), {})
        found = standard((x - loc) / scale)
        if method == "pdf":
            return found / scale
        return found - _np(np.log, scale) if method == "logpdf" else found

    return compute


def _poisson(function: Any) -> Answer:
    def compute(k: Any, mu: Any, loc: Any = 0) -> Any:
        k, mu = as_array(k), as_array(mu)
        count = np.asarray(plain(k)) - plain(loc)
        if np.any(count < 0) or np.any(count != np.floor(count)) or np.any(plain(mu) < 0):
            return opaque(function, (k, mu, loc), {})
        return _special("xlogy", count, mu) - _special("gammaln", count + 1) - mu

    return compute
