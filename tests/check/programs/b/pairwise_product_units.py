import numpy as np

# bilinear hidden units: h = (X A) * (X B), out = h C, everything on one page
rng = np.random.RandomState(26)
X = rng.randn(40, 3)
Y = np.stack([X[:, 0] * X[:, 1], X[:, 2] ** 2], axis=1)
A = rng.randn(3, 4) * 0.5
B = rng.randn(3, 4) * 0.5
C = rng.randn(4, 2) * 0.5
eta = 0.002

for k in range(1500):
    P, Q = X @ A, X @ B
    H = P * Q
    out = H @ C
    d_out = out - Y
    d_C = H.T @ d_out
    d_H = d_out @ C.T
    d_P = d_H * P
    d_Q = d_H * P
    d_A = X.T @ d_P
    d_B = X.T @ d_Q
    A -= eta * d_A
    B -= eta * d_B
    C -= eta * d_C
    if k % 300 == 0:
        print(k, 0.5 * np.sum(d_out ** 2))
