import numpy as np


class NormMLP:
    def __init__(self, d, h, o):
        self.w1 = np.random.randn(d, h) * 0.5
        self.g = np.ones(h)
        self.c = np.zeros(h)
        self.w2 = np.random.randn(h, o) * 0.5
        self.grads = None

    def forward(self, x):
        u = x @ self.w1
        self.sd = np.sqrt(u.var(-1, keepdims=True) + 1e-8)
        self.xh = (u - u.mean(-1, keepdims=True)) / self.sd
        self.a = np.maximum(self.g * self.xh + self.c, 0.1 * (self.g * self.xh + self.c))
        self.x = x
        return self.a @ self.w2

    def backward(self, d):
        dw2 = self.a.T @ d
        da = d @ self.w2.T
        dy = np.where(self.a > 0, da, 0.1 * da)
        dg, dc = (dy * self.xh).sum(0), dy.sum(0)
        dxh = dy * self.g
        du = (dxh - dxh.mean(-1, keepdims=True) - self.xh * (dxh * self.xh).mean(-1, keepdims=True)) / self.sd
        self.grads = [self.x.T @ du, dg, dc, dw2]

    def step(self, lr):
        for p, g in zip([self.w1, self.g, self.c, self.w2], self.grads):
            p -= lr * g


np.random.seed(44)
X = np.random.randn(40, 3)
Y = np.c_[X[:, 0] * X[:, 1], np.exp(-X[:, 2] ** 2)]
m = NormMLP(3, 8, 2)
for epoch in range(700):
    out = m.forward(X)
    m.backward(2 * (out - Y) / len(X))
    m.step(0.05)
print("loss", ((m.forward(X) - Y) ** 2).sum() / len(X))
