from abc import ABC, abstractmethod

import numpy as np


class Module(ABC):
    @abstractmethod
    def forward(self, x): ...

    @abstractmethod
    def backward(self, grad): ...

    def modules(self):
        return [self]

    def __call__(self, x):
        return self.forward(x)


class Linear(Module):
    def __init__(self, n_in, n_out):
        bound = 1 / np.sqrt(n_in)
        self.W = np.random.uniform(-bound, bound, (n_in, n_out))
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, grad):
        self.dW = self.x.T @ grad
        self.db = grad.sum(0)
        return grad @ self.W.T


class Residual(Module):
    """out = x + outer(tanh(inner(x)))"""

    def __init__(self, width, bottleneck):
        self.inner = Linear(width, bottleneck)
        self.outer = Linear(bottleneck, width)

    def forward(self, x):
        self.h = np.tanh(self.inner(x))
        return x + self.outer(self.h)

    def backward(self, grad):
        dh = self.outer.backward(grad)
        dpre = dh * (1 - self.h ** 2)
        return self.inner.backward(dpre)

    def modules(self):
        return [self.inner, self.outer]


class ResNet(Module):
    def __init__(self, n_in, width, n_out, depth=2):
        self.stem = Linear(n_in, width)
        self.stages = [Residual(width, 4) for _ in range(depth)]
        self.head = Linear(width, n_out)

    def forward(self, x):
        x = self.stem(x)
        for stage in self.stages:
            x = stage(x)
        return self.head(x)

    def backward(self, grad):
        grad = self.head.backward(grad)
        for stage in reversed(self.stages):
            grad = stage.backward(grad)
        return self.stem.backward(grad)

    def modules(self):
        found = [self.stem]
        for stage in self.stages:
            found += stage.modules()
        return found + [self.head]


class SGD:
    def __init__(self, modules, lr):
        self.modules, self.lr = modules, lr

    def step(self):
        for m in self.modules:
            m.W -= self.lr * m.dW
            m.b -= self.lr * m.db


if __name__ == "__main__":
    np.random.seed(33)
    X = np.random.randn(48, 5)
    Y = np.stack([np.sin(X).sum(1), X[:, 0] * X[:, 1]], 1)
    net = ResNet(5, 7, 2)
    sgd = SGD(net.modules(), lr=0.05)
    for epoch in range(1000):
        pred = net(X)
        loss = 0.5 * np.sum((pred - Y) ** 2) / len(X)
        net.backward((pred - Y) / len(X))
        sgd.step()
    print(f"loss {loss:.4f}")
