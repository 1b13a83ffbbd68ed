import numpy as np
np.random.seed(11)
tokens = np.array([[1, 3, 3, 0], [2, 2, 4, 1], [0, 0, 0, 5]])
labels = np.array([0, 1, 1])
E = np.random.randn(6, 5) * 0.5
W = np.random.randn(5, 2) * 0.5
onehot = np.eye(2)[labels]
for it in range(100):
    emb = E[tokens]
    pooled = emb.mean(axis=1)
    logits = pooled @ W
    p = np.exp(logits - logits.max(1)[:, None])
    p = p / p.sum(1)[:, np.newaxis]
    loss = -(onehot * np.log(p + 1e-12)).sum() / len(labels)
    g = (p - onehot) / len(labels)
    dW = np.dot(pooled.T, g)
    dpooled = g.dot(W.T)
    demb = np.repeat(dpooled[:, None, :], 4, axis=1) / 4
    dE = np.zeros_like(E)
    np.add.at(dE, tokens, demb)
    E[:] = E - 0.5 * dE
    W[...] = W - 0.5 * dW
print(loss, E[0], (p.argmax(axis=1) == labels).mean())
