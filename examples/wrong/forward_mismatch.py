import numpy as np

np.random.seed(1)
X = np.random.randn(6, 3)
y = np.random.rand(6, 2).round()
W = np.random.randn(3, 2)
b = np.zeros(2)

for _ in range(1000):
    p = 1 / (1 + np.exp(-(X @ W + b)))
    loss = np.mean((p - y) ** 2)

    dz = (p - y) / p.size
    W -= 0.5 * X.T @ dz
    b -= 0.5 * dz.sum(axis=0)
