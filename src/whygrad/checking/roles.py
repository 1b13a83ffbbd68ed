"""What a run trains: the parameters, by their updates; and what updates them, the hand-written gradients.

An update makes a parameter's next version from it and an amount that depends on what the network computed. Everything
is told from the flow of the data, since names differ from hand to hand; an amount that passes through rates, momentum,
decay, clipping or Adam's square roots has the gradient as the one variable that all of it goes through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from whygrad.checking.trace import Trace
from whygrad.checking.unapplied import gradients_alone, idle
from whygrad.checking.update import Update
from whygrad.program import Span
from whygrad.watching.programs import WRITES

SETTING_UP = frozenset(
    {
        "add",
        "subtract",
        "multiply",
        "divide",
        "power",
        "negative",
        "sqrt",
        "reshape",
        "transpose",
        "cast",
        "copy",
        "getitem",
        "stack",
        "array",
        "concatenate",
        "broadcast_to",
        "clip",
        "minimum",
        "maximum",
        "absolute",
        "setitem",
    }
)
"""What initial values are made by."""
ELEMENTWISE = frozenset(
    {
        "add",
        "subtract",
        "multiply",
        "divide",
        "negative",
        "sqrt",
        "power",
        "square",
        "clip",
        "minimum",
        "maximum",
        "cast",
        "copy",
        "absolute",
        "sign",
        "where",
        "positive",
        "setitem",
    }
)
"""What a gradient passes through on its way into a parameter."""
SHAPING = frozenset({"reshape", "transpose", "copy", "cast", "broadcast_to", "expand_dims", "squeeze"})


Candidate: TypeAlias = tuple[int, int, int | None, int]
"""What may be an update: the version before and after, the amount, its sign."""


def find_updates(trace: Trace) -> list[Update]:
    """The first update of each parameter, in the order in which they are made; parameters that are left as they are;
    and where nothing is updated, the gradients that a program only computes."""
    put_back = _PutBack(trace)
    candidates = [c for c in _candidates(trace) if put_back(c)]
    kept = _really_trained(trace, candidates)
    depends = trace.masks(before for before, *_ in kept)
    following = {c[0]: c for c in reversed(candidates)}
    scales = _Scales(trace, depends)
    found = []
    for before, after, amount, sign in kept:
        versions = _versions(trace, before, after, following)
        whole, later = versions[0], tuple(versions)
        if amount is not None and whole != after:
            amount = None
        chain = tuple(scales.all_through(before, amount)) if amount is not None else ()
        gradients, undecayed = tuple(i for i, _ in chain), frozenset(i for i, behind in chain if behind)
        name = parameter_name(trace, before, after)
        found.append(Update(name, before, whole, amount, sign, gradients, later, undecayed))
    return _told_apart(trace, found + idle(trace, found) if found else gradients_alone(trace))


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
    """The variables that are given, or made from one that is given and numbers, without any of the work of a
    network."""
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
    """(before, after, amount, sign) of every step that may be an update; versions count as initial once they are
    made."""
    initial = {i for i in _initial(trace) if trace.is_float(i)}
    scaled = _scaled(trace, initial)
    root: dict[int, int] = {}
    for primitive, inputs, _, output in trace.steps:
        name = primitive.name
        if name in ("add", "subtract") and trace.is_float(output):
            for place in (0, 1) if name == "add" else (0,):
                p, amount = scaled.get(inputs[place]), inputs[1 - place]
                if p is None:
                    continue
                if scaled.get(amount) == p:
                    scaled[output] = p  # W - decay W
                    break
                if trace.shape(p) != trace.shape(output) and not (trace.shape(p) and _is_bound_again(trace, p, output)):
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


class _PutBack:
    """Does a candidate's new version take the place of the old one: by its name, in its memory, or where it is read
    again?"""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.read_at: dict[int, set[Any]] = {}

    def __call__(self, candidate: Candidate) -> bool:
        before, after, _, _ = candidate
        trace = self.trace
        if trace.primitive(after) in WRITES:
            return True
        after = _whole_sum(trace, after)
        span = trace.span(after)
        binding = span.binding if span is not None else None
        same_shape = trace.shape(before) == trace.shape(after)
        if span is not None and binding is not None and binding.names:
            if binding.augmented or binding.names[0] == trace.name(before) or _starts_with_itself(span):
                return True
            if same_shape and _is_renamed(binding.names[0], trace.name(before)):
                return True
        return same_shape and not self.sites(before).isdisjoint(self.sites(after))

    def sites(self, index: int) -> set[Any]:
        """Where a variable is read."""
        known = self.read_at.get(index)
        if known is None:
            sites = self.trace.recording.sites
            read = (sites[n] for n in self.trace.readers.get(index, ()))
            known = self.read_at[index] = {site[:2] for site in read if site is not None}
        return known


def _whole_sum(trace: Trace, after: int) -> int:
    """W = W − … + …: the whole sum takes its place."""
    while len(on := trace.readers.get(after, ())) == 1:
        made_by, inputs, _, output = trace.steps[next(iter(on))]
        if made_by.name not in ("add", "subtract") or inputs[0] != after or trace.is_literal(inputs[1]):
            break
        inner, outer = trace.span(after), trace.span(output)
        if inner is None or outer is None or inner.code is not outer.code:
            break
        if inner.extent[:2] != outer.extent[:2] or inner.extent == outer.extent:
            break
        after = output
    return after


def _is_renamed(new: str, old: str) -> bool:
    """Is it W_new, new_w5 or w5_updated?"""
    short, known = new.lower(), old.lower()
    return len(known) > 0 and known in short and bool(re.search(r"new|next|updated|_plus", short))


def _is_bound_again(trace: Trace, before: int, after: int) -> bool:
    """b = b - db, where db has another shape."""
    span = trace.span(after)
    return span is not None and bool(span.name) and _starts_with_itself(span)


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
        or (trace.primitive(i) == "getitem" and trace.inputs(i)[0] == base and trace.params(i) == trace.params(output))
        for i in trace.inputs(value)
    )


def _really_trained(trace: Trace, candidates: list[Candidate]) -> list[Candidate]:
    """Of each initial variable the first candidate that moves it by an amount which depends on it (through the network)
    and on as much as the others'. Buffers, momenta, sums and running averages do not depend on themselves; a bias that
    is added, or a state of a recurrent network, depends on less and is read by the rest of the network."""
    initial = _initial(trace)
    candidates = [c for c in candidates if c[0] in initial]
    while True:
        roots = list(dict.fromkeys(c[0] for c in candidates))
        depends = trace.masks(roots)
        bits = {root: 1 << n for n, root in enumerate(roots)}
        chosen: dict[int, tuple[int, Candidate]] = {}
        for candidate in candidates:
            through = _moved_by(trace, depends, candidate)
            if bits[candidate[0]] & through:  # the last one: the version before an update is not read again
                chosen[candidate[0]] = through.bit_count(), candidate
        most = max((size for size, _ in chosen.values()), default=0)
        amounts = trace.ancestors({c[2] for _, c in chosen.values() if c[2] is not None})
        kept = {c[0] for size, c in chosen.values() if size == most or not (c[1] in amounts or size * 2 < most)}
        if len(kept) == len(roots) or not kept:
            return sorted((c for _, c in chosen.values()), key=lambda c: c[1])
        candidates = [c for c in candidates if c[0] in kept]


def _moved_by(trace: Trace, depends: Mapping[int, int], candidate: Candidate) -> int:
    """The candidates that the amount of an update depends on. What is written into a part of an array is what was there
    before plus an amount: that it depends on what was there says nothing."""
    before, after, amount, _ = candidate
    if amount is not None:
        return depends.get(amount, 0)
    found = 0
    value = trace.inputs(after)[1]
    if trace.primitive(after) == "setitem" and trace.primitive(value) in ("add", "subtract"):
        for i in trace.inputs(value):
            if not (trace.primitive(i) == "getitem" and trace.inputs(i)[0] == before):
                found |= depends.get(i, 0)
        return found
    return depends.get(value, 0)


def _versions(trace: Trace, before: int, after: int, following: Mapping[int, Candidate]) -> list[int]:
    """The version after the whole first update, then all later ones. Writes into parts that follow each other, with
    nothing of the network computed from what is between, are one update."""
    whole = after
    while whole in following and trace.primitive(whole) in WRITES:
        nxt = following[whole][1]
        own = _between(trace, whole, nxt)
        if any(trace.steps[n][3] not in own for n in trace.readers.get(whole, ())):
            break
        whole = nxt
    versions = [whole]
    here = whole
    while here in following and following[here][1] > here:
        here = following[here][1]
        versions.append(here)
    if whole != after:
        versions.append(after)
    return versions


def _between(trace: Trace, start: int, end: int) -> set[int]:
    """What the variable `end` is computed from that was made after `start`, itself included."""
    found, frontier = {end}, [end]
    while frontier:
        for i in trace.inputs(frontier.pop()):
            if i > start and i not in found:
                found.add(i)
                frontier.append(i)
    return found


class _Scales:
    """What an update's amount goes through. Numbers that scale whole arrays by the network's gradients (a clipped
    norm) are no part of the gradient: they are found at the arrays and passed by everywhere."""

    def __init__(self, trace: Trace, depends: Mapping[int, int]) -> None:
        self.trace = trace
        self.depends = depends
        self.known: set[int] = set()

    def all_through(self, before: int, amount: int) -> Iterator[tuple[int, bool]]:
        """The variables that everything in the amount which depends on the network goes through, outermost first; and
        whether a multiple of the parameter itself is added on the way from there."""
        trace, decayed = self.trace, False
        pure = _multiples(trace, before)
        size = np.size(trace.values[before])
        frontier = {amount}
        while frontier:
            index = max(frontier)
            if len(frontier) == 1:
                if np.size(trace.values[index]) == size:
                    yield index, decayed
                elif trace.primitive(index) not in SHAPING:
                    return
            name = trace.primitive(index)
            if name not in ELEMENTWISE and name not in SHAPING:
                return
            frontier.remove(index)
            inputs = [i for i in trace.inputs(index) if self.depends.get(i) and i not in pure]
            decayed = decayed or (name in ("add", "subtract") and any(i in pure for i in trace.inputs(index)))
            if len(inputs) == 2 and name in ("multiply", "divide"):
                inputs = self.without_scales(inputs, size)
            frontier.update(inputs)

    def without_scales(self, inputs: list[int], size: int) -> list[int]:
        numbers = [i for i in inputs if np.size(self.trace.values[i]) == 1]
        if size > 1 and len(numbers) == 1:
            self.known.update(numbers)
            return [i for i in inputs if i not in numbers]
        left = [i for i in inputs if i not in self.known]
        return left if len(left) == 1 else inputs


def _multiples(trace: Trace, index: int) -> set[int]:
    """A variable and what is it times numbers."""
    found, frontier = {index}, [index]
    while frontier:
        for number in trace.readers.get(frontier.pop(), ()):
            primitive, inputs, _, output = trace.steps[number]
            if output in found:
                continue
            if primitive.name in ("cast", "copy", "negative", "sign") or (
                primitive.name in ("multiply", "divide") and all(trace.shape(i) == () for i in inputs if i not in found)
            ):
                found.add(output)
                frontier.append(output)
    return found
