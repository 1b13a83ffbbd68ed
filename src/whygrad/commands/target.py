"""FILE:FUNCTION on the command line: the function, and the arguments it is run with."""

from __future__ import annotations

import ast
import builtins
import contextlib
import copy
import difflib
import importlib.util
import inspect
import io
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from whygrad.explaining.problem import stopped

MOST_NAMED = 12
"""How many of a file's functions are listed where one is not found."""


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


def split(spec: str) -> tuple[str, str]:
    """FILE and FUNCTION; no function where there is the file alone. `C:` begins a path."""
    path, _, name = spec.rpartition(":") if ":" in spec[2:] else (spec, "", "")
    return path, name


def given_values(at: Sequence[str]) -> dict[str, Any]:
    """What --at gives, by name."""
    return dict(_given(text) for text in at)


def find(spec: str, at: tuple[str, ...], seed: int | None = None) -> Target | str:
    """What FILE:FUNCTION names. FILE alone: the only function that returns a number, else the path of the script
    itself, which is to be run in watch mode."""
    path, name = split(spec)
    file = Path(path)
    if file.is_dir():
        raise TargetError(f"{path}: a folder, not a file")
    if not file.is_file():
        raise TargetError(f"{path}: no such file")
    given = given_values(at)
    tree = _parsed(file)
    if name:
        module = load(file, seed)
        function = _named(module, name, path)
        return _target(function, module, given, path)
    names = [n for n, needed in _functions(tree) if set(needed) <= _assigned(tree) | set(given)]
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
    first = f"{path}:{name}" + "".join(f" --at {n}=…" for n in needed)
    others = "".join(f", or {path}:{n}" for n, _ in functions[1:4])
    return f"name a function, and the arguments that the file does not set: {first}{others}"


def nothing_to_do(path: str, what: str) -> str:
    """Why nothing came of FILE alone, and what to name; `what`: why the script itself has no loss."""
    tree = _parsed(Path(path))
    if _loops(tree) or not _functions(tree):
        return f"{what}; {hint(path)}"
    name, needed = _functions(tree)[0]
    missing = [n for n in needed if n not in _assigned(tree)]
    if len(_functions(tree)) == 1 and missing:
        return f"{path}: {name} needs {and_(missing)}: {_give(f'{path}:{name}', missing)}"
    return f"{path}: {hint(path)}"


def and_(names: Sequence[str]) -> str:
    """a; a and b; a, b and c."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _give(command: str, missing: Sequence[str]) -> str:
    given = " ".join(f"--at {n}=…" for n in missing)
    return (
        f"give {command} {given}".replace("  ", " ") + f", or set {'it' if len(missing) == 1 else 'them'} in the file"
    )


def _parsed(file: Path) -> ast.Module:
    try:
        return ast.parse(file.read_bytes(), filename=str(file))  # bytes: the file itself says how it is encoded
    except SyntaxError as problem:
        if not problem.lineno:
            raise TargetError(f"{file}: not a Python file ({problem.msg})") from problem
        hint = ""
        if problem.msg and "call to 'print'" in problem.msg:
            hint = " (Python 2: print is a function now, print(…))"
        row, column = (problem.text or "").rstrip(), max(problem.offset or 1, 1)
        number = str(problem.lineno)
        shown = f"\n  {number} | {row}\n  {' ' * len(number)} | {' ' * (column - 1)}^" if row else ""
        raise TargetError(f"{file}:{number}:{column}: {problem.msg}{hint}{shown}") from problem
    except (UnicodeDecodeError, ValueError) as problem:
        raise TargetError(f"{file}: not a Python file ({problem})") from problem


def _functions(tree: ast.Module) -> list[tuple[str, list[str]]]:
    """The top-level functions, with the names of the arguments that have no default."""
    found = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.args.vararg:
            args = [*node.args.posonlyargs, *node.args.args]
            needed = args[: len(args) - len(node.args.defaults)]
            found.append((node.name, [a.arg for a in needed]))
    return [(n, needed) for n, needed in found if needed]


def _assigned(tree: ast.Module) -> set[str]:
    """The names that the module's top level binds; what a function binds is its own."""
    names: set[str] = set()
    inside: list[ast.AST] = [tree]
    while inside:
        node = inside.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name)
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            inside.extend(ast.iter_child_nodes(node))
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
        with contextlib.redirect_stdout(io.StringIO()), _questions_seen():
            spec.loader.exec_module(module)
    except SystemExit:
        pass
    except Exception as problem:
        raise TargetError(stopped(problem, "the file stopped with ", str(file))) from problem
    finally:
        sys.path.pop(0)
    return module


@contextlib.contextmanager
def _questions_seen() -> Iterator[None]:
    """What `input()` asks is shown, although what the file prints is not: nobody should wait in front of nothing."""
    ask = builtins.input

    def asking(prompt: object = "") -> str:
        print(prompt, end="", file=sys.stderr, flush=True)
        return ask()

    builtins.input = asking
    try:
        yield
    finally:
        builtins.input = ask


def _named(module: types.ModuleType, name: str, path: str) -> Callable[..., Any]:
    found: Any = module
    owner: Any = None
    for part in name.split("."):
        owner, found = found, getattr(found, part, None)
        if found is None:
            own = [n for n, v in vars(module).items() if inspect.isfunction(v) and v.__module__ == module.__name__]
            alike = difflib.get_close_matches(name, own, 1)
            meant = f"; did you mean {path}:{alike[0]}?" if alike else ""
            has = ", ".join(own[:MOST_NAMED]) + (" …" if len(own) > MOST_NAMED else "")
            raise TargetError(f"{path}: no function {name!r} there{meant} (it has {has or 'none'})")
    if not callable(found):
        raise TargetError(f"{path}: {name} is no function")
    if (
        inspect.isfunction(found)
        and inspect.isclass(owner)
        and not isinstance(vars(owner)[name.split(".")[-1]], staticmethod)
    ):
        found = getattr(_one_of(owner, module, name, path), name.split(".")[-1])
    function: Callable[..., Any] = found
    return function


def _one_of(owner: Any, module: types.ModuleType, name: str, path: str) -> Any:
    """An object of the class: a new one; where that needs arguments, the one that the file has made."""
    try:
        return owner()
    except TypeError as problem:
        made = [n for n, value in vars(module).items() if type(value) is owner]
        if len(made) == 1:
            return getattr(module, made[0])
        method, own = name.split(".")[-1], made[0] if made else owner.__name__.lower()
        how = f"name one that the file makes: {path}:{own}.{method}"
        if not made:
            how = f"make one in the file, {own} = {owner.__name__}(…), and name {path}:{own}.{method}"
        raise TargetError(f"{path}: {owner.__name__} cannot be made without arguments ({problem}); {how}") from None


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
        raise TargetError(f"{path}: {name} needs {and_(missing)}: {_give('', missing)}")
    unknown = set(given) - {p.name for p in parameters}
    if unknown:
        raise TargetError(f"--at {sorted(unknown)[0]}=…: the function has no such argument ({', '.join(names)})")
    return Target(function, tuple(args), tuple(names), path, tuple(whole))


def _floats(value: Any) -> Any:
    """Whole numbers from the command line or the file are read as floats; labels and sizes in arrays stay."""
    return float(value) if type(value) is int else value


def _given(text: str) -> tuple[str, Any]:
    """`x=1.5`, `x=[1, 2]`, `x=np.pi/4`."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip().isidentifier():
        raise TargetError(f"--at {text}: write it as --at name=value")
    try:
        read = eval(value.strip(), {"np": np, "pi": np.pi})  # the user's own words, like the file that is run
    except Exception:
        raise TargetError(
            f"--at {text}: the value is no number and no list of numbers (1.5, [1, 2], np.pi/4, np.ones(3) are)"
        ) from None
    if isinstance(read, (list, tuple, np.ndarray)):
        try:
            return name.strip(), np.array(read, float)
        except ValueError:
            raise TargetError(f"--at {text}: the rows of the list differ in length") from None
    return name.strip(), read
