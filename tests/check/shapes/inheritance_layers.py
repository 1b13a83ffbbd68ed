import numpy as np
from abc import ABC, abstractmethod

np.random.seed(0)

class Layer(ABC):
    def __init__(self):
        self.input = None
        self.output = None

    @abstractmethod
    def forward(self, x): ...

    @abstractmethod
    def backward(self, grad, lr): ...

class Dense(Layer):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.weights = np.random.rand(n_in, n_out) - 0.5
        self.bias = np.random.rand(1, n_out) - 0.5

    def forward(self, x):
        self.input = x
        self.output = np.dot(self.input, self.weights) + self.bias
        return self.output

    def backward(self, grad, lr):
        input_error = np.dot(grad, self.weights.T)
        weights_error = np.dot(self.input.T, grad)
        self.weights -= lr * weights_error
        self.bias -= lr * grad
        return input_error

class Activation(Layer):
    def __init__(self, f, f_prime):
        super().__init__()
        self.f, self.f_prime = f, f_prime

    def forward(self, x):
        self.input = x
        self.output = self.f(self.input)
        return self.output

    def backward(self, grad, lr):
        return self.f_prime(self.input) * grad

class Network:
    def __init__(self):
        self.layers = []

    def add(self, *layers):
        for layer in layers:
            self.layers.append(layer)
        return self

    def fit(self, xs, ys, epochs, lr):
        n = len(xs)
        for i in range(epochs):
            err = 0
            for j in range(n):
                out = xs[j]
                for layer in self.layers:
                    out = layer.forward(out)
                err += mse(ys[j], out)
                g = mse_prime(ys[j], out)
                for layer in reversed(self.layers):
                    g = layer.backward(g, lr)
            err /= n
            print('epoch %d/%d   error=%f' % (i + 1, epochs, err))

mse = lambda y, p: np.mean(np.power(y - p, 2))
mse_prime = lambda y, p: 2 * (p - y) / y.size
tanh_prime = lambda x: 1 - np.tanh(x) ** 2

x_train = np.array([[[0, 0]], [[0, 1]], [[1, 0]], [[1, 1]]])
y_train = np.array([[[0]], [[1]], [[1]], [[0]]])
net = Network().add(Dense(2, 3), Activation(np.tanh, tanh_prime), Dense(3, 1), Activation(np.tanh, tanh_prime))
net.fit(x_train, y_train, epochs=1000, lr=0.1)
