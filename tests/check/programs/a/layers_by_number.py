import numpy as np

class Net:
    def __init__(self, sizes):
        self.L = len(sizes) - 1
        self.W = {}
        self.b = {}
        for l in range(1, self.L + 1):
            self.W[l] = np.random.randn(sizes[l - 1], sizes[l])
            self.b[l] = np.zeros((1, sizes[l]))

    def forward(self, X):
        self.a = {0: X}
        for l in range(1, self.L + 1):
            z = self.a[l - 1].dot(self.W[l]) + self.b[l]
            if l < self.L:
                self.a[l] = np.tanh(z)
            else:
                self.a[l] = 1 / (1 + np.exp(-z))
        return self.a[self.L]

    def loss(self, Y):
        return 0.5 * np.mean(np.sum((self.a[self.L] - Y) ** 2, axis=1))

    def step(self, X, Y, lr):
        m = X.shape[0]
        out = self.forward(X)
        delta = (out - Y) / m * out * (1 - out)
        dW, db = {}, {}
        for l in range(self.L, 0, -1):
            dW[l] = self.a[l - 1].T.dot(delta)
            db[l] = delta.sum(axis=0, keepdims=True)
            if l > 1:
                delta = delta.dot(self.W[l].T) * (1 - self.a[l - 1] ** 2)
        # gradient descent
        for l in range(1, self.L):
            self.W[l] -= lr * dW[l]
            self.b[l] -= lr * db[l]

np.random.seed(4)
X = np.random.randn(7, 3)
Y = np.column_stack([X[:, 0] > 0, X[:, 1] > X[:, 2]]).astype(float)
net = Net([3, 5, 4, 2])
for epoch in range(300):
    net.step(X, Y, 0.5)
    if epoch % 50 == 0:
        print("epoch", epoch, "loss", net.loss(Y))
