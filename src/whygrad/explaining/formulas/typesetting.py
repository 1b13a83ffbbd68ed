"""A derivation as LaTeX: its equations one under the other, as a piece to paste or a document to compile."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from whygrad.explaining.formulas.equations import Equations, LineFormula
from whygrad.explaining.formulas.latex import escaped, latex
from whygrad.explaining.formulas.lessons import lesson_equations, lesson_steps
from whygrad.explaining.formulas.notation import Equation, Node, Reduction, Sum, children, width
from whygrad.explaining.lesson import is_lesson

if TYPE_CHECKING:
    from whygrad.explaining.derivation import Derivation

WIDE = 70
"""An equation wider than this goes on in the next row, at a sign of equality or a plus."""

DOCUMENT = r"""\documentclass{article}
\usepackage[utf8]{inputenc}
\usepackage{amsmath, amssymb}
\allowdisplaybreaks
\begin{document}
%s
\end{document}
"""


def typeset(derivation: Derivation, part: str = "all", document: bool = False) -> str:
    """The derivation's LaTeX. See `Derivation.latex`."""
    if part not in ("all", "forward", "backward"):
        raise ValueError(f"part={part!r}: there are 'all', 'forward', 'backward' and 'graph'")
    equations = Equations(derivation.layout)
    formulas = tuple(equations.lines())
    pieces: list[str] = []
    lesson = is_lesson(derivation.layout)
    if part != "backward":
        forward = (f.formula for f in formulas if not f.backward)
        pieces.append(aligned(lesson_steps(derivation.layout) if lesson else forward))
    if part != "forward":
        backward = (f.formula for f in formulas if f.backward)
        pieces.append(aligned(lesson_equations(derivation.layout) if lesson else backward))
    pieces = [piece for piece in pieces if piece]
    if not document:
        return "\n".join(pieces) + "\n" if pieces else ""
    name = escaped(derivation.name)
    titles = {"all": ["Forward", "Backward"]}.get(part, [part.capitalize()])
    body = [rf"\section*{{{name}: the gradient, derived}}"]
    for title, piece in zip(titles[-len(pieces) :] if pieces else [], pieces, strict=True):
        body += [rf"\subsection*{{{title}}}", piece.rstrip()]
    body += conventions(formulas, equations.formulas.indices)
    return DOCUMENT % "\n".join(body)


def aligned(equations: Iterable[Equation]) -> str:
    """The equations one under the other, aligned at their signs of equality."""
    rows = [row for equation in equations for row in rows_of(equation)]
    if not rows:
        return ""
    return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"


def rows_of(equation: Equation) -> Iterator[str]:
    """An equation in one row, or one a sign of equality."""
    left = latex(equation.left)
    if width(equation) <= WIDE:
        yield f"{left} &= " + " = ".join(map(latex, equation.rights))
        return
    for right in equation.rights:
        for row in _broken(right):
            yield f"{left} &{row}"
            left = ""


def _broken(node: Node) -> Iterator[str]:
    """One side; a long sum is broken before its signs."""
    if not isinstance(node, Sum) or width(node) <= WIDE:
        yield f"= {latex(node)}"
        return
    row, wide = f"= {latex(node.terms[0])}", width(node.terms[0])
    for sign, term in zip(node.signs[1:], node.terms[1:], strict=True):
        text = f"{sign.replace('−', '-')} {latex(term)}"
        if wide + width(term) > WIDE:
            yield row
            row, wide = rf"\quad {text}", width(term)
        else:
            row, wide = f"{row} {text}", wide + width(term) + 2
    yield row


def conventions(formulas: Iterable[LineFormula], letters: str) -> Iterator[str]:
    """What a reader has to know about the signs that are used."""
    text = " ".join(latex(f.formula) for f in formulas)
    told = []
    if r"\odot" in text:
        told.append(r"$\odot$ multiplies entry by entry; powers, fractions and functions act on each entry, too.")
    used = sorted({i for f in formulas for i in _indices(f.formula)}, key=letters.index)
    if used:
        axes = ", ".join(f"${i}$ over {AXES.get(letters.index(i), f'axis {letters.index(i)}')}" for i in used)
        told.append(f"Sums run over axes of what stands behind them: {axes}.")
    if "_{[" in text:
        told.append("Indices in brackets are those of the code: they count from 0.")
    if told:
        yield r"\paragraph{Notation.} " + " ".join(told)


AXES = {0: "the first axis (the rows)", 1: "the second (the columns)"}


def _indices(node: Node) -> Iterator[str]:
    if isinstance(node, Reduction) and node.axes:  # an einsum's letters stand at what they run over
        yield from node.indices
    for child in children(node):
        yield from _indices(child)
