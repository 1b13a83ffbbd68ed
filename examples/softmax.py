"""A two-layer network with tanh, a stable softmax and cross-entropy, its parameters in a dict."""

import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(32, 10))
T = np.eye(3)[rng.integers(0, 3, 32)]

params = {
    "W1": 0.1 * rng.normal(size=(10, 16)),
    "b1": np.zeros(16),
    "W2": 0.1 * rng.normal(size=(16, 3)),
    "b2": np.zeros(3),
}


def loss(params):
    h1 = np.tanh(X @ params["W1"] + params["b1"])
    z2 = h1 @ params["W2"] + params["b2"]
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.sum(T * np.log(p)) / len(X)
