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
    `overwrites`: the operand that `evaluate_into` may use as the memory of its result.
    """

    name: str
    evaluate: Callable[..., Any]
    params: tuple[str, ...] = ()
    evaluate_into: Callable[..., Any] | None = None
    is_view: bool = False

    def __repr__(self) -> str:
        return self.name

    def __reduce__(self) -> str | tuple[Any, ...]:
        return (_find, (self.name,))


def _find(name: str) -> Primitive:
    raise LookupError(f"the primitive {name} is found by whygrad.rules.primitive({name!r})")
