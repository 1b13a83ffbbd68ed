import numpy as np


class Highway:
    """y = t * h + (1 - t) * x with h = tanh(x WH + bH), t = sigmoid(x WT + bT)"""

    def __init__(self, n):
        self.WH = np.random.randn(n, n) * 0.4
        self.WT = np.random.randn(n, n) * 0.4
        self.bH = np.zeros(n)
        self.bT = np.full(n, -1.0)

    def forward(self, x):
        self.x = x
        self.h = np.tanh(x @ self.WH + self.bH)
        self.t = 1 / (1 + np.exp(-(x @ self.WT + self.bT)))
        return self.t * self.h + (1 - self.t) * x

    def backward(self, dy):
        dh = dy * self.t
        dt = dy * (self.h - self.x)
        dzh = dh * (1 - self.h ** 2)
        dzt = dt * self.t * (1 - self.t)
        self.dWH, self.dbH = self.x.T @ dzh, dzh.sum(axis=0)
        self.dWT, self.dbT = self.x.T @ dzt, dzt.sum(axis=0)
        dx = dzh @ self.WH.T
        dx += dzt @ self.WT
        return dx + dy * self.t


class HighwayNet:
    def __init__(self, n, depth):
        self.layers = [Highway(n) for _ in range(depth)]

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, d):
        for layer in self.layers[::-1]:
            d = layer.backward(d)

    def step(self, rate):
        for layer in self.layers:
            for name in ("WH", "WT", "bH", "bT"):
                value = getattr(layer, name)
                value -= rate * getattr(layer, "d" + name)


np.random.seed(66)
X = np.random.randn(40, 5)
Y = np.where(X > 0, np.tanh(X[:, ::-1]), X)
net = HighwayNet(5, 3)
for epoch in range(600):
    out = net.forward(X)
    net.backward((out - Y) / len(X))
    net.step(0.1)
    if epoch % 150 == 0:
        print(epoch, 0.5 * np.sum((out - Y) ** 2) / len(X))
