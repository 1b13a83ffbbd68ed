import numpy as np, copy
rng = np.random.default_rng()
X = np.random.randn(10, 4)
t = np.outer(X[:, 0], [1.0, -1.0])
W = [np.random.randn(4, 8) * np.sqrt(2 / 4), np.random.randn(8, 2) * np.sqrt(2 / 8)]
B = [np.zeros((1, 8)), np.zeros((1, 2))]
V = copy.deepcopy([w * 0 for w in W])
keep = 0.8
best = None
for epoch in range(50):
    order = rng.permutation(10)
    for s in range(0, 10, 5):
        idx = order[s:s + 5]
        xb, tb = X[idx], t[idx]
        z = xb @ W[0] + B[0]
        h = np.where(z > 0, z, 0.01 * z)
        mask = (np.random.rand(*h.shape) < keep) / keep
        hd = h * mask
        o = hd @ W[1] + B[1]
        diff = o - tb
        loss = np.mean(diff ** 2)
        do = 2 * diff / diff.size
        dW1 = hd.T @ do
        dh = do @ W[1].T * mask
        dz = dh * np.where(z > 0, 1, 0.01)
        dW0 = xb.T @ dz
        for i, g in enumerate([dW0, dW1]):
            V[i] = 0.9 * V[i] - 0.05 * g
            W[i] += V[i]
        B[0] -= 0.05 * dz.sum(axis=0, keepdims=True)
        B[1] -= 0.05 * do.sum(axis=0, keepdims=True)
    if best is None or loss < best[0]:
        best = (loss, copy.deepcopy(W))
print(best[0], [w.shape for w in best[1]])
