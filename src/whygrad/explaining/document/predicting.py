"""What the network says elsewhere: its forward pass for a grid of other inputs.

The author's Program has the number of his examples in its shapes. Here its steps are done again with as many rows as
the grid has points. That is right only where each row is treated by itself, so it is tried: the author's own Program,
given his number of the grid's points, has to say the same of them as the new one does. A normalisation over the
examples fails that, and then there is no grid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from whygrad.differentiation.reverse import Derivative
from whygrad.program import Constant, Program, Step, Variable
from whygrad.program.building import variable_of
from whygrad.rules import primitive, row_of

Axes = tuple[int, ...]

SIDE = 30
"""Points along each side of a grid for two columns."""
LINE = 200
"""Points for one."""
MARGIN = 0.2
"""How far the grid reaches beyond the data, as a part of its range."""
TRIED = 16
"""At least so many of the grid's points are given to the author's Program."""
STRIDE = 389
"""A prime: the points are taken in an order that neither sorts nor repeats them."""


class _NotByRows(Exception):
    """The Program does not treat its examples one by one, or it cannot be seen that it does."""


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
        rows = np.stack(columns, 1) if len(shape) == 2 else columns[0]
        return np.ascontiguousarray(rows.T if len(shape) == 2 and self.along == 1 else rows, dtype)


@dataclass(frozen=True, slots=True)
class Prediction:
    """A Program from the parameters and the grid's points to outputs, whose axis of points is `along`."""

    program: Program
    values: list[Any]
    input: int
    grid: Grid
    along: int


def prediction(
    derivative: Derivative,
    data: int,
    outputs: int,
    room: Sequence[Variable],
) -> Prediction | None:
    """The network on a grid, where the data has one or two columns that vary; None where it is not certain.

    Arguments:
        data, outputs: variables of the derivative's Program.
        room: variables whose numbers are taken.
    """
    value = np.asarray(derivative.values[data])
    if value.ndim not in (1, 2) or value.size < 2 or value.dtype.kind not in "fiu" or not np.isfinite(value).all():
        return None
    for along in _axes_of_examples(value.shape):
        grid = _grid(value, along)
        if grid is None:
            continue
        try:
            with np.errstate(all="ignore"):
                return _Rows(derivative, data, outputs, grid).prediction(room)
        except _NotByRows:
            continue
    return None


def _axes_of_examples(shape: Axes) -> Axes:
    """The axis of examples: rows first, unless there is only one."""
    if len(shape) == 1:
        return (0,)
    return (1, 0) if shape[0] == 1 else (0, 1)


def _grid(data: np.ndarray[Any, Any], along: int) -> Grid | None:
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


def _short(value: float) -> float:
    """Six digits are enough to say where a picture ends."""
    return float(f"{value:.6g}")


class _Rows:
    """Does the steps from the data to the outputs again, for the points of a grid."""

    def __init__(self, derivative: Derivative, data: int, outputs: int, grid: Grid) -> None:
        self.derivative, self.program, self.grid = derivative, derivative.program, grid
        self.data, self.outputs = data, outputs
        self.old = derivative.values
        self.steps = _between(self.program.steps[: derivative.split], outputs)
        self.examples = np.shape(self.old[data])[grid.along]
        self.after = {data}
        for step in self.steps:
            if not self.after.isdisjoint(step.inputs):
                self.after.add(step.output)
        if outputs not in self.after or any(step.body is not None for step in self.steps):
            raise _NotByRows
        if any(guard.variable in self.after for guard in self.program.guards):
            raise _NotByRows

    def prediction(self, room: Sequence[Variable]) -> Prediction:
        value = np.asarray(self.old[self.data])
        dtype = value.dtype if value.dtype.kind == "f" else np.dtype(float)
        points = self.grid.rows(value.shape, dtype)
        self.values: list[Any] = [*self.old[: self.derivative.forward_variables]]
        self.values += [None] * (len(room) - len(self.values))
        self.variables = [*self.program.variables[: self.derivative.forward_variables]]
        self.variables += room[len(self.variables) :]
        self.constants = [c for c in self.program.constants if c.index < self.derivative.forward_variables]
        self.new: dict[int, int] = {}
        self.along: dict[int, int] = {self.data: self.grid.along}
        self.made: list[Step] = []
        given = self.new[self.data] = self._variable(points)
        for step in self.steps:
            if step.output in self.after:
                self._step(step)
        self._compare(points)
        found = self.new[self.outputs]
        steps = [step for step in self.steps if step.output not in self.after]
        whole = tuple(_between([*steps, *self.made], found))
        read = {i for step in whole for i in step.inputs}
        program = Program(
            tuple(self.variables),
            (*(i for i in self.program.inputs if i in read and i != self.data), given),
            tuple(self.constants),
            whole,
            (found,),
        )
        return Prediction(program, self.values, given, self.grid, self.along[self.outputs])

    def _variable(self, value: Any) -> int:
        self.values.append(value)
        self.variables.append(variable_of(value))
        return len(self.values) - 1

    def _step(self, step: Step) -> None:
        """The same step for the grid's points: what has an entry for each example has one for each point now."""
        inputs = [self._operand(step, i) for i in step.inputs]
        params = self._params(step)
        try:
            value = step.primitive.evaluate(*(self.values[i] for i in inputs), *params)
        except Exception as problem:
            raise _NotByRows from problem
        self.new[step.output] = self._variable(value)
        self.made.append(Step(step.primitive, tuple(inputs), params, (self.new[step.output],)))
        was, now = np.shape(self.old[step.output]), np.shape(value)
        changed = [a for a, (m, n) in enumerate(zip(was, now, strict=False)) if m != n]
        if len(was) != len(now) or len(changed) != 1:
            raise _NotByRows
        (along,) = changed
        if was[along] != self.examples or now[along] != self.grid.size:
            raise _NotByRows
        self.along[step.output] = along

    def _operand(self, step: Step, index: int) -> int:
        """An operand as the new step reads it. One with an entry for each example that does not come from the data
        must have the same for all."""
        if index in self.after:
            return self.new[index]
        other = next(i for i in step.inputs if i in self.after)
        along = self.along[other] - np.ndim(self.old[other])
        value, row = self.old[index], row_of(step.primitive)
        elementwise = row is not None and row.broadcasts
        joined = step.primitive.name in ("concatenate", "stack", "setitem") and np.ndim(value) == np.ndim(
            self.old[other]
        )
        if not (elementwise or joined) or np.ndim(value) < -along or np.shape(value)[along] != self.examples:
            return index
        one = np.take(value, [0], axis=along)
        if not np.all(value == one):
            raise _NotByRows
        if index not in self.new:
            place = self._variable(one)
            self.constants.append(Constant(place, one, "created"))
            if joined:
                shape = list(one.shape)
                shape[along] = self.grid.size
                spread = self._variable(np.broadcast_to(one, shape))
                self.made.append(Step(primitive("broadcast_to"), (place,), (tuple(shape),), (spread,)))
                place = spread
            self.new[index] = place
        return self.new[index]

    def _params(self, step: Step) -> tuple[Any, ...]:
        """Shapes among the parameters name the number of points instead of that of examples."""
        if step.primitive.name not in ("reshape", "broadcast_to"):
            return step.params
        before = np.shape(self.old[step.inputs[0]])
        along, after = self.along[step.inputs[0]], list(step.params[0])
        if step.primitive.name == "broadcast_to":
            place = along + len(after) - len(before)
        else:
            lengths = [int(np.prod(after[:n])) for n in range(len(after))]
            fits = [n for n, m in enumerate(lengths) if m == int(np.prod(before[:along])) and after[n] == self.examples]
            if len(fits) != 1:
                raise _NotByRows
            (place,) = fits
        after[place] = self.grid.size
        return (tuple(after), *step.params[1:])

    # Is it true?

    def _compare(self, points: np.ndarray[Any, Any]) -> None:
        """The author's Program says the same of any of the points, given as many of them as he has examples."""
        said = np.moveaxis(np.asarray(self.values[self.new[self.outputs]]), self.along[self.outputs], 0)
        for some in self._choices():
            given = np.take(points, some, axis=self.grid.along)
            values = {**dict(enumerate(self.old)), self.data: given}
            try:
                for step in self.steps:
                    if step.output in self.after:
                        operands = [values[i] for i in step.inputs]
                        values[step.output] = step.primitive.evaluate(*operands, *step.params)
            except Exception as problem:
                raise _NotByRows from problem
            own = np.moveaxis(np.asarray(values[self.outputs]), self.along[self.outputs], 0)
            there = said[some]
            tolerance = 1e-9 if there.dtype == np.float64 else 1e-4
            if own.shape != there.shape or not np.allclose(own, there, rtol=tolerance, atol=tolerance, equal_nan=True):
                raise _NotByRows

    def _choices(self) -> Iterator[np.ndarray[Any, Any]]:
        """Points in an order of their own, no two alike; as often as it takes to have tried enough."""
        order = np.arange(self.grid.size) * STRIDE % self.grid.size
        for start in range(0, max(TRIED, 2 * self.examples), self.examples):
            yield np.take(order, np.arange(start, start + self.examples), mode="wrap")


def _between(steps: Sequence[Step], wanted: int) -> list[Step]:
    """The steps that make a variable."""
    needed, kept = {wanted}, []
    for step in reversed(steps):
        if not needed.isdisjoint(step.outputs):
            kept.append(step)
            needed.update(step.inputs)
    return kept[::-1]
