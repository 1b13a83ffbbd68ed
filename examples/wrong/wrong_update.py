import numpy as np

np.random.seed(1)
X = np.random.randn(5, 3)
y = np.random.rand(5, 4)
W1 = np.random.randn(3, 4)
W2 = np.random.randn(4, 4)
b1 = np.zeros(4)
b2 = np.zeros(4)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


for _ in range(1000):
    h = sigmoid(X @ W1 + b1)
    k = sigmoid(h @ W2 + b2)
    loss = 0.5 * np.sum((k - y) ** 2)

    dz2 = (k - y) * k * (1 - k)
    dz1 = dz2 @ W2.T * h * (1 - h)
    db2 = dz2.sum(axis=0)
    db1 = dz1.sum(axis=0)

    W2 -= 0.5 * h.T @ dz2
    b2 -= 0.5 * db2
    W1 -= 0.5 * X.T @ dz1
    b1 -= 0.5 * db2
