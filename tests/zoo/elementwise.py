"""Arithmetic and functions of one number at a time, with every way of broadcasting."""

import numpy as np
from numpy import exp, log

from .case import Cases, draw

CASES = Cases()

V = draw(5, seed=1)
W = draw(5, seed=2)
POSITIVE = draw(5, seed=3, low=0.3, high=2.0)
M = draw(3, 4, seed=4)
N = draw(3, 4, seed=5)


def sum_of_squares(x):
    return np.sum(x**2)


CASES.add(sum_of_squares, V, features="power sum")


def four_operations(a, b):
    return np.sum(a * b + a / b - b / 3.0 + (a - b) * 2)


CASES.add(four_operations, V, POSITIVE, features="add sub mul div")


def reflected_operators(x):
    return ((1 - x) * (2 / x) + 3 * x - 2**x + 5).sum()


CASES.add(reflected_operators, POSITIVE, features="reflected-operators power")


def signs(x, y):
    return np.sum(-x * +y - (-y) ** 3)


CASES.add(signs, V, W, features="negative unary-plus power")


def rational(x):
    return np.sum(1 / (1 + x**2))


CASES.add(rational, V, features="div power")


def fractional_powers(x):
    return np.sum(x**1.5 + x**-2 - x**0.5 + x**-0.5)


CASES.add(fractional_powers, POSITIVE, features="power")


def power_of_arrays(x, p):
    return np.sum(x**p)


CASES.add(power_of_arrays, POSITIVE, V, features="power")


def power_tower_of_a_constant(x):
    return np.sum(2.0**x + 3 ** (-x))


CASES.add(power_tower_of_a_constant, V, features="power reflected-operators")


def integer_power(x, n):
    return np.sum(x**n) / n


CASES.add(integer_power, V, 3, features="power integer-argument")


def named_functions(a, b):
    s = np.add(a, b)
    d = np.subtract(a, np.negative(b))
    return np.sum(np.divide(np.multiply(s, d), np.power(b, 2)))


CASES.add(named_functions, V, POSITIVE, features="ufunc-names")


def exp_and_log(x):
    return np.sum(np.exp(-x) * np.log(x))


CASES.add(exp_and_log, POSITIVE, features="exp log")


def softplus_by_imported_names(x):
    return log(1 + exp(x)).sum()


CASES.add(softplus_by_imported_names, V, features="from-numpy-import exp log")


def euclidean_length(x):
    return np.sqrt(np.sum(x * x))


CASES.add(euclidean_length, V, features="sqrt sum")


def waves(x, t):
    return np.sum(np.sin(2 * np.pi * x) * np.cos(t) + np.tanh(x * t))


CASES.add(waves, V, W, features="sin cos tanh constants")


def exp_of_sine_of_square(x):
    return np.exp(np.sin(x**2))


CASES.add(exp_of_sine_of_square, 1.0, features="chain python-float")


def squares(x):
    return np.sum(np.square(x) - np.square(np.square(x) - 1))


CASES.add(squares, V, features="square")


def bell_curve(x, mu, sigma):
    z = (x - mu) / sigma
    return np.sum(np.exp(-0.5 * z**2) / (sigma * np.sqrt(2 * np.pi)))


CASES.add(bell_curve, V, 0.3, 1.2, features="broadcast-scalar python-float")


def sigmoid_mean(z):
    s = 1.0 / (1.0 + np.exp(-z))
    return np.mean(s)


CASES.add(sigmoid_mean, M, features="sigmoid mean idiom")


def swish_twice(x):
    y = x / (1 + np.exp(-x))
    y = y / (1 + np.exp(-y))
    return y.sum()


CASES.add(swish_twice, V, features="sigmoid rebinding")


def gelu(x):
    inner = np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)
    return np.sum(0.5 * x * (1 + np.tanh(inner)))


CASES.add(gelu, V, features="tanh power")


def relu_weighted(x, w):
    return np.sum(np.maximum(0, x) * w)


CASES.add(relu_weighted, V, W, features="maximum idiom")


def larger_and_smaller(a, b):
    return np.sum(np.maximum(a, b) ** 2 * np.minimum(a, b))


CASES.add(larger_and_smaller, M, N, features="maximum minimum")


def clipped(x, low, high):
    return np.sum(np.minimum(np.maximum(x, low), high) * np.arange(5))


CASES.add(clipped, V, -0.5, 0.8, features="maximum minimum broadcast-scalar")


def absolute_values(x):
    return np.sum(np.abs(x) ** 3 + abs(x) * np.absolute(x - 10.0))


CASES.add(absolute_values, V, features="abs", oracle="ridders")


def leaky_relu(x):
    return np.where(x > 0, x, 0.01 * x).sum()


CASES.add(leaky_relu, M, features="where comparison")


def elu(x, alpha):
    return np.sum(np.where(x >= 0, x, alpha * (np.exp(x) - 1)))


CASES.add(elu, V, 0.7, features="where comparison exp")


def huber(residual, delta):
    size = np.abs(residual)
    return np.sum(np.where(size < delta, 0.5 * residual**2, delta * (size - 0.5 * delta)))


CASES.add(huber, draw(6, seed=6), 0.6, features="where abs comparison", oracle="ridders")


def log_kept_safe(x):
    positive = x > 0
    inside = np.where(positive, x, 1.0)
    return np.sum(np.where(positive, np.log(inside), x**2))


CASES.add(log_kept_safe, V, features="where log masked-branch")


def comparisons_as_numbers(x, y):
    return np.sum((x > 0) * x**2 - (x <= y) * x * y + (x != y) * 0.5 * x)


CASES.add(comparisons_as_numbers, V, W, features="comparison mask-product")


def where_with_scalar_branches(x):
    gate = np.where(x > 0.2, 1.0, -1.0)
    return np.sum(gate * x**3)


CASES.add(where_with_scalar_branches, V, features="where constants")


def where_broadcasts(condition, a, b):
    return np.sum(np.where(condition, a, b) ** 2)


CASES.add(
    where_broadcasts,
    np.array([[True], [False], [True]]),
    draw(4, seed=7),
    draw(3, 1, seed=8),
    features="where broadcast boolean-argument",
)


def row_plus_column(a, b):
    return np.sum((a[:, None] + b) ** 3)


CASES.add(row_plus_column, draw(3, seed=9), draw(4, seed=10), features="broadcast newaxis")


def matrix_with_row_and_column(A, row, column):
    return np.sum(np.tanh(A * row + column) / (1 + column**2))


CASES.add(matrix_with_row_and_column, M, draw(4, seed=11), draw(3, 1, seed=12), features="broadcast")


def matrix_with_a_scalar_array(A, s):
    return np.sum(A * s) + np.sum(s / (2 + A))


CASES.add(matrix_with_a_scalar_array, M, np.array(1.7), features="broadcast zero-dimensional")


def size_one_meets_many(a, b, c):
    return np.sum(a * b - b**2 * c)


CASES.add(
    size_one_meets_many,
    np.array([0.4]),
    M,
    draw(1, 1, 1, seed=13),
    features="broadcast size-one",
)


def both_sides_stretch(a, b):
    return np.mean(np.exp(a - b) * (a + b))


CASES.add(both_sides_stretch, draw(3, 1, seed=14), draw(1, 4, seed=15), features="broadcast mean")


def everything_is_size_one(a, b):
    return (a * b + a / b).sum()


CASES.add(everything_is_size_one, np.array([0.4]), np.array([[1.3]]), features="size-one broadcast")


def zero_dimensional(a, b):
    return a * b + np.sin(a) / b


CASES.add(zero_dimensional, np.array(0.6), np.array(1.9), features="zero-dimensional")


def numpy_scalars(a, b):
    return (a - b) ** 2 / (1 + a * a)


CASES.add(numpy_scalars, np.float64(0.6), np.float64(1.9), features="numpy-scalar")


def nothing_at_all(x, s):
    return np.sum(x * s) + s**2


CASES.add(nothing_at_all, np.zeros(0), 1.5, features="empty broadcast-scalar")


def nothing_by_rows(A, row):
    return np.sum((A + row) ** 2) + np.sum(row)


CASES.add(nothing_by_rows, np.zeros((0, 3)), draw(3, seed=16), features="empty broadcast")


def used_many_times(x):
    y = x * x + x
    z = y * x - y / (3 + x)
    return np.sum(z * y + z * x)


CASES.add(used_many_times, V, features="many-paths")


def multiplied_by_itself(x):
    y = np.sin(x)
    return np.sum(y * y + y / y + (y - y) * x)


CASES.add(multiplied_by_itself, POSITIVE, features="same-operand-twice many-paths")


def one_argument_is_unused(x, unused):
    return np.sum(x**2)


CASES.add(one_argument_is_unused, V, M, features="unused-argument")


def nothing_depends_on_it(x):
    steps = np.arange(4) * 0.5
    return np.sum(steps**2)


CASES.add(nothing_depends_on_it, V, features="unused-argument constant-result")


def gated_away(x, w):
    return np.sum(x * (w > 0))


CASES.add(gated_away, V, W, features="comparison unused-argument")


def pairwise_distances(P):
    difference = P[:, None, :] - P[None, :, :]
    squared = np.sum(difference**2, axis=-1)
    return np.sum(np.sqrt(squared + 1e-3))


CASES.add(pairwise_distances, draw(4, 2, seed=17), features="broadcast newaxis same-operand-twice")


def single_precision(x, w):
    y = np.tanh(x * w + 0.5)
    return np.sum(y**2 / (1 + np.exp(-x)))


CASES.add(
    single_precision,
    V.astype(np.float32),
    W.astype(np.float32),
    features="float32",
    dtype="float32",
)


def single_meets_double(x, w):
    return np.sum(np.maximum(x, 0.1) * w)


CASES.add(single_meets_double, V.astype(np.float32), W, features="float32 mixed-dtypes", dtype="float32")


def single_meets_integers(x):
    return np.mean(x * np.array([1, 2, 3, 4, 5]) - 1)


CASES.add(single_meets_integers, V.astype(np.float32), features="float32 mixed-dtypes", dtype="float32")
