"""A 3-4-1 sigmoid network that learns XOR, as a function: the loss of its two weight matrices."""

import numpy as np

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])

np.random.seed(1)
syn0 = 2 * np.random.random((3, 4)) - 1
syn1 = 2 * np.random.random((4, 1)) - 1


def loss(syn0, syn1):
    k1 = 1 / (1 + np.exp(-(X @ syn0)))
    k2 = 1 / (1 + np.exp(-(k1 @ syn1)))
    return 0.5 * np.sum((y - k2) ** 2)
