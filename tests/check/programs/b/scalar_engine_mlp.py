import math
import random


class Scalar:
    def __init__(self, data, prev=(), push=None):
        self.data = float(data)
        self.grad = 0.0
        self.prev = prev
        self.push = push

    @staticmethod
    def wrap(v):
        return v if isinstance(v, Scalar) else Scalar(v)

    def __add__(self, o):
        o = Scalar.wrap(o)
        out = Scalar(self.data + o.data, (self, o))

        def push():
            self.grad += out.grad
            o.grad += out.grad
        out.push = push
        return out

    def __mul__(self, o):
        o = Scalar.wrap(o)
        out = Scalar(self.data * o.data, (self, o))

        def push():
            self.grad += o.data * out.grad
            o.grad += self.data * out.grad
        out.push = push
        return out

    def tanh(self):
        t = math.tanh(self.data)
        out = Scalar(t, (self,))

        def push():
            self.grad += (1 - t * t) * out.grad
        out.push = push
        return out

    def __sub__(self, o):
        return self + Scalar.wrap(o) * -1

    __radd__ = __add__
    __rmul__ = __mul__

    def backprop(self):
        order, seen = [], set()

        def walk(v):
            if v in seen:
                return
            seen.add(v)
            for p in v.prev:
                walk(p)
            order.append(v)
        walk(self)
        self.grad = 1.0
        for v in reversed(order):
            if v.push:
                v.push()


class Neuron:
    def __init__(self, n, nonlinear):
        self.w = [Scalar(random.uniform(-1, 1)) for _ in range(n)]
        self.b = Scalar(0.0)
        self.nonlinear = nonlinear

    def __call__(self, x):
        s = sum((wi * xi for wi, xi in zip(self.w, x)), self.b)
        return s.tanh() if self.nonlinear else s

    def parameters(self):
        return self.w + [self.b]


class Layer:
    def __init__(self, n_in, n_out, nonlinear):
        self.neurons = [Neuron(n_in, nonlinear) for _ in range(n_out)]

    def __call__(self, x):
        return [n(x) for n in self.neurons]

    def parameters(self):
        return [p for n in self.neurons for p in n.parameters()]


class MLP:
    def __init__(self, sizes):
        last = len(sizes) - 2
        self.layers = [Layer(a, b, i != last) for i, (a, b) in enumerate(zip(sizes, sizes[1:]))]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x[0]

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]


random.seed(1337)
net = MLP([2, 3, 1])
xs = [(0.5, -1.0), (1.0, 1.0), (-0.3, 0.8), (-1.0, -0.2)]
ys = [1.0, -1.0, -1.0, 1.0]


def total_loss():
    losses = []
    for x, y in zip(xs, ys):
        d = net(x) - y
        losses.append(d * d)
    return sum(losses, Scalar(0.0)) * (1 / len(xs))


for k in range(200):
    loss = total_loss()
    for p in net.parameters():
        p.grad = 0.0
    loss.backprop()
    for p in net.parameters():
        p.data += -0.1 * p.grad
print("loss", round(loss.data, 5))
