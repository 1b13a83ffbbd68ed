import numpy as np

rng = np.random.default_rng(12)
X = rng.random((15, 4))
T = np.c_[X[:, 0] * 0.5 + 0.2, X[:, 1] * X[:, 2]]
w = rng.normal(size=(4, 6))
v = rng.normal(size=(6, 2))
c = np.zeros(6)
e = np.zeros(2)

logistic = lambda u: 1 / (1 + np.exp(-u))

losses = []
for epoch in range(5000):
    H = logistic(X @ w + c)
    Y = logistic(H @ v + e)
    losses.append(0.5 * np.mean(np.sum((Y - T) ** 2, axis=1)))
    delta_y = (T - Y) * Y * (1 - Y)
    delta_h = delta_y @ v.T * H * (1 - H)
    v -= 0.3 * H.T @ delta_y / len(X)
    e -= 0.3 * delta_y.mean(axis=0)
    w -= 0.3 * X.T @ delta_h / len(X)
    c -= 0.3 * delta_h.mean(axis=0)
print(losses[0], losses[-1])
