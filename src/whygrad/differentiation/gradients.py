"""Gradients at every call: watch, find (or derive) the Program for what was watched, run its backward steps."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from whygrad.differentiation.reverse import Derivative, reverse
from whygrad.errors import ArgumentError, NoFloatsError, NotScalarError
from whygrad.program import evaluate, straight_line
from whygrad.program.building import as_numpy
from whygrad.rules import Assumption
from whygrad.watching.programs import to_program
from whygrad.watching.recording import Recording, span_of
from whygrad.watching.standin import StandIn, apply
from whygrad.watching.watch import Leaf, Watched, argument_names, parameters_of, watch

KEPT = 64
"""How many derived Programs a gradient function keeps."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A derivative, ready to be run on the values of a watched call."""

    assumptions: tuple[Assumption, ...]
    given: tuple[int, ...]
    run: Callable[..., tuple[Any, ...]]
    fresh: tuple[bool, ...]

    def holds(self, values: list[Any]) -> bool:
        """Are its assumptions about constants true of these values?"""
        return all(a.holds(values[a.variable]) for a in self.assumptions)


def wanted_leaves(watched: Watched, positions: list[int | str], name: str) -> list[list[Leaf]]:
    """The leaves with floats of each argument to differentiate with respect to."""
    found = []
    for position in positions:
        leaves = [leaf for leaf in watched.leaves if leaf.argument == position]
        floats = [leaf for leaf in leaves if _is_float(watched.recording.values[leaf.index])]
        if not floats:
            raise NoFloatsError(
                f"{name}: the argument {_argument(position)} holds no floats to differentiate with respect to",
                instead="convert it: x.astype(float), or 2.0 for 2",
            )
        found.append(floats)
    return found


def _is_float(value: Any) -> bool:
    dtype = getattr(value, "dtype", None)
    return isinstance(value, float) if dtype is None else dtype.kind == "f"


def _argument(position: int | str) -> str:
    return f"number {position}" if isinstance(position, int) else repr(position)


def output_of(watched: Watched, name: str) -> int:
    """The variable that the function returned; an error where that is not one number."""
    recording = watched.recording
    if watched.output is None:
        result = watched.result
        kind = type(result).__name__
        hint = "return the loss only" if isinstance(result, (tuple, list, dict)) else "return a number"
        if result is None:
            hint = "add a return statement"
        raise NotScalarError(f"{name} returns {_article(kind)}, not one number", instead=hint)
    value = recording.values[watched.output]
    if np.shape(value) != () or np.result_type(value).kind not in "fiu":
        place = None
        for step, site in zip(reversed(recording.steps), reversed(recording.sites), strict=True):
            if step[3] == watched.output:
                place = span_of(site)
                break
        if np.shape(value) == ():
            raise NotScalarError(f"{name} returns {value!r}, not a real number", place=place)
        raise NotScalarError(
            f"{name} returns an array of shape {np.shape(value)}, not one number",
            place=place,
            instead="sum it, e.g. np.sum(...), or pick one entry, e.g. result[0, 0]"
            if np.size(value) != 1
            else f"pick its only entry, result[{', '.join('0' * np.ndim(value))}]",
        )
    return watched.output


def _article(kind: str) -> str:
    return {"NoneType": "nothing (None)"}.get(kind, f"{'an' if kind[0] in 'aeio' else 'a'} {kind}")


class Gradients:
    """Value and gradients of a function, watched anew at each call. Safe to call from several threads."""

    def __init__(self, function: Callable[..., Any], wrt: Any, idioms: bool = True) -> None:
        self.function = function
        self.name = getattr(function, "__name__", type(function).__name__)
        self.wrt = wrt
        self.single = not isinstance(wrt, (tuple, list))
        self.idioms = idioms
        self.cache: dict[Any, list[Derived]] = {}

    @functools.cached_property
    def parameters(self) -> list[inspect.Parameter]:
        return parameters_of(self.function)

    def completed(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """The keyword arguments, with the defaults of arguments in `wrt` that the call leaves out."""
        for one in (self.wrt,) if self.single else self.wrt:
            if (isinstance(one, str) and one in kwargs) or (isinstance(one, (int, np.integer)) and one < len(args)):
                continue
            parameters = self.parameters
            names = [p.name for p in parameters]
            place = names.index(one) if one in names else one if isinstance(one, int) else len(names)
            if len(args) <= place < len(names):
                parameter = parameters[place]
                if parameter.name not in kwargs and parameter.default is not parameter.empty:
                    kwargs = {**kwargs, parameter.name: parameter.default}
        return kwargs

    def positions(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[int | str]:
        """The arguments of `wrt` as positions (or names, where they were passed by name)."""
        found: list[int | str] = []
        for one in (self.wrt,) if self.single else self.wrt:
            if isinstance(one, str):
                if one in kwargs:
                    found.append(one)
                    continue
                names = argument_names(self.function, len(args))
                if one not in names[: len(args)]:
                    raise ArgumentError(
                        f"{self.name} was called without an argument {one!r}", instead=f"wrt= one of {names}"
                    )
                found.append(names.index(one))
            elif isinstance(one, (int, np.integer)) and -len(args) <= one < len(args):
                found.append(int(one) % len(args))
            elif isinstance(one, (int, np.integer)) and (name := self._passed_by_name(int(one), kwargs)):
                found.append(name)
            else:
                raise ArgumentError(
                    f"wrt={one!r} is no argument of this call of {self.name}",
                    instead="a name, a position, or a tuple of them",
                )
        return found

    def _passed_by_name(self, position: int, kwargs: dict[str, Any]) -> str | None:
        parameters = self.parameters
        name = parameters[position].name if 0 <= position < len(parameters) else None
        return name if name in kwargs else None

    def __call__(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Any, list[list[Any]], Watched, list[list[Leaf]]]:
        """The value, the gradients leaf by leaf, and what was watched."""
        watched = watch(self.function, args, kwargs)
        recording = watched.recording
        output = output_of(watched, self.name)
        leaves = wanted_leaves(watched, self.positions(args, kwargs), self.name)
        wrt = tuple(leaf.index for group in leaves for leaf in group)
        if recording.outer:
            value, flat = self._nested(watched, output, wrt)
        else:
            derived = self.derived(recording, output, wrt)
            value = recording.values[output]
            values = recording.values
            raw = _run(derived, values)
            flat = [as_gradient(g, values[v], fresh) for g, v, fresh in zip(raw, wrt, derived.fresh, strict=True)]
        parts = iter(flat)
        return value, [[next(parts) for _ in group] for group in leaves], watched, leaves

    def derived(self, recording: Recording, output: int, wrt: tuple[int, ...]) -> Derived:
        """The derived Program for what was watched: kept by structure, shapes, dtypes and literals."""
        values = recording.values
        sources = tuple(
            (i, type(values[i]), repr(values[i]))
            if origin.kind == "literal"
            else (i, type(values[i]), getattr(values[i], "shape", ()), getattr(values[i], "dtype", None))
            for i, origin in recording.origins.items()
        )
        shapes = tuple(values[i].shape for i in recording.flexible)
        key = (tuple(recording.steps), sources, shapes, output, wrt)
        known = self.cache.get(key)
        if known is not None:
            for derived in known:
                if derived.holds(values):
                    return derived
        program = to_program(recording, recording.arguments, [output], self.name)
        with np.errstate(all="ignore"):  # the numbers met here are stand-ins for their forms
            made = prepare(reverse(program, values, wrt, idioms=self.idioms, forms_only=True))
        if recording.uncacheable:
            return made
        if len(self.cache) >= KEPT:
            self.cache.pop(next(iter(self.cache)), None)
        self.cache.setdefault(key, []).append(made)
        return made

    def _nested(self, watched: Watched, output: int, wrt: tuple[int, ...]) -> tuple[Any, list[Any]]:
        """Inside another watched run: the derived Program is evaluated on the outer stand-ins, which record it."""
        recording = watched.recording
        program = to_program(recording, recording.arguments, [output], self.name)
        derivative = reverse(program, recording.values, wrt, idioms=self.idioms)
        arguments = [recording.outer.get(i, recording.values[i]) for i in recording.arguments]
        value, *gradients = evaluate(derivative.program, arguments, apply=_apply)
        return value, gradients


def _apply(primitive: Any, operands: Any, params: Any) -> Any:
    return apply(primitive, tuple(operands), params)


def prepare(derivative: Derivative) -> Derived:
    """Turn the backward steps into a function of the forward values that they read."""
    steps = derivative.backward
    made = {step.output: step for step in steps}
    wanted = derivative.program.outputs[1:]
    constants = {c.index: c.value for c in derivative.program.constants}
    forward = derivative.forward_variables
    given = tuple(
        dict.fromkeys(i for i in (*(i for s in steps for i in s.inputs), *wanted) if i not in made and i < forward)
    )
    own = {i: constants[i] for s in steps for i in s.inputs if i >= forward and i not in made}
    own.update({i: constants[i] for i in wanted if i >= forward and i not in made})
    line = straight_line(steps, (*own, *given), wanted, derivative.program.variables)
    run = functools.partial(line, *own.values()) if own else line
    fresh = []
    for place, i in enumerate(wanted):
        step = made.get(i)
        is_fresh = step is not None and not step.primitive.is_view
        fresh.append(is_fresh and i not in wanted[:place])
    return Derived(derivative.assumptions, given, run, tuple(fresh))


def _run(derived: Derived, values: list[Any]) -> tuple[Any, ...]:
    """The backward steps; where Python's floats would not divide by 0, with NumPy's, which do."""
    given = [values[i] for i in derived.given]
    try:
        return derived.run(*given)
    except ZeroDivisionError:
        with np.errstate(all="ignore"):
            return derived.run(*map(as_numpy, given))


def as_gradient(g: Any, like: Any, fresh: bool) -> Any:
    """The gradient in the type, shape and dtype of the argument, in memory of its own."""
    kind = type(like)
    if kind is np.ndarray:
        if type(g) is np.ndarray and fresh and g.dtype == like.dtype:
            return g
        return np.array(np.broadcast_to(g, like.shape), dtype=like.dtype)
    if kind is float:
        return float(g)
    if isinstance(like, np.generic):
        return like.dtype.type(g)
    return np.array(np.broadcast_to(g, like.shape), dtype=like.dtype)


def rebuilt(argument: Any, leaves: list[Leaf], gradients: list[Any]) -> Any:
    """The gradients in the structure of the argument; what holds no floats is None."""
    by_path = {leaf.path: g for leaf, g in zip(leaves, gradients, strict=True)}

    def build(value: Any, path: tuple[Any, ...]) -> Any:
        if path in by_path:
            return by_path[path]
        if type(value) is StandIn:
            return None
        if isinstance(value, dict):
            return {k: build(v, (*path, k)) for k, v in value.items()}
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return type(value)(*(build(v, (*path, i)) for i, v in enumerate(value)))
        if type(value) in (list, tuple):
            return type(value)(build(v, (*path, i)) for i, v in enumerate(value))
        return None

    return build(argument, ())
