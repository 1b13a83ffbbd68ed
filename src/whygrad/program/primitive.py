"""A primitive: one operation, known by name, that can be evaluated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Primitive:
    """One operation on arrays. Two primitives are the same only if they are the same object.

    `evaluate(*operands, *params)` gives the value: first the operands, then the parameters (axes,
    shapes, index templates: hashable, never arrays), in the order of `params`. It never changes an operand.
    `evaluate_into` may use the first operand as the memory of its result; `is_view`: the result may share memory with
    the first operand, or be it.
    """

    name: str
    evaluate: Callable[..., Any]
    params: tuple[str, ...] = ()
    evaluate_into: Callable[..., Any] | None = None
    is_view: bool = False

    def __repr__(self) -> str:
        return self.name
