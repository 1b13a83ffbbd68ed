import numpy as np

SCALE = 0.5
rate = 0.1
counter = {"steps": 0}
_rng = np.random.RandomState(0)


def relu(z):
    return np.maximum(z, 0)


class Dense:
    def __init__(self, n_in, n_out):
        self.W = _rng.randn(n_in, n_out) * 0.5
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, g):
        self.dW = self.x.T @ g
        self.db = g.sum(axis=0)
        return g @ self.W.T

    def update(self, rate):
        self.W -= rate * self.dW
        self.b -= rate * self.db
