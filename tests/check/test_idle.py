"""What a line of the backward pass computes for nobody is said, also where all gradients are right."""

from pathlib import Path

from whygrad.checking.checker import check_source
from whygrad.checking.report import CheckReport

NET = """\
import numpy as np

rng = np.random.default_rng(3)
X, Y = rng.normal(size=(6, 4)), rng.normal(size=(6, 2))
W1, W2 = rng.normal(size=(4, 5)), rng.normal(size=(5, 2))


def backward(h, out):
    delta = out - Y
    dW2 = h.T @ delta
    dh = delta @ W2.T
    dz = dh * (1 - h ** 2)
    dW1 = X.T @ dz
    return dW1, dW2


for epoch in range(100):
    h = np.tanh(X @ W1)
    out = h @ W2
    dW1, dW2 = backward(h, out)
    W1 -= 0.01 * dW1
    W2 -= 0.01 * dW2
"""


def checked(tmp_path: Path, source: str) -> CheckReport:
    file = tmp_path / "net.py"
    file.write_text(source, encoding="utf-8")
    return check_source(source, str(file))


def said(report: CheckReport) -> list[tuple[int | None, str]]:
    return [(n.line, n.text) for n in report.notes if "nowhere" in n.text or "thrown away" in n.text]


def test_where_nothing_is_idle_nothing_is_said(tmp_path: Path) -> None:
    report = checked(tmp_path, NET)
    assert report.verdict == "right" and said(report) == [], report


def test_a_result_that_is_thrown_away(tmp_path: Path) -> None:
    report = checked(tmp_path, NET.replace("    return dW1", "    np.clip(dW1, -1, 1)\n    return dW1"))
    assert report.verdict == "right"
    assert said(report) == [(14, "np.clip(dW1, -1, 1) changes nothing: its result is thrown away")]


def test_what_writes_into_its_argument_is_not_idle(tmp_path: Path) -> None:
    for line in ("np.clip(dW1, -9, 9, out=dW1)", "print(dW1 * 2)", "log.append(dW1 * 2)", "np.add.at(dW1, 0, 0.0)"):
        source = NET.replace("    return dW1", f"    {line}\n    return dW1").replace("\n\nfor", "\n\nlog = []\nfor")
        assert said(checked(tmp_path, source)) == [], line


def test_a_gradient_that_is_read_nowhere(tmp_path: Path) -> None:
    report = checked(tmp_path, NET.replace("    return dW1", "    dX = dz @ W1.T\n    return dW1"))
    assert report.verdict == "right"
    assert said(report) == [(14, "dX is computed here and read nowhere")]


def test_also_beside_a_mistake(tmp_path: Path) -> None:
    wrong = NET.replace("dh * (1 - h ** 2)", "dh").replace("    return dW1", "    dW2 * 2\n    return dW1")
    report = checked(tmp_path, wrong)
    assert report.findings and report.findings[0].kind == "missing-slope"
    assert said(report) == [(14, "dW2 * 2 changes nothing: its result is thrown away")]
