import numpy as np


class MultiTask:
    def __init__(self, d, h, k, mix=0.5):
        r = np.random.RandomState(3)
        self.mix = mix
        self.p = dict(A=r.randn(d, h) * 0.4, a=np.zeros(h), B=r.randn(h, h) * 0.2, C=r.randn(h, k) * 0.4, v=r.randn(h) * 0.4)
        self.g = {}

    def forward(self, x):
        p = self.p
        self.x = x
        self.h1 = np.tanh(x @ p["A"] + p["a"])
        self.r = np.maximum(self.h1 @ p["B"], 0)
        self.h2 = self.h1 + self.r
        s = self.h2 @ p["C"]
        e = np.exp(s - s.max(1, keepdims=True))
        self.prob = e / e.sum(1, keepdims=True)
        self.value = self.h2 @ p["v"]
        return self.prob, self.value

    def losses(self, c, v):
        n = len(c)
        return -np.mean(np.log(self.prob[np.arange(n), c])), 0.5 * np.mean((self.value - v) ** 2)

    def backward(self, c, v):
        p, n = self.p, len(c)
        ds = (self.prob - np.eye(self.prob.shape[1])[c]) / n
        dv = self.mix * (self.value - v) / n
        self.g["C"] = self.h2.T @ ds
        self.g["v"] = self.h2.T @ dv
        dh2 = ds @ p["C"].T
        dh2 += np.outer(dv, p["v"])
        dr = dh2 * (self.r > 0)
        self.g["B"] = self.h1.T @ dr
        dh1 = dh2 + dr @ p["B"].T
        dz = dh1 * (1 - self.h1 ** 2)
        self.g["A"] = self.x.T @ dz
        self.g["a"] = dz.sum(0)


rs = np.random.RandomState(12)
X = rs.randn(60, 4)
cls = np.digitize(X[:, 0] + X[:, 1], [-0.7, 0.7])
val = X[:, 2] * X[:, 3]
net = MultiTask(4, 8, 3)
lr, decay = 0.2, 1e-3
for epoch in range(900):
    net.forward(X)
    net.backward(cls, val)
    for k, w in net.p.items():
        w -= lr * (net.g[k] + decay * w)
    if epoch % 300 == 0:
        print(epoch, *net.losses(cls, val))
