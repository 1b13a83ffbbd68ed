"""Recognising idioms: which expressions of a forward pass are derived as wholes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from whygrad.program import Program, Step
from whygrad.program.building import Builder
from whygrad.program.matching import Apply, Bind, Expression, Ref, match
from whygrad.rules import IDIOMS, Assumption, Idiom


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
            if names is None or not any(names[o] in active for o in idiom.vjps):
                continue
            inside = _inside(idiom.pattern, v, names, builder)
            if not inside.isdisjoint(program.outputs) or not _unread(inside, v, names, readers, active, idiom):
                continue
            assumptions = idiom.needs(builder, names) if idiom.needs else []
            if assumptions is None:
                continue
            uses[v] = Use(idiom, v, names, tuple(assumptions), frozenset(inside))
            taken |= inside | {v}
            break
    return uses


def _inside(pattern: Apply, v: int, names: dict[str, Any], builder: Builder) -> set[int]:
    """The variables between the idiom's operands and its value."""
    leaves = {names[name] for name in _operands(pattern) - _parts(pattern)}
    inside: set[int] = set()
    queue = list(builder.producer[v].inputs)
    while queue:
        index = queue.pop()
        if index in leaves or index in inside or index not in builder.producer:
            continue
        inside.add(index)
        queue.extend(builder.producer[index].inputs)
    return inside


def _operands(pattern: Expression) -> set[str]:
    """The names of variables in a pattern."""
    if isinstance(pattern, Bind):
        return _operands(pattern.expression)
    if isinstance(pattern, Apply):
        return set().union(*map(_operands, pattern.operands))
    return {pattern.name} if isinstance(pattern, Ref) else set()


def _parts(pattern: Expression) -> set[str]:
    """The names that a pattern gives to parts of itself by `:=`."""
    if isinstance(pattern, Bind):
        return {pattern.name, *_parts(pattern.expression)}
    return set().union(*map(_parts, pattern.operands)) if isinstance(pattern, Apply) else set()


def _unread(
    inside: set[int], v: int, names: dict[str, Any], readers: dict[int, list[Step]], active: set[int], idiom: Idiom
) -> bool:
    """Are the steps in between read by nothing else that a gradient flows through?"""
    for index in inside:
        for step in readers.get(index, ()):
            if step.output != v and step.output not in inside and step.output in active:
                return False
    return True
