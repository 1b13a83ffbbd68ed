"""Programs as formulas: each line of a derivation as an equation, in the tree of `notation`.

Rows say in templates how they are written (`latex=`); what no template can say (indices, stretching, shapes) is here.
`step_formulas` gives the formulas of all lines; `latex` and `mathml` print them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from whygrad.explaining import composing, notation
from whygrad.explaining.composing import fenced, product
from whygrad.explaining.notation import (
    Call,
    Cases,
    Entry,
    Fenced,
    Fraction,
    Hole,
    Indexed,
    Inverse,
    Negative,
    Node,
    Power,
    Product,
    Reduction,
    Relation,
    Root,
    Slice,
    Sum,
    Symbol,
    Transposed,
    Vector,
    Words,
    Written,
    is_tall,
    marked,
    seen,
)
from whygrad.explaining.symbols import number
from whygrad.explaining.templates import parse
from whygrad.program import Step
from whygrad.program.data import Variable
from whygrad.rules import row_of
from whygrad.rules.row import Row

UNSEEN = frozenset({"keepdims", "dtype", "optimize", "kind", "template", "ord"})
"""Parameters that formulas do not speak of (`ord`: the only norm that has a gradient here is the length)."""
ALL_ONES = Symbol("𝟏")


class Formulas:
    """Writes the variables of a Program as formulas. `shown(index)` is the formula of a variable that has a name of its
    own, None for one that is written out; `idioms` are the idioms recognised, by their output; `indices` the letters
    that sums run over, by axis."""

    def __init__(
        self,
        variables: Any,
        producers: Mapping[int, Step],
        literals: Mapping[int, Any],
        shown: Callable[[int], Node | None],
        idioms: Mapping[int, Any],
        indices: str = "ijklmn",
    ) -> None:
        self.variables: tuple[Variable, ...] = variables
        self.producers = producers
        self.literals = literals
        self.shown = shown
        self.idioms = idioms
        self.indices = indices
        self.has_e = False
        """Does a variable bear the name e? Then the exponential is spelled out."""

    def variable(self, index: int) -> Node:
        """The formula of a variable where it is read."""
        if index in self.literals:
            return number(self.literals[index])
        named = self.shown(index)
        return marked(named, index) if named is not None else self.step(self.producers[index])

    def step(self, step: Step) -> Node:
        """The formula of what a step computes."""
        return marked(self._step(step), step.output)

    def written_out(self, step: Step) -> Node:
        """The same without the name that an idiom has for the whole."""
        return marked(self._step(step, False), step.output)

    def _step(self, step: Step, by_name: bool = True) -> Node:
        use = self.idioms.get(step.output)
        if by_name and use is not None and use.idiom.latex:
            names = {k: self.variable(v) for k, v in use.names.items() if type(v) is int and k in use.idiom.vjps}
            return self.fill(parse(use.idiom.latex), names, use.names.get("axis"), self.shape(use.names["x"]))
        row = row_of(step.primitive)
        if row is None:
            return composing.call(step.primitive.name.removeprefix("opaque "), [self.variable(i) for i in step.inputs])
        special = SPECIAL.get(row.name)
        if special is not None:
            return special(self, step)
        return self.templated(row, step)

    def templated(self, row: Row, step: Step) -> Node:
        """The row's template, filled; without one, its name and its operands."""
        operands = [self.variable(i) for i in step.inputs]
        params: dict[str, Any] = dict(zip(row.primitive.params, step.params, strict=True))
        told = {k: v for k, v in params.items() if k not in UNSEEN and v not in (row.defaults.get(k), None, 0, False)}
        if not row.latex or any(f"{{{k}}}" not in row.latex for k in told):
            return composing.call(row.name, [*operands, *(Words(f"{k}={v}") for k, v in told.items())])
        names: dict[str, Node] = {}
        for place, name in enumerate(row.operands):
            names[name.lstrip("*")] = Vector(tuple(operands[place:])) if name.startswith("*") else operands[place]
        names |= {k: number(v) for k, v in params.items() if isinstance(v, (int, float)) and not isinstance(v, bool)}
        return self.fill(parse(row.latex), names, params.get("axis", ()), self.shape(step.inputs[0]))

    def shape(self, index: int) -> tuple[int, ...]:
        return self.variables[index].shape

    def rank(self, node: Node) -> int:
        """How many axes the value of a node has."""
        if node.variable is not None:
            return len(self.shape(node.variable))
        if isinstance(node, Fenced) and node.like is not None:
            return len(self.shape(node.like))
        return max(map(self.rank, notation.children(node)), default=0)

    # Templates

    def fill(self, node: Node, names: Mapping[str, Node], axis: Any, shape: tuple[int, ...]) -> Node:
        """The tree of a template with the operands in their places, parentheses and marks as they are needed."""

        def inner(part: Node) -> Node:
            return self.fill(part, names, axis, shape)

        match node:
            case Hole(name="n") if "n" not in names:
                axes = _axes(axis, len(shape))
                return number(int(np.prod([shape[a] for a in axes], dtype=int)))
            case Hole(name=name):
                return names[name]
            case Sum(terms=terms, signs=signs):
                return composing.total(list(map(inner, terms)), list(signs))
            case Negative(body=body):
                return composing.negative(inner(body))
            case Product(factors=factors, mark=mark):
                filled = list(map(inner, factors))
                return product(filled, mark or self.mark(filled))
            case Fraction(top=top, bottom=bottom, small=False):
                return self.quotient(inner(top), inner(bottom))
            case Power(base=Symbol(stem="e"), exponent=exponent):
                raised = inner(exponent)
                if self.has_e or is_tall(raised) or notation.width(raised) > 24:
                    return composing.call("exp", [raised])
                return Power(Symbol("e"), raised)
            case Power(base=base, exponent=exponent):
                return composing.power(inner(base), inner(exponent))
            case Root(body=body, degree=degree):
                return Root(inner(body), degree)
            case Transposed(body=body):
                return composing.transposed(inner(body))
            case Inverse(body=body):
                return Inverse(fenced(inner(body), notation.ATOM))
            case Call(function="¬", arguments=arguments):
                return Call("¬", (fenced(inner(arguments[0]), notation.ATOM),), bare=True)
            case Call():
                return composing.call(
                    node.function, list(map(inner, node.arguments)), node.below and inner(node.below), node.primes
                )
            case Reduction(sign=sign, body=body):
                return self.reduction(sign, inner(body), _axes(axis, len(shape)), shape)
            case Fenced(kind="(", body=body):
                return fenced(inner(body), notation.FRACTION)
            case Fenced(kind=kind, body=body):
                filled_body = condition(inner(body)) if kind == "[" else inner(body)
                return Fenced(kind, filled_body, is_tall(filled_body))
            case Relation(left=left, sign=sign, right=right):
                least = notation.RELATION if sign in "∧∨⊕" else notation.SUM
                sides = [condition(inner(s)) if sign in "∧∨⊕" else inner(s) for s in (left, right)]
                return Relation(fenced(sides[0], least), sign, fenced(sides[1], least + 1))
        return node

    def mark(self, factors: list[Node]) -> str:
        """How a product of entries is marked: arrays entry by entry, numbers by a dot."""
        arrays = [f for f in factors if self.rank(f) > 0]
        return "⊙" if len(arrays) > 1 else "·"

    def quotient(self, top: Node, bottom: Node) -> Node:
        """A fraction; a factor that is high itself stands before it, not in it."""
        body = composing.without_minus(top)
        if body is not None:
            return composing.negative(self.quotient(body, bottom))
        inner = notation.bare(top)
        if composing.is_one(bottom):
            return top
        factors = list(inner.factors) if isinstance(inner, Product) and inner.mark != "@" else [inner]
        high = [f for f in factors if is_tall(f) and not composing.is_coefficient(f)]
        if not high or is_tall(bottom):
            return composing.fraction(top, bottom)
        low = [f for f in factors if f not in high]
        over = product(low, inner.mark if isinstance(inner, Product) else "·") if low else composing.ONE
        rest = composing.fraction(over, bottom)
        order = [rest, *high] if not low or composing.is_coefficient(rest) else [*high, rest]
        return product(order, self.mark(order))

    def reduction(self, sign: str, body: Node, axes: tuple[int, ...], shape: tuple[int, ...]) -> Node:
        """Something over axes; those of one entry are not named."""
        long = [a for a in axes if shape[a] != 1] or list(axes[:1])
        indices = tuple(self.indices[a] for a in long) if max(long, default=0) < len(self.indices) else ()
        bound = shape[long[0]] if len(long) == 1 else None
        over = " and ".join(f"{shape[a]} {AXES.get((len(shape), a), f'entries of axis {a}')}" for a in axes)
        inner = seen(body)
        positive = composing.without_minus(body) if sign == "∑" else None
        if positive is not None:
            return composing.negative(self.reduction(sign, positive, axes, shape))
        if sign == "‖":
            return Reduction(sign, body, axes, indices if len(axes) < len(shape) else (), bound, over)
        if isinstance(inner, Reduction) and sign in ("∑", "∏") and inner.sign != sign:
            body = composing.parentheses(body)
        least = notation.REDUCTION if sign in ("∑", "∏") else notation.RAISED
        return Reduction(sign, fenced(body, least), axes, indices, bound, over)


AXES = {(1, 0): "entries", (2, 0): "rows", (2, 1): "columns"}


def _axes(axis: Any, rank: int) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(rank))
    axes = axis if isinstance(axis, tuple) else (axis,)
    return tuple(a % max(rank, 1) for a in axes if isinstance(a, int))


def condition(node: Node) -> Node:
    """A condition without Iverson's bracket."""
    inner = seen(node)
    return inner.body if isinstance(inner, Fenced) and inner.kind == "[" else node


# What no template can say


def _as_it_is(f: Formulas, step: Step) -> Node:
    """The same numbers in another type or along another axis: nothing is seen of it."""
    like = None if f.shape(step.inputs[0]) == f.shape(step.output) else step.output
    return Fenced("", f.variable(step.inputs[0]), like=like)


def _cast(f: Formulas, step: Step) -> Node:
    """Another type is not seen, but that whole numbers cut off what is behind the point."""
    kinds = [f.variables[i].dtype.kind for i in (step.inputs[0], step.output)]
    if kinds[0] == "f" and kinds[1] in "iu":
        return composing.call("trunc", [f.variable(step.inputs[0])])
    return _as_it_is(f, step)


def _spread(f: Formulas, step: Step) -> Node:
    """One number in every place."""
    g = f.variable(step.inputs[0])
    if f.shape(step.inputs[0]) == f.shape(step.output):
        return Fenced("", g)
    if f.rank(g):
        return Fenced("", g, like=step.output)
    return Fenced("", product([g, ALL_ONES], "·"), like=step.output)


def _reshape(f: Formulas, step: Step) -> Node:
    """A change of shape: told only where the numbers are arranged anew."""
    before, after = ([n for n in f.shape(i) if n != 1] for i in (step.inputs[0], step.output))
    body = f.variable(step.inputs[0])
    if before == after:
        return Fenced("", body, like=step.output)
    if len(f.shape(step.output)) == 1:
        return composing.call("vec", [body])
    return composing.call("reshape", [body, Words(" × ".join(map(str, f.shape(step.output))))])


def _transpose(f: Formulas, step: Step) -> Node:
    (axes,) = step.params
    n = len(axes)
    body = f.variable(step.inputs[0])
    if n >= 2 and tuple(axes) == (*range(n - 2), n - 1, n - 2):
        return composing.transposed(body)
    return composing.call("transpose", [body, Vector(tuple(number(int(a)) for a in axes))])


def _collect(f: Formulas, step: Step) -> Node:
    """What broadcasting had stretched, added up."""
    have, want = f.shape(step.inputs[0]), f.shape(step.output)
    extra = len(have) - len(want)
    axes = (*range(extra), *(i + extra for i, n in enumerate(want) if n == 1 and have[i + extra] != 1))
    body = f.variable(step.inputs[0])
    return f.reduction("∑", body, axes, have) if axes else Fenced("", body, like=step.output)


def index_nodes(f: Formulas, arrays: tuple[int, ...], template: tuple[Any, ...]) -> tuple[Node, ...]:
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


def _getitem(f: Formulas, step: Step) -> Node:
    (template,) = step.params
    body = f.variable(step.inputs[0])
    if all(e[0] in ("new", "ellipsis") or e == ("slice", None, None, None) for e in template):
        return Fenced("", body, like=step.output)  # another axis of one entry
    return Entry(fenced(body, notation.ATOM), index_nodes(f, step.inputs[1:], template))


def _scatter(f: Formulas, step: Step) -> Node:
    g, _, *index = step.inputs
    return Written(None, _apart(f, g), index_nodes(f, tuple(index), step.params[0]), True)


def _add_at(f: Formulas, step: Step) -> Node:
    base, g, *index = step.inputs
    return Written(f.variable(base), _apart(f, g), index_nodes(f, tuple(index), step.params[0]), True)


def _setitem(f: Formulas, step: Step) -> Node:
    base, v, *index = step.inputs
    return Written(f.variable(base), _apart(f, v), index_nodes(f, tuple(index), step.params[0]))


def _apart(f: Formulas, index: int) -> Node:
    """A formula between words."""
    return fenced(f.variable(index), notation.REDUCTION)


def _where(f: Formulas, step: Step) -> Node:
    """Cases; where one of them is 0, Iverson's bracket."""
    y = step.inputs[2]
    test, one, other = (f.variable(i) for i in step.inputs)
    if f.literals.get(y) == 0 and y in f.literals:
        bracket = test if isinstance(seen(test), (Fenced, Symbol)) else Fenced("[", test)
        return product([bracket, one], f.mark([bracket, one]))
    return Cases(((one, condition(test)), (other, None)))


def _array(f: Formulas, step: Step) -> Node:
    return Vector(tuple(f.variable(i) for i in step.inputs))


def _stack(f: Formulas, step: Step) -> Node:
    """Arrays side by side along a new axis; as rows, or as columns."""
    (axis,) = step.params
    parts = Vector(tuple(f.variable(i) for i in step.inputs))
    rank = len(f.shape(step.output))
    if axis % rank == 0:
        return parts
    if rank == 2:
        return Transposed(parts)
    return composing.call("stack", [*parts.entries, Words(f"axis={axis}")])


def _concatenate(f: Formulas, step: Step) -> Node:
    """Arrays one after the other."""
    parts = [f.variable(i) for i in step.inputs]
    (axis,) = step.params
    return composing.call("concat", parts if len(f.shape(step.output)) == 1 else [*parts, Words(f"axis={axis}")])


def _fsum(f: Formulas, step: Step) -> Node:
    return composing.total([f.variable(i) for i in step.inputs], ["+"] * len(step.inputs))


def _einsum(f: Formulas, step: Step) -> Node:
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


SPECIAL: dict[str, Callable[[Formulas, Step], Node]] = {
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
