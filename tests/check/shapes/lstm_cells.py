import numpy as np
from numpy import tanh, zeros, concatenate, hstack, vstack
np.random.seed(0)
n_x, n_h, T = 3, 4, 5
sigmoid = lambda z: 1. / (1 + np.exp(-z))

class Gate:
    def __init__(self, name):
        self.name = name
        self.W = np.random.randn(n_h, n_x + n_h) * .2
        self.b = zeros(n_h)
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)

    def __call__(self, v):
        return self.W @ v + self.b

    def __iadd__(self, pair):
        dz, v = pair
        self.dW += np.outer(dz, v)
        self.db += dz
        return self

gates = {k: Gate(k) for k in 'ifgo'}
Wy = np.random.randn(1, n_h)
xs = np.random.randn(T, n_x)
ts = np.sin(np.arange(T))
for epoch in range(100):
    h, c = zeros(n_h), zeros(n_h)
    cache, loss = [], 0
    for x, t in zip(xs, ts):
        v = hstack((x, h))
        i, f, o = (sigmoid(gates[k](v)) for k in 'ifo')
        g = tanh(gates['g'](v))
        c_prev, c = c, f * c + i * g
        h = o * tanh(c)
        y = (Wy @ h)[0]
        loss += .5 * (y - t) ** 2
        cache.append((v, i, f, o, g, c_prev, c, h, y - t))
    dWy = np.zeros_like(Wy)
    dh_next, dc_next = zeros(n_h), zeros(n_h)
    while cache:
        v, i, f, o, g, c_prev, c, h, e = cache.pop()
        dWy += e * h
        dh = Wy[0] * e + dh_next
        dc = dh * o * (1 - tanh(c) ** 2) + dc_next
        d = {'o': dh * tanh(c) * o * (1 - o), 'i': dc * g * i * (1 - i), 'g': dc * i * (1 - g * g),
             'f': dc * c_prev * f * (1 - f)}
        dv = 0
        for k, gate in gates.items():
            gates[k] += (d[k], v)
            dv = dv + gate.W.T @ d[k]
        dh_next, dc_next = dv[n_x:], dc * f
    Wy -= .05 * dWy
    for gate in gates.values():
        gate.W -= .05 * gate.dW
        gate.b -= .05 * gate.db
        gate.dW[:], gate.db[:] = 0, 0
    if not epoch % 25:
        print(epoch, loss)
