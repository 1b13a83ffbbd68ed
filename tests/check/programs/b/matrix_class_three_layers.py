# Columns are samples. Everything is np.matrix so that * is the matrix product.
import numpy as np
from numpy import matrix, multiply, power


class Net3:
    def __init__(self, n0, n1, n2, n3):
        rnd = np.random.RandomState(17)
        self.W1 = matrix(rnd.randn(n1, n0)) * 0.5
        self.W2 = matrix(rnd.randn(n2, n1)) * 0.5
        self.W3 = matrix(rnd.randn(n3, n2)) * 0.5
        self.b1 = matrix(np.zeros((n1, 1)))
        self.b2 = matrix(np.zeros((n2, 1)))
        self.b3 = matrix(np.zeros((n3, 1)))

    def forward(self, X):
        self.A1 = np.tanh(self.W1 * X + self.b1)
        self.A2 = np.tanh(self.W2 * self.A1 + self.b2)
        self.A3 = 1 / (1 + np.exp(-(self.W3 * self.A2 + self.b3)))
        return self.A3

    def backward(self, X, T):
        m = X.shape[1]
        D3 = multiply(self.A3 - T, multiply(self.A3, 1 - self.A3)) / m
        self.dW3 = D3 * self.A2.T
        self.db3 = D3.sum(axis=1)
        D2 = multiply(self.W3.T * D3, 1 - power(self.A2, 2))
        self.dW2 = D2 * self.A1.T
        self.db2 = D2.sum(axis=1)
        D1 = multiply(self.W2.T * D2, 1 - power(self.A2, 2))
        self.dW1 = D1 * X.T
        self.db1 = D1.sum(axis=1)

    def update(self, eta):
        self.W1 -= eta * self.dW1
        self.W2 -= eta * self.dW2
        self.W3 -= eta * self.dW3
        self.b1 -= eta * self.db1
        self.b2 -= eta * self.db2
        self.b3 -= eta * self.db3


rnd = np.random.RandomState(1)
X = matrix(rnd.randn(3, 25))
T = matrix((np.asarray(X)[:2] > 0).astype(float))
net = Net3(3, 5, 5, 2)
for k in range(4000):
    net.forward(X)
    net.backward(X, T)
    net.update(0.8)
    if k % 1000 == 0:
        print(k, 0.5 * np.sum(power(net.A3 - T, 2)) / X.shape[1])
