"""Who else sees a change: other names, views and views of views, and the copies that look like views."""

import numpy as np

from .case import Cases, draw

CASES = Cases()

V = draw(5, seed=120)
W = draw(5, seed=121)
M = draw(3, 4, seed=122)
SQUARE = draw(3, 3, seed=123)


def another_name_sees_it(a, b):
    c = a
    c += b
    return np.sum(a * b)


CASES.add(another_name_sees_it, V, W, features="alias inplace mutated-argument")


def a_new_array_is_not_seen(a, b):
    c = a
    c = c + b
    return np.sum(a * c)


CASES.add(a_new_array_is_not_seen, V, W, features="alias rebinding")


def a_scalar_is_rebound(x):
    s = x[0]
    s += 10 * x[1]
    s *= 2
    return s * x[0]


CASES.add(a_scalar_is_rebound, V, features="alias scalar-rebinding")


def a_row_is_not_a_scalar(A):
    row = A[0]
    row += 10 * A[1]
    row *= 2
    return np.sum(row * A[0])


CASES.add(a_row_is_not_a_scalar, M, features="view inplace mutated-argument")


def total_that_aliases_the_first_term(x, w):
    total = x
    for _ in range(3):
        total += w
    return np.sum(total * x)


CASES.add(total_that_aliases_the_first_term, V, W, features="alias inplace loop mutated-argument")


def copies_are_apart(A):
    b = np.copy(A)
    c = A.copy()
    b[0] = 0
    c *= 2
    return np.sum(A**2) + np.sum(b * c)


CASES.add(copies_are_apart, M, features="copy setitem inplace")


def overlapping_shift(x):
    x[1:] += x[:-1]
    return np.sum(x**2)


CASES.add(overlapping_shift, V, features="slice inplace overlap mutated-argument")


def reversed_onto_itself(x):
    y = x * 1.0
    y[:] = y[::-1]
    y[::2] *= 3
    return y @ x


CASES.add(reversed_onto_itself, V, features="setitem overlap negative-step")


def value_needed_after_it_is_overwritten(x):
    y = np.exp(x)
    z = y * x
    y *= 3
    y[0] = 1.0
    return np.sum(z * y)


CASES.add(value_needed_after_it_is_overwritten, V, features="inplace saved-value setitem")


def view_read_after_its_base_changed(A):
    A = A * 1.0
    row = A[1]
    A[1, 2] = A[0, 0] ** 2
    A *= 2
    return np.sum(row**2)


CASES.add(view_read_after_its_base_changed, M, features="view stale-view setitem inplace")


def base_read_after_its_view_changed(x):
    A = x.reshape(2, 2)
    A[0, 1] = 5 * A[1, 0]
    A.T[1] *= 2
    return np.sum(x**2)


CASES.add(base_read_after_its_view_changed, draw(4, seed=124), features="view reshape mutated-argument")


def view_of_an_old_array(A):
    row = A[0]
    A = A * 2
    row += 1
    return np.sum(row * A[0])


CASES.add(view_of_an_old_array, M, features="view rebinding mutated-argument")


def views_of_views(A):
    B = A.copy()
    block = B[1:, 1:]
    column = block[:, 0]
    column[1] = B[0, 0] * 3
    block[0] += column[0]
    B[1] *= 2
    return np.sum(block**2) + np.sum(column)


CASES.add(views_of_views, M, features="view view-of-view setitem inplace")


def transposed_writes(A):
    B = A.copy()
    B.T[...] = A.T * 2
    B.T[0] = B[0, 0] ** 2
    Bt = B.T
    Bt += 1
    return np.sum(B * A)


CASES.add(transposed_writes, M, features="view transpose setitem inplace ellipsis")


def written_by_column(A):
    A[:, 1] = A[:, 0] * A[:, 2]
    A[:, 3] = 2.0
    return np.sum(A**2)


CASES.add(written_by_column, M, features="setitem slice mutated-argument constants")


def chained_brackets(A):
    A[0][1] = A[2][2] ** 2
    A[1:][0][0] += A[0][1]
    A[:, 0][1] *= 2
    return np.sum(A**2)


CASES.add(chained_brackets, SQUARE, features="view setitem mutated-argument")


def ravel_is_a_view(A):
    flat = A.ravel()
    flat[0] = 4 * flat[5]
    flat += 1
    return np.sum(A**2)


CASES.add(ravel_is_a_view, M, features="view ravel inplace mutated-argument")


CASES.add(
    ravel_is_a_view,
    np.asfortranarray(SQUARE),
    features="ravel memory-layout copy-not-view",
    name="ravel_is_a_copy_in_column_order",
)


def reshape_of_a_transpose_is_a_copy(A):
    flat = A.T.reshape(-1)
    flat *= 10
    back = A.T.ravel()
    back[0] = 7.0
    return np.sum(A**2) + np.sum(flat * back)


CASES.add(reshape_of_a_transpose_is_a_copy, M, features="reshape ravel transpose copy-not-view")


def copy_is_in_row_order(A):
    rows = A.T.copy().ravel()
    columns = np.copy(A.T).ravel()
    flat = A.T.copy().reshape(-1)
    flat += 1
    return np.sum(rows * np.arange(12.0)) + columns @ np.arange(12.0) ** 2 + flat @ flat


CASES.add(copy_is_in_row_order, M, features="copy memory-layout ravel")


def flatten_is_a_copy(A):
    flat = A.flatten()
    flat *= 2
    return np.sum(A**2) + np.sum(flat)


CASES.add(flatten_is_a_copy, M, features="flatten copy-not-view inplace")


def gathered_rows_are_a_copy(A):
    rows = A[[0, 1]]
    rows += 10
    masked = A[A > 0]
    masked *= 3
    return np.sum(A**2) + np.sum(rows**2) + np.sum(masked)


CASES.add(gathered_rows_are_a_copy, M, features="integer-array mask copy-not-view inplace")


def asarray_is_the_same_array(A):
    B = np.asarray(A)
    B *= 2
    C = np.array(A)
    C += 5
    return np.sum(A**2) + np.sum(C)


CASES.add(asarray_is_the_same_array, M, features="asarray alias inplace mutated-argument")
