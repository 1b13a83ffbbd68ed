"""The points at which a network is asked what it says: a grid over the columns of the data that vary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Axes = tuple[int, ...]

SIDE = 30
"""Points along each side of a grid for two columns."""
LINE = 200
"""Points for one."""
MARGIN = 0.2
"""How far the grid reaches beyond the data, as a part of its range."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The points at which a network is asked: `along` is the data's axis of examples, `fixed` the value of each column,
    None where it varies. The first of the columns that vary runs fastest."""

    along: int
    columns: Axes
    low: tuple[float, ...]
    high: tuple[float, ...]
    points: Axes
    fixed: tuple[float | None, ...]

    @property
    def size(self) -> int:
        return int(np.prod(self.points))

    def rows(self, shape: Axes, dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
        """The inputs at all points, in the layout of the data."""
        sides = [np.linspace(*ends) for ends in zip(self.low, self.high, self.points, strict=True)]
        places = list(np.meshgrid(*sides[::-1], indexing="ij"))[::-1]
        columns = [np.full(self.size, one) if one is not None else places.pop(0).ravel() for one in self.fixed]
        if self.along == 1:
            return np.stack(columns).astype(dtype)
        return (np.stack(columns, 1) if len(shape) == 2 else columns[0]).astype(dtype)


def axes_of_examples(shape: Axes) -> Axes:
    """The axis of examples: rows first, unless there is only one."""
    if len(shape) == 1:
        return (0,)
    return (1, 0) if shape[0] == 1 else (0, 1)


def grid_over(data: np.ndarray[Any, Any], along: int) -> Grid | None:
    """A grid over the range of the columns that vary, if they are one or two."""
    columns = data.reshape(-1, 1) if data.ndim == 1 else data if along == 0 else data.T
    examples = len(columns)
    low, high = columns.min(axis=0).astype(float), columns.max(axis=0).astype(float)
    varying = tuple(int(n) for n in np.flatnonzero(low < high))
    if examples < 2 or len(varying) not in (1, 2):
        return None
    sides = (LINE,) if len(varying) == 1 else (SIDE, SIDE)
    if np.prod(sides) in data.shape:  # the number of points has to be one by which it is known
        sides = (*sides[:-1], sides[-1] + 1)
    margin = [MARGIN * (high[n] - low[n]) for n in varying]
    return Grid(
        along,
        varying,
        tuple(_short(low[n] - m) for n, m in zip(varying, margin, strict=True)),
        tuple(_short(high[n] + m) for n, m in zip(varying, margin, strict=True)),
        sides,
        tuple(None if n in varying else float(low[n]) for n in range(columns.shape[1])),
    )


def grid_around(example: np.ndarray[Any, Any], along: int) -> Grid | None:
    """A grid around a single example of one or two numbers."""
    numbers = [float(x) for x in example.ravel()]
    if len(numbers) not in (1, 2):
        return None
    reach = [max(1.0, abs(x)) for x in numbers]
    sides = (LINE,) if len(numbers) == 1 else (SIDE, SIDE)
    return Grid(
        along,
        tuple(range(len(numbers))),
        tuple(_short(x - r) for x, r in zip(numbers, reach, strict=True)),
        tuple(_short(x + r) for x, r in zip(numbers, reach, strict=True)),
        sides,
        (None,) * len(numbers),
    )


def _short(value: float) -> float:
    """Six digits are enough to say where a picture ends."""
    return float(f"{value:.6g}")
