import math
import random

class Var:
    """ A scalar and the recipe of its gradient """
    def __init__(self, data, parents=()):
        self.data = data
        self.grad = 0.0
        self._parents = parents
        self._back = lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Var) else Var(other)
        out = Var(self.data + other.data, (self, other))
        def _back():
            self.grad += out.grad
            other.grad += out.grad
        out._back = _back
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Var) else Var(other)
        out = Var(self.data * other.data, (self, other))
        def _back():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out._back = _back
        return out

    def __pow__(self, n):
        out = Var(self.data ** n, (self,))
        def _back():
            self.grad += n * self.data ** (n - 1) * out.grad
        out._back = _back
        return out

    def tanh(self):
        t = math.tanh(self.data)
        out = Var(t, (self,))
        def _back():
            self.grad += (1 - t * t) * out.grad
        out._back = _back
        return out

    def backward(self):
        topo, seen = [], set()
        def visit(v):
            if v not in seen:
                seen.add(v)
                for p in v._parents:
                    visit(p)
                topo.append(v)
        visit(self)
        self.grad = 1.0
        for v in reversed(topo):
            v._back()

random.seed(1337)
w = [[Var(random.uniform(-1, 1)) for _ in range(3)] for _ in range(4)]
v = [Var(random.uniform(-1, 1)) for _ in range(4)]
c = Var(0.1)
params = [p for row in w for p in row] + v + [c]
xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
ys = [1.0, -1.0, -1.0, 1.0]

def predict(x):
    out = c
    for row, vi in zip(w, v):
        act = row[0] * x[0] + row[1] * x[1] + row[2] * x[2]
        out = out + act.tanh() * vi
    return out.tanh()

for k in range(20):
    loss = Var(0.0)
    for x, y in zip(xs, ys):
        loss = loss + (predict(x) + -y) ** 2
    for p in params:
        p.grad = 0.0
    loss.backward()
    for p in params:
        p.data -= 0.1 * p.grad
    print(k, loss.data)
