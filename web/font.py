"""Makes static/math.woff2, the font of the formulas: the part of Noto Sans Math that they are printed with.

Browsers set MathML by a font's MATH table: without one brackets do not stretch, roots have gaps, sums stay small. Most
machines have no such font, so the page brings its own. It holds the letters, signs and brackets that
`explaining/formulas/` prints, and of the brackets, bars, roots, sums and accents all sizes. Other letters (names in
Cyrillic, say) are taken from the reader's machine.

    python web/font.py NotoSansMath.woff2

wants Noto Sans Math 3.000 (older ones have no MATH table; the npm package @fontsource/noto-sans-math has it), and
fonttools with brotli. The same font gives the same bytes.
"""

from __future__ import annotations

import string
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

STATIC = Path(__file__).parents[1] / "src" / "whygrad" / "explaining" / "static"

GREEK = "αβγδεζηθικλμνξοπρςστυφχψω"
CAPITALS = "ΓΔΘΛΞΠΣΥΦΨΩ"
SIGNS = "−·×±∓∗⋆∘⊙⊗⊕∂∇∑∏√∞≈≠≤≥<>=∧∨¬∈∉→↦⊤⊥′″‴…⋯"
BRACKETS = "()[]{}|‖⌊⌋⌈⌉⟨⟩"
ACCENTS = "^~ˆ\u0302\u0303\u0304\u0307"
SPACES = " \u00a0"
BOLD = "𝟏𝟎𝐈"
"""The array of ones, of zeros, and the identity matrix."""


def italic(letters: str) -> str:
    """The italic letters of mathematics: what a browser draws for a variable of one letter."""
    found = []
    for letter in letters:
        for capital, small in (("A", 0x1D434), ("a", 0x1D44E)):
            if letter.isascii() and letter.isalpha() and letter.isupper() == capital.isupper():
                found.append("ℎ" if letter == "h" else chr(small + ord(letter) - ord(capital)))
        if "α" <= letter <= "ω":
            found.append(chr(0x1D6FC + ord(letter) - ord("α")))
        elif "Α" <= letter <= "Ω":
            found.append(chr(0x1D6E2 + ord(letter) - ord("Α")))
    return "".join(found) + "𝜕𝜖𝜗𝜙𝜚"


def characters() -> str:
    """All that is kept, in order."""
    upright = string.ascii_letters + string.digits + string.punctuation + CAPITALS + SIGNS + BRACKETS + ACCENTS + SPACES
    return "".join(sorted({*upright, *BOLD, *italic(string.ascii_letters + GREEK + CAPITALS)}))


def make(source: Path, target: Path) -> int:
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
    missing = [c for c in characters() if ord(c) not in font.getBestCmap()]
    if missing:
        print(f"not in the font: {' '.join(missing)}", file=sys.stderr)
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters())
    cutter.subset(font)
    font.flavor = "woff2"
    font.save(target)
    return target.stat().st_size


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    size = make(Path(sys.argv[1]), STATIC / "math.woff2")
    print(f"{STATIC / 'math.woff2'}: {size:,} bytes, {len(characters())} characters")
