"""The losses that a script may descend: the number it computes, or one that only its backward pass knows.

Many scripts never compute the loss whose gradient they take: they send y − output back and print something else. What
they descend is then one of a few well-known losses of that difference; which one, is told by its gradient.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from whygrad.program import Span
from whygrad.rules import primitive
from whygrad.watching.recording import Recording, Site, span_of

LATEST = 4
"""So many differences are tried, the last ones computed."""
NOTHING: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Loss:
    """A number that a script may descend: its variable, how it is written, where; `computed` by the script itself?"""

    index: int
    text: str
    span: Span | None
    computed: bool


def influences(recording: Recording, roots: set[int]) -> dict[int, frozenset[int]]:
    """For each variable made by a step, the roots that it depends on; a root depends on itself alone."""
    depends: dict[int, frozenset[int]] = {i: frozenset([i]) for i in roots}
    for _, inputs, _, output in recording.steps:
        if output not in roots:
            depends[output] = frozenset().union(*(depends.get(i, NOTHING) for i in inputs))
    return depends


def unspoken(recording: Recording, wanted: set[int], later: set[int]) -> Iterator[Loss]:
    """Losses of the differences between an output and a constant: ½ Σ e², and the cross-entropy of the output."""
    depends = influences(recording, wanted)
    found: list[tuple[int, int, int, Site | None]] = []
    for (made_by, inputs, _, output), site in zip(recording.steps, recording.sites, strict=True):
        if made_by.name == "subtract" and output not in later and depends[output] == frozenset(wanted):
            active = [bool(depends.get(i, NOTHING)) for i in inputs]
            if active.count(True) == 1:
                prediction, label = inputs if active[0] else inputs[::-1]
                found.append((output, prediction, label, site))
    for error, prediction, label, site in reversed(found[-LATEST:]):
        span = span_of(site)
        text = span.text if span is not None and span.text else "error"
        squares = Loss(half_squares(recording, error), f"½ Σ ({text})²", span, False)
        values = np.asarray(recording.values[prediction])
        if not np.all((values > 0) & (values < 1)):
            yield squares
            continue
        squared = _has_slope(recording, prediction, error)  # asked before steps of ours are there
        index = cross_entropy(recording, prediction, label)
        entropy = Loss(index, f"the cross-entropy of a sigmoid, from {text}", span, False)
        # Where all outputs are alike (weights of 0, say) both fit: who descends the squares computes k(1 − k).
        yield from (squares, entropy) if squared else (entropy, squares)


def _has_slope(recording: Recording, k: int, error: int) -> bool:
    """Does the script itself compute 1 − k or k²?"""
    for made_by, inputs, _, output in recording.steps:
        if made_by.name == "subtract" and inputs[1] == k and output != error and inputs[0] in recording.origins:
            if recording.origins[inputs[0]].kind == "literal" and recording.values[inputs[0]] == 1:
                return True
        elif inputs[:1] == (k,) and (made_by.name in ("power", "square") or inputs == (k, k)):
            return True
    return False


def append(recording: Recording, name: str, inputs: Sequence[int], params: tuple[Any, ...] = ()) -> int:
    """A step that the script did not make: it stands nowhere in it."""
    made_by = primitive(name)
    with np.errstate(all="ignore"):
        value = made_by.evaluate(*(recording.values[i] for i in inputs), *params)
    index = len(recording.values)
    recording.values.append(value)
    recording.steps.append((made_by, tuple(inputs), params, index))
    recording.sites.append(None)
    return index


def total(recording: Recording, x: int) -> int:
    """Σ x"""
    axes = tuple(range(np.ndim(recording.values[x])))
    return append(recording, "sum", (x,), (axes, False)) if axes else x


def half_squares(recording: Recording, error: int) -> int:
    """½ Σ e²"""
    squares = append(recording, "power", (error, recording.literal(2)))
    return append(recording, "multiply", (recording.literal(0.5), total(recording, squares)))


def cross_entropy(recording: Recording, k: int, t: int) -> int:
    """−Σ (t log k + (1 − t) log(1 − k))"""
    one = recording.literal(1)
    first = append(recording, "multiply", (t, append(recording, "log", (k,))))
    rest = append(recording, "log", (append(recording, "subtract", (one, k)),))
    second = append(recording, "multiply", (append(recording, "subtract", (one, t)), rest))
    both = append(recording, "add", (first, second))
    return append(recording, "negative", (total(recording, both),))
