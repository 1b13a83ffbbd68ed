"""FILE:FUNCTION on the command line: the function, and the arguments it is run with."""

from __future__ import annotations

import ast
import contextlib
import copy
import importlib.util
import inspect
import io
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from whygrad.watching.scripts import author_line


class TargetError(Exception):
    """What was named on the command line is not there or cannot be used: one line, exit code 2."""


@dataclass(frozen=True, slots=True)
class Target:
    """A function and its arguments, by name; `whole`: the arguments with the whole numbers left as such."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    names: tuple[str, ...]
    file: str
    whole: tuple[Any, ...]

    def applied(self, use: Callable[..., Any]) -> Any:
        """`use(function, *args)`; where the code asks for a whole number (a size, an index), with whole numbers."""
        try:
            return use(self.function, *self.args)
        except (TypeError, IndexError) as problem:
            if "integer" not in str(problem):
                raise
            return use(self.function, *self.whole)

    @property
    def name(self) -> str:
        return getattr(self.function, "__name__", "f")


def find(spec: str, at: tuple[str, ...], seed: int | None = None) -> Target | str:
    """What FILE:FUNCTION names. FILE alone: the only function that returns a number, else the path of the script
    itself, which is to be run in watch mode."""
    path, _, name = spec.rpartition(":") if ":" in spec[2:] else (spec, "", "")
    file = Path(path)
    if file.is_dir():
        raise TargetError(f"{path}: a folder, not a file")
    if not file.is_file():
        raise TargetError(f"{path}: no such file")
    given = dict(_given(text) for text in at)
    tree = _parsed(file)
    if name:
        module = load(file, seed)
        function = _named(module, name, path)
        return _target(function, module, given, path)
    names = [n for n, needed in _functions(tree) if needed <= _assigned(tree) | set(given)]
    if not names:
        return str(file)
    module = load(file, seed)
    found = []
    for candidate in names:
        one = getattr(module, candidate, None)
        if callable(one):
            with contextlib.suppress(Exception):
                target = _target(one, module, given, path)
                value = _tried(target)
                if np.shape(value) == () and np.result_type(value).kind == "f":
                    found.append(target)
    if len(found) == 1:
        return found[0]
    if not found and len(names) == 1 and not _loops(tree):
        return _target(getattr(module, names[0]), module, given, path)  # to say what is wrong with it
    if len(found) > 1:
        raise TargetError(f"{path}: name one of its functions: {', '.join(f'{path}:{t.name}' for t in found)}")
    return str(file)


def _loops(tree: ast.Module) -> bool:
    """Does the file itself do something round by round, as a training script does?"""
    return any(
        isinstance(node, (ast.For, ast.While))
        for part in tree.body
        for node in ast.walk(part)
        if not isinstance(part, (ast.FunctionDef, ast.ClassDef))
    )


def _tried(target: Target) -> Any:
    """What the function returns, on copies of its arguments and without a trace."""
    state = np.random.get_state()
    try:
        with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
            return target.applied(lambda function, *args: function(*copy.deepcopy(args)))
    finally:
        np.random.set_state(state)


def hint(path: str) -> str:
    """What could be named instead of the file alone."""
    functions = _functions(_parsed(Path(path)))
    if not functions:
        return "compute a loss in it, or write a function that returns one"
    name, needed = functions[0]
    given = "".join(f" --at {n}=…" for n in sorted(needed))
    return f"name a function: {', '.join(f'{path}:{n}' for n, _ in functions[:4])} (arguments: {path}:{name}{given})"


def _parsed(file: Path) -> ast.Module:
    try:
        return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))
    except SyntaxError as problem:
        hint = ""
        if problem.msg and "print" in problem.msg:
            hint = " (Python 2: print is a function now, print(…))"
        raise TargetError(f"{file}:{problem.lineno}:{problem.offset}: {problem.msg}{hint}") from None
    except (UnicodeDecodeError, ValueError) as problem:
        raise TargetError(f"{file}: not a Python file ({problem})") from None


def _functions(tree: ast.Module) -> list[tuple[str, set[str]]]:
    """The top-level functions, with the names of the arguments that have no default."""
    found = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.args.vararg:
            args = [*node.args.posonlyargs, *node.args.args]
            needed = args[: len(args) - len(node.args.defaults)]
            found.append((node.name, {a.arg for a in needed}))
    return [(n, needed) for n, needed in found if needed]


def _assigned(tree: ast.Module) -> set[str]:
    """The names that the module's top level binds."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


def load(file: Path, seed: int | None) -> types.ModuleType:
    """The file as a module; what it prints while loading is dropped."""
    if seed is not None:
        np.random.seed(seed)
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise TargetError(f"{file}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(file.resolve().parent))
    sys.modules[file.stem] = module
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            spec.loader.exec_module(module)
    except SystemExit:
        pass
    except Exception as problem:
        place = author_line(problem) or f"{file}: "
        raise TargetError(f"{place}the file stopped with {type(problem).__name__}: {problem}") from None
    finally:
        sys.path.pop(0)
    return module


def _named(module: types.ModuleType, name: str, path: str) -> Callable[..., Any]:
    found: Any = module
    owner: Any = None
    for part in name.split("."):
        owner, found = found, getattr(found, part, None)
        if found is None:
            own = [n for n, v in vars(module).items() if inspect.isfunction(v) and v.__module__ == module.__name__]
            raise TargetError(f"{path}: no function {name!r} there (it has {', '.join(own) or 'none'})")
    if not callable(found):
        raise TargetError(f"{path}: {name} is no function")
    if (
        inspect.isfunction(found)
        and inspect.isclass(owner)
        and not isinstance(vars(owner)[name.split(".")[-1]], staticmethod)
    ):
        try:
            found = getattr(owner(), name.split(".")[-1])
        except TypeError as problem:
            raise TargetError(f"{path}: {owner.__name__} cannot be made without arguments ({problem})") from None
    function: Callable[..., Any] = found
    return function


def _target(function: Callable[..., Any], module: types.ModuleType, given: dict[str, Any], path: str) -> Target:
    """The arguments: given by --at, else the module's variables of the same name, else the defaults."""
    args, whole, names, missing = [], [], [], []
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        raise TargetError(f"{path}: the arguments of {getattr(function, '__name__', function)} are not known") from None
    for p in parameters:
        if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD, p.KEYWORD_ONLY):
            continue
        if p.name in given:
            value = given[p.name]
        elif hasattr(module, p.name):
            value = getattr(module, p.name)
        elif p.default is not p.empty:
            value = p.default
        else:
            missing.append(p.name)
            continue
        args.append(value if value is p.default and p.name not in given else _floats(value))
        whole.append(value)
        names.append(p.name)
    if missing:
        name = getattr(function, "__name__", "f")
        which = " and ".join(missing)
        raise TargetError(f"{path}: {name} needs {which}: give --at {missing[0]}=…, or set it in the file")
    unknown = set(given) - {p.name for p in parameters}
    if unknown:
        raise TargetError(f"--at {sorted(unknown)[0]}=…: the function has no such argument ({', '.join(names)})")
    return Target(function, tuple(args), tuple(names), path, tuple(whole))


def _floats(value: Any) -> Any:
    """Whole numbers from the command line or the file are read as floats; labels and sizes in arrays stay."""
    return float(value) if type(value) is int else value


def _given(text: str) -> tuple[str, Any]:
    """`x=1.5`, `x=[1, 2]`."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip().isidentifier():
        raise TargetError(f"--at {text}: write it as --at name=value")
    try:
        read = ast.literal_eval(value.strip())
    except (ValueError, SyntaxError):
        raise TargetError(f"--at {text}: the value is no number and no list of numbers") from None
    if isinstance(read, (list, tuple)):
        try:
            return name.strip(), np.array(read, float)
        except ValueError:
            raise TargetError(f"--at {text}: the rows of the list differ in length") from None
    return name.strip(), read
