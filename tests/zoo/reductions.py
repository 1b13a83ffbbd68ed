"""Sums, means, largest and smallest: over everything, over one axis or several, kept or dropped."""

import numpy as np

from .case import Cases, draw

CASES = Cases()

M = draw(3, 4, seed=50)
T = draw(2, 3, 4, seed=51)


def sums_by_axis(A):
    rows = np.sum(A, axis=1)
    columns = A.sum(axis=0)
    return np.sum(rows**2) + np.sum(columns**3) + A.sum()


CASES.add(sums_by_axis, M, features="sum axis method function")


def sums_by_position(A):
    return np.sum(np.sum(A, 0) ** 2) + (A.sum(1) ** 3).sum(0)


CASES.add(sums_by_position, M, features="sum axis positional")


def negative_axes(A):
    return np.sum(A.sum(axis=-1) ** 2 * np.mean(A, axis=-2)[:, 0])


CASES.add(negative_axes, T.transpose(1, 0, 2)[:2], features="sum mean axis negative-axis")


def several_axes_at_once(A):
    return np.sum(np.sum(A, axis=(0, 2)) ** 2) + np.sum(A.mean(axis=(-1, -3)) ** 3)


CASES.add(several_axes_at_once, T, features="sum mean axis-tuple")


def kept_dimensions(A):
    centred = A - A.mean(axis=1, keepdims=True)
    scaled = centred / np.sum(A**2, axis=0, keepdims=True)
    return np.sum(scaled**2 * np.sum(A, keepdims=True))


CASES.add(kept_dimensions, M, features="sum mean keepdims broadcast")


def no_axes(A):
    return np.sum(np.sum(A, axis=()) ** 2)


CASES.add(no_axes, M, features="sum axis-tuple")


def variance_by_hand(x):
    mu = np.mean(x)
    return np.mean((x - mu) ** 2)


CASES.add(variance_by_hand, draw(6, seed=52), features="mean many-paths")


def standardised(A):
    mu = A.mean(axis=0)
    sigma = np.sqrt(((A - mu) ** 2).mean(axis=0))
    return np.sum(((A - mu) / sigma) ** 3)


CASES.add(standardised, M, features="mean sqrt broadcast")


def largest_of_all(A):
    return np.max(A) * np.sum(A) - A.max()


CASES.add(largest_of_all, M, features="max")


def largest_by_axis(A):
    return np.sum(np.max(A, axis=1) ** 2) + np.sum(A.max(axis=0) * A.max(0, keepdims=True))


CASES.add(largest_by_axis, M, features="max axis keepdims")


def smallest(A):
    return np.min(A) + np.sum(A.min(axis=1) ** 3) + np.sum(np.min(A, axis=0, keepdims=True) * A)


CASES.add(smallest, M, features="min axis keepdims")


def largest_over_two_axes(A):
    return np.sum(A.max(axis=(0, 2)) ** 2) - np.min(A, axis=(1, 2)) @ np.array([1.0, 3.0])


CASES.add(largest_over_two_axes, T, features="max min axis-tuple")


def spread_of_values(x):
    return (np.max(x) - np.min(x)) / np.sqrt(np.mean(x**2))


CASES.add(spread_of_values, draw(6, seed=53), features="max min mean sqrt")


def log_sum_exp(x):
    m = np.max(x)
    return m + np.log(np.sum(np.exp(x - m)))


CASES.add(log_sum_exp, draw(5, seed=54), features="max log exp idiom")


def log_sum_exp_by_rows(A):
    m = A.max(axis=1, keepdims=True)
    return np.sum(m[:, 0] + np.log(np.exp(A - m).sum(axis=1)))


CASES.add(log_sum_exp_by_rows, M, features="max keepdims log exp idiom")


def softmax_weighted(A, w):
    e = np.exp(A - np.max(A, axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    return np.sum(p * w)


CASES.add(softmax_weighted, M, draw(4, seed=55), features="softmax max keepdims idiom")


def entropy(logits):
    p = np.exp(logits) / np.sum(np.exp(logits))
    return -np.sum(p * np.log(p))


CASES.add(entropy, draw(5, seed=56), features="softmax log idiom")


def row_lengths(A):
    lengths = np.sqrt((A**2).sum(axis=1))
    return np.mean(lengths) + (A / lengths[:, None])[0].sum()


CASES.add(row_lengths, M, features="sqrt sum newaxis")


def cosine_similarity(a, b):
    return np.sum(a * b) / (np.sqrt(np.sum(a**2)) * np.sqrt(np.sum(b**2)))


CASES.add(cosine_similarity, draw(4, seed=57), draw(4, seed=58), features="sum sqrt")


def weighted_mean(x, w):
    return np.sum(w * x) / w.sum()


CASES.add(weighted_mean, draw(4, seed=59), draw(4, seed=60, low=0.2), features="sum div")


def soft_minimum(x, beta):
    weights = np.exp(-beta * x)
    return np.sum(weights * x) / np.sum(weights)


CASES.add(soft_minimum, draw(5, seed=61), 1.8, features="exp sum python-float")


def sum_of_nothing(x, s):
    tail = x[3:]
    return np.sum(tail) + s * x.sum() + np.sum(tail, axis=0)


CASES.add(sum_of_nothing, draw(3, seed=62), 0.5, features="empty sum slice")


def sums_of_an_empty_table(E, s):
    return np.sum(E.sum(axis=0) + s) + np.sum(E, axis=1).sum()


CASES.add(sums_of_an_empty_table, np.zeros((0, 2)), 0.5, features="empty sum axis")


def reductions_of_a_scalar(s):
    return np.sum(s) * np.mean(s) + np.max(s) + s.sum()


CASES.add(reductions_of_a_scalar, np.array(1.3), features="zero-dimensional sum mean max")


def sum_over_a_list(a, b):
    return np.sum([a[0], b[1], a[2] * b[0], 4.0]) + np.mean([a[1], b[2]])


CASES.add(sum_over_a_list, draw(3, seed=63), draw(3, seed=64), features="list-of-values sum mean")


def largest_of_a_list(a, b):
    return np.max([a[0], b[1] ** 2, a[2] * b[0]]) * np.min([a[1], b[2]])


CASES.add(largest_of_a_list, draw(3, seed=65), draw(3, seed=66), features="list-of-values max min")


def sum_over_a_list_of_arrays(a, b):
    return np.sum([a, b * a, b**2]) + np.sum(np.sum([a, b], axis=0) ** 2)


CASES.add(
    sum_over_a_list_of_arrays,
    draw(3, seed=67),
    draw(3, seed=68),
    features="list-of-arrays sum axis",
)


def broadcast_then_reduced(a, b):
    return np.sum(np.mean(a[:, None] * b, axis=0) ** 2) + np.sum(np.sum(b - a[:, None], axis=1) ** 3)


CASES.add(broadcast_then_reduced, draw(3, seed=69), draw(4, seed=70), features="broadcast sum mean")


def single_precision_means(A):
    return np.mean((A - A.mean(axis=0)) ** 2) + A.max()


CASES.add(single_precision_means, M.astype(np.float32), features="float32 mean max", dtype="float32")
