"""Putting formula trees together: where parentheses stand, where a minus comes out, how a product is marked."""

from __future__ import annotations

import dataclasses

from whygrad.explaining.formulas.notation import (
    ATOM,
    CALL,
    PRODUCT,
    REDUCTION,
    Call,
    Fenced,
    Fraction,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    Transposed,
    bare,
    binding,
    is_tall,
    seen,
)


def fenced(node: Node, least: int) -> Node:
    """The node, in parentheses where it binds less tightly than `least`."""
    return node if binding(node) >= least else parentheses(node)


def parentheses(node: Node) -> Node:
    return Fenced("(", node, is_tall(node))


ONE = Number("1")
ALL_ONES = Symbol("𝟏")


def is_zero(node: Node) -> bool:
    node = seen(node)
    return isinstance(node, Number) and node.text == "0" and node.variable is None


def is_one(node: Node) -> bool:
    node = seen(node)
    return isinstance(node, Number) and node.text == "1"


def without_minus(node: Node) -> Node | None:
    """What a minus stands before, or None."""
    if isinstance(node, Negative):
        return node.body
    if isinstance(node, Fenced) and node.kind in ("", "("):
        body = without_minus(node.body)
        if body is not None:
            return dataclasses.replace(node, body=body, variable=None) if node.kind == "" else body
    return None


def negative(node: Node) -> Node:
    """−x, without a double minus."""
    body = without_minus(node)
    return body if body is not None else Negative(fenced(node, REDUCTION))


def total(terms: list[Node], signs: list[str]) -> Node:
    """The sum of the terms; signs within them come out, sums within them stand side by side with the others."""
    flat: list[tuple[str, Node]] = []
    for sign, term in zip(signs, terms, strict=True):
        body = without_minus(term)
        if body is not None:
            sign, term = ("−" if sign == "+" else "+"), body
        inner = bare(term)
        if isinstance(inner, Sum) and sign == "+":
            flat.extend(zip(inner.signs, inner.terms, strict=True))
        else:
            flat.append((sign, fenced(term, REDUCTION)))
    flat = [part for part in flat if not is_zero(part[1])] or flat[:1]
    if len(flat) == 1:
        (sign, term) = flat[0]
        return term if sign == "+" else negative(term)
    if flat[0][0] == "−":  # what is added comes first: x − a, not −a + x
        leading = next((term for term in flat if term[0] == "+"), None)
        if leading is not None:
            flat.remove(leading)
            flat.insert(0, leading)
        else:
            flat[0] = ("+", Negative(flat[0][1]))
    return Sum(tuple(t for _, t in flat), tuple(s for s, _ in flat))


def product(factors: list[Node], mark: str) -> Node:
    """The product; a minus comes out in front, a factor 1 goes, a number stands before its factor without a mark."""
    flat: list[Node] = []
    minus = False
    for factor in factors:
        body = without_minus(factor)
        if body is not None:
            minus, factor = not minus, body
        inner = bare(factor)
        if isinstance(inner, Product) and inner.mark == mark and not (flat and mark == "%"):
            flat.extend(inner.factors)
        elif not (is_one(inner) and mark != "@" and len(factors) > 1 and factor.variable is None):
            flat.append(factor)
    whole = _joined(flat, mark)
    return Negative(whole) if minus else whole


def _joined(flat: list[Node], mark: str) -> Node:
    if not flat:
        return ONE
    if len(flat) == 1:
        return flat[0]
    last = len(flat) - 1
    parts = []
    for place, factor in enumerate(flat):
        enough = binding(factor) >= (REDUCTION if place == last else CALL if mark in ("", "@") else PRODUCT)
        parts.append(factor if enough and not _clashes(factor, mark) else parentheses(factor))
    if mark in ("·", "⊙") and is_coefficient(flat[0]):
        close = not starts_with_digit(parts[1])
        if close or mark == "⊙":
            parts[:2] = [Product((parts[0], parts[1]), "" if close else "·")]
    return parts[0] if len(parts) == 1 else Product(tuple(parts), mark)


CLASHES = {"@": "⊙⊗%", "⊗": "⊙@⊗%", "⊙": "@⊗%", "·": "%", "": "%", "%": "@⊙⊗%·"}
"""Products that stand in parentheses within others: entries and matrices are not multiplied in one breath."""


def _clashes(node: Node, mark: str) -> bool:
    inner = seen(node)
    if not isinstance(inner, Product):
        return False
    if inner.mark and inner.mark in CLASHES[mark]:
        return True
    return inner.mark in ("", "·") and any(_clashes(f, mark) for f in inner.factors)


def is_coefficient(node: Node) -> bool:
    node = seen(node)
    return isinstance(node, Number) or (
        isinstance(node, Fraction) and isinstance(node.top, Number) and isinstance(node.bottom, Number)
    )


def starts_with_digit(node: Node) -> bool:
    node = seen(node)
    match node:
        case Number() | Fraction():
            return True
        case Product():
            return starts_with_digit(node.factors[0])
        case Power():
            return starts_with_digit(node.base)
    return False


def fraction(top: Node, bottom: Node) -> Node:
    body = without_minus(top)
    if body is not None:
        return Negative(fraction(body, bottom))
    return top if is_one(bottom) else Fraction(top, bottom)


def power(base: Node, exponent: Node) -> Node:
    if is_one(exponent):
        return base
    return Power(fenced(base, ATOM), exponent)


def transposed(node: Node) -> Node:
    inner = bare(node)
    if isinstance(inner, Transposed):
        return inner.body
    return Transposed(fenced(node, ATOM))


BARE = frozenset({"sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "log", "ln", "sgn"})
"""Functions that stand before a single letter without parentheses."""


def call(function: str, arguments: list[Node], below: Node | None = None, primes: int = 0) -> Node:
    plain = tuple(a.body if isinstance(a, Fenced) and a.kind == "(" else a for a in arguments)
    bare = function in BARE and len(plain) == 1 and not primes and _is_short(plain[0])
    return Call(function, plain, primes, below, bare)


def _is_short(node: Node) -> bool:
    node = seen(node)
    if isinstance(node, Power):
        return _is_short(node.base) and isinstance(node.exponent, (Number, Symbol))
    if isinstance(node, Product) and node.mark == "" and len(node.factors) == 2:
        return isinstance(node.factors[0], Number) and _is_short(node.factors[1])
    return isinstance(node, (Symbol, Number)) and not (isinstance(node, Symbol) and len(node.stem) > 1)


def condition(node: Node) -> Node:
    """A condition without Iverson's bracket."""
    inner = seen(node)
    return inner.body if isinstance(inner, Fenced) and inner.kind == "[" else node
