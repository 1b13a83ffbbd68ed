"""How training is begun: what weights are drawn anew, how far from 0, and how long the steps may be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from whygrad.differentiation.reverse import Derivative
from whygrad.program import evaluate

RATES = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 5e-3, 2e-3, 1e-3, 5e-4, 2e-4, 1e-4, 1e-5, 1e-6, 1e-8)
STEPS = 10
"""So many steps have to go down with a rate that is suggested (fewer, where steps are dear)."""
MOST, NUMBERS = 2_500, 600_000
"""So many steps of Programs are run for that at most, which make so many numbers."""


def drawn(values: Sequence[Any]) -> tuple[float, list[bool]]:
    """From the initial parameters: half the width of the interval around 0 that weights are drawn from, and which of
    them are kept as they are (biases of zeros, gains of ones)."""
    arrays = [np.asarray(value, dtype=float) for value in values]
    kept = [bool(np.all(a == a.flat[0])) if a.size > 1 else not np.any(a) for a in arrays]
    weights = [a.ravel() for a, keep in zip(arrays, kept, strict=True) if not keep]
    if not weights:
        return 1.0, kept
    entries = np.concatenate(weights)
    entries = entries[np.isfinite(entries)]
    if not entries.any():
        return 1.0, kept
    spread = math.sqrt(3 * float(np.mean(entries**2)))  # of uniform numbers with that mean square
    if 0.75 <= spread <= 1.25 and np.abs(entries).max() <= 1:
        return 1.0, kept
    return float(f"{spread:.2g}"), kept


def suggested_rate(derivative: Derivative) -> float:
    """The largest of some round numbers with which the first steps of gradient descent all go down; where steps are too
    dear to find it, one well below those that did not."""
    program, values = derivative.program, derivative.values
    given = {i: values[i] for i in program.inputs}
    start, *slopes = (values[i] for i in program.outputs)
    size = sum(int(getattr(values[i], "size", 1)) for step in program.steps for i in step.outputs)
    runs = max(4, min(MOST // len(program.steps), NUMBERS // size))
    tried = min(STEPS, runs // 2)
    if not np.isfinite(start):
        return RATES[-1]
    for rate in RATES:
        at, loss, down = dict(given), float(start), slopes
        for _ in range(tried):
            at |= {v: at[v] - rate * g for v, g in zip(derivative.wrt, down, strict=True)}
            try:
                with np.errstate(all="ignore"):
                    value, *down = evaluate(program, [at[i] for i in program.inputs])
            except Exception:  # overflow, a singular matrix, an index out of bounds: too far
                break
            runs -= 1
            if not value <= loss:
                break
            loss = float(value)
        else:
            return rate
        if runs <= 0:
            return rate / 10
    return RATES[-1]
