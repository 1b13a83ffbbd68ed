"""M. Mazur, "A Step by Step Backpropagation Example" (2015): a 2-2-2 net, one example, and two ways to update it.

The gradient's rule uses the old weights throughout. The program behind some of the page's closing figures updated
w5 to w8 first and used the new ones for the hidden layer: that is not the gradient.
"""

import numpy as np

from derived import derived, descend

i = np.array([0.05, 0.10])
target = np.array([0.01, 0.99])
W1 = np.array([[0.15, 0.20], [0.25, 0.30]])  # w1, w2 lead into h1; w3, w4 into h2
W2 = np.array([[0.40, 0.45], [0.50, 0.55]])  # w5, w6 lead into o1; w7, w8 into o2
b1, b2 = np.array([0.35, 0.35]), np.array([0.60, 0.60])


def outputs(W1, W2, b1=b1, b2=b2):
    h = 1 / (1 + np.exp(-(W1 @ i + b1)))
    return 1 / (1 + np.exp(-(W2 @ h + b2)))


def loss(W1, W2, b1, b2):
    h = 1 / (1 + np.exp(-(W1 @ i + b1)))
    o = 1 / (1 + np.exp(-(W2 @ h + b2)))
    return np.sum(0.5 * (target - o) ** 2)


def by_the_gradient(rounds, train_biases=False):
    """The parameters after so many rounds at rate 0.5, the old weights used for every gradient."""
    wrt = ("W1", "W2", "b1", "b2") if train_biases else ("W1", "W2")
    gradient = derived(loss, W1, W2, b1, b2, wrt=wrt)
    if train_biases:
        return descend(gradient, [W1, W2, b1, b2], rounds, rate=0.5)
    return [*descend(lambda *weights: gradient(*weights, b1, b2), [W1, W2], rounds, rate=0.5), b1, b2]


def felt_at_the_outputs(W1, W2, delta_o):
    """What a small change of the hidden layer changes, if the outputs' deltas are given: its slope by W1 is δ_h i."""
    h = 1 / (1 + np.exp(-(W1 @ i + b1)))
    return delta_o @ (W2 @ h)


def output_layer_first(rounds):
    """The parameters after so many rounds of the published program: W2 is moved, then used for the gradient by W1."""
    outer = derived(loss, W1, W2, b1, b2, wrt=("W2", "b2"))
    hidden = derived(felt_at_the_outputs, W1, W2, b2, wrt="W1")
    first, second = W1, W2
    for _ in range(rounds):
        _, (step, delta_o) = outer(first, second, b1, b2)  # the slope by a bias is the delta of its unit
        second = second - 0.5 * step
        _, (step,) = hidden(first, second, delta_o)
        first = first - 0.5 * step
    return [first, second, b1, b2]


def report(name, params):
    o = outputs(*params)
    print(f"{name:42} E = {loss(*params):.10f}   outputs {o[0]:.9f} {o[1]:.9f}")


if __name__ == "__main__":
    _, (dW1, dW2) = derived(loss, W1, W2, b1, b2, wrt=("W1", "W2"))(W1, W2, b1, b2)
    print(f"∂E/∂w5 = {dW2[0, 0]:.9f}   ∂E/∂w1 = {dW1[0, 0]:.9f}")
    print("w1 … w4 after one round", *(f"{w:.9f}" for w in (W1 - 0.5 * dW1).ravel()))
    print("w5 … w8 after one round", *(f"{w:.9f}" for w in (W2 - 0.5 * dW2).ravel()))
    report("at the start", [W1, W2, b1, b2])
    for rounds in (1, 9_999, 10_000):
        report(f"{rounds:6,} rounds of the gradient", by_the_gradient(rounds))
    for rounds in (1, 10_000):
        report(f"{rounds:6,} rounds, the output layer first", output_layer_first(rounds))
    report("10,000 rounds of the gradient, biases too", by_the_gradient(10_000, train_biases=True))
