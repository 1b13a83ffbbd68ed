"""Where a loss compares: which variable holds the outputs, which the targets, and how it makes a number of both.

Told only where it is certain: by an idiom (the cross-entropy of a softmax or a sigmoid), or because the code squares
the difference of something that is trained and something that is not. What stands between there and the result may
only add up, average, scale, and add other terms (a penalty on weights).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from whygrad.differentiation.recognising import Use
from whygrad.differentiation.reverse import Derivative, active_variables
from whygrad.explaining.document.network import MOVED
from whygrad.program import Step
from whygrad.program.building import Builder
from whygrad.program.matching import match
from whygrad.rules import lookup
from whygrad.rules.formula import parse

TINY = 1e-3
"""What is added to probabilities to keep a logarithm from 0 is smaller than this."""
GUARDED = tuple(
    (parse(text, set(), lookup, pattern=True), rises)
    for text, rises in (
        ("t * log(a) + (1 - t) * log(b)", False),
        ("-t * log(a) - (1 - t) * log(b)", True),
        ("t * -log(a) + (1 - t) * -log(b)", True),
        ("t * log(a)", False),
        ("-t * log(a)", True),
    )
)
"""Each with: is it the cross-entropy, and not its negative?"""
SQUARED, ENTROPY = "squared error", "cross-entropy"
Axes = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Squash:
    """The sigmoid or softmax that makes probabilities of scores."""

    name: str
    scores: int
    axis: Axes = ()
    minus: bool = False
    """Is it the sigmoid of −scores?"""
    made: int | None = None
    """The variable that holds the probabilities; None where the code goes on without them."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A loss that compares outputs with targets: `total` is the number made of them, of size factor · Σ of the entries.
    Always such that the result gets less where they come closer: what is to be made large is no loss."""

    kind: str
    outputs: int
    targets: int
    squash: Squash | None
    total: int
    factor: float
    picked: tuple[int, Any] | None = None
    """The targets are classes: rows and the template of the index that reads the outputs with them."""
    sign: str = "Σ "
    """Before what is added up; nothing before a single number."""
    minus: bool = False
    """Is `total` taken off in the end? Then it is minus factor · Σ."""


class _Tail(NamedTuple):
    """What the entries of a loss become: see Fit."""

    total: int
    factor: float
    minus: bool


def fit_of(derivative: Derivative) -> Fit | None:
    """Where the loss compares; None where that is not certain, or in several places."""
    found = [*_Search(derivative).found()]
    return found[0] if len(found) == 1 else None


def are_probabilities(derivative: Derivative, targets: int, squash: Squash) -> bool:
    """Are the targets between 0 and 1, and for a softmax, do they add up to 1? (Those of a class that weighs double, or
    of an example that is left out, do not.)"""
    values = np.asarray(derivative.values[targets], dtype=float)
    if not np.all((values >= 0) & (values <= 1)):
        return False
    if squash.name == "sigmoid":
        return True
    alike = values.shape == derivative.program.variables[squash.scores].shape
    return alike and bool(np.allclose(np.sum(values, axis=squash.axis), 1))


class _Search:
    """Looks for places where what is trained meets what is not."""

    def __init__(self, derivative: Derivative) -> None:
        self.derivative, self.program = derivative, derivative.program
        self.steps = self.program.steps[: derivative.split]
        self.active = active_variables(self.program.variables, self.steps, derivative.wrt)
        self.literals = {c.index: c.value for c in self.program.constants if c.kind == "literal"}
        self.producers = {step.output: step for step in self.steps}
        self.readers: dict[int, list[Step]] = {}
        for step in self.steps:
            if step.output in self.active:
                for index in dict.fromkeys(step.inputs):
                    self.readers.setdefault(index, []).append(step)

    def found(self) -> Iterator[Fit]:
        for use in self.derivative.uses.values():
            if use.idiom.name.startswith("cross-entropy"):
                fit = self._of_entropy(use)
                if fit is not None:
                    yield fit
        for step in self.steps:
            fit = None
            if step.primitive.name == "subtract":
                fit = self._of_difference(step)
            if fit is None and step.primitive.name in ("add", "subtract", "multiply"):
                fit = self._of_guarded_entropy(step)
            if fit is not None:
                yield fit

    def shape(self, index: int) -> tuple[int, ...]:
        return self.program.variables[index].shape

    # Cross-entropies

    def _of_entropy(self, use: Use) -> Fit | None:
        names, targets = use.names, use.names.get("t")
        if targets is None or targets in self.active or self._is_leaf(names["x"]):
            return None
        counted = float(np.prod([self.shape(_whole(use))[a] for a in names["over"]])) if _is_mean(use) else 1.0
        tail = self._tail(use.output, (1 if _rises(use) else -1) / counted)
        if tail is None:
            return None
        if use.idiom.name == "cross-entropy of a softmax":
            squash = Squash("softmax", names["x"], names["axis"], made=names.get("p"))
        else:
            squash = Squash("sigmoid", names["x"], made=names.get("k"))
        outputs = squash.made if squash.made is not None else names["x"]
        picked = (names["r"], names["template"]) if "r" in names else None
        if picked is None and (
            self.shape(targets) != self.shape(outputs) or not are_probabilities(self.derivative, targets, squash)
        ):
            return None
        sign = "Σ " if self.shape(outputs) else ""
        return Fit(ENTROPY, outputs, targets, squash, tail.total, tail.factor, picked, sign, tail.minus)

    def _of_guarded_entropy(self, step: Step) -> Fit | None:
        """A cross-entropy whose logarithms are kept from 0 (log(p + 1e-9), a clipped p): no idiom knows it."""
        if step.output not in self.active or not self.shape(step.output) or not self.logs:
            return None
        for pattern, rises in GUARDED:
            names = match(pattern, step.output, self.builder, {})
            if names is None or names["t"] in self.active or names["a"] not in self.active:
                continue
            outputs = self._unguarded(names["a"])
            squash = self._squash(outputs)
            if squash is None or self.shape(names["t"]) != self.shape(outputs):
                continue
            if "b" in names:
                rest = self.producers.get(self._unguarded(names["b"]))
                if rest is None or rest.primitive.name != "subtract" or self.literals.get(rest.inputs[0]) != 1:
                    continue
                if self._unguarded(rest.inputs[1]) != outputs:
                    continue
            if squash.name != ("sigmoid" if "b" in names else "softmax"):
                continue
            if not are_probabilities(self.derivative, names["t"], squash):
                return None
            tail = self._tail(step.output, 1.0 if rises else -1.0)
            if tail is None:
                return None
            return Fit(ENTROPY, outputs, names["t"], squash, tail.total, tail.factor, minus=tail.minus)
        return None

    @cached_property
    def logs(self) -> bool:
        return any(step.primitive.name == "log" for step in self.steps)

    @cached_property
    def builder(self) -> Builder:
        return Builder(self.program, self.derivative.values)

    def _unguarded(self, index: int) -> int:
        """Probabilities before they were kept from 0 and 1."""
        step = self.producers.get(index)
        while step is not None and step.primitive.name in ("add", "maximum", "minimum", "clip"):
            inner, *numbers = sorted(step.inputs, key=lambda i: i in self.literals)
            if not all(i in self.literals and _is_tiny(self.literals[i], step.primitive.name) for i in numbers):
                break
            index, step = inner, self.producers.get(inner)
        return index

    # Squared errors

    def _of_difference(self, step: Step) -> Fit | None:
        here = [i for i in step.inputs if i in self.active]
        if len(here) != 1 or step.inputs[0] == step.inputs[1]:
            return None
        (outputs,) = here
        (targets,) = (i for i in step.inputs if i != outputs)
        squash = self._squash(outputs)
        if self.shape(step.output) != self.shape(outputs) or (targets in self.literals and squash is None):
            return None
        if self._is_leaf(outputs) or self._meets_another(outputs):
            return None
        total = self._square(step)
        tail = self._tail(total, 1.0) if total is not None else None
        if tail is None:
            return None
        sign = "Σ " if self.shape(outputs) else ""
        return Fit(SQUARED, outputs, targets, squash, tail.total, tail.factor, sign=sign, minus=tail.minus)

    def _is_leaf(self, index: int) -> bool:
        """A parameter itself, whose distance from something is a penalty?"""
        while index in self.producers and self.producers[index].primitive.name in MOVED:
            index = self.producers[index].inputs[0]
        return index not in self.producers

    def _meets_another(self, index: int) -> bool:
        """Was something else of the same shape added or taken off just before? Then which one is the target?"""
        step = self.producers.get(index)
        if step is None or step.primitive.name not in ("add", "subtract"):
            return False
        others = [i for i in step.inputs if i not in self.active and i not in self.literals]
        return any(self.shape(i) == self.shape(index) and self.shape(i) for i in others)

    def _square(self, step: Step) -> int | None:
        """The variable that holds the squares of a difference (or their sum)."""
        e, readers = step.output, self.readers.get(step.output, [])
        if len(readers) == 2 and len(self.shape(e)) == 2 and 1 in self.shape(e):  # e.T @ e of a column
            turned, product = readers
            of_both = {turned.output, e} == set(product.inputs) and self.shape(product.output) == (1, 1)
            alone = len(self.readers.get(turned.output, [])) == 1
            return product.output if turned.primitive.name in MOVED and of_both and alone else None
        if len(readers) != 1:
            return None
        (reader,) = readers
        name, inputs = reader.primitive.name, reader.inputs
        if name == "square" or (name in ("multiply", "dot") and set(inputs) == {e}):
            return reader.output
        if name == "norm" and reader.params[:2] == (None, None):
            roots = self.readers.get(reader.output, [])
            return self._power(roots[0], reader.output) if len(roots) == 1 else None
        return self._power(reader, e)

    def _power(self, step: Step, base: int) -> int | None:
        """The square of a variable, where the step makes it."""
        squares = step.primitive.name == "power" and step.inputs[0] == base and self.literals.get(step.inputs[1]) == 2
        return step.output if squares else None

    def _squash(self, outputs: int) -> Squash | None:
        use = self.derivative.uses.get(outputs)
        if use is not None and use.idiom.name == "sigmoid":
            return Squash("sigmoid", use.names["x"], minus=use.idiom.text != "SIGMOID", made=outputs)
        if use is not None and use.idiom.name == "softmax":
            return Squash("softmax", use.names["x"], use.names["axis"], made=outputs)
        return None

    # From the entries to the result

    def _tail(self, index: int, factor: float) -> _Tail | None:
        """The number that is factor · Σ of the entries; None where something else is made of them, or where the result
        is the larger the less they are. `factor`: what the entries are multiplied with already, -1 where they are the
        negative of a loss."""
        total: int | None = None
        minus = False
        while index != self.derivative.output:
            readers = self.readers.get(index, [])
            if len(readers) != 1:
                return None
            (step,) = readers
            name, others = step.primitive.name, [i for i in step.inputs if i != index]
            if any(self.shape(i) for i in others) or len(others) != len(step.inputs) - 1:
                return None
            if name in ("add", "subtract"):
                if self.shape(index):
                    return None
                total = index if total is None else total
                if name == "subtract" and step.inputs[1] == index:
                    factor, minus = -factor, not minus
            elif name == "mean":
                factor /= np.prod([self.shape(index)[a] for a in step.params[0]], dtype=np.int64)
            elif name == "negative":
                factor = -factor
                minus = minus if total is None else not minus
            elif name in ("multiply", "divide"):
                known = [self.derivative.values[i] for i in others if i not in self.active]
                if not known or (name == "divide" and step.inputs[1] == index):
                    return None
                scale = float(known[0])
                if total is None:
                    factor = factor * scale if name == "multiply" else factor / scale if scale else 0.0
                elif scale <= 0:
                    return None
            elif name not in ("sum", "reshape", "squeeze", "getitem", "cast"):
                return None
            if name == "getitem" and np.size(self.derivative.values[index]) != 1:
                return None
            index = step.output
        total = index if total is None else total
        return _Tail(total, factor, minus) if not self.shape(total) and 0 < factor < np.inf else None


def _whole(use: Use) -> int:
    """The variable whose entries a cross-entropy averages over."""
    found: int = next(use.names[name] for name in ("p", "l", "x") if name in use.names)
    return found


def _is_tiny(number: Any, name: str) -> bool:
    """Is a number so near to 0 (or as a bound to 1) that probabilities are the same for it?"""
    near = number if name == "add" else min(number, 1 - number)
    return bool(0 <= near <= TINY)


def _rises(use: Use) -> bool:
    """Is it the cross-entropy, and not its negative? The slope of a loss is prediction minus label."""
    return use.idiom.local["x"].endswith(("− {t}", "− one-hot"))


def _is_mean(use: Use) -> bool:
    return use.idiom.text.startswith("mean(")
