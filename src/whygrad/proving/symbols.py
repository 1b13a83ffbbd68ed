"""A Program run on SymPy symbols: every entry of every array becomes an expression.

Arrays are NumPy arrays of SymPy expressions. What a step does to them stands in one table, primitive -> emitter, for
what acts on each element and what compares; the linear rows run as they are, for NumPy adds and multiplies expressions
as it does numbers; every other row through its body. Floats are taken as they are written: 0.1 is 1/10. What is true or
false is 1 or 0.

Where the code chooses by value (an index that depends on an argument, the order of a sort), the choice of the given
point is kept and noted: what follows holds on this branch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import sympy

from whygrad.errors import UnsupportedError
from whygrad.program import Program, Span, Step
from whygrad.program.building import Builder
from whygrad.proving import matrices
from whygrad.proving.corners import same, stair, step
from whygrad.rules import lookup, row_of
from whygrad.rules.formula import emit
from whygrad.rules.row import Row

Array = Any
"""A NumPy array of SymPy expressions."""

HALF = sympy.Rational(1, 2)
IRRATIONAL = {
    float(number): number
    for number in (
        sympy.pi,
        sympy.pi / 180,
        180 / sympy.pi,
        sympy.sqrt(sympy.pi) / 2,
        2 / sympy.sqrt(sympy.pi),
        1 / sympy.sqrt(2 * sympy.pi),
        sympy.sqrt(2 * sympy.pi),
        sympy.sqrt(2),
        1 / sympy.sqrt(2),
        sympy.log(2),
        sympy.log(10),
        sympy.log(2 * sympy.pi),
        sympy.E,
    )
}
"""The numbers that a float of 17 digits stands for where it is the nearest to one of them."""


def _power(x: Any, n: Any) -> Any:
    return x**n


def _above(x: Any, y: Any) -> Any:
    return step(x - y)


def _floor(x: Any) -> Any:
    return stair(x)


def _maximum(x: Any, y: Any) -> Any:
    return y + step(x - y) * (x - y)


def _minimum(x: Any, y: Any) -> Any:
    return y + step(y - x) * (x - y)


def _absolute(x: Any) -> Any:
    return x * (2 * step(x) - 1)


def _where(c: Any, x: Any, y: Any) -> Any:
    return x if c == 1 else y if c == 0 else y + c * (x - y)


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + sympy.exp(-x))


def _truth(x: Any) -> Any:
    return 1 - same(x)


ELEMENTS: dict[str, Callable[..., Any]] = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "negative": lambda x: -x,
    "positive": lambda x: x,
    "power": _power,
    "float_power": _power,
    "exp": sympy.exp,
    "exp2": lambda x: 2**x,
    "exp10": lambda x: 10**x,
    "expm1": lambda x: sympy.exp(x) - 1,
    "log": sympy.log,
    "log2": lambda x: sympy.log(x) / sympy.log(2),
    "log10": lambda x: sympy.log(x) / sympy.log(10),
    "log1p": lambda x: sympy.log(1 + x),
    "logaddexp": lambda x, y: sympy.log(sympy.exp(x) + sympy.exp(y)),
    "logaddexp2": lambda x, y: sympy.log(2**x + 2**y) / sympy.log(2),
    "sqrt": sympy.sqrt,
    "cbrt": lambda x: x ** sympy.Rational(1, 3),
    "square": lambda x: x**2,
    "reciprocal": lambda x: 1 / x,
    "hypot": lambda x, y: sympy.sqrt(x**2 + y**2),
    "sin": sympy.sin,
    "cos": sympy.cos,
    "tan": sympy.tan,
    "arcsin": sympy.asin,
    "arccos": sympy.acos,
    "arctan": sympy.atan,
    "arctan2": sympy.atan2,
    "sinh": sympy.sinh,
    "cosh": sympy.cosh,
    "tanh": sympy.tanh,
    "arcsinh": lambda x: sympy.log(x + sympy.sqrt(x**2 + 1)),
    "arccosh": lambda x: sympy.log(x + sympy.sqrt(x**2 - 1)),
    "arctanh": lambda x: (sympy.log(1 + x) - sympy.log(1 - x)) / 2,
    "sinc": lambda x: sympy.sin(sympy.pi * x) / (sympy.pi * x),
    "degrees": lambda x: x * 180 / sympy.pi,
    "rad2deg": lambda x: x * 180 / sympy.pi,
    "radians": lambda x: x * sympy.pi / 180,
    "deg2rad": lambda x: x * sympy.pi / 180,
    "expit": _sigmoid,
    "log_expit": lambda x: -sympy.log(1 + sympy.exp(-x)),
    "logit": lambda x: sympy.log(x) - sympy.log(1 - x),
    "erf": sympy.erf,
    "erfc": lambda x: 1 - sympy.erf(x),
    "gamma": sympy.gamma,
    "gammaln": sympy.loggamma,
    "digamma": lambda x: sympy.polygamma(0, x),
    "psi": lambda x: sympy.polygamma(0, x),
    "xlogy": lambda x, y: x * sympy.log(y),
    "xlog1py": lambda x, y: x * sympy.log(1 + y),
    "entr": lambda x: -x * sympy.log(x),
    "rel_entr": lambda x, y: x * sympy.log(x / y),
    "kl_div": lambda x, y: x * sympy.log(x / y) - x + y,
    "cosm1": lambda x: sympy.cos(x) - 1,
    "erfinv": sympy.erfinv,
    "erfcinv": sympy.erfcinv,
    "polygamma": lambda x, n: sympy.polygamma(n, x),
    "i0": lambda x: sympy.besseli(0, x),
    "i1": lambda x: sympy.besseli(1, x),
    "iv": lambda x, n: sympy.besseli(n, x),
    "j0": lambda x: sympy.besselj(0, x),
    "j1": lambda x: sympy.besselj(1, x),
    "jv": lambda x, n: sympy.besselj(n, x),
    "absolute": _absolute,
    "fabs": _absolute,
    "sign": lambda x: 2 * step(x) - 1,
    "heaviside": lambda x, y: step(x),
    "maximum": _maximum,
    "minimum": _minimum,
    "fmax": _maximum,
    "fmin": _minimum,
    "clip": lambda x, low, high: _minimum(_maximum(x, low), high),
    "where": _where,
    "floor": _floor,
    "ceil": lambda x: -stair(-x),
    "rint": lambda x: stair(x + HALF),
    "trunc": lambda x: step(x) * stair(x) - (1 - step(x)) * stair(-x),
    "floor_divide": lambda x, y: stair(x / y),
    "remainder": lambda x, y: x - y * stair(x / y),
    "nearest_remainder": lambda x, y: x - y * stair(x / y + HALF),
    "greater": _above,
    "greater_equal": lambda x, y: 1 - step(y - x),
    "less": lambda x, y: step(y - x),
    "less_equal": lambda x, y: 1 - step(x - y),
    "equal": lambda x, y: same(x - y),
    "not_equal": lambda x, y: 1 - same(x - y),
    "logical_and": lambda x, y: _truth(x) * _truth(y),
    "logical_or": lambda x, y: 1 - (1 - _truth(x)) * (1 - _truth(y)),
    "logical_xor": lambda x, y: _truth(x) + _truth(y) - 2 * _truth(x) * _truth(y),
    "logical_not": lambda x: same(x),
    "isnan": lambda x: sympy.S.Zero,
    "isinf": lambda x: sympy.S.Zero,
    "isfinite": lambda x: sympy.S.One,
    "signbit": lambda x: step(-x),
    "copysign": lambda x, y: _absolute(x) * (2 * step(y) - 1),
    "ldexp": lambda x, k: x * 2**k,
}
"""What acts on each element by itself, on one SymPy expression (or several), the row's parameters behind them.
Comparisons hold off their corners."""


def _others(x: Array, axis: Any) -> Array:
    """For each entry the product of the others along the axes."""
    axes = tuple(a % x.ndim for a in np.atleast_1d(axis))
    made = np.empty(x.shape, object)
    for place in np.ndindex(*x.shape):
        line = [p for p in np.ndindex(*x.shape) if all(a in axes or p[a] == place[a] for a in range(x.ndim))]
        made[place] = sympy.Mul(*(x[p] for p in line if p != place))
    return made


def _total(x: Array, axis: Any, keepdims: bool) -> Array:
    return np.sum(x, axis=axis, keepdims=keepdims)


def _exponentials(x: Array) -> Array:
    return np.frompyfunc(sympy.exp, 1, 1)(x)


def _along(function: Callable[[Sequence[Any]], Any]) -> Callable[..., Array]:
    """A reduction over axes by a function of the entries in order."""

    def reduced(x: Array, axis: Any, keepdims: bool = False) -> Array:
        axes = tuple(range(x.ndim)) if axis is None else tuple(a % x.ndim for a in np.atleast_1d(axis))
        kept = [n for n in range(x.ndim) if n not in axes]
        rows = np.transpose(x, (*kept, *axes)).reshape([x.shape[n] for n in kept] + [-1])
        result = np.empty(rows.shape[:-1], object)
        for place in np.ndindex(*result.shape):
            result[place] = function(list(rows[place]))
        return np.expand_dims(result, axes) if keepdims else result

    return reduced


def by_pairs(function: Callable[[Any, Any], Any], entries: Sequence[Any]) -> Any:
    """A reduction of pairs, of pairs of pairs, …: one after the other, each step would double what is written."""
    if len(entries) == 1:
        return entries[0]
    half = len(entries) // 2
    return function(by_pairs(function, entries[:half]), by_pairs(function, entries[half:]))


ARRAYS: dict[str, Callable[..., Array]] = {
    "sum": _total,
    "mean": lambda x, axis, keepdims: _total(x, axis, keepdims) / (x.size // max(1, np.size(_total(x, axis, True)))),
    "max": _along(lambda entries: by_pairs(_maximum, entries)),
    "min": _along(lambda entries: by_pairs(_minimum, entries)),
    "prod": _along(lambda entries: sympy.Mul(*entries)),
    "logsumexp": _along(lambda entries: sympy.log(sympy.Add(*map(sympy.exp, entries)))),
    "softmax": lambda x, axis: _exponentials(x) / _total(_exponentials(x), axis, True),
    "log_softmax": lambda x, axis: x - ARRAYS["logsumexp"](x, axis, True),
    "all": _along(lambda entries: sympy.Mul(*map(_truth, entries))),
    "any": _along(lambda entries: 1 - sympy.Mul(*(1 - _truth(e) for e in entries))),
    "count_nonzero": _along(lambda entries: sympy.Add(*map(_truth, entries))),
    "spread": lambda g, x: np.broadcast_to(g, x.shape),
    **matrices.ARRAYS,
    "sum_where": lambda x, c, axis, keepdims: _total(x * c, axis, keepdims),
    "products_of_others": lambda x, axis: _others(x, axis),
    "length": lambda *xs: sympy.sqrt(sympy.Add(*(x.item() ** 2 for x in xs))),
    "fsum": lambda *xs: sympy.Add(*(x.item() for x in xs)),
    "nan_to_num": lambda x, *others: x,
    "vander": lambda x, n, increasing: np.stack([x**k for k in (range(n) if increasing else range(n)[::-1])], axis=-1),
}
"""What acts on whole arrays, and takes operands and parameters as the row has them."""

AS_IT_IS = {"einsum", "cumprod", "shifted", "shifted_back", "horner", "horner_back"}
"""Rows that are not linear, whose evaluator only adds, multiplies and moves."""
BY_KIND = ("linear", "bilinear")
INDEX = "*index"
WHOLE = ("i", "k")
"""Operands of these names are whole numbers."""


@dataclass(slots=True)
class Run:
    """The values of a Program on symbols. `branches`: choices by value that were kept as the given point has them."""

    values: list[Array]
    moving: set[int]
    """The variables that depend on a symbol."""
    branches: list[str] = field(default_factory=list)


def as_array(value: Any) -> Array:
    """Any value as an array of SymPy expressions."""
    if isinstance(value, np.ndarray) and value.dtype == object:
        flat = [exact(v) for v in value.flat]
    else:
        flat = [exact(v) for v in np.asarray(value, dtype=object).flat]
    made = np.empty(len(flat), object)
    made[:] = flat
    return made.reshape(np.shape(value))


def exact(number: Any) -> Any:
    """One number as SymPy takes it exactly: a float is the decimal that is written for it, unless it is what comes
    nearest to 1/3, to log 2 or their kin."""
    if isinstance(number, sympy.Basic):
        return number
    if isinstance(number, np.ndarray):
        return exact(number.item())
    if isinstance(number, (bool, np.bool_, int, np.integer)):
        return sympy.Integer(int(number))
    if isinstance(number, (complex, np.complexfloating)):
        raise UnsupportedError("complex numbers cannot be proved yet", instead="compute with two real arrays")
    if np.isnan(number):
        return sympy.nan
    if np.isinf(number):
        return sympy.oo if number > 0 else -sympy.oo
    for value, meant in IRRATIONAL.items():
        if abs(abs(number) - value) <= 3e-16 * value:
            return meant if number > 0 else -meant
    near = Fraction(float(number)).limit_denominator(100)
    return sympy.Rational(near.numerator, near.denominator) if float(near) == number else sympy.Rational(str(number))


def symbols_for(name: str, shape: tuple[int, ...]) -> Array:
    """A symbol for every entry of an array of this name: w[0,1]; a number is its own name."""
    made = np.empty(shape, object)
    for place in np.ndindex(*shape):
        label = f"{name}[{','.join(map(str, place))}]" if place else name
        made[place] = sympy.Symbol(label, real=True)
    return made


def run(program: Program, given: dict[int, Array], concrete: Sequence[Any]) -> Run:
    """The Program on symbols. `given`: the arrays of symbols, by variable (what a step makes may be among them and is
    not computed then); every other input and constant is what it is in `concrete`, the values of all variables at a
    point."""
    values: list[Array] = [None] * len(program.variables)
    done = Run(values, {i for i, array in given.items() if any(e.free_symbols for e in array.flat)})
    for index in (*program.inputs, *(c.index for c in program.constants)):
        values[index] = given[index] if index in given else as_array(concrete[index])
    for one in program.steps:
        if one.body is not None:
            raise UnsupportedError("a loop cannot be proved yet", instead="derive without it")
        if one.output in given:
            values[one.output] = given[one.output]
            continue
        operands = [values[i] for i in one.inputs]
        moved = not done.moving.isdisjoint(one.inputs)
        values[one.output] = as_array(_step(done, one, operands, concrete) if moved else concrete[one.output])
        if moved and any(e.free_symbols for e in values[one.output].flat):
            done.moving.add(one.output)
    return done


def _step(done: Run, one: Step, operands: list[Array], concrete: Sequence[Any]) -> Array:
    name, row = one.primitive.name, row_of(one.primitive)
    if name in ELEMENTS:
        return np.frompyfunc(lambda *entries: ELEMENTS[name](*entries, *one.params), len(operands), 1)(*operands)
    if name == "bincount":
        counted = np.asarray(concrete[one.inputs[0]])
        return np.array([np.sum(operands[1][counted == n]) for n in range(np.size(concrete[one.output]))], object)
    if name == "arange":
        return operands[0] + operands[2] * np.arange(np.size(concrete[one.output]))
    if name == "cast":
        return _cast(done, one, operands[0], concrete)
    if name.startswith("bitwise_") or name == "invert":
        return _logic(done, one, operands, concrete)
    if name in ARRAYS:
        return ARRAYS[name](*operands, *one.params)
    if row is not None and row.kind == "nondiff":
        return _kept(done, one, concrete)
    if name in ("sort", "partition"):
        return _ordered(done, one, operands[0], concrete)
    if row is not None and (row.kind in BY_KIND or not row.formulas or name in AS_IT_IS):
        for n in range(len(operands)):
            if is_index(row, n) and np.result_type(concrete[one.inputs[n]]).kind in "iub":
                operands[n] = np.asarray(concrete[one.inputs[n]])
                if one.inputs[n] in done.moving:
                    _note(done, one, "the places read or written are those of the given point")
        return one.primitive.evaluate(*operands, *one.params)
    if row is not None and row.body:
        return _by_body(row, one, operands, concrete)
    raise UnsupportedError(
        f"{name.removeprefix('opaque ')} has no form in symbols: nothing can be proved about it",
        place=one.origin if isinstance(one.origin, Span) else None,
        instead="derive the part without it",
    )


def is_index(row: Row, number: int) -> bool:
    """Is operand number `number` an index, of which the row only asks the place?"""
    name = row.operand_name(number)
    return (name == INDEX.lstrip("*") and INDEX in row.operands) or (name not in row.formulas and name in WHOLE)


def _by_body(row: Row, one: Step, operands: list[Array], concrete: Sequence[Any]) -> Array:
    """The row through its body: a Program of other rows, run on the same symbols."""
    from whygrad.program.building import variable_of

    numbers = [concrete[i] for i in one.inputs]
    start = Program(tuple(map(variable_of, numbers)), tuple(range(len(numbers))), (), (), ())
    builder = Builder(start, numbers)
    inner = Step(one.primitive, start.inputs, one.params, (-1,))
    result = emit(row.parsed["body"], row.bound(inner, 0), builder, lookup)
    program = builder.finish([result], row.name)
    return run(program, dict(enumerate(operands)), builder.values).values[result]


def _ordered(done: Run, one: Step, x: Array, concrete: Sequence[Any]) -> Array:
    """A sort moves the entries about; where to, the given point decides."""
    _note(done, one, f"{one.primitive.name} orders the entries as at the given point")
    axis = one.params[-1]
    numbers = np.asarray(concrete[one.inputs[0]])
    if one.primitive.name == "sort":
        order = np.argsort(numbers, axis=axis, kind="stable")
    else:
        order = np.argpartition(numbers, one.params[0], axis=axis)
    return np.take_along_axis(x, order, axis)


def _cast(done: Run, one: Step, x: Array, concrete: Sequence[Any]) -> Array:
    kind = np.dtype(one.params[0]).kind
    if kind == "f" or np.result_type(concrete[one.inputs[0]]).kind in "iub":
        return x if kind != "b" else np.frompyfunc(_truth, 1, 1)(x)
    return _kept(done, one, concrete)


def _logic(done: Run, one: Step, operands: list[Array], concrete: Sequence[Any]) -> Array:
    """&, | and ~ of what is true or false; of whole numbers they are kept as they are."""
    if any(np.result_type(concrete[i]).kind != "b" for i in one.inputs):
        return _kept(done, one, concrete)
    functions: dict[str, Callable[..., Any]] = {
        "bitwise_and": lambda x, y: x * y,
        "bitwise_or": lambda x, y: x + y - x * y,
        "bitwise_xor": lambda x, y: x + y - 2 * x * y,
        "invert": lambda x: 1 - x,
    }
    return np.frompyfunc(functions[one.primitive.name], len(operands), 1)(*operands)


def _kept(done: Run, one: Step, concrete: Sequence[Any]) -> Any:
    """A choice by value, as the given point has it."""
    _note(done, one, f"{one.primitive.name} chooses as it does at the given point")
    return concrete[one.output]


def _note(done: Run, one: Step, text: str) -> None:
    place = one.origin if isinstance(one.origin, Span) else None
    where = f" in {place.text} (line {place.line})" if place and place.text else ""
    if f"{text}{where}" not in done.branches:
        done.branches.append(f"{text}{where}")
