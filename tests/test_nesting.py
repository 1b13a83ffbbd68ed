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


def test_an_inner_gradient_that_is_kept_reads_everything_anew() -> None:
    scale, k = np.array([1.0, 2.0, 3.0, 4.0]), [2.0]

    def inner(y: Any, other: Any = None) -> Any:
        return np.sum((scale if other is None else other) * y**3) * k[0]

    kept = wg.grad(inner)
    moved = wg.jvp(inner)

    def outer(x: Any) -> Any:
        return np.sum(kept(x)) + moved(x, tangents=x)[1]  # 3 k Σ s x² + 3 k Σ s x³

    for _ in range(2):
        np.testing.assert_allclose(wg.grad(outer)(V), k[0] * scale * (6 * V + 9 * V**2), rtol=1e-12)
        scale *= 2
        k[0] += 1
        np.testing.assert_allclose(wg.jvp(kept)(V, tangents=V)[1], 6 * k[0] * scale * V**2, rtol=1e-12)
    # the same steps with an argument where a constant was
    by_other = wg.grad(lambda x: np.sum(kept(V, x)))(V)
    np.testing.assert_allclose(by_other, 3 * k[0] * V**2, rtol=1e-12)
    np.testing.assert_allclose(wg.grad(outer)(V), k[0] * scale * (6 * V + 9 * V**2), rtol=1e-12)


def test_an_inner_gradient_keeps_to_the_labels_that_its_idiom_needs() -> None:
    """p − y needs labels whose rows sum to 1; when they no longer do, another derivation is made."""
    labels = np.eye(2)[[0, 1]]

    def entropy(z: Any) -> Any:
        e = np.exp(z)
        p = e / e.sum(axis=1, keepdims=True)
        return -np.sum(labels * np.log(p))

    kept, z = wg.grad(entropy), np.array([[0.3, -0.2], [0.1, 0.5]])
    for factor in (1.0, 2.0, 0.5):
        labels *= factor
        hessian_times = wg.jvp(kept)(z, tangents=np.ones((2, 2)) * [1.0, 0.0])[1]
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        weight = labels.sum(axis=1, keepdims=True) * p[:, :1] * p[:, 1:]
        np.testing.assert_allclose(hessian_times, weight * [1.0, -1.0], rtol=1e-12)


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
