"""Five ways to get the tutorial's backward pass wrong, and how far the gradient of syn0 is off at the start."""

import numpy as np

import whygrad as wg
from xor import X, loss, syn0, syn1, y


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backward(syn0, syn1, slope=lambda z, k: k * (1 - k), sent="delta", through="syn1"):
    """∂E/∂syn0, with a place for each mistake: the slope of the hidden units, what is sent back,
    through which weights."""
    z1 = X @ syn0
    k1 = sigmoid(z1)
    k2 = sigmoid(k1 @ syn1)
    k2_error = k2 - y
    k2_delta = k2_error * k2 * (1 - k2)
    back = k2_error if sent == "error" else k2_delta
    weights = {"syn1": syn1, "syn0": syn0, "updated syn1": syn1 - k1.T @ k2_delta}[through]
    return X.T @ (back @ weights.T * slope(z1, k1))


MISTAKES = {
    "z1(1 − z1) for k1(1 − k1)": dict(slope=lambda z, k: z * (1 - z)),
    "the error for the delta": dict(sent="error"),
    "the slope applied to the activation, σ′(k1)": dict(slope=lambda z, k: sigmoid(k) * (1 - sigmoid(k))),
    "syn1 updated before it is used": dict(through="updated syn1"),
    "syn0 for syn1": dict(through="syn0"),
}


def off(mistake):
    """The relative error of the gradient by syn0: |wrong − true| / (|wrong| + |true|)."""
    true = wg.grad(loss)(syn0, syn1)
    wrong = backward(syn0, syn1, **MISTAKES[mistake])
    return np.linalg.norm(wrong - true) / (np.linalg.norm(wrong) + np.linalg.norm(true))


if __name__ == "__main__":
    print(f"none: {np.max(np.abs(backward(syn0, syn1) - wg.grad(loss)(syn0, syn1))):.0e} from the derived gradient")
    for mistake in MISTAKES:
        try:
            print(f"{mistake}: relative error {off(mistake):.4f}")
        except ValueError as problem:
            print(f"{mistake}: {problem}")
