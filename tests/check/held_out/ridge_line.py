import numpy as np

rng = np.random.RandomState(27)
N, D = 48, 3
X = rng.randn(N, D)
y = X @ np.array([1.5, -2.0, 0.5]) + 0.7 + 0.1 * rng.randn(N)
w, b = 0.1 * rng.randn(D), 0.0
vw, vb = np.zeros(D), 0.0
batch = 8

for epoch in range(30):
    order = rng.permutation(N)
    for k in range(0, N, batch):
        pick = order[k:k + batch]
        xb, yb = X[pick], y[pick]
        r = xb @ w + b - yb
        loss = np.mean(r ** 2) + 0.01 * np.sum(w ** 2)
        gw = 2 * xb.T @ r / batch - 0.02 * w
        gb = 2 * r.mean()
        vw = 0.8 * vw + gw
        vb = 0.8 * vb + gb
        w = w - 0.02 * vw
        b = b - 0.02 * vb
    if epoch % 10 == 0:
        print(epoch, loss)
print(w, b)
