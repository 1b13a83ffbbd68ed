import numpy as np

class Net:
    def __init__(self, n, h, k, seed):
        rs = np.random.RandomState(seed)
        self.V = rs.normal(0, 0.7, (n, h))
        self.U = rs.normal(0, 0.7, (h, k))

    def forward(self, X):
        self.h = 1 / (1 + np.exp(-X.dot(self.V)))
        self.o = 1 / (1 + np.exp(-self.h.dot(self.U)))
        return self.o

    def backward(self, X, T):
        delta = self.o
        delta -= T
        delta = delta * self.o * (1 - self.o)
        self.gU = self.h.T.dot(delta)
        delta = delta.dot(self.U.T) * self.h * (1 - self.h)
        self.gV = X.T.dot(delta)

    def update(self, rate):
        self.U -= rate * self.gU
        self.V -= rate * self.gV

rs = np.random.RandomState(12)
X = rs.rand(7, 4)
T = np.c_[X[:, 0] > 0.5, X[:, 1] + X[:, 2] > 1].astype(float)
net = Net(4, 5, 2, 3)
for k in range(1000):
    o = net.forward(X)
    if k % 250 == 0:
        print(k, 0.5 * np.sum((o - T) ** 2))
    net.backward(X, T)
    net.update(0.2)
