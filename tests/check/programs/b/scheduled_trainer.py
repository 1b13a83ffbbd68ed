import numpy as np


class Affine:
    def __init__(self, n, m, act, rng):
        self.W = rng.normal(0, np.sqrt(1 / n), (n, m))
        self.b = np.zeros(m)
        self.act = act

    def __call__(self, x):
        self.x = x
        self.z = x @ self.W + self.b
        self.a = ACT[self.act][0](self.z)
        return self.a

    def gradient(self, d):
        d = d * ACT[self.act][1](self.z, self.a)
        self.dW = self.x.T @ d
        self.db = d.sum(axis=0)
        return d @ self.W.T


# name -> (function, derivative given pre-activation and activation)
ACT = {
    "tanh": (np.tanh, lambda z, a: 1 - a ** 2),
    "elu": (lambda z: np.where(z > 0, z, np.expm1(z)), lambda z, a: np.where(z > 0, 1, a)),
    "linear": (lambda z: z, lambda z, a: np.ones_like(z)),
}


class Classifier:
    def __init__(self, sizes, acts, l2=0.01, seed=0):
        rng = np.random.default_rng(seed)
        self.layers = [Affine(n, m, act, rng) for n, m, act in zip(sizes, sizes[1:], acts)]
        self.l2 = l2

    def scores(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def cost(self, x, y):
        s = self.scores(x)
        s = s - s.max(axis=1, keepdims=True)
        self.p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
        self.y = y
        data = -np.mean(np.log(self.p[np.arange(len(y)), y]))
        return data + 0.5 * self.l2 * sum((layer.W ** 2).sum() for layer in self.layers)

    def gradient(self):
        d = self.p.copy()
        d[np.arange(len(self.y)), self.y] -= 1
        d /= d.size
        for layer in reversed(self.layers):
            d = layer.gradient(d)
            layer.dW += self.l2 * layer.W


class Trainer:
    def __init__(self, net, rate, halve_every):
        self.net, self.rate, self.halve_every = net, rate, halve_every

    def run(self, X, y, epochs, size):
        for epoch in range(epochs):
            rate = self.rate * 0.5 ** (epoch // self.halve_every)
            order = np.random.permutation(len(X))
            for rows in (order[k:k + size] for k in range(0, len(X), size)):
                cost = self.net.cost(X[rows], y[rows])
                self.net.gradient()
                for layer in self.net.layers:
                    layer.W -= rate * layer.dW
                    layer.b -= rate * layer.db
            if epoch % 50 == 0:
                print("epoch %3d cost %.4f" % (epoch, cost))


np.random.seed(9)
X = np.random.randn(60, 4)
y = (X[:, 0] > 0).astype(int) + (X[:, 1] + X[:, 2] > 0)
net = Classifier([4, 8, 6, 3], ["tanh", "elu", "linear"])
Trainer(net, 0.3, 80).run(X, y, 200, 15)
