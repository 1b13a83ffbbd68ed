"""whygrad.check on functions, layers and pairs: what is right stays right, what is wrong is named with its line."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from whygrad.checking.report import CheckReport
from whygrad.errors import ArgumentError
from whygrad.testing import assert_backward

RNG = np.random.default_rng(7)
X, T = RNG.normal(size=(6, 3)), RNG.normal(size=(6, 2))
PARAMS = {"W1": RNG.normal(size=(3, 4)), "b1": RNG.normal(size=4), "W2": RNG.normal(size=(4, 2))}


def row_of(report: CheckReport) -> str:
    """The author's line of the first finding, as the report quotes it."""
    return str(report).split("\n")[1].partition(" | ")[2].strip()


# A function that returns its loss and gradients


def net(params: Any, X: Any, T: Any, kept: float = 1.0) -> Any:
    h = np.tanh(X @ params["W1"] + params["b1"])
    error = h @ params["W2"] - T
    loss = 0.5 * np.sum(error**2)
    dz = (error @ params["W2"].T) * (1 - h**2)
    return loss, {"W1": X.T @ dz, "b1": dz.sum(axis=0) * kept, "W2": h.T @ error}


def test_gradients_in_a_dictionary_belong_to_the_parameters_of_their_names() -> None:
    report = wg.check(net, PARAMS, X, T)
    assert report.verdict == "right", report
    assert {p.name for p in report.parameters} == {"params['W1']", "params['b1']", "params['W2']"}
    assert max(p.relative_error or 0 for p in report.parameters) < 1e-14


def test_a_wrong_one_is_named_with_its_line_and_the_derived_lines() -> None:
    report = wg.check(net, PARAMS, X, T, 0.25)
    assert report.verdict == "wrong"
    assert [(f.kind, f.message) for f in report.findings] == [
        ("scale", "the gradient of params['b1'] is 0.25 times what it should be")
    ]
    assert row_of(report).startswith('return loss, {"W1": X.T @ dz')
    assert report.findings[0].derived[-1].startswith("dparams_b1 = dz.sum(axis=0)")
    assert {p.name: p.scale for p in report.parameters}["params['b1']"] == pytest.approx(0.25)


@pytest.mark.parametrize("form", ["apart", "tuple", "list", "one"])
def test_gradients_come_in_any_container(form: str) -> None:
    def two(w: Any, b: Any, x: Any) -> Any:
        error = x @ w + b
        dw, db = 2 * x.T @ error, 2 * error.sum()
        if form == "one":
            return np.sum(error**2), dw
        return {
            "apart": (np.sum(error**2), dw, db),
            "tuple": (np.sum(error**2), (dw, db)),
            "list": (np.sum(error**2), [dw, db]),
        }[form]

    report = wg.check(two, np.array([1.0, 2.0, 3.0]), 0.5, X)
    assert report.verdict == "right", report
    assert [p.name for p in report.parameters] == (["w"] if form == "one" else ["w", "b"])


def test_names_tell_what_order_does_not() -> None:
    def squares(u: Any, v: Any) -> Any:
        dv = 2 * v
        du = 4 * u
        return np.sum(v**2) + np.sum(2 * u**2), dv, du

    assert wg.check(squares, np.array([1.0, 2.0]), np.array([3.0, 5.0])).verdict == "right"


def test_a_common_factor_is_one_mistake() -> None:
    def mean(w: Any, b: Any) -> Any:
        error = X @ w + b
        g = 2 * error
        return np.mean(error**2), X.T @ g, g.sum()

    report = wg.check(mean, np.ones(3), 0.5)
    (finding,) = report.findings
    assert (finding.kind, finding.verified) == ("scale", True)
    assert row_of(report) == "g = 2 * error"


@pytest.mark.parametrize(
    ("returned", "kind"),
    [
        (lambda w, e: -X.T @ e, "sign"),
        (lambda w, e: (X.T @ e) / 6, "scale"),
        (lambda w, e: (X.T @ e).T, "transpose"),
        (lambda w, e: X.T @ (e * e), "unknown"),
        (lambda w, e: e, "shape-error"),
        (lambda w, e: X.T @ e * np.nan, "unknown"),
    ],
)
def test_how_it_differs_is_said(returned: Any, kind: str) -> None:
    def half(w: Any) -> Any:
        error = X @ w - T
        return 0.5 * np.sum(error**2), returned(w, error)

    (finding,) = wg.check(half, PARAMS["W1"][:, :2]).findings
    assert finding.kind == kind


def test_the_loss_can_be_a_function_of_its_own() -> None:
    def loss(w: Any) -> Any:
        return 0.5 * np.sum((X @ w) ** 2)

    def gradient(w: Any) -> Any:
        return X.T @ (X @ w)

    assert wg.check(gradient, np.ones(3), loss=loss)
    assert not wg.check(lambda w: X.T @ (X @ w) / 6, np.ones(3), loss=loss)


def test_random_draws_inside_are_the_same_for_loss_and_gradient() -> None:
    def dropped(w: Any) -> Any:
        mask = np.random.rand(3) < 0.5
        return np.sum((w * mask) ** 2), 2 * w * mask

    state = np.random.get_state()[1].tolist()  # type: ignore[union-attr]
    assert wg.check(dropped, np.array([1.0, 2.0, 3.0])).verdict == "right"
    assert np.random.get_state()[1].tolist() == state  # type: ignore[union-attr]


def test_arguments_stay_as_they_are() -> None:
    def updating(w: Any) -> Any:
        gradient = 2 * w
        loss = np.sum(w**2)
        w -= 0.1 * gradient
        return loss, gradient

    w = np.array([1.0, 2.0])
    assert wg.check(updating, w).verdict == "right"
    assert w.tolist() == [1.0, 2.0]


def test_what_cannot_be_checked_says_why_and_what_to_do() -> None:
    report = wg.check(lambda w: w * 2, np.ones(3))
    assert report.verdict == "unchecked"
    assert "returns no loss and gradients" in report.reason
    assert "loss=" in report.instead
    assert wg.check(lambda w: (np.sum(w), "none"), np.ones(3)).reason.startswith("no gradient is returned")


# Layers


class Dense:
    def __init__(self, inputs: int = 3, outputs: int = 4, wrong: bool = False) -> None:
        rng = np.random.default_rng(1)
        self.W, self.b, self.wrong = rng.normal(size=(inputs, outputs)), np.zeros(outputs), wrong

    def forward(self, x: Any) -> Any:
        self.x = x
        return x @ self.W + self.b

    def backward(self, g: Any) -> Any:
        self.dW = self.x.T @ g
        self.db = g.mean(axis=0) if self.wrong else g.sum(axis=0)
        return g @ self.W.T


def test_a_layer_is_checked_in_its_input_and_all_its_parameters() -> None:
    for layer in (Dense(), Dense):
        report = wg.check(layer, X)
        assert report.verdict == "right", report
        assert sorted(p.name for p in report.parameters) == ["W", "b", "x"]


def test_a_layers_wrong_line_is_named_and_the_layer_left_alone() -> None:
    layer = Dense(wrong=True)
    report = wg.check(layer, X)
    assert row_of(report) == "self.db = g.mean(axis=0) if self.wrong else g.sum(axis=0)"
    assert [(f.kind, f.verified) for f in report.findings] == [("scale", True)]
    assert not hasattr(layer, "x")


class Scale:
    def __init__(self) -> None:
        self.params, self.grads = {"gain": np.array([1.0, 2.0, 0.5])}, {}

    def forward(self, x: Any) -> Any:
        self.cache = x
        return x * self.params["gain"]

    def backward(self, g: Any) -> Any:
        self.grads["gain"] = np.sum(g * self.cache, axis=0)
        return g * self.params["gain"]


def test_gradients_in_a_layers_dictionary_are_found() -> None:
    report = wg.check(Scale, X)
    assert report.verdict == "right", report
    assert len(report.parameters) == 2


class Squares:
    def forward(self, out: Any, target: Any) -> Any:
        self.error = out - target
        return np.mean(self.error**2)

    def backward(self) -> Any:
        return 2 * self.error / self.error.size


def test_a_loss_layer_needs_no_upstream_gradient() -> None:
    report = wg.check(Squares, T, T[::-1].copy())
    assert report.verdict == "right", report
    assert [p.name for p in report.parameters] == ["out"]


class Product:
    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        _, b = ctx.saved_tensors
        return g * b, g * b


def test_functions_with_a_context_are_checked() -> None:
    (finding,) = wg.check(Product, X, X + 1).findings
    assert finding.kind in ("wrong-operand", "wrong-slope") and finding.verified


def test_a_class_that_needs_arguments_says_so() -> None:
    class Sized:
        def __init__(self, n: int) -> None: ...
        def forward(self, x: Any) -> Any: ...
        def backward(self, g: Any) -> Any: ...

    with pytest.raises(ArgumentError, match="Sized cannot be made without arguments"):
        wg.check(Sized, X)


# Pairs


def test_a_function_and_its_gradient() -> None:
    assert wg.check((lambda w: np.sum(w**3), lambda w: 3 * w**2), np.array([1.0, 2.0]))
    assert not wg.check((lambda w: np.sum(w**3), lambda w: 3 * w), np.array([1.0, 2.0]))


def test_a_slope_in_terms_of_the_output_is_right_and_said_to_be_one() -> None:
    """The first of the two questions that are no bugs."""

    def sigmoid(z: Any) -> Any:
        return 1 / (1 + np.exp(-z))

    report = wg.check((sigmoid, lambda k: k * (1 - k)), X)
    assert report.verdict == "right"
    assert "in terms of the output" in report.notes[0].text
    assert wg.check((sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))), X).notes == ()
    assert not wg.check((sigmoid, lambda z: 1 - z**2), X)


def test_forward_functions_with_a_cache() -> None:
    def forward(x: Any, w: Any, b: Any) -> Any:
        return x @ w + b, (x, w)

    def backward(g: Any, cache: Any) -> Any:
        x, w = cache
        return g @ w.T, x.T @ g, g.sum(axis=1)

    (finding,) = wg.check((forward, backward), X, PARAMS["W1"], PARAMS["b1"]).findings
    assert finding.kind == "shape-error"
    assert finding.label == "has shape (6,); b has (4,), and so has its gradient"


def test_what_is_nothing_to_check_is_refused() -> None:
    with pytest.raises(ArgumentError, match="a float was given"):
        wg.check(3.0)
    with pytest.raises(ArgumentError, match="loss= is 3"):
        wg.check(net, loss=3)  # type: ignore[arg-type]


# In tests


def test_assert_backward_fails_with_the_reports_text() -> None:
    assert_backward(Dense, X)
    with pytest.raises(AssertionError) as caught:
        assert_backward(Dense(wrong=True), X)
    assert str(caught.value) == str(wg.check(Dense(wrong=True), X)).rstrip()


# The line inside


MODULE = """\
import numpy as np


def net(W1, W2, X, T):
    h = np.tanh(X @ W1)
    error = h @ W2 - T
    loss = 0.5 * np.sum(error**2)
    dz = error @ W2.T
    return loss, X.T @ dz, h.T @ error


def forward(x, w, b):
    return x @ w + b, (x, w)


def backward(g, cache):
    x, w = cache
    dx = g @ w.T
    db = g.mean(axis=0)
    return dx, x.T @ g, db


print(1 / 0)
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A module whose last line would stop it: only what it defines is run again."""
    file = tmp_path / "written.py"
    file.write_text(MODULE, encoding="utf-8")
    made: dict[str, Any] = {"__name__": "written"}
    exec(compile(MODULE.replace("print(1 / 0)", ""), str(file), "exec"), made)
    return made


def test_a_wrong_line_inside_a_function_is_found_with_its_fix(module: Any) -> None:
    (finding,) = wg.check(module["net"], PARAMS["W1"], PARAMS["W2"], X, T).findings
    assert finding.line in (8, 9)  # dz = … is ∂L/∂h, rightly; it is used as ∂L/∂z
    assert (finding.kind, finding.verified) == ("missing-slope", True)
    assert finding.fix is not None
    assert "_loss" not in finding.checked and "_args" not in finding.checked


def test_a_wrong_line_inside_a_backward_function_is_found_with_its_fix(module: Any) -> None:
    pair = module["forward"], module["backward"]
    (finding,) = wg.check(pair, X, PARAMS["W1"], PARAMS["b1"]).findings
    assert (finding.line, finding.verified) == (19, True)
    assert finding.kind in ("scale", "sum-axis")
