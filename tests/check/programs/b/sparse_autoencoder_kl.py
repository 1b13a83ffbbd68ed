"""Sparse autoencoder: squared error + weight decay + KL sparsity penalty. Samples are columns."""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def initialize(hidden, visible):
    r = np.sqrt(6) / np.sqrt(hidden + visible + 1)
    rng = np.random.RandomState(0)
    return {
        "W1": rng.uniform(-r, r, (hidden, visible)), "b1": np.zeros((hidden, 1)),
        "W2": rng.uniform(-r, r, (visible, hidden)), "b2": np.zeros((visible, 1)),
    }


def sparse_autoencoder_cost(theta, data, lam, beta, rho):
    W1, b1, W2, b2 = theta["W1"], theta["b1"], theta["W2"], theta["b2"]
    m = data.shape[1]

    a2 = sigmoid(W1.dot(data) + b1)
    a3 = sigmoid(W2.dot(a2) + b2)

    rho_hat = np.mean(a2, axis=1, keepdims=True)
    kl = np.sum(rho * np.log(rho / rho_hat) + (1 - rho) * np.log((1 - rho) / (1 - rho_hat)))
    J = 0.5 * np.sum((a3 - data) ** 2) / m + 0.5 * lam * (np.sum(W1 ** 2) + np.sum(W2 ** 2)) + beta * kl

    sparsity = -rho / rho_hat - (1 - rho) / (1 - rho_hat)
    delta3 = (a3 - data) * a3 * (1 - a3)
    delta2 = (W2.T.dot(delta3) + beta * sparsity) * a2 * (1 - a2)
    grad = {}
    grad["W2"] = delta3.dot(a2.T) / m + lam * W2
    grad["b2"] = delta3.sum(axis=1, keepdims=True) / m
    grad["W1"] = delta2.dot(data.T) / m + lam * W2.T
    grad["b1"] = delta2.sum(axis=1, keepdims=True) / m
    return J, grad


rng = np.random.RandomState(4)
data = sigmoid(rng.randn(6, 2).dot(rng.randn(2, 50)))
lam, beta, rho = 1e-3, 0.1, 0.2
theta = initialize(4, 6)
for it in range(1000):
    J, grad = sparse_autoencoder_cost(theta, data, lam, beta, rho)
    for k in theta:
        theta[k] -= 0.5 * grad[k]
    if it % 250 == 0:
        print("iteration", it, "cost", J)
