"""Linear models and what stands above a network: losses, penalties, embeddings."""

import numpy as np

from hand_written.passes import Passes
from zoo.case import draw

PASSES = Passes()

N, D, C = 6, 4, 3
X = draw(N, D, seed=100)
t = np.array([0, 2, 1, 1, 0, 2])
T = np.eye(C)[t]
target = draw(N, seed=101)
bits = np.array([0.0, 1.0, 1.0, 0.0, 1.0, 0.0])
signs = 2 * bits - 1


def linear_regression(w, b):
    error = X @ w + b - target
    return np.mean(error**2)


@PASSES.of(linear_regression, draw(D, seed=1), 0.3)
def linear_regression_by_hand(w, b):
    error = X @ w + b - target
    # backward
    derror = 2 * error / len(X)
    dw = X.T @ derror
    db = derror.sum()
    return dw, db


def logistic_regression_with_penalty(w, b):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    return -np.mean(bits * np.log(p) + (1 - bits) * np.log(1 - p)) + 0.01 * np.sum(w**2)


@PASSES.of(logistic_regression_with_penalty, draw(D, seed=1), 0.3)
def logistic_regression_with_penalty_by_hand(w, b):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    # backward
    dz = (p - bits) / len(X)
    dw = X.T @ dz + 0.02 * w
    db = dz.sum()
    return dw, db


def softmax_classifier(W, b):
    scores = X @ W + b
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(N), t])) + 0.5 * 0.1 * np.sum(W * W)


@PASSES.of(softmax_classifier, draw(D, C, seed=1), draw(C, seed=2))
def softmax_classifier_by_hand(W, b):
    scores = X @ W + b
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    # backward
    dscores = p.copy()
    dscores[np.arange(N), t] -= 1
    dscores /= N
    dW = X.T @ dscores + 0.1 * W
    db = dscores.sum(axis=0)
    return dW, db


def support_vector_machine(W):
    scores = X @ W
    margins = np.maximum(0, scores - scores[np.arange(N), t][:, None] + 1)
    margins[np.arange(N), t] = 0
    return np.sum(margins) / N + 0.1 * np.sum(W**2)


@PASSES.of(support_vector_machine, draw(D, C, seed=1))
def support_vector_machine_by_hand(W):
    scores = X @ W
    margins = np.maximum(0, scores - scores[np.arange(N), t][:, None] + 1)
    margins[np.arange(N), t] = 0
    # backward
    dscores = (margins > 0) / N
    dscores[np.arange(N), t] -= dscores.sum(axis=1)
    dW = X.T @ dscores + 0.2 * W
    return dW


def hinge_loss(w, b):
    margin = signs * (X @ w + b)
    return np.mean(np.maximum(0, 1 - margin)) + 0.5 * w @ w


@PASSES.of(hinge_loss, draw(D, seed=1), 0.1)
def hinge_loss_by_hand(w, b):
    margin = signs * (X @ w + b)
    # backward
    dz = np.where(margin < 1, -signs, 0) / N
    dw = X.T @ dz + w
    db = dz.sum()
    return dw, db


def two_layer_relu_net(W1, b1, W2, b2):
    h = np.maximum(0, X @ W1 + b1)
    scores = h @ W2 + b2
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.sum(T * np.log(p)) / N


@PASSES.of(two_layer_relu_net, draw(D, 5, seed=1), draw(5, seed=2), draw(5, C, seed=3), draw(C, seed=4))
def two_layer_relu_net_by_hand(W1, b1, W2, b2):
    h = np.maximum(0, X @ W1 + b1)
    scores = h @ W2 + b2
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    # backward
    dscores = (p - T) / N
    dW2 = h.T @ dscores
    db2 = dscores.sum(axis=0)
    dh = dscores @ W2.T
    dh[h <= 0] = 0
    dW1 = X.T @ dh
    db1 = dh.sum(axis=0)
    return dW1, db1, dW2, db2


words = np.array([[0, 3, 3], [1, 2, 0], [4, 4, 2], [5, 1, 3], [2, 0, 1], [3, 5, 5]])


def bag_of_words_classifier(E, W, b):
    h = E[words].mean(axis=1)
    scores = h @ W + b
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.sum(T * np.log(p)) / N


@PASSES.of(bag_of_words_classifier, draw(6, D, seed=1), draw(D, C, seed=2), draw(C, seed=3))
def bag_of_words_classifier_by_hand(E, W, b):
    h = E[words].mean(axis=1)
    scores = h @ W + b
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    # backward
    dscores = (p - T) / N
    dW = h.T @ dscores
    db = dscores.sum(axis=0)
    dh = dscores @ W.T
    dE = np.zeros_like(E)
    np.add.at(dE, words, dh[:, None] / words.shape[1])
    return dE, dW, db


def word2vec_with_negative_sampling(V, U):
    v = V[2]
    good = 1 / (1 + np.exp(-(U[4] @ v)))
    bad = 1 / (1 + np.exp(-(U[[0, 3, 5, 0]] @ v)))
    return -np.log(good) - np.sum(np.log(1 - bad))


@PASSES.of(word2vec_with_negative_sampling, draw(6, D, seed=1), draw(6, D, seed=2))
def word2vec_with_negative_sampling_by_hand(V, U):
    v = V[2]
    good = 1 / (1 + np.exp(-(U[4] @ v)))
    bad = 1 / (1 + np.exp(-(U[[0, 3, 5, 0]] @ v)))
    # backward
    dV, dU = np.zeros_like(V), np.zeros_like(U)
    dV[2] = (good - 1) * U[4] + bad @ U[[0, 3, 5, 0]]
    dU[4] = (good - 1) * v
    np.add.at(dU, [0, 3, 5, 0], np.outer(bad, v))
    return dV, dU


anchor, same, other = draw(N, D, seed=102), draw(N, D, seed=103), draw(N, D, seed=104)


def triplet_loss(W):
    a, p, n = anchor @ W, same @ W, other @ W
    near, far = np.sum((a - p) ** 2, axis=1), np.sum((a - n) ** 2, axis=1)
    return np.mean(np.maximum(0, near - far + 1))


@PASSES.of(triplet_loss, draw(D, 2, seed=1))
def triplet_loss_by_hand(W):
    a, p, n = anchor @ W, same @ W, other @ W
    near, far = np.sum((a - p) ** 2, axis=1), np.sum((a - n) ** 2, axis=1)
    # backward
    dnear = (near - far + 1 > 0)[:, None] / N
    dp = 2 * dnear * (p - a)
    dn = 2 * dnear * (a - n)
    da = -dp - dn
    dW = anchor.T @ da + same.T @ dp + other.T @ dn
    return dW


def siamese_contrastive_loss(W):
    a, b = np.tanh(anchor @ W), np.tanh(same @ W)
    d = np.sqrt(np.sum((a - b) ** 2, axis=1))
    return np.mean(bits * d**2 + (1 - bits) * np.maximum(0, 2 - d) ** 2)


@PASSES.of(siamese_contrastive_loss, draw(D, 2, seed=1))
def siamese_contrastive_loss_by_hand(W):
    a, b = np.tanh(anchor @ W), np.tanh(same @ W)
    d = np.sqrt(np.sum((a - b) ** 2, axis=1))
    # backward
    dd = 2 * (bits * d - (1 - bits) * np.maximum(0, 2 - d)) / N
    da = (dd / d)[:, None] * (a - b)
    dza = da * (1 - a**2)
    dzb = -da * (1 - b**2)
    dW = anchor.T @ dza + same.T @ dzb
    return dW
