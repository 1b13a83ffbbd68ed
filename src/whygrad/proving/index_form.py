"""Proofs of rows in index form, as on a blackboard: a small language, and the check of every line of it.

A proof is a few lines; each is a chain of sides that are equal, `side = side = …`:

    where axis = (1,), keepdims = False        (only first, if at all) the row's parameters
    C_ij = Σ_k A_ik B_kj                       what the primitive computes: output = …
    ∂C_ij/∂A_pq = [i = p] B_qj                 its partial derivatives
    ∂L/∂A_pq = Σ_j g_pj B_qj = (g Bᵀ)_pq       the gradient, Σ g ∂output/∂operand, for the upstream gradient g

The whole language of a side:

* `A_ik`: an entry of an operand, of the output or of g; an index is one small letter; a number has no index (`c`);
* `Σ_jk …`: the sum over indices, of the product that follows;
* `[i = p]`: 1 where it is true, else 0; also ≠ < ≤ > ≥, between indices or entries (`[x_i > y_i]`);
* side by side or `·`: times; `/`, `+`, `−` (or -), numbers, `x²`, `x³`, `x^n`; parentheses;
* `exp(x_i)`: a function of SymPy; `|i|`: how many values the index i has;
* `(g Bᵀ)_pq`: an entry of a matrix product, `ᵀ` for a transpose, `⊗` for an outer product.

The check runs on SymPy symbols. Indices of the first line get small ranges (2, 3, 2, …), from which the shapes of the
operands follow. The first line has to be what the primitive computes, entry by entry; a ∂ line what SymPy's derivative
is; a ∂L line both SymPy's derivative of L = Σ g · output and what the row's own formula gives.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy

from whygrad.proving.algebra import Algebra
from whygrad.proving.corners import same, step
from whygrad.proving.rows import derivative_of
from whygrad.proving.symbols import Array, run, symbols_for
from whygrad.rules import Row

RANGES = (2, 3, 2, 2, 2, 2)
TOKEN = re.compile(
    r"\s*(?:(?P<slope>∂(?P<of>[A-Za-z]+)(?:_(?P<of_at>[a-z]+))?/∂(?P<by>[A-Za-z]+)(?:_(?P<by_at>[a-z]+))?)"
    r"|Σ_(?P<sum>[a-z]+)|\|(?P<count>[a-z])\||(?P<call>[a-z0-9]+)\(|(?P<name>[A-Za-z]+)(?:_(?P<at>[a-z]+))?"
    r"|(?P<number>\d+)|\)_(?P<closed>[a-z]+)|(?P<sign>[-−+·*/()\[\]=≠<≤>≥^²³ᵀ⊗]))"
)
RELATIONS: dict[str, Callable[[Any], Any]] = {
    "=": same,
    "≠": lambda z: 1 - same(z),
    ">": step,
    "<": lambda z: step(-z),
    "≥": lambda z: 1 - step(-z),
    "≤": lambda z: 1 - step(z),
}
POWERS = {"²": 2, "³": 3}

Node = tuple[Any, ...]
Token = tuple[str, Any]


class IndexFormError(ValueError):
    """A line of a proof that is not in the language, or that is not true."""


def check_proof(row: Row) -> list[str]:
    """Check the written proof of a row, line by line.

    Returns:
        The lines that were checked. Raises IndexFormError for the first line that does not hold.
    """
    lines = list(row.proof)
    params: dict[str, Any] = dict(row.defaults)
    if lines and lines[0].startswith("where "):
        call = ast.parse(f"f({lines.pop(0).removeprefix('where ')})", mode="eval").body
        assert isinstance(call, ast.Call)
        params |= {k.arg or "": ast.literal_eval(k.value) for k in call.keywords}
    if not lines:
        raise IndexFormError(f"the proof of {row.name} has no line that says what it computes")
    missing = [name for name in row.primitive.params if name not in params]
    if missing:
        raise IndexFormError(f"the proof of {row.name} has to begin with: where {', '.join(missing)} = …")
    told = Told.of(row, _sides(lines[0]), tuple(params[name] for name in row.primitive.params))
    for line in lines:
        told.check(line)
    return lines


@dataclass
class Told:
    """What a proof speaks of: the arrays by name, as symbols, and the gradients that the row's formula gives."""

    row: Row
    arrays: dict[str, Array]
    loss: Any
    gradients: dict[str, Array]
    algebra: Algebra

    @classmethod
    def of(cls, row: Row, sides: list[Node], params: tuple[Any, ...]) -> Told:
        """The arrays for a first line: index by index, small ranges."""
        met = [entry for side in sides for entry in _entries(side)]
        letters = dict.fromkeys("".join(at for _, at in met))
        ranges = dict(zip(letters, RANGES, strict=False))
        places = dict(met)
        names = [row.operand_name(n) for n in range(len(row.operands))]
        shapes = [tuple(ranges[i] for i in places.get(name, "")) for name in names]
        derivative = derivative_of(row, shapes, params)
        program = derivative.program
        g = next(c.index for c in program.constants if c.path == "g")
        given = {n: symbols_for(name, shape) for n, (name, shape) in enumerate(zip(names, shapes, strict=True))}
        given[g] = symbols_for("g", np.shape(derivative.values[g]))
        done = run(program, given, derivative.values)
        y = next(s.output for s in program.steps if s.primitive is row.primitive)
        gradients = {names[v]: done.values[out] for v, out in zip(derivative.wrt, program.outputs[1:], strict=True)}
        arrays = {**{name: given[n] for n, name in enumerate(names)}, "g": given[g], row.output: done.values[y]}
        return cls(row, arrays, done.values[derivative.output].item(), gradients, Algebra())

    def check(self, line: str) -> None:
        """Are all sides of the line equal, for all values of its free indices?"""
        sides = _sides(line)
        ranges: dict[str, int] = {}
        for side in sides:
            self._find_ranges(side, ranges)
        left = sides[0]
        free = [i for _, at in _entries(left) for i in at]
        if left[0] not in ("entry", "slope") or (left[0] == "entry" and left[1] != self.row.output):
            raise IndexFormError(f"{line}: the left side is neither {self.row.output} nor a derivative")
        for values in itertools.product(*(range(ranges[i]) for i in free)):
            where = dict(zip(free, values, strict=True))
            first = self.value(left, where, ranges)
            others = [self.value(side, where, ranges) for side in sides[1:]]
            if left[0] == "slope" and left[1] == "L":
                others.append(_at(self.gradients[left[3]], left[4], where))
            for other in others:
                if not self.algebra.equal(first, other):
                    at = ", ".join(f"{i} = {n}" for i, n in where.items())
                    raise IndexFormError(f"{line}: not so{' for ' + at if at else ''}: {first} is not {other}")

    def _find_ranges(self, side: Node, ranges: dict[str, int]) -> None:
        for name, at in _entries(side):
            if name == "L":
                continue
            if name == "()":
                continue
            if name not in self.arrays:
                raise IndexFormError(f"{name} is no operand of {self.row.name}, nor its output, nor g")
            shape = self.arrays[name].shape
            if len(shape) != len(at):
                raise IndexFormError(f"{name}_{at}: {name} has {len(shape)} axes")
            for i, n in zip(at, shape, strict=True):
                if ranges.setdefault(i, n) != n:
                    raise IndexFormError(f"the index {i} of {name}_{at} has another range elsewhere in the line")

    def value(self, side: Node, where: Mapping[str, int], ranges: Mapping[str, int]) -> Any:
        """The side as a SymPy expression, for these values of the indices."""

        def inner(part: Node) -> Any:
            return self.value(part, where, ranges)

        match side:
            case ("number", n):
                return sympy.Integer(n)
            case ("count", i):
                return sympy.Integer(ranges[i])
            case ("entry", name, at):
                return sympy.Integer(where[name]) if name in where and not at else _at(self.arrays[name], at, where)
            case ("slope", "L", _, by, at):
                return sympy.diff(self.loss, _at(self.arrays[by], at, where))
            case ("slope", of, of_at, by, at):
                return sympy.diff(_at(self.arrays[of], of_at, where), _at(self.arrays[by], at, where))
            case ("sum", indices, term):
                spaces = itertools.product(*(range(ranges[i]) for i in indices))
                rounds = (self.value(term, {**where, **dict(zip(indices, v, strict=True))}, ranges) for v in spaces)
                return sympy.Add(*rounds)
            case ("matrix", parts, at):
                return _at(self._matrix(parts), at, where)
            case ("relation", sign, one, other):
                return RELATIONS[sign](inner(one) - inner(other))
            case ("call", name, argument):
                return getattr(sympy, name)(inner(argument))
            case ("power", base, exponent):
                return inner(base) ** inner(exponent)
            case (sign, one, other):
                a, b = inner(one), inner(other)
                return {"+": a + b, "-": a - b, "*": a * b}[sign] if sign != "/" else a / b
        raise IndexFormError(f"not in the language: {side}")

    def _matrix(self, parts: list[tuple[str, bool, bool]]) -> Array:
        result: Array = None
        for name, turned, outer in parts:
            factor = self.arrays[name].T if turned else self.arrays[name]
            if result is None:
                result = factor
            else:
                result = np.multiply.outer(result, factor) if outer else result @ factor
        return result


def _at(array: Array, at: str, where: Mapping[str, int]) -> Any:
    return array[tuple(where[i] for i in at)]


def _entries(side: Node) -> list[tuple[str, str]]:
    """The names with the indices that they bear; a matrix product's last."""
    match side:
        case ("entry", name, at):
            return [] if len(name) == 1 and name.islower() and not at and name in "ijklmnpq" else [(name, at)]
        case ("slope", of, of_at, by, at):
            return [(of, of_at), (by, at)]
        case ("matrix", _, at):
            return [("()", at)]
        case ("number" | "count", *_):
            return []
        case _:
            return [entry for part in side if isinstance(part, tuple) for entry in _entries(part)]


# Reading


def _sides(line: str) -> list[Node]:
    reader = Reader(line)
    sides = [reader.total()]
    while reader.take("="):
        sides.append(reader.total())
    if reader.tokens:
        raise IndexFormError(f"{line}: not in the language from {reader.tokens[0][1]!r}")
    return sides


class Reader:
    """Reads one line: sums of products of factors."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.tokens: list[Token] = []
        at = 0
        while line[at:].strip():
            found = TOKEN.match(line, at)
            if found is None:
                raise IndexFormError(f"{line}: not in the language at {line[at:].strip()!r}")
            at = found.end()
            self.tokens.append(_token(found))

    def peek(self) -> Token:
        return self.tokens[0] if self.tokens else ("end", "")

    def take(self, *signs: str) -> str:
        """The next sign, if it is one of these."""
        kind, text = self.peek()
        if kind == "sign" and text in signs:
            self.tokens.pop(0)
            return str(text)
        return ""

    def must(self, sign: str) -> None:
        if not self.take(sign):
            raise IndexFormError(f"{self.line}: {sign!r} is missing")

    def total(self) -> Node:
        result: Node = ("-", ("number", 0), self.product()) if self.take("-") else self.product()
        while sign := self.take("+", "-"):
            result = (sign, result, self.product())
        return result

    def product(self) -> Node:
        if self.peek()[0] == "sum":
            indices = self.tokens.pop(0)[1]
            return ("sum", indices, self.product())
        result = self.factor()
        while True:
            kind, text = self.peek()
            if self.take("/"):
                result = ("/", result, self.factor())
            elif self.take("*") or kind not in ("sign", "end", "closed") or text in ("(", "["):
                following = self.product() if self.peek()[0] == "sum" else self.factor()
                result = ("*", result, following)
            else:
                return result

    def factor(self) -> Node:
        result = self.atom()
        while sign := self.take("²", "³", "^"):
            result = ("power", result, ("number", POWERS[sign]) if sign in POWERS else self.atom())
        return result

    def atom(self) -> Node:
        if self.take("("):
            matrix = self._matrix()
            if matrix is not None:
                return matrix
            inside = self.total()
            self.must(")")
            return inside
        if self.take("["):
            one = self.total()
            sign = self.take(*RELATIONS)
            if not sign:
                raise IndexFormError(f"{self.line}: brackets hold a comparison, as in [i = p]")
            other = self.total()
            self.must("]")
            return ("relation", sign, one, other)
        if not self.tokens:
            raise IndexFormError(f"{self.line}: it ends too early")
        kind, value = self.tokens.pop(0)
        if kind == "call":
            inside = self.total()
            self.must(")")
            return ("call", value, inside)
        if kind == "entry":
            return ("entry", *value)
        if kind == "slope":
            return ("slope", *value)
        if kind in ("number", "count"):
            return (kind, value)
        raise IndexFormError(f"{self.line}: not in the language: {value!r}")

    def _matrix(self) -> Node | None:
        """(g Bᵀ)_pq, where that is what stands here."""
        parts: list[tuple[str, bool, bool]] = []
        outer = False
        for place, (kind, value) in enumerate(self.tokens):
            if kind == "closed" and parts:
                del self.tokens[: place + 1]
                return ("matrix", parts, value)
            if kind == "entry" and not value[1]:
                parts.append((value[0], False, outer))
                outer = False
            elif (kind, value) == ("sign", "ᵀ") and parts:
                parts[-1] = (parts[-1][0], True, parts[-1][2])
            elif (kind, value) == ("sign", "⊗"):
                outer = True
            else:
                return None
        return None


def _token(found: re.Match[str]) -> Token:
    if found["slope"]:
        return "slope", (found["of"], found["of_at"] or "", found["by"], found["by_at"] or "")
    if found["name"]:
        return "entry", (found["name"], found["at"] or "")
    if found["number"]:
        return "number", int(found["number"])
    for kind in ("sum", "count", "call", "closed"):
        if found[kind]:
            return kind, found[kind]
    return "sign", {"−": "-", "·": "*"}.get(found["sign"], found["sign"])
