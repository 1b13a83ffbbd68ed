"""A program that stops in its backward pass is answered with the line, the shapes, and what fits; one that stops
elsewhere is not."""

from pathlib import Path

import pytest

from whygrad.checking.checker import check_source
from whygrad.checking.report import CheckReport

NET = """\
import numpy as np

rng = np.random.default_rng(3)
X, Y = rng.normal(size=(6, 4)), rng.normal(size=(6, 2))


class Net:
    def __init__(self):
        self.W1, self.b1 = rng.normal(size=(4, 5)), np.zeros(5)
        self.W2 = rng.normal(size=(5, 2))
        self.cache = {}

    def forward(self, x):
        self.cache["z1"] = x @ self.W1 + self.b1
        self.h = np.tanh(self.cache["z1"])
        return self.h @ self.W2

    def backward(self, x, dout):
        self.dW2 = self.h.T @ dout
        dh = dout @ self.W2.T
        dz1 = dh * (1 - self.h ** 2)
        self.dW1 = x.T @ dz1
        self.db1 = np.sum(dz1, axis=0)

    def step(self, rate):
        self.W1 -= rate * self.dW1
        self.b1 -= rate * self.db1
        self.W2 -= rate * self.dW2


net = Net()
for epoch in range(500):
    out = net.forward(X)
    loss = 0.5 * np.sum((out - Y) ** 2)
    net.backward(X, out - Y)
    net.step(0.1)
print(loss)
"""


def checked(tmp_path: Path, source: str) -> CheckReport:
    file = tmp_path / "net.py"
    file.write_text(source, encoding="utf-8")
    return check_source(source, str(file))


def test_the_net_is_right(tmp_path: Path) -> None:
    assert checked(tmp_path, NET).verdict == "right"


@pytest.mark.parametrize(
    ("right", "wrong", "kinds"),
    [
        ("dh = dout @ self.W2.T", "dh = dout @ self.W2", "shape-error"),
        ("self.dW2 = self.h.T @ dout", "self.dW2 = self.h @ dout", "shape-error"),
        ("self.dW2 = self.h.T @ dout", "self.dW2 = dout.T @ self.h", "transpose"),
        ("dz1 = dh * (1 - self.h ** 2)", "dz1 = dh @ (1 - self.h ** 2)", "shape-error"),
        ("self.db1 = np.sum(dz1, axis=0)", "self.db1 = np.sum(dz1, axis=1)", "sum-axis"),
        ("self.db1 = np.sum(dz1, axis=0)", "self.db1 = np.sum(dz1, axis=2)", "shape-error"),
        ("self.db1 = np.sum(dz1, axis=0)", "self.db1 = dz1", "sum-axis"),
        ("dz1 = dh * (1 - self.h ** 2)", "dz1 = dh * (1 - h ** 2)", "slope-at-wrong-point"),
        ("dz1 = dh * (1 - self.h ** 2)", "dz1 = dh * (1 - self.a ** 2)", "slope-at-wrong-point"),
        ("dz1 = dh * (1 - self.h ** 2)", "dz1 = dh * (1 - np.tanh(self.cache['z']) ** 2)", "slope-at-wrong-point"),
    ],
)
def test_the_line_that_stops_it_and_what_fits(tmp_path: Path, right: str, wrong: str, kinds: str) -> None:
    report = checked(tmp_path, NET.replace(right, wrong))
    line = NET[: NET.index(right)].count("\n") + 1
    assert [(f.line, f.verified) for f in report.findings] == [(line, True)], report
    assert report.findings[0].kind in kinds.split(" or "), report
    assert report.findings[0].fix is not None


def test_the_shapes_are_told_by_name(tmp_path: Path) -> None:
    (finding,) = checked(tmp_path, NET.replace("self.W2.T", "self.W2")).findings
    assert finding.message == "the program stops here, where dout is 6×2, self.W2 is 5×2"
    assert finding.why.startswith("the shapes (6, 2) and (5, 2) do not fit")
    assert finding.why.endswith("the gradient of self.h (line 15) has its shape, 6×5")


def test_what_is_wrong_further_down_is_found_too(tmp_path: Path) -> None:
    two = NET.replace("dout @ self.W2.T", "dout @ self.W2").replace("(1 - self.h ** 2)", "(1 - self.cache['z1'] ** 2)")
    assert [(f.line, f.verified) for f in checked(tmp_path, two).findings] == [(20, True), (21, True)]


def test_two_lines_that_stop_it_are_two_findings(tmp_path: Path) -> None:
    two = NET.replace("dout @ self.W2.T", "dout @ self.W2").replace("x.T @ dz1", "x @ dz1")
    assert [(f.line, f.verified) for f in checked(tmp_path, two).findings] == [(20, True), (22, True)]


def test_a_forward_pass_that_stops_cannot_be_checked(tmp_path: Path) -> None:
    report = checked(tmp_path, NET.replace("return self.h @ self.W2", "return self.h @ self.W2.T"))
    assert (report.verdict, report.line) == ("unchecked", 16), report
    assert "do not fit" in report.reason
    report = checked(tmp_path, NET.replace("(out - Y)", "(out - Y.T)"))
    assert (report.verdict, report.line) == ("unchecked", 34), report


def test_what_ran_before_a_stop_is_checked(tmp_path: Path) -> None:
    report = checked(tmp_path, NET + "print(net.accuracy)\n")
    assert report.verdict == "right"
    assert ["line 38" if n.line == 38 else n.text for n in report.notes] == ["line 38"]
    report = checked(tmp_path, NET.replace("dh * (1 - self.h ** 2)", "dh") + "print(net.accuracy)\n")
    assert [(f.line, f.kind) for f in report.findings] == [(21, "missing-slope")]


def test_a_stop_between_two_updates_is_no_right_program(tmp_path: Path) -> None:
    early = NET.replace(
        "        self.W1 -= rate * self.dW1\n", "        self.W2 -= rate * self.dW2\n        raise ValueError('no')\n"
    )
    assert checked(tmp_path, early).verdict == "unchecked"
