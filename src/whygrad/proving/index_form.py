"""Proofs of rows in index form, as on a blackboard: the small language that they are written in, and its reader.

A proof is a few lines; each is a chain of sides that are equal, `side = side = …`:

    where axis = 0, x.shape = (3, 2)           (only first, if at all) parameters, shapes, whole numbers (`n = 3`)
    let m_j = Σ_i x_ij / |i|                   a name of its own for what comes back
    C_ij = Σ_k A_ik B_kj                       what the primitive computes; any equation that says what the output is
    ∂C_ij/∂A_pq = [i = p] B_qj                 its partial derivatives
    ∂L/∂A_pq = Σ_j g_pj B_qj = (g Bᵀ)_pq       the gradient, Σ g ∂output/∂operand, for the upstream gradient g

A line holds for all values of the small letters that are its indices. The whole language of a side:

* `A_ik`: an entry of an operand, of the output or of g; a number has no index (`c`). What is no single letter stands in
  braces: `x_{i+1}`, `x_{⌊i/n⌋, i mod n}`, `x_{index_n}`. Outside of its shape an array is 0. `g′` is the operand g_;
  `order_i` (of sort and partition): where the i-th smallest entry of x stands at the given point.
* `Σ_jk …`, `Π_k …`: the sum and the product over indices, of the product that follows; `max_k …`, `min_k …` likewise.
  Over some of them: `Σ_{k≤i} …`, `Π_{k≤i, k≠p} …`.
* `[i = p]`: 1 where it is true, else 0; also ≠ < ≤ > ≥, between indices or entries (`[x_i > y_i]`), `[0 ≤ i < n]`.
* side by side or `·`: times; `/`, `+`, `−` (or -), numbers, π, `x²`, `x⁻¹`, `x^n`, `x^{n−1}`; parentheses.
* `exp(x_i)`: a function; `|i|`: how many values the index i has; `⌊z⌋`; `i mod n`.
* `(g Bᵀ)_pq`: an entry of a matrix product; `ᵀ`, `⁻¹` and `⁻ᵀ` as usual, `⊗` for an outer product.

How a line is checked stands in index_proof.py.
"""

from __future__ import annotations

import re
from typing import Any

Node = tuple[Any, ...]
Token = tuple[str, Any]

RELATIONS = "=≠<≤>≥"
SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
TOKEN = re.compile(
    r"\s*(?:(?P<over>(?:Σ|Π|max|min)_(?:[a-z]+|(?={)))|(?P<call>[a-z][a-z0-9]*)\(|(?P<mod>mod\b)|(?P<count>\|[a-z]\|)"
    r"|(?P<name>[A-Za-zπ]+\d*′?)(?P<at>_[a-z0-9]+|_(?={))?|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<closed>\)_[a-z0-9]+)|(?P<power>⁻?[⁰¹²³⁴-⁹]+)|(?P<sign>⁻ᵀ|[-−+·*/(){}\[\],=≠<≤>≥^ᵀ⊗∂⌊⌋]))"
)


class IndexFormError(ValueError):
    """A line of a proof that is not in the language, or that is not true."""


def read(line: str) -> list[Node]:
    """The sides of a line, as nested tuples: ("entry", name, indices), ("slope", of, by), ("over", sign, letters,
    conditions, term), ("matrix", parts, indices), ("relation", sides, signs), ("call", name, arguments), ("power", …),
    ("count", letter), ("floor", …), ("number", n), and (sign, one, other) for + - * / mod."""
    reader = Reader(line)
    sides = [reader.total()]
    while reader.take("="):
        sides.append(reader.total())
    if reader.tokens:
        raise IndexFormError(f"{line}: not in the language from {reader.tokens[0][1]!r}")
    return sides


class Reader:
    """Reads one line: sums of products of factors."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.tokens: list[Token] = []
        at = 0
        while line[at:].strip():
            found = TOKEN.match(line, at)
            if found is None:
                raise IndexFormError(f"{line}: not in the language at {line[at:].strip()!r}")
            at = found.end()
            self.tokens.append(_token(found))

    def peek(self) -> Token:
        return self.tokens[0] if self.tokens else ("end", "")

    def take(self, *signs: str) -> str:
        """The next sign, if it is one of these."""
        kind, text = self.peek()
        if kind == "sign" and text in signs:
            self.tokens.pop(0)
            return str(text)
        return ""

    def must(self, sign: str) -> None:
        if not self.take(sign):
            raise IndexFormError(f"{self.line}: {sign!r} is missing")

    def total(self) -> Node:
        result: Node = ("-", ("number", "0"), self.product()) if self.take("-") else self.product()
        while sign := self.take("+", "-"):
            result = (sign, result, self.product())
        return result

    def product(self) -> Node:
        result = self.over() if self.peek()[0] == "over" else self.factor()
        while True:
            kind, text = self.peek()
            if self.take("/"):
                result = ("/", result, self.over() if self.peek()[0] == "over" else self.factor())
            elif kind == "mod":
                self.tokens.pop(0)
                result = ("mod", result, self.factor())
            elif self.take("*") or kind not in ("sign", "end", "closed") or text in ("(", "[", "∂", "⌊"):
                result = ("*", result, self.over() if self.peek()[0] == "over" else self.factor())
            else:
                return result

    def over(self) -> Node:
        """Σ_jk …, Π_{k≤i, k≠p} …"""
        sign, letters = self.tokens.pop(0)[1]
        conditions: list[Node] = []
        if not letters:
            for part in self.braced():
                letter = part[1][0] if part[0] == "relation" else part
                if letter[0] != "entry" or letter[2] is not None or len(letter[1]) > 1:
                    raise IndexFormError(f"{self.line}: below {sign} stand indices, as in {sign}_{{k≤i}}")
                letters += "" if letter[1] in letters else letter[1]
                conditions += [part] if part[0] == "relation" else []
        return ("over", sign, letters, conditions, self.product())

    def braced(self) -> list[Node]:
        """{one, another}"""
        self.must("{")
        parts = [self.relation()]
        while self.take(","):
            parts.append(self.relation())
        self.must("}")
        return parts

    def relation(self) -> Node:
        """A side, or a comparison of several."""
        sides, signs = [self.total()], []
        while sign := self.take(*RELATIONS):
            signs.append(sign)
            sides.append(self.total())
        return ("relation", sides, signs) if signs else sides[0]

    def factor(self) -> Node:
        result = self.atom()
        while True:
            kind, text = self.peek()
            if kind == "power":
                self.tokens.pop(0)
                result = ("power", result, ("number", text))
            elif self.take("^"):
                exponent = self.braced()[0] if self.peek() == ("sign", "{") else self.atom()
                result = ("power", result, exponent)
            else:
                return result

    def atom(self) -> Node:
        if self.take("("):
            matrix = self._matrix()
            if matrix is not None:
                return matrix
            inside = self.total()
            self.must(")")
            return inside
        if self.take("["):
            inside = self.relation()
            if inside[0] != "relation":
                raise IndexFormError(f"{self.line}: brackets hold a comparison, as in [i = p]")
            self.must("]")
            return inside
        if self.take("⌊"):
            inside = self.total()
            self.must("⌋")
            return ("floor", inside)
        if self.take("∂"):
            of = self.named()
            self.must("/")
            self.must("∂")
            return ("slope", of, self.named())
        if not self.tokens:
            raise IndexFormError(f"{self.line}: it ends too early")
        kind, value = self.peek()
        if kind == "name":
            return self.named()
        self.tokens.pop(0)
        if kind == "call":
            arguments = [self.total()]
            while self.take(","):
                arguments.append(self.total())
            self.must(")")
            return ("call", value, arguments)
        if kind in ("number", "count"):
            return (kind, value)
        raise IndexFormError(f"{self.line}: not in the language: {value!r}")

    def named(self) -> Node:
        """A_ik, x_{i+1}, c; without indices the third is None."""
        kind, value = self.peek()
        if kind != "name":
            raise IndexFormError(f"{self.line}: a name is missing before {value!r}")
        name, at = self.tokens.pop(0)[1]
        return ("entry", name, self.braced() if at == "_" else letters_of(at[1:]) if at else None)

    def _matrix(self) -> Node | None:
        """(g Bᵀ)_pq, where that is what stands here."""
        parts: list[tuple[str, str, bool]] = []
        outer = False
        for place, (kind, value) in enumerate(self.tokens):
            if kind == "closed" and parts:
                del self.tokens[: place + 1]
                return ("matrix", parts, letters_of(value))
            if kind == "name" and not value[1]:
                parts.append((value[0], "", outer))
                outer = False
            elif (kind, value) in (("sign", "ᵀ"), ("sign", "⁻ᵀ"), ("power", "-1")) and parts:
                parts[-1] = (parts[-1][0], value, parts[-1][2])
            elif (kind, value) == ("sign", "⊗"):
                outer = True
            else:
                return None
        return None


def letters_of(at: str) -> list[Node]:
    """The indices of A_i0: one character each."""
    return [("number", i) if i.isdigit() else ("entry", i, None) for i in at]


def _token(found: re.Match[str]) -> Token:
    if found["over"]:
        sign, _, letters = found["over"].partition("_")
        return "over", (sign, letters)
    if found["name"]:
        return "name", (found["name"], found["at"] or "")
    if found["power"]:
        return "power", found["power"].translate(SUPERSCRIPT)
    if found["count"]:
        return "count", found["count"][1]
    if found["closed"]:
        return "closed", found["closed"][2:]
    for kind in ("number", "call", "mod"):
        if found[kind]:
            return kind, found[kind]
    return "sign", {"−": "-", "·": "*"}.get(found["sign"], found["sign"])
