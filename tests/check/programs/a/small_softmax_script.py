import numpy as np

np.random.seed(16)
X = np.random.randn(14, 4)
T = np.eye(3)[np.random.randint(0, 3, 14)]
W1 = np.random.randn(4, 5) * 0.3
b1 = np.zeros((1, 5))
W2 = np.random.randn(5, 3) * 0.3
b2 = np.zeros((1, 3))
lr = 0.2

for i in range(400):
    a1 = np.tanh(X @ W1 + b1)
    z2 = a1 @ W2 + b2
    e = np.exp(z2)
    p = e / e.sum(axis=1, keepdims=True)
    if i % 100 == 0:
        print(i, -np.mean(np.sum(T * np.log(p), axis=1)))

    delta2 = T - p
    delta1 = (1 - a1 ** 2) * (delta2 @ W2.T)

    W2 -= -lr * (a1.T @ delta2) / len(X)
    b2 -= -lr * delta2.mean(axis=0, keepdims=True)
    W1 -= -lr * (X.T @ delta1) / len(X)
    b1 -= -lr * delta1.mean(axis=0, keepdims=True)
