"""What viewers of the tutorial asked, answered with numbers. Each answer is a slope that whygrad derives."""

import numpy as np

import whygrad as wg
from derived import derived, descend, starting_weights
from xor import X, loss, outputs, y


def double_of_square(x):
    """f(g(x)) with f(x) = 2x, g(x) = x²."""
    return 2 * x**2


def sine_of_square(x):
    return np.sin(x**2)


def squared_error(z, target):
    """Of one sigmoid unit, by what goes into it."""
    out = 1 / (1 + np.exp(-z))
    return 0.5 * (target - out) ** 2


def cross_entropy(z, target):
    out = 1 / (1 + np.exp(-z))
    return -target * np.log(out) - (1 - target) * np.log(1 - out)


def is_f_prime_multiplied():
    """3:25: should it not be f′(g(x))·g′(x) = 2(x²)·2x? Rows: x, the measured slope, 4x, 4x³."""
    slope = wg.grad(double_of_square)
    return [(x, slope(x), 4 * x, 4 * x**3) for x in (0.5, 1.0, 2.0, 3.0)]


def as_spoken(x=2.0):
    """3:26: the chain rule was spoken as f′(x)·g′(x). Measured; f′(g(x))·g′(x); as spoken."""
    return wg.grad(sine_of_square)(x), np.cos(x**2) * 2 * x, np.cos(x) * 2 * x


def error_or_gradient():
    """4:40: it is not the error that goes back. Rows: the output, the deltas for target 0 by both losses."""
    deltas = wg.grad(squared_error), wg.grad(cross_entropy)
    return [(o, *(delta(np.log(o / (1 - o)), 0.0) for delta in deltas)) for o in (0.5, 0.9, 0.99, 0.9999)]


def secants(x=2.0):
    """2:28: the tangent of x² at 2, and the secants that come near it: slopes over steps 1, 0.1, 0.01, 0.001 and 0."""
    slope = wg.grad(lambda x: x**2)(x)
    return [((x + step) ** 2 - x**2) / step for step in (1, 0.1, 0.01, 0.001)] + [slope]


def decayed(steps, rate=0.001, decay=1.0):
    """1:02: a trainer that shrinks every weight by a thousandth a step: |syn0| and the mean error after so many."""
    params = starting_weights(1, (3, 4), (4, 1))
    gradient = derived(loss, *params)

    def with_decay(*params):
        value, slopes = gradient(*params)
        return value, [slope / len(X) + decay * w for slope, w in zip(slopes, params, strict=True)]

    params = descend(with_decay, params, steps, rate)
    return np.linalg.norm(params[0]), np.mean(np.abs(y - outputs(*params)))


if __name__ == "__main__":
    print("x, the slope of 2x², 4x, 4x³")
    for row in is_f_prime_multiplied():
        print("   ", *(f"{number:g}" for number in row))
    print("sin(x²) at 2: measured {:.6f}, f′(g(x))·g′(x) {:.6f}, as spoken {:.6f}".format(*as_spoken()))
    print("output for target 0, delta by squared error, delta by cross-entropy")
    for row in error_or_gradient():
        print("   ", *(f"{number:.4g}" for number in row))
    print("secants of x² at 2, then the tangent:", *(f"{slope:.6g}" for slope in secants()))
    for steps in (0, 1_000, 10_000):
        print("weight decay, {:6,} steps: |syn0| = {:.2g}, mean error {:.3g}".format(steps, *decayed(steps)))
