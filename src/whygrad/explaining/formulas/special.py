"""What no template can say: how stretching, shapes, indices, writes, cases and einsum are written as formulas."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from whygrad.explaining.formulas import composing, notation
from whygrad.explaining.formulas.composing import ALL_ONES, condition, fenced, product
from whygrad.explaining.formulas.notation import (
    Cases,
    Entry,
    Fenced,
    Indexed,
    Node,
    Reduction,
    Slice,
    Symbol,
    Transposed,
    Vector,
    Words,
    Written,
    seen,
)
from whygrad.explaining.formulas.symbols import number
from whygrad.program import Step

if TYPE_CHECKING:
    from whygrad.explaining.formulas.writing import FormulaWriter


def _as_it_is(f: FormulaWriter, step: Step) -> Node:
    """The same numbers in another type or along another axis: nothing is seen of it."""
    like = None if f.shape(step.inputs[0]) == f.shape(step.output) else step.output
    return Fenced("", f.variable(step.inputs[0]), like=like)


def _cast(f: FormulaWriter, step: Step) -> Node:
    """Another type is not seen, but that whole numbers cut off what is behind the point."""
    kinds = [f.variables[i].dtype.kind for i in (step.inputs[0], step.output)]
    if kinds[0] == "f" and kinds[1] in "iu":
        return composing.call("trunc", [f.variable(step.inputs[0])])
    return _as_it_is(f, step)


def _spread(f: FormulaWriter, step: Step) -> Node:
    """One number in every place."""
    g = f.variable(step.inputs[0])
    if f.shape(step.inputs[0]) == f.shape(step.output):
        return Fenced("", g)
    if f.rank(g):
        return Fenced("", g, like=step.output)
    return Fenced("", product([g, ALL_ONES], "·"), like=step.output)


def _reshape(f: FormulaWriter, step: Step) -> Node:
    """A change of shape: told only where the numbers are arranged anew."""
    before, after = ([n for n in f.shape(i) if n != 1] for i in (step.inputs[0], step.output))
    body = f.variable(step.inputs[0])
    if before == after:
        return Fenced("", body, like=step.output)
    if len(f.shape(step.output)) == 1:
        return composing.call("vec", [body])
    return composing.call("reshape", [body, Words(" × ".join(map(str, f.shape(step.output))))])


def _transpose(f: FormulaWriter, step: Step) -> Node:
    (axes,) = step.params
    n = len(axes)
    body = f.variable(step.inputs[0])
    if n >= 2 and tuple(axes) == (*range(n - 2), n - 1, n - 2):
        return composing.transposed(body)
    return composing.call("transpose", [body, Vector(tuple(number(int(a)) for a in axes))])


def _collect(f: FormulaWriter, step: Step) -> Node:
    """What broadcasting had stretched, added up."""
    have, want = f.shape(step.inputs[0]), f.shape(step.output)
    extra = len(have) - len(want)
    axes = (*range(extra), *(i + extra for i, n in enumerate(want) if n == 1 and have[i + extra] != 1))
    body = f.variable(step.inputs[0])
    return f.reduction("∑", body, axes, have) if axes else Fenced("", body, like=step.output)


def index_nodes(f: FormulaWriter, arrays: tuple[int, ...], template: tuple[Any, ...]) -> tuple[Node, ...]:
    """An index as in the code."""
    parts: list[Node] = []
    for entry in template:
        match entry:
            case ("int", i):
                parts.append(number(i))
            case ("slice", start, stop, step):
                parts.append(Slice(start, stop, step))
            case ("new",):
                parts.append(Words("new"))
            case ("ellipsis",):
                parts.append(Symbol("…"))
            case ("array", k):
                parts.append(f.variable(arrays[k]))
    return tuple(parts)


def _getitem(f: FormulaWriter, step: Step) -> Node:
    (template,) = step.params
    body = f.variable(step.inputs[0])
    if all(e[0] in ("new", "ellipsis") or e == ("slice", None, None, None) for e in template):
        return Fenced("", body, like=step.output)  # another axis of one entry
    return Entry(fenced(body, notation.ATOM), index_nodes(f, step.inputs[1:], template))


def _scatter(f: FormulaWriter, step: Step) -> Node:
    g, _, *index = step.inputs
    return Written(None, _apart(f, g), index_nodes(f, tuple(index), step.params[0]), True)


def _add_at(f: FormulaWriter, step: Step) -> Node:
    base, g, *index = step.inputs
    return Written(f.variable(base), _apart(f, g), index_nodes(f, tuple(index), step.params[0]), True)


def _setitem(f: FormulaWriter, step: Step) -> Node:
    base, v, *index = step.inputs
    return Written(f.variable(base), _apart(f, v), index_nodes(f, tuple(index), step.params[0]))


def _apart(f: FormulaWriter, index: int) -> Node:
    """A formula between words."""
    return fenced(f.variable(index), notation.REDUCTION)


def _where(f: FormulaWriter, step: Step) -> Node:
    """Cases; where one of them is 0, Iverson's bracket."""
    y = step.inputs[2]
    test, one, other = (f.variable(i) for i in step.inputs)
    if f.literals.get(y) == 0 and y in f.literals:
        bracket = test if isinstance(seen(test), (Fenced, Symbol)) else Fenced("[", test)
        return product([bracket, one], f.mark([bracket, one]))
    return Cases(((one, condition(test)), (other, None)))


def _array(f: FormulaWriter, step: Step) -> Node:
    return Vector(tuple(f.variable(i) for i in step.inputs))


def _stack(f: FormulaWriter, step: Step) -> Node:
    """Arrays side by side along a new axis; as rows, or as columns."""
    (axis,) = step.params
    parts = Vector(tuple(f.variable(i) for i in step.inputs))
    rank = len(f.shape(step.output))
    if axis % rank == 0:
        return parts
    if rank == 2:
        return Transposed(parts)
    return composing.call("stack", [*parts.entries, Words(f"axis={axis}")])


def _concatenate(f: FormulaWriter, step: Step) -> Node:
    """Arrays one after the other."""
    parts = [f.variable(i) for i in step.inputs]
    (axis,) = step.params
    return composing.call("concat", parts if len(f.shape(step.output)) == 1 else [*parts, Words(f"axis={axis}")])


def _fsum(f: FormulaWriter, step: Step) -> Node:
    return composing.total([f.variable(i) for i in step.inputs], ["+"] * len(step.inputs))


def _einsum(f: FormulaWriter, step: Step) -> Node:
    """In the letters of its specification: (Σ_j A_ij B_jk)_ik."""
    spec = step.params[0]
    operands = [f.variable(i) for i in step.inputs]
    if not isinstance(spec, str) or not re.fullmatch(r"[a-zA-Z]+(,[a-zA-Z]+)*->[a-zA-Z]*", spec):
        return composing.call("einsum", [Words(str(spec)), *operands])
    inside, _, out = spec.partition("->")
    letters = inside.split(",")
    entries = [Indexed(fenced(x, notation.ATOM), i) for x, i in zip(operands, letters, strict=True)]
    added = tuple(dict.fromkeys(c for c in "".join(letters) if c not in out))
    body = product(list(entries), "")
    whole: Node = Reduction("∑", body, (), added) if added else body
    return Indexed(composing.parentheses(whole), out) if out else whole


SPECIAL: dict[str, Callable[[FormulaWriter, Step], Node]] = {
    "transpose": _transpose,
    "spread_back": _as_it_is,
    "cast": _cast,
    "broadcast_to": _spread,
    "spread": _spread,
    "reshape": _reshape,
    "collect": _collect,
    "getitem": _getitem,
    "scatter": _scatter,
    "add_at": _add_at,
    "setitem": _setitem,
    "where": _where,
    "array": _array,
    "einsum": _einsum,
    "fsum": _fsum,
    "stack": _stack,
    "concatenate": _concatenate,
}
"""How a primitive is written, where its row's template cannot say it."""
