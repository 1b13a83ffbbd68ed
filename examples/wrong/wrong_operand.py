import numpy as np

np.random.seed(1)
X = np.random.randn(5, 3)
y = np.random.rand(5, 4)
W1 = np.random.randn(3, 4)
W2 = np.random.randn(4, 4)
W3 = np.random.randn(4, 4)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


for _ in range(1000):
    h1 = sigmoid(X @ W1)
    h2 = sigmoid(h1 @ W2)
    k = sigmoid(h2 @ W3)
    loss = 0.5 * np.sum((k - y) ** 2)

    dz3 = (k - y) * k * (1 - k)
    dz2 = dz3 @ W3.T * h2 * (1 - h2)
    dz1 = dz2 @ W3.T * h1 * (1 - h1)
    W3 -= 0.5 * h2.T @ dz3
    W2 -= 0.5 * h1.T @ dz2
    W1 -= 0.5 * X.T @ dz1
