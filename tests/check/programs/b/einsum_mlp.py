import numpy as np


def init(sizes, seed=0):
    gen = np.random.default_rng(seed)
    Ws = [gen.normal(0, 1 / np.sqrt(m), (m, n)) for m, n in zip(sizes[:-1], sizes[1:])]
    bs = [np.zeros(n) for n in sizes[1:]]
    return Ws, bs


def forward(Ws, bs, x):
    """Returns the list of activations, the input first."""
    acts = [x]
    for i, (W, b) in enumerate(zip(Ws, bs)):
        z = np.einsum("bi,ij->bj", acts[-1], W) + b
        acts.append(z if i == len(Ws) - 1 else np.arctan(z))
    return acts


def d_arctan_from_output(a):
    return 1.0 / (1.0 + np.tan(a) ** 2)


def backward(Ws, acts, y):
    gW = [None] * len(Ws)
    gb = [None] * len(Ws)
    delta = 2 * (acts[-1] - y) / len(y)
    for i in range(len(Ws) - 1, -1, -1):
        gW[i] = np.einsum("bi,bj->ij", acts[i], delta)
        gb[i] = np.einsum("bj->j", delta)
        if i > 0:
            delta = np.einsum("bi,ij->bj", delta, Ws[i])
            delta = delta * d_arctan_from_output(acts[i])
    return gW, gb


Ws, bs = init([2, 5, 5, 5])
gen = np.random.default_rng(1)
X = gen.normal(size=(50, 2))
Y = np.stack([X[:, 0] ** k - X[:, 1] for k in range(5)], axis=1)
for it in range(1000):
    acts = forward(Ws, bs, X)
    gW, gb = backward(Ws, acts, Y)
    for i in range(len(Ws)):
        Ws[i] -= 0.05 * gW[i]
        bs[i] -= 0.05 * gb[i]
print("loss", np.mean(np.sum((forward(Ws, bs, X)[-1] - Y) ** 2, axis=1)))
