import numpy as np


class RidgeMLP:
    def __init__(self, shape, l2):
        self.l2 = l2
        self.W = [np.random.randn(a, b) * 0.4 for a, b in zip(shape, shape[1:])]
        self.B = [np.zeros(b) for b in shape[1:]]

    def _forward(self, X):
        self.A = [X]
        for k, (W, B) in enumerate(zip(self.W, self.B)):
            Z = self.A[-1] @ W + B
            self.A.append(Z if k + 1 == len(self.W) else np.tanh(Z))
        return self.A[-1]

    def cost(self, X, Y):
        fit = np.sum((self._forward(X) - Y) ** 2) / (2 * len(X))
        return fit + 0.5 * self.l2 * sum(np.sum(W ** 2) for W in self.W)

    def grad(self, X, Y):
        D = (self._forward(X) - Y) / len(X)
        out = {"W": [], "B": []}
        for k in reversed(range(len(self.W))):
            out["W"].insert(0, self.A[k].T @ D + self.l2 * self.W[k])
            out["B"].insert(0, D.sum(axis=0) + self.l2 * self.B[k])
            if k:
                D = D @ self.W[k].T * (1 - self.A[k] ** 2)
        return out

    def fit(self, X, Y, rate=0.1, epochs=1000):
        for epoch in range(epochs):
            g = self.grad(X, Y)
            for k in range(len(self.W)):
                self.W[k] -= rate * g["W"][k]
                self.B[k] -= rate * g["B"][k]
            if epoch % 250 == 0:
                print(epoch, self.cost(X, Y))


np.random.seed(25)
X = np.random.randn(40, 3)
Y = np.stack([np.tanh(X.sum(1)) + 2, X[:, 0] * X[:, 1] - 1], 1)
mlp = RidgeMLP([3, 6, 2], l2=0.05)
mlp.fit(X, Y)
