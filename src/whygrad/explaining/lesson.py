"""For functions of a few numbers: the derivation as a calculus lesson, slope by slope."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from whygrad.explaining.expressions import MATH, Expressions
from whygrad.explaining.lines import Layout
from whygrad.explaining.reasons import Explainer, symbol_of
from whygrad.program import Program, Step

LONGEST = 12
"""Functions with more steps than this are not told slope by slope."""
LETTERS = "ghkmnpqrstuvw"


@dataclass(frozen=True, slots=True)
class Slope:
    """The local derivative of one step with respect to one of its operands."""

    of: str
    by: str
    formula: str
    value: float
    operand: int
    step: Step
    rule: str


def is_lesson(layout: Layout) -> bool:
    """One to three numbers in, one out, few steps, and every value a number."""
    program = layout.program
    forward = program.steps[: layout.derivative.split]
    return (
        1 <= len(program.inputs) <= 3
        and len(forward) <= LONGEST
        and all(program.variables[i].shape == () for s in forward for i in (*s.inputs, s.output))
        and all(program.variables[i].shape == () for i in program.inputs)
        and not layout.derivative.uses
        and bool(forward)
    )


class Lesson:
    """The steps as functions of one another, their slopes, and the chain rule that puts them together."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.explainer = Explainer(layout)
        derivative = layout.derivative
        self.program: Program = layout.program
        self.values = derivative.values
        self.forward = self.program.steps[: derivative.split]
        self.symbol = symbol_of(layout)
        self.names: dict[int, str] = {i: self.program.variables[i].name for i in self.program.inputs}
        for constant in self.program.constants:
            if constant.kind != "literal":
                self.names[constant.index] = constant.path or f"{constant.value:g}"
        letters = (x for x in LETTERS if x not in {v.name for v in self.program.variables} | {self.symbol})
        self.letters: dict[int, str] = {}
        for step in self.forward:
            name = self.program.variables[step.output].name
            last = step.output == derivative.output
            self.letters[step.output] = self.symbol if last else name or next(letters, f"u{step.output}")
        self.names |= self.letters
        self.d = "∂" if len(self.program.inputs) > 1 else "d"

    def math(self, written_out: bool) -> Expressions:
        """Expressions in the letters, or written out down to the arguments."""
        shown = {i: n for i, n in self.names.items() if not written_out or i not in self.letters}
        producers = self.program.producers()
        return Expressions(self.program, producers, shown.get, MATH)

    def slopes(self, step: Step) -> Iterator[Slope]:
        """The local derivatives of a step with respect to the operands that matter."""
        explainer = self.explainer
        for v, shares in self.layout.derivative.shares.items():
            for share in shares:
                if share.step is not step or share.use is not None:
                    continue
                bound = explainer.bound_names(share)
                formula, value = explainer.local_with_value(share, bound, self.names.get)
                yield Slope(self.names[step.output], self.names.get(v, "?"), formula, value, v, step, step.primitive.name)

    def chains(self, v: int) -> list[list[Slope]]:
        """All ways from v to the result, each a list of slopes from the start to the end (at most eight)."""
        found: list[list[Slope]] = []
        queue: list[tuple[int, list[Slope]]] = [(v, [])]
        while queue and len(found) < 8:
            here, so_far = queue.pop()
            if here == self.layout.derivative.output:
                found.append(so_far)
                continue
            for step in self.forward:
                for slope in self.slopes(step):
                    if slope.operand == here:
                        queue.append((step.output, [*so_far, slope]))
        return found

    def result(self, v: int) -> str:
        """The derivative with respect to v, multiplied out, in the arguments alone."""
        g = self.layout.derivative.gradients.get(v)
        return self.math(written_out=True).variable(g)[0] if g is not None else "0"

    def rows(self) -> Iterator[tuple[str, str]]:
        """The lesson: (style, text) rows."""
        values, d = self.values, self.d
        whole = self.math(written_out=True).step(self.forward[-1])[0]
        given = ", ".join(self.program.variables[i].name for i in self.program.inputs)
        at = ", ".join(f"{self.program.variables[i].name} = {_number(values[i])}" for i in self.program.inputs)
        yield "head", f"{self.symbol}({given}) = {whole}        at {at}: {self.symbol} = {_number(values[self.layout.derivative.output])}"
        yield "", ""
        if len(self.forward) > 1:
            yield "plain", "Taken apart, from the inside out; beside each step its slope, as a formula and as a number here:"
        table: list[tuple[str, str, str]] = []
        for step in self.forward:
            left = f"{self.names[step.output]} = {self.math(False).step(step)[0]} = {_number(values[step.output])}"
            for slope in self.slopes(step):
                right = f"{d}{slope.of}/{d}{slope.by} = {slope.formula}"
                number = _number(slope.value)
                table.append((left, right, "" if slope.formula == number else f"= {number}"))
                left = ""
        widths = [max((len(row[i]) for row in table), default=0) for i in range(2)]
        for left, right, number in table:
            yield "slope", f"  {left:{widths[0]}}    {right:{widths[1]}} {number}".rstrip()
        for v in self.layout.derivative.wrt:
            yield "", ""
            yield from self._chain_rows(v)

    def _chain_rows(self, v: int) -> Iterator[tuple[str, str]]:
        d, name = self.d, self.names[v]
        chains = self.chains(v)
        others = [self.program.variables[i].name for i in self.program.inputs if i != v]
        left = f"{d}{self.symbol}/{d}{name}"
        value = _number(self.values[self.layout.derivative.gradients[v]]) if v in self.layout.derivative.gradients else "0"
        if others:
            yield "plain", f"Only {name} moves, {' and '.join(others)} {'stays' if len(others) == 1 else 'stay'} as {'it is' if len(others) == 1 else 'they are'}:"
        if not chains:
            yield "formula", f"  {left} = 0: {name} does not reach {self.symbol}"
            return
        if len(chains) > 1:
            yield "plain", f"{name} reaches {self.symbol} in {len(chains)} ways; their slopes add up:"
        symbols, formulas, numbers = [], [], []
        for chain in chains:
            back = chain[::-1]
            symbols.append(" · ".join(f"{d}{s.of}/{d}{s.by}" for s in back))
            formulas.append(" · ".join(_factor(s.formula) for s in back))
            numbers.append(" · ".join(_factor(_number(s.value)) for s in back))
        result = self.result(v)
        several = len(chains) > 1 or len(chains[0]) > 1
        yield "formula", f"  {left} = {' + '.join(symbols)}" if several else f"  {left} = {result} = {value}"
        if several:
            pad = " " * (len(left) + 3)
            product = " + ".join(formulas)
            yield "formula", f"{pad}= {product}" + (f" = {result}" if result != product else "")
            yield "formula", f"{pad}= {' + '.join(numbers)} = {value}"
        if len(chains) == 1 and len(chains[0]) == 2:
            inner, outer = chains[0]
            yield "note", (
                f"  The outer slope {d}{outer.of}/{d}{outer.by} is taken AT {outer.by} = {_number(self.values[inner.step.output])}, "
                f"the value that the inner step has there; it is then multiplied by the inner slope, not by {outer.by}."
            )


def _factor(text: str) -> str:
    return f"({text})" if any(c in text for c in "+−") or " / " in text else text


def _number(value: Any) -> str:
    text = f"{float(np.asarray(value)):.6g}"
    return text.replace("-", "−")

