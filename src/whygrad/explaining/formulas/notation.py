"""The formula tree: what LaTeX and MathML are both printed from.

A node knows which variable of the Program it stands for, where it stands for one. Trees are put together by the
functions of `composing`, which decide where parentheses stand, so that the printers only spell.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A piece of a formula; `variable` is the index of the Program's variable that it stands for."""

    variable: int | None = None


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number as it is written, without a sign."""

    text: str


@dataclass(frozen=True, slots=True)
class Symbol(Node):
    """An identifier: a letter or word, with what stands below and above it. `mark`: an accent (hat, bar, tilde, dot).

    A subscript that is a word is upright."""

    stem: str
    below: tuple[str, ...] = ()
    above: str = ""
    mark: str = ""
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Hole(Node):
    """In a template: the place of an operand or a parameter."""

    name: str


@dataclass(frozen=True, slots=True)
class Words(Node):
    """Plain text within a formula."""

    text: str


@dataclass(frozen=True, slots=True)
class Written(Node):
    """An array with a value written at an index, or added there; without `base`, zeros are what it is written into."""

    base: Node | None
    value: Node
    index: tuple[Node, ...]
    adds: bool = False

    @property
    def takes_one_off(self) -> bool:
        """Prediction minus label: 1 is taken off at the labels' places, that is, a one-hot 𝟏 is subtracted."""
        value = self.value.body if isinstance(self.value, Fenced) else self.value
        body = seen(value.body) if isinstance(value, Negative) else None
        return self.adds and isinstance(body, Number) and body.text == "1"


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """Terms with their signs, + or −."""

    terms: tuple[Node, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """−x."""

    body: Node


@dataclass(frozen=True, slots=True)
class Product(Node):
    """Factors side by side. `mark`: "" (juxtaposed), "·", "⊙" (entry by entry), "@" (a matrix product, juxtaposed),
    "⊗", "%"."""

    factors: tuple[Node, ...]
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Fraction(Node):
    """A fraction; a small one is set in the size of text."""

    top: Node
    bottom: Node
    small: bool = False


@dataclass(frozen=True, slots=True)
class Power(Node):
    """A power, entry by entry."""

    base: Node
    exponent: Node


@dataclass(frozen=True, slots=True)
class Root(Node):
    """A root: the square root where no degree is given."""

    body: Node
    degree: Node | None = None


@dataclass(frozen=True, slots=True)
class Transposed(Node):
    """A matrix with rows and columns exchanged."""

    body: Node


@dataclass(frozen=True, slots=True)
class Inverse(Node):
    """The inverse of a matrix."""

    body: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function and its arguments: sin x, σ(z), max(x, y). `primes`: its derivative. `below`: log_2."""

    function: str
    arguments: tuple[Node, ...]
    primes: int = 0
    below: Node | None = None
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Reduction(Node):
    """∑, ∏, max and their like over axes of an array. `indices` name the axes, `bound` is how far a single one runs;
    `over` says in words what it runs over."""

    sign: str
    body: Node
    axes: tuple[int, ...]
    indices: tuple[str, ...] = ()
    bound: int | None = None
    over: str = ""


@dataclass(frozen=True, slots=True)
class Fenced(Node):
    """Something in brackets: "(", "|", "‖", "⌊", "⌈", "[" (Iverson's: 1 where it holds, else 0), or "" (nothing is
    seen: only the type is another, or the shape, which is then that of the variable `like`). `tall`: the brackets
    grow."""

    kind: str
    body: Node
    tall: bool = False
    like: int | None = None


@dataclass(frozen=True, slots=True)
class Relation(Node):
    """x > y; also `and`, `or` between conditions."""

    left: Node
    sign: str
    right: Node


@dataclass(frozen=True, slots=True)
class Cases(Node):
    """One value or another: each with its condition, the last without."""

    branches: tuple[tuple[Node, Node | None], ...]


@dataclass(frozen=True, slots=True)
class Entry(Node):
    """Entries of an array, by index as in the code (from 0)."""

    base: Node
    index: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Indexed(Node):
    """Any entry of an array: A_ij, a letter an axis."""

    base: Node
    letters: str


@dataclass(frozen=True, slots=True)
class Slice(Node):
    """a:b:c as an index."""

    start: int | None = None
    stop: int | None = None
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Vector(Node):
    """Entries put together."""

    entries: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Derivative(Node):
    """∂E/∂k, or df/dx: `of` may be left out where an expression follows. `held`: what is said of it below on the right,
    as where it is only the part that does not pass through something else."""

    d: str
    of: Node | None
    by: Node
    held: str = ""


@dataclass(frozen=True, slots=True)
class Equation(Node):
    """left = right = …: the same thing said in several ways."""

    left: Node
    rights: tuple[Node, ...]


ATOM, RAISED, FRACTION, CALL, PRODUCT, REDUCTION, NEGATIVE, SUM, RELATION, TEXT = 100, 90, 80, 60, 50, 45, 40, 30, 10, 5
"""How tightly a node binds."""


def binding(node: Node) -> int:
    match node:
        case Fenced(kind="", body=body):
            return binding(body)
        case Power() | Transposed() | Inverse():
            return RAISED
        case Fraction() | Derivative():
            return FRACTION
        case Call(bare=True):
            return CALL
        case Product():
            return PRODUCT
        case Reduction(sign="‖"):
            return ATOM
        case Reduction():
            return REDUCTION
        case Negative():
            return NEGATIVE
        case Sum():
            return SUM
        case Relation() | Equation():
            return RELATION
        case Words() | Written() | Cases():
            return TEXT
    return ATOM


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below."""
    for field in dataclasses.fields(node):
        yield from _nodes(getattr(node, field.name))


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _nodes(part)


def is_tall(node: Node) -> bool:
    """Is it higher than a line of text, so that brackets around it must grow?"""
    if isinstance(node, (Fraction, Derivative, Reduction, Cases, Vector, Root)):
        return True
    return any(is_tall(child) for child in children(node))


def is_matrix(node: Node) -> bool:
    """Entries in rows of the same length?"""
    if not isinstance(node, Vector):
        return False
    rows = [row.entries for entry in node.entries if isinstance(row := seen(entry), Vector)]
    plain = not any(isinstance(seen(e), Vector) for row in rows for e in row)
    return len(rows) == len(node.entries) > 0 and len({len(row) for row in rows}) == 1 and plain


def marked(node: Node, variable: int | None) -> Node:
    """The node, standing for the variable."""
    return dataclasses.replace(node, variable=variable) if variable is not None else node


def seen(node: Node) -> Node:
    """The node without brackets that are not seen."""
    while isinstance(node, Fenced) and node.kind == "":
        node = node.body
    return node


def bare(node: Node) -> Node:
    """The node without brackets that are not seen and that leave the shape as it is."""
    while isinstance(node, Fenced) and node.kind == "" and node.like is None:
        node = node.body
    return node


def same(node: Node, other: Node) -> bool:
    """Do both look the same, whatever they stand for?"""
    return bool(_blank(node) == _blank(other))


def _blank(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_blank(part) for part in value)
    if not isinstance(value, Node):
        return value
    node: Node = seen(value)
    kind = type(node)
    if kind not in _seen_fields:
        _seen_fields[kind] = tuple(
            f.name for f in dataclasses.fields(kind) if f.name not in ("variable", "over", "like")
        )
    return (kind, *[_blank(getattr(node, name)) for name in _seen_fields[kind]])


_seen_fields: dict[type[Node], tuple[str, ...]] = {}
"""Of each kind of node: the fields that can be seen in print."""


def factors_of(node: Node) -> list[Any]:
    """The factors of a product of numbers, in an order of their own: the same for products that differ in theirs."""
    inner = seen(node)
    if isinstance(inner, Product) and inner.mark in ("", "·"):
        return sorted((f for part in inner.factors for f in factors_of(part)), key=str)
    return [_blank(inner)]


def relinked(node: Node, link: Callable[[int], int | None]) -> Node:
    """The tree with other variables, as `link` says."""

    def inner(value: Any) -> Any:
        if isinstance(value, Node):
            return relinked(value, link)
        return tuple(map(inner, value)) if isinstance(value, tuple) else value

    changed = {f.name: inner(getattr(node, f.name)) for f in dataclasses.fields(node) if f.name != "variable"}
    variable = link(node.variable) if node.variable is not None else None
    return dataclasses.replace(node, variable=variable, **changed)


def width(node: Node) -> int:
    """About how many letters wide it is."""
    match node:
        case Fraction(top=top, bottom=bottom):
            return max(width(top), width(bottom)) + 1
        case Derivative():
            return 4 if node.of is None else max(width(node.of), width(node.by)) + 1
        case Symbol():
            return len(node.stem) + sum(map(len, node.below)) + len(node.above)
        case Number(text=text) | Words(text=text):
            return len(text)
        case Call():
            return len(node.function) + 2 + sum(width(a) + 1 for a in node.arguments)
        case Cases():
            return 8 + max(width(v) + (width(c) if c else 9) for v, c in node.branches)
        case Reduction():
            return 3 + width(node.body)
        case Slice():
            return 3
    return sum(width(child) + 2 for child in children(node)) + 1
