import numpy as np


class Lin:
    def __init__(self, i, o, rng):
        self.W = rng.normal(0, np.sqrt(2 / i), (o, i))
        self.b = np.zeros(o)

    def __call__(self, x):
        self.x = x
        return x @ self.W.T + self.b

    def backprop(self, g):
        self.dW = g.T @ self.x
        self.db = g.sum(axis=0)
        return g @ self.W


class PReLU:
    """One learnable slope per channel."""

    def __init__(self, channels):
        self.alpha = np.full(channels, 0.25)

    def __call__(self, x):
        self.x = x
        return np.maximum(x, 0) + self.alpha * np.minimum(x, 0)

    def backprop(self, g):
        self.dalpha = np.sum(g * self.x, axis=0)
        return np.where(self.x > 0, g, self.alpha * g)


class Net:
    def __init__(self, rng):
        self.lin1, self.act, self.lin2 = Lin(3, 9, rng), PReLU(9), Lin(9, 2, rng)

    def __call__(self, x):
        return self.lin2(self.act(self.lin1(x)))

    def backprop(self, g):
        return self.lin1.backprop(self.act.backprop(self.lin2.backprop(g)))


rng = np.random.default_rng(3)
X = rng.normal(size=(50, 3))
Y = np.abs(X[:, :2]) - X[:, 2:]
net = Net(rng)
for epoch in range(600):
    out = net(X)
    net.backprop((out - Y) / len(X))
    for p, g in ((net.lin1.W, net.lin1.dW), (net.lin1.b, net.lin1.db), (net.act.alpha, net.act.dalpha),
                 (net.lin2.W, net.lin2.dW), (net.lin2.b, net.lin2.db)):
        p -= 0.05 * g
    if epoch % 150 == 0:
        print(epoch, 0.5 * np.sum((out - Y) ** 2) / len(X))
