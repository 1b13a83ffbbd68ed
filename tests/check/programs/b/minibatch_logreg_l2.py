"""Multinomial logistic regression with minibatches drawn by a generator."""
import numpy as np

np.random.seed(8)
N, D, K = 90, 5, 3
X = np.random.randn(N, D)
true_W = np.random.randn(D, K)
Y = np.eye(K)[np.argmax(X @ true_W + 0.3 * np.random.randn(N, K), axis=1)]


def minibatches(X, Y, size):
    while True:
        order = np.random.permutation(len(X))
        for start in range(0, len(X), size):
            rows = order[start:start + size]
            yield X[rows], Y[rows]


def loss_and_grad(W, b, X, Y, lam):
    scores = X @ W + b
    scores = scores - scores.max(axis=1, keepdims=True)
    logp = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    loss = -np.sum(Y * logp) / len(X) + lam * np.sum(W ** 2)
    dscores = (np.exp(logp) - Y) / N
    gW = X.T @ dscores + 2 * lam * W
    gb = dscores.sum(axis=0)
    return loss, gW, gb


W = np.zeros((D, K))
b = np.zeros(K)
lam = 0.01
stream = minibatches(X, Y, 15)
for it in range(1500):
    xb, yb = next(stream)
    loss, gW, gb = loss_and_grad(W, b, xb, yb, lam)
    W -= 0.5 * gW
    b -= 0.5 * gb
    if it % 300 == 0:
        print(it, round(float(loss), 4))
acc = np.mean(np.argmax(X @ W + b, 1) == Y.argmax(1))
print("accuracy", acc)
