"""The wrong line of a function, a layer or a pair is found wherever it is defined, with a fix that was run."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from whygrad.checking.report import CheckReport

RNG = np.random.default_rng(11)
X, T = RNG.normal(size=(6, 3)), RNG.normal(size=(6, 2))
W1, b1, W2 = RNG.normal(size=(3, 4)), RNG.normal(size=4), RNG.normal(size=(4, 2))


def quoted(report: CheckReport) -> list[tuple[str, bool]]:
    """The first row of each finding's fix, and whether it was verified."""
    return [(f.fix.edits[0].new.strip() if f.fix else "", f.verified) for f in report.findings]


def slope_of_tanh(y: Any) -> Any:
    return 1 - y


SLOPE = slope_of_tanh.__code__.co_firstlineno + 1


def net(W1: Any, b1: Any, W2: Any) -> Any:
    h = np.tanh(X @ W1 + b1)
    error = h @ W2 - T
    dz = (error @ W2.T) * slope_of_tanh(h)
    return 0.5 * np.sum(error**2), X.T @ dz, dz.sum(axis=0), h.T @ error


def test_a_helper_that_is_called_is_searched_too() -> None:
    report = wg.check(net, W1, b1, W2)
    assert report.findings and all(f.verified for f in report.findings), report
    assert report.findings[0].line in (SLOPE, SLOPE + 9)


def test_a_function_in_a_function_sees_what_is_around_it() -> None:
    scale = 3.0

    def regression(w: Any) -> Any:
        error = X @ w - scale
        dw = X.T @ (error - scale)
        return 0.5 * np.sum(error**2), dw

    (finding,) = wg.check(regression, np.ones(3)).findings
    assert finding.verified and finding.fix is not None
    assert finding.fix.edits[0].new.strip() in ("dw = X.T @ error", "dw = X.T @ (error)")


@pytest.mark.parametrize("factor", [2.0, -1.0, 1 / 6])
def test_gradients_that_are_returned_are_no_multiples(factor: float) -> None:
    """What is forgiven in a program, where the rate makes up for it, is a mistake here."""

    def regression(w: Any) -> Any:
        error = X @ w
        return 0.5 * np.sum(error**2), factor * (X.T @ error)

    report = wg.check(regression, np.ones(3))
    assert report.verdict == "wrong"
    assert report.findings[0].kind in ("scale", "sign")


class Layer:
    def __init__(self) -> None:
        self.W, self.b = W1.copy(), b1.copy()

    def forward(self, x: Any) -> Any:
        self.x, self.h = x, np.tanh(x @ self.W + self.b)
        return self.h

    def backward(self, g: Any) -> Any:
        dz = g * (1 - self.x @ self.W)
        self.dW = self.x.T @ dz
        self.db = dz.sum(axis=0)
        return dz @ self.W.T


class Swapped(Layer):
    def backward(self, g: Any) -> Any:
        dz = g * (1 - self.h**2)
        self.dW = self.x.T @ g
        self.db = dz.sum(axis=0)
        return dz @ self.W.T


def test_a_layers_line_is_mended_and_the_layer_left_alone() -> None:
    layer = Swapped()
    before = {name: value.copy() for name, value in vars(layer).items()}
    assert quoted(wg.check(layer, X)) == [("self.dW = self.x.T @ dz", True)]
    assert vars(layer).keys() == before.keys()
    assert all(np.array_equal(before[name], value) for name, value in vars(layer).items())


def test_what_no_edit_mends_keeps_the_derived_lines() -> None:
    report = wg.check(Layer(), X)
    assert report.verdict == "wrong"
    assert report.findings[0].verified or report.findings[0].derived


def forward(x: Any, w: Any) -> Any:
    return x @ w, (x, w)


def backward(g: Any, cache: Any) -> Any:
    x, w = cache
    return g @ w.T, (g.T @ x).T * 2


def test_a_pair_with_a_cache() -> None:
    (finding,) = wg.check((forward, backward), X, W1).findings
    assert (finding.kind, finding.verified) == ("scale", True)


def test_a_lambda_has_no_lines_of_its_own() -> None:
    f: Callable[..., Any] = lambda w: (np.sum(w**2), w)
    report = wg.check(f, np.ones(3))
    assert (report.verdict, report.findings[0].kind, report.findings[0].verified) == ("wrong", "scale", False)
