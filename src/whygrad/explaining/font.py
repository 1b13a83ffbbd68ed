"""The fonts of the formulas, and which of them a page carries: the small one wherever it holds all that is printed.

Both are cut by `web/font.py` from the same font: the small one is a part of the other, letter for letter. A page has
one of them and never both: a browser takes sizes, gaps and brackets that grow from one font only, the first that it
finds, so that signs in a second font would stay small.
"""

from __future__ import annotations

import base64
import functools
import html
import json
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FONT = "whygrad math"
"""What style sheets call it."""
WHOLE, SMALL = "math.woff2", "math-small.woff2"

SMALL_UPRIGHT = frozenset(
    string.ascii_letters + string.digits + " \u00a0!'*+,-./:;<=>_" + "()[]{|" + "−·×⊙⊗⊤∂∑√≠≤≥∞′…𝟏𝐈"
)
SMALL_ITALIC = frozenset(string.ascii_letters + "σθ∂")
"""Letters that stand alone: browsers draw them in italics, which are other characters."""
UNSEEN = frozenset("\u2061\u2062")
"""Between a function and its argument, and between factors."""
ALONE = re.compile(r"<mi\b[^>]*>([^<&])</mi>")
TAG = re.compile(r"<[^>]*>")


def font_of(document: str) -> str:
    """The font that a page with this document carries: the name of its file."""
    alone, others = set[str](), set[str]()
    for formula in _formulas(json.loads(document)):
        alone.update(ALONE.findall(formula))
        others.update(html.unescape(TAG.sub("", ALONE.sub("", formula))))
    fits = alone <= SMALL_ITALIC | SMALL_UPRIGHT and others <= SMALL_UPRIGHT | UNSEEN
    return SMALL if fits else WHOLE


def _formulas(part: Any) -> Iterator[str]:
    """The MathML in a part of a document."""
    if isinstance(part, dict):
        for name, inner in part.items():
            if name == "mathml":
                yield inner
            else:
                yield from _formulas(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _formulas(inner)


@functools.cache
def font_address(name: str = WHOLE) -> str:
    """The font as an address that holds it."""
    font = (Path(__file__).with_name("static") / name).read_bytes()
    return f"data:font/woff2;base64,{base64.b64encode(font).decode('ascii')}"
