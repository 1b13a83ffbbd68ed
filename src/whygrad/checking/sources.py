"""The lines of a checked file, as the report counts them."""

from __future__ import annotations

import linecache


def lines_of(file: str) -> list[str]:
    """The lines without their ends; none where there is no source. Also of notebook cells."""
    linecache.checkcache(file)
    return [line.rstrip("\r\n") for line in linecache.getlines(file)]
