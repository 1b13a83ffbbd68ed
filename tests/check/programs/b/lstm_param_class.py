import numpy as np

# LSTM on characters; parameters carry their own gradient and Adagrad memory.
text = "the rain in spain stays mainly in the plain "
chars = list(dict.fromkeys(text))
to_ix = {c: i for i, c in enumerate(chars)}
X_size, H, T_steps, lr = len(chars), 6, 7, 0.1
Zs = H + X_size


class Param:
    def __init__(self, rows, cols, mean=0.0):
        self.v = np.random.randn(rows, cols) * 0.2 + mean
        self.d = np.zeros((rows, cols))
        self.m = np.zeros((rows, cols))


np.random.seed(32)
P = {k: Param(H, Zs, 0.0 if k == "c" else 0.1) for k in "fico"}
P["y"] = Param(X_size, H)
P.update({"b" + k: Param(H, 1) for k in "fico"})
P["by"] = Param(X_size, 1)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def dsigmoid(y):
    return y * (1 - y)


def dtanh(y):
    return 1 - y * y


def forward(x, h_prev, c_prev):
    z = np.vstack((h_prev, x))
    f = sigmoid(P["f"].v @ z + P["bf"].v)
    i = sigmoid(P["i"].v @ z + P["bi"].v)
    g = np.tanh(P["c"].v @ z + P["bc"].v)
    c = f * c_prev + i * g
    o = sigmoid(P["o"].v @ z + P["bo"].v)
    h = o * np.tanh(c)
    v = P["y"].v @ h + P["by"].v
    y = np.exp(v) / np.sum(np.exp(v))
    return z, f, i, g, c, o, h, y


def backward(target, dh_next, dc_next, c_prev, z, f, i, g, c, o, h, y):
    dv = np.copy(y)
    dv[target] -= 1
    P["y"].d += dv @ h.T
    P["by"].d += dv
    dh = P["y"].v.T @ dv + dh_next
    do = dh * np.tanh(c) * dsigmoid(o)
    P["o"].d += do @ z.T
    P["bo"].d += do
    dc = np.copy(dc_next)
    dc += dh * o * dtanh(c)
    dg = dc * i * dtanh(g)
    P["c"].d += dg @ z.T
    P["bc"].d += dg
    di = dc * g * dsigmoid(i)
    P["i"].d += di @ z.T
    P["bi"].d += di
    df = dc * c_prev * dsigmoid(f)
    P["f"].d += df @ z.T
    P["bf"].d += df
    dz = P["f"].v.T @ df + P["i"].v.T @ di + P["c"].v.T @ dg + P["o"].v.T @ do
    return dz[:H, :], dc


def clear():
    for p in P.values():
        p.d.fill(0)


def forward_backward(inputs, targets, h, c):
    hs, cs, tapes, loss = {-1: h}, {-1: c}, {}, 0
    for t in range(len(inputs)):
        x = np.zeros((X_size, 1))
        x[inputs[t]] = 1
        tapes[t] = forward(x, hs[t - 1], cs[t - 1])
        cs[t], hs[t] = tapes[t][4], tapes[t][6]
        loss += -np.log(tapes[t][7][targets[t], 0])
    clear()
    dh, dc = np.zeros_like(h), np.zeros_like(c)
    for t in reversed(range(len(inputs))):
        dh, dc = backward(targets[t], dh, dc, cs[t - 1], *tapes[t])
    return loss, hs[len(inputs) - 1], cs[len(inputs) - 1]


h, c = np.zeros((H, 1)), np.zeros((H, 1))
pointer = 0
for iteration in range(3000):
    if pointer + T_steps >= len(text):
        h, c = np.zeros((H, 1)), np.zeros((H, 1))
        pointer = 0
    inputs = [to_ix[ch] for ch in text[pointer:pointer + T_steps]]
    targets = [to_ix[ch] for ch in text[pointer + 1:pointer + T_steps + 1]]
    loss, h, c = forward_backward(inputs, targets, h, c)
    for p in P.values():
        p.m += p.d * p.d
        p.v += -(lr * np.clip(p.d, -1, 1) / np.sqrt(p.m + 1e-8))
    pointer += T_steps
    if iteration % 500 == 0:
        print("iter", iteration, "loss", loss)
