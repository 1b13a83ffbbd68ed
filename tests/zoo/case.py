"""A case of the zoo: a plain function, arguments to call it with, and which oracle knows its gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Tree = Any  # an array, a float, or a nested list, tuple or dict of them
Oracle = Literal["complex", "ridders"]


@dataclass(frozen=True)
class Case:
    """One function of the zoo.

    `args` are never changed by anything that runs a case: `fresh_args()` gives a deep copy.
    `wrt` are the positions to differentiate by; None means every argument with floats.
    `dtype` is the narrowest floating type in the computation and sets the tolerance.
    """

    name: str
    function: Callable[..., Any]
    args: tuple[Tree, ...]
    wrt: tuple[int, ...] | None = None
    oracle: Oracle = "complex"
    features: tuple[str, ...] = ()
    dtype: Literal["float64", "float32"] = "float64"

    @property
    def positions(self) -> tuple[int, ...]:
        """The positions differentiated by, with None spelled out."""
        if self.wrt is not None:
            return self.wrt
        return tuple(i for i, argument in enumerate(self.args) if has_floats(argument))

    @property
    def tolerance(self) -> float:
        """How far a gradient may be from the oracle's, relative to max(1, its largest entry)."""
        return 1e-9 if self.dtype == "float64" else 1e-5

    def fresh_args(self) -> tuple[Tree, ...]:
        """The arguments, copied deeply; memory layout is kept."""
        return tuple(copied(argument) for argument in self.args)

    def plain_value(self) -> Any:
        """What the function returns when it is simply called."""
        return self.function(*self.fresh_args())


class Cases(list[Case]):
    """The cases of one file, entered one by one, each below its function."""

    def add(
        self,
        function: Callable[..., Any],
        *args: Tree,
        features: str,
        wrt: tuple[int, ...] | None = None,
        oracle: Oracle = "complex",
        dtype: Literal["float64", "float32"] = "float64",
        name: str | None = None,
    ) -> None:
        """Enter a case; `features` are words, `name` defaults to the function's own."""
        chosen = name if name is not None else function.__name__
        self.append(Case(chosen, function, args, wrt, oracle, tuple(features.split()), dtype))


def leaves(tree: Tree) -> Iterator[Any]:
    """The leaves of a nested structure, left to right."""
    if isinstance(tree, dict):
        for value in tree.values():
            yield from leaves(value)
    elif isinstance(tree, list | tuple):
        for value in tree:
            yield from leaves(value)
    else:
        yield tree


def rebuilt(tree: Tree, new_leaves: Iterator[Any]) -> Tree:
    """The same structure around other leaves, taken from the iterator in order."""
    if isinstance(tree, dict):
        return type(tree)((key, rebuilt(value, new_leaves)) for key, value in tree.items())
    if isinstance(tree, list | tuple):
        return type(tree)([rebuilt(value, new_leaves) for value in tree])
    return next(new_leaves)


def copied(tree: Tree) -> Tree:
    """A copy that shares no memory with the tree."""
    return rebuilt(tree, (copied_leaf(leaf) for leaf in leaves(tree)))


def copied_leaf(leaf: Any) -> Any:
    """An array copied in its own memory layout; anything else as it is."""
    return np.array(leaf, order="K", copy=True) if isinstance(leaf, np.ndarray) else leaf


def is_float(leaf: Any) -> bool:
    """Whether a leaf is something to differentiate by."""
    if isinstance(leaf, np.ndarray | np.generic):
        return bool(np.issubdtype(leaf.dtype, np.floating))
    return isinstance(leaf, float)


def has_floats(tree: Tree) -> bool:
    """Whether any leaf is a float or an array of floats."""
    return any(is_float(leaf) for leaf in leaves(tree))


def draw(*shape: int, seed: int, low: float = -1.5, high: float = 1.5) -> np.ndarray:
    """An array to try a function on: uniform in [low, high), the same at every run."""
    return np.random.default_rng(seed).uniform(low, high, shape)
