"""The mistakes that can be planted: each is a change of one statement of a hand-written backward pass, by its syntax.

A mutation says what the program reads afterwards, the line that is wrong then, its kind, and which other lines and
kinds a reasonable judge accepts. Whether the changed program runs, and is wrong, is found out by the oracle.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

BACK_FUNCTION = re.compile(r"back|grad|update|delta|train|fit|learn|deriv|prime|step|optimi[sz]e", re.I)
SLOPE = re.compile(
    r"deriv|prime|(^|_)d(_|$)|^d(?!ot$|type$|iff$|iag$)[a-z]+$|_der|grad|slope|_p$|^d_|2deriv|jacobian", re.I
)
GRADIENT = re.compile(
    r"^(d[A-Z_0-9].*|d[a-z]{1,3}\d*|.*([gG]rad|[dD]elta|[eE]rr(or)?(_|\d|$)|nabla|diff|adjust).*|g[A-Z_].*|.*_d|.*_bar)$"
)
NO_GRADIENT = {
    "data",
    "date",
    "days",
    "dim",
    "dims",
    "dist",
    "div",
    "done",
    "down",
    "docs",
    "draw",
    "drop",
    "dt",
    "dot",
}
RATE = re.compile(r"\b(\w*lr|\w*rate|eta|alpha|\w*step\w*|v\w*|m_\w*|velocity\w*)\b")
ACTIVATION = re.compile(r"sigm|tanh|relu|logistic|softplus|activation|nonlin|squash|elu|softmax", re.I)
DECAY = re.compile(r"reg|lam|decay|l2|alpha|wd", re.I)
LOSS = re.compile(r"\*\* ?2|square|power\(|\blog\w*\(|entropy|likelihood", re.I)
PENALTY = re.compile(r"\*\* ?2|square|sum|norm|dot|power", re.I)


@dataclass(frozen=True)
class Mutation:
    """One planted mistake."""

    source: str
    line: int
    lines: tuple[int, ...]
    kind: str
    kinds: tuple[str, ...]
    what: str
    """Which rule planted it."""


class Text:
    """A program's text and syntax tree, to be edited by nodes."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines = source.split("\n")
        self.tree = ast.parse(source)
        self.parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    def of(self, node: ast.AST) -> str:
        return ast.get_source_segment(self.source, node) or ast.unparse(node)

    def factor(self, node: ast.AST) -> str:
        """Its text, in brackets where a product needs them."""
        loose = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
        return f"({self.of(node)})" if loose or isinstance(node, ast.Compare) else self.of(node)

    def put(self, node: ast.AST, text: str, *more: tuple[ast.AST, str]) -> str:
        """The program with other text for nodes that do not overlap."""
        raw = [line.encode() for line in self.lines]
        for one, new in sorted(
            [(node, text), *more], key=lambda pair: (pair[0].lineno, pair[0].col_offset), reverse=True
        ):
            first, last = one.lineno - 1, one.end_lineno - 1
            joined = raw[first][: one.col_offset] + new.encode() + raw[last][one.end_col_offset :]
            raw[first : last + 1] = [joined] + [b"\0"] * (last - first)
        return "\n".join(line.decode() for line in raw if line != b"\0")

    def without(self, node: ast.stmt) -> str:
        lines = list(self.lines)
        del lines[node.lineno - 1 : node.end_lineno]
        return "\n".join(lines)

    def function(self, node: ast.AST) -> ast.AST:
        while not isinstance(node, ast.FunctionDef | ast.Module):
            node = self.parents[node]
        return node

    def block(self, statement: ast.stmt) -> list[ast.stmt]:
        for _, value in ast.iter_fields(self.parents[statement]):
            if isinstance(value, list) and statement in value:
                return value
        return [statement]


def span(node: ast.stmt) -> tuple[int, ...]:
    return tuple(range(node.lineno, (node.end_lineno or node.lineno) + 1))


def target_of(statement: ast.stmt) -> ast.expr | None:
    if isinstance(statement, ast.Assign):
        return statement.targets[0]
    return statement.target if isinstance(statement, ast.AugAssign) else None


def name_of(node: ast.AST | None) -> str:
    while isinstance(node, ast.Subscript | ast.Starred):
        node = node.value
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def is_gradient(name: str) -> bool:
    """Is something of this name the gradient of something?"""
    return bool(GRADIENT.match(name)) and name not in NO_GRADIENT


def is_update(statement: ast.stmt) -> bool:
    """`W -= …` or `W = W - …`, W being no gradient."""
    target = target_of(statement)
    if target is None or is_gradient(name_of(target)):
        return False
    if isinstance(statement, ast.AugAssign):
        return isinstance(statement.op, ast.Add | ast.Sub) and moves(statement.value)
    value = statement.value
    return (
        moves(value)
        and isinstance(value, ast.BinOp)
        and isinstance(value.op, ast.Add | ast.Sub)
        and ast.unparse(value.left) == ast.unparse(target)
    )


def moves(value: ast.expr) -> bool:
    """Is this a step: does it have a rate or a gradient in it?"""
    names = {name_of(node) for node in ast.walk(value) if isinstance(node, ast.Name | ast.Attribute)}
    return bool(RATE.search(ast.unparse(value))) or any(map(is_gradient, names))


def backward_statements(text: Text) -> list[ast.stmt]:
    """Statements of the backward pass, told by what they are called: gradients by their names, and updates."""
    found = []
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Assign | ast.AugAssign):
            names = [name_of(one) for one in ast.walk(target_of(node)) if isinstance(one, ast.Name | ast.Attribute)]
            called = [name for name in names if name != "self"]
            whole = isinstance(target_of(node), ast.Tuple) and isinstance(node.value, ast.Call)
            constant = not any(isinstance(one, ast.Name) for one in ast.walk(node.value))
            if not whole and not constant and (any(map(is_gradient, called)) or is_update(node)):
                found.append(node)
        elif isinstance(node, ast.Return) and node.value is not None:
            function = text.function(node)
            if isinstance(function, ast.FunctionDef) and re.search(r"back|grad", function.name, re.I):
                found.append(node)
    return sorted(found, key=lambda node: node.lineno)


def computes_loss(text: Text) -> bool:
    """Does the program compute a loss that a gradient can be held against, not only an error that it prints?"""
    backward = {node for statement in backward_statements(text) for node in ast.walk(statement)}
    rest = (node for node in ast.walk(text.tree) if isinstance(node, ast.stmt) and node not in backward)
    simple = (node for node in rest if isinstance(node, ast.Assign | ast.AugAssign | ast.Return | ast.Expr))
    return any(LOSS.search(re.sub(r"1(\.0?)? ?- ?[^-+*/]+\*\* ?2", "", text.of(node))) for node in simple)


def penalised(text: Text, statements: list[ast.stmt], term: str) -> bool:
    """Is the decay of this term in a loss too? Else it is the optimiser's, and another one is not wrong."""
    names = {name for name in re.findall(r"\w+", term) if DECAY.search(name)}
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.Return | ast.Expr) and node not in statements:
            said = text.of(node)
            if PENALTY.search(said) and any(re.search(rf"\b{name}\b", said) for name in names):
                return True
    return False


def is_slope(text: Text, node: ast.expr) -> bool:
    """Does this factor look like an activation's derivative?"""
    if isinstance(node, ast.Call):
        flag = any(keyword.arg and "d" in keyword.arg[:2] for keyword in node.keywords)
        return (
            bool(SLOPE.search(name_of(node.func)))
            or flag
            or (len(node.args) == 2 and isinstance(node.args[1], ast.Constant) and node.args[1].value is True)
        )
    if isinstance(node, ast.Compare):
        return True
    one_minus = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub)
    return one_minus and isinstance(node.left, ast.Constant) and node.left.value in (1, 1.0)


def factors(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return factors(node.left) + factors(node.right)
    return [node]


def terms(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        return terms(node.left) + terms(node.right)
    return [node]


def pairs(text: Text) -> dict[str, str]:
    """Values before and after an activation, by their text, both ways."""
    found: dict[str, str] = {}
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and node.value.args:
            if ACTIVATION.search(text.of(node.value.func)) and len(node.targets) == 1:
                after, before = text.of(node.targets[0]), text.of(node.value.args[0])
                found[after], found[before] = before, after
    return found


def products(text: Text, root: ast.AST) -> Iterator[ast.BinOp]:
    """The outermost products below a node."""
    for node in ast.walk(root):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            above = text.parents[node]
            if not (isinstance(above, ast.BinOp) and isinstance(above.op, ast.Mult)):
                yield node


def mutations(source: str) -> list[Mutation]:
    """All that can be planted here, in the order of lines; some change nothing or do not run."""
    from check.rules import RULES

    text = Text(source)
    statements = backward_statements(text)
    found = [mutation for rule in RULES for mutation in rule(text, statements)]
    alone = {mutation.source: mutation for mutation in reversed(found) if mutation.source != source}
    return sorted(alone.values(), key=lambda one: (one.line, one.what, one.source))
