"""Slopes from values alone: extrapolated differences, each with an estimate of its error.

    C. J. F. Ridders, Accurate computation of F'(x) and F'(x)F''(x), Adv. Eng. Software 4 (1982) 75-76:
    central differences at steps h, h/2, h/4 … are extrapolated to step 0; how much neighbours in the table
    differ tells how good an entry is.

Everything here takes a function of one number, the move t away from the point in question, t = 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

EPSILON = 2.0**-52
ROWS = 9
"""How often a step is halved."""
STEPS = (2.0**-4, 2.0**-13, 2.0**-22)
"""First steps, in units of the variable's own size; the later ones are only tried where the earlier fail."""
GOOD = 1e-9
"""A slope known this well, relative to itself, needs no second try."""
TRUST = 10.0
"""An error estimate is believed up to this factor."""


@dataclass(frozen=True, slots=True)
class Slope:
    """A derivative and an estimate of its error: (nan, inf) where there is none to be had."""

    value: float
    error: float

    @property
    def is_known(self) -> bool:
        """Is there a slope at all, and is more of it signal than noise, or all of it small?"""
        return math.isfinite(self.value) and math.isfinite(self.error)

    def near(self, other: Slope, relative: float) -> bool:
        """Do the two agree within their errors and a relative tolerance?"""
        allowed = TRUST * (self.error + other.error) + relative * max(abs(self.value), abs(other.value))
        return abs(self.value - other.value) <= allowed


NO_SLOPE = Slope(math.nan, math.inf)


def central(f: Callable[[float], float], step: float, *, epsilon: float = EPSILON, rows: int = ROWS) -> Slope:
    """f'(0) by extrapolated central differences, from the given first step downwards.

    Of all entries of the table the one with the least estimated error is taken. Steps at which f is not
    finite are passed over; the entries of later rows only use small steps, so a kink at a distance, or the
    edge of f's domain, is left behind.
    """

    def difference(h: float) -> tuple[float, float]:
        right, left = f(h), f(-h)
        return (right - left) / (2 * h), 2 * epsilon * max(abs(right), abs(left)) / h

    return _extrapolated(difference, step, 2, rows)


def one_sided(
    f: Callable[[float], float], here: float, step: float, *, epsilon: float = EPSILON, rows: int = ROWS
) -> Slope:
    """The slope of f to the right of 0, or to the left for a negative step; `here` is f(0)."""

    def difference(h: float) -> tuple[float, float]:
        there = f(h)
        return (there - here) / h, 4 * epsilon * max(abs(there), abs(here)) / abs(h)

    return _extrapolated(difference, step, 1, rows)


def _extrapolated(difference: Callable[[float], tuple[float, float]], step: float, order: int, rows: int) -> Slope:
    """Richardson's table: `difference(h)` gives a difference quotient and what rounding does to it.

    Its error is a series in powers of h**order. Column j has the first j of them eliminated.
    """
    best = NO_SLOPE
    above: list[float] = []
    for _ in range(rows):
        quotient, rounding = difference(step)
        step /= 2
        if not (math.isfinite(quotient) and math.isfinite(rounding)):
            above = []
            continue
        current = [quotient]
        for column, old in enumerate(above, 1):
            factor = 2.0 ** (order * column)
            entry = (factor * current[-1] - old) / (factor - 1)
            error = max(abs(entry - current[-1]), abs(entry - old)) + rounding
            current.append(entry)
            if error < best.error:
                best = Slope(entry, error)
        above = current
        if len(above) >= 3 and best.error <= max(2 * rounding, 0.01 * GOOD * abs(best.value)):
            break
    return best


def slope(
    f: Callable[[float], float], size: float, *, steps: Sequence[float] = STEPS, epsilon: float = EPSILON
) -> Slope:
    """f'(0), where a move by `size` is a large one: the first steps are tried in turn until one is good."""
    best = NO_SLOPE
    for step in steps:
        found = central(f, step * size, epsilon=epsilon)
        if found.error < best.error:
            best = found
        if best.error <= GOOD * abs(best.value):
            break
    return best


@dataclass(frozen=True, slots=True)
class Kink:
    """A place where the slopes to the left and to the right differ."""

    left: Slope
    right: Slope

    def allows(self, value: float) -> bool:
        """Is the value a subgradient: between both slopes?"""
        low, high = sorted((self.left.value, self.right.value))
        slack = TRUST * (self.left.error + self.right.error) + 1e-6 * max(abs(low), abs(high))
        return low - slack <= value <= high + slack


def kink(f: Callable[[float], float], here: float, size: float, *, epsilon: float = EPSILON) -> Kink | None:
    """The kink of f at 0; None where the slopes from both sides agree or cannot be had.

    Both slopes are measured from two different first steps and have to stand: a bend near by is no kink.
    """
    found = None
    for step in (2.0**-9 * size, 0.37 * 2.0**-13 * size):
        right = one_sided(f, here, step, epsilon=epsilon)
        left = one_sided(f, here, -step, epsilon=epsilon)
        if not (left.is_known and right.is_known) or left.near(right, 1e-5):
            return None
        if found is not None and not (left.near(found.left, 1e-3) and right.near(found.right, 1e-3)):
            return None
        found = Kink(left, right)
    return found
