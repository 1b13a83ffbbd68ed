"""np.linalg as people use it: solving, inverting, determinants, lengths, factorisations."""

import numpy as np

from .case import Cases, draw

CASES = Cases()

X = draw(5, 3, seed=900)
Y = draw(5, seed=901)
SQUARE = draw(3, 3, seed=902) + 2 * np.eye(3)
SPREAD = draw(3, 3, seed=903)
POSITIVE = SPREAD @ SPREAD.T + np.diag([1.0, 2.0, 3.0])
THREE = draw(3, seed=904)
STACK = draw(2, 3, 3, seed=905) + 3 * np.eye(3)


def ridge_regression(X, y, penalty):
    w = np.linalg.solve(X.T @ X + penalty * np.eye(X.shape[1]), X.T @ y)
    return np.sum((X @ w - y) ** 2) + penalty * w @ w


CASES.add(ridge_regression, X, Y, 0.3, features="solve matmul transpose eye")


def weighted_least_squares(X, y, weights):
    A = X.T @ (weights[:, None] * X)
    beta = np.linalg.solve(A, X.T @ (weights * y))
    residual = y - X @ beta
    return residual @ (weights * residual)


CASES.add(weighted_least_squares, X, Y, draw(5, seed=906, low=0.5), features="solve newaxis matmul")


def gaussian_process_evidence(lengths, noise, x, y):
    difference = (x[:, None] - x[None, :]) / lengths
    K = np.exp(-0.5 * difference**2) + noise**2 * np.eye(len(x))
    alpha = np.linalg.solve(K, y)
    _, logdet = np.linalg.slogdet(K)
    return 0.5 * y @ alpha + 0.5 * logdet + 0.5 * len(x) * np.log(2 * np.pi)


CASES.add(
    gaussian_process_evidence,
    0.7,
    0.4,
    np.linspace(0.0, 2.0, 5),
    Y,
    wrt=(0, 1, 3),
    oracle="ridders",
    features="solve slogdet exp unpacking",
)


def gaussian_process_by_cholesky(amplitude, x, y):
    K = amplitude * np.exp(-np.abs(x[:, None] - x[None, :])) + 0.1 * np.eye(len(x))
    L = np.linalg.cholesky(K)
    z = np.linalg.solve(L, y)
    return 0.5 * z @ z + np.sum(np.log(np.diag(L)))


CASES.add(
    gaussian_process_by_cholesky,
    1.3,
    np.linspace(0.0, 2.0, 4),
    draw(4, seed=907),
    wrt=(0, 2),
    oracle="ridders",
    features="cholesky solve diag log",
)


def kalman_step(mean, P, measurement, F, H, Q, R):
    mean, P = F @ mean, F @ P @ F.T + Q
    S = H @ P @ H.T + R
    innovation = measurement - H @ mean
    gain = np.linalg.solve(S.T, (P @ H.T).T).T
    mean = mean + gain @ innovation
    P = P - gain @ H @ P
    return mean @ mean + np.trace(P) + innovation @ np.linalg.inv(S) @ innovation


CASES.add(
    kalman_step,
    THREE,
    POSITIVE,
    draw(2, seed=908),
    SQUARE,
    draw(2, 3, seed=909),
    np.eye(3),
    np.eye(2),
    features="solve inv trace matmul rebinding",
)


def log_likelihood_of_a_normal(x, mu, S):
    d = x - mu
    return -0.5 * d @ np.linalg.solve(S, d) - 0.5 * np.log(np.linalg.det(S))


CASES.add(log_likelihood_of_a_normal, THREE, draw(3, seed=910), POSITIVE, features="solve det log")


def mahalanobis_by_inverse(X, mu, S):
    P = np.linalg.inv(S)
    d = X - mu
    return np.sum(np.sqrt(np.einsum("ij,jk,ik->i", d, P, d)))


CASES.add(mahalanobis_by_inverse, X, THREE, POSITIVE, features="inv einsum three-operands sqrt")


def determinant_by_rows(A):
    return np.linalg.det(A) * np.linalg.det(A.T @ A)


CASES.add(determinant_by_rows, SQUARE, features="det transpose")


def stacks_of_systems(A, B, b):
    return np.sum(np.linalg.solve(A, B) ** 2) + np.sum(np.linalg.solve(A, b)) + np.sum(np.linalg.inv(A)[1])


CASES.add(stacks_of_systems, STACK, draw(3, 2, seed=911), THREE, features="solve inv stack broadcast")


def stacks_of_determinants(A):
    return np.sum(np.linalg.det(A) ** 2) + np.linalg.slogdet(A).logabsdet @ np.array([1.0, -2.0])


CASES.add(stacks_of_determinants, STACK, oracle="ridders", features="det slogdet stack named-tuple")


def principal_components(X, k):
    centred = X - X.mean(axis=0)
    U, s, Vh = np.linalg.svd(centred, full_matrices=False)
    reconstruction = (U[:, :k] * s[:k]) @ Vh[:k]
    return np.sum((centred - reconstruction) ** 2)


CASES.add(principal_components, X, 2, oracle="ridders", features="svd slice integer-argument")


def variance_explained(X):
    C = X.T @ X / len(X)
    w, V = np.linalg.eigh(C)
    return w[-1] / np.sum(w) + np.sum((V[:, -1] * np.array([1.0, 2.0, -1.0])) ** 2)


CASES.add(variance_explained, X, oracle="ridders", features="eigh unpacking slice")


def spectral_gap(A):
    w = np.linalg.eigvalsh(A + A.T)
    return w[1] - w[0] + w[-1] ** 2


CASES.add(spectral_gap, SPREAD, oracle="ridders", features="eigvalsh")


def only_one_triangle_is_read(A):
    lower, upper = np.linalg.eigvalsh(A), np.linalg.eigvalsh(A, UPLO="U")
    return lower @ upper + np.sum(np.linalg.cholesky(A @ A.T + np.eye(3), upper=True))


CASES.add(only_one_triangle_is_read, SPREAD, oracle="ridders", features="eigvalsh cholesky UPLO")


def nuclear_and_spectral_norms(A):
    return np.linalg.norm(A, "nuc") + np.linalg.norm(A, 2) - np.linalg.norm(A, -2)


CASES.add(nuclear_and_spectral_norms, X, oracle="ridders", features="norm svd")


def orthogonal_part(A, b):
    Q, R = np.linalg.qr(A)
    return np.sum(Q[:, 0] ** 3) + np.sum(np.log(np.abs(np.diag(R)))) + b @ Q @ R[:, 0]


CASES.add(orthogonal_part, X, Y, oracle="ridders", features="qr unpacking diag")


def least_squares_by_pinv(X, y):
    w = np.linalg.pinv(X) @ y
    return np.sum(w**2) + np.sum(np.linalg.pinv(X.T)[0])


CASES.add(least_squares_by_pinv, X, Y, oracle="ridders", features="pinv")


def markov_chain(logits, start):
    e = np.exp(logits)
    P = e / e.sum(axis=1, keepdims=True)
    after = start @ np.linalg.matrix_power(P, 5)
    return -np.log(after[0]) + np.sum(np.linalg.matrix_power(P, 3)[1] ** 2)


CASES.add(markov_chain, SPREAD, np.array([0.2, 0.5, 0.3]), features="matrix_power softmax")


def steps_backwards(A):
    return (
        np.sum(np.linalg.matrix_power(A, -2))
        + np.sum(np.linalg.matrix_power(A, 1))
        + np.linalg.matrix_power(A, 0)[0, 0]
    )


CASES.add(steps_backwards, SQUARE, features="matrix_power inv")


def chain_of_products(A, B, C, v):
    return np.linalg.multi_dot([A, B, C, v]) @ v + np.sum(np.linalg.multi_dot([A, B, C]))


CASES.add(
    chain_of_products,
    draw(3, 4, seed=912),
    draw(4, 2, seed=913),
    draw(2, 3, seed=914),
    THREE,
    features="multi_dot",
)


def unit_vectors(X):
    directions = X / np.linalg.norm(X, axis=1, keepdims=True)
    return np.sum(directions @ directions.T * np.arange(25.0).reshape(5, 5))


CASES.add(unit_vectors, X, oracle="ridders", features="norm axis keepdims")


def lengths_of_all_kinds(x, A):
    vector = np.linalg.norm(x) + np.linalg.norm(x, 1) * np.linalg.norm(x, np.inf) + np.linalg.norm(x, 3)
    matrix = np.linalg.norm(A) * np.linalg.norm(A, 1) - np.linalg.norm(A, np.inf) + np.linalg.norm(A, "fro")
    return vector + matrix + np.linalg.norm(x, -np.inf)


CASES.add(lengths_of_all_kinds, THREE, X, oracle="ridders", features="norm ord")


def distances_with_a_zero_diagonal(P):
    D = np.linalg.norm(P[:, None] - P[None, :], axis=-1)
    return np.sum((D - 1.0) ** 2)


CASES.add(distances_with_a_zero_diagonal, X, oracle="ridders", features="norm axis zero newaxis")


def penalised_lengths(W):
    return np.sum(np.linalg.vector_norm(W, axis=0)) + 0.1 * np.linalg.matrix_norm(W) ** 2


CASES.add(penalised_lengths, X, oracle="ridders", features="vector_norm matrix_norm")


def graph_laplacian(W, f):
    S = np.triu(W, 1) + np.triu(W, 1).T
    L = np.diag(S.sum(axis=1)) - S
    return f @ L @ f + np.trace(L @ L)


CASES.add(graph_laplacian, np.abs(SPREAD), THREE, features="triu diag trace")


def trace_of_a_product(A, B):
    return np.trace(A @ B) - np.trace(A, offset=1) * B.trace()


CASES.add(trace_of_a_product, SQUARE, SPREAD, features="trace offset method")


def implicit_step(y, A, h):
    for _ in range(3):
        y = np.linalg.solve(np.eye(3) - h * A, y)
    return y @ y


CASES.add(implicit_step, THREE, SPREAD, 0.1, features="solve loop eye")


def newton_by_hand(x, A):
    for _ in range(3):
        gradient = A @ x + x**3
        hessian = A + np.diag(3 * x**2)
        x = x - np.linalg.solve(hessian, gradient)
    return np.sum(x)


CASES.add(newton_by_hand, THREE, POSITIVE, features="solve diag loop rebinding")


def cayley_rotation(a):
    S = np.array([[0.0, -a[2], a[1]], [a[2], 0.0, -a[0]], [-a[1], a[0], 0.0]])
    R = np.linalg.solve(np.eye(3) + S, np.eye(3) - S)
    return np.sum(R * np.arange(9.0).reshape(3, 3)) + np.linalg.det(R)


CASES.add(cayley_rotation, THREE, features="solve det array-of-values")


def single_precision_solve(A, b):
    x = np.linalg.solve(A, b)
    return np.sum(x * x) + np.linalg.det(A)


CASES.add(
    single_precision_solve,
    SQUARE.astype(np.float32),
    THREE.astype(np.float32),
    features="float32 solve det",
    dtype="float32",
)


def single_precision_lengths(X):
    return np.sum(np.linalg.norm(X, axis=1)) + np.linalg.norm(X)


CASES.add(single_precision_lengths, X.astype(np.float32), features="float32 norm", oracle="ridders", dtype="float32")
