"""What a row is, and the table of all rows.

A row holds all that whygrad knows about a primitive: how it is evaluated, how it is written in NumPy, its
derivative with respect to each operand (as formulas of `rules.formula`), why each is what it is, and samples
from which its tests are made. To add a primitive is to add a row. The kinds of row:

    elementwise(evaluate, "y = tanh(x)", dx="g * (1 - y ** 2)", …)   acts on each element; operands broadcast
    linear(evaluate, "y = sum(x, |, axis, keepdims)", dx=…, …)       its Jacobian does not depend on values
    bilinear(evaluate, "C = matmul(A, B)", dA=…, dB=…, …)            linear in each operand by itself
    general(evaluate, "y = max(x, |, axis, keepdims)", dx=…, …)      none of these
    nondiff(evaluate, "y = greater(x, y)", why=…)                    flat almost everywhere: no gradient passes

The keyword `dx` is ∂L/∂x for upstream gradient g; forward mode reads its own rule out of it, by the kind of row
(differentiation/forward.py). Un-broadcasting is the engine's business, never a row's.
In a signature a bar stands between operands and parameters, `y = sum(x, |, axis, keepdims)`; `*xs` is any number of
operands. `defaults` are parameters that need not be written.
`code` is how NumPy writes it; `method`, where the first operand is a name; `binds` is how tightly that holds together
(a product, a sum; a call unless told). `why` says in one sentence why the derivative is what it is; `{x}`, `{y}` are
replaced by the author's names, `{n}` by how many entries a mean is of.
`local` is the local derivative in words of algebra where it is not the formula with g = 1; `(·)` in it stands for the
upstream gradient. `proof` is the derivation in index form, one line a step. `latex` is how formulas are printed, in a
little LaTeX with the operands in braces: `\\tanh {x}`, `\\sum_{axis} {x}` (all of it at the head of
explaining.formulas.templates); without one, it is name(x).
`body` says the same as the primitive with others, as a formula: what knows only the core (the rows without a body)
gets the rest from there. `lazy`: the formulas take an upstream gradient that is still to be spread over its shape.
`corner`: where it has no slope, in a formula and in words (a Corner).
`stacks`: the operands broadcast in part (a stack of matrices against one).
`smooth=False`: it has corners or jumps, which `domain`, the interval that each operand's samples are drawn from, keeps
away from. `view`: the result may share memory with the first operand; `into` does the same in its memory.
An operand without a derivative enters by its shape only, or is an index or a condition: nothing flows back to it.
Some names of operands say how the tests draw them: `c` is a condition, `M` a matrix that is far from singular, `S` one
that is symmetric and positive definite.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from whygrad.program import Primitive, Step
from whygrad.program.matching import Expression
from whygrad.rules.formula import Formulas

ATOM, POWER, UNARY, PRODUCT, SUM, COMPARISON = 100, 40, 30, 20, 10, 5
"""How tightly a printed form binds."""


@dataclass(frozen=True, slots=True)
class Corner:
    """Where a row has no slope, or not the same from both sides.

    `at` is a formula in the names of the signature, true there. The derivation says it so: "`said` in np.abs(x)
    (line 3): `used`", where `used` is which slope the formula gives there. A proof takes for granted that `off`.
    """

    at: str
    said: str
    used: str
    off: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """Arguments for a row's tests: shapes of the operands (None: not an array to differentiate), parameters."""

    shapes: tuple[tuple[int, ...], ...]
    params: tuple[Any, ...] = ()


ELEMENTWISE = {
    1: (Sample(((3, 4),)), Sample(((),)), Sample(((0,),))),
    2: (Sample(((3, 4), (3, 4))), Sample(((3, 4), (4,))), Sample(((3, 1), (1, 4))), Sample(((), (2, 3)))),
    3: (Sample(((3, 4), (3, 4), (4,))),),
}


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """All that is known about one primitive. See the head of this file."""

    kind: str
    primitive: Primitive
    operands: tuple[str, ...]
    output: str
    vjps: Mapping[str, Expression]
    formulas: dict[str, str]
    why: dict[str, str]
    code: str
    method: str
    binds: int
    local: dict[str, str]
    domain: tuple[float, float] | dict[str, tuple[float, float]]
    samples: tuple[Sample, ...]
    defaults: dict[str, Any] = field(default_factory=dict)
    smooth: bool = True
    lazy: bool = False
    stacks: bool = False
    latex: str = ""
    proof: tuple[str, ...] = ()
    body: str = ""
    parsed: Mapping[str, Expression] = field(default_factory=dict)
    """The body and where the corner is as expressions, under "body" and "corner"."""
    table: str = ""
    """The module in which the row stands."""
    corner: Corner | None = None

    @property
    def name(self) -> str:
        return self.primitive.name

    @property
    def broadcasts(self) -> bool:
        return self.kind == "elementwise"

    @property
    def is_core(self) -> bool:
        """Is it one of the primitives that the others can be written with?"""
        return not self.body

    @property
    def variadic(self) -> bool:
        return any(name.startswith("*") for name in self.operands)

    @property
    def signature(self) -> str:
        return f"{self.output} = {self.name}({', '.join((*self.operands, *self.primitive.params))})"

    def operand_name(self, number: int) -> str:
        """The name of operand number `number` in the signature."""
        return _operand_name(self.operands, number)

    def bound(self, step: Step, number: int) -> dict[str, Any]:
        """The names of the signature, bound to a step's operands, output and parameters, for a formula with respect to
        operand number `number` (of any number of operands: all are `parts`, `at` holds its number, `before`
        and `after` are the others)."""
        names: dict[str, Any] = dict(zip(self.primitive.params, step.params, strict=False))
        for place, name in enumerate(self.operands):
            names[name.lstrip("*")] = step.inputs[place:] if name.startswith("*") else step.inputs[place]
        if self.operands[0] == f"*{self.operand_name(number)}":
            names |= {self.operand_name(number): step.inputs[number], "parts": step.inputs, "at": (number,)}
            names |= {"before": step.inputs[:number], "after": step.inputs[number + 1 :]}
        names[self.output] = step.output
        return names


@functools.cache
def _operand_name(operands: tuple[str, ...], number: int) -> str:
    for place, name in enumerate(operands):
        if name.startswith("*"):
            return name[1:]
        if place == number:
            return name
    raise IndexError(number)


ROWS: dict[str, Row] = {}


def row_of(primitive: Primitive) -> Row | None:
    """The row of a primitive; its variants (math.exp beside np.exp) share it by name."""
    return ROWS.get(primitive.name)


def primitive(name: str) -> Primitive:
    """The primitive of that name."""
    return ROWS[name].primitive


@functools.cache
def lookup(name: str) -> tuple[Primitive, int]:
    """For formulas: a primitive, and how many operands it takes (-1: any number)."""
    row = ROWS[name]
    return row.primitive, -1 if row.variadic else len(row.operands)


def _add(
    kind: str,
    evaluate: Callable[..., Any],
    signature: str,
    *,
    code: str,
    method: str = "",
    binds: int = ATOM,
    why: str | dict[str, str] = "",
    local: dict[str, str] | None = None,
    domain: tuple[float, float] | dict[str, tuple[float, float]] = (-1.7, 1.7),
    samples: tuple[Sample, ...] = (),
    defaults: dict[str, Any] | None = None,
    into: Callable[..., Any] | None = None,
    view: bool = False,
    smooth: bool = True,
    lazy: bool = False,
    stacks: bool = False,
    latex: str = "",
    proof: tuple[str, ...] = (),
    body: str = "",
    corner: Corner | None = None,
    **derivatives: str,
) -> Primitive:
    output, _, call = signature.partition(" = ")
    name, _, inside = call.rstrip(")").partition("(")
    names = [part.strip() for part in inside.split(",")]
    bar = names.index("|") if "|" in names else None
    operands = tuple(names[:bar]) if bar is not None else tuple(names)
    params = tuple(names[bar + 1 :]) if bar is not None else ()
    made = Primitive(name, evaluate, params, into, view)
    plain = tuple(o.lstrip("*") for o in operands)
    if name in ROWS:
        raise ValueError(f"two rows for {name}")
    if not samples and kind == "elementwise":
        samples = ELEMENTWISE[len(operands)]
    if kind != "nondiff" and not samples:
        raise ValueError(f"the row of {name} has no samples")
    if isinstance(why, str):
        why = dict.fromkeys(plain, why)
    formulas = {key[1:]: text for key, text in derivatives.items()}
    vjps = Formulas(formulas, {*plain, output, "g"}, lookup)
    texts = {"body": body} if body else {}
    parsed = Formulas(texts | ({"corner": corner.at} if corner else {}), {*plain, output}, lookup)
    ROWS[name] = Row(
        kind, made, operands, output, vjps, formulas, why, code, method, binds, local or {}, domain, samples,
        defaults or {}, smooth, lazy, stacks, latex, proof, body, parsed, sys._getframe(2).f_globals["__name__"],
        corner,
    )  # fmt: skip
    for operand in formulas:
        if operand not in plain:
            raise ValueError(f"the row of {name} has a derivative for {operand}, which is no operand")
    return made


def elementwise(evaluate: Callable[..., Any], signature: str, **about: Any) -> Primitive:
    """A row whose primitive acts on each element by itself."""
    return _add("elementwise", evaluate, signature, **about)


def linear(evaluate: Callable[..., Any], signature: str, **about: Any) -> Primitive:
    """A row whose primitive is linear: its derivative is its adjoint."""
    return _add("linear", evaluate, signature, **about)


def bilinear(evaluate: Callable[..., Any], signature: str, **about: Any) -> Primitive:
    """A row whose primitive is linear in each of two operands."""
    return _add("bilinear", evaluate, signature, **about)


def general(evaluate: Callable[..., Any], signature: str, **about: Any) -> Primitive:
    """A row of no special kind."""
    return _add("general", evaluate, signature, **about)


def nondiff(evaluate: Callable[..., Any], signature: str, **about: Any) -> Primitive:
    """A row through which no gradient passes; `why` says why."""
    return _add("nondiff", evaluate, signature, **about)
