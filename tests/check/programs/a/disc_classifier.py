import numpy as np

np.random.seed(26)
n = 18
X = np.random.randn(n, 2)
y = (np.sum(X ** 2, axis=1, keepdims=True) < 1.5).astype(float)

w1 = np.random.randn(2, 6); b1 = np.zeros(6)
w2 = np.random.randn(6, 1); b2 = np.zeros(1)
lam = 0.02
lr = 0.3

for it in range(800):
    s1 = X @ w1 + b1
    t1 = np.tanh(s1)
    s2 = t1 @ w2 + b2
    p = 1 / (1 + np.exp(-s2))
    loss = -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) / n
    loss += 0.5 * lam * np.sum(w1 ** 2) + 0.5 * lam * np.sum(w2 ** 2)

    ds2 = (p - y) / n
    dw2 = s1.T @ ds2 + lam * w2
    db2 = ds2.sum(axis=0)
    dt1 = ds2 @ w2.T
    ds1 = dt1 * (1 - t1 ** 2)
    dw1 = X.T @ ds1
    db1 = ds1.sum(axis=0)

    w1 -= lr * dw1; b1 -= lr * db1
    w2 -= lr * dw2; b2 -= lr * db2
    if it % 200 == 0:
        print(it, loss)
