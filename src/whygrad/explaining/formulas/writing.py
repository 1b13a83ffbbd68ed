"""Programs as formulas: each line of a derivation as an equation, in the tree of `notation`.

Rows say in templates how they are written (`latex=`); what no template can say stands in `special`.
`equations` makes the formulas of all lines with it; `latex` and `mathml` print them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from whygrad.explaining.formulas import composing, notation
from whygrad.explaining.formulas.composing import condition, fenced, product
from whygrad.explaining.formulas.notation import (
    Call,
    Fenced,
    Fraction,
    Hole,
    Inverse,
    Negative,
    Node,
    Power,
    Product,
    Reduction,
    Relation,
    Root,
    Sum,
    Symbol,
    Transposed,
    Vector,
    Words,
    is_tall,
    marked,
    seen,
)
from whygrad.explaining.formulas.special import SPECIAL
from whygrad.explaining.formulas.symbols import number
from whygrad.explaining.formulas.templates import parse
from whygrad.program import Step
from whygrad.program.data import Variable
from whygrad.rules import row_of
from whygrad.rules.row import Row

UNSEEN = frozenset({"keepdims", "dtype", "optimize", "kind", "template", "ord"})
"""Parameters that formulas do not speak of (`ord`: the only norm that has a gradient here is the length)."""


class FormulaWriter:
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
