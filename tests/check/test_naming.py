"""A finding says what a patient teacher would: the kind by its evidence, the smallest piece, the author's own fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from whygrad.checking.checker import check_source
from whygrad.checking.report import CheckReport, Finding

SYNAPSES = """\
import numpy as np

def nonlin(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1], [0, 0, 0.5]])
y = np.array([[0], [1], [1], [0], [1]])
np.random.seed(1)
syn0 = 2 * np.random.random((3, 4)) - 1
syn1 = 2 * np.random.random((4, 1)) - 1
for j in range(60000):
    k0 = X
    k1 = nonlin(np.dot(k0, syn0))
    k2 = nonlin(np.dot(k1, syn1))
    k2_error = y - k2
    k2_delta = k2_error * nonlin(k2, deriv=True)
    k1_error = k2_delta.dot(syn1.T)
    k1_delta = k1_error * nonlin(k1, deriv=True)
    syn1 += k1.T.dot(k2_delta)
    syn0 += k0.T.dot(k1_delta)
"""

LAYERS = """\
import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(12, 3))
Y = rng.normal(size=(12, 2))
m = len(X)
W1, b1 = rng.normal(size=(3, 5)), np.zeros((1, 5))
W2, b2 = rng.normal(size=(5, 2)), np.zeros((1, 2))
for step in range(300):
    z1 = X @ W1 + b1
    h = np.tanh(z1)
    out = h @ W2 + b2
    loss = np.sum((out - Y) ** 2) / (2 * m)
    d_out = (out - Y) / m
    dW2 = h.T @ d_out
    db2 = np.sum(d_out, axis=0, keepdims=True)
    dh = d_out @ W2.T
    dz1 = dh * (1 - h ** 2)
    dW1 = X.T @ dz1
    db1 = np.sum(dz1, axis=0, keepdims=True)
    W1 -= 0.1 * dW1
    b1 -= 0.1 * db1
    W2 -= 0.1 * dW2
    b2 -= 0.1 * db2
"""


def checked(folder: Path, program: str, old: str, new: str) -> CheckReport:
    assert program.count(old) == 1, old
    source = program.replace(old, new)
    file = folder / "net.py"
    file.write_text(source)
    return check_source(source, str(file))


def found(folder: Path, program: str, old: str, new: str) -> Finding:
    report = checked(folder, program, old, new)
    assert report.verdict == "wrong", report
    return report.findings[0]


def test_an_exchanged_name_is_a_missing_slope_where_the_values_say_so(tmp_path: Path) -> None:
    finding = found(tmp_path, SYNAPSES, "k2_delta.dot(syn1.T)", "k2_error.dot(syn1.T)")
    assert (finding.line, finding.kind) == (19, "missing-slope")
    assert finding.message == "the error is sent back instead of the gradient; k2's slope is missing"
    row = "    k1_error = k2_error.dot(syn1.T)"
    assert row[finding.column - 1 : finding.end_column - 1] == "k2_error"
    assert "is −∂L/∂k2" in finding.label
    assert "kept in k2_delta (line 18)" in finding.label
    assert "k2 = nonlin(np.dot(k1, syn1)) (line 16)" in finding.why
    assert finding.fix is not None
    assert [edit.new.strip() for edit in finding.fix.edits] == ["k1_error = k2_delta.dot(syn1.T)"]
    assert "both gradients agree" in finding.checked


@pytest.mark.parametrize(
    ("old", "new", "kind", "said"),
    [
        ("(1 - h ** 2)", "(1 - z1 ** 2)", "slope-at-wrong-point", "the slope is taken at z1; it belongs at h"),
        ("(1 - h ** 2)", "h * (1 - h)", "wrong-slope", "slope"),
        ("db1 = np.sum(dz1, axis=0, keepdims=True)", "db1 = np.sum(dz1, keepdims=True)", "sum-axis", "axis 0"),
        ("dW1 = X.T @ dz1", "dW1 = X.T @ dz1 / m", "scale", "dW1 is 1/m times what it should be"),
        ("dW1 = X.T @ dz1", "dW1 = -X.T @ dz1", "sign", "dW1 has the wrong sign"),
        ("dW2 = h.T @ d_out", "dW2 = z1.T @ d_out", "wrong-operand", "z1 stands where h belongs"),
    ],
)
def test_each_kind_is_told_by_its_evidence(tmp_path: Path, old: str, new: str, kind: str, said: str) -> None:
    finding = found(tmp_path, LAYERS, old, new)
    assert finding.kind == kind, finding
    assert said in finding.message, finding
    assert finding.why


def test_an_update_that_comes_too_early_is_moved_as_a_whole(tmp_path: Path) -> None:
    line = "    W2 -= 0.1 * dW2\n"
    source = LAYERS.replace(line, "").replace("    dh = d_out", line + "    dh = d_out")
    finding = found(tmp_path, source, "    dh = d_out", "    dh = d_out")
    assert (finding.line, finding.kind) == (17, "updated-weights")
    assert finding.message == "W2 is updated before line 18, which needs its old value"
    assert finding.fix is not None
    out, put = finding.fix.edits
    assert (out.line, out.new, put.old) == (17, "", "")
    assert out.old == put.new


def test_the_fix_is_in_the_authors_own_words(tmp_path: Path) -> None:
    finding = found(tmp_path, SYNAPSES, "k1_error * nonlin(k1, deriv=True)", "k1_error")
    assert finding.kind == "missing-slope"
    assert finding.fix is not None
    assert "nonlin(k1, deriv=True)" in finding.fix.edits[0].new


def test_a_right_program_is_told_which_factor_its_gradients_share(tmp_path: Path) -> None:
    report = checked(tmp_path, LAYERS, "d_out = (out - Y) / m", "d_out = out - Y")
    assert report.verdict == "right", report
    assert any("12, m times" in note.text for note in report.notes), report.notes


def test_a_penalty_is_told_by_the_parameter_in_the_difference(tmp_path: Path) -> None:
    punished = LAYERS.replace("/ (2 * m)", "/ (2 * m) + 0.05 * np.sum(W1 ** 2)")
    finding = found(tmp_path, punished, "dW1 = X.T @ dz1", "dW1 = X.T @ dz1 + 0.05 * W1")
    assert (finding.line, finding.kind) == (19, "regularisation"), finding
    assert finding.fix is not None or finding.derived == ("dW1 = 0.1 * W1 + X.T @ dz1",)


def test_a_penalty_for_what_the_loss_does_not_punish_is_too_much(tmp_path: Path) -> None:
    punished = LAYERS.replace("/ (2 * m)", "/ (2 * m) + 0.05 * np.sum(W1 ** 2)").replace("@ dz1", "@ dz1 + 0.1 * W1")
    assert checked(tmp_path, punished, "loss =", "loss =").verdict == "right"
    finding = found(tmp_path, punished, "dW2 = h.T @ d_out", "dW2 = h.T @ d_out + 0.1 * W2")
    assert (finding.line, finding.kind) == (15, "regularisation"), finding
    assert "0.1 · W2" in finding.label or "1/10 · W2" in finding.label
