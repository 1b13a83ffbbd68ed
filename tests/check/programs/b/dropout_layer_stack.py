import numpy as np


class Layer(object):
    trainable = False

    def forward(self, x):
        raise NotImplementedError()

    def backward(self, dout):
        raise NotImplementedError()


class FullyConnected(Layer):
    trainable = True

    def __init__(self, n, m):
        self.W = np.random.randn(n, m) * 0.4
        self.b = np.zeros(m)

    def forward(self, x):
        self.cache = x
        return x.dot(self.W) + self.b

    def backward(self, dout):
        self.dW = self.cache.T.dot(dout)
        self.db = dout.sum(axis=0)
        return dout.dot(self.W.T)


class Dropout(Layer):
    def __init__(self, p_drop):
        self.p_drop = p_drop

    def forward(self, x):
        self.mask = np.random.rand(*x.shape) > self.p_drop
        return x * self.mask / (1 - self.p_drop)

    def backward(self, dout):
        return dout * self.mask


class Softplus(Layer):
    def forward(self, x):
        self.cache = x
        return np.logaddexp(0, x)

    def backward(self, dout):
        return dout / (1 + np.exp(-self.cache))


class Net:
    def __init__(self):
        self.l1, self.l2 = FullyConnected(4, 8), FullyConnected(8, 2)
        self.stack = [self.l1, Softplus(), Dropout(0.3), self.l2]

    def forward(self, x):
        for layer in self.stack:
            x = layer.forward(x)
        return x

    def backward(self, d):
        for layer in reversed(self.stack):
            d = layer.backward(d)

    def step(self, lr):
        for layer in self.stack:
            if layer.trainable:
                layer.W -= lr * layer.dW
                layer.b -= lr * layer.db


np.random.seed(83)
X = np.random.randn(60, 4)
Y = np.c_[X[:, 0] * X[:, 1], X[:, 2:].sum(axis=1)]
net = Net()
for epoch in range(800):
    out = net.forward(X)
    net.backward((out - Y) / len(X))
    net.step(0.05)
    if epoch % 200 == 0:
        print(epoch, 0.5 * np.sum((out - Y) ** 2) / len(X))
