"""Which of several edits that mend the same line equally well a person would make: the one in their own words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from whygrad.checking.changing import applied
from whygrad.checking.rebuilding import Candidate
from whygrad.checking.statements import Text
from whygrad.checking.tokens import tokens_of
from whygrad.checking.trying import slope_calls

TOKEN = 0.1
"""What a token put in or taken out costs. A name that is there already is one token, its formula many."""
FOREIGN = (("axis=-1", 0.5), ("keepdims", 0.3), (".shape[", 0.3), ("np.newaxis", 0.5))
"""What is odd where the author writes it nowhere else."""
CALLED = re.compile(r"\b(?:np|numpy)\.\w+")
WRITTEN = re.compile(r"\(1 - |1 - \S+ \*\* 2| > 0\)")
"""A slope that is written out, which is odd where the author has a function for slopes."""
IDLE = re.compile(r"[-+] 0\b(?!\.)|\* 1\b(?!\.)|/ 1\b(?!\.)|-\(-|- -")
"""Arithmetic that does nothing."""


def preferred(text: Text, rivals: Sequence[Candidate]) -> Candidate:
    """The least odd one, the cheapest of those."""
    return min(rivals, key=lambda c: (oddness(text, c), c.price))


def oddness(text: Text, candidate: Candidate) -> float:
    """How far an edit is from what the author writes."""
    source = text.source
    edited = applied(source, candidate.changes)
    before, after = _line(source, edited)
    odd = TOKEN * _distance([t for t, *_ in tokens_of(before)], [t for t, *_ in tokens_of(after)])
    for piece, price in FOREIGN:
        if piece in after and piece not in source:
            odd += price
    odd += sum(1.0 for call in set(CALLED.findall(after)) if call not in source)
    if IDLE.search(after) and not IDLE.search(before):
        odd += 1.0
    written_out = len(WRITTEN.findall(after)) > len(WRITTEN.findall(before))
    if written_out and slope_calls(text):
        odd += 0.5
    if any(change.new.strip().startswith("-(") for change in candidate.changes):
        odd += 0.3
    return odd


def _line(before: str, after: str) -> tuple[str, str]:
    """The rows in which two texts differ."""
    old, new = before.splitlines(), after.splitlines()
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return "\n".join(old[start : len(old) - end]).strip(), "\n".join(new[start : len(new) - end]).strip()


def _distance(before: Sequence[str], after: Sequence[str]) -> int:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return sum((b - a) + (d - c) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal")
