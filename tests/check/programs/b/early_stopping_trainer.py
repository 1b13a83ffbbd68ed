import numpy as np


class MLP:
    def __init__(self, d, h, wd):
        self.params = [np.random.randn(d, h) / np.sqrt(d), np.zeros(h), np.random.randn(h, 1) / np.sqrt(h), np.zeros(1)]
        self.grads = [None] * 4
        self.wd = wd

    def forward(self, x):
        W1, b1, W2, b2 = self.params
        self.x = x
        self.a = np.log(np.cosh(x @ W1 + b1))
        self.s = np.tanh(x @ W1 + b1)
        self.out = self.a @ W2 + b2
        return self.out

    def loss(self, y):
        fit = np.mean((self.out - y) ** 2)
        return fit + self.wd * (np.sum(self.params[0] ** 2) + np.sum(self.params[2] ** 2))

    def backward(self, y):
        W1, b1, W2, b2 = self.params
        d = (self.out - y) / len(y)
        self.grads[2] = self.a.T @ d + 2 * self.wd * W2
        self.grads[3] = d.sum(axis=0)
        d = d @ W2.T * self.s
        self.grads[0] = self.x.T @ d + 2 * self.wd * W1
        self.grads[1] = d.sum(axis=0)


class Trainer:
    def __init__(self, model, lr=0.05, patience=20):
        self.model, self.lr, self.patience = model, lr, patience
        self.best, self.bad = np.inf, 0

    def batches(self, X, y, size=10):
        order = np.random.permutation(len(X))
        while len(order):
            yield X[order[:size]], y[order[:size]]
            order = order[size:]

    def fit(self, X, y, Xv, yv, epochs):
        for epoch in range(epochs):
            for xb, yb in self.batches(X, y):
                self.model.forward(xb)
                self.model.backward(yb)
                for p, g in zip(self.model.params, self.model.grads):
                    p -= self.lr * g
            self.model.forward(Xv)
            score = self.model.loss(yv)
            if score < self.best - 1e-5:
                self.best, self.bad = score, 0
            else:
                self.bad += 1
            if self.bad > self.patience:
                print("stopped at", epoch)
                break
        print("best validation loss", self.best)


np.random.seed(45)
X = np.random.randn(90, 5)
y = (X[:, :1] ** 2 - X[:, 1:2] * X[:, 2:3]) * 0.5
mlp = MLP(5, 8, 0.01)
Trainer(mlp).fit(X[:60], y[:60], X[60:], y[60:], 300)
