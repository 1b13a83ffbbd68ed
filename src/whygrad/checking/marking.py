"""Where the caret stands: the smallest piece of a line that is wrong."""

from __future__ import annotations

from whygrad.checking.evidence import Evidence
from whygrad.checking.tokens import tokens_of


def place_of(e: Evidence) -> tuple[int, int, int]:
    """Line, column and end column (from 1, in characters) of the smallest piece that is wrong."""
    text, candidate = e.text, e.mended.candidate
    first = min(candidate.changes, key=lambda change: change.start)
    start, end = first.start, max(first.end, first.start + 1)
    if candidate.what == "moved":
        start, end = start + len(text.source[start:end]) - len(text.source[start:end].lstrip()), end
    elif len(candidate.changes) == 1:
        start, end = _smallest(text.source[first.start : first.end], first.new, first.start)
    line, column = text.position(start)
    stop_line, stop = text.position(end)
    if stop_line != line:
        stop = len(text.lines[line - 1].rstrip()) + 1
    return line, column, max(stop, column + 1)


def _smallest(old: str, new: str, start: int) -> tuple[int, int]:
    """The tokens of the old text that the new one has not, with what they belong to."""
    before, after = tokens_of(old), tokens_of(new)
    if not before:
        return start, start + max(len(old), 1)
    same = 0
    while same < min(len(before), len(after)) and before[same][0] == after[same][0]:
        same += 1
    rest = 0
    while rest < min(len(before), len(after)) - same and before[-1 - rest][0] == after[-1 - rest][0]:
        rest += 1
    kept = before[same : len(before) - rest]
    if not kept:
        put_in = "".join(t for t, *_ in after[same : len(after) - rest])
        if put_in == ".T" and same:
            return start + before[same - 1][1], start + before[same - 1][2]
        return start, start + len(old)
    if same >= 2 and before[same - 1][0] == "=" and len(kept) == 1:
        kept = before[same - 2 : same + 1]  # the argument's name belongs to its value
    words = [t for t, _, _ in kept]
    if words[0] == "." or (same >= 1 and before[same - 1][0] == "."):  # a name is one piece with its owner
        while same > 0 and (before[same - 1][0] == "." or before[same][0] == "." or words[0] == "."):
            same -= 1
            kept.insert(0, before[same])
            words.insert(0, before[same][0])
            if words[0] != "." and (same == 0 or before[same - 1][0] != "."):
                break
    if words == ["="] or all(not w[0].isalnum() and w[0] not in "_'\"" for w in words):
        return start, start + len(old)
    if not _is_balanced(words) or words == [")"]:
        return start, start + len(old)
    return start + kept[0][1], start + kept[-1][2]


def _is_balanced(words: list[str]) -> bool:
    depth = 0
    for word in words:
        depth += (word in "([{") - (word in ")]}") if len(word) == 1 else 0
        if depth < 0:
            return False
    return depth == 0
