import numpy as np


def softplus(x):
    return np.log1p(np.exp(x))


def dsoftplus(x):
    return 1 / (1 + np.exp(x))


class SmoothNet:
    """one hidden layer of softplus units, linear outputs"""

    def __init__(self, d, h, k, seed=0):
        r = np.random.RandomState(seed)
        self.U = r.randn(d, h) / np.sqrt(d)
        self.c = np.zeros(h)
        self.V = r.randn(h, k) / np.sqrt(h)
        self.d = np.zeros(k)

    def loss_and_grad(self, X, t):
        N = X.shape[0]
        pre = X.dot(self.U) + self.c
        act = softplus(pre)
        y = act.dot(self.V) + self.d
        loss = 0.5 * np.sum((y - t) ** 2) / N

        e = (y - t) / N
        grads = {'V': act.T.dot(e), 'd': e.sum(0)}
        back = e.dot(self.V.T) * dsoftplus(pre)
        grads['U'] = X.T.dot(back)
        grads['c'] = back.sum(0)
        return loss, grads

    def train(self, X, t, lr, steps):
        for s in range(steps):
            loss, grads = self.loss_and_grad(X, t)
            for name, g in grads.items():
                setattr(self, name, getattr(self, name) - lr * g)
            if s % 100 == 0:
                print('step', s, 'loss', loss)


X = np.linspace(-2, 2, 15).reshape(-1, 1) ** [1, 2]
t = np.abs(X[:, :1]) @ np.array([[1.0, -1.0, 0.5]])
net = SmoothNet(2, 6, 3)
net.train(X, t, 0.02, 400)
