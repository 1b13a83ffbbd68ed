"""A very small reverse mode engine: every operation is a node that knows its own backward."""
import math


class Node:
    def __init__(self, value, parents=()):
        self.value = value
        self.parents = parents
        self.grad = 0.0

    def backward(self):
        pass


class Add(Node):
    def __init__(self, x, y):
        super().__init__(x.value + y.value, (x, y))

    def backward(self):
        x, y = self.parents
        x.grad += self.grad
        y.grad += self.grad


class Mul(Node):
    def __init__(self, x, y):
        super().__init__(x.value * y.value, (x, y))

    def backward(self):
        x, y = self.parents
        x.grad = y.value * self.grad
        y.grad += x.value * self.grad


class Tanh(Node):
    def __init__(self, x):
        super().__init__(math.tanh(x.value), (x,))

    def backward(self):
        (x,) = self.parents
        x.grad += (1 - self.value ** 2) * self.grad


def topological(root):
    seen, order = set(), []

    def visit(node):
        if id(node) in seen:
            return
        seen.add(id(node))
        for parent in node.parents:
            visit(parent)
        order.append(node)

    visit(root)
    return order


def backprop(root):
    root.grad = 1.0
    for node in reversed(topological(root)):
        node.backward()


a = Node(0.5)
b = Node(-0.8)
c = Node(0.3)


def build():
    h = Tanh(Add(Mul(a, b), c))
    return Mul(h, Add(h, Mul(a, c)))


for step in range(50):
    for p in (a, b, c):
        p.grad = 0.0
    out = build()
    backprop(out)
    for p in (a, b, c):
        p.value -= 0.05 * p.grad
print("out = %.4f" % out.value)
print(a.value, b.value, c.value)
