"""What is known of one parameter: its versions and its hand-written gradient."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Update:
    """A parameter's first update: `before` and `after` are the versions around it, `amount` what is added or (`sign`
    −1) subtracted; None where the parameter is written into piece by piece. `gradients` are the variables that all of
    the amount goes through, the amount itself first and the gradient without its rate last."""

    name: str
    before: int
    after: int
    amount: int | None
    sign: int
    gradients: tuple[int, ...]
    later: tuple[int, ...]
    """All later versions that are known."""
    undecayed: frozenset[int] = frozenset()
    """Those of `gradients` that a weight decay is not yet added to."""
    idle: bool = False
    """Is it none: a parameter that others are updated beside, with a gradient that nothing uses?"""
