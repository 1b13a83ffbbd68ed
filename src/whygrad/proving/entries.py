"""The floats among a function's arguments: found, replaced, and matched with given gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from whygrad.errors import ArgumentError, NoFloatsError
from whygrad.watching.watch import argument_names


@dataclass(frozen=True, slots=True)
class Entry:
    """An array or number of an argument: which argument, the way to it inside, its name as one writes it."""

    argument: int | str
    path: tuple[Any, ...]
    name: str
    value: Any

    @property
    def shape(self) -> tuple[int, ...]:
        return np.shape(self.value)

    @property
    def size(self) -> int:
        return int(np.size(self.value))

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(np.result_type(self.value))

    def element(self, index: tuple[int, ...]) -> str:
        """One of its elements as one would write it: `syn0[1, 2]`."""
        return self.name + (f"[{', '.join(map(str, index))}]" if index else "")

    def widened(self) -> Any:
        """A copy in double precision, otherwise the same sort of object."""
        if isinstance(self.value, np.ndarray):
            return self.value.astype(np.float64, order="K")
        return np.float64(self.value) if isinstance(self.value, np.generic) else float(self.value)


def is_float(value: Any) -> bool:
    """Is it a float, or an array of floats?"""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.dtype.kind == "f"
    return isinstance(value, float)


def parts(value: Any) -> list[tuple[Any, Any]] | None:
    """The (key, part) pairs of a list, tuple, named tuple or dict, as the watcher opens them; else None."""
    if isinstance(value, dict) and type(value) is dict:
        return list(value.items())
    if type(value) in (list, tuple) or (isinstance(value, tuple) and hasattr(value, "_fields")):
        return list(enumerate(value))
    return None


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """The floats in a structure, each with the way to it."""
    if is_float(value):
        yield path, value
    for key, part in parts(value) or ():
        yield from leaves(part, (*path, key))


def entries_of(
    function: Callable[..., Any],
    args: Sequence[Any],
    kwargs: dict[str, Any],
    positions: Sequence[int | str] | None,
) -> list[list[Entry]]:
    """The floats of each argument in `positions` (None: of every argument that has any), by argument."""
    names: dict[int | str, str] = dict(enumerate(argument_names(function, len(args))[: len(args)]))
    names.update({name: name for name in kwargs})
    label = getattr(function, "__name__", type(function).__name__)
    found = []
    for place in names if positions is None else positions:
        value = args[place] if isinstance(place, int) else kwargs[place]
        group = [
            Entry(place, path, names[place] + "".join(f"[{key!r}]" for key in path), leaf)
            for path, leaf in leaves(value)
        ]
        if group:
            found.append(group)
        elif positions is not None:
            raise NoFloatsError(
                f"{label}: the argument {names[place]} holds no floats to differentiate with respect to",
                instead="convert it: x.astype(float), or 2.0 for 2",
            )
    if not found:
        raise NoFloatsError(
            f"{label}: no argument holds floats to differentiate with respect to",
            instead="convert one: x.astype(float), or 2.0 for 2",
        )
    return found


def replaced(value: Any, path: tuple[Any, ...], new: dict[tuple[Any, ...], Any]) -> Any:
    """A copy of the structure, its arrays copied, with other leaves at the paths in `new`."""
    if path in new:
        return new[path]
    if isinstance(value, np.ndarray):
        return value.copy(order="K")
    inside = parts(value)
    if inside is None:
        return value
    made = [replaced(part, (*path, key), new) for key, part in inside]
    if isinstance(value, dict):
        return dict(zip(value, made, strict=True))
    return type(value)(*made) if hasattr(value, "_fields") else type(value)(made)


def given_gradients(grads: Any, groups: Sequence[Sequence[Entry]], args: Any, kwargs: Any) -> list[Any]:
    """The given gradients, entry by entry; an ArgumentError where they do not fit the arguments.

    `grads` has one gradient an argument; where there is only one argument it may be that gradient itself.
    """
    names = [group[0].name if not group[0].path else _root(group[0]) for group in groups]
    if len(groups) == 1 and not _is_wrapped(grads, groups[0]):
        grads = (grads,)
    if not isinstance(grads, (list, tuple)) or len(grads) != len(groups):
        count = len(grads) if isinstance(grads, (list, tuple)) else 1
        raise ArgumentError(
            f"{_counted(count, 'gradient')} given for {_counted(len(groups), 'argument')} ({', '.join(names)})",
            instead=f"grads=({', '.join('d' + n for n in names)}), or name fewer arguments with wrt=",
        )
    return [_gradient(grad, entry) for group, grad in zip(groups, grads, strict=True) for entry in group]


def _is_wrapped(grads: Any, group: Sequence[Entry]) -> bool:
    """Is it a list with the one argument's gradient in it, rather than the gradient?"""
    if not isinstance(grads, (list, tuple)) or len(grads) != 1 or hasattr(grads, "_fields"):
        return False
    try:
        for entry in group:
            _gradient(grads[0], entry)
    except ArgumentError:
        return False
    return True


def _root(entry: Entry) -> str:
    return entry.name[: len(entry.name) - sum(len(f"[{key!r}]") for key in entry.path)]


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _gradient(grad: Any, entry: Entry) -> Any:
    """The gradient of one entry, found by its path, in double precision."""
    for key in entry.path:
        try:
            grad = grad[key]
        except (KeyError, IndexError, TypeError):
            raise ArgumentError(
                f"the gradients have nothing at {entry.name}",
                instead="give them the structure of the argument",
            ) from None
    if grad is None:
        raise ArgumentError(f"no gradient was given for {entry.name}", instead="leave the argument out with wrt=")
    try:
        found = np.asarray(grad)
    except ValueError:
        found = np.asarray(None)
    if found.dtype.kind not in "fiub":
        raise ArgumentError(
            f"the gradient given for {entry.name} is not made of real numbers: {grad!r:.60}",
            instead="an array of floats, or numbers in the structure of the argument",
        )
    if found.shape != entry.shape:
        transposed = found.ndim == 2 and found.T.shape == entry.shape
        raise ArgumentError(
            f"the gradient given for {entry.name} has shape {found.shape}, {entry.name} itself {entry.shape}",
            instead="transpose it" if transposed else "a gradient has the shape of its variable",
        )
    return found
