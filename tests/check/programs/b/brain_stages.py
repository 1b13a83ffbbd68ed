import numpy as np


class Stage:
    def __init__(self, n, m, kind):
        self.m = np.random.uniform(-1, 1, (n, m))
        self.shift = np.zeros(m)
        self.kind = kind

    def go(self, v):
        self.v = v
        pre = v @ self.m - self.shift
        self.out = np.tanh(pre) if self.kind == "tanh" else 1 / (1 + np.exp(-pre))
        self.steep = 1 - self.out ** 2 if self.kind == "tanh" else self.out * (1 - self.out)
        return self.out

    def back(self, e):
        self.e = e * self.steep
        return self.e @ self.m.T

    def change(self, rate):
        self.m = self.m + rate * (self.v.T @ self.e)
        self.shift = self.shift - rate * self.e.sum(axis=0)


class Brain:
    def __init__(self, *stages):
        self.stack = list(stages)

    def think(self, v):
        for s in self.stack:
            v = s.go(v)
        return v

    def learn(self, v, wanted, rate):
        e = wanted - self.think(v)
        for s in self.stack[::-1]:
            e = s.back(e)
        for s in self.stack:
            s.change(rate)
        return np.abs(wanted - self.stack[-1].out).mean()


np.random.seed(88)
X = np.random.uniform(-1, 1, (24, 3))
Y = np.c_[X[:, 0] * X[:, 1] > 0, X[:, 2] > 0.2].astype(float)
brain = Brain(Stage(3, 6, "tanh"), Stage(6, 2, "logistic"))
for k in range(4000):
    err = brain.learn(X, Y, 0.1)
    if k % 1000 == 0:
        print(k, err)
