import numpy as np


class Regressor:
    def __init__(self, n, h, m):
        self.__w = np.random.normal(0, 0.5, (n, h))
        self.__b = np.zeros(h)
        self.__v = np.random.normal(0, 0.5, (h, m))
        self.__c = np.zeros(m)
        self.zero()

    @property
    def parameters(self):
        return [self.__w, self.__b, self.__v, self.__c]

    @property
    def gradients(self):
        return self.__acc

    def zero(self):
        self.__acc = [np.zeros_like(p) for p in self.parameters]

    @staticmethod
    def __softsign(x):
        return x / (1 + np.abs(x))

    @staticmethod
    def __softsign_slope(x):
        return 1 / np.square(1 + np.abs(x))

    def predict(self, x):
        self.__z = x @ self.__w + self.__b
        self.__a = self.__softsign(self.__z)
        return self.__a @ self.__v + self.__c

    def accumulate(self, x, t):
        d = 2.0 * (self.predict(x) - t)
        self.__acc[2] += self.__a.T @ d
        self.__acc[3] += np.ones(len(x)) @ d
        d = d @ self.__v.T * self.__softsign_slope(self.__z)
        self.__acc[0] += x.T @ d
        self.__acc[1] += np.ones(len(x)) @ d


if __name__ == "__main__":
    np.random.seed(64)
    X = np.random.randn(48, 3)
    T = np.c_[X[:, 0] * X[:, 1], np.maximum(X[:, 2], 0)]
    model = Regressor(3, 9, 2)
    for epoch in range(400):
        for micro in np.split(np.arange(48), 6):
            model.accumulate(X[micro], T[micro])
        for p, g in zip(model.parameters, model.gradients):
            p -= 0.05 * g / len(X)
        model.zero()
    print("mse", np.mean((model.predict(X) - T) ** 2))
