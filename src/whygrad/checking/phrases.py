"""Pieces of sentences about a program's values, in the author's names: ∂L/∂z2, "z2 = k1 @ syn1 (line 22)"."""

from __future__ import annotations

import ast
import re
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from whygrad.checking.evidence import Derived, Evidence
from whygrad.program import Span

LETTER = re.compile(r"[A-Za-z_]\w{0,3}$")
SIMPLE = re.compile(r"[\w.]+(\[[-\w'\" +.]+\])*(\.[\w]+)*")
"""A name, an attribute, an entry."""
LONGEST = 48
"""Longer pieces of source are not quoted in a sentence."""
OWN_WORDS = ("needed", "times", "it", "what", "here", "with", "of", "the", "a")
"""What a sentence of ours may begin with."""
WAYS = 3
"""So many steps of a path to the loss are told."""


class Words(NamedTuple):
    """What is said about a mistake: a line that names it, what stands under the caret, the reason."""

    message: str
    label: str = ""
    why: str = ""


def short(text: str) -> str:
    """A piece of source in one row; empty where it is too long to be quoted."""
    row = " ".join(text.split())
    return row if len(row) <= LONGEST else ""


def quoted(text: str) -> str:
    """The same for sentences, where something has to stand."""
    row = " ".join(text.split())
    return row if len(row) <= LONGEST else row[: LONGEST - 1].rstrip() + "…"


def letter(e: Evidence) -> str:
    formula = e.mended.before_verdict.loss.formula
    return formula if LETTER.match(formula) else "L"


def named(e: Evidence, variable: int) -> str:
    """What a variable is called: its name, or the expression that made it."""
    name = e.parameters.get(variable) or e.trace.name(variable)
    if re.search(r"\[[A-Za-z_]", name) and (own := e.trace.name(variable)):
        name = own  # W["W1"] says more than W[key]
    if not name:  # an entry of a list has the name that the line gives it
        name = next((word for word, seen in e.names() if seen.variable == variable and SIMPLE.fullmatch(word)), "")
    if name:
        return " ".join(name.split())
    span = e.own(e.trace.span(variable))
    return short(span.text) if span is not None else ""


def derivative(e: Evidence, variable: int) -> str:
    """∂L/∂v"""
    name = named(e, variable)
    if not name:
        line = e.line(variable)
        return f"the gradient of line {line}'s value" if line else "a gradient"
    return f"∂{letter(e)}/∂{name if SIMPLE.fullmatch(name) else f'({name})'}"


def derived(e: Evidence, found: Derived | None) -> str:
    """−∂L/∂v, with its factor where that is not the program's usual one; empty where nothing is known."""
    if found is None:
        return ""
    text = derivative(e, found.variable)
    if found.turned and "∂" in text:
        text = f"({text})ᵀ"
    usual = any(abs(abs(found.factor) - f) <= 1e-6 * f for f in (1.0, e.common))
    if usual:
        return f"−{text}" if found.factor < 0 else text
    return f"{factor_in_words(e, found.factor)} · {text}"


def number(value: float) -> str:
    """A factor as one would write it: 3, 0.2, 1/5."""
    sign, size = ("−" if value < 0 else ""), abs(value)
    fraction = Fraction(size).limit_denominator(10_000)
    if fraction.numerator < 10 and fraction.denominator > 2 and abs(float(fraction) - size) < 1e-8 * size:
        return f"{sign}{fraction}"
    return f"{sign}{size:.6g}"


def factor_in_words(e: Evidence, value: float) -> str:
    """A factor by the name that it has at the line: "m", "1/m"; else as a number."""
    sign, size = ("−" if value < 0 else ""), abs(value)
    for name, seen in e.names():
        if np.ndim(seen.value) == 0 and seen.value.dtype.kind in "if" and re.fullmatch(r"[A-Za-z_][\w.]*", name):
            count = float(seen.value)
            if count > 1 and count == round(count):
                if abs(size - count) < 1e-9 * size:
                    return sign + name
                if abs(size * count - 1) < 1e-9:
                    return f"{sign}1/{name}"
    return number(value)


def in_line(e: Evidence, variable: int) -> str:
    line = bound_line(e, variable)
    return f" (line {line})" if line else ""


def bound(e: Evidence, variable: int) -> Span | None:
    """Where a variable got its name: the call, for what a function returned."""
    span = e.own(e.trace.span(variable))
    while span is not None and span.caller is not None and span.source is not None:
        if not span.source.binding(span.extent).returned:
            break
        span = e.own(span.caller)
    return span


def bound_line(e: Evidence, variable: int) -> int | None:
    span = bound(e, variable)
    return span.line if span is not None else None


def made(e: Evidence, variable: int) -> str:
    """ "z2 = k1 @ syn1 (line 22)": a variable and how it was made."""
    name = named(e, variable)
    span = bound(e, variable)
    if span is None:
        return name
    statement = e.text.statement_at(span.line)
    if statement is not None and isinstance(statement.node, ast.Assign) and len(statement.node.targets) == 1:
        target, value = short(e.text.of(statement.node.targets[0])), short(e.text.of(statement.node.value))
        if target and value and target == name:
            return f"{target} = {value} (line {span.line})"
    return f"{name} (line {span.line})" if name else f"line {span.line}"


def path(e: Evidence, variable: int) -> str:
    """How a forward variable reaches the loss: "through z2 = k1 @ syn1 (line 22), then k2 = sigmoid(z2) (line 23)"."""
    steps: list[str] = []
    here, seen = variable, {named(e, variable)}
    for _ in range(WAYS):
        following = _next_named(e, here, seen)
        if following is None:
            break
        seen.add(named(e, following))
        steps.append(made(e, following))
        here = following
    if not steps:
        return ""
    more = " and on" if _next_named(e, here, seen) is not None else ""
    return "through " + ", then ".join(steps) + more


def _next_named(e: Evidence, variable: int, seen: set[str]) -> int | None:
    """The next variable with a name of its own on the way to the loss."""
    reached = {variable}
    start = bound_line(e, variable)
    for _, inputs, _, output in e.trace.steps:
        if output <= variable or output not in e.forward or reached.isdisjoint(inputs):
            continue
        reached.add(output)
        name = e.trace.name(output)
        if name and name not in seen and bound_line(e, output) != start and output in e.at:
            return output
    return None


def reader(e: Evidence, variable: int | None) -> str:
    """The statement of the forward pass that a variable goes into."""
    if variable is None:
        return ""
    for number_ in e.trace.readers.get(variable, ()):
        output = e.trace.steps[number_][3]
        if output in e.forward:
            span = bound(e, output)
            statement = e.text.statement_at(span.line) if span is not None else None
            if span is None or statement is None:
                continue
            source = short(e.text.of(statement.node))
            return f"{source} (line {span.line})" if source else f"line {span.line}"
    return ""


def is_before_activation(e: Evidence, variable: int) -> bool:
    return any(slope.inner == variable for slope in e.activations)


def is_activated(e: Evidence, variable: int) -> bool:
    return any(slope.outer == variable for slope in e.activations)


def what_is(e: Evidence, expression: str) -> str:
    """What an expression at the line is: a parameter, a value of the forward pass, a derivative; empty if unknown."""
    seen = e.seen(expression)
    if seen is None:
        return ""
    v = seen.variable
    own = expression.strip()
    if v is not None:
        if (parameter := e.updated(v)) is not None:
            return f"{e.parameters[parameter]} after its update{in_line(e, v)}"
        if v in e.parameters:
            used = reader(e, v)
            return f"the parameter of {used}" if used else f"the parameter {own}"
        if v in e.forward:
            backward = e.derived(seen.value)
            if backward is not None and e.trace.primitive(v) == "subtract" and e.trace.shape(v):
                return derived(e, backward)
            if e.trace.primitive(v) == "":
                return "what goes into the network" if np.ndim(seen.value) else "a given number"
            state = (
                ", before the activation" if is_before_activation(e, v)
                else ", after the activation" if is_activated(e, v) else ""
            )  # fmt: skip
            line = bound_line(e, v)
            where = f"the value of line {line}" if line else "a value of the forward pass"
            return where + state
    return derived(e, e.derived(seen.value))


def kept(e: Evidence, expression: str) -> str:
    """ "kept in k2_delta (line 28)", where an expression is a name."""
    name = expression.strip()
    seen = e.seen(name)
    if seen is None or not SIMPLE.fullmatch(name):
        return ""
    line = bound_line(e, seen.variable) if seen.variable is not None else None
    return f"kept in {name} (line {line})" if line else f"kept in {name}"


def target(e: Evidence) -> str:
    """What the statement gives a value to."""
    if e.statement is None:
        return ""
    node = e.statement.node
    if isinstance(node, ast.Assign):
        return short(e.text.of(node.targets[0]))
    if isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        return short(e.text.of(node.target))
    if isinstance(node, ast.Return):
        name = e.statement.function.rpartition(".")[2]
        return f"what {name} returns"
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        return short(e.text.of(node.value.func.value))
    return ""


def shape(value: Any) -> str:
    return " × ".join(map(str, np.shape(value))) or "a single number"


def sentence(*parts: str) -> str:
    """The parts that are there, as sentences after each other; names of the program keep their case."""
    there = [part.strip().rstrip(".") for part in parts if part.strip()]
    return ". ".join(
        part[:1].upper() + part[1:] if n and part.partition(" ")[0] in OWN_WORDS else part
        for n, part in enumerate(there)
    )


def piece_or_fix(source: str) -> str:
    """A piece of source that can be quoted, or what stands for it."""
    return short(source) or "what the fix says"
