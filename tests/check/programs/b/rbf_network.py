import numpy as np


class RBFNet(object):
    """Gaussian bumps with trainable centers and widths, linear readout."""

    def __init__(self, k=5, lr=0.05, epochs=500):
        self.k, self.lr, self.epochs = k, lr, epochs
        self.weights = np.random.randn(k) * 0.5
        self.bias = np.zeros(1)

    def predict(self, X):
        self.diff = X[:, None, :] - self.centers[None, :, :]
        self.dist2 = np.sum(self.diff ** 2, axis=2)
        self.phi = np.exp(-self.dist2 / (2 * self.sigma ** 2))
        return self.phi.dot(self.weights) + self.bias

    def gradients(self, X, y):
        n = len(y)
        error = 2 * (self.predict(X) - y) / n
        self.d_weights = self.phi.T.dot(error)
        self.d_bias = np.sum(error, keepdims=True)
        d_phi = np.outer(error, self.weights) * self.phi
        self.d_centers = np.einsum("nk,nkd->kd", d_phi, self.diff) / self.sigma[:, None] ** 2
        self.d_sigma = np.sum(d_phi * self.dist2, axis=0) / self.sigma ** 2

    def fit(self, X, y):
        self.centers = X[np.random.choice(len(X), self.k, replace=False)].copy()
        self.sigma = np.full(self.k, 1.3)
        for epoch in range(self.epochs):
            self.gradients(X, y)
            self.weights -= self.lr * self.d_weights
            self.bias -= self.lr * self.d_bias
            self.centers -= self.lr * self.d_centers
            self.sigma -= self.lr * self.d_sigma
        return self


np.random.seed(29)
X = np.random.uniform(-2, 2, (80, 2))
y = np.sin(X[:, 0]) * np.cos(X[:, 1])
net = RBFNet().fit(X, y)
print("train mse %.5f" % np.mean((net.predict(X) - y) ** 2))
