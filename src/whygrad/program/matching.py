"""Expressions over primitives, and the matcher that finds them in a Program and rewrites by a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from whygrad.program.building import Builder
from whygrad.program.data import Step

Static = Callable[[Mapping[str, Any]], Any]
"""Something known before any value is: an axis, a shape, a whole number."""

COMMUTATIVE = frozenset({"add", "multiply"})


@dataclass(frozen=True, slots=True)
class Ref:
    """A variable by its name. In a pattern, names that begin with c and a digit (c1, c2) match literals only."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A number of the formula itself."""

    value: Any


@dataclass(frozen=True, slots=True)
class Constantly:
    """A static expression used as a number."""

    static: Static
    text: str


@dataclass(frozen=True, slots=True)
class Apply:
    """A primitive, by name, applied to expressions; `params` are static expressions, or names to bind."""

    name: str
    operands: tuple[Expression, ...]
    params: tuple[tuple[Static, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Spill:
    """`*index`: as many operands as there are."""

    name: str


@dataclass(frozen=True, slots=True)
class Bind:
    """`(e := exp(u))` in a pattern: match the expression and remember the variable as e."""

    name: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class Choose:
    """`a if test else b`, with a test that is static."""

    test: Static
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Either:
    """In a pattern: any of several ways of writing the same."""

    name: str
    spellings: tuple[Expression, ...]


Expression = Ref | Literal | Constantly | Apply | Spill | Bind | Choose | Either
Bindings = dict[str, Any]


def match(pattern: Expression, index: int, builder: Builder, found: Bindings) -> Bindings | None:
    """The bindings under which the variable is the pattern's value, or None."""
    if isinstance(pattern, Ref):
        if pattern.name in found:
            return found if _same(found[pattern.name], index, builder) else None
        if is_literal_name(pattern.name) and index not in builder.literals:
            return None
        return {**found, pattern.name: index}
    if isinstance(pattern, Literal):
        value = builder.literals.get(index, builder.numbers.get(index))
        plain = isinstance(value, (int, float, np.floating)) and not isinstance(value, bool)
        return found if plain and value == pattern.value else None
    if isinstance(pattern, Bind):
        inner = match(pattern.expression, index, builder, found)
        return None if inner is None else match(Ref(pattern.name), index, builder, inner)
    if isinstance(pattern, Apply):
        step = builder.producer.get(index)
        return None if step is None else match_step(pattern, step, builder, found)
    if isinstance(pattern, Either):
        matches = (match(spelling, index, builder, found) for spelling in pattern.spellings)
        return next((m for m in matches if m is not None), None)
    return None


def match_step(pattern: Apply, step: Step, builder: Builder, found: Bindings) -> Bindings | None:
    """The bindings under which the step is the pattern, or None."""
    if step.primitive.name != pattern.name or len(step.inputs) != len(pattern.operands):
        return None
    for (static, text), value in zip(pattern.params, step.params, strict=False):
        if text.isidentifier() and text not in ("True", "False", "None"):
            if text in found and found[text] != value:
                return None
            found = {**found, text: value}
        elif static(found) != value:
            return None
    orders = [step.inputs]
    if pattern.name in COMMUTATIVE and len(step.inputs) == 2:
        orders.append(step.inputs[::-1])
    for inputs in orders:
        here: Bindings | None = found
        for operand, index in zip(pattern.operands, inputs, strict=True):
            here = match(operand, index, builder, here) if here is not None else None
        if here is not None:
            return here
    return None


def _same(first: Any, second: int, builder: Builder, depth: int = 8) -> bool:
    """The same variable, or two steps that compute the same from the same (as far as an author repeats himself)."""
    if first == second:
        return True
    if depth == 0:
        return False
    one, two = builder.producer.get(first), builder.producer.get(second)
    return (
        one is not None
        and two is not None
        and one.primitive.name == two.primitive.name
        and one.params == two.params
        and not one.primitive.name.startswith("opaque ")
        and len(one.inputs) == len(two.inputs)
        and all(_same(a, b, builder, depth - 1) for a, b in zip(one.inputs, two.inputs, strict=True))
    )


def is_literal_name(name: str) -> bool:
    return name[0] == "c" and name[1:].isdigit()
