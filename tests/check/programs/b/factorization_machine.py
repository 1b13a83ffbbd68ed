"""Factorization machine for regression, full batch gradient descent."""
import numpy as np


class FM:
    def __init__(self, n_features, rank):
        self.w0 = 0.0
        self.w = np.zeros(n_features)
        self.V = np.random.normal(scale=0.1, size=(n_features, rank))

    def predict(self, X):
        s = X @ self.V
        pair = 0.5 * np.sum(s ** 2 - (X ** 2) @ (self.V ** 2), axis=1)
        return self.w0 + X @ self.w + pair

    def step(self, X, y, lr):
        n = X.shape[0]
        e = (self.predict(X) - y) / n
        s = X @ self.V
        dw0 = e.sum()
        dw = X.T @ e
        dV = X.T @ (e[:, None] * s)
        self.w0 = self.w0 - lr * dw0
        self.w = self.w - lr * dw
        self.V = self.V - lr * dV
        return 0.5 * n * np.sum(e ** 2)


np.random.seed(31)
X = np.random.randn(100, 4)
y = 0.5 + X[:, 0] - X[:, 1] * X[:, 2] + 0.7 * X[:, 0] * X[:, 3]
fm = FM(4, 3)
for epoch in range(1000):
    loss = fm.step(X, y, 0.05)
    if epoch % 200 == 0:
        print("epoch %4d loss %.4f" % (epoch, loss))
