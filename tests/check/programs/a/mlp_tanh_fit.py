import numpy as np


def tanh(x):
    return np.tanh(x)


def tanh_prime(x):
    return 1 - np.tanh(x)


class MLP:

    def __init__(self, n_in, n_hidden, n_out, lr=0.05):
        rng = np.random.RandomState(1)
        self.W1 = rng.uniform(-1, 1, (n_in, n_hidden))
        self.b1 = np.zeros(n_hidden)
        self.W2 = rng.uniform(-1, 1, (n_hidden, n_out))
        self.b2 = np.zeros(n_out)
        self.lr = lr

    def forward(self, X):
        self.z1 = X @ self.W1 + self.b1
        self.a1 = tanh(self.z1)
        self.z2 = self.a1 @ self.W2 + self.b2
        self.out = tanh(self.z2)
        return self.out

    def backward(self, X, Y):
        n = len(X)
        d2 = (self.out - Y) * tanh_prime(self.z2)
        d1 = (d2 @ self.W2.T) * tanh_prime(self.z1)
        self.W2 -= self.lr * self.a1.T @ d2 / n
        self.b2 -= self.lr * d2.mean(axis=0)
        self.W1 -= self.lr * X.T @ d1 / n
        self.b1 -= self.lr * d1.mean(axis=0)

    def fit(self, X, Y, epochs):
        for epoch in range(epochs):
            out = self.forward(X)
            self.backward(X, Y)
            if epoch % 200 == 0:
                print(epoch, "mse", np.mean((out - Y) ** 2))


X = np.array([[0, 0], [0, 1], [1, 0], [1, 1], [0.5, 0.2]])
Y = np.array([[-0.9], [0.9], [0.9], [-0.9], [0.1]])
clf = MLP(2, 6, 1)
clf.fit(X, Y, 1000)
print(clf.forward(X).round(2))
