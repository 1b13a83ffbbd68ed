import numpy as np

np.random.seed(12)


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


class Net:
    """Feed-forward net trained by mini-batch SGD with the cross-entropy cost."""

    def __init__(self, sizes):
        self.sizes = sizes
        self.biases = [np.random.randn(n, 1) for n in sizes[1:]]
        self.weights = [np.random.randn(n, m) / np.sqrt(m) for m, n in zip(sizes[:-1], sizes[1:])]

    def backprop(self, x, y):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        activation, activations = x, [x]
        for b, w in zip(self.biases, self.weights):
            activation = sigmoid(np.dot(w, activation) + b)
            activations.append(activation)
        delta = activations[-1] - y
        nabla_b[-1] = delta
        nabla_w[-1] = np.dot(delta, activations[-2].T)
        for l in range(2, len(self.sizes)):
            delta = np.dot(self.weights[-l + 1].T, delta) * activations[-l] * (1 - activations[-l])
            nabla_b[-l] = delta
            nabla_w[-l] = np.dot(delta, activations[-l - 1].T)
        return nabla_b, nabla_w

    def train_batch(self, batch, eta, lmbda, n):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        for x, y in batch:
            db, dw = self.backprop(x, y)
            nabla_b = [a + b for a, b in zip(nabla_b, db)]
            nabla_w = [a + b for a, b in zip(nabla_w, dw)]
        self.weights = [(1 - eta * (lmbda / n)) * w - (eta / len(batch)) * nw for w, nw in zip(self.weights, nabla_w)]
        self.biases = [b - (eta / len(batch)) * nb for b, nb in zip(self.biases, nabla_b)]


data = [(np.random.rand(6, 1), np.eye(3)[:, [k % 3]]) for k in range(15)]
net = Net([6, 5, 4, 3])
for epoch in range(5):
    order = np.random.permutation(len(data))
    for k in range(0, len(data), 5):
        net.train_batch([data[i] for i in order[k:k + 5]], 0.5, 0.1, len(data))
print(net.weights[0].sum())
