"""Idioms: what people write for a sigmoid, a softmax, a cross-entropy, derived as a textbook derives it.

An idiom recognises an expression in the forward pass by its pattern and gives the derivative of the whole at once,
so that the backward pass reads k(1 − k) or p − y. It never changes what the forward pass computes. It is used only
where the steps that it passes over are read by nothing else that the gradient flows through; where it needs more
than that, `needs` says what, and what is assumed about a constant is kept as an Assumption that later runs check.
The tables themselves are in losses.py, normalisations.py and activations.py.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from whygrad.program.building import Builder
from whygrad.program.matching import Apply, Bind, Bindings, Either, Expression, Ref
from whygrad.rules.formula import SPELLINGS, Formulas, parse
from whygrad.rules.row import lookup


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something about a constant's value that a derivation relies on. `constrained` makes an array of free numbers
    one that meets it, for proofs; where there is none, they take the constant as it is."""

    variable: int
    text: str
    holds: Callable[[Any], bool]
    constrained: Callable[[Any], Any] | None = None


Needs = Callable[[Builder, Bindings], list[Assumption] | None]
"""The assumptions under which the idiom may be used on this match, or None where it may not. It may name an operand
anew: the softmax of z − m, m the same along each row, is one of z."""


@dataclass(frozen=True, slots=True, eq=False)
class Idiom:
    """One way in which people write a function that has a simple derivative as a whole."""

    name: str
    pattern: Expression
    vjps: Mapping[str, Expression]
    formulas: dict[str, str]
    why: str
    local: dict[str, str]
    needs: Needs | None
    text: str
    cancels: frozenset[str] = frozenset()
    """Operands that the value does not depend on at all (the shift of a softmax)."""
    latex: str = ""


IDIOMS: dict[str, list[Idiom]] = {}
"""By the name of the pattern's last primitive; the larger pattern first."""

FULL = "(g if shape(g) == shape(y) else spread(g, y))"
"""In a formula: the upstream gradient, an entry for each entry of y, for a sum or a mean over it."""

_unparsed: list[tuple[str, str, dict[str, str], str, dict[str, str], Needs | None, frozenset[str], str]] = []


def idiom(
    name: str,
    pattern: str,
    *,
    why: str,
    needs: Needs | None = None,
    local: dict[str, str] | None = None,
    cancels: str = "",
    latex: str = "",
    **derivatives: str,
) -> None:
    """A row of the table. In `derivatives`, `y` is the value of the whole and g its gradient. `cancels`: the names of
    operands that the value does not depend on; any other operand without a derivative must not need one.
    `latex` is how formulas write the whole, where the function has a name."""
    formulas = {k[1:]: v for k, v in derivatives.items()}
    _unparsed.append((name, pattern, formulas, why, local or {}, needs, frozenset(cancels.split()), latex))


def spellings(name: str, *texts: str) -> None:
    """Ways in which people write the same: in patterns, the name stands for any of them."""
    SPELLINGS[name] = texts


def parse_idioms() -> None:
    """Parse the table; called once, when all rows are there."""
    while _unparsed:
        name, text, formulas, why, local, needs, cancels, latex = _unparsed.pop(0)
        pattern = parse(text, set(), lookup, pattern=True)
        variables = {"g", "y", *formulas, *names_in(pattern)}
        vjps = Formulas(formulas, variables, lookup)
        made = Idiom(name, pattern, vjps, formulas, why, local, needs, text, cancels, latex)
        for last in _last_primitives(pattern):
            IDIOMS.setdefault(last, []).append(made)


def _last_primitives(pattern: Expression) -> tuple[str, ...]:
    """The names of the primitives that the pattern's last step may be, each once."""
    if isinstance(pattern, Bind):
        return _last_primitives(pattern.expression)
    if isinstance(pattern, Either):
        return tuple(dict.fromkeys(name for spelling in pattern.spellings for name in _last_primitives(spelling)))
    assert isinstance(pattern, Apply)
    return (pattern.name,)


def names_in(pattern: Expression, bound: bool = True, free: bool = True) -> set[str]:
    """The names of variables in a pattern: those that it gives to parts of itself by `:=`, and the others."""
    if isinstance(pattern, Apply):
        return set().union(*(names_in(o, bound, free) for o in pattern.operands))
    if isinstance(pattern, Either):
        return set().union(*(names_in(s, bound, free) for s in pattern.spellings))
    if isinstance(pattern, Bind):
        return {*([pattern.name] if bound else []), *names_in(pattern.expression, bound, free)}
    return {pattern.name} if isinstance(pattern, Ref) and free else set()


def written(text: str) -> list[str]:
    """A pattern as people write it: every spelling of a name that is the whole of it, the first one of others."""
    if text in SPELLINGS:
        return [one for spelling in SPELLINGS[text] for one in written(spelling)]
    whole = re.sub(r"\b[A-Z][A-Z0-9_]+\b", lambda name: f"({written(name[0])[0]})", text)
    return [ast.unparse(ast.parse(whole, mode="eval"))]  # without the parentheses that are not needed


def spelled_out(pattern: Expression) -> list[Expression]:
    """The patterns that a pattern with names in capitals stands for: each spelling once, beside the first of others."""
    if isinstance(pattern, Either):
        return [one for spelling in pattern.spellings for one in spelled_out(spelling)]
    if isinstance(pattern, Bind):
        return [Bind(pattern.name, one) for one in spelled_out(pattern.expression)]
    if isinstance(pattern, Apply):
        choices = [spelled_out(operand) for operand in pattern.operands]
        first = [options[0] for options in choices]
        every = [first, *([*first[:n], o, *first[n + 1 :]] for n, options in enumerate(choices) for o in options[1:])]
        return [Apply(pattern.name, tuple(operands), pattern.params) for operands in every]
    return [pattern]
