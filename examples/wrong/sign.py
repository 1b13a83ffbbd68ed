import numpy as np

np.random.seed(1)
X = np.random.randn(5, 3)
y = np.random.rand(5, 2)
W1 = np.random.randn(3, 4)
W2 = np.random.randn(4, 2)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


for _ in range(1000):
    h = sigmoid(X @ W1)
    k = sigmoid(h @ W2)
    loss = 0.5 * np.sum((k - y) ** 2)

    dz2 = (k - y) * k * (1 - k)
    dW2 = h.T @ dz2
    dz1 = dz2 @ W2.T * h * (1 - h)
    dW1 = -X.T @ dz1

    W2 -= 0.5 * dW2
    W1 -= 0.5 * dW1
