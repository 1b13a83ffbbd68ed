import numpy as np

ALPHA = 1.3

class ELU:
    @staticmethod
    def value(z):
        return np.where(z > 0, z, ALPHA * (np.exp(z) - 1))

    @staticmethod
    def grad(z):
        return np.where(z > 0, 1.0, ALPHA * (np.exp(z) - 1))

np.random.seed(20)
x = np.linspace(-2, 2, 17)[:, None]
f = np.cos(2 * x) * 0.5
K, k = np.random.randn(1, 9), np.random.randn(9) * 0.5
M, q = np.random.randn(9, 1) * 0.3, np.zeros(1)

for step in range(1500):
    z = x @ K + k
    a = ELU.value(z)
    p = a @ M + q
    if step % 500 == 0:
        print(step, ((p - f) ** 2).mean())

    dp = 2 * (p - f) / len(x)
    dM, dq = a.T @ dp, dp.sum(0)
    dz = dp @ M.T * ELU.grad(z)
    dK, dk = x.T @ dz, dz.sum(0)
    for param, d in ((K, dK), (k, dk), (M, dM), (q, dq)):
        param -= 0.02 * d
