"""A hand-written gradient beside the derived one: do they agree, and if not, how do they differ?"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from whygrad.checking.report import CheckedParameter, Finding
from whygrad.explaining.derivation import Derivation
from whygrad.explaining.naming import printable
from whygrad.program import Span

TOLERANCES = {2: 2e-2, 4: 1e-4, 8: 1e-6}
"""What the two may differ by, relative, by the bytes of the narrowest float."""

Compared = tuple[CheckedParameter, Finding | None]


def relative_error(given: Any, true: Any) -> float:
    """‖given − true‖ / (‖given‖ + ‖true‖): at most 1, and 0 where both are 0."""
    both = np.linalg.norm(np.ravel(given)) + np.linalg.norm(np.ravel(true))
    off = np.linalg.norm(np.ravel(np.asarray(given, float) - np.asarray(true, float)))
    return float(off / both) if both else float(off)


def scale_of(given: Any, true: Any, tolerance: float) -> float | None:
    """The factor c with given = c · true, if there is one."""
    given, true = np.ravel(np.asarray(given, float)), np.ravel(np.asarray(true, float))
    square = float(true @ true)
    if not square:
        return None
    factor = float(given @ true) / square
    return factor if factor and relative_error(given, factor * true) <= tolerance else None


def checked_parameters(
    file: str,
    line: int | None,
    names: Sequence[str],
    given: Sequence[Any],
    derivation: Derivation,
    spans: Sequence[Span | None],
) -> list[Compared]:
    """Each parameter with its finding, if its gradient is wrong; in the order of the lines that compute them."""
    found = []
    for name, own, true, span in zip(names, given, derivation.gradients, spans, strict=True):
        allowed = TOLERANCES.get(np.result_type(own, true).itemsize, 1e-6)
        at = span.line if span is not None else line
        if np.shape(own) != np.shape(true):
            checked = CheckedParameter(name, at, False, None, None)
        else:
            error = relative_error(own, true)
            fine = error <= allowed and bool(np.all(np.isfinite(own)))
            checked = CheckedParameter(name, at, fine, error, 1.0 if fine else scale_of(own, true, allowed))
        finding = None if checked.agrees else _finding(file, line, checked, own, true, derivation, span, allowed)
        found.append((checked, finding))
    return _together(sorted(found, key=lambda one: one[0].gradient_line or 0))


def _together(found: list[Compared]) -> list[Compared]:
    """Where all gradients are wrong by one factor, that is one mistake: told once, at the first."""
    factors = [checked.scale for checked, _ in found]
    first, factor = found[0][1], factors[0]
    if first is None or factor is None or len(found) < 2:
        return found
    if not all(f is not None and np.isclose(f, factor, rtol=1e-6) for f in factors):
        return found
    wrong = "have the wrong sign" if first.kind == "sign" else f"are {factor:.6g} times what they should be"
    lines = tuple(sorted({checked.gradient_line for checked, _ in found if checked.gradient_line} - {first.line}))
    told = replace(first, message=f"all gradients {wrong}", also=lines)
    return [(found[0][0], told), *((checked, None) for checked, _ in found[1:])]


def _finding(
    file: str,
    line: int | None,
    checked: CheckedParameter,
    own: Any,
    true: Any,
    derivation: Derivation,
    span: Span | None,
    allowed: float,
) -> Finding:
    kind, message, label = _described(checked, own, true, allowed)
    column = end_column = 1
    if span is not None:
        file, line = span.file, span.line
        row = span.line_text.encode()
        _, start, end_line, end = span.extent
        column = len(row[:start].decode(errors="replace")) + 1
        stop = min(end, len(row)) if end_line == span.line else len(row)
        end_column = len(row[:stop].decode(errors="replace")) + 1
    lines = _lines_for(derivation, checked.name)
    return Finding(file, line or 1, column, max(end_column, column + 1), kind, message, label, derived=lines)


def _described(checked: CheckedParameter, own: Any, true: Any, allowed: float) -> tuple[str, str, str]:
    """The kind, the message and the label of a gradient that is wrong."""
    name = checked.name
    if np.shape(own) != np.shape(true):
        flipped = np.shape(np.transpose(own)) == np.shape(true) and relative_error(np.transpose(own), true) <= allowed
        kind = "transpose" if flipped else "shape-error"
        label = f"has shape {np.shape(own)}; {name} has {np.shape(true)}"
        return kind, f"the gradient of {name} has another shape than {name}", f"{label}, and so has its gradient"
    if not np.all(np.isfinite(own)):
        return (
            "unknown",
            f"the gradient of {name} is not finite",
            "holds nan or infinity; the derived gradient does not",
        )
    if checked.scale is not None and (np.size(own) > 1 or checked.scale < 0):  # two numbers always have a factor
        if abs(checked.scale + 1) < allowed:
            return "sign", f"the gradient of {name} has the wrong sign", f"is −∂L/∂{name}"
        factor = f"{checked.scale:.6g}"
        return "scale", f"the gradient of {name} is {factor} times what it should be", f"is {factor} · ∂L/∂{name}"
    if (
        np.ndim(own) == 2
        and np.shape(own)[0] == np.shape(own)[1]
        and relative_error(np.transpose(own), true) <= allowed
    ):
        return "transpose", f"the gradient of {name} is transposed", f"is (∂L/∂{name})ᵀ"
    place = np.unravel_index(int(np.argmax(np.abs(np.asarray(own) - np.asarray(true)))), np.shape(own))
    entry = f"{name}[{', '.join(map(str, place))}]" if place else name
    message = f"this is not the gradient of {name}: the relative error is {checked.relative_error:.2g}"
    return "unknown", message, f"says {np.asarray(own)[place]:.6g} for ∂L/∂{entry}; it is {np.asarray(true)[place]:.6g}"


def _lines_for(derivation: Derivation, name: str) -> tuple[str, ...]:
    """The derived lines that lead to the gradient of one variable, in order."""
    try:
        statements = ast.parse(derivation.code(part="backward")).body
    except Exception:  # what cannot be printed is not shown
        return ()
    needed, kept = {f"d{printable(name)}"}, []
    for statement in reversed(statements):
        named = [n for n in ast.walk(statement) if isinstance(n, (ast.Name, ast.Subscript))]
        stored = {_owner(n) for n in named if isinstance(n.ctx, ast.Store)}
        if stored & needed:
            needed |= {_owner(n) for n in named if isinstance(n.ctx, ast.Load)}
            kept.append(ast.unparse(statement))
    return tuple(reversed(kept))


def _owner(node: ast.expr) -> str:
    """The variable that a name or an entry belongs to."""
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
