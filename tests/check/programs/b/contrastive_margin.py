import numpy as np


class Encoder:
    def __init__(self, n, m):
        self.W = np.random.randn(n, m) * 0.6
        self.b = np.zeros(m)
        self.zero_grad()

    def zero_grad(self):
        self.dW = np.zeros_like(self.W)
        self.db = np.zeros_like(self.b)

    def __call__(self, x):
        z = np.tanh(x @ self.W + self.b)

        def back(d):
            d = d * (1 - z * z)
            self.dW += x.T @ d
            self.db += d.sum(axis=0)
        return z, back


def contrastive(enc, left, right, same, margin=2.0):
    u, back_u = enc(left)
    v, back_v = enc(right)
    gap = u - v
    dist = np.sqrt((gap ** 2).sum(axis=1) + 1e-12)
    short = np.maximum(margin - dist, 0)
    loss = 0.5 * np.mean(same * dist ** 2 + (1 - same) * short ** 2)
    d_dist = (same * dist - (1 - same) * short) / len(same)
    d_gap = (d_dist / dist)[:, None] * gap
    back_u(d_gap)
    back_v(-d_gap)
    return loss


np.random.seed(14)
enc = Encoder(3, 2)
anchors = np.random.randn(4, 3) * 2
for it in range(800):
    i, j = np.random.randint(4, size=(2, 24))
    j[::2] = i[::2]
    left = anchors[i] + 0.2 * np.random.randn(24, 3)
    right = anchors[j] + 0.2 * np.random.randn(24, 3)
    enc.zero_grad()
    loss = contrastive(enc, left, right, (i == j).astype(float))
    enc.W -= 0.1 * enc.dW
    enc.b -= 0.1 * enc.db
    if it % 200 == 0:
        print(it, round(float(loss), 4))
