import numpy as np


class TiedAutoEncoder(object):
    """x -> h = sigmoid(W x + b) -> r = W' h + c, with W' the transpose of W"""

    def __init__(self, n_visible, n_hidden, seed=0):
        rng = np.random.RandomState(seed)
        self.W = rng.normal(0, 0.2, (n_hidden, n_visible))
        self.b = np.zeros((n_hidden, 1))
        self.c = np.zeros((n_visible, 1))

    @staticmethod
    def _sigm(z):
        return 1 / (1 + np.exp(-z))

    def encode(self, X):
        return self._sigm(np.dot(self.W, X) + self.b)

    def decode(self, H):
        return np.dot(self.W.T, H) + self.c

    def cost_and_grads(self, X):
        m = X.shape[1]
        H = self.encode(X)
        R = self.decode(H)
        E = R - X
        cost = 0.5 * np.sum(E ** 2) / m
        dR = E / m
        dH = np.dot(self.W, dR) * H * (1 - H)
        grads = {}
        grads['c'] = dR.sum(axis=1, keepdims=True)
        grads['b'] = dH.sum(axis=1, keepdims=True)
        grads['W'] = np.dot(dH, X.T)
        return cost, grads

    def fit(self, X, lr=0.5, epochs=1000):
        for i in range(epochs):
            cost, grads = self.cost_and_grads(X)
            for name, g in grads.items():
                setattr(self, name, getattr(self, name) - lr * g)
            if i % 100 == 0:
                print("cost after %4d: %.6f" % (i, cost))


rng = np.random.RandomState(5)
basis = rng.randn(8, 3)
X = basis.dot(rng.rand(3, 20))
ae = TiedAutoEncoder(8, 4)
ae.fit(X)
