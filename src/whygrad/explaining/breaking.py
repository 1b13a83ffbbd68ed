"""Lines that would be too long: which of their parts get a line before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whygrad.explaining.statements import STATEMENTS
from whygrad.program import Step

if TYPE_CHECKING:
    from whygrad.explaining.lines import Layout

WIDTH = 96
"""A line that would be longer is broken into two."""


def too_long(layout: Layout, v: int) -> list[int]:
    """Parts of a long line that get lines of their own (and names) before it."""
    step = layout.producers[v]
    if step.primitive.name in STATEMENTS:
        value = step.inputs[0 if step.primitive.name == "scatter" else 1]
        return (too_long(layout, value) or _apart(layout, value)) if _is_written_out(layout, value, WIDTH) else []
    found: list[int] = []
    while len(layout.expressions.step(step)[0]) > WIDTH:
        inner = [i for i in step.inputs if _is_written_out(layout, i, 24)]
        if not inner:
            break
        if _is_longer_sum(layout, step):
            found.extend(_begun(layout, step.inputs[0], v))
            continue
        longest = max(inner, key=lambda i: len(layout.expressions.variable(i)[0]))
        within = too_long(layout, longest)
        found.extend(within or _apart(layout, longest))
    return found


def _is_longer_sum(layout: Layout, step: Step) -> bool:
    """A derived sum whose first summand is a sum, too, of the same kind: the rest can be added to it by +=."""
    first = layout.producers.get(step.inputs[0])
    if first is None or step.primitive.name != "add" or first.primitive.name not in ("add", "subtract"):
        return False
    a, b = layout.program.variables[step.inputs[0]], layout.program.variables[step.output]
    free = layout.shown(step.inputs[0]) is None and len(layout.readers[step.inputs[0]]) == 1
    alike = (a.shape, a.dtype, a.face) == (b.shape, b.dtype, b.face)
    return free and alike and step.output >= layout.derivative.forward_variables


def _begun(layout: Layout, index: int, v: int) -> list[int]:
    """A line for the first summands of v, under v's name."""
    layout.lined.add(index)
    layout.identifier[index] = layout.name_of(v)
    layout.continued.add(v)
    return [*too_long(layout, index), index]


def _is_written_out(layout: Layout, index: int, longest: int) -> bool:
    """Does the variable stand in another's line, in more than so many characters?"""
    if index not in layout.producers or index in layout.lined or layout.shown(index) is not None:
        return False
    return len(layout.expressions.variable(index)[0]) > longest


def _apart(layout: Layout, index: int) -> list[int]:
    """A line of its own for the variable, and for its parts where that line is too long itself."""
    found = too_long(layout, index)
    layout.lined.add(index)
    layout.name_inner(index)
    return [*found, index]
