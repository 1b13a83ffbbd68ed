"""The program as Python runs it, unwatched, in the same surroundings: what a watched run is held against.

Its loops are ended where the watched run ended them; nothing else in its code is changed.
"""

from __future__ import annotations

import ast
import contextlib
import io
import sys
import types
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from whygrad.checking.surroundings import surroundings
from whygrad.watching.executing import as_main, author_modules
from whygrad.watching.loops import LoopKey
from whygrad.watching.rewriting import numbered_loops

Cuts = Mapping[tuple[LoopKey, int], int]
EACH, ENTER, WHILE = (f"\0whygrad {name}" for name in ("EACH", "ENTER", "WHILE"))


def run_plain(
    source: str, file: str, args: Sequence[str], cuts: Cuts, seed: int = 0
) -> tuple[dict[str, Any], str, BaseException | None]:
    """The program's names after a plain run, what it printed, and the error that it stopped with.

    Args:
        source: its text.
        file: its path.
        args: what stands behind the file's name on the command line.
        cuts: which run of which loop ends after how many rounds.
        seed: of the random numbers.
    """
    file = str(Path(file).resolve())
    loops = _Loops(cuts)
    module = types.ModuleType("__main__")
    module.__dict__.update({"__file__": file})
    printed, problem = io.StringIO(), None
    with (
        surroundings(file, seed),
        as_main(module, file, args),
        author_modules(lambda text, path, shown_as: loops.compiled(text, path)),
        contextlib.redirect_stdout(printed),
    ):
        try:
            exec(loops.compiled(source, file), module.__dict__)
        except SystemExit:
            pass
        except (Exception, KeyboardInterrupt) as stopped:
            problem = stopped
    return module.__dict__, printed.getvalue(), problem


class _Loops(ast.NodeTransformer):
    """Puts the counting into the loops, and counts."""

    def __init__(self, cuts: Cuts) -> None:
        self.cuts = cuts
        self.entered: dict[LoopKey, int] = {}
        self.whiles: dict[tuple[int, LoopKey], list[int | None]] = {}
        self.numbers: dict[ast.AST, int] = {}
        self.file = ""

    def compiled(self, source: str, file: str) -> types.CodeType:
        tree = ast.parse(source, filename=file)
        self.numbers, self.file = numbered_loops(tree), file
        tree = ast.fix_missing_locations(self.visit(tree))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = compile(tree, file, "exec", 0, True)
        return _with(code, {EACH: self.each, ENTER: self.enter, WHILE: self.goes_on})

    def _call(self, name: str, loop: ast.AST, node: ast.AST, *args: ast.expr) -> ast.Call:
        which: Any = (self.file, self.numbers[loop])
        parts: list[ast.expr] = [ast.Constant(which), *args]
        return ast.copy_location(ast.Call(ast.Constant(name), parts, []), node)

    def visit_For(self, node: ast.For) -> Any:
        self.generic_visit(node)
        node.iter = self._call(EACH, node, node.iter, node.iter)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> Any:
        self.generic_visit(node)
        node.iter = self._call(EACH, node, node.iter, node.iter)
        return node

    def visit_While(self, node: ast.While) -> Any:
        self.generic_visit(node)
        node.test = self._call(WHILE, node, node.test, node.test)
        return [ast.copy_location(ast.Expr(self._call(ENTER, node, node.test)), node), node]

    # While it runs

    def _rounds(self, key: LoopKey) -> int | None:
        number = self.entered.get(key, 0)
        self.entered[key] = number + 1
        return self.cuts.get((key, number))

    def each(self, key: LoopKey, iterable: Any) -> Any:
        rounds = self._rounds(key)
        return iterable if rounds is None else _first(iterable, rounds)

    def enter(self, key: LoopKey) -> None:
        self.whiles[id(sys._getframe(1)), key] = [self._rounds(key)]

    def goes_on(self, key: LoopKey, condition: Any) -> Any:
        left = self.whiles[id(sys._getframe(1)), key]
        if left[0] is None or not condition:
            return condition
        left[0] -= 1
        return left[0] >= 0


def _first(iterable: Any, rounds: int) -> Iterator[Any]:
    parts = iter(iterable)
    for _ in range(rounds):
        try:
            part = next(parts)
        except StopIteration:
            return
        yield part


def _with(code: types.CodeType, names: dict[str, Any]) -> types.CodeType:
    constants = tuple(
        names.get(c, c) if isinstance(c, str) else _with(c, names) if isinstance(c, types.CodeType) else c
        for c in code.co_consts
    )
    return code.replace(co_consts=constants)
