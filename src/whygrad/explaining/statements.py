"""Writes as statements: into the old array where that is free, else into a copy of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from whygrad.explaining.expressions import index_text
from whygrad.program import Step
from whygrad.rules.indexing import is_basic
from whygrad.rules.row import ATOM

if TYPE_CHECKING:
    from whygrad.explaining.lines import Layout

STATEMENTS = frozenset({"setitem", "add_at", "scatter"})


def atom(text: str, binds: int) -> str:
    return text if binds == ATOM else f"({text})"


def unwrapped(text: str) -> str:
    """Without the parentheses around the whole, where there are any."""
    depth = 0
    for n, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0 and n < len(text) - 1:
            return text
    return text[1:-1] if text.startswith("(") else text


def statement(layout: Layout, step: Step) -> str:
    """A write: into the old array where that is free, else into a copy of it."""
    e = layout.expressions
    name, (template,) = step.primitive.name, step.params
    basic = is_basic(template)
    if name == "scatter":
        g, like, *index = step.inputs
        same = layout.program.variables[step.output].dtype == layout.program.variables[like].dtype
        target = layout.name_of(step.output)
        shape = f"np.zeros_like({e.variable(like)[0]})" if same else f"np.zeros(np.shape({e.variable(like)[0]}))"
        rows = [f"{target} = {shape}"]
    else:
        base, g, *index = step.inputs
        rows = []
        if step.output in layout.in_place:
            target = layout.name_of(step.output)
            if base in layout.created:
                rows.append(f"{target} = {layout.created[base]}")
        else:
            target = layout.name_of(step.output)
            old, binds = e.variable(base)
            scalar = layout.program.variables[base].shape == ()
            if base in layout.created and not scalar:
                rows.append(f"{target} = {old}")
            else:
                rows.append(f"{target} = np.array({old})" if scalar else f"{target} = {atom(old, binds)}.copy()")
    place = index_text(e, tuple(index), template)
    g = _unspread(layout, g, step.output)
    value = e.variable(g)[0]
    if name == "setitem" or (name == "scatter" and basic):
        rows.append(f"{target}[{place}] = {value}")
    elif basic or _is_distinct(layout, tuple(index)):
        if value.startswith("-") and _is_negated(layout, g):
            rows.append(f"{target}[{place}] -= {unwrapped(value[1:])}")
        else:
            rows.append(f"{target}[{place}] += {value}")
    else:
        whole = place if template in ((("array", 0),),) else f"np.s_[{place}]" if ":" in place else f"({place})"
        rows.append(f"np.add.at({target}, {whole}, {value})")
    return "\n".join(rows)


def _unspread(layout: Layout, index: int, into: int) -> int:
    """What is written into entries need not be spread over them first: NumPy does that as it writes."""
    step = layout.producers.get(index)
    if step is None or step.primitive.name != "spread" or layout.shown(index) is not None:
        return index
    alike = layout.program.variables[index].dtype == layout.program.variables[into].dtype
    return step.inputs[0] if alike else index


def _is_negated(layout: Layout, index: int) -> bool:
    """Does its text begin with a minus sign that is one of the whole, so that to add it is to subtract the rest?"""
    step = layout.producers.get(index)
    while step is not None and layout.shown(index) is None:
        if step.primitive.name == "negative":
            return True
        if step.primitive.name not in ("multiply", "divide"):
            return False
        index = step.inputs[0]
        step = layout.producers.get(index)
    return index in layout.expressions.literals


def _is_distinct(layout: Layout, index: tuple[int, ...]) -> bool:
    """Does an index by arrays meet no entry twice, whatever the arguments are? Then += adds as np.add.at does."""
    variables = [layout.program.variables[i] for i in index]
    if all(v.dtype.kind == "b" for v in variables):
        return True
    whole = np.broadcast_shapes(*(v.shape for v in variables if v.dtype.kind != "b"))
    for i, variable in zip(index, variables, strict=True):
        if (i in layout.created or i in layout.preset) and variable.dtype.kind in "iu" and variable.shape == whole:
            value = layout.constants[i].value
            if np.min(value, initial=0) >= 0 and np.unique(value).size == value.size:
                return True
    return False
