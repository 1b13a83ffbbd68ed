"""Arrays made inside the function: buffers filled bit by bit, literals with values in them, grids."""

import numpy as np

from .case import Cases, draw

CASES = Cases()

V = draw(4, seed=100)
M = draw(3, 3, seed=101)


def filled_by_a_loop(x):
    out = np.zeros(4)
    for i in range(4):
        out[i] = x[i] ** 2 + i
    return np.sum(out**2)


CASES.add(filled_by_a_loop, V, features="zeros setitem loop", oracle="ridders")


def filled_like_the_argument(x):
    out = np.zeros_like(x)
    out[0] = x[1] * x[2]
    out[1:3] = np.sin(x[2:])
    out[-1] = out[0] + out[1]
    return out @ x


CASES.add(filled_like_the_argument, V, features="zeros-like setitem slice many-paths")


def left_partly_empty(x):
    out = np.empty((2, 4))
    out[0] = x
    out[1, :] = x[::-1] ** 2
    return np.sum(np.prod(out.shape) * out[0] * out[1])


CASES.add(left_partly_empty, V, features="empty-buffer setitem", oracle="ridders")


def ones_overwritten(x):
    out = np.ones(4)
    out[1:3] *= x[:2]
    out[3] = x[3]
    return np.sum(out**3)


CASES.add(ones_overwritten, V, features="ones setitem inplace slice", oracle="ridders")


def full_of_a_value(s, x):
    level = np.full(4, s)
    table = np.full((2, 2), 0.5)
    return np.sum(level * x) + np.sum(table * s)


CASES.add(full_of_a_value, 1.3, V, features="full python-float")


def full_of_a_row(row):
    return np.sum(np.full((2, 4), row) * np.arange(8.0).reshape(2, 4))


CASES.add(full_of_a_row, V, features="full broadcast")


def polynomial_of_a_range(c):
    x = np.arange(5) / 4
    return np.mean((c[0] + c[1] * x + c[2] * x**2 - np.cos(x)) ** 2)


CASES.add(polynomial_of_a_range, draw(3, seed=102), features="arange integer-index")


def trapezoid(a, b):
    x = np.linspace(0.0, 2.0, 9)
    y = np.exp(-a * x) * np.sin(b * x)
    return np.sum((y[1:] + y[:-1]) / 2 * (x[1:] - x[:-1]))


CASES.add(trapezoid, 0.6, 1.9, features="linspace slice python-float")


def identity_added(A, s):
    return np.sum((A + s * np.eye(3)) ** 2) + np.sum(np.eye(3)[1] * A[2])


CASES.add(identity_added, M, 0.4, features="eye broadcast-scalar")


def vector_from_values(a, b):
    v = np.array([a, b, a * b, 1.0])
    return v @ v


CASES.add(vector_from_values, 0.7, -1.2, features="array-of-values python-float")


def rotation(angle, p):
    c, s = np.cos(angle), np.sin(angle)
    R = np.array([[c, -s], [s, c]])
    q = R @ p
    return q[0] ** 2 * q[1]


CASES.add(rotation, 0.8, draw(2, seed=103), features="array-of-values nested-literal matmul")


def rotation_filled_in(angle, p):
    R = np.zeros((3, 3))
    R[0, 0] = R[1, 1] = np.cos(angle)
    R[1, 0] = np.sin(angle)
    R[0, 1] = -R[1, 0]
    R[2, 2] = 1
    return np.sum((R @ p) ** 3)


CASES.add(
    rotation_filled_in,
    0.8,
    draw(3, seed=104),
    features="zeros setitem chained-assignment",
    oracle="ridders",
)


def array_of_a_list_of_rows(A):
    rows = []
    for row in A:
        rows.append(row / np.sum(row**2))
    B = np.array(rows)
    return np.sum(B * A.T)


CASES.add(array_of_a_list_of_rows, M, features="array-of-values list-append iteration")


def stacked(a, b):
    tall = np.stack([a, b, a * b])
    wide = np.stack((a, b), axis=1)
    return np.sum(tall[2] * tall[0]) + np.sum(wide @ wide.T)


CASES.add(stacked, V, draw(4, seed=105), features="stack matmul")


def literal_with_arrays_and_lists(a):
    table = np.array([a, [1.0, 2.0, 3.0, 4.0], a[::-1]])
    return np.sum(table[0] * table[1] * table[2])


CASES.add(literal_with_arrays_and_lists, V, features="array-of-values nested-literal")


def outer_by_two_loops(a, b):
    out = np.zeros((4, 3))
    for i in range(len(a)):
        for j in range(len(b)):
            out[i, j] = a[i] * b[j]
    return np.sum(out**2)


CASES.add(outer_by_two_loops, V, draw(3, seed=106), features="zeros setitem loop", oracle="ridders")


def matrix_product_by_three_loops(A, B):
    C = np.zeros((3, 2))
    for i in range(3):
        for j in range(2):
            for k in range(3):
                C[i, j] += A[i, k] * B[k, j]
    return np.sum(np.tanh(C))


CASES.add(
    matrix_product_by_three_loops,
    M,
    draw(3, 2, seed=107),
    features="zeros setitem loop inplace",
    oracle="ridders",
)


def recursive_filter(x, a, b):
    y = np.zeros(len(x))
    y[0] = b * x[0]
    for i in range(1, len(x)):
        y[i] = a * y[i - 1] + b * x[i]
    return np.sum(y**2)


CASES.add(recursive_filter, V, 0.8, 0.3, features="zeros setitem recurrence", oracle="ridders")


def histogram_of_weights(w, bins):
    counts = np.zeros(3)
    for i, b in enumerate(bins):
        counts[b] += w[i]
    return np.sum(counts**2)


CASES.add(
    histogram_of_weights,
    V,
    np.array([0, 2, 2, 1]),
    features="zeros setitem integer-argument iteration",
    oracle="ridders",
)


def list_written_into_an_array(x):
    out = np.zeros((2, 2))
    out[:] = [[x[0], x[1] ** 2], [x[2], 3.0]]
    out[1] = [out[0, 0], x[3]]
    return np.sum(out**2)


CASES.add(list_written_into_an_array, V, features="zeros setitem list-of-values", oracle="ridders")


def boundary_kept_at_zero(u):
    new = np.zeros_like(u)
    new[1:-1, 1:-1] = (u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:]) / 4
    return np.sum(new**2)


CASES.add(boundary_kept_at_zero, draw(4, 4, seed=108), features="zeros-like setitem slice")


def one_hot_by_index(x, labels):
    Y = np.zeros((3, 3))
    Y[np.arange(3), labels] = 1
    return np.sum((x - Y) ** 2)


CASES.add(one_hot_by_index, M, np.array([1, 0, 1]), features="zeros setitem integer-array constants")


def one_hot_by_identity(x, labels):
    Y = np.eye(3)[labels]
    return np.sum((x - Y) ** 2)


CASES.add(one_hot_by_identity, M, np.array([1, 0, 1]), features="eye integer-array constants")


def zero_dimensional_total(x):
    total = np.zeros(())
    for value in x:
        total += value**2
    return total


CASES.add(zero_dimensional_total, V, features="zeros zero-dimensional inplace", oracle="ridders")


def total_in_an_array_of_one(x):
    total = np.zeros(1)
    for value in x:
        total[0] += np.exp(value)
    return total[0]


CASES.add(total_in_an_array_of_one, V, features="zeros size-one setitem inplace", oracle="ridders")


def same_array_twice_in_a_list(x):
    pair = np.array([x, x])
    x = x * 2
    return np.sum(pair[0] * pair[1] * x)


CASES.add(same_array_twice_in_a_list, V, features="array-of-values same-operand-twice rebinding")


def vandermonde(x):
    n = len(x)
    columns = np.ones_like(x[:, None] * np.zeros(n))
    for j in range(1, n):
        columns[:, j] = columns[:, j - 1] * x
    return np.sum(columns @ np.arange(1.0, n + 1))


CASES.add(vandermonde, V, features="ones-like setitem recurrence slice")


def single_precision_buffer(x):
    out = np.zeros_like(x)
    out[1:] = x[:-1] * 2.0
    out[0] = 0.25
    return np.sum(out * x)


CASES.add(
    single_precision_buffer,
    V.astype(np.float32),
    features="float32 zeros-like setitem",
    dtype="float32",
)
