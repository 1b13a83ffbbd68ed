import numpy as np

class DropNet:
    def __init__(self, n_in, n_h, n_out, drop=0.4):
        self.W1 = np.random.randn(n_in, n_h) * np.sqrt(2 / n_in)
        self.W2 = np.random.randn(n_h, n_out) * np.sqrt(2 / n_h)
        self.drop = drop

    def new_mask(self, shape):
        keep = 1 - self.drop
        return (np.random.rand(*shape) < keep) / keep

    def forward(self, x, train=False):
        self.h = np.maximum(0, x @ self.W1)
        self.mask = self.new_mask(self.h.shape) if train else np.ones(self.h.shape)
        self.hd = self.h * self.mask
        self.y_hat = self.hd @ self.W2
        return self.y_hat

    def backward(self, x, y):
        d = 2 * (self.y_hat - y) / y.size
        self.dW2 = self.hd.T @ d
        dh = (d @ self.W2.T) * self.new_mask(self.h.shape)
        dh[self.h <= 0] = 0
        self.dW1 = x.T @ dh

    def step(self, lr):
        self.W1 -= lr * self.dW1
        self.W2 -= lr * self.dW2

np.random.seed(6)
x = np.random.randn(9, 4)
y = np.stack([x[:, 0] * x[:, 1], x[:, 2]], axis=1)
net = DropNet(4, 8, 2)
for e in range(300):
    out = net.forward(x, train=True)
    net.backward(x, y)
    net.step(0.05)
    if e % 100 == 0:
        print(e, np.mean((net.forward(x) - y) ** 2))
