"""The wrong line inside a function that is checked: its module, with a few rounds of training put behind it, is a
program, and `check_source` finds the first wrong line of a program."""

from __future__ import annotations

import ast
import contextlib
import copy
import linecache
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from whygrad.checking.pairing import Place
from whygrad.checking.report import Finding

SECONDS = 10.0
"""How long the search may take."""
BODY = {
    "function": ("_result = {0}(*_args)", "_loss = _result[0]"),
    "against_loss": ("_loss = {0}(*_args)", "_result = [None, {1}(*_args)]"),
    "pair": ("_loss = {0}(*_args)", "_result = [None, {1}(*_args)]"),
    "cached": (
        "_output, *_cache = {0}(*_args)",
        "_error = _output - _target",
        "_loss = 0.5 * _np.sum(_error**2)",
        "_result = [None, {1}(_error, *_cache)]",
    ),
    "layer": (
        "_error = _layer.forward(*_args) - _target",
        "_loss = 0.5 * _np.sum(_error**2)",
        "_result = [None, _layer.backward(_error), vars(_layer)]",
    ),
    "closed_layer": (
        "_loss = _layer.forward(*_args)",
        "_result = [None, _layer.backward(), vars(_layer)]",
    ),
}
"""What a round computes, by the driver's name. The upstream gradient is that of ½ Σ (output − target)²: it depends on
the parameters, as that of a program does."""

_handed: ContextVar[dict[str, Any] | None] = ContextVar("what the program is given", default=None)


def handed() -> dict[str, Any]:
    """What the program is given: new copies for each run."""
    return copy.deepcopy(_handed.get() or {})


def found_inside(
    driver: str,
    functions: Sequence[Callable[..., Any]],
    layer: Any,
    args: tuple[Any, ...],
    target: Any,
    pairs: Sequence[tuple[Place, Place]],
) -> tuple[Finding, ...]:
    """The findings in the file of the functions (or of the layer's class), each with a fix that was tried out; none
    where it cannot be made a program, or no such finding is there.

    Arguments:
        driver: a name of `BODY`.
        target: what the output is to be, where it is not a loss itself.
        pairs: the variables and their gradients, by the code that reads them in a round.
    """
    from whygrad.checking.checker import check_source

    named = [type(layer)] if layer is not None else list(functions)
    file = _file_of(named[0])
    names = [_reached(one, file) for one in named]
    if driver not in BODY or file is None or not all(names):
        return ()
    source = "".join(linecache.getlines(file))
    module = _definitions(source)
    if module is None:
        return ()
    lines = [
        "",
        "",
        "import numpy as _np",
        "from whygrad.checking.inside import handed as _handed",
        "_given = _handed()",
    ]
    lines += ["_args, _target = _given['args'], _given['target']"]
    if layer is not None:
        lines += [f"_layer = {names[0]}.__new__({names[0]})"]
        lines += [f"_layer.{key} = _given['state'][{key!r}]" for key in vars(layer) if key.isidentifier()]
    lines += ["for _ in range(4):"]
    lines += [f"    {row.format(*names)}" for row in BODY[driver]]
    lines += [f"    {variable.code} = {variable.code} - 0.1 * {gradient.code}" for variable, gradient in pairs]
    token = _handed.set({"args": list(args), "target": target, "state": dict(vars(layer)) if layer is not None else {}})
    try:
        with contextlib.suppress(Exception):  # the report is complete without it
            text = module + "\n".join(lines) + "\n"
            report = check_source(text, file, deadline=time.monotonic() + SECONDS)
            length = source.count("\n") + 1
            own = [f for f in report.findings if f.verified and f.line <= length and _is_in(f, source)]
            return tuple(_in_their_words(finding, pairs) for finding in own)
    finally:
        _handed.reset(token)
    return ()


def _in_their_words(finding: Finding, pairs: Sequence[tuple[Place, Place]]) -> Finding:
    """The finding without the names that only a round knows."""
    names = {"_loss": "the loss"} | {place.code: place.name for pair in pairs for place in pair if place.name}

    def told(text: str) -> str:
        for code, name in sorted(names.items(), key=lambda one: -len(one[0])):
            text = text.replace(code, name)
        return text

    message, label = told(finding.message), told(finding.label)
    return replace(finding, message=message, label=label, why=told(finding.why), checked=told(finding.checked))


def _is_in(finding: Finding, source: str) -> bool:
    """Do all edits of the fix change lines of the author's, as they stand there?"""
    rows = source.split("\n")
    edits = finding.fix.edits if finding.fix is not None else ()
    return all(
        "\n".join(rows[e.line - 1 : e.line - 1 + len(e.old.split("\n"))]) == e.old for e in edits if e.old
    ) and all(e.line <= len(rows) for e in edits)


def _file_of(named: Any) -> str | None:
    """The file in which a function or class is defined."""
    code = getattr(named, "__code__", None)
    if code is not None:
        file = str(code.co_filename)
    else:
        codes = [f.__code__ for f in vars(named).values() if hasattr(f, "__code__")] if isinstance(named, type) else []
        file = str(codes[0].co_filename) if codes else ""
    return file if os.path.isfile(file) else None


def _reached(named: Any, file: str | None) -> str:
    """The name by which the module's own code reaches it; empty where there is none."""
    name = getattr(named, "__qualname__", "")
    return name if file is not None and _file_of(named) == file and "<" not in name else ""


def _definitions(source: str) -> str | None:
    """The module with nothing but what it defines; what it runs is left blank, so that lines keep their numbers."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    rows = source.split("\n")
    own = {n.name for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    for statement in tree.body:
        if not _only_defines(statement, own):
            for number in range(statement.lineno - 1, statement.end_lineno or statement.lineno):
                rows[number] = ""
    return "\n".join(rows)


def _only_defines(statement: ast.stmt, own: set[str]) -> bool:
    if isinstance(statement, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Try)):
        return True
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant) or _seeds(statement.value)
    return isinstance(statement, (ast.Assign, ast.AnnAssign)) and own.isdisjoint(_called(statement))


def _seeds(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith("seed")


def _called(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
