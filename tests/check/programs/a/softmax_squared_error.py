import numpy as np

class SoftmaxNet:

    def __init__(self, a, b, c):
        np.random.seed(14)
        self.W1 = np.random.randn(a, b) / np.sqrt(a)
        self.W2 = np.random.randn(b, c) / np.sqrt(b)

    def forward(self, x):
        self.x = x
        self.h = np.tanh(np.dot(x, self.W1))
        z = np.dot(self.h, self.W2)
        e = np.exp(z - np.max(z))
        self.p = e / e.sum()
        return self.p

    def backward(self, p, t):
        """squared error 0.5 * sum (p - t)^2, so the whole jacobian of the softmax is needed"""
        dp = p - t
        jacobian = np.diag(p) - np.outer(p, p)
        dz = jacobian.dot(dp)
        self.g2 = np.outer(self.h, dz)
        dh = self.W2.dot(dz)
        self.g1 = np.outer(self.x, dh * (1 - self.h ** 2))

    def update(self, eta):
        self.W1 -= eta * self.g1
        self.W2 -= eta * self.g2

xs = np.random.RandomState(2).uniform(-1, 1, (6, 4))
ts = np.eye(3)[[0, 2, 1, 1, 0, 2]]
net = SoftmaxNet(4, 5, 3)
for epoch in range(100):
    total = 0
    for x, t in zip(xs, ts):
        p = net.forward(x)
        total += 0.5 * np.sum((p - t) ** 2)
        net.backward(p, t)
        net.update(0.3)
    if epoch % 20 == 0:
        print(epoch, total)
