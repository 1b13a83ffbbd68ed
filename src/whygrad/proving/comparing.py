"""A gradient held against the oracles, entry by entry. An accusation has to stand twice.

An element that looks wrong is measured again, from other steps, and looked at from both sides for a kink,
from one side at the edge of the function's domain. Only what is still wrong then is called wrong.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from whygrad.proving.differences import NO_SLOPE, TRUST, Kink, Slope
from whygrad.proving.entries import Entry
from whygrad.proving.point import Index, Point
from whygrad.proving.report import Checked

COMPLEX, DIFFERENCES = "complex step", "finite differences"
TOLERANCES = {COMPLEX: 1e-9, DIFFERENCES: 1e-6}
WHOLE = 2_000
"""An entry with more elements is checked on a sample."""
SAMPLE = 200
DIRECTIONS = 3

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(slots=True)
class Numeric:
    """What an oracle says about one entry: the elements it looked at, the derivative by each and its error.

    `left_out`: places of elements without one right value: it cannot be judged, or (`many`) several are
    right.
    """

    indices: list[Index]
    analytic: Array
    values: Array
    errors: Array
    left_out: set[int] = field(default_factory=set)
    many: int = 0


class Comparison:
    """The comparison of a whole gradient at a point; gathers notes.

    `precision` is the tolerance that narrow dtypes ask for (0: none), `cost` the time of one evaluation.
    """

    def __init__(self, point: Point, precision: float, cost: float, seconds: float) -> None:
        self.point = point
        self.precision = precision
        self.notes: list[str] = []
        self.is_smooth = point.is_smooth()
        self.method = COMPLEX if self.is_smooth and point.takes_complex() else DIFFERENCES
        count = sum(SAMPLE if e.size > WHOLE else e.size for e in point.entries)
        expected = count * cost * (1.5 if self.method == COMPLEX else 20)
        self.share = min(1.0, seconds / max(expected, 1e-9))
        self.deadline = time.perf_counter() + seconds

    def check(self, number: int, gradient: Array) -> Checked:
        """Compare the gradient of one entry."""
        entry = self.point.entries[number]
        count = SAMPLE if entry.size > WHOLE else entry.size
        indices = self.point.indices(number, max(min(count, 4), int(count * self.share)))
        wrong = ""
        if len(indices) < entry.size:
            wrong = self._along_directions(number, gradient)
            self.notes.append(
                f"{entry.name} has {entry.size:,} elements: {len(indices)} of them, drawn at random, and "
                f"{DIRECTIONS} random directions over all were checked"
            )
        found = self._by_complex_steps(number, gradient, indices) if self.method == COMPLEX else None
        if found is None:
            self.method = DIFFERENCES
            found = self._by_differences(number, gradient, indices)
        checked = self._compared(number, found, bool(wrong))
        self.notes += filter(None, [wrong, "" if checked.ok else _hint(entry, found)])
        return checked

    def _by_complex_steps(self, number: int, gradient: Array, indices: list[Index]) -> Numeric | None:
        """The entry by complex steps; None where finite differences do not bear out a disagreement."""
        point = self.point
        values = [point.complex_slope(number, index) for index in indices]
        if not all(map(math.isfinite, values)):
            return None
        found = Numeric(indices, _picked(gradient, indices), np.array(values), np.zeros(len(indices)))
        if not self._compared(number, found).ok:
            found.errors = np.array(point.jitter(number, indices, values))
            again = self._compared(number, found)
            if not again.ok and again.worst is not None and not point.confirms(number, again.worst):
                return None
        return found

    def _by_differences(self, number: int, gradient: Array, indices: list[Index]) -> Numeric:
        """The entry by finite differences, until the time is up."""
        slopes: list[Slope] = []
        for index in indices:
            if len(slopes) >= 4 and time.perf_counter() > self.deadline:
                name = self.point.entries[number].name
                self.notes.append(f"time was up: of {name} only {len(slopes)} elements were checked")
                break
            slopes.append(self.point.real_slope(number, index))
        indices = indices[: len(slopes)]
        values, errors = np.array([s.value for s in slopes]), np.array([s.error for s in slopes])
        found = Numeric(indices, _picked(gradient, indices), values, errors)
        self._look_again(number, found)
        return found

    def _look_again(self, number: int, found: Numeric) -> None:
        """Elements that disagree: is it a kink, a jump, the edge of the domain, or a slope measured badly?"""
        point, entry = self.point, self.point.entries[number]
        scale = float(np.max(np.abs(found.values[np.isfinite(found.values)]), initial=0.0))
        kinks: list[tuple[Index, Kink]] = []
        edges: list[Index] = []
        unsettled: list[Index] = []
        for i, agrees in self._suspects(found, scale):
            index, a, n = (
                found.indices[i],
                float(found.analytic[i]),
                Slope(float(found.values[i]), float(found.errors[i])),
            )
            f, size = point.line(number, index), point.size(number, index)
            bend = point.kink(f, size)
            if bend is not None:
                kinks.append((index, bend))
                n = min(bend.left, bend.right, key=lambda s: abs(s.value - a))
                if bend.allows(a):
                    found.left_out.add(i)
                    found.many += 1
            elif not agrees:
                n = point.second_look(f, size, n)
                if not n.is_known:
                    n = point.from_one_side(f, size)
                    if n.error <= 1e-3 * abs(n.value):
                        edges.append(index)
                    else:
                        n = NO_SLOPE
                large = max(abs(n.value), abs(a) if math.isfinite(a) else 0.0, 1e-6 * scale)
                is_vague = not n.error <= max(1e-3 * large, 1e-6 * point.variation / size)
                if is_vague and not abs(a - n.value) > TRUST * n.error:
                    found.left_out.add(i)
                    unsettled.append(index)
            found.values[i], found.errors[i] = n.value, n.error
        self._note(entry, kinks, edges, unsettled)

    def _suspects(self, found: Numeric, scale: float) -> Iterator[tuple[int, bool]]:
        """The places of elements to look at again, the worst first; when the time is up the rest is left out.

        Where the function is not smooth that is all of them: in the middle of a kink anything may agree.
        """
        off = np.abs(found.analytic - found.values)
        large = np.fmax(np.abs(found.analytic), np.abs(found.values))
        sharp = found.errors <= 1e-4 * np.maximum(np.abs(found.values), 1e-6 * scale)
        same = (found.values == 0.0) & (off == 0.0)
        agrees = same | (sharp & (off <= 1e-6 * large + TRUST * found.errors))
        off[np.isnan(off)] = np.inf
        off[agrees] = -1.0
        for count, i in enumerate(np.argsort(-off, kind="stable")):
            if agrees[i] and self.is_smooth:
                return
            if count < 4 or time.perf_counter() < self.deadline:
                yield int(i), bool(agrees[i])
            elif not agrees[i]:
                found.left_out.add(int(i))

    def _note(self, entry: Entry, kinks: list[tuple[Index, Kink]], edges: list[Index], unsettled: list[Index]) -> None:
        for index, bend in kinks[:3]:
            self.notes.append(
                f"not smooth at {entry.element(index)}: the slope is {bend.left.value:.6g} to the left and "
                f"{bend.right.value:.6g} to the right; any value between is a subgradient"
            )
        if len(kinks) > 3:
            self.notes.append(f"not smooth in {len(kinks) - 3} more elements of {entry.name} either")
        if edges:
            self.notes.append(f"at the edge of the function's domain in {_listed(entry, edges)}: seen from one side")
        if unsettled:
            self.notes.append(
                f"differences do not settle at {_listed(entry, unsettled)} "
                "(a jump, an infinite slope, noise): not checked"
            )

    def _along_directions(self, number: int, gradient: Array) -> str:
        """Random directions over a whole entry: the sentence to say where the gradient disagrees, or nothing.

        They lean towards the gradient: in one at right angles to it a lost factor would not show.
        """
        point, entry = self.point, self.point.entries[number]
        length = float(np.mean(point.sizes[number]))
        for _ in range(DIRECTIONS):
            u = np.where(point.random.random(entry.shape) < 0.5, np.sign(gradient), point.signs(number))
            ray = point.ray({number: length * u})
            expected = length * float(np.sum(gradient * u))
            relative = max(TOLERANCES[DIFFERENCES], self.precision)
            allowed = relative * length * _norm(gradient)
            slope = point.second_look(ray, 1.0, NO_SLOPE)
            if not slope.is_known or abs(slope.value - expected) <= allowed + TRUST * slope.error:
                continue
            bend = point.kink(ray, 1.0)
            if bend is None or not bend.allows(expected):
                return (
                    f"along a random direction over all of {entry.name} the slope is {slope.value:.9g}, "
                    f"by the gradient it would be {expected:.9g}"
                )
        return ""

    def _compared(self, number: int, found: Numeric, wrong: bool = False) -> Checked:
        """The figures of one entry and the verdict on it.

        In norm the tolerance holds; for single elements it is a thousand times wider relative to the element
        (which may be a small difference of large terms), so that a small wrong element in a large gradient
        is seen.
        """
        entry = self.point.entries[number]
        tolerance = max(TOLERANCES[self.method], self.precision)
        kept = [i for i in range(len(found.indices)) if i not in found.left_out]
        if not kept:
            done = not wrong and (found.many > 0 or entry.size == 0)
            return Checked(entry.name, entry.shape, found.many, 0.0, None, 0.0, 0.0, 0.0, tolerance, 0.0, done)
        a, n, errors = found.analytic[kept], found.values[kept], found.errors[kept]
        off = np.where(a == n, 0.0, np.abs(a - n))
        off[~np.isfinite(off)] = np.inf
        large = np.fmax(np.abs(a), np.abs(n))
        errors = errors + np.array([self.point.noise(number, found.indices[i]) for i in kept]) / TRUST
        allowed = tolerance * (1e3 * large + 1e-3 * np.max(large[np.isfinite(large)], initial=0.0)) + TRUST * errors
        excess = np.divide(off, allowed, out=np.where(off > 0, np.inf, 0.0), where=(allowed > 0) & np.isfinite(allowed))
        place = int(np.argmax(excess if np.max(excess) > 1 else off))
        size, error, distance = _norm(a) + _norm(n), _norm(errors), _norm(off)
        is_zero = size <= TRUST * error and math.isfinite(distance)
        right = math.isfinite(distance) and distance <= tolerance * size + TRUST * error and np.max(excess) <= 1
        return Checked(
            entry.name,
            entry.shape,
            len(kept) + found.many,
            0.0 if is_zero or distance == 0 else distance / size if math.isfinite(distance) else math.inf,
            found.indices[kept[place]],
            float(a[place]),
            float(n[place]),
            float(off[place] / (abs(a[place]) + abs(n[place]))) if off[place] > 0 else 0.0,
            tolerance,
            error,
            bool(right and not wrong),
        )


def _picked(gradient: Array, indices: Sequence[Index]) -> Array:
    return np.array([gradient[index] for index in indices], dtype=float)


def _norm(values: Array) -> float:
    """The Euclidean norm, without overflow."""
    top = float(np.max(np.abs(values), initial=0.0))
    if top == 0.0 or not math.isfinite(top):
        return top
    return top * float(np.sqrt(np.sum((values / top) ** 2)))


def _listed(entry: Entry, indices: Sequence[Index]) -> str:
    shown = ", ".join(map(entry.element, indices[:3]))
    return shown if len(indices) <= 3 else f"{shown} and {len(indices) - 3} more"


def _hint(entry: Entry, found: Numeric) -> str:
    """What a wrong gradient looks like, where it is off by something simple."""
    a, n = found.analytic, found.values
    size = _norm(n)
    if len(a) < 2 or size == 0.0 or found.left_out or not (np.isfinite(a).all() and np.isfinite(n).all()):
        return ""
    square = len(entry.shape) == 2 and entry.shape == entry.shape[::-1] and len(a) == entry.size
    if square and _norm(a.reshape(entry.shape).T.ravel() - n) <= 1e-5 * size:
        return f"{entry.name}: the gradient is the transpose of what it should be"
    factor = float(np.dot(a / size, n / size))
    if factor == 0.0 or _norm(a - factor * n) > 1e-5 * _norm(a):
        return ""
    if abs(factor + 1) < 1e-4:
        return f"{entry.name}: the sign is wrong, every element is the negative of what it should be"
    whole = round(factor if abs(factor) > 1 else 1 / factor)
    if abs((factor if abs(factor) > 1 else 1 / factor) - whole) > 1e-4:
        return ""
    written = whole if abs(factor) > 1 else f"1/{whole}" if whole > 0 else f"−1/{-whole}"
    why = "a lost factor, or a mean for a sum?"
    return f"{entry.name}: every element is {written} times what it should be ({why})"
