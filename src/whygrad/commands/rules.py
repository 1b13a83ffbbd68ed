"""`whygrad rules`: the table of rows, or all about one."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from whygrad.commands.target import TargetError
from whygrad.rules import IDIOMS, ROWS, Idiom, Row
from whygrad.rules.idioms import written

MOST_WAYS = 6
"""How many ways to write an idiom are shown."""

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
        return
    wanted = name.removeprefix("np.").removeprefix("numpy.").removeprefix("math.")
    rows = [r for r in ROWS.values() if wanted == r.name or r.code.startswith(f"np.{wanted}(")]
    idioms = [i for i in _idioms() if wanted in i.name]
    if not rows and not idioms:
        raise TargetError(f"no rule is called {name!r}; whygrad rules lists them")
    for row in rows:
        _show_row(console, row)
    for idiom, ways in _distinct(idioms):
        console.print(f"{idiom.name}, an idiom", style="bold", markup=False, soft_wrap=True)
        for text in ways[:MOST_WAYS]:
            _indented(console, f"written {text}", 2)
        if len(ways) > MOST_WAYS:
            _indented(console, f"and in {len(ways) - MOST_WAYS} other ways", 2)
        for operand, formula in idiom.formulas.items():
            _indented(console, f"∂L/∂{operand} = {formula}", 2)
        _indented(console, f"why: {_plain(idiom.why)}", 4)
        console.print()


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
    return text.replace("{", "").replace("}", "")
