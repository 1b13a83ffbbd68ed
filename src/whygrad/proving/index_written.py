"""Proofs that nobody has to write: of what acts on each element, from SymPy's derivative and the row's own formula.

    y = tanh(x)
    ∂y/∂x = 1 − tanh(x)² = 1 − y²
    ∂L/∂x = g · (1 − y²)

They are written in the language of index_form.py, and checked like every other proof.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy

from whygrad.proving.corners import same, stair, step
from whygrad.proving.rows import UNPROVED, derivative_of
from whygrad.proving.symbols import run, symbols_for
from whygrad.rules import Row

SUM, PRODUCT, POWER, WHOLE = 1, 2, 3, 4
"""How tightly what is written binds."""
NAMES = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "atan2": "arctan2", "loggamma": "gammaln"}
SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def proof_of(row: Row) -> tuple[str, ...]:
    """The lines of a row's proof: those that stand in the row, or, for an elementwise row, generated ones. None for a
    row through which no gradient passes, and for those that are not proved."""
    if row.proof or row.kind != "elementwise" or row.name in UNPROVED:
        return row.proof
    return tuple(_elementwise(row))


def _elementwise(row: Row) -> Iterator[str]:
    params = row.samples[0].params
    if params:
        yield f"where {', '.join(f'{n} = {v!r}' for n, v in zip(row.primitive.params, params, strict=True))}"
    names = list(row.operands)
    derivative = derivative_of(row, [()] * len(names), params)
    program, y = derivative.program, row.output
    g = next(c.index for c in program.constants if c.path == "g")
    given = {n: symbols_for(name, ()) for n, name in enumerate(names) if _is_float(derivative.values[n])}
    given[g] = symbols_for("g", ())
    output = next(s.output for s in program.steps if s.primitive is row.primitive)
    value = run(program, given, derivative.values).values[output].item()
    named = run(program, given | {output: symbols_for(y, ())}, derivative.values)
    yield f"{y} = {written(value)}"
    for v, out in zip(derivative.wrt, program.outputs[1:], strict=True):
        symbol, upstream = given[v].item(), given[g].item()
        slope = _off_corners(named.values[out].item().subs(upstream, 1))
        sides = dict.fromkeys((written(_tidy(sympy.diff(value, symbol))), written(slope)))
        yield f"∂{y}/∂{names[v]} = {' = '.join(sides)}"
        yield f"∂L/∂{names[v]} = {_upstream(slope)}"


def _is_float(value: Any) -> bool:
    import numpy as np

    return bool(np.result_type(value).kind == "f")


def _off_corners(slope: Any) -> Any:
    """The slope where nothing is 0 by chance: [x = 0] is 0."""
    return slope.replace(lambda e: isinstance(e, same), lambda _: sympy.S.Zero)


def _tidy(slope: Any) -> Any:
    """The derivative as SymPy gives it, or its simpler form, where that is much shorter."""
    short = min((sympy.together(slope), sympy.cancel(slope)), key=lambda e: len(written(e)))
    return short if len(written(short)) + 8 < len(written(slope)) else slope


def _upstream(slope: Any) -> str:
    """g · slope"""
    if slope == 0 or slope == 1:
        return "g" if slope else "0"
    negative = all(term.could_extract_minus_sign() for term in sympy.Add.make_args(slope))
    slope = -slope if negative else slope
    above, below = _fraction(slope)
    product = "g" if above == 1 else f"g · {_inside(above, PRODUCT)}"
    return f"{'−' if negative else ''}{product}" + (f" / {_inside(below, POWER)}" if below != 1 else "")


def written(expression: Any) -> str:
    """A SymPy expression in the language of proofs."""
    return _write(expression)[0]


def _inside(expression: Any, binds: int) -> str:
    """The expression where it stands as part of something that binds so tightly."""
    text, own = _write(expression)
    return text if own >= binds else f"({text})"


def _write(e: Any) -> tuple[str, int]:
    if e.is_Symbol or e.is_Integer:
        return str(e).replace("-", "−"), WHOLE if not e.is_Integer or e >= 0 else SUM
    if e is sympy.pi:
        return "π", WHOLE
    if e is sympy.E:
        return "exp(1)", WHOLE
    if e.is_Rational:
        return f"{e.p}/{e.q}".replace("-", "−"), SUM if e.p < 0 else PRODUCT
    if e.is_Add:
        return _sum(e), SUM
    if e.is_Mul:
        return _product(e)
    if e.is_Pow:
        return _power(e)
    if isinstance(e, (step, same)):
        return _bracket(e), WHOLE
    if isinstance(e, stair):
        return f"⌊{written(e.args[0])}⌋", WHOLE
    if isinstance(e, sympy.Function):
        if isinstance(e, sympy.polygamma) and e.args[0] == 0:
            return f"digamma({written(e.args[1])})", WHOLE
        name = e.func.__name__
        return f"{NAMES.get(name, name)}({', '.join(map(written, e.args))})", WHOLE
    raise ValueError(f"{e} has no form in the language of proofs")


def _sum(e: Any) -> str:
    terms = e.as_ordered_terms()
    terms.sort(key=lambda t: t.could_extract_minus_sign())  # begin with a plus, if there is one
    text = ""
    for term in terms:
        minus = term.could_extract_minus_sign()
        sign = ("−" if not text else " − ") if minus else " + " if text else ""
        text += sign + _inside(-term if minus else term, PRODUCT)
    return text


def _fraction(e: Any) -> tuple[Any, Any]:
    """What stands above and below the line: only what is a power with a negative exponent stands below."""
    above, below = [], []
    for factor in sympy.Mul.make_args(e):
        base, exponent = factor.as_base_exp()
        if factor.is_Rational and not factor.is_Integer:
            above += [sympy.Integer(factor.p)] if factor.p != 1 else []
            below.append(sympy.Integer(factor.q))
        elif exponent.is_Rational and exponent < 0 and not isinstance(factor, sympy.exp):
            below.append(base**-exponent)
        else:
            above.append(factor)
    return sympy.Mul(*above), sympy.Mul(*below)


def _product(e: Any) -> tuple[str, int]:
    if e.could_extract_minus_sign():
        return f"−{_inside(-e, PRODUCT)}", SUM
    above, below = _fraction(e)
    factors = sorted(sympy.Mul.make_args(above), key=_place)
    text = " ".join(_inside(f, POWER) for f in factors if f != 1) or "1"
    if below == 1:
        return text, PRODUCT
    return f"{text} / {_inside(below, POWER)}", PRODUCT


def _place(factor: Any) -> int:
    """Numbers come first, then names; logarithms of numbers and sums come last: 2 π x log(2) (1 + y)."""
    if factor.is_Rational:
        return 0
    if factor.is_number:
        return 3 if isinstance(factor, sympy.log) else 1
    return 4 if factor.is_Add else 2


def _power(e: Any) -> tuple[str, int]:
    base, exponent = e.as_base_exp()
    if exponent == sympy.Rational(1, 2):
        return f"sqrt({written(base)})", WHOLE
    if exponent.is_Rational and exponent < 0:
        return f"1 / {_inside(base**-exponent, POWER)}", PRODUCT
    inside = _inside(base, WHOLE)
    if exponent.is_Integer:
        return inside + str(exponent).translate(SUPERSCRIPT), POWER
    text = written(exponent)
    return f"{inside}^{text if exponent.is_Symbol else f'{{{text}}}'}", POWER


def _bracket(e: Any) -> str:
    """[x > 0], [x > y], [x = y]"""
    (z,) = e.args
    sign = ">" if isinstance(e, step) else "="
    positive = [t for t in sympy.Add.make_args(z) if not t.could_extract_minus_sign()]
    negative = [-t for t in sympy.Add.make_args(z) if t.could_extract_minus_sign()]
    return f"[{written(sympy.Add(*positive))} {sign} {written(sympy.Add(*negative))}]"
