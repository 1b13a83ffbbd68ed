"""What is said about mistakes inside a product: its factors, its transposes, its sums, its scale and sign."""

from __future__ import annotations

import ast

import numpy as np

from whygrad.checking.evidence import Evidence
from whygrad.checking.phrases import (
    Words,
    derived,
    factor_in_words,
    named,
    number,
    piece_or_fix,
    quoted,
    reader,
    sentence,
    shape,
    short,
    target,
    what_is,
)
from whygrad.checking.recognising import ratio_of_change


def wrong_operand(e: Evidence) -> Words:
    first, second = e.old, e.new
    if e.mended.candidate.what == "index" and e.around and isinstance(e.around[0][0], ast.Subscript):
        first, second = e.text.of(e.around[0][0]), e.around[0][1]  # an entry says more than its index
    old, new = short(first), short(second)
    if not old or not new:
        return Words("another variable is meant here")
    was, wanted = what_is(e, first), what_is(e, second)
    message = f"{old} stands where {new} belongs"
    label = f"is {was}" if was else ""
    if wanted and wanted != was:
        label = sentence(label, f"needed is {new}, {wanted}")
    variable = e.variable(second)
    why = ""
    used = reader(e, variable) if variable is not None and variable in e.forward else ""
    if used:
        becomes = e.derived(e.value(e.new_whole))
        goal = derived(e, becomes) if becomes is not None else ""
        why = f"{new} is what {used} works with" + (f", and {goal} comes back through it" if goal else "")
    return Words(message, label, why)


def transpose(e: Evidence) -> Words:
    new = quoted(e.new)
    turned = e.new.count(".T") - e.old.count(".T")
    message = (
        "a transpose is missing" if turned > 0
        else "a transpose is too many" if turned < 0
        else "the product is turned around"
    )  # fmt: skip
    if e.statement is not None and target(e):
        message += f": {new} is meant" if len(new) < 40 else ""
    a, b = e.value(e.old_whole), e.value(e.new_whole)
    label = ""
    if a is not None and b is not None and a.shape != b.shape:
        label = f"has shape {shape(a)}; the gradient has {shape(b)}"
    elif a is None and b is not None:
        label = "the shapes do not fit"
    becomes = e.derived(b)
    if becomes is not None:
        label = sentence(label, f"{'it' if label else new} is {derived(e, becomes)}")
    return Words(message, label, _through_product(e))


def _through_product(e: Evidence) -> str:
    """Which matrix product of the forward pass the line goes back through."""
    pair = _matrix_operands(e)
    for operand in pair:
        name = operand.removesuffix(".T").strip("() ")
        variable = e.variable(name)
        if variable is not None and variable in e.forward:
            used = reader(e, variable)
            if "(line" in used:
                rule = (
                    "of a product x @ W the gradient by x is g @ W.T, and by W it is x.T @ g"
                    if variable in e.parameters or " @ " in used or "dot" in used or "matmul" in used
                    else ""
                )
                return sentence(f"{name} goes into {used}", rule)
    return ""


def _matrix_operands(e: Evidence) -> list[str]:
    try:
        tree = ast.parse((e.new_whole or e.new).strip(), mode="eval")
    except SyntaxError:
        return []
    source = (e.new_whole or e.new).strip()
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
            found.append(ast.get_source_segment(source, node) or "")
    return [f for f in found if f]


def product(e: Evidence) -> Words:
    matrix = any(sign in e.new for sign in ("@", "dot(", "matmul(", "outer("))
    outer = "outer(" in e.new
    message = (
        f"{'an outer' if outer else 'a matrix'} product is meant, not {_named_product(e.old)}" if matrix
        else "an elementwise product is meant, not a matrix product"
    )  # fmt: skip
    a, b = e.value(e.old), e.value(e.new)
    label = ""
    if a is not None and b is not None and a.shape != b.shape:
        label = f"has shape {shape(a)}; {shape(b)} is needed"
    becomes = e.derived(e.value(e.new_whole))
    if becomes is not None and not label:
        label = f"{piece_or_fix(e.new)} makes it {derived(e, becomes)}"
    why = _through_product(e) if matrix else ""
    if outer:
        why = "a weight from entry i to entry j gets the gradient g[j] · x[i]: all pairs, not their sum"
    if not matrix:
        why = "an activation works entry by entry, and so does its slope; only weights mix entries"
    return Words(message, label, why)


def _named_product(source: str) -> str:
    return "a dot product" if "dot(" in source or "@" in source else "an elementwise one"


def sum_axis(e: Evidence) -> Words:
    what = e.mended.candidate.what
    becomes = e.derived(e.value(e.new_whole))
    old, new = e.value(e.old), e.value(e.new)
    goal = derived(e, becomes) if becomes is not None else "this gradient"
    axis = _axis(e.new)
    rows = f"axis {axis}" if axis is not None else "all entries"
    if what == "added sum":
        message = f"the sum over {rows} is missing"
    elif what == "dropped sum":
        message = "this sum is one too many"
    elif old is not None and new is not None and old.size == new.size and old.shape != new.shape:
        message = "the sum loses an axis that is needed" if new.ndim > old.ndim else "the sum keeps an axis too many"
    else:
        before = _axis(e.old)
        over = f"axis {before}" if before is not None else "all entries"
        message = f"the sum goes over {over}; it belongs over {rows}"
    label = ""
    if old is not None and new is not None and old.shape != new.shape:
        label = f"has shape {shape(old)}; {goal} has {shape(new)}"
    elif becomes is not None:
        label = f"{quoted(e.new)} is {goal}"
    why = ""
    if becomes is not None and becomes.variable in e.parameters:
        used = reader(e, becomes.variable)
        name = e.parameters[becomes.variable]
        if "(line" in used and what != "dropped sum":
            why = f"in {used} the same {name} is used for every entry along {rows}, so their gradients are added"
    return Words(message, label, why)


def _axis(source: str) -> str | None:
    try:
        tree = ast.parse(source.strip(), mode="eval")
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "axis":
            return ast.unparse(node.value)
    return None


def scale(e: Evidence) -> Words:
    factor = ratio_of_change(e)
    what = e.mended.candidate.what
    subject = target(e) or "this"
    becomes = e.derived(e.value(e.new_whole))
    size = factor_in_words(e, factor) if factor is not None else ""
    message = f"{subject} is {size} times what it should be" if size else f"{subject} has a factor that does not belong"
    cause = _cause(e, what)
    if cause:
        message = f"{message}: {cause}"
    was = e.derived(e.value(e.old_whole))
    label = f"is {derived(e, was)}" if was is not None and becomes is not None else ""
    return Words(message, label, _others_agree(e))


def _cause(e: Evidence, what: str) -> str:
    """Which factor it is."""
    old, new = e.old.strip(), e.new.strip()
    if "mean(" in old and (new.startswith(f"{old} *") or "sum(" in new):
        return "the mean is taken where the sum is meant"
    if what in ("divided", "multiplied", "dropped") or new.startswith(old) or old.startswith(new):
        if new.startswith(old) or new.startswith(f"({old})"):
            rest = new.removeprefix(f"({old})").removeprefix(old).strip()
            if rest.startswith("/"):
                return f"the division by {_with_value(e, rest[1:].strip())} is missing"
            if rest.startswith("*"):
                return f"the factor {_with_value(e, rest[1:].strip())} is missing"
        if old.startswith(new):
            rest = old.removeprefix(new).strip()
            if rest.startswith("/"):
                return f"the division by {_with_value(e, rest[1:].strip())} does not belong here"
            if rest.startswith("*"):
                return f"the factor {_with_value(e, rest[1:].strip())} does not belong here"
        if new.endswith(old) and "*" in new:
            return f"the factor {new.removesuffix(old).strip().rstrip('*').strip()} is missing"
        if old.endswith(new) and "*" in old:
            return (
                f"the factor {_with_value(e, old.removesuffix(new).strip().rstrip('*').strip())} does not belong here"
            )
    if "sum(" in old and "mean(" in new:
        return "the sum is taken where the mean is meant"
    return ""


def _with_value(e: Evidence, name: str) -> str:
    value = e.value(name)
    if value is None or np.ndim(value) or name.replace(".", "").isdigit():
        return short(name) or "a number"
    return f"{name} = {float(value):.6g}"


def _others_agree(e: Evidence) -> str:
    """Which other gradients have the usual factor."""
    verdict = e.mended.before_verdict
    right = [named(e, j.update.before) for j in verdict.judged if verdict.is_right(j)]
    if not right:
        return ""
    listed = ", ".join(right[:4]) + (" …" if len(right) > 4 else "")
    one = len(right) == 1
    common = e.common
    usual = f" up to the factor {number(common)} that all share" if abs(common - 1) > 1e-6 else ""
    them = "it" if one else "them"
    are = f"the gradient of {listed} is" if one else f"the gradients of {listed} are"
    return f"{are} right{usual}; this factor is not in {them}"


def sign(e: Evidence) -> Words:
    subject = target(e) or "this"
    what = e.mended.candidate.what
    was, becomes = e.derived(e.value(e.old_whole)), e.derived(e.value(e.new_whole))
    if what == "direction":
        message = f"{subject} is moved uphill: the sign of its update is wrong"
        amount = e.derived(e.value(e.old_whole))
        label = f"is {derived(e, amount)}" if amount is not None else ""
        why = "the loss falls where the gradient is subtracted; minus the gradient is added"
        return Words(message, label, why)
    if was is not None and becomes is not None:
        return Words(
            f"{subject} has the wrong sign", f"is {derived(e, was)}; {derived(e, becomes)} is needed", _others_sign(e)
        )
    piece = short(e.new)
    label = f"with the other sign it is {derived(e, becomes)}" if becomes else f"{piece} is meant" if piece else ""
    return Words("the sign of one term is wrong", label)


def _others_sign(e: Evidence) -> str:
    verdict = e.mended.before_verdict
    rule = "a gradient is subtracted, its negative (target − output) is added"
    if (verdict.common or 0) < 0:
        return f"{rule}; here every parameter is moved uphill"
    right = [named(e, j.update.before) for j in verdict.judged if verdict.is_right(j)]
    return f"{rule}; {right[0]} is moved downhill, this one uphill" if right else f"{rule}; here it goes uphill"
