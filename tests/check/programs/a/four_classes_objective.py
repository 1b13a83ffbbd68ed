import numpy as np

WD = 0.1   # weight decay

def objective(params, X, t):
    W1, b1, W2, b2 = params
    n = X.shape[0]
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    s = h @ W2 + b2
    s -= s.max(axis=1, keepdims=True)
    logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    J = -logp[np.arange(n), t].mean() + 0.5 * WD * (np.sum(W1 ** 2) + np.sum(W2 ** 2))

    gs = np.exp(logp)
    gs[np.arange(n), t] -= 1
    gs /= n
    gW2 = h.T @ gs + WD * W2
    gb2 = gs.sum(axis=0) + WD * b2
    gh = (gs @ W2.T) * h * (1 - h)
    gW1 = X.T @ gh + WD * W1
    gb1 = gh.sum(axis=0) + WD * b1
    return J, (gW1, gb1, gW2, gb2)

r = np.random.RandomState(10)
X = r.randn(15, 3)
t = r.randint(0, 4, 15)
W1 = r.randn(3, 6); b1 = r.randn(6) * 0.5
W2 = r.randn(6, 4); b2 = r.randn(4) * 0.5
for k in range(200):
    J, grads = objective((W1, b1, W2, b2), X, t)
    W1, b1, W2, b2 = [p - 0.5 * g for p, g in zip((W1, b1, W2, b2), grads)]
    if k % 50 == 0:
        print(k, J)
