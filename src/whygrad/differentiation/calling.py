"""Calls of a function: watched each time; what was derived for what was watched is kept, and run on its values."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from whygrad.errors import ArgumentError, NoFloatsError
from whygrad.program import Constant, Primitive, Program, evaluate, straight_line
from whygrad.program.building import as_numpy
from whygrad.rules import Assumption
from whygrad.watching.programs import to_program
from whygrad.watching.recording import Recording
from whygrad.watching.standin import StandIn, apply, plain
from whygrad.watching.watch import Leaf, Watched, argument_names, like, parameters_of

KEPT = 64
"""How many derived Programs a gradient function keeps."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A derivative, ready to be run on the values of a watched call.

    `run` makes what is derived of the variables `given`; `program` makes the values and what is derived. It has no
    constants but its own: those of the code are read anew at each call.
    """

    assumptions: tuple[Assumption, ...]
    program: Program
    given: tuple[int, ...]
    run: Callable[..., tuple[Any, ...]]
    fresh: tuple[bool, ...]

    def holds(self, values: list[Any]) -> bool:
        """Are its assumptions about constants true of these values?"""
        return all(a.holds(values[a.variable]) for a in self.assumptions)

    def on(self, values: Sequence[Any]) -> tuple[Any, ...]:
        """What the steps make of these values; where Python's floats would not divide by 0, with NumPy's, which do."""
        given = [values[i] for i in self.given]
        try:
            return self.run(*given)
        except ZeroDivisionError:
            with np.errstate(all="ignore"):
                return self.run(*map(as_numpy, given))


def wanted_leaves(
    watched: Watched, positions: list[int | str], name: str, args: Sequence[Any], names: Sequence[str]
) -> list[list[Leaf]]:
    """The leaves with floats of each argument to differentiate with respect to."""
    found = []
    for position in positions:
        leaves = [leaf for leaf in watched.leaves if leaf.argument == position]
        floats = [leaf for leaf in leaves if _is_float(watched.recording.values[leaf.index])]
        if not floats:
            label = names[position] if isinstance(position, int) else position
            raise NoFloatsError(
                f"{name}: the argument {label} holds no floats to differentiate with respect to",
                instead=f"convert it: {as_floats([args[position]] if isinstance(position, int) else ())}",
            )
        found.append(floats)
    return found


def must_be_a_function(given: Any) -> None:
    """The number that f(x) returned is no function."""
    if not callable(given):
        raise ArgumentError(
            f"a {type(given).__name__} was given where a function is wanted",
            instead="the function itself, without a call: grad(f)(x), derive(f, x)",
        )


def as_floats(arguments: Sequence[Any]) -> str:
    """What to give for arguments that hold no floats."""
    whole = [value for value in map(plain, arguments) if type(value) is int]
    return f"{float(whole[0])!r} for {whole[0]}" if whole else "x.astype(float), or 2.0 for 2"


def _is_float(value: Any) -> bool:
    dtype = getattr(value, "dtype", None)
    return isinstance(value, float) if dtype is None else dtype.kind == "f"


class Calls:
    """The calls of one function, to be differentiated with respect to `wrt`. Safe to use from several threads.

    What is derived for a call, backward steps or tangent steps, is the business of the kinds of Calls.
    """

    def __init__(self, function: Callable[..., Any], wrt: Any, idioms: bool = True) -> None:
        must_be_a_function(function)
        if not all(
            isinstance(one, (str, int, np.integer)) for one in (wrt if isinstance(wrt, (tuple, list)) else (wrt,))
        ):
            raise ArgumentError(
                "wrt= is neither a name nor a position, nor a tuple of them",
                instead="the arguments go to the function that comes back: grad(f)(x), not grad(f, x)",
            )
        self.function = function
        self.name = getattr(function, "__name__", type(function).__name__)
        self.wrt = wrt
        self.single = not isinstance(wrt, (tuple, list))
        self.idioms = idioms
        self.cache: dict[Any, list[Derived]] = {}
        self._names: dict[int, list[str]] = {}

    @functools.cached_property
    def parameters(self) -> list[inspect.Parameter]:
        return parameters_of(self.function)

    def names(self, count: int) -> list[str]:
        """The names of so many positional arguments."""
        known = self._names.get(count)
        if known is None:
            known = self._names[count] = argument_names(self.function, count)
        return known

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
                names = self.names(len(args))
                if one not in names[: len(args)]:
                    raise ArgumentError(
                        f"{self.name} was called without an argument {one!r}", instead=f"wrt= one of {', '.join(names)}"
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

    def derived(self, recording: Recording, outputs: tuple[int, ...], wrt: tuple[int, ...]) -> Derived:
        """The derived Program for what was watched: kept by structure, shapes, dtypes and literals."""
        values = recording.values
        sources = tuple(
            (i, type(values[i]), repr(values[i]))
            if origin.kind == "literal"
            else (i, type(values[i]), getattr(values[i], "shape", ()), getattr(values[i], "dtype", None))
            for i, origin in recording.origins.items()
        )
        shapes = tuple(values[i].shape for i in recording.flexible)
        key = (tuple(recording.steps), sources, shapes, tuple(recording.arguments), outputs, wrt)
        known = self.cache.get(key)
        if known is not None:
            for derived in known:
                if derived.holds(values):
                    return derived
        program = to_program(recording, recording.arguments, outputs, self.name)
        with np.errstate(all="ignore"):  # the numbers met here are stand-ins for their forms
            made = self.derive(program, values, wrt)
        if recording.uncacheable:
            return made
        if len(self.cache) >= KEPT:
            self.cache.pop(next(iter(self.cache)), None)
        self.cache.setdefault(key, []).append(made)
        return made

    def nested(
        self, recording: Recording, outputs: tuple[int, ...], wrt: tuple[int, ...], directions: Sequence[Any] = ()
    ) -> list[Any]:
        """Inside another watched run: the whole derived Program, on the outer stand-ins, which record it."""
        program = self.derived(recording, outputs, wrt).program
        now = {i: recording.outer.get(i, recording.values[i]) for i in recording.origins}
        arguments = [now.pop(i) for i in recording.arguments]
        constants = (*program.constants, *(Constant(i, value, "captured") for i, value in now.items()))
        return evaluate(replace(program, constants=constants), [*arguments, *directions], apply=as_recorded)

    def derive(self, program: Program, values: list[Any], wrt: tuple[int, ...]) -> Derived:
        """The derived steps for the Program of a call."""
        raise NotImplementedError


def prepare(
    program: Program, split: int, forward: int, wanted: tuple[int, ...], assumptions: tuple[Assumption, ...]
) -> Derived:
    """Make the steps from `split` on into a function of the values that they read, of the first `forward` variables."""
    steps = program.steps[split:]
    made = {step.output: step for step in steps}
    constants = {c.index: c.value for c in program.constants}
    given = tuple(
        dict.fromkeys(i for i in (*(i for s in steps for i in s.inputs), *wanted) if i not in made and i < forward)
    )
    own = {i: constants[i] for s in steps for i in s.inputs if i >= forward and i not in made}
    own.update({i: constants[i] for i in wanted if i >= forward and i not in made})

    @functools.cache
    def line() -> Callable[..., tuple[Any, ...]]:
        return straight_line(steps, (*own, *given), wanted, program.variables)

    def run(*values: Any) -> tuple[Any, ...]:
        return line()(*own.values(), *values)

    fresh = []
    for place, i in enumerate(wanted):
        step = made.get(i)
        is_fresh = step is not None and not step.primitive.is_view
        fresh.append(is_fresh and i not in wanted[:place])
    own_constants = tuple(c for c in program.constants if c.index >= forward)
    kept = replace(program, constants=own_constants, guards=())
    return Derived(assumptions, kept, given, run, tuple(fresh))


def as_recorded(primitive: Primitive, operands: Sequence[Any], params: tuple[Any, ...]) -> Any:
    """A step of a Program, run on the stand-ins of another run, which records it."""
    return apply(primitive, tuple(operands), params)


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


def rebuilt(structure: Any, leaves: list[Leaf], found: list[Any], others: bool = False) -> Any:
    """What was found for the leaves, in the structure that holds them; what else it holds is None (`others`: kept)."""
    by_path = {leaf.path: one for leaf, one in zip(leaves, found, strict=True)}

    def build(value: Any, path: tuple[Any, ...]) -> Any:
        if path in by_path:
            return by_path[path]
        if type(value) is StandIn:
            return value if others else None
        if isinstance(value, dict):
            return like(value, {k: build(v, (*path, k)) for k, v in value.items()})
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return type(value)(*(build(v, (*path, i)) for i, v in enumerate(value)))
        if type(value) in (list, tuple):
            return type(value)(build(v, (*path, i)) for i, v in enumerate(value))
        return value if others else None

    return build(structure, ())
