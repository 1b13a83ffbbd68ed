"""Re-making the author's functions: the same code, compiled again so that what it touches passes by the watcher.

The syntax tree is changed in few ways, each of which keeps every position, so spans stay the author's own:

    f(x)                  CALL(f, x)              so that calls are watched in turn, and NumPy's names answered
    W   (not a local)     NAME(W, "W")            so that arrays from outside are watched, with their path
    self.W                ATTRIBUTE(self, "W")
    layers[1]             ITEMS(layers)[1]        also as a target, and for `+=`
    for W in layers:      for W in EACH(layers):  also in comprehensions, unpacking and f(*layers)
    self.h = z            KEEP(self).h = z        so that no stand-in stays behind in the author's objects
    h += z                h = OWN(h); h += z      so that no array is changed behind the watcher's back
    for W in layers: …    for W in …: ROUND(n); … so that rounds are counted; also in while loops and comprehensions

CALL, NAME … are the functions of `watching.routing`, put into the compiled code as constants: the author's globals
and builtins are used as they are and never changed. Nothing is re-made where the source is not to be had, or is not
what the function was compiled from: such a function runs as it is, on stand-ins, by NumPy's protocols.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import warnings
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

from whygrad.program.source import Source, extent_of, first_line, source_of
from whygrad.watching.recording import is_foreign

LEFT_ALONE = frozenset(
    {"super", "locals", "globals", "vars", "dir", "eval", "exec", "breakpoint", "__import__", "isinstance", "len"}
)
"""Builtins called as they are: they look at their caller, or have nothing to watch."""

RETURN_PLAIN = frozenset({"__bool__", "__int__", "__index__", "__hash__", "__len__"})
"""Special methods from which Python takes nothing but a real number."""

MARK = "\0whygrad "
ROUTES = (
    "CALL",
    "NAME",
    "OWN",
    "PLAIN",
    "ATTRIBUTE",
    "ITEMS",
    "EACH",
    "KEEP",
    "ATTRIBUTES",
    "FLOAT",
    "WHILE",
    "ROUND",
    "ENTER",
    "LEAVE",
)


class _Rewriter(ast.NodeTransformer):
    """The changes listed at the head of this file."""

    def __init__(self, names: dict[str, Any], script: str, numbers: dict[ast.AST, int]) -> None:
        self.names = names
        self.script = script
        self.numbers = numbers
        self.classes: list[str] = []
        self.functions: list[str] = []
        self.locals: list[set[str]] = []
        self.loops: list[tuple[int, int]] = []
        """The loops of this function that are around, outermost first, by where they stand."""

    def route(self, name: str, node: ast.AST, *args: ast.expr) -> ast.Call:
        function = ast.copy_location(ast.Constant(MARK + name), node)
        return ast.copy_location(ast.Call(function, list(args), []), node)

    def text(self, value: str, node: ast.AST) -> ast.Constant:
        return ast.copy_location(ast.Constant(value), node)

    def mangled(self, name: str) -> str:
        if self.classes and name.startswith("__") and not name.endswith("__") and self.classes[-1].strip("_"):
            return f"_{self.classes[-1].lstrip('_')}{name}"
        return name

    # Scopes

    def visit_FunctionDef(self, node: Any) -> Any:
        node.decorator_list = [self.visit(d) for d in node.decorator_list]
        node.args = self._defaults(node.args)
        self.locals.append(_bound_names(node))
        self.functions.append(node.name)
        around, self.loops = self.loops, []
        node.body = self.statements(node.body)
        self.loops = around
        self.functions.pop()
        self.locals.pop()
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> Any:
        node.args = self._defaults(node.args)
        self.locals.append(_argument_names(node.args))
        around, self.loops = self.loops, []
        node.body = self.visit(node.body)
        self.loops = around
        self.locals.pop()
        return node

    def _defaults(self, args: ast.arguments) -> ast.arguments:
        args.defaults = [self.visit(d) for d in args.defaults]
        args.kw_defaults = [self.visit(d) if d else None for d in args.kw_defaults]
        return args

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        node.decorator_list = [self.visit(d) for d in node.decorator_list]
        node.bases = [self.visit(b) for b in node.bases]
        self.classes.append(node.name)
        self.locals.append(set())
        node.body = self.statements(node.body)
        self.locals.pop()
        self.classes.pop()
        return node

    def _comprehension(self, node: Any) -> Any:
        bound = {n.id for g in node.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)}
        self.locals.append(bound | (self.locals[-1] if self.locals else set()))
        for part in node.generators:
            unpacks = isinstance(part.target, (ast.Tuple, ast.List))
            part.target = self.visit(part.target)
            does_more = any(isinstance(n, ast.Call) for n in ast.walk(node))
            part.iter = self.each(self.visit(part.iter), unpacks, part.iter, part if does_more else None)
            self.loops.append(place_of(part))
            part.ifs = [self.round(part.target), *(self.visit(i) for i in part.ifs)]
        for field in ("elt", "key", "value"):
            if hasattr(node, field):
                setattr(node, field, self.visit(getattr(node, field)))
        del self.loops[-len(node.generators) :]
        self.locals.pop()
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def visit_MatchValue(self, node: ast.MatchValue) -> Any:
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        node.target = self.visit(node.target)
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    # Loads

    def visit_Name(self, node: ast.Name) -> Any:
        if not isinstance(node.ctx, ast.Load) or self.is_local(node.id) or self.is_plain(node.id):
            return node
        return self.route("NAME", node, node, self.text(node.id, node))

    def is_local(self, name: str) -> bool:
        return (bool(self.locals) and name in self.locals[-1]) or (bool(self.script) and not self.locals)

    def is_plain(self, name: str) -> bool:
        """A module of somebody else's, or a builtin that the author has not hidden: nothing to watch."""
        if name in self.names:
            value = self.names[name]
            return isinstance(value, ModuleType) and is_foreign(getattr(value, "__file__", None) or "<frozen")
        return hasattr(builtins, name)

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        if isinstance(node.ctx, ast.Load):
            if isinstance(node.value, ast.Name) and self.is_plain(node.value.id) and not self.is_local(node.value.id):
                return node
            value = self.visit(node.value)
            return self.route("ATTRIBUTE", node, value, self.text(self.mangled(node.attr), node))
        node.value = self.route("KEEP", node.value, self.visit(node.value))
        return node

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        value = node.value
        node.value = self.route("ITEMS", value, self.visit(value))
        node.slice = self.visit(node.slice)
        return node

    # Calls

    def visit_Call(self, node: ast.Call) -> Any:
        function = node.func
        args = [self.visit(a) for a in node.args]
        keywords = [self.visit(k) for k in node.keywords]
        if isinstance(function, ast.Name) and function.id in LEFT_ALONE and function.id not in self.names:
            return ast.copy_location(ast.Call(function, args, keywords), node)
        if isinstance(function, ast.Attribute):
            function.value = self.visit(function.value)
        elif not isinstance(function, ast.Name):
            function = self.visit(function)
        made = self.route("CALL", node, function, *args)
        made.keywords = keywords
        return made

    def visit_Starred(self, node: ast.Starred) -> Any:
        if isinstance(node.ctx, ast.Load):
            node.value = self.each(self.visit(node.value), False, node.value)
        else:
            node.value = self.visit(node.value)
        return node

    # Statements

    def each(self, iterable: ast.expr, unpacks: bool, node: ast.AST, loop: ast.AST | None = None) -> ast.expr:
        if isinstance(iterable, (ast.Tuple, ast.List)) and (loop is None or not self.script):
            return iterable
        flags = ast.copy_location(ast.Constant((2 if unpacks else 0) + (0 if loop is None else 1)), node)
        key = () if loop is None or not self.script else (self.key(loop, node),)
        return self.route("EACH", node, iterable, flags, *key)

    def key(self, loop: ast.AST, node: ast.AST) -> ast.Constant:
        which: Any = (self.script, self.numbers[loop])
        return ast.copy_location(ast.Constant(which), node)

    def visit_For(self, node: ast.For) -> Any:
        unpacks = isinstance(node.target, (ast.Tuple, ast.List))
        node.iter = self.each(self.visit(node.iter), unpacks, node.iter, node)
        node.target = self.visit(node.target)
        node.body = self.rounds(node)
        node.orelse = self.statements(node.orelse)
        return node

    def statements(self, body: list[ast.stmt]) -> list[ast.stmt]:
        return [statement for part in body for statement in _as_list(self.visit(part))]

    def rounds(self, loop: ast.For | ast.While) -> list[ast.stmt]:
        """The body of a loop, which says at its start that a round begins."""
        self.loops.append(place_of(loop))
        begins = ast.copy_location(ast.Expr(self.round(loop)), loop)
        body = [begins, *self.statements(loop.body)]
        self.loops.pop()
        return body

    def round(self, node: ast.AST) -> ast.Call:
        loops: Any = tuple(self.loops)
        return self.route("ROUND", node, ast.copy_location(ast.Constant(loops), node))

    def visit_Return(self, node: ast.Return) -> Any:
        if node.value is not None:
            node.value = self.visit(node.value)
            if self.functions and self.functions[-1] in RETURN_PLAIN:
                node.value = self.route("PLAIN", node.value, node.value)
        return node

    def visit_While(self, node: ast.While) -> Any:
        node.test = self.visit(node.test)
        node.body = self.rounds(node)
        node.orelse = self.statements(node.orelse)
        if not self.script:
            return node
        node.test = self.route("WHILE", node.test, self.key(node, node.test), node.test)
        enter, leave = (
            ast.copy_location(ast.Expr(self.route(name, node.test, self.key(node, node.test))), node.test)
            for name in ("ENTER", "LEAVE")
        )
        return [enter, node, leave]

    def visit_Assign(self, node: ast.Assign) -> Any:
        if self.script:
            node.value = self.floats(node.value)
        taken_apart = [t for t in node.targets if isinstance(t, (ast.Tuple, ast.List))]
        nested = any(isinstance(part, (ast.Tuple, ast.List)) for t in taken_apart for part in t.elts)
        plain_display = isinstance(node.value, (ast.Tuple, ast.List))
        source = node.value
        value = self.visit(node.value)
        node.targets = [self.visit(t) for t in node.targets]
        node.value = self.each(value, nested, source) if taken_apart and not plain_display else value
        return node

    def floats(self, node: ast.expr) -> ast.expr:
        """Numbers that a script assigns to names are data of its own: watched."""
        if isinstance(node, ast.Constant) and type(node.value) is float:
            return self.route("FLOAT", node, node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
            if type(node.operand.value) is float and isinstance(node.op, ast.USub):
                return self.route("FLOAT", node, node)
        elif isinstance(node, (ast.List, ast.Tuple)):
            node.elts = [self.floats(e) for e in node.elts]
        elif isinstance(node, ast.Dict):
            node.values = [self.floats(v) for v in node.values]
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        value = self.visit(node.value)
        target = node.target
        if isinstance(target, ast.Name):
            node.value = value
            route = ("OWN",) if self.is_local(target.id) else ("NAME", self.text(target.id, target))
            load = ast.copy_location(ast.Name(target.id, ast.Load()), target)
            store = ast.copy_location(ast.Name(target.id, ast.Store()), target)
            seen = self.route(route[0], target, load, *route[1:])
            return [ast.copy_location(ast.Assign([store], seen), target), node]
        if isinstance(target, ast.Attribute):
            owner = self.route("ATTRIBUTES", target.value, self.visit(target.value))
            name = self.text(self.mangled(target.attr), target)
            target = ast.copy_location(ast.Subscript(owner, name, ast.Store()), target)
        else:
            target = self.visit(target)
        node.target, node.value = target, value
        return node


def place_of(loop: ast.For | ast.While | ast.comprehension) -> tuple[int, int]:
    """Where a loop stands: line and column of its first word that no other loop can share."""
    node = loop if isinstance(loop, ast.While) else loop.target
    return node.lineno, node.col_offset


def _as_list(x: Any) -> list[Any]:
    return x if isinstance(x, list) else [] if x is None else [x]


def _argument_names(args: ast.arguments) -> set[str]:
    every = [*args.posonlyargs, *args.args, *args.kwonlyargs, *(a for a in (args.vararg, args.kwarg) if a)]
    return {a.arg for a in every}


def _bound_names(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """The names that are local to a function."""
    bound, elsewhere = _argument_names(function.args), set()
    queue: list[ast.AST] = list(function.body)
    while queue:
        node = queue.pop()
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            elsewhere.update(node.names)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
            continue
        elif isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            bound.update(n.target.id for n in ast.walk(node) if isinstance(n, ast.NamedExpr))
            continue
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            bound.update((a.asname or a.name).split(".")[0] for a in node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
        queue.extend(ast.iter_child_nodes(node))
    return bound - elsewhere


# From a code object to the re-made one

_remade: dict[int, tuple[CodeType, CodeType | None]] = {}
_ours: dict[int, CodeType] = {}
_statements: dict[tuple[str, int, int], tuple[Source, CodeType, CodeType]] = {}


def is_remade(code: CodeType) -> bool:
    """Has the code been compiled by us already (a function defined inside a watched one)?"""
    return id(code) in _ours


def remade_code(function: FunctionType) -> CodeType | None:
    """The re-made code of a function, or None where its source cannot be had."""
    code = function.__code__
    known = _remade.get(id(code))
    if known is None or known[0] is not code:
        known = _remade[id(code)] = (code, _make(code, function.__globals__))
    return known[1]


def forget_codes(file: str) -> None:
    """Let go of all code that was compiled from a text that nobody will ask for again."""
    for known in (_ours, _remade):
        for key in [k for k, v in known.items() if (v[0] if isinstance(v, tuple) else v).co_filename == file]:
            del known[key]
    for place in [p for p in _statements if p[0] == file]:
        del _statements[place]


def _make(code: CodeType, names: dict[str, Any]) -> CodeType | None:
    source = source_of(code.co_filename)
    if source is None:
        return None
    for statement in source.statements_at(code.co_firstlineno):
        pair = _compiled(source, statement, code, names)
        found = None if pair is None else _counterpart(code, *pair)
        if found is not None:
            return found
    return None


def _compiled(
    source: Source, statement: ast.stmt, code: CodeType, names: dict[str, Any]
) -> tuple[CodeType, CodeType] | None:
    """The top-level statement compiled as it is and re-made."""
    key = (source.file, first_line(statement), statement.col_offset)
    known = _statements.get(key)
    if known is None or known[0] is not source:
        flags = code.co_flags & 0x1FF0000  # the __future__ imports that were in force
        module = ast.Module([statement], [])
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                before = compile(module, source.file, "exec", flags, True)
                after = compile_routed(_fresh(source, statement), source.file, names, flags)
        except (SyntaxError, ValueError, RecursionError):
            return None
        known = _statements[key] = (source, before, after)
    return known[1:]


def _fresh(source: Source, statement: ast.stmt) -> ast.Module:
    """The statement's tree, parsed anew (the rewriter changes it)."""
    start, end = first_line(statement), statement.end_lineno or statement.lineno
    text = "\n" * (start - 1) + "".join(source.lines[start - 1 : end])
    for candidate in (text, source.text):
        with contextlib.suppress(SyntaxError):
            tree = ast.parse(candidate, filename=source.file)
            found = [s for s in tree.body if extent_of(s) == extent_of(statement)]
            if found:
                return ast.Module(found, [])
    raise SyntaxError(f"line {start} cannot be parsed by itself")


def numbered_loops(tree: ast.AST) -> dict[ast.AST, int]:
    """Each loop's number in its file."""
    loops = (n for n in ast.walk(tree) if isinstance(n, (ast.For, ast.While, ast.comprehension)))
    return {loop: number for number, loop in enumerate(loops)}


def compile_routed(tree: ast.Module, file: str, names: dict[str, Any], flags: int, script: str = "") -> CodeType:
    """Rewrite a tree and compile it, with the routes as constants. `script`: the real file, if a whole one is run."""
    from whygrad.watching import rounds, routing

    tree = ast.fix_missing_locations(_Rewriter(names, script, numbered_loops(tree) if script else {}).visit(tree))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        code = compile(tree, file, "exec", flags, True)
    routes = {MARK + name: getattr(rounds if hasattr(rounds, name) else routing, name) for name in ROUTES}
    return _with_routes(code, routes)


def _with_routes(code: CodeType, routes: dict[str, Any]) -> CodeType:
    constants = tuple(
        routes.get(c, c) if isinstance(c, str) else _with_routes(c, routes) if isinstance(c, CodeType) else c
        for c in code.co_consts
    )
    made = code.replace(co_consts=constants)
    _ours[id(made)] = made
    return made


def _inner(code: CodeType) -> list[CodeType]:
    return [c for c in code.co_consts if isinstance(c, CodeType)]


def _walk(code: CodeType, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], CodeType]]:
    for place, part in enumerate(_inner(code)):
        yield (*path, place), part
        yield from _walk(part, (*path, place))


def _counterpart(code: CodeType, before: CodeType, after: CodeType) -> CodeType | None:
    """The re-made code at the place where the function's own code stands in the plainly compiled statement."""
    candidates = [(path, c) for path, c in _walk(before) if c.co_name == code.co_name]
    exact = [path for path, c in candidates if c == code]
    if not exact:  # compiled by somebody else (a test runner that rewrites assert, say): same place, same names
        exact = [
            path
            for path, c in candidates
            if c.co_firstlineno == code.co_firstlineno
            and c.co_varnames[: c.co_argcount] == code.co_varnames[: code.co_argcount]
            and _extent(c) == _extent(code)
        ]
    if len(exact) > 1:
        exact = [path for path in exact if _extent(dict(candidates)[path]) == _extent(code)] or exact
    if not exact:
        return None
    found = after
    for place in exact[0]:
        inner = _inner(found)
        if place >= len(inner):
            return None
        found = inner[place]
    same = found.co_name == code.co_name and set(found.co_freevars) <= set(code.co_freevars) | {"__class__"}
    return found if same else None


def _extent(code: CodeType) -> tuple[Any, ...]:
    rows = [p for p in code.co_positions() if p[0] is not None and p[2] is not None and (p[2], p[3]) != (0, 0)]
    if not rows:
        return (code.co_firstlineno,)
    return min((p[0], p[2]) for p in rows), max((p[1] or 0, p[3] or 0) for p in rows)
