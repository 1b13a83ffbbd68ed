import numpy as np


class Scale:
    def __init__(self, h, w):
        self.w = np.random.rand(h, w) + 0.5
        self.b = np.zeros((h, w))

    def forward(self, x):
        self.x = x
        return x * self.w + self.b

    def backward(self, d):
        self.dw = (d * self.x).sum(axis=0)
        self.db = d.sum(axis=0)
        return d * self.w


class MaxPool:
    def __init__(self, size=2, stride=1):
        self.size, self.stride = size, stride

    def regions(self, h, w):
        for i in range((h - self.size) // self.stride + 1):
            for j in range((w - self.size) // self.stride + 1):
                yield i, j, i * self.stride, j * self.stride

    def forward(self, x):
        self.x = x
        n, h, w = x.shape
        out = np.zeros((n, (h - self.size) // self.stride + 1, (w - self.size) // self.stride + 1))
        for i, j, r, c in self.regions(h, w):
            out[:, i, j] = x[:, r:r + self.size, c:c + self.size].max(axis=(1, 2))
        return out

    def backward(self, d):
        n, h, w = self.x.shape
        dx = np.zeros_like(self.x)
        for k in range(n):
            for i, j, r, c in self.regions(h, w):
                patch = self.x[k, r:r + self.size, c:c + self.size]
                a, b = np.unravel_index(patch.argmax(), patch.shape)
                dx[k, r + a, c + b] = d[k, i, j]
        return dx


np.random.seed(41)
scale, pool = Scale(4, 5), MaxPool(2, 1)
X = np.random.randn(20, 4, 5)
hidden_w = np.random.rand(4, 5) * 2
target = MaxPool(2, 1).forward(X * hidden_w)
for epoch in range(300):
    out = pool.forward(scale.forward(X))
    d = out - target
    scale.backward(pool.backward(d))
    scale.w -= 0.01 * scale.dw
    scale.b -= 0.01 * scale.db
    if epoch % 100 == 0:
        print("epoch", epoch, "loss", 0.5 * np.sum(d ** 2))
