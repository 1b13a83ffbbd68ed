"""Statements of the backward pass that do nothing: a result that is thrown away, a gradient that nothing reads.

These are facts about the text and the run, whether the gradients are right or not.
"""

from __future__ import annotations

import ast

from whygrad.checking.agreement import Verdict
from whygrad.checking.locating import hand_written
from whygrad.checking.report import Note
from whygrad.checking.statements import Statement, Text
from whygrad.checking.trial import Trial
from whygrad.watching.programs import WRITES

PURE_METHODS = frozenset(
    {"clip", "reshape", "dot", "sum", "mean", "transpose", "astype", "copy", "flatten", "ravel", "squeeze", "round"}
)
"""Methods of arrays that leave the array as it is."""
WRITING = frozenset({"copyto", "put", "place", "putmask", "fill_diagonal", "put_along_axis"})
"""Functions of NumPy that write into what they are given."""


def idle_notes(text: Text, trial: Trial, verdict: Verdict) -> list[Note]:
    """What stands beside the hand-written gradients and does nothing, in the order of the lines."""
    functions = {text.statements[n].function for n in hand_written(text, trial, verdict)}
    forward = trial.trace.ancestors([verdict.loss.index])
    by_line = _made_by_line(trial)
    notes = []
    for statement in text.statements:
        if statement.function in functions:
            made = {i for line in range(statement.line, statement.last_line + 1) for i in by_line.get(line, ())}
            if made and _is_thrown_away(statement, trial, made):
                told = " ".join(text.of(statement.node).split())
                notes.append(Note(f"{told} changes nothing: its result is thrown away", statement.line))
            elif made and not made & forward and (name := _unread(statement, text)):
                notes.append(Note(f"{name} is computed here and read nowhere", statement.line))
    return notes


def _made_by_line(trial: Trial) -> dict[int, list[int]]:
    """The variables that the steps of each line made."""
    trace, found = trial.trace, dict[int, list[int]]()
    for index in trace.producer:
        span = trace.span(index)
        if span is not None and span.file == trial.run.shown_as:
            found.setdefault(span.line, []).append(index)
    return found


def _is_thrown_away(statement: Statement, trial: Trial, made: set[int]) -> bool:
    """Is it an expression without an effect, whose value no step reads?"""
    node = statement.node
    if not isinstance(node, ast.Expr) or not _is_pure(node.value):
        return False
    trace = trial.trace
    if any(trace.primitive(i) in WRITES for i in made):
        return False
    return all(trace.steps[n][3] in made for i in made for n in trace.readers.get(i, ()))


def _is_pure(node: ast.expr) -> bool:
    if any(isinstance(part, ast.NamedExpr) for part in ast.walk(node)):
        return False
    if isinstance(node, (ast.BinOp, ast.UnaryOp, ast.Compare)):
        return not any(isinstance(part, ast.Call) and not _is_pure(part) for part in ast.walk(node))
    if not isinstance(node, ast.Call) or any(k.arg in ("out", None) for k in node.keywords):
        return False
    if not isinstance(node.func, ast.Attribute):
        return False
    owner, name = node.func.value, node.func.attr
    if isinstance(owner, ast.Name) and owner.id in ("np", "numpy"):
        return name not in WRITING and len(node.args) < 4
    return name in PURE_METHODS and not isinstance(owner, ast.Call)


def _unread(statement: Statement, text: Text) -> str:
    """The local name that a statement binds and that its function never reads; empty where there is none."""
    node = statement.node
    if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
        return ""
    name = node.targets[0].id
    for around in ast.walk(text.tree):
        if isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef)) and node in ast.walk(around):
            for part in ast.walk(around):
                if isinstance(part, ast.Name) and part.id == name and not isinstance(part.ctx, ast.Store):
                    return ""
                if isinstance(part, ast.AugAssign) and isinstance(part.target, ast.Name) and part.target.id == name:
                    return ""
                if isinstance(part, (ast.Global, ast.Nonlocal)) and name in part.names:
                    return ""
                if isinstance(part, ast.Name) and part.id in ("locals", "vars", "eval", "exec"):
                    return ""
            return "" if name.startswith("_") else name
    return ""
