import numpy as np

# Which of the three channels has the largest sum? Read one row at a time.
np.random.seed(68)
n_in, n_h, n_out = 3, 8, 3
params = {
    "Wxh": np.random.randn(n_h, n_in) * 0.3,
    "Whh": np.random.randn(n_h, n_h) * 0.2,
    "Why": np.random.randn(n_out, n_h) * 0.3,
    "bh": np.zeros((n_h, 1)),
    "by": np.zeros((n_out, 1)),
}


def rnn_pass(inputs, target):
    h = np.zeros((n_h, 1))
    last_inputs = inputs
    last_hs = {0: h}
    for i, x in enumerate(inputs):
        h = np.tanh(params["Wxh"] @ x.reshape(-1, 1) + params["Whh"] @ h + params["bh"])
        last_hs[i + 1] = h
    y = params["Why"] @ h + params["by"]
    p = np.exp(y - y.max())
    p /= p.sum()
    loss = -np.log(p[target, 0])

    n = len(inputs)
    g = {k: np.zeros_like(v) for k, v in params.items()}
    d_y = p
    d_y[target] -= 1
    g["Why"] = d_y @ last_hs[n].T
    g["by"] = d_y
    d_h = params["Why"].T @ d_y
    for t in reversed(range(n)):
        temp = (1 - last_hs[t + 1] ** 2) * d_h
        g["bh"] += temp
        g["Whh"] += temp @ last_hs[t + 1].T
        g["Wxh"] += temp @ last_inputs[t].reshape(1, -1)
        d_h = params["Whh"] @ temp
    return loss, g


smooth = None
for it in range(3000):
    xs = np.random.randn(6, 3)
    loss, g = rnn_pass(xs, int(xs.sum(axis=0).argmax()))
    for k in params:
        np.clip(g[k], -1, 1, out=g[k])
        params[k] -= 0.02 * g[k]
    smooth = loss if smooth is None else 0.99 * smooth + 0.01 * loss
    if it % 500 == 0:
        print(it, smooth)
