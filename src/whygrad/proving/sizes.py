"""How large an expression is, written out; and its value, by computing each part once.

SymPy keeps equal parts once, but prints, evaluates and walks through them as often as they stand there: what takes a
moment to build may take hours to print. So it is measured first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy

LARGEST = 500_000
"""Expressions with more operations than this are not differentiated."""
PRINTED = 3_000
"""Those with more than this are not printed, nor evaluated as they are written."""


def operations(expression: Any) -> int:
    """How many operations and symbols the expression has, written out."""
    return int(_by_parts(expression, lambda part, below: 1 + sum(below)))


def value_of(expression: Any, point: Mapping[Any, Any], digits: int) -> Any:
    """The expression at a point of exact numbers, each part of it computed once, to about so many digits."""

    def computed(part: Any, below: list[Any]) -> Any:
        if not below:
            return point.get(part, part)
        value = part.func(*below)
        return value if value.is_Rational else sympy.N(value, digits + 20)

    return sympy.N(_by_parts(expression, computed), digits)


def _by_parts(expression: Any, function: Callable[[Any, list[Any]], Any]) -> Any:
    """function(part, what it gave for the parts of the part), for each part once, small ones first."""
    known: dict[Any, Any] = {}
    waiting = [expression]
    while waiting:
        part = waiting[-1]
        missing = [inner for inner in part.args if inner not in known]
        if missing:
            waiting.extend(missing)
        else:
            if part not in known:
                known[part] = function(part, [known[inner] for inner in part.args])
            waiting.pop()
    return known[expression]
