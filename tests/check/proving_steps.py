"""A program's label is proven by finite differences: the loss that is meant, against the gradients that it computes.

Nothing of the checker is used. A program is run with its long loops cut; its parameters are moved to random values;
then one step of it (a statement, or the body of one of its loops) gives the hand-written gradients, and the same step
with moved parameters gives the derivative of the loss along random directions.

A proof is a dictionary of source text:
    setup       statements run once after the program (optional)
    step        statements that do one forward and backward pass
    loop        instead: the beginning of the line of the loop whose body is that step
    params      the parameters, as expressions that can be assigned to
    grads       for each parameter the expression of its hand-written gradient after the step
    rate        instead: the learning rate; the gradient is (before - after) / rate
    loss        the expression of the intended loss after the step
    forward     statements to run instead of the step before `loss` is evaluated (optional)
    scale       the hand-written gradients are this many times the loss's (optional, one common factor)
    noise       how far the parameters are moved (0.3)
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import copy
import io
import types
from dataclasses import dataclass
from typing import Any

import numpy as np

LONG = 200
ROUNDS = 3


def short_range(*bounds: int) -> range:
    """`range`, but a long one ends after three rounds: training is cut, sums over data are not."""
    whole = builtins.range(*bounds)
    return whole if len(whole) <= LONG else whole[:ROUNDS]


class CutWhile(ast.NodeTransformer):
    """`while` loops end when they are as long as training."""

    def visit_While(self, node: ast.While) -> Any:
        self.generic_visit(node)
        name = f"_rounds_{node.lineno}"
        count = ast.parse(f"{name} += 1\nif {name} > {LONG}: break").body
        for part in count:
            ast.copy_location(part, node)
        node.body = [*count, *node.body]
        start = ast.copy_location(ast.parse(f"{name} = 0").body[0], node)
        return [start, node]


def run_program(source: str, name: str) -> tuple[dict[str, Any], str]:
    """Runs the program with its loops cut; gives its namespace and what it prints."""
    tree = ast.fix_missing_locations(CutWhile().visit(ast.parse(source)))
    namespace: dict[str, Any] = {"__name__": "__main__", "range": short_range}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), np.errstate(all="ignore"):
        exec(compile(tree, name, "exec"), namespace)
    return namespace, printed.getvalue()


def body_of_loop(source: str, beginning: str) -> str:
    """The statements inside the loop whose line begins so."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.For, ast.While)) and lines[node.lineno - 1].strip().startswith(beginning):
            return "\n".join(ast.unparse(statement) for statement in node.body)
    raise ValueError(f"no loop begins with {beginning!r}")


def copied(namespace: dict[str, Any]) -> dict[str, Any]:
    """A copy of the namespace that shares only modules, functions and classes."""
    shared = {
        name: value
        for name, value in namespace.items()
        if isinstance(value, (types.ModuleType, types.GeneratorType)) or name == "__builtins__"
    }
    own = {name: value for name, value in namespace.items() if name not in shared}
    return {**shared, **copy.deepcopy(own)}


@dataclass
class Program:
    """A program that has run, its proof, and its parameters at random values."""

    namespace: dict[str, Any]
    step: str
    proof: dict[str, Any]

    def after(self, statements: str) -> dict[str, Any]:
        """The namespace after the statements, from the same start with the same random draws."""
        namespace = copied(self.namespace)
        # functions look their globals up in the program's own namespace: parameters there are put in for the call
        own = self.namespace
        before = dict(own)
        shared_globals = [name for name in namespace if name in own]
        for name in shared_globals:
            own[name] = namespace[name]
        np.random.seed(7)
        try:
            with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
                exec(statements, own)
            return dict(own)
        finally:
            own.clear()
            own.update(before)

    def value(self, expression: str) -> np.ndarray:
        return np.array(eval(expression, self.namespace), dtype=float)

    def put(self, expression: str, value: np.ndarray) -> None:
        old = eval(expression, self.namespace)
        if isinstance(old, np.ndarray):
            old[...] = value  # other names of the same array see it too
        else:
            exec(f"{expression} = {value.tolist()!r}", self.namespace)

    def loss(self) -> float:
        after = self.after(self.proof.get("forward", self.step))
        return float(np.asarray(eval(self.proof["loss"], after)))

    def gradients(self) -> list[np.ndarray]:
        after = self.after(self.step)
        if "grads" in self.proof:
            found = [eval(text, after) for text in self.proof["grads"]]
        else:
            rate = float(eval(str(self.proof["rate"]), after))
            found = [
                (self.value(name) - np.array(eval(name, after), dtype=float)) / rate for name in self.proof["params"]
            ]
        return [np.array(gradient, dtype=float) for gradient in found]


def prepare(source: str, proof: dict[str, Any], generator: np.random.Generator, name: str = "program") -> Program:
    namespace, _ = run_program(source, name)
    if proof.get("setup"):
        with contextlib.redirect_stdout(io.StringIO()):
            exec(proof["setup"], namespace)
    step = proof["step"] if "step" in proof else body_of_loop(source, proof["loop"])
    program = Program(namespace, step, proof)
    for expression in proof["params"]:
        value = program.value(expression)
        program.put(expression, value + proof.get("noise", 0.3) * generator.standard_normal(value.shape))
    return program


@dataclass
class Slopes:
    """Of one parameter: the hand-written gradient and the loss's, along some directions."""

    name: str
    hand: np.ndarray
    true: np.ndarray


def slopes(
    source: str, proof: dict[str, Any], *, seed: int, directions: int = 3, name: str = "program"
) -> list[Slopes]:
    """The hand-written gradients and the loss's derivatives along random directions."""
    generator = np.random.default_rng(seed)
    program = prepare(source, proof, generator, name)
    factor = float(eval(str(proof.get("scale", 1)), program.namespace))
    found = []
    for expression, gradient in zip(proof["params"], program.gradients(), strict=True):
        start = program.value(expression)
        hand, true = [], []
        for _ in range(directions):
            direction = generator.standard_normal(start.shape)
            direction /= np.linalg.norm(direction) or 1.0
            losses = []
            for length in (-2, -1, 1, 2):
                program.put(expression, start + length * 1e-4 * direction)
                losses.append(program.loss())
            program.put(expression, start)
            far, near = losses[3] - losses[0], losses[2] - losses[1]
            true.append(factor * (8 * near - far) / (12 * 1e-4))
            try:
                hand.append(float(np.sum(np.broadcast_to(gradient, start.shape) * direction)))
            except ValueError:
                hand.append(float("nan"))
        found.append(Slopes(expression, np.array(hand), np.array(true)))
    return found


def disagreement(found: list[Slopes]) -> float:
    """The largest relative error of a parameter's gradient."""
    worst = 0.0
    for one in found:
        size = max(float(np.abs(one.true).max()), float(np.abs(one.hand).max()), 1e-7)
        error = float(np.abs(one.hand - one.true).max()) / size
        worst = max(worst, error) if np.isfinite(error) else float("inf")
    return worst


def disagreement_but_for_a_factor(found: list[Slopes]) -> float:
    """The same, where one positive factor common to all gradients is forgiven."""
    hand = np.concatenate([one.hand for one in found])
    true = np.concatenate([one.true for one in found])
    if not np.isfinite(hand).all():
        return float("inf")
    factor = max(float(hand @ true) / (float(true @ true) or 1.0), 0.0)
    return disagreement([Slopes(one.name, one.hand, one.true * factor) for one in found])


def mended(source: str, mistakes: list[dict[str, Any]]) -> str:
    """The source with the fixes of these mistakes."""
    lines = source.splitlines()
    for mistake in mistakes:
        for line, text in mistake["fix"]:
            lines[line - 1] = text
    return "\n".join(lines) + "\n"
