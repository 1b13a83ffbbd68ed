import numpy as np

# A tiny bigram-context language model with tied input and output embeddings.
text = "to be or not to be that is the question to be is to question that".split()
vocab = {w: i for i, w in enumerate(dict.fromkeys(text))}
ids = np.array([vocab[w] for w in text])
V, D = len(vocab), 6

rng = np.random.RandomState(0)
E = rng.randn(V, D) * 0.3
W = rng.randn(2 * D, D) * 0.3
b = np.zeros(V)


def step(ctx, tgt):
    n = len(tgt)
    x = E[ctx].reshape(n, 2 * D)
    h = np.tanh(x @ W)
    scores = h @ E.T + b
    scores -= scores.max(1, keepdims=True)
    logz = np.log(np.exp(scores).sum(1, keepdims=True))
    loss = -(scores - logz)[np.arange(n), tgt].mean()

    d = np.exp(scores - logz)
    d[np.arange(n), tgt] -= 1
    d /= n
    gE = d.T @ h
    gb = d.sum(0)
    dz = (d @ E) * (1 - h ** 2)
    gW = x.T @ dz
    dx = (dz @ W.T).reshape(n, 2, D)
    np.add.at(gE, ctx, dx)
    return loss, (gE, gW, gb)


contexts = np.stack([ids[:-2], ids[1:-1]], 1)
targets = ids[2:]
m = [np.zeros_like(p) for p in (E, W, b)]
for it in range(800):
    loss, grads = step(contexts, targets)
    for p, g, v in zip((E, W, b), grads, m):
        v *= 0.9
        v += g
        p -= 0.1 * v
    if it % 200 == 0:
        print("step", it, "perplexity", np.exp(loss))
