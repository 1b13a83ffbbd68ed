import numpy as np


class GLU:
    """(batch, time, features); a, g = split(x W + b); y = a * sigmoid(g); readout R"""

    def __init__(self, n, h, o):
        self.W = np.random.randn(n, 2 * h) / np.sqrt(n)
        self.b = np.zeros(2 * h)
        self.R = np.random.randn(h, o) / np.sqrt(h)
        self.r = np.zeros(o)

    def forward(self, x):
        self.x = x
        u = x @ self.W + self.b
        self.a, g = np.split(u, 2, axis=-1)
        self.s = 1 / (1 + np.exp(-g))
        self.y = self.a * self.s
        return self.y @ self.R + self.r

    def backward(self, d):
        self.gR = np.tensordot(self.y, d, axes=([0, 1], [0, 1]))
        self.gr = d.sum(axis=(0, 1))
        dy = d @ self.R.T
        da = dy * self.s
        dg = dy * self.s * (1 - self.s)
        du = np.concatenate([da, dg], axis=-1)
        self.gW = np.einsum("btn,bth->nh", self.x, du)
        self.gb = du.sum(axis=0).mean(axis=0)


np.random.seed(80)
X = np.random.randn(12, 6, 3)
Y = np.stack([X[..., 0] * (X[..., 1] > 0), X[..., 2]], axis=-1)
m = GLU(3, 7, 2)
for i in range(600):
    out = m.forward(X)
    m.backward((out - Y) / len(X))
    for p, g in zip((m.W, m.b, m.R, m.r), (m.gW, m.gb, m.gR, m.gr)):
        p -= 0.02 * g
    if i % 150 == 0:
        print(i, 0.5 * np.sum((out - Y) ** 2) / len(X))
