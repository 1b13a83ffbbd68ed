import numpy as np


class Net:
    def __init__(self):
        self.W_in = np.random.randn(3, 6) * 0.5
        self.W_out = np.random.randn(6, 2) * 0.5
        self.b_out = np.zeros(2)
        self.grads = {k: np.zeros_like(getattr(self, k)) for k in ("W_in", "W_out", "b_out")}

    def forward(self, x):
        self.x = x
        self.h = np.tanh(x @ self.W_in)
        return self.h @ self.W_out + self.b_out

    def backward(self, d):
        self.grads["W_out"][...] = self.h.T @ d
        self.grads["b_out"][...] = d.sum(axis=0)
        dh = (d @ self.W_out.T) * (1 - self.h ** 2)
        self.grads["W_in"][...] = dh.T @ self.x


np.random.seed(98)
X = np.random.randn(30, 3)
T = np.c_[X[:, 0] * X[:, 1], X[:, 2]]
net = Net()
for i in range(1000):
    e = net.forward(X) - T
    net.backward(e)
    for name, g in net.grads.items():
        getattr(net, name)[...] -= 0.01 * g
    if i % 200 == 0:
        print(i, np.mean(e ** 2))
