import math
import numpy as np


def _sig(v):
    return 1 / (1 + math.exp(-v))


def _dsig(v):
    return _sig(v) * (1 - _sig(v))


sig = np.vectorize(_sig)
dsig = np.vectorize(_dsig)


class Network:
    def __init__(self, i, h, o, lr):
        self.w_ih = np.random.normal(0.0, i ** -0.5, (h, i))
        self.w_ho = np.random.normal(0.0, h ** -0.5, (o, h))
        self.lr = lr

    def feed(self, inputs):
        self.hid = sig(self.w_ih.dot(inputs))
        self.out = sig(self.w_ho.dot(self.hid))
        return self.out

    def learn(self, inputs, targets):
        out = self.feed(inputs)
        out_err = np.array(targets) - out
        out_grad = out_err * dsig(out)
        hid_err = self.w_ho.T.dot(out_grad)
        hid_grad = hid_err * dsig(self.hid)
        self.w_ho += self.lr * np.outer(out_grad, self.hid)
        self.w_ih += self.lr * np.outer(hid_grad, inputs)


np.random.seed(14)
table = [([0, 0, 1], [0, 1]), ([0, 1, 1], [1, 0]), ([1, 0, 1], [1, 0]), ([1, 1, 1], [0, 1])]
net = Network(3, 5, 2, lr=0.7)
for _ in range(10000):
    for inputs, targets in table:
        net.learn(inputs, targets)
for inputs, targets in table:
    print(inputs, targets, net.feed(inputs).round(2))
