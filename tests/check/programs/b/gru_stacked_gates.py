import numpy as np

H, D, K = 5, 3, 3
gen = np.random.default_rng(2)
theta = {
    "W": gen.normal(size=(3 * H, D)) * 0.3,
    "U": gen.normal(size=(3 * H, H)) * 0.3,
    "b": np.zeros(3 * H),
    "V": gen.normal(size=(K, H)) * 0.3,
    "c": np.zeros(K),
}
Z, R, C = slice(0, H), slice(H, 2 * H), slice(2 * H, 3 * H)


def sigmoid(a):
    return 0.5 * (1 + np.tanh(0.5 * a))


def loss_and_grads(theta, xs, ys):
    W, U, b, V, c = theta["W"], theta["U"], theta["b"], theta["V"], theta["c"]
    h = np.zeros(H)
    steps = []
    loss = 0.0
    for x, y in zip(xs, ys):
        pre = W @ x + b
        z = sigmoid(pre[Z] + U[Z] @ h)
        r = sigmoid(pre[R] + U[R] @ h)
        n = np.tanh(pre[C] + r * (U[C] @ h))       # reset after the product, as cuDNN does
        new = (1 - z) * n + z * h
        s = V @ new + c
        p = np.exp(s - s.max())
        p /= p.sum()
        loss -= np.log(p[y])
        steps.append(dict(x=x, h=h, z=z, r=r, n=n, new=new, p=p, y=y, dz=z * (1 - z), dr=r * (1 - r), dn=1 - n * n))
        h = new

    g = {k: np.zeros_like(v) for k, v in theta.items()}
    dh = np.zeros(H)
    while steps:
        s = steps.pop()
        ds = s["p"]
        ds[s["y"]] -= 1
        g["V"] += np.outer(ds, s["new"])
        g["c"] += ds
        dh += V.T @ ds
        dpre = np.empty(3 * H)
        dpre[Z] = dh * (s["h"] - s["n"]) * s["dz"]
        dpre[C] = dh * (1 - s["z"]) * s["dn"]
        dpre[R] = dpre[C] * (U[C] @ s["h"]) * s["dr"]
        drec = dpre.copy()
        drec[C] *= s["r"]
        g["b"] += dpre
        g["W"] += np.outer(dpre, s["x"])
        g["U"] += np.outer(drec, s["h"])
        dh = dh * s["z"] + U.T @ drec
    return loss, g


def clip_by_norm(g, limit):
    norm = np.sqrt(sum(np.sum(v ** 2) for v in g.values()))
    if norm > limit:
        for v in g.values():
            v *= limit / norm
    return g


for it in range(2000):
    xs = gen.normal(size=(8, D))
    ys = (np.cumsum(xs[:, 0]) > 0).astype(int) + (xs[:, 1] > 1)
    loss, grads = loss_and_grads(theta, xs, ys)
    grads = clip_by_norm(grads, 5.0)
    for k in theta:
        theta[k] -= 0.05 * grads[k]
    if it % 500 == 0:
        print(it, loss / 8)
