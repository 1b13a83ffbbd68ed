import numpy as np

np.random.seed(1)
X = np.random.randn(6, 3)
y = np.eye(4)[[0, 1, 2, 3, 0, 1]]
W = np.random.randn(3, 4)

for _ in range(1000):
    z = X @ W
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = 0.5 * np.sum((p - y) ** 2)

    dp = p - y
    dz = dp * p * (1 - p)
    W -= 0.5 * X.T @ dz
