"""What is said about mistakes with an activation's slope."""

from __future__ import annotations

import ast

import numpy as np

from whygrad.checking.evidence import Evidence
from whygrad.checking.phrases import (
    SIMPLE,
    Words,
    derived,
    is_activated,
    is_before_activation,
    kept,
    made,
    named,
    piece_or_fix,
    quoted,
    sentence,
    short,
    what_is,
)
from whygrad.checking.recognising import added, in_helper, is_difference


def missing_slope(e: Evidence) -> Words:
    was, becomes = e.derived(e.value(e.old)), e.derived(e.value(e.new))
    pair = e.between(becomes, was) or e.slope(e.value(added(e)))
    outer = named(e, pair.outer) if pair is not None else ""
    factor = short(added(e))
    message = f"{outer}'s slope is missing" if SIMPLE.fullmatch(outer) else "the activation's slope is missing"
    label = f"is {derived(e, was)}" if was is not None else ""
    if factor:
        if becomes is not None and label:
            label += f"; times {factor} it becomes {derived(e, becomes)}"
        else:
            label = sentence(label, f"{factor} is not multiplied in")
    elif becomes is not None:
        if is_difference(e, e.variable(e.old)):
            message = f"the error is sent back instead of the gradient; {message}"
        label = sentence(label, f"what has to come back is {derived(e, becomes)}, {kept(e, e.new) or short(e.new)}")
    why = ""
    if pair is not None and outer:
        why = (
            f"{made(e, pair.outer)} is an activation: what comes back through it is multiplied by its slope"
            f"{', ' + factor if factor else ''}"
        )
    return Words(message, label, why)


def slope_at_wrong_point(e: Evidence) -> Words:
    old, new = short(e.old), short(e.new)
    was, wanted = what_is(e, e.old), what_is(e, e.new)
    message = f"the slope is taken at {old}; it belongs at {new}" if old and new else "the slope is at the wrong value"
    label = f"is {was}" if was else ""
    if wanted and wanted != was:
        label = sentence(label, f"{new} is {wanted}" if not label else f"needed is {new}, {wanted}")
    before, after = e.variable(e.old), e.variable(e.new)
    why = ""
    if before is not None and after is not None and before in e.forward and after in e.forward:
        if is_activated(e, after) and not is_activated(e, before):
            why = f"this slope is written in terms of the activation's output, {made(e, after)}"
        elif is_before_activation(e, after) and is_activated(e, before):
            why = f"this slope is a function of what goes into the activation, {made(e, after)}, not of what comes out"
        else:
            becomes = e.derived(e.value(e.new_whole))
            where = derived(e, becomes) if becomes is not None else "this gradient"
            why = f"{where} goes back through {made(e, after)}, so the slope is that layer's"
    elif after is not None and after in e.forward:
        why = f"a slope is taken where the activation was taken in the forward pass: at {made(e, after)}"
    return Words(message, label, why)


def wrong_slope(e: Evidence) -> Words:
    new, old = short(e.new), short(e.old)
    function = e.statement.function.rpartition(".")[2] if e.statement is not None else ""
    slope = e.slope(e.value(e.new)) or e.slope(e.value(e.new_whole))
    outer = named(e, slope.outer) if slope is not None else ""
    if in_helper(e) and function:
        what = f" of {outer}" if outer else ""
        message = f"{function} does not return the slope{what}"
    else:
        message = f"this is not {outer}'s slope" if outer else "the slope's formula is another activation's"
    label = ""
    example = _example(e)
    if example:
        label = example.replace("is right", "is the slope")
    elif old and new:
        label = f"the slope is {new}"
    why = f"the slope that belongs here is that of {made(e, slope.outer)}" if slope is not None else ""
    if not why and in_helper(e) and function:
        why = f"{function} stands for the derivative of a function of the forward pass, and {new or 'the fix'} is that"
    return Words(message, label, why)


def _example(e: Evidence) -> str:
    """One entry at which the two values differ: "gives 0.27 where the slope is 0.46"."""
    pairs = [(e.old_whole, e.new_whole), (e.old, e.new)]
    pairs.extend((e.text.of(node), new) for node, new in e.around)
    pairs.sort(key=lambda pair: e.slope(e.value(pair[1])) is None)
    for old, new in pairs:
        a, b = e.value(old), e.value(new)
        if a is None or b is None or a.shape != b.shape or not a.size or a.dtype.kind not in "fi":
            continue
        off = np.abs(np.ravel(a) - np.ravel(b))
        place = int(np.argmax(off))
        if np.isfinite(off[place]) and off[place] > 0:
            given, right = np.ravel(a)[place], np.ravel(b)[place]
            return f"{_at_entry(e, place, np.shape(a))}gives {given:.4g} where {right:.4g} is right"
    return ""


def _at_entry(e: Evidence, place: int, size: tuple[int, ...]) -> str:
    """ "for x = 0.52 ": what a helper's argument is at an entry."""
    if e.statement is None or not in_helper(e):
        return ""
    for node in ast.walk(e.text.tree):
        if isinstance(node, ast.FunctionDef) and node.name == e.statement.function.rpartition(".")[2]:
            for argument in node.args.args:
                value = e.value(argument.arg)
                if value is not None and np.shape(value) == size:
                    return f"for {argument.arg} = {np.ravel(value)[place]:.4g} "
    return ""


def softmax_jacobian(e: Evidence) -> Words:
    becomes = e.derived(e.value(e.new_whole))
    goal = derived(e, becomes) if becomes is not None else "the gradient"
    loss = e.mended.before_verdict.loss
    crossed = loss.family == "softmax" or "log" in {e.trace.primitive(v) for v in e.forward}
    if e.mended.candidate.kind == "softmax-jacobian":
        message = "only the diagonal of softmax's Jacobian is used"
        label = f"{goal} has every output in it, not its own alone"
    elif e.mended.candidate.what == "dropped":
        message = "softmax's slope is multiplied in a second time"
        label = f"{quoted(e.new)} is already {goal}"
        if crossed:
            return Words(message, label, "cross-entropy cancels the slope of softmax: ∂L/∂z = p − y, and that is all")
    else:
        message = "the sum in softmax's Jacobian goes over the wrong axis"
        label = f"{quoted(e.new)} is meant"
    why = "each softmax output depends on every input: ∂L/∂z = p · (g − Σ g p), the sum over the classes"
    return Words(message, label, why)


def activation_on_gradient(e: Evidence) -> Words:
    node = e.node
    call = node if isinstance(node, ast.Call) else None
    arguments = [e.text.of(a) for a in call.args] if call is not None else []
    function = short(e.text.of(call.func)) if call is not None else "the activation"
    argument = next((short(a) for a in arguments if e.derived(e.value(a)) is not None), "")
    message = f"{function} itself is applied to the gradient{' ' + argument if argument else ''}; its slope is meant"
    becomes = e.derived(e.value(e.new_whole))
    piece = piece_or_fix(e.new)
    label = f"{piece} is {derived(e, becomes)}" if becomes is not None else f"{piece} is meant"
    why = "backwards a gradient is multiplied by the slope, a number fixed in the forward pass; that way is linear"
    return Words(message, label, why)
