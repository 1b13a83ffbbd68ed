"""`whygrad rules`: the table of rows, or all about one."""

from __future__ import annotations

import difflib
import re
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from whygrad.commands.target import TargetError
from whygrad.rules import IDIOMS, ROWS, Idiom, Row
from whygrad.rules.idioms import written
from whygrad.rules.other_names import FLAT, unsupported

MOST_WAYS = 6
"""How many ways to write an idiom are shown."""
MOST_FORMS = 2
"""How many idioms of the same name are shown."""
WORDS = {
    "g": "is the upstream gradient, ∂L/∂(the value)",
    "spread_back": "writes g out again along the axes that were summed over",
    "spread": "writes g out again in the shape of its second argument",
    "getitem": "reads entries, x[index]",
    "add_at": "adds at the places of an index, as np.add.at does",
    "count": "is how many entries lie along the axes",
    "literal": "asks for a plain number in the code",
    "nonzero": "asks for a number that is not 0",
    ":=": "gives a part a name",
}
"""What the formulas say that is not NumPy."""

if TYPE_CHECKING:
    from rich.console import Console


def show_rules(console: Console, name: str | None) -> None:
    """Print all rows, a line each; or the rows and idioms of that name."""
    from rich.table import Table
    from rich.text import Text

    if name is None:
        table = Table(box=None, padding=(0, 2))
        for heading in ("function", "written", "derivative (g: the upstream gradient)"):
            table.add_column(heading)
        for row in ROWS.values():
            table.add_row(*map(Text, (row.name, _written(row), _derivatives(row))))
        console.print(table)
        console.print("\nidioms, derived as wholes:")
        by_name: dict[str, list[str]] = {}
        for idiom, ways in _distinct(_idioms()):
            by_name.setdefault(idiom.name, []).extend(ways)
        for title, ways in sorted(by_name.items()):
            console.print(f"  {title:28} {_shortest(ways)}", markup=False, soft_wrap=True)
        console.print("\nwhygrad rules NAME tells all about one, with the reason.")
        return
    wanted = name.removeprefix("np.").removeprefix("numpy.").removeprefix("math.")
    operator = not wanted.replace(".", "_").replace("-", "_").replace(" ", "_").isidentifier()
    rows = [r for r in ROWS.values() if _is_called(r, wanted, operator)]
    idioms = [] if operator else [i for i in _idioms() if wanted in i.name]
    if not rows and not idioms:
        _show_without_rule(console, name, wanted)
        return
    for row in rows:
        _show_row(console, row)
    shown = list(_grouped(idioms, wanted))
    for idiom, ways, others in shown:
        console.print(f"{idiom.name}, an idiom", style="bold", markup=False, soft_wrap=True)
        for text in ways[:MOST_WAYS]:
            _indented(console, f"written {text}", 2)
        if len(ways) > MOST_WAYS:
            more = len(ways) - MOST_WAYS
            _indented(console, f"and in {more} other way{'s' if more > 1 else ''}", 2)
        for operand, formula in idiom.formulas.items():
            _indented(console, f"∂L/∂{operand} = {formula}", 2)
        _indented(console, f"why: {_plain(idiom.why)}", 4)
        if others:
            _indented(console, f"and {others} more like it, by what stands around: docs/rules.md has them", 2)
        console.print()
    _show_words(
        console, [f for r in rows for f in r.formulas.values()] + [t for i, w, _ in shown for t in _texts(i, w)]
    )


def _is_called(row: Row, wanted: str, operator: bool) -> bool:
    if operator:
        left, sign, right = (*_written(row).split(), "", "", "")[:3]
        return sign == wanted and left.isidentifier() and right.isidentifier()
    return wanted == row.name or row.code.startswith(f"np.{wanted}(")


def _grouped(idioms: list[Idiom], wanted: str) -> Iterator[tuple[Idiom, list[str], int]]:
    """Of each name the first forms, the name that was asked for first; with the last of them, how many more there
    are."""
    by_name: dict[str, list[tuple[Idiom, list[str]]]] = {}
    for idiom, ways in sorted(_distinct(idioms), key=lambda found: found[0].name != wanted):
        by_name.setdefault(idiom.name, []).append((idiom, ways))
    for found in by_name.values():
        shown = found[:MOST_FORMS]
        for number, (idiom, ways) in enumerate(shown, 1):
            yield idiom, ways, len(found) - len(shown) if number == len(shown) else 0


def _texts(idiom: Idiom, ways: list[str]) -> list[str]:
    return [*idiom.formulas.values(), *ways[:MOST_WAYS]]


def _show_words(console: Console, texts: list[str]) -> None:
    """What the words of the formulas mean that are not NumPy's."""
    used = [word for word in WORDS if any(re.search(rf"(?<!\w){word}(?!\w)", text) for text in texts)]
    if used:
        _indented(console, f"Here {'; '.join(f'{word} {WORDS[word]}' for word in used)}.", 0)


def _show_without_rule(console: Console, name: str, wanted: str) -> None:
    """What is said of a name that has no rule: why not, and what to write instead."""
    refused = unsupported(f"numpy.{wanted}")
    flat = FLAT.get(f"numpy.{wanted}")
    if refused is not None:
        _indented(console, f"numpy.{wanted} has no rule: {refused.why}", 0)
        _indented(console, f"instead: {refused.instead}", 2)
    elif flat is not None:
        _indented(console, f"numpy.{wanted}: no gradient passes, it is flat almost everywhere: {flat}", 0)
    else:
        known = [*ROWS, *(i.name for i in _idioms())]
        alike = difflib.get_close_matches(wanted, known, 1)
        meant = f"; did you mean {alike[0]}?" if alike else ""
        raise TargetError(f"no rule is called {name!r}{meant} (whygrad rules lists them)")


def _idioms() -> list[Idiom]:
    return list(dict.fromkeys(idiom for found in IDIOMS.values() for idiom in found))


def _distinct(idioms: list[Idiom]) -> list[tuple[Idiom, list[str]]]:
    """One idiom of each name and derivative, and the ways to write it, the shortest first."""
    alike: dict[tuple[str, str], list[Idiom]] = {}
    for idiom in idioms:
        alike.setdefault((idiom.name, repr(idiom.formulas)), []).append(idiom)
    return [
        (found[0], sorted(dict.fromkeys(way for one in found for way in written(one.text)), key=len))
        for found in alike.values()
    ]


def _shortest(ways: list[str]) -> str:
    return ways[0] + (f"   (and {len(ways) - 1} other ways to write it)" if len(ways) > 1 else "")


def _show_row(console: Console, row: Row) -> None:
    text = f"{row.signature}   written {_written(row)}   ({row.kind})"
    console.print(text, style="bold", markup=False, soft_wrap=True)
    if row.kind == "nondiff":
        _indented(console, f"no gradient passes: {_plain(next(iter(row.why.values()), ''))}", 2)
    for operand, formula in row.formulas.items():
        _indented(console, f"∂L/∂{operand} = {formula}", 2)
        _indented(console, f"why: {_plain(row.why.get(operand, ''))}", 4)
    for number, line in enumerate(_proof(row)):
        _indented(console, f"{'  ' if number else 'proof: '}{line}", 2 + 5 * bool(number))
    console.print()


def _proof(row: Row) -> tuple[str, ...]:
    from whygrad.proving.index_written import proof_of

    return proof_of(row)


def _indented(console: Console, text: str, by: int) -> None:
    """The text, every row of it indented; formulas and names are never broken."""
    space = " " * by
    for row in textwrap.wrap(
        text, console.width, initial_indent=space, subsequent_indent=space + "  ", break_long_words=False
    ):
        console.print(row, markup=False, soft_wrap=True)


def _written(row: Row) -> str:
    return row.code.replace("{", "").replace("}", "")


def _derivatives(row: Row) -> str:
    if row.kind == "nondiff":
        return "none: flat almost everywhere"
    return ",  ".join(f"d{operand} = {formula}" for operand, formula in row.formulas.items())


def _plain(text: str) -> str:
    return text.replace("{", "").replace("}", "").removesuffix(", here with n = n")
