import numpy as np


def softmax(v):
    e = np.exp(v - v.max())
    return e / e.sum()


class VectorNet:
    """One example at a time, all vectors one-dimensional."""

    def __init__(self, n, h, k):
        self.W1 = np.random.randn(h, n) * 0.5
        self.W2 = np.random.randn(h, h) * 0.5
        self.W3 = np.random.randn(k, h) * 0.5

    def out(self, x):
        self.h1 = np.tanh(self.W1 @ x)
        self.h2 = np.tanh(self.W2 @ self.h1)
        return softmax(self.W3 @ self.h2)

    def train(self, x, t, lr):
        d3 = self.out(x)
        d3[t] -= 1
        d2 = (d3 @ self.W3) * (1 - self.h2 ** 2)
        d1 = (d2 @ self.W2) * (1 - self.h1 ** 2)
        self.W3 -= lr * np.outer(d3, self.h2)
        self.W2 -= lr * d2 * self.h1
        self.W1 -= lr * np.outer(d1, x)


np.random.seed(59)
data = np.random.randn(60, 3)
labels = (data[:, 0] > 0).astype(int) + (data[:, 1] > 0.5)
net = VectorNet(3, 5, 3)
for epoch in range(60):
    for i in np.random.permutation(60):
        net.train(data[i], labels[i], 0.05)
print("accuracy", np.mean([net.out(x).argmax() == t for x, t in zip(data, labels)]))
