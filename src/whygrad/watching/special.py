"""The functions of scipy.special, known from the moment that somebody has imported SciPy: whygrad itself never does."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from whygrad.errors import UnsupportedError
from whygrad.program import Primitive
from whygrad.rules import ROWS, primitive
from whygrad.watching.arrays import as_array
from whygrad.watching.elementwise import elementwise
from whygrad.watching.recording import current
from whygrad.watching.reducing import normal_axis
from whygrad.watching.shaping import reshape
from whygrad.watching.standin import ANSWERS, Answer, StandIn, apply, plain

OTHER_NAMES = {"psi": "digamma", "loggamma": "gammaln"}
"""SciPy's other names for what has a row."""
SHARED = ("log1p", "expm1", "exp2", "cbrt")
"""What SciPy has as well as NumPy, as a function of its own."""

_known: list[Any] = []


def meet_special() -> bool:
    """Enter scipy.special into the table of answers, once it is there. Did this call do it?"""
    module: Any = sys.modules.get("scipy.special")
    if module is None or _known or not hasattr(module, "logsumexp"):  # imported half-way, perhaps
        return False
    _known.append(module)
    for row in ROWS.values():
        if row.code.startswith("special.") and row.kind == "elementwise" and not row.primitive.params:
            _enter(getattr(module, row.name, None), row.primitive)
    for name, row_name in (*OTHER_NAMES.items(), *((name, name) for name in SHARED)):
        function = getattr(module, name)
        if function not in ANSWERS:
            _enter(function, Primitive(row_name, function))
    for name, answer in ANSWERED.items():
        function = getattr(module, name, None)
        if function is not None:
            ANSWERS[function] = answer
    return True


def _enter(function: Any, made_by: Primitive) -> None:
    if function is not None:
        ANSWERS[function] = elementwise(made_by)


def _refuse(what: str, instead: str) -> UnsupportedError:
    recording = current.get()
    return UnsupportedError(what, place=recording.here() if recording is not None else None, instead=instead)


def _logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Any:
    if return_sign:
        raise _refuse(
            "logsumexp with return_sign=True is not supported: its two results belong together",
            "np.log(np.abs(s)) and np.sign(s) of s = np.sum(b * np.exp(a)), or keep the weights positive",
        )
    a = as_array(a)
    if np.ndim(plain(a)) == 0:
        return reshape(_logsumexp(reshape(a, (1,)), axis, b), ())
    params = (normal_axis(axis, np.ndim(plain(a))), bool(keepdims))
    if b is None:
        return apply(primitive("logsumexp"), (a,), params)
    b = as_array(b)
    if np.broadcast_shapes(np.shape(plain(a)), np.shape(plain(b))) != np.shape(plain(a)):
        raise _refuse(
            f"logsumexp with weights of shape {np.shape(plain(b))} for an array of shape {np.shape(plain(a))} is not "
            "supported",
            "give the array the whole shape, np.broadcast_to(a, ...)",
        )
    return apply(primitive("weighted_logsumexp"), (a, b), params)


def _along(name: str) -> Answer:
    def compute(x: Any, axis: Any = None) -> Any:
        x = as_array(x)
        if np.ndim(plain(x)) == 0:
            return reshape(compute(reshape(x, (1,)), axis), ())
        return apply(primitive(name), (x,), (normal_axis(axis, np.ndim(plain(x))),))

    return compute


def _of_order(name: str) -> Answer:
    """iv, jv, polygamma: their order is a whole number that is known before."""

    def compute(order: Any, x: Any) -> Any:
        known = plain(order)
        if np.ndim(known) or known != int(known) or type(order) is StandIn:
            what = f"{name} of an order that is not one whole number in the code is not supported"
            raise _refuse(what, "call it once an order, with a number")
        return apply(primitive(name), (as_array(x),), (int(known),))

    return compute


ANSWERED: dict[str, Answer] = {
    "logsumexp": _logsumexp,
    "softmax": _along("softmax"),
    "log_softmax": _along("log_softmax"),
    "polygamma": _of_order("polygamma"),
    "iv": _of_order("iv"),
    "jv": _of_order("jv"),
}
