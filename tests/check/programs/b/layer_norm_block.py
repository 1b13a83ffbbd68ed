"""fc - layernorm - tanh - fc, each with its own gradient slots."""
import numpy as np


class FC:
    def __init__(self, i, o):
        self.weight = np.random.randn(i, o) / np.sqrt(i)
        self.bias = np.zeros((1, o))

    def forward(self, x):
        self.inp = x
        return np.dot(x, self.weight) + self.bias

    def backward(self, g):
        self.grad_weight = np.dot(self.inp.T, g)
        self.grad_bias = np.sum(g, axis=0, keepdims=True)
        return np.dot(g, self.weight.T)


class LayerNorm:
    def __init__(self, d):
        self.gain = np.ones((1, d))
        self.shift = np.zeros((1, d))

    def forward(self, x):
        self.mu = x.mean(axis=1, keepdims=True)
        self.inv = 1.0 / np.sqrt(x.var(axis=1, keepdims=True) + 1e-6)
        self.n = (x - self.mu) * self.inv
        return self.gain * self.n + self.shift

    def backward(self, g):
        self.grad_gain = np.sum(g * self.n, axis=0, keepdims=True)
        self.grad_shift = np.sum(g, axis=0, keepdims=True)
        gn = g * self.gain
        D = g.shape[1]
        m1 = gn.sum(axis=1, keepdims=True) / D
        m2 = (gn * self.n).sum(axis=0, keepdims=True) / D
        return self.inv * (gn - m1 - self.n * m2)


class Block:
    def __init__(self, i, h, o):
        self.fc1, self.ln, self.fc2 = FC(i, h), LayerNorm(h), FC(h, o)

    def forward(self, x):
        self.act = np.tanh(self.ln.forward(self.fc1.forward(x)))
        return self.fc2.forward(self.act)

    def backward(self, g):
        g = self.fc2.backward(g)
        g = g * (1 - self.act ** 2)
        return self.fc1.backward(self.ln.backward(g))


np.random.seed(21)
data = np.random.randn(32, 4)
target = np.stack([data[:, 0] ** 2, data[:, 1] - data[:, 2], np.cos(data[:, 3])], 1)
blk = Block(4, 9, 3)
for k in range(800):
    out = blk.forward(data)
    blk.backward(2 * (out - target) / out.size)
    for layer in (blk.fc1, blk.fc2):
        layer.weight -= 0.1 * layer.grad_weight
        layer.bias -= 0.1 * layer.grad_bias
    blk.ln.gain -= 0.1 * blk.ln.grad_gain
    blk.ln.shift -= 0.1 * blk.ln.grad_shift
print("mse", np.mean((blk.forward(data) - target) ** 2))
