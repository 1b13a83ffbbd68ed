"""What a program trains, which loss it descends and whether its gradients are right: small programs of each sort."""

from __future__ import annotations

from pathlib import Path

import pytest

from whygrad.checking.running import run_watched
from whygrad.checking.trial import choose, is_right, try_run

HEAD = """
import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(6, 3))
Y = rng.uniform(0.2, 0.8, size=(6, 2))
W1 = rng.normal(size=(3, 4))
W2 = rng.normal(size=(4, 2))
"""

TWO_LAYERS = """
for _ in range(100):
    h = np.tanh(X @ W1)
    out = h @ W2
    loss = 0.5 * np.sum((out - Y) ** 2)
    d = out - Y
    dW2 = h.T @ d
    dW1 = X.T @ (d @ W2.T * (1 - h ** 2))
    W1 -= 0.1 * dW1
    W2 -= 0.1 * dW2
"""

RIGHT = {
    "two layers": TWO_LAYERS,
    "momentum": TWO_LAYERS.replace("W1 -= 0.1 * dW1", "v = 0.9 * v - 0.1 * dW1; W1 += v").replace(
        "for _", "v = np.zeros_like(W1)\nfor _"
    ),
    "clipped norm": TWO_LAYERS.replace(
        "    W1 -=", "    n = np.sqrt((dW1 ** 2).sum() + (dW2 ** 2).sum())\n    dW1 = dW1 / n; dW2 = dW2 / n\n    W1 -="
    ),
    "decay beside the loss": TWO_LAYERS.replace("0.1 * dW1", "0.1 * (dW1 + 0.01 * W1)"),
    "loss after the update": TWO_LAYERS.replace("    loss = 0.5 * np.sum((out - Y) ** 2)\n", "")
    + "    loss = 0.5 * np.sum((np.tanh(X @ W1) @ W2 - Y) ** 2)\n",
    "loss on other data": TWO_LAYERS.replace("    loss = 0.5 * np.sum((out - Y) ** 2)\n", "")
    + "loss = np.sum(np.log(np.cosh(np.tanh(X[:2] @ W1) @ W2 - Y[:2])))\n",
    "errors between bounds": TWO_LAYERS.replace("    loss = 0.5 * np.sum((out - Y) ** 2)\n", "").replace(
        "d = out - Y", "d = np.clip(out - Y, -1, 1)"
    ),
    "ascent": """
w = np.zeros(3)
y = (X[:, 0] > 0).astype(float)
for _ in range(100):
    p = 1 / (1 + np.exp(-X @ w))
    log_likelihood = np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))
    w += 0.1 * X.T @ (y - p)
""",
    "an upstream gradient that is drawn": """
out = np.tanh(X @ W1)
G = rng.normal(size=out.shape)
dW1 = X.T @ (G * (1 - out ** 2))
print(np.abs(dW1).sum())
""",
    "scalars": """
a, b = 0.3, -0.2
for _ in range(100):
    for x, y in zip([0.5, 1.5, -1.0], [1.0, 2.0, 0.0]):
        p = a * x + b
        loss = (p - y) ** 2
        da = 2 * (p - y) * x
        db = 2 * (p - y)
        a -= 0.1 * da
        b -= 0.1 * db
""",
}

WRONG = {
    "a slope is missing": TWO_LAYERS.replace(" * (1 - h ** 2)", ""),
    "updated weights": TWO_LAYERS.replace("    dW1 =", "    W2 -= 0.1 * dW2\n    dW1 =").replace(
        "    W1 -= 0.1 * dW1\n    W2 -= 0.1 * dW2\n", "    W1 -= 0.1 * dW1\n"
    ),
    "a decay too many": TWO_LAYERS.replace("** 2)\n    d =", "** 2) + 0.05 * np.sum(W2 ** 2)\n    d =")
    .replace("dW2 = h.T @ d", "dW2 = h.T @ d + 0.1 * W2")
    .replace("0.1 * dW1", "0.1 * (dW1 + 0.1 * W1)"),
    "the named loss is another one": TWO_LAYERS.replace("0.5 * np.sum((out - Y) ** 2)", "np.sum((out - Y) ** 4)"),
    "ascent for descent": TWO_LAYERS.replace("W1 -=", "W1 +=").replace("W2 -=", "W2 +="),
    "a layer that is left as it is": """
Ws = [rng.normal(size=(3, 3)) for _ in range(3)]
Y = rng.normal(size=(6, 3))
for _ in range(100):
    a = [X]
    for W in Ws:
        a.append(np.tanh(a[-1] @ W))
    loss = 0.5 * np.sum((a[-1] - Y) ** 2)
    d = a[-1] - Y
    g = [None] * 3
    for l in (2, 1, 0):
        d = d * (1 - a[l + 1] ** 2)
        g[l] = a[l].T @ d
        d = d @ Ws[l].T
    for l in (0, 1):
        Ws[l] -= 0.1 * g[l]
""",
}


def judged(text: str, folder: Path) -> bool:
    file = folder / "program.py"
    file.write_text(HEAD + text, encoding="utf-8")
    verdict = choose(try_run(run_watched(HEAD + text, str(file))).verdicts)
    assert verdict is not None
    return is_right(verdict)


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_judged_right(name: str, tmp_path: Path) -> None:
    assert judged(RIGHT[name], tmp_path)


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_judged_wrong(name: str, tmp_path: Path) -> None:
    assert not judged(WRONG[name], tmp_path)
