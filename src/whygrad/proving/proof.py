"""A proof, as data and as the text that a person reads."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from whygrad.errors import listed

PROVED, UNDECIDED, REFUTED = "proved", "undecided", "refuted"
WIDTH = 100
SHOWN = 300
"""Longer expressions are cut."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of one gradient: what was found out about it.

    `derived` is what the backward pass computes, in the names of the forward pass; `exact` is SymPy's derivative.
    `evidence`: where nothing was decided, how far the two agree in 50 digits; where they differ, the point.
    """

    name: str
    status: str
    how: str
    derived: str = ""
    exact: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """What `d.prove()` gives: true if every entry of every gradient is proved. Printed, it reads like a proof.

    `claims` are the theorem's statements, one a gradient; `symbols` the arrays whose entries are free, with their
    shapes; `assumptions` what else is taken for granted; `method` how equality was decided; `elapsed` is in seconds.
    """

    function: str
    claims: tuple[str, ...]
    symbols: tuple[tuple[str, tuple[int, ...]], ...]
    assumptions: tuple[str, ...]
    entries: tuple[Entry, ...]
    method: str
    elapsed: float
    forward: str = ""
    backward: str = ""

    def __bool__(self) -> bool:
        return bool(self.entries) and all(e.status == PROVED for e in self.entries)

    @property
    def status(self) -> str:
        """In a word, for the whole: "proved", "refuted" or "undecided"."""
        found = {e.status for e in self.entries}
        return REFUTED if REFUTED in found else PROVED if found == {PROVED} else UNDECIDED

    def __str__(self) -> str:
        return "\n".join(_rows(self)) + "\n"

    def __repr__(self) -> str:
        return f"<Proof of the gradients of {self.function}: {self.headline}>"

    @property
    def headline(self) -> str:
        """The outcome in a few words."""
        total = len(self.entries)
        if not total:
            return "nothing to prove"
        count = {s: sum(e.status == s for e in self.entries) for s in (PROVED, UNDECIDED, REFUTED)}
        if total and count[PROVED] == total:
            return f"proved, {'all ' if total > 1 else ''}{counted(total, 'partial derivative')}"
        parts = [f"{n} {status}" for status, n in count.items() if n]
        return f"{self.status}: of {counted(total, 'partial derivative')} {', '.join(parts)}"


def _rows(proof: Proof) -> Iterator[str]:
    if not proof.entries:
        empty = [f"{name} has no entries ({shown(shape)})" for name, shape in proof.symbols if 0 in shape]
        yield from _wrapped(f"There is nothing to prove: {listed(empty) or 'no gradient is asked for'}.")
        return
    free = listed([f"{name}{f' ({shown(shape)})' if shape else ''}" for name, shape in proof.symbols])
    where = f"For all real {free}" if proof.symbols else "For these numbers"
    yield from _wrapped(f"Claim. {where}: {listed(list(proof.claims))}.")
    if proof.assumptions:
        yield ""
        yield "Assumptions."
        for text in proof.assumptions:
            yield from _wrapped(f"• {text}", 2)
    yield ""
    if proof.status == REFUTED:
        yield "The claim is false."
    elif proof.status == UNDECIDED:
        yield "No proof was found."
    yield from _argument(proof)


def _argument(proof: Proof) -> Iterator[str]:
    start = "Proof. " if proof else ""
    if proof.forward:
        yield from _wrapped(f"{start}Written out entry by entry, the forward pass")
        yield ""
        yield from _indented(proof.forward)
        yield ""
        yield from _wrapped(f"makes {proof.function} one expression in these symbols, which SymPy differentiates.")
        if proof.backward:
            yield "The backward pass"
            yield ""
            yield from _indented(proof.backward)
            yield ""
            yield "makes each entry of a gradient another one."
    elif start:
        yield start.strip()
    for entry in _chosen(proof.entries):
        yield ""
        yield from _entry(proof, entry)
    yield ""
    ways = list(dict.fromkeys(e.how for e in proof.entries if e.status == PROVED))
    if proof:
        total = len(proof.entries)
        if total > len(_chosen(proof.entries)):
            same = "All of them are equal" if len(ways) < 2 else "All of them are equal in one of these ways"
            yield from _wrapped(f"The other entries go the same way. {same}: {'; '.join(ways)}.")
        yield from _wrapped(proof.method)
        yield f"{counted(total, 'entry', 'entries')}, {proof.elapsed:.1f} s. ∎"
    else:
        yield from _wrapped(f"{proof.function}: {proof.headline} ({proof.elapsed:.1f} s).")


def _entry(proof: Proof, entry: Entry) -> Iterator[str]:
    symbol = f"∂{proof.function}/∂{entry.name}"
    if entry.derived:
        yield from _wrapped(f"d{entry.name} = {cut(entry.derived)}", 4)
    if entry.exact:
        yield from _wrapped(f"{symbol} = {entry.exact}", 4)
    if entry.status == PROVED:
        yield from _wrapped(f"{symbol} − d{entry.name} = 0: {entry.how}.", 4)
    else:
        verdict = "differ" if entry.status == REFUTED else "were not decided"
        yield from _wrapped(f"d{entry.name} and {symbol} {verdict}: {entry.evidence or entry.how}.", 4)


def _chosen(entries: Sequence[Entry]) -> list[Entry]:
    """The first entry of each gradient, and up to three that are not proved."""
    first: dict[str, Entry] = {}
    for entry in entries:
        first.setdefault(entry.name.partition("[")[0], entry)
    failed = [e for e in entries if e.status != PROVED]
    return failed[:3] if failed else list(first.values())


def _indented(code: str) -> Iterator[str]:
    return (f"    {line}".rstrip() for line in code.rstrip("\n").split("\n"))


def _wrapped(text: str, indent: int = 0) -> list[str]:
    space = " " * indent
    rows = textwrap.wrap(
        text, WIDTH, initial_indent=space, subsequent_indent=space + ("  " if indent else ""), break_long_words=False
    )
    return rows or [""]


def cut(text: str) -> str:
    """A long expression, cut between two of its terms."""
    if len(text) <= SHOWN:
        return text
    end = max(text.rfind(" + ", 0, SHOWN), text.rfind(" − ", 0, SHOWN), SHOWN // 2)
    return f"{text[:end]} + …"


def readable(expression: object) -> str:
    """A SymPy expression as it would be written by hand: x² for x**2, · for *."""
    text = str(expression)
    text = re.sub(r"\*\*(\d)(?!\d|\.|/)", lambda m: "⁰¹²³⁴⁵⁶⁷⁸⁹"[int(m.group(1))], text)
    text = re.sub(r"\*\*\((-?)(\d)\)", lambda m: ("⁻" if m[1] else "") + "⁰¹²³⁴⁵⁶⁷⁸⁹"[int(m.group(2))], text)
    text = re.sub(r"step\(", "above0(", text)
    return text.replace("**", "^").replace("*", "·").replace(" - ", " − ").replace("-", "−")


def shown(shape: Sequence[int]) -> str:
    """4 × 3"""
    return (
        " × ".join(map(str, shape))
        if len(shape) > 1
        else f"{shape[0]} {'entry' if shape[0] == 1 else 'entries'}"
        if shape
        else "a number"
    )


def counted(n: int, one: str, many: str = "") -> str:
    """1 entry, 2 entries"""
    return f"{n} {one if n == 1 else many or one + 's'}"
