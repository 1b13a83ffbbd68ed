import numpy as np

rng = np.random.default_rng(42)
n, d_in, d_hidden, d_out = 16, 4, 8, 2

X = rng.standard_normal((n, d_in))
Y = np.stack([np.sin(X[:, 0]) + X[:, 1], X[:, 2] * X[:, 3]], axis=1)

params = {
    "W1": rng.standard_normal((d_in, d_hidden)) * np.sqrt(2 / d_in),
    "b1": np.zeros(d_hidden),
    "W2": rng.standard_normal((d_hidden, d_out)) * np.sqrt(2 / d_hidden),
    "b2": np.zeros(d_out),
}
m = {k: np.zeros_like(v) for k, v in params.items()}
v = {k: np.zeros_like(p) for k, p in params.items()}
lr, beta1, beta2, eps = 1e-2, 0.9, 0.999, 1e-8


def relu(z):
    return np.maximum(0.0, z)


for t in range(1, 401):
    # ---- forward
    z1 = X @ params["W1"] + params["b1"]
    h = relu(z1)
    pred = h @ params["W2"] + params["b2"]
    loss = ((pred - Y) ** 2).sum(axis=1).mean()

    # ---- backward
    grads = {}
    dpred = 2 * (pred - Y) / n
    grads["W2"] = h.T @ dpred
    grads["b2"] = dpred.sum(axis=0)
    dh = dpred @ params["W2"].T
    dz1 = relu(dh)
    grads["W1"] = X.T @ dz1
    grads["b1"] = dz1.sum(axis=0)

    # ---- Adam
    for k in params:
        m[k] = beta1 * m[k] + (1 - beta1) * grads[k]
        v[k] = beta2 * v[k] + (1 - beta2) * grads[k] ** 2
        m_hat = m[k] / (1 - beta1 ** t)
        v_hat = v[k] / (1 - beta2 ** t)
        params[k] -= lr * m_hat / (np.sqrt(v_hat) + eps)

    if t % 100 == 0:
        print(f"step {t}: loss {loss:.4f}")
