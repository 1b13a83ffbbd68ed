import numpy as np


class Unrolled:
    """h <- tanh(x A + h R + c), four times with the same weights and input, then a readout"""

    def __init__(self, n, h, o, steps=4):
        r = np.random.default_rng(13)
        self.A, self.R, self.O = r.normal(0, 0.4, (n, h)), r.normal(0, 0.4, (h, h)), r.normal(0, 0.4, (h, o))
        self.c = np.zeros(h)
        self.steps = steps

    def unroll(self, x):
        self.x = x
        self.hs = [np.zeros((len(x), len(self.c)))]
        for _ in range(self.steps):
            self.hs.append(np.tanh(x @ self.A + self.hs[-1] @ self.R + self.c))
        return self.hs[-1] @ self.O

    def adjoint(self, d):
        self.gO = self.hs[-1].T @ d
        self.gA, self.gR, self.gc = np.zeros_like(self.A), np.zeros_like(self.R), np.zeros_like(self.c)
        d = d @ self.O.T
        for k in range(self.steps, 0, -1):
            d = d * (1 - self.hs[k] ** 2)
            self.gR += self.hs[k - 1].T @ d
            self.gc += d.sum(axis=0)
            d = d @ self.R.T
        self.gA += self.x.T @ d
        return d


r = np.random.default_rng(0)
X = r.normal(size=(40, 4))
Y = np.stack([X[:, 0] * X[:, 1], np.sin(X[:, 2]), X[:, 3]], axis=1)
model = Unrolled(4, 6, 3)
for epoch in range(600):
    out = model.unroll(X)
    model.adjoint((out - Y) / len(X))
    model.A -= 0.1 * model.gA
    model.R -= 0.1 * model.gR
    model.c -= 0.1 * model.gc
    model.O -= 0.1 * model.gO
    if epoch % 150 == 0:
        print(epoch, 0.5 * np.sum((out - Y) ** 2) / len(X))
