"""What the examples share: a derived gradient as a plain NumPy function, and steps down it."""

import numpy as np

import whygrad as wg


def derived(f, *args, wrt=None):
    """A function of f's arguments: f's value, and its gradients by the arguments in `wrt` as a tuple.

    It is the code that `whygrad code` prints for f at these arguments. It watches nothing any more, so one call takes
    microseconds: good for training runs.
    """
    d = wg.derive(f, *args, wrt=wrt)
    space = {}
    exec(d.code(), space)
    function, captured = space[f"{f.__name__}_value_and_grad"], d.captured

    def value_and_gradients(*args):
        value, gradients = function(*args, **captured)
        return value, gradients if len(d.wrt_names) > 1 else (gradients,)

    return value_and_gradients


def descend(value_and_gradients, params, steps, rate):
    """The parameters after so many steps of gradient descent."""
    for _ in range(steps):
        _, gradients = value_and_gradients(*params)
        params = [w - rate * g for w, g in zip(params, gradients, strict=True)]
    return params


def starting_weights(seed, *shapes):
    """Weights uniform in [−1, 1), as the tutorials draw them."""
    random = np.random.RandomState(seed)
    return [2 * random.random_sample(shape) - 1 for shape in shapes]
