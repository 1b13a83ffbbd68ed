"""Idioms: what people write for a sigmoid, a softmax, a cross-entropy, derived as a textbook derives it.

An idiom recognises an expression in the forward pass by its pattern and gives the derivative of the whole at once,
so that the backward pass reads k(1 − k) or p − y. It never changes what the forward pass computes. It is used only
where the steps that it passes over are read by nothing else that the gradient flows through; where it needs more
than that, `needs` says what, and what is assumed about a constant is kept as an Assumption that later runs check.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from whygrad.program.building import Builder
from whygrad.program.matching import Apply, Bindings, Expression
from whygrad.rules.formula import Formulas, parse
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
"""The assumptions under which the idiom may be used on this match, or None where it may not."""


@dataclass(frozen=True, slots=True)
class Idiom:
    """One way in which people write a function that has a simple derivative as a whole."""

    name: str
    pattern: Apply
    vjps: Mapping[str, Expression]
    formulas: dict[str, str]
    why: str
    local: dict[str, str]
    needs: Needs | None
    text: str
    latex: str = ""


IDIOMS: dict[str, list[Idiom]] = {}
"""By the name of the pattern's last primitive; the larger pattern first."""

_unparsed: list[tuple[str, str, dict[str, str], str, dict[str, str], Needs | None, str]] = []


def idiom(
    name: str,
    pattern: str,
    *,
    why: str,
    needs: Needs | None = None,
    local: dict[str, str] | None = None,
    latex: str = "",
    **derivatives: str,
) -> None:
    """A row of the table. In `derivatives`, `y` is the value of the whole and g its gradient; `latex` is how formulas
    write the whole, where the function has a name."""
    _unparsed.append((name, pattern, {k[1:]: v for k, v in derivatives.items()}, why, local or {}, needs, latex))


def parse_idioms() -> None:
    """Parse the table; called once, when all rows are there."""
    while _unparsed:
        name, text, formulas, why, local, needs, latex = _unparsed.pop(0)
        pattern = parse(text, set(), lookup, pattern=True)
        assert isinstance(pattern, Apply)
        variables = {"g", "y", *formulas, *_names(pattern)}
        vjps = Formulas(formulas, variables, lookup)
        IDIOMS.setdefault(pattern.name, []).append(Idiom(name, pattern, vjps, formulas, why, local, needs, text, latex))


def _names(pattern: Any) -> set[str]:
    """The names of variables in a pattern."""
    if isinstance(pattern, Apply):
        return set().union(*(_names(o) for o in pattern.operands))
    if hasattr(pattern, "expression"):
        return {pattern.name, *_names(pattern.expression)}
    return {pattern.name} if hasattr(pattern, "name") else set()


def _whole_rows(builder: Builder, found: Bindings) -> list[Assumption] | None:
    """A softmax is one only if each row is divided by its own sum."""
    shape = builder.shape(found["e"])
    if not (found["keepdims"] or len(found["axis"]) == len(shape)):
        return None
    if "m" in found:  # a shift that is the same along the axis cancels in the quotient
        shift = (1,) * (len(shape) - len(builder.shape(found["m"]))) + builder.shape(found["m"])
        if len(shift) != len(shape) or any(shift[a] != 1 for a in found["axis"]):
            return None
    return []


def _constant(builder: Builder, index: int) -> bool:
    return any(c.index == index for c in builder.constants)


def _labels(builder: Builder, found: Bindings) -> list[Assumption] | None:
    """p − t needs labels whose rows sum to 1, and a sum that covers each row."""
    rows = _whole_rows(builder, found)
    t, axis = found["t"], found["axis"]
    if rows is None or not set(axis) <= set(found["over"]) or not _constant(builder, t):
        return None
    if builder.shape(t) != builder.shape(found["p"]):
        return None

    def sums_to_one(value: Any) -> bool:
        return bool(np.all(np.sum(value, axis=axis) == 1))

    if not sums_to_one(builder.values[t]):
        return None

    def made_to_sum(free: Any) -> Any:
        first = tuple(slice(0, 1) if a in axis else slice(None) for a in range(np.ndim(free)))
        made = np.array(free)
        made[first] = 0
        made[first] = 1 - np.sum(made, axis=axis, keepdims=True)
        return made

    return [Assumption(t, "the labels in each row of {t} sum to 1", sums_to_one, made_to_sum)]


def _any_labels(builder: Builder, found: Bindings) -> list[Assumption] | None:
    rows = _whole_rows(builder, found)
    if rows is None or not set(found["axis"]) <= set(found["over"]):
        return None
    return [] if builder.shape(found["t"]) == builder.shape(found["p"]) else None


def _picked(builder: Builder, found: Bindings) -> list[Assumption] | None:
    """p[arange(n), labels]: one entry of each row."""
    rows = _whole_rows(builder, found)
    r, shape = found["r"], builder.shape(found["p"])
    if rows is None or found["axis"] != (1,) or len(shape) != 2 or not _constant(builder, r):
        return None
    if builder.shape(found["t"]) != shape[:1]:  # several labels a row
        return None
    if found["template"] != (("array", 0), ("array", 1)) or builder.dtype(found["t"]).kind not in "iu":
        return None

    def is_count(value: Any) -> bool:
        return np.array_equal(value, np.arange(shape[0]))

    if not is_count(builder.values[r]):
        return None
    return [Assumption(r, "one entry is read from each row of {p}", is_count)]


SHIFTED = "((e := exp(x - m)) / sum(e, axis, keepdims))"
PLAIN = "((e := exp(x)) / sum(e, axis, keepdims))"
ENTROPY = "the logarithm undoes the exponential of the softmax: what is left is the difference of label and prediction"

ORDERS = (
    ("-t * log((p := {softmax}))", "-"),
    ("t * -log((p := {softmax}))", "-"),
    ("-(t * log((p := {softmax})))", "-"),
    ("t * log((p := {softmax}))", ""),
)
"""How people write label times logarithm, and the sign of what they wrote."""

for _softmax in (SHIFTED, PLAIN):
    for _reduce, _g in (
        ("sum", "spread_back(g, over, kept)"),
        ("mean", "spread_back(g / count(p, over), over, kept)"),
    ):
        for _order, _sign in ORDERS:
            _labelled = _order.format(softmax=_softmax)
            idiom(
                "cross-entropy of a softmax",
                f"{_reduce}({_labelled}, over, kept)",
                dx=f"{_sign}{_g} * (t - p)",
                why=ENTROPY + ", because the labels of each row sum to 1",
                local={"x": "{t} − {p}" if not _sign else "{p} − {t}"},
                needs=_labels,
            )
            idiom(
                "cross-entropy of a softmax",
                f"{_reduce}((l := {_labelled}), over, kept)",
                dx=f"{_sign}{_g} * (t - p * sum(t, axis, keepdims))",
                dt=f"{_sign}{_g} * log(p)",
                why="the logarithm undoes the exponential of the softmax; the labels of a row need not sum to 1, so "
                "their sum weighs the prediction",
                local={"x": "{t} − {p} Σ{t}" if not _sign else "{p} Σ{t} − {t}"},
                needs=_any_labels,
            )
    idiom(
        "cross-entropy of a softmax",
        f"log(getitem((p := {_softmax}), r, t, template))",
        dx="-spread_back(g, (1,), False) * add_at(p, -1, r, t, template)",
        why=ENTROPY + "; the label of a row is 1 at its class and 0 elsewhere",
        local={"x": "one-hot − {p}"},
        needs=_picked,
    )
    idiom(
        "softmax",
        _softmax[1:-1],
        dx="y * (g - sum(g * y, axis, keepdims))",
        why="raising one entry takes from all others of its row, because the row sums to 1: from each entry's "
        "gradient the average, weighted by {y}, is taken off",
        local={"x": "diag(a) − a aᵀ for each row a of {y}"},
        needs=_whole_rows,
        latex=r"\operatorname{softmax}_{axis} {x}",
    )

SIGMOIDS = (
    ("1 / (1 + exp(-x))", 1),
    ("(e := exp(x)) / (1 + e)", 1),
    ("(1 + exp(-x)) ** -1", 1),
    ("1 / (1 + exp(x))", -1),
)
for _sigmoid, _direction in SIGMOIDS[:3]:
    idiom(
        "cross-entropy of a sigmoid",
        f"t * log((k := {_sigmoid})) + (1 - t) * log(1 - k)",
        dx="g * (t - k)",
        dt="g * (log(k) - log(1 - k))",
        why="the logarithm undoes the slope {k}(1 − {k}) of the sigmoid: what is left is the label minus the "
        "prediction",
        local={"x": "{t} − {k}"},
    )
for _sigmoid, _direction in SIGMOIDS:
    idiom(
        "sigmoid",
        _sigmoid,
        dx="g * y * (1 - y)" if _direction > 0 else "-(g * y * (1 - y))",
        why="the slope of the sigmoid can be read off its own output: {y}(1 − {y}). It is written in terms of "
        "the output {y}; with what went in, {x}, in its place it would be no slope of anything",
        latex=r"\sigma({x})" if _direction > 0 else r"\sigma(-{x})",
    )
for _relu in ("maximum(0, x)", "maximum(x, 0)"):
    idiom(
        "relu",
        _relu,
        dx="g * (x > 0)",
        why="where {x} is above 0 it passes through unchanged, slope 1; elsewhere {y} is 0 whatever {x} is, slope 0",
        latex=r"\operatorname{relu}({x})",
    )
