import numpy as np

def cost_function(w, b, A, t):
    N = len(t)
    s = 1 / (1 + np.exp(-(A @ w + b)))
    J = -np.sum(t * np.log(s) + (1 - t) * np.log(s)) / N
    grad_w = A.T @ (s - t) / N
    grad_b = np.sum(s - t) / N
    return J, grad_w, grad_b

rng = np.random.RandomState(15)
A = rng.randn(22, 3)
t = (A @ np.array([1.0, -1.0, 2.0]) > 0.2).astype(float)
w = np.zeros(3)
b = 0.0
for i in range(300):
    J, gw, gb = cost_function(w, b, A, t)
    w = w - 0.2 * gw
    b = b - 0.2 * gb
    if i % 100 == 0:
        print(i, J)
