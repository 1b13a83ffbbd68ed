"""A training loop is run for two updates, whatever it looks like; what belongs to one update is run whole."""

from pathlib import Path

import pytest

from whygrad.checking.running import run_watched

HEAD = """import numpy as np
from collections import Counter
rng = np.random.RandomState(0)
rounds = Counter()
X, y = rng.randn(300, 4), rng.randn(300, 1)
W, b = rng.randn(4, 1) * 0.1, np.zeros(1)
def step(x, t):
    global W, b
    rounds['step'] += 1
    d = (x @ W + b - t) / len(x)
    W -= 0.1 * x.T @ d
    b = b - 0.1 * d.sum(axis=0)
"""
EPOCHS = "for epoch in range({n}):\n    rounds['epoch'] += 1\n"

CASES = {
    "few epochs": (EPOCHS.format(n=20) + "    step(X, y)\n", {"epoch": 2}),
    "many epochs": (EPOCHS.format(n=60000) + "    step(X, y)\n", {"epoch": 2}),
    "while": ("i = 0\nwhile i < 500:\n    rounds['epoch'] += 1\n    step(X, y)\n    i += 1\n", {"epoch": 2}),
    "forever": (
        "while True:\n    rounds['epoch'] += 1\n    step(X, y)\n    if np.abs(W).max() < 0: break\n",
        {"epoch": 2},
    ),
    "comprehension": ("losses = [step(X, y) for _ in range(1000)]\n", {"step": 2}),
    "epochs and examples": (
        EPOCHS.format(n=200) + "    for i in range(300):\n        step(X[i:i + 1], y[i:i + 1])\n",
        {"epoch": 2, "step": 4},
    ),
    "batches of examples whose gradients are summed up": (
        EPOCHS.format(n=10)
        + """    for s in range(0, 300, 100):
        rounds['batch'] += 1
        dW, db = np.zeros_like(W), 0
        for x, t in zip(X[s:s + 100], y[s:s + 100]):
            rounds['example'] += 1
            e = x @ W + b - t
            dW += np.outer(x, e)
            db = db + e
        W -= 0.01 * dW
        b = b - 0.01 * db
""",
        {"epoch": 2, "batch": 4, "example": 400},
    ),
    "an update every ten examples": (
        """dW = np.zeros_like(W)
for i in range(3000):
    rounds['example'] += 1
    x, t = X[i % 300], y[i % 300]
    dW += np.outer(x, x @ W - t)
    if (i + 1) % 10 == 0:
        rounds['update'] += 1
        W -= 0.01 * dW
        dW[:] = 0
""",
        {"example": 32, "update": 3},
    ),
    "layer after layer": (
        """Ws = [rng.randn(4, 4) for _ in range(5)]
"""
        + EPOCHS.format(n=50)
        + """    hs = [X]
    for V in Ws:
        rounds['forward'] += 1
        hs.append(np.tanh(hs[-1] @ V))
    g = hs[-1] - 1.0
    for l in reversed(range(5)):
        rounds['backward'] += 1
        g = g * (1 - hs[l + 1] ** 2)
        dV = hs[l].T @ g
        g = g @ Ws[l].T
        Ws[l] -= 0.01 * dV
""",
        {"epoch": 2, "forward": 10, "backward": 10},
    ),
    "residual layers on the data itself": (
        "Ws = [rng.randn(4, 4) * 0.1 for _ in range(6)]\n"
        + EPOCHS.format(n=50)
        + """    h = X
    hs = []
    for V in Ws:
        rounds['forward'] += 1
        hs.append(h)
        h = h + np.tanh(h @ V)
    g = h - 1.0
    for l in range(5, -1, -1):
        a = np.tanh(hs[l] @ Ws[l])
        d = g * (1 - a ** 2)
        g = g + d @ Ws[l].T
        Ws[l] = Ws[l] - 0.001 * hs[l].T @ d
        rounds['backward'] += 1
""",
        {"epoch": 2, "forward": 12, "backward": 12},
    ),
    "a leaky state over time": (
        "U = rng.randn(3, 3) * 0.1\n"
        + EPOCHS.format(n=50)
        + """    h = np.zeros(3)
    hs = [h]
    for t in range(80):
        rounds['time'] += 1
        h = h + 0.1 * (-h + np.tanh(U @ h) + X[t, :3])
        hs.append(h)
    g, dU = h - 1.0, np.zeros_like(U)
    for t in reversed(range(80)):
        a = np.tanh(U @ hs[t])
        d = 0.1 * g * (1 - a ** 2)
        dU += np.outer(d, hs[t])
        g = 0.9 * g + U.T @ d
    U -= 0.01 * dU
""",
        {"epoch": 2, "time": 160},
    ),
    "a long recurrent net": (
        "U, h0 = rng.randn(3, 3) * 0.1, np.zeros(3)\n"
        + EPOCHS.format(n=50)
        + """    hs = {-1: h0}
    for t in range(290):
        rounds['time'] += 1
        hs[t] = np.tanh(U @ hs[t - 1] + X[t, :3])
    g, dU = hs[289] - 1.0, np.zeros_like(U)
    for t in reversed(range(290)):
        d = g * (1 - hs[t] ** 2)
        dU += np.outer(d, hs[t - 1])
        g = U.T @ d
    U -= 0.01 * dU
""",
        {"epoch": 2, "time": 580},
    ),
    "mistakes of a perceptron": (
        """w = np.zeros(4)
s = np.sign(y.ravel())
for epoch in range(100):
    rounds['epoch'] += 1
    for x, t in zip(X, s):
        if t * (w @ x) <= 0:
            w = w + t * x
""",
        {"epoch": 2},
    ),
    "rates to choose from": (
        "for rate in [0.001, 0.01, 0.1, 1.0]:\n    rounds['rate'] += 1\n    W = rng.randn(4, 1)\n"
        + "    for j in range(60000):\n        rounds['epoch'] += 1\n        W -= rate * X.T @ (X @ W - y)\n",
        {"rate": 4, "epoch": 8},
    ),
    "an update without effect": (
        EPOCHS.format(n=60000) + "    d = X @ W - y\n    W - 0.1 * X.T @ d\n",
        {"epoch": 2},
    ),
    "an update that forgets the weights": (
        EPOCHS.format(n=60000)
        + "    d = np.tanh(X @ W + b) - y\n    W = -0.1 * X.T @ (d * (1 - d)) / 300\n    L = np.sum(d ** 2)\n",
        {"epoch": 2},
    ),
    "numbers only": (
        """w, c = 0.1, 0.0
for epoch in range(500):
    rounds['epoch'] += 1
    dw = dc = 0
    for i in range(300):
        rounds['example'] += 1
        e = w * float(X[i, 0]) + c - float(y[i, 0])
        dw += e * X[i, 0]
        dc += e
    w -= 0.001 * dw
    c -= 0.001 * dc
""",
        {"epoch": 2, "example": 600},
    ),
    "weights one by one": (
        """w = [0.1, -0.2, 0.3, 0.4]
for epoch in range(500):
    rounds['epoch'] += 1
    e = sum(w[k] * X[0, k] for k in range(4)) - y[0, 0]
    for k in range(4):
        rounds['weight'] += 1
        w[k] -= 0.1 * e * X[0, k]
""",
        {"epoch": 2, "weight": 8},
    ),
    "a numerical check": (
        EPOCHS.format(n=100)
        + """    step(X, y)
    numeric = np.zeros_like(W)
    for i in range(4):
        rounds['entry'] += 1
        W[i] += 1e-5
        up = np.sum((X @ W - y) ** 2)
        W[i] -= 2e-5
        numeric[i] = (up - np.sum((X @ W - y) ** 2)) / 2e-5
        W[i] += 1e-5
""",
        {"epoch": 2, "entry": 8},
    ),
    "what is computed afterwards": (
        EPOCHS.format(n=100) + "    step(X, y)\nfor x in X:\n    rounds['test'] += 1\n    p = x @ W + b\n",
        {"epoch": 2, "test": 300},
    ),
    "data made by a loop": (
        "data = []\nfor i in range(2000):\n    rounds['data'] += 1\n    data.append(0.5 * i + rng.randn())\n"
        + EPOCHS.format(n=100)
        + "    step(X, y)\n",
        {"data": 2000, "epoch": 2},
    ),
    "batches from a generator": (
        """def batches():
    for i in rng.permutation(300)[:40]:
        yield X[i:i + 1], y[i:i + 1]
"""
        + EPOCHS.format(n=100)
        + "    for x, t in batches():\n        step(x, t)\n",
        {"epoch": 2, "step": 4},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_loops_end_after_two_updates(name: str, tmp_path: Path) -> None:
    body, expected = CASES[name]
    file = tmp_path / "net.py"
    file.write_text(HEAD + body)
    run = run_watched(HEAD + body, str(file))
    assert run.problem is None
    rounds = run.namespace["rounds"]
    assert {k: rounds[k] for k in expected} == expected
