import numpy as np


class Block:
    """Affine map with optional activation; the slope is stored on the way forward."""

    def __init__(self, n_in, n_out, act=None):
        self.w = np.random.randn(n_out, n_in) * np.sqrt(1 / n_in)
        self.b = np.zeros(n_out)
        self.act = act
        self.grads = {}

    def __call__(self, x):
        self.x = x
        z = x @ self.w.T + self.b
        if self.act == 'tanh':
            a = np.tanh(z)
            self.slope = 1 - a * a
        elif self.act == 'softplus':
            a = np.log1p(np.exp(z))
            self.slope = 1 / (1 + np.exp(-z))
        else:
            a = z
            self.slope = 1.0
        return a

    def backward(self, d):
        d = d * self.slope
        self.grads['w'] = d.T @ self.x
        self.grads['b'] = d.sum(0)
        return d @ self.w


class Network:
    def __init__(self, blocks):
        self.blocks = blocks

    def __call__(self, x):
        for block in self.blocks:
            x = block(x)
        return x

    def backward(self, d):
        for block in self.blocks[::-1]:
            d = block.backward(d)


class RMSprop:
    def __init__(self, net, lr=1e-2, rho=0.9, eps=1e-7):
        self.net, self.lr, self.rho, self.eps = net, lr, rho, eps
        self.cache = [{'w': 0.0, 'b': 0.0} for _ in net.blocks]

    def step(self):
        for block, cache in zip(self.net.blocks, self.cache):
            for key in ('w', 'b'):
                g = block.grads[key]
                cache[key] = self.rho * cache[key] + (1 - self.rho) * g ** 2
                setattr(block, key, getattr(block, key) - self.lr * g / (np.sqrt(cache[key]) + self.eps))


def softmax_loss(scores, y):
    n = scores.shape[0]
    dscores = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    dscores /= np.sum(dscores, axis=1, keepdims=True)
    loss = -np.sum(np.log(dscores[np.arange(n), y])) / n
    dscores[np.arange(n), y] -= 1
    dscores /= n
    return loss, dscores


def batches(X, y, size):
    order = np.random.permutation(len(X))
    for k in range(0, len(X), size):
        part = order[k:k + size]
        yield X[part], y[part]


if __name__ == '__main__':
    np.random.seed(99)
    X = np.random.randn(50, 3)
    y = (X[:, 0] > 0) * 2 + (X[:, 1] * X[:, 2] > 0)
    net = Network([Block(3, 8, 'tanh'), Block(8, 4)])
    opt = RMSprop(net)
    for epoch in range(400):
        for xb, yb in batches(X, y, 10):
            loss, d = softmax_loss(net(xb), yb)
            net.backward(d)
            opt.step()
    print("train accuracy", (net(X).argmax(1) == y).mean())
