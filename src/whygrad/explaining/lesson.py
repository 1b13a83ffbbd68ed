"""For functions of a few numbers: the derivation as a calculus lesson, slope by slope."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from whygrad.differentiation.reverse import Share, reverse
from whygrad.explaining.expressions import MATH, Expressions
from whygrad.explaining.lines import Layout
from whygrad.explaining.local import LocalDerivatives
from whygrad.explaining.reasons import symbol_of
from whygrad.explaining.remarks import nothing_comes_back
from whygrad.program import Program, Span, Step

LONGEST = 12
"""Functions with more steps than this are not told slope by slope."""
MOST_WAYS = 3
"""Nor those in which an argument reaches the result in more ways."""
LETTERS = "ghkmnpqrstuvw"


@dataclass(frozen=True, slots=True)
class Slope:
    """The local derivative of one step with respect to one of its operands."""

    of: str
    by: str
    d: str
    formula: str
    value: float
    operand: int
    step: Step

    @property
    def symbol(self) -> str:
        return f"{self.d}{self.of}/{self.d}{self.by}"


def is_lesson(layout: Layout) -> bool:
    """One to three numbers in, one out, few steps, few ways, and every value a number."""
    program = layout.program
    forward = program.steps[: layout.derivative.split]
    if not (1 <= len(program.inputs) <= 3 and len(forward) <= LONGEST):
        return False
    if not all(program.variables[i].shape == () for s in forward for i in (*s.inputs, s.output)):
        return False
    if not all(program.variables[i].shape == () for i in program.inputs):
        return False
    ways = {layout.derivative.output: 1}
    for step in reversed(forward):
        for index in step.inputs:
            ways[index] = ways.get(index, 0) + ways.get(step.output, 0)
    return all(ways.get(i, 0) <= MOST_WAYS for i in program.inputs)


class Lesson:
    """The steps as functions of one another, their slopes, and the chain rule that puts them together."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        derivative = layout.derivative
        self.program: Program = layout.program
        self.forward = self.program.steps[: derivative.split]
        self.symbol = symbol_of(layout)
        plain = derivative
        if derivative.uses:  # step by step first; what the idiom says comes at the end
            start = Program(
                self.program.variables[: derivative.forward_variables],
                self.program.inputs,
                tuple(c for c in self.program.constants if c.index < derivative.forward_variables),
                self.forward,
                (derivative.output,),
            )
            values = derivative.values[: derivative.forward_variables]
            plain = reverse(start, values, derivative.wrt, idioms=False)
        self.shares = plain.shares
        self.local = LocalDerivatives(Layout(plain) if plain is not derivative else layout)
        self.values = derivative.values
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

    def expressions(self, written_out: bool) -> Expressions:
        """Expressions in the letters, or written out down to the arguments."""
        shown = {i: n for i, n in self.names.items() if not written_out or i not in self.letters}
        if written_out and self.layout.derivative.uses:
            shown[self.layout.derivative.output] = self.symbol
        return Expressions(self.program, self.program.producers(), shown.get, MATH)

    def slopes(self, step: Step) -> list[Slope]:
        """The local derivatives of a step with respect to the operands that matter; both factors of x · x at once."""
        found: list[Slope] = []
        by_operand: dict[int, list[Share]] = {}
        for v, shares in self.shares.items():
            for share in shares:
                if share.step is step:
                    by_operand.setdefault(v, []).append(share)
        for v, ways in by_operand.items():
            several = len(by_operand) > 1 or any(i in self.program.inputs and i != v for i in step.inputs)
            texts, value = [], 0.0
            for share in ways:
                text, number = self.local.of(share, self.names.get)
                texts.append(text)
                value += float(number)
            same = len(texts) == 2 and texts[0] == texts[1]
            formula = f"2{texts[0]}" if same else " + ".join(texts)
            found.append(
                Slope(
                    self.names[step.output], self.names.get(v, "?"), "∂" if several else self.d, formula, value, v, step
                )
            )
        return found

    def chains(self, v: int) -> list[list[Slope]]:
        """All ways from v to the result, each a list of slopes from the start to the end."""
        found: list[list[Slope]] = []
        queue: list[tuple[int, list[Slope]]] = [(v, [])]
        slopes = [slope for step in self.forward for slope in self.slopes(step)]
        while queue:
            here, so_far = queue.pop(0)
            if here == self.layout.derivative.output:
                found.append(so_far)
                continue
            for slope in slopes:
                if slope.operand == here:
                    queue.append((slope.step.output, [*so_far, slope]))
        return found

    def result(self, v: int) -> str:
        """The derivative with respect to v, multiplied out, in the arguments alone."""
        g = self.layout.derivative.gradients.get(v)
        return self.expressions(written_out=True).variable(g)[0] if g is not None else "0"

    def rows(self) -> Iterator[tuple[str, str]]:
        """The lesson: (style, text) rows."""
        values, program = self.values, self.program
        output = self.layout.derivative.output
        given = ", ".join(program.variables[i].name for i in program.inputs)
        at = ", ".join(f"{program.variables[i].name} = {_number(values[i])}" for i in program.inputs)
        if not self.forward:
            yield from self._no_steps(given, at)
            return
        shown = {i: n for i, n in self.names.items() if i not in self.letters}
        whole = Expressions(program, program.producers(), shown.get, MATH).step(self.forward[-1])[0]
        branch = " on this branch" if program.guards else ""
        yield (
            "head",
            f"{self.symbol}({given}) = {whole}{branch}        at {at}: {self.symbol} = {_number(values[output])}",
        )
        for guard in program.guards:
            if isinstance(guard.origin, Span) and guard.origin.text:
                holds = {True: "", False: " is false"}.get(guard.outcome, f" is {guard.outcome}")
                yield "note", f"(the branch is: {guard.origin.asked.text}{holds}, line {guard.origin.line})"
        yield "", ""
        if len(self.forward) > 1:
            yield (
                "plain",
                "Taken apart, from the inside out; beside each step its slope, as a formula and as a number here:",
            )
        yield from self._table()
        for v in self.layout.derivative.wrt:
            yield "", ""
            yield from self._chain_rows(v)

    def _no_steps(self, given: str, at: str) -> Iterator[tuple[str, str]]:
        """The function hands back an argument, or a constant."""
        output, wrt = self.layout.derivative.output, self.layout.derivative.wrt
        name = self.names.get(output)
        what = f"{name} itself" if output in self.program.inputs else f"the number {_number(self.values[output])}"
        branch = "on this branch " if self.program.guards else ""
        yield "head", f"{branch}{self.symbol}({given}) is {what}        at {at}"
        for v in wrt:
            slope = (
                "1: what it returns moves exactly as much"
                if v == output
                else "0: what it returns does not move with it"
            )
            yield "formula", f"  {self.d}{self.symbol}/{self.d}{self.names[v]} = {slope}"

    def _table(self) -> Iterator[tuple[str, str]]:
        table: list[tuple[str, str, str]] = []
        for step in self.forward:
            text = self.expressions(False).step(step)[0]
            number = _number(self.values[step.output])
            left = f"{self.names[step.output]} = {text}" + (f" = {number}" if text != number else "")
            for slope in self.slopes(step):
                value = _number(slope.value)
                table.append(
                    (left, f"{slope.symbol} = {slope.formula}", "" if slope.formula == value else f"= {value}")
                )
                left = ""
        widths = [max((len(row[i]) for row in table), default=0) for i in range(2)]
        for left, right, number in table:
            yield "slope", f"  {left:{widths[0]}}    {right:{widths[1]}} {number}".rstrip()

    def _chain_rows(self, v: int) -> Iterator[tuple[str, str]]:
        d, name = self.d, self.names[v]
        chains = self.chains(v)
        others = [self.program.variables[i].name for i in self.program.inputs if i != v]
        left = f"{d}{self.symbol}/{d}{name}"
        g = self.layout.derivative.gradients.get(v)
        value = _number(self.values[g]) if g is not None else "0"
        if others:
            stay = "stays as it is" if len(others) == 1 else "stay as they are"
            yield "plain", f"Only {name} moves, {' and '.join(others)} {stay}:"
        if not chains:
            yield "formula", f"  {left} = 0"
            yield "plain", f"  {nothing_comes_back(self.layout.derivative, v, name, self.symbol)}"
            return
        if len(chains) > 1:
            yield "plain", f"{name} reaches {self.symbol} in {len(chains)} ways; their slopes add up:"
        symbols, formulas, numbers = [], [], []
        for chain in chains:
            back = chain[::-1]
            symbols.append(" · ".join(s.symbol for s in back))
            formulas.append(" · ".join(factor(s.formula) for s in back))
            numbers.append(" · ".join(factor(_number(s.value)) for s in back))
        result = self.result(v)
        if len(chains) == 1 and len(chains[0]) == 1:
            yield "formula", f"  {left} = {result} = {value}" if result != value else f"  {left} = {value}"
            return
        pad = " " * (len(left) + 3)
        product = " + ".join(formulas)
        yield "formula", f"  {left} = {' + '.join(symbols)}"
        yield "formula", f"{pad}= {product}" + (f" = {result}" if result != product else "")
        yield "formula", f"{pad}= {' + '.join(numbers)} = {value}"
        remark = self.remark(v, _number)
        if remark:
            yield "note", f"  {remark}"

    def remark(self, v: int, number: Callable[[Any], str] | None = None) -> str:
        """What is often mistaken in a chain of two: where the outer slope is taken. With `number` it says where that
        is."""
        chains = self.chains(v)
        if len(chains) != 1 or len(chains[0]) != 2:
            return ""
        inner, outer = chains[0]
        here = f" = {number(self.values[inner.step.output])}" if number is not None else ""
        moves = outer.by in outer.formula or outer.of in outer.formula
        always = "" if moves else f" (here it is {outer.formula}, whatever {outer.by} is)"
        return (
            f"The outer slope {outer.symbol} is taken AT {outer.by}{here}, the value that the inner step "
            f"has there{always}; it is then multiplied by the inner slope, not by {outer.by}."
        )


def factor(text: str) -> str:
    """A formula as a factor of a product."""
    return f"({text})" if any(c in text for c in "+−") or " / " in text else text


def _number(value: Any) -> str:
    text = f"{float(np.asarray(value)):.6g}"
    return text.replace("-", "−")
