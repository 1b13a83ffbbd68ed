"""Code of single numbers: Python floats, the math module, conversions, lists of floats."""

import math
from math import exp, sqrt

import numpy as np

from .case import Cases, draw

CASES = Cases()

V = draw(4, seed=200)


def lesson(x):
    g = x**2
    f = 2 * g
    return f


CASES.add(lesson, 2.0, features="python-float chain")


def two_variables(x, y):
    return y**4 + 5 * x * y


CASES.add(two_variables, 1.0, 2.0, features="python-float many-paths")


def float_arithmetic(a, b):
    c = -a + 3 / b
    c = c * c - +b
    c += a
    c /= 2
    return c**3 - 2.0**a + (1.5 - b) * abs(a)


CASES.add(float_arithmetic, 0.7, 1.9, features="python-float inplace abs", oracle="ridders")


def of_the_math_module(x, y):
    return math.exp(-x) * math.log(y) + math.sqrt(x * y) + math.tanh(x - y) + math.pi


CASES.add(of_the_math_module, 0.8, 1.7, features="math python-float", oracle="ridders")


def more_of_the_math_module(x):
    return math.sin(x) * math.cos(2 * x) + math.pow(x, 3) + math.e * math.fabs(x)


CASES.add(more_of_the_math_module, 0.8, features="math python-float", oracle="ridders")


def imported_from_math(x):
    return exp(-(x**2)) / sqrt(1 + x**2)


CASES.add(imported_from_math, 0.6, features="from-math-import python-float", oracle="ridders")


def math_of_array_entries(x):
    return sum(math.exp(-v) for v in x) + math.sqrt(x[0] ** 2 + x[1] ** 2) * math.tanh(np.sum(x))


CASES.add(math_of_array_entries, V, features="math iteration integer-index", oracle="ridders")


def math_into_numpy(x, w):
    scale = math.exp(x) / 2
    return np.sum(w * scale + np.sqrt(scale))


CASES.add(math_into_numpy, 0.4, V, features="math broadcast-scalar python-float", oracle="ridders")


def converted_to_float(x):
    a = float(x[0])
    b = float(np.sum(x**2))
    return a * b + float(a) ** 2 + x[1].item() * x.sum().item()


CASES.add(converted_to_float, V, features="float-call item", oracle="ridders")


def converted_to_array(values, s):
    x = np.asarray(values, float)
    t = np.asarray(s, dtype=float)
    return np.sum(x**2) * t + np.sum(np.asarray(x, float)[1:])


CASES.add(
    converted_to_array,
    [0.4, -1.2, 0.9],
    0.6,
    features="asarray list nested-argument python-float",
    oracle="ridders",
)


def nested_list_to_matrix(rows, x):
    A = np.array(rows)
    B = np.array(rows, dtype=np.float64)
    return np.sum(A @ x) + np.sum(B * A.T)


CASES.add(
    nested_list_to_matrix,
    [[0.4, -1.2], [0.9, 0.3]],
    (0.5, 1.5),
    features="array-of-values nested-argument list tuple",
    oracle="ridders",
)


def numpy_functions_of_floats(x, y):
    return np.exp(x) * np.sin(y) + np.maximum(x, y) + np.sqrt(np.abs(x)) + np.where(x > y, x, y**2)


CASES.add(numpy_functions_of_floats, 0.6, 1.1, features="python-float where abs", oracle="ridders")


def float64_call(x):
    return np.float64(x) * np.float64(2) + np.float64(3.0) ** x


CASES.add(float64_call, 0.6, features="numpy-scalar python-float", oracle="ridders")


def dot_of_lists(w, x):
    total = 0.0
    for i in range(len(w)):
        total += w[i] * x[i]
    return 1 / (1 + math.exp(-total))


CASES.add(
    dot_of_lists,
    [0.3, -0.7, 1.1],
    [1.0, 0.5, -0.4],
    features="list math loop python-float",
    oracle="ridders",
)


def lists_of_lists(A, x):
    y = [sum(a * v for a, v in zip(row, x, strict=True)) for row in A]
    y = [max(0.0, v) for v in y] + [y[0] * 2]
    return sum(v**2 for v in y) / len(y)


CASES.add(
    lists_of_lists,
    [[0.3, 0.9], [0.4, 1.1], [-0.2, 0.8]],
    [0.7, 1.3],
    features="list comprehension builtin-sum builtin-max python-float",
    oracle="ridders",
)


def perceptron_of_floats(w1, w2, b):
    data = [(0.0, 1.0, 1.0), (1.0, 0.5, 0.0), (0.3, -0.4, 1.0)]
    loss = 0.0
    for x1, x2, t in data:
        z = w1 * x1 + w2 * x2 + b
        p = 1.0 / (1.0 + math.exp(-z))
        loss -= t * math.log(p) + (1 - t) * math.log(1 - p)
    return loss / len(data)


CASES.add(perceptron_of_floats, 0.3, -0.8, 0.1, features="math loop unpacking python-float", oracle="ridders")


def compound_interest(principal, rate, years):
    balance = principal
    for _ in range(years):
        balance *= 1 + rate
        balance += 10.0
    return balance


CASES.add(compound_interest, 100.0, 0.05, 8, features="loop integer-argument python-float")


def logistic_map(r):
    x = 0.3
    orbit = [x]
    while len(orbit) < 6:
        x = r * x * (1 - x)
        orbit.append(x)
    return orbit[-1] * orbit[2] + sum(orbit[1:4])


CASES.add(logistic_map, 2.9, features="while list-append recurrence python-float")


def dict_of_floats(p):
    q = {**p, "c": p["a"] * p["b"]}
    q["a"] = q["a"] + 1
    return sum(v**2 for v in q.values()) + p["a"]


CASES.add(dict_of_floats, {"a": 0.4, "b": -1.3}, features="dict nested-argument python-float")


def heron(p, q, r):
    def distance(u, v):
        return math.sqrt(sum((a - b) ** 2 for a, b in zip(u, v, strict=True)))

    a, b, c = distance(q, r), distance(p, r), distance(p, q)
    s = (a + b + c) / 2
    return math.sqrt(s * (s - a) * (s - b) * (s - c))


CASES.add(
    heron,
    (0.0, 0.2),
    (3.0, 0.1),
    (1.1, 2.2),
    features="tuple math helper closure python-float",
    oracle="ridders",
)


def float_becomes_array(s):
    s = s * 2
    v = s + np.zeros(3)
    v[1] += s
    t = s
    t += v[1]
    return np.sum(v * s) + t


CASES.add(float_becomes_array, 0.7, features="python-float setitem scalar-rebinding")


def damped(t, λ, ω):
    Δ = t - 0.25
    return np.exp(-λ * Δ) * np.cos(ω * Δ)


CASES.add(damped, 0.9, 0.4, 2.2, features="greek-names python-float")


def black_scholes_like(S, K, T, r, sigma):
    d1 = (math.log(S / K) + (r + sigma**2 / 2) * T) / (sigma * math.sqrt(T))
    d2 = d1 - sigma * math.sqrt(T)

    def cdf(z):
        return 1 / (1 + math.exp(-1.5976 * z - 0.070566 * z**3))

    return S * cdf(d1) - K * math.exp(-r * T) * cdf(d2)


CASES.add(
    black_scholes_like,
    1.1,
    1.0,
    0.5,
    0.03,
    0.25,
    features="math closure python-float",
    oracle="ridders",
)
