"""M. Mazur's step by step example: two inputs, two hidden units, two outputs, one example to learn."""

import numpy as np

i = np.array([0.05, 0.10])
target = np.array([0.01, 0.99])
b1, b2 = 0.35, 0.60
W1 = np.array([[0.15, 0.20], [0.25, 0.30]])
W2 = np.array([[0.40, 0.45], [0.50, 0.55]])


def loss(W1, W2):
    h = 1 / (1 + np.exp(-(W1 @ i + b1)))
    o = 1 / (1 + np.exp(-(W2 @ h + b2)))
    return np.sum(0.5 * (target - o) ** 2)


def published_round(W1, W2, rate):
    """One round as the program behind the page's closing figures made it: W2 is updated, then used for W1."""
    h = 1 / (1 + np.exp(-(W1 @ i + b1)))
    o = 1 / (1 + np.exp(-(W2 @ h + b2)))
    delta_o = (o - target) * o * (1 - o)
    W2 = W2 - rate * np.outer(delta_o, h)
    delta_h = (W2.T @ delta_o) * h * (1 - h)
    return W1 - rate * np.outer(delta_h, i), W2
