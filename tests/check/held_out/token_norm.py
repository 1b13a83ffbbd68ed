import numpy as np

rng = np.random.default_rng(11)
eps = 1e-5

def layernorm(x, g, b):
    mean = x.mean(-1, keepdims=True)
    var = x.var(-1, keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return xhat * g + b, (xhat, var, g)

def layernorm_backward(dy, cache):
    xhat, var, g = cache
    db = dy.sum(axis=(0, 1))
    dg = (dy * xhat).sum(axis=(0, 1))
    dxhat = dy * g
    dx = dxhat - dxhat.mean(-1, keepdims=True) - xhat * (dxhat * xhat).sum(-1, keepdims=True)
    dx /= np.sqrt(var + eps)
    return dx, dg, db

x = rng.normal(size=(2, 4, 6))
g = 1 + 0.3 * rng.normal(size=6)
b = 0.2 * rng.normal(size=6)
w = rng.normal(size=(6, 3))
t = rng.normal(size=(2, 4, 3))

for i in range(300):
    n, cache = layernorm(x, g, b)
    pred = n @ w
    loss = ((pred - t) ** 2).mean()

    dpred = 2 * (pred - t) / t.size
    dw = np.einsum('btd,btk->dk', n, dpred)
    dn = dpred @ w.T
    dx, dg, db = layernorm_backward(dn, cache)

    w -= 0.1 * dw
    g -= 0.1 * dg
    b -= 0.1 * db
    x -= 0.1 * dx   # the inputs are learned too
    if i % 100 == 0:
        print(f"{i}: {loss:.5f}")
