import numpy as np

delta = 0.8


def huber(r):
    small = np.abs(r) <= delta
    return np.where(small, 0.5 * r ** 2, delta * (np.abs(r) - 0.5 * delta))


def huber_derivative(r):
    small = np.abs(r) <= delta
    return np.where(small, r, np.sign(r))


np.random.seed(10)
X = np.random.randn(120, 4)
y = np.sin(X[:, 0]) + X[:, 1] + np.random.standard_t(2, size=120) * 0.3
W = np.random.randn(4, 6) * 0.5
b = np.zeros(6)
v = np.random.randn(6) * 0.5
c = 0.0
rate = 0.1

for k in range(2000):
    H = np.tanh(X @ W + b)
    r = H @ v + c - y
    g = huber_derivative(r) / len(y)
    dv = H.T @ g
    dc = g.sum()
    dH = np.outer(g, v) * (1 - H ** 2)
    dW = X.T @ dH
    db = dH.sum(axis=0)
    v = v - rate * dv
    c = c - rate * dc
    W = W - rate * dW
    b = b - rate * db
    if k % 500 == 0:
        print(k, np.mean(huber(r)))
