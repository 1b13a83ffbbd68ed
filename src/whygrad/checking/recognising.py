"""The kind of a mistake: told from the edit that mends it and from what the old and the new values are.

An edit can be read in two ways: `k2_error` changed to `k2_delta` exchanges a name, but what was missing is a slope. So
the values decide where they say something (see `evidence`), and the edit where they do not.
"""

from __future__ import annotations

import ast
import re

from whygrad.checking.evidence import Derived, Evidence, ratio
from whygrad.checking.sloping import slope_of
from whygrad.checking.statements import Text

STRUCTURAL = {
    "moved": "updated-weights",
    "repeated": "upstream-lost",
    "accumulate": "upstream-lost",
    "overwrite": "upstream-lost",
    "kept": "no-effect",
    "copied": "cache-changed",
    "bound": "time-steps",
    "order": "time-steps",
}
"""Edits of whole statements say themselves what was wrong."""


def kind_of(e: Evidence) -> str:
    """The kind of the mistake."""
    candidate = e.mended.candidate
    if candidate.kind in ("no-effect", "cache-changed", "shape-error", "forward-mismatch"):
        return candidate.kind
    if candidate.what == "moved":
        return _of_moved(e)
    if candidate.what in ("accumulate", "overwrite") and e.statement is not None and is_update(e):
        return "wrong-update"
    if candidate.what == "left out":
        return _of_left_out(e)
    if candidate.what in STRUCTURAL:
        return STRUCTURAL[candidate.what]
    return (
        _of_term(e)
        or _of_old_versions(e)
        or _of_softmax(e)
        or _of_flag(e)
        or _of_slopes(e)
        or _of_derivatives(e)
        or _of_time(e)
        or _of_constant(e)
        or _of_edit(e)
    )


def is_update(e: Evidence) -> bool:
    """Does the line change a parameter?"""
    trace = e.trace
    lines = {span.line for u in e.mended.trial.updates if (span := e.own(trace.span(u.after))) is not None}
    return e.mended.candidate.line in lines


def _of_moved(e: Evidence) -> str:
    """A line that came too early: an update, or a change of something that is still read."""
    statement = e.statement
    if is_update(e) or statement is None or not isinstance(statement.node, ast.AugAssign):
        return "updated-weights"
    return "scale" if isinstance(statement.node.op, (ast.Mult, ast.Div)) else "cache-changed"


def _of_left_out(e: Evidence) -> str:
    """A line that is one too many: a penalty's term, a factor, something that is added twice."""
    if e.slot is not None:
        read = {e.variable(name) for name in _names(e.text, e.slot.node)}
        if read & set(e.parameters):
            return "regularisation"
    node = e.statement.node if e.statement is not None else None
    added_ = isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Add, ast.Sub))
    return "upstream-lost" if added_ else e.mended.candidate.kind


def _of_term(e: Evidence) -> str | None:
    """What differs is a multiple of a parameter: a term of the regularisation."""
    old, new = e.value(e.old_whole), e.value(e.new_whole)
    if old is None or new is None or old.shape != new.shape or old.size < 2:
        return None
    difference = new - old
    found = e.times_parameter(difference)
    if found is None or (ratio(new, old) is not None and e.times_parameter(old) is None):
        return None
    return "regularisation"


def _of_old_versions(e: Evidence) -> str | None:
    """A parameter after its update, where the one before is meant."""
    if e.updated(e.variable(e.old)) is not None and e.updated(e.variable(e.new)) is None:
        return "updated-weights"
    return None


def _of_softmax(e: Evidence) -> str | None:
    """A sum in softmax's Jacobian, or a slope that its cross-entropy has cancelled."""
    candidate = e.mended.candidate
    new = e.derived(e.value(e.new_whole))
    old = e.derived(e.value(e.old_whole))
    if candidate.kind == "softmax-jacobian":  # with one output it is the sigmoid's slope, written in an odd way
        return "softmax-jacobian" if new is None or is_softmax(e, new.variable) else "missing-slope"
    if new is not None and old is None and is_softmax(e, new.variable):
        if candidate.kind == "sum-axis" or candidate.what == "dropped":
            return "softmax-jacobian"
    return None


def is_softmax(e: Evidence, variable: int) -> bool:
    """Does a variable go into a softmax: an exponential, divided by a sum of its own?"""
    trace = e.trace
    here, depth = {variable}, 0
    while here and depth < 4:
        depth += 1
        following: set[int] = set()
        for v in here:
            for number in trace.readers.get(v, ()):
                step = trace.steps[number]
                if step[0].name == "exp":
                    return any(_is_normalised(e, step[3], trace.steps[n][3]) for n in trace.readers.get(step[3], ()))
                if step[0].name in ("subtract", "add", "reshape", "transpose", "copy"):
                    following.add(step[3])
        here = following
    return False


def _is_normalised(e: Evidence, powers: int, reader: int) -> bool:
    trace = e.trace
    if trace.primitive(reader) == "divide":
        other = [i for i in trace.inputs(reader) if i != powers]
        return any(trace.primitive(i) == "sum" and powers in trace.inputs(i) for i in other)
    if trace.primitive(reader) == "sum":
        return any(
            trace.primitive(trace.steps[n][3]) == "divide" and powers in trace.inputs(trace.steps[n][3])
            for n in trace.readers.get(reader, ())
        )
    return False


def _of_flag(e: Evidence) -> str | None:
    """The program's activation, or numpy's maximum or tanh, applied to a derivative."""
    candidate = e.mended.candidate
    node = e.node
    if candidate.kind not in ("activation-on-gradient", "wrong-slope") or not isinstance(node, ast.Call):
        return None
    if not node.args:
        return None
    arguments = [e.text.of(a) for a in node.args]
    if candidate.what == "slope" or any(_is_backward(e, a) for a in arguments):
        return "activation-on-gradient"
    if candidate.what in ("flag", "function"):  # f(k) where f′(k) is meant
        return "wrong-slope"
    return None


def _is_backward(e: Evidence, expression: str) -> bool:
    """Is an expression a derivative that the program has computed, not a value of the forward pass?"""
    seen = e.seen(expression)
    if seen is None:
        return False
    if seen.variable is not None and (seen.variable in e.forward or seen.variable not in e.dependent):
        return False
    return e.derived(seen.value) is not None


def is_difference(e: Evidence, variable: int | None) -> bool:
    """Is a variable an output minus its target, or the reverse?"""
    if variable is None or e.trace.primitive(variable) != "subtract":
        return False
    return any(i in e.forward for i in e.trace.inputs(variable))


def _of_slopes(e: Evidence) -> str | None:
    """The edit stands in a slope: at another value, or another formula."""
    candidate = e.mended.candidate
    if candidate.kind in ("slope-at-wrong-point", "wrong-slope"):
        if candidate.what == "number" and ratio_of_change(e) is not None and not in_helper(e):
            return None
        return candidate.kind
    if candidate.kind == "wrong-operand" and candidate.what == "argument":
        return None if _is_backward(e, e.new) else "slope-at-wrong-point"
    if candidate.kind == "wrong-operand" and candidate.what != "index" and (inside_slope(e) or _of_call(e)):
        return "slope-at-wrong-point"
    if candidate.kind == "missing-slope" and _only_slope(e):
        return "missing-slope"
    if in_helper(e) and candidate.kind not in ("sum-axis", "transpose", "product"):
        return "wrong-slope"
    return None


def _of_call(e: Evidence) -> bool:
    """Is the exchanged value what a call gets that then gives a slope?"""
    for node, new in e.around:
        if isinstance(node, ast.Call) and e.slope(e.value(new)) is not None:
            return e.slope(e.value(e.text.of(node))) is None or not _is_backward(e, e.new)
    return False


def _only_slope(e: Evidence) -> bool:
    return e.slope(e.value(added(e))) is not None


def added(e: Evidence) -> str:
    """The factor that an edit puts behind a piece."""
    new = e.new.strip()
    for old in (f"({e.old}) * ", f"{e.old} * "):
        if new.startswith(old):
            return new[len(old) :]
        if new.startswith("(" + old) and new.endswith(")"):
            return new[len(old) + 1 : -1]
    return ""


def inside_slope(e: Evidence) -> bool:
    """Is the exchanged name the u of a slope written out, u·(1 − u), 1 − u², u > 0?"""
    if e.statement is None:
        return False
    change = e.mended.candidate.changes[0]
    for node in ast.walk(e.statement.node):
        if isinstance(node, (ast.BinOp, ast.Compare)) and (u := slope_of(node, e.text)) is not None:
            start, stop = e.text.place(node)
            if start <= change.start and change.end <= stop and e.old in _names(e.text, node) and e.old in u:
                return True
    return False


def _names(text: Text, node: ast.AST) -> list[str]:
    return [text.of(n) for n in ast.walk(node) if isinstance(n, (ast.Name, ast.Attribute, ast.Subscript))]


def in_helper(e: Evidence) -> bool:
    """Is the line in a function that computes slopes, by its values or its name?"""
    statement = e.statement
    if statement is None or not isinstance(statement.node, ast.Return):
        return False
    name = statement.function.rpartition(".")[2]
    if re.search(r"(?i)deriv|prime|slope|(^|_)d(_|[A-Z]|$)|grad(?!ient)|ableitung", name):
        return not any(
            _is_backward(e, word) and not is_difference(e, seen.variable)
            for word, seen in e.names()
            if seen.variable is not None
        )
    return e.slope(e.value(e.new_whole)) is not None


def _of_derivatives(e: Evidence) -> str | None:
    """Another derivative than the one that is meant."""
    candidate = e.mended.candidate
    if candidate.kind not in ("wrong-operand", "upstream-lost", "missing-slope", "scale", "regularisation"):
        return None
    old, new = e.value(e.old), e.value(e.new)
    was, becomes = e.derived(old), e.derived(new)
    if candidate.kind == "wrong-operand" and (is_update(e) or _of_two_parameters(e, was, becomes)):
        return "wrong-update"
    if candidate.kind == "wrong-operand" and e.between(becomes, was) is not None and not _is_forward(e, e.old):
        return "missing-slope"
    if candidate.what == "factor":
        factor = added(e)
        if e.slope(e.value(factor)) is not None and not _is_backward(e, factor):
            return "missing-slope"
        if _is_backward(e, factor):
            return "upstream-lost"
    if candidate.what == "dropped term" and _both_backward(e):
        return "upstream-lost"
    return None


def _of_two_parameters(e: Evidence, was: Derived | None, becomes: Derived | None) -> bool:
    """Are both values whole gradients of parameters, but of different ones?"""
    if was is None or becomes is None or was.variable == becomes.variable:
        return False
    return was.variable in e.parameters and becomes.variable in e.parameters and e.variable(e.old) not in e.forward


def _is_forward(e: Evidence, expression: str) -> bool:
    variable = e.variable(expression)
    if variable is None:
        return False
    return variable in e.forward and e.derived(e.value(expression)) is None


def _both_backward(e: Evidence) -> bool:
    return False


def in_time(e: Evidence) -> bool:
    """Does the line stand in a loop over time: one in which the forward pass uses the same parameter again and again,
    each time with what the round before gave?"""
    statement = e.statement
    if statement is None or not statement.loops:
        return False
    trace = e.trace
    uses: dict[tuple[object, int, int], list[int]] = {}
    for number, (_, inputs, _, output) in enumerate(trace.steps):
        site = trace.recording.sites[number] if number < len(trace.recording.sites) else None
        if site is None or output not in e.forward:
            continue
        for i in inputs:
            if i in e.parameters:
                uses.setdefault((site[0], site[1], i), []).append(output)
    for outputs in uses.values():
        if len(outputs) > 1 and outputs[0] in trace.ancestors([outputs[1]], stop=e.parameters):
            return True
    return False


def _of_time(e: Evidence) -> str | None:
    candidate = e.mended.candidate
    if candidate.what not in ("index", "term") or not in_time(e):
        return None
    return "time-steps"


def ratio_of_change(e: Evidence) -> float | None:
    """The constant by which the old value is too large, the same at all passes; None where it is no constant."""
    found: set[float] = set()
    entries = 0
    for seen in e.passes:
        old, new = seen.get(e.old_whole), seen.get(e.new_whole)
        if old is None or new is None or old.value.shape != new.value.shape:
            continue
        factor = ratio(old.value, new.value)
        if factor is None:
            return None
        entries += int(old.value.size)
        found.add(float(f"{factor:.9g}"))
    if len(found) != 1 or entries < 2:
        return None
    factor = found.pop()
    return factor if factor != 1 else None


def _of_constant(e: Evidence) -> str | None:
    """Old and new differ by a constant only."""
    factor = ratio_of_change(e)
    if factor is None or (added(e) and e.variable(added(e)) in e.dependent):
        return None
    if factor == -1:
        return "sign"
    if e.mended.candidate.kind in ("wrong-operand", "wrong-slope", "sum-axis", "scale", "sign"):
        if e.mended.candidate.kind == "wrong-operand" and e.mended.candidate.what == "index":
            return None
        return "scale" if factor > 0 else "sign"
    return None


def of_normalisation(e: Evidence, found: Derived | None) -> bool:
    """Is a derivative that of a variable inside a normalisation: between x and (x − mean) / deviation?"""
    if found is None:
        return False
    trace = e.trace
    region: set[int] = set()
    for _, inputs, _, output in trace.steps:
        if output in e.forward and trace.primitive(output) in ("sqrt", "power") and inputs:
            behind, here = {output}, {output}
            for _ in range(8):
                here = {i for v in here for i in trace.inputs(v)}
                behind |= here
            squares = [v for v in behind if trace.primitive(v) in ("square", "power", "multiply")]
            centred = [v for v in behind if trace.primitive(v) == "subtract" and _is_centred(e, v)]
            if squares and centred:
                region |= behind & set(e.at)
                region |= {i for v in centred for i in trace.inputs(v)}
    return found.variable in region


def _is_centred(e: Evidence, variable: int) -> bool:
    """x − mean of x."""
    trace = e.trace
    one, other = trace.inputs(variable)
    behind = trace.ancestors([other], stop=[one])
    return one in behind and any(trace.primitive(v) in ("sum", "mean") for v in behind)


def _of_factor(e: Evidence) -> str:
    """A factor that is no constant: one of the gradient's own that is missing, or one that is too many."""
    if added(e):
        known = e.variable(added(e))
        return "upstream-lost" if known is None or known in e.dependent else "scale"
    dropped = e.old.replace(e.new, "", 1).strip(" *()")
    known = e.variable(dropped)
    if known is None or known not in e.dependent:
        return "scale" if known is not None else "wrong-slope"
    return "wrong-slope" if known in e.forward else "wrong-operand"


def _of_edit(e: Evidence) -> str:
    """What the edit itself says."""
    candidate = e.mended.candidate
    new = e.derived(e.value(e.new_whole))
    if candidate.kind in ("regularisation", "upstream-lost", "sum-axis", "scale", "sign", "wrong-operand"):
        if of_normalisation(e, new) and e.derived(e.value(e.old_whole)) is None:
            if candidate.what in ("term", "dropped term", "added sum", "dropped sum", "factor", "dropped"):
                return "normalisation"
    if candidate.kind == "scale" and (ratio_of_change(e) is None or e.variable(added(e)) in e.dependent):
        return _of_factor(e)
    if candidate.kind == "regularisation" and candidate.what in ("term", "dropped term"):
        return "regularisation" if e.times_parameter(e.value(e.new_whole)) else "upstream-lost"
    return candidate.kind
