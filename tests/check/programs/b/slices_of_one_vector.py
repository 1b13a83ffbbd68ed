"""All parameters live in one flat vector, as optimisers like it. Gradients are written into slices of a flat buffer."""
import numpy as np

n, h, m = 3, 5, 2
cuts = np.cumsum([0, n * h, h, h * m, m])
parts = [slice(a, b) for a, b in zip(cuts[:-1], cuts[1:])]
lam = 0.02


def unpack(theta):
    W1 = theta[parts[0]].reshape(n, h)
    W2 = theta[parts[2]].reshape(h, m)
    return W1, theta[parts[1]], W2, theta[parts[3]]


def objective(theta, X, Y):
    W1, b1, W2, b2 = unpack(theta)
    A = np.tanh(X @ W1 + b1)
    E = A @ W2 + b2 - Y
    J = 0.5 * np.mean(np.sum(E ** 2, axis=1)) + 0.5 * lam * (np.sum(W1 ** 2) + np.sum(W2 ** 2))

    grad = np.empty_like(theta)
    D2 = E / len(X)
    grad[parts[2]] = (A.T @ D2 + lam * W2).ravel()
    grad[parts[3]] = D2.sum(axis=0)
    D1 = D2 @ W2.T * (1 - A ** 2)
    grad[parts[0]] = (D1.T @ X + lam * W1.T).ravel()
    grad[parts[1]] = D1.sum(axis=0)
    return J, grad


rng = np.random.RandomState(70)
theta = rng.randn(cuts[-1]) * 0.4
X = rng.randn(45, 3)
Y = np.stack([np.sin(X[:, 0]), X[:, 1] * X[:, 2]], axis=1)
v = np.zeros_like(theta)
for k in range(800):
    J, g = objective(theta, X, Y)
    v = 0.9 * v - 0.05 * g
    theta += v
    if k % 200 == 0:
        print(k, J)
