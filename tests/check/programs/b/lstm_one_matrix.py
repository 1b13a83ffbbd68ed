"""Batched LSTM: one matrix for all gates, biases separate, forget bias 1."""
import numpy as np


class LSTM:
    def __init__(self, d, h, o):
        self.h = h
        self.W = np.random.randn(d + h, 4 * h) / np.sqrt(d + h)
        self.b = np.zeros(4 * h)
        self.b[h:2 * h] = 1
        self.Wy = np.random.randn(h, o) / np.sqrt(h)
        self.h0 = self.c0 = None

    def forward(self, X, Y):
        T, n, d = X.shape
        h = self.h
        self.Hin = np.zeros((T, n, d + h))
        self.G = np.zeros((T, n, 4 * h))
        self.C = np.zeros((T + 1, n, h))
        self.S = np.zeros((T + 1, n, h))
        if self.h0 is not None:
            self.S[0], self.C[0] = self.h0, self.c0
        for t in range(T):
            self.Hin[t, :, :d] = X[t]
            self.Hin[t, :, d:] = self.S[t]
            g = self.Hin[t] @ self.W + self.b
            self.G[t, :, :3 * h] = 1 / (1 + np.exp(-g[:, :3 * h]))
            self.G[t, :, 3 * h:] = np.tanh(g[:, 3 * h:])
            i, f, o, u = np.split(self.G[t], 4, axis=1)
            self.C[t + 1] = f * self.C[t] + i * u
            self.S[t + 1] = o * np.tanh(self.C[t + 1])
        self.E = self.S[1:] @ self.Wy - Y
        self.last = self.S[T].copy(), self.C[T].copy()
        return 0.5 * np.sum(self.E ** 2) / n

    def backward(self):
        T, n, _ = self.E.shape
        h = self.h
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)
        dY = self.E / n
        self.dWy = np.tensordot(self.S[1:], dY, axes=([0, 1], [0, 1]))
        dS = dY @ self.Wy.T
        dC = np.zeros((n, h))
        for t in range(T)[::-1]:
            i, f, o, u = np.split(self.G[t], 4, axis=1)
            tc = np.tanh(self.C[t + 1])
            dC += dS[t] * o * (1 - tc ** 2)
            dG = np.hstack([dC * u * i * (1 - i), dC * self.C[t] * f * (1 - f), dS[t] * tc * o * (1 - o), dC * i * (1 - u ** 2)])
            self.dW += self.Hin[t].T @ dG
            self.db += dG.sum(0)
            if t > 0:
                dS[t - 1] += (dG @ self.W.T)[:, -h:]
            dC = dC * f


np.random.seed(50)
lstm = LSTM(3, 6, 2)
series = np.random.randn(40, 2, 3)
wanted = np.stack([np.cumsum(series[:, :, 0], 0) * 0.3, series[:, :, 1]], axis=2)
for epoch in range(300):
    lstm.h0 = lstm.c0 = None
    for a in range(0, 40, 8):
        loss = lstm.forward(series[a:a + 8], wanted[a:a + 8])
        lstm.backward()
        lstm.W -= 0.02 * lstm.dW
        lstm.b -= 0.02 * lstm.db
        lstm.Wy -= 0.02 * lstm.dWy
        lstm.h0, lstm.c0 = lstm.last
    if epoch % 100 == 0:
        print(epoch, loss)
