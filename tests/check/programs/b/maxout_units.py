import numpy as np


class Maxout:
    def __init__(self, n, units, pieces):
        self.W = np.random.randn(pieces, n, units) * 0.5
        self.b = np.random.randn(pieces, 1, units) * 0.1

    def forward(self, x):
        self.x = x
        z = x @ self.W + self.b                    # (pieces, batch, units)
        top = z.max(axis=0, keepdims=True)
        self.won = z == top
        return top[0]

    def backward(self, d):
        dz = np.zeros(self.won.shape)
        dz[self.won] = np.broadcast_to(d, dz.shape)[self.won]
        self.dW = np.swapaxes(np.broadcast_to(self.x, (len(dz),) + self.x.shape), 1, 2) @ dz
        self.db = dz.sum(axis=1, keepdims=True)
        return (dz @ self.W.transpose(0, 2, 1)).sum(axis=0)


class Net:
    def __init__(self):
        self.hidden = Maxout(3, 6, 3)
        self.readout = np.random.randn(6, 2) * 0.4

    def forward(self, x):
        self.h = self.hidden.forward(x)
        return self.h @ self.readout

    def backward(self, d):
        self.d_readout = self.h.T @ d
        self.hidden.backward(d @ self.readout.T)


np.random.seed(94)
X = np.random.randn(50, 3)
Y = np.c_[np.abs(X[:, 0]), np.maximum(X[:, 1], X[:, 2])]
net = Net()
for k in range(500):
    e = (net.forward(X) - Y) / len(X)
    net.backward(e)
    net.hidden.W -= 0.1 * net.hidden.dW
    net.hidden.b -= 0.1 * net.hidden.db
    net.readout -= 0.1 * net.d_readout
    if k % 100 == 0:
        print(k, 0.5 * np.sum(e ** 2) * len(X))
