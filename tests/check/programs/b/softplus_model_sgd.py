import numpy as np


class Layer:
    def __init__(self):
        self.params, self.grads = {}, {}


class Linear(Layer):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.params["w"] = np.random.randn(n_in, n_out) / np.sqrt(n_in)
        self.params["b"] = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return np.dot(x, self.params["w"]) + self.params["b"]

    def backward(self, d):
        self.grads["w"] = np.dot(self.x.T, d)
        self.grads["b"] = d.sum(axis=0)
        return np.dot(d, self.params["w"].T)


class Activation(Layer):
    def __init__(self, f, df):
        super().__init__()
        self.f, self.df = f, df

    def forward(self, x):
        self.x = x
        return self.f(x)

    def backward(self, d):
        return d * self.df(self.x)


class Model:
    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, d):
        for layer in reversed(self.layers):
            d = layer.backward(d)

    def params_and_grads(self):
        for layer in self.layers[:-1]:
            for name, param in layer.params.items():
                yield param, layer.grads[name]


class SGD:
    def __init__(self, model, lr):
        self.model, self.lr = model, lr

    def step(self):
        for param, grad in self.model.params_and_grads():
            param -= self.lr * grad


softplus = lambda x: np.log(1 + np.exp(x))
dsoftplus = lambda x: 1 / (1 + np.exp(-x))

np.random.seed(20)
X = np.random.randn(60, 3)
Y = np.stack([X[:, 0] ** 2, X[:, 1] * X[:, 2]], axis=1)
model = Model([Linear(3, 8), Activation(softplus, dsoftplus), Linear(8, 6), Activation(softplus, dsoftplus), Linear(6, 2)])
optimizer = SGD(model, 0.05)
for epoch in range(800):
    out = model.forward(X)
    loss = 0.5 * np.sum((out - Y) ** 2) / len(X)
    model.backward((out - Y) / len(X))
    optimizer.step()
    if epoch % 200 == 0:
        print(epoch, loss)
