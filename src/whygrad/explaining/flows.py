"""The links of the chain rule as the document has them: from each operand to each result that it reaches, with the
local derivative in words and as a small Program that sends any upstream gradient back.

Links are the edges of a graph whose ways from a variable to the result are the paths of the chain rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from whygrad.differentiation.reverse import Share, shares_of
from whygrad.explaining import encoding
from whygrad.explaining.encoding import Object
from whygrad.explaining.reasons import Explained, Explainer
from whygrad.explaining.sources import Sources
from whygrad.program import Program, Span, Step
from whygrad.rules import simplify
from whygrad.rules.core import CoreBuilder


class Flows:
    """All links of a derivation, from the result backwards: what leads on from a variable comes before what leads
    to it, so that one walk over them is the backward pass."""

    def __init__(self, explainer: Explainer, core: Program, values: Sequence[Any]) -> None:
        self.explainer = explainer
        self.derivative = explainer.derivative
        position = explainer.layout.position
        pairs = [(v, share) for v, shares in self.derivative.shares.items() for share in shares]
        pairs.sort(key=lambda pair: -position[result_of(pair[1])])
        self.operands = [v for v, _ in pairs]
        self.shares = [share for _, share in pairs]
        self.number = {id(share): n for n, share in enumerate(self.shares)}
        self.builder = CoreBuilder(core, values, simplify, forms_only=True)

    def links(self, sources: Sources) -> list[Object]:
        """All links, each with its words and its Program."""
        with np.errstate(all="ignore"):
            return [self._link(share, v, sources) for share, v in zip(self.shares, self.operands, strict=True)]

    def paths(self, told: Explained) -> list[Object]:
        """The ways from a line's variable to the next named ones, as numbers of links from the variable on."""
        if told.variable is None:
            return []
        found = []
        shares = self.derivative.shares.get(told.variable, ())
        for share, path in zip(shares, told.paths, strict=False):
            chain, here = [self.number[id(share)]], result_of(share)
            while self.explainer.goes_on(here):
                (share,) = self.derivative.shares[here]
                chain.append(self.number[id(share)])
                here = result_of(share)
            found.append({"links": chain, "to": here, "to_name": path.to, "whole": path.is_output})
        return found

    def _link(self, share: Share, v: int, sources: Sources) -> Object:
        link = self.explainer.link(share)
        found: Object = {
            "operand": v,
            "result": result_of(share),
            "operand_name": link.operand,
            "result_name": link.result,
            "equation": link.equation,
            "rule": link.rule,
            "local": link.local,
            "why": link.sentence,
            "d": "d" if link.single else self.explainer.partial,
        }
        if link.stretched:
            found |= {"stretched": link.stretched, "summed": link.summed}
        if isinstance(share.step.origin, Span):
            found["span"] = sources.span(share.step.origin)
        return {**found, "vjp": self._vjp(share, v)}

    def _vjp(self, share: Share, v: int) -> Object:
        """Core steps from an upstream gradient of the result's shape to this link's share of the operand's gradient."""
        builder = self.builder
        result = result_of(share)
        upstream = builder.constant(_ones(self.derivative.values[result]), "created")
        before, own = len(builder.steps), len(builder.program.variables)
        builder.forget()
        found = shares_of(builder, share.step, upstream, share.use, {v})
        made = next(one.index for one in found if one.operand == share.operand)
        steps = _needed(builder.steps[before:], made)
        read = {i for s in steps for i in (*s.inputs, *s.outputs)} | {made}
        new = sorted(i for i in read if i >= own and i != upstream)
        constants = {c.index: c for c in builder.constants[len(builder.program.constants) :]}
        return {
            "upstream": upstream,
            "share": made,
            "variables": [encoding.variable(i, builder.variables[i]) for i in new],
            "constants": [encoding.constant(constants[i]) for i in new if i in constants],
            "steps": [encoding.step(s, {}) for s in steps],
        }


def result_of(share: Share) -> int:
    """The variable at the far end of a link."""
    return share.use.output if share.use is not None else share.step.output


def _ones(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return np.broadcast_to(np.ones((), value.dtype), value.shape)
    return type(value)(1)


def _needed(steps: Sequence[Step], wanted: int) -> list[Step]:
    """The steps without which the variable would not be there."""
    needed, kept = {wanted}, []
    for step in reversed(steps):
        if not needed.isdisjoint(step.outputs):
            kept.append(step)
            needed.update(step.inputs)
    return kept[::-1]
