"""The calculus lesson in formulas: df/dx = df/du · du/dx, each factor written out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from whygrad.explaining.formulas import composing, notation
from whygrad.explaining.formulas.composing import product
from whygrad.explaining.formulas.notation import Derivative, Equation, Node
from whygrad.explaining.formulas.symbols import number, symbol
from whygrad.explaining.formulas.writing import FormulaWriter
from whygrad.explaining.lesson import Lesson, Slope
from whygrad.explaining.lines import Layout
from whygrad.program import Step


def lesson_equations(layout: Layout) -> Iterator[Equation]:
    """For each argument: the chain rule, its factors, and what they come to."""
    writer = Slopes(Lesson(layout))
    for v in layout.derivative.wrt:
        yield writer.equation(v)


def lesson_steps(layout: Layout) -> Iterator[Equation]:
    """The function as a whole, and taken apart from the inside out."""
    lesson = Lesson(layout)
    writer = Slopes(lesson)
    if not lesson.forward:
        return
    yield writer.whole()
    if len(lesson.forward) > 1:
        apart = Lettered(lesson)
        for step in lesson.forward:
            yield apart.step(step)


class Slopes:
    """Writes the slopes of a lesson as formulas in the arguments alone."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson
        scratch = lesson.local.scratch
        self.names = {i: symbol(name) for i, name in lesson.names.items()}
        self.formulas = FormulaWriter(
            scratch.variables, scratch.producer, scratch.literals, self.argument, lesson.layout.derivative.uses
        )
        self.formulas.has_e = any(s.stem == "e" for s in self.names.values())

    def whole(self) -> Equation:
        """The function with its steps put into one another."""
        last = self.lesson.forward[-1]
        arguments = [self.names[i] for i in self.lesson.program.inputs]
        return Equation(composing.call(self.names[last.output].stem, list(arguments)), (self.formulas.step(last),))

    def argument(self, index: int) -> Node | None:
        """The symbol of an argument; everything else is written out."""
        index = self.lesson.local.originals.get(index, index)
        if index in self.lesson.letters:
            return self.formulas.step(self.lesson.layout.producers[index])
        return self.names.get(index)

    def original(self, index: int) -> int | None:
        """The Program's own variable for one of the scratch Program."""
        index = self.lesson.local.originals.get(index, index)
        return index if index < len(self.lesson.program.variables) else None

    def written(self, shown: Callable[[int], Node | None], idioms: Mapping[int, Any]) -> FormulaWriter:
        """FormulaWriter of the lesson's own Program."""
        layout = self.lesson.layout
        found = FormulaWriter(
            layout.program.variables, layout.derivative.producers, layout.expressions.literals, shown, idioms
        )
        found.has_e = self.formulas.has_e
        return found

    def equation(self, v: int) -> Equation:
        lesson, d = self.lesson, self.lesson.d
        output = lesson.layout.derivative.output
        left = Derivative(d, self.names.get(output, symbol(lesson.symbol)), self.names[v])
        chains = lesson.chains(v)
        g = lesson.layout.derivative.gradients.get(v)
        if v == output:
            return Equation(left, (composing.ONE,))
        if not chains or g is None:
            return Equation(left, (number(0),))
        rights: list[Node] = []
        if any(len(chain) > 1 for chain in chains):
            rights.append(self.added(chains, self.ratio))
        rights.append(self.added(chains, self.slope))
        rights.append(self.written(self.argument, lesson.layout.derivative.uses).variable(g))
        found: list[Node] = []
        for right in rights:
            if not any(notation.factors_of(right) == notation.factors_of(other) for other in found):
                found.append(right)
        return Equation(left, tuple(found))

    def added(self, chains: list[list[Slope]], factor: Callable[[Slope], Node]) -> Node:
        """The ways added up, each the product of its factors from the outside in."""
        terms = [product([factor(s) for s in reversed(chain)], "·") for chain in chains]
        return composing.total(terms, ["+"] * len(terms))

    def ratio(self, slope: Slope) -> Node:
        """The slope as a symbol: dh/dg."""
        return Derivative(slope.d, self.names[slope.step.output], self.names[slope.operand])

    def slope(self, slope: Slope) -> Node:
        """The local derivative of a step; both factors of x · x at once."""
        lesson = self.lesson
        shares = [s for s in lesson.shares.get(slope.operand, ()) if s.step is slope.step]
        parts = [notation.relinked(self.formulas.variable(lesson.local.written(s)), self.original) for s in shares]
        if len(parts) == 2 and notation.same(*parts):
            return product([number(2), parts[0]], "·")
        return composing.total(parts, ["+"] * len(parts))


class Lettered(Slopes):
    """Writes the steps and their slopes in the letters."""

    def argument(self, index: int) -> Node | None:
        """The letter of any step."""
        return self.names.get(self.lesson.local.originals.get(index, index))

    def step(self, step: Step) -> Equation:
        """A step by itself: h = g²"""
        apart = self.written(self.names.get, {})
        return Equation(notation.marked(self.names[step.output], step.output), (apart.step(step),))
