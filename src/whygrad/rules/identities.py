"""Identities of algebra by which a derived step is simplified as it is written: a table, read top to bottom.

Each row rewrites its left side as its right side. They are applied to derived steps only: what the author's forward
pass computes is never changed. c1 and c2 are numbers in the code (not 0 where they cancel), whose products are
folded; m is a mask, x and y are none. An identity is used only where it keeps a float's type: an array of whole
numbers times 2.0 / 2.0 is one of floats.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.program import Count, Primitive, Simplification, Step
from whygrad.program.building import Builder
from whygrad.program.matching import (
    COMMUTATIVE,
    Apply,
    Bind,
    Bindings,
    Expression,
    Literal,
    Ref,
    is_literal_name,
    match_step,
)
from whygrad.rules.formula import emit, parse
from whygrad.rules.indexing import index_of, is_basic
from whygrad.rules.layouts import ALL
from whygrad.rules.places import apart, is_whole
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
    ("-(c1 / x)", "(-c1) / x"),
    ("-((x - y) / z)", "(y - x) / z"),
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
    ("sum(-x, axis, keepdims)", "-sum(x, axis, keepdims)"),
    ("c1 * (x / (c1 * y))", "x / y"),
    ("c1 * (c2 / x)", "(c1 * c2) / x"),
    ("c1 / (c1 * x)", "1 / x"),
    ("x * (1 / y)", "x / y"),
    ("c1 * (x - y)", "(-c1) * (y - x)"),
    ("x + c1 * y", "x - (-c1) * y"),
    ("x + c1", "x - (-c1)"),
    ("c1 * where(m, 0.0, x)", "where(m, 0.0, c1 * x)"),
    ("c1 * where(m, x, 0.0)", "where(m, c1 * x, 0.0)"),
    ("where(m, x, 0.0) + where(m, 0.0, y)", "where(m, x, y)"),
    ("(1 / c1) * m", "m / c1"),
    ("where(m, 1, 0.0) * x", "where(m, x, 0.0)"),
    ("cast(1 * m, dtype)", "cast(m, dtype)"),
)

CANCELLING = ("(c1 * x) / c1", "c1 * (x / c1)", "c1 * (x / (c1 * y))", "c1 / (c1 * x)")
"""Identities that hold where c1 is not 0."""
NEGATIVE = ("c1 * (x - y)", "x + c1 * y", "x + c1")
"""Identities that are used where c1 is below 0."""

Identity = tuple[Apply, Expression, str, str]
"""Left side and right side, parsed and as text."""
_table: dict[str, list[Identity]] = {}
_by_heads: dict[tuple[str, tuple[str, ...]], tuple[Identity, ...]] = {}
"""The rows of the table for a primitive, by what its operands are: found once for each."""
LITERAL, ANYTHING = "a literal", "anything"


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
    if row is not None and row.kind in ("linear", "bilinear") and row.name not in ("negative", "multiply"):
        turned = _sign_outside(builder, primitive, inputs, params)
        if turned is not None:
            return turned
    if primitive.name == "multiply":
        blanked = _blanked_after(builder, primitive, inputs)
        if blanked is not None:
            return blanked
    if primitive.name == "multiply" and inputs[1] in builder.literals and inputs[0] not in builder.literals:
        return builder.apply(primitive, inputs[::-1], params)
    if row is not None and row.broadcasts and len(inputs) == 2:
        unspread = _broadcast_anyhow(builder, primitive, inputs)
        if unspread is not None:
            return unspread
    step = Step(primitive, inputs, params, (-1,))
    for pattern, replacement, left, right in _candidates(builder, primitive.name, inputs):
        found = match_step(pattern, step, builder, {})
        if found is None or not _sound(builder, left, found) or _looks_through(builder, left, inputs, found):
            continue
        dtype = _dtype(builder, step)
        if dtype.kind == "f":
            index = emit(replacement, found, builder, lookup)
            if builder.dtype(index) == dtype:
                builder.simplified.setdefault(index, Simplification(left, right))
                return index
    return None


def _candidates(builder: Builder, name: str, inputs: tuple[int, ...]) -> tuple[Identity, ...]:
    """The identities whose left side has operands such as these: most of a long table is put aside at one look."""
    literals, producer = builder.literals, builder.producer
    heads = tuple([LITERAL if i in literals else producer[i].primitive.name if i in producer else "" for i in inputs])
    found = _by_heads.get((name, heads))
    if found is None:
        found = tuple(row for row in _table.get(name, ()) if _may_be(row[0], heads))
        _by_heads[name, heads] = found
    return found


def _may_be(pattern: Apply, heads: tuple[str, ...]) -> bool:
    """May the pattern's operands be what these heads are of: a literal, the output of that primitive, anything?"""
    wanted = tuple(map(_head, pattern.operands))
    orders = [heads, heads[::-1]] if pattern.name in COMMUTATIVE else [heads]
    return len(wanted) == len(heads) and any(
        all(w in (ANYTHING, h) for w, h in zip(wanted, order, strict=True)) for order in orders
    )


def _head(pattern: Expression) -> str:
    if isinstance(pattern, Bind):
        return _head(pattern.expression)
    if isinstance(pattern, Apply):
        return pattern.name
    literal = isinstance(pattern, Literal) or (isinstance(pattern, Ref) and is_literal_name(pattern.name))
    return LITERAL if literal else ANYTHING


def _sound(builder: Builder, left: str, found: Bindings) -> bool:
    """Counted numbers stay visible: they are not folded into others. What cancels is not 0. Masks do not count."""
    if left == "c1 * (c2 * x)" and any(isinstance(builder.literals[found[c]], Count) for c in ("c1", "c2")):
        return False
    if left in CANCELLING and builder.literals[found["c1"]] == 0:
        return False
    if left in NEGATIVE and not builder.literals[found["c1"]] < 0:
        return False
    return all(builder.dtype(found[name]).kind != "b" for name in ("x", "y") if name in found)


def _looks_through(builder: Builder, left: str, inputs: tuple[int, ...], found: Bindings) -> bool:
    """What has a name is used by its name, not taken apart; 1/y is only where it was derived itself."""
    forward = builder.program.variables
    inner = [i for i in inputs if i not in found.values() and i in builder.producer]
    given = [i for i in inner if i < len(forward)]
    named = any(forward[i].name for i in given) or any(i in builder.kept and not _is_number(builder, i) for i in inner)
    return named or (left == "x * (1 / y)" and bool(given))


def _is_number(builder: Builder, index: int) -> bool:
    """Is it made of numbers in the code only: 1 / n?"""
    return all(i in builder.literals for i in builder.producer[index].inputs)


def _dtype(builder: Builder, step: Step) -> np.dtype[Any]:
    """The dtype of what the step, a cast or arithmetic, makes of its operands."""
    numbers = [builder.values[i] if builder.variables[i].face == "python" else builder.dtype(i) for i in step.inputs]
    if step.primitive.name == "cast":
        numbers = [np.dtype(step.params[0])]
    found: np.dtype[Any] = np.result_type(*(int(n) if isinstance(n, Count) else n for n in numbers))
    return found


MOVES = frozenset({"spread_back", "transpose", "reshape", "getitem"})
PRODUCTS = frozenset({"matmul", "vector_matrix", "matrix_vector", "dot", "outer"})


def _sign_outside(
    builder: Builder, primitive: Primitive, inputs: tuple[int, ...], params: tuple[Any, ...]
) -> int | None:
    """Moved or multiplied, a minus sign goes outside, where it meets a sum or another one."""
    places = (0,) if primitive.name in MOVES else (0, 1) if primitive.name in PRODUCTS else ()
    for place in places:
        positive = _without_sign(builder, inputs[place])
        if positive is not None:
            plain = builder.apply(primitive, (*inputs[:place], positive, *inputs[place + 1 :]), params)
            return builder.apply(lookup("negative")[0], (plain,))
    return None


def _without_sign(builder: Builder, index: int) -> int | None:
    """What the variable is the negative of, where it is derived as one: −x, or (−x) / n of a number n."""
    step = builder.producer.get(index)
    if step is None or not _is_own(builder, index):
        return None
    if step.primitive.name == "negative":
        return step.inputs[0]
    if step.primitive.name == "divide" and step.inputs[1] in builder.literals:
        above = _without_sign(builder, step.inputs[0])
        return None if above is None else builder.apply(step.primitive, (above, step.inputs[1]))
    return None


def _broadcast_anyhow(builder: Builder, primitive: Primitive, inputs: tuple[int, ...]) -> int | None:
    """Leading axes are given to an operand by broadcasting, where the other one has them: x[None, :] * y is x * y."""
    for place, index in enumerate(inputs):
        step, other = builder.producer.get(index), inputs[1 - place]
        if step is None or step.primitive.name != "spread_back" or step.params[1] or not _is_own(builder, index):
            continue
        axes = step.params[0]
        if axes == tuple(range(len(axes))) and len(builder.shape(other)) >= len(builder.shape(index)):
            return builder.apply(primitive, (*inputs[:place], step.inputs[0], *inputs[place + 1 :]))
    return None


def _blanked_after(builder: Builder, primitive: Primitive, inputs: tuple[int, ...]) -> int | None:
    """One number everywhere but for zeros at some places, times a mask: the mask times the number, and then zeros."""
    for blanked, mask in (inputs, inputs[::-1]):
        step = builder.producer.get(blanked)
        if step is None or step.primitive.name != "setitem" or builder.literals.get(step.inputs[1]) != 0:
            continue
        spread = builder.producer.get(step.inputs[0])
        if spread is None or spread.primitive.name != "spread" or builder.dtype(mask).kind != "b":
            continue
        product = builder.apply(primitive, (spread.inputs[0], mask))
        same = builder.shape(product) == builder.shape(blanked) and builder.dtype(product) == builder.dtype(blanked)
        if same:
            return builder.apply(step.primitive, (product, *step.inputs[1:]), step.params)
    return None


def _put_back(builder: Builder, inputs: tuple[int, ...], params: tuple[Any, ...]) -> int | None:
    """What was read at a place and set to 0 there, and is added in there again, was never away: x[i] += v."""
    taken, read = builder.producer.get(inputs[0]), builder.producer.get(inputs[1])
    if taken is None or read is None or taken.primitive.name != "setitem" or read.primitive.name != "getitem":
        return None
    index = inputs[2:]
    same = taken.params == read.params == params and taken.inputs[2:] == read.inputs[1:] == index
    once = all(builder.dtype(i).kind == "b" for i in index)
    zero = builder.literals.get(taken.inputs[1]) == 0
    return taken.inputs[0] if same and once and zero and taken.inputs[0] == read.inputs[0] else None


def _summed_shape(shape: tuple[int, ...], axes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(n for axis, n in enumerate(shape) if axis not in axes)


def _read_back(builder: Builder, primitive: Primitive, inputs: tuple[int, ...], params: tuple[Any, ...]) -> int | None:
    """What was written there is read back as it is; what was set to 0 elsewhere might as well not have been."""
    x, (place,), shape = inputs[0], params, builder.shape(inputs[0])
    if len(inputs) > 1:
        return None
    passed_over = all_zero = False
    while x >= len(builder.program.variables) and x in builder.producer:
        step = builder.producer[x]
        joined = step.primitive.name == "array" or (step.primitive.name == "stack" and step.params == (0,))
        if joined and len(place) == 1 and place[0][0] == "int":
            part = step.inputs[place[0][1]]
            return part if builder.shape(part) and builder.dtype(part) == builder.dtype(x) else None
        if step.primitive.name == "spread":
            number = _one_entry(builder, step.inputs[0], x)
            if number is not None and np.shape(builder.values[x][index_of(place, ())]) == ():
                return number
            break
        if step.primitive.name not in ("setitem", "scatter") or not is_basic(step.params[0]):
            break
        value = step.inputs[step.primitive.name == "setitem"]
        if step.params == params:
            same = builder.shape(value) == np.shape(builder.values[x][index_of(place, ())])
            return value if same and builder.dtype(value) == builder.dtype(x) else None
        if step.primitive.name == "scatter" or not apart(step.params[0], place, shape):
            break
        all_zero = builder.literals.get(value) == 0 and (all_zero or not passed_over)
        x, passed_over = step.inputs[0], True
    return builder.apply(primitive, (x,), params) if all_zero else None


def _one_entry(builder: Builder, number: int, spread: int) -> int | None:
    """An entry of what was one number, and is spread over a shape: that number."""
    if number in builder.literals and builder.dtype(spread).kind == "f":
        return number
    return number if builder.shape(number) == () and builder.dtype(number) == builder.dtype(spread) else None


def _is_turned(builder: Builder, index: int) -> bool:
    step = builder.producer.get(index)
    return step is not None and step.primitive.name == "transpose"


def _is_own(builder: Builder, index: int) -> bool:
    """Has it been derived, and has it no name by which somebody would look for it?"""
    return index >= len(builder.program.variables) and index not in builder.kept


def _undone(builder: Builder, primitive: Primitive, inputs: tuple[int, ...], params: tuple[Any, ...]) -> int | None:
    """Moving numbers about: twice is once, there and back is nothing."""
    x = inputs[0]
    before = builder.producer.get(x)
    if primitive.name == "reshape":
        if builder.shape(x) == params[0]:
            return x
        if before is not None and before.primitive.name == "reshape":
            return builder.apply(primitive, before.inputs, params)
        if before is not None and before.primitive.name == "sum" and _is_own(builder, x) and before.params[1]:
            axes = before.params[0]  # kept, and dropped right away
            if params[0] == tuple(n for a, n in enumerate(builder.shape(x)) if a not in axes):
                return builder.apply(before.primitive, before.inputs, (axes, False))
        derived = x >= len(builder.program.variables) and x not in builder.kept
        if before is not None and before.primitive.name == "sum" and before.params[1] and derived:
            plain = (before.params[0], False)
            if _summed_shape(builder.shape(before.inputs[0]), before.params[0]) == params[0]:
                return builder.apply(before.primitive, before.inputs, plain)
    elif primitive.name == "getitem":
        if len(inputs) == 1 and set(params[0]) <= {ALL, ("ellipsis",)}:
            return x
        return _read_back(builder, primitive, inputs, params)
    elif primitive.name == "scatter":
        if is_whole(params[0], builder.shape(inputs[1])):
            return builder.apply(lookup("reshape")[0], (x,), (builder.shape(inputs[1]),))
    elif primitive.name == "transpose":
        if params[0] == tuple(range(len(params[0]))):
            return x
        if before is not None and before.primitive.name == "transpose":
            axes = tuple(before.params[0][a] for a in params[0])
            return builder.apply(primitive, before.inputs, (axes,))
        if before is not None and before.primitive.name == "matmul" and x >= len(builder.program.variables):
            a, b = before.inputs  # of a derived step
            one_is_turned = any(_is_turned(builder, i) for i in (a, b))
            n = len(params[0])
            same = n == len(builder.shape(a)) == len(builder.shape(b))
            if same and params[0] == (*range(n - 2), n - 1, n - 2) and one_is_turned:  # (Aᵀ B)ᵀ = Bᵀ A
                turned = [builder.apply(primitive, (i,), params) for i in (b, a)]
                return builder.apply(before.primitive, turned)
    elif primitive.name == "pad" and not any(map(any, params[0])):
        return x
    elif primitive.name == "add_at":
        return _put_back(builder, inputs, params)
    elif primitive.name == "spread_back" and (params[1] or builder.shape(x) == ()):
        return x
    elif primitive.name == "collect" and builder.shape(x) == params[0]:
        return x
    return None
