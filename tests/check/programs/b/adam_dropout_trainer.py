import numpy as np


class Layer:
    def __init__(self):
        self.params = {}
        self.grads = {}
        self.training = True

    def forward(self, x):
        return x

    def backward(self, g):
        return g


class Linear(Layer):
    def __init__(self, i, o):
        super().__init__()
        self.params["W"] = np.random.randn(i, o) * np.sqrt(2 / (i + o))
        self.params["b"] = np.zeros((o,))

    def forward(self, x):
        self._x = x
        return x @ self.params["W"] + self.params["b"]

    def backward(self, g):
        self.grads["W"] = self._x.T @ g
        self.grads["b"] = g.sum(axis=0)
        return g @ self.params["W"].T


class ELU(Layer):
    def forward(self, x):
        self._y = np.where(x > 0, x, np.exp(np.minimum(x, 0)) - 1)
        return self._y

    def backward(self, g):
        return g * np.where(self._y > 0, 1, self._y + 1)


class Dropout(Layer):
    def __init__(self, rate):
        super().__init__()
        self.rate = rate

    def forward(self, x):
        if not self.training:
            return x
        self._mask = np.random.binomial(1, 1 - self.rate, x.shape) / (1 - self.rate)
        return x * self._mask

    def backward(self, g):
        return g * self._mask


class Sequential(Layer):
    def __init__(self, *layers):
        super().__init__()
        self.layers = layers

    def forward(self, x):
        for l in self.layers:
            x = l.forward(x)
        return x

    def backward(self, g):
        for l in reversed(self.layers):
            g = l.backward(g)
        return g

    def train(self, mode):
        for l in self.layers:
            l.training = mode


class AdamW:
    def __init__(self, layers, lr=3e-3, betas=(0.9, 0.999), eps=1e-8, decay=1e-3):
        self.slots = [(l, k) for l in layers for k in l.params]
        self.m = [np.zeros_like(l.params[k]) for l, k in self.slots]
        self.v = [np.zeros_like(l.params[k]) for l, k in self.slots]
        self.lr, self.betas, self.eps, self.decay, self.t = lr, betas, eps, decay, 0

    def step(self):
        self.t += 1
        b1, b2 = self.betas
        for j, (l, k) in enumerate(self.slots):
            g = l.grads[k]
            self.m[j] = b1 * self.m[j] + (1 - b1) * g
            self.v[j] = b2 * self.v[j] + (1 - b2) * g * g
            mh = self.m[j] / (1 - b1 ** self.t)
            vh = self.v[j] / (1 - b2 ** self.t)
            l.params[k] -= self.lr * (mh / (np.sqrt(vh) + self.eps) + self.decay * l.params[k])


def bce(logit, y):
    return np.mean(np.logaddexp(0, logit) - y * logit)


def bce_grad(logit, y):
    return (1 / (1 + np.exp(-logit)) - y) / y.size


np.random.seed(100)
X = np.random.randn(80, 4)
y = ((X ** 2).sum(1, keepdims=True) > 3).astype(float)
net = Sequential(Linear(4, 12), ELU(), Dropout(0.2), Linear(12, 1))
opt = AdamW(net.layers)
for epoch in range(300):
    net.train(True)
    perm = np.random.permutation(len(X))
    for part in np.array_split(perm, 5):
        out = net.forward(X[part])
        net.backward(bce_grad(out, y[part]))
        opt.step()
    if epoch % 100 == 0:
        net.train(False)
        print(epoch, bce(net.forward(X), y))
