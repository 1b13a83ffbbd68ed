"""A derived backward pass against SymPy: every entry of every gradient is the partial derivative, exactly.

The derived Program, forward steps and backward steps, runs on symbols. The loss becomes one expression, and so does
each entry of each gradient; SymPy differentiates the loss; `algebra` decides whether the two are equal. An entry is
"proved" where it says so, "refuted" only where exact numbers differ at a point, and "undecided" otherwise.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import sympy

from whygrad.differentiation.reverse import Derivative
from whygrad.errors import TooLongError, UnsupportedError
from whygrad.program import Program
from whygrad.proving.algebra import Algebra, Undecidable
from whygrad.proving.domain import domain
from whygrad.proving.proof import PROVED, REFUTED, SHOWN, UNDECIDED, Entry, Proof, counted, readable, shown
from whygrad.proving.sizes import LARGEST, PRINTED, operations, value_of
from whygrad.proving.symbols import Array, as_array, exact, is_index, run, symbols_for
from whygrad.rules import row_of

MOST_ENTRIES = 5_000
"""More numbers than this in all steps together are not written out as expressions."""
SECONDS = 60.0
DIGITS = 50
ROUNDING = 1e-13
"""Two derivatives that differ by less than this may differ by the rounding of a number in a rule: undecided."""
METHOD = (
    "Equality is decided exactly: both sides are written as polynomials in the symbols and in the exponentials, "
    "logarithms and roots of them, with rational coefficients, and these are compared term by term."
)


def prove_derivative(
    derivative: Derivative,
    *,
    names: Callable[[int], str | None] | None = None,
    conditions: Sequence[str] = (),
    forward: str = "",
    backward: str = "",
    seconds: float = SECONDS,
) -> Proof:
    """Prove the gradients of a derivation, entry by entry.

    Arguments:
        derivative: the derived Program, with its values at a point (shapes and branches are theirs).
        names: the printed name of a variable, None where it has none; default the Program's own.
        conditions: what the derivation holds for, in words; they become assumptions of the proof.
        forward, backward: the code of both passes, to be shown.
        seconds: about how long to go on; entries not reached by then are undecided.

    Raises:
        TooLongError: the arrays are too large to write out. UnsupportedError: a step has no form in symbols.
    """
    started = time.perf_counter()
    program = derivative.program
    named = names or (lambda i: program.variables[i].name or None)

    def label(index: int) -> str:
        return named(index) or program.label(index)

    _check_size(program)
    free, given, limits = _symbols(derivative, label)
    values = run(program, given, derivative.values)
    algebra = Algebra()
    algebra.deadline = started + seconds
    loss = values.values[derivative.output].item()
    assumptions = [*conditions, *values.branches, *domain(derivative, values, algebra, label)]
    entries: list[Entry] = []
    point = {s: exact(np.asarray(derivative.values[i]).flat[p]) for i, p, s in _places(free, derivative.values)}
    faithful = _faithful(loss, point, derivative.values[derivative.output])
    readable_values = _readable(derivative, given, named)
    claims = []
    for v, g in zip(derivative.wrt, program.outputs[1:], strict=True):
        shape = np.shape(derivative.values[v])
        name = label(v)
        indices = ",".join("ijklmnpq"[: len(shape)])
        at = f"[{indices}]" if shape else ""
        claims.append(f"d{name}{at} = ∂{program.name}/∂{name}{at}")
        for place in np.ndindex(*shape):
            symbol = free[v][place]
            derived = values.values[g][place]
            short = readable_values[g][place] if readable_values is not None else derived
            left = seconds - (time.perf_counter() - started)
            entries.append(_entry(loss, symbol, derived, short, algebra, point, faithful, left))
    symbols = tuple((label(i), array.shape) for i, array in free.items())
    return Proof(
        program.name,
        tuple(claims),
        symbols,
        tuple(dict.fromkeys([*limits, *assumptions])),
        tuple(entries),
        METHOD,
        time.perf_counter() - started,
        forward,
        backward,
    )


def _check_size(program: Program) -> None:
    total = sum(int(np.prod(v.shape, dtype=np.int64)) for v in program.variables)
    if total > MOST_ENTRIES:
        largest = max(program.variables, key=lambda v: int(np.prod(v.shape, dtype=np.int64)))
        raise TooLongError(
            f"a proof writes out every entry of every step, and there are {total:,} of them "
            f"(at most {MOST_ENTRIES:,}); the largest array, {largest.name or 'a value in between'}, "
            f"is {shown(largest.shape)}",
            instead="derive with small arrays, two or three entries an axis: "
            "the derived lines are the same for every size",
        )


# Which entries are free


def _symbols(
    derivative: Derivative, label: Callable[[int], str]
) -> tuple[dict[int, Array], dict[int, Array], list[str]]:
    """The free symbols by variable, what runs in their place (a label that is 1 minus the others), and, in words, what
    is not free."""
    program, values = derivative.program, derivative.values
    fixed = _needed_as_numbers(program, values)
    assumed = {a.variable: a for a in derivative.assumptions}
    free: dict[int, Array] = {}
    given: dict[int, Array] = {}
    limits: list[str] = []
    captured = [c.index for c in program.constants if c.kind == "captured" and c.index < derivative.forward_variables]
    used = {i for one in program.steps for i in one.inputs}
    for index in (*program.inputs, *captured):
        kind = np.result_type(values[index]).kind
        if index not in used and index not in derivative.wrt:
            continue
        if kind not in "fiu" or (index in fixed and index not in derivative.wrt):
            if kind in "fiu":
                limits.append(f"{label(index)} is as it is given")
            continue
        own = symbols_for(label(index), np.shape(values[index]))
        assumption = assumed.get(index)
        if assumption is None:
            free[index] = given[index] = own
        elif assumption.constrained is not None:
            constrained = as_array(assumption.constrained(own))
            dropped = {e for e in own.flat if e not in set(constrained.flat)}
            given[index] = constrained
            if not dropped:
                free[index] = own
        else:
            limits.append(f"{label(index)} is as it is given")
    return free, given, limits


def _needed_as_numbers(program: Program, values: Sequence[Any]) -> set[int]:
    """The variables that are used as indices, exponents or conditions, and what these are made of, as far as it is
    whole numbers: they stay what they are."""
    needed: set[int] = set()
    for one in reversed(program.steps):
        row = row_of(one.primitive)
        if one.output in needed:
            needed.update(i for i in one.inputs if np.result_type(values[i]).kind in "iub")
        if row is None:
            continue
        if row.kind == "nondiff":
            needed.update(i for i in one.inputs if np.result_type(values[i]).kind in "iub")
        for n, i in enumerate(one.inputs):
            if is_index(row, n) or (row.name == "power" and n == 1 and np.result_type(values[i]).kind in "iu"):
                needed.add(i)
    return needed


# The comparison


def _entry(
    loss: Any,
    symbol: Any,
    derived: Any,
    short: Any,
    algebra: Algebra,
    point: Mapping[Any, Any],
    faithful: str,
    seconds: float,
) -> Entry:
    name, text = str(symbol), written(short)
    if seconds <= 0:
        return Entry(name, UNDECIDED, "the time was up", text)
    size = operations(loss)
    if size > LARGEST:
        return Entry(name, UNDECIDED, f"written out, the loss has {size:,} operations, too many to differentiate", text)
    slope = sympy.diff(loss, symbol)
    if faithful:
        return Entry(name, UNDECIDED, faithful, text, written(slope))
    try:
        how = algebra.equal(slope, derived)
        reason = "their normal forms differ"
    except Undecidable as problem:
        how, reason = "", str(problem)
    if how:
        return Entry(name, PROVED, how, text, written(slope))
    return _judged(name, slope, derived, text, point, reason)


def _judged(name: str, slope: Any, derived: Any, text: str, point: Mapping[Any, Any], reason: str) -> Entry:
    """Not seen to be equal: do the numbers differ?"""
    agreeing, digits = 0, DIGITS - 10
    for number, at in enumerate(_points(point)):
        one, other = value_at(slope, at), value_at(derived, at)
        if one is None or other is None:
            continue
        if abs(one - other) > ROUNDING * (1 + abs(one)):
            where = "at the given point" if number == 0 else f"at {_described(slope, derived, at)}"
            evidence = f"{where} the backward pass gives {sympy.N(other, 12)}, the derivative is {sympy.N(one, 12)}"
            return Entry(name, REFUTED, reason, text, written(slope), evidence)
        agreeing += 1
        digits = min(digits, DIGITS - 10 if one == other else int(-sympy.log(abs(one - other) / (1 + abs(one)), 10)))
    evidence = f"{reason}; at {counted(agreeing, 'point')} they agree to {digits} digits" if agreeing else f"{reason}"
    return Entry(name, UNDECIDED, reason, text, written(slope), evidence)


def written(expression: Any) -> str:
    """SymPy's derivative, or, where it is too long to be read, how long it is."""
    size = operations(expression)
    if size <= PRINTED:
        text = readable(expression)
        if len(text) <= SHOWN:
            return text
    terms = len(sympy.Add.make_args(expression))
    inside = f"a sum of {terms} terms" if terms > 1 else "one product"
    return f"({inside}, {size:,} operations)"


def _points(point: Mapping[Any, Any]) -> Iterator[Mapping[Any, Any]]:
    """The given point, and points near it."""
    yield point
    rng = np.random.default_rng(0)
    for _ in range(4):
        yield {s: x + sympy.Rational(int(rng.integers(-99, 100)), 1000) for s, x in point.items()}


def _described(one: Any, other: Any, at: Mapping[Any, Any]) -> str:
    met = sorted(one.free_symbols | other.free_symbols, key=str)
    return ", ".join(f"{s} = {at[s]}" for s in met[:6]) + (", …" if len(met) > 6 else "")


def value_at(expression: Any, point: Mapping[Any, Any]) -> Any:
    """The expression's value at a point of rational numbers, in 50 digits; None where it has none."""
    if operations(expression) > PRINTED:
        found = value_of(expression, point, DIGITS)
    else:
        found = sympy.N(expression.xreplace(dict(point)), DIGITS)
    return found if found.is_number and found.is_real and found.is_finite else None


def _faithful(loss: Any, point: Mapping[Any, Any], value: Any) -> str:
    """Is the expression the function? Its value at the given point has to be NumPy's; the complaint, or empty."""
    found = value_at(loss, point)
    if found is not None and not abs(float(found) - float(value)) <= 1e-4 * (1 + abs(float(value))):
        return f"the forward pass in symbols gives {float(found):.6g} at the given point, NumPy {float(value):.6g}"
    return ""


def _places(free: Mapping[int, Array], values: Sequence[Any]) -> Iterator[tuple[int, int, Any]]:
    return ((i, p, s) for i, array in free.items() for p, s in enumerate(array.flat))


def _readable(
    derivative: Derivative, given: Mapping[int, Array], named: Callable[[int], str | None]
) -> list[Array] | None:
    """The values of the backward steps in terms of the forward variables that have a name."""
    program = derivative.program
    met: dict[int, Array] = dict(given)
    for one in program.steps[: derivative.split]:
        variable, name = program.variables[one.output], named(one.output)
        if name and variable.dtype.kind == "f" and one.output != derivative.output:
            met[one.output] = symbols_for(name, variable.shape)
    try:
        return run(program, met, derivative.values).values
    except (UnsupportedError, TypeError, ValueError):
        return None
