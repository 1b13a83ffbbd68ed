import numpy as np

rng = np.random.default_rng(33)
vocab, dim, n_cls = 12, 5, 3
docs = rng.integers(0, vocab, size=(8, 6))      # repeated words happen
docs[0, :3] = 4
labels = rng.integers(0, n_cls, size=8)
E = rng.normal(size=(vocab, dim))
W = rng.normal(size=(dim, n_cls)) * 0.5
b = np.zeros(n_cls)

def log_softmax(s):
    s = s - s.max(1, keepdims=True)
    return s - np.log(np.exp(s).sum(1, keepdims=True))

for it in range(200):
    emb = E[docs]                      # (8, 6, dim)
    mean = emb.mean(axis=1)
    logp = log_softmax(mean @ W + b)
    nll = -logp[np.arange(8), labels].mean()

    g = np.exp(logp)
    g[np.arange(8), labels] -= 1
    g /= 8
    gW = mean.T @ g
    gb = g.sum(0)
    gmean = g @ W.T
    gE = np.zeros_like(E)
    np.add.at(gE, docs, gmean[:, None, :])

    E -= 1.0 * gE
    W -= 1.0 * gW
    b -= 1.0 * gb
    if it % 50 == 0:
        print(it, nll)
