"""Edits of a line tried where the line runs: in one run all of them are computed in the place and time of the line
itself, with its own variables, and those are kept whose value is a gradient that could be wanted there."""

from __future__ import annotations

import ast
import contextlib
import functools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

import numpy as np

from whygrad.checking.changing import Change, Vocabulary
from whygrad.checking.running import run_watched
from whygrad.checking.statements import STORING, Slot, Statement, Text, atoms
from whygrad.checking.terms import all_changes
from whygrad.watching.recording import current
from whygrad.watching.standin import StandIn

HOOK = "whygrad_try_here"
HITS = 8
"""So many times a line is looked at."""
CHANCES = 3
"""So often an edit may give something else that is not wanted: the line may first run for another loss."""
CLOSE = 1e-7


@dataclass(slots=True)
class Wanted:
    """The arrays that a line could be meant to compute: adjoints, their parts, slopes; by number of entries."""

    by_size: dict[int, list[np.ndarray[Any, Any]]]
    factors: tuple[float, ...]
    """Factors between hand-written and derived gradients that the program has elsewhere."""
    upright: dict[int, list[np.ndarray[Any, Any]]]
    """The same without their transposes."""
    until: int
    """The variable with which the first updates are over: what runs later computes other gradients."""
    ratios: tuple[float, ...]
    """Factors by which a gradient that is only too long or too short has to be multiplied."""
    _stacks: dict[Any, Any] = field(default_factory=dict)

    def has(self, value: Any) -> bool:
        """Is the value one of these already, up to a factor?"""
        v = _array(value)
        if v is None or v.size == 0 or not np.all(np.isfinite(v)):
            return False
        return self.ratio_of(v) is not None

    def ratio_of(self, value: Any) -> float | None:
        """The factor by which the value is one of these; None where it is none."""
        v = _array(value)
        if v is None or v.size == 0 or not np.all(np.isfinite(v)):
            return None
        near = self._near(v, upright=True)
        return next((r for t in near if (r := factor_between(v, t)) is not None), None)

    def _near(self, v: np.ndarray[Any, Any], upright: bool = False) -> list[np.ndarray[Any, Any]]:
        """The arrays of this shape that v may be a multiple of: all of them are tried in one product."""
        shape = v.shape if upright else np.squeeze(v).shape
        key = (upright, shape)
        arrays = (self.upright if upright else self.by_size).get(v.size, [])
        known = self._stacks.get(key)
        if known is None or known[0] != len(arrays):
            same = [t for t in arrays if (np.shape(t) if upright else np.squeeze(t).shape) == shape]
            rows = np.array([np.ravel(t) for t in same]) if same else np.zeros((0, v.size))
            known = self._stacks[key] = len(arrays), same, rows, np.einsum("ij,ij->i", rows, rows)
        _, same, rows, squares = known
        flat = v.ravel()
        with np.errstate(all="ignore"):
            cosines = (rows @ flat) ** 2 / (squares * float(flat @ flat))
        return [same[i] for i in np.flatnonzero(cosines > 1 - 1e-9)]

    def meets(self, value: Any, original: Any) -> bool:
        """Could `value` be meant, where `original` is what the line computes now?"""
        try:
            v = np.asarray(value, float)
        except (TypeError, ValueError):
            return False
        if v.size == 0 or not np.all(np.isfinite(v)):
            return False
        o = _array(original)
        if o is not None and o.size == v.size and self.ratios and np.any(o):
            ratio = factor_between(v, o)
            if ratio is not None and abs(ratio - 1) > 1e-9:
                return any(abs(ratio - r) <= CLOSE * abs(r) for r in self.ratios)
        for target in self._near(v):
            ratio = factor_between(v, target)
            if ratio is None or abs(ratio) < 1e-12:
                continue
            if v.size < 3 and not any(abs(abs(ratio) - abs(f)) <= CLOSE * abs(f) for f in self.factors):
                continue
            if o is not None and o.size == v.size and v.size > 2 and factor_between(o, target) is not None:
                continue
            return True
        return False


def _array(value: Any) -> np.ndarray[Any, Any] | None:
    try:
        return np.asarray(value, float)
    except (TypeError, ValueError):
        return None


def factor_between(v: np.ndarray[Any, Any], of: np.ndarray[Any, Any]) -> float | None:
    """The factor by which one array is the other; None where there is none."""
    a, b = v.ravel(), of.ravel()
    size = float(b @ b)
    if size < 1e-300:
        return None
    factor = float(a @ b) / size
    rest = a - factor * b
    return factor if float(rest @ rest) <= CLOSE**2 * float(a @ a) else None


@dataclass(slots=True)
class Place:
    """A line under trial: its edits that are still possible, and what has been seen of it."""

    statement: Statement
    slot: Slot
    hits: int = 0
    made: list[tuple[Change, CodeType, int]] = field(default_factory=list)
    """The edits that are undecided, and how often each gave something else that nobody wants."""
    other: list[Change] = field(default_factory=list)
    """Those that gave something else, of which nobody knows whether it is wanted."""
    good: list[Change] = field(default_factory=list)
    values: list[tuple[Any, ...]] = field(default_factory=list)
    """What each of the good ones gave."""


def try_edits(
    text: Text,
    file: str,
    args: tuple[str, ...],
    statements: Sequence[Statement],
    wanted: Wanted,
    deadline: float,
    seed: int = 0,
    watched: Callable[..., Any] | None = None,
    unclear: list[tuple[Statement, Change]] | None = None,
) -> list[tuple[Statement, Change]]:
    """The edits of these statements' values that give something wanted; `unclear` gets the others."""
    places: dict[int, list[Place]] = {}
    for statement in statements:
        places[statement.number] = [
            Place(statement, s) for slot in statement.slots for s in _without_effects(text, slot)
        ]
    words = [*atoms(text.tree, text)]
    calls = slope_calls(text)

    busy = False

    def hook(number: int, local: dict[str, Any], everything: dict[str, Any]) -> None:
        nonlocal busy
        if busy:  # an edit that is computed may call functions in which there are lines under trial
            return
        busy = True
        try:
            look(number, local, everything)
        finally:
            busy = False

    def look(number: int, local: dict[str, Any], everything: dict[str, Any]) -> None:
        for place in places[number]:
            recording = current.get()
            over = recording is None or len(recording.values) > wanted.until
            if not over and place.hits < HITS and time.monotonic() < deadline:
                place.hits += 1
                with leaving_no_trace():
                    _look(text, place, local, everything, words, calls, wanted)

    prepare, extra = marked(HOOK, statements), {HOOK: hook}
    if watched is not None:
        watched(text.source, prepare, extra)
    else:
        run_watched(text.source, file, args, seed=seed, prepare=prepare, extra=extra, deadline=deadline)
    every = [place for group in places.values() for place in group]
    if unclear is not None:
        unclear.extend((p.statement, c) for p in every for c in dict.fromkeys(p.other) if c not in p.good)
    return [(p.statement, c) for p in every for c in _cheapest(p)]


ALIKE = 2
"""So many edits of one line that give the same are kept."""


def _cheapest(place: Place) -> list[Change]:
    """Of the edits of one kind that give the same value the cheapest: they all mend, or none does."""
    alike: dict[tuple[Any, ...], list[Change]] = {}
    for change, value in zip(place.good, place.values, strict=True):
        alike.setdefault((change.kind, *value), []).append(change)
    return [c for group in alike.values() for c in sorted(group, key=lambda c: c.price)[:ALIKE]]


def _signature(value: Any) -> tuple[Any, ...]:
    array = np.asarray(value, float)
    size = float(np.max(np.abs(array))) or 1.0
    return array.shape, f"{size:.9g}", np.round(array / size, 9).tobytes()


def _without_effects(text: Text, slot: Slot) -> list[Slot]:
    """The slot itself if it can be computed on trial; else what goes to the functions in it that keep something."""
    defined = {n.name: n for n in ast.walk(text.tree) if isinstance(n, ast.FunctionDef)}
    kept: list[Slot] = []
    for node in ast.walk(slot.node):
        if isinstance(node, ast.Call):
            name = text.of(node.func).rpartition(".")[2]
            if name in PASSES or (name in defined and not _is_pure(defined[name])):
                kept.extend(Slot(slot.number, a) for a in node.args if not isinstance(a, ast.Starred))
    return kept or [slot]


def marked(hook: str, statements: Sequence[Statement]) -> Callable[[ast.Module], None]:
    """What puts a call of the hook before each of the statements, with its number and all names there."""

    def prepare(tree: ast.Module) -> None:
        _Marker(hook, {(s.line, s.node.col_offset): s.number for s in statements}).visit(tree)
        ast.fix_missing_locations(tree)

    return prepare


class _Marker(ast.NodeTransformer):
    """Puts the hook before each statement under trial."""

    def __init__(self, hook: str, marks: Mapping[tuple[int, int], int]) -> None:
        self.hook = hook
        self.marks = marks

    def generic_visit(self, node: ast.AST) -> Any:
        super().generic_visit(node)
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list):
                setattr(node, name, [s for part in body for s in (*self.before(part), part)])
        return node

    def before(self, node: ast.AST) -> list[ast.stmt]:
        if not isinstance(node, ast.stmt) or not isinstance(
            node, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Expr)
        ):
            return []
        number = self.marks.get((node.lineno, node.col_offset))
        if number is None:
            return []
        names = [ast.Name("locals", ast.Load()), ast.Name("globals", ast.Load())]
        call = ast.Call(
            ast.Name(self.hook, ast.Load()), [ast.Constant(number), *(ast.Call(n, [], []) for n in names)], []
        )
        return [ast.copy_location(ast.Expr(call), node)]


@contextlib.contextmanager
def leaving_no_trace() -> Any:
    """What is computed in here is taken out of the recording again."""
    recording = current.get()
    if recording is None:
        yield
        return
    values, steps, turns, guards = (
        len(recording.values),
        len(recording.steps),
        len(recording.turns),
        len(recording.guards),
    )
    origins, captured = set(recording.origins), set(recording.captured)
    numbers, literals = dict(recording.numbers), dict(recording._literals)
    try:
        yield
    finally:
        del recording.values[values:], recording.steps[steps:], recording.sites[steps:]
        del recording.turns[turns:], recording.guards[guards:]
        for index in [i for i in recording.origins if i not in origins]:
            del recording.origins[index]
        for key in [k for k in recording.captured if k not in captured]:
            del recording.captured[key]
        recording.numbers = numbers
        recording._literals = literals


def _plain(value: Any) -> Any:
    return value._value if type(value) is StandIn else value


def _look(
    text: Text, place: Place, local: dict[str, Any], everything: dict[str, Any],
    words: Sequence[str], calls: Sequence[str], wanted: Wanted,
) -> None:  # fmt: skip
    """Compute the line's edits here and now."""
    before = _before(text, place)
    original = value_of(compiled(before + text.of(place.slot.node)), everything, local)
    if place.hits == 1:
        vocabulary = vocabulary_at(text, words, calls, local, everything)
        shape = original.shape if isinstance(original, np.ndarray) else None
        place.made = [
            (c, code, 0)
            for c in all_changes(text, place.slot, vocabulary, shape)
            if (code := compiled(f"{before}({c.slot})" if before else c.slot)) is not None
        ]
    # A few times that an edit makes a difference decide: before, it says nothing; long afterwards, what the line reads
    # may be wrong because of the line itself (a loop through time, layers one after the other).
    undecided = []
    for change, code, misses in place.made:
        value = value_of(code, everything, local)
        if value is None:
            continue
        if _is_same(value, original):
            undecided.append((change, code, misses))
        elif wanted.meets(value, original):
            place.good.append(change)
            place.values.append(_signature(value))
        elif misses + 1 < CHANCES:
            undecided.append((change, code, misses + 1))
        if misses == 0 and np.shape(value) == np.shape(original):
            place.other.append(change)
    place.made = undecided


def _before(text: Text, place: Place) -> str:
    """What a statement like `d /= n` does to the value before it: its value alone would be no gradient."""
    node = place.statement.node
    if isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Mult, ast.Div)):
        return f"({text.of(node.target)}) {'*' if isinstance(node.op, ast.Mult) else '/'} "
    return ""


def _is_same(value: Any, original: Any) -> bool:
    one, other = np.asarray(value), np.asarray(original)
    return one.shape == other.shape and bool(np.array_equal(one, other))


@functools.lru_cache(maxsize=100_000)
def compiled(expression: str) -> CodeType | None:
    try:
        return compile("(" + expression + "\n)", "<candidate>", "eval")
    except (SyntaxError, ValueError):
        return None


def value_of(code: CodeType | None, everything: dict[str, Any], local: dict[str, Any]) -> Any:
    """The value of an expression here; None where there is none that could be a gradient."""
    if code is None:
        return None
    try:
        with np.errstate(all="ignore"):
            value = _plain(eval(code, everything, local))
    except Exception:  # whatever an edit breaks, it is not the one
        return None
    if isinstance(value, (list, tuple, dict, str, bytes)) or value is None:
        return None
    return np.array(value) if isinstance(value, np.ndarray) else value


def vocabulary_at(
    text: Text, words: Sequence[str], calls: Sequence[str], local: dict[str, Any], everything: dict[str, Any]
) -> Vocabulary:
    """What can be read at this place of the program."""
    arrays: dict[str, tuple[int, ...]] = {}
    counts: list[str] = []
    scalars: list[str] = []
    for word in words:
        value = value_of(compiled(word), everything, local)
        if value is None or isinstance(value, bool):
            continue
        if isinstance(value, (int, np.integer)):
            if value > 1:
                counts.append(word)
            continue
        if isinstance(value, (float, np.floating)):
            scalars.append(word)
            arrays[word] = ()
        elif isinstance(value, np.ndarray) and value.dtype.kind in "fib" and value.size:
            arrays[word] = value.shape
            if value.ndim:
                counts.append(f"{word}.shape[0]")
                if value.ndim > 1:
                    counts.append(f"{word}.shape[1]")
    counts = _distinct_counts(text, counts, local, everything)
    functions = tuple(dict.fromkeys(_own_functions(text, local, everything)))
    slopes: list[str] = []
    for word, shape in arrays.items():
        if shape or len(arrays) < 12:
            slopes.extend((f"{word} * (1 - {word})", f"(1 - {word} ** 2)", f"({word} > 0)"))
            slopes.extend(call.format(word) for call in calls)
    flags = tuple(dict.fromkeys(c.partition("{}, ")[2][:-1] for c in calls if "{}, " in c))
    return Vocabulary(arrays, tuple(counts), tuple(slopes), functions, flags, tuple(scalars[:8]))


def _distinct_counts(text: Text, counts: Sequence[str], local: dict[str, Any], everything: dict[str, Any]) -> list[str]:
    """One spelling for each number, the author's own first."""
    chosen: dict[int, str] = {}
    for word in sorted(counts, key=lambda w: (w not in text.source, ".shape" in w and w not in text.source, len(w))):
        value = value_of(compiled(word), everything, local)
        if isinstance(value, (int, np.integer)) and int(value) > 1:
            chosen.setdefault(int(value), word)
    return list(chosen.values())[:12]


def _own_functions(text: Text, local: dict[str, Any], everything: dict[str, Any]) -> list[str]:
    """The program's own functions, as they are called from here: those that change nothing."""
    defined = {n.name: n for n in ast.walk(text.tree) if isinstance(n, ast.FunctionDef)}
    pure = {name for name, node in defined.items() if _is_pure(node)}
    pure |= {
        t.id for n in ast.walk(text.tree) if isinstance(n, ast.Assign) and isinstance(n.value, ast.Lambda)
        for t in n.targets if isinstance(t, ast.Name)
    }  # fmt: skip
    found = []
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Call) and 1 <= len(node.args) + len(node.keywords) <= 2 and node.args:
            name = text.of(node.func)
            if name.rpartition(".")[2] in pure and callable(_callable(name, local, everything)):
                found.append(name)
    owner = next(iter(local), "")
    for name in sorted(pure & defined.keys()):
        if not _takes_one(defined[name]):
            continue
        if owner == "self" and callable(getattr(local["self"], name, None)):
            found.append(f"self.{name}")
        if callable(everything.get(name)):
            found.append(name)
    return found


def _is_pure(node: ast.FunctionDef) -> bool:
    """Does a function only compute? One that keeps something may not be called on trial."""
    for inner in ast.walk(node):
        if isinstance(inner, (ast.For, ast.While, ast.Global, ast.Nonlocal, ast.Delete, ast.Yield, ast.YieldFrom)):
            return False
        if isinstance(inner, (ast.Attribute, ast.Subscript)) and isinstance(inner.ctx, ast.Store):
            return False
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr in STORING:
            return False
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr in PASSES:
            return False
    return len(node.body) <= 8


def _takes_one(node: ast.FunctionDef) -> bool:
    arguments = [a.arg for a in node.args.args if a.arg != "self"]
    returns = any(isinstance(n, ast.Return) and n.value is not None for n in ast.walk(node))
    return returns and len(arguments) - len(node.args.defaults) == 1 and len(node.body) <= 6


PASSES = frozenset({"forward", "backward", "train", "fit", "step", "update"})
"""Methods that keep what they saw, whatever their class."""


def _callable(name: str, local: dict[str, Any], everything: dict[str, Any]) -> Any:
    try:
        return eval(name, everything, local)
    except Exception:
        return None


def slope_calls(text: Text) -> list[str]:
    """How the program asks for a slope: `sigmoid_prime({})`, `nonlin({}, deriv=True)`."""
    import re

    found: list[str] = []
    keeping = {n.name for n in ast.walk(text.tree) if isinstance(n, ast.FunctionDef) and not _is_pure(n)} | PASSES
    sign = re.compile(r"(?i)deriv|prime|grad|slope|backward|_d\b|^d_?[a-z]|diff")
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Call) and node.args:
            name = text.of(node.func)
            rest = [text.of(a) for a in node.args[1:]] + [f"{k.arg}={text.of(k.value)}" for k in node.keywords if k.arg]
            if name.startswith(("np.", "numpy.")) or len(rest) > 1 or name.rpartition(".")[2] in keeping:
                continue
            if sign.search(name.rpartition(".")[2]) and not rest:
                found.append(f"{name}({{}})")
            elif rest and (sign.search(rest[0]) or rest[0] in ("True", "1")):
                found.append(f"{name}({{}}, {rest[0]})")
    return list(dict.fromkeys(found))[:6]
