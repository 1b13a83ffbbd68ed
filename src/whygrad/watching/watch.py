"""The two entries of the watcher: a function with its arguments, and a file run as a script."""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType, MethodType
from typing import Any

import numpy as np

from whygrad.errors import UnsupportedError
from whygrad.watching.answering import raise_own
from whygrad.watching.recording import LIMIT, Origin, Recording, current
from whygrad.watching.restoring import note_stores, restore
from whygrad.watching.rewriting import is_remade
from whygrad.watching.routing import CALL, is_author, remade, run_blindly
from whygrad.watching.scipy_names import meet_scipy
from whygrad.watching.seeing import meet
from whygrad.watching.standin import StandIn, apply, deepest, lift, newest

__all__ = ["Leaf", "Watched", "apply", "deepest", "watch"]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One number or array of an argument: which argument, the way to it inside, its variable and real value."""

    argument: int | str
    path: tuple[Any, ...]
    index: int
    value: Any


@dataclass(slots=True)
class Watched:
    """A watched call: the recording, the leaves of its arguments, what it returned (and the leaves of that)."""

    recording: Recording
    leaves: list[Leaf]
    result: Any
    returned: list[Leaf]

    @property
    def output(self) -> int | None:
        """The variable that was returned, where it is one."""
        return self.returned[0].index if self.returned and not self.returned[0].path else None


def watch(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], limit: int = LIMIT) -> Watched:
    """Call the function once, on stand-ins for the floats and arrays in its arguments."""
    meet_scipy()
    recording = Recording(current.get(), limit)
    leaves: list[Leaf] = []
    token = current.set(recording)
    try:
        given = [_stand_in(recording, leaves, place, (), value) for place, value in enumerate(args)]
        named = {name: _stand_in(recording, leaves, name, (), value) for name, value in kwargs.items()}
        result = entry(function, recording)(*given, **named)
        returned: list[Leaf] = []
        _note_returned(recording, returned, (), result)
    except Exception as error:
        raise_own(error)
        raise
    finally:
        current.reset(token)
        recording.over = True
        restore(recording)
    return Watched(recording, leaves, result, returned)


def entry(function: Callable[..., Any], recording: Recording) -> Callable[..., Any]:
    """The function as it is to be run: re-made where that can be done."""
    if type(function) is FunctionType and is_author(function):
        if is_remade(function.__code__):
            return function
        made = remade(function)
        if made is None:
            run_blindly(recording, function)
            return function
        note_stores(recording, made)
        return made
    if type(function) is MethodType and type(function.__func__) is FunctionType:
        return functools.partial(entry(function.__func__, recording), function.__self__)
    return functools.partial(CALL, function)


def _stand_in(recording: Recording, leaves: list[Leaf], argument: int | str, path: tuple[Any, ...], value: Any) -> Any:
    """The argument with stand-ins for its floats and arrays, in containers like its own."""
    kind = type(value)
    if kind is np.ndarray or kind is float or kind is StandIn or isinstance(value, (np.floating, np.ndarray)):
        real = newest(value)._value if kind is StandIn else value
        if isinstance(real, np.ndarray) and type(real) is not np.ndarray:
            recording.refuse_subclass(real)
            real = np.asarray(real)
        dtype = real.dtype if hasattr(real, "dtype") else np.result_type(real)
        if dtype.kind == "c":
            raise UnsupportedError(
                f"the argument {_spelled(argument, path)} is complex, which is not supported yet",
                instead="pass its real and its imaginary part as two real arrays",
            )
        if dtype.kind not in "fiub":
            return value
        index = recording.variable(real, Origin("argument", "", None))
        recording.arguments.append(index)
        made = StandIn(recording, index, real)
        if isinstance(real, np.ndarray):
            made._original = real
            recording.argument_roots.append(made)
        if kind is StandIn:
            recording.outer[index] = value
        leaves.append(Leaf(argument, path, index, value))
        return made
    if kind is complex or isinstance(value, np.complexfloating):
        raise UnsupportedError(
            f"the argument {_spelled(argument, path)} is complex, which is not supported yet",
            instead="pass its real and its imaginary part as two real numbers",
        )
    if kind is list or kind is tuple or (isinstance(value, tuple) and hasattr(value, "_fields")):
        parts = [_stand_in(recording, leaves, argument, (*path, i), part) for i, part in enumerate(value)]
        if all(new is old for new, old in zip(parts, value, strict=True)):
            return value
        return parts if kind is list else tuple(parts) if kind is tuple else kind(*parts)
    if isinstance(value, dict):
        made_dict = {k: _stand_in(recording, leaves, argument, (*path, k), part) for k, part in value.items()}
        if all(made_dict[k] is value[k] for k in value):
            return value
        return like(value, made_dict)
    if kind not in recording.classes:
        meet(recording, kind)
    return value


def like(value: Any, entries: dict[Any, Any]) -> Any:
    """The entries in a dictionary of the value's own kind: a dict, an OrderedDict, a defaultdict."""
    if type(value) is dict:
        return entries
    made = copy.copy(value)
    made.update(entries)
    return made


def _note_returned(recording: Recording, leaves: list[Leaf], path: tuple[Any, ...], value: Any) -> None:
    """The numbers and arrays in what the function returned."""
    kind = type(value)
    if kind is StandIn:
        same = value._recording is recording
        index = newest(value)._index if same else lift(recording, value)
        leaves.append(Leaf("", path, index, value._value if same else recording.values[index]))
    elif kind is np.ndarray or (isinstance(value, (float, int, np.number)) and not isinstance(value, bool)):
        leaves.append(Leaf("", path, recording.variable(value, Origin("created", "", None)), value))
    elif kind is list or isinstance(value, tuple):
        for place, part in enumerate(value):
            _note_returned(recording, leaves, (*path, place), part)
    elif kind is dict:
        for key, part in value.items():
            _note_returned(recording, leaves, (*path, key), part)


def _spelled(argument: int | str, path: tuple[Any, ...]) -> str:
    return f"number {argument}" if isinstance(argument, int) else argument


def parameters_of(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """The parameters of a function; none where they are not known (a builtin)."""
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []


def argument_names(function: Callable[..., Any], count: int) -> list[str]:
    """The names of positional arguments: those of the parameters; args[0], args[1] … for a star."""
    names: list[str] = []
    for parameter in parameters_of(function):
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            names.extend(f"{parameter.name}[{i}]" for i in range(count - len(names)))
        elif parameter.kind is not inspect.Parameter.VAR_KEYWORD:
            names.append(parameter.name)
    return [*names, *(f"x{i}" for i in range(len(names), count))]
