"""Tiny convolutional network. im2col convolution, relu, 2x2 max pooling, fully connected, softmax."""
import numpy as np


def im2col_indices(shape, k):
    _, c, h, w = shape
    oh, ow = h - k + 1, w - k + 1
    i0 = np.tile(np.repeat(np.arange(k), k), c)
    j0 = np.tile(np.arange(k), k * c)
    i1 = np.repeat(np.arange(oh), ow)
    j1 = np.tile(np.arange(ow), oh)
    rows = i0.reshape(-1, 1) + i1.reshape(1, -1)
    cols = j0.reshape(-1, 1) + j1.reshape(1, -1)
    chan = np.repeat(np.arange(c), k * k).reshape(-1, 1)
    return chan, rows, cols, oh, ow


class Conv:
    def __init__(self, c_in, c_out, k):
        self.k = k
        self.W = np.random.randn(c_out, c_in * k * k) / np.sqrt(c_in * k * k)
        self.b = np.zeros((c_out, 1))

    def forward(self, x):
        self.shape = x.shape
        self.idx = im2col_indices(x.shape, self.k)
        chan, rows, cols, oh, ow = self.idx
        self.cols = x[:, chan, rows, cols]                # (N, C*k*k, oh*ow)
        out = self.W @ self.cols + self.b
        return out.reshape(x.shape[0], -1, oh, ow)

    def backward(self, dout):
        n, f = dout.shape[:2]
        dout = dout.reshape(n, f, -1)
        self.dW = np.einsum('nfp,ncp->fc', dout, self.cols)
        self.db = dout.sum(axis=(0, 2)).reshape(-1, 1)
        dcols = self.W.T @ dout
        dx = np.zeros(self.shape)
        chan, rows, cols, _, _ = self.idx
        np.add.at(dx, (slice(None), chan, rows, cols), dcols)
        return dx


class Relu:
    def forward(self, x):
        self.mask = x <= 0
        x[self.mask] = 0
        return x

    def backward(self, dout):
        dout[self.mask] = 0
        return dout


class Pool:
    def forward(self, x):
        n, c, h, w = x.shape
        self.shape = x.shape
        blocks = x.reshape(n, c, h // 2, 2, w // 2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(-1, 4)
        self.arg = blocks.argmax(axis=1)
        return blocks[np.arange(len(blocks)), self.arg].reshape(n, c, h // 2, w // 2)

    def backward(self, dout):
        n, c, h, w = self.shape
        blocks = np.zeros((dout.size, 4))
        blocks[np.arange(dout.size), self.arg] = dout.ravel()
        return blocks.reshape(n, c, h // 2, w // 2, 2, 2).transpose(0, 1, 2, 4, 3, 5).reshape(n, c, h, w)


class Dense:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out) / np.sqrt(n_in)
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.shape = x.shape
        self.x = x.reshape(x.shape[0], -1)
        return self.x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return (dout @ self.W.T).reshape(self.shape)


class Net:
    def __init__(self, *layers):
        self.layers = layers

    def scores(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def loss(self, x, y):
        s = self.scores(x)
        s = s - s.max(axis=1, keepdims=True)
        p = np.exp(s)
        p /= p.sum(axis=1, keepdims=True)
        n = len(y)
        loss = -np.log(p[range(n), y]).sum() / n
        p[range(n), y] -= 1
        p /= n
        self.dscores = p
        return loss

    def backward(self):
        d = self.dscores
        for layer in self.layers[::-1]:
            d = layer.backward(d)


np.random.seed(0)
X = np.random.randn(12, 2, 6, 6)
y = (X[:, 0, :3].mean(axis=(1, 2)) > X[:, 1, 3:].mean(axis=(1, 2))).astype(int)
conv, fc = Conv(2, 3, 3), Dense(3 * 2 * 2, 2)
net = Net(conv, Relu(), Pool(), fc)
for epoch in range(300):
    loss = net.loss(X, y)
    net.backward()
    for layer in (conv, fc):
        layer.W -= 0.1 * layer.dW
        layer.b -= 0.1 * layer.db
    if epoch % 100 == 0:
        print("epoch %d loss %.4f" % (epoch, loss))
