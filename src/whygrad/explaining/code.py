"""The derivation as NumPy source: a module with a function of its own, or the backward lines alone."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from whygrad.errors import NoRuleError, listed
from whygrad.explaining.calls import call_text
from whygrad.explaining.expressions import constant_text
from whygrad.explaining.forms import DEFINITIONS
from whygrad.explaining.lines import Layout, Line
from whygrad.explaining.matrices import OWN
from whygrad.explaining.naming import printable
from whygrad.explaining.statements import STATEMENTS
from whygrad.program import Span, Step

if TYPE_CHECKING:
    from whygrad.explaining.derivation import Derivation


def function_name(name: str) -> str:
    """`loss_value_and_grad`; f for a lambda."""
    return f"{'f' if 'lambda' in name else name if name.isidentifier() else printable(name)}_value_and_grad"


def backward_code(derivation: Derivation, reasons: bool) -> str:
    """The backward lines, with the lines of forward values that they need and the author did not name."""
    layout = derivation.layout
    rows = [row for row in _definitions(layout) if row]
    if _is_rewritten(layout):  # the names of later versions are ours: they are made first
        rows += [*_given(derivation), *_forward(layout)]
    else:
        given = _needed_before(layout)
        rows += _unnamed_constants(layout, [*given, *(line for line in layout.lines if line.backward)])
        rows += [row for line in given for row in line.text.split("\n")]
    return "\n".join([*rows, *_backward(derivation, reasons)]) + "\n"


def _backward(derivation: Derivation, reasons: bool) -> list[str]:
    """The backward lines, and the gradients that are another's array or a value that was there already."""
    layout = derivation.layout
    rows = [row for line in layout.lines if line.backward for row in _rows(derivation, line, reasons)]
    return [*rows, *(f"{name} = {text}" for name, text in layout.results if name != text)]


def _read(layout: Layout, lines: Iterable[Line]) -> set[int]:
    """The variables that the steps written out in the lines read."""
    return {i for line in lines for out in line.covers for i in layout.producers[out].inputs}


def _is_rewritten(layout: Layout) -> bool:
    """Does the backward pass read a value whose name in the author's code holds another one by then?"""
    program, forward = layout.program, layout.derivative.forward_variables
    if any(step.primitive.name in STATEMENTS for step in program.steps[: layout.derivative.split]):
        return True
    read = _read(layout, (line for line in layout.lines if line.backward))
    for index in read:
        step = layout.producers.get(index)
        if index < forward and step is not None and isinstance(step.origin, Span) and program.variables[index].name:
            if step.origin.name and program.variables[index].name != step.origin.name:
                return True
    return False


def forward_code(derivation: Derivation) -> str:
    """The forward lines."""
    return "\n".join([*_given(derivation), *_forward(derivation.layout)]) + "\n"


def _forward(layout: Layout) -> list[str]:
    return [row for line in layout.lines if not line.backward for row in line.text.split("\n")]


def _given(derivation: Derivation) -> list[str]:
    """What is there before the first line: the parts of structured arguments, the arrays that the code creates."""
    layout = derivation.layout
    parts = [f"{layout.shown(leaf.index)} = {path}" for leaf, path in derivation.leaf_paths if not path.isidentifier()]
    return [*parts, *(f"{layout.shown(i)} = {text}" for i, text in layout.preset.items())]


def _unnamed_constants(layout: Layout, lines: Iterable[Line]) -> list[str]:
    """Created arrays that the lines read and that bear no name of the author's."""
    read = _read(layout, lines)
    unnamed = [i for i in layout.preset if i in read and not layout.program.variables[i].name]
    return [f"{layout.shown(i)} = {layout.preset[i]}" for i in unnamed]


def _needed_before(layout: Layout) -> list[Line]:
    """Forward lines whose value the backward pass reads and that bear no name of the author's."""
    program, forward = layout.program, layout.derivative.forward_variables
    by_target = {line.target: line for line in layout.lines if not line.backward}
    read = _read(layout, (line for line in layout.lines if line.backward))
    read.update(layout.program.outputs[1:])
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
    before = [*_given(derivation), *_forward(layout)]
    backward = _backward(derivation, reasons)
    value = layout.expressions.variable(layout.derivative.output)[0]
    rows = [*before, *([""] if before else []), *backward]
    signature = ", ".join(
        dict.fromkeys(derivation.argument_code(n, whole=True) for n in range(len(derivation.argument_names)))
    )
    keywords = [layout.shown(i) or "" for i in layout.keywords]
    if keywords:
        star = "" if "*" in signature else "*, "
        signature += (", " if signature else "") + star + ", ".join(keywords)
    head = [f'"""The value and the gradient of {derivation.name}, derived by whygrad{_from(derivation)}."""', ""]
    imports = sorted(
        {"import numpy as np", *layout.expressions.imports}, key=lambda line: (line.startswith("from"), line)
    )
    head += [*imports, "", "", *_definitions(layout), *_opening(function_name(derivation.name), signature)]
    head.append(f'    """Returns {derivation.name}\'s value, and {_returns(derivation)}."""')
    head += [f"    # {note}" for note in (*derivation.branches_and_assumptions, *_sizes(layout))]
    head += [f"    {row}" for row in _held(derivation)]
    gradient = derivation.structured([name for name, _ in layout.results])
    rows.append(f"return {value}, {gradient}")
    return "\n".join(head) + "\n" + textwrap.indent("\n".join(rows), "    ") + "\n"


def _sizes(layout: Layout) -> list[str]:
    """The shapes that the code is for, where one of their sizes stands in it as a number."""
    program = layout.program
    arrays = [i for i in (*program.inputs, *layout.keywords) if program.variables[i].shape]
    sizes = {n for i in arrays for n in program.variables[i].shape if n > 1}
    numbers = {int(v) for v in layout.expressions.literals.values() if type(v) is int and v > 2}
    counted = {
        c.value.size for c in layout.constants.values() if isinstance(c.value, np.ndarray) and c.kind == "created"
    }
    if not sizes & (numbers | counted):
        return []
    return ["for these shapes: " + ", ".join(f"{layout.shown(i)} {program.variables[i].shape}" for i in arrays)]


def _held(derivation: Derivation) -> list[str]:
    """The lines that refuse other counts, flags and places than those that the code was derived for."""
    if not derivation.settings:
        return []
    codes, texts = zip(*derivation.settings, strict=True)
    given, wanted = (f"({', '.join(parts)})" if len(parts) > 1 else parts[0] for parts in (codes, texts))
    message = f"derived for {listed([f'{code} = {text}' for code, text in derivation.settings])}"
    return [f"if {given} != {wanted}:", f"    raise ValueError({message!r})"]


def _opening(name: str, signature: str) -> list[str]:
    """`def name(signature):`, in several rows where it is long."""
    whole = f"def {name}({signature}):"
    if len(whole) <= 110:
        return [whole]
    rows = textwrap.wrap(signature, 100, initial_indent="    ", subsequent_indent="    ", break_long_words=False)
    return [f"def {name}(", *rows, "):"]


def _definitions(layout: Layout) -> list[str]:
    """What NumPy does not have: defined in the printed module where it is used."""
    used = {step.primitive.name: step.primitive for step in layout.program.steps}
    texts = [text for name, text in DEFINITIONS.items() if name in used]
    texts += [_without_types(inspect.getsource(used[name].evaluate)) for name in OWN if name in used]
    return [row for text in texts for row in (*text.strip().split("\n"), "", "")]


def _without_types(source: str) -> str:
    """A function of ours as a person writes it down."""
    tree = ast.parse(textwrap.dedent(source))
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
    return ast.unparse(tree)


def _from(derivation: Derivation) -> str:
    file, line = derivation.place
    return f" from {Path(file).name}, line {line}" if file else ""


def _returns(derivation: Derivation) -> str:
    names = derivation.wrt_names
    return (
        f"its gradient with respect to {names[0]}"
        if len(names) == 1
        else f"its gradients with respect to {', '.join(names)}"
    )


def _rows(derivation: Derivation, line: Line, reasons: bool) -> Iterable[str]:
    rows = line.text.split("\n")
    if not reasons:
        return rows
    return [*(f"# {row}" for row in textwrap.wrap(derivation.reason_for(line), 88)), *rows]


def _can_be_written(step: Step) -> bool:
    return call_text(step.primitive, ["x"] * len(step.inputs), constant_text) is not None


def _refuse_opaque(layout: Layout) -> None:
    for step in layout.program.steps:
        if step.primitive.name.startswith("opaque ") and not _can_be_written(step):
            raise NoRuleError(
                f"{step.primitive.name.removeprefix('opaque ')} has no row, so it cannot be printed as NumPy code",
                place=step.origin if isinstance(step.origin, Span) else None,
                instead="compute it outside the function and pass the result in",
            )


def structure_text(
    argument: Any, by_path: dict[tuple[Any, ...], str], code_of: Callable[[tuple[Any, ...]], str]
) -> str:
    """The gradients (their names by their paths) in the structure of an argument, as code; `code_of` gives the code
    that reads what is at a path."""

    def build(value: Any, path: tuple[Any, ...]) -> str:
        if path in by_path:
            return by_path[path]
        if isinstance(value, dict):
            entries = "{" + ", ".join(f"{k!r}: {build(v, (*path, k))}" for k, v in value.items()) + "}"
            return f"type({code_of(path)})({entries})" if type(value) is OrderedDict else entries
        if isinstance(value, (list, tuple)):
            parts = [build(v, (*path, i)) for i, v in enumerate(value)]
            if isinstance(value, list):
                return f"[{', '.join(parts)}]"
            if hasattr(type(value), "_fields"):  # a named tuple, whose class the printed module cannot name
                return f"type({code_of(path)})({', '.join(parts)})"
            return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
        return "None"

    return build(argument, ())
