import numpy as np


class Elman:
    def __init__(self, i, h, o):
        rs = np.random.RandomState(51)
        self.Wi = rs.uniform(-.5, .5, (h, i))
        self.Wr = rs.uniform(-.5, .5, (h, h))
        self.Wo = rs.uniform(-.5, .5, (o, h))
        self.bo = np.zeros(o)

    def sequence(self, xs, ts):
        """One pass through time and back; gradients are left in self.g*"""
        h = np.zeros((len(xs) + 1, len(self.Wr)))
        err = np.zeros((len(xs), len(self.bo)))
        for k, x in enumerate(xs, start=1):
            h[k] = np.tanh(self.Wi @ x + self.Wr @ h[k - 1])
            err[k - 1] = self.Wo @ h[k] + self.bo - ts[k - 1]

        self.gWi, self.gWr = np.zeros_like(self.Wi), np.zeros_like(self.Wr)
        self.gWo, self.gbo = np.zeros_like(self.Wo), np.zeros_like(self.bo)
        d_next = np.zeros(len(self.Wr))
        for k in range(len(xs), 0, -1):
            e = err[k - 1]
            self.gWo += np.outer(e, h[k])
            self.gbo = e
            d = (self.Wo.T @ e + self.Wr.T @ d_next) * (1 - h[k] ** 2)
            self.gWi += np.outer(d, xs[k - 1])
            self.gWr += np.dot(d, h[k - 1])
            d_next = d
        return 0.5 * np.sum(err ** 2)

    def learn(self, eta):
        self.Wi -= eta * self.gWi
        self.Wr -= eta * self.gWr
        self.Wo -= eta * self.gWo
        self.bo -= eta * self.gbo


net = Elman(2, 4, 3)
rs = np.random.RandomState(0)
for episode in range(1500):
    xs = rs.randn(7, 2)
    ts = np.c_[xs[:, 0], np.r_[0, xs[:-1, 1]], 0.3 * np.cumsum(xs[:, 0])] + 1
    E = net.sequence(xs, ts)
    net.learn(0.02)
    if episode % 300 == 0:
        print("episode %4d   E = %.3f" % (episode, E))
