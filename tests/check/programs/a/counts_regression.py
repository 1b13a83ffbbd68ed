import numpy as np

class PoissonRegression:
    """counts ~ Poisson(exp(x.beta + b0)), fitted by gradient descent on the mean negative log likelihood"""

    def __init__(self, lr=0.02, steps=400):
        self.lr, self.steps = lr, steps

    def rate(self, X):
        return np.exp(X @ self.beta + self.b0)

    def nll(self, X, k):
        eta = X @ self.beta + self.b0
        return np.mean(np.exp(eta) - k * eta)

    def grad(self, X, k):
        mu = self.rate(X)
        # chain rule: d nll / d mu times d mu / d eta
        d_eta = (mu - k) * mu / len(k)
        return X.T @ d_eta, d_eta.sum()

    def fit(self, X, k):
        self.beta, self.b0 = np.zeros(X.shape[1]), 0.0
        for i in range(self.steps):
            d_beta, d_b0 = self.grad(X, k)
            self.beta = self.beta - self.lr * d_beta
            self.b0 = self.b0 - self.lr * d_b0
            if i % 100 == 0:
                print(i, self.nll(X, k))
        return self

rng = np.random.default_rng(44)
X = rng.normal(size=(25, 3)) * 0.5
counts = rng.poisson(np.exp(X @ [0.8, -0.5, 0.3] + 0.4))
model = PoissonRegression().fit(X, counts)
print(model.beta, model.b0)
