"""The Derivation: a function's value, its gradients, and the reason for every line of its backward pass."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from whygrad.differentiation.reverse import Derivative
from whygrad.errors import listed
from whygrad.explaining.lines import Layout, Line
from whygrad.explaining.naming import printable
from whygrad.explaining.reasons import Explained, Explainer
from whygrad.program import Guard, Program
from whygrad.watching.recording import Turn
from whygrad.watching.watch import Leaf

if TYPE_CHECKING:
    from whygrad.proving.proof import Proof


@dataclass(eq=False)
class Derivation:
    """What `derive` gives. `print(d)` explains it line by line; `d.code()` is it as NumPy source.

    Attributes:
        name: the function's name.
        value: its value at the arguments.
        gradients: the gradients, a tuple in the order of `wrt_names`, each in the structure of its argument.
        program: the Program of value and gradients (forward steps, then backward steps).
        captured: the arrays that the code reads besides its arguments, by name: keyword arguments of `code()`.
        notes: what was found out on the way (verification, kinks, assumptions).
    """

    name: str
    value: Any
    gradients: tuple[Any, ...]
    derivative: Derivative
    leaves: tuple[Leaf, ...]
    argument_names: tuple[str, ...]
    arguments: tuple[Any, ...]
    wrt_names: tuple[str, ...]
    leaf_groups: tuple[tuple[int, ...], ...]
    notes: tuple[str, ...] = ()
    place: tuple[str, int] = ("", 0)
    branches: tuple[Guard, ...] = ()
    questions: Program | None = None
    """Computes what the branches asked, those of data included; None where nothing was asked."""
    data_branches: tuple[Guard, ...] = ()
    """What was asked of the arrays that the code reads, and not of its arguments."""
    data_questions: Program | None = None
    again: Callable[[tuple[Any, ...]], Derivation] | None = None
    """Derives the same function at other arguments; None for a script."""
    rate: float | None = None
    """Of a script: by how many times the gradient its own first update goes down; None where it is no multiple."""
    turns: tuple[Turn, ...] = ()
    """When loops of the author's code went round."""

    @property
    def program(self) -> Program:
        return self.derivative.program

    @cached_property
    def layout(self) -> Layout:
        structured = [self.argument_code(leaf.argument) for leaf in self.leaves if leaf.path]
        return Layout(self.derivative, [name.partition("[")[0] for name in structured])

    @cached_property
    def explainer(self) -> Explainer:
        return Explainer(self.layout)

    @cached_property
    def steps(self) -> tuple[Explained, ...]:
        """The backward lines, each with its formula, local derivative, reason, shapes and value."""
        return tuple(self.explainer.lines())

    @cached_property
    def captured(self) -> dict[str, Any]:
        layout = self.layout
        return {layout.shown(i) or "": layout.constants[i].value for i in layout.keywords}

    @property
    def leaf_paths(self) -> list[tuple[Leaf, str]]:
        """The leaves of all arguments, each with the code that reads it."""
        return [(leaf, self.code_at(leaf.argument, leaf.path)) for leaf in self.leaves]

    def argument_code(self, argument: int | str, whole: bool = False) -> str:
        """An argument's name in printed code: x, args[0] (`whole`: *args, as the signature has it)."""
        name, bracket, place = (self.argument_names[argument] if isinstance(argument, int) else argument).partition("[")
        return f"{'*' if whole and bracket else ''}{printable(name)}{'' if whole else bracket + place}"

    def code_at(self, argument: int | str, path: tuple[Any, ...]) -> str:
        """The code that reads what is at the path in an argument: params['W'], p.W, layers[0][1]."""
        value = self.arguments[argument] if isinstance(argument, int) else None
        return self.argument_code(argument) + "".join(
            f".{key}" if key is not part else f"[{part!r}]"
            for key, part in zip(keys_of(value, path), path, strict=True)
        )

    @cached_property
    def settings(self) -> list[tuple[str, str]]:
        """The arguments, and parts of arguments, that are no numbers to compute with but say what is computed (counts,
        flags, names, lists of places): each as code, with its value as code. The derivation holds for these."""
        found = []
        for number, argument in enumerate(self.arguments):
            leaves = {leaf.path for leaf in self.leaves if leaf.argument == number}
            found += [(self.code_at(number, path), text) for path, text in settings(argument, (), leaves)]
        return found

    @property
    def conditions(self) -> list[str]:
        """What the derivation holds for: counts and flags, branches taken, assumptions made."""
        given = [f"for {listed([f'{code} = {text}' for code, text in self.settings])}"] if self.settings else []
        return [*given, *self.branches_and_assumptions]

    @property
    def branches_and_assumptions(self) -> list[str]:
        """What the values of arrays and floats have to keep for the derivation to hold."""
        found = []
        outcomes: dict[tuple[str, int], list[Any]] = {}
        for guard in self.branches:
            if guard.origin is not None:
                place = (guard.origin.text or "a condition", guard.origin.line)
                outcomes.setdefault(place, []).append(guard.outcome)
        for (text, line), seen in outcomes.items():
            found.append(f"on this branch: {text}{_outcome(seen)} (line {line})")
        drawn = [i for i, c in self.layout.constants.items() if c.kind == "drawn" and i in self.layout.keywords]
        if drawn:
            names = ", ".join(dict.fromkeys(self.layout.shown(i) or "" for i in drawn))
            found.append(f"drawn at random, kept as drawn: {names}")
        found += [f"assumed: {text}" for text in self.assumed]
        return list(dict.fromkeys(found))

    @property
    def assumed(self) -> list[str]:
        """What is taken for granted about constants, assumption by assumption."""
        return [self._named(assumption.text) for assumption in self.derivative.assumptions]

    def _named(self, text: str) -> str:
        for use in self.derivative.uses.values():
            names = {k: self.layout.shown(v) or k for k, v in use.names.items() if isinstance(v, int)}
            try:
                return text.format(**names)
            except KeyError:
                continue
        return text

    def code(self, part: str = "all", reasons: bool = False) -> str:
        """The derivation as NumPy source.

        Arguments:
            part: "all", a module that defines `<name>_value_and_grad(arguments…, *, captured…)`; "backward",
                the backward lines alone; "forward", the forward lines alone.
            reasons: put the reason for each backward line above it, as a comment.

        Returns:
            Python source; the module needs NumPy and nothing else.

        Raises:
            NoRuleError: where the code calls a function that has no row and cannot be printed.
            ValueError: there is no such part.

        >>> import whygrad
        >>> d = whygrad.derive(lambda w, x: (w * x) ** 2, 3.0, 2.0, wrt="w")
        >>> print(d.code(part="backward"), end="")
        dw = 2 * (w * x) * x
        """
        from whygrad.explaining.code import backward_code, forward_code, module_code

        if part == "backward":
            return backward_code(self, reasons)
        if part == "forward":
            return forward_code(self)
        if part == "all":
            return module_code(self, reasons)
        raise ValueError(f"part={part!r}: there are 'all', 'forward' and 'backward'")

    def latex(self, part: str = "all", document: bool = False) -> str:
        """The derivation as LaTeX formulas (for amsmath): what each line computes, and by the chain rule its gradient.

        Arguments:
            part: "all", or the "forward" or "backward" lines alone; "graph", the graph as a picture for TikZ, its
                gradients on its nodes.
            document: a whole document to compile, instead of a piece to paste.

        Raises:
            ValueError: there is no such part.

        >>> import whygrad
        >>> d = whygrad.derive(lambda w, x: (w * x) ** 2, 3.0, 2.0, wrt="w")
        >>> print(d.latex(part="backward").splitlines()[1].rpartition(" = ")[2])
        2 w \\cdot x \\cdot x
        """
        from whygrad.explaining.document.tikz import picture
        from whygrad.explaining.formulas.typesetting import typeset

        if part == "graph":
            return picture(self, document)
        return typeset(self, part, document)

    def prove(self, *, seconds: float = 60.0) -> Proof:
        """Prove the gradients with SymPy: for all values of the arguments, in their shapes, not at one point.

        The derived Program runs on symbols, forward and backward; each entry of each gradient is shown to equal
        SymPy's own partial derivative of the forward expression, exactly.

        Arguments:
            seconds: about how long to go on; entries not reached by then are undecided.

        Returns:
            A Proof: true if every entry is proved; printed, it reads like a proof, its assumptions stated.

        Raises:
            TooLongError: the arrays are too large to be written out entry by entry.
            UnsupportedError: a function has no form in symbols.

        >>> import whygrad
        >>> d = whygrad.derive(lambda w, x: (w * x) ** 2, 3.0, 2.0, wrt="w")
        >>> d.prove()
        <Proof of the gradients of f: proved, 1 partial derivative>
        """
        from whygrad.proving.prove import prove_derivative

        layout = self.layout
        return prove_derivative(
            self.derivative,
            names=lambda i: layout.shown(i) or self.program.variables[i].name or None,
            conditions=self.conditions,
            forward=self.code("forward"),
            backward=self.code("backward"),
            seconds=seconds,
        )

    def to_json(self, indent: int | None = None) -> str:
        """The derivation as a JSON document, which `explaining/document/document.schema.json` describes.

        Arguments:
            indent: spaces for each level; None writes it as short as it can be.

        Returns:
            JSON in one text, the same for the same derivation; docs/document.md tells what is in it.

        >>> import whygrad
        >>> d = whygrad.derive(lambda w, x: (w * x) ** 2, 3.0, 2.0, wrt="w")
        >>> import json
        >>> json.loads(d.to_json())["format"]
        'whygrad derivation'
        """
        from whygrad.explaining.document.contents import to_json

        return to_json(self, indent)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Save the derivation as a page: one HTML file to look at in a browser, which needs no network.

        Arguments:
            path: the file, as it is to be called; one that is there is written over.

        Returns:
            The path.

        Raises:
            ArgumentError: there is no such folder, or the path is one.

        >>> import tempfile, whygrad
        >>> d = whygrad.derive(lambda w, x: (w * x) ** 2, 3.0, 2.0, wrt="w")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     d.save(f"{folder}/square.html").name
        'square.html'
        """
        from whygrad.explaining.page import save_page

        return save_page(self, path)

    def widget(self) -> Any:
        """The page as a widget for notebooks (Jupyter, marimo): what is moved in it is computed by the kernel.

        Returns:
            An anywidget; it needs the extra `whygrad[notebook]`.

        Raises:
            UnsupportedError: anywidget is not installed.
        """
        from whygrad.explaining.widget import widget

        return widget(self)

    def _repr_html_(self) -> str:
        """What a notebook shows: the page, in a frame of its own."""
        from whygrad.explaining.page import frame_html

        return frame_html(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What IPython prints, and a notebook shows where it shows no HTML: the derivation as text."""
        printer.text(str(self).rstrip())

    def reason_for(self, line: Line) -> str:
        """The reason for a backward line, in a sentence or a few."""
        for step in self.steps:
            if step.line is line:
                return step.summary
        return ""

    def structured(self, names: Sequence[str]) -> str:
        """The gradients' names in the structure of the arguments, as code."""
        from whygrad.explaining.code import structure_text

        parts = iter(names)
        texts = []
        for group in self.leaf_groups:
            leaves = [self.leaves[i] for i in group]
            own = [next(parts) for _ in leaves]
            if leaves[0].path == ():
                texts.append(own[0])
            else:
                position = leaves[0].argument
                argument = self.arguments[position] if isinstance(position, int) else None
                by_path = dict(zip((leaf.path for leaf in leaves), own, strict=True))
                texts.append(structure_text(argument, by_path, functools.partial(self.code_at, position)))
        return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"

    def __str__(self) -> str:
        from whygrad.explaining.text import as_text

        return as_text(self)

    def __repr__(self) -> str:
        return (
            f"<Derivation of {self.name} with respect to {', '.join(self.wrt_names)}: {len(self.steps)} backward lines>"
        )


LONGEST_SETTING = 200
"""A setting that is longer as code (ten thousand labels in a list) is not repeated."""


def settings(value: Any, path: tuple[Any, ...], leaves: Collection[tuple[Any, ...]]) -> Iterator[tuple[Any, str]]:
    """What is a plain value in an argument, by its path: whole where nothing in it is an array or a float."""
    if path in leaves:
        return
    if any(leaf[: len(path)] == path for leaf in leaves):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in items:
            yield from settings(part, (*path, key), leaves)
        return
    text = repr(value)
    if len(text) <= LONGEST_SETTING and _is_plain(value):
        yield path, text


def _is_plain(value: Any) -> bool:
    """Is it made of Python's own numbers, texts and containers?"""
    if isinstance(value, dict):
        return type(value) is dict and all(map(_is_plain, (*value, *value.values())))
    if type(value) in (list, tuple):
        return all(map(_is_plain, value))
    return value is None or type(value) in (bool, int, str)


def keys_of(value: Any, path: tuple[Any, ...]) -> tuple[Any, ...]:
    """The path with the names of fields where it leads through named tuples."""
    keys = []
    for part in path:
        keys.append(value._fields[part] if isinstance(value, tuple) and hasattr(value, "_fields") else part)
        value = value[part]
    return tuple(keys)


def _outcome(seen: Sequence[Any]) -> str:
    """The answers to one condition, as words."""
    if all(isinstance(one, (bool, np.bool_)) for one in seen):
        true = sum(map(bool, seen))
        if true == len(seen):
            return ""
        return " is false" if not true else " is sometimes true, sometimes false"
    different = list(dict.fromkeys(map(str, seen)))
    return f" is {', '.join(different if len(different) <= 4 else [*different[:3], '…'])}"
