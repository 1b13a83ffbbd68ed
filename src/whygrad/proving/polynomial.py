"""Polynomials in atoms with rational exponents, as plain data: what can be said without knowing what the atoms are."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy

Number = int | Fraction
Monomial = tuple[tuple[int, Number], ...]
"""The numbers of the atoms, ascending, each with its exponent, which is not 0."""
Polynomial = dict[Monomial, Number]

ONE: Monomial = ()


def constant(c: Fraction) -> Polynomial:
    return {ONE: int(c) if c.denominator == 1 else c} if c else {}


def as_constant(p: Polynomial) -> Number | None:
    if not p:
        return 0
    return p[ONE] if len(p) == 1 and ONE in p else None


def key_of(p: Polynomial) -> frozenset[Any]:
    return frozenset(p.items())


def leading(p: Polynomial) -> Monomial:
    """The greatest monomial: the newest atom decides, then the one before it."""
    return max(p, key=lambda m: m[::-1])


def multiplied(one: Monomial, other: Monomial) -> Monomial:
    if not one:
        return other
    if not other:
        return one
    exponents = dict(one)
    for a, e in other:
        total = exponents.get(a, 0) + e
        if total:
            exponents[a] = total
        else:
            del exponents[a]
    return tuple(sorted(exponents.items()))


def raised(m: Monomial, q: Number) -> Monomial:
    return tuple((a, plain(e * q)) for a, e in m)


def plain(q: Number) -> Number:
    return int(q) if isinstance(q, Fraction) and q.denominator == 1 else q


def without(m: Monomial, atom: int) -> Monomial:
    return tuple(pair for pair in m if pair[0] != atom)


def divides(part: Monomial, m: Monomial) -> bool:
    exponents = dict(m)
    return all(exponents.get(a, 0) >= e for a, e in part)


def is_even(e: Number) -> bool:
    return e == int(e) and int(e) % 2 == 0


def primes(c: Fraction) -> dict[int, int]:
    """The prime factors of a positive rational number."""
    above = sympy.factorint(c.numerator)
    below = sympy.factorint(c.denominator)
    return {int(p): int(above.get(p, 0) - below.get(p, 0)) for p in {*above, *below} if p != 1}
