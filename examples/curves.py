"""Functions of a calculus lesson: whygrad explain examples/curves.py:f --at x=3."""

import math

import numpy as np


def f(x):
    return 2 * x**2


def g(x, y):
    return y**4 + 5 * x * y


def h(x):
    return np.exp(np.sin(x**2))


def sigmoid(x):
    return 1 / (1 + math.exp(-x))
