from dataclasses import dataclass, field
from typing import List, NamedTuple
import numpy as np

@dataclass
class Param:
    value: np.ndarray
    grad: np.ndarray = None
    m: float = 0.
    v: float = 0.

    def zero(self):
        self.grad = np.zeros_like(self.value)

@dataclass
class Model:
    sizes: List[int]
    params: dict = field(default_factory=dict)
    t: int = 0

    def __post_init__(self):
        rng = np.random.default_rng(8)
        for i, (a, b) in enumerate(zip(self.sizes, self.sizes[1:]), start=1):
            self.params['W' + str(i)] = Param(rng.normal(scale=(2 / a) ** .5, size=(b, a)))
            self.params['b' + str(i)] = Param(np.zeros((b, 1)))

    def step(self, lr=1e-2, b1=0.9, b2=0.999, eps=1e-8):
        self.t += 1
        for p in self.params.values():
            p.m = b1 * p.m + (1 - b1) * p.grad
            p.v = b2 * p.v + (1 - b2) * p.grad ** 2
            mh, vh = p.m / (1 - b1 ** self.t), p.v / (1 - b2 ** self.t)
            p.value -= lr * mh / (np.sqrt(vh) + eps)

class Cache(NamedTuple):
    A: np.ndarray
    Z: np.ndarray

model = Model([3, 5, 1])
X = np.linspace(-1, 1, 24).reshape(3, 8)
Y = (X.sum(axis=0, keepdims=True) > 0).astype(int)
L = len(model.params) // 2
for it in range(2500):
    A, caches = X, []
    for l in range(1, L + 1):
        Z = model.params['W' + str(l)].value @ A + model.params['b' + str(l)].value
        caches.append(Cache(A, Z))
        A = np.maximum(Z, 0) if l < L else 1 / (1 + np.exp(-Z))
    m = Y.shape[1]
    cost = -1 / m * np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))
    cost = np.squeeze(cost)
    for p in model.params.values(): p.zero()
    dA = - (np.divide(Y, A) - np.divide(1 - Y, 1 - A))
    for l in reversed(range(1, L + 1)):
        prev, Z = caches[l - 1]
        if l == L:
            s = 1 / (1 + np.exp(-Z))
            dZ = dA * s * (1 - s)
        else:
            dZ = np.array(dA, copy=True)
            dZ[Z <= 0] = 0
        model.params[f'W{l}'].grad += 1. / m * np.dot(dZ, prev.T)
        model.params[f'b{l}'].grad += 1. / m * np.sum(dZ, axis=1, keepdims=True)
        dA = np.dot(model.params[f'W{l}'].value.T, dZ)
    model.step()
    if it % 1000 == 0:
        print("Cost after iteration {}: {}".format(it, cost))
assert A.shape == (1, 8)
