"""The tutorial's network, Mazur's, and classifiers and regressions as first courses write them."""

import math

import numpy as np

from .case import Cases, draw

CASES = Cases()

# The 3-4-1 network of the tutorial: exclusive or, and a column of ones.
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])


def starting_weights(seed):
    random = np.random.RandomState(seed).random
    syn0 = 2 * random((3, 4)) - 1
    syn1 = 2 * random((4, 1)) - 1
    return syn0, syn1


def layers_of(syn0, syn1):
    k1 = 1 / (1 + np.exp(-(X @ syn0)))
    k2 = 1 / (1 + np.exp(-(k1 @ syn1)))
    return k1, k2


def tutorial(syn0, syn1):
    k1 = 1 / (1 + np.exp(-(X @ syn0)))
    k2 = 1 / (1 + np.exp(-(k1 @ syn1)))
    return 0.5 * np.sum((y - k2) ** 2)


CASES.add(tutorial, *starting_weights(1), features="tutorial sigmoid matmul idiom globals")


def nonlin(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))


def tutorial_with_its_nonlin(syn0, syn1):
    k0 = X
    k1 = nonlin(np.dot(k0, syn0))
    k2 = nonlin(np.dot(k1, syn1))
    k2_error = y - k2
    return np.sum(k2_error**2) / 2


CASES.add(
    tutorial_with_its_nonlin,
    *starting_weights(42),
    features="tutorial sigmoid dot helper default-argument",
)


def two_layers_without_hidden(syn0):
    l1 = nonlin(X @ syn0)
    return np.sum((np.array([[0, 0, 1, 1]]).T - l1) ** 2)


CASES.add(two_layers_without_hidden, draw(3, 1, seed=260), features="sigmoid matmul transpose")

# Mazur's step by step example: one sample, biases shared within a layer.
I = np.array([0.05, 0.10])  # noqa: E741
T = np.array([0.01, 0.99])
W1 = np.array([[0.15, 0.20], [0.25, 0.30]])
W2 = np.array([[0.40, 0.45], [0.50, 0.55]])


def mazur_outputs(W1, W2, b1=0.35, b2=0.60):
    out_h = 1 / (1 + np.exp(-(W1 @ I + b1)))
    out_o = 1 / (1 + np.exp(-(W2 @ out_h + b2)))
    return out_o


def mazur(W1, W2):
    out_h = 1 / (1 + np.exp(-(W1 @ I + 0.35)))
    out_o = 1 / (1 + np.exp(-(W2 @ out_h + 0.60)))
    return np.sum(0.5 * (T - out_o) ** 2)


CASES.add(mazur, W1, W2, features="mazur sigmoid matrix-vector globals")


def mazur_with_biases(W1, b1, W2, b2):
    return np.sum(0.5 * (T - mazur_outputs(W1, W2, b1, b2)) ** 2)


CASES.add(
    mazur_with_biases,
    W1,
    np.array([0.35, 0.35]),
    W2,
    np.array([0.60, 0.60]),
    features="mazur sigmoid helper",
)


def mazur_number_by_number(w1, w2, w3, w4, w5, w6, w7, w8):
    i1, i2, b1, b2 = 0.05, 0.10, 0.35, 0.60
    net_h1 = w1 * i1 + w2 * i2 + b1 * 1
    net_h2 = w3 * i1 + w4 * i2 + b1 * 1
    out_h1 = 1 / (1 + math.exp(-net_h1))
    out_h2 = 1 / (1 + math.exp(-net_h2))
    out_o1 = 1 / (1 + math.exp(-(w5 * out_h1 + w6 * out_h2 + b2 * 1)))
    out_o2 = 1 / (1 + math.exp(-(w7 * out_h1 + w8 * out_h2 + b2 * 1)))
    return 0.5 * (0.01 - out_o1) ** 2 + 0.5 * (0.99 - out_o2) ** 2


CASES.add(
    mazur_number_by_number,
    *(0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55),
    features="mazur math sigmoid python-float",
    oracle="ridders",
)


def hidden_chain(w1, w2, w3):
    x, target = 0.5, 1.0
    z1 = 1 / (1 + np.exp(-w1 * x))
    z2 = 1 / (1 + np.exp(-w2 * z1))
    return 0.5 * (w3 * z2 - target) ** 2


CASES.add(hidden_chain, 0.13, -0.13, 0.64, features="chain sigmoid python-float")


DATA = draw(6, 3, seed=261)
LABELS = np.array([0, 2, 1, 1, 0, 2])
ONE_HOT = np.eye(3)[LABELS]


def softmax_network_one_hot(W1, b1, W2, b2):
    h = np.tanh(DATA @ W1 + b1)
    z = h @ W2 + b2
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.sum(ONE_HOT * np.log(p)) / len(DATA)


SOFTMAX_WEIGHTS = (draw(3, 4, seed=262), draw(4, seed=263), draw(4, 3, seed=264), draw(3, seed=265))

CASES.add(
    softmax_network_one_hot,
    *SOFTMAX_WEIGHTS,
    features="softmax cross-entropy tanh matmul idiom globals len",
)


def softmax_network_labels(W1, b1, W2, b2, labels):
    n = DATA.shape[0]
    hidden = np.tanh(DATA.dot(W1) + b1)
    scores = hidden.dot(W2) + b2
    scores -= np.max(scores, axis=1, keepdims=True)
    p = np.exp(scores)
    p /= np.sum(p, axis=1, keepdims=True)
    return np.mean(-np.log(p[np.arange(n), labels])) + 0.5 * 1e-2 * (np.sum(W1 * W1) + np.sum(W2 * W2))


CASES.add(
    softmax_network_labels,
    *SOFTMAX_WEIGHTS,
    LABELS,
    features="softmax cross-entropy inplace integer-array dot idiom",
)


def logistic_regression(w, b):
    t = (LABELS > 0) * 1.0
    p = 1 / (1 + np.exp(-(DATA @ w + b)))
    loss = -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))
    return loss + 0.1 * (w @ w)


CASES.add(logistic_regression, draw(3, seed=266), 0.2, features="sigmoid cross-entropy penalty idiom")


def linear_regression(w, b):
    prediction = DATA @ w + b
    return ((prediction - LABELS) ** 2).mean()


CASES.add(linear_regression, draw(3, seed=267), 0.2, features="matmul mean broadcast-scalar")


def support_vector_machine(w, b):
    signs = np.where(LABELS == 1, 1, -1)
    margins = np.maximum(0, 1 - signs * (DATA @ w + b))
    return 0.5 * np.dot(w, w) + 2.0 * np.mean(margins)


CASES.add(support_vector_machine, draw(3, seed=268), 0.2, features="maximum where dot")


def multilayer_perceptron(layers, x):
    for W, b in layers[:-1]:
        x = np.maximum(0, x @ W + b)
    W, b = layers[-1]
    return np.sum((x @ W + b) ** 2)


CASES.add(
    multilayer_perceptron,
    [
        (draw(3, 5, seed=269), draw(5, seed=270)),
        (draw(5, 4, seed=271), draw(4, seed=272)),
        (draw(4, 2, seed=273), draw(2, seed=274)),
    ],
    DATA,
    wrt=(0,),
    features="nested-argument list tuple loop unpacking maximum",
)


def zipped_layers(weights, biases):
    a = DATA
    activations = [a]
    for W, b in zip(weights, biases, strict=True):
        z = a @ W + b
        a = 1 / (1 + np.exp(-z))
        activations.append(a)
    return 0.5 * np.mean((activations[-1] - ONE_HOT) ** 2) + 1e-3 * sum(np.sum(W**2) for W in weights)


CASES.add(
    zipped_layers,
    [draw(3, 4, seed=275), draw(4, 3, seed=276)],
    [draw(4, seed=277), draw(3, seed=278)],
    features="nested-argument list zip list-append sigmoid generator",
)


def dict_of_parameters(params):
    h = np.tanh(DATA @ params["W1"] + params["b1"])
    out = h @ params["W2"] + params["b2"]
    penalty = sum(np.sum(p**2) for name, p in params.items() if name.startswith("W"))
    return np.mean((out - DATA) ** 2) + 0.01 * penalty


CASES.add(
    dict_of_parameters,
    {"W1": draw(3, 2, seed=279), "b1": draw(2, seed=280), "W2": draw(2, 3, seed=281), "b2": np.zeros(3)},
    features="nested-argument dict tanh generator string-method",
)
