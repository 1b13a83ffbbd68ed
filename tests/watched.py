"""What the tests of the watcher share: arguments, the two kinds of check, and two classes of an author's."""

# ruff: noqa: RUF012 (code to watch is written as its authors write it)

import copy
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from zoo.oracles import ridders

V = np.random.default_rng(7).uniform(0.2, 1.0, 4)
W = np.random.default_rng(8).uniform(0.2, 1.0, 4)
A = np.random.default_rng(9).uniform(0.2, 1.0, (3, 4))


def differences(f: Callable[..., Any], x: Any) -> Any:
    """The gradient of the plain function by extrapolated differences."""
    found = np.zeros(np.shape(x))
    for place in np.ndindex(found.shape):

        def run(move: float, place: tuple[int, ...] = place) -> float:
            moved = np.array(x, float)
            moved[place] += move
            return float(f(moved if isinstance(x, np.ndarray) else float(moved)))

        found[place] = ridders(run, 1 / 64)[0]
    return found


def assert_right(f: Callable[..., Any], x: Any = V) -> None:
    """Twice, so that the second time the kept derivation is used."""
    plain, exact = f(copy.deepcopy(x)), differences(f, x)
    both = wg.value_and_grad(f)
    for _ in range(2):
        given = copy.deepcopy(x)
        value, gradient = both(given)
        assert type(value) is type(plain)
        assert value == plain
        assert np.array_equal(given, x)
        np.testing.assert_allclose(gradient, exact, rtol=1e-6, atol=1e-7)


def refused(kind: type[Exception], f: Callable[..., Any], x: Any = V) -> str:
    """The error's text; it must name the file, the line and column of the sub-expression, and a way out."""
    with pytest.raises(kind) as caught:
        wg.grad(f)(x)
    error: Any = caught.value
    assert error.file == f.__code__.co_filename
    lines = error.expression, error.line, error.column
    source = Path(error.file).read_text(encoding="utf-8").splitlines()[error.line - 1]
    assert source[error.column - 1 :].startswith(error.expression.split(" ")[0]), lines
    assert error.instead
    text = str(error)
    assert text.startswith(f"{error.file}:{error.line}:{error.column}: ")
    assert "instead: " in text
    return text


class Layer:
    history: list[Any] = []
    last: Any = None

    def __init__(self) -> None:
        self.W = W.copy()
        self.out: Any = None
        self.kept: dict[str, Any] = {}
        self.buffer = np.zeros(4)

    def loss(self, x: Any) -> Any:
        self.out = x * self.W
        self.kept["h"] = [self.out, (self.out * 2,)]
        self.buffer[...] = self.out
        Layer.history.append(self.out)
        Layer.last = self.out
        return np.sum(self.buffer * self.out)


class Dual:
    """A number class in the manner of micrograd: math is reached through operators only."""

    def __init__(self, d: Any) -> None:
        self.d = d

    def __add__(self, other: Any) -> Any:
        return Dual(math.exp(self.d) + (other.d if isinstance(other, Dual) else other))

    def __mul__(self, other: Any) -> Any:
        return Dual(math.sin(self.d) * (other.d if isinstance(other, Dual) else other))

    __radd__, __rmul__ = __add__, __mul__

    def __pow__(self, n: Any) -> Any:
        return Dual(math.pow(self.d, n))

    def __neg__(self) -> Any:
        return Dual(-math.tanh(self.d))

    def __matmul__(self, other: Any) -> Any:
        return Dual(math.cos(self.d) * other.d)

    def __iadd__(self, other: Any) -> Any:
        self.d = math.exp(self.d) + other.d
        return self

    def __iter__(self) -> Any:
        yield self.d
        yield math.sin(self.d)

    def __bool__(self) -> bool:
        return math.exp(self.d) > 0.1

    def __float__(self) -> float:
        return math.exp(self.d)

    def __contains__(self, what: Any) -> bool:
        return math.exp(self.d) > what

    def __lt__(self, other: Any) -> Any:
        return math.exp(self.d) < other.d

    def __getattr__(self, name: str) -> Any:
        if name == "twice":
            return math.sin(self.d) * 2
        raise AttributeError(name)
