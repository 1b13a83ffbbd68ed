"""Mixture density network: for every x a mixture of K Gaussians for t."""
import numpy as np


class MDN:
    def __init__(self, hidden, K):
        self.K = K
        self.W1 = np.random.randn(1, hidden)
        self.b1 = np.zeros(hidden)
        self.W2 = np.random.randn(hidden, 3 * K) * 0.3
        self.b2 = np.concatenate([np.zeros(K), np.linspace(-1, 1, K), np.zeros(K)])

    def forward(self, x):
        self.x = x
        self.h = np.tanh(x @ self.W1 + self.b1)
        out = self.h @ self.W2 + self.b2
        logit, self.mu, log_s = np.split(out, 3, axis=1)
        e = np.exp(logit - logit.max(axis=1, keepdims=True))
        self.pi = e / e.sum(axis=1, keepdims=True)
        self.s = np.exp(log_s)

    def components(self, t):
        return self.pi * np.exp(-0.5 * ((t - self.mu) / self.s) ** 2) / (self.s * np.sqrt(2 * np.pi))

    def nll(self, t):
        return -np.mean(np.log(self.components(t).sum(axis=1)))

    def backward(self, t):
        n = len(t)
        q = self.components(t)
        gamma = q / q.sum(axis=1, keepdims=True)
        d_logit = self.pi - gamma
        d_mu = gamma * (t - self.mu) / self.s ** 2
        d_log_s = gamma * (1 - ((t - self.mu) / self.s) ** 2)
        d_out = np.hstack([d_logit, d_mu, d_log_s]) / n
        self.dW2 = self.h.T @ d_out
        self.db2 = d_out.mean(axis=0)
        dh = d_out @ self.W2.T * (1 - self.h ** 2)
        self.dW1 = self.x.T @ dh
        self.db1 = dh.sum(axis=0)


np.random.seed(56)
t = np.random.uniform(0, 1, (80, 1))
x = t + 0.3 * np.sin(2 * np.pi * t) + np.random.uniform(-0.1, 0.1, t.shape)
net = MDN(6, 3)
for epoch in range(1000):
    net.forward(x)
    if epoch % 200 == 0:
        print(epoch, net.nll(t))
    net.backward(t)
    net.W1 -= 0.05 * net.dW1
    net.b1 -= 0.05 * net.db1
    net.W2 -= 0.05 * net.dW2
    net.b2 -= 0.05 * net.db2
