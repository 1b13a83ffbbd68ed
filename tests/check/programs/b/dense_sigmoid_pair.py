import numpy as np


class DenseSigmoid:
    def __init__(self, inputs, outputs):
        self.W = np.random.randn(inputs, outputs)
        self.b = np.zeros((1, outputs))

    def forward(self, x):
        self.x = x
        self.y = 1 / (1 + np.exp(-(np.dot(x, self.W) + self.b)))
        return self.y

    def backward(self, dy):
        dz = dy * self.y * (1 - self.y)
        self.dW = np.dot(self.x.T, dz)
        self.db = np.sum(dz, axis=0, keepdims=True)
        return np.dot(dz, self.W)


class Net:
    def __init__(self):
        self.first = DenseSigmoid(3, 5)
        self.second = DenseSigmoid(5, 2)

    def forward(self, x):
        return self.second.forward(self.first.forward(x))

    def backward(self, d):
        self.first.backward(self.second.backward(d))

    def update(self, lr):
        for layer in (self.first, self.second):
            layer.W -= lr * layer.dW
            layer.b -= lr * layer.db


np.random.seed(1)
X = np.random.randn(30, 3)
Y = (X[:, :2] > 0).astype(float)
net = Net()
for i in range(5000):
    out = net.forward(X)
    net.backward(out - Y)
    net.update(0.05)
    if i % 1000 == 0:
        print(i, np.abs(out - Y).mean())
