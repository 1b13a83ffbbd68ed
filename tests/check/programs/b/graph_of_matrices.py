"""A static graph in the manner of a small flow library: nodes know inbound nodes, forward() and backward()."""
import numpy as np


graph = []


class Node:
    def __init__(self, *inbound):
        self.inbound = inbound
        self.value = None
        self.grad = None
        graph.append(self)

    def forward(self):
        pass

    def backward(self):
        pass


class Placeholder(Node):
    def __init__(self, value=None):
        super().__init__()
        self.value = value


class Linear(Node):
    def forward(self):
        x, w, b = (n.value for n in self.inbound)
        self.value = x @ w + b

    def backward(self):
        x, w, b = self.inbound
        x.grad += self.grad @ w.value.T
        w.grad += x.value.T @ self.grad
        b.grad += np.sum(self.grad, axis=0)


class Sigmoid(Node):
    def forward(self):
        self.value = 1 / (1 + np.exp(-self.inbound[0].value))

    def backward(self):
        self.inbound[0].grad += self.value * (1 - self.value)


class MSE(Node):
    def forward(self):
        target, out = (n.value for n in self.inbound)
        self.diff = target - out
        self.value = np.mean(self.diff ** 2)

    def backward(self):
        target, out = self.inbound
        m = len(self.diff)
        target.grad += 2 / m * self.diff
        out.grad += 2 / m * self.diff


X, T = Placeholder(), Placeholder()
np.random.seed(30)
W1, b1 = Placeholder(np.random.randn(3, 4) * 0.5), Placeholder(np.zeros(4))
W2, b2 = Placeholder(np.random.randn(4, 2) * 0.5), Placeholder(np.zeros(2))
hidden = Sigmoid(Linear(X, W1, b1))
cost = MSE(T, Linear(hidden, W2, b2))


def forward_all():
    for node in graph:
        node.forward()
    return cost.value


def backward_all():
    for node in graph:
        node.grad = np.zeros_like(node.value)
    cost.grad = 1.0
    for node in reversed(graph):
        node.backward()


data = np.random.randn(40, 3)
X.value = data
T.value = np.c_[np.sin(data[:, 0]), data[:, 1] * data[:, 2]]
for epoch in range(600):
    loss = forward_all()
    backward_all()
    for p in (W1, b1, W2, b2):
        p.value -= 0.05 * p.grad
    if epoch % 150 == 0:
        print("Epoch: {}, Loss: {:.3f}".format(epoch, loss))
