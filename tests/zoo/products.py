"""Matrix products of every rank, transposing and reshaping."""

import numpy as np

from .case import Cases, draw

CASES = Cases()

A = draw(3, 4, seed=20)
B = draw(4, 2, seed=21)
SQUARE = draw(3, 3, seed=22)
THREE = draw(3, seed=23)
FOUR = draw(4, seed=24)
STACK = draw(2, 3, 4, seed=25)


def bilinear(u, M, v):
    return u @ M @ v


CASES.add(bilinear, THREE, A, FOUR, features="matmul vector-matrix matrix-vector inner")


def quadratic_form(x, Q):
    return 0.5 * x.T @ Q @ x - np.sum(x)


CASES.add(quadratic_form, THREE, SQUARE, features="matmul transpose same-operand-twice")


def residual_squared(M, x, b):
    r = np.dot(M, x) - b
    return np.dot(r, r)


CASES.add(residual_squared, A, FOUR, THREE, features="dot inner same-operand-twice")


def dot_methods(M, x):
    return M.dot(x).dot(M.dot(x + 1))


CASES.add(dot_methods, A, FOUR, features="dot method")


def matmul_by_name(M, K):
    return np.sum(np.matmul(M, K) ** 2)


CASES.add(matmul_by_name, A, B, features="matmul matrix-matrix")


def three_in_a_row(P, Q, R):
    return np.sum(np.sin(P @ Q @ R))


CASES.add(three_in_a_row, A, B, draw(2, 3, seed=26), features="matmul chain")


def a_constant_on_either_side(x):
    left = np.array([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]])
    right = np.array([0.5, -2.0])
    return (left @ x) @ right + np.sum(x @ left.T)


CASES.add(a_constant_on_either_side, THREE, features="matmul constants transpose")


def list_times_array(M):
    return np.sum([1.0, -2.0, 0.5] @ M)


CASES.add(list_times_array, A, features="matmul reflected-operators list-operand")


def vector_times_matrix(x, M):
    return np.sum((x @ M) ** 3)


CASES.add(vector_times_matrix, THREE, A, features="matmul vector-matrix")


def stacks(S, T):
    return np.sum(np.tanh(S @ T))


CASES.add(stacks, STACK, draw(2, 4, 3, seed=27), features="matmul stack")


def stack_times_matrix(S, M):
    return np.sum((S @ M) ** 2)


CASES.add(stack_times_matrix, STACK, B, features="matmul stack broadcast")


def matrix_times_stack(M, S):
    return np.mean(np.exp(0.3 * (M @ S)))


CASES.add(matrix_times_stack, SQUARE, STACK, features="matmul stack broadcast")


def stacks_that_stretch(S, T):
    return np.sum(np.sin(S @ T))


CASES.add(
    stacks_that_stretch,
    draw(2, 1, 3, 2, seed=28),
    draw(4, 2, 3, seed=29),
    features="matmul stack broadcast size-one",
)


def stack_times_vector(S, v):
    return np.sum((S @ v) ** 2)


CASES.add(stack_times_vector, STACK, FOUR, features="matmul stack matrix-vector")


def vector_times_stack(v, S):
    return np.sum(np.cos(v @ S))


CASES.add(vector_times_stack, THREE, STACK, features="matmul stack vector-matrix")


def nothing_multiplied(E, M):
    return np.sum(E @ M) + np.sum(M.T @ E.T) + np.sum(M**2)


CASES.add(nothing_multiplied, np.zeros((0, 4)), B, features="matmul empty transpose")


def inner_axis_is_empty(E, F):
    return np.sum(E @ F + 1.0) + np.sum(F)


CASES.add(inner_axis_is_empty, np.zeros((3, 0)), np.zeros((0, 2)), features="matmul empty")


def one_by_one(P, Q):
    return np.sum(P @ Q) * (P @ Q)[0, 0]


CASES.add(one_by_one, draw(1, 1, seed=30), draw(1, 1, seed=31), features="matmul size-one")


def gram_matrix(M):
    G = M.T @ M
    return np.sum(G * G) - np.sum(G)


CASES.add(gram_matrix, A, features="matmul transpose same-operand-twice")


def outer_products(u, v):
    by_broadcast = u[:, None] * v[None, :]
    by_product = u[:, np.newaxis] @ v[np.newaxis, :]
    by_reshape = u.reshape(-1, 1) @ v.reshape(1, -1)
    return np.sum(by_broadcast * by_product - by_reshape**3)


CASES.add(outer_products, THREE, FOUR, features="newaxis matmul reshape broadcast")


def trace_by_identity(M):
    return np.sum(np.eye(3) * (M @ M))


CASES.add(trace_by_identity, SQUARE, features="matmul eye")


def transposes(T, weights):
    a = np.transpose(T, (2, 0, 1))
    b = T.transpose(1, 0, 2)
    c = T.transpose((0, 2, 1))
    return np.sum(a * weights) + np.sum(b**2 * b) + np.sum(c @ b.T[0].T) + np.sum(np.transpose(T).T)


CASES.add(transposes, draw(3, 3, 3, seed=32), draw(3, 3, 3, seed=33), features="transpose method function")


def transpose_of_a_vector(x, M):
    return np.sum(x.T * x) + M.T.T[0, 1] * x.T[0]


CASES.add(transpose_of_a_vector, THREE, A, features="transpose")


def reshapes(x, w):
    a = x.reshape(2, 6)
    b = np.reshape(x, (4, 3))
    c = x.reshape((-1, 2, 2))
    return np.sum((a @ b.reshape(6, 2)) ** 2) + np.sum(c[1] * w)


CASES.add(reshapes, draw(12, seed=34), draw(2, 2, seed=35), features="reshape matmul")


def flattened_three_ways(M, w):
    return np.sum(M.ravel() * w) + M.flatten() @ w**2 + np.sum(np.ravel(M.T) * w**3)


CASES.add(flattened_three_ways, A, draw(12, seed=36), features="ravel flatten transpose")


def column_order_argument(M, w):
    return M.ravel() @ w + M.T.ravel() @ w**2 + M.reshape(-1) @ w**3


CASES.add(
    column_order_argument,
    np.asfortranarray(A),
    draw(12, seed=37),
    features="ravel reshape memory-layout",
)


def swapped_axes_through_reshape(x):
    blocks = x.reshape(2, 3, 2).transpose(2, 1, 0)
    return np.sum(blocks.reshape(4, 3) @ np.array([1.0, -2.0, 3.0]) * np.arange(1.0, 5.0))


CASES.add(swapped_axes_through_reshape, draw(12, seed=38), features="reshape transpose")


def new_axes_everywhere(x):
    cube = x[None, :, None] * np.ones((2, 1, 3))
    return np.sum(cube**2 * np.arange(3)) + x[np.newaxis][0] @ x[..., None][:, 0]


CASES.add(new_axes_everywhere, FOUR, features="newaxis broadcast ones")


def mahalanobis(x, mu, P):
    d = x - mu
    return np.sqrt(d @ (P @ P.T + np.eye(3)) @ d)


CASES.add(mahalanobis, THREE, draw(3, seed=39), SQUARE, features="matmul sqrt eye")


def power_iteration(M, v):
    for _ in range(4):
        v = M @ v
        v = v / np.sqrt(np.sum(v**2))
    return v @ M @ v


CASES.add(power_iteration, SQUARE + 2 * np.eye(3), THREE, features="matmul loop rebinding sqrt")


def polynomial_features(x, w):
    features = np.stack([np.ones(4), x, x**2, x**3], axis=1)
    return np.sum((features @ w - np.sin(x)) ** 2)


CASES.add(polynomial_features, FOUR, draw(4, seed=40), features="stack matmul ones")


def matrix_power_by_squaring(M, n):
    result = np.eye(3)
    while n > 0:
        if n % 2 == 1:
            result = result @ M
        M = M @ M
        n //= 2
    return np.sum(result)


CASES.add(matrix_power_by_squaring, 0.5 * SQUARE, 6, features="matmul while integer-argument eye")


def newton_schulz_inverse(M):
    X = M.T / np.sum(M * M)
    for _ in range(5):
        X = X @ (2 * np.eye(3) - M @ X)
    return np.sum(X**2)


CASES.add(newton_schulz_inverse, SQUARE + 2 * np.eye(3), features="matmul transpose loop eye")


def single_precision_product(M, K):
    return np.sum(np.tanh(M @ K) * 0.5)


CASES.add(
    single_precision_product,
    A.astype(np.float32),
    B.astype(np.float32),
    features="float32 matmul",
    dtype="float32",
)
