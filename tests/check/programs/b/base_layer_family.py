import numpy as np


class Base:
    """Layers derive from this; x and y of the last forward are kept."""

    def forward(self, x):
        self.x = x
        self.y = self.compute(x)
        return self.y

    def compute(self, x):
        raise NotImplementedError


class Affine(Base):
    def __init__(self, n, m):
        self.w = np.random.randn(n, m) / np.sqrt(n)
        self.bias = np.zeros((1, m))

    def compute(self, x):
        return x @ self.w + self.bias

    def backward(self, d):
        self.gw = self.x.T @ d
        self.gbias = d.sum(axis=1, keepdims=True).sum(axis=0)
        return d @ self.w.T


class Tanh(Base):
    def compute(self, x):
        return np.tanh(x)

    def backward(self, d):
        return np.tanh(d) * (1 - self.y ** 2)


class Network(Base):
    def __init__(self):
        self.first, self.mid, self.second = Affine(4, 6), Tanh(), Affine(6, 3)

    def compute(self, x):
        return self.second.forward(self.mid.forward(self.first.forward(x)))

    def backward(self, d):
        self.first.backward(self.mid.backward(self.second.backward(d)))

    def descend(self, rate):
        for layer in (self.first, self.second):
            layer.w -= rate * layer.gw
            layer.bias -= rate * layer.gbias


np.random.seed(97)
X = np.random.randn(20, 4)
Y = np.c_[X[:, 0] * X[:, 1], np.cos(X[:, 2]), X[:, 3]]
net = Network()
for k in range(1000):
    e = net.forward(X) - Y
    net.backward(e)
    net.descend(0.005)
    if k % 200 == 0:
        print(k, 0.5 * np.sum(e ** 2))
