"""Identities of algebra by which a derived step is simplified as it is written: a table, read top to bottom.

Each row rewrites its left side as its right side. They are applied to derived steps only: what the author's forward
pass computes is never changed. c1 and c2 are numbers in the code; the numbers of a product are folded.
"""

from __future__ import annotations

from typing import Any

from whygrad.program import Count, Primitive, Simplification, Step
from whygrad.program.building import Builder
from whygrad.program.matching import Apply, Bindings, Expression, match_step
from whygrad.rules.formula import emit, parse
from whygrad.rules.row import ROWS, lookup

IDENTITIES = (
    ("x * 1", "x"),
    ("x / 1", "x"),
    ("x + 0", "x"),
    ("x - 0", "x"),
    ("0 - x", "-x"),
    ("x ** 1", "x"),
    ("x * -1", "-x"),
    ("-(-x)", "x"),
    ("-(x - y)", "y - x"),
    ("-(c1 * x)", "(-c1) * x"),
    ("-(c1 / c2)", "(-c1) / c2"),
    ("-(x / c1)", "(-x) / c1"),
    ("c1 * (-x)", "(-c1) * x"),
    ("(-x) * y", "-(x * y)"),
    ("x + (-y)", "x - y"),
    ("x - (-y)", "x + y"),
    ("x + x", "2 * x"),
    ("c1 * (c2 * x)", "(c1 * c2) * x"),
    ("x * (c1 / c2)", "(c1 * x) / c2"),
    ("(c1 * x) / c1", "x"),
    ("c1 * (x / c1)", "x"),
    ("c1 * (x / c2)", "(c1 * x) / c2"),
    ("(x / c1) * y", "(x * y) / c1"),
    ("where(m, 1, 0) * x", "where(m, x, 0)"),
)

_table: dict[str, list[tuple[Apply, Expression, str, str]]] = {}


def parse_identities() -> None:
    """Parse the table; called once, when all rows are there."""
    for left, right in IDENTITIES:
        pattern = parse(left, set(), lookup, pattern=True)
        assert isinstance(pattern, Apply)
        replacement = parse(right, set(), lookup, pattern=True)
        _table.setdefault(pattern.name, []).append((pattern, replacement, left, right))


def simplify(builder: Builder, primitive: Primitive, inputs: tuple[int, ...], params: tuple[Any, ...]) -> int | None:
    """The variable that already holds the step's value, or that an identity gives; None to write the step."""
    row = ROWS.get(primitive.name)
    if row is not None and row.kind == "linear" and params:
        done = _undone(builder, primitive, inputs, params)
        if done is not None:
            return done
    if primitive.name == "multiply" and inputs[1] in builder.literals and inputs[0] not in builder.literals:
        return builder.apply(primitive, inputs[::-1], params)
    step = Step(primitive, inputs, params, (-1,))
    for pattern, replacement, left, right in _table.get(primitive.name, ()):
        found = match_step(pattern, step, builder, {})
        if found is not None and _sound(builder, left, found):
            index = emit(replacement, found, builder, lookup)
            builder.simplified.setdefault(index, Simplification(left, right))
            return index
    return None


def _sound(builder: Builder, left: str, found: Bindings) -> bool:
    """Counted numbers stay visible: they are not folded into others."""
    if left == "c1 * (c2 * x)":
        return not any(isinstance(builder.literals[found[c]], Count) for c in ("c1", "c2"))
    return True


def _undone(builder: Builder, primitive: Primitive, inputs: tuple[int, ...], params: tuple[Any, ...]) -> int | None:
    """Moving numbers about: twice is once, there and back is nothing."""
    x = inputs[0]
    before = builder.producer.get(x)
    if primitive.name == "reshape":
        if builder.shape(x) == params[0]:
            return x
        if before is not None and before.primitive.name == "reshape":
            return builder.apply(primitive, before.inputs, params)
    elif primitive.name == "transpose":
        if params[0] == tuple(range(len(params[0]))):
            return x
        if before is not None and before.primitive.name == "transpose":
            axes = tuple(before.params[0][a] for a in params[0])
            return builder.apply(primitive, before.inputs, (axes,))
    elif primitive.name == "spread_back" and (params[1] or builder.shape(x) == ()):
        return x
    elif primitive.name == "collect" and builder.shape(x) == params[0]:
        return x
    return None
