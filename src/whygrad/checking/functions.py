"""Where the mistake is in a function, a layer or a pair: the search of programs, over the text of the functions.

Of the author's file the functions and classes that take part are kept, each on its own lines; an edited text is
compiled anew, with the globals and the closure that the author's function has, and called with the same arguments.
"""

from __future__ import annotations

import ast
import copy
import inspect
import linecache
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

import numpy as np

from whygrad.checking.drivers import driver
from whygrad.checking.given import ASKED, Asked, Runner
from whygrad.checking.report import CheckReport
from whygrad.checking.running import Problem, Run
from whygrad.errors import WhygradError
from whygrad.watching.executing import shown_name
from whygrad.watching.recording import Recording, is_foreign
from whygrad.watching.rewriting import compile_routed
from whygrad.watching.watch import watch

if TYPE_CHECKING:
    from whygrad.checking.calls import Call

SECONDS = 6.0
"""So long a search in a function may take."""


def located(report: CheckReport, call: Call) -> CheckReport:
    """The report with the lines that are wrong and what mends them, where the search finds them all."""
    from whygrad.checking.locating import search
    from whygrad.checking.naming import findings_of
    from whygrad.checking.trial import choose, try_run

    text = text_of(call)
    if text is None:
        return report
    runner = FunctionRunner(text.file, (), time.monotonic() + SECONDS, call=call, text=text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            trial = try_run(runner(text.source))
            verdict = choose(trial.verdicts)
            if verdict is None or len(verdict.judged) < len(report.parameters) or verdict.is_all_right:
                return report
            state = search(text.source, runner, trial, verdict)
            if state.left is not None or not state.found:
                return report
            return replace(report, findings=tuple(findings_of(state, text.source)))
        except (WhygradError, SyntaxError):
            return report


@dataclass(frozen=True, slots=True)
class FunctionText:
    """The lines of a file that take part, all others empty; what is defined in it, and what it finds outside."""

    file: str
    source: str
    names: frozenset[str]
    outside: Mapping[str, Any] = field(hash=False)


@dataclass(slots=True)
class FunctionRunner(Runner):
    """Calls the functions of a text with what the author's were called with."""

    call: Any = None
    text: Any = None

    def __call__(self, source: str) -> Run:
        return self._watched(source)

    @property
    def watched(self) -> Callable[..., Run] | None:
        return self._watched

    def _watched(
        self, source: str, prepare: Callable[[ast.Module], None] | None = None, extra: Mapping[str, Any] | None = None
    ) -> Run:  # fmt: skip
        from whygrad.checking.calls import pairs_of

        shown = shown_name(source, self.file)
        tree = ast.parse(source, filename=shown)
        if prepare is not None:
            prepare(tree)
        namespace = {**self.text.outside, **(extra or {}), "__name__": "whygrad check"}
        exec(compile_routed(tree, shown, namespace, 0), namespace)
        call: Call = self.call
        given = tuple(self._exchanged(thing, namespace) for thing in call.given)
        state = np.random.get_state()
        try:
            seen = watch(driver(call.driver), given, {})
        except Exception as problem:  # the edit breaks it, or the author's code
            return Run(Recording(), "", Problem(type(problem).__name__, str(problem), None), {}, {}, None, shown)
        finally:
            np.random.set_state(state)
        loss = next((leaf for leaf in seen.returned if leaf.path == (0,)), None)
        asked = Asked(call.formula, pairs=[])
        if loss is not None:
            asked.kept.append(loss.index)
            asked.pairs = [(p.name, p.index, g.index) for p, g in pairs_of(call, seen)]
        ASKED[seen.recording] = asked
        return Run(seen.recording, "", None, {}, {}, None, shown)

    def _exchanged(self, thing: Any, namespace: dict[str, Any]) -> Any:
        """A function, class or object as the text defines it; arguments are copied."""
        name = getattr(thing, "__name__", "")
        if isinstance(thing, (FunctionType, type)):
            return namespace[name] if name in self.text.names else thing
        if isinstance(thing, MethodType):
            return MethodType(getattr(type(made := self._exchanged(thing.__self__, namespace)), name), made)
        if isinstance(thing, tuple):
            return tuple(self._exchanged(part, namespace) for part in thing)
        try:
            made = copy.deepcopy(thing)
        except Exception:  # what cannot be copied is used as it is
            return thing
        kind = type(thing)
        if kind.__name__ in self.text.names and not is_foreign(inspect.getfile(kind)):
            made.__class__ = namespace[kind.__name__]
        return made


def text_of(call: Call) -> FunctionText | None:
    """The text of what is checked; None where it is not to be had (lambdas, functions without a file)."""
    functions = list(_functions(call))
    codes = [f.__code__ for f in functions]
    if not codes or len({code.co_filename for code in codes}) != 1:
        return None
    file = codes[0].co_filename
    linecache.checkcache(file)
    lines = linecache.getlines(file)
    try:
        tree = ast.parse("".join(lines))
    except SyntaxError:
        return None
    kept: dict[str, ast.FunctionDef | ast.ClassDef] = {}
    for function in functions:
        node = _definition(tree, function)
        if node is None:
            return None
        kept[node.name] = node
    top = {n.name: n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    waiting = list(kept.values())
    while waiting:
        for name in {n.id for n in ast.walk(waiting.pop()) if isinstance(n, ast.Name)} & top.keys() - kept.keys():
            kept[name] = top[name]
            waiting.append(top[name])
    rows = ["\n"] * len(lines)
    for node in kept.values():
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))]) - 1
        rows[first : node.end_lineno] = lines[first : node.end_lineno]
    for node in kept.values():
        if node.col_offset:  # a function in a function
            above = node.lineno - 2 - len(getattr(node, "decorator_list", []))
            if above < 0 or rows[above].strip():
                return None
            rows[above] = "if True:\n"
    outside: dict[str, Any] = {}
    for function in functions:
        outside |= {**function.__globals__, **_closure(function)}
    return FunctionText(file, "".join(rows), frozenset(kept), outside)


def _functions(call: Call) -> Iterator[FunctionType]:
    """The author's functions that are called, a layer's methods among them."""
    for thing in call.given:
        kind = thing if isinstance(thing, type) else type(thing)
        if isinstance(thing, FunctionType):
            yield thing
        elif isinstance(thing, MethodType):
            yield thing.__func__  # type: ignore[misc]
        elif hasattr(kind, "forward") and hasattr(kind, "backward"):
            yield from (inspect.unwrap(getattr(kind, name)) for name in ("forward", "backward"))


def _closure(function: FunctionType) -> dict[str, Any]:
    found = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # not bound yet
            continue
    return found


def _definition(tree: ast.Module, function: FunctionType) -> ast.FunctionDef | ast.ClassDef | None:
    """Where a function is defined; a method's class."""
    around: dict[int, ast.ClassDef] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            around |= {id(part): node for part in node.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == function.__name__:
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            if function.__code__.co_firstlineno in (first, node.lineno):
                return around.get(id(node), node)
    return None
