"""Which steps get a line of their own, and what the lines say: the shape of the printed program."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from whygrad.differentiation.reverse import Derivative
from whygrad.explaining.breaking import WIDTH, too_long
from whygrad.explaining.expressions import CODE, Expressions, constant_text
from whygrad.explaining.naming import Names, printable
from whygrad.explaining.statements import STATEMENTS, atom, statement
from whygrad.program import Span, Step
from whygrad.rules.indexing import is_basic

DEEPEST = 12
"""An expression nested deeper than this is broken, too."""
CHEAP = frozenset({"add", "subtract", "negative", "multiply", "divide"})
ALIASES = frozenset({"transpose", "spread_back"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line (or a few that belong together) of the printed program.

    `target` is the variable that it makes, `covers` the steps (by their outputs) written out in it.
    """

    target: int
    name: str
    text: str
    covers: tuple[int, ...]
    backward: bool
    of: int | None = None
    """For a gradient that is another's array: the variable whose gradient it is."""


class Layout:
    """The lines of a derivative: names decided, steps folded into lines."""

    def __init__(self, derivative: Derivative, taken: Iterable[str] = ()) -> None:
        self.derivative = derivative
        self.program = derivative.program
        self.names = Names(derivative, taken)
        self.producers = self.program.producers()
        self.position = {step.output: n for n, step in enumerate(self.program.steps)}
        self.readers: dict[int, list[int]] = defaultdict(list)
        for step in self.program.steps:
            for index in dict.fromkeys(step.inputs):
                self.readers[index].append(step.output)
        self.constants = {c.index: c for c in self.program.constants}
        self.literals = {index for index, c in self.constants.items() if c.kind == "literal"}
        self.created: dict[int, str] = {}
        """Arrays that the code made, as code: written out where they are read."""
        self.preset: dict[int, str] = {}
        """Such arrays that have a name and are read several times: a line of their own."""
        self.keywords: list[int] = []
        self._constants()
        self.identifier: dict[int, str] = {}
        self.lined: set[int] = set()
        self.automatic: set[int] = set()
        self._gradient_names()
        self.flipped = self._flipped()
        """Unnamed gradients of which the negative has a name (dn = -…): elsewhere they are minus that name."""
        self._choose()
        self.copied = self._handed_out_views()
        self.in_place = self._in_place()
        self.continued: set[int] = set()
        """Sums whose first summands have a line above, under the same name."""
        self._share_identifiers()
        self.expressions = Expressions(self.program, self.producers, self.shown, CODE)
        self.expressions.gradient_of = {g: v for v, g in derivative.gradients.items() if not self._is_rebound(v)}
        self.lines = self._lines()

    # What is named

    def _constants(self) -> None:
        """Captured arrays become keyword arguments; created ones are written out where that is short."""
        for index, constant in self.constants.items():
            if constant.kind == "literal" or index >= self.derivative.forward_variables:
                continue
            made_here = constant.kind == "created" or (not constant.path and constant.kind != "drawn")
            value = float(constant.value) if self._is_plain_number(index) else constant.value
            text = constant_text(value) if made_here else None
            text = text if text is None or len(text) <= WIDTH else None
            variable = self.program.variables[index]
            written = any(self.producers[r].primitive.name in STATEMENTS for r in self.readers[index])
            often = len(self.readers[index]) > 1
            own_line = (often or variable.shape) if variable.name else often and text is not None and len(text) > 24
            if text is not None and own_line and not written:
                self.preset[index] = text
                self.names.give(index, variable.name or f"c{len(self.preset) + len(self.keywords)}")
            elif text is not None:
                self.created[index] = text
            else:
                self.keywords.append(index)
                self.names.give(index, constant.path or variable.name or f"c{len(self.preset) + len(self.keywords)}")

    def _is_plain_number(self, index: int) -> bool:
        """Is it a float64 of NumPy's that only ever meets arrays of float64? Then a Python float does the same."""
        if type(self.constants[index].value) is not np.float64 or index in self.program.outputs:
            return False
        variables = self.program.variables
        for step in self._reading(index):
            others = [variables[i] for i in step.inputs if i != index]
            arrays = any(v.face == "array" and v.dtype == np.float64 for v in others)
            if step.primitive.name not in CHEAP or not arrays:
                return False
        return True

    def _is_rebound(self, v: int) -> bool:
        """Does its name stand for something else as well, in the author's code?"""
        return self.program.variables[v].name in self.rebound

    @cached_property
    def rebound(self) -> set[str]:
        steps = self.program.steps[: self.derivative.split]
        bound = [(s.origin.name, self.program.variables[s.output].name) for s in steps if isinstance(s.origin, Span)]
        return {name for name, own in bound if name != own}

    def _gradient_names(self) -> None:
        """The gradients of named variables are named after them; a variable shared by several after the first."""
        gradients = self.derivative.gradients
        order = sorted(
            (v for v in gradients if self.names.get(v)),
            key=lambda v: (self.position.get(gradients[v], -1), -self.position.get(v, -1)),
        )
        for v in order:
            g = gradients[v]
            if g in self.producers and g >= self.derivative.forward_variables:
                self.names.give(g, self.names.gradient_name(v))

    def _flipped(self) -> dict[int, int]:
        """The gradient of a − n is read for a as it is and for n with the sign flipped; dn is what has a name."""
        found: dict[int, int] = {}
        for step in self.program.steps[self.derivative.split :]:
            if step.primitive.name != "negative" or not self.names.get(step.output):
                continue
            v, u = step.output, step.inputs[0]
            others = [self.producers[r] for r in self.readers[u] if r != v]
            in_sums = all(
                r.primitive.name in ("add", "subtract") and self.position[r.output] > self.position[v] for r in others
            )
            if others and in_sums and self._is_unnamed_gradient(u) and self.program.variables[u].shape:
                found[u] = v
        return found

    def _is_unnamed_gradient(self, index: int) -> bool:
        own = self._is_own(index) and not self.names.get(index)
        return own and self.producers[index].primitive.name not in STATEMENTS

    def _choose(self) -> None:
        """Steps that get a line: named ones, those read more than once, those that are statements."""
        forward = self.derivative.forward_variables
        outputs = set(self.program.outputs)
        depth: dict[int, int] = {}
        for step in self.program.steps:
            v = step.output
            depth[v] = 1 + max((depth.get(i, 0) for i in step.inputs if i not in self.lined), default=0)
            if depth[v] > DEEPEST:
                self.lined.add(v)
                continue
            count = len(self.readers[v]) + sum(s.inputs.count(v) - 1 for s in self._reading(v))
            if v in self.flipped:
                continue
            if v not in outputs and (self._is_entry(step) or self._is_still_to_be_spread(step)):
                continue
            if self.names.get(v) in self.names.invented and self._is_small(step) and v not in outputs:
                continue
            if self.names.get(v) or v in outputs or step.primitive.name in STATEMENTS:
                self.lined.add(v)
            elif (step.primitive.name in ALIASES and self._is_named(step.inputs[0])) or (
                step.primitive.name == "getitem" and self._is_given(step.inputs[0]) and is_basic(step.params[0])
            ):
                continue
            elif (count > 1 and not self._is_cheap(step)) or (
                v < forward and any(r >= forward for r in self.readers[v]) and not self._is_cheap(step)
            ):
                self.lined.add(v)
        for v in sorted(self.lined, key=lambda i: self.position[i]):
            if not self.names.get(v):
                self.name_inner(v)

    def name_inner(self, v: int) -> None:
        forward = self.derivative.forward_variables
        if v < forward:
            self.names.give_inner(v)
            return
        for of, g in self.derivative.gradients.items():
            if g == v:
                if not self.names.get(of):
                    self.names.give_inner(of)
                self.names.give(v, self.names.gradient_name(of))
                return
        number = 1
        while f"t{number}" in self.names.taken:
            number += 1
        self.names.give(v, f"t{number}")
        self.automatic.add(v)

    def _reading(self, v: int) -> list[Step]:
        return [self.producers[r] for r in self.readers[v]]

    def _is_entry(self, step: Step) -> bool:
        """Is it what an entry is set to (out[i, j] = …), or the gradient that is read there? Neither needs a name."""
        v, forward = step.output, self.derivative.forward_variables
        if step.primitive.name in STATEMENTS:
            return False
        if v < forward:
            span, readers = step.origin, self._reading(v)
            entry = isinstance(span, Span) and span.name.endswith("]")
            return entry and [(r.primitive.name, r.inputs[1:2]) for r in readers] == [("setitem", (v,))]
        name = (self.names.get(v) or "").rpartition("[")[0] or self.names.get(v) or ""
        simple = step.primitive.name == "getitem" and is_basic(step.params[0]) and step.inputs[0] in self.lined
        return simple and name.endswith("]")

    def _is_still_to_be_spread(self, step: Step) -> bool:
        """A gradient that is the same for every entry, and is written out once, in all of them."""
        v = step.output
        if v < self.derivative.forward_variables or self.program.variables[v].shape:
            return False
        if all(i in self.literals for i in step.inputs):
            return any(g == v and self.program.variables[of].shape for of, g in self.derivative.gradients.items())
        return [r.primitive.name for r in self._reading(v)] == ["spread"]

    def _is_named(self, index: int) -> bool:
        return bool(self.names.get(index)) or index in self.constants

    def _is_given(self, index: int) -> bool:
        return index in self.program.inputs or index in self.keywords

    def _is_small(self, step: Step) -> bool:
        """One operation on named numbers, no arrays: good − 1."""
        return self.program.variables[step.output].face != "array" and self._is_cheap(step)

    def _is_cheap(self, step: Step) -> bool:
        """One arithmetic operation on named values: written again wherever it is needed, as a person would."""
        scalar = self.program.variables[step.output].face != "array"
        allowed = CHEAP if scalar else ("add", "subtract")
        return step.primitive.name in allowed and all(map(self._is_named, step.inputs))

    def shown(self, index: int) -> str | None:
        """The text of a variable that is not written out."""
        if index in self.created:
            return self.created[index]
        if index in self.flipped:
            return f"-{self.name_of(self.flipped[index])}"
        if index in self.lined or index in self.program.inputs or index in self.keywords or index in self.preset:
            return self.name_of(index)
        return None

    def name_of(self, index: int) -> str:
        known = self.identifier.get(index)
        if known is None:
            known = self.identifier[index] = printable(self.names.get(index) or f"v{index}")
        return known

    def _handed_out_views(self) -> set[int]:
        """Gradients that would share another array's memory: their lines end in a copy."""
        found: dict[int, int] = {}
        for v, g in zip(self.derivative.wrt, self.program.outputs[1:], strict=True):
            step = self.producers.get(g)
            if step is not None and step.primitive.is_view and self.program.variables[v].face == "array":
                found[g] = self._whose_memory(g)
        owned = {i for i, whose in found.items() if self._is_own(whose) and [*found.values()].count(whose) == 1}
        return {g for g in found if g >= self.derivative.forward_variables and g not in owned}

    def _whose_memory(self, index: int) -> int:
        """The variable in whose memory a view lies."""
        step = self.producers.get(index)
        while step is not None and step.primitive.is_view:
            index = step.inputs[0]
            step = self.producers.get(index)
        return index

    def _is_own(self, index: int) -> bool:
        """Is it an array that the backward lines make, and that is not handed out itself?"""
        derived = index >= self.derivative.forward_variables and index in self.producers
        return derived and index not in self.program.outputs

    @cached_property
    def results(self) -> list[tuple[str, str]]:
        """For each variable of `wrt` the name of its gradient, and what it is: a copy where it is another's memory."""
        found: list[tuple[str, str]] = []
        used: set[int] = set()
        for v, g in zip(self.derivative.wrt, self.program.outputs[1:], strict=True):
            array = self.program.variables[v].face == "array"
            derived = g in self.producers and g >= self.derivative.forward_variables
            text = self.handed_out(v, g)
            if g in used and array and not text.endswith(")") and g not in self.expressions.literals:
                text = f"{text}.copy()"
            wanted = "d" + (self.names.get(v) or "x")
            own = derived and g not in used and self.name_of(g) == printable(wanted)
            name = printable(wanted) if own else printable(self.names.free(wanted))
            used.add(g)
            found.append((name, text))
        return found

    def handed_out(self, v: int, g: int) -> str:
        """The gradient g of v as it is handed out."""
        array = self.program.variables[v].face == "array"
        forward = self.derivative.forward_variables
        if g in self.producers and g >= forward:
            return self.shown(g) or self.name_of(g)
        if g in self.expressions.literals:
            return repr(float(self.expressions.literals[g]))
        if g in self.constants and g >= forward:
            return f"np.zeros_like({self.expressions.variable(v)[0]})" if array else "0.0"
        if array and not self.program.variables[g].shape:
            return f"np.array({self.expressions.variable(g)[0]})"
        return self.expressions.atom(g) + (".copy()" if array else "")

    # Writes in place

    def _in_place(self) -> set[int]:
        """The writes (setitem, add_at) that may be printed as writes into the old array: nobody reads it later."""
        outputs = set(self.program.outputs)
        found: set[int] = set()
        for step in self.program.steps:
            if step.primitive.name not in ("setitem", "add_at"):
                continue
            base = step.inputs[0]
            if base in outputs or step.inputs.count(base) > 1 or self.program.variables[base].shape == ():
                continue
            made = self.producers.get(base)
            if base < self.derivative.forward_variables <= step.output:
                continue  # the forward pass's values stay as they are
            own = base in self.created or (made is not None and not made.primitive.is_view)
            if own and all(self._done_before(r, step) for r in self.readers[base] if r != step.output):
                found.add(step.output)
                if base in self.producers and base not in self.lined:
                    self.lined.add(base)
        return found

    def _share_identifiers(self) -> None:
        """What is written in place keeps its name: the first version's, where it has one, else the last's."""
        writes = [s for s in self.program.steps if s.output in self.in_place]
        for step in reversed(writes):
            if not self.names.get(step.inputs[0]) or step.inputs[0] in self.automatic:
                self.identifier[step.inputs[0]] = self.name_of(step.output)
        for step in writes:
            self.identifier[step.output] = self.name_of(step.inputs[0])
            gradient, wanted = self.derivative.gradients.get(step.output), f"d{self.name_of(step.inputs[0])}"
            if gradient in self.lined and gradient not in self.identifier and wanted not in self.names.taken:
                self.identifier[gradient] = self.names.by_index[gradient] = self.names.free(wanted)

    def _done_before(self, reader: int, write: Step) -> bool:
        """Is the reader evaluated, in the printed text too, before the write is made?"""
        if self.position[reader] > self.position[write.output]:
            return False
        primitive = self.producers[reader].primitive
        if primitive.is_view and self.program.variables[reader].face == "array":
            if primitive.name != "getitem":
                return False
            self.copied.add(reader)
        elif self._leads_only_into(reader, write.output):
            return True
        if reader in self.lined:
            return True
        self.lined.add(reader)
        if not self.names.get(reader):
            self.name_inner(reader)
        return True

    def _leads_only_into(self, index: int, write: int) -> bool:
        """Is it written out in the line of that write, and nowhere else? What is written is evaluated first."""
        queue = [index]
        while queue:
            v = queue.pop()
            if v != write and (v in self.lined or v in self.program.outputs):
                return False
            queue.extend(r for r in self.readers[v] if v != write)
        return True

    # Lines

    def _lines(self) -> list[Line]:
        lines: list[Line] = []
        forward = self.derivative.forward_variables
        split: set[int] = set()
        for step in self.program.steps:
            v = step.output
            if v not in self.lined:
                continue
            parts = [part for part in too_long(self, v) if part not in split]
            split.update(parts)
            for part in (*parts, v):
                lines.append(self.line(part, part >= forward))
        return lines

    def line(self, v: int, backward: bool) -> Line:
        """The line that makes the variable."""
        step = self.producers[v]
        covers = tuple(self._covered(v))
        if step.primitive.name in STATEMENTS:
            text = statement(self, step)
        else:
            flips = self.flipped.get(step.inputs[0]) == v if step.inputs else False
            text, binds = self.expressions.negated(step.inputs[0]) if flips else self.expressions.step(step)
            name = self.name_of(v)
            if v in self.copied:
                text = f"{atom(text, binds)}.copy()"
            if v in self.continued:
                text = f"{name} += {text.removeprefix(f'{self.name_of(step.inputs[0])} + ')}"
            else:
                text = f"{name} = {text}"
        return Line(v, self.name_of(v), text, covers, backward)

    def _covered(self, v: int) -> list[int]:
        """The steps written out in the line of v."""
        found, queue = [v], list(self.producers[v].inputs)
        while queue:
            index = queue.pop()
            inside = self.shown(index) is None or self.flipped.get(index) == v
            if index in self.producers and inside and index not in found:
                found.append(index)
                queue.extend(self.producers[index].inputs)
        return found
