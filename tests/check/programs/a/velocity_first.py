import numpy as np

class Net:
    def __init__(self, dims, l2=0.01, mu=0.8, lr=0.1):
        gen = np.random.RandomState(9)
        self.W = [gen.randn(a, b) * 0.5 for a, b in zip(dims, dims[1:])]
        self.b = [np.zeros(b) for b in dims[1:]]
        self.vW = [np.zeros_like(w) for w in self.W]
        self.vb = [np.zeros_like(b) for b in self.b]
        self.l2, self.mu, self.lr = l2, mu, lr

    def forward(self, x):
        self.acts = [x]
        for k, (w, b) in enumerate(zip(self.W, self.b)):
            x = x @ w + b
            if k < len(self.W) - 1:
                x = np.tanh(x)
            self.acts.append(x)
        return x

    def backward(self, y):
        n = len(self.W)
        self.dW, self.db = [None] * n, [None] * n
        delta = (self.acts[-1] - y) / len(y)
        for k in range(n - 1, -1, -1):
            self.dW[k] = self.acts[k].T @ delta + self.l2 * self.W[k]
            self.db[k] = delta.sum(axis=0)
            if k:
                delta = (delta @ self.W[k].T) * (1 - self.acts[k] ** 2)

    def step(self):
        for k in range(len(self.W)):
            self.vW[k] = self.mu * self.vW[k] + self.lr * self.dW[k]
            self.vb[k] = self.mu * self.vb[k] + self.lr * self.db[k]
            self.W[k] -= self.vW[k]
            self.b[k] -= self.vb[k]

X = np.random.RandomState(1).uniform(-1, 1, (11, 3))
Y = np.c_[X[:, 0] * X[:, 1], X[:, 2] ** 3]
net = Net([3, 5, 2])
for i in range(200):
    out = net.forward(X)
    net.backward(Y)
    net.step()
    if i % 50 == 0:
        print(i, np.mean((out - Y) ** 2))
