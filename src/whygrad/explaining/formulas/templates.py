r"""Templates of rows and idioms: a small part of LaTeX, parsed once into the formula tree.

\tanh {x}              a function of an operand; \sigma({x}), \operatorname{erf}({x}) too
{x} {y}                a product of entries, marked as the operands ask for; {A} \, {B} a matrix product
\frac{…}{…}  \sqrt{…}  …^{…}  …^{\top}  + - = (…) |…| \| … \|  \lfloor … \rfloor  [ … ] (Iverson's bracket)
> < \ge \le \ne = \land \lor
\sum_{axis} {x}        over the row's axes; also \prod, \max, \operatorname{…} with _{axis}
{M}^{-1}               an inverse matrix; \| {x} \|_{axis} a norm
{n}                    how many elements the axes have
"""

from __future__ import annotations

import functools
import re

from whygrad.explaining.formulas.notation import (
    Call,
    Fenced,
    Fraction,
    Hole,
    Inverse,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Reduction,
    Relation,
    Root,
    Sum,
    Symbol,
    Transposed,
)

TOKEN = re.compile(r"\\[a-zA-Z]+|\\[,|]|\{\w+\}|\d+(?:\.\d+)?|[a-zA-Z]|[-+^_{}()\[\]|<>=,/]|\S")
SYMBOLS = {r"\sigma": "σ", r"\pi": "π", r"\infty": "∞", r"\phi": "φ", r"\Phi": "Φ", r"\gamma": "γ", r"\Gamma": "Γ",
           r"\psi": "ψ"}  # fmt: skip
RELATIONS = {">": ">", "<": "<", "=": "=", r"\ge": "≥", r"\le": "≤", r"\ne": "≠"}
LOGIC = {r"\land": "∧", r"\lor": "∨", r"\oplus": "⊕"}
MARKS = {r"\,": "@", r"\cdot": "", r"\odot": "⊙", r"\otimes": "⊗", r"\bmod": "%"}
FENCES = {"(": (")", "("), "[": ("]", "["), "|": ("|", "|"), r"\|": (r"\|", "‖"), r"\lfloor": (r"\rfloor", "⌊"),
          r"\lceil": (r"\rceil", "⌈")}  # fmt: skip
LARGE = {r"\sum": "∑", r"\prod": "∏"}
ENDS = frozenset({")", "]", "}", "|", r"\|", r"\rfloor", r"\rceil", ",", "+", "-", *RELATIONS, *LOGIC})


class TemplateError(ValueError):
    """A template that is not in the language."""


@functools.cache
def parse(template: str) -> Node:
    """The tree of a template; operands and parameters are holes in it."""
    parser = Parser(template)
    tree = parser.logic()
    if parser.next is not None:
        raise TemplateError(f"{template}: what is {parser.next} for?")
    return tree


class Parser:
    """Reads a template from left to right."""

    def __init__(self, template: str) -> None:
        self.template = template
        self.tokens = [t for t in TOKEN.findall(template) if t not in (r"\left", r"\right")]
        self.at = 0

    @property
    def next(self) -> str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, wanted: str | None = None) -> str:
        token = self.next
        if token is None or (wanted is not None and token != wanted):
            raise TemplateError(f"{self.template}: {wanted or 'more'} is missing before {token or 'the end'}")
        self.at += 1
        return token

    def logic(self) -> Node:
        left = self.relation()
        while self.next in LOGIC:
            left = Relation(left, LOGIC[self.take()], self.relation())
        return left

    def relation(self) -> Node:
        left = self.sum()
        while self.next in RELATIONS:
            left = Relation(left, RELATIONS[self.take()], self.sum())
        return left

    def sum(self) -> Node:
        terms, signs = [], []
        sign = "+"
        if self.next == "-":
            self.take()
            sign = "−"
        while True:
            terms.append(self.product())
            signs.append(sign)
            if self.next not in ("+", "-"):
                break
            sign = "−" if self.take() == "-" else "+"
        if len(terms) == 1:
            return terms[0] if signs == ["+"] else Negative(terms[0])
        return Sum(tuple(terms), tuple(signs))

    def product(self) -> Node:
        factors, mark = [self.raised()], ""
        while self.next is not None and self.next not in ENDS:
            if self.next in MARKS:
                mark = MARKS[self.take()]
            factors.append(self.raised())
        return factors[0] if len(factors) == 1 else Product(tuple(factors), mark)

    def raised(self) -> Node:
        base = self.atom()
        while self.next == "^":
            self.take()
            if self.tokens[self.at : self.at + 3] == ["{", r"\top", "}"]:
                self.at += 3
                base = Transposed(base)
            elif self.tokens[self.at : self.at + 4] == ["{", "-", "1", "}"] and isinstance(base, Hole):
                self.at += 4
                base = Inverse(base)
            else:
                base = Power(base, self.group())
        return base

    def group(self) -> Node:
        """{…}, a hole, or one sign."""
        if self.next == "{":
            self.take()
            inside = self.logic()
            self.take("}")
            return inside
        return self.atom()

    def atom(self) -> Node:
        token = self.take()
        if re.fullmatch(r"\{\w+\}", token):
            name = token[1:-1]
            return Number(name) if name.isdigit() else Hole(name)
        if token == "{":
            self.at -= 1
            return self.group()
        if token in FENCES:
            close, kind = FENCES[token]
            inside = self.logic()
            self.take(close)
            if kind == "‖" and self.tokens[self.at : self.at + 2] == ["_", "{axis}"]:
                self.at += 2
                return Reduction(kind, inside, ())
            return Fenced(kind, inside)
        if token[0].isdigit():
            return Number(token)
        if token in (r"\frac", r"\tfrac"):
            return Fraction(self.group(), self.group(), token == r"\tfrac")
        if token == r"\sqrt":
            degree = None
            if self.next == "[":
                self.take()
                degree = self.sum()
                self.take("]")
            return Root(self.group(), degree)
        if token == "-":
            return Negative(self.product())
        if token == r"\lnot":
            return Call("¬", (self.raised(),))
        if token in SYMBOLS and self.next not in ("(", "'", "_"):
            return Symbol(SYMBOLS[token])
        if token in LARGE:
            return self.reduction(LARGE[token])
        if token.startswith("\\") or self.next in ("(", "_"):
            return self.function(token)
        return Symbol(token)

    def function(self, token: str) -> Node:
        name = SYMBOLS.get(token, token.lstrip("\\"))
        if token == r"\operatorname":
            name = self.word()
        primes = 0
        while self.next == "'":
            self.take()
            primes += 1
        below: Node | None = None
        if self.next == "_":
            if self.tokens[self.at + 1] == "{axis}":
                return self.reduction(name)
            self.take()
            below = self.group()
        if self.next == "(":
            self.take()
            arguments = [self.logic()]
            while self.next == ",":
                self.take()
                arguments.append(self.logic())
            self.take(")")
            return Call(name, tuple(arguments), primes, below)
        return Call(name, (self.raised(),), primes, below, bare=True)

    def word(self) -> str:
        """The name in \\operatorname{…}: the tokeniser gave it whole, or letter by letter."""
        token = self.take()
        if token != "{":
            return token[1:-1]
        letters = []
        while self.next != "}":
            letters.append(self.take())
        self.take("}")
        return "".join(letters)

    def reduction(self, sign: str) -> Node:
        if self.next == "_":
            self.take()
            if self.take() != "{axis}":
                raise TemplateError(f"{self.template}: a sum runs over {{axis}}")
        return Reduction(sign, self.product(), ())
