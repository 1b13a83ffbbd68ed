import numpy as np


def sigmoid(a):
    return 1.0 / (1.0 + np.exp(-a))


class GRU:
    names = ["Wz", "Wr", "Wh", "Uz", "Ur", "Uh", "bz", "br", "bh", "V"]

    def __init__(self, n_in, n_hid, n_out):
        self.n_hid = n_hid
        for gate in "zrh":
            setattr(self, "W" + gate, np.random.randn(n_hid, n_in) * 0.3)
            setattr(self, "U" + gate, np.random.randn(n_hid, n_hid) * 0.3)
            setattr(self, "b" + gate, np.zeros(n_hid))
        self.V = np.random.randn(n_out, n_hid) * 0.3

    def run(self, xs, ys):
        h = np.zeros(self.n_hid)
        self.tape = []
        loss = 0.0
        for x, y in zip(xs, ys):
            z = sigmoid(self.Wz @ x + self.Uz @ h + self.bz)
            r = sigmoid(self.Wr @ x + self.Ur @ h + self.br)
            hc = np.tanh(self.Wh @ x + self.Uh @ (r * h) + self.bh)
            h_new = (1 - z) * h + z * hc
            err = self.V @ h_new - y
            loss += 0.5 * err @ err
            self.tape.append((x, h, z, r, hc, h_new, err))
            h = h_new
        return loss

    def bptt(self):
        self.g = {k: np.zeros_like(getattr(self, k)) for k in self.names}
        g = self.g
        dh = np.zeros(self.n_hid)
        for x, h, z, r, hc, h_new, err in reversed(self.tape):
            g["V"] += np.outer(err, h_new)
            dh = dh + self.V.T @ err
            dz = dh * (hc - h) * z * (1 - z)
            dhc = dh * z * (1 - hc ** 2)
            drh = self.Uh.T @ dhc
            dr = drh * h * r * (1 - r)
            g["Wz"] += np.outer(dz, x)
            g["Uz"] += np.outer(dz, h)
            g["bz"] += dz
            g["Wr"] += np.outer(dr, x)
            g["Ur"] += np.outer(dr, h)
            g["br"] += dr
            g["Wh"] += np.outer(dhc, x)
            g["Uh"] += np.outer(dhc, h)
            g["bh"] += dhc
            dh = dh * (1 - z) + drh + self.Uz.T @ dz + self.Ur.T @ dr


np.random.seed(4)
xs = np.random.randn(7, 3)
ys = np.vstack([xs[:, :2].sum(axis=1), np.cumsum(xs[:, 2]) * 0.2]).T
cell = GRU(3, 6, 2)
for epoch in range(1500):
    loss = cell.run(xs, ys)
    cell.bptt()
    for k in cell.names:
        setattr(cell, k, getattr(cell, k) - 0.05 * cell.g[k])
    if epoch % 300 == 0:
        print("epoch", epoch, "loss", loss)
