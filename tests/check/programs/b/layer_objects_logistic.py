import numpy as np


class SigmoidLayer:
    def __init__(self, size_in, size_out):
        self.W = np.random.normal(0, 0.6, (size_in, size_out))
        self.B = np.zeros((1, size_out))

    def forward(self, A):
        self.A_in = A
        self.A = 1 / (1 + np.exp(-(A @ self.W + self.B)))
        return self.A

    def backward(self, dA):
        dZ = dA * self.A * (1 - self.A)
        self.dW = self.A_in.T @ dZ
        self.dB = np.sum(dZ, axis=0, keepdims=True)
        return dA @ self.W.T


class Net:
    def __init__(self, *sizes):
        self.layers = [SigmoidLayer(a, b) for a, b in zip(sizes, sizes[1:])]

    def forward(self, A):
        for layer in self.layers:
            A = layer.forward(A)
        return A

    def backward(self, dA):
        for layer in reversed(self.layers):
            dA = layer.backward(dA)

    def update(self, lr):
        for layer in self.layers:
            layer.W -= lr * layer.dW
            layer.B -= lr * layer.dB


np.random.seed(55)
X = np.random.rand(36, 3)
Y = np.c_[X[:, 0] * X[:, 1], 1 - X[:, 2]]
net = Net(3, 5, 2)
for epoch in range(3000):
    out = net.forward(X)
    net.backward(out - Y)
    net.update(0.1)
    if epoch % 600 == 0:
        print("Epoch", epoch, "SSE", np.sum((out - Y) ** 2))
