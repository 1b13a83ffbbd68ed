"""Recognising idioms: which expressions of a forward pass are derived as wholes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from whygrad.program import Program, Step
from whygrad.program.building import Builder
from whygrad.program.matching import match
from whygrad.rules import IDIOMS, Assumption, Idiom, names_in


@dataclass(frozen=True, slots=True)
class Use:
    """An idiom recognised in the forward pass: its value is `output`, its operands are `operands`."""

    idiom: Idiom
    output: int
    names: dict[str, Any]
    assumptions: tuple[Assumption, ...]
    inside: frozenset[int] = frozenset()
    """The variables between the operands and the output."""

    @property
    def operands(self) -> dict[str, int]:
        return {name: self.names[name] for name in self.idiom.vjps}


def recognise(program: Program, builder: Builder, active: set[int]) -> dict[int, Use]:
    """The idioms in the forward pass, the largest first, none inside another."""
    readers = program.readers()
    uses: dict[int, Use] = {}
    taken: set[int] = set()
    for step in reversed(program.steps):
        v = step.output
        if v in taken or v not in active:
            continue
        for idiom in IDIOMS.get(step.primitive.name, ()):
            names = match(idiom.pattern, v, builder, {})
            assumptions = _assumptions(idiom, names, builder) if names is not None else None
            if names is None or assumptions is None or not any(names[o] in active for o in idiom.vjps):
                continue
            leaves = _leaves(idiom, names)
            if any(names[n] in active for n in leaves - idiom.vjps.keys() - idiom.cancels):
                continue  # a gradient would have to flow to an operand that the idiom has no derivative for
            inside = _inside({names[n] for n in leaves}, v, builder)
            if not inside.isdisjoint(program.outputs) or not _unread(inside, v, readers, active):
                continue
            uses[v] = Use(idiom, v, names, tuple(assumptions), frozenset(inside))
            taken |= inside | {v}
            break
    return uses


def _assumptions(idiom: Idiom, names: dict[str, Any], builder: Builder) -> list[Assumption] | None:
    return idiom.needs(builder, names) if idiom.needs else []


def _leaves(idiom: Idiom, names: dict[str, Any]) -> set[str]:
    """The names of the idiom's operands (not those of parts of the pattern) on this match."""
    free = names_in(idiom.pattern, bound=False) - names_in(idiom.pattern, free=False)
    return {name for name in free | idiom.cancels if name in names}


def _inside(leaves: set[int], v: int, builder: Builder) -> set[int]:
    """The variables between the idiom's operands and its value."""
    inside: set[int] = set()
    queue = list(builder.producer[v].inputs)
    while queue:
        index = queue.pop()
        if index in leaves or index in inside or index not in builder.producer:
            continue
        inside.add(index)
        queue.extend(builder.producer[index].inputs)
    return inside


def _unread(inside: set[int], v: int, readers: dict[int, list[Step]], active: set[int]) -> bool:
    """Are the steps in between read by nothing else that a gradient flows through?"""
    for index in inside:
        for step in readers.get(index, ()):
            if step.output != v and step.output not in inside and step.output in active:
                return False
    return True
