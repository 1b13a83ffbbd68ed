"""Which returned gradient belongs to which variable: by its place in the structure, by its name, by order and shape."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Path = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A number or an array: its variable, its path in what it is found in, its name, its shape; the code that reads
    it."""

    index: int
    path: Path
    name: str
    shape: tuple[int, ...]
    code: str = ""


def paired(
    arguments: Sequence[Place], others: Sequence[Place], gradients: Sequence[Place], stored: Sequence[Place]
) -> list[tuple[Place, Place]]:
    """Variables with their gradients, in the order of the variables.

    Arguments:
        arguments: get a gradient by its place, its name, or its order alone.
        others: what else the loss reads (attributes, globals); whose gradient it is, only a name says.
        gradients: what was returned.
        stored: what lies in attributes; these count only if their name says whose they are.
    """
    parameters = [*arguments, *others]
    found: dict[int, Place] = {}
    left = list(gradients)

    def take(parameter: Place, gradient: Place) -> None:
        found[parameter.index] = gradient
        left.remove(gradient)

    for by_shape in (True, False):
        for gradient in list(left):
            same = [p for p in parameters if p.index not in found and _alike(p, gradient, by_shape)]
            if len(same) == 1:
                take(same[0], gradient)
    rest = [p for p in arguments if p.index not in found]
    if len(rest) == len(left):
        for parameter, gradient in zip(rest, list(left), strict=True):
            take(parameter, gradient)
    for gradient in list(left):  # in order: the next one of that shape
        for parameter in rest:
            if parameter.index not in found and parameter.shape == gradient.shape:
                take(parameter, gradient)
                break
    if not found and len(left) == 1 and rest:
        take(rest[0], left[0])
    for gradient in stored:
        same = [p for p in parameters if p.index not in found and _stored_for(p, gradient)]
        if len(same) == 1:
            found[same[0].index] = gradient
    return [(p, found[p.index]) for p in parameters if p.index in found]


def bare(name: str) -> str:
    """The name of the variable that a gradient's name is made of: dW, grad_W, W_grad, gradW, delta_W → W."""
    short = re.sub(r"^(grads?|gradient|delta|nabla|d)_(?=\w)|_(grads?|gradient|delta)$", "", name)
    if short == name:
        short = re.sub(r"^(grad|delta|nabla|d)(?=[A-Z]|[a-zγβ]\w{0,6}$)", "", name)
    return short


def _alike(parameter: Place, gradient: Place, by_shape: bool) -> bool:
    if by_shape and parameter.shape != gradient.shape:
        return False
    if gradient.path and any(isinstance(part, str) for part in gradient.path):
        return _same_path(parameter.path, gradient.path)
    return bool(gradient.name) and bare(gradient.name) == parameter.name and gradient.name != parameter.name


def _same_path(parameter: Path, gradient: Path) -> bool:
    """Does the gradient lie where the variable lies, in a structure of its own? The last parts decide."""
    own = [bare(part) if isinstance(part, str) else part for part in gradient]
    whole = list(gradient)
    length = min(len(parameter), len(own)) or 1
    return list(parameter[-length:]) in (own[-length:], whole[-length:])


def _stored_for(parameter: Place, gradient: Place) -> bool:
    """Is it the attribute (or the entry of a dict in one) that is named after the variable, and not the variable?"""
    if parameter.path == gradient.path or not gradient.path:
        return False
    last = gradient.path[-1]
    if len(gradient.path) == 1:
        return isinstance(last, str) and bare(last) == parameter.name and last != parameter.name
    home = str(gradient.path[0])
    return bool(re.search(r"grad|^d_?[a-z]", home)) and _same_path(parameter.path, gradient.path[1:])
