import numpy as np

np.random.seed(1)
words = np.array([2, 0, 1, 2, 3, 2])
y = np.random.rand(6, 2)
E = np.random.randn(4, 3)
W = np.random.randn(3, 2)

for _ in range(1000):
    x = E[words]
    out = x @ W
    loss = np.mean((out - y) ** 2)

    dout = 2 * (out - y) / out.size
    dW = x.T @ dout
    dx = dout @ W.T
    dE = np.zeros_like(E)
    dE[words] += dx

    W -= 0.1 * dW
    E -= 0.1 * dE
