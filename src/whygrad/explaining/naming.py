"""Names for what the author left unnamed: z1 for what goes into the activation k1, dk1 for the gradient of k1."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable

from whygrad.differentiation.reverse import Derivative
from whygrad.explaining.forms import DEFINITIONS
from whygrad.explaining.matrices import OWN
from whygrad.program import Program
from whygrad.watching.programs import identifier

CALLED = frozenset(
    (*DEFINITIONS, *OWN, "np", "math", "special", "abs", "bool", "float", "int", "len", "max", "min", "pow", "round")
) | {"sum", "type"}
"""What printed code may call: no variable in it bears such a name."""


def printable(name: str) -> str:
    """A name as printed code can have it: self.W becomes self_W, h[0] becomes h_0, class becomes class_."""
    known = name if name.isidentifier() else identifier(name)
    if not known.isidentifier():
        known = f"v{known}"
    return known + "_" if keyword.iskeyword(known) or known in CALLED else known


def result_name(program: Program) -> str:
    """What the function's result is called: the author's name for it, else the function's, else L."""
    own = program.variables[program.outputs[0]].name
    if own:
        return own
    taken = {v.name for v in program.variables}
    name = program.name if program.name.isidentifier() else "L"
    return name if name not in taken else "L" if "L" not in taken else "result"


class Names:
    """The names of all variables of a derivative, as the author would spell them; each is used once."""

    def __init__(self, derivative: Derivative, taken: Iterable[str] = ()) -> None:
        self.derivative = derivative
        program = derivative.program
        self.by_index: dict[int, str] = {}
        self.taken: set[str] = set(taken)
        self.invented: set[str] = set()
        """Names of gradients of what the author gave no name."""
        for index in range(derivative.forward_variables):
            name = program.variables[index].name
            if name:
                self.give(index, name)
        if derivative.output not in self.by_index and any(s.output == derivative.output for s in program.steps):
            self.give(derivative.output, result_name(program))
        self._pre_activations()

    def give(self, index: int, name: str) -> str:
        """Name a variable; a name that is taken gets a number."""
        if index in self.by_index:
            return self.by_index[index]
        self.by_index[index] = self.free(name)
        return self.by_index[index]

    def free(self, name: str) -> str:
        """The name, with a number behind it where it is taken; nobody else gets it."""
        wanted, number = name, 2
        while printable(wanted) in self.taken:
            wanted, number = f"{name}_{number}", number + 1
        self.taken.add(printable(wanted))
        return wanted

    def get(self, index: int) -> str | None:
        return self.by_index.get(index)

    def give_inner(self, index: int) -> str:
        """A name for a forward value that the author did not name: u1, u2 …"""
        number = 1
        while f"u{number}" in self.taken:
            number += 1
        return self.give(index, f"u{number}")

    def gradient_name(self, forward: int) -> str:
        """The name of the gradient of a named forward variable: d and its name."""
        name = "d" + self.by_index[forward]
        if not self.derivative.program.variables[forward].name:
            self.invented.add(name)
        return name

    def _pre_activations(self) -> None:
        """What goes into an activation and has no name is z, with the number of the activation's own name."""
        derivative = self.derivative
        producers = derivative.program.producers()
        found: list[tuple[int, str]] = []
        for output, use in derivative.uses.items():
            operand = use.names.get("x")
            inner = use.names.get("p", use.names.get("k", output))
            if isinstance(operand, int) and operand not in self.by_index and operand in producers:
                found.append((operand, self.by_index.get(inner, self.by_index.get(output, ""))))
        for step in derivative.program.steps[: derivative.split]:
            if step.primitive.name == "tanh" and step.inputs[0] not in self.by_index and step.inputs[0] in producers:
                found.append((step.inputs[0], self.by_index.get(step.output, "")))
        products = [f for f in found if _is_affine(derivative.program, f[0])]
        for place, (operand, name) in enumerate(sorted(products), start=1):
            digits = re.search(r"\d+$", name)
            wanted = "z" + (digits[0] if digits else str(place) if len(products) > 1 else "")
            plain = digits or len(products) == 1
            self.give(operand, f"z_{name}" if name and (wanted in self.taken or not plain) else wanted)


def _is_affine(program: Program, index: int) -> bool:
    """Is it a matrix product, or one with something added?"""
    producers = program.producers()
    queue, seen = [index], 0
    while queue and seen < 6:
        step = producers.get(queue.pop())
        seen += 1
        if step is None:
            continue
        if step.primitive.name in ("matmul", "vector_matrix", "matrix_vector", "dot"):
            return True
        if step.primitive.name == "add":
            queue.extend(step.inputs)
    return False
