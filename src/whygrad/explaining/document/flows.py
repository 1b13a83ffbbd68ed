"""The links of the chain rule as the document has them: from each operand to each result that it reaches, with the
local derivative in words and as a small Program that sends any upstream gradient back.

Links are the edges of a graph whose ways from a variable to the result are the paths of the chain rule.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from whygrad.differentiation.reverse import Share, operand_of, shares_of
from whygrad.explaining.document import encoding
from whygrad.explaining.document.encoding import Forms, Object
from whygrad.explaining.document.sources import Sources
from whygrad.explaining.reasons import Explained, Explainer, Link
from whygrad.program import Constant, Program, Span, Step, needed_for
from whygrad.rules import simplify
from whygrad.rules.core import CoreBuilder

Found = tuple[int, list[int]]
"""A Program in the table `vjps`, and the variables that it reads."""


class Flows:
    """All links of a derivation, from the result backwards: what leads on from a variable comes before what leads
    to it, so that one walk over them is the backward pass."""

    def __init__(self, explainer: Explainer, core: Program, values: Sequence[Any], forms: Forms) -> None:
        self.explainer = explainer
        self.derivative = explainer.derivative
        self.core, self.values, self.forms = core, values, forms
        position = explainer.layout.position
        pairs = [(v, share) for v, shares in self.derivative.shares.items() for share in shares]
        pairs.sort(key=lambda pair: -position[result_of(pair[1])])
        self.operands = [v for v, _ in pairs]
        self.shares = [share for _, share in pairs]
        self.number = {id(share): n for n, share in enumerate(self.shares)}
        self.numbers = {id(explainer.link(share)): n for n, share in enumerate(self.shares)}
        self.literals = {c.index: c.value for c in explainer.program.constants if c.kind == "literal"}
        self.vjps: list[Object] = []
        self._known: dict[str, int] = {}
        self._of_step: dict[tuple[Any, ...], tuple[int, list[int]]] = {}

    def links(self, sources: Sources) -> list[Object]:
        """All links, each with its words and its Program."""
        with np.errstate(all="ignore"):
            return [self._link(share, v, sources) for share, v in zip(self.shares, self.operands, strict=True)]

    def number_of(self, link: Link) -> int:
        """The place of a link in the list of all."""
        return self.numbers[id(link)]

    def paths(self, told: Explained) -> list[list[int]]:
        """The ways from a line's variable to the next named ones, as numbers of links from the variable on."""
        if told.variable is None:
            return []
        found = []
        for share in self.derivative.shares.get(told.variable, ()):
            chain, here = [self.number[id(share)]], result_of(share)
            while self.explainer.goes_on(here):
                (share,) = self.derivative.shares[here]
                chain.append(self.number[id(share)])
                here = result_of(share)
            found.append(chain)
        return found

    def _link(self, share: Share, v: int, sources: Sources) -> Object:
        link, names = self.explainer.link(share), self.explainer.layout.names
        found: Object = {"operand": v, "result": result_of(share)}
        if link.operand != names.get(v):
            found["operand_name"] = link.operand
        if link.result != names.get(result_of(share)):
            found["result_name"] = link.result
        found |= {"equation": link.equation, "rule": link.rule, "local": link.local, "why": link.sentence}
        found["d"] = "d" if link.single else self.explainer.partial
        if link.stretched:
            found |= {"stretched": link.stretched, "summed": link.summed}
        if isinstance(share.step.origin, Span):
            found["span"] = sources.span(share.step.origin)
        program, reads = self._of_idiom(share) if share.use is not None else self.of_row(share)
        return {**found, "vjp": program, "reads": reads}

    def of_row(self, share: Share) -> Found:
        """A step's rule knows its operands by form alone: it is the same Program for all steps that look the same."""
        step = share.step
        own = list(dict.fromkeys((*step.inputs, step.output)))
        place = {v: n for n, v in enumerate(own)}
        variables = self.explainer.program.variables
        alike = tuple(
            (type(value), repr(value)) if (value := self.literals.get(v)) is not None else self.forms.of(variables[v])
            for v in own
        )
        key = (step.primitive, step.params, tuple(place[i] for i in step.inputs), alike, share.operand)
        known = self._of_step.get(key)
        if known is None:
            values = [self.values[v] for v in own]
            constants = tuple(Constant(n, values[n], "literal") for n, v in enumerate(own) if v in self.literals)
            alone = Program(tuple(variables[v] for v in own), tuple(range(len(own))), constants, (), ())
            builder = CoreBuilder(alone, values, simplify, forms_only=True)
            inside = Step(step.primitive, tuple(place[i] for i in step.inputs), step.params, (place[step.output],))
            known = self._of_step[key] = self._written(builder, Share(inside, share.operand, -1))
        program, reads = known
        return program, [own[n] for n in reads]

    def _of_idiom(self, share: Share) -> Found:
        """An idiom's rule may read whatever its pattern has met."""
        return self._written(self._whole, share)

    @cached_property
    def _whole(self) -> CoreBuilder:
        return CoreBuilder(self.core, self.values, simplify, forms_only=True)

    def _written(self, builder: CoreBuilder, share: Share) -> Found:
        """Core steps from an upstream gradient of the result's shape to this link's share of the operand's gradient;
        variables of the builder's Program that they read are handed in."""
        there, before = len(builder.program.variables), len(builder.steps)
        builder.forget()
        upstream = builder.constant(_ones(builder.values[result_of(share)]), "created")
        shares = shares_of(builder, share.step, upstream, share.use, {operand_of(share)})
        made = next(one.index for one in shares if one.operand == share.operand)
        steps = needed_for([made], builder.steps[before:])
        met = dict.fromkeys([*(i for s in steps for i in (*s.inputs, *s.outputs)), made])
        reads = [i for i in met if i < there]
        inside = [i for i in met if i >= there and i != upstream]
        number = {v: n for n, v in enumerate((upstream, *reads, *inside))}
        constants = {c.index: c for c in builder.constants[len(builder.program.constants) :]}
        variables = []
        for i in inside:
            one = constants.get(i)
            own: Object = {} if one is None else {"role": one.kind, **encoding.entries(one.value)}
            variables.append({**self.forms.variable(number[i], builder.variables[i]), **own})
        found: Object = {
            "reads": len(reads),
            "variables": variables,
            "steps": [encoding.step(_renumbered(s, number), {}, self.forms) for s in steps],
            "share": number[made],
        }
        key = json.dumps(found)
        if key not in self._known:
            self._known[key] = len(self.vjps)
            self.vjps.append(found)
        return self._known[key], reads


def _renumbered(step: Step, number: dict[int, int]) -> Step:
    return Step(step.primitive, _all(number, step.inputs), step.params, _all(number, step.outputs))


def _all(number: dict[int, int], indices: Iterable[int]) -> tuple[int, ...]:
    return tuple(number[i] for i in indices)


def result_of(share: Share) -> int:
    """The variable at the far end of a link."""
    return share.use.output if share.use is not None else share.step.output


def _ones(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return np.broadcast_to(np.ones((), value.dtype), value.shape)
    return type(value)(1)
