import numpy as np


class Linear:
    def __init__(self, i, o):
        self.W = np.random.randn(i, o) * 0.5
        self.b = np.zeros(o)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, d):
        self.dW = self.x.T @ d
        self.db = d.sum(0)
        return d @ self.W.T


class UnitLength:
    """Every row is divided by its length."""

    def forward(self, x):
        self.length = np.sqrt(np.sum(x * x, axis=1, keepdims=True))
        self.u = x / self.length
        return self.u

    def backward(self, d):
        along = np.sum(d * self.u, keepdims=True)
        return (d - along * self.u) / self.length


class Net:
    def __init__(self):
        self.lin, self.unit, self.out = Linear(5, 4), UnitLength(), Linear(4, 2)

    def forward(self, x):
        self.c = self.unit.forward(self.lin.forward(x))
        self.act = np.exp(self.c)
        return self.out.forward(self.act)

    def backward(self, d):
        d = self.out.backward(d)
        d = d * np.exp(self.act)
        self.lin.backward(self.unit.backward(d))


np.random.seed(62)
X = np.random.randn(30, 5)
T = X[:, :2] / np.linalg.norm(X, axis=1, keepdims=True)
net = Net()
for k in range(400):
    e = net.forward(X) - T
    net.backward(e)
    for layer in (net.lin, net.out):
        layer.W -= 0.01 * layer.dW
        layer.b -= 0.01 * layer.db
    if k % 100 == 0:
        print(k, 0.5 * np.sum(e ** 2))
