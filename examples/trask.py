"""A. Trask, "A Neural Network in 11 lines of Python" (2015): the 3-1 net, and part 2's table of learning rates.

The layers' sizes are those of the weights: one matrix a layer.
"""

import numpy as np

from derived import derived, descend, starting_weights
from xor import loss, run

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0, 0, 1, 1]]).T
(syn0,) = starting_weights(1, (3, 1))


def one_layer_loss(syn0):
    l1 = 1 / (1 + np.exp(-(X @ syn0)))
    return 0.5 * np.sum((y - l1) ** 2)


def outputs_of_one_layer():
    """The 3-1 net's outputs (it learns the first column) as its 10,000th round computes them, 9,999 steps done."""
    (trained,) = descend(derived(one_layer_loss, syn0), [syn0], 9_999, rate=1.0)
    return 1 / (1 + np.exp(-(X @ trained)))


def errors(rate, rounds=5):
    """Part 2: the mean error of the 3-4-1 net (XOR) after every 10,000 steps at this rate."""
    return run(starting_weights(1, (3, 4), (4, 1)), rate, rounds)[0][1:]


if __name__ == "__main__":
    print("the 3-1 net in its 10,000th round:", *(f"{out:.8f}" for out in outputs_of_one_layer()[:, 0]))
    print(f"\n{'rate':>5}  mean error of the 3-4-1 net ({loss.__name__} in xor.py) after 10,000, 20,000 … 50,000 steps")
    for rate in (0.001, 0.01, 0.1, 1, 10, 100, 1000):
        with np.errstate(over="ignore"):  # at rate 1000 the weights are so large that exp(−z) overflows to infinity
            print(f"{rate:>5g} ", *(f"{error:.12g}" for error in errors(rate)))
