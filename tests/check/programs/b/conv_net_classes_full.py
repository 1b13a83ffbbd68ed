import numpy as np


class Conv3x3:
    def __init__(self, num_filters):
        self.filters = np.random.randn(num_filters, 3, 3) / 3
        self.bias = np.zeros(num_filters)

    def iterate_regions(self, images):
        _, h, w = images.shape
        for i in range(h - 2):
            for j in range(w - 2):
                yield images[:, i:i + 3, j:j + 3], i, j

    def forward(self, images):
        self.last_input = images
        n, h, w = images.shape
        out = np.zeros((n, h - 2, w - 2, len(self.filters)))
        for region, i, j in self.iterate_regions(images):
            out[:, i, j] = np.tensordot(region, self.filters, axes=([1, 2], [1, 2])) + self.bias
        return out

    def backprop(self, d_out):
        self.d_filters = np.zeros(self.filters.shape)
        for region, i, j in self.iterate_regions(self.last_input):
            for f in range(len(self.filters)):
                self.d_filters[f] += np.einsum("n,nhw->hw", d_out[:, i, j, f], region)
        self.d_bias = d_out.sum(axis=(1, 2)).mean(axis=0)


class MaxPool2:
    def forward(self, x):
        self.last_input = x
        n, h, w, f = x.shape
        self.out = x.reshape(n, h // 2, 2, w // 2, 2, f).max(axis=(2, 4))
        return self.out

    def backprop(self, d_out):
        d_in = np.zeros(self.last_input.shape)
        n, h, w, f = d_out.shape
        for i in range(h):
            for j in range(w):
                block = self.last_input[:, 2 * i:2 * i + 2, 2 * j:2 * j + 2]
                hit = block == self.out[:, i:i + 1, j:j + 1]
                d_in[:, 2 * i:2 * i + 2, 2 * j:2 * j + 2] += hit * d_out[:, i:i + 1, j:j + 1]
        return d_in


class FullyConnected:
    def __init__(self, n, k):
        self.W = np.random.randn(n, k) / np.sqrt(n)
        self.b = np.zeros(k)

    def forward(self, x):
        self.shape = x.shape
        self.flat = x.reshape(len(x), -1)
        return self.flat @ self.W + self.b

    def backprop(self, d):
        self.dW = self.flat.T @ d
        self.db = d.sum(axis=0)
        return (d @ self.W.T).reshape(self.shape)


class CNN:
    def __init__(self):
        self.conv, self.pool, self.fc = Conv3x3(4), MaxPool2(), FullyConnected(16, 3)

    def loss(self, images, labels):
        self.z = self.conv.forward(images)
        self.a = np.tanh(self.z)
        scores = self.fc.forward(self.pool.forward(self.a))
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        self.p = e / e.sum(axis=1, keepdims=True)
        self.labels = labels
        return -np.log(self.p[np.arange(len(labels)), labels]).mean()

    def backprop(self):
        d = self.p.copy()
        d[np.arange(len(d)), self.labels] -= 1
        d = self.pool.backprop(self.fc.backprop(d / len(d)))
        d = d * (1 - self.z ** 2)
        self.conv.backprop(d)


np.random.seed(47)
images = np.random.randn(24, 6, 6)
labels = np.array([np.argmax([im[:3].sum(), im[3:].sum(), im[:, 2:4].sum()]) for im in images])
net = CNN()
for epoch in range(300):
    J = net.loss(images, labels)
    net.backprop()
    net.conv.filters -= 0.1 * net.conv.d_filters
    net.conv.bias -= 0.1 * net.conv.d_bias
    net.fc.W -= 0.1 * net.fc.dW
    net.fc.b -= 0.1 * net.fc.db
    if epoch % 100 == 0:
        print("[epoch %d] loss %.4f" % (epoch, J))
