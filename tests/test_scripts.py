"""What a script's loss is taken to be, on scripts as people write them."""

from pathlib import Path

import pytest

from whygrad.errors import NoLossError
from whygrad.explaining.script import derive_script
from whygrad.proving.derivative import verify_derivative

DATA = """
import numpy as np
rng = np.random.RandomState(0)
X, t, w, v, lr = rng.randn(6, 3), rng.randn(6), rng.randn(3), 0, 0.01
"""
HEAD = DATA + "for it in range(1000):\n"
ACCUMULATED = """
    g, total = 0, 0
    for i in range(6):
        e = X[i] @ w - t[i]
        total += e**2
        g += 2 * e * X[i]
    v = 0.9 * v - lr * g
    w = w + v
"""
UNSPOKEN = """
    e = t - X @ w
    w += lr * X.T @ e
    print(np.abs(e).mean())
"""
NAMED = """
    p = 1 / (1 + np.exp(-(X @ w)))
    loss = -np.mean((t > 0) * np.log(p) + (t <= 0) * np.log(1 - p))
    w -= lr * X.T @ (p - (t > 0)) / 6
"""
LOGISTIC = """
    p = 1 / (1 + np.exp(-(X @ w)))
    e = (t > 0) * 1.0 - p
    w += lr * X.T @ e
"""
FROM_ZERO = "    pass\nw = np.zeros(3)\nfor it in range(1000):\n" + LOGISTIC
SQUARES_FROM_ZERO = FROM_ZERO.replace("X.T @ e", "X.T @ (e * p * (1 - p))")
WRONG = """
    e = t - X @ w
    w += lr * X.T @ (e * np.sign(e) + 0.3)
    print(np.abs(e).mean())
"""


@pytest.mark.parametrize(
    ("body", "loss", "factor"),
    [
        (ACCUMULATED, "total += e**2", "-0.01"),
        (UNSPOKEN, "½ Σ (t - X @ w)²", "-0.01"),
        (NAMED, "-np.mean(", "-0.01"),
        (LOGISTIC, "the cross-entropy of a sigmoid", "-0.01"),
        (FROM_ZERO, "the cross-entropy of a sigmoid", "-0.01"),
        (SQUARES_FROM_ZERO, "½ Σ ((t > 0) * 1.0 - p)²", "-0.01"),
    ],
    ids=["accumulated", "unspoken", "named", "logistic", "logistic from zero", "squares from zero"],
)
def test_the_loss_is_the_one_that_the_updates_fit(body: str, loss: str, factor: str, tmp_path: Path) -> None:
    file = tmp_path / "script.py"
    file.write_text(HEAD + body, encoding="utf-8")
    d = derive_script(str(file), True, verify_derivative)
    assert d.wrt_names == ("w",)
    assert d.notes[0].startswith(f"L is taken to be {loss}")
    assert (
        d.notes[1] == f"the script's own first update is {factor} times this gradient: its backward pass fits this loss"
    )


def test_updates_that_fit_no_known_loss_are_said_to(tmp_path: Path) -> None:
    file = tmp_path / "script.py"
    file.write_text(HEAD + WRONG, encoding="utf-8")
    d = derive_script(str(file), True, verify_derivative)
    assert "no multiple of this gradient" in d.notes[1]


def test_a_script_that_trains_nothing_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "script.py"
    file.write_text("import numpy as np\nprint(np.ones(3).sum())\n", encoding="utf-8")
    with pytest.raises(NoLossError, match="nothing is trained"):
        derive_script(str(file), True, verify_derivative)
