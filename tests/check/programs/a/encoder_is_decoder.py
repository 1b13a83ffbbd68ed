import numpy as np

np.random.seed(90)
X = np.random.randn(16, 5) @ np.random.randn(5, 5) * 0.4
W = np.random.randn(5, 2) * 0.3
b = np.zeros(2)
c = X.mean(axis=0)
rate = 0.003

for n in range(600):
    code = 1 / (1 + np.exp(-(X @ W + b)))
    rec = code @ W.T + c
    err = rec - X
    dcode = err @ W * code * (1 - code)
    grad = X.T @ dcode + err.T @ code
    W -= rate * grad
    b -= rate * dcode.sum(axis=0)
    c -= rate * err.sum(axis=0)
    if n % 200 == 0:
        print(n, (err ** 2).sum())
