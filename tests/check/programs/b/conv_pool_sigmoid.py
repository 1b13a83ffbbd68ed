import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class EventDetector:
    """1-d signals: two filters of width 3, sigmoid, max over time, logistic output."""

    def __init__(self):
        self.k = np.random.randn(2, 3) * 0.7
        self.kb = np.zeros(2)
        self.w = np.random.randn(2, 1)
        self.wb = np.zeros(1)

    def predict(self, x):
        T = x.shape[1] - 2
        self.windows = np.stack([x[:, t:t + 3] for t in range(T)], axis=1)
        self.a = sigmoid(self.windows @ self.k.T + self.kb)          # (n, T, 2)
        self.best = self.a.argmax(axis=1)                            # (n, 2)
        self.m = np.take_along_axis(self.a, self.best[:, None, :], axis=1)[:, 0]
        return sigmoid(self.m @ self.w + self.wb)

    def learn(self, x, y, rate):
        p = self.predict(x)
        d = (p - y) / len(x)
        dm = d @ self.w.T
        self.w -= rate * self.m.T @ d
        self.wb -= rate * d.sum(axis=0)
        da = np.zeros_like(self.a)
        np.put_along_axis(da, self.best[:, None, :], dm[:, None, :], axis=1)
        dz = da * self.a
        for f in range(2):
            self.k[f] -= rate * np.einsum("nt,ntw->w", dz[:, :, f], self.windows)
            self.kb[f] -= rate * dz[:, :, f].sum()


np.random.seed(52)
X = np.random.randn(60, 9) * 0.4
y = np.random.randint(0, 2, (60, 1))
for row, label in zip(X, y):
    if label:
        at = np.random.randint(7)
        row[at:at + 3] += [1, -2, 1]
net = EventDetector()
for epoch in range(800):
    net.learn(X, y, 0.5)
    if epoch % 200 == 0:
        print(epoch, "accuracy", np.mean((net.predict(X) > 0.5) == y))
