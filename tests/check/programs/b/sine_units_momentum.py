import numpy as np


class Net:
    def __init__(self, d, h):
        self.p = {"W1": np.random.randn(d, h) * 0.5, "b1": np.zeros(h), "W2": np.random.randn(h, 1) * 0.5, "b2": np.zeros(1)}
        self.g = {}

    def forward(self, x):
        self.x = x
        self.h = np.sin(x @ self.p["W1"] + self.p["b1"])
        self.c = np.cos(x @ self.p["W1"] + self.p["b1"])
        return self.h @ self.p["W2"] + self.p["b2"]

    def backward(self, d):
        self.g["W2"] = self.h.T @ d
        self.g["b2"] = d.sum(axis=0)
        dh = d @ self.p["W2"].T * self.c
        self.g["W1"] = self.x.T @ dh
        self.g["b1"] = dh.sum(axis=0)


class Momentum:
    def __init__(self, net, lr=0.01, mu=0.9):
        self.net, self.lr, self.mu = net, lr, mu
        self.v = {k: np.zeros_like(p) for k, p in net.p.items()}

    def step(self):
        for k in self.net.p:
            self.v[k] = self.mu * self.v[k] + self.lr * self.net.g[k]
            self.net.p[k] += self.v[k]


np.random.seed(57)
X = np.random.uniform(-2, 2, (60, 3))
y = np.sin(X[:, :1]) + 0.5 * np.cos(X[:, 1:2]) * X[:, 2:]
net = Net(3, 10)
opt = Momentum(net, lr=0.001)
for epoch in range(400):
    out = net.forward(X)
    net.backward((out - y) / len(X))
    opt.step()
    if epoch % 100 == 0:
        print("epoch", epoch, "mse", np.mean((out - y) ** 2))
