import numpy as np
class Tensor:
    _id = 0
    def __init__(self, data, creators=None, op=None):
        self.data = np.array(data)
        self.grad = None
        self.creators, self.op = creators, op
        Tensor._id += 1
        self.id = Tensor._id
    @classmethod
    def randn(cls, *shape):
        return cls(np.random.randn(*shape))
    def __matmul__(self, o): return Tensor(self.data @ o.data, [self, o], 'mm')
    def __add__(self, o):
        return Tensor(self.data + o.data, [self, o], 'add')
    def __sub__(self, o): return Tensor(self.data - o.data, [self, o], 'sub')
    def __mul__(self, o): return Tensor(self.data * o.data, [self, o], 'mul')
    def sum(self, axis=None): return Tensor(self.data.sum(axis), [self], 'sum')
    def relu(self): return Tensor(np.maximum(self.data, 0), [self], 'relu')
    def backward(self, g=None):
        if g is None:
            g = np.ones_like(self.data)
        self.grad = g if self.grad is None else self.grad + g
        if self.op == 'mm':
            a, b = self.creators
            a.backward(g @ b.data.T); b.backward(a.data.T @ g)
        elif self.op == 'add':
            for c in self.creators:
                gg = g
                while gg.ndim > c.data.ndim: gg = gg.sum(0)
                for ax, n in enumerate(c.data.shape):
                    if n == 1: gg = gg.sum(axis=ax, keepdims=True)
                c.backward(gg)
        elif self.op == 'sub':
            self.creators[0].backward(g); self.creators[1].backward(-g)
        elif self.op == 'mul':
            a, b = self.creators
            a.backward(g * b.data); b.backward(g * a.data)
        elif self.op == 'sum':
            self.creators[0].backward(np.ones_like(self.creators[0].data) * g)
        elif self.op == 'relu':
            self.creators[0].backward(g * (self.data > 0))
    def __repr__(self): return str(self.data.__repr__())
    def __str__(self): return str(self.data.__str__())

np.random.seed(0)
X, Y = Tensor.randn(7, 3), Tensor.randn(7, 2)
w = [Tensor.randn(3, 5), Tensor.randn(5, 2)]
bias = Tensor(np.zeros((1, 5)))
for i in range(10):
    pred = (X @ w[0] + bias).relu() @ w[1]
    d = pred - Y
    loss = (d * d).sum()
    loss.backward()
    for p in w + [bias]:
        p.data -= p.grad * 0.01
        p.grad *= 0
    print(loss)
