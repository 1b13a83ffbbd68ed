"""The delta rule with one hidden layer, online and with biases (after mihaiv, "Backpropagation algorithm", 2010).

Weights and biases uniform in (−1, 1); after each example every weight moves by the rate times the delta of the unit
that it leads into times what it carries. The rule written by hand stands beside the derived gradient.
"""

import numpy as np

from derived import derived

x, t = np.array([0.0, 1.0]), np.array([1.0])
rng = np.random.default_rng(0)
W1, b1, W2, b2 = (rng.uniform(-1, 1, shape) for shape in ((2, 3), 3, (3, 1), 1))

EXAMPLES = [(np.array([a, b]), np.array([float(a != b)])) for a in (0.0, 1.0) for b in (0.0, 1.0)]


def output(x, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(x @ W1 + b1)))
    return 1 / (1 + np.exp(-(h @ W2 + b2)))


def loss(x, t, W1, b1, W2, b2):
    h = 1 / (1 + np.exp(-(x @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    return 0.5 * np.sum((t - o) ** 2)


def delta_rule(x, t, W1, b1, W2, b2):
    """What the rule adds to each weight and bias, divided by the rate."""
    h = 1 / (1 + np.exp(-(x @ W1 + b1)))
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    delta_o = (t - o) * o * (1 - o)
    delta_h = (W2 @ delta_o) * h * (1 - h)
    return np.outer(x, delta_h), delta_h, np.outer(h, delta_o), delta_o


def train(epochs=5_000, rate=0.5):
    """The parameters after so many rounds through the examples, and the total error of each thousandth round."""
    gradient = derived(loss, x, t, W1, b1, W2, b2, wrt=("W1", "b1", "W2", "b2"))
    params, errors = [W1, b1, W2, b2], []
    for epoch in range(epochs):
        total = 0.0
        for example in EXAMPLES:
            value, slopes = gradient(*example, *params)
            params = [w - rate * slope for w, slope in zip(params, slopes, strict=True)]
            total += value
        if epoch % 1000 == 0:
            errors.append(float(total))
    return params, errors


if __name__ == "__main__":
    _, slopes = derived(loss, x, t, W1, b1, W2, b2, wrt=("W1", "b1", "W2", "b2"))(x, t, W1, b1, W2, b2)
    apart = max(
        np.max(np.abs(rule + slope)) for rule, slope in zip(delta_rule(x, t, W1, b1, W2, b2), slopes, strict=True)
    )
    print(f"the delta rule is minus the gradient: they are {apart:.0e} apart")
    params, errors = train()
    print("total error every 1000 rounds", *(f"{error:.6f}" for error in errors))
    print("outputs for 00 01 10 11", *(f"{output(x, *params)[0]:.4f}" for x, _ in EXAMPLES))
