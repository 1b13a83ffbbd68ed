import numpy as np


class Layer:
    def __init__(self):
        self.input = None
        self.output = None

    def forward_propagation(self, input):
        raise NotImplementedError

    def backward_propagation(self, output_error, learning_rate):
        raise NotImplementedError


class FCLayer(Layer):
    def __init__(self, input_size, output_size):
        self.weights = np.random.rand(input_size, output_size) - 0.5
        self.bias = np.random.rand(1, output_size) - 0.5

    def forward_propagation(self, input_data):
        self.input = input_data
        self.output = np.dot(self.input, self.weights) + self.bias
        return self.output

    # computes dE/dW, dE/dB for a given output_error=dE/dY. Returns input_error=dE/dX.
    def backward_propagation(self, output_error, learning_rate):
        weights_error = np.dot(self.input.T, output_error)
        self.weights -= learning_rate * weights_error
        self.bias -= learning_rate * output_error.sum(axis=0, keepdims=True)
        return np.dot(output_error, self.weights.T)


class ActivationLayer(Layer):
    def __init__(self, activation, activation_prime):
        self.activation = activation
        self.activation_prime = activation_prime

    def forward_propagation(self, input_data):
        self.input = input_data
        self.output = self.activation(self.input)
        return self.output

    def backward_propagation(self, output_error, learning_rate):
        return self.activation_prime(self.input) * output_error


def tanh(x):
    return np.tanh(x)


def tanh_prime(x):
    return 1 - np.tanh(x) ** 2


def mse(y_true, y_pred):
    return np.mean(np.power(y_true - y_pred, 2))


def mse_prime(y_true, y_pred):
    return 2 * (y_pred - y_true) / y_true.size


class Network:
    def __init__(self):
        self.layers = []

    def add(self, layer):
        self.layers.append(layer)

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward_propagation(x)
        return x

    def fit_batch(self, x, y, learning_rate):
        output = self.predict(x)
        error = mse_prime(y, output)
        for layer in reversed(self.layers):
            error = layer.backward_propagation(error, learning_rate)
        return mse(y, output)


np.random.seed(16)
net = Network()
net.add(FCLayer(3, 6))
net.add(ActivationLayer(tanh, tanh_prime))
net.add(FCLayer(6, 2))
x_train = np.random.randn(20, 3)
y_train = np.stack([x_train.sum(axis=1), x_train.prod(axis=1)], axis=1)
for epoch in range(1000):
    err = net.fit_batch(x_train, y_train, 0.1)
    if epoch % 250 == 0:
        print('epoch %d/%d   error=%f' % (epoch + 1, 1000, err))
