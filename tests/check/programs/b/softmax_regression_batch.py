import numpy as np

rng = np.random.RandomState(0)
X = rng.randn(60, 4)
labels = rng.randint(0, 3, 60)
X[np.arange(60), labels] += 2
W = rng.randn(4, 3) * 0.01
b = np.zeros(3)
lr = 0.1
batch = X, labels

for step in range(1000):
    x, y = batch
    n = len(x)
    z = x @ W + b
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(n), y] -= 1
    p /= n
    dW = x.T @ p
    db = p
    W -= lr * dW
    b -= lr * db
print("accuracy", np.mean((X @ W + b).argmax(axis=1) == labels))
