"""The drawing of a network made from shapes: which matrices of weights follow one another, and what is a bias."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from whygrad.explaining.reasons import Explainer
from whygrad.program import Step

Object = dict[str, Any]

SQUASHING = frozenset({"tanh", "maximum", "expit", "exp", "where", "logaddexp", "arctan", "absolute", "sin"})
MOVED = frozenset({"transpose", "reshape"})


@dataclass(slots=True)
class Weights:
    """A product with a matrix of weights: what goes in, what comes out, how many of each."""

    product: int
    matrix: int
    data: int
    before: int
    after: int
    columns: bool
    """Are the columns of the data the examples (W @ X), not its rows (X @ W)?"""
    turned: bool
    """Does a row of the matrix lead to one unit? So it is in W @ x, and in x @ W.T."""


def network_of(explainer: Explainer, parameters: Collection[int] | None = None) -> Object | None:
    """The layers, where the code is a chain of products with matrices that are trained; else None.

    `parameters`: what is trained, where that is not all that is differentiated by.
    """
    found = _weights(explainer, set(explainer.derivative.wrt if parameters is None else parameters))
    if not found:
        return None
    layout = explainer.layout
    depends = _dependants(explainer, [w.product for w in found])
    for one, two in pairwise(found):
        if one.product not in depends.get(two.data, ()) or one.after not in (two.before, two.before - 1):
            return None
    if any(_joined(explainer, weights) for weights in found):
        return None
    layers: list[Object] = [_layer(explainer, found[0].data, found[0].before, found[0])]
    for place, weights in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else None
        bias = _bias(explainer, weights)
        outcome = (
            following.data if following is not None else _activation(explainer, bias[1] if bias else weights.product)
        )
        size = following.before if following is not None else weights.after
        layer = _layer(explainer, outcome, size, following)
        layer |= {"weights": weights.matrix, "weights_name": layout.names.get(weights.matrix) or "W"}
        if weights.turned:
            layer["turned"] = True
        if bias:
            layer["bias"] = bias[0]
        layers.append(layer)
    return {"layers": layers}


def _weights(explainer: Explainer, wrt: set[int]) -> list[Weights]:
    """The products with a matrix of weights, in order."""
    found = []
    program = explainer.program
    for step in program.steps[: explainer.derivative.split]:
        if step.primitive.name not in ("matmul", "vector_matrix", "matrix_vector"):
            continue
        a, b = step.inputs
        bases = [_base(explainer, i) for i in step.inputs]
        for data, matrix, base, columns in ((a, b, bases[1], False), (b, a, bases[0], True)):
            shape = program.variables[matrix].shape
            if base in wrt and len(shape) == 2 and len(program.variables[base].shape) == 2:
                if _base(explainer, data) in wrt:
                    continue
                before, after = shape[::-1] if columns else shape
                turned = columns != _is_transposed(explainer, matrix)
                found.append(Weights(step.output, base, data, before, after, columns, turned))
                break
    return found


def _base(explainer: Explainer, index: int) -> int:
    """The array itself, where it was transposed or reshaped on the way."""
    producers = explainer.layout.producers
    while index in producers and producers[index].primitive.name in MOVED:
        index = producers[index].inputs[0]
    return index


def _is_transposed(explainer: Explainer, index: int) -> bool:
    """Is it the transpose of the array that it is made of?"""
    producers, turns = explainer.layout.producers, 0
    while index in producers and producers[index].primitive.name in MOVED:
        turns += producers[index].primitive.name == "transpose"
        index = producers[index].inputs[0]
    return turns % 2 == 1


def _dependants(explainer: Explainer, products: list[int]) -> dict[int, frozenset[int]]:
    """For each forward variable, the products that it depends on."""
    found: dict[int, frozenset[int]] = {}
    for step in explainer.program.steps[: explainer.derivative.split]:
        own = frozenset({step.output}) if step.output in products else frozenset()
        found[step.output] = own.union(*(found.get(i, frozenset()) for i in step.inputs))
    return found


def _layer(explainer: Explainer, variable: int, size: int, into: Weights | None) -> Object:
    """A layer of units, the values of which a variable holds; which of them are the constant 1."""
    found: Object = {"size": size, "variable": variable, "name": explainer.label(variable)}
    if into is not None:
        value = np.asarray(explainer.values[variable])
        units = value if value.ndim == 1 else np.moveaxis(value, -2 if into.columns else -1, 0).reshape(size, -1)
        rows = units.reshape(size, -1)
        ones = (
            [n for n in range(size) if rows.shape[1] and (rows[n] == 1).all()] if _is_given(explainer, variable) else []
        )
        if ones:
            found["ones"] = ones
    return found


def _is_given(explainer: Explainer, variable: int) -> bool:
    """Is it data, or data put together with something? (A unit that is 1 by chance is no bias.)"""
    queue, seen = [variable], 0
    while queue and seen < 20:
        index, seen = queue.pop(), seen + 1
        step = explainer.layout.producers.get(index)
        if step is None:
            if index in explainer.layout.constants or index not in explainer.derivative.wrt:
                return True
        elif step.primitive.name in (*MOVED, "concatenate", "stack", "cast", "setitem", "pad"):
            queue.extend(step.inputs)
    return False


def _readers(explainer: Explainer, index: int) -> list[Step]:
    split = explainer.derivative.forward_variables
    return [explainer.layout.producers[r] for r in explainer.layout.readers[index] if r < split]


def _joined(explainer: Explainer, weights: Weights) -> bool:
    """Is something else that was computed added to the product, on the way to its units? Then its weights are not all
    that leads to them: the state of a recurrent network meets an input there."""
    here = weights.product
    for _ in range(8):
        sums = [step for step in _readers(explainer, here) if step.primitive.name == "add"]
        if not sums:
            return False
        for step in sums:
            if any(i != here and _base(explainer, i) in explainer.layout.producers for i in step.inputs):
                return True
        here = sums[0].output
    return False


def _bias(explainer: Explainer, weights: Weights) -> tuple[int, int] | None:
    """The vector of biases that is added to a product, and the sum."""
    for step in _readers(explainer, weights.product):
        if step.primitive.name == "add":
            (other,) = [i for i in step.inputs if i != weights.product] or [weights.product]
            base = _base(explainer, other)
            given = base not in explainer.layout.producers
            if given and int(np.prod(explainer.program.variables[base].shape)) in (1, weights.after):
                return base, step.output
    return None


def _activation(explainer: Explainer, index: int) -> int:
    """The squashed values of the last layer; the values themselves, where nothing squashes them."""
    for output, use in explainer.derivative.uses.items():
        if use.names.get("x") == index and use.idiom.name in ("sigmoid", "relu", "softmax"):
            return output
        if use.names.get("x") == index and use.idiom.name == "cross-entropy of a sigmoid":
            sigmoid: int = use.names["k"]
            return sigmoid
    for step in _readers(explainer, index):
        if step.primitive.name in SQUASHING:
            return step.output
    return _softmax(explainer, index) or _line_of(explainer, index)


def _softmax(explainer: Explainer, index: int) -> int | None:
    """exp(z) or exp(z − m), divided by something: where an idiom for the whole loss passed over it."""
    shifted = [s.output for s in _readers(explainer, index) if s.primitive.name == "subtract" and s.inputs[0] == index]
    for inner in (index, *shifted):
        for exp in (s.output for s in _readers(explainer, inner) if s.primitive.name == "exp"):
            for step in _readers(explainer, exp):
                if step.primitive.name == "divide" and step.inputs[0] == exp:
                    return step.output
    return None


def _line_of(explainer: Explainer, index: int) -> int:
    """The variable with a name in whose line this one is written out, where it has the same shape."""
    shape = explainer.program.variables[index].shape
    for line in explainer.layout.lines:
        if index in line.covers and not line.backward and explainer.program.variables[line.target].shape == shape:
            return line.target
    return index
