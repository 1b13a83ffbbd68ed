"""What a run trains: the parameters, by their updates; and what updates them, the hand-written gradients.

An update makes a parameter's next version from it and an amount that depends on what the network computed. Everything
is told from the flow of the data, since names differ from hand to hand; an amount that passes through rates, momentum,
decay, clipping or Adam's square roots has the gradient as the one variable that all of it goes through.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from whygrad.program import Span
from whygrad.checking.trace import NOTHING, Trace
from whygrad.watching.programs import WRITES

SETTING_UP = frozenset(
    "add subtract multiply divide power negative sqrt reshape transpose cast copy getitem stack array concatenate "
    "broadcast_to clip minimum maximum absolute setitem".split()
)
"""What initial values are made by."""
ELEMENTWISE = frozenset(
    "add subtract multiply divide negative sqrt power square clip minimum maximum cast copy absolute sign where "
    "positive setitem".split()
)
"""What a gradient passes through on its way into a parameter."""
SHAPING = frozenset({"reshape", "transpose", "copy", "cast", "broadcast_to", "expand_dims", "squeeze"})


Candidate: TypeAlias = tuple[int, int, int | None, int]
"""What may be an update: the version before and after, the amount, its sign."""


@dataclass(frozen=True, slots=True)
class Update:
    """A parameter's first update: `before` and `after` are the versions around it, `amount` what is added or (`sign`
    −1) subtracted; None where the parameter is written into piece by piece. `gradients` are the variables that all of
    the amount goes through, the amount itself first and the gradient without its rate last."""

    name: str
    before: int
    after: int
    amount: int | None
    sign: int
    gradients: tuple[int, ...]
    later: tuple[int, ...]
    """All later versions that are known."""


def find_updates(trace: Trace) -> list[Update]:
    """The first update of each parameter, in the order in which they are made."""
    candidates = list(_candidates(trace))
    kept = _really_trained(trace, [c for c in candidates if _is_put_back(trace, c)])  # a sum with data is none
    parameters = {before for before, *_ in kept}
    depends = trace.influences(parameters)
    found = []
    for before, after, amount, sign in kept:
        versions = _versions(trace, before, after, candidates)
        whole, later = versions[0], tuple(versions)
        if amount is not None and whole != after:
            amount = None
        chain = tuple(_all_through(trace, before, amount, depends)) if amount is not None else ()
        found.append(Update(parameter_name(trace, before, after), before, whole, amount, sign, chain, later))
    return _told_apart(trace, found)


def _told_apart(trace: Trace, updates: list[Update]) -> list[Update]:
    """Where one line updates several parameters, each has the name that it was made under."""
    shared = {u.name for u in updates if [v.name for v in updates].count(u.name) > 1}
    return [replace(u, name=trace.name(u.before) or u.name) if u.name in shared else u for u in updates]


def parameter_name(trace: Trace, before: int, after: int) -> str:
    """The author's name of a parameter."""
    span = trace.span(after)
    if span is not None and span.name:
        return span.name
    return trace.name(before) or (span.text if span is not None else "")


def _initial(trace: Trace) -> set[int]:
    """The variables that are given, or made from one that is given and numbers, without any of the work of a network."""
    numbers: set[int] = set()
    initial: set[int] = set()
    for index, origin in trace.recording.origins.items():
        if origin.kind == "literal":
            continue
        initial.add(index)
        if origin.kind != "drawn" and trace.shape(index) == ():
            numbers.add(index)
    for primitive, inputs, _, output in trace.steps:
        if primitive.name in ("add", "subtract") and trace.is_literal(inputs[0]) and trace.is_float(output):
            span = trace.span(output)
            if span is not None and span.name and (span.binding.augmented or _starts_with_itself(span)):
                initial.add(output)  # a parameter that begins as the number 0: its next version is the first array
        elif primitive.name in SETTING_UP:
            made_of = {i for i in inputs if not trace.is_literal(i)}
            if made_of <= initial and (len(made_of) < 2 or len(made_of - numbers) == 1):
                initial.add(output)
    return initial


def _scaled(trace: Trace, sources: set[int]) -> dict[int, int]:
    """Each variable that is one of the sources times numbers, and which."""
    found = {i: i for i in sources}
    for primitive, inputs, _, output in trace.steps:
        if output in found:
            continue
        if primitive.name in ("multiply", "divide"):
            of = [i for i in inputs if i in found]
            if len(of) == 1 and all(trace.shape(i) == () for i in inputs if i not in found):
                found[output] = found[of[0]]
        elif primitive.name in ("cast", "copy", "negative", "sign") and inputs[0] in found:
            found[output] = found[inputs[0]]
    return found


def _candidates(trace: Trace) -> Iterator[Candidate]:
    """(before, after, amount, sign) of every step that may be an update; versions count as initial once they are made."""
    initial = {i for i in _initial(trace) if trace.is_float(i)}
    scaled = _scaled(trace, initial)
    root: dict[int, int] = {}
    for primitive, inputs, _, output in trace.steps:
        name = primitive.name
        if name in ("add", "subtract") and trace.is_float(output):
            for place in (0, 1) if name == "add" else (0,):
                p, amount = scaled.get(inputs[place]), inputs[1 - place]
                if p is None or trace.shape(p) != trace.shape(output) or amount in scaled and scaled[amount] == p:
                    continue
                if amount in initial or trace.is_literal(amount):
                    continue
                yield p, output, amount, 1 if name == "add" else -1
                scaled[output] = output
                root[output] = p
                break
        elif name in WRITES and inputs[0] in scaled and inputs[0] == scaled[inputs[0]]:
            if name == "add_at" or _adds_to_its_part(trace, output):
                yield inputs[0], output, None, 1
                scaled[output] = output


def _is_put_back(trace: Trace, candidate: Candidate) -> bool:
    """Does the new version take the place of the old one: by its name, in its memory, or where it is read again?"""
    before, after, _, _ = candidate
    if trace.primitive(after) in WRITES:
        return True
    span = trace.span(after)
    binding = span.binding if span is not None else None
    if binding is not None and binding.names:
        if (
            binding.augmented
            or binding.names[0] == trace.name(before)
            or span is not None
            and _starts_with_itself(span)
        ):
            return True
    sites = trace.recording.sites
    read_at = {sites[n][:2] for n in trace.readers.get(before, ()) if (site := sites[n]) is not None}  # type: ignore[index]
    return any(
        site is not None and site[:2] in read_at for n in trace.readers.get(after, ()) if (site := sites[n]) or True
    )


def _starts_with_itself(span: Span) -> bool:
    """W = W − …"""
    return span.text.replace(" ", "").startswith(tuple(span.name.replace(" ", "") + sign for sign in "+-"))


def _adds_to_its_part(trace: Trace, output: int) -> bool:
    """Is what is written into a part of an array what was there plus an amount: W[i] -= …?"""
    base, value = trace.inputs(output)[:2]
    if trace.primitive(value) not in ("add", "subtract"):
        return False
    return any(
        i == base
        or trace.primitive(i) == "getitem"
        and trace.inputs(i)[0] == base
        and trace.params(i) == trace.params(output)
        for i in trace.inputs(value)
    )


def _really_trained(trace: Trace, candidates: list[Candidate]) -> list[Candidate]:
    """Of each initial variable the first candidate that moves it by an amount which depends on it (through the network)
    and on as much as the others'. Buffers, momenta, sums and running averages do not depend on themselves; a bias that is
    added, or a state of a recurrent network, depends on less and is read by the rest of the network."""
    initial = _initial(trace)
    candidates = [c for c in candidates if c[0] in initial]
    while True:
        roots = {c[0] for c in candidates}
        depends = trace.influences(roots)
        chosen: dict[int, tuple[int, Candidate]] = {}
        for candidate in candidates:
            before, after, amount, _ = candidate
            through = _moved_by(trace, depends, before, after, amount)
            if before in through:  # the last one: the version before an update is not read again
                chosen[before] = len(through), candidate
        most = max((size for size, _ in chosen.values()), default=0)
        amounts = trace.ancestors({c[2] for _, c in chosen.values() if c[2] is not None})
        kept = {c[0] for size, c in chosen.values() if size == most or not (c[1] in amounts or size * 2 < most)}
        if kept == roots or not kept:
            return sorted((c for _, c in chosen.values()), key=lambda c: c[1])
        candidates = [c for c in candidates if c[0] in kept]


def _moved_by(
    trace: Trace, depends: dict[int, frozenset[int]], before: int, after: int, amount: int | None
) -> frozenset[int]:
    """The candidates that the amount of an update depends on. What is written into a part of an array is what was there
    before plus an amount: that it depends on what was there says nothing."""
    if amount is not None:
        return depends.get(amount, NOTHING)
    found: frozenset[int] = NOTHING
    value = trace.inputs(after)[1]
    if trace.primitive(after) == "setitem" and trace.primitive(value) in ("add", "subtract"):
        for i in trace.inputs(value):
            if not (trace.primitive(i) == "getitem" and trace.inputs(i)[0] == before):
                found |= depends.get(i, NOTHING)
        return found
    return depends.get(value, NOTHING)


def _versions(trace: Trace, before: int, after: int, candidates: list[Candidate]) -> list[int]:
    """The version after the whole first update, then all later ones. Writes into parts that follow each other, with
    nothing of the network computed from what is between, are one update."""
    following = {c[0]: c for c in reversed(candidates)}
    following[before] = (before, after, None, 1)
    whole = after
    while whole in following and trace.primitive(whole) in WRITES:
        nxt = following[whole][1]
        own = {nxt, *trace.ancestors([nxt], stop=[whole])}
        if any(trace.steps[n][3] not in own for n in trace.readers.get(whole, ())):
            break
        whole = nxt
    versions = [whole]
    here = whole
    while here in following and following[here][1] not in versions:
        here = following[here][1]
        versions.append(here)
    if whole != after:
        versions.append(after)
    return versions


def _all_through(trace: Trace, before: int, amount: int, depends: dict[int, frozenset[int]]) -> Iterator[int]:
    """The variables that everything in the amount which depends on the network goes through, outermost first."""
    pure = _scaled(trace, {before})
    frontier = {amount}
    while frontier:
        index = max(frontier)
        if len(frontier) == 1:
            if np.size(trace.values[index]) == np.size(trace.values[before]):
                yield index
            elif trace.primitive(index) not in SHAPING:
                return
        if trace.primitive(index) not in ELEMENTWISE and trace.primitive(index) not in SHAPING:
            return
        frontier.remove(index)
        for i in trace.inputs(index):
            if depends.get(i) and i not in pure:
                frontier.add(i)
