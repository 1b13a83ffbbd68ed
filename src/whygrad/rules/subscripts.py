"""What is known of axes before any number is: an einsum's subscripts on the way back, a tensordot's axes.

They are static functions of the language of rules.
"""

from __future__ import annotations

import math
from typing import Any

Axes = tuple[int, ...]


def backwards(axis: int) -> tuple[tuple[Any, ...], ...]:
    """The index that reads an axis from its end: x[:, ::-1]."""
    return (*(("slice", None, None, None),) * axis, ("slice", None, None, -1))


def but_last(axis: int) -> tuple[tuple[Any, ...], ...]:
    """The index that leaves out the last place of an axis: x[:, :-1]."""
    return (*(("slice", None, None, None),) * axis, ("slice", None, -1, None))


def but_first(axis: int) -> tuple[tuple[Any, ...], ...]:
    """The index that leaves out the first place of an axis: x[:, 1:]."""
    return (*(("slice", None, None, None),) * axis, ("slice", 1, None, None))


def last_of(axes: Axes, ndim: int) -> Axes:
    """The order of the axes in which those given are the last ones."""
    return (*(a for a in range(ndim) if a not in axes), *axes)


def first_of(axes: Axes, ndim: int) -> Axes:
    """The order of the axes in which those given are the first ones."""
    return (*axes, *(a for a in range(ndim) if a not in axes))


def flattened(shape: tuple[int, ...], axes: Axes) -> tuple[int, int]:
    """The shape in which the axes given are the columns of a matrix, and all others its rows."""
    return math.prod(n for a, n in enumerate(shape) if a not in axes), math.prod(shape[a] for a in axes)


def merged(shape: tuple[int, ...], axes: Axes) -> tuple[int, ...]:
    """The shape in which the axes given, put last, are one."""
    size = 1
    for a in axes:
        size *= shape[a]
    return (*(n for a, n in enumerate(shape) if a not in axes), size)


def ordered(shape: tuple[int, ...], axes: Axes) -> tuple[int, ...]:
    """The shape with its axes in that order."""
    return tuple(shape[a] for a in axes)


def sliding_border(width: int, mode: str) -> tuple[tuple[int, int]]:
    """The zeros that stand around what a window of that width slides over."""
    before = {"full": width - 1, "same": width // 2, "valid": 0}[mode]
    return ((before, 0 if mode == "valid" else width - 1 if mode == "full" else width - 1 - before),)


# einsum


def terms(spec: str) -> tuple[list[str], str]:
    """The subscripts of each operand, and of the result."""
    left, _, right = spec.partition("->")
    return left.split(","), right


def letters(term: str) -> list[str]:
    """The subscripts one by one; `...` is one of them."""
    return ["..." if c == "." else c for c in term.replace("...", ".")]


def spec_back(spec: str, at: tuple[int]) -> str:
    """The einsum that brings the gradient back to the operand at a place: result and operand change sides."""
    operands, result = terms(spec)
    (place,) = at
    wanted = operands[place]
    operands[place] = result
    there = {letter for term in operands for letter in letters(term)}
    return f"{','.join(operands)}->{''.join(c for c in letters(wanted) if c in there)}"


def summed_away(spec: str, at: tuple[int], ndim: int) -> Axes:
    """The axes of the operand at a place that neither the result nor another operand has: they were summed alone.

    `ndim`: how many axes it has; `...` stands for any number of them.
    """
    operands, result = terms(spec)
    (place,) = at
    others = "".join([*operands[:place], *operands[place + 1 :], result])
    mine = letters(operands[place])
    alone = [n for n, letter in enumerate(mine) if letter not in others]
    return tuple(n + ndim - len(mine) if "..." in mine[:n] else n for n in alone)


# tensordot

Pairs = tuple[Axes, Axes]


def contraction_a(axes: Pairs, ndim_a: int, ndim_b: int) -> tuple[Pairs, Axes]:
    """How the gradient g of tensordot(A, B, axes) meets B so that A's axes are left, and the order that they are in."""
    of_a, of_b = axes
    rest_a = [n for n in range(ndim_a) if n not in of_a]
    rest_b = tuple(n for n in range(ndim_b) if n not in of_b)
    ends = tuple(range(len(rest_a), len(rest_a) + len(rest_b)))
    order = rest_a + [of_a[of_b.index(n)] for n in sorted(of_b)]
    return (ends, rest_b), tuple(order.index(n) for n in range(ndim_a))


def contraction_b(axes: Pairs, ndim_a: int, ndim_b: int) -> tuple[Pairs, Axes]:
    """How A meets the gradient g of tensordot(A, B, axes) so that B's axes are left, and the order that they are in."""
    of_a, of_b = axes
    rest_a = tuple(n for n in range(ndim_a) if n not in of_a)
    rest_b = [n for n in range(ndim_b) if n not in of_b]
    order = [of_b[of_a.index(n)] for n in sorted(of_a)] + rest_b
    return (rest_a, tuple(range(len(rest_a)))), tuple(order.index(n) for n in range(ndim_b))


SUBSCRIPTS = {
    function.__name__: function
    for function in (
        backwards,
        but_last,
        but_first,
        last_of,
        first_of,
        flattened,
        sliding_border,
        merged,
        ordered,
        spec_back,
        summed_away,
        contraction_a,
        contraction_b,
    )
}
"""By the names that formulas call them by."""
