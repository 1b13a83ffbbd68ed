import numpy as np


class Direction:
    def __init__(self, n, h, rng):
        self.Wx = rng.normal(0, 0.4, (n, h))
        self.Wh = rng.normal(0, 0.4, (h, h))
        self.b = np.zeros(h)

    def forward(self, xs):
        self.xs = xs
        self.hs = np.zeros((len(xs) + 1, len(self.b)))
        for t, x in enumerate(xs):
            self.hs[t + 1] = np.tanh(x @ self.Wx + self.hs[t] @ self.Wh + self.b)
        return self.hs[1:]

    def backward(self, dhs):
        self.dWx, self.dWh, self.db = np.zeros_like(self.Wx), np.zeros_like(self.Wh), np.zeros_like(self.b)
        carry = 0
        for t in reversed(range(len(dhs))):
            d = (dhs[t] + carry) * (1 - self.hs[t + 1] ** 2)
            self.dWx += np.outer(self.xs[t], d)
            self.dWh += np.outer(self.hs[t], d)
            self.db += d
            carry = self.Wh @ d


class BiRNN:
    def __init__(self, n, h, o, seed=0):
        rng = np.random.default_rng(seed)
        self.f, self.g = Direction(n, h, rng), Direction(n, h, rng)
        self.V = rng.normal(0, 0.4, (2 * h, o))
        self.h = h

    def forward(self, xs):
        left = self.f.forward(xs)
        right = self.g.forward(xs[::-1])[::-1]
        self.both = np.hstack([left, right])
        return self.both @ self.V

    def backward(self, d):
        self.dV = self.both.T @ d
        dboth = d @ self.V.T
        self.f.backward(dboth[:, :self.h])
        self.g.backward(dboth[:, self.h:])

    def step(self, rate):
        for part in (self.f, self.g):
            part.Wx -= rate * part.dWx
            part.Wh -= rate * part.dWh
            part.b -= rate * part.db
        self.V -= rate * self.dV


rng = np.random.default_rng(2)
net = BiRNN(3, 5, 2)
for k in range(1500):
    xs = rng.normal(size=(6, 3))
    ys = np.c_[np.r_[xs[1:, 0], 0], np.r_[0, xs[:-1, 1]]]      # next and previous element
    e = net.forward(xs) - ys
    net.backward(e)
    net.step(0.02)
    if k % 300 == 0:
        print(k, 0.5 * np.sum(e ** 2))
