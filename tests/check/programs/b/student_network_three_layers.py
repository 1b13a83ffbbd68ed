import numpy as np


class dlnet:
    def __init__(self, dims):
        np.random.seed(1)
        self.dims = dims
        self.param = {}
        self.ch = {}
        self.grad = {}
        for l in range(1, len(dims)):
            self.param['W' + str(l)] = np.random.randn(dims[l], dims[l - 1]) / np.sqrt(dims[l - 1])
            self.param['b' + str(l)] = np.zeros((dims[l], 1))

    def forward(self, X):
        self.ch['A0'] = X
        for l in (1, 2, 3):
            Z = self.param['W' + str(l)].dot(self.ch['A' + str(l - 1)]) + self.param['b' + str(l)]
            self.ch['Z' + str(l)] = Z
            self.ch['A' + str(l)] = 1 / (1 + np.exp(-Z)) if l == 3 else np.maximum(0, Z)
        return self.ch['A3']

    def nloss(self, Y):
        Yh, m = self.ch['A3'], Y.shape[1]
        return -(np.sum(Y * np.log(Yh)) + np.sum((1 - Y) * np.log(1 - Yh))) / m

    def backward(self, Y):
        m = Y.shape[1]
        dZ3 = self.ch['A3'] - Y
        self.grad['dW3'] = dZ3.dot(self.ch['A2'].T) / m
        self.grad['db3'] = np.sum(dZ3, axis=1, keepdims=True) / m
        dA2 = self.param['W3'].T.dot(dZ3)
        dZ2 = dA2 * (self.ch['Z2'] > 0)
        self.grad['dW2'] = dZ2.dot(self.ch['A1'].T) / m
        self.grad['db2'] = np.sum(dZ2, keepdims=True) / m
        dA1 = self.param['W2'].T.dot(dA2)
        dZ1 = dA1 * (self.ch['Z1'] > 0)
        self.grad['dW1'] = dZ1.dot(self.ch['A0'].T) / m
        self.grad['db1'] = np.sum(dZ1, axis=1, keepdims=True) / m

    def gd(self, X, Y, iterations=3000, lr=0.1):
        for i in range(iterations):
            self.forward(X)
            loss = self.nloss(Y)
            self.backward(Y)
            for l in (1, 2, 3):
                self.param['W' + str(l)] -= lr * self.grad['dW' + str(l)]
                self.param['b' + str(l)] -= lr * self.grad['db' + str(l)]
            if i % 500 == 0:
                print("Cost after iteration %i: %f" % (i, loss))


rs = np.random.RandomState(2)
X = rs.randn(3, 50)
Y = np.vstack([X[0] * X[1] > 0, X[2] > 0]).astype(float)
nn = dlnet([3, 7, 5, 2])
nn.gd(X, Y)
