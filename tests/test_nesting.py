"""Gradients inside gradients: each stand-in belongs to its own level."""

# ruff: noqa: SIM105 (code to watch is written as its authors write it)

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from watched import V, assert_right, refused
from whygrad.errors import EscapeError


def test_nested_gradients_are_exact() -> None:
    grad = wg.grad
    assert grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0) == 6.0
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(3.0) == 1.0
    assert grad(grad(grad(lambda x: x**4)))(2.0) == 48.0
    assert grad(grad(grad(np.sin)))(0.7) == pytest.approx(-np.cos(0.7), abs=1e-12)
    three = grad(lambda x: grad(lambda y: y * grad(lambda z: x * y * z * z)(y) * x)(x))
    assert three(0.7) == pytest.approx(24 * 0.7**3, rel=1e-12)  # of x² · 6y² at y = x


def test_a_hessian_by_loops() -> None:
    def f(z: Any) -> Any:
        return np.sum(z**3) * z[0]

    rows = [wg.grad(lambda y, i=i: wg.grad(f)(y)[i])(V) for i in range(4)]
    exact = np.diag(6 * V * V[0])
    exact[:, 0] += 3 * V**2
    exact[0, :] += 3 * V**2
    np.testing.assert_allclose(rows, exact, rtol=1e-12)


def unrolled_descent(x: Any) -> Any:
    w = x
    for _ in range(3):
        w = w - 0.1 * wg.grad(lambda q: np.sum((q * x - 1) ** 2))(w)
    return np.sum(w**2)


def in_place_inside(x: Any) -> Any:
    def inner(y: Any) -> Any:
        z = y.copy()
        z[0] = x[0] * y[1]
        z *= 2
        h = np.tanh(z)
        h[1] = 0
        return np.sum(h * x)

    value, gradient = wg.value_and_grad(inner)(x * 2)
    return np.sum(gradient * x) * value


def a_failing_inner_function(x: Any) -> Any:
    try:
        wg.grad(lambda y: 1 / 0)(x)
    except ZeroDivisionError:
        pass
    return np.sum(x * x)


def structured_inside(x: Any) -> Any:
    g = wg.grad(lambda p: np.sum(p["a"] * p["b"][0] ** 2))({"a": x, "b": [x * 2]})
    return np.sum(g["a"]) + np.sum(g["b"][0] * x)


@pytest.mark.parametrize("f", [unrolled_descent, in_place_inside, a_failing_inner_function, structured_inside])
def test_gradients_of_functions_that_take_gradients(f: Callable[..., Any]) -> None:
    assert_right(f)


def test_what_an_inner_function_leaves_outside_is_refused_not_lost() -> None:
    def leak(x: Any) -> Any:
        kept: list[Any] = []

        def inner(y: Any) -> Any:
            kept.append(y * x)
            return np.sum(y * y * x)

        return np.sum(wg.grad(inner)(x) * kept[0])

    def store(x: Any) -> Any:
        outside = np.zeros(4)

        def inner(y: Any) -> Any:
            outside[0] = y[0]
            return np.sum(y * outside)

        return np.sum(wg.grad(inner)(x))

    assert "inner gradient" in refused(EscapeError, leak)
    assert "inside the inner function" in refused(EscapeError, store)
