"""The graph of a derivation: a node for every variable that a reader has a name for, with the way it is made.

Steps are folded as the printed lines fold them: a node stands for a whole line. The gradient of a variable belongs to
its node; there is no second row of nodes for the backward pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from whygrad.explaining.document.layering import Drawing, Point, draw
from whygrad.explaining.lines import Layout, Line
from whygrad.explaining.reasons import Explainer
from whygrad.program import Step
from whygrad.rules import row_of

Object = dict[str, Any]

LONGEST = 30
"""A longer formula is cut short on the node; the whole one is told beside it."""
ROW = 2.0
"""The height of a row of text, where the width of a character is 1."""

NUMBER = 8
"""So many characters are kept free for a single number, beside its name and beside its gradient's."""

SYMBOLS = {"sigmoid": "σ({x})", "relu": "relu({x})", "softmax": "softmax({x})"}


def graph_of(explainer: Explainer, present: set[int], formula: Callable[[int], str]) -> Object:
    """The graph as the document has it. `present`: the variables that are in the document's Program; `formula`: how
    a variable is made."""
    layout = explainer.layout
    lines = [line for line in layout.lines if not line.backward]
    variables = list(dict.fromkeys([*_given(layout), *(line.target for line in lines)]))
    number = {v: n for n, v in enumerate(variables)}
    by_target = {line.target: line for line in lines}
    nodes = [_node(explainer, v, by_target.get(v), present, formula) for v in variables]
    wires = list(_wires(layout, lines, number))
    drawing = draw([(n["width"], n["height"]) for n in nodes], [(a, b) for a, b, _ in wires])
    _place(nodes, drawing)
    edges = [
        {
            **{"from": variables[a], "to": variables[b], "operands": operands, "route": _points(route)},
            **({"along": along} if along else {}),
        }
        for (a, b, operands), route, along in zip(wires, drawing.routes, drawing.along, strict=True)
    ]
    return {"width": drawing.width, "height": drawing.height, "nodes": nodes, "edges": edges}


def _given(layout: Layout) -> list[int]:
    """What is there before the first step: arguments, and the arrays that the code reads or makes."""
    read = {i for step in layout.program.steps[: layout.derivative.split] for i in step.inputs}
    read.add(layout.derivative.output)
    kept = sorted({*layout.keywords, *layout.preset} & read)
    return [*layout.program.inputs, *(i for i in kept if not is_plain_number(layout, i))]


def is_plain_number(layout: Layout, v: int) -> bool:
    """A number that the code makes on the way, and that the author gave no name: √3."""
    constant, variable = layout.constants.get(v), layout.program.variables[v]
    return constant is not None and constant.kind == "created" and not variable.name and variable.shape == ()


def _wires(layout: Layout, lines: list[Line], number: dict[int, int]) -> Iterator[tuple[int, int, list[Object]]]:
    """From node to node, with the operands (of which steps) that it is there."""
    for line in lines:
        found: dict[int, list[Object]] = {}
        for output in sorted(line.covers):
            step = layout.producers[output]
            for place, index in enumerate(step.inputs):
                if index in number and index != line.target:
                    found.setdefault(index, []).append({"step": output, "operand": operand_name(step, place)})
        for index in sorted(found, key=number.__getitem__):
            yield number[index], number[line.target], found[index]


def operand_name(step: Step, place: int) -> str:
    """What the row calls the operand: A, x; the place, where there is no row."""
    row = row_of(step.primitive)
    return row.operand_name(place) if row is not None else str(place)


def _node(explainer: Explainer, v: int, line: Line | None, present: set[int], formula: Callable[[int], str]) -> Object:
    layout = explainer.layout
    derivative, variable = layout.derivative, layout.program.variables[v]
    name = explainer.named(v) or layout.shown(v) or f"v{v}"
    found: Object = {"variable": v, "name": name, "role": _role(layout, v)}
    number = "0" * NUMBER if variable.shape == () else ""
    rows = [f"{name}  {number or shape_text(variable.shape)}"]
    gradient = derivative.gradients.get(v)
    if line is not None:
        found["operation"] = operation_of(explainer, line, formula(v))
        rows.append(found["operation"])
    if gradient is not None and gradient in present and v != derivative.output:
        found["gradient"] = gradient
        found["gradient_name"] = f"{explainer.partial}{explainer.symbol}/{explainer.partial}{name}"
        rows.append(f"{found['gradient_name']}  {number}".rstrip())
    if v in derivative.wrt:
        found["differentiated"] = True
    found["width"] = float(max(map(len, rows)) + 2)
    found["height"] = ROW * len(rows) + 1
    return found


def _role(layout: Layout, v: int) -> str:
    if v == layout.derivative.output:
        return "output"
    if v in layout.program.inputs:
        return "argument"
    return layout.constants[v].kind if v in layout.constants else "step"


def shape_text(shape: tuple[int, ...]) -> str:
    return f"({shape[0]},)" if len(shape) == 1 else "×".join(map(str, shape))


def operation_of(explainer: Explainer, line: Line, formula: str) -> str:
    """What a line does, short enough for a node: σ(z1), X syn0, Σ."""
    layout = explainer.layout
    use = layout.derivative.uses.get(line.target)
    if use is not None:
        operand = use.names.get("x")
        inside = explainer.label(operand) if isinstance(operand, int) else "…"
        text = SYMBOLS.get(use.idiom.name, use.idiom.name).format(x=inside)
        return text if len(text) <= LONGEST else SYMBOLS.get(use.idiom.name, use.idiom.name).format(x="…")
    text = re.sub(r", (axis|keepdims)=(\([^()]*\)|\w+)", "", formula)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def right_side(explainer: Explainer, v: int) -> str:
    """How a variable is made, written out down to what has a line of its own."""
    layout = explainer.layout

    def shown(index: int) -> str | None:
        if is_plain_number(layout, index):
            return f"{float(layout.constants[index].value):.6g}".replace("-", "−")
        step = layout.producers.get(index)
        return explainer.named(index) if step is None or index in layout.lined else None

    return explainer.local.expressions(shown).step(layout.producers[v])[0]


def _points(route: Iterable[Point]) -> list[list[float]]:
    return [list(point) for point in route]


def _place(nodes: list[Object], drawing: Drawing) -> None:
    for node, layer, (x, y) in zip(nodes, drawing.layers, drawing.middles, strict=True):
        node["layer"] = layer
        node["x"], node["y"] = x, y
    for number, trunk in drawing.trunks.items():
        nodes[number]["trunk"] = _points(trunk)
