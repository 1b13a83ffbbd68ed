import numpy as np


def sigmoid(t):
    return 1 / (1 + np.exp(-t))


def sigmoid_derivative(t):
    """derivative of the sigmoid at t"""
    return sigmoid(t) * (1 - sigmoid(t))


def bce(y, a):
    return np.mean(-y * np.log(a) - (1 - y) * np.log(1 - a))


class DenseNet:
    def __init__(self, n, h):
        self.w1 = np.random.randn(n, h)
        self.b1 = np.zeros((1, h))
        self.w2 = np.random.randn(h, 1)
        self.b2 = np.zeros((1, 1))

    def run(self, x):
        self.x = x
        self.u1 = np.dot(x, self.w1) + self.b1
        self.h1 = sigmoid(self.u1)
        self.u2 = np.dot(self.h1, self.w2) + self.b2
        self.h2 = sigmoid(self.u2)
        return self.h2

    def backprop(self, y):
        m = y.shape[0]
        dh2 = -(y / self.h2) + (1 - y) / (1 - self.h2)
        du2 = dh2 * sigmoid_derivative(self.h2) / m
        self.dw2 = np.dot(self.h1.T, du2)
        self.db2 = np.sum(du2, axis=0, keepdims=True)
        dh1 = np.dot(du2, self.w2.T)
        du1 = dh1 * sigmoid_derivative(self.u1)
        self.dw1 = np.dot(self.x.T, du1)
        self.db1 = np.sum(du1, axis=0, keepdims=True)

    def descend(self, lr):
        for name in ['w1', 'b1', 'w2', 'b2']:
            setattr(self, name, getattr(self, name) - lr * getattr(self, 'd' + name))


np.random.seed(13)
X = np.random.rand(16, 2)
y = (X[:, :1] + X[:, 1:] > 1).astype(float)
net = DenseNet(2, 5)
for epoch in range(800):
    a = net.run(X)
    net.backprop(y)
    net.descend(0.3)
    if epoch % 200 == 0:
        print(epoch, bce(y, a))
