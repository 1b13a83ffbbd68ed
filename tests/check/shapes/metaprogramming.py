import numpy as np
from contextlib import contextmanager
from enum import Enum
import copy, pickle, operator, itertools

class Mode(Enum):
    TRAIN = 1
    TEST = 2

class Registry(dict):
    def register(self, name):
        def deco(cls):
            self[name] = cls
            return cls
        return deco

ops = Registry()

class Module:
    def __init__(self):
        object.__setattr__(self, 'params', {})
    def __setattr__(self, name, value):
        if isinstance(value, np.ndarray) and name.isupper():
            self.params[name] = value
        object.__setattr__(self, name, value)
    def __call__(self, *a):
        return self.forward(*a)

@ops.register('linear')
class Linear(Module):
    def __init__(self, i, o, rng):
        super().__init__()
        self.W = rng.normal(0, .5, size=(i, o))
        self.B = np.full((o,), 0.1)
    def forward(self, x):
        self.x = x
        return x @ self.W + self.B
    def backward(self, g):
        self.grads = {'W': self.x.T @ g, 'B': g.sum(0)}
        return g @ self.W.T

class ActivationMixin:
    def forward(self, x):
        self.y = self.fn(x)
        return self.y
    def backward(self, g):
        self.grads = {}
        return g * self.slope(self.y)

@ops.register('sigmoid')
class Sigmoid(ActivationMixin, Module):
    fn = staticmethod(lambda z: 1 / (1 + np.exp(-z)))
    slope = staticmethod(lambda y: y * (1 - y))

@ops.register('dropout')
class Dropout(Module):
    mode = Mode.TRAIN
    def __init__(self, p, rng):
        super().__init__()
        self.p, self.rng = p, rng
    def forward(self, x):
        if self.mode is Mode.TEST:
            return x
        self.mask = self.rng.binomial(1, 1 - self.p, size=x.shape) / (1 - self.p)
        return x * self.mask
    def backward(self, g):
        self.grads = {}
        return g * self.mask

class Sequential:
    def __init__(self, *mods): self.mods = list(mods)
    def __iter__(self): return iter(self.mods)
    def __len__(self): return len(self.mods)
    def __getitem__(self, i): return self.mods[i]
    def forward(self, x):
        for m in self: x = m(x)
        return x
    def backward(self, g):
        for m in self[::-1]: g = m.backward(g)
        return g
    @contextmanager
    def testing(self):
        Dropout.mode = Mode.TEST
        try:
            yield self
        finally:
            Dropout.mode = Mode.TRAIN

class SGD:
    def __init__(self, model, lr=.1, momentum=.9):
        self.model, self.lr, self.mu = model, lr, momentum
        self.v = [{k: np.zeros_like(p) for k, p in m.params.items()} for m in model]
    def step(self):
        for m, v in zip(self.model, self.v):
            for k in m.params:
                v[k] = self.mu * v[k] - self.lr * m.grads[k]
                m.params[k] += v[k]

class Data:
    def __init__(self, X, Y, size): self.X, self.Y, self.size, self.i = X, Y, size, 0
    def __iter__(self):
        self.i = 0
        return self
    def __next__(self):
        if self.i >= len(self.X): raise StopIteration
        s = slice(self.i, self.i + self.size)
        self.i += self.size
        return self.X[s], self.Y[s]

rng = np.random.default_rng(123)
X = rng.standard_normal((20, 4))
Y = (X[:, [0]] * X[:, [1]] > 0).astype(np.float64)
model = Sequential(ops['linear'](4, 6, rng), ops['sigmoid'](), Dropout(0.25, rng), Linear(6, 1, rng), Sigmoid())
opt = SGD(model)
snapshots = []
for epoch in itertools.count():
    try:
        for xb, yb in Data(X, Y, 5):
            p = model.forward(xb)
            eps = 1e-9
            loss = -np.mean(yb * np.log(p + eps) + (1 - yb) * np.log(1 - p + eps))
            g = (p - yb) / (p * (1 - p)) / len(yb)
            model.backward(g)
            opt.step()
        if not np.isfinite(loss):
            raise FloatingPointError('diverged')
    except FloatingPointError as e:
        print(e); break
    else:
        snapshots.append(copy.deepcopy([m.params for m in model]))
    if epoch >= 500: break
with model.testing() as m, np.errstate(divide='ignore'):
    acc = ((m.forward(X) > .5) == Y).mean()
blob = pickle.loads(pickle.dumps({'acc': acc, 'w': model[0].W}))
print(acc, loss.round(6), blob['w'].shape, len(snapshots) > 0, Mode.TRAIN.name, operator.itemgetter('B')(model[3].params))
