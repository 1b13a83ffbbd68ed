import numpy as np


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


class Dense:
    def __init__(self, a, b):
        self.W = np.random.randn(a, b) * np.sqrt(1 / a)
        self.b = np.zeros(b)

    def forward(self, x):
        self.inp = x
        return x @ self.W + self.b

    def backward(self, g):
        self.grad_W = self.inp.T @ g
        self.grad_b = g.sum(axis=0)
        return g @ self.W.T

    def update(self, lr):
        self.W -= lr * self.grad_W
        self.b -= lr * self.grad_b


class Swish:
    """x * sigmoid(x), computed in place to save memory"""

    def forward(self, x):
        self.x = x
        self.s = sigmoid(x)
        x *= self.s
        return x

    def backward(self, g):
        return g * (self.s + self.x * self.s * (1 - self.s))

    def update(self, lr):
        pass


np.random.seed(2)
X = np.random.randn(64, 3)
Y = np.stack([np.abs(X[:, 0]), X[:, 1] * X[:, 2]], 1)
layers = [Dense(3, 10), Swish(), Dense(10, 2)]

for epoch in range(600):
    out = X
    for layer in layers:
        out = layer.forward(out)
    loss = 0.5 * np.sum((out - Y) ** 2) / len(X)
    grad = (out - Y) / len(X)
    for layer in layers[::-1]:
        grad = layer.backward(grad)
    for layer in layers:
        layer.update(0.1)
    if epoch % 100 == 0:
        print("epoch %d, loss %.4f" % (epoch, loss))
