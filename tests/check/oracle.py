"""What one update does to a program's state: the judge of planted mistakes, which knows nothing of the checker.

A program is run with its long loops cut, once to no round and once to one. What is there in both runs and differs is
what training changes: the parameters, and what is kept with them. Two programs make the same step if those changes are
equal up to one positive factor.
"""

from __future__ import annotations

import ast
import contextlib
import os
import pickle
import random
import re
import select
import signal
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from check.mutations import is_update

LONG = 20
"""A loop of more rounds than this is one of training, whatever its variable is called."""

TRAINING = re.compile(r"epoch|iter|step|train|round|episode|num_it|n_it", re.I)
WATCHED_ELSE = re.compile(r"loss|cost|acc|pred|hist|time|count|total", re.I)
SECONDS = 10
QUIET = 1e-3
"""Steps are made so small that several of them are as one."""


@dataclass(frozen=True)
class Observed:
    """The floats that a program ends with, by where they are found; and what stopped it."""

    state: dict[str, np.ndarray]
    problem: str = ""
    line: int = 0
    cut: bool = False
    """Was a loop of training met?"""


def observed(
    source: str, args: tuple[str, ...] = (), *, rounds: int = 1, quiet: frozenset[str] = frozenset()
) -> Observed:
    """The program run in a process of its own, its training loops cut to `rounds`."""
    here, there = os.pipe()
    child = os.fork()
    if not child:
        os.close(here)
        with contextlib.suppress(BaseException):
            seen = run(source, args, rounds, quiet)
            with os.fdopen(there, "wb") as stream:
                pickle.dump(seen, stream)
        os._exit(0)
    os.close(there)
    pieces = []
    while True:
        ready, _, _ = select.select([here], [], [], SECONDS)
        piece = os.read(here, 1 << 16) if ready else b""
        if not piece:
            break
        pieces.append(piece)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(here)
    try:
        return pickle.loads(b"".join(pieces))
    except (EOFError, pickle.UnpicklingError):
        return Observed({}, "did not come back")


def run(source: str, args: tuple[str, ...], rounds: int, quiet: frozenset[str]) -> Observed:
    signal.alarm(SECONDS)
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 – for good
    sys.argv = ["program.py", *args]
    sys.modules.setdefault("matplotlib", silent("matplotlib"))
    sys.modules.setdefault("matplotlib.pyplot", silent("matplotlib.pyplot"))
    random.seed(0)
    np.random.seed(0)
    np.seterr(all="ignore")
    cuts = Cuts(rounds)
    space: dict[str, Any] = {"__name__": "__main__", "__cut__": cuts}
    frames: dict[str, dict[str, np.ndarray]] = {}

    def returning(frame: types.FrameType, event: str, _: object) -> None:
        if event == "return" and frame.f_code.co_filename == "<program>" and frame.f_code.co_name != "<module>":
            if cuts.depth == 0:
                found: dict[str, np.ndarray] = {}
                collect(frame.f_locals, f"{frame.f_code.co_name}()", found, set(), 0)
                frames[frame.f_code.co_name] = found

    problem, line = "", 0
    code = compile(cut(source, quiet), "<program>", "exec", dont_inherit=True)
    sys.setprofile(returning)
    try:
        exec(code, space)
    except BaseException as error:
        problem = type(error).__name__
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == "<program>":
                line = trace.tb_lineno
            trace = trace.tb_next
    sys.setprofile(None)
    state: dict[str, np.ndarray] = {}
    del space["__cut__"]
    collect(space, "", state, set(), 0)
    for found in frames.values():
        state.update(found)
    return Observed(state, problem, line, cuts.met)


def silent(name: str) -> types.ModuleType:
    module = types.ModuleType(name)
    module.__getattr__ = lambda attribute: lambda *_, **__: None  # type: ignore[method-assign]
    return module


class Cuts:
    """Ends loops of training; loops inside of one are left alone."""

    def __init__(self, rounds: int) -> None:
        self.rounds, self.depth, self.met = rounds, 0, False

    def __call__(self, rounds: Any, training: bool) -> Iterator[Any]:
        if self.depth or not (isinstance(rounds, range) and len(rounds) > (4 if training else LONG)):
            yield from rounds
            return
        self.met = True
        self.depth += 1
        try:
            yield from rounds[: self.rounds]
        finally:
            self.depth -= 1

    def again(self, counter: list[int]) -> bool:
        """Another round of a `while`?"""
        if self.depth and not counter:
            counter.append(-1)
        if counter and counter[0] < 0:
            return True
        self.met = True
        counter[:] = [counter[0] + 1 if counter else 1]
        return counter[0] <= self.rounds


class Cutter(ast.NodeTransformer):
    """Puts the cuts into loops, and makes the steps of what is named small."""

    def __init__(self, quiet: frozenset[str]) -> None:
        self.quiet, self.whiles = quiet, 0

    def visit_For(self, node: ast.For) -> Any:
        self.generic_visit(node)
        training = bool(TRAINING.search(ast.unparse(node.target) + " " + ast.unparse(node.iter)))
        node.iter = ast.copy_location(
            ast.Call(ast.Name("__cut__", ast.Load()), [node.iter, ast.Constant(training)], []), node.iter
        )
        return node

    def visit_While(self, node: ast.While) -> Any:
        self.generic_visit(node)
        self.whiles += 1
        name = f"__rounds{self.whiles}"
        again = ast.parse(f"__cut__.again({name})", mode="eval").body
        node.test = ast.BoolOp(ast.And(), [again, node.test])
        return [ast.parse(f"{name} = []").body[0], node]

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        named = isinstance(node.op, ast.Add | ast.Sub) and last_name(node.target) in self.quiet
        if named or (self.quiet and is_update(node)):
            node.value = ast.BinOp(node.value, ast.Mult(), ast.Constant(QUIET))
        return node

    def visit_Assign(self, node: ast.Assign) -> Any:
        value = node.value
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add | ast.Sub):
            target = node.targets[0]
            known = last_name(target) in self.quiet or (self.quiet and is_update(node))
            if known and ast.unparse(value.left) == ast.unparse(target):
                value.right = ast.BinOp(value.right, ast.Mult(), ast.Constant(QUIET))
        return node


def last_name(node: ast.AST) -> str:
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def cut(source: str, quiet: frozenset[str]) -> ast.Module:
    return ast.fix_missing_locations(Cutter(quiet).visit(ast.parse(source)))


def collect(value: Any, path: str, found: dict[str, np.ndarray], seen: set[int], depth: int) -> None:
    """All floats below a value, by their paths."""
    if depth > 6 or len(found) > 3000 or isinstance(value, str | bytes | bool | int):
        return
    if isinstance(value, float | np.floating):
        found[path] = np.asarray(float(value))
    elif isinstance(value, np.ndarray):
        if value.dtype.kind == "f" and value.size < 1e6:
            found[path] = np.array(value)
        elif value.dtype.kind == "O":
            for number, item in enumerate(value.ravel()):
                collect(item, f"{path}[{number}]", found, seen, depth + 1)
    elif id(value) not in seen:
        seen.add(id(value))
        for name, item in items(value):
            collect(item, path + name, found, seen, depth + 1)


def items(value: Any) -> list[tuple[str, Any]]:
    """What a container or an object of the program holds, each with what is added to the path."""
    if isinstance(value, list | tuple):
        return [(f"[{number}]", item) for number, item in enumerate(value)]
    if isinstance(value, types.ModuleType | types.FunctionType | types.GeneratorType):
        return []
    if isinstance(value, type) and value.__module__ != "__main__":
        return []
    held = value if isinstance(value, dict) else getattr(value, "__dict__", {})
    return [(f".{key}", item) for key, item in list(held.items()) if not str(key).startswith("__")]


@dataclass(frozen=True)
class Step:
    """What one round changes in a program that is right."""

    change: dict[str, np.ndarray]
    before: dict[str, np.ndarray]
    quiet: frozenset[str]
    trains: bool


def step(source: str, args: tuple[str, ...] = ()) -> Step | None:
    """None where the program does not run, does the same never twice, or changes nothing."""
    after = observed(source, args)
    if after.problem or not after.state:
        return None
    if not after.cut:
        again = observed(source, args)
        return Step(after.state, {}, frozenset(), False) if same(after.state, again.state) else None
    before = observed(source, args, rounds=0)
    names = frozenset(
        re.split(r"[.()]", re.sub(r"(\[\d+\])+$", "", path))[-1] for path in changes(before.state, after.state)
    )
    quiet = observed(source, args, quiet=names)
    again = observed(source, args, quiet=names)
    change = changes(before.state, quiet.state)
    if not change or quiet.problem or not same(quiet.state, again.state):
        return None
    return Step(change, before.state, names, True)


def changes(before: dict[str, np.ndarray], after: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {
        path: after[path] - value
        for path, value in before.items()
        if path in after
        and after[path].shape == value.shape
        and not np.array_equal(after[path], value)
        and not WATCHED_ELSE.search(path.rpartition(".")[2])
    }


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[path], other[path], equal_nan=True) for path in one)


@dataclass(frozen=True)
class Departure:
    """How the step of a changed program differs from the right one's: by path, the factor and whether there is one."""

    problem: str
    line: int
    change: dict[str, np.ndarray]


@np.errstate(all="ignore")
def departure(right: Step, source: str, args: tuple[str, ...] = ()) -> Departure:
    seen = observed(source, args, quiet=right.quiet)
    if not right.trains:
        return Departure(seen.problem, seen.line, seen.state)
    change = {
        path: seen.state[path] - value
        for path, value in right.before.items()
        if path in right.change and path in seen.state and seen.state[path].shape == value.shape
    }
    return Departure(seen.problem, seen.line, change)


@np.errstate(all="ignore")
def touched(right: Step, other: Departure, tolerance: float = 1e-6) -> set[str]:
    """Where the two steps differ."""
    floor = largest(right.change)
    return {path for path, value in right.change.items() if not close(value, other.change.get(path), tolerance, floor)}


@np.errstate(all="ignore")
def differs(right: Step, other: Departure, parameters: set[str]) -> bool:
    """Is the other step another direction, not only longer or shorter?"""
    paths = [path for path in parameters if path in right.change]
    if not all(comparable(right.change[path], other.change.get(path)) for path in paths):
        return False
    ours = np.concatenate([np.ravel(right.change[path]) for path in paths] or [np.zeros(0)])
    theirs = np.concatenate([np.ravel(other.change[path]) for path in paths] or [np.zeros(0)])
    if not ours.size or not ours.any():
        return False
    factor = float(ours @ theirs) / float(ours @ ours)
    if factor <= 0:
        return True
    floor = factor * float(np.abs(ours).max())
    return any(not close(factor * right.change[path], other.change[path], 0.01, floor) for path in paths)


def comparable(one: np.ndarray, other: np.ndarray | None) -> bool:
    return other is not None and one.shape == other.shape and bool(np.isfinite(other).all())


def largest(change: dict[str, np.ndarray]) -> float:
    return max((float(np.abs(value).max(initial=0.0)) for value in change.values()), default=0.0)


def close(one: np.ndarray, other: np.ndarray | None, tolerance: float, floor: float) -> bool:
    """Equal but for rounding, which is told by the largest change anywhere."""
    if other is None or one.shape != other.shape:
        return False
    size = max(np.abs(one).max(initial=0.0), np.abs(other).max(initial=0.0))
    return bool(np.abs(one - other).max(initial=0.0) <= tolerance * size + 1e-9 * floor)
