"""B. Dolhansky, "Mathematics of Backpropagation (Part 4)" (2013): four shapes of network, E = ½(ŷ − y)².

Hidden units are sigmoid, outputs linear, no biases. The rule that the article finds, δ_j = σ′(s_j) Σ_k δ_k w_jk, is
what the derived lines say: ds_j is δ_j, and the sum over k is the sum over the paths by which unit j reaches the loss.
"""

import numpy as np

import whygrad as wg


def sigmoid(s):
    return 1 / (1 + np.exp(-s))


x, y = 0.5, 1.0
w_1, w_2, w_3 = 0.13, -0.13, 0.64


def chain(w_1, w_2, w_3):
    """One unit after the other: x → z_1 → z_2 → ŷ."""
    s_1 = w_1 * x
    z_1 = sigmoid(s_1)
    s_2 = w_2 * z_1
    z_2 = sigmoid(s_2)
    out = w_3 * z_2
    return 0.5 * (out - y) ** 2


x_1, x_2 = 0.5, -0.3


def two_inputs(w_1, w_2, w_3):
    """Two inputs into one unit: each weight's share is its own input."""
    s = w_1 * x_1 + w_2 * x_2
    z = sigmoid(s)
    out = w_3 * z
    return 0.5 * (out - y) ** 2


def one_feeds_two(w_1, w_2, w_3, w_4, w_5):
    """One unit that feeds two: what it did to the loss is the sum over both paths."""
    s_i = w_1 * x
    z_i = sigmoid(s_i)
    s_j, s_k = w_2 * z_i, w_3 * z_i
    z_j, z_k = sigmoid(s_j), sigmoid(s_k)
    out = w_4 * z_j + w_5 * z_k
    return 0.5 * (out - y) ** 2


def several_outputs(w_1, w_2, w_3):
    """One unit, two outputs: the errors of both come back and add up."""
    s = w_1 * x
    z = sigmoid(s)
    out_1 = w_2 * z
    out_2 = w_3 * z
    return 0.5 * (out_1 - y) ** 2 + 0.5 * (out_2 + y) ** 2


# The same for whole layers: row i of W_in leads out of input i, w_jk is W_out[j, k].

inputs, wanted = np.array([0.5, -0.3, 0.8]), np.array([1.0, -1.0])
rng = np.random.default_rng(0)
W_in, W_out = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))


def layers(W_in, W_out):
    s = inputs @ W_in
    z = sigmoid(s)
    out = z @ W_out
    return 0.5 * np.sum((out - wanted) ** 2)


if __name__ == "__main__":
    d = wg.derive(chain, w_1, w_2, w_3)
    print(f"chain: ŷ = {w_3 * sigmoid(w_2 * sigmoid(w_1 * x)):.6f}, gradients {d.gradients[::-1]}\n")
    for f, args in (
        (chain, (w_1, w_2, w_3)),
        (two_inputs, (w_1, w_2, w_3)),
        (one_feeds_two, (w_1, w_2, w_3, 0.2, -0.4)),
        (several_outputs, (w_1, w_2, w_3)),
        (layers, (W_in, W_out)),
    ):
        print(f"# {f.__doc__ or 'Whole layers: δ_z = σ′ · (W_out δ_out).'}")
        print(wg.derive(f, *args).code(part="backward"))
