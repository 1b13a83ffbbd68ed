"""The check of a proof in index form: every line, on SymPy symbols, for all values of its indices in small ranges.

The shapes of the operands are those that the proof states; where it states none, the indices of its first lines get
small ranges (2, 3, 2, …). The line that says what the primitive computes has to hold for what its evaluator makes of
symbols; a ∂ line has to be what differentiating that gives; a ∂L line both the derivative of L = Σ g · output and what
the row's own formula gives. Equality is decided exactly (algebra.py).
"""

from __future__ import annotations

import ast
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sympy

from whygrad.proving.algebra import Algebra
from whygrad.proving.corners import same, stair, step
from whygrad.proving.index_form import IndexFormError, Node, read
from whygrad.proving.matrices import ARRAYS as MATRICES
from whygrad.proving.rows import derivative_of
from whygrad.proving.symbols import ELEMENTS, Array, as_array, by_pairs, run, symbols_for
from whygrad.rules import Row

RANGES = (2, 3, 2, 2, 2, 2)
COMPARED: dict[str, Callable[[Any], Any]] = {
    "=": same,
    "≠": lambda z: 1 - same(z),
    ">": step,
    "<": lambda z: step(-z),
    "≥": lambda z: 1 - step(-z),
    "≤": lambda z: 1 - step(z),
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: ELEMENTS[name] for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "arcsin", "arccos", "arctan")},
    **{name: ELEMENTS[name] for name in ("arctan2", "sinh", "cosh", "tanh", "erf", "erfinv", "erfcinv", "gamma")},
    **{name: ELEMENTS[name] for name in ("gammaln", "digamma", "sign", "trunc")},
    "abs": ELEMENTS["absolute"],
    "max": ELEMENTS["maximum"],
    "min": ELEMENTS["minimum"],
    "polygamma": sympy.polygamma,
    "besselj": sympy.besselj,
    "besseli": sympy.besseli,
}
"""The functions of the language; what has corners holds off them."""


def check_proof(row: Row, lines: Sequence[str] | None = None) -> list[str]:
    """Check a proof of a row, line by line: the one that it has, or the one that is given.

    Returns:
        The lines that were checked. Raises IndexFormError for the first line that does not hold.
    """
    left = list(row.proof if lines is None else lines)
    told = Told.of(row, left)
    for line in left:
        told.check(line)
    return left


@dataclass
class Told:
    """What a proof speaks of: the arrays by name, as symbols, numbers by name, and the gradients that the row's formula
    gives."""

    row: Row
    arrays: dict[str, Array]
    numbers: dict[str, int]
    loss: Any
    gradients: dict[str, Array]
    algebra: Algebra = field(default_factory=Algebra)
    ranges: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, row: Row, lines: list[str]) -> Told:
        """What the first lines tell: the `where` and the `let` lines are taken from the list."""
        stated = _where(lines)
        params = dict(row.defaults)
        params |= {name: stated.pop(name) for name in row.primitive.params if name in stated}
        if "template" in row.primitive.params:
            params.setdefault("template", (("array", 0),))
        if not lines:
            raise IndexFormError(f"the proof of {row.name} has no line that says what it computes")
        missing = [name for name in row.primitive.params if name not in params]
        if missing:
            raise IndexFormError(f"the proof of {row.name} has to begin with: where {', '.join(missing)} = …")
        shapes = {name.removesuffix(".shape"): value for name, value in stated.items() if name.endswith(".shape")}
        arrays = {name: np.asarray(value) for name, value in stated.items() if isinstance(value, list)}
        numbers = {name: value for name, value in (stated | params).items() if type(value) is int}
        numbers |= {n: v[0] for n, v in params.items() if isinstance(v, tuple) and len(v) == 1 and type(v[0]) is int}
        names = _operands(row, list(shapes | arrays))
        told = cls(row, {}, numbers, None, {})
        shapes = told._shapes(names, shapes, arrays, lines)
        told._fill(names, shapes, arrays, tuple(params[name] for name in row.primitive.params))
        while lines and lines[0].startswith("let "):
            told._name(lines.pop(0).removeprefix("let "))
        if not lines or not told._defines(lines[0]):
            raise IndexFormError(f"the proof of {row.name} has no line that says what {row.output} is")
        return told

    def _shapes(
        self, names: list[str], stated: dict[str, Any], arrays: dict[str, Any], lines: list[str]
    ) -> dict[str, tuple[int, ...]]:
        """The operands' shapes: as stated, or from small ranges for the indices that they bear."""
        shapes = {**{n: a.shape for n, a in arrays.items()}, **stated}
        first = next(n for n, line in enumerate(lines) if not line.startswith("let ")) + 1
        met = [e for line in lines[:first] for side in read(line.removeprefix("let ")) for e in _named(side)]
        letters = dict.fromkeys(i for _, at in met for i in _letters(at))
        self.ranges = dict(zip((i for i in letters if i not in self.numbers), RANGES, strict=False))
        for name in names:
            if name not in shapes:
                at = next((at for written, at in met if _operand(written) == name), [])
                if not all(isinstance(i, str) and i in self.ranges for i in _letters(at, plain=False)):
                    raise IndexFormError(f"the proof of {self.row.name} has to begin with: where {name}.shape = …")
                shapes[name] = tuple(self.ranges[i] for i in _letters(at))
        return {name: shapes[name] for name in names}

    def _fill(
        self, names: list[str], shapes: dict[str, tuple[int, ...]], arrays: dict[str, Any], params: tuple[Any, ...]
    ) -> None:
        """The arrays of symbols, the loss and the gradients, for these shapes."""
        row = self.row
        derivative = derivative_of(row, list(shapes.values()), params, arrays)
        program = derivative.program
        g = next(c.index for c in program.constants if c.path == "g")
        given = {
            n: symbols_for(name, shapes[name])
            for n, name in enumerate(names)
            if name not in arrays and np.result_type(derivative.values[n]).kind == "f"
        }
        concrete = {n: as_array(derivative.values[n]) for n in range(len(names)) if n not in given}
        given[g] = symbols_for("g", np.shape(derivative.values[g]))
        done = run(program, given, derivative.values)
        y = next(s.output for s in program.steps if s.primitive is row.primitive)
        self.gradients = {
            names[v]: done.values[out] for v, out in zip(derivative.wrt, program.outputs[1:], strict=True)
        }
        self.arrays = {**{name: (given | concrete)[n] for n, name in enumerate(names)}, "g": given[g]}
        self.arrays[row.output] = done.values[y]
        if row.name in ("sort", "partition"):
            self.arrays["order"] = as_array(np.argsort(derivative.values[0]))
        self.loss = done.values[derivative.output].item()

    def _name(self, line: str) -> None:
        """let m_j = …: what the name stands for from now on."""
        (_, name, at), side = _two(line)
        letters = _letters(at or [])
        ranges = self._ranges([side], {})
        made = np.empty(tuple(ranges[i] for i in letters), object)
        for place in np.ndindex(*made.shape):
            made[place] = self.value(side, dict(zip(letters, place, strict=True)), ranges)
        self.arrays[name] = made

    def _defines(self, line: str) -> bool:
        """Does the line tell the output from other arrays? (y_i = y_i does not.)"""
        output = self.arrays[self.row.output]
        if not output.size:
            return True
        other = symbols_for("other", np.shape(output))
        try:
            told = Told(self.row, {**self.arrays, self.row.output: other}, self.numbers, self.loss, self.gradients)
            told.check(line)
        except IndexFormError:
            return True
        return False

    def check(self, line: str) -> None:
        """Are all sides of the line equal, for all values of its free indices?"""
        sides = read(line)
        if len(sides) < 2:
            raise IndexFormError(f"{line}: it has only one side")
        left = sides[0]
        ranges = self._ranges([left], {})
        if left[0] == "slope":
            for (_, name, at), of in ((left[1], "of"), (left[2], "by")):
                if of == "by" or name != "L":
                    self._exists(line, name, at or [])
        elif all(name != self.row.output for side in sides for name, _ in _named(side)):
            raise IndexFormError(f"{line}: it speaks neither of {self.row.output} nor of a derivative")
        ranges = self._ranges(sides[1:], ranges)
        free = [i for i in dict.fromkeys(i for side in sides for i in self._free(side))]
        for letter in free:
            if letter not in ranges:
                raise IndexFormError(f"{line}: nothing tells the range of the index {letter}")
        for values in itertools.product(*(range(ranges[i]) for i in free)):
            where = dict(zip(free, values, strict=True))
            first = self.value(left, where, ranges)
            others = [self.value(side, where, ranges) for side in sides[1:]]
            if left[0] == "slope" and left[1][1] == "L":
                others.append(self._entry(self.gradients[_operand(left[2][1])], left[2][2] or [], where, ranges))
            for other in others:
                if not self.algebra.equal(first, other):
                    at = ", ".join(f"{i} = {n}" for i, n in where.items())
                    raise IndexFormError(f"{line}: not so{' for ' + at if at else ''}: {first} is not {other}")

    def _exists(self, line: str, name: str, at: list[Node]) -> None:
        """What is differentiated bears plain indices or numbers, so that each entry is met."""
        self._array(name, len(at))
        if any(i[0] != "number" and (i[0] != "entry" or i[2] is not None) for i in at):
            raise IndexFormError(f"{line}: the indices of a derivative are single letters")

    def _array(self, name: str, axes: int) -> Array:
        array = self.arrays.get(_operand(name))
        if array is None:
            raise IndexFormError(f"{name} is no operand of {self.row.name}, nor its output, nor g")
        if np.ndim(array) != axes:
            raise IndexFormError(f"{name} has {np.ndim(array)} axes, not {axes}")
        return array

    # Which indices there are, and how far they go

    def _is_index(self, name: str) -> bool:
        return len(name) == 1 and "a" <= name <= "z" and name not in self.arrays and name not in self.numbers

    def _free(self, side: Node) -> Iterator[str]:
        """The letters of a side that are bound by no sum."""
        match side:
            case ("entry", name, None):
                if self._is_index(name):
                    yield name
            case ("entry", _, at) | ("matrix", _, at):
                for i in at:
                    if i[0] == "entry" and i[2] is None:
                        if i[1] not in self.numbers:
                            yield i[1]
                    else:
                        yield from self._free(i)
            case ("over", _, letters, conditions, term):
                for part in (*conditions, term):
                    yield from (i for i in self._free(part) if i not in letters)
            case _:
                for part in _parts(side):
                    yield from self._free(part)

    def _ranges(self, sides: Sequence[Node], known: Mapping[str, int]) -> dict[str, int]:
        """How far each index goes: as far as the axes at which it stands by itself; what is known stays."""
        found: dict[str, int] = {}
        for side in sides:
            for name, at in _named(side):
                if not at:
                    continue
                shape = np.shape(self._array(name, len(at)))
                for i, n in zip(at, shape, strict=True):
                    if i[0] == "entry" and i[2] is None and i[1] not in self.numbers:
                        found[i[1]] = max(found.get(i[1], 0), n)
            for parts, at in _matrices(side):
                for i, n in zip(at, self._matrix(parts).shape, strict=True):
                    if i[0] == "entry":
                        found[i[1]] = max(found.get(i[1], 0), n)
        return found | dict(known)

    # Values

    def value(self, side: Node, where: Mapping[str, int], ranges: Mapping[str, int]) -> Any:
        """The side as a SymPy expression, for these values of the indices."""

        def inner(part: Node) -> Any:
            return self.value(part, where, ranges)

        match side:
            case ("number", text):
                return sympy.Rational(text)
            case ("count", i):
                return sympy.Integer(ranges[i])
            case ("entry", name, None):
                if name in where and name not in self.arrays:
                    return sympy.Integer(where[name])
                if name in self.numbers:
                    return sympy.Integer(self.numbers[name])
                return sympy.pi if name == "π" else self._array(name, 0).item()
            case ("entry", name, at):
                return self._entry(self._array(name, len(at)), at, where, ranges)
            case ("slope", (_, of, of_at), (_, by, by_at)):
                symbol = self._entry(self._array(by, len(by_at or [])), by_at or [], where, ranges)
                if of == "L":
                    return sympy.diff(self.loss, symbol)
                return sympy.diff(self._entry(self._array(of, len(of_at or [])), of_at or [], where, ranges), symbol)
            case ("over", sign, letters, conditions, term):
                terms = []
                for values in itertools.product(*(range(ranges[i]) for i in letters)):
                    here = {**where, **dict(zip(letters, values, strict=True))}
                    if all(self.value(c, here, ranges) == 1 for c in conditions):
                        terms.append(self.value(term, here, ranges))
                return _over(sign, terms)
            case ("matrix", parts, at):
                return self._entry(self._matrix(parts), at, where, ranges)
            case ("relation", sides, signs):
                numbers = [inner(part) for part in sides]
                pairs = zip(numbers, signs, numbers[1:], strict=False)
                return sympy.Mul(*(COMPARED[sign](one - other) for one, sign, other in pairs))
            case ("call", name, arguments):
                if name not in FUNCTIONS:
                    raise IndexFormError(f"{name} is no function of the language")
                return FUNCTIONS[name](*map(inner, arguments))
            case ("floor", part):
                return stair(inner(part))
            case ("power", base, exponent):
                return inner(base) ** inner(exponent)
            case (sign, one, other):
                a, b = inner(one), inner(other)
                return a / b if sign == "/" else a % b if sign == "mod" else {"+": a + b, "-": a - b, "*": a * b}[sign]
        raise IndexFormError(f"not in the language: {side}")

    def _entry(self, array: Array, at: list[Node], where: Mapping[str, int], ranges: Mapping[str, int]) -> Any:
        """An entry of an array; outside of its shape it is 0."""
        place = []
        for i in at:
            plain = i[0] == "entry" and i[2] is None and i[1] in where  # also where an operand has that name
            number = sympy.Integer(where[i[1]]) if plain else self.value(i, where, ranges)
            if not number.is_Integer:
                raise IndexFormError(f"{number} is no index")
            place.append(int(number))
        if not all(0 <= i < n for i, n in zip(place, array.shape, strict=True)):
            return sympy.S.Zero
        return array[tuple(place)]

    def _matrix(self, parts: list[tuple[str, str, bool]]) -> Array:
        result: Array = None
        for name, sign, outer in parts:
            factor = self.arrays.get(_operand(name))
            if factor is None:
                raise IndexFormError(f"{name} is no operand of {self.row.name}, nor its output, nor g")
            if sign in ("-1", "⁻ᵀ"):
                factor = MATRICES["inv"](factor)
            if sign in ("ᵀ", "⁻ᵀ"):
                factor = factor.T
            if result is None:
                result = factor
            else:
                result = np.multiply.outer(result, factor) if outer else result @ factor
        return np.asarray(result, dtype=object)


def _over(sign: str, terms: list[Any]) -> Any:
    if sign in ("max", "min"):
        return by_pairs(FUNCTIONS[sign], terms)
    return sympy.Add(*terms) if sign == "Σ" else math.prod(terms, start=sympy.S.One)


def _operands(row: Row, stated: Sequence[str]) -> list[str]:
    """The names of the operands: of any number of them (`*x`) those that are stated (`x1`, `x2`)."""
    fixed = [name for name in row.operands if not name.startswith("*")]
    others = [name for name in stated if name not in fixed]
    names = [[name] if name in fixed else others or [name[1:]] for name in row.operands]
    return [name for part in names for name in part]


def _where(lines: list[str]) -> dict[str, Any]:
    """What the line `where axis = 0, x.shape = (3, 2), n = 3` states, by name; it is taken from the lines."""
    if not lines or not lines[0].startswith("where "):
        return {}
    text = lines.pop(0).removeprefix("where ").replace("′", "_").replace(".shape", "__shape")
    call = ast.parse(f"f({text})", mode="eval").body
    assert isinstance(call, ast.Call)
    return {(k.arg or "").replace("__shape", ".shape"): ast.literal_eval(k.value) for k in call.keywords}


def _operand(name: str) -> str:
    """g′ is the operand g_."""
    return name.replace("′", "_")


def _two(line: str) -> tuple[Node, Node]:
    sides = read(line)
    if len(sides) != 2 or sides[0][0] != "entry":
        raise IndexFormError(f"{line}: after let stands name = …")
    return sides[0], sides[1]


def _parts(side: Node) -> Iterator[Node]:
    """The nodes inside of a node."""
    for part in side[1:]:
        if isinstance(part, tuple):
            yield part
        elif isinstance(part, list):
            yield from (p for p in part if isinstance(p, tuple) and side[0] != "matrix")


def _named(side: Node) -> Iterator[tuple[str, list[Node]]]:
    """The names of a side with the indices that they bear."""
    match side:
        case ("entry", name, None):
            yield name, []
        case ("entry", name, at):
            yield name, at
            for i in at:
                if i[0] != "entry" or i[2] is not None:
                    yield from _named(i)
        case ("slope", of, by):
            yield of[1], of[2] or []
            yield by[1], by[2] or []
        case ("matrix", _, _):
            return
        case _:
            for part in _parts(side):
                yield from _named(part)


def _matrices(side: Node) -> Iterator[tuple[Any, list[Node]]]:
    if side[0] == "matrix":
        yield side[1], side[2]
        return
    for part in _parts(side):
        yield from _matrices(part)


def _letters(at: Sequence[Node], plain: bool = True) -> list[Any]:
    """The indices that are single letters; with plain=False None in place of the others."""
    found = [i[1] if i[0] == "entry" and i[2] is None else None for i in at]
    return [i for i in found if i is not None] if plain else found
