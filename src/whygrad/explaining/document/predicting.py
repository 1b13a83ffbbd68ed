"""What the network says elsewhere: its forward pass for a grid of other inputs.

The author's Program has the number of his examples in its shapes. Here its steps are done again with as many rows as
the grid has points. That is right only where each row is treated by itself, so it is tried: the author's own Program,
given his number of the grid's points, has to say the same of them as the new one does. A normalisation over the
examples fails that, and then there is no grid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from whygrad.differentiation.reverse import Derivative
from whygrad.explaining.document.grids import Grid, axes_of_examples, grid_around, grid_over
from whygrad.program import Constant, Program, Step, Variable, needed_for
from whygrad.program.building import variable_of
from whygrad.rules import primitive, row_of

TRIED = 16
"""At least so many of the grid's points are given to the author's Program."""
STRIDE = 389
"""A prime: the points are taken in an order that neither sorts nor repeats them."""


class _NotByRows(Exception):
    """The Program does not treat its examples one by one, or it cannot be seen that it does."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """A Program from the parameters and the grid's points to outputs, whose axis of points is `along`."""

    program: Program
    values: list[Any]
    input: int
    grid: Grid
    along: int


def prediction(derivative: Derivative, data: int, outputs: int, room: Sequence[Variable]) -> Prediction | None:
    """The network on a grid, where the data has one or two columns that vary; None where it is not certain.

    Arguments:
        data, outputs: variables of the derivative's Program.
        room: variables whose numbers are taken.
    """
    value = np.asarray(derivative.values[data])
    if np.ndim(derivative.values[outputs]) > 2:
        return None
    if value.ndim not in (1, 2) or value.size < 2 or value.dtype.kind not in "fiu" or not np.isfinite(value).all():
        return None
    ways: list[tuple[type[_Rows], Grid | None]] = [
        (_Rows, grid_around(value, along) if value.ndim == 2 and value.shape[along] == 1 else grid_over(value, along))
        for along in axes_of_examples(value.shape)
    ]
    if value.ndim == 1:
        ways.append((_Single, grid_around(value, 1)))
    for way, grid in ways:
        if grid is not None:
            try:
                with np.errstate(all="ignore"):
                    return way(derivative, data, outputs, grid).prediction(room)
            except _NotByRows:
                continue
    return None


class _Rows:
    """Does the steps from the data to the outputs again, for the points of a grid."""

    def __init__(self, derivative: Derivative, data: int, outputs: int, grid: Grid) -> None:
        self.derivative, self.program, self.grid = derivative, derivative.program, grid
        self.data, self.outputs = data, outputs
        self.old = derivative.values
        self.steps = needed_for([outputs], self.program.steps[: derivative.split])
        shape = np.shape(self.old[data])
        self.examples = shape[grid.along] if grid.along < len(shape) else 1
        self.after, self.moving = {data}, {*self.program.inputs}
        for step in self.steps:
            for reached in (self.after, self.moving):
                if not reached.isdisjoint(step.inputs):
                    reached.add(step.output)
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
        self.spread: dict[tuple[int, bool], int] = {}
        self.along: dict[int, int] = {self.data: self.grid.along}
        self.made: list[Step] = []
        given = self.new[self.data] = self._variable(points)
        for step in self.steps:
            if step.output in self.after:
                self._step(step)
        self._compare(points)
        found = self.new[self.outputs]
        steps = [step for step in self.steps if step.output not in self.after]
        whole = tuple(needed_for([found], [*steps, *self.made]))
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
        made = self.new[step.output] = self._make(step.primitive.name, tuple(inputs), self._params(step))
        was, now = np.shape(self.old[step.output]), np.shape(self.values[made])
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
        if self.examples == 1 and not joined:
            return index
        if not (elementwise or joined) or np.ndim(value) < -along or np.shape(value)[along] != self.examples:
            return index
        one = np.take(value, [0], axis=along)
        if index in self.moving or not np.all(value == one):
            raise _NotByRows
        if (index, joined) not in self.spread:
            place = self._variable(one)
            self.constants.append(Constant(place, one, "created"))
            if joined:
                shape = list(one.shape)
                shape[along] = self.grid.size
                place = self._make("broadcast_to", (place,), (tuple(shape),))
            self.spread[index, joined] = place
        return self.spread[index, joined]

    def _make(self, name: str, inputs: tuple[int, ...], params: tuple[Any, ...] = ()) -> int:
        """A step of the new Program."""
        made_by = primitive(name)
        try:
            value = made_by.evaluate(*(self.values[i] for i in inputs), *params)
        except Exception as problem:
            raise _NotByRows from problem
        output = self._variable(value)
        self.made.append(Step(made_by, inputs, params, (output,)))
        return output

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
        """The author's Program says the same of any of the points, given as many of them as he has examples; also with
        other parameters (weights of zeros would hide what they are multiplied with)."""
        here = dict(enumerate(self.values))
        moved = {**here, **{v: _moved(here[v]) for v in self.program.inputs if v != self.data}}
        fixed = [step for step in self.steps if step.output not in self.after]
        for values in (moved, here):
            _run([*fixed, *self.made], values)
            said = np.moveaxis(np.asarray(values[self.new[self.outputs]]), self.along[self.outputs], 0)
            for some in self._choices():
                own = self._own({**values, self.data: np.take(points, some, axis=self.grid.along)})
                there = said[some]
                tolerance = 1e-9 if there.dtype == np.float64 else 1e-4
                alike = own.shape == there.shape
                if not alike or not np.allclose(own, there, rtol=tolerance, atol=tolerance, equal_nan=True):
                    raise _NotByRows
            if np.isfinite(said).all():
                break

    def _own(self, values: dict[int, Any]) -> np.ndarray[Any, Any]:
        """What the author's Program says, an entry for each example."""
        _run([step for step in self.steps if step.output in self.after], values)
        return np.moveaxis(np.asarray(values[self.outputs]), self.along[self.outputs], 0)

    def _choices(self) -> Iterator[np.ndarray[Any, Any]]:
        """Points in an order of their own, no two alike; as often as it takes to have tried enough."""
        order = np.arange(self.grid.size) * STRIDE % self.grid.size
        for start in range(0, max(TRIED, 2 * self.examples), self.examples):
            yield np.take(order, np.arange(start, start + self.examples), mode="wrap")


class _Single(_Rows):
    """The same for a network that is given one example at a time, as a vector: the points are columns, and all that is
    made of them has an axis of points behind its own."""

    def _step(self, step: Step) -> None:
        made = self.new[step.output] = self._made(step)
        was = np.shape(self.old[step.output])
        if np.shape(self.values[made]) != (*was, self.grid.size):
            raise _NotByRows
        self.along[step.output] = len(was)

    def _made(self, step: Step) -> int:
        name, row = step.primitive.name, row_of(step.primitive)
        given = [self.new.get(i) if i in self.after else None for i in step.inputs]
        first, second = (*given, None)[:2]
        if row is not None and row.broadcasts:
            inputs = tuple(self._column(i) if n is None else n for i, n in zip(step.inputs, given, strict=True))
            return self._make(name, inputs, step.params)
        if name == "matrix_vector" and first is None and second is not None:
            return self._make("matmul", (step.inputs[0], second))
        if name == "vector_matrix" and first is not None and second is None:
            return self._make("matmul", (self._make("transpose", (step.inputs[1],), ((1, 0),)), first))
        if name == "dot" and (first is None) != (second is None):
            fixed, points = (step.inputs[1], first) if second is None else (step.inputs[0], second)
            assert points is not None
            return self._make("vector_matrix", (fixed, points))
        if name in ("sum", "mean", "max", "min", "getitem") and len(step.inputs) == 1 and first is not None:
            return self._make(name, (first,), step.params)
        raise _NotByRows

    def _column(self, index: int) -> int:
        """An array that does not come from the data, the same for all points."""
        shape = np.shape(self.old[index])
        if not shape:
            return index
        if (index, False) not in self.spread:
            self.spread[index, False] = self._make("reshape", (index,), ((*shape, 1),))
        return self.spread[index, False]

    def _own(self, values: dict[int, Any]) -> np.ndarray[Any, Any]:
        values[self.data] = values[self.data][:, 0]
        _run([step for step in self.steps if step.output in self.after], values)
        return np.asarray(values[self.outputs])[None]


def _run(steps: Iterable[Step], values: dict[int, Any]) -> None:
    for step in steps:
        try:
            values[step.output] = step.primitive.evaluate(*(values[i] for i in step.inputs), *step.params)
        except Exception as problem:
            raise _NotByRows from problem


def _moved(value: Any) -> Any:
    """Other parameters: none of them 0, no two alike."""
    array = np.asarray(value)
    if array.dtype.kind != "f":
        return value
    there = array + (0.5 * np.sin(1.0 + np.arange(array.size)).reshape(array.shape)).astype(array.dtype)
    return there if isinstance(value, np.ndarray) else type(value)(there)
