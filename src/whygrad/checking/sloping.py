"""Slopes of activations as people write them out, u·(1 − u), 1 − u², u > 0, and the edits that exchange them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from whygrad.checking.changing import Change, Maker
from whygrad.checking.statements import Text


def slope_of(node: ast.expr, text: Text) -> str | None:
    """The u of u·(1 − u), 1 − u², u > 0: what an expression is the slope of, as text."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        for one, rest in ((node.left, node.right), (node.right, node.left)):
            if isinstance(rest, ast.BinOp) and isinstance(rest.op, (ast.Sub, ast.Add)):
                if text.of(rest.right) == text.of(one) and isinstance(rest.left, ast.Constant):
                    return text.of(one)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Sub, ast.Add)) and isinstance(node.left, ast.Constant):
        right = node.right
        if isinstance(right, ast.BinOp) and isinstance(right.op, (ast.Pow, ast.Mult)):
            return text.of(right.left)
        if isinstance(right, ast.Call) and right.args:
            return text.of(right.args[0])
        if isinstance(right, (ast.Name, ast.Attribute, ast.Subscript)):
            return text.of(right)
    if isinstance(node, ast.Compare):
        return text.of(node.left)
    return None


SLOPES = ("{u} * (1 - {u})", "1 - {u} ** 2", "({u} > 0)")


def other_slopes(m: Maker, node: ast.BinOp) -> Iterator[Change]:
    """Another activation's slope of the same value, or softmax's whole Jacobian for its diagonal."""
    u = slope_of(node, m.text)
    if u is not None:
        for form in SLOPES:
            yield m.change(node, form.format(u=u), 1.2, "wrong-slope", "slope")
        for function in m.words.functions:
            f = f"{function}({u})"
            yield m.change(node, f"{f} * (1 - {f})", 1.4, "wrong-slope", "slope")
        yield m.change(node, f"1 - np.tanh({u}) ** 2", 1.4, "wrong-slope", "slope")
    if isinstance(node.op, ast.Mult):
        factors = list(_factors_of(node))
        yield from _slopes_among(m, node, factors)
        for p in factors:
            rest = [f for f in factors if f is not p]
            name = m.plain(p)
            if m.words.arrays.get(name):
                g = " * ".join(
                    m.of(f) for f in rest if m.plain(f) not in (f"1 - {name}", f"1.0 - {name}", f"1. - {name}")
                )
                if g:
                    for axis in ("1", "0", "-1"):
                        new = f"{name} * ({g} - np.sum({g} * {name}, axis={axis}, keepdims=True))"
                        yield m.change(node, new, 1.6, "softmax-jacobian", "jacobian")
                    yield m.change(node, f"{name} * ({g} - np.sum({g} * {name}))", 1.6, "softmax-jacobian", "jacobian")


def _slopes_among(m: Maker, node: ast.BinOp, factors: Sequence[ast.expr]) -> Iterator[Change]:
    """Another slope for the one that stands among the factors: g · h · (1 − h), g · (1 − h²)."""
    parent = m.parents.get(id(node))
    if parent is not None and isinstance(parent[0], ast.BinOp) and isinstance(parent[0].op, ast.Mult):
        return
    for factor in factors:
        u = slope_of(factor, m.text)
        if u is None or u not in m.words.arrays:
            continue
        rest = [f for f in factors if f is not factor]
        others = [f for f in rest if m.plain(f) != u]
        if not others:
            continue
        g = " * ".join(m.of(f) for f in others)
        for form in ("{u} * (1 - {u})", "(1 - {u} ** 2)", "({u} > 0)"):
            yield m.change(node, f"{g} * {form.format(u=u)}", 1.2, "wrong-slope", "slope")
        for slope in m.words.slopes:
            if "(" + u in slope:
                yield m.change(node, f"{g} * {slope}", 1.25, "wrong-slope", "slope")


def _factors_of(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        yield from _factors_of(node.left)
        yield from _factors_of(node.right)
    else:
        yield node
