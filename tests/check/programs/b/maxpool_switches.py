import numpy as np


class ConvNet:
    def __init__(self):
        r = np.random.RandomState(71)
        self.K = r.randn(3, 2, 2, 2) * 0.4      # out, in, kh, kw
        self.kb = np.zeros(3)
        self.w = r.randn(3 * 2 * 2, 1) * 0.4
        self.wb = np.zeros(1)
        self.d = {}

    def forward(self, x):
        self.x = x
        n = x.shape[0]
        z = np.zeros((n, 3, 4, 4)) + self.kb[:, None, None]
        xp = np.pad(x, ((0, 0), (0, 0), (0, 1), (0, 1)))
        self.xp = xp
        for a in range(2):
            for b in range(2):
                z += np.einsum("nchw,fc->nfhw", xp[:, :, a:a + 8:2, b:b + 8:2], self.K[:, :, a, b])
        self.r = np.clip(z, 0, None)
        v = self.r.reshape(n, 3, 2, 2, 2, 2)
        self.pooled = v.max(axis=(3, 5))
        self.switch = v == self.pooled[:, :, :, None, :, None]
        return self.pooled.reshape(n, -1) @ self.w + self.wb

    def backward(self, g):
        n = g.shape[0]
        self.d["w"] = self.pooled.reshape(n, -1).T @ g
        self.d["wb"] = g.sum(axis=0)
        dp = (g @ self.w.T).reshape(self.pooled.shape)
        dr = (self.switch * dp[:, :, :, None, :, None]).reshape(n, 3, 4, 4)
        dz = np.where(self.r > 0, dr, 0)
        dK = np.zeros_like(self.K)
        for a in range(2):
            for b in range(2):
                dK[:, :, a, b] += np.einsum("nfhw,nchw->fc", dz, self.xp[:, :, a:a + 8:2, b:b + 8:2])
        self.d["K"] = dK
        self.d["kb"] = np.sum(dz, axis=(0, 2, 3))


np.random.seed(0)
net = ConvNet()
X = np.random.randn(20, 2, 7, 7)
t = X[:, 0].max(axis=(1, 2))[:, None] * 0.3
for i in range(300):
    e = net.forward(X) - t
    net.backward(e)
    for name, grad in net.d.items():
        setattr(net, name, getattr(net, name) - 0.01 * grad)
    if i % 100 == 0:
        print(i, float((e ** 2).mean()))
