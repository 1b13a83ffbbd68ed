"""The errors of whygrad: each says what happened, where in the author's code, and what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class Place(Protocol):
    """Anything that can say where in the author's code it is (a Span does)."""

    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...
    @property
    def text(self) -> str: ...
    def excerpt(self) -> str: ...


class WhygradError(Exception):
    """The base of every error that whygrad raises on purpose.

    `what` says what happened, `instead` what to write instead, `place` is the author's sub-expression
    (None where there is none, e.g. a wrong argument of `grad` itself).
    """

    def __init__(self, what: str, *, place: Place | None = None, instead: str = "") -> None:
        self.what = what
        self.instead = instead
        self.place = place
        super().__init__(what)

    @property
    def file(self) -> str | None:
        return self.place.file if self.place else None

    @property
    def line(self) -> int | None:
        return self.place.line if self.place else None

    @property
    def column(self) -> int | None:
        return self.place.column if self.place else None

    @property
    def expression(self) -> str | None:
        return self.place.text if self.place else None

    def __str__(self) -> str:
        parts = []
        if self.place is not None:
            parts.append(f"{self.place.file}:{self.place.line}:{self.place.column}: {self.what}")
            excerpt = self.place.excerpt()
            if excerpt:
                parts.append(excerpt)
        else:
            parts.append(self.what)
        if self.instead:
            parts.append(f"instead: {self.instead}")
        return "\n".join(parts)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_restore, (type(self), str(self)))


def _restore(kind: type[WhygradError], text: str) -> WhygradError:
    """An error that has crossed a process keeps its text; its place stays behind with the frames."""
    return kind(text)


def listed(parts: Sequence[str]) -> str:
    """a, b and c: for sentences."""
    *most, last = parts or [""]
    return f"{', '.join(most)} and {last}" if most else last


class NotScalarError(WhygradError, TypeError):
    """The function to be differentiated did not return one number."""


class NoFloatsError(WhygradError, TypeError):
    """An argument to differentiate with respect to holds no floating-point numbers."""


class NoRuleError(WhygradError, NotImplementedError):
    """A gradient would have to pass through a function that no row describes."""


class EscapeError(WhygradError, TypeError):
    """A watched value would have left for code that cannot be watched."""


class UnsupportedError(WhygradError, NotImplementedError):
    """Something that whygrad refuses, for now, rather than get wrong."""


class InPlaceError(WhygradError, ValueError):
    """A write in place whose effect on other arrays cannot be followed."""


class TooLongError(WhygradError, RuntimeError):
    """The watched run made more steps than the limit."""


class TimeLimitError(WhygradError, RuntimeError):
    """The watched run took longer than it was given."""


class VerificationError(WhygradError, ArithmeticError):
    """The derived gradient and the numerical one disagree: a defect of whygrad, or a function that
    is not smooth where it was asked."""


class NoLossError(WhygradError, LookupError):
    """A script computes no number that could be its loss."""


class ScriptError(WhygradError, RuntimeError):
    """A script that was being watched stopped with an error of its own."""


class ArgumentError(WhygradError, ValueError):
    """A call of whygrad's own functions with arguments that make no sense together."""


class NonFiniteWarning(RuntimeWarning):
    """A step of the watched code made the first nan or infinity."""
