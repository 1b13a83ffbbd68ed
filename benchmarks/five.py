"""Five functions of the tests' zoo, each differentiated by whygrad and by autograd: the same source, run on the
NumPy that each of them asks for."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

TESTS = Path(__file__).resolve().parents[1] / "tests"
sys.path.insert(0, str(TESTS))

FIVE = (
    "recurrent",
    "long_short_term_memory",
    "attention",
    "layer_norm",
    "gaussian_mixture",
)
"""Names in tests/zoo: no writes in place, which autograd does not follow."""


def case_of(name: str) -> Any:
    """The zoo's case of that name."""
    zoo = importlib.import_module("zoo")
    return next(case for case in zoo.ZOO if case.name == name)


def on(numpy: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, and those of its file that it calls, with another module for `np`."""
    space = {**function.__globals__, "np": numpy}
    for name, value in list(space.items()):
        if isinstance(value, FunctionType) and value.__globals__ is function.__globals__:
            space[name] = FunctionType(value.__code__, space, name, value.__defaults__, value.__closure__)
    return FunctionType(function.__code__, space, function.__name__, function.__defaults__, function.__closure__)


def contenders(name: str) -> dict[str, Callable[[], Any]]:
    """One gradient by each, checked to be the same."""
    import whygrad as wg

    case = case_of(name)
    wrt, args = case.positions, case.fresh_args()
    gradient = wg.grad(case.function, wrt=wrt)
    calls: dict[str, Callable[[], Any]] = {"whygrad": lambda: gradient(*args)}
    if importlib.util.find_spec("autograd"):
        autograd = importlib.import_module("autograd")
        theirs = autograd.grad(on(importlib.import_module("autograd.numpy"), case.function), wrt)
        calls["autograd"] = lambda: theirs(*args)
        for ours, other in zip(calls["whygrad"](), calls["autograd"](), strict=True):
            np.testing.assert_allclose(ours, other, rtol=1e-9, atol=1e-12, err_msg=name)
    return calls
