import numpy as np


class Dense:
    def __init__(self, n, m):
        self.w = np.random.standard_normal((n, m)) * 0.3
        self.b = np.zeros((1, m))

    def forward(self, x):
        self.x = x
        return x @ self.w + self.b

    def backward(self, d):
        self.dw = self.x.T @ d
        self.db = d.sum(axis=0, keepdims=True)
        return d @ self.w.T


class Tanh:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, d):
        return d * (1 - self.y ** 2)


class Softmax:
    def forward(self, x):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.y = e / e.sum(axis=1, keepdims=True)
        return self.y

    def backward(self, d):
        # full Jacobian, row by row
        out = np.zeros_like(d)
        for i, (y, g) in enumerate(zip(self.y, d)):
            y = y.reshape(-1, 1)
            out[i] = (np.diagflat(y) - y @ y.T) @ g
        return out


class CrossEntropy:
    def value(self, p, t):
        return -np.sum(t * np.log(p + 1e-12)) / len(p)

    def gradient(self, p, t):
        return (p - t) / len(p)


class Model:
    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        for l in self.layers:
            x = l.forward(x)
        return x

    def backward(self, d):
        for l in self.layers[::-1]:
            d = l.backward(d)

    def update(self, rate):
        for l in self.layers:
            if isinstance(l, Dense):
                l.w -= rate * l.dw
                l.b -= rate * l.db


np.random.seed(38)
X = np.random.randn(45, 5)
labels = np.argmax(np.c_[X[:, 0], X[:, 1], -X[:, 0] - X[:, 1]], axis=1)
T = np.eye(3)[labels]
net = Model([Dense(5, 8), Tanh(), Dense(8, 3), Softmax()])
loss = CrossEntropy()
for epoch in range(1000):
    p = net.forward(X)
    net.backward(loss.gradient(p, T))
    net.update(0.5)
    if epoch % 200 == 0:
        print(epoch, loss.value(p, T))
