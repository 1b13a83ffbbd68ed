import numpy as np


class Block:
    """x + attention(x), then rms norm, then x + mlp(x). No masks, one head."""

    def __init__(self, d, h, m, seed=0):
        r = np.random.default_rng(seed)
        shapes = {"q": (d, h), "k": (d, h), "v": (d, h), "o": (h, d), "up": (d, m), "down": (m, d)}
        self.p = {name: r.normal(0, s[0] ** -0.5, s) for name, s in shapes.items()}
        self.p["gain"] = np.ones(d)
        self.g = {}

    def forward(self, x):
        p = self.p
        self.x = x
        self.q, self.k, self.v = x @ p["q"], x @ p["k"], x @ p["v"]
        s = self.q @ self.k.T / np.sqrt(self.k.shape[1])
        e = np.exp(s - s.max(1, keepdims=True))
        self.att = e / e.sum(1, keepdims=True)
        self.mixed = self.att @ self.v
        self.y = x + self.mixed @ p["o"]
        self.rms = np.sqrt((self.y ** 2).mean(1, keepdims=True) + 1e-6)
        self.n = self.y / self.rms
        self.u = self.n * p["gain"]
        self.hidden = np.maximum(self.u @ p["up"], 0)
        return self.y + self.hidden @ p["down"]

    def backward(self, dout):
        p, g = self.p, self.g
        g["down"] = self.hidden.T @ dout
        dhid = dout @ p["down"].T * (self.hidden > 0)
        g["up"] = self.u.T @ dhid
        du = dhid @ p["up"].T
        g["gain"] = (du * self.n).sum(0)
        dn = du * p["gain"]
        dy = (dn - self.n * (dn * self.n).sum(1, keepdims=True)) / self.rms
        dy += dout
        g["o"] = self.mixed.T @ dy
        dmix = dy @ p["o"].T
        datt = dmix @ self.v.T
        dv = self.att.T @ dmix
        ds = self.att * (datt - (datt * self.att).sum(1, keepdims=True))
        dq = ds @ self.k
        dk = ds.T @ self.q / np.sqrt(self.k.shape[1])
        g["q"] = self.x.T @ dq
        g["k"] = self.x.T @ dk
        g["v"] = self.x.T @ dk


block = Block(5, 6, 8)
rng = np.random.default_rng(1)
for step in range(500):
    x = rng.normal(size=(4, 5))
    target = np.roll(x, 1, axis=0)
    out = block.forward(x)
    block.backward(out - target)
    for name in block.p:
        block.p[name] -= 0.01 * block.g[name]
    if step % 100 == 0:
        print(step, 0.5 * np.sum((out - target) ** 2))
