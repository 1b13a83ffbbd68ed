"""The proof that a corpus program is what its label says: its step against finite differences of the intended loss.

A label may carry a "proof":
    "parameters": expressions that name what is trained: arrays, (nested) lists of floats, or floats
    "loss":       the intended loss, an expression in the program's names, `np` and the functions of FORMULAS. It
                  says what the forward pass should compute, and calls none of the program's own derivatives;
                  only where the mistake is the program's loss itself, it is that loss
    "step":       statements that make one step of training (else: one round of a loop at the module's level)
    "loop":       which of the loops at the module's level trains, from 0; what is before it is run first
    "whole":      is the whole program run first?
    "depth":      how many nested loops of that round are left after their first round (1: only the outermost)
    "before":     statements run after the parameters are drawn at random and before the step
    "gradients":  expressions of the hand-written gradients after the step (else: parameters before − after)
    "scale":      how large the random parameters are (1 if not said)

A program is right if its step is the gradient times one positive number, and wrong if it is not.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

PROGRAMS = Path(__file__).parent / "programs"
LONG = 300
"""Whole numbers from here on are rounds of training, cut to FEW."""
FEW = 3


def _softmax(z, axis=-1):
    powers = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


FORMULAS = {
    "np": np,
    "_sigmoid": lambda z: 1 / (1 + np.exp(-np.asarray(z))),
    "_softmax": _softmax,
    "_relu": lambda z: np.maximum(z, 0),
    "_leaky": lambda z, slope=0.01: np.where(np.asarray(z) > 0, z, slope * np.asarray(z)),
    "_softplus": lambda z: np.logaddexp(0, z),
}


@dataclass(frozen=True)
class Case:
    """One program of the corpus and its label."""

    name: str
    path: Path
    label: dict[str, Any]

    @property
    def source(self) -> str:
        return self.path.read_text(encoding="utf-8")


def cases(author: str) -> Iterator[Case]:
    folder = PROGRAMS / author
    for name, label in json.loads((folder / "labels.json").read_text(encoding="utf-8")).items():
        yield Case(name, folder / f"{name}.py", label)


def mended(source: str, mistakes: list[dict[str, Any]]) -> str:
    """The source with the fixes of these mistakes."""
    lines = source.split("\n")
    for mistake in mistakes:
        for number, text in mistake["fix"]:
            lines[number - 1] = text
    return "\n".join(lines)


class _Shorter(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if type(node.value) is int and node.value >= LONG:
            return ast.copy_location(ast.Constant(FEW), node)
        return node


def run_short(source: str, name: str) -> dict[str, Any]:
    """Run the whole program, long training cut to a few rounds; its namespace."""
    return _execute(_Shorter().visit(ast.parse(source)), name, {"__name__": "__main__"})


def _execute(tree: ast.Module, name: str, namespace: dict[str, Any]) -> dict[str, Any]:
    with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        exec(compile(ast.fix_missing_locations(tree), name, "exec"), namespace)
    return namespace


def _statements(tree: ast.Module) -> list[ast.stmt]:
    """The module's statements, those of `if __name__ == "__main__":` in its place."""
    found: list[ast.stmt] = []
    for statement in tree.body:
        if isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test):
            found += statement.body
        else:
            found.append(statement)
    return found


def _one_round(loop: ast.For | ast.While, depth: int) -> None:
    if depth > 1:
        inner = next(s for s in loop.body if isinstance(s, ast.For | ast.While))
        _one_round(inner, depth - 1)
    loop.body.append(ast.Break())


def _parts(source: str, proof: dict[str, Any]) -> tuple[ast.Module, ast.Module]:
    """(what is run before the first step, one step)"""
    statements = _statements(_Shorter().visit(ast.parse(source)))
    loops = [i for i, s in enumerate(statements) if isinstance(s, ast.For | ast.While)]
    first = loops[proof.get("loop", 0)] if loops else len(statements)
    if "step" in proof:
        step = ast.parse(proof["step"])
        end = len(statements) if proof.get("whole") else first
    else:
        loop = statements[first]
        assert isinstance(loop, ast.For | ast.While)
        _one_round(loop, proof.get("depth", 1))
        step, end = ast.Module([loop], []), first
    return ast.Module(statements[:end], []), step


def _slots(value: Any) -> Iterator[tuple[Any, Any]]:
    """(container, index) of every number in an array or a nested list."""
    if isinstance(value, np.ndarray):
        yield from ((value, index) for index in np.ndindex(value.shape))
    else:
        for index, item in enumerate(value):
            if isinstance(item, list | tuple | np.ndarray):
                yield from _slots(item)
            else:
                yield value, index


def _read(expression: str, namespace: dict[str, Any]) -> np.ndarray:
    value = eval(expression, namespace)
    if isinstance(value, np.ndarray | list):
        return np.array([float(np.asarray(box[i]).item()) for box, i in _slots(value)])
    return np.array([float(np.asarray(value).item())])


def _write(expression: str, numbers: np.ndarray, namespace: dict[str, Any]) -> None:
    value = eval(expression, namespace)
    if isinstance(value, np.ndarray | list):
        for (box, index), number in zip(_slots(value), numbers, strict=True):
            box[index] = number
    else:
        exec(f"{expression} = {float(numbers[0])!r}", namespace)


def disagreement(source: str, name: str, proof: dict[str, Any], seed: int) -> float:
    """How far the step is from the best positive multiple of the gradient, relative, for the worst parameter."""
    rng = np.random.default_rng(seed)
    setup, step = _parts(source, proof)
    namespace = _execute(setup, name, {"__name__": "__main__"})
    names = proof["parameters"]
    drawn = [rng.normal(size=_read(p, namespace).size) * proof.get("scale", 1) for p in names]
    for parameter, numbers in zip(names, drawn, strict=True):
        _write(parameter, numbers, namespace)
    _execute(ast.parse(proof.get("before", "")), name, namespace)
    np.random.seed(seed)
    _execute(step, name, namespace)
    if "gradients" in proof:
        given = [_read(g, namespace) for g in proof["gradients"]]
    else:
        given = [_read(p, namespace) for p in names]
    if any(g.size != before.size for g, before in zip(given, drawn, strict=True)):
        return np.inf
    if "gradients" not in proof:
        given = [before - after for before, after in zip(drawn, given, strict=True)]
    for parameter, numbers in zip(names, drawn, strict=True):
        _write(parameter, numbers, namespace)
    true = [_differences(p, numbers, proof["loss"], namespace) for p, numbers in zip(names, drawn, strict=True)]
    all_true, all_given = np.concatenate(true), np.concatenate(given)
    if not np.isfinite(all_given).all():
        return np.inf
    scale = float(all_true @ all_given / (all_true @ all_true))
    if scale <= 0:
        return np.inf
    return max(
        float(np.linalg.norm(g - scale * t) / np.linalg.norm(scale * t)) for g, t in zip(given, true, strict=True)
    )


def _differences(parameter: str, numbers: np.ndarray, loss: str, namespace: dict[str, Any]) -> np.ndarray:
    small = 1e-5
    code = compile(loss, "loss", "eval")

    def value(moved: np.ndarray) -> float:
        _write(parameter, moved, namespace)
        with np.errstate(all="ignore"):
            return float(eval(code, {**namespace, **FORMULAS}))

    slopes = np.empty_like(numbers)
    for i in range(numbers.size):
        push = np.zeros_like(numbers)
        push[i] = small
        slopes[i] = (value(numbers + push) - value(numbers - push)) / (2 * small)
    _write(parameter, numbers, namespace)
    assert np.linalg.norm(slopes) > 1e-9, f"the loss does not depend on {parameter}"
    return slopes
