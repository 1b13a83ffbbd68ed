from functools import reduce

import numpy as np


def affine(theta, index):
    w, b = theta[index, "w"], theta[index, "b"]

    def call(x):
        def back(g, grads):
            grads[index, "w"] = x.T @ g
            grads[index, "b"] = g.sum(0)
            return g @ w.T
        return x @ w + b, back
    return call


def gelu(x):
    """tanh approximation"""
    k = np.sqrt(2 / np.pi)
    u = k * (x + 0.044715 * x ** 3)
    t = np.tanh(u)

    def back(g, grads):
        return g * (0.5 * (1 + t) + 0.5 * x * (1 - t ** 2) * k * (1 + 3 * 0.044715 * x ** 2))
    return 0.5 * x * (1 + t), back


def logistic_loss(z, t):
    # softplus(z) - t z, written so that it does not overflow
    value = np.sum(np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z))))

    def back():
        return 1 / (1 + np.exp(-z)) - t
    return value, back


def loss_and_gradients(theta, x, t):
    backs = []
    for layer in (affine(theta, 0), gelu, affine(theta, 1)):
        x, back = layer(x)
        backs.append(back)
    value, start = logistic_loss(x, t)
    grads = {}
    reduce(lambda g, back: back(g, grads), reversed(backs), start())
    return value, grads


rng = np.random.default_rng(5)
theta = {}
for i, (a, b) in enumerate([(3, 7), (7, 2)]):
    theta[i, "w"] = rng.normal(size=(a, b)) / np.sqrt(a)
    theta[i, "b"] = np.zeros(b)
X = rng.normal(size=(40, 3))
T = np.stack([X[:, 0] * X[:, 1] > 0, X[:, 2] > 0], 1).astype(float)
for it in range(500):
    value, grads = loss_and_gradients(theta, X, T)
    theta = {key: p - 0.02 * grads[key] for key, p in theta.items()}
    if it % 100 == 0:
        print(it, value)
