"""Building a Program step by step: every step is evaluated at once, literals are folded, identities applied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from whygrad.program.data import Constant, Count, Program, Step, Variable, needed_for
from whygrad.program.primitive import Primitive
from whygrad.program.reason import Reason, Simplification

Rewrite = Callable[["Builder", Primitive, tuple[int, ...], tuple[Any, ...]], int | None]

LARGE = 100
"""More numbers than this in a value are worth forgetting where only forms are kept."""
COSTLY = frozenset(
    ("eigenvalues", "eigenvectors", "qr_q", "qr_r", "singular_values", "left_vectors", "right_vectors", "inv")
)
"""What the forward pass has computed already is not computed again."""
FOLDED = {"add", "subtract", "multiply", "negative", "power", "divide"}


class Builder:
    """Grows a Program behind an existing one, whose values are known.

    Because values are known, shapes and dtypes need no rules of their own. `rewrite` is asked before a step is
    added and may answer with a variable that already says the same (an identity). With `forms_only` the values of
    new steps keep their shape and dtype only, not the memory.
    """

    def __init__(
        self, program: Program, values: Sequence[Any], rewrite: Rewrite | None = None, forms_only: bool = False
    ) -> None:
        self.program = program
        self.forms_only = forms_only
        self.values: list[Any] = list(values)
        self.variables: list[Variable] = list(program.variables)
        self.constants: list[Constant] = list(program.constants)
        self.steps: list[Step] = []
        self.producer: dict[int, Step] = program.producers()
        self.literals: dict[int, Any] = {c.index: c.value for c in program.constants if c.kind == "literal"}
        self.numbers: dict[int, Any] = {
            c.index: c.value
            for c in program.constants
            if c.kind == "created" and isinstance(c.value, (float, np.floating))
        }
        """Numbers that the code computed beforehand: np.sqrt(2)."""
        self.reason: Reason | None = None
        self.simplified: dict[int, Simplification] = {}
        self.kept: set[int] = set()
        """Derived variables that have a meaning of their own (a named variable's gradient): not to be taken apart."""
        self._literal_index: dict[tuple[type, str], int] = {}
        self._known: dict[tuple[Any, ...], int] = {
            (s.primitive, s.inputs, s.params): s.output for s in program.steps if s.primitive.name in COSTLY
        }
        self._rewrite = rewrite

    def literal(self, value: Any) -> int:
        """The index of a literal number, the same for the same number."""
        key = (type(value), value.key if isinstance(value, Count) else repr(value))
        index = self._literal_index.get(key)
        if index is None:
            index = self._literal_index[key] = self.constant(value, "literal")
            self.literals[index] = value
        return index

    def constant(self, value: Any, kind: str, path: str = "") -> int:
        """A new constant."""
        index = self._variable(value)
        self.constants.append(Constant(index, value, kind, path))
        return index

    def apply(self, primitive: Primitive, inputs: Sequence[int], params: tuple[Any, ...] = ()) -> int:
        """The variable that holds `primitive(*inputs, *params)`; a new step only where one is needed."""
        operands = tuple(inputs)
        if primitive.name in FOLDED and all(i in self.literals for i in operands):
            folded = self._fold(primitive, [self.literals[i] for i in operands])
            if folded is not None:
                return self.literal(folded)
        if self._rewrite is not None:
            found = self._rewrite(self, primitive, operands, params)
            if found is not None:
                return found
        key = (primitive, operands, params)
        index = self._known.get(key)
        if index is None:
            index = self._known[key] = self._step(primitive, operands, params)
        return index

    def forget(self) -> None:
        """From here on write steps anew that are there already."""
        self._known.clear()

    def _step(self, primitive: Primitive, operands: tuple[int, ...], params: tuple[Any, ...]) -> int:
        given = [self.values[i] for i in operands]
        try:
            value = primitive.evaluate(*given, *params)
        except ZeroDivisionError:  # Python's floats; NumPy's give an infinity, as arrays do
            with np.errstate(all="ignore"):
                value = primitive.evaluate(*map(as_numpy, given), *params)
        except np.linalg.LinAlgError:
            if not self.forms_only:
                raise
            value = primitive.evaluate(*map(_regular, given), *params)
        if self.forms_only and type(value) is np.ndarray and value.size > LARGE and value.dtype.kind == "f":
            value = np.broadcast_to(value.flat[0], value.shape)
        index = self._variable(value)
        step = Step(primitive, operands, params, (index,), self.reason)
        self.steps.append(step)
        self.producer[index] = step
        return index

    def _variable(self, value: Any) -> int:
        self.values.append(value)
        self.variables.append(variable_of(value))
        return len(self.values) - 1

    @staticmethod
    def _fold(primitive: Primitive, values: list[Any]) -> Any:
        """The literal that two literals make, unless it would print worse than they do (1/3, n counted)."""
        if any(isinstance(v, (Count, bool)) for v in values):
            return None
        try:
            result = primitive.evaluate(*values)
        except (ZeroDivisionError, OverflowError, ValueError):
            return None
        if primitive.name in ("divide", "power") and len(repr(result)) > 6:
            return None
        if primitive.name == "divide" and not float(4 * result).is_integer():  # 1/5 says more than 0.2
            return None
        return result

    def shape(self, index: int) -> tuple[int, ...]:
        return self.variables[index].shape

    def dtype(self, index: int) -> np.dtype[Any]:
        return self.variables[index].dtype

    def finish(self, outputs: Sequence[int], name: str) -> Program:
        """The whole Program, old steps and new ones, without the new ones that no output needs."""
        return Program(
            tuple(self.variables),
            self.program.inputs,
            tuple(self.constants),
            (*self.program.steps, *needed_for(outputs, self.steps)),
            tuple(outputs),
            self.program.guards,
            name,
        )


def as_numpy(value: Any) -> Any:
    """A Python float as NumPy's, which divides by 0."""
    return np.float64(value) if type(value) in (float, int) else value


def variable_of(value: Any, name: str = "") -> Variable:
    """The Variable that describes a value."""
    kind = type(value)
    if kind is np.ndarray:
        return Variable(name, value.shape, value.dtype, "array")
    if isinstance(value, np.generic):
        return Variable(name, (), value.dtype, "scalar")
    if isinstance(value, np.ndarray):
        return Variable(name, value.shape, value.dtype, "array")
    if isinstance(value, (bool, int, float, complex)):
        return Variable(name, (), np.dtype(type(value) if not isinstance(value, Count) else int), "python")
    shape = getattr(value, "shape", ())
    return Variable(name, tuple(shape), np.dtype(getattr(value, "dtype", object)), "array")


def _regular(value: Any) -> Any:
    """A matrix that can be solved with, in place of one that only stands for its form (one number everywhere)."""
    if np.ndim(value) < 2 or value.dtype.kind != "f":
        return value
    return np.broadcast_to(np.eye(*value.shape[-2:], dtype=value.dtype), value.shape)
