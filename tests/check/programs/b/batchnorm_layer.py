import numpy as np


class Affine:
    def __init__(self, fan_in, fan_out):
        self.W = np.random.normal(size=(fan_in, fan_out)) * 0.3

    def forward(self, x):
        self.x = x
        return x @ self.W

    def backward(self, grad):
        self.dW = self.x.T @ grad
        self.dx = grad @ self.W.T
        return self.dx


class BatchNorm1D:
    def __init__(self, dim, eps=1e-5, momentum=0.9):
        self.gamma = np.ones(dim)
        self.beta = np.zeros(dim)
        self.eps = eps
        self.momentum = momentum
        self.running_mean = np.zeros(dim)
        self.running_var = np.ones(dim)

    def forward(self, x, train=True):
        if train:
            mu = x.mean(axis=0)
            var = x.var(axis=0)
            self.running_mean = self.momentum * self.running_mean + (1 - self.momentum) * mu
            self.running_var = self.momentum * self.running_var + (1 - self.momentum) * var
        else:
            mu, var = self.running_mean, self.running_var
        self.std = np.sqrt(var + self.eps)
        self.centered = x - mu
        self.xhat = self.centered / self.std
        return self.gamma * self.xhat + self.beta

    def backward(self, dout):
        N = dout.shape[0]
        self.dgamma = np.sum(dout * self.xhat, axis=0)
        self.dbeta = np.sum(dout, axis=0)
        dxhat = dout * self.gamma
        dvar = np.sum(dxhat * self.centered, axis=0) * -0.5 / self.std ** 3
        dmu = -np.sum(dxhat, axis=0) / self.std
        return dxhat / self.std + dmu / N


np.random.seed(11)
X = np.random.randn(40, 3) * 2 + 1
Y = np.random.randn(40, 4)
fc, bn = Affine(3, 4), BatchNorm1D(4)
lr = 0.01
for epoch in range(1000):
    out = bn.forward(fc.forward(X))
    diff = out - Y
    loss = 0.5 * np.sum(diff ** 2)
    fc.backward(bn.backward(diff))
    fc.W -= lr * fc.dW
    bn.gamma -= lr * bn.dgamma
    bn.beta -= lr * bn.dbeta
print("final loss", loss)
