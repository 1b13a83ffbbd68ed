"""Tangents at every call: watch, find (or derive) the Program for what was watched, run its tangent steps."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from whygrad.differentiation.calling import Calls, Derived, as_gradient, prepare, rebuilt, wanted_leaves
from whygrad.differentiation.fitting import zeros
from whygrad.differentiation.forward import forward
from whygrad.errors import ArgumentError, NoFloatsError
from whygrad.program import Program
from whygrad.rules import primitive
from whygrad.watching.standin import StandIn, apply, newest, plain
from whygrad.watching.watch import Leaf, Watched, watch

TANGENTS = "tangents"
"""The keyword by which a call says where its arguments move."""


class Tangents(Calls):
    """Value and tangent of a function, watched anew at each call. Safe to call from several threads."""

    def __call__(self, args: tuple[Any, ...], kwargs: dict[str, Any], given: Any) -> tuple[Any, Any]:
        """The value, and the rate at which it moves as the arguments of `wrt` move as `given` says."""
        watched = watch(self.function, args, kwargs)
        recording = watched.recording
        positions = self.positions(args, kwargs)
        if len(set(positions)) < len(positions):
            raise ArgumentError(f"wrt={self.wrt!r} names an argument of {self.name} twice")
        wanted_leaves(watched, positions, self.name, args, self.names(len(args)))
        moves = dict(self._moves(watched, positions, args, kwargs, given))
        if not watched.returned:
            raise NoFloatsError(
                f"{self.name} returns {_article(watched.result)}, which has no tangent",
                instead="return a number, an array, or a list, tuple or dict of them",
            )
        outputs = tuple(leaf.index for leaf in watched.returned)
        wrt, directions = tuple(moves), list(moves.values())
        if recording.outer or any(type(d) is StandIn and not d._recording.over for d in directions):
            found = self.nested(recording, outputs, wrt, directions)
            values, tangents = found[: len(outputs)], found[len(outputs) :]
        else:
            values, tangents = self._run(watched, outputs, wrt, directions)
        value = rebuilt(watched.result, watched.returned, values, others=True)
        return value, rebuilt(watched.result, watched.returned, tangents)

    def derive(self, program: Program, values: list[Any], wrt: tuple[int, ...]) -> Derived:
        """The tangent steps, which read the directions behind the values of the call."""
        made = forward(program, values, wrt, [values[v] for v in wrt], idioms=self.idioms, forms_only=True)
        wanted = made.program.outputs[len(program.outputs) :]
        return prepare(made.program, made.split, made.given, wanted, made.assumptions)

    def _run(
        self, watched: Watched, outputs: tuple[int, ...], wrt: tuple[int, ...], directions: list[Any]
    ) -> tuple[list[Any], list[Any]]:
        recording = watched.recording
        derived = self.derived(recording, outputs, wrt)
        raw = derived.on([*recording.values, *map(plain, directions)])
        values = [_own(leaf.value) for leaf in watched.returned]
        return values, [
            as_gradient(t, _float(v), fresh) for t, v, fresh in zip(raw, values, derived.fresh, strict=True)
        ]

    # The directions

    def _moves(
        self, watched: Watched, positions: list[int | str], args: Any, kwargs: Any, given: Any
    ) -> Iterator[tuple[int, Any]]:
        """The variables that move, each with its direction."""
        names = self.names(len(args))
        if self.single:
            given = (given,)
        elif not isinstance(given, (tuple, list)) or len(given) != len(positions):
            raise ArgumentError(
                f"tangents: {_article(given)} for wrt={self.wrt!r}",
                instead=f"a tuple of {len(positions)}, one for each argument of wrt",
            )
        for position, tangent in zip(positions, given, strict=True):
            argument = args[position] if isinstance(position, int) else kwargs[position]
            leaves = {leaf.path: leaf for leaf in watched.leaves if leaf.argument == position}
            name = names[position] if isinstance(position, int) else position
            for leaf, direction, spelled in _matched(argument, tangent, (), name, leaves):
                like = watched.recording.values[leaf.index]
                made = _direction(direction, like, spelled)
                if made is not None:
                    yield leaf.index, made


def with_keyword(function: Callable[..., Any], parameters: list[inspect.Parameter]) -> Callable[..., Any]:
    """The function with a signature that has these parameters and the keyword `tangents`."""
    if any(p.name == TANGENTS for p in parameters):
        raise ArgumentError(
            f"{function.__name__} has an argument of its own called {TANGENTS}, as jvp has",
            instead=f"wrap it: jvp(lambda x: {function.__name__}(x, {TANGENTS}=v))",
        )
    if parameters:
        stars = [p for p in parameters if p.kind is p.VAR_KEYWORD]
        own = inspect.Parameter(TANGENTS, inspect.Parameter.KEYWORD_ONLY)
        ordered = [*(p for p in parameters if p not in stars), own, *stars]
        function.__signature__ = inspect.Signature(ordered)  # type: ignore[attr-defined]
    return function


def _matched(
    argument: Any, tangent: Any, path: tuple[Any, ...], name: str, leaves: dict[tuple[Any, ...], Leaf]
) -> Iterator[tuple[Leaf, Any, str]]:
    """The leaves of an argument with their parts of its tangent, which has the same structure; None does not move."""
    if tangent is None:
        return
    if path in leaves:
        yield leaves[path], tangent, name
        return
    keys: list[Any] | None = None
    if isinstance(argument, dict):
        keys = list(argument)
        fits = isinstance(tangent, dict) and tangent.keys() == argument.keys()
    elif isinstance(argument, (list, tuple)):
        keys = list(range(len(argument)))
        fits = isinstance(tangent, (list, tuple)) and len(tangent) == len(argument)
    if keys is None:
        raise ArgumentError(
            f"tangents: {name} is {_article(argument)}, which holds no floats", instead="its tangent is None"
        )
    if not fits:
        raise ArgumentError(
            f"tangents: {name} is {_article(argument)}, its tangent {_article(tangent)}",
            instead="the same structure, with None for what does not move",
        )
    for key in keys:
        yield from _matched(argument[key], tangent[key], (*path, key), f"{name}[{key!r}]", leaves)


def _direction(tangent: Any, like: Any, name: str) -> Any:
    """The tangent in the type of the value that it moves; None where there is nothing to move."""
    if type(tangent) is type(like) is np.ndarray and tangent.dtype == like.dtype and tangent.shape == like.shape:
        if like.dtype.kind == "f":
            return tangent
    real = np.asarray(plain(tangent))
    if real.dtype.kind not in "fiu":
        what = f"an array of {real.dtype}" if isinstance(plain(tangent), np.ndarray) else _article(tangent)
        raise ArgumentError(f"tangents: that of {name} is {what}", instead="real numbers, or None")
    if np.shape(real) != np.shape(like):
        raise ArgumentError(
            f"tangents: {name} has shape {np.shape(like)}, its tangent {np.shape(real)}",
            instead="a tangent of the same shape as its argument",
        )
    wanted = np.result_type(like)
    if wanted.kind != "f":
        if np.any(real):
            raise ArgumentError(f"tangents: {name} holds no floats ({wanted})", instead="its tangent is None")
        return None
    if type(tangent) is StandIn and not tangent._recording.over:
        tangent = newest(tangent)
        return tangent if real.dtype == wanted else apply(primitive("cast"), (tangent,), (str(wanted),))
    if type(like) is float:
        return float(real)
    return like.dtype.type(real) if isinstance(like, np.generic) else real.astype(wanted, copy=False)


def _own(value: Any) -> Any:
    """The value in memory of its own."""
    return value.copy() if isinstance(value, np.ndarray) else value


def _float(value: Any) -> Any:
    """The value, or a zero float in its shape where it is a whole number, whose tangent is 0."""
    if np.result_type(value).kind == "f":
        return value
    return 0.0 if type(value) is int else zeros(np.zeros(np.shape(value)))


def _article(value: Any) -> str:
    if value is None:
        return "nothing (None)"
    if isinstance(value, dict):
        return f"a dict of {', '.join(map(repr, value)) or 'nothing'}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    kind = type(plain(value)).__name__
    size = f" of {len(value)}" if isinstance(value, (list, tuple)) else ""
    return f"{'an' if kind[0] in 'aeio' else 'a'} {kind}{size}"
