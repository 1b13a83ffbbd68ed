"""Changing arrays in place: operators, item assignment by every kind of index, `out=`."""

import numpy as np

from .case import Cases, draw

CASES = Cases()

V = draw(5, seed=120)
W = draw(5, seed=121)
M = draw(3, 4, seed=122)
SQUARE = draw(3, 3, seed=123)


def operators_in_place(x, w):
    y = x.copy()
    y += w
    y *= 2
    y -= x * w
    y /= 3 + w**2
    y **= 2
    return np.sum(y)


CASES.add(operators_in_place, V, W, features="inplace copy")


def the_argument_itself(x):
    x *= 2
    x += 1
    return np.sum(x**2)


CASES.add(the_argument_itself, V, features="inplace mutated-argument")


def entries_of_the_argument(x, w):
    x[0] = x[1] * w[0]
    x[2:4] += w[2:4]
    x[-1] = 0.0
    return np.sum(x**2) + x[0]


CASES.add(entries_of_the_argument, V, W, features="setitem inplace mutated-argument")


def written_by_index_array(x, w):
    x[np.array([0, 3])] = w[:2] * x[1]
    x[[1, 4]] *= 2
    return np.sum(x**3)


CASES.add(written_by_index_array, V, W, features="setitem integer-array mutated-argument")


def repeated_writes_last_one_stays(x):
    out = x * 0.5
    out[np.array([2, 2, 0, 2])] = x[:4]
    return np.sum(out**2)


CASES.add(repeated_writes_last_one_stays, V, features="setitem integer-array repeated-indices")


def repeated_increments_count_once(x, w):
    out = x * 0.5
    out[np.array([1, 1, 3])] += w[:3]
    return np.sum(out**2)


CASES.add(repeated_increments_count_once, V, W, features="inplace integer-array repeated-indices")


def written_by_mask(x):
    y = x.copy()
    y[y < 0] = 0
    y[x > 0.5] *= 0.1
    y[x < -1] = x[x < -1] ** 2
    return y @ x


CASES.add(written_by_mask, V, features="setitem mask inplace comparison")


def written_by_mask_of_a_matrix(A, v):
    A[A < 0] *= v
    A[A[:, 0] > 0, 1] = v**2
    return np.sum(A**2)


CASES.add(written_by_mask_of_a_matrix, M, 0.3, features="setitem mask mutated-argument")


def broadcast_into_place(A, row):
    A[:] = row
    A[1] += 1
    A[:, 0] = row[1]
    return np.sum(A**2)


CASES.add(broadcast_into_place, M, draw(4, seed=125), features="setitem broadcast mutated-argument")


def results_into_out(a, b):
    buffer = np.empty_like(a)
    np.multiply(a, b, out=buffer)
    total = np.sum(buffer)
    np.exp(buffer, out=buffer)
    np.add(buffer, a, buffer)
    return np.sum(buffer) * total


CASES.add(results_into_out, V, W, features="out empty-like saved-value")


def out_into_a_view(A, row):
    B = np.zeros_like(A)
    np.add(A[0], row, out=B[1])
    np.tanh(A.T, out=B.T)
    np.maximum(B, 0.2, out=B)
    np.sum(A, axis=0, out=B[2])
    return np.sum(B * A)


CASES.add(out_into_a_view, M, draw(4, seed=126), features="out view transpose sum")


def product_into_out(A, B):
    C = np.empty((3, 3), dtype=A.dtype)
    np.matmul(A, B, out=C)
    C += A
    np.dot(C, B, out=A)
    return np.sum(A * C)


CASES.add(product_into_out, SQUARE, draw(3, 3, seed=127), features="out matmul dot dtype-read")


def matrix_product_in_place(x, A):
    x @= A
    x @= A
    return np.sum(x**2)


CASES.add(matrix_product_in_place, SQUARE, draw(3, 3, seed=128), features="inplace matmul")


def swapped_numbers(x):
    x[0], x[1] = x[1], x[0]
    return np.sum(x * np.arange(5.0))


CASES.add(swapped_numbers, V, features="setitem swap mutated-argument")


def rows_that_fail_to_swap(A):
    A[0], A[1] = A[1], A[0]
    return np.sum(A**2 * np.arange(1.0, 4.0)[:, None])


CASES.add(rows_that_fail_to_swap, M, features="setitem swap view mutated-argument")


def rows_swapped_by_index(A):
    A[[0, 1]] = A[[1, 0]]
    return np.sum(A**2 * np.arange(1.0, 4.0)[:, None])


CASES.add(rows_swapped_by_index, M, features="setitem swap integer-array mutated-argument")


def column_through_new_axis(x):
    column = x[:, None]
    column *= 2
    column[0, 0] = x[1]
    return np.sum(x**2)


CASES.add(column_through_new_axis, V, features="view newaxis inplace mutated-argument")


def scale(values, factor):
    values *= factor


def shift(values, amount):
    values = values + amount
    return values


def changed_by_a_helper(x, s):
    scale(x[1:3], s)
    shift(x, 100.0)
    return np.sum(x**2)


CASES.add(changed_by_a_helper, V, 0.7, features="helper view inplace mutated-argument")


def entries_of_containers(a, b):
    parts = [a.copy(), b]
    named = {"a": a, "b": parts[0]}
    parts[0] += b
    named["a"] *= 2
    parts[1] = parts[1] - 1
    named["b"][0] = 3.0
    return np.sum(parts[0] * a) + np.sum(b * parts[1])


CASES.add(entries_of_containers, V, W, features="inplace list dict alias mutated-argument")


def scaled_in_a_loop_over_a_list(a, b):
    for p in [a, b, a]:
        p *= 0.5
    for p in (a, b):
        p = p * 100
    return np.sum(a * b)


CASES.add(scaled_in_a_loop_over_a_list, V, W, features="inplace loop list mutated-argument")


def rows_normalised_in_a_loop(A):
    for row in A:
        row /= np.sqrt(np.sum(row**2))
    return np.sum(A[0] * A[1] - A[2])


CASES.add(rows_normalised_in_a_loop, M, features="iteration view inplace mutated-argument")


def zero_dimensional_in_place(s):
    t = s
    t *= 3
    t[...] = t + s
    t[()] -= 1
    return s * s


CASES.add(zero_dimensional_in_place, np.array(0.7), features="zero-dimensional inplace alias setitem")


def erased(x):
    y = x * 3
    y[...] = 0.0
    y[2] = x[2]
    return np.sum(y**2) + np.sum(y * x)


CASES.add(erased, V, features="setitem ellipsis constants")


def counters_as_weights(x):
    seen = np.zeros(5, dtype=int)
    for i in (0, 3, 3, 1):
        seen[i] += 1
    return np.sum(seen * x**2)


CASES.add(counters_as_weights, V, features="inplace constants integer-buffer")


SCRATCH = np.zeros(5)


def through_a_global_buffer(x):
    SCRATCH[:] = x**2
    np.sin(SCRATCH, out=SCRATCH)
    return np.sum(SCRATCH * x)


CASES.add(through_a_global_buffer, V, features="global-buffer setitem out", oracle="ridders")


def single_precision_stays(x, w):
    y = x.copy()
    y += w
    y[1] = w[0]
    y *= 1.5
    return np.sum(y**2)


CASES.add(
    single_precision_stays,
    V.astype(np.float32),
    W,
    features="float32 inplace mixed-dtypes setitem",
    dtype="float32",
)
