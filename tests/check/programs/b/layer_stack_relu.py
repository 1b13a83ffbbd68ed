import numpy as np


class Layer:
    """Base class. Every layer keeps what it needs in self.cache."""

    def forward(self, x):
        raise NotImplementedError

    def backward(self, dout):
        raise NotImplementedError

    def params(self):
        return []


class Linear(Layer):
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out) * np.sqrt(2.0 / n_in)
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.cache = x
        return x @ self.W + self.b

    def backward(self, dout):
        x = self.cache
        self.dW = x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T

    def params(self):
        return [(self.W, self.dW), (self.b, self.db)]


class ReLU(Layer):
    def forward(self, x):
        self.cache = x
        return np.maximum(0, x)

    def backward(self, dout):
        return np.maximum(0, dout)


class MSE:
    def forward(self, pred, target):
        self.diff = pred - target
        return np.mean(self.diff ** 2)

    def backward(self):
        return 2 * self.diff / self.diff.size


class Sequential:
    def __init__(self, *layers):
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dout):
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout

    def step(self, lr):
        for layer in self.layers:
            for p, g in layer.params():
                p -= lr * g


if __name__ == "__main__":
    np.random.seed(0)
    X = np.random.randn(64, 4)
    Y = np.stack([X[:, 0] * X[:, 1], np.sin(X[:, 2])], axis=1)
    model = Sequential(Linear(4, 7), ReLU(), Linear(7, 2))
    mse = MSE()
    for epoch in range(500):
        pred = model.forward(X)
        loss = mse.forward(pred, Y)
        model.backward(mse.backward())
        model.step(0.05)
        if epoch % 50 == 0:
            print("epoch", epoch, "loss", round(loss, 5))
