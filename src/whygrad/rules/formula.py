"""The small language of the rules: Python's expression syntax over NumPy's names.

The whole language:

* a name is a variable: the operands and the output of the row's signature, and `g`, the upstream gradient
  (∂L/∂output, with the output's shape);
* `+ - * / ** @` and unary minus are the primitives of these operators; `1` and `0.5` are literals;
  comparisons `x > y` give masks;
* a call `f(x, …)` is the primitive f: first its operands, then its parameters in the order of its row;
* `x.T` swaps the last two axes of x (a matrix's transpose); `*index` stands for any number of operands;
* static values (known before any number is): the row's parameters (`axis`, `keepdims`), of any number of operands
  all `parts` and where (`at`) the one stands that it is about, `shape(x)`, `shapes(parts)`, `ndim(x)`,
  `dtype(x)`, `type_name(x)` (its dtype's name), `largest(x)` (the largest number of that type), `count(x, axis)` (how
  many elements of x lie along the axes; `count(x, axis, k)`: k fewer), `literal(n)` (n is a number in the code),
  `nonzero(n)` (one that is not 0),
  `distinct(index)` (no entry is met twice), `inverse(axes)`, where parts lie (rules/layouts.py), which axes and
  subscripts they have
  (rules/subscripts.py), tuples, True, False, None, and whatever Python makes of them; `a if test else b` with a
  static test;
* in patterns (identities, idioms) also: `(e := exp(u))` names what it matches, a name met twice must be the same
  variable, `c1`, `c2` match literals only, a parameter that is a name is bound; a name in capitals (SIGMOID) stands
  for any of its spellings.

A formula is parsed once, when it is first needed. `emit` writes it into a Program under construction: the rule is the
code that is printed.
"""

from __future__ import annotations

import ast
import functools
import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from whygrad.program.building import Builder
from whygrad.program.data import Count
from whygrad.program.matching import Apply, Bind, Choose, Constantly, Either, Expression, Literal, Ref, Spill, Static
from whygrad.program.primitive import Primitive
from whygrad.rules.layouts import LAYOUTS
from whygrad.rules.subscripts import SUBSCRIPTS

OPERATORS: dict[type, str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.Pow: "power",
    ast.MatMult: "matmul",
    ast.USub: "negative",
    ast.Gt: "greater",
    ast.GtE: "greater_equal",
    ast.Lt: "less",
    ast.LtE: "less_equal",
    ast.Eq: "equal",
    ast.NotEq: "not_equal",
}

STATIC_FUNCTIONS = (
    "shape",
    "shapes",
    "ndim",
    "dtype",
    "type_name",
    "largest",
    "count",
    "nonzero",
    "literal",
    "inverse",
    "distinct",
    *LAYOUTS,
    *SUBSCRIPTS,
)

BUILTINS = {"len": len, "tuple": tuple, "range": range, "abs": abs}
"""What static values may be made with besides."""

SPELLINGS: dict[str, tuple[str, ...]] = {}
"""What a name in capitals stands for in a pattern: any of these."""

Lookup = Callable[[str], tuple[Primitive, int]]
"""Gives a primitive and the number of its operands (-1: any number) for its name."""


class FormulaError(ValueError):
    """A rule that is not in the language."""


def parse(text: str, variables: set[str], lookup: Lookup, pattern: bool = False) -> Expression:
    """The expression that the text means. `variables`: the names that stand for arrays (in a pattern: all names
    in operand position)."""
    tree = ast.parse(text, mode="eval").body
    return _parse(tree, variables, lookup, pattern)


class Formulas(Mapping[str, Expression]):
    """Formulas by name, each parsed when it is first asked for: a gradient needs a few rows of a long table."""

    def __init__(self, texts: Mapping[str, str], variables: set[str], lookup: Lookup) -> None:
        self.texts, self.variables, self.lookup = texts, variables, lookup
        self._parsed: dict[str, Expression] = {}

    def __getitem__(self, name: str) -> Expression:
        known = self._parsed.get(name)
        if known is None:
            known = self._parsed[name] = parse(self.texts[name], self.variables, self.lookup)
        return known

    def __contains__(self, name: object) -> bool:
        return name in self.texts

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.texts)


def _parse(node: ast.expr, variables: set[str], lookup: Lookup, pattern: bool) -> Expression:
    def inner(part: ast.expr) -> Expression:
        return _parse(part, variables, lookup, pattern)

    match node:
        case ast.Name(id=name) if pattern and name in SPELLINGS:
            return _either(name, lookup)
        case ast.Name(id=name) if pattern or name in variables:
            return Ref(name)
        case ast.Constant(value=value) if isinstance(value, (int, float)) and not isinstance(value, bool):
            return Literal(value)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=value)) if isinstance(value, (int, float)):
            return Literal(-value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Apply("negative", (inner(operand),))
        case ast.BinOp(op=op, left=left, right=right) if _dynamic(node, variables, pattern):
            return Apply(OPERATORS[type(op)], (inner(left), inner(right)))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return Apply(OPERATORS[type(op)], (inner(left), inner(right)))
        case ast.Attribute(value=value, attr="T"):
            return Apply("swap", (inner(value),))
        case ast.NamedExpr(target=ast.Name(id=name), value=value):
            return Bind(name, inner(value))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return Choose(_static(test), inner(body), inner(orelse))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name not in STATIC_FUNCTIONS:
            primitive, arity = lookup(name)
            if arity < 0:
                arity = len(args) - len(primitive.params)
            given = [Spill(a.value.id) if isinstance(a, ast.Starred) else inner(a) for a in args[:arity]]  # type: ignore[attr-defined]
            params = tuple((_static(a), a.id if isinstance(a, ast.Name) else ast.unparse(a)) for a in args[arity:])
            if not pattern and len(params) != len(primitive.params):
                raise FormulaError(f"{ast.unparse(node)}: {name} takes the parameters {primitive.params}")
            return Apply(name, tuple(given), params)
    if not _dynamic(node, variables, pattern):
        return Constantly(_static(node), ast.unparse(node))
    raise FormulaError(f"not in the language of rules: {ast.unparse(node)}")


@functools.cache
def _either(name: str, lookup: Lookup) -> Either:
    return Either(name, tuple(parse(text, set(), lookup, pattern=True) for text in SPELLINGS[name]))


def _dynamic(node: ast.AST, variables: set[str], pattern: bool) -> bool:
    """Does the expression depend on the values of arrays?"""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in BUILTINS:
        return node.func.id not in STATIC_FUNCTIONS
    if isinstance(node, ast.Name):
        return pattern or node.id in variables
    return any(_dynamic(child, variables, pattern) for child in ast.iter_child_nodes(node))


def _static(node: ast.expr) -> Static:
    if isinstance(node, ast.Name):  # most are; compiling them would be half the time of importing the rules
        return operator.itemgetter(node.id)
    if isinstance(node, ast.Constant):
        constant = node.value
        return lambda names: constant
    code = compile(ast.fix_missing_locations(ast.Expression(node)), "<rule>", "eval")

    def value(names: Mapping[str, Any]) -> Any:
        return eval(code, {"__builtins__": BUILTINS}, names)

    return value


def emit(expression: Expression, names: Mapping[str, Any], builder: Builder, lookup: Lookup) -> int:
    """Write the expression into the Program under construction; the index of its value.

    `names` maps variables to indices, spilled names to tuples of indices, parameters to their static values.
    """
    return _write(expression, names, {**_static_functions(names, builder), **names}, builder, lookup)


def _write(
    part: Expression, names: Mapping[str, Any], statics: dict[str, Any], builder: Builder, lookup: Lookup
) -> int:
    match part:
        case Ref(name):
            index: int = names[name]
            return index
        case Literal(value):
            return builder.literal(value)
        case Constantly(static, _):
            return builder.literal(static(statics))
        case Choose(test, then, otherwise):
            return _write(then if test(statics) else otherwise, names, statics, builder, lookup)
        case Apply("swap", (operand,), ()):
            index = _write(operand, names, statics, builder, lookup)
            n = len(builder.shape(index))
            axes = (*range(n - 2), n - 1, n - 2)
            return builder.apply(lookup("transpose")[0], [index], (axes,))
        case Apply(name, operands, params):
            inputs: list[int] = []
            for operand in operands:
                if isinstance(operand, Spill):
                    inputs.extend(names[operand.name])
                else:
                    inputs.append(_write(operand, names, statics, builder, lookup))
            return builder.apply(lookup(name)[0], inputs, tuple(static(statics) for static, _ in params))
    raise FormulaError(f"cannot be written: {part}")


def _static_functions(names: Mapping[str, Any], builder: Builder) -> dict[str, Any]:
    def shape(index: int) -> tuple[int, ...]:
        return builder.shape(index)

    def distinct(index: tuple[int, ...]) -> bool:
        """Does the index meet no entry twice, whatever its values are? (Slices and masks do not.)"""
        return all(builder.dtype(i).kind == "b" for i in index)

    return {
        **LAYOUTS,
        **SUBSCRIPTS,
        "shape": shape,
        "shapes": lambda parts: tuple(map(shape, parts)),
        "ndim": lambda index: len(builder.shape(index)),
        "dtype": lambda index: builder.dtype(index),
        "type_name": lambda index: str(builder.dtype(index)),
        "largest": lambda index: float(np.finfo(builder.dtype(index)).max) if builder.dtype(index).kind == "f" else 0,
        # a mean of nothing divides nothing, by 1
        "count": lambda index, axis, fewer=0: Count.along(index, builder.shape(index), axis, fewer) or 1 - bool(fewer),
        "literal": lambda index: index in builder.literals,
        "nonzero": lambda index: bool(builder.literals.get(index)),
        "inverse": lambda axes: tuple(sorted(range(len(axes)), key=axes.__getitem__)),
        "distinct": distinct,
    }
