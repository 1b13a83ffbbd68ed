"""The derivation as one JSON document: everything that a page needs, and nothing that it must guess.

`document.schema.json` beside this file says what is in it, field by field; docs/document.md tells it at length.
The same derivation gives the same bytes: no times, no folders of the machine, no order left to chance.
"""

from __future__ import annotations

import functools
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whygrad.explaining import encoding
from whygrad.explaining.encoding import Object, number
from whygrad.explaining.equations import step_formulas
from whygrad.explaining.flows import Flows
from whygrad.explaining.graph import graph_of, right_side
from whygrad.explaining.latex import latex
from whygrad.explaining.lines import Line
from whygrad.explaining.mathml import mathml
from whygrad.explaining.network import network_of
from whygrad.explaining.notation import Equation
from whygrad.explaining.reasons import Explained, Explainer
from whygrad.explaining.sources import Sources, short_names
from whygrad.program import Guard, Program, Span, Step
from whygrad.rules.core import to_core

if TYPE_CHECKING:
    from whygrad.differentiation.reverse import Derivative
    from whygrad.explaining.derivation import Derivation

FORMAT = "whygrad derivation"
VERSION = 1
SCHEMA = Path(__file__).with_name("document.schema.json")


def to_json(d: Derivation, indent: int | None = None) -> str:
    """The document as text. Without `indent` it takes as little room as it can."""
    separators = (",", ":") if indent is None else (",", ": ")
    return json.dumps(document(d), ensure_ascii=False, allow_nan=False, indent=indent, separators=separators)


def document(d: Derivation) -> Object:
    """The document as Python's lists, dicts, texts and numbers."""
    return _Writer(d).document()


@functools.cache
def our_version() -> str:
    """The version of whygrad that is installed; 0 in a checkout that is not."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("whygrad")
    except PackageNotFoundError:
        return "0"


def settled(derivative: Derivative) -> list[Any]:
    """The values of all variables. What the author wrote over in place was no longer there when the run was over:
    such arrays, and what is read from them as a view, are computed again."""
    values = list(derivative.values)
    again: set[int] = set()
    for step in derivative.program.steps[: derivative.split]:
        primitive = step.primitive
        if primitive.evaluate_into is not None or (primitive.is_view and step.inputs[0] in again):
            again.add(step.output)
            values[step.output] = primitive.evaluate(*(values[i] for i in step.inputs), *step.params)
    return values


def scripts(prefix: str, equation: Equation) -> Object:
    """An equation as LaTeX and as MathML, whose ids begin with the prefix."""
    return {"latex": latex(equation), "mathml": mathml(equation, prefix)}


def used_by(program: Program) -> set[int]:
    """The variables that a Program makes or reads; a recording has others, too."""
    found = {*program.inputs, *program.outputs}
    for step in program.steps:
        found.update(step.inputs, step.outputs)
    return found


class _Writer:
    """Writes one derivation."""

    def __init__(self, d: Derivation) -> None:
        self.d = d
        self.layout = d.layout
        self.derivative = d.derivative
        self.program = d.program
        self.values = settled(d.derivative)
        self.explainer = Explainer(d.layout)
        asked = d.questions.steps if d.questions is not None else ()
        self.formulas = step_formulas(d)
        self.sources = Sources([*self.program.steps[: self.derivative.split], *asked])
        self.inputs = set(self.program.inputs)
        self.constants = {c.index: c for c in self.program.constants}
        self.kinds = {c.index: c.kind for c in self.program.constants}
        self.used = used_by(self.program)
        self.gradient_of: dict[int, int] = {}
        for v, g in self.derivative.gradients.items():
            if g in self.used and g >= self.derivative.forward_variables:
                self.gradient_of.setdefault(g, v)
        self.core, self.core_values = to_core(self.program, self.values)
        self.flows = Flows(self.explainer, self.core, self.core_values)

    def document(self) -> Object:
        d = self.d
        programs = self._programs()  # first: steps enter their spans in order
        file, line = d.place
        place: Object = {"file": short_names([file])[0], "line": line} if file else {}
        found: Object = {
            "format": FORMAT,
            "version": VERSION,
            "whygrad": our_version(),
            "function": {"name": d.name, "symbol": self.explainer.symbol, "d": self.explainer.partial, **place},
            "value": number(d.value),
            "arguments": self._arguments(),
            "wrt": self._wrt(),
            "conditions": d.conditions,
            "assumptions": [
                {"variable": a.variable, "text": text}
                for a, text in zip(self.derivative.assumptions, d.assumed, strict=True)
            ],
            "notes": list(d.notes),
            "programs": programs,
            "links": self.flows.links(self.sources),
            "given": self._given_lines(),
            "forward": self._forward_lines(),
            "backward": self._backward_lines(),
            "graph": graph_of(self.explainer, self.used, self.sources.rounds),
        }
        network = network_of(self.explainer)
        if network is not None:
            found["network"] = network
        found["spans"] = self.sources.spans
        found["sources"] = self.sources.files_found()
        return found

    # What the function is given and gives

    def _arguments(self) -> list[Object]:
        found: dict[str, list[Object]] = {self.d.argument_code(n): [] for n in range(len(self.d.argument_names))}
        for leaf, code in self.d.leaf_paths:
            name = self.d.argument_code(leaf.argument)
            found.setdefault(name, []).append({"variable": leaf.index, "code": code})
        return [{"name": name, "leaves": leaves} for name, leaves in found.items()]

    def _wrt(self) -> list[Object]:
        paths = self.d.leaf_paths
        results = iter(zip(self.program.outputs[1:], self.layout.results, strict=True))
        found = []
        for name, group in zip(self.d.wrt_names, self.d.leaf_groups, strict=True):
            leaves = []
            for place in group:
                gradient, (own, _) = next(results)
                leaf, code = paths[place]
                leaves.append({"variable": leaf.index, "code": code, "gradient": gradient, "name": own})
            found.append({"name": name, "leaves": leaves})
        return found

    # The Programs

    def _programs(self) -> list[Object]:
        """Value and gradients; and, where the code asked something of its values, what it asked."""
        sizes = {i: encoding.size(self.values[i]) for i in self.used}
        given = self.inputs | (set(self.constants) & self.used)
        whole = encoding.whole_ones(sizes, (given, set(self.program.outputs), self.used))
        steps = [self._step(step) for step in self.program.steps]
        first = {
            **self._program("value_and_grad", self.program, self.core, self.used, whole),
            "steps": steps,
            "split": self.derivative.split,
        }
        asked = self.d.questions
        if asked is None:
            return [first]
        own = used_by(asked)
        # The forward variables are the same; the numbers of all others are taken.
        asked = replace(asked, variables=(*asked.variables, *self.core.variables[len(asked.variables) :]))
        more = encoding.whole_ones({i: encoding.size(self.values[i]) for i in own}, (own - self.used,))
        core, _ = to_core(asked, self.core_values)
        second = {
            **self._program("questions", asked, core, own, whole | more),
            "continues": "value_and_grad",
            "steps": [self._step(step) for step in asked.steps],
            "split": len(asked.steps),
            "guards": [self._guard(guard) for guard in self.d.branches],
        }
        return [first, second]

    def _program(self, name: str, program: Program, core: Program, used: set[int], whole: set[int]) -> Object:
        """All of a Program but its steps. What has been told with the first is not told again with the second."""
        constants = [c for c in program.constants if c.index in used]
        told = self.used if program is not self.program else set()
        obstacles = self._obstacles(program, core, used, whole)
        found: Object = {
            "name": name,
            "inputs": list(program.inputs),
            "outputs": list(program.outputs),
            "variables": [self._variable(i, program) for i in sorted(used - told)],
            "constants": [encoding.constant(c, c.index in whole) for c in constants if c.index not in told],
            "values": [
                {"variable": i, **encoding.array(self.values[i], i in whole)}
                for i in sorted(used - told - {c.index for c in constants})
            ],
            "primitives": sorted({step.primitive.name for step in core.steps}),
            "runnable": not obstacles,
            "obstacles": obstacles,
        }
        if core is not program:
            found["core"] = self._core(program, core)
        return found

    def _obstacles(self, program: Program, core: Program, used: set[int], whole: set[int]) -> list[str]:
        """Why a Program cannot be run again from what is in the document."""
        given = {*program.inputs, *(c.index for c in program.constants)} & used
        found = [f"{self._name(i, program)} is too large to be written out" for i in sorted(given - whole)]
        names = {s.primitive.name for s in core.steps if s.primitive.name.startswith("opaque ")}
        return [*found, *(f"{name.removeprefix('opaque ')} has no row" for name in sorted(names))]

    def _name(self, i: int, program: Program) -> str:
        return self.layout.names.get(i) or program.variables[i].name or f"v{i}"

    def _variable(self, i: int, program: Program) -> Object:
        found = encoding.variable(i, program.variables[i])
        name = self._name(i, program)
        if name != f"v{i}":
            found["name"] = name
        shown = self.layout.shown(i)
        if shown:
            found["code"] = shown
        constants = {c.index: c.kind for c in program.constants} if program is not self.program else self.kinds
        if i in self.inputs:
            found["role"] = "argument"
        elif i in constants:
            found["role"] = constants[i]
        elif i in self.gradient_of:
            found |= {"role": "gradient", "of": self.gradient_of[i]}
        else:
            found["role"] = "step"
        gradient = self.derivative.gradients.get(i)
        if gradient in self.used:
            found["gradient"] = gradient
        return found

    def _step(self, step: Step) -> Object:
        about: Object = {}
        if isinstance(step.origin, Span):
            about = self.sources.of_step(step)
        elif step.origin is not None:
            about = {"reason": encoding.reason(step.origin)}
            rewritten = self.derivative.simplified.get(step.output)
            if rewritten is not None:
                about["simplified"] = {"before": rewritten.before, "after": rewritten.after}
        return encoding.step(step, about)

    def _core(self, program: Program, core: Program) -> Object:
        """The same Program in core steps; what it computes on the way has numbers behind all others."""
        before = len(program.variables)
        own = sorted(i for i in used_by(core) if i >= before)
        return {
            "variables": [encoding.variable(i, core.variables[i]) for i in own],
            "constants": [encoding.constant(c) for c in core.constants if c.index >= before and c.index in own],
            "steps": [encoding.step(step, {}) for step in core.steps],
        }

    def _guard(self, guard: Guard) -> Object:
        found: Object = {"variable": guard.variable, "outcome": encoding.param(guard.outcome)}
        if guard.origin is not None:
            found |= {"text": guard.origin.text, "span": self.sources.span(guard.origin)}
        return found

    # The lines

    def _given_lines(self) -> list[Object]:
        """What is there before the first line and is read by a name that is not the author's, or made by the code."""
        found = []
        for n, one in enumerate(f for f in self.formulas if not f.backward and not f.line.covers):
            told: Object = {"target": one.target, "name": one.line.name, "code": one.line.text}
            found.append({**told, "formula": {"text": one.line.text, **scripts(f"g{n}", one.formula)}})
        return found

    def _forward_lines(self) -> list[Object]:
        told = (f for f in self.formulas if not f.backward and f.line.covers)
        return [self._forward(one.line, scripts(f"f{n}", one.formula)) for n, one in enumerate(told)]

    def _backward_lines(self) -> list[Object]:
        formulas = (f.formula for f in self.formulas if f.backward)
        told = zip(self.d.steps, formulas, strict=True)
        return [self._backward(step, scripts(f"b{n}", f)) for n, (step, f) in enumerate(told)]

    def _forward(self, line: Line, formula: Object) -> Object:
        step = self.layout.producers[line.target]
        name = self.explainer.named(line.target) or line.name
        found: Object = {
            "target": line.target,
            "name": line.name,
            "code": line.text,
            "covers": sorted(line.covers),
            "formula": {"text": f"{name} = {right_side(self.explainer, line.target)}", **formula},
        }
        if isinstance(step.origin, Span):
            found["span"] = self.sources.span(step.origin)
        return found

    def _backward(self, told: Explained, formula: Object) -> Object:
        line = told.line
        found: Object = {
            "target": line.target,
            "name": line.name,
            "code": line.text,
            "covers": sorted(line.covers),
        }
        if told.variable is not None:
            found |= {"of": told.variable, "of_name": told.of}
        if line.of is not None:
            found["same"] = True
        found |= {
            "formula": {"text": told.formula, "product": told.product, **formula},
            "shapes": told.shapes,
            "opening": told.opening,
            "telling": [{"local": link.local, "sentence": link.sentence} for link in told.telling],
            "stretched": list(told.stretched),
            "remarks": list(told.remarks),
            "summary": told.summary,
            "paths": self.flows.paths(told),
        }
        if told.origin is not None:
            found["span"] = self.sources.span(told.origin)
        return found
