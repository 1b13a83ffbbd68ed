"""The stand-in: what watched code gets in place of an array or a number. It carries the value and the variable.

It is a plain object with NumPy's protocols, never an ndarray subclass: NumPy reads a subclass's buffer silently,
while a plain object is asked first and can refuse. Values come from NumPy's own operators on the real values.

A write in place never changes a recorded value: it gives the stand-in a newer variable. A view knows its base and
how it was taken from it, and is read again when the base has changed (see docs/watching.md).
"""

from __future__ import annotations

import opcode
import operator
import sys
from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from whygrad.errors import EscapeError
from whygrad.program import Primitive
from whygrad.rules import indexing
from whygrad.watching.recording import Recording

Answer = Callable[..., Any]
ANSWERS: dict[Any, Answer] = {}
"""What NumPy's functions (and math's) answer for stand-ins: the very function -> how it is recorded."""
SEQUENCES = (list, tuple, deque)
"""What NumPy reads as rows: named tuples and other subclasses too."""
REMAINDERS = (6, 19)
"""What BINARY_OP calls `%` and `%=` (NB_REMAINDER, NB_INPLACE_REMAINDER)."""
OUTSIDE = "use the NumPy function that does the same, or compute this part outside the function and pass it in"


class StandIn:
    """See the head of this file. Attributes of its own begin with an underscore. Its operators, and writing into its
    entries, are given to it by operators.py."""

    # Of a view only: the array at its root, that array's version when it was read, and how it is read from `_base`.
    _root: StandIn
    _seen: int
    _operands: tuple[int, ...]
    _viewed: tuple[Primitive, tuple[Any, ...]]
    __slots__ = (
        "_base",
        "_index",
        "_operands",
        "_original",
        "_own",
        "_recording",
        "_root",
        "_seen",
        "_value",
        "_version",
        "_viewed",
        "_views",
    )
    __array_priority__ = 1e9

    def __init__(self, recording: Recording, index: int, value: Any) -> None:
        self._recording = recording
        self._index = index
        self._value = value
        self._base: StandIn | None = None
        self._own = False  # is the memory of its value its own, and needed by no step that was recorded?
        self._original: Any = None
        self._version = 0
        self._views: list[int] | None = None

    # What it looks like from outside

    if not TYPE_CHECKING:  # type checkers should see StandIn

        @property
        def __class__(self) -> type:
            return type(self._value)

    def __reduce__(self) -> Any:
        recording, x = self._recording, newest(self)
        if not recording.over and recording.is_active(x._index):
            refuse(recording, "a watched value would be pickled here and lose its gradient")
        return (_itself, (x._value,))

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.__reduce__()

    def __copy__(self) -> Any:
        from whygrad.watching.writing import copied

        return copied(self)

    def __deepcopy__(self, memo: Any) -> Any:
        return self.__copy__()

    def __repr__(self) -> str:
        return repr(newest(self)._value)

    def __str__(self) -> str:
        return str(newest(self)._value)

    def __format__(self, spec: str) -> str:
        return format(newest(self)._value, spec)

    def __hash__(self) -> int:
        found = hash(newest(self)._value)  # of an array there is none
        if not self._recording.over:  # where it is put, and found, in a set or a dictionary is told by its value
            self._recording.guard(self._index, np.asarray(newest(self)._value).item())
        return found

    def __len__(self) -> int:
        return len(self._value)

    def __bool__(self) -> bool:
        outcome = bool(newest(self)._value)
        if not self._recording.over:
            self._recording.guard(self._index, outcome)
        return outcome

    def __index__(self) -> int:
        outcome = operator.index(newest(self)._value)
        if not self._recording.over:
            self._recording.guard(self._index, outcome)
        return outcome

    def __int__(self) -> int:
        outcome = int(newest(self)._value)
        if not self._recording.over:
            self._recording.guard(self._index, outcome)
        return outcome

    def __float__(self) -> float:
        recording = self._recording
        if recording.over:
            return float(ended(self))
        if _formatting():
            return float(newest(self)._value)
        refuse(recording, "a watched number would become a plain float here and lose its gradient")

    def __complex__(self) -> complex:
        refuse(self._recording, "a watched number would become a plain complex number here")

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        recording = self._recording
        if recording.over:
            return np.asarray(ended(self), dtype=dtype)
        refuse(recording, "a watched array would become a plain array here and lose its gradient")

    @property
    def __array_interface__(self) -> Any:
        if self._recording.over:
            return np.asarray(ended(self)).__array_interface__
        raise AttributeError("__array_interface__")

    @property
    def __array_struct__(self) -> Any:
        raise AttributeError("__array_struct__")

    # NumPy's protocols

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        known = ANSWERS.get(ufunc)
        if known is not None and method == "__call__":
            return known(*inputs, **kwargs)
        from whygrad.watching.elementwise import answer_ufunc

        return answer_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        known = ANSWERS.get(function)
        if known is not None:
            return known(*args, **kwargs)
        from whygrad.watching.answering import opaque

        return opaque(function, args, kwargs)

    # Shape and its kin: static, so plain

    @property
    def shape(self) -> tuple[int, ...]:
        return self._value.shape  # type: ignore[no-any-return]

    @shape.setter
    def shape(self, wanted: Any) -> None:
        from whygrad.watching.methods import set_shape

        set_shape(self, wanted)

    @property
    def ndim(self) -> int:
        return self._value.ndim  # type: ignore[no-any-return]

    @property
    def size(self) -> int:
        return self._value.size  # type: ignore[no-any-return]

    @property
    def dtype(self) -> Any:
        return self._value.dtype

    # Indexing and writing

    def __getitem__(self, key: Any) -> Any:
        recording = self._recording
        if recording.over:
            return ended(self)[key]
        template, arrays = template_of(recording, key)
        return take_view(self, indexing.GETITEM, tuple(arrays), (template,))

    def __iter__(self) -> Iterator[Any]:
        if np.ndim(self._value) == 0:
            raise TypeError("iteration over a 0-d array")
        return (self[i] for i in range(len(self._value)))

    def __contains__(self, item: Any) -> bool:
        return bool((self == item).any())

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __round__(self, digits: int | None = None) -> Any:
        if digits is None and not self._recording.over:
            outcome = round(newest(self)._value)
            self._recording.guard(self._index, outcome)
            return outcome
        from whygrad.watching.scalar_math import rounded

        return rounded(self, digits or 0)

    def __getattr__(self, name: str) -> Any:
        from whygrad.watching.methods import method_of

        return method_of(self, name)


def _itself(value: Any) -> Any:
    return value


def _formatting() -> bool:
    """Is the author's running instruction a `%` that formats text?"""
    frame = sys._getframe(2)
    code, place = frame.f_code.co_code, frame.f_lasti
    name = opcode.opname[code[place]] if 0 <= place < len(code) - 1 else ""
    return name.startswith("FORMAT_") or (name == "BINARY_OP" and code[place + 1] in REMAINDERS)


def refuse(recording: Recording, what: str, instead: str = OUTSIDE) -> NoReturn:
    raise EscapeError(what, place=recording.here(), instead=instead)


# Variables and versions


def newest(x: StandIn) -> StandIn:
    """The stand-in itself, read again from its base if that was written into."""
    base = x._base
    if base is not None and x._seen != x._root._version:
        newest(base)
        parent = base._value
        x._value = x._viewed[0].evaluate(parent, *(x._recording.values[i] for i in x._operands), *x._viewed[1])
        x._index = x._recording.emit(x._viewed[0], (base._index, *x._operands), x._viewed[1], x._value)
        if x._root._views is None:
            x._root._views = []
        x._root._views.append(x._index)
        x._seen = x._root._version
    return x


def lift(recording: Recording, x: Any) -> int:
    """The index of any operand: a stand-in of this run or an outer one, a number, an array, a list of them."""
    kind = type(x)
    if kind is StandIn:
        if x._recording is recording:
            x._own = False
            return newest(x)._index
        if x._recording.over:
            return recording.capture(ended(x), "")._index
        if x._recording.level > recording.level:
            refuse(
                recording,
                "a value of an inner gradient's function would be stored in an array made outside it",
                "make the array inside the inner function",
            )
        known = recording.captured.get(id(x))
        if known is not None and recording.outer[known._index]._index == newest(x)._index:
            return known._index
        made = recording.capture(newest(x)._value, "", "outer")
        recording.outer[made._index] = frozen(x)
        x._own = False
        recording.captured[id(x)] = made
        recording.kept.append(x)
        return made._index
    if kind is float or kind is int or kind is bool:
        return recording.literal(x)
    if kind is np.ndarray:
        recording.refuse_complex(x)
        return recording.capture(x, "")._index
    if kind is complex:
        recording.refuse_complex(x)
    if isinstance(x, np.generic):
        recording.refuse_complex(x)
        return recording.capture(x, "", "created")._index
    if isinstance(x, SEQUENCES):
        from whygrad.watching.arrays import array_of

        made = array_of(x, None, recording)
        return newest(made)._index if type(made) is StandIn else recording.capture(made, "", "created")._index
    if isinstance(x, np.ndarray):
        recording.refuse_subclass(x)
    value = np.asarray(x)
    if value.dtype == object:
        refuse(recording, f"a {kind.__name__} takes part in array arithmetic, which cannot be watched")
    return recording.capture(value, "", "created")._index


def frozen(x: StandIn) -> StandIn:
    """A stand-in that stays at the variable that x has now."""
    made = StandIn(x._recording, newest(x)._index, x._value)
    return made


def deepest(*operands: Any) -> Recording | None:
    """The recording of the innermost level among the operands, and among what lists of numbers hold."""
    found: Recording | None = None
    for x in operands:
        inner: Recording | None = None
        if type(x) is StandIn:
            inner = None if x._recording.over else x._recording
        elif isinstance(x, SEQUENCES):
            inner = deepest(*x)
        if inner is not None and (found is None or inner.level > found.level):
            found = inner
    return found


def plain(x: Any) -> Any:
    """The real value of an operand."""
    if type(x) is not StandIn:
        return x
    return ended(x) if x._recording.over else newest(x)._value


def ndim_of(x: Any) -> int:
    return np.ndim(plain(x))


def shape_of(x: Any) -> tuple[int, ...]:
    return np.shape(plain(x))


def ended(x: StandIn) -> Any:
    """The real value of a stand-in whose run is over; refused where it depends on a run that still goes on."""
    recording = x._recording
    if recording.outer and recording.is_inside and recording.depends_on_outside(newest(x)._index):
        refuse(
            recording,
            "a value made inside an inner gradient's function is used outside it, and would lose its gradient here",
            "compute it again outside the inner function",
        )
    return newest(x)._value


def apply(made_by: Primitive, operands: Any, params: tuple[Any, ...] = ()) -> Any:
    """Apply a primitive to operands of which some may be stand-ins; record it where one is."""
    recording = deepest(*operands)
    if recording is None:
        return made_by.evaluate(*map(plain, operands), *params)
    values = recording.values
    inputs = tuple([lift(recording, x) for x in operands])
    value = made_by.evaluate(*[values[i] for i in inputs], *params)
    return StandIn(recording, recording.emit(made_by, inputs, params, value), value)


def record(
    recording: Recording, made_by: Primitive, inputs: tuple[int, ...], params: tuple[Any, ...], value: Any
) -> StandIn:
    """The stand-in for the value of a step."""
    return StandIn(recording, recording.emit(made_by, inputs, params, value), value)


def take_view(
    x: StandIn, how: Primitive, operands: tuple[int, ...], params: tuple[Any, ...], follows: bool = False
) -> StandIn:
    """A step that may give a view of x: if it does, the result follows what is written into either.

    `follows`: NumPy has a view here even though `how` copies.
    """
    recording = x._recording
    base = newest(x)
    value = how.evaluate(base._value, *(recording.values[i] for i in operands), *params)
    index = recording.emit(how, (base._index, *operands), params, value)
    if operands and any(np.result_type(recording.values[i]).kind == "b" for i in operands):
        recording.flexible.append(index)
    made = StandIn(recording, index, value)
    if follows or (type(value) is np.ndarray and type(base._value) is np.ndarray and _shares(value, base._value)):
        root = x._root if x._base is not None else x
        if root._views is None:
            root._views = []
        made._base, made._root, made._seen = x, root, root._version
        made._operands, made._viewed = operands, (how, params)
        root._views.append(index)
    return made


def _shares(view: Any, base: Any) -> bool:
    return view is base or (view.base is not None and np.may_share_memory(view, base))


def template_of(recording: Recording, key: Any) -> tuple[tuple[Any, ...], list[int]]:
    """The hashable template of an index, and the variables of the arrays in it."""
    arrays: list[int] = []
    template: list[tuple[Any, ...]] = []
    for part in key if type(key) is tuple else (key,):
        kind = type(part)
        if kind is int or (kind is not bool and isinstance(part, (int, np.integer)) and kind is not StandIn):
            template.append(("int", int(part)))
        elif kind is slice:
            bounds = (part.start, part.stop, part.step)
            template.append(("slice", *(None if b is None else operator.index(b) for b in bounds)))
        elif part is None:
            template.append(("new",))
        elif part is Ellipsis:
            template.append(("ellipsis",))
        elif kind is StandIn and np.ndim(part._value) == 0 and part._value.dtype.kind in "iu":
            template.append(("int", operator.index(part)))
        else:
            if kind is list and not part:
                part = np.zeros(0, int)
            if kind is range:
                part = np.arange(part.start, part.stop, part.step)
            template.append(("array", len(arrays)))
            arrays.append(lift(recording, part))
    return tuple(template), arrays
