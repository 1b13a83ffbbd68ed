import numpy as np


class SequenceMapper:
    """h_t = tanh(U x_t + W h_{t-1}), o_t = V h_t"""

    def __init__(self, n_in, n_hidden, n_out, rng):
        self.U = rng.normal(0, 0.4, (n_hidden, n_in))
        self.W = rng.normal(0, 0.4, (n_hidden, n_hidden))
        self.V = rng.normal(0, 0.4, (n_out, n_hidden))

    def forward(self, xs):
        self.h = [np.zeros(len(self.W))]
        outs = []
        for x in xs:
            self.h.append(np.tanh(np.matmul(self.U, x) + np.matmul(self.W, self.h[-1])))
            outs.append(np.matmul(self.V, self.h[-1]))
        return np.array(outs)

    def train_step(self, xs, targets, eta):
        errors = self.forward(xs) - targets
        dU, dW, dV = (np.zeros_like(m) for m in (self.U, self.W, self.V))
        carry = np.zeros(len(self.W))
        for t in range(len(xs), 0, -1):
            e = errors[t - 1]
            dV += np.outer(e, self.h[t])
            d = (np.matmul(self.V.T, e) + carry) * (1 - self.h[t] ** 2)
            dU += np.outer(d, xs[t - 1])
            dW += np.outer(d, self.h[t - 1])
            carry = np.matmul(self.W.T, d)
        for m, g in zip((self.U, self.W, self.V), (dU, dV, dW)):
            m -= eta * g
        return 0.5 * np.sum(errors ** 2)


rng = np.random.default_rng(18)
net = SequenceMapper(3, 5, 5, rng)
for episode in range(2000):
    xs = rng.normal(size=(6, 3))
    ts = np.hstack([xs, np.vstack([np.zeros((1, 2)), xs[:-1, :2]])])
    loss = net.train_step(xs, ts, 0.02)
    if episode % 400 == 0:
        print("episode", episode, "loss", loss)
