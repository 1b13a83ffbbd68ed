import numpy as np


class LSTMReader:
    gates = ("i", "f", "o", "g")

    def __init__(self, n, h):
        r = np.random.RandomState(36)
        self.W = {k: r.randn(h, n) * 0.4 for k in self.gates}
        self.U = {k: r.randn(h, h) * 0.4 for k in self.gates}
        self.b = {k: np.full(h, 1.0 if k == "f" else 0.0) for k in self.gates}
        self.v = r.randn(h) * 0.4

    @staticmethod
    def squash(k, a):
        return np.tanh(a) if k == "g" else 1 / (1 + np.exp(-a))

    def read(self, xs):
        h = np.zeros(len(self.v))
        c = np.zeros(len(self.v))
        self.log = []
        for x in xs:
            a = {k: self.squash(k, self.W[k] @ x + self.U[k] @ h + self.b[k]) for k in self.gates}
            before = (x, h, c)
            c = a["f"] * c + a["i"] * a["g"]
            h = a["o"] * np.tanh(c)
            self.log.append((*before, a, c))
        self.h = h
        return float(self.v @ h)

    def back(self, d):
        self.dW = {k: np.zeros_like(m) for k, m in self.W.items()}
        self.dU = {k: np.zeros_like(m) for k, m in self.U.items()}
        self.db = {k: np.zeros_like(m) for k, m in self.b.items()}
        self.dv = d * self.h
        dh, dc = d * self.v, 0.0
        for x, h, c_old, a, c in self.log[::-1]:
            tc = np.tanh(c)
            dc = dc + dh * a["o"] * (1 - tc ** 2)
            raw = {"o": dh * tc, "f": dc * c_old, "i": dc * a["g"], "g": dc * a["i"]}
            dh = 0
            for k in self.gates:
                slope = 1 - a[k] ** 2 if k == "g" else a[k] * (1 - a[k])
                raw[k] = raw[k] * slope
                self.dW[k] += np.outer(raw[k], x)
                self.dU[k] += np.outer(raw[k], h)
                self.db[k] += raw[k]
                dh = dh + self.U[k].T @ raw[k]
            dc = dc * a["f"]

    def step(self, rate):
        for book, grad in ((self.W, self.dW), (self.U, self.dU), (self.b, self.db)):
            for k in self.gates:
                book[k] -= rate * grad[k]
        self.v -= rate * self.dv


r = np.random.RandomState(5)
net = LSTMReader(3, 6)
for it in range(1500):
    xs = r.randn(5, 3)
    t = 0.4 * xs[0, 0] + 0.2 * xs[:, 1].sum()
    e = net.read(xs) - t
    net.back(e)
    net.step(0.05)
    if it % 300 == 0:
        print(it, round(e * e, 5), round(float(np.linalg.norm(net.dv)), 4))
