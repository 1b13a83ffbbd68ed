"""What a check found, as data and as a table that a person reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from whygrad.errors import listed

HEADINGS = ("argument", "shape", "checked", "relative error", "allowed", "worst element")
RIGHT_ALIGNED = {2, 3, 4, 6, 7}


@dataclass(frozen=True, slots=True)
class Checked:
    """One array or number among the arguments, and how its gradient compares.

    `relative_error` is ‖analytic − numeric‖ / (‖analytic‖ + ‖numeric‖) over the elements that were checked
    (0 where both are zero as far as the numbers can tell; 1 for a wrong sign); `tolerance` is what it may
    be, `oracle_error` the estimated error of the numeric gradient itself, in norm. `worst` is the index of
    the element that is furthest off (None for an empty array), with its `analytic` and `numeric` derivative
    and `worst_error`, their relative difference.
    """

    name: str
    shape: tuple[int, ...]
    checked: int
    relative_error: float
    worst: tuple[int, ...] | None
    analytic: float
    numeric: float
    worst_error: float
    tolerance: float
    oracle_error: float
    ok: bool

    @property
    def verdict(self) -> str:
        """In a word: "ok", "WRONG", or "unclear" where no element could be judged."""
        return "ok" if self.ok else "WRONG" if self.checked else "unclear"

    @property
    def size(self) -> int:
        """How many elements there are."""
        total = 1
        for n in self.shape:
            total *= n
        return total

    @property
    def element(self) -> str:
        """The worst element as one would write it: `syn0[1, 2]`."""
        if self.worst is None:
            return ""
        return self.name + (f"[{', '.join(map(str, self.worst))}]" if self.worst else "")


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a verification: true if the gradients are right, and a table when printed.

    `method` is "complex step" or "finite differences"; `given` says whether the gradients were handed in or
    are whygrad's own; `results` has an entry for each array or number; `notes` say what a reader should know:
    kinks, random draws, what was sampled; `evaluations` is how often the function was run.
    """

    ok: bool
    method: str
    function: str
    given: bool
    value: float
    results: tuple[Checked, ...]
    notes: tuple[str, ...]
    evaluations: int

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        lines = [self.headline, ""]
        if self.results:
            lines += [*self._table(), ""]
        lines += [f"  note: {note}" for note in self.notes]
        return "\n".join(lines).rstrip()

    @property
    def headline(self) -> str:
        """The outcome in a sentence."""
        whose = "The gradient given for" if self.given else "The gradient derived for"
        if self.ok:
            return f"{whose} {self.function} is right: it agrees with {self._oracle}."
        wrong = [r.name for r in self.results if r.verdict == "WRONG"]
        if not wrong:
            unclear = [r.name for r in self.results if not r.ok]
            where = f" in {listed(unclear)}" if unclear else ""
            return f"{whose} {self.function} could not be verified{where}."
        return f"{whose} {self.function} is wrong in {listed(wrong)}: it does not agree with {self._oracle}."

    @property
    def _oracle(self) -> str:
        return "the complex step" if self.method == "complex step" else self.method

    def _table(self) -> list[str]:
        rows = [(*HEADINGS, "given" if self.given else "derived", self.method, "")]
        for r in self.results:
            checked = f"{r.checked}" if r.checked == r.size else f"{r.checked} of {r.size}"
            numbers = (f"{r.analytic:.9g}", f"{r.numeric:.9g}") if r.worst is not None else ("", "")
            shape = str(r.shape) if r.shape else "number"
            rows.append(
                (
                    r.name,
                    shape,
                    checked,
                    f"{r.relative_error:.1e}",
                    f"{r.tolerance:.0e}",
                    r.element,
                    *numbers,
                    r.verdict,
                )
            )
        return _aligned(rows)


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  " + "  ".join(
            cell.rjust(width) if i in RIGHT_ALIGNED else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]  # fmt: skip
