"""The derivation as one JSON document: everything that a page needs, and nothing that it must guess.

`document.schema.json` beside this file says what is in it, field by field; docs/document.md tells it at length.
The same derivation gives the same bytes: no times, no folders of the machine, no order left to chance.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from whygrad.explaining.document import encoding
from whygrad.explaining.document.encoding import Forms, Object, number
from whygrad.explaining.document.flows import Flows
from whygrad.explaining.document.graph import Graph, right_side
from whygrad.explaining.document.groups import Group, groups_of
from whygrad.explaining.document.lesson import lesson_of
from whygrad.explaining.document.network import network_of
from whygrad.explaining.document.running import core_of, used_by
from whygrad.explaining.document.sources import Sources, short_names
from whygrad.explaining.document.training import Training, trained
from whygrad.explaining.formulas.equations import step_formulas
from whygrad.explaining.formulas.latex import latex
from whygrad.explaining.formulas.mathml import mathml
from whygrad.explaining.formulas.notation import Equation
from whygrad.explaining.lines import Line
from whygrad.explaining.parts import Parts
from whygrad.explaining.reasons import Explained
from whygrad.program import Guard, Program, Span, Step
from whygrad.rules.core import to_core

if TYPE_CHECKING:
    from whygrad.explaining.derivation import Derivation

FORMAT = "whygrad derivation"
VERSION = 1
MANY_FORMULAS = 300
"""In a derivation of more lines than this formulas are as short as a page can do with."""
MOST_FORMULAS = 3_000
"""A derivation of more lines than this has its formulas as text only."""
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


def scripts(prefix: str, equation: Equation | None) -> Object:
    """An equation as LaTeX and as MathML, whose ids begin with the prefix; without one, as MathML without ids."""
    if equation is None:
        return {}
    return (
        {"latex": latex(equation), "mathml": mathml(equation, prefix)} if prefix else {"mathml": mathml(equation, "")}
    )


def equations_of(d: Derivation) -> Iterator[tuple[Line, Equation | None]]:
    """The printed lines with their equations; without, where there are more than anybody reads as formulas."""
    if len(d.layout.lines) > MOST_FORMULAS:
        return ((line, None) for line in d.layout.lines)
    return ((one.line, one.formula) for one in step_formulas(d))


def _group(group: Group) -> Object:
    within: Object = {} if group.within is None else {"within": group.within}
    return {"kind": group.kind, "title": group.title, "first": group.first, "last": group.last, **within}


class _Writer:
    """Writes one derivation."""

    def __init__(self, d: Derivation) -> None:
        self.d = d
        self.layout = d.layout
        self.derivative = d.derivative
        self.program = d.program
        self.values = d.derivative.values
        self.explainer = d.explainer
        self.right = functools.cache(functools.partial(right_side, d.explainer))
        asked = d.questions.steps if d.questions is not None else ()
        self.formulas = tuple(equations_of(d))
        self.parts = Parts(self.layout)
        self.forms = Forms()
        self.sources = Sources([*self.program.steps[: self.derivative.split], *asked])
        self.inputs = set(self.program.inputs)
        asked_constants = d.questions.constants if d.questions is not None else ()
        self.constants = {c.index: c for c in (*asked_constants, *self.program.constants)}
        self.used = used_by(self.program)
        self.gradient_of: dict[int, int] = {}
        for v, g in self.derivative.gradients.items():
            if g in self.used and g >= self.derivative.forward_variables:
                self.gradient_of.setdefault(g, v)
        self.core, self.core_values = to_core(self.program, self.values)
        self.room = self.core.variables
        """All variables so far: numbers that are taken."""
        self.flows = Flows(self.explainer, self.core, self.core_values, self.forms)

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
            "vjps": self.flows.vjps,
            "given": self._given_lines(),
            "forward": self._forward_lines(),
            "backward": self._backward_lines(),
            **self._graphs(),
        }
        of_trained = trained(self.derivative, self.room)
        network = network_of(self.explainer, of_trained.wrt)
        if network is not None:
            found["network"] = network
        lesson = lesson_of(self.layout, self.flows, scripts, d.questions, d.branches)
        if lesson is not None:
            found["lesson"] = lesson
        if programs[0]["runnable"]:
            training = Training(self.explainer, of_trained, network, self.room, self.used, self.forms)
            asked = used_by(d.data_questions) if d.data_questions is not None else ()
            section = training.section(self.right, d.rate, asked)
            if section is not None:
                found["training"] = section
                programs.extend(training.programs)
        found["forms"] = self.forms.found()
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
        self.room = core.variables
        second = {
            **self._program("questions", asked, core, own, whole | more),
            "continues": "value_and_grad",
            "steps": [self._step(step) for step in asked.steps],
            "split": len(asked.steps),
            "guards": [self._guard(guard) for guard in (*self.d.branches, *self.d.data_branches)],
        }
        return [first, second]

    def _program(self, name: str, program: Program, core: Program, used: set[int], whole: set[int]) -> Object:
        """All of a Program but its steps. What has been told with the first is not told again with the second."""
        told = self.used if program is not self.program else set()
        obstacles = self._obstacles(program, core, used, whole)
        found: Object = {
            "name": name,
            "inputs": list(program.inputs),
            "outputs": list(program.outputs),
            "variables": [self._variable(i, program, i in whole) for i in sorted(used - told)],
            "primitives": sorted({step.primitive.name for step in core.steps}),
            "runnable": not obstacles,
            "obstacles": obstacles,
        }
        if core is not program:
            found["core"] = core_of(program, core, self.forms)
        return found

    def _obstacles(self, program: Program, core: Program, used: set[int], whole: set[int]) -> list[str]:
        """Why a Program cannot be run again from what is in the document."""
        given = {*program.inputs, *(c.index for c in program.constants)} & used
        found = [f"{self._name(i, program)} is too large to be written out" for i in sorted(given - whole)]
        names = {s.primitive.name for s in core.steps if s.primitive.name.startswith("opaque ")}
        return [*found, *(f"{name.removeprefix('opaque ')} has no row" for name in sorted(names))]

    def _name(self, i: int, program: Program) -> str:
        return self.layout.names.get(i) or program.variables[i].name or f"v{i}"

    def _variable(self, i: int, program: Program, whole: bool) -> Object:
        found = self.forms.variable(i, program.variables[i])
        name = self._name(i, program)
        if name != f"v{i}":
            found["name"] = name
        shown = self.layout.shown(i)
        if shown and shown != name:
            found["code"] = shown
        if i in self.inputs:
            found["role"] = "argument"
        elif i in self.constants:
            constant = self.constants[i]
            found["role"] = constant.kind
            if constant.path and constant.path != name:
                found["path"] = constant.path
        elif i in self.gradient_of:
            found |= {"role": "gradient", "of": self.gradient_of[i]}
        gradient = self.derivative.gradients.get(i)
        if gradient in self.used:
            found["gradient"] = gradient
        return {**found, **encoding.entries(self.values[i], whole)}

    def _step(self, step: Step) -> Object:
        about: Object = {}
        if isinstance(step.origin, Span):
            about = self.sources.of_step(step)
        elif step.origin is not None:
            about = {"reason": encoding.reason(step.origin)}
            rewritten = self.derivative.simplified.get(step.output)
            if rewritten is not None:
                about["simplified"] = {"before": rewritten.before, "after": rewritten.after}
        return encoding.step(step, about, self.forms)

    def _guard(self, guard: Guard) -> Object:
        found: Object = {"variable": guard.variable, "outcome": encoding.param(guard.outcome)}
        if guard.origin is not None:
            found |= {"text": guard.origin.text, "span": self.sources.span(guard.origin)}
        return found

    # The lines

    def _given_lines(self) -> list[Object]:
        """What is there before the first line and is read by a name that is not the author's, or made by the code."""
        given = [(line, formula) for line, formula in self.formulas if not line.backward and not line.covers]
        return [
            {
                **self._printed(line),
                "formula": {"text": line.text, **scripts(self._prefix("g", n), formula)},
            }
            for n, (line, formula) in enumerate(given)
        ]

    def _prefix(self, kind: str, number: int) -> str:
        return f"{kind}{number}" if len(self.layout.lines) <= MANY_FORMULAS else ""

    def _printed(self, line: Line) -> Object:
        parts = [list(part) for part in self.parts.of(line)]
        return {"target": line.target, "name": line.name, "code": line.text, "parts": parts}

    def _forward_lines(self) -> list[Object]:
        told = [(line, formula) for line, formula in self.formulas if not line.backward and line.covers]
        return [self._forward(line, scripts(self._prefix("f", n), formula)) for n, (line, formula) in enumerate(told)]

    def _backward_lines(self) -> list[Object]:
        formulas = [formula for line, formula in self.formulas if line.backward]
        formulas += [None] * (len(self.d.steps) - len(formulas))
        told = zip(self.d.steps, formulas, strict=True)
        return [self._backward(step, scripts(self._prefix("b", n), f)) for n, (step, f) in enumerate(told)]

    def _graphs(self) -> Object:
        """The stretches of the forward pass that fold, and the graph: whole, and folded by them."""
        graph = Graph(self.explainer, self.used, self.right)
        steps = self.program.steps[: self.derivative.split]
        groups = groups_of(steps, self.d.turns, [line.target for line in graph.lines])
        told = [_group(group) for group in groups]
        return {"groups": told, "graph": graph.whole(), "folds": graph.folds(groups)}

    def _forward(self, line: Line, formula: Object) -> Object:
        step = self.layout.producers[line.target]
        name = self.explainer.named(line.target) or line.name
        found: Object = {
            **self._printed(line),
            "covers": sorted(line.covers),
            "formula": {"text": f"{name} = {self.right(line.target)}", **formula},
        }
        if isinstance(step.origin, Span):
            found["span"] = self.sources.span(step.origin)
        return found

    def _backward(self, told: Explained, formula: Object) -> Object:
        line = told.line
        found: Object = {
            **self._printed(line),
            "covers": sorted(line.covers),
            "formula": {"text": told.formula, "product": told.product, **formula},
        }
        if told.variable is not None:
            found["of"] = told.variable
            if told.of != self.layout.names.get(told.variable):
                found["of_name"] = told.of
        if line.of is not None:
            found["same"] = True
        reason = {
            "opening": told.opening,
            "telling": [self.flows.number_of(link) for link in told.telling],
            "stretched": list(told.stretched),
            "remarks": list(told.remarks),
            "paths": self.flows.paths(told),
        }
        found |= {name: part for name, part in reason.items() if part}
        if told.origin is not None:
            found["span"] = self.sources.span(told.origin)
        return found
