"""The graph as a TikZ picture: the coordinates of the document, names and operations as formulas."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from whygrad.explaining.document.encoding import Object
from whygrad.explaining.document.graph import Graph, right_side, shape_text
from whygrad.explaining.document.running import used_by
from whygrad.explaining.formulas.equations import Equations
from whygrad.explaining.formulas.latex import latex
from whygrad.explaining.formulas.notation import Equation, width

if TYPE_CHECKING:
    from whygrad.explaining.derivation import Derivation

HEAD = r"""\begin{tikzpicture}[x=1.9mm, y=-2.3mm, font=\footnotesize,
  made/.style={draw, rounded corners=2pt, align=center, inner sep=0pt}, result/.style={made, thick},
  given/.style={made, fill=black!6}, argument/.style={made, fill=blue!8}, wire/.style={draw=black!45}]"""
"""The unit is the width of a character, and a row of text is 2 high, downwards."""
DOCUMENT = r"""\documentclass{article}
\usepackage[utf8]{inputenc}
\usepackage{amsmath, amssymb, graphicx, tikz}
\begin{document}
\noindent\resizebox{\linewidth}{!}{%%
%s}
\end{document}
"""
WIDEST = 40
"""A wider formula does not stand on its node."""
STYLES = {"argument": "argument", "step": "made", "output": "result"}


def picture(d: Derivation, document: bool) -> str:
    """The graph as TikZ, a piece to paste or a document to compile."""
    text = "\n".join([HEAD, *_rows(d), r"\end{tikzpicture}"]) + "\n"
    return DOCUMENT % text if document else text


def _rows(d: Derivation) -> Iterator[str]:
    explainer = d.explainer
    graph = Graph(explainer, used_by(d.program), functools.partial(right_side, explainer)).whole()
    equations = Equations(d.layout)
    made = {line.target: equations.forward(line) for line in d.layout.lines if not line.backward}
    for node in graph["nodes"]:
        v = node["variable"]
        shape = shape_text(d.program.variables[v].shape).replace("×", r" \times ")
        rows = [rf"${latex(equations.name(v))}$\enspace ${shape}$" if shape else f"${latex(equations.name(v))}$"]
        rows += [f"${_right(made[v])}$"] if v in made else []
        rows += [f"${_gradient(equations, v)}$"] if "gradient" in node else []
        size = f"minimum width={1.9 * node['width']:.1f}mm, minimum height={2.3 * node['height']:.1f}mm"
        style = STYLES.get(node["role"], "given")
        text = r" \\ ".join(rows)
        yield rf"  \node[{style}, {size}] (v{v}) at {_point(node)} {{{text}}};"
    trunks = {node["variable"]: node.get("trunk", []) for node in graph["nodes"]}
    for edge in graph["edges"]:
        points = [*trunks[edge["from"]][: edge.get("along", 0)], *edge["route"]]
        yield rf"  \draw[wire] {_way(points)};"


def _gradient(equations: Equations, v: int) -> str:
    """In one row: ∂L/∂k."""
    d = r"\partial " if equations.d == "∂" else "d"
    return f"{d}{latex(equations.output)}/{d}{latex(equations.name(v))}"


def _right(equation: Equation) -> str:
    """How a node is made: what the function is called, else written out; nothing, where that is long."""
    right = equation.rights[0]
    return f"= {latex(right)}" if width(right) <= WIDEST else r"= \dots"


def _point(node: Object) -> str:
    return f"({node['x']:g}, {node['y']:g})"


def _way(points: list[list[float]]) -> str:
    """Straight along a height, with a bend from one to another."""
    way = f"({points[0][0]:g}, {points[0][1]:g})"
    for (_, before), (x, y) in pairwise(points):
        way += f" -- ({x:g}, {y:g})" if y == before else f" to[out=0, in=180] ({x:g}, {y:g})"
    return way
