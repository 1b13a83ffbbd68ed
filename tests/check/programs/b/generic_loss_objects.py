from dataclasses import dataclass, field
from typing import Callable

import numpy as np


@dataclass
class Pair:
    """A function and its derivative."""
    f: Callable
    df: Callable


sigmoid = Pair(lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2)
softsign = Pair(lambda z: z / (1 + np.abs(z)), lambda z: 1 / (1 + np.abs(z)) ** 2)
logcosh = Pair(lambda y, p: np.mean(np.log(np.cosh(p - y))), lambda y, p: np.tanh(y - p) / y.size)


@dataclass
class Stage:
    n: int
    m: int
    act: Pair
    W: np.ndarray = field(init=False)
    b: np.ndarray = field(init=False)

    def __post_init__(self):
        self.W = np.random.randn(self.n, self.m) / np.sqrt(self.n)
        self.b = np.zeros(self.m)

    def predict(self, x):
        self.x = x
        self.z = x @ self.W + self.b
        return self.act.f(self.z)

    def backward(self, d):
        d = d * self.act.df(self.z)
        self.dW = self.x.T @ d
        self.db = d.sum(axis=0)
        return d @ self.W.T


@dataclass
class Model:
    stack: list

    def predict(self, x):
        for stage in self.stack:
            x = stage.predict(x)
        return x

    def backward(self, d):
        for stage in reversed(self.stack):
            d = stage.backward(d)


np.random.seed(24)
X = np.random.randn(50, 3)
Y = np.c_[X[:, 0] > X[:, 1], X[:, 2] > 0].astype(float)
model = Model([Stage(3, 6, softsign), Stage(6, 2, sigmoid)])
loss = logcosh
for epoch in range(500):
    p = model.predict(X)
    model.backward(loss.df(Y, p))
    for stage in model.stack:
        stage.W -= 0.5 * stage.dW
        stage.b -= 0.5 * stage.db
    if epoch % 100 == 0:
        print(epoch, loss.f(Y, p))
