import numpy as np


class Dense:
    def __init__(self, n_in, n_out, linear=False, lr=0.1, momentum=0.8):
        self.w = np.random.randn(n_in, n_out) * np.sqrt(1 / n_in)
        self.b = np.zeros(n_out)
        self.linear, self.lr, self.momentum = linear, lr, momentum
        self.vel_w = np.zeros_like(self.w)
        self.vel_b = np.zeros_like(self.b)

    def forward(self, x):
        self.x = x
        self.a = x @ self.w + self.b
        if not self.linear:
            self.a = np.tanh(self.a)
        return self.a

    def backward(self, grad):
        if not self.linear:
            grad = grad * (1 - np.square(self.a))
        down = grad @ self.w.T
        self.vel_w = self.momentum * self.vel_w - self.lr * self.x.T @ grad
        self.vel_b = self.momentum * self.vel_b - self.lr * grad.sum(axis=0)
        self.w += self.vel_w
        self.b += self.vel_b
        return down


class Net:
    def __init__(self, sizes):
        last = len(sizes) - 2
        self.layers = [Dense(a, b, linear=k == last) for k, (a, b) in enumerate(zip(sizes, sizes[1:]))]

    def forward(self, x):
        for l in self.layers:
            x = l.forward(x)
        return x

    def backward(self, grad):
        for l in self.layers[::-1]:
            grad = l.backward(grad)


np.random.seed(91)
X = np.random.randn(64, 3)
Y = np.c_[np.sin(X[:, 0] + X[:, 1]), X[:, 2] ** 2]
net = Net([3, 8, 6, 2])
for epoch in range(600):
    out = net.forward(X)
    net.backward((out - Y) / len(X))
    if epoch % 150 == 0:
        print(epoch, 0.5 * np.mean(np.sum((out - Y) ** 2, axis=1)))
