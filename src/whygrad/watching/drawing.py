"""Random draws in watched code: constants, replayed as they were drawn; shuffles are indexing by a drawn order.

A generator is asked exactly as the plain function asks it, so that its state advances once and the same way.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from whygrad.program import Primitive
from whygrad.watching.answering import has_stand_in, innermost, plain_tree, stand_ins
from whygrad.watching.arrays import as_array
from whygrad.watching.recording import Recording, current
from whygrad.watching.shaping import at_axis, normalize, ravel, reshape
from whygrad.watching.standin import StandIn, lift, plain, record

NUMBERS = frozenset(
    {
        "random", "uniform", "gauss", "normalvariate", "triangular", "betavariate", "expovariate", "gammavariate",
        "lognormvariate", "vonmisesvariate", "paretovariate", "weibullvariate",
    }
)  # fmt: skip
"""What Python's own generator draws a number by; its other methods choose among what they are given."""


def _is_generator(owner: Any) -> bool:
    """Does it draw? (Who has none has not imported numpy.random, which is slow to import.)"""
    numpy_random = sys.modules.get("numpy.random")
    return numpy_random is not None and isinstance(owner, (numpy_random.Generator, numpy_random.RandomState))


def drawn(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any] | None:
    """What a method of a generator gives, watched, in a tuple; None for any other function."""
    owner = getattr(function, "__self__", None)
    python_random = sys.modules.get("random")
    if python_random is not None and isinstance(owner, python_random.Random) and function.__name__ in NUMBERS:
        return (constant(function(*plain_tree(args), **plain_tree(kwargs))),)
    if not _is_generator(owner):
        return None
    known = OF_ARRAYS.get(function.__name__)
    if known is not None and has_stand_in(args[:1] or tuple(kwargs.values())):
        return (known(owner, *args, **kwargs),)
    recording = innermost((args, kwargs))
    if recording is None:
        return (constant(function(*args, **kwargs)),)
    result = function(*plain_tree(args), **plain_tree(kwargs))
    inputs = tuple(lift(recording, x) for x in stand_ins((args, kwargs)))
    is_float = np.result_type(result).kind == "f" if isinstance(result, (np.ndarray, np.generic, float)) else False
    if is_float and any(recording.is_active(i) for i in inputs):
        # A gradient that wants to go back to the parameters is refused; without one the draw stands as it is.
        recording.uncacheable = True
        name = f"opaque numpy.random.{function.__name__}"
        return (record(recording, Primitive(name, lambda *parameters: result), inputs, (), result),)
    return (constant(result),)


def constant(value: Any, name: str = "") -> Any:
    """A draw, as an array or a number that no step makes; what the author has no name for has one of ours."""
    recording: Recording | None = current.get()
    is_array = isinstance(value, np.ndarray) and value.dtype.kind in "fiub"
    if recording is None or not (is_array or isinstance(value, (float, np.floating))):
        return value
    return recording.capture(value, name, "drawn", fresh=not is_array)


# What a generator does with an array: the same to the whole numbers that say where its entries are


def _order(owner: Any, x: Any, axis: int, shuffle: Callable[[Any], None]) -> Any:
    """The order in which a shuffle along the axis puts the entries."""
    shape = np.shape(plain(x))
    places = np.arange(shape[axis])
    labels = places.copy() if len(shape) == 1 else np.broadcast_to(_along(places, axis, len(shape)), shape).copy()
    shuffle(labels)
    line = tuple(slice(None) if n == axis else 0 for n in range(len(shape)))
    return constant(labels[line].copy(), "order")


def _along(places: Any, axis: int, ndim: int) -> Any:
    return places.reshape(tuple(len(places) if n == axis else 1 for n in range(ndim)))


def _shuffle(owner: Any, x: Any, axis: int = 0) -> None:
    if type(x) is not StandIn:
        owner.shuffle(x)  # a list: its entries change places, whatever they are
        return
    (axis,) = normalize(axis, np.ndim(plain(x)))
    by_axis = {"axis": axis} if axis else {}
    if np.size(plain(x)) == 0:
        return
    order = _order(owner, x, axis, lambda labels: owner.shuffle(labels, **by_axis))
    x[...] = x[at_axis(np.ndim(plain(x)), axis, order)]


def _permutation(owner: Any, x: Any, axis: int = 0) -> Any:
    x = as_array(x)
    if np.ndim(plain(x)) == 0:
        return constant(owner.permutation(operator.index(x)))
    (axis,) = normalize(axis, np.ndim(plain(x)))
    n, by_axis = np.shape(plain(x))[axis], {"axis": axis} if axis else {}
    labels = np.arange(n)
    if np.ndim(plain(x)) > 1:
        labels = np.broadcast_to(_along(labels, axis, np.ndim(plain(x))), np.shape(plain(x)))
    labels = owner.permutation(labels, **by_axis)
    order = labels[tuple(slice(None) if k == axis else 0 for k in range(labels.ndim))]
    return x[at_axis(np.ndim(plain(x)), axis, constant(order.copy(), "order"))]


def _permuted(owner: Any, x: Any, *, axis: int | None = None, out: Any = None) -> Any:
    x = as_array(x)
    shape = np.shape(plain(x))
    labels = owner.permuted(np.arange(np.size(plain(x))).reshape(shape), axis=axis)
    made = reshape(ravel(x)[constant(labels.reshape(-1), "order")], shape)
    if out is None:
        return made
    out[...] = made
    return out


def _choice(
    owner: Any, a: Any, size: Any = None, replace: Any = True, p: Any = None, axis: int = 0, shuffle: bool = True
) -> Any:
    x = as_array(a)
    more = {"shuffle": shuffle} if isinstance(owner, np.random.Generator) else {}
    n = operator.index(x) if np.ndim(plain(x)) == 0 else np.shape(plain(x))[axis]
    places = owner.choice(n, plain_tree(size), replace, plain_tree(p), **more)
    if np.ndim(plain(x)) == 0:
        return constant(places)
    return x[at_axis(np.ndim(plain(x)), axis, constant(places, "choice"))]


OF_ARRAYS: dict[str, Callable[..., Any]] = {
    "shuffle": _shuffle,
    "permutation": _permutation,
    "permuted": _permuted,
    "choice": _choice,
}
