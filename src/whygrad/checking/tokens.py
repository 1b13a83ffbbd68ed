"""The tokens of a piece of source."""

from __future__ import annotations

import io
import tokenize


def tokens_of(source: str) -> list[tuple[str, int, int]]:
    """The tokens of one piece of source and their places in it."""
    bracketed = f"({source}\n)"  # so that a piece may go over several lines
    starts = [0]
    for row in bracketed.splitlines(keepends=True):
        starts.append(starts[-1] + len(row))
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(bracketed).readline))
    except (tokenize.TokenError, IndentationError):
        return []
    found = [
        (t.string, starts[t.start[0] - 1] + t.start[1] - 1, starts[t.end[0] - 1] + t.end[1] - 1)
        for t in tokens
        if t.string.strip() and t.type != tokenize.COMMENT
    ]
    return found[1:-1]
