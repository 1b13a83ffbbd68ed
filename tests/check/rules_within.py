"""The rules that plant mistakes within one statement: slopes, operands, products, sums, factors, signs."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from check.mutations import (
    ACTIVATION,
    SLOPE,
    Mutation,
    Text,
    factors,
    is_gradient,
    is_slope,
    is_update,
    name_of,
    pairs,
    products,
    span,
    target_of,
)

Rule = Callable[[Text, list[ast.stmt]], Iterator[Mutation]]


def made(
    what: str, statement: ast.stmt, source: str, *kinds: str, lines: tuple[int, ...] = (), line: int = 0
) -> Mutation:
    first = line or statement.lineno
    accepted = tuple(sorted({first, *span(statement), *lines}))
    return Mutation(source, first, accepted, kinds[0], kinds, what)


def in_order(text: Text, statement: ast.stmt, step: int) -> ast.stmt | None:
    block = text.block(statement)
    place = block.index(statement) + step
    return block[place] if 0 <= place < len(block) else None


def drop_slope(text: Text, statements: list[ast.stmt]) -> Iterator[Mutation]:
    """`e * s(z)` reads `e`; of `e * a * (1 - a)` both factors go, or one."""
    for statement in statements:
        for product in products(text, statement.value):
            parts = factors(product)
            for slope in (one for one in parts if is_slope(text, one)):
                inner = text.of(slope.right) if isinstance(slope, ast.BinOp) else ""
                rest = [text.factor(one) for one in parts if one is not slope and text.of(one) != inner]
                if rest:
                    yield made("drop slope", statement, text.put(product, " * ".join(rest)), "missing-slope")
                partly = [text.factor(one) for one in parts if one is not slope]
                if len(partly) > len(rest) and partly:
                    new = text.put(product, " * ".join(partly))
                    yield made("drop part of slope", statement, new, "wrong-slope", "missing-slope")
                upstream = [text.factor(one) for one in parts if one is slope or text.of(one) == inner]
                if rest:
                    new = text.put(product, " * ".join(upstream))
                    yield made("drop upstream", statement, new, "upstream-lost")
        if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Mult):
            neighbours = [in_order(text, statement, -1), in_order(text, statement, 0)]
            lines = tuple(n for one in neighbours if one for n in (*span(one), one.lineno + 1))
            yield made("drop slope statement", statement, text.without(statement), "missing-slope", lines=lines)
        target = target_of(statement)
        if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Compare):
            lines = tuple(range(statement.lineno - 3, statement.lineno + 3))
            yield made("drop mask", statement, text.without(statement), "missing-slope", "no-effect", lines=lines)


def other_point(text: Text, statements: list[ast.stmt]) -> Iterator[Mutation]:
    """The slope at what is before the activation for what is after it, and back."""
    known = pairs(text)
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and is_slope(text, node) and node.args:
                argument = text.of(node.args[0])
                if argument in known:
                    new = text.put(node.args[0], known[argument])
                    yield made("other point", statement, new, "slope-at-wrong-point", "wrong-operand")
                for call in (one for one in ast.walk(text.tree) if isinstance(one, ast.Call)):
                    if ACTIVATION.search(name_of(call.func)) and not is_slope(text, call) and len(call.args) == 1:
                        new = text.put(node.args[0], f"{text.of(call.func)}({argument})")
                        yield made("activated again", statement, new, "slope-at-wrong-point")
                        break
            if isinstance(node, ast.BinOp) and is_slope(text, node) and text.of(node.right) in known:
                new = text.put(node.right, known[text.of(node.right)])
                yield made("other point", statement, new, "slope-at-wrong-point", "wrong-slope", "wrong-operand")


def other_slope(text: Text, statements: list[ast.stmt]) -> Iterator[Mutation]:
    """Another activation's slope, or a wrong formula; in the backward pass or in the function of the derivative."""
    functions = [node for node in ast.walk(text.tree) if isinstance(node, ast.FunctionDef)]
    slopes = [node.name for node in functions if SLOPE.search(node.name) and len(node.args.args) <= 2]
    roots: list[tuple[ast.stmt, tuple[int, ...]]] = [(statement, ()) for statement in statements]
    for function in functions:
        if function.name in slopes or ACTIVATION.search(function.name) or "deriv" in ast.unparse(function.args):
            called = tuple(
                node.lineno
                for node in ast.walk(text.tree)
                if isinstance(node, ast.Call) and name_of(node.func) == function.name
            )
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and node.value is not None:
                    guarded = isinstance(text.parents[node], ast.If) or function.name in slopes
                    if guarded:
                        roots.append((node, (*called, function.lineno)))
    for statement, lines in roots:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and name_of(node.func) in slopes:
                for other in slopes:
                    if other != name_of(node.func):
                        new = text.put(node.func, re.sub(r"\w+$", other, text.of(node.func)))
                        yield made("other slope", statement, new, "wrong-slope", "wrong-operand", lines=lines)
            if isinstance(node, ast.BinOp) and is_slope(text, node):
                right = text.of(node.right)
                base = text.of(node.right.left) if isinstance(node.right, ast.BinOp) else right
                for formula in (f"{base} * (1 - {base})", f"1 - {base}", f"1 + {right}", f"1 - {base} ** 2"):
                    new = text.put(node, formula)
                    yield made("other formula", statement, new, "wrong-slope", "slope-at-wrong-point", lines=lines)
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Gt | ast.GtE | ast.Lt | ast.LtE):
                sign = "<" if isinstance(node.ops[0], ast.Gt | ast.GtE) else ">"
                new = text.put(node, f"{text.of(node.left)} {sign} {text.of(node.comparators[0])}")
                yield made("comparison turned", statement, new, "wrong-slope", "no-effect", lines=lines)


def other_operand(text: Text, statements: list[ast.stmt]) -> Iterator[Mutation]:
    """Another variable of the same backward pass stands for one."""
    for statement in statements:
        function = text.function(statement)
        near = [one for one in statements if text.function(one) is function]
        used = sorted({text.of(node) for one in near for node in operands(one.value)})
        for node in operands(statement.value):
            mine = text.of(node)
            for other in used:
                if other == mine or similar(mine) != similar(other):
                    continue
                kinds = ["wrong-operand"]
                if is_update(statement):
                    kinds = ["wrong-update", "wrong-operand"]
                elif inside_slope(text, node, statement):
                    kinds = ["slope-at-wrong-point", "wrong-operand", "wrong-slope"]
                elif is_gradient(name_of(node)):
                    kinds += ["missing-slope", "upstream-lost", "slope-at-wrong-point"]
                if mine.partition("[")[0] == other.partition("[")[0]:
                    kinds += ["time-steps"]
                yield made("other operand", statement, text.put(node, other), *kinds)


def operands(root: ast.AST) -> Iterator[ast.expr]:
    """Variables that are read: names, attributes and items, each once, no functions and no indices."""
    if isinstance(root, ast.Name | ast.Attribute | ast.Subscript) and name_of(root) not in ("np", "math", "T", "shape"):
        if not isinstance(root, ast.Attribute) or name_of(root.value) not in ("np", "math"):
            yield root
            return
    if isinstance(root, ast.Call):
        if isinstance(root.func, ast.Attribute) and name_of(root.func.value) != "np":
            yield from operands(root.func.value)
        for argument in root.args:
            yield from operands(argument)
        return
    if isinstance(root, ast.Attribute) and root.attr == "T":
        yield from operands(root.value)
        return
    for child in ast.iter_child_nodes(root):
        if isinstance(child, ast.expr):
            yield from operands(child)


def similar(mine: str) -> str:
    """Values of one make are mixed up: `W1` with `W2` and `dW1`, `self.a1` with `self.a2`."""
    return re.sub(r"\[.*|\d|_", "", re.sub(r"^(self\.)?(d|delta|grad|error)?_?", r"\1", mine)).lower()[:6]


def inside_slope(text: Text, node: ast.AST, statement: ast.stmt) -> bool:
    """Is this part of a slope, or the `a` of `a * (1 - a)`?"""
    mine = text.of(node)
    for product in products(text, statement):
        parts = factors(product)
        if node in parts and any(is_slope(text, one) and mine in text.of(one) for one in parts):
            return True
    while node is not statement:
        if isinstance(node, ast.expr) and is_slope(text, node):
            return True
        node = text.parents[node]
    return False


def transposes(text: Text, statements: list[ast.stmt]) -> Iterator[Mutation]:
    """`.T` is dropped, or one is put in."""
    for statement in statements:
        for node in ast.walk(statement.value):
            if isinstance(node, ast.Attribute) and node.attr == "T":
                yield made("drop .T", statement, text.put(node, text.of(node.value)), "transpose", "shape-error")
        for operand in operands(statement.value):
            above = text.parents[operand]
            if not (isinstance(above, ast.Attribute) and above.attr == "T"):
                if isinstance(above, ast.Call) or (isinstance(above, ast.BinOp) and isinstance(above.op, ast.MatMult)):
                    new = text.put(operand, text.of(operand) + ".T")
                    yield made("add .T", statement, new, "transpose", "shape-error")


def other_product(text: Text, statements: list[ast.stmt]) -> Iterator[Mutation]:
    """Elementwise for matrix product, and back."""
    for statement in statements:
        for node in ast.walk(statement.value):
            pair: tuple[ast.expr, ast.expr] | None = None
            star = " * "
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
                pair = (node.left, node.right)
            elif isinstance(node, ast.Call) and name_of(node.func) in ("dot", "matmul"):
                if len(node.args) == 2:
                    pair = (node.args[0], node.args[1])
                elif isinstance(node.func, ast.Attribute) and len(node.args) == 1:
                    pair = (node.func.value, node.args[0])
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and not is_update(statement):
                if not any(isinstance(one, ast.Constant) for one in (node.left, node.right)):
                    pair, star = (node.left, node.right), " @ "
            if pair:
                new = text.put(node, f"({text.factor(pair[0])}{star}{text.factor(pair[1])})")
                yield made("other product", statement, new, "product", "shape-error")
            if isinstance(node, ast.Call) and name_of(node.func) == "outer" and len(node.args) == 2:
                new = text.put(node, f"np.outer({text.of(node.args[1])}, {text.of(node.args[0])})")
                yield made("outer turned", statement, new, "transpose", "product", "wrong-operand", "shape-error")


def sums(text: Text, statements: list[ast.stmt]) -> Iterator[Mutation]:
    """Another axis, no axis, no sum, the mean for the sum."""
    for statement in statements:
        for node in ast.walk(statement.value):
            if not (isinstance(node, ast.Call) and name_of(node.func) in ("sum", "mean")):
                continue
            method = isinstance(node.func, ast.Attribute) and name_of(node.func.value) != "np"
            inner = text.of(node.func.value) if method else text.of(node.args[0]) if node.args else ""
            yield made("drop sum", statement, text.put(node, f"({inner})"), "sum-axis", "shape-error")
            other = "mean" if name_of(node.func) == "sum" else "sum"
            new = text.put(node.func, re.sub(r"\w+$", other, text.of(node.func)))
            yield made("mean for sum", statement, new, "scale", "sum-axis")
            axes = [keyword.value for keyword in node.keywords if keyword.arg == "axis"]
            axes += node.args[0 if method else 1 :][:1]
            for axis in axes:
                if isinstance(axis, ast.Constant) and axis.value in (0, 1):
                    new = text.put(axis, str(1 - axis.value))
                    yield made("other axis", statement, new, "sum-axis", "shape-error")
            whole = f"{text.of(node.func)}({'' if method else inner})"
            if axes:
                yield made("drop axis", statement, text.put(node, whole), "sum-axis")


def scales(text: Text, statements: list[ast.stmt]) -> Iterator[Mutation]:
    """A constant is dropped or put in."""
    sizes = [
        text.of(node)
        for node in ast.walk(text.tree)
        if isinstance(node, ast.Name | ast.Subscript | ast.Attribute)
        and re.fullmatch(r"m|n|N|batch_size|num_examples|n_samples|num_train|\w+\.shape\[[01]\]", text.of(node))
    ]
    for statement in statements:
        for node in ast.walk(statement.value):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not is_update(statement):
                yield made("drop division", statement, text.put(node, text.of(node.left)), "scale")
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and not is_update(statement):
                for one, other in ((node.left, node.right), (node.right, node.left)):
                    if isinstance(one, ast.Constant) or (isinstance(one, ast.BinOp) and isinstance(one.op, ast.Div)):
                        yield made("drop constant", statement, text.put(node, text.of(other)), "scale")
        target = target_of(statement)
        if target is not None and is_gradient(name_of(target)) and isinstance(statement, ast.Assign):
            if not isinstance(statement.value, ast.Tuple):
                value = text.of(statement.value)
                value = f"({value})" if isinstance(statement.value, ast.BinOp) else value
                for size in sizes[:1]:
                    yield made("another division", statement, text.put(statement.value, f"{value} / {size}"), "scale")
                yield made("doubled", statement, text.put(statement.value, f"2 * {value}"), "scale")


def signs(text: Text, statements: list[ast.stmt]) -> Iterator[Mutation]:
    """Turned differences, a minus too many, the wrong way of an update."""
    updates = tuple(n for one in statements if is_update(one) for n in span(one))
    for statement in statements:
        for node in ast.walk(statement.value):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and not is_slope(text, node):
                if not is_update(statement):
                    new = text.put(node, f"{text.of(node.right)} - {text.of(node.left)}")
                    yield made("difference turned", statement, new, "sign", lines=updates)
            if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
                if not isinstance(node.operand, ast.Constant):
                    yield made("drop minus", statement, text.put(node, text.of(node.operand)), "sign")
        if is_update(statement) and isinstance(statement, ast.AugAssign):
            operator = "+=" if isinstance(statement.op, ast.Sub) else "-="
            new = text.put(statement, f"{text.of(statement.target)} {operator} {text.of(statement.value)}")
            yield made("update turned", statement, new, "sign", "wrong-update")
        elif isinstance(statement, ast.Assign) and not isinstance(statement.value, ast.Tuple | ast.UnaryOp):
            if is_gradient(name_of(target_of(statement))):
                value = text.of(statement.value)
                value = f"({value})" if isinstance(statement.value, ast.BinOp) else value
                yield made("add minus", statement, text.put(statement.value, f"-{value}"), "sign", lines=updates)
