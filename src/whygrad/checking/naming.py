"""From an edit that mends the gradients to what a person is told: kind, place, reason, and the line that is right."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Sequence

from whygrad.checking.edits import Change, slope_of
from whygrad.checking.locating import Mended, Search
from whygrad.checking.rebuilding import Candidate
from whygrad.checking.report import Edit, Finding, Fix
from whygrad.checking.statements import Text

SENTENCES = {
    "missing-slope": "the activation's slope is missing",
    "slope-at-wrong-point": "the slope is taken at the wrong value",
    "wrong-slope": "the slope's formula is another activation's",
    "wrong-operand": "another variable is meant",
    "transpose": "a transpose is missing or too many",
    "product": "an elementwise product stands for a matrix product, or the reverse",
    "sum-axis": "the sum is missing, or goes over the wrong axis",
    "scale": "the gradient is too long or too short by a constant factor",
    "sign": "the sign is wrong",
    "softmax-jacobian": "only the diagonal of softmax's Jacobian is used",
    "updated-weights": "the new weights are used where the gradient needs the old ones",
    "upstream-lost": "a part of the upstream gradient is lost",
    "time-steps": "a step in time is left out or taken twice",
    "regularisation": "the regularisation term does not fit the loss",
    "normalisation": "a term of the normalisation is missing",
    "activation-on-gradient": "the activation itself is applied to the gradient, not its slope",
    "cache-changed": "a value that the backward pass still needs is changed",
    "no-effect": "the result of this line is thrown away",
    "forward-mismatch": "the forward pass is another than the one that is differentiated",
    "wrong-update": "the parameter is moved by another's gradient",
    "shape-error": "the shapes cannot fit",
    "unknown": "this line does not compute the gradient that is needed here",
}


def findings_of(state: Search, source: str) -> list[Finding]:
    """The findings of a search, in execution order."""
    found = []
    for mended in state.found:
        found.append((mended.order, finding_of(mended, source, state.file)))
    return [f for _, f in sorted(found, key=lambda pair: pair[0])]


def finding_of(mended: Mended, source: str, file: str) -> Finding:
    """One finding, its places in the lines of the source that the author has."""
    candidate = mended.candidate
    edits = edits_between(mended.source, mended.after)
    back = _line_map(mended.source, source)
    kind = kind_of(mended)
    first = min(candidate.changes, key=lambda c: c.start)
    text = Text(mended.source)
    line, column = text.position(first.start)
    stop_line, stop = text.position(max(first.end, first.start + 1))
    end_column = stop if stop_line == line else len(text.lines[line - 1].rstrip("\n")) + 1
    if candidate.what == "moved":
        column = len(text.lines[line - 1]) - len(text.lines[line - 1].lstrip()) + 1
        end_column = len(text.lines[line - 1].rstrip("\n")) + 1
    agreed = mended.verdict.right - mended.before_verdict.right
    how_many = "all" if not mended.verdict.odd else str(agreed)
    checked = (
        f"with this change {how_many} gradients agree with {mended.verdict.loss.formula}"
        f" to {_largest_error(mended):.0e}, at fresh random numbers"
    )
    return Finding(
        file=file,
        line=back(candidate.line),
        column=column,
        end_column=max(end_column, column + 1),
        kind=kind,
        message=SENTENCES[kind],
        label="",
        why="",
        fix=Fix(file, tuple(Edit(back(e.line), e.old, e.new) for e in edits)),
        verified=True,
        checked=checked,
    )


def _largest_error(mended: Mended) -> float:
    was_right = [mended.before_verdict.is_right(j) for j in mended.before_verdict.judged]
    errors = [
        j.error
        for j, before in zip(mended.verdict.judged, was_right, strict=False)
        if mended.verdict.is_right(j) and not before
    ]
    return max([*errors, 1e-16])


def _line_map(source: str, original: str) -> Callable[[int], int]:
    """From line numbers of an edited text to those of the author's file."""
    if source == original:
        return lambda line: line
    matcher = difflib.SequenceMatcher(None, source.splitlines(), original.splitlines(), autojunk=False)
    table: dict[int, int] = {}
    for tag, a, b, c, d in matcher.get_opcodes():
        for n in range(a, b):
            table[n + 1] = (c + n - a if tag == "equal" else min(c + n - a, max(d - 1, c))) + 1
    return lambda line: table.get(line, line)


def edits_between(before: str, after: str) -> list[Edit]:
    """The lines that differ, as edits."""
    old, new = before.splitlines(), after.splitlines()
    found: list[Edit] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if b - a == d - c:
            found.extend(Edit(a + n + 1, old[a + n], new[c + n]) for n in range(b - a))
        else:
            found.append(Edit(a + 1, "\n".join(old[a:b]), "\n".join(new[c:d])))
    return found


def kind_of(mended: Mended) -> str:
    """The kind of mistake that an edit mends, with what is known of the values."""
    candidate = mended.candidate
    kind, what = candidate.kind, candidate.what
    text = Text(mended.source)
    change = candidate.changes[0]
    old = mended.source[change.start : change.end]
    if kind == "wrong-operand" and what == "argument":
        return "slope-at-wrong-point"
    if kind == "wrong-operand" and what == "operand" and _inside_slope(text, change, candidate):
        return "slope-at-wrong-point"
    if kind == "wrong-operand" and _is_update(mended):
        return "wrong-update"
    if kind == "wrong-operand" and what == "index" and _in_time(text, candidate):
        return "time-steps"
    del old
    return kind


def _inside_slope(text: Text, change: Change, candidate: Candidate) -> bool:
    """Is the exchanged name the u of a slope written out, u·(1 − u), 1 − u², u > 0?"""
    if candidate.statement is None:
        return False
    old = text.source[change.start : change.end]
    for node in ast.walk(candidate.statement.node):
        if isinstance(node, (ast.BinOp, ast.Compare)) and slope_of(node, text) is not None:
            start, stop = text.place(node)
            if start <= change.start and change.end <= stop:
                names = [text.of(n) for n in ast.walk(node) if isinstance(n, (ast.Name, ast.Attribute, ast.Subscript))]
                return old in names
    return False


def _is_update(mended: Mended) -> bool:
    lines = {span.line for u in mended.trial.updates if (span := mended.trial.trace.span(u.after)) is not None}
    return mended.candidate.line in lines


def _in_time(text: Text, candidate: Candidate) -> bool:
    """Does the line stand in a loop over time: one whose variable is t, or that counts backwards?"""
    if candidate.statement is None:
        return False
    for loop in candidate.statement.loops:
        if isinstance(loop, ast.For) and text.of(loop.target).strip() in ("t", "step", "time", "timestep", "i_t", "k"):
            return True
    return False


def columns(changes: Sequence[Change]) -> tuple[int, int]:
    return min(c.start for c in changes), max(c.end for c in changes)
