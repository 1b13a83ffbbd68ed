"""Training as the document tells it: what is trained on what, which losses there are to choose, where to begin, and the
Programs for that. What is not certain is left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np

from whygrad.differentiation.reverse import Derivative
from whygrad.explaining.document import losses
from whygrad.explaining.document.descent import drawn, suggested_rate
from whygrad.explaining.document.encoding import Forms, Object
from whygrad.explaining.document.predicting import Prediction, prediction
from whygrad.explaining.document.running import continued
from whygrad.explaining.document.targets import Fit, Squash, fit_of
from whygrad.explaining.reasons import Explainer
from whygrad.program import Program, Variable
from whygrad.program.building import Builder
from whygrad.rules import simplify

CUSTOM = re.compile(
    r"(?i:[xyt]s?|[xyt]_?(train|batch|data|true)|(train|batch)_?[xyt])|data|inputs?|targets?|labels?|features|samples"
)
"""What data and labels are called by custom."""
LOSS = "ℓ"
"""Stands for a loss in a formula: no name of the author's, as Python reads it as l."""


def trained(derivative: Derivative, room: Sequence[Variable]) -> Derivative:
    """The derivation with respect to what is trained. That is all that is differentiated by; but arrays that are called
    X or y, as data and labels are by custom, are left out where it is certain that the rest is fitted to them.
    `room`: variables whose numbers are taken."""
    variables = derivative.program.variables
    named = [v for v in derivative.wrt if variables[v].shape and CUSTOM.fullmatch(variables[v].name)]
    rest = tuple(v for v in derivative.wrt if v not in named)
    if not named or not rest:
        return derivative
    if not any(variables[v].shape for v in rest) and any(len(variables[v].shape) > 1 for v in named):
        return derivative
    found = losses.narrowed(derivative, rest, room)
    fit = fit_of(found)
    return found if fit is not None and fit.targets not in found.wrt else derivative


class Training:
    """The training of one derivation; `derivative` is the one with respect to what is trained. `room`: the variables
    whose numbers are taken; `told`: those that the document has written with value_and_grad."""

    def __init__(
        self,
        explainer: Explainer,
        derivative: Derivative,
        network: Object | None,
        room: Sequence[Variable],
        told: set[int],
        forms: Forms,
    ) -> None:
        self.explainer, self.network = explainer, network
        self.derivative, self.program, self.values = derivative, derivative.program, derivative.values
        self.is_whole = derivative is explainer.derivative
        self.room = list(room if self.is_whole else self.program.variables)
        self.told, self.forms = told, forms
        self.programs: list[Object] = []
        self.fit = fit_of(self.derivative)

    def section(self, formula: Callable[[int], str], rate: float | None, asked: Collection[int] = ()) -> Object | None:
        """The section `training`; its Programs are in `programs` then. None where nothing is trained on anything.

        Arguments:
            formula: the right side of a variable, in words of algebra.
            rate: the step of the author's own, where it is known.
            asked: variables on whose values it depends what the code does. (With other data it might do other things.)
        """
        data, outputs = self._data(), self._outputs()
        if self.fit is None and not self._given():
            return None
        wrt = list(self.derivative.wrt)
        found: Object = {"parameters": wrt}
        if data is not None:
            found["data"] = data
        if self.fit is not None:
            found["targets"] = self.fit.targets
        if outputs is not None:
            found["outputs"] = outputs
        squash = self.fit.squash if self.fit is not None else None
        if squash is not None:
            found["squash"] = squash.name
        found["losses"] = self._losses(formula)
        spread, kept = drawn([self.values[v] for v in wrt])
        found["draw"] = {"spread": spread, "kept": [v for v, keep in zip(wrt, kept, strict=True) if keep]}
        predicted = self._prediction(data, outputs) if data not in asked else None
        if predicted is not None:
            found["predict"] = predicted
        found["rate"] = rate if rate is not None else suggested_rate(self.derivative)
        return found

    # What is trained on what

    def _leaves(self, index: int) -> set[int]:
        """The variables without a step that a forward variable is made of."""
        producers, seen, queue = self.explainer.layout.producers, set[int](), [index]
        while queue:
            here = queue.pop()
            if here not in seen:
                seen.add(here)
                queue.extend(producers[here].inputs if here in producers else ())
        return {i for i in seen if i not in producers}

    def _outputs(self) -> int | None:
        if self.fit is not None:
            return self.fit.outputs
        return self.network["layers"][-1]["variable"] if self.network is not None else None

    def _data(self) -> int | None:
        """The array that the first layer or the outputs read, given from outside (or made, where it is certain that the
        outputs are fitted to something); None where there are several."""
        start = self.network["layers"][0]["variable"] if self.network is not None else self._outputs()
        given = self._given(start)
        if not given and self.fit is not None and start is not None:
            given = self._fixed(start)
        return given[0] if len(given) == 1 else None

    def _given(self, index: int | None = None) -> list[int]:
        """The arrays given from outside, and not trained, that a variable (or the result) depends on."""
        kinds = {c.index: c.kind for c in self.program.constants}
        fixed = self._fixed(self.derivative.output if index is None else index)
        return [i for i in fixed if kinds.get(i, "captured") == "captured"]

    def _fixed(self, index: int) -> list[int]:
        """All arrays that a variable is made of, but for those that are trained."""
        leaves = sorted(self._leaves(index) - set(self.derivative.wrt))
        return [i for i in leaves if np.size(self.values[i]) > 1]

    # The Programs

    def _losses(self, formula: Callable[[int], str]) -> list[Object]:
        """The author's own loss, and others for the same outputs and targets."""
        own = self.fit.kind if self.fit is not None else "the code's own"
        program = "value_and_grad"
        if not self.is_whole:
            program = f"value_and_grad: {own}"
            self._add(program, self.program, self.values, self.derivative.split)
        found = [{"name": own, "formula": formula(self.derivative.output), "program": program}]
        if self.fit is None:
            return found
        for one in losses.variants(self.derivative, self.fit, self.explainer.quoted, self.room):
            name = f"value_and_grad: {one.name}"
            self._add(name, one.derivative.program, one.derivative.values, one.derivative.split)
            found.append({"name": one.name, "formula": self._with_the_rest(one.formula, self.fit), "program": name})
        return found

    def _with_the_rest(self, formula: str, fit: Fit) -> str:
        """The formula of another loss, with what the code makes of its own one (it adds a penalty)."""
        if fit.total == self.derivative.output:
            return formula
        after = {fit.total}
        for step in self.program.steps[: self.derivative.split]:
            if not after.isdisjoint(step.inputs):
                after.add(step.output)

        def shown(index: int) -> str | None:
            if index == fit.total:
                return f"−{LOSS}" if fit.minus else LOSS
            return None if index in after else self.explainer.named(index)

        last = self.explainer.layout.producers[self.derivative.output]
        text = self.explainer.local.expressions(shown).step(last)[0]
        return text.replace(f"− −{LOSS}", f"+ {LOSS}").replace(LOSS, f"({formula})")

    def _prediction(self, data: int | None, outputs: int | None) -> Object | None:
        if data is None or outputs is None:
            return None
        squash = self.fit.squash if self.fit is not None else None
        made = squash if squash is not None and squash.made is None else None
        found = prediction(self.derivative, data, outputs, self.room)
        if found is None:
            return None
        program, values = _probable(found, made) if made is not None else (found.program, found.values)
        self._add("predict", program, values, len(program.steps))
        grid = found.grid
        return {
            "program": "predict",
            "input": found.input,
            "output": program.outputs[0],
            "axis": grid.along,
            "output_axis": found.along,
            "columns": list(grid.columns),
            "from": list(grid.low),
            "to": list(grid.high),
            "points": list(grid.points),
            "fixed": list(grid.fixed),
        }

    def _add(self, name: str, program: Program, values: Sequence[Any], split: int) -> None:
        """Write a Program; its numbers are taken from then on."""
        written, core = continued(name, program, values, split, self.told, self.forms)
        self.programs.append(written)
        self.room += core.variables[len(self.room) :]


def _probable(found: Prediction, squash: Squash) -> tuple[Program, list[Any]]:
    """The prediction with the sigmoid or softmax that the code leaves to its loss."""
    program = found.program
    (scores,) = program.outputs
    builder = Builder(program, found.values, simplify)
    with np.errstate(all="ignore"):
        made = losses.probabilities(builder, Squash(squash.name, scores, squash.axis, squash.minus))
    return builder.finish([made], program.name), builder.values
