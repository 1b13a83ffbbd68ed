# word2vec: skip-gram with negative sampling on a toy corpus
import numpy as np

corpus = ("the quick brown fox jumps over the lazy dog the dog sleeps "
          "the fox runs quick over the lazy cat").split()
vocab = sorted(set(corpus))
word2id = {w: i for i, w in enumerate(vocab)}
V = len(vocab)
D = 5
WINDOW = 2
K = 3

np.random.seed(1)
W_in = np.random.uniform(-0.5, 0.5, (V, D)) / D
W_out = np.random.uniform(-0.5, 0.5, (V, D)) / D


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def make_pairs(tokens):
    ids = [word2id[t] for t in tokens]
    for i, c in enumerate(ids):
        for j in range(max(0, i - WINDOW), min(len(ids), i + WINDOW + 1)):
            if j != i:
                yield c, ids[j]


def sgns_step(centers, contexts, negatives):
    v = W_in[centers]                     # (B, D)
    u = W_out[contexts]                   # (B, D)
    n = W_out[negatives]                  # (B, K, D)
    pos = sigmoid(np.sum(v * u, axis=1))
    neg = sigmoid(np.einsum("bkd,bd->bk", n, v))
    loss = -np.sum(np.log(pos)) - np.sum(np.log(1 - neg))

    d_pos = pos - 1
    d_neg = neg
    grad_in = np.zeros_like(W_in)
    grad_out = np.zeros_like(W_out)
    dv = d_pos[:, None] * u + np.einsum("bk,bkd->bd", d_neg, n)
    grad_in[centers] += dv
    np.add.at(grad_out, contexts, d_pos[:, None] * v)
    np.add.at(grad_out, negatives, d_neg[:, :, None] * v[:, None, :])
    return loss, grad_in, grad_out


pairs = np.array(list(make_pairs(corpus)))
lr = 0.05
for epoch in range(300):
    np.random.shuffle(pairs)
    total = 0.0
    for start in range(0, len(pairs), 16):
        batch = pairs[start:start + 16]
        negatives = np.random.randint(0, V, size=(len(batch), K))
        loss, grad_in, grad_out = sgns_step(batch[:, 0], batch[:, 1], negatives)
        W_in -= lr * grad_in
        W_out -= lr * grad_out
        total += loss
    if epoch % 100 == 0:
        print(epoch, total / len(pairs))
