"""Why a derived step is what it is: raw and cheap when made, turned into words by explaining/ when read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Simplification:
    """A rewriting by an identity: what the rule said before, and what was written after."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Reason:
    """The origin of a derived step.

    `kind`: "rule" (the vjp of forward step number `step` for its operand number `operand`), "sum" (paths that
    meet at a variable), "unbroadcast" (the operand had been stretched), "spread" (the gradient is stretched),
    "seed" (∂L/∂L = 1), "tangent" (what operand number `operand` of step `step` adds to the tangent of `of`). `of` is
    the forward variable whose gradient or tangent the step serves; `idiom` names the idiom whose rule was used instead
    of the primitives'.
    """

    kind: str
    of: int
    step: int | None = None
    operand: int | None = None
    paths: tuple[int, ...] = ()
    idiom: str = ""
