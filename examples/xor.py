"""A 3-4-1 sigmoid network that learns XOR, as a function: the loss of its two weight matrices.

The network of "Backpropagation in 5 Minutes" (2017), after A. Trask's "A Neural Network in 11 lines of Python" (2015).
Run, it is trained by its derived gradient and prints what the tutorial prints.
"""

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


def outputs(syn0, syn1):
    k1 = 1 / (1 + np.exp(-(X @ syn0)))
    return 1 / (1 + np.exp(-(k1 @ syn1)))


def run(params=(syn0, syn1), rate=1.0, rounds=6):
    """The mean error before training and after every 10,000 steps, and the parameters at the end."""
    from derived import derived, descend

    gradient = derived(loss, *params)
    errors = [np.mean(np.abs(y - outputs(*params)))]
    for _ in range(rounds):
        params = descend(gradient, params, 10_000, rate)
        errors.append(np.mean(np.abs(y - outputs(*params))))
    return errors, params


if __name__ == "__main__":
    errors, params = run()
    for n, error in enumerate(errors):
        print(f"after {n * 10_000:6,} steps: mean error {error:.12g}")
    print("outputs", *(f"{out:.9g}" for out in outputs(*params)[:, 0]))
