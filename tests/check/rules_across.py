"""The rules that plant mistakes between statements: order, lost paths, time, effects, the forward pass, updates."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from check.mutations import (
    ACTIVATION,
    DECAY,
    SLOPE,
    Mutation,
    Text,
    factors,
    is_slope,
    is_update,
    name_of,
    penalised,
    products,
    span,
    target_of,
    terms,
)
from check.rules_within import made, operands

RANGE = ("time-steps", "wrong-update", "upstream-lost")


def early_updates(text: Text, statements: list[ast.stmt]) -> Iterator[Mutation]:
    """An update moves before the last use of its weights."""
    for update in (one for one in statements if is_update(one)):
        target = text.of(target_of(update))
        block = text.block(update)
        place = block.index(update)
        uses = [one for one in block[:place] if one in statements and reads(text, one, target)]
        for use in uses[-1:]:
            move = text.lines[update.lineno - 1 : update.end_lineno]
            lines = list(text.lines)
            del lines[update.lineno - 1 : update.end_lineno]
            lines[use.lineno - 1 : use.lineno - 1] = move
            at = use.lineno + len(move)
            yield made("update moved", update, "\n".join(lines), "updated-weights", lines=(use.lineno, at), line=at)


def reads(text: Text, statement: ast.stmt, target: str) -> bool:
    return not is_update(statement) and any(
        isinstance(node, ast.expr) and text.of(node) == target for node in ast.walk(statement.value)
    )


def lost(text: Text, statements: list[ast.stmt]) -> Iterator[Mutation]:
    """`=` for `+=`; one of several paths is dropped."""
    for statement in statements:
        if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add) and not is_update(statement):
            new = text.put(statement, f"{text.of(statement.target)} = {text.of(statement.value)}")
            yield made("= for +=", statement, new, "upstream-lost", "time-steps")
        for node in ast.walk(statement.value) if not is_update(statement) else ():
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub) and not is_slope(text, node):
                above = text.parents[node]
                if isinstance(above, ast.Subscript) or isinstance(node.right, ast.Constant):
                    continue
                simple = ast.Name | ast.Attribute | ast.Subscript
                if isinstance(node.left, simple) and isinstance(node.right, simple) and isinstance(node.op, ast.Sub):
                    continue  # prediction − target
                function = text.function(node)
                norm = isinstance(function, ast.FunctionDef) and re.search(r"norm|bn", function.name)
                for kept, gone in ((node.left, node.right), (node.right, node.left)):
                    kinds = ("upstream-lost", "time-steps", "normalisation")
                    if DECAY.search(text.of(gone)):
                        if not penalised(text, statements, text.of(gone)):
                            continue
                        kinds = ("regularisation",)
                    elif norm:
                        kinds = ("normalisation", "upstream-lost")
                    yield made("drop term", statement, text.put(node, text.of(kept)), *kinds)
        decays = isinstance(statement, ast.AugAssign) and DECAY.search(text.of(statement.value))
        if decays and not is_update(statement) and penalised(text, statements, text.of(statement.value)):
            lines = tuple(range(statement.lineno - 4, statement.lineno + 4))
            yield made("drop regulariser", statement, text.without(statement), "regularisation", lines=lines)
        if isinstance(statement, ast.Assign | ast.AugAssign) and len(terms(statement.value)) > 1:
            for term in terms(statement.value):
                if not DECAY.search(text.of(term)) or not penalised(text, statements, text.of(term)):
                    continue
                if len(factors(term)) > 1 and not is_update(statement):
                    yield made(
                        "regulariser doubled",
                        statement,
                        text.put(term, f"2 * {text.of(term)}"),
                        "regularisation",
                        "scale",
                    )


def steps_of_time(text: Text, statements: list[ast.stmt]) -> Iterator[Mutation]:
    """An index off by one; bounds of a loop."""
    for statement in statements:
        for node in ast.walk(statement.value):
            if not isinstance(node, ast.Subscript):
                continue
            index, kinds = node.slice, ("time-steps", "wrong-operand", "slope-at-wrong-point")
            if isinstance(index, ast.Name) and len(index.id) == 1:
                yield made("index before", statement, text.put(index, f"{index.id} - 1"), *kinds)
            elif isinstance(index, ast.BinOp) and isinstance(index.right, ast.Constant):
                yield made("index off", statement, text.put(index, text.of(index.left)), *kinds)
        loop = text.parents[statement]
        if isinstance(loop, ast.For):
            for call in ast.walk(loop.iter):
                if isinstance(call, ast.Call) and name_of(call.func) == "range":
                    last = call.args[-1] if len(call.args) < 2 else call.args[1]
                    lines = (*span(statement), loop.lineno)
                    for new in {f"{text.of(last)} - 1", f"{text.of(last)} + 1"}:
                        changed = text.put(last, new)
                        yield made(
                            "range off", statement, changed, "time-steps", "wrong-update", lines=lines, line=loop.lineno
                        )


def without_effect(text: Text, statements: list[ast.stmt]) -> Iterator[Mutation]:
    """A value is computed and not kept."""
    for statement in statements:
        if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Mult | ast.Sub | ast.Add | ast.Div):
            sign = {ast.Mult: "*", ast.Sub: "-", ast.Add: "+", ast.Div: "/"}[type(statement.op)]
            new = text.put(statement, f"{text.of(statement.target)} {sign} {text.of(statement.value)}")
            yield made("no effect", statement, new, "no-effect", *(("wrong-update",) if is_update(statement) else ()))
        elif isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call | ast.BinOp):
            kinds = ("no-effect", *(("wrong-update",) if is_update(statement) else ()))
            yield made("not kept", statement, text.put(statement, text.of(statement.value)), *kinds)


def aliases(text: Text, statements: list[ast.stmt]) -> Iterator[Mutation]:
    """A copy is dropped; a product is made in place of a value that is still needed."""
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Call) and name_of(node.func) == "copy" and isinstance(node.func, ast.Attribute):
            holder: ast.AST = node
            while not isinstance(holder, ast.stmt):
                holder = text.parents[holder]
            inner = text.of(node.args[0]) if node.args else text.of(node.func.value)
            lines = tuple(range(holder.lineno, holder.lineno + 6))
            yield made("drop copy", holder, text.put(node, inner), "cache-changed", "no-effect", lines=lines)


def activated(text: Text, statements: list[ast.stmt]) -> Iterator[Mutation]:
    """The activation itself is applied to the gradient."""
    functions = [node.name for node in ast.walk(text.tree) if isinstance(node, ast.FunctionDef)]
    plain = [name for name in functions if ACTIVATION.search(name) and not SLOPE.search(name)]
    for statement in statements:
        for product in products(text, statement.value):
            parts = factors(product)
            for slope in (one for one in parts if isinstance(one, ast.Call) and is_slope(text, one)):
                rest = " * ".join(text.factor(one) for one in parts if one is not slope)
                prefix = re.sub(r"\w+$", "", text.of(slope.func))
                for name in plain[:2]:
                    new = text.put(product, f"{prefix}{name}({rest})")
                    yield made("activation on gradient", statement, new, "activation-on-gradient", "missing-slope")


def forward(text: Text, statements: list[ast.stmt]) -> Iterator[Mutation]:
    """Another activation in the forward pass."""
    slopes = tuple(
        n
        for one in statements
        for node in ast.walk(one)
        if isinstance(node, ast.expr)
        if is_slope(text, node)
        for n in span(one)
    )
    slopes += tuple(n for one in statements[:2] for n in span(one))
    called_slopes = {
        name_of(node.func)
        for one in statements
        for node in ast.walk(one)
        if isinstance(node, ast.Call) and is_slope(text, node)
    }
    slopes += tuple(
        node.lineno
        for function in ast.walk(text.tree)
        if isinstance(function, ast.FunctionDef) and function.name in called_slopes
        for node in ast.walk(function)
        if isinstance(node, ast.Return)
    )
    functions = [node.name for node in ast.walk(text.tree) if isinstance(node, ast.FunctionDef)]
    plain = [name for name in functions if ACTIVATION.search(name) and not SLOPE.search(name)]
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and node not in statements:
            called = text.of(node.value.func)
            if (
                not ACTIVATION.search(called)
                or SLOPE.search(called)
                or "softmax" in called
                or len(node.value.args) != 1
            ):
                continue
            prefix = re.sub(r"\w+$", "", called)
            others = {"np.tanh"} | {prefix + name for name in plain if "softmax" not in name}
            for other in sorted(others - {called}):
                new = text.put(node.value.func, other)
                yield made(
                    "other activation", node, new, "forward-mismatch", "wrong-slope", "missing-slope", lines=slopes
                )


def doubled_softmax(text: Text, statements: list[ast.stmt]) -> Iterator[Mutation]:
    """The slope of a sigmoid after p − y, where softmax's Jacobian is in it."""
    kinds = ("softmax-jacobian", "wrong-slope", "forward-mismatch")
    if not re.search(r"softmax|exp\w*\.sum|sum\((np\.)?exp|/ ?np\.sum", text.source):
        kinds = ("wrong-slope", "forward-mismatch", "slope-at-wrong-point")
    for statement in statements:
        value = statement.value
        if isinstance(statement, ast.Assign) and isinstance(value, ast.BinOp) and isinstance(value.op, ast.Sub):
            left = text.of(value.left)
            if (
                re.search(r"p|out|hat|A|a\d|soft", left)
                and not is_update(statement)
                and isinstance(value.left, ast.Name | ast.Attribute)
            ):
                new = text.put(value, f"({text.of(value)}) * {left} * (1 - {left})")
                yield made("softmax doubled", statement, new, *kinds)


def updates_lost(text: Text, statements: list[ast.stmt]) -> Iterator[Mutation]:
    """A parameter is never updated."""
    updates = [one for one in statements if is_update(one)]
    for update in updates:
        if len(text.block(update)) < 2:
            continue
        gradients = {name_of(node) for node in operands(update.value)}
        others = [one for one in statements if one is not update]
        computed = {name_of(target_of(one)) for one in others}
        used = {name_of(node) for one in others for node in operands(one.value)}
        if not (gradients & computed) - used:
            continue  # nothing would tell that it was meant to be learned
        lines = [n for one in updates for n in span(one)]
        lines += [n for one in statements if name_of(target_of(one)) in gradients for n in span(one)]
        lines = [n - (n > update.lineno) for n in lines]
        yield made("drop update", update, text.without(update), "wrong-update", lines=tuple(lines))
