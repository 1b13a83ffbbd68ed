import numpy as np


class NN:
    def __init__(self, sizes, seed=1):
        gen = np.random.RandomState(seed)
        self.W = [gen.normal(0, 1, (a, b)) for a, b in zip(sizes, sizes[1:])]

    def forward(self, X):
        # tanh trains faster than sigmoid in the hidden layer
        self.hidden = np.tanh(X @ self.W[0])
        self.out = 1 / (1 + np.exp(-(self.hidden @ self.W[1])))
        return self.out

    def cost(self, y):
        return -np.sum(y * np.log(self.out) + (1 - y) * np.log(1 - self.out))

    def gradients(self, X, y):
        d_out = self.out - y
        grad1 = self.hidden.T @ d_out
        d_hidden = (d_out @ self.W[1].T) * self.hidden * (1 - self.hidden)
        grad0 = X.T @ d_hidden
        return [grad0, grad1]


X = np.array([[0.0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1], [0.5, 0.5, 1]])
y = np.array([[0.0], [1], [1], [0], [0]])
nn = NN([3, 4, 1])
for i in range(1, 2001):
    nn.forward(X)
    for w, g in zip(nn.W, nn.gradients(X, y)):
        w -= 0.1 * g
    if i % 500 == 0:
        print(i, nn.cost(y))
print(nn.forward(X).round(3).T)
