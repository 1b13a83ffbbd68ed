import numpy as np


class Seq2Seq:
    """Encoder RNN reads, decoder RNN writes (teacher forcing). Row vectors."""

    def __init__(self, n, h):
        rs = np.random.RandomState(19)
        self.enc_x, self.dec_x = rs.randn(n, h) * 0.4, rs.randn(n, h) * 0.4
        self.enc_h, self.dec_h = rs.randn(h, h) * 0.3, rs.randn(h, h) * 0.3
        self.out = rs.randn(h, n) * 0.4
        self.d = {}

    def run(self, src, dst):
        h = np.zeros((1, self.enc_h.shape[0]))
        self.E = [h]
        self.src = src
        for x in src:
            h = np.tanh(x[None] @ self.enc_x + h @ self.enc_h)
            self.E.append(h)
        self.D, self.fed, self.errs = [h], [], []
        x = np.zeros((1, dst.shape[1]))
        for y in dst:
            h = np.tanh(x @ self.dec_x + h @ self.dec_h)
            self.D.append(h)
            self.fed.append(x)
            self.errs.append(h @ self.out - y[None])
            x = y[None]
        return 0.5 * sum(np.sum(e ** 2) for e in self.errs)

    def back(self, dst):
        d = {k: np.zeros_like(getattr(self, k)) for k in ("enc_x", "enc_h", "dec_x", "dec_h", "out")}
        dh = np.zeros_like(self.D[0])
        for t in range(len(dst))[::-1]:
            d["out"] += self.D[t + 1].T @ self.errs[t]
            dh = dh + self.errs[t] @ self.out.T
            dz = dh * (1 - self.D[t + 1] ** 2)
            d["dec_x"] += self.fed[t].T @ dz
            d["dec_h"] += self.D[t].T @ dz
            dh = dz @ self.dec_h.T
        for t in range(len(self.src))[::-1]:
            dz = dh * (1 - self.E[t + 1] ** 2)
            d["enc_x"] += self.src[t][None].T @ dz
            d["enc_h"] += self.E[t].T @ dz
            dh = dz @ self.dec_h.T
        self.d = d


model = Seq2Seq(2, 6)
rs = np.random.RandomState(1)
for it in range(3000):
    src = rs.randn(4, 2)
    dst = src[::-1][:3]
    J = model.run(src, dst)
    model.back(dst)
    for name, g in model.d.items():
        setattr(model, name, getattr(model, name) - 0.02 * g)
    if it % 600 == 0:
        print("iter", it, "loss", J)
