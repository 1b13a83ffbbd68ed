"""The tutorial's network: two bits and a constant 1, four hidden units, one output. It learns XOR."""

import numpy as np

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])

random = np.random.RandomState(1)
syn0 = 2 * random.random_sample((3, 4)) - 1
syn1 = 2 * random.random_sample((4, 1)) - 1


def loss(syn0, syn1):
    k1 = 1 / (1 + np.exp(-(X @ syn0)))
    k2 = 1 / (1 + np.exp(-(k1 @ syn1)))
    return 0.5 * np.sum((y - k2) ** 2)


def mean_error(syn0, syn1):
    """What the tutorial prints every 10,000 steps."""
    k1 = 1 / (1 + np.exp(-(X @ syn0)))
    k2 = 1 / (1 + np.exp(-(k1 @ syn1)))
    return np.mean(np.abs(y - k2))
