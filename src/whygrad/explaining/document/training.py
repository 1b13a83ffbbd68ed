"""Training as the document tells it: what is trained on what, which losses there are to choose, where to begin, and the
Programs for that. What is not certain is left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np

from whygrad.explaining.document import losses
from whygrad.explaining.document.descent import drawn, suggested_rate
from whygrad.explaining.document.encoding import Forms, Object
from whygrad.explaining.document.predicting import Prediction, prediction
from whygrad.explaining.document.running import continued
from whygrad.explaining.document.targets import Squash, fit_of
from whygrad.explaining.reasons import Explainer
from whygrad.program import Program, Variable
from whygrad.program.building import Builder
from whygrad.rules import simplify


class Training:
    """The training of one derivation. `room`: the variables whose numbers are taken; `told`: those that the document
    has written with value_and_grad."""

    def __init__(
        self, explainer: Explainer, network: Object | None, room: Sequence[Variable], told: set[int], forms: Forms
    ) -> None:
        self.explainer, self.network = explainer, network
        self.derivative, self.program = explainer.derivative, explainer.program
        self.values = self.derivative.values
        self.room = list(room)
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
        if data is None and self.fit is None:
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
        start = start if start is not None else self.derivative.output
        constants = {c.index: c.kind for c in self.program.constants}
        fixed = [
            i
            for i in sorted(self._leaves(start))
            if i not in self.derivative.wrt and constants.get(i) != "literal" and np.size(self.values[i]) > 1
        ]
        outside = [i for i in fixed if constants.get(i, "captured") == "captured"]
        fixed = outside if outside or self.fit is None else fixed
        return fixed[0] if len(fixed) == 1 else None

    # The Programs

    def _losses(self, formula: Callable[[int], str]) -> list[Object]:
        """The author's own loss, and others for the same outputs and targets."""
        own = self.fit.kind if self.fit is not None else "the code's own"
        found = [{"name": own, "formula": formula(self.derivative.output), "program": "value_and_grad"}]
        if self.fit is None:
            return found
        for one in losses.variants(self.derivative, self.fit, self.explainer.label, self.room):
            name = f"value_and_grad: {one.name}"
            self._add(name, one.derivative.program, one.derivative.values, one.derivative.split)
            found.append({"name": one.name, "formula": one.formula, "program": name})
        return found

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
