import numpy as np


def sigmoid(x, derivative=False):
    if derivative:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))


def tanh(x, derivative=False):
    if derivative:
        return 1 - x ** 2
    return np.tanh(x)


class Layer:
    def __init__(self, n_in, n_out, activation):
        self.w = np.random.randn(n_in, n_out) * 0.6
        self.b = np.zeros((1, n_out))
        self.activation = activation

    def run(self, x):
        self.x = x
        self.z = x.dot(self.w) + self.b
        self.a = self.activation(self.z)
        return self.a

    def teach(self, d):
        self.delta = d * self.activation(self.z, derivative=True)
        return self.delta.dot(self.w.T)

    def apply(self, rate):
        self.w -= rate * self.x.T.dot(self.delta)
        self.b -= rate * self.delta.sum(axis=0, keepdims=True)


class Net:
    def __init__(self, *layers):
        self.layers = layers

    def run(self, x):
        for layer in self.layers:
            x = layer.run(x)
        return x

    def teach(self, x, y, rate):
        d = self.run(x) - y
        for layer in reversed(self.layers):
            d = layer.teach(d)
        for layer in self.layers:
            layer.apply(rate)


np.random.seed(46)
X = np.random.uniform(-1, 1, (30, 3))
Y = np.c_[(X[:, 0] > X[:, 1]), (X.sum(axis=1) > 0)].astype(float)
net = Net(Layer(3, 6, tanh), Layer(6, 4, tanh), Layer(4, 2, sigmoid))
for i in range(3000):
    net.teach(X, Y, 0.05)
    if i % 1000 == 0:
        print("Error: %.4f" % np.mean(np.abs(net.run(X) - Y)))
