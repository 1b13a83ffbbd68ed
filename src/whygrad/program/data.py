"""The data: variables, steps and the Program that they make. Everything here is immutable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from whygrad.program.primitive import Primitive

if TYPE_CHECKING:
    from whygrad.program.reason import Reason
    from whygrad.program.span import Span


@dataclass(frozen=True, slots=True)
class Variable:
    """A value that a Program computes or is given: its name (may be empty), shape and dtype.

    `face` is what the author's code sees: "array", "scalar" (a NumPy scalar) or "python" (a float, int or bool).
    """

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    face: str = "array"

    def describe(self) -> str:
        """`float64[4, 3]`, or `float` for a number."""
        if self.face == "python":
            return {"f": "float", "i": "int", "b": "bool", "c": "complex"}.get(self.dtype.kind, str(self.dtype))
        dims = ", ".join(str(n) for n in self.shape)
        return f"{self.dtype}[{dims}]" if self.shape else str(self.dtype)


class Count(int):
    """A number of elements that a rule divided by; it remembers of what, so that it can be printed as such.

    `of` is the index of the variable whose elements along `axes` were counted; `fewer`: so many less.
    """

    of: int
    axes: tuple[int, ...]
    fewer: int

    @property
    def key(self) -> str:
        """The same for the same count only."""
        return f"{self!r} {self.of} {self.axes} {self.fewer}"

    # To NumPy a subclass of int is an int64 array, by which float32 becomes float64. Without ufuncs it asks us.
    __array_ufunc__ = None

    def __mul__(self, other: Any) -> Any:
        return int(self) * other

    def __rmul__(self, other: Any) -> Any:
        return other * int(self)

    def __truediv__(self, other: Any) -> Any:
        return int(self) / other

    def __rtruediv__(self, other: Any) -> Any:
        return other / int(self)

    @classmethod
    def along(cls, of: int, shape: tuple[int, ...], axes: tuple[int, ...], fewer: int = 0) -> Count:
        self = cls(max(int(np.prod([shape[a] for a in axes], dtype=np.int64)) - fewer, 0))
        self.of, self.axes, self.fewer = of, axes, fewer
        return self


@dataclass(frozen=True, slots=True)
class Constant:
    """A variable that is not an argument: a literal of the code, an array it captured, created, or drew at random.

    `kind`: "literal" (a number in the code), "captured" (read by its path: "X", "self.W"),
    "created" (made inside, e.g. by np.zeros), "drawn" (at random, replayed as it was drawn).
    """

    index: int
    value: Any
    kind: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Guard:
    """What the watched run took for granted: a branch, a number read out of an array."""

    variable: int
    outcome: Any
    origin: Span | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One application of a primitive: `outputs = primitive(*inputs, *params)`.

    Inputs and outputs are indices of variables. `origin` is the piece of source that the step came from
    (a Span) or, for a derived step, the reason for it (a Reason). A step may be a loop instead: then `body`
    is run `trips` times; the first inputs are carried from round to round (as many as the body has outputs),
    the others stay.
    """

    primitive: Primitive
    inputs: tuple[int, ...]
    params: tuple[Any, ...]
    outputs: tuple[int, ...]
    origin: Span | Reason | None = field(default=None, compare=False)
    body: Program | None = None
    trips: int = 1

    @property
    def output(self) -> int:
        return self.outputs[0]


@dataclass(frozen=True, slots=True)
class Program:
    """A pure, straight-line computation: inputs and constants, steps in order, outputs.

    `str(program)` is readable text, one step a line.
    """

    variables: tuple[Variable, ...]
    inputs: tuple[int, ...]
    constants: tuple[Constant, ...]
    steps: tuple[Step, ...]
    outputs: tuple[int, ...]
    guards: tuple[Guard, ...] = ()
    name: str = "f"

    def label(self, index: int) -> str:
        """The variable's name; where it has none, `v` and its index."""
        return self.variables[index].name or f"v{index}"

    def producers(self) -> dict[int, Step]:
        """The step that makes each variable (inputs and constants have none)."""
        return {out: step for step in self.steps for out in step.outputs}

    def readers(self) -> dict[int, list[Step]]:
        """The steps that read each variable, in order."""
        found: dict[int, list[Step]] = {}
        for step in self.steps:
            for index in dict.fromkeys(step.inputs):
                found.setdefault(index, []).append(step)
        return found

    def __str__(self) -> str:
        return "\n".join(_lines(self, ""))


def needed_for(wanted: Iterable[int], steps: Sequence[Step]) -> list[Step]:
    """The steps, in their order, without which these variables would not be there."""
    needed, kept = set(wanted), []
    for step in reversed(steps):
        if not needed.isdisjoint(step.outputs):
            kept.append(step)
            needed.update(step.inputs)
    return kept[::-1]


def _lines(program: Program, indent: str) -> Iterator[str]:
    """The text form: head, constants, steps, result."""
    show, var = program.label, program.variables
    literals = {c.index: repr(c.value) for c in program.constants if c.kind == "literal"}

    def read(index: int) -> str:
        return literals.get(index) or show(index)

    arguments = ", ".join(f"{show(i)}: {var[i].describe()}" for i in program.inputs)
    yield f"{indent}{program.name}({arguments}):"
    for constant in program.constants:
        if constant.kind != "literal":
            i = constant.index
            yield f"{indent}    {show(i)}: {var[i].describe()} = {constant.kind} {constant.path}".rstrip()
    for step in program.steps:
        given = ", ".join(
            [*map(read, step.inputs), *(f"{n}={v!r}" for n, v in zip(step.primitive.params, step.params, strict=False))]
        )
        made = ", ".join(f"{show(i)}: {var[i].describe()}" for i in step.outputs)
        if step.body is not None:
            yield f"{indent}    {made} = repeat {step.trips} times ({given}):"
            yield from _lines(step.body, indent + "        ")
        else:
            yield f"{indent}    {made} = {step.primitive.name}({given})"
    yield f"{indent}    return {', '.join(map(read, program.outputs))}"
