import numpy as np


class AttentionPooling:
    """score_t = u . tanh(V x_t); weights softmax over t; weighted mean of x; logistic output"""

    def __init__(self, d, k):
        r = np.random.RandomState(11)
        self.V = r.randn(d, k) * 0.5
        self.u = r.randn(k) * 0.5
        self.W = r.randn(d, 1) * 0.5
        self.c = np.zeros(1)

    def forward(self, x):
        self.x = x
        self.h = np.tanh(x @ self.V)                  # (n, T, k)
        s = self.h @ self.u                           # (n, T)
        e = np.exp(s - s.max(axis=1, keepdims=True))
        self.a = e / e.sum(axis=1, keepdims=True)
        self.pooled = np.einsum("nt,ntd->nd", self.a, x)
        return 1 / (1 + np.exp(-(self.pooled @ self.W + self.c)))

    def backward(self, dz):
        self.dW = self.pooled.T @ dz
        self.dc = dz.sum(axis=0)
        dpool = dz @ self.W.T
        da = np.einsum("nd,ntd->nt", dpool, self.x)
        ds = np.zeros_like(da)
        for i in range(len(da)):
            a = self.a[i]
            J = np.diag(a) - np.outer(a, a)
            ds[i] = np.diag(J) * da[i]
        self.du = np.einsum("nt,ntk->k", ds, self.h)
        dh = ds[:, :, None] * self.u
        self.dV = np.einsum("ntd,ntk->dk", self.x, dh * (1 - self.h ** 2))


rs = np.random.RandomState(4)
X = rs.randn(50, 5, 4)
y = (X[np.arange(50), X[:, :, 0].argmax(axis=1), 1] > 0).astype(float)[:, None]
net = AttentionPooling(4, 3)
for epoch in range(1000):
    p = net.forward(X)
    net.backward((p - y) / len(X))
    for name in ("V", "u", "W", "c"):
        setattr(net, name, getattr(net, name) - 0.5 * getattr(net, "d" + name))
    if epoch % 250 == 0:
        print(epoch, np.mean((p > 0.5) == y))
