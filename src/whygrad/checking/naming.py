"""From mended lines to findings: the place in the author's file, the words, the edit that is offered."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Any

from whygrad.checking.evidence import Evidence, evidence_for
from whygrad.checking.kinds import KINDS
from whygrad.checking.locating import Mended, Search
from whygrad.checking.marking import place_of
from whygrad.checking.phrases import Words, named
from whygrad.checking.recognising import in_helper, kind_of
from whygrad.checking.report import Edit, Finding, Fix
from whygrad.checking.wording import words_of


def findings_of(state: Search, source: str) -> list[Finding]:
    """The findings of a search, in execution order."""
    ordered = sorted(state.found, key=lambda mended: mended.order)
    return [finding_of(mended, source, state.file, state.args, state.runner.watched) for mended in ordered]


def finding_of(
    mended: Mended,
    source: str,
    file: str,
    args: tuple[str, ...] = (),
    watched: Callable[..., Any] | None = None,
) -> Finding:
    """One finding, its places in the lines of the source that the author has."""
    e = evidence_for(mended, file, args, watched)
    kind = kind_of(e)
    try:
        words = words_of(e, kind)
    except Exception:  # a finding is told in general words rather than not at all
        words = Words(KINDS[kind].title)
    back = line_map(mended.source, source)
    edits = tuple(Edit(back(edit.line), edit.old, edit.new) for edit in _edits_of(e))
    line, column, end_column = place_of(e)
    others = sorted({edit.line for edit in edits if edit.old and edit.new} | _calls_of_helper(e, back))
    return Finding(
        file=file,
        line=back(line),
        column=column,
        end_column=end_column,
        kind=kind,
        message=words.message,
        label=words.label,
        why=words.why or KINDS[kind].lesson,
        fix=Fix(file, edits),
        verified=True,
        checked=checked(e),
        also=tuple(n for n in others if n != back(line)),
    )


def checked(e: Evidence) -> str:
    """What the fix was checked against."""
    was, now = e.mended.before_verdict, e.mended.verdict
    new = [
        j
        for n, j in enumerate(now.judged)
        if now.is_right(j) and not (n < len(was.judged) and was.is_right(was.judged[n]))
    ]
    error = max((j.error for j in new), default=0.0)
    accuracy = f"to {error:.0e}" if error > 0 else "exactly"
    count, loss = len(now.judged), " ".join(now.loss.formula.split())
    if not now.odd:
        agree = (
            "the gradient agrees" if count == 1
            else "both gradients agree" if count == 2
            else f"all {count} gradients agree"
        )  # fmt: skip
    else:
        names = [
            named(e, was.judged[n].update.before) if n < len(was.judged) else j.update.name
            for n, j in enumerate(now.judged)
            if j in new
        ]
        listed = ", ".join(names[:4]) + (" …" if len(names) > 4 else "")
        agree = f"the gradient{'s' if len(names) > 1 else ''} of {listed} agree{'' if len(names) > 1 else 's'}"
    return f"with this change {agree} with {loss} {accuracy}, at fresh random numbers"


def _calls_of_helper(e: Evidence, back: Callable[[int], int]) -> set[int]:
    """Where a helper that has the mistake is called from, by lines that compute gradients."""
    if e.statement is None or not e.statement.function or not in_helper(e):
        return set()
    function = e.statement.function.rpartition(".")[2]
    found: set[int] = set()
    for number, (_, _, _, output) in enumerate(e.trace.steps):
        if number >= len(e.trace.recording.sites) or output in e.forward:
            continue
        span = e.own(e.trace.span(output))
        if span is None or span.caller is None or span.function != function:
            continue
        if e.statement.line <= span.line <= e.statement.last_line:
            caller = e.own(span.caller)
            if caller is not None and caller.function != function:
                found.add(back(caller.line))
    return found if len(found) <= 4 else set()


def _edits_of(e: Evidence) -> list[Edit]:
    """The lines that change; a line that moves is taken out at one place and put in at another."""
    source, candidate = e.mended.source, e.mended.candidate
    if candidate.what != "moved" or len(candidate.changes) != 2:
        return edits_between(source, e.mended.after)
    cut, put = candidate.changes
    lines = source[cut.start : cut.end].rstrip("\n")
    after, _ = e.text.position(put.start - 1)
    return [Edit(e.text.position(cut.start)[0], lines, ""), Edit(after + 1, "", lines)]


def line_map(source: str, original: str) -> Callable[[int], int]:
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
