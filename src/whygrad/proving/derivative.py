"""The check that every newly derived Program gets, once: a few evaluations along one random direction.

The forward steps are run again at points on both sides, x ± h·u; the author's function is not. The slope
that they show is compared with the sum of gradient · u. If the two disagree at a kink (a comparison flips,
or the slopes to both sides differ), the check moves to a smooth point near by, where the derived Program is
run as well.
"""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from whygrad.differentiation.reverse import Derivative
from whygrad.errors import VerificationError
from whygrad.program import Program, Step, evaluate, evaluate_all
from whygrad.proving.differences import EPSILON, NO_SLOPE, TRUST, Slope, kink, slope
from whygrad.proving.point import NOT_HERE, shifted, sizes_of
from whygrad.rules import row_of

LARGEST = 10_000_000
"""Programs that are given more numbers than this are not checked."""
TOLERANCES = {2: 2e-2, 4: 1e-4, 8: 1e-6}
"""What gradient and slope may differ by, relative, by the bytes of the narrowest float in the Program."""
STEP = 2.0**-9
"""The step of the first look, in units of the variables' own sizes."""
FINEST = 2.0**-44
"""Steps below this one are lost in the rounding of the point itself."""
MOVES = 6
"""How many smooth points near by are looked for."""


def verify_derivative(derivative: Derivative) -> tuple[str, ...]:
    """Compare a derivative with its own forward Program along one random direction (the same at every run).

    Returns notes for the reader: none where all is well, one where the point is not smooth or nothing could
    be compared (values that are not finite, more than 10⁷ numbers). Takes four evaluations of the forward
    steps in the common case.

    Raises:
        VerificationError: the gradient and the slope disagree at a point where the Program is smooth.
    """
    wrt = list(derivative.wrt)
    values = derivative.values
    program = derivative.program
    given = (*program.inputs, *(c.index for c in program.constants))
    if sum(np.size(values[i]) for i in given if i < len(values)) > LARGEST:
        return ("not verified: more than 10⁷ numbers go in",)
    gradients = [values[i] for i in program.outputs[1:]]
    if not all(np.isfinite(v).all() for v in (values[derivative.output], *gradients)):
        return ("not verified: the value or the gradient is not finite",)
    if not any(np.size(values[i]) for i in wrt):
        return ()
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return _verified(_Forward.of(derivative), derivative, gradients)


@dataclass(slots=True)
class _Forward:
    """The forward steps as a function of the variables of `wrt` alone, in double precision."""

    program: Program
    rest: list[Any]
    base: list[Any]
    units: list[Any]
    """The direction of the check."""

    @classmethod
    def of(cls, derivative: Derivative) -> _Forward:
        whole, wrt = derivative.program, derivative.wrt
        moving, steps = set(wrt), []
        for step in whole.steps[: derivative.split]:
            # A chain of writes shares one memory: what an older version held is computed again, not looked up.
            if not moving.isdisjoint(step.inputs) or step.primitive.name == "setitem":
                moving.update(step.outputs)
                steps.append(step)
        rest = tuple(dict.fromkeys(i for s in steps for i in s.inputs if i not in moving))
        if derivative.output not in moving:
            rest = (*rest, derivative.output)
        program = Program(whole.variables, (*wrt, *rest), (), tuple(steps), (derivative.output,), (), whole.name)
        base = [_wide(derivative.values[i]) for i in wrt]
        gradients = [derivative.values[i] for i in whole.outputs[1:]]
        units = [_direction(i, b, g) for i, (b, g) in enumerate(zip(base, gradients, strict=True))]
        return cls(program, [_wide(derivative.values[i]) for i in rest], base, units)

    def arguments(self, base: Sequence[Any], t: float) -> list[Any]:
        moved = [shifted(b, t * u) if t else b for b, u in zip(base, self.units, strict=True)]
        return [*moved, *self.rest]

    def at(self, base: Sequence[Any], t: float) -> float:
        """The output at base + t·u; nan where it is not defined."""
        try:
            return float(evaluate(self.program, self.arguments(base, t))[0])
        except NOT_HERE:
            return math.nan

    def epsilon(self) -> float:
        """The precision of the coarsest floats that the steps make, though all that goes in is in double."""
        values = evaluate_all(self.program, self.arguments(self.base, 0.0))
        dtypes = (np.result_type(values[i]) for step in self.program.steps for i in step.outputs)
        return max((float(np.finfo(dtype).eps) for dtype in dtypes if dtype.kind == "f"), default=EPSILON)

    def choices(self, base: Sequence[Any], t: float) -> list[Any] | None:
        """What was decided on the way: which was the larger, which branch of an abs; None where not
        defined."""
        try:
            values = evaluate_all(self.program, self.arguments(base, t))
        except NOT_HERE:
            return None
        return [_choice(step, values) for step in self.program.steps if _decides(step)]


def _verified(forward: _Forward, derivative: Derivative, gradients: Sequence[Any]) -> tuple[str, ...]:
    narrowest = min(v.dtype.itemsize for v in derivative.program.variables if v.dtype.kind == "f")
    tolerance = TOLERANCES.get(narrowest, 1e-6)
    expected, scale = _along(gradients, forward.units)
    here = forward.at(forward.base, 0.0)
    if not math.isfinite(here):
        return ("not verified: in double precision the value is not finite",)

    epsilon = forward.epsilon() if narrowest < 8 else EPSILON
    steps = (2.0**-6, 2.0**-14, 2.0**-22) if epsilon == EPSILON else (2.0**-3, 2.0**-5)
    noise = 8 * epsilon * abs(here) / steps[0]

    def sharp(found: Slope, change: float) -> Slope:
        """Only a slope that is known to a thousandth, or to next to nothing, can accuse or acquit."""
        enough = max(1e-3 * max(scale, abs(found.value)), 1e-6 * change, noise)
        return found if TRUST * found.error <= enough else NO_SLOPE

    def agrees(found: Slope, expected: float, scale: float) -> bool:
        allowed = tolerance * max(scale, abs(found.value)) + TRUST * found.error + noise
        return abs(found.value - expected) <= allowed

    f = functools.partial(forward.at, forward.base)
    if epsilon == EPSILON and agrees(sharp(_quick(f), 0.0), expected, scale):
        return ()
    closer = slope(f, 1.0, steps=steps, epsilon=epsilon)
    if not closer.is_known:
        return ("not verified: the function is not defined on both sides of this point",)
    change = 64 * max(filter(math.isfinite, (abs(f(t) - here) for t in (-(2.0**-6), 2.0**-6))), default=0.0)
    if agrees(sharp(closer, change), expected, scale):
        return ()
    bends = kink(f, here, 1.0, epsilon=epsilon) is not None or _flip(forward, forward.base, STEP * 2.0**-10)
    if not bends and agrees(closer, expected, scale):
        return ("not verified: differences do not settle here",)
    if not bends:
        fine = 2.0**-19  # no decision differs that near: where some do further off, only this near counts
        if epsilon == EPSILON and _flip(forward, forward.base, steps[0]):
            closer = slope(f, 1.0, steps=(fine, 2.0**-22), epsilon=epsilon)
            if agrees(sharp(closer, change), expected, scale):
                return ()
        step = _resolving(f, here, expected)
        if step < steps[-1]:
            closer = slope(f, 1.0, steps=(step, step / 16), epsilon=epsilon)
            if abs(closer.value - expected) <= 1e-3 * abs(expected):
                return ("verified to about three digits: the function turns too fast for differences to tell more",)
            if step < FINEST or not closer.is_known or TRUST * closer.error > abs(closer.value - expected) / 2:
                return ("not verified: the function turns faster than differences can follow",)
        raise _disagreement(derivative, expected, closer.value)
    how = "not verified in so low a precision" if epsilon > EPSILON else _near_by(forward, derivative, agrees)
    return (f"not smooth at this point: the rules pick one of its slopes; {how}",)


def _resolving(f: Callable[[float], float], here: float, expected: float) -> float:
    """A step in which a function with that slope stays well within the range that its values have around.

    A fast oscillation, sin(10⁹ x), looks flat or anyhow to wider steps: they skip whole periods.
    """
    around = [abs(f(sign * k * 2.0**-10) - here) for k in (3, 5, 7, 11, 16) for sign in (-1, 1)]
    reach = max(filter(math.isfinite, around), default=0.0)
    if reach == 0.0 or expected == 0.0:
        return math.inf
    return 2.0 ** math.floor(math.log2(reach / (8 * abs(expected))))


def _near_by(forward: _Forward, derivative: Derivative, agrees: Callable[[Slope, float, float], bool]) -> str:
    """The check at a smooth point near by: what became of it, as the end of a sentence."""
    for attempt in range(MOVES):
        length, seed = 10.0 ** -(attempt % 3 + 2), 1000 * (attempt + 1)
        base = [shifted(b, length * _direction(seed + i, b)) for i, b in enumerate(forward.base)]
        step = 2.0**-14
        found = None if _flip(forward, base, step) else _gradients_at(derivative, base)
        along = functools.partial(forward.at, base)
        there = slope(along, 1.0, steps=(step, 2.0**-20)) if found is not None else NO_SLOPE
        if found is None or not there.is_known:
            continue
        expected, scale = _along(found, forward.units)
        if agrees(there, expected, scale):
            return "verified at a smooth point near by"
        if kink(along, along(0.0), step) is None:
            raise _disagreement(derivative, expected, there.value)
    return "not verified, as no smooth point was found near by"


def _quick(f: Any) -> Slope:
    """The slope from four evaluations: two central differences, extrapolated."""
    wide = (f(STEP) - f(-STEP)) / (2 * STEP)
    fine = (f(STEP / 2) - f(-STEP / 2)) / STEP
    value = (4 * fine - wide) / 3
    if not math.isfinite(value):
        return NO_SLOPE
    return Slope(value, abs(value - fine) * STEP)


def _along(gradients: Sequence[Any], units: Sequence[Any]) -> tuple[float, float]:
    """The slope along the direction by the gradients, and the size that such a sum of random signs has."""
    shares = [np.asarray(g, float) * u for g, u in zip(gradients, units, strict=True)]
    return float(sum(np.sum(s) for s in shares)), math.sqrt(sum(float(np.sum(s * s)) for s in shares))


def _gradients_at(derivative: Derivative, base: Sequence[Any]) -> list[Any] | None:
    """The derived Program at another point."""
    program, moved = derivative.program, dict(zip(derivative.wrt, base, strict=True))
    arguments = [moved.get(i, derivative.values[i]) for i in program.inputs]
    try:
        found = evaluate(program, arguments)[1:]
    except NOT_HERE:
        return None
    return found if all(np.isfinite(g).all() for g in found) else None


def _flip(forward: _Forward, base: Sequence[Any], step: float) -> bool:
    """Does any decision differ between the two sides of a point, or the point itself?"""
    sides = [forward.choices(base, t) for t in (-step, 0.0, step)]
    if any(side is None for side in sides):
        return True
    left, middle, right = (side or [] for side in sides)
    return any(not (np.array_equal(a, b) and np.array_equal(b, c)) for a, b, c in zip(left, middle, right, strict=True))


def _decides(step: Step) -> bool:
    row = row_of(step.primitive)
    return row is not None and (row.kind == "nondiff" or not row.smooth)


def _choice(step: Step, values: Sequence[Any]) -> Any:
    """What a step decided: which operand is larger, where the largest is, the sign; or its flat output."""
    row = row_of(step.primitive)
    assert row is not None
    operands = [values[i] for i in step.inputs]
    if row.kind == "nondiff":
        return values[step.output]
    if len(operands) == 2:
        return np.sign(np.subtract(*operands))
    if "axis" in step.primitive.params:
        axis, keepdims = step.params[:2]
        largest = values[step.output]
        return operands[0] == (largest if keepdims or axis is None else np.expand_dims(largest, axis))
    return np.sign(operands[0])


def _disagreement(derivative: Derivative, expected: float, measured: float) -> VerificationError:
    return VerificationError(
        f"the gradient derived for {derivative.program.name} does not agree with differences: along a random "
        f"direction it says {expected:.9g}, the values say {measured:.9g}",
        instead="this is a defect of whygrad: please report it with the function",
    )


def _wide(value: Any) -> Any:
    """The value, floats in double precision."""
    dtype = np.result_type(value)
    if dtype.kind != "f" or dtype == np.float64:
        return value
    return value.astype(np.float64)


def _direction(seed: int, base: Any, gradient: Any = 0.0) -> Any:
    """A random direction; in each element about as long as the element, or as its fellows where it is zero.

    Three signs of four are the gradient's own: in a direction that is nearly at right angles to the gradient
    a lost factor would not show.
    """
    shape = np.shape(base)
    length, sign, uphill = _uniform(seed, (3, *shape))
    drawn = np.copysign(0.5 + 0.5 * length, sign - 0.5)
    drawn = np.where((uphill < 0.5) & (np.asarray(gradient) != 0), np.copysign(drawn, gradient), drawn)
    absolute = np.abs(base)
    lengths = np.where(absolute > 0, absolute, sizes_of(base))
    return drawn * lengths if shape else float(drawn * lengths)


def _uniform(seed: int, shape: tuple[int, ...]) -> Any:
    """Random numbers in [0, 1): the same with every NumPy, and `numpy.random`, slow to import, is not needed.

    G. L. Steele, D. Lea, C. H. Flood, Fast splittable pseudorandom number generators, OOPSLA 2014
    (SplitMix64).
    """
    bits = np.arange(math.prod(shape), dtype=np.uint64) + np.uint64((seed + 1) << 40)
    bits *= np.uint64(0x9E3779B97F4A7C15)
    bits ^= bits >> np.uint64(30)
    bits *= np.uint64(0xBF58476D1CE4E5B9)
    bits ^= bits >> np.uint64(27)
    bits *= np.uint64(0x94D049BB133111EB)
    bits ^= bits >> np.uint64(31)
    return (bits >> np.uint64(11)).reshape(shape) * 2.0**-53
