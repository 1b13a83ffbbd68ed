"""J. Kun, "Neural Networks and the Backpropagation Algorithm" (2012): his rule beside the gradient.

One hidden layer, sigmoid everywhere, E = ½(t − o)², one example at a time, weights and biases uniform in [0, 1).
His rule sends Σ w·error back to the hidden layer, where the gradient sends Σ w·delta: the output's slope o(1 − o) is
missing, so the hidden layer's step is too long by exactly 1/(o(1 − o)). His program also enters each bias edge twice: a
bias counts double and moves twice a step, so that what it adds starts in [0, 2) and moves at four times the rate. No
gradient check can see that. Here many networks train side by side, each on its own examples: the loss is a sum over
them.
"""

import random
import sys

import numpy as np

from derived import derived


def network(x, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(x @ W1 + b1)))
    return 1 / (1 + np.exp(-(h @ W2 + b2)))


def loss(x, t, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(x @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    return 0.5 * np.sum((t - o) ** 2)


def his_rule(x, t, W1, b1, W2, b2):
    """What his rule subtracts, divided by the rate: the error goes back, not the delta."""
    h = 1 / (1 + np.exp(-(x @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    error = o - t
    delta_o = error * o * (1 - o)
    delta_h = (error @ np.swapaxes(W2, 1, 2)) * h * (1 - h)
    return np.swapaxes(x, 1, 2) @ delta_h, delta_h, np.swapaxes(h, 1, 2) @ delta_o, delta_o


def draw(generator, shape):
    return np.array([generator.random() for _ in range(np.prod(shape))]).reshape(shape)


def starting_weights(seeds, inputs, hidden, bias_edges):
    """W1, b1, W2, b2 of a network a seed, drawn in the order of his program; and the generators, for the examples."""
    generators = [random.Random(seed) for seed in seeds]
    shapes = ((1, 1), (1, hidden), (inputs, hidden), (hidden, 1))
    b2, b1, W1, W2 = (np.stack([draw(r, shape) for r in generators]) for shape in shapes)
    return [W1, bias_edges * b1, W2, bias_edges * b2], generators


def train(X, T, params, rate, updates, rule, bias_edges):
    """`updates` single-example steps; an example is a row of X and T, a network one of the stack."""
    gradient = derived(loss, X[:, :1], T[:, :1], *params, wrt=("W1", "b1", "W2", "b2"))
    rates = [rate, rate * bias_edges**2] * 2
    for n in range(updates):
        example = X[:, n % X.shape[1], None], T[:, n % X.shape[1], None]
        steps = his_rule(*example, *params) if rule == "his rule" else gradient(*example, *params)[1]
        params = [w - r * step for w, r, step in zip(params, rates, steps, strict=True)]
    return params


def sine_errors(seeds, rule="his rule", bias_edges=2, updates=100_000):
    """1-20-1, f = (sin x + 1)/2, 100 random points of [0, 4π]: the average error on 100 other points, a seed each."""
    params, generators = starting_weights(seeds, 1, 20, bias_edges)
    points, others = (np.stack([draw(r, (100, 1)) for r in generators]) * 4 * np.pi for _ in range(2))
    params = train(points, (np.sin(points) + 1) / 2, params, 0.25, updates, rule, bias_edges)
    return np.mean(np.abs(network(others, *params) - (np.sin(others) + 1) / 2), axis=(1, 2))


def parity_errors(seeds, rule="his rule", bias_edges=2, updates=5_000):
    """3-3-1: is a number of three bits even? How far the answer to each of 0 … 7 is off, a row a seed."""
    bits = np.array([[n >> 2 & 1, n >> 1 & 1, n & 1] for n in range(8)], dtype=float)
    params, generators = starting_weights(seeds, 3, 3, bias_edges)
    X, T = (np.stack([a] * len(generators)) for a in (bits, 1 - bits[:, 2:]))
    params = train(X, T, params, 0.9, updates, rule, bias_edges)
    return np.abs(network(X, *params) - T)[:, :, 0]


if __name__ == "__main__":
    seeds = range(int(sys.argv[1]) if len(sys.argv) > 1 else 32)
    for rule, bias_edges in (("his rule", 2), ("his rule", 1), ("the gradient", 2), ("the gradient", 1)):
        errors = sine_errors(seeds, rule, bias_edges)
        inside = np.sum((errors >= 0.03) & (errors <= 0.06))
        print(f"{rule}, each bias entered {'twice' if bias_edges == 2 else 'once'}, {len(seeds)} seeds:")
        print(f"    sine: mean error {errors.mean():.3f}, {inside} inside .03 to .06,", end=" ")
        print(f"from {errors.min():.3f} to {errors.max():.3f}")
        off = parity_errors(seeds, rule, bias_edges).max(axis=1)
        print(f"    even or odd: {np.sum(off < 0.5)} seeds answer all eight, the worst is off by {off.max():.3f}")
