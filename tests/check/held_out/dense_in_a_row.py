import numpy as np
np.random.seed(4)

def tanh_(x, deriv=False):
    if deriv:
        return 1 - x * x
    return np.tanh(x)

def relu_(x, deriv=False):
    if deriv:
        return (x > 0).astype(float)
    return x * (x > 0)

class Dense:
    def __init__(self, n_in, n_out, act):
        self.W = np.random.randn(n_in, n_out) * np.sqrt(2.0 / n_in)
        self.b = np.random.randn(n_out) * 0.1
        self.act = act

    def forward(self, x):
        self.x = x
        self.out = self.act(x @ self.W + self.b)
        return self.out

    def backward(self, grad, lr):
        local = grad * self.act(self.out, deriv=True)
        back = local @ self.W.T
        self.W -= lr * self.x.T @ local
        self.b -= lr * local.sum(axis=0) * self.b
        return back

layers = [Dense(5, 8, relu_), Dense(8, 6, tanh_), Dense(6, 2, tanh_)]
X = np.random.randn(20, 5)
Y = np.sign(np.c_[X[:, 0] * X[:, 1], X[:, 2] + X[:, 3]])

for epoch in range(1, 301):
    out = X
    for layer in layers:
        out = layer.forward(out)
    loss = ((Y - out) ** 2).mean()
    grad = 2 * (out - Y) / Y.size
    for layer in layers[::-1]:
        grad = layer.backward(grad, 0.1)
    if epoch % 100 == 0:
        print(epoch, 'loss', loss)
