"""Habits of other people's repositories: what is kept where, and which of NumPy's names they reach for."""

import functools
import math
from collections import OrderedDict, defaultdict, deque, namedtuple

import numpy as np

from .case import Cases, draw

CASES = Cases()

SIX = draw(6, seed=980)
X = draw(4, 3, seed=981)
Point = namedtuple("Point", "x y")


# What is kept where


def logarithms_in_a_list(x):
    """Log-densities gathered one by one, and NumPy's functions called on the list."""
    scores = []
    for i in range(3):
        scores.append(np.log(1 + x[i] ** 2) + np.dot(x, x))
    largest = np.max(scores)
    total = np.log(np.sum([np.exp(s - largest) for s in scores])) + largest
    weights = np.exp([s - total for s in scores])
    return weights[0] + np.sum(np.maximum([x[0], x[1]], [x[2], 0.1])) + np.tanh([[x[3]], [x[4]]]).sum()


CASES.add(logarithms_in_a_list, SIX, features="list-operands exp max maximum", oracle="ridders")


def echo_canceller(rate, signal):
    """The last samples in a deque, read as an array."""
    weights, errors = np.zeros(3), []
    recent = deque([0.0] * 3, maxlen=3)
    for sample, wanted in zip(signal, np.roll(signal, 2), strict=True):
        recent.appendleft(sample)
        window = np.array(recent)
        error = wanted - weights @ window
        weights = weights + rate * error * window / (0.1 + window @ window)
        errors.append(error**2)
    return np.mean(errors[-3:])


CASES.add(echo_canceller, 0.3, SIX, features="deque array-of-a-deque roll")


def points_as_rows(x):
    corners = [Point(x[0], x[1]), Point(x[2], x[3]), Point(x[4], x[5])]
    return np.sum(np.array(corners)[1:] ** 2) + np.linalg.norm(corners[0])


CASES.add(points_as_rows, SIX, features="named-tuple array-of-tuples norm", oracle="ridders")


def ordered_parameters(parameters, x):
    parameters["hidden"] = np.tanh(x @ parameters["W"])
    total = sum(np.sum(p**2) for name, p in parameters.items() if name != "hidden")
    return np.sum(parameters["hidden"] * parameters["b"]) + 0.1 * total


CASES.add(
    ordered_parameters,
    OrderedDict(W=draw(3, 2, seed=982), b=draw(2, seed=983)),
    X,
    wrt=(0,),
    features="ordered-dict comprehension",
    oracle="ridders",
)


class Chain:
    """Layers that can be called, walked through and counted."""

    def __init__(self, *layers):
        self.layers = list(layers)

    def __iter__(self):
        return iter(self.layers)

    def __call__(self, x):
        return functools.reduce(lambda h, layer: layer(h), self, x)


def called_and_iterated(W1, W2, x):
    net = Chain(lambda x: x @ W1, np.tanh, Chain(lambda x: x @ W2))
    return np.mean(net(x) ** 2)


CASES.add(
    called_and_iterated, draw(3, 4, seed=984), draw(4, 2, seed=985), X, features="reduce callable-iterable lambda"
)


def states_by_step(Wx, Wh, Wy, start):
    """A recurrent net on letters, its states kept in dicts by step."""
    xs, hs, ps = {}, {}, defaultdict(dict)
    hs[-1] = np.copy(start)
    loss = 0
    for t, (letter, following) in enumerate(zip([0, 1, 2], [1, 2, 2], strict=True)):
        xs[t] = np.zeros((3, 1))
        xs[t][letter] = 1
        hs[t] = np.tanh(np.dot(Wx, xs[t]) + np.dot(Wh, hs[t - 1]))
        y = np.dot(Wy, hs[t])
        ps[t] = np.exp(y) / np.sum(np.exp(y))
        loss += -math.log(ps[t][following, 0])
    return loss


CASES.add(
    states_by_step,
    *(draw(*shape, seed=986) for shape in [(4, 3), (4, 4), (3, 4), (4, 1)]),
    features="dict-by-step setitem softmax math.log",
    oracle="ridders",
)


# Which names they reach for


def columns_by_strides(image, kernels):
    """im2col by as_strided: every window a column."""
    padded = np.pad(image, ((1, 1), (1, 1)), "constant", constant_values=(0, 0))
    size, width = padded.shape[0] - 2, padded.shape[1]
    strides = padded.itemsize * np.array((width, 1, width, 1))
    windows = np.lib.stride_tricks.as_strided(padded, shape=(3, 3, size, size), strides=strides)
    columns = np.ascontiguousarray(windows)
    columns.shape = (9, size * size)
    return np.mean(kernels.reshape(2, 9).dot(columns) ** 2)


CASES.add(
    columns_by_strides,
    draw(4, 4, seed=987),
    draw(2, 3, 3, seed=988),
    features="as_strided pad set-shape",
    oracle="ridders",
)


def windows_see_what_is_written(x):
    windows = np.lib.stride_tricks.as_strided(x, (4, 3), (x.strides[0],) * 2)
    x[2] = x[0] * x[1]
    return np.sum(windows**2)


CASES.add(windows_see_what_is_written, SIX, features="as_strided setitem view")


def bordered_by_four_values(X, low):
    framed = np.pad(X, ((1, 2), (0, 1)), constant_values=((low, 2.0), (3.0, X[0, 0])))
    return np.sum(framed**2 * np.arange(framed.size).reshape(framed.shape))


CASES.add(bordered_by_four_values, X, 0.7, features="pad constant-values")


def largest_fall(returns):
    """The deepest fall from a peak, and the way from a valley."""
    worth = np.cumprod(1 + 0.1 * returns)
    peak = np.maximum.accumulate(worth)
    return np.max((peak - worth) / peak) + np.sum(worth - np.minimum.accumulate(worth))


CASES.add(largest_fall, SIX, features="accumulate cumprod max", oracle="ridders")


def running_extremes_by_rows(X):
    return np.sum(np.maximum.accumulate(X, axis=1) ** 2) + np.sum(np.minimum.accumulate(X) ** 3)


CASES.add(running_extremes_by_rows, X, features="accumulate axis", oracle="ridders")


def smallest_variance(X, weights):
    covariance = np.cov(X, rowvar=False)
    w = weights / np.sum(weights)
    return np.sqrt(w @ covariance @ w) + np.cov(X[0], X[1], ddof=0)[0, 1] + np.cov(X[2], aweights=[0.2, 0.3, 0.5])


CASES.add(smallest_variance, X, draw(3, seed=989, low=0.5), features="cov", oracle="ridders")


def polynomials_by_name(c, x):
    return np.sum(np.polyval(c, x) ** 2) + np.polyval([1.0, c[0]], 0.3) + np.polyval(c[::-1], x[0])


CASES.add(polynomials_by_name, SIX[:4], X[0], features="polyval")


def heat_by_crank_and_nicolson(conductivity, start):
    """A system of more than a hundred entries, solved in every step."""
    n, r = len(start), conductivity / 2
    A = (1 + 2 * r) * np.eye(n) - r * np.eye(n, k=1) - r * np.eye(n, k=-1)
    B = np.diag((1 - 2 * r) * np.ones(n)) + np.diag(r * np.ones(n - 1), 1) + np.diag(r * np.ones(n - 1), -1)
    u = start
    for _ in range(2):
        u = np.linalg.solve(A, B.dot(u))
    return np.sum(u**2)


CASES.add(heat_by_crank_and_nicolson, 0.1, np.sin(np.linspace(0, 3, 12)), features="solve eye diag")


def layer_norm_scaled_first(x, gain, shift, w):
    """The way in which small language models are written: g * (x − mean) / √(variance + ε) + b."""

    def norm(x, g, b, eps=1e-5):
        mean = np.mean(x, axis=-1, keepdims=True)
        variance = np.var(x, axis=-1, keepdims=True)
        return g * (x - mean) / np.sqrt(variance + eps) + b

    return np.sum(w * norm(norm(x, gain, shift), gain[0], shift[:1]) ** 2)


CASES.add(
    layer_norm_scaled_first,
    *(draw(3, 4, seed=861), draw(4, seed=862), draw(4, seed=863), draw(3, 4, seed=864)),
    features="idiom var keepdims helper",
    oracle="ridders",  # the variance of complex numbers is real
)


def character_by_character(Wxh, Whh, Why, bh, by):
    """A recurrent network over letters, columns in dictionaries, the probability of the next letter read from each."""
    inputs, targets = [0, 2, 1], [2, 1, 0]
    xs, hs, ys, ps = {}, {}, {}, {}
    hs[-1] = np.zeros((4, 1))
    loss = 0
    for t in range(len(inputs)):
        xs[t] = np.zeros((3, 1))
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t - 1]) + bh)
        ys[t] = np.dot(Why, hs[t]) + by
        ps[t] = np.exp(ys[t]) / np.sum(np.exp(ys[t]))
        loss += -np.log(ps[t][targets[t], 0])
    return loss


CASES.add(
    character_by_character,
    *(draw(4, 3, seed=865), draw(4, 4, seed=866), draw(3, 4, seed=867), draw(4, 1, seed=868), draw(3, 1, seed=869)),
    features="idiom softmax loop dict",
)
