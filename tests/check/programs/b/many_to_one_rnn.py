"""Many-to-one recurrent network over a batch (batch, time, features)."""
import numpy as np


class ManyToOne:
    def __init__(self, d, h):
        g = np.random.default_rng(40)
        self.Wx = g.normal(0, 0.4, (d, h))
        self.Wh = g.normal(0, 0.4, (h, h))
        self.b = np.zeros(h)
        self.Wo = g.normal(0, 0.4, (h, 1))

    def forward(self, X):
        n, T, _ = X.shape
        self.X = X
        self.H = np.zeros((n, T, self.Wh.shape[0]))
        h = np.zeros((n, self.Wh.shape[0]))
        for t in range(T):
            h = np.tanh(X[:, t] @ self.Wx + h @ self.Wh + self.b)
            self.H[:, t] = h
        return h @ self.Wo

    def backward(self, dout):
        T = self.X.shape[1]
        g = {"Wx": np.zeros_like(self.Wx), "Wh": np.zeros_like(self.Wh), "b": np.zeros_like(self.b)}
        g["Wo"] = self.H[:, -1].T @ dout
        dh = dout @ self.Wo.T
        for t in reversed(range(T)):
            dz = dh * (1 - self.H[:, t] ** 2)
            g["Wx"] += self.X[:, t].T @ dz
            g["Wh"] += self.H[:, t - 1].T @ dz
            g["b"] += dz.sum(axis=0)
            dh = dz @ self.Wh.T
        return g


rnn = ManyToOne(3, 6)
g = np.random.default_rng(0)
X = g.normal(size=(24, 5, 3))
y = X[:, :, 0].sum(axis=1, keepdims=True)
for epoch in range(900):
    pred = rnn.forward(X)
    err = pred - y
    grads = rnn.backward(err)
    for name, value in grads.items():
        setattr(rnn, name, getattr(rnn, name) - 0.005 * value)
    if epoch % 300 == 0:
        print("epoch", epoch, "sse", float(np.sum(err ** 2)))
