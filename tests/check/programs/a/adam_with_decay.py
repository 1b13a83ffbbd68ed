import numpy as np

DECAY = 0.02
gen = np.random.default_rng(0)


def make_data():
    y = gen.integers(0, 3, 18)
    X = gen.normal(size=(18, 4))
    X[np.arange(18), y] += 1.5
    return X, y


def init():
    return {"w1": gen.normal(size=(4, 6)) * 0.4, "b1": np.zeros(6), "w2": gen.normal(size=(6, 3)) * 0.4, "b2": np.zeros(3)}


def loss_and_grads(P, X, y):
    n = len(X)
    a = np.tanh(X @ P["w1"] + P["b1"])
    s = a @ P["w2"] + P["b2"]
    s = s - s.max(1, keepdims=True)
    p = np.exp(s) / np.exp(s).sum(1, keepdims=True)
    loss = -np.log(p[np.arange(n), y]).mean() + 0.5 * DECAY * sum(np.sum(P[k] ** 2) for k in ("w1", "w2"))

    ds = p.copy()
    ds[np.arange(n), y] -= 1
    ds /= n
    G = {"w2": a.T @ ds + DECAY * P["w2"], "b2": ds.sum(0)}
    da = (ds @ P["w2"].T) * (1 - a ** 2)
    G["w1"] = X.T @ da + DECAY * P["w1"]
    G["b1"] = da.sum(0)
    return loss, G


class Adam:
    def __init__(self, P, lr=0.02, betas=(0.9, 0.999), eps=1e-8):
        self.lr, self.betas, self.eps, self.t = lr, betas, eps, 0
        self.m = {k: 0.0 for k in P}
        self.v = {k: 0.0 for k in P}

    def step(self, P, G):
        self.t += 1
        b1, b2 = self.betas
        for k, g in G.items():
            self.m[k] = b1 * self.m[k] + (1 - b1) * g
            self.v[k] = b2 * self.v[k] + (1 - b2) * g * g
            mh = self.m[k] / (1 - b1 ** self.t)
            vh = self.v[k] / (1 - b2 ** self.t)
            P[k] = P[k] - self.lr * mh / (np.sqrt(vh) + self.eps)


X, y = make_data()
P = init()
opt = Adam(P)
for i in range(300):
    loss, G = loss_and_grads(P, X, y)
    opt.step(P, G)
    if i % 100 == 0:
        print(i, loss)
