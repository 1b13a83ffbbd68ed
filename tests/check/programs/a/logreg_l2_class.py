import numpy as np


class LogisticRegression:
    """Binary logistic regression with an L2 penalty (the intercept is not penalised)."""

    def __init__(self, lr=0.1, lam=1.0, n_iter=500, verbose=False):
        self.lr = lr
        self.lam = lam
        self.n_iter = n_iter
        self.verbose = verbose

    @staticmethod
    def _sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def _cost(self, X, y):
        m = len(y)
        h = self._sigmoid(X @ self.theta)
        penalty = self.lam / (2 * m) * np.sum(self.theta[1:] ** 2)
        return -(y @ np.log(h) + (1 - y) @ np.log(1 - h)) / m + penalty

    def _gradient(self, X, y):
        m = len(y)
        h = self._sigmoid(X @ self.theta)
        grad = X.T @ (h - y) / m
        grad[1:] += self.lam * self.theta[1:]
        return grad

    def fit(self, X, y):
        X = np.c_[np.ones(len(X)), X]
        self.theta = np.zeros(X.shape[1])
        self.costs_ = []
        for i in range(self.n_iter):
            self.theta -= self.lr * self._gradient(X, y)
            self.costs_.append(self._cost(X, y))
            if self.verbose and i % 100 == 0:
                print(i, self.costs_[-1])
        return self

    def predict(self, X):
        X = np.c_[np.ones(len(X)), X]
        return (self._sigmoid(X @ self.theta) >= 0.5).astype(int)


if __name__ == '__main__':
    rng = np.random.default_rng(8)
    X = rng.normal(size=(25, 3))
    y = (X @ [1.0, -2.0, 0.5] + rng.normal(size=25) * 0.3 > 0).astype(int)
    model = LogisticRegression(verbose=True).fit(X, y)
    print('acc', (model.predict(X) == y).mean())
