"""What a teacher would add to a backward line: why not the other matrix, do the shapes fit, what "the error" is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from whygrad.explaining.lines import Line
from whygrad.program import Span, Step
from whygrad.rules import row_of

if TYPE_CHECKING:
    from whygrad.differentiation.reverse import Derivative, Share
    from whygrad.explaining.reasons import Explainer

PRODUCTS = {"matmul": ("A", "B"), "vector_matrix": ("a", "B"), "matrix_vector": ("A", "b")}


def remarks(explainer: Explainer, v: int, line: Line, shares: tuple[Share, ...]) -> Iterator[str]:
    """The remarks on the gradient of v."""
    if line.of is not None:
        other = line.text.partition(" = ")[2].removesuffix(".copy()")
        if other.isidentifier():
            yield f"It is {other} itself."
        return
    error = _minus_the_error(explainer, v, line, shares)
    if error:
        yield error
    plain = [s for s in shares if s.use is None and s.step.primitive.name in PRODUCTS]
    if len(shares) == 1 and plain:
        step, operand = plain[0].step, plain[0].operand[0]
        which = _which_matrix(explainer, v, step, operand)
        if which:
            yield which
        fits = _fits(explainer, v, step, operand)
        if fits:
            yield fits


def nothing_comes_back(derivative: Derivative, v: int, name: str, symbol: str) -> str:
    """Why a gradient is 0 whatever the numbers: the variable is not used, or only where all is flat."""
    slopes, reached, flat = {v}, {v}, []
    for step in derivative.program.steps[: derivative.split]:
        if reached.isdisjoint(step.inputs):
            continue
        reached.update(step.outputs)
        if slopes.isdisjoint(step.inputs):
            continue
        row = row_of(step.primitive)
        if row is not None and row.kind == "nondiff":
            flat.append(step)
        else:
            slopes.update(step.outputs)
    if derivative.output not in reached or not flat:
        return f"{symbol} does not depend on {name}: whatever {name} is, {symbol} is the same."
    places = [s.origin for s in flat if isinstance(s.origin, Span) and s.origin.text]
    told = ", ".join(dict.fromkeys(f"{p.text} (line {p.line})" for p in places)) or "what is flat"
    return (
        f"{name} reaches {symbol} only through {told}, which is flat almost everywhere: "
        f"a small change of {name} changes nothing there, so no gradient comes back."
    )


def _minus_the_error(explainer: Explainer, v: int, line: Line, shares: tuple[Share, ...]) -> str:
    """y − k2 is what people call the error; it is minus a gradient, and only with this loss."""
    if len(shares) != 1 or shares[0].use is not None or shares[0].step.primitive.name != "subtract":
        return ""
    used = shares[0].step
    reversed_ = used.inputs[::-1]
    producers = explainer.layout.producers
    steps = [producers[i] for i in line.covers if i in producers]
    turned = any(s.primitive.name == "subtract" and s.inputs == reversed_ for s in steps)
    if used.inputs[1] != v or not (turned or _is_minus(steps, used.output)):
        return ""
    error = f"{explainer.label(used.inputs[0])} − {explainer.label(v)}"
    d, symbol, name = explainer.partial, explainer.symbol, explainer.label(v)
    times = "" if producers[line.target].primitive.name in ("subtract", "negative") else " up to a factor"
    return (
        f"{error}, often called “the error”, is −{d}{symbol}/{d}{name}{times}, and only because {symbol} is a sum of "
        "squares: with another loss something else comes back here."
    )


def _is_minus(steps: list[Step], index: int) -> bool:
    return any(s.primitive.name == "negative" and s.inputs == (index,) for s in steps)


def _base(explainer: Explainer, index: int) -> int:
    """The array itself, where it was transposed or reshaped on the way."""
    producers = explainer.layout.producers
    step = producers.get(index)
    while step is not None and step.primitive.name in ("transpose", "reshape"):
        index = step.inputs[0]
        step = producers.get(index)
    return index


def _which_matrix(explainer: Explainer, v: int, step: Step, operand: str) -> str:
    """Why the weights that lead out of v, and not those that lead into it."""
    first, _ = PRODUCTS[step.primitive.name]
    other = _base(explainer, step.inputs[1] if operand == first else step.inputs[0])
    inputs = explainer.program.inputs
    inside = _leads_into(explainer, v)
    if other not in inputs or inside is None or inside == other or v in inputs:
        return ""
    label, name, symbol = explainer.label, explainer.label(v), explainer.symbol
    return (
        f"It is {label(other)} and not {label(inside)}: {label(inside)} leads into {name}, and {symbol} feels {name} "
        f"only through what leads out of it, {label(other)}."
    )


def _leads_into(explainer: Explainer, v: int) -> int | None:
    """The matrix of weights by which v was made, if it was made by one."""
    producers, queue, seen = explainer.layout.producers, [v], 0
    while queue and seen < 12:
        step = producers.get(queue.pop(0))
        seen += 1
        if step is None:
            continue
        if step.primitive.name in PRODUCTS:
            found = [b for i in step.inputs if (b := _base(explainer, i)) in explainer.program.inputs]
            return found[0] if len(found) == 1 else None
        queue.extend(step.inputs)
    return None


def _fits(explainer: Explainer, v: int, step: Step, operand: str) -> str:
    """Whether the shapes alone would have told how to multiply."""
    if step.primitive.name != "matmul":
        return ""
    values = explainer.values
    mine, g = np.shape(values[v]), np.shape(values[step.output])
    a, b = (np.shape(values[i]) for i in step.inputs)
    if not len(mine) == len(g) == len(a) == len(b) == 2:
        return ""
    left, right = (g, b[::-1]) if operand == "A" else (a[::-1], g)
    other = b if operand == "A" else a
    fitting = 0
    for one in {other, other[::-1]}:
        for two in {g, g[::-1]}:
            for first, second in ((one, two), (two, one)):
                fitting += first[1] == second[0] and (first[0], second[1]) == mine
    ambiguous = other[0] == other[1] or g[0] == g[1]
    name = explainer.label(v)
    if fitting == 1 and not ambiguous:
        return f"The shapes fit only so: {left} times {right} is {mine}, the shape of {name}."
    return (
        f"Shapes: {left} times {right} is {mine}, the shape of {name}; here other products would fit too, and be wrong."
    )
