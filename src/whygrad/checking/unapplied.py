"""Hand-written gradients that no update uses: those of programs that only compute them, and of parameters that are left
as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from whygrad.checking.trace import Trace
from whygrad.checking.update import Update

GRADIENT_OF = re.compile(
    r"^(?:(?:grads?|gradients?|d|g|nabla|delta|dL_d|dJ_d|dE_d)_?(?P<after>\w+)|(?P<before>\w+?)_?(?:grads?|gradient|bar|dot))$"
)
LAST_WORD = re.compile(r"[\"']?(\w+)[\"']?\]*$")
HOLDER = re.compile(r"(?i)grad|^g$|^gs$|nabla|^d$|\bd[a-z]*s$|self\.g$|self\.d$")


def belongs_to(gradient: str, parameter: str) -> bool:
    """Is one the name of the other's gradient: dW of W, grads['W1'] of params['W1'], nabla_w of w?"""
    own, other = LAST_WORD.search(gradient), LAST_WORD.search(parameter)
    if own is None or other is None:
        return False
    word, wanted = own[1], other[1]
    found = GRADIENT_OF.match(word)
    named = found is not None and (found["after"] or found["before"] or "").lower() == wanted.lower()
    return named or (word == wanted and gradient != parameter and bool(HOLDER.search(gradient.split("[")[0])))


def gradients_alone(trace: Trace) -> list[Update]:
    """The hand-written gradients of a program that updates nothing, as if each were taken off its parameter."""
    roots = _roots(trace)
    depends = trace.masks(roots)
    found: list[Update] = []
    taken: set[int] = set()
    for index in _left_over(trace, depends):
        name = trace.name(index)
        for root in roots:
            fits = trace.shape(root) == trace.shape(index) or np.size(trace.values[root]) == np.size(
                trace.values[index]
            )
            if root not in taken and name and fits and belongs_to(name, trace.name(root)):
                taken.add(root)
                found.append(Update(trace.name(root), root, index, index, -1, (index,), ()))
                break
    return sorted(found, key=lambda u: u.after)


def _roots(trace: Trace) -> list[int]:
    """The floats that a program is given or makes at first."""
    found = []
    for index, origin in trace.recording.origins.items():
        if origin.kind != "literal" and trace.is_float(index) and np.size(trace.values[index]):
            found.append(index)
    made = set(found)
    for primitive, inputs, _, output in trace.steps:
        if primitive.name in ("multiply", "divide", "add", "subtract", "reshape", "copy", "cast") and trace.name(
            output
        ):
            arrays = {i for i in inputs if not trace.is_literal(i) and trace.shape(i) != ()}
            if len(arrays) == 1 and arrays <= made and all(i in made or trace.is_literal(i) for i in inputs):
                found.append(output)
                made.add(output)
    return found


def _left_over(trace: Trace, depends: Any) -> Iterator[int]:
    """What depends on what is given and has a name, and that nothing but numbers for the reader are made of; last
    first, since a buffer's last version is the gradient."""
    only_shown: set[int] = set()
    for _, _, _, output in reversed(trace.steps):
        readers = [trace.steps[n][3] for n in trace.readers.get(output, ())]
        shown = all(trace.shape(r) == () or r in only_shown for r in readers)
        if shown and trace.is_float(output):
            only_shown.add(output)
            if depends.get(output) and trace.name(output):
                yield output


def idle(trace: Trace, updates: Sequence[Update]) -> list[Update]:
    """Parameters that are never updated though a gradient is written for them that nothing uses: both are made where
    those of others are made that are updated, or the gradient has the parameter's name."""
    known = {u.before for u in updates}
    sites = {_site(trace, u.before) for u in updates} - {None}
    roots = [i for i in _roots(trace) if i not in known and trace.shape(i) != () and _site(trace, i) in sites]
    if not roots:
        return []
    depends = trace.masks([*known, *roots])
    written_at = {_site(trace, g) for u in updates for g in u.gradients} - {None}
    used = trace.ancestors({u.after for u in updates}, stop=known)
    later = trace.descendants({v for u in updates for v in u.later})
    left = [i for i in _left_over(trace, depends) if i not in used and i not in later]
    found = []
    for root in roots:
        for index in left:
            if trace.shape(index) == trace.shape(root) and _site(trace, index) in written_at:
                found.append(Update(trace.name(root), root, index, index, -1, (index,), (), idle=True))
                left.remove(index)
                break
    return found


def _site(trace: Trace, index: int) -> Any:
    """The place in the code where a variable is made or met."""
    number = trace.producer.get(index)
    if number is not None:
        site = trace.recording.sites[number] if number < len(trace.recording.sites) else None
    else:
        origin = trace.recording.origins.get(index)
        site = origin.site if origin is not None else None
    return site[:2] if site is not None else None
