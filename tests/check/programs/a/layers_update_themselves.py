import numpy as np

class Layer:
    def forward(self, x):
        raise NotImplementedError
    def backward(self, grad, lr):
        raise NotImplementedError

class Dense(Layer):
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out) * np.sqrt(2.0 / n_in)
        self.b = np.zeros(n_out)
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, grad, lr):
        grad_in = grad @ self.W.T
        self.W -= lr * self.x.T @ grad
        self.b -= lr * grad.sum(axis=0)
        return grad_in

class ReLU(Layer):
    def forward(self, x):
        self.on = x > 0
        return x * self.on
    def backward(self, grad, lr):
        return grad * self.on

np.random.seed(7)
layers = [Dense(3, 6), ReLU(), Dense(6, 2)]

def predict(x):
    for layer in layers:
        x = layer.forward(x)
    return x

X = np.random.randn(10, 3)
Y = np.stack([np.abs(X[:, 0]), X[:, 1] - X[:, 2]], axis=1)
for epoch in range(300):
    out = predict(X)
    if epoch % 100 == 0:
        print("epoch", epoch, "loss", np.mean((out - Y) ** 2))
    grad = out - Y
    for layer in reversed(layers):
        grad = layer.backward(grad, 0.01)
