"""Reading parts of arrays: integers, slices, ellipsis, None, integer arrays, masks, unpacking."""

import numpy as np

from .case import Cases, draw

CASES = Cases()

V = draw(6, seed=80)
M = draw(4, 3, seed=81)
T = draw(2, 3, 4, seed=82)


def rosenbrock(x):
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


CASES.add(rosenbrock, np.array([-0.7, 0.9]), features="integer-index many-paths")


def rosenbrock_by_slices(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


CASES.add(rosenbrock_by_slices, V, features="slice many-paths")


def single_entries(A):
    return A[0, 1] * A[1][2] - A[-1, -1] / (2 + A[2, 0] ** 2)


CASES.add(single_entries, M, features="integer-index negative-index")


def whole_rows_and_columns(A):
    return np.sum(A[0] * A[-1]) + A[:, 1] @ A[:, -1] + np.sum(A[1:3, 0])


CASES.add(whole_rows_and_columns, M, features="integer-index slice negative-index")


def steps(x):
    return np.sum(x[::2] * x[1::2]) + np.sum(x[::-1] * x**2) + np.sum(x[4:1:-2] ** 3)


CASES.add(steps, V, features="slice negative-step")


def reversed_both_ways(A):
    return np.sum(A[::-1] * A[:, ::-1]) + np.sum(A[::-1, ::-1] * A**2)


CASES.add(reversed_both_ways, M, features="slice negative-step")


def ellipsis_and_none(A):
    return np.sum(A[..., 0] ** 2) + np.sum(A[0, ...] * A[:, None, 1, :2].sum()) + A[..., -1][1, 2]


CASES.add(ellipsis_and_none, T, features="ellipsis newaxis integer-index")


def second_differences(x):
    bend = x[2:] - 2 * x[1:-1] + x[:-2]
    return bend @ bend


CASES.add(second_differences, V, features="slice inner many-paths")


def laplacian_energy(u):
    inside = u[1:-1, 1:-1]
    around = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:]
    return np.sum((around - 4 * inside) ** 2)


CASES.add(laplacian_energy, draw(4, 5, seed=83), features="slice many-paths")


def gathered_with_repeats(x):
    index = np.array([0, 2, 2, 5, 0, 0])
    return np.sum(x[index] ** 2 * np.arange(1.0, 7.0))


CASES.add(gathered_with_repeats, V, features="integer-array repeated-indices arange")


def gathered_by_a_list(A):
    return np.sum(A[[0, 2, 0]] * A[[1, 1, 3]])


CASES.add(gathered_by_a_list, M, features="integer-array list-index repeated-indices")


def paired_indices(A):
    rows = np.array([0, 1, 3, 3])
    columns = np.array([2, 0, 1, -2])
    return np.sum(A[rows, columns] ** 3)


CASES.add(paired_indices, M, features="integer-array repeated-indices negative-index")


def rows_times_columns_of_indices(A):
    rows = np.array([[0], [3]])
    columns = np.array([1, 1, 2])
    return np.sum(A[rows, columns] ** 2) + np.sum(A[:, columns] * A[:, [0, 1, 2]])


CASES.add(rows_times_columns_of_indices, M, features="integer-array broadcast slice")


def array_index_in_the_middle(A):
    index = np.array([1, 0, 1])
    return np.sum(A[:, index, 1:] ** 2) + np.sum(A[0, index] * A[1][index]) + np.sum(A[index, 1, 2])


CASES.add(array_index_in_the_middle, T, features="integer-array slice repeated-indices")


def separated_array_indices(A):
    index = np.array([1, 0, 1])
    weights = np.arange(9.0).reshape(3, 3)
    return np.sum(A[index, :, index] ** 2 * weights)


CASES.add(separated_array_indices, T, features="integer-array slice")


def picked_by_argument(x, i, j):
    return x[i] ** 2 * x[j]


CASES.add(picked_by_argument, V, 2, -1, features="integer-argument integer-index")


def embedding(table, words):
    vectors = table[words]
    return np.sum(np.tanh(vectors.mean(axis=0)) ** 2)


CASES.add(embedding, M, np.array([3, 1, 1, 0]), features="integer-array integer-argument repeated-indices")


def probabilities_of_labels(p, labels):
    return -np.mean(np.log(p[np.arange(len(labels)), labels]))


CASES.add(
    probabilities_of_labels,
    draw(4, 3, seed=84, low=0.1, high=0.9),
    np.array([0, 2, 2, 1]),
    features="integer-array integer-argument arange log",
)


def positive_part_by_mask(x):
    return np.sum(x[x > 0] ** 2) - np.sum(x[x < -0.5])


CASES.add(positive_part_by_mask, V, features="mask comparison")


def mask_of_a_matrix(A):
    chosen = A[A > 0.1]
    return chosen @ chosen + len(chosen)


CASES.add(mask_of_a_matrix, M, features="mask comparison")


def mask_of_rows(A, keep):
    return np.sum(A[keep] ** 2) + np.sum(A[keep, 1]) + A[~keep].sum()


CASES.add(mask_of_rows, M, np.array([True, False, False, True]), features="mask boolean-argument invert")


def mask_that_chooses_nothing(x):
    return np.sum(x[x > 100] ** 2) + x[0]


CASES.add(mask_that_chooses_nothing, V, features="mask empty")


def index_kept_in_a_tuple(A):
    where = (slice(None), 1)
    corner = 0, 2
    return np.sum(A[where] ** 2) * A[corner]


CASES.add(index_kept_in_a_tuple, M, features="slice integer-index")


def index_of_an_index(A):
    return np.sum(A[1:][::2][0] ** 2) + A[:, 1:][2][0] + A.T[1][1:][-1] * A[0][0]


CASES.add(index_of_an_index, M, features="slice integer-index transpose")


def an_entry_of_a_scalar(s):
    return s[()] * s[...] + s[None][0]


CASES.add(an_entry_of_a_scalar, np.array(0.8), features="zero-dimensional ellipsis newaxis")


def unpacked(p):
    x, y, z = p
    return x * y + y * z**2


CASES.add(unpacked, draw(3, seed=85), features="unpacking")


def unpacked_with_a_rest(p):
    first, *middle, last = p
    return first * last + sum(m**2 for m in middle)


CASES.add(unpacked_with_a_rest, V, features="unpacking star generator builtin-sum")


def unpacked_rows(A):
    (a, b), (c, d) = A
    return a * d - b * c


CASES.add(unpacked_rows, draw(2, 2, seed=86), features="unpacking")


def iterated_rows(A):
    total = 0.0
    for i, row in enumerate(A):
        total = total + i * np.sum(row**2)
    return total


CASES.add(iterated_rows, M, features="iteration enumerate")


def zipped_arrays(a, b):
    return sum(x * y**2 for x, y in zip(a, b, strict=True))


CASES.add(zipped_arrays, draw(3, seed=87), draw(3, seed=88), features="iteration zip generator")


def iterated_backwards(x):
    value = 0.0
    for coefficient in reversed(x):
        value = value * 0.7 + coefficient
    return value**2


CASES.add(iterated_backwards, V, features="iteration reversed")


def iterated_columns(A):
    best = 0.0
    for column in A.T:
        best = best + np.sqrt(column @ column)
    return best


CASES.add(iterated_columns, M, features="iteration transpose sqrt")


def sizes_as_numbers(A):
    n, m = A.shape
    return np.sum(A) / n + np.sum(A**2) / (n * m) + len(A) * A[0, 0] + A.size / A.ndim * A[1, 1]


CASES.add(sizes_as_numbers, M, features="shape-read len")


def moving_average(x, width):
    means = [np.mean(x[i : i + width]) for i in range(len(x) - width + 1)]
    return sum((m - x[i]) ** 2 for i, m in enumerate(means))


CASES.add(moving_average, V, 3, features="slice comprehension integer-argument")


def closest_centre(points, centres):
    total = 0
    for p in points:
        distances = np.sum((centres - p) ** 2, axis=1)
        total = total + distances[np.argmin(distances)]
    return total


CASES.add(closest_centre, M, draw(3, 3, seed=89), features="iteration argmin integer-index")


def blocks_by_reshape(A):
    blocks = A.reshape(2, 2, 3, 2)
    return np.sum(blocks.max(axis=(1, 3)) ** 2)


CASES.add(blocks_by_reshape, draw(4, 6, seed=90), features="reshape max axis-tuple")


def single_precision_gather(x):
    return np.sum(x[[0, 0, 3]] * x[1:4])


CASES.add(
    single_precision_gather,
    V.astype(np.float32),
    features="float32 integer-array slice",
    dtype="float32",
)
