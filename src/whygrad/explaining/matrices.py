"""How linear algebra is written: forms of matrices and of sums over axes that no template can give."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from whygrad.program import Step
from whygrad.rules.row import ATOM, POWER, PRODUCT, SUM

if TYPE_CHECKING:
    from whygrad.explaining.expressions import Expressions

Text = tuple[str, int]
Form = Callable[["Expressions", Step], Text | None]


def _inside(e: Expressions, step: Step, number: int = 0) -> str:
    return e.variable(step.inputs[number])[0]


def _eye_like(e: Expressions, step: Step) -> Text | None:
    """The identity matrix, by its size."""
    offset = step.params[0]
    if e.notation.math:
        return "I", ATOM
    made = e.program.variables[step.output]
    n, m = made.shape
    size = str(n) if n == m else f"{n}, {m}"
    shift = f", k={offset}" if offset else ""
    dtype = "" if made.dtype == float else f", dtype=np.{made.dtype}"
    return f"np.eye({size}{shift}{dtype})", ATOM


def _einsum(e: Expressions, step: Step) -> Text | None:
    spec, optimize = step.params
    operands = ", ".join(e.variable(i)[0] for i in step.inputs)
    if e.notation.math:
        return f"einsum({spec}; {operands})", ATOM
    how = f", optimize={list(optimize) if isinstance(optimize, tuple) else optimize!r}" if optimize else ""
    return f"np.einsum({spec!r}, {operands}{how})", ATOM


def _tensordot(e: Expressions, step: Step) -> Text | None:
    if e.notation.math or step.primitive.evaluate.__name__ in ("dot", "inner"):
        return None
    (of_a, of_b), (a, b) = step.params[0], step.inputs
    ndim, count = len(e.program.variables[a].shape), len(of_a)
    if of_a == tuple(range(ndim - count, ndim)) and of_b == tuple(range(count)):
        axes: object = count
    else:
        axes = (of_a[0], of_b[0]) if count == 1 else (of_a, of_b)
    return f"np.tensordot({e.variable(a)[0]}, {e.variable(b)[0]}, axes={axes!r})", ATOM


def _triangle_of(function: str, part: str) -> Form:
    """One of the results of a factorisation that reads one triangle only."""

    def form(e: Expressions, step: Step) -> Text | None:
        triangle = "" if step.params[0] else ", UPLO='U'"
        prefix = "" if e.notation.math else "np.linalg."
        return f"{prefix}{function}({_inside(e, step)}{'' if e.notation.math else triangle}){part}", ATOM

    return form


def _in_words(template: str, binds: int = ATOM) -> Form:
    """A mathematician's way to write a function of one matrix; {x} is in parentheses where it has to be."""

    def form(e: Expressions, step: Step) -> Text | None:
        if not e.notation.math:
            return None
        text = e.atom(step.inputs[0]) if "({x})" not in template and "‖" not in template else _inside(e, step)
        return template.format(x=text), binds

    return form


def _solved(e: Expressions, step: Step) -> Text | None:
    if not e.notation.math:
        return None
    return f"{e.atom(step.inputs[0])}⁻¹ {e.atom(step.inputs[1])}", PRODUCT


OWN = ("products_of_others", "shifted", "shifted_back", "horner", "horner_back")
"""Functions of ours that NumPy does not have: printed code defines them as they stand in the rules."""

FORMS: dict[str, Form] = {
    "eye_like": _eye_like,
    "einsum": _einsum,
    "tensordot": _tensordot,
    "eigenvalues": _triangle_of("eigh", "[0]"),
    "eigenvectors": _triangle_of("eigh", "[1]"),
    "eigvalsh": _triangle_of("eigvalsh", ""),
    "inv": _in_words("{x}⁻¹", POWER + 1),
    "pinv": _in_words("{x}⁺", POWER + 1),
    "solve": _solved,
    "solve_vector": _solved,
    "det": _in_words("det({x})"),
    "log_abs_det": _in_words("log |det({x})|"),
    "trace": _in_words("tr({x})"),
    "norm": _in_words("‖{x}‖"),
    "prod": _in_words("Π {x}", SUM),
}
