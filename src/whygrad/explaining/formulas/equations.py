"""The equations of a derivation: what each forward line says, and each backward line by the chain rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from whygrad.differentiation.reverse import Share
from whygrad.explaining.formulas import composing, notation
from whygrad.explaining.formulas.composing import ALL_ONES, product
from whygrad.explaining.formulas.notation import Derivative, Equation, Node, Number, Symbol, Vector, Words
from whygrad.explaining.formulas.symbols import number, plain, symbol
from whygrad.explaining.formulas.writing import FormulaWriter
from whygrad.explaining.lines import Layout, Line
from whygrad.explaining.reasons import symbol_of

if TYPE_CHECKING:
    from whygrad.explaining.derivation import Derivation

ACTIVATIONS = {"sigmoid": "σ", "relu": "relu", "tanh": "tanh", "expit": "σ", "softplus": "softplus", "erf": "erf"}
"""Functions whose derivative is shown by name, σ′(z), before it is written out."""
IDENTITY = Symbol("𝐈")
MOST_PATHS = 4
LETTERS = "ijklmnpqrs"


@dataclass(frozen=True, slots=True)
class LineFormula:
    """The formula of one line of a derivation. `target` is the variable that the line makes."""

    line: Line
    formula: Equation

    @property
    def target(self) -> int:
        return self.line.target

    @property
    def backward(self) -> bool:
        return self.line.backward


class Equations:
    """Writes the lines of a layout as equations."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.derivative = layout.derivative
        self.program = layout.program
        self.symbols: dict[int, Symbol] = {}
        self.taken: dict[str, int] = {}
        self.pieces = 0
        self.output = self._distinct(self.derivative.output, symbol_of(layout))
        forward = self.program.steps[: self.derivative.split]
        numbers = all(self.program.variables[i].shape == () for s in forward for i in (*s.inputs, s.output))
        self.d = "∂" if len(self.program.inputs) > 1 or not numbers else "d"
        self.of_gradient = self._of_gradient()
        for index in sorted(set(self.program.inputs) | set(layout.keywords) | set(layout.preset) | layout.lined):
            if index not in self.of_gradient:
                self._distinct(index, layout.names.get(index) or self._free())
        letters = "".join(c for c in LETTERS if c not in {s.stem for s in self.symbols.values()})
        self.formulas = FormulaWriter(
            self.program.variables,
            self.derivative.producers or layout.producers,
            layout.expressions.literals,
            self.shown,
            self.derivative.uses,
            letters,
        )
        self.formulas.has_e = any(s.stem == "e" for s in self.symbols.values())

    def _free(self) -> str:
        """A name for a piece that has none in the code, where it is written in place."""
        self.pieces += 1
        while str(symbol(f"t{self.pieces}")) in self.taken or f"t{self.pieces}" in self.layout.names.taken:
            self.pieces += 1
        return f"t{self.pieces}"

    def _distinct(self, index: int, name: str) -> Symbol:
        """The symbol for a variable; where another looks the same already, its name as it is."""
        known = self.symbols.get(index)
        if known is None:
            known = symbol(name)
            if self.taken.setdefault(str(known), index) != index:
                known = plain(name)
            self.symbols[index] = known
        return known

    def _of_gradient(self) -> dict[int, int]:
        """The forward variable whose gradient a variable is, where it has a name."""
        found: dict[int, int] = {}
        names = self.layout.names
        for v, g in self.derivative.gradients.items():
            name = names.get(v)
            if g >= self.derivative.forward_variables and name and g in self.layout.lined:
                if g not in found or names.get(g) == f"d{name}":
                    found[g] = v
        return found

    def shown(self, index: int) -> Node | None:
        """The symbol of a variable with a name of its own; ∂E/∂k for a gradient."""
        if index in self.of_gradient and index in self.layout.lined:
            return self.gradient(self.of_gradient[index])
        if index in self.layout.created:
            return self.created(index)
        if index == self.derivative.output and index in self.layout.lined:
            return self.output
        return self.symbols.get(index)

    def gradient(self, v: int) -> Derivative:
        return Derivative(self.d, self.output, self.name(v))

    def name(self, v: int) -> Node:
        """What a forward variable is called: its symbol, else the formula that computes it."""
        known = self.symbols.get(v)
        if known is None and self.layout.names.get(v):
            known = self._distinct(v, self.layout.names.get(v) or "")
        if known is not None:
            return notation.marked(known, v)
        written = self.formulas.variable(v)
        short = isinstance(notation.seen(written), (Symbol, Number))
        return written if short else composing.parentheses(written)

    def created(self, index: int) -> Node:
        """An array that the code makes, where it is read."""
        written = self.literally(index)
        known = self.program.variables[index].name or self.layout.names.get(index)
        return symbol(known) if known and isinstance(written, Words) else written

    def literally(self, index: int) -> Node:
        """An array that the code makes, as it is."""
        value = np.asarray(self.layout.constants[index].value)
        if value.ndim == 0:
            exact = number(value.item())
            return exact if notation.width(exact) <= 9 else Number(f"{value.item():.6g}…")
        if value.size and np.isfinite(value).all() and value.dtype.kind in "fiu":
            if (value == 0).all():
                return Number("0")
            if (value == 1).all():
                return ALL_ONES
            if value.ndim == 2 and value.shape[0] > 1 and np.array_equal(value, np.eye(*value.shape)):
                return IDENTITY
            if (value == value.flat[0]).all() and value.size > 1:
                return product([number(value.flat[0].item()), ALL_ONES], "·")
            if value.ndim <= 2 and max(value.shape) <= 6:
                return entries(value)
        text = self.layout.created.get(index) or self.layout.preset.get(index, "")
        return Words(text.replace("np.", ""))

    # Lines

    def lines(self) -> Iterator[LineFormula]:
        """The formulas of all lines; what the backward ones name of the forward pass is defined before them."""
        found = list(self._lines())
        yield from (f for f in found if not f.backward)
        told = {f.target for f in found} | set(self.program.inputs) | set(self.layout.constants)
        for index in sorted(self.symbols.keys() - told):
            step = self.layout.producers.get(index)
            if step is not None and index < self.derivative.forward_variables:
                name = self.layout.name_of(index)
                text = f"{name} = {self.layout.expressions.step(step)[0]}"
                made = Equation(notation.marked(self.symbols[index], index), (self.formulas.step(step),))
                yield LineFormula(Line(index, name, text, (), False), made)
        yield from (f for f in found if f.backward)

    def _lines(self) -> Iterator[LineFormula]:
        for index in sorted({*self.layout.preset, *self.nameless}):
            name = self.layout.shown(index) or ""
            yield LineFormula(Line(index, name, f"{name} = {self.value(index)}", (), False), self.given(index))
        for line in self.layout.lines:
            yield LineFormula(line, self.backward(line) if line.backward else self.forward(line))
        for v, g, (name, text) in zip(self.derivative.wrt, self.program.outputs[1:], self.layout.results, strict=True):
            if name != text:
                yield LineFormula(Line(g, name, f"{name} = {text}", (), True, v), self.result(v, g))

    @property
    def nameless(self) -> list[int]:
        """Numbers that the code computed from constants and that have no name of their own."""
        return [
            i for i in self.layout.keywords if not self.layout.constants[i].path and not self.program.variables[i].shape
        ]

    def value(self, index: int) -> str:
        return self.layout.preset.get(index) or repr(float(self.layout.constants[index].value))

    def given(self, index: int) -> Equation:
        """What an array or a number is that the code made."""
        written = self.literally(index)
        return Equation(notation.marked(self.symbols[index], index), (notation.marked(written, index),))

    def forward(self, line: Line) -> Equation:
        """What a line computes: by the name of the function, where an idiom has one, and written out."""
        left = self.shown(line.target) or symbol(line.name)
        step = self.layout.producers[line.target]
        rights = [self.formulas.step(step), self.formulas.written_out(step)]
        return Equation(notation.marked(left, line.target), _different(rights))

    def backward(self, line: Line) -> Equation:
        written = self.formulas.step(self.layout.producers[line.target])
        v = self.of_gradient.get(line.target)
        if v is None:
            left = self.shown(line.target) or symbol(line.name)
            return Equation(notation.marked(left, line.target), (written,))
        return Equation(notation.marked(self.gradient(v), line.target), _different([*self.chain_rule(v), written]))

    def result(self, v: int, g: int) -> Equation:
        """A gradient that is another's array, or a value that was there before."""
        if g in self.formulas.literals or self.shown(g) is not None:
            written = self.formulas.variable(g)
        elif g in self.layout.producers:
            written = self.formulas.step(self.layout.producers[g])
        else:
            written = self.constant(g)
        return Equation(notation.marked(self.gradient(v), g), _different([*self.chain_rule(v), written]))

    def constant(self, index: int) -> Node:
        value = np.asarray(self.layout.constants[index].value) if index in self.layout.constants else None
        return number(0) if value is not None and not value.any() else Words("a constant")

    # The chain rule

    def path(self, share: Share) -> tuple[int, bool]:
        """Where a share comes from: the next variable with a name on the way to the result; is it one step away?"""
        here, steps = (share.use.output if share.use else share.step.output), 1
        while here != self.derivative.output and not self.layout.names.get(here):
            shares = self.derivative.shares.get(here, ())
            if len(shares) != 1:
                break
            here, steps = (shares[0].use.output if shares[0].use else shares[0].step.output), steps + 1
        return here, steps == 1

    def chain_rule(self, v: int) -> list[Node]:
        """∂E/∂k = ∂E/∂z ∂z/∂k, summed over the ways; and where z = σ(k), ∂E/∂z ⊙ σ′(k)."""
        shares = self.derivative.shares.get(v, ())
        ends = list(dict.fromkeys(self.path(share)[0] for share in shares))
        output = self.derivative.output
        if not ends or ends == [output]:
            return []
        terms: list[Node] = []
        for end in ends:
            if end == output:
                terms.append(Derivative(self.d, self.output, self.name(v), "direct"))
            else:
                terms.append(product([self.gradient(end), Derivative(self.d, self.name(end), self.name(v))], "@"))
        if len(terms) > MOST_PATHS:
            terms = [*terms[: MOST_PATHS - 1], Symbol("…")]
        rights = [composing.total(terms, ["+"] * len(terms)), *self._by_name(v, shares)]
        if len(ends) == 1 and self.derivative.gradients.get(ends[0]) == self.derivative.gradients[v]:
            rights.append(self.gradient(ends[0]))  # the same array: a sum passes the gradient on unchanged
        return rights

    def _by_name(self, v: int, shares: tuple[Share, ...]) -> list[Node]:
        if len(shares) != 1 or not self.path(shares[0])[1]:
            return []
        (share,) = shares
        name = ACTIVATIONS.get(share.use.idiom.name if share.use else share.step.primitive.name)
        end = share.use.output if share.use else share.step.output
        g = self.derivative.gradients.get(end)
        if name is None or g is None:
            return []
        upstream = self.formulas.variable(g)
        slope = notation.marked(composing.call(name, [self.name(v)], primes=1), None)
        return [product([upstream, slope], self.formulas.mark([upstream, slope]))]


def entries(value: Any) -> Node:
    """A small array, entry by entry."""
    if value.ndim == 0:
        return number(value.item())
    return Vector(tuple(map(entries, value)))


def _different(rights: list[Node]) -> tuple[Node, ...]:
    """The sides of an equation that do not look alike."""
    found: list[Node] = []
    for node in rights:
        if not any(notation.same(node, other) for other in found):
            found.append(node)
    return tuple(found)


def step_formulas(derivation: Derivation) -> tuple[LineFormula, ...]:
    """The formulas of all lines of a derivation, forward lines first, in the order of `d.layout.lines`."""
    return tuple(Equations(derivation.layout).lines())
