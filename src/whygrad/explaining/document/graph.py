"""The graph of a derivation: a node for every variable that a reader has a name for, with the way it is made.

Steps are folded as the printed lines fold them: a node stands for a whole line. The gradient of a variable belongs to
its node; there is no second row of nodes for the backward pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from whygrad.explaining.document.groups import Group, outermost
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


Wire = tuple[int, int, list[Object]]
"""From which node to which (by their places), and the operands (of which steps) that it is."""
MANY = 300
"""A graph of more nodes than this is not given a second time unless folding halves it."""


class Graph:
    """The nodes and wires of a derivation, and the drawings of them: whole, and folded."""

    def __init__(self, explainer: Explainer, present: set[int], formula: Callable[[int], str]) -> None:
        """`present`: the variables that are in the document's Program; `formula`: how a variable is made."""
        layout = self.layout = explainer.layout
        self.lines = [line for line in layout.lines if not line.backward]
        variables = list(dict.fromkeys([*_given(layout), *(line.target for line in self.lines)]))
        self.number = {v: n for n, v in enumerate(variables)}
        by_target = {line.target: line for line in self.lines}
        self.nodes = [_node(explainer, v, by_target.get(v), present, formula) for v in variables]
        self.wires = list(_wires(layout, self.lines, self.number))

    def whole(self) -> Object:
        """The graph with a node for every variable."""
        return _drawn(self.nodes, self.wires)

    def folds(self, groups: Sequence[Group]) -> list[Object]:
        """The graph with a node for every call, round or loop (the outermost ones), where it is smaller so."""
        found: list[Object] = []
        seen: list[list[tuple[int, int]]] = []
        for kind in ("call", "round", "loop"):
            own = outermost([group for group in groups if group.kind == kind])
            stretches = [(group.first, group.last) for group in own]
            fewer = sum(last - first for first, last in stretches)
            if fewer and stretches not in seen and (len(self.nodes) <= MANY or 2 * fewer >= len(self.nodes)):
                found.append({"by": kind, "graph": self._folded(own)})
                seen.append(stretches)
        return found

    def _folded(self, groups: Sequence[Group]) -> Object:
        """Each group as one node. A group is a stretch in the order of execution, so no cycle can arise."""
        nodes: list[Object] = []
        place: dict[int, int] = {}
        group_of = {n: group for group in groups for n in range(group.first, group.last + 1)}
        first_line = len(self.nodes) - len(self.lines)
        for number, node in enumerate(self.nodes):
            group = group_of.get(number - first_line)
            if group is None:
                nodes.append(node)
            elif number - first_line == group.first:
                nodes.append(self._group(group, self.nodes[number : number + group.last - group.first + 1]))
            place[number] = len(nodes) - 1
        merged: dict[tuple[int, int], list[Object]] = {}
        for a, b, operands in self.wires:
            if place[a] != place[b]:
                merged.setdefault((place[a], place[b]), []).extend(operands)
        wires = sorted(merged.items(), key=lambda wire: (wire[0][1], wire[0][0]))
        return _drawn(nodes, [(a, b, operands) for (a, b), operands in wires])

    def _group(self, group: Group, members: Sequence[Object]) -> Object:
        last = members[-1]
        node: Object = {key: last[key] for key in ("variable", "role", "gradient", "gradient_name") if key in last}
        made = f"→ {last['name']}, {len(members)} steps"
        node |= {"name": group.title, "operation": made, "members": [m["variable"] for m in members]}
        return _sized(node, self.layout.program.variables[last["variable"]].shape)


def _drawn(nodes: Sequence[Object], wires: Sequence[Wire]) -> Object:
    """Nodes and wires with their places, as the document has them."""
    drawing = draw([(n["width"], n["height"]) for n in nodes], [(a, b) for a, b, _ in wires])
    edges = [
        {
            **{"from": nodes[a]["variable"], "to": nodes[b]["variable"], "operands": operands},
            **({"along": along} if along else {}),
            "route": _points(route),
        }
        for (a, b, operands), route, along in zip(wires, drawing.routes, drawing.along, strict=True)
    ]
    placed = list(_placed(nodes, drawing))
    return {"width": drawing.width, "height": drawing.height, "nodes": placed, "edges": edges}


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


def _wires(layout: Layout, lines: list[Line], number: dict[int, int]) -> Iterator[Wire]:
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
    gradient = derivative.gradients.get(v)
    if line is not None:
        found["operation"] = operation_of(explainer, line, formula(v))
    if gradient is not None and gradient in present and v != derivative.output:
        found["gradient"] = gradient
        found["gradient_name"] = f"{explainer.partial}{explainer.symbol}/{explainer.partial}{name}"
    if v in derivative.wrt:
        found["differentiated"] = True
    return _sized(found, variable.shape)


def _sized(node: Object, shape: tuple[int, ...]) -> Object:
    """A node with room for its rows of text: name and shape (or the value of a single number), operation, gradient."""
    number = "0" * NUMBER if shape == () else ""
    rows = [f"{node['name']}  {number or shape_text(shape)}", node.get("operation", "")]
    if "gradient_name" in node:
        rows.append(f"{node['gradient_name']}  {number}".rstrip())
    lengths = [len(row) for row in rows if row]
    return {**node, "width": float(max(lengths) + 2), "height": ROW * len(lengths) + 1}


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


def _placed(nodes: Sequence[Object], drawing: Drawing) -> Iterator[Object]:
    for number, (node, layer, (x, y)) in enumerate(zip(nodes, drawing.layers, drawing.middles, strict=True)):
        trunk = drawing.trunks.get(number)
        yield {**node, "layer": layer, "x": x, "y": y, **({"trunk": _points(trunk)} if trunk else {})}
