import numpy as np

class Regressor:

    def __init__(self, inputs, hidden, outputs):
        self.w1 = np.random.normal(0, 0.6, (inputs, hidden))
        self.b1 = np.full((1, hidden), 0.1)
        self.w2 = np.random.normal(0, 0.6, (hidden, outputs))
        self.b2 = np.zeros((1, outputs))

    def forward(self, X):
        self.z = np.dot(X, self.w1) + self.b1
        self.a = np.where(self.z > 0, self.z, 0)
        return np.dot(self.a, self.w2) + self.b2

    def loss(self, Y, out):
        return np.sum((out - Y) ** 2) / (2 * len(Y))

    def backward(self, X, Y, out):
        d = (out - Y) / len(Y)
        self.g = {}
        self.g['w2'] = np.dot(self.a.T, d)
        self.g['b2'] = np.sum(d, axis=0, keepdims=True)
        d = np.dot(d, self.w2.T)
        # relu lets nothing through where it was shut
        np.where(self.z > 0, d, 0)
        self.g['w1'] = np.dot(X.T, d)
        self.g['b1'] = np.sum(d, axis=0, keepdims=True)

    def apply(self, lr):
        for k, g in self.g.items():
            self.__dict__[k] -= lr * g

np.random.seed(17)
X = np.random.rand(15, 3) * 2 - 1
Y = np.c_[X[:, 0] ** 2, np.abs(X[:, 1])]
reg = Regressor(3, 8, 2)
for i in range(500):
    out = reg.forward(X)
    if i % 100 == 0:
        print(i, reg.loss(Y, out))
    reg.backward(X, Y, out)
    reg.apply(0.1)
