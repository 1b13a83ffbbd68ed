import numpy as np
from numpy.random import randn, rand, seed, randint
seed(5)
A = np.arange(12.).reshape(3, 4)
W = np.asarray([[.1 * (i - j) for j in range(4)] for i in range(3)], dtype=float)
U = np.r_[randn(2), np.zeros(2)]
V = np.eye(4) * 0.3 + np.diag(np.ones(3), 1) * .1
K = np.tile(rand(1, 4), (3, 1))
target = np.stack([np.sin(A[i]) for i in range(3)])
mask = np.tri(3, 4, dtype=bool)
lr = 1e-3
log = []
for it in range(100):
    Z = (A * W) @ V + K * U
    H = np.clip(Z, -2., 2.)
    H[mask] *= 2
    S = np.cumsum(H, axis=1)
    q, r = np.divmod(it, 3)
    D = S - target
    loss = (D ** 2).sum() / 2 + 0.01 * np.abs(W).sum()
    dS = D.copy()
    dH = np.flip(np.cumsum(np.flip(dS, 1), axis=1), 1)
    dH[mask] *= 2
    dZ = dH * ((Z > -2) & (Z < 2))
    dW = A * (dZ @ V.T) + 0.01 * np.sign(W)
    dV = (A * W).T @ dZ
    dU = np.einsum('ij,ij->j', K, dZ)
    dK = dZ * U[None]
    for P, G in ((W, dW), (V, dV), (U, dU), (K, dK)):
        n = np.linalg.norm(G)
        if n > 5: G = G * (5 / n)
        np.subtract(P, lr * G, out=P)
    log.append(loss)
print(log[-1], W.ravel()[::5], V.diagonal(), U.tolist(), K.mean(axis=0, keepdims=True).squeeze())
b = np.broadcast_to(U, (2, 4)); c = np.moveaxis(b[..., None], -1, 0); d = c.swapaxes(0, 1)
print(b.shape, c.shape, d.ndim, np.concatenate([b, b], 1).size, np.hsplit(W, 2)[1].sum(), np.trace(V), np.triu(V)[0])
print(np.percentile(W, [25, 75]), np.median(K), W.argmin(), np.sort(U)[::-1], np.argsort(U), np.bincount([0, 1, 1]), W.min(1))
print(np.apply_along_axis(lambda row: row / row.sum(), 1, np.abs(K))[0], np.nonzero(mask)[0][:3], np.roll(U, 1), np.expand_dims(U, 0).shape)
print(np.histogram(W, bins=3)[0], np.round(W, 2)[1], np.meshgrid(U[:2], U[:3])[0].shape, np.cross([1., 0, 0], [0., 1, 0]), np.kron(U[:2], U[:2]))
