"""Exact algebra: when are two SymPy expressions equal? Both are written in a normal form, in which equals look alike.

A normal form is a polynomial with rational coefficients in *atoms*. What is no sum, product or power of other things
is an atom: a symbol, exp(m), log(s), sin(s), a step [s > 0]. So is a sum that something is divided by, or that a root
is taken of, and each atom brings the law by which it is simplified:

    exp       exp(2a + b) is exp(a)² exp(b), a monomial; exp(c log s) is sᶜ
    log       log(a b) is log a + log b where a, b > 0; log(exp(a)) is a
    a sum s   s¹ is written out; s⁻¹ · (the leading term of s) is 1 − s⁻¹ · (the rest of s)
    sin       sin² is 1 − cos²
    a step    [s > 0]² is [s > 0]; [−s > 0] is 1 − [s > 0]; both hold where s ≠ 0

Every rewriting is an equation, so what is found equal is equal. Where the two forms differ all the same, denominators
are cleared: the remaining polynomials are equal only if their terms are, for exponentials, logarithms and symbols are
algebraically independent unless one of the laws says otherwise (R. H. Risch, Amer. J. Math. 101 (1979) 743-759).
That they differ is not taken from here: prove.py looks for a point at which the numbers do.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sympy

from whygrad.proving.polynomial import (
    ONE,
    Monomial,
    Number,
    Polynomial,
    as_constant,
    constant,
    divides,
    is_even,
    key_of,
    leading,
    multiplied,
    primes,
    raised,
    without,
)

LARGEST = 5_000
"""More terms than this in one polynomial are not worked with."""


class Undecidable(Exception):
    """The algebra does not know how to go on: nothing is claimed."""


@dataclass(frozen=True, slots=True)
class Atom:
    """Something that the polynomials take as a whole. `inside` is what it is a function of; `lead` the leading term
    of a sum."""

    kind: str
    inside: Polynomial = field(default_factory=dict)
    lead: Monomial = ONE
    positive: bool = False


class Algebra:
    """A set of atoms, and the normal forms in them."""

    def __init__(self, largest: int = LARGEST) -> None:
        self.atoms: list[Atom] = []
        self.largest = largest
        self.deadline = math.inf
        """When to give up, on the clock of time.perf_counter."""
        self._numbers: dict[Any, int] = {}
        self._forms: dict[Any, Polynomial] = {}
        self._rewritten: dict[Monomial, list[tuple[Monomial, Number]] | None] = {}

    def equal(self, one: Any, other: Any) -> str:
        """How the two expressions are seen to be equal; empty where they are not."""
        if one == other:
            return "they are the same expression"
        difference = self.plus(self.form(one), self.form(other), -1)
        if not difference:
            return "they have the same normal form"
        if not self.cleared(difference):
            return "their difference, its denominators cleared, is the polynomial 0"
        return ""

    # From SymPy to normal forms

    def form(self, expression: Any) -> Polynomial:
        """The normal form of a SymPy expression."""
        waiting = [] if expression in self._forms else [expression]
        while waiting:  # small parts first, and each of them once: no deep recursion
            part = waiting[-1]
            missing = [inner for inner in part.args if inner not in self._forms]
            if missing:
                waiting.extend(missing)
            else:
                self._forms[part] = self._form(part) if part not in self._forms else self._forms[part]
                waiting.pop()
            self._look_at_the_clock()
        return self._forms[expression]

    def _form(self, e: Any) -> Polynomial:
        if isinstance(e, sympy.Rational):
            return constant(Fraction(int(e.p), int(e.q)))
        if e.is_Symbol or e is sympy.pi or e is sympy.EulerGamma or e is sympy.Catalan:
            return self._atom((e.func, e), "symbol", positive=bool(e.is_positive))
        if e is sympy.E:
            return self.exp({ONE: 1})
        given = [self.form(a) for a in e.args]
        if e.is_Add:
            return self._collected(term for form in given for term in form.items())
        if e.is_Mul:
            product: Polynomial = {ONE: 1}
            for form in given:
                product = self.times(product, form)
            return product
        if e.is_Pow:
            return self._power(given[0], given[1])
        function: Callable[..., Polynomial] | None = getattr(self, "of_" + e.func.__name__.lower(), None)
        if function is not None:
            return function(*given)
        if isinstance(e, sympy.Function) and given:
            return self._atom((e.func.__name__, *map(key_of, given)), "opaque")
        raise Undecidable(f"no normal form for {e}")

    def _power(self, base: Polynomial, exponent: Polynomial) -> Polynomial:
        constant = as_constant(exponent)
        return self.exp(self.times(exponent, self.log(base))) if constant is None else self.power(base, constant)

    def of_exp(self, z: Polynomial) -> Polynomial:
        return self.exp(z)

    def of_log(self, z: Polynomial) -> Polynomial:
        return self.log(z)

    def of_sinh(self, z: Polynomial) -> Polynomial:
        return self._scaled(self.plus(self.exp(z), self.exp(self._scaled(z, -1)), -1), Fraction(1, 2))

    def of_cosh(self, z: Polynomial) -> Polynomial:
        return self._scaled(self.plus(self.exp(z), self.exp(self._scaled(z, -1))), Fraction(1, 2))

    def of_tanh(self, z: Polynomial) -> Polynomial:
        """1 − 2/(exp(2z) + 1)"""
        below = self.plus(self.exp(self._scaled(z, 2)), {ONE: 1})
        return self.plus({ONE: 1}, self.power(below, -1), -2)

    def of_sin(self, z: Polynomial) -> Polynomial:
        cosine = self._odd(z, "cos")[0]
        sine, sign = self._odd(z, "sin", cosine)
        return self._scaled(sine, sign)

    def of_cos(self, z: Polynomial) -> Polynomial:
        return self._odd(z, "cos")[0]

    def of_tan(self, z: Polynomial) -> Polynomial:
        return self.times(self.of_sin(z), self.power(self.of_cos(z), -1))

    def _odd(self, z: Polynomial, kind: str, inside: Polynomial | None = None) -> tuple[Polynomial, int]:
        """The atom kind(±z), with the sign for which z begins with a plus; `inside` is the atom that its law names."""
        sign = -1 if z and z[leading(z)] < 0 else 1
        return self._atom((kind, key_of(self._scaled(z, sign))), kind, inside or {}), sign

    def of_abs(self, z: Polynomial) -> Polynomial:
        return self.times(z, self.of_sign(z))

    def of_sign(self, z: Polynomial) -> Polynomial:
        return self.plus(self._scaled(self.of_step(z), 2), {ONE: 1}, -1)

    def of_step(self, z: Polynomial) -> Polynomial:
        """[z > 0], for z ≠ 0."""
        self._look_at_the_clock()
        if not z:
            return {}
        indicator = self._indicator(z)
        if indicator is not None:
            return self._either(indicator, z, self.of_step)
        c, m, rest = self.split(z)
        odd = tuple((a, 1) for a, e in m if not self.atoms[a].positive and not is_even(e))
        z = self._scaled(self._collected((multiplied(odd, t), k) for t, k in rest.items()), 1 if c > 0 else -1)
        if self.is_positive(z):
            return {ONE: 1}
        if self.is_positive(self._scaled(z, -1)):
            return {}
        if z[leading(z)] < 0:
            return self.plus({ONE: 1}, self.of_step(self._scaled(z, -1)), -1)
        return self._atom(("step", key_of(z)), "step", z)

    def of_same(self, z: Polynomial) -> Polynomial:
        """[z = 0]: no, unless z is 0 whatever the symbols are."""
        self._look_at_the_clock()
        indicator = self._indicator(z)
        if indicator is not None:
            return self._either(indicator, z, self.of_same)
        return {} if self.cleared(z) else {ONE: 1}

    def _indicator(self, z: Polynomial) -> int | None:
        return max((a for m in z for a, _ in m if self.atoms[a].kind == "step"), default=None)

    def _either(self, indicator: int, z: Polynomial, function: Callable[[Polynomial], Polynomial]) -> Polynomial:
        """function(z), by cases: on one side of the indicator's corner and on the other."""
        others = {m: c for m, c in z.items() if all(a != indicator for a, _ in m)}
        inside = self._collected((tuple(p for p in m if p[0] != indicator), c) for m, c in z.items())
        yes, no = function(inside), function(others)
        one: Polynomial = {((indicator, 1),): 1}
        return self.plus(no, self.times(one, self.plus(yes, no, -1)))

    # Sums and products

    def plus(self, one: Polynomial, other: Polynomial, factor: Number = 1) -> Polynomial:
        """one + factor · other"""
        total = dict(one)
        for m, c in other.items():
            value = total.get(m, 0) + factor * c
            if value:
                total[m] = value
            else:
                total.pop(m, None)
        return total

    def _scaled(self, p: Polynomial, factor: Number) -> Polynomial:
        return {m: c * factor for m, c in p.items()} if factor else {}

    def times(self, one: Polynomial, other: Polynomial) -> Polynomial:
        self._look_at_the_clock()
        if len(one) * len(other) > 10 * self.largest:
            raise Undecidable("the polynomials grow too large")
        return self._collected((multiplied(m, n), c * d) for m, c in one.items() for n, d in other.items())

    def _collected(self, terms: Iterable[tuple[Monomial, Number]]) -> Polynomial:
        """The sum of the terms, in normal form."""
        total: Polynomial = {}
        waiting: Polynomial = {}
        for m, c in terms:
            self._add(total if self._rewrite(m) is None else waiting, m, c)
        while waiting:
            m = leading(waiting)
            c = waiting.pop(m)
            for n, d in self._rewrite(m) or ():
                self._add(total if self._rewrite(n) is None else waiting, n, c * d)
            if len(total) + len(waiting) > self.largest:
                raise Undecidable("the polynomials grow too large")
            self._look_at_the_clock()
        return total

    def _look_at_the_clock(self) -> None:
        if time.perf_counter() > self.deadline:
            raise Undecidable("the time was up")

    @staticmethod
    def _add(total: Polynomial, m: Monomial, c: Number) -> None:
        value = total.get(m, 0) + c
        if value:
            total[m] = value
        else:
            total.pop(m, None)

    def _rewrite(self, m: Monomial) -> list[tuple[Monomial, Number]] | None:
        """What the monomial is by the law of one of its atoms; None where no law applies."""
        if m not in self._rewritten:
            self._rewritten[m] = self._by_law(m)
        return self._rewritten[m]

    def _by_law(self, m: Monomial) -> list[tuple[Monomial, Number]] | None:
        for a, e in m:
            atom = self.atoms[a]
            if atom.kind == "step" and e != 1:
                if e < 0:
                    raise Undecidable("a division by something that is 0 on one side of a corner")
                return [(multiplied(without(m, a), ((a, 1),)), 1)]
            if atom.kind == "sin" and e >= 2:
                (cosine,) = atom.inside
                rest = multiplied(m, ((a, -2),))
                return [(rest, 1), (multiplied(rest, raised(cosine, 2)), -1)]
            if atom.kind == "sum":
                if len(atom.inside) == 1:  # a root of one term: what is whole of it comes out
                    whole = math.floor(e)
                    if whole:
                        ((inner, c),) = atom.inside.items()
                        out = multiplied(m, ((a, -whole),))
                        return [(multiplied(out, raised(inner, whole)), Fraction(c) ** whole)]
                elif e >= 1:
                    rest = multiplied(m, ((a, -1),))
                    return [(multiplied(rest, n), c) for n, c in atom.inside.items()]
                elif e < 0:
                    term = self._divided_out(atom, m)
                    if term is not None:
                        rest = multiplied(m, raised(term, -1))
                        c = Fraction(atom.inside[term])
                        tail = [(multiplied(rest, n), -d / c) for n, d in atom.inside.items() if n != term]
                        return [(multiplied(rest, ((a, 1),)), 1 / c), *tail]
        return None

    def _divided_out(self, atom: Atom, m: Monomial) -> Monomial | None:
        """The term of a sum s by which s⁻¹ m is rewritten; None where it is in normal form. With the newest atom a of
        s: what has a power of a at least as high as s has becomes lower, what has a⁻¹ becomes higher."""
        top, highest = atom.lead[-1]
        k = dict(m).get(top, 0)
        high = [n for n in atom.inside if n and n[-1] == (top, highest)]
        if k >= highest and len(high) == 1 and all(self.atoms[a].positive for a, _ in high[0][:-1]):
            return high[0]
        if divides(atom.lead, m):
            return atom.lead
        if k < 0:
            low = [n for n in atom.inside if not n or n[-1][0] != top]
            if len(low) == 1 and all(self.atoms[a].positive for a, _ in low[0]):
                return low[0]
        return None

    # Powers, exponentials, logarithms

    def power(self, p: Polynomial, q: Number) -> Polynomial:
        """p to a rational power."""
        q = Fraction(q)
        if q.denominator == 1 and q >= 0:
            result: Polynomial = {ONE: 1}
            for _ in range(int(q)):
                result = self.times(result, p)
            return result
        if not p:
            raise Undecidable("a division by 0")
        whole = q.denominator == 1
        c, m, rest = self.split(p, only_positive=not whole)
        if rest == {ONE: 1}:
            return self.times(self._root(c, q), self._collected([(raised(m, q), 1)]))
        if whole and rest[leading(rest)] < 0:
            c, rest = -c, self._scaled(rest, -1)
        if not whole and rest == {ONE: -1}:
            raise Undecidable("a root of a negative number")
        own = self._atom(("sum", key_of(rest)), "sum", rest, leading(rest), self.is_positive(rest))
        ((a, _),) = next(iter(own))
        return self.times(self._root(c, q), self._collected([(multiplied(raised(m, q), ((a, q),)), 1)]))

    def _root(self, c: Number, q: Fraction) -> Polynomial:
        """A rational number to a rational power: of each prime factor, what is whole comes out."""
        c = Fraction(c)
        if q.denominator == 1:
            return constant(c ** int(q))
        if c < 0:
            raise Undecidable("a root of a negative number")
        result = constant(Fraction(1))
        for prime, times in primes(c).items():
            e = times * q
            result = self._scaled(result, Fraction(prime) ** math.floor(e))
            if e != math.floor(e):
                own = self._atom(("sum", prime), "sum", {ONE: prime}, positive=True)
                ((a, _),) = next(iter(own))
                result = self.times(result, {((a, e - math.floor(e)),): 1})
        return result

    def exp(self, z: Polynomial) -> Polynomial:
        result: Polynomial = {ONE: 1}
        for m, c in z.items():
            atom = self.atoms[m[0][0]] if len(m) == 1 and m[0][1] == 1 else None
            if atom is not None and atom.kind == "log":
                factor = self.power(atom.inside, c)
            else:
                own = self._atom(("exp", m), "exp", {m: 1}, positive=True)
                ((a, _),) = next(iter(own))
                factor = {((a, c),): 1}
            result = self.times(result, factor)
        return result

    def log(self, z: Polynomial) -> Polynomial:
        if not z:
            raise Undecidable("the logarithm of 0")
        c, m, rest = self.split(z, only_positive=True)
        result: Polynomial = {}
        for prime, times in primes(Fraction(c)).items():
            result = self.plus(result, self._log_atom({ONE: prime}), times)
        for a, e in m:
            atom = self.atoms[a]
            inside = atom.inside if atom.kind == "exp" else self._log_atom(atom.inside or {((a, 1),): 1})
            result = self.plus(result, inside, e)
        if rest == {ONE: 1}:
            return result
        ((only, k),) = rest.items() if len(rest) == 1 else ((ONE, 0),)
        if k == 1 and len(only) == 1 and only[0][1] == int(only[0][1]) and only[0][1] % 2:  # x⁻¹ > 0 where x > 0
            return self.plus(result, self._log_atom({((only[0][0], 1),): 1}), only[0][1])
        return self.plus(result, self._log_atom(rest))

    def _log_atom(self, inside: Polynomial) -> Polynomial:
        return self._atom(("log", key_of(inside)), "log", inside)

    def split(self, p: Polynomial, only_positive: bool = False) -> tuple[Number, Monomial, Polynomial]:
        """p as number · monomial · rest; the rest has no factor in common, and nothing in it is divided by.

        With `only_positive` the monomial is of atoms that are above 0 wherever they are defined.
        """
        self._look_at_the_clock()
        p, m = self._whole(p, only_positive)
        common: dict[int, Number] = dict(next(iter(p)))
        for n in p:
            exponents = dict(n)
            for a in {*common, *exponents}:
                common[a] = min(common.get(a, 0), exponents.get(a, 0))
        factor = tuple(sorted((a, e) for a, e in common.items() if e and (self.atoms[a].positive or not only_positive)))
        factor = tuple((a, e) for a, e in factor if self.atoms[a].kind != "step")
        rest = self._collected((multiplied(n, raised(factor, -1)), c) for n, c in p.items())
        c: Number = rest[leading(rest)]
        if c < 0 and (len(rest) > 1 or only_positive):
            c = -c
        return c, multiplied(m, factor), self._scaled(rest, 1 / Fraction(c)) if c != 1 else rest

    def _whole(self, p: Polynomial, only_positive: bool) -> tuple[Polynomial, Monomial]:
        """p and a monomial whose product is the given polynomial: the denominators that are sums, taken out."""
        taken: Monomial = ONE
        if len(p) == 1:
            return p, taken
        while True:
            below = [
                (a, e)
                for m in p
                for a, e in m
                if e < 0 and self.atoms[a].kind == "sum" and (self.atoms[a].positive or not only_positive)
            ]
            if not below:
                return p, taken
            a = max(below)[0]
            e = math.floor(min(e for b, e in below if b == a))
            p = self._collected((multiplied(m, ((a, -e),)), c) for m, c in p.items())
            taken = multiplied(taken, ((a, e),))

    def cleared(self, p: Polynomial) -> Polynomial:
        """A polynomial that is 0 if p is: p times the denominators that are sums."""
        return self._whole(p, only_positive=False)[0] if len(p) > 1 else p

    def is_positive(self, p: Polynomial) -> bool:
        """Is p above 0 whatever the symbols are, as far as its factors tell?"""
        if not p or self._has_positive_terms(p) or len(p) == 1:
            return bool(p) and self._has_positive_terms(p)
        _, _, rest = self.split(p, only_positive=True)
        return self._has_positive_terms(rest)

    def _has_positive_terms(self, p: Polynomial) -> bool:
        fine = all(c > 0 and all(self.atoms[a].positive or is_even(e) for a, e in m) for m, c in p.items())
        strict = any(all(self.atoms[a].positive for a, e in m) for m in p)
        return fine and strict

    def _atom(
        self, key: Any, kind: str, inside: Polynomial | None = None, lead: Monomial = ONE, positive: bool = False
    ) -> Polynomial:
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.atoms)
            self.atoms.append(Atom(kind, inside or {}, lead, positive))
        return {((number, 1),): 1}
