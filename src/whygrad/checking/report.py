"""What a check has found: plain data, which the printers, the page, the tests and editors read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of the source: line `line` reads `old` and should read `new` (whole lines, without the line's end;
    `new` may be several lines, `old` is empty where a line is put in before `line`)."""

    line: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Fix:
    """The edits of one file that mend one mistake; the first is the one at the wrong line."""

    file: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake: where it is, of what kind, why it is one, and the edit that mends it.

    `kind` is an identifier of `checking.kinds`. `message` is one line; `label` is said under the marked piece of
    source; `why` tells the path of the chain rule; `checked` what the fix was checked against. `verified`: has the fix
    been run on fresh random numbers, and did the gradients then agree? `also`: other lines that are part of the same
    mistake.
    """

    file: str
    line: int
    column: int
    """From 1, in characters."""
    end_column: int
    kind: str
    message: str
    label: str = ""
    why: str = ""
    fix: Fix | None = None
    verified: bool = False
    checked: str = ""
    also: tuple[int, ...] = ()
    derived: tuple[str, ...] = ()
    """Where no edit is known: the derived lines for what this line should compute, in the author's names."""


@dataclass(frozen=True, slots=True)
class CheckedParameter:
    """One parameter: the line that computes its gradient; does it agree with the derived one, up to `scale`?

    `scale` is the factor by which the hand-written gradient is the derived one (1 where they are equal, the learning
    rate not counted), None where there is none.
    """

    name: str
    gradient_line: int | None
    agrees: bool
    relative_error: float | None
    scale: float | None


@dataclass(frozen=True, slots=True)
class CheckedLoss:
    """The loss that the gradients were held against. `source`: "declared" (the program computes it), "given" (by who
    asks for the check) or "inferred" (told from the gradient that is sent back)."""

    formula: str
    source: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What is right though it looks odd, or worth knowing: one sentence, and the line it is about."""

    text: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The answer. `verdict` is "right", "wrong" or "unchecked" (then `reason` says why, and `line` where)."""

    file: str
    verdict: str
    loss: CheckedLoss | None = None
    parameters: tuple[CheckedParameter, ...] = ()
    findings: tuple[Finding, ...] = ()
    """In execution order: the first is the first wrong line."""
    notes: tuple[Note, ...] = ()
    reason: str = ""
    line: int | None = None
    instead: str = ""
    """Where unchecked: what to do about it."""

    def __bool__(self) -> bool:
        """Is everything right?"""
        return self.verdict == "right"

    def __str__(self) -> str:
        from whygrad.checking.printing import as_text

        return as_text(self)


EXIT_CODES = {"right": 0, "wrong": 1, "unchecked": 2}
