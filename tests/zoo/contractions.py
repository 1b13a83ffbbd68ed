"""Sums of products over named or numbered axes: einsum, tensordot, inner, cross, convolutions."""

import numpy as np

from .case import Cases, draw

CASES = Cases()

A = draw(3, 4, seed=920)
B = draw(4, 2, seed=921)
SQUARE = draw(3, 3, seed=922)
T = draw(2, 3, 4, seed=923)
SIX = draw(6, seed=924)
THREE = draw(3, seed=925)


def attention_by_einsum(Q, K, V):
    scores = np.einsum("bqd,bkd->bqk", Q, K) / np.sqrt(Q.shape[-1])
    e = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    weights = e / e.sum(axis=-1, keepdims=True)
    return np.sum(np.einsum("bqk,bkd->bqd", weights, V) ** 2)


CASES.add(
    attention_by_einsum,
    T,
    draw(2, 5, 4, seed=926),
    draw(2, 5, 3, seed=927),
    features="einsum softmax stack",
    oracle="ridders",
)


def bilinear_by_einsum(u, M, v):
    return np.einsum("i,ij,j", u, M, v) + np.einsum("i,ij,j->", u, M**2, v, optimize=True)


CASES.add(bilinear_by_einsum, THREE, A, draw(4, seed=928), features="einsum three-operands implicit optimize")


def einsum_of_one_operand(M, S):
    sums = np.einsum("ij->", M) * np.einsum("ij->j", M) @ np.ones(4)
    return sums + np.einsum("ii", S) * np.einsum("ii->i", S)[0] + np.sum(np.einsum("ji", M) @ M)


CASES.add(einsum_of_one_operand, A, SQUARE, features="einsum trace diagonal summed-away")


def einsum_with_an_ellipsis(S, M):
    return np.sum(np.einsum("...ij,jk->...ik", S, M) ** 2) + np.sum(np.einsum("...j,...j->...", S, S))


CASES.add(einsum_with_an_ellipsis, T, B, features="einsum ellipsis broadcast")


def einsum_by_lists(M, N):
    return np.sum(np.einsum(M, [0, 1], N, [1, 2], [2, 0]) ** 2)


CASES.add(einsum_by_lists, A, B, features="einsum sublists")


def einsum_that_sums_apart(M, v):
    return np.sum(np.einsum("ij,k->i", M, v) ** 2) + np.sum(np.einsum("ij,ij->i", M[:, :1], M))


CASES.add(einsum_that_sums_apart, A, THREE, features="einsum summed-away size-one")


def a_tensor_network(P, Q, R):
    theta = np.tensordot(P, Q, axes=1)
    whole = np.tensordot(theta, R, axes=([2, 0], [1, 2]))
    return np.sum(whole**2) + np.tensordot(P, P)


CASES.add(
    a_tensor_network, draw(3, 4, seed=929), draw(4, 2, 5, seed=930), draw(2, 5, 3, seed=931), features="tensordot axes"
)


def a_chain_of_tensors(first, middle, last):
    environment = np.einsum("ia,ib->ab", first, first)
    environment = np.einsum("ab,aic,bid->cd", environment, middle, middle)
    return np.log(np.einsum("cd,ic,id->", environment, last, last))


CASES.add(
    a_chain_of_tensors, draw(2, 3, seed=932), draw(3, 2, 3, seed=933), draw(2, 3, seed=934), features="einsum log"
)


def inner_products(M, N, x):
    return np.sum(np.inner(M, N) ** 2) + np.inner(x, x) * np.vdot(M, M) + np.sum(np.inner(T, x[0] * N))


CASES.add(inner_products, A, A[:2] + 1, THREE, oracle="ridders", features="inner vdot")


def dot_of_many_axes(S, M):
    return np.sum(np.dot(S, M) ** 2) + np.sum(np.dot(M.T, np.swapaxes(S, 1, 2)))


CASES.add(dot_of_many_axes, T, B, features="dot many-axes")


def outer_and_kron(u, v, M):
    return np.sum(np.outer(u, v) ** 3) + np.sum(np.kron(M, np.eye(2)) @ np.kron(v, u)[:6]) + np.sum(np.kron(u, M))


CASES.add(outer_and_kron, THREE, draw(3, seed=935), SQUARE, features="outer kron")


def torque(r, F, w):
    return np.sum(np.cross(r, F) * w) + np.cross(r[0], w) @ F[1]


CASES.add(torque, draw(4, 3, seed=936), draw(4, 3, seed=937), THREE, features="cross broadcast")


def area_of_triangles(P):
    normals = np.cross(P[:, 1] - P[:, 0], P[:, 2] - P[:, 0])
    return 0.5 * np.sum(np.sqrt(np.sum(normals**2, axis=1)))


CASES.add(area_of_triangles, draw(2, 3, 3, seed=938), features="cross slice sqrt")


def stacked_vectors(M, x, y):
    return np.sum(np.vecdot(x, y) ** 2) + np.sum(np.matvec(M, x) * y) + np.sum(np.vecmat(y, M))


if hasattr(np, "matvec"):
    CASES.add(
        stacked_vectors,
        SQUARE,
        draw(2, 3, seed=939),
        draw(2, 3, seed=940),
        oracle="ridders",
        features="vecdot matvec vecmat stack",
    )


def filtered(signal, kernel):
    smooth = np.convolve(signal, kernel, mode="valid")
    return np.sum(smooth**2) + np.convolve(signal, kernel)[2] * np.convolve(kernel, signal, "same")[0]


CASES.add(filtered, SIX, THREE, features="convolve modes")


def matched_filter(signal, pattern):
    return np.sum(np.correlate(signal, pattern) ** 2) + np.correlate(pattern, signal, "full") @ np.arange(8.0)


CASES.add(matched_filter, SIX, THREE, oracle="ridders", features="correlate modes")


def edges_of_an_image(image, kernel):
    rows = [np.convolve(row, kernel, mode="same") for row in image]
    return np.sum(np.abs(np.array(rows)))


CASES.add(edges_of_an_image, A, THREE, oracle="ridders", features="convolve loop iteration array-of-values")


def single_precision_einsum(M, N):
    return np.sum(np.tanh(np.einsum("ij,jk->ik", M, N)))


CASES.add(
    single_precision_einsum, A.astype(np.float32), B.astype(np.float32), features="float32 einsum", dtype="float32"
)
