"""The loss that is given, as an expression or by its line, is the one that the gradients are held against."""

import json
from pathlib import Path

import pytest

from whygrad.checking.checker import check_source
from whygrad.checking.report import CheckReport

PROGRAMS = Path(__file__).parent / "programs"

NET = """\
import numpy as np

rng = np.random.default_rng(5)
X, Y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))


class Net:
    def __init__(self):
        self.W1, self.W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))

    def forward(self, x):
        out = np.tanh(x @ self.W1)
        self.h = out
        self.out = self.h @ self.W2
        return self.out

    def backward(self, x, y, rate):
        delta = (self.out - y) / len(x)
        dh = delta @ self.W2.T
        dW2 = self.h.T @ delta
        dW1 = x.T @ (dh * (1 - self.h ** 2))
        self.W1 -= rate * dW1
        self.W2 -= rate * dW2


net = Net()
for epoch in range(500):
    p = net.forward(X)
    error = np.mean((p - Y) ** 2)
    net.backward(X, Y, 0.1)
"""


def checked(tmp_path: Path, source: str, loss: str | None = None, line: int | None = None) -> CheckReport:
    file = tmp_path / "net.py"
    file.write_text(source, encoding="utf-8")
    return check_source(source, str(file), (), loss, line)


@pytest.mark.parametrize(
    "expression",
    [
        "0.5 * np.sum((self.out - y) ** 2) / len(x)",
        "0.5 * np.sum((p - Y) ** 2) / 6",
        "sum(0.5 * np.sum((a - b) ** 2) / 6 for a, b in zip(p, Y))",
        "0.5 * np.sum((net.forward(X) - Y) ** 2, keepdims=True) / 6",
    ],
)
def test_an_expression_over_names_where_the_gradients_are_made(tmp_path: Path, expression: str) -> None:
    report = checked(tmp_path, NET, expression)
    assert report.verdict == "right", report
    assert report.loss is not None and (report.loss.formula, report.loss.source) == (expression, "given")
    assert all(p.scale == pytest.approx(1) for p in report.parameters)


def test_the_line_that_computes_it(tmp_path: Path) -> None:
    report = checked(tmp_path, NET, line=29)
    assert report.verdict == "right", report
    assert report.loss is not None
    assert (report.loss.formula, report.loss.source, report.loss.line) == ("error = np.mean((p - Y) ** 2)", "given", 29)


@pytest.mark.parametrize("given", ["0.5 * np.sum((self.out - y) ** 2) / len(x)", 29])
def test_a_mistake_is_found_under_the_loss_that_is_given(tmp_path: Path, given: str | int) -> None:
    wrong = NET.replace("x.T @ (dh * (1 - self.h ** 2))", "x.T @ dh")
    loss, line = (given, None) if isinstance(given, str) else (None, given)
    report = checked(tmp_path, wrong, loss, line)
    (finding,) = report.findings
    assert finding.line in (19, 21) and finding.kind == "missing-slope" and finding.verified, report


def test_another_loss_than_the_programs_is_not_what_it_descends(tmp_path: Path) -> None:
    report = checked(tmp_path, NET, "np.sum(np.abs(self.out - y) ** 3)")
    assert report.verdict == "wrong"


def test_the_forward_pass_is_over_before_values_are_changed(tmp_path: Path) -> None:
    changing = NET.replace("(self.out - y) / len(x)", "self.out").replace(
        "        delta = ", "        self.out -= y\n        self.out /= len(x)\n        delta = "
    )
    report = checked(tmp_path, changing, "0.5 * np.sum((self.out - y) ** 2) / len(x)")
    assert report.verdict == "right", report


def test_a_line_that_runs_for_each_example_is_summed(tmp_path: Path) -> None:
    source = """\
import numpy as np

rng = np.random.default_rng(5)
X, Y = rng.normal(size=(6, 3)), rng.normal(size=6)
w = rng.normal(size=3)
for epoch in range(100):
    dw = np.zeros(3)
    for x, y in zip(X, Y):
        out = np.dot(w, x)
        loss = (out - y) ** 2
        dw += 2 * (out - y) * x
    w -= 0.01 * dw
"""
    report = checked(tmp_path, source, line=10)
    assert report.verdict == "right", report


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("np.sum((self.out - y", "--loss is not an expression of Python"),
        ("np.sum(self.outt)", "reads self.outt, which has no value before the first update"),
        ("self.out - y", "has shape 6×2: a loss is one number"),
        ("np.sum(y)", "does not depend on what is updated"),
        ("np.sum(self.out @ y)", "cannot be computed: ValueError"),
        (3, "line 3 computes no single number that depends on what is updated"),
        (99, "line 99 computes no single number"),
    ],
)
def test_what_is_no_loss_is_refused_with_its_reason(tmp_path: Path, given: str | int, reason: str) -> None:
    report = checked(
        tmp_path, NET, given if isinstance(given, str) else None, given if isinstance(given, int) else None
    )
    assert report.verdict == "unchecked"
    assert reason in report.reason


@pytest.mark.parametrize("name", ["gmm_gradient_ascent", "mixture_of_gaussians_2d"])
def test_programs_with_a_loss_of_their_own(name: str) -> None:
    label = json.loads((PROGRAMS / "b" / "labels.json").read_text(encoding="utf-8"))[name]
    file = PROGRAMS / "b" / f"{name}.py"
    report = check_source(file.read_text(encoding="utf-8"), str(file), (), label["loss"])
    assert report.verdict == label["verdict"], report
