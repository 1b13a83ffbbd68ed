"""Classes of the author's: parameters as attributes, inheritance, properties, operators, callables."""

import math
from collections import namedtuple
from dataclasses import dataclass, field

import numpy as np

from . import layers
from .case import Cases, draw

CASES = Cases()

V = draw(3, seed=160)
M = draw(3, 2, seed=161)


class Layer:
    """One dense layer; remembers its last output, as people's layers do."""

    slope = 0.1
    built = 0

    def __init__(self, W, b):
        self.W = W
        self.b = b
        self.__gain = 1.5
        self.output = None
        Layer.built += 1

    def pre(self, x):
        return x @ self.W + self.b

    def forward(self, x):
        self.output = self.__scaled(self.activate(self.pre(x)))
        return self.output

    def __scaled(self, h):
        return self.__gain * h

    def activate(self, z):
        return np.where(z > 0, z, self.slope * z)

    @property
    def size(self):
        return np.sum(self.W**2)

    @staticmethod
    def half_square(r):
        return 0.5 * np.sum(r**2)

    @classmethod
    def leak(cls, z):
        return cls.slope * np.sum(z)


class TanhLayer(Layer):
    """Another activation, and something more in what is inherited."""

    slope = 0.3

    def activate(self, z):
        return np.tanh(z) + 0.01 * super().activate(z)

    @property
    def size(self):
        return super().size + np.sum(self.b**2)


FIRST = Layer(draw(3, 4, seed=162), draw(4, seed=163))
SECOND = TanhLayer(draw(4, 2, seed=164), draw(2, seed=165))


def methods_and_attributes(x):
    return np.sum(FIRST.forward(x) ** 2)


CASES.add(methods_and_attributes, V, features="class method attribute private-name")


def inheritance(x):
    h = SECOND.forward(FIRST.forward(x))
    return Layer.half_square(h) + SECOND.leak(h) + np.sum(SECOND.output * FIRST.output[0])


CASES.add(inheritance, V, features="class inheritance super staticmethod classmethod attribute-write")


def made_inside(W, b, x):
    layer = TanhLayer(W, b)
    h = layer.forward(x)
    layer.b = layer.b * 2
    layer.W[0] += 1
    return np.sum(h) * layer.size + np.sum(layer.forward(x))


CASES.add(
    made_inside,
    M,
    draw(2, seed=166),
    V,
    features="class constructor property super attribute-write inplace mutated-argument",
)


def layer_of_another_module(W, x):
    layer = layers.Affine(W, b=np.ones(2))
    return np.sum(layer(layer(x) @ W.T))


CASES.add(layer_of_another_module, M, V, features="class other-module callable-object constructor")


class Network:
    """Layers in a list, parameters in a dict, the loss a method."""

    def __init__(self, sizes, seed):
        self.layers = []
        for n, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):  # noqa: B905, RUF007
            self.layers.append({"W": draw(inputs, outputs, seed=seed + n), "b": np.zeros(outputs)})
        self.hidden = {}

    def __call__(self, x):
        for n, layer in enumerate(self.layers):
            x = np.tanh(x @ layer["W"] + layer["b"])
            self.hidden[n] = x
        return x

    def loss(self, x, target):
        return np.sum((self(x) - target) ** 2) + 0.01 * sum(np.sum(h**2) for h in self.hidden.values())

    def __len__(self):
        return len(self.layers)


NETWORK = Network([3, 4, 2], seed=167)

CASES.add(
    NETWORK.loss,
    V,
    draw(2, seed=169),
    features="bound-method class dict callable-object attribute-write",
    name="bound_method",
)


class Ridge:
    """A loss that is an object, called."""

    def __init__(self, lam):
        self.lam = lam

    def __call__(self, w):
        return np.sum(w**2) * self.lam + np.sum(w)


CASES.add(Ridge(0.3), V, features="callable-object class", name="callable_object")


def network_trained_by_hand(rate):
    network = Network([3, 2], seed=170)
    x = np.array([1.0, 0.5, -0.5])
    h = network(x)
    error = (h - 0.3) * (1 - h**2)
    network.layers[0]["W"] -= rate * x[:, None] * error
    network.layers[0]["b"] = network.layers[0]["b"] - rate * error
    return np.sum((network(x) - 0.3) ** 2) / len(network)


CASES.add(
    network_trained_by_hand,
    0.4,
    features="class constructor inplace python-float",
    oracle="ridders",
)


@dataclass
class Oscillator:
    """A data class whose fields change as it moves."""

    position: float
    velocity: float
    stiffness: float = 2.0
    path: list = field(default_factory=list)

    def step(self, dt):
        self.velocity = self.velocity - dt * self.stiffness * self.position
        self.position = self.position + dt * self.velocity
        self.path.append(self.position)


def oscillation(start, stiffness):
    oscillator = Oscillator(start, 0.0, stiffness=stiffness)
    for _ in range(6):
        oscillator.step(0.2)
    return sum(p**2 for p in oscillator.path)


CASES.add(oscillation, 0.9, 1.7, features="dataclass attribute-write loop list-append python-float")


class Point:
    """A vector of the plane with operators of its own."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)

    def __mul__(self, scale):
        return Point(self.x * scale, self.y * scale)

    __rmul__ = __mul__

    def __matmul__(self, other):
        return self.x * other.x + self.y * other.y

    def __iter__(self):
        yield self.x
        yield self.y

    def __getitem__(self, name):
        return getattr(self, name)

    @property
    def length(self):
        return math.sqrt(self @ self)


def points_with_operators(a, b, s):
    p = Point(a, b)
    q = p * s + 2.0 * Point(b, 1.0)
    u, v = q
    return p @ q + u * v + q["x"] * q.length


CASES.add(
    points_with_operators,
    0.7,
    -1.1,
    0.4,
    features="class operator-methods property iteration math python-float",
    oracle="ridders",
)


Sample = namedtuple("Sample", "inputs target")
SAMPLES = [Sample(V, 0.3), Sample(V[::-1], -0.8)]


def named_tuples(w):
    total = 0
    for inputs, target in SAMPLES:
        total += (inputs @ w - target) ** 2
    return total * SAMPLES[0].inputs[1] + w[0]


CASES.add(named_tuples, draw(3, seed=171), features="namedtuple globals unpacking")


class Stack:
    """Values kept aside, with a `with` block to drop what was put there."""

    def __init__(self):
        self._values = []

    def push(self, value):
        self._values.append(value)
        return self

    def pop(self):
        return self._values.pop()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._values.clear()


def kept_on_a_stack(x):
    with Stack() as stack:
        stack.push(x**2).push(np.sin(x)).push(x)
        total = stack.pop() * stack.pop() + stack.pop()
    return np.sum(total) + len(stack._values)


CASES.add(kept_on_a_stack, V, features="class with method-chaining list-append")


class Slotted:
    """Attributes in slots; one is computed once and kept."""

    __slots__ = ("W", "_norm")

    def __init__(self, W):
        self.W = W
        self._norm = None

    @property
    def norm(self):
        if self._norm is None:
            self._norm = np.sqrt(np.sum(self.W**2))
        return self._norm

    @norm.setter
    def norm(self, value):
        self.W = self.W * (value / self.norm)
        self._norm = value


def slots_and_setters(W, x):
    s = Slotted(W)
    first = s.norm
    s.norm = x[0] ** 2
    return first * np.sum(s.W @ np.array([1.0, 2.0])) + s.norm * x[1]


CASES.add(slots_and_setters, M, V, features="class slots property setter")


class Polynomial:
    """Makes others of its kind; classes are looked up through `type` and `cls`."""

    def __init__(self, coefficients):
        self.coefficients = coefficients

    def __call__(self, x):
        return sum(c * x**n for n, c in enumerate(self.coefficients))

    def slope(self):
        return type(self)([n * c for n, c in enumerate(self.coefficients)][1:])

    @classmethod
    def through(cls, *values):
        return cls([values[0], values[1] - values[0]])

    class Error(Exception):
        """Never raised."""


def objects_that_make_objects(c, x):
    p = Polynomial(c)
    line = Polynomial.through(p(x), p.slope()(x))
    return line(2.0) * p.slope().slope()(x)


CASES.add(
    objects_that_make_objects,
    draw(4, seed=172),
    0.6,
    features="class classmethod callable-object generator comprehension",
)
