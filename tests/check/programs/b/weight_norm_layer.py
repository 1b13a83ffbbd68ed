import numpy as np


class WeightNormLinear:
    """w = g * v / ||v||, one norm per output unit (columns of v)"""

    def __init__(self, n_in, n_out, rng):
        self.v = rng.normal(size=(n_in, n_out))
        self.g = np.ones(n_out)
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        self.norm = np.sqrt((self.v ** 2).sum(axis=0))
        self.w = self.g * self.v / self.norm
        return x @ self.w + self.b

    def backward(self, d):
        dw = self.x.T @ d
        self.db = d.sum(axis=0)
        self.dg = (dw * self.v).sum(axis=0) / self.norm
        self.dv = self.g / self.norm * dw
        return d @ self.w.T


rng = np.random.default_rng(8)
X = rng.normal(size=(50, 4))
Y = X @ rng.normal(size=(4, 3)) + 0.5
layer = WeightNormLinear(4, 3, rng)
for k in range(500):
    out = layer.forward(X)
    layer.backward((out - Y) / len(X))
    layer.v -= 0.1 * layer.dv
    layer.g -= 0.1 * layer.dg
    layer.b -= 0.1 * layer.db
    if k % 100 == 0:
        print(k, 0.5 * np.sum((out - Y) ** 2) / len(X))
