"""The same network as a script: a training loop with a backward pass written by hand."""

import numpy as np


def nonlin(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))


X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])

np.random.seed(1)
syn0 = 2 * np.random.random((3, 4)) - 1
syn1 = 2 * np.random.random((4, 1)) - 1

for j in range(60000):
    k1 = nonlin(np.dot(X, syn0))
    k2 = nonlin(np.dot(k1, syn1))
    loss = 0.5 * np.sum((y - k2) ** 2)
    if j % 10000 == 0:
        print(f"loss {loss:.12g}, mean error {np.mean(np.abs(y - k2)):.12g}")
    k2_delta = (y - k2) * nonlin(k2, deriv=True)
    k1_delta = k2_delta.dot(syn1.T) * nonlin(k1, deriv=True)
    syn1 += k1.T.dot(k2_delta)
    syn0 += X.T.dot(k1_delta)
