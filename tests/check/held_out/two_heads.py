import numpy as np
np.random.seed(50)

def swish(z):
    return z / (1 + np.exp(-z))

def d_swish(z):
    s = 1 / (1 + np.exp(-z))
    return s + z * s * (1 - s)

X = np.random.randn(14, 5)
y_reg = np.random.randn(14, 1)
y_cls = (np.random.rand(14, 1) > 0.5) * 1.0

p = dict(W0=np.random.randn(5, 6) * .4, W1=np.random.randn(6, 6) * .4, b1=np.zeros(6),
         Wr=np.random.randn(6, 1) * .4, Wc=np.random.randn(6, 1) * .4)

def losses(p):
    h0 = X @ p['W0']
    z1 = h0 @ p['W1'] + p['b1']
    h1 = h0 + swish(z1)                 # residual connection
    r = h1 @ p['Wr']
    c = 1 / (1 + np.exp(-(h1 @ p['Wc'])))
    loss_r = 0.5 * np.sum((r - y_reg) ** 2)
    loss_c = -np.sum(y_cls * np.log(c) + (1 - y_cls) * np.log(1 - c))
    return loss_r + 0.3 * loss_c, (h0, z1, h1, r, c)

def backprop(p, cache):
    h0, z1, h1, r, c = cache
    g = {}
    d_r = r - y_reg
    d_c = 0.3 * (c - y_cls)
    g['Wr'] = h1.T @ d_r
    g['Wc'] = h1.T @ d_c
    d_h1 = d_r @ p['Wr'].T
    d_h1 += d_c @ p['Wc'].T
    d_z1 = d_h1 * d_swish(z1)
    g['W1'] = h0.T @ d_z1
    g['b1'] = d_z1.sum(0)
    d_h0 = d_h1 + d_z1 @ p['W1'].T
    g['W0'] = X.T @ d_h0
    return g

for epoch in range(500):
    loss, cache = losses(p)
    grads = backprop(p, cache)
    for name in grads:
        p[name] = p[name] - 0.01 * grads[name]
    if epoch % 100 == 0:
        print(epoch, loss)
