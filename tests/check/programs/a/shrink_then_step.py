import numpy as np

np.random.seed(23)
X = np.random.randn(8, 3)
T = np.random.rand(8, 2)
W1 = np.random.randn(3, 4)
b1 = np.zeros((1, 4))
W2 = np.random.randn(4, 2)
b2 = np.zeros((1, 2))
lr, decay = 0.1, 0.01

for epoch in range(100):
    total = 0.0
    for x, t in zip(X[:, None, :], T[:, None, :]):   # each (1, n)
        h = np.tanh(x @ W1 + b1)
        y = 1 / (1 + np.exp(-(h @ W2 + b2)))
        total += np.sum((y - t) ** 2)

        dy = (y - t) * y * (1 - y)
        dh = dy @ W2.T * (1 - h ** 2)

        W1 *= 1 - lr * decay
        W2 *= 1 - lr * decay
        W2 -= lr * h.T @ dy
        b2 -= lr * dy
        W1 -= lr * x.T @ dh
        b1 -= lr * dh
    if epoch % 20 == 0:
        print(epoch, total)
