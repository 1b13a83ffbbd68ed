"""Two ways to know a gradient without deriving it: the complex step, and extrapolated differences.

Both only ever call the plain function. The complex step is exact to rounding, but needs code that
carries an imaginary part through: no float buffers, no abs, no math module. Elsewhere central
differences are extrapolated to step zero.

    J. N. Lyness, C. B. Moler, Numerical differentiation of analytic functions, SIAM J. Numer.
        Anal. 4 (1967): f'(x) = Im f(x + ih) / h + O(h²), with nothing subtracted.
    C. J. F. Ridders, Accurate computation of F'(x) and F'(x)F''(x), Adv. Eng. Software 4 (1982).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from .case import Case, Tree, copied_leaf, is_float, leaves, rebuilt

COMPLEX_STEP = 1e-30
RIDDERS_STEP = 1 / 16
RIDDERS_ROWS = 10
RIDDERS_TRUST = 1e-9


class OracleError(Exception):
    """The oracle cannot vouch for its own answer; the case needs another point or another oracle."""


def numeric_gradient(case: Case) -> tuple[Tree, ...]:
    """The gradient by the oracle that the case names, one entry a position in `case.positions`.

    Each entry has the structure of its argument; its leaves are float64 (Python floats where the
    argument has scalars), also for float32 arguments, which are widened before the function runs.
    """
    return complex_gradient(case) if case.oracle == "complex" else ridders_gradient(case)


def complex_gradient(case: Case, step: float = COMPLEX_STEP) -> tuple[Tree, ...]:
    """The gradient by an imaginary perturbation of one element at a time.

    Raises OracleError where the imaginary part is lost on the way (NumPy warns of the cast).
    """

    def derivative(run: Callable[[complex], Any]) -> float:
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            try:
                return float(np.imag(run(1j * step))) / step
            except np.exceptions.ComplexWarning as warning:
                raise OracleError(f"{case.name}: the imaginary part was dropped") from warning

    return _gradient(case, complex, derivative)


def ridders_gradient(case: Case, step: float = RIDDERS_STEP) -> tuple[Tree, ...]:
    """The gradient by extrapolated central differences, starting from the given step.

    Raises OracleError where the extrapolation's own error estimate exceeds RIDDERS_TRUST times the
    largest entry of the gradient.
    """
    worst = 0.0

    def derivative(run: Callable[[complex], Any]) -> float:
        nonlocal worst
        estimate, error = ridders(lambda move: float(run(move)), step)
        worst = max(worst, error)
        return estimate

    gradient = _gradient(case, float, derivative)
    if not worst <= RIDDERS_TRUST * max(1.0, largest(gradient)):
        raise OracleError(f"{case.name}: differences settle only to {worst:.1e}")
    return gradient


def ridders(f: Callable[[float], float], step: float) -> tuple[float, float]:
    """f'(0) and an estimate of its error, by Richardson's extrapolation of central differences.

    The step is halved row by row; column j has the first j even powers of the step eliminated. Of
    all entries the one with the least estimated error is taken: its distance to both neighbours
    that it was made of, plus what rounding does to the difference at its step. Entries of the
    lower rows only use small steps, so a kink within the first steps is left behind.
    """
    best, best_error = np.nan, np.inf
    above: list[float] = []
    for row in range(RIDDERS_ROWS):
        with np.errstate(all="ignore"):
            right, left = f(step), f(-step)
        rounding = 2 * np.finfo(float).eps * max(abs(right), abs(left)) / step
        current = [(right - left) / (2 * step)]
        for column in range(1, row + 1):
            factor = 4.0**column
            entry = (factor * current[-1] - above[column - 1]) / (factor - 1)
            error = max(abs(entry - current[-1]), abs(entry - above[column - 1])) + rounding
            current.append(entry)
            if error < best_error:
                best, best_error = entry, error
        above = current
        step /= 2
    return best, best_error


def largest(gradient: Tree) -> float:
    """The largest absolute entry anywhere in a structure; 0 for an empty one."""
    sizes = [np.max(np.abs(leaf), initial=0.0) for leaf in leaves(gradient) if is_float(leaf)]
    return float(max(sizes, default=0.0))


def _gradient(case: Case, kind: type, derivative: Callable[[Callable[[complex], Any]], float]) -> tuple[Tree, ...]:
    """Ask `derivative` about each element in turn, and put the answers into the arguments' shape."""
    flat = [_widened(leaf, kind) for leaf in leaves(case.args)]
    owner = [i for i, argument in enumerate(case.args) for _ in leaves(argument)]

    def gradient_leaf(place: int) -> Any:
        if not is_float(list(leaves(case.args))[place]):
            raise OracleError(f"{case.name}: argument {owner[place]} mixes floats and other data")

        def run_moved(index: tuple[int, ...], move: complex) -> Any:
            moved = [copied_leaf(leaf) for leaf in flat]
            if isinstance(moved[place], np.ndarray):
                moved[place][index] += move
            else:
                moved[place] += kind(move)
            return case.function(*rebuilt(case.args, iter(moved)))

        answers = np.empty(np.shape(flat[place]))
        for index in np.ndindex(answers.shape):
            answers[index] = derivative(partial(run_moved, index))
        return answers if isinstance(flat[place], np.ndarray) else float(answers)

    def gradient_leaves(position: int) -> Iterator[Any]:
        return (gradient_leaf(place) for place, i in enumerate(owner) if i == position)

    return tuple(rebuilt(case.args[i], gradient_leaves(i)) for i in case.positions)


def _widened(leaf: Any, kind: type) -> Any:
    """A float leaf as float64 or complex128, array or Python scalar; other leaves as they are."""
    if not is_float(leaf):
        return leaf
    return leaf.astype(kind, order="K") if isinstance(leaf, np.ndarray) else kind(leaf)
