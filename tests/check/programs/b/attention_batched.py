import numpy as np


class CausalAttention:
    def __init__(self, dim, head, out, rng):
        self.wq, self.wk, self.wv = (rng.standard_normal((dim, head)) / np.sqrt(dim) for _ in range(3))
        self.wo = rng.standard_normal((head, out)) / np.sqrt(head)

    def forward(self, x):
        self.x = x
        T = x.shape[1]
        self.q = np.einsum("btd,dh->bth", x, self.wq) * self.wq.shape[1] ** -0.5
        self.k = np.einsum("btd,dh->bth", x, self.wk)
        self.v = np.einsum("btd,dh->bth", x, self.wv)
        att = np.einsum("bih,bjh->bij", self.q, self.k)
        att = np.where(np.tril(np.ones((T, T))) == 1, att, -1e9)
        att = np.exp(att - att.max(-1, keepdims=True))
        self.p = att / att.sum(-1, keepdims=True)
        self.ctx = self.p @ self.v
        return self.ctx @ self.wo

    def backward(self, g):
        self.dwo = np.einsum("bth,bto->ho", self.ctx, g)
        dctx = g @ self.wo.T
        dv = self.p.transpose(0, 2, 1) @ dctx
        dp = dctx @ self.v.transpose(0, 2, 1)
        ds = self.p * (dp - (dp * self.p).sum(-1, keepdims=True))
        dq = ds @ self.k * self.wq.shape[1] ** -0.5
        dk = ds.transpose(0, 2, 1) @ self.q
        self.dwq, self.dwk, self.dwv = (np.einsum("btd,bth->dh", self.x, d) for d in (dq, dk, dv))
        return dq @ self.wq.T + dk @ self.wk.T + dv @ self.wv.T


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    attn = CausalAttention(3, 4, 5, rng)
    x = rng.standard_normal((6, 7, 3))
    target = np.concatenate([np.cumsum(x, axis=1) / np.arange(1, 8)[:, None], x[:, :, :2]], axis=2)
    for i in range(600):
        y = attn.forward(x)
        attn.backward((y - target) / len(x))
        for name in ("wq", "wk", "wv", "wo"):
            w = getattr(attn, name)
            w -= 0.05 * getattr(attn, "d" + name)
        if i % 200 == 0:
            print(i, 0.5 * np.sum((y - target) ** 2) / len(x))
