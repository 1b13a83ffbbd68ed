"""A function near one point, seen only through its values: the two oracles for its derivative there."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from whygrad.proving.differences import EPSILON, STEPS, Kink, Slope, kink, one_sided, slope
from whygrad.proving.entries import Entry

Run = Callable[[dict[int, Any]], Any]
"""The function, as one of new values for some of its entries (by number); the others stay as they are."""
Index = tuple[int, ...]
NOT_HERE = (ArithmeticError, ValueError)
"""What a function may raise at a point outside its domain."""
SEED = 20170403


class Point:
    """A function's entries at one point, in double precision, and the function along lines through it."""

    def __init__(self, run: Run, entries: Sequence[Entry], value: float) -> None:
        self.run = run
        self.entries = entries
        self.evaluations = 0
        self.epsilon = EPSILON
        self.random = np.random.default_rng(SEED)
        self.base = [entry.widened() for entry in entries]
        self.sizes = [sizes_of(base) for base in self.base]
        here = self.evaluate(dict(enumerate(self.base)))
        self.here = here if math.isfinite(here) else value
        self.variation = self._variation()

    def evaluate(self, new: dict[int, Any]) -> float:
        """The function with some entries replaced; nan where it is not defined there."""
        self.evaluations += 1
        try:
            result = self.run({i: v.copy(order="K") if isinstance(v, np.ndarray) else v for i, v in new.items()})
            dtype = getattr(result, "dtype", None)
            if dtype is not None and dtype.kind == "f" and dtype.itemsize < 8:
                self.epsilon = float(np.finfo(dtype).eps)
            return float(result)
        except NOT_HERE:
            return math.nan

    def _variation(self) -> float:
        """How much the function changes when all elements move by about their own sizes."""
        ray = self.ray({i: self.signs(i) * self.sizes[i] for i in range(len(self.entries))})
        changes = [16 * abs(ray(t) - self.here) for t in (-0.0625, 0.0625)]
        return max(filter(math.isfinite, changes), default=0.0)

    def noise(self, number: int, index: Index) -> float:
        """What no derivative can be held to: moving the element by its own size would change the function by
        so much less than moving all of them does, or than rounding does."""
        return (2e-11 * self.variation + 16 * self.epsilon * abs(self.here)) / self.size(number, index)

    def line(self, number: int, index: Index) -> Callable[[float], float]:
        """The function of a move of one element."""

        def f(t: float) -> float:
            new = dict(enumerate(self.base))
            new[number] = _moved(self.base[number], index, t)
            return self.evaluate(new)

        return f

    def ray(self, directions: dict[int, Any]) -> Callable[[float], float]:
        """The function of a move of whole entries along a direction."""

        def f(t: float) -> float:
            new = dict(enumerate(self.base))
            for number, u in directions.items():
                new[number] = shifted(self.base[number], t * u)
            return self.evaluate(new)

        return f

    def size(self, number: int, index: Index) -> float:
        """How large a move of an element is a large one."""
        return float(self.sizes[number][index])

    def signs(self, number: int) -> Any:
        """A random direction: +1 or −1 in every element."""
        shape = self.entries[number].shape
        drawn = self.random.integers(0, 2, shape) * 2.0 - 1.0
        return drawn if shape else float(drawn)

    def indices(self, number: int, count: int) -> list[Index]:
        """All indices of an entry, or `count` of them drawn at random."""
        entry = self.entries[number]
        if count >= entry.size:
            return list(np.ndindex(entry.shape))
        flat = np.sort(self.random.choice(entry.size, count, replace=False))
        return [tuple(int(i) for i in np.unravel_index(n, entry.shape)) for n in flat]

    # By differences

    def is_smooth(self) -> bool:
        """Is there no kink along a random direction of all entries?"""
        ray = self.ray({i: self.signs(i) * self.sizes[i] for i in range(len(self.entries))})
        return self.kink(ray, 1.0) is None

    def real_slope(self, number: int, index: Index) -> Slope:
        """The derivative by one element, by finite differences."""
        return slope(self.line(number, index), self.size(number, index), epsilon=self.epsilon)

    def second_look(self, f: Callable[[float], float], size: float, first: Slope) -> Slope:
        """The slope measured once more, from smaller steps: the closer look wins where both are sharp."""
        second = slope(f, size, steps=(0.37 * STEPS[1], 0.37 * 2.0**-9, 0.37 * STEPS[2]), epsilon=self.epsilon)
        if not (first.is_known and second.is_known):
            return first if first.is_known else second
        if first.near(second, 1e-7):
            return min(first, second, key=lambda s: s.error)
        apart = abs(first.value - second.value)
        return second if second.error <= 1e-3 * apart else Slope(second.value, max(second.error, apart))

    def from_one_side(self, f: Callable[[float], float], size: float) -> Slope:
        """The slope from the side on which the function is defined."""
        sides = [one_sided(f, self.here, sign * 2.0**-9 * size, epsilon=self.epsilon) for sign in (1, -1)]
        return min(sides, key=lambda s: s.error)

    def kink(self, f: Callable[[float], float], size: float) -> Kink | None:
        """The kink of a line through the point."""
        return kink(f, self.here, size, epsilon=self.epsilon)

    # By complex steps

    def complex_slope(self, number: int, index: Index, base: Sequence[Any] | None = None) -> float:
        """The derivative by one element, by a complex step; nan where the function cannot take it.

        `base`: at these entries instead of the point's own.
        """
        at = [_complex(b) for b in base or self.base]
        own = abs(complex(at[number][index] if index else at[number]))
        step = 1e-20 * (own or self.size(number, index))
        at[number] = _moved(at[number], index, 1j * step)
        return self._imaginary(at, base is not None) / step

    def takes_complex(self) -> bool:
        """Is the complex step to be trusted? It is if a finite difference along a random direction of all
        entries, and one in a single element, agree with it."""
        directions = {i: self.signs(i) * self.sizes[i] for i in range(len(self.entries))}
        ray = self.ray(directions)
        exact = self._imaginary([shifted(_complex(b), 1e-20j * directions[i]) for i, b in enumerate(self.base)]) / 1e-20
        if not math.isfinite(exact):
            return False
        measured = slope(ray, 1.0, epsilon=self.epsilon)
        if not (measured.is_known and Slope(exact, 0.0).near(measured, 1e-6)):
            return False
        number = max(range(len(self.entries)), key=lambda i: self.entries[i].size)
        return all(self.confirms(number, index) for index in self.indices(number, 1))

    def confirms(self, number: int, index: Index) -> bool:
        """Does a finite difference in one element agree with the complex step?"""
        exact = self.complex_slope(number, index)
        return math.isfinite(exact) and Slope(exact, 0.0).near(self.real_slope(number, index), 1e-6)

    def jitter(self, number: int, indices: Sequence[Index], values: Sequence[float]) -> list[float]:
        """How far the derivatives move when the point moves by a few units in the last place.

        No gradient that is computed in floating point can be held to more. Near an optimum, where large terms
        cancel, that is a lot.
        """
        worst = [0.0] * len(indices)
        for _ in range(3):
            base = [shifted(b, 4 * EPSILON * self.signs(i) * b) for i, b in enumerate(self.base)]
            for i, index in enumerate(indices):
                there = self.complex_slope(number, index, base)
                if math.isfinite(there):
                    worst[i] = max(worst[i], abs(there - values[i]))
        return worst

    def _imaginary(self, entries: Sequence[Any], elsewhere: bool = False) -> float:
        """The imaginary part of the function at complex entries; nan where it does not carry it through."""
        self.evaluations += 1
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", np.exceptions.ComplexWarning)
                result = self.run(dict(enumerate(entries)))
        except Exception:  # whatever the function does with complex numbers: then this oracle is not for it
            return math.nan
        number = np.asarray(result)
        if number.shape != () or number.dtype != np.complex128:
            return math.nan
        if not (elsewhere or abs(number.real - self.here) <= 1e-12 * abs(self.here)):
            return math.nan
        return float(number.imag)


def sizes_of(base: Any) -> Any:
    """How large a move of each element is a large one: its own size, or a tenth of its fellows' where that
    is more."""
    absolute = np.abs(np.asarray(base, float))
    typical = float(np.sqrt(np.mean(absolute**2))) if absolute.size else 0.0
    sizes = np.maximum(absolute, 0.1 * typical)
    return np.where(sizes > 0, sizes, 1.0)


def shifted(base: Any, by: Any) -> Any:
    """base + by, in the memory layout and of the type of base."""
    if not isinstance(base, np.ndarray):
        return type(base)(base + by)
    moved = base.copy(order="K")
    moved += by
    return moved


def _moved(base: Any, index: Index, t: complex) -> Any:
    """A copy with one element moved."""
    if not isinstance(base, np.ndarray):
        return type(base)(base + t)
    moved = base.copy(order="K")
    moved[index] += t
    return moved


def _complex(base: Any) -> Any:
    """The same, complex: an array, a NumPy scalar or a Python number."""
    if isinstance(base, np.ndarray):
        return base.astype(complex, order="K")
    return np.complex128(base) if isinstance(base, np.generic) else complex(base)
