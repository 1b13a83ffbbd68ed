"""Makes the fonts of the formulas in static/: the part of Noto Sans Math that they are printed with, and a small part
that is enough for most.

Browsers set MathML by a font's MATH table: without one brackets do not stretch, roots have gaps, sums stay small. Most
machines have no such font, so the page brings its own. math.woff2 holds the letters, signs and brackets that
`explaining/formulas/` prints; math-small.woff2 those that `explaining/font.py` names, which says when a page has which.
Other letters (names in Cyrillic, say) are taken from the reader's machine.

    PYTHONPATH=src python web/font.py NotoSansMath.woff2

wants Noto Sans Math 3.000 (older ones have no MATH table; the npm package @fontsource/noto-sans-math has it), and
fonttools with brotli. The same font gives the same bytes.
"""

from __future__ import annotations

import string
import sys
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont

from whygrad.explaining.font import SMALL, SMALL_ITALIC, SMALL_UPRIGHT, WHOLE

STATIC = Path(__file__).parents[1] / "src" / "whygrad" / "explaining" / "static"

GREEK = "αβγδεζηθικλμνξοπρςστυφχψω"
CAPITALS = "ΓΔΘΛΞΠΣΥΦΨΩ"
SIGNS = "−·×±∓∗⋆∘⊙⊗⊕∂∇∑∏√∞≈≠≤≥<>=∧∨¬∈∉→↦⊤⊥′″‴…⋯"
BRACKETS = "()[]{}|‖⌊⌋⌈⌉"
ACCENTS = "^~ˆ\u0302\u0303\u0304\u0307"
SPACES = " \u00a0"
BOLD = "𝟏𝟎𝐈"
"""The array of ones, of zeros, and the identity matrix."""

UNSTRETCHED = "/\\"
ROUND = "()"
LARGEST_ROUND = 2200
"""Up to here, in thousandths of the letters' size, round brackets are drawn whole; then they are put together from
pieces, with a straight middle."""
WHOLE_SIZES = "√{}"
"""Signs whose pieces overlap so little that sizes between would be missing."""


def italic(letters: Iterable[str]) -> set[str]:
    """The italic letters of mathematics: what a browser draws for a variable of one letter."""
    found = set()
    for letter in letters:
        for first, last, start in (("A", "Z", 0x1D434), ("a", "z", 0x1D44E), ("Α", "Ω", 0x1D6E2), ("α", "ω", 0x1D6FC)):
            if first <= letter <= last:
                found.add("ℎ" if letter == "h" else chr(start + ord(letter) - ord(first)))
    return found | {slanted for plain, slanted in zip("∂∇", "𝜕𝛻", strict=True) if plain in letters}


def whole() -> set[str]:
    """All that formulas are printed with."""
    upright = string.ascii_letters + string.digits + string.punctuation + CAPITALS + SIGNS + BRACKETS + ACCENTS + SPACES
    return {*upright, *BOLD} | italic(string.ascii_letters + GREEK + CAPITALS + "∂∇")


def small() -> set[str]:
    """What most are printed with."""
    return set(SMALL_UPRIGHT) | italic(SMALL_ITALIC)


def make(source: Path, characters: set[str], target: Path) -> int:
    """Write the part of the font; returns its size in bytes."""
    options = subset.Options()
    options.flavor = "woff2"
    options.hinting = False
    options.drop_tables += ["GPOS", "GSUB", "GDEF"]  # kerning and ligatures: formulas have none
    options.name_IDs = [0, 1, 2, 4, 5, 6, 13, 14]  # whose it is, and the licence
    options.recalc_timestamp = False
    options.notdef_outline = True
    font = TTFont(source, recalcTimestamp=False)
    if "MATH" not in font:
        raise SystemExit(f"{source}: this font has no MATH table; Noto Sans Math has one from version 3.000 on")
    missing = sorted(c for c in characters if ord(c) not in font.getBestCmap())
    if missing:
        print(f"not in the font: {' '.join(missing)}", file=sys.stderr)
    keep_fewer_sizes(font)
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(sorted(characters)))
    cutter.subset(font)
    font.flavor = "woff2"
    font.save(target)
    return target.stat().st_size


def keep_fewer_sizes(font: TTFont) -> None:
    """Of what grows, keep the sizes that cannot be put together from pieces: every size is an outline of its own.

    In this font the pieces of bars and of half brackets are told not to overlap at their outer ends, and Chromium
    takes none that cannot be repeated: these would stop growing at the largest size."""
    variants = font["MATH"].table.MathVariants
    character = {glyph: chr(code) for code, glyph in font.getBestCmap().items()}
    for glyph, grows in zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction, strict=True):
        sign, largest = character.get(glyph, ""), float("inf")
        if sign and sign in UNSTRETCHED:
            largest = 0
        elif sign and sign in ROUND:
            largest = LARGEST_ROUND
        elif grows.GlyphAssembly and sign not in WHOLE_SIZES:
            largest = smallest_assembly(grows.GlyphAssembly.PartRecords)
        kept = [size for size in grows.MathGlyphVariantRecord if size.AdvanceMeasurement <= largest]
        grows.MathGlyphVariantRecord, grows.VariantCount = kept, len(kept)
        for piece in grows.GlyphAssembly.PartRecords if grows.GlyphAssembly else ():
            if repeats(piece):
                overlap = max(piece.StartConnectorLength, piece.EndConnectorLength)
                piece.StartConnectorLength = piece.EndConnectorLength = overlap


def repeats(piece: Any) -> bool:
    return bool(piece.PartFlags & 1)


def smallest_assembly(pieces: list[Any]) -> int:
    """How long the pieces are that do not repeat, pushed together."""
    ends = [piece for piece in pieces if not repeats(piece)]
    overlaps = [min(a.EndConnectorLength, b.StartConnectorLength) for a, b in pairwise(ends)]
    return sum(piece.FullAdvance for piece in ends) - sum(overlaps)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    if not small() <= whole():
        raise SystemExit(f"{SMALL} would have what {WHOLE} has not: {' '.join(sorted(small() - whole()))}")
    for name, characters in ((WHOLE, whole()), (SMALL, small())):
        size = make(Path(sys.argv[1]), characters, STATIC / name)
        print(f"{STATIC / name}: {size:,} bytes, {len(characters)} characters")
