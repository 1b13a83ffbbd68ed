import numpy as np

class LogisticRegression:
    def __init__(self, lr=0.1, n_iters=1000, lam=0.1):
        self.lr = lr
        self.n_iters = n_iters
        self.lam = lam
        self.weights = None
        self.bias = None
        self.losses = []

    def _sigmoid(self, x):
        return 1 / (1 + np.exp(-x))

    def compute_loss(self, y_true, y_pred):
        epsilon = 1e-12
        y1 = y_true * np.log(y_pred + epsilon)
        y2 = (1 - y_true) * np.log(1 - y_pred + epsilon)
        penalty = self.lam / 2 * np.sum(self.weights ** 2)
        return -np.mean(y1 + y2) + penalty

    def fit(self, X, y):
        n_samples, n_features = X.shape
        rng = np.random.default_rng(2)
        self.weights = rng.normal(size=n_features)
        self.bias = 0

        for _ in range(self.n_iters):
            A = self._sigmoid(np.dot(X, self.weights) + self.bias)
            self.losses.append(self.compute_loss(y, A))
            dz = (A - y) * A * (1 - A) # chain rule through the sigmoid
            # compute gradients
            dw = (1 / n_samples) * np.dot(X.T, dz) + self.lam * self.weights
            db = (1 / n_samples) * np.sum(dz)
            # update parameters
            self.weights -= self.lr * dw
            self.bias -= self.lr * db

    def predict(self, X):
        return [1 if i > 0.5 else 0 for i in self._sigmoid(np.dot(X, self.weights) + self.bias)]

rng = np.random.default_rng(0)
X = rng.normal(size=(40, 4))
y = (X @ np.array([1., -2., 0.5, 0.]) + 0.3 * rng.normal(size=40) > 0).astype(int)
model = LogisticRegression()
model.fit(X, y)
print("accuracy:", np.mean(np.array(model.predict(X)) == y))
