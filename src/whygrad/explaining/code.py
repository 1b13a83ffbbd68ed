"""The derivation as NumPy source: a module with a function of its own, or the backward lines alone."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whygrad.errors import NoRuleError
from whygrad.explaining.lines import Layout, Line
from whygrad.program import Span
from whygrad.watching.programs import identifier

if TYPE_CHECKING:
    from whygrad.explaining.derivation import Derivation


def function_name(name: str) -> str:
    """`loss_value_and_grad`; f for a lambda."""
    return f"{identifier(name) if identifier(name).isidentifier() and 'lambda' not in name else 'f'}_value_and_grad"


def backward_code(derivation: Derivation, reasons: bool) -> str:
    """The backward lines, with the lines of forward values that they need and the author did not name."""
    layout = derivation.layout
    given = _needed_before(layout)
    rows = [r for line in given for r in _rows(derivation, line, False)]
    rows += [r for line in layout.lines if line.backward for r in _rows(derivation, line, reasons)]
    rows += [f"{name} = {text}" for name, text in _results(derivation) if name != text]
    return "\n".join(rows) + "\n"


def forward_code(derivation: Derivation) -> str:
    """The forward lines."""
    return "\n".join(r for line in derivation.layout.lines if not line.backward for r in line.text.split("\n")) + "\n"


def _needed_before(layout: Layout) -> list[Line]:
    """Forward lines whose value the backward pass reads and that bear no name of the author's."""
    program, forward = layout.program, layout.derivative.forward_variables
    by_target = {line.target: line for line in layout.lines if not line.backward}
    read = {i for line in layout.lines if line.backward for out in line.covers for i in layout.producers[out].inputs}
    wanted = sorted(i for i in read if i < forward and i in by_target and not program.variables[i].name)
    found: list[Line] = []

    def need(index: int) -> None:
        line = by_target.get(index)
        if line is None or line in found or program.variables[index].name:
            return
        for out in line.covers:
            for i in layout.producers[out].inputs:
                need(i)
        found.append(line)

    for index in wanted:
        if index != layout.derivative.output:
            need(index)
    return found


def module_code(derivation: Derivation, reasons: bool) -> str:
    """A module of NumPy only that defines `<name>_value_and_grad(arguments…, *, captured…)`."""
    layout = derivation.layout
    _refuse_opaque(layout)
    body = [f"{identifier(n)} = {n}" for n in derivation.argument_names if "[" in n]
    for path, name in derivation.leaf_names:
        if path:
            body.append(f"{identifier(name)} = {path}")
    body += [f"{layout.shown(i)} = {text}" for i, text in layout.preset.items()]
    forward = [r for line in layout.lines if not line.backward for r in line.text.split("\n")]
    backward = [r for line in layout.lines if line.backward for r in _rows(derivation, line, reasons)]
    results = dict(_results(derivation))
    value = layout.expressions.variable(layout.derivative.output)[0]
    backward += [f"{name} = {text}" for name, text in results.items() if name != text]
    rows = [*body, *forward, *(["", *backward] if backward else [])]
    signature = ", ".join(dict.fromkeys(f"*{n.split('[')[0]}" if "[" in n else n for n in derivation.argument_names))
    keywords = [identifier(layout.names.get(i) or "") for i in layout.keywords]
    if keywords:
        star = "" if "*" in signature else "*, "
        signature += (", " if signature else "") + star + ", ".join(keywords)
    head = [f'"""The value and the gradient of {derivation.name}, derived by whygrad{_from(derivation)}."""', ""]
    imports = sorted({"import numpy as np", *(f"import {m}" for m in layout.expressions.imports)})
    head += [*imports, "", "", *_helpers(layout), f"def {function_name(derivation.name)}({signature}):"]
    head.append(f'    """Returns {derivation.name}\'s value, and {_returns(derivation)}."""')
    head += [f"    # {note}" for note in derivation.conditions]
    gradient = derivation.structured([r for r in results])
    rows.append(f"return {value}, {gradient}")
    return "\n".join(head) + "\n" + textwrap.indent("\n".join(rows), "    ") + "\n"


SURVIVES = '''
def survives(x, index):
    """Where an index meets an entry several times, only what is written last stays: True for the last ones."""
    order = np.empty(np.shape(x), int)
    mine = np.arange(order[index].size).reshape(order[index].shape)
    order[index] = mine
    return order[index] == mine
'''


def _helpers(layout: Layout) -> list[str]:
    """What NumPy does not have: defined in the printed module where it is used."""
    used = any(s.primitive.name == "survives" for s in layout.program.steps)
    return [*SURVIVES.strip().split("\n"), "", ""] if used else []


def _from(derivation: Derivation) -> str:
    file, line = derivation.place
    return f" from {Path(file).name}, line {line}" if file else ""


def _returns(derivation: Derivation) -> str:
    names = derivation.wrt_names
    return f"its gradient with respect to {names[0]}" if len(names) == 1 else f"its gradients with respect to {', '.join(names)}"


def _results(derivation: Derivation) -> list[tuple[str, str]]:
    """The name of each gradient that is handed out, and what it is: a copy where it is another's memory."""
    layout = derivation.layout
    program, derivative = layout.program, layout.derivative
    found: list[tuple[str, str]] = []
    used: set[int] = set()
    for v, g in zip(derivative.wrt, program.outputs[1:], strict=True):
        name = "d" + identifier(layout.names.get(v) or "x")
        array = program.variables[v].face == "array"
        if g in layout.producers and g >= derivative.forward_variables and g not in used:
            step = layout.producers[g]
            text = layout.shown(g) or name
            if step.primitive.is_view:
                text = f"{text}.copy()" if array else text
        elif g in layout.expressions.literals:
            text = repr(float(layout.expressions.literals[g]))
        elif g in layout.constants and g >= derivative.forward_variables:
            text = f"np.zeros_like({layout.expressions.variable(v)[0]})" if array else "0.0"
        else:
            text = layout.expressions.atom(g) + (".copy()" if array and program.variables[g].shape else "")
        used.add(g)
        if text != name and text in (n for n, _ in found):
            text = f"{text}.copy()" if array else text
        found.append((text if text.isidentifier() and text.startswith("d") and g in layout.producers else name, text))
    return found


def _rows(derivation: Derivation, line: Line, reasons: bool) -> Iterable[str]:
    rows = line.text.split("\n")
    if not reasons:
        return rows
    return [*(f"# {row}" for row in textwrap.wrap(derivation.reason_for(line), 88)), *rows]


def _refuse_opaque(layout: Layout) -> None:
    for step in layout.program.steps:
        if step.primitive.name.startswith("opaque "):
            raise NoRuleError(
                f"{step.primitive.name.removeprefix('opaque ')} has no row, so it cannot be printed as NumPy code",
                place=step.origin if isinstance(step.origin, Span) else None,
                instead="compute it outside the function and pass the result in",
            )


def structure_text(argument: Any, names: Sequence[str], paths: Sequence[tuple[Any, ...]]) -> str:
    """The gradients in the structure of an argument, as code."""
    by_path = dict(zip(paths, names, strict=True))

    def build(value: Any, path: tuple[Any, ...]) -> str:
        if path in by_path:
            return by_path[path]
        if isinstance(value, dict):
            return "{" + ", ".join(f"{k!r}: {build(v, (*path, k))}" for k, v in value.items()) + "}"
        if isinstance(value, (list, tuple)):
            parts = [build(v, (*path, i)) for i, v in enumerate(value)]
            if isinstance(value, list):
                return f"[{', '.join(parts)}]"
            return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
        return "None"

    return build(argument, ())
