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
from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np

from whygrad.errors import EscapeError, InPlaceError
from whygrad.program import Primitive
from whygrad.rules import arithmetic, choices, indexing, primitive, products, shapes
from whygrad.watching.recording import Recording

NUMBERS = (float, int, bool)


class StandIn:
    """See the head of this file. Attributes of its own begin with an underscore."""

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
        "_views",
        "_viewed",
        "_writes",
    )
    __array_priority__ = 1e9

    def __init__(self, recording: Recording, index: int, value: Any) -> None:
        self._recording = recording
        self._index = index
        self._value = value
        self._base: StandIn | None = None
        self._own = False
        self._original: Any = None
        self._version = 0
        self._views: list[int] | None = None

    # What it looks like from outside

    @property
    def __class__(self) -> type:  # type: ignore[override]
        return type(self._value)

    def __reduce__(self) -> Any:
        return (_itself, (self._value,))

    def __reduce_ex__(self, protocol: Any) -> Any:
        return (_itself, (self._value,))

    def __copy__(self) -> Any:
        return copied(self)

    def __deepcopy__(self, memo: Any) -> Any:
        return copied(self)

    def __repr__(self) -> str:
        return repr(newest(self)._value)

    def __str__(self) -> str:
        return str(newest(self)._value)

    def __format__(self, spec: str) -> str:
        return format(newest(self)._value, spec)

    def __hash__(self) -> int:
        return hash(self._value)

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
        if recording.over or _formatting():
            return float(newest(self)._value)
        _refuse(recording, "a watched number would become a plain float here and lose its gradient")

    def __complex__(self) -> complex:
        _refuse(self._recording, "a watched number would become a plain complex number here")

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        recording = self._recording
        if recording.over:
            return np.asarray(newest(self)._value, dtype=dtype)
        _refuse(recording, "a watched array would become a plain array here and lose its gradient")

    @property
    def __array_interface__(self) -> Any:
        if self._recording.over:
            return np.asarray(self._value).__array_interface__
        raise AttributeError("__array_interface__")

    @property
    def __array_struct__(self) -> Any:
        raise AttributeError("__array_struct__")

    # NumPy's protocols

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        from whygrad.watching.numpy_names import answer_ufunc

        return answer_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        from whygrad.watching.numpy_names import answer

        return answer(function, args, kwargs)

    # Shape and its kin: static, so plain

    @property
    def shape(self) -> tuple[int, ...]:
        return self._value.shape  # type: ignore[no-any-return]

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
            return newest(self)._value[key]
        template, arrays = template_of(recording, key)
        return take_view(self, indexing.GETITEM, tuple(arrays), (template,))

    def __setitem__(self, key: Any, value: Any) -> None:
        recording = self._recording
        if recording.over:
            newest(self)._value[key] = value
            return
        template, arrays = template_of(recording, key)
        write_item(self, tuple(arrays), template, value)

    def __iter__(self) -> Iterator[Any]:
        if np.ndim(self._value) == 0:
            raise TypeError("iteration over a 0-d array")
        return (self[i] for i in range(len(self._value)))

    def __contains__(self, item: Any) -> bool:
        return bool((self == item).any())

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __round__(self, digits: int | None = None) -> Any:
        return round(newest(self)._value, digits) if digits is not None else round(newest(self)._value)

    def __getattr__(self, name: str) -> Any:
        from whygrad.watching.methods import method_of

        return method_of(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            object.__setattr__(self, name, value)
            return
        from whygrad.watching.methods import set_attribute

        set_attribute(self, name, value)


def _itself(value: Any) -> Any:
    return value


def _formatting() -> bool:
    """Is the author's running instruction a `%` that formats text?"""
    frame = sys._getframe(2)
    code = frame.f_code.co_code
    name = opcode.opname[code[frame.f_lasti]] if 0 <= frame.f_lasti < len(code) else ""
    return name in ("BINARY_OP", "BINARY_MODULO", "FORMAT_VALUE", "FORMAT_SIMPLE", "FORMAT_WITH_SPEC")


def _refuse(recording: Recording, what: str) -> NoReturn:
    raise EscapeError(
        what,
        place=recording.here(),
        instead="use the NumPy function of the same purpose, or pass whygrad.stop_gradient's idea by hand: "
        "compute with a copy made outside the function",
    )


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
            return newest(x)._index
        if x._recording.over:
            return recording.capture(newest(x)._value, "")._index
        known = recording.captured.get(id(x))
        if known is not None and recording.outer[known._index]._index == newest(x)._index:
            return known._index
        made = recording.capture(newest(x)._value, "", "outer")
        recording.outer[made._index] = frozen(x)
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
    if kind is list or kind is tuple:
        from whygrad.watching.numpy_names import array_of

        made = array_of(x, None, recording)
        return newest(made)._index if type(made) is StandIn else recording.capture(made, "", "created")._index
    value = np.asarray(x)
    if value.dtype == object:
        _refuse(recording, f"a {kind.__name__} takes part in array arithmetic, which cannot be watched")
    return recording.capture(value, "", "created")._index


def frozen(x: StandIn) -> StandIn:
    """A stand-in that stays at the variable that x has now."""
    made = StandIn(x._recording, newest(x)._index, x._value)
    return made


def deepest(*operands: Any) -> Recording | None:
    """The recording of the innermost level among the operands."""
    found: Recording | None = None
    for x in operands:
        if type(x) is StandIn and not x._recording.over and (found is None or x._recording.level > found.level):
            found = x._recording
    return found


def plain(x: Any) -> Any:
    """The real value of an operand."""
    return newest(x)._value if type(x) is StandIn else x


def apply(made_by: Primitive, operands: Any, params: tuple[Any, ...] = ()) -> Any:
    """Apply a primitive to operands of which some may be stand-ins; record it where one is."""
    recording = deepest(*operands)
    if recording is None:
        return made_by.evaluate(*map(plain, operands), *params)
    inputs = tuple(lift(recording, x) for x in operands)
    value = made_by.evaluate(*(recording.values[i] for i in inputs), *params)
    return record(recording, made_by, inputs, params, value)


def record(
    recording: Recording, made_by: Primitive, inputs: tuple[int, ...], params: tuple[Any, ...], value: Any
) -> StandIn:
    """The stand-in for the value of a step."""
    index = recording.emit(made_by, inputs, params, value)
    recording.used.update(inputs)
    made = StandIn(recording, index, value)
    made._own = True
    return made


def take_view(x: StandIn, how: Primitive, operands: tuple[int, ...], params: tuple[Any, ...]) -> StandIn:
    """A step that may give a view of x: if it does, the result follows what is written into either."""
    recording = x._recording
    base = newest(x)
    value = how.evaluate(base._value, *(recording.values[i] for i in operands), *params)
    index = recording.emit(how, (base._index, *operands), params, value)
    made = StandIn(recording, index, value)
    if type(value) is np.ndarray and type(base._value) is np.ndarray and _shares(value, base._value):
        root = x._root if x._base is not None else x
        if root._views is None:
            root._views = []
        made._base, made._root, made._seen = x, root, root._version
        made._operands, made._viewed = operands, (how, params)
        root._views.append(index)
    else:
        made._own = True
    return made


def _shares(view: Any, base: Any) -> bool:
    return view is base or (view.base is not None and np.may_share_memory(view, base))


def template_of(recording: Recording, key: Any) -> tuple[tuple[Any, ...], list[int]]:
    """The hashable template of an index, and the variables of the arrays in it."""
    arrays: list[int] = []
    template = []
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


# Writing in place


def write_item(x: StandIn, arrays: tuple[int, ...], template: tuple[Any, ...], value: Any) -> None:
    """`x[index] = value`."""
    recording = x._recording
    if type(x._value) is not np.ndarray:
        raise TypeError(f"'{type(x._value).__name__}' object does not support item assignment")
    if type(value) is StandIn and value._recording.level > recording.level:
        _refuse(recording, "a value of an inner transform would be stored in an array of an outer one")
    v = lift(recording, value)
    base = newest(x)
    if not base._value.flags.writeable:
        raise ValueError("assignment destination is read-only")
    if base._base is None and base._own and base._index not in recording.used:
        # Nothing else uses this version: its memory becomes the new version's. Views that were read keep a copy.
        for index in base._views or ():
            recording.values[index] = np.array(recording.values[index])
        base._views = None
        source = recording.values[v]
        if type(source) is np.ndarray and np.may_share_memory(source, base._value):
            source = source.copy()
        operands = (base._value, source, *(recording.values[i] for i in arrays))
        new = indexing._setitem_into(*operands, template)
    else:
        operands = (base._value, *(recording.values[i] for i in (v, *arrays)))
        new = indexing.SETITEM.evaluate(*operands, template)
    index = recording.emit(indexing.SETITEM, (base._index, v, *arrays), (template,), new)
    recording.used.add(v)
    store(x, index, new)


def store(x: StandIn, index: int, value: Any) -> None:
    """Give x (and, through it, the array it is a view of) the newer variable, whose value is `value`."""
    recording = x._recording
    if x._base is None:
        if x._original is not None and x._version == 0:
            _refuse_aliases(recording, x)
            if not any(x is root for root in recording.argument_roots):
                recording.written.append(x)
        x._index, x._value, x._own = index, value, True
        x._version += 1
        return
    base, (how, params) = x._base, x._viewed
    if how is indexing.GETITEM:
        write_item(base, x._operands, params[0], StandIn(recording, index, value))
    elif how is shapes.TRANSPOSE:
        back = tuple(sorted(range(len(params[0])), key=params[0].__getitem__))
        _replace(base, shapes.TRANSPOSE, index, value, (back,))
    elif how is shapes.RESHAPE:
        _replace(base, shapes.RESHAPE, index, value, (np.shape(base._value),))
    else:
        raise InPlaceError(f"a write through {how.name} cannot be followed", place=recording.here())


def _replace(base: StandIn, how: Primitive, index: int, value: Any, params: tuple[Any, ...]) -> None:
    """The whole of the base is written: it becomes the step `how` of what was written into its view."""
    recording = base._recording
    new = np.array(how.evaluate(value, *params), order="K")
    if new.dtype != base._value.dtype:
        new = new.astype(base._value.dtype)
    store(base, recording.emit(how, (index,), params, new), new)


def _refuse_aliases(recording: Recording, x: StandIn) -> None:
    """Two captured arrays (or arguments) over the same memory, one of them written into: not followed."""
    for other in (*recording.captured.values(), *recording.argument_roots):
        if other is not x and other._original is not None and np.may_share_memory(other._original, x._original):
            raise InPlaceError(
                "this array is written into, and another one that the code reads shares its memory",
                place=recording.here(),
                instead="make one of them a copy before",
            )


def in_place(made_by: Primitive, x: StandIn, other: Any) -> Any:
    """`x op= other` for an array: the same array, newer values. For a number: a new number, as Python has it."""
    if type(x._value) is not np.ndarray or x._recording.over:
        return NotImplemented
    return assign_result(made_by, (x, other), (), x)


def assign_result(made_by: Primitive, operands: tuple[Any, ...], params: tuple[Any, ...], out: StandIn) -> StandIn:
    """The result of a step goes into `out`, with out's dtype, as `out=` and the in-place operators do."""
    recording = out._recording
    target = newest(out)._value
    if not target.flags.writeable:
        raise ValueError("output array is read-only")
    inputs = tuple(lift(recording, x) for x in operands)
    value = made_by.evaluate(*(recording.values[i] for i in inputs), *params)
    if not np.can_cast(np.result_type(value), target.dtype, "same_kind"):
        raise TypeError(f"Cannot cast {made_by.name} output from {np.result_type(value)} to {target.dtype}")
    index = recording.emit(made_by, inputs, params, value)
    recording.used.update(inputs)
    return assign(out, index, value)


def assign(out: StandIn, index: int, value: Any) -> StandIn:
    """A variable that is there already becomes the newer one of `out`, stretched and cast as out demands."""
    recording, target = out._recording, newest(out)._value
    if np.shape(value) != target.shape:
        if np.broadcast_shapes(np.shape(value), target.shape) != target.shape or made_by is not arithmetic.ADD:
            value = np.broadcast_to(value, target.shape)
        index = recording.emit(shapes.BROADCAST_TO, (index,), (target.shape,), value)
    if np.result_type(value) != target.dtype:
        value = np.asarray(value).astype(target.dtype)
        index = recording.emit(shapes.CAST, (index,), (str(target.dtype),), value)
    if type(value) is not np.ndarray or value.base is not None:
        value = np.array(value)
    store(out, index, value)
    return out


def copied(x: StandIn, order: str = "C") -> StandIn:
    """A copy: the same variable for now, in memory of its own."""
    made = StandIn(x._recording, newest(x)._index, np.array(x._value, order=order) if np.ndim(x._value) else x._value)  # type: ignore[call-overload]
    if type(x._value) is np.ndarray and np.ndim(x._value) == 0:
        made._value = np.array(x._value)
    made._own = True
    return made


# Operators


def _binary(made_by: Primitive, reflected: bool) -> Any:
    evaluate = made_by.evaluate

    def operate(self: StandIn, other: Any) -> Any:
        recording = self._recording
        if recording.over:
            mine, theirs = newest(self)._value, plain(other)
            return evaluate(theirs, mine) if reflected else evaluate(mine, theirs)
        if self._base is not None:
            newest(self)
        kind = type(other)
        if kind is StandIn:
            if other._recording is recording:
                if other._base is not None:
                    newest(other)
                j, theirs = other._index, other._value
            elif other._recording.level > recording.level and not other._recording.over:
                return NotImplemented
            else:
                j = lift(recording, other)
                theirs = recording.values[j]
        elif kind is float or kind is int:
            j, theirs = recording.literal(other), other
        elif other is None or kind is str or kind is dict:
            return NotImplemented
        else:
            try:
                j = lift(recording, other)
            except (TypeError, ValueError) as problem:
                if _is_author_object(other):
                    return NotImplemented
                raise problem
            theirs = recording.values[j]
        if reflected:
            value = evaluate(theirs, self._value)
            inputs = (j, self._index)
        else:
            value = evaluate(self._value, theirs)
            inputs = (self._index, j)
        index = recording.emit(made_by, inputs, (), value)
        recording.used.update(inputs)
        made = StandIn(recording, index, value)
        made._own = True
        return made

    return operate


def _is_author_object(x: Any) -> bool:
    return not isinstance(x, (np.ndarray, np.generic, int, float, complex, list, tuple))


def _matmul(self: Any, other: Any) -> Any:
    """`a @ b`: the row depends on the numbers of axes."""
    a, b = np.ndim(plain(self)), np.ndim(plain(other))
    if a == 1 and b == 1:
        return apply(products.DOT, (self, other))
    if a == 1 and b == 2:
        return apply(products.VECTOR_MATRIX, (self, other))
    if a == 2 and b == 1:
        return apply(products.MATRIX_VECTOR, (self, other))
    if a == 1 or b == 1:  # a stack with a vector: the vector as a matrix, and the axis dropped again
        product = _matmul(self[None, :] if a == 1 else self, other[:, None] if b == 1 else other)
        return product[..., 0, :] if a == 1 else product[..., 0]
    return apply(products.MATMUL, (self, other))


def matmul(a: Any, b: Any) -> Any:
    """`a @ b` for any mixture of stand-ins, arrays and lists."""
    recording = deepest(a, b)
    if recording is not None:
        a, b = (_stand(recording, x) if isinstance(x, (list, tuple)) else x for x in (a, b))
    if np.ndim(plain(a)) == 0 or np.ndim(plain(b)) == 0:
        return operator.matmul(plain(a), plain(b))
    if recording is not None:
        a, b = (x if type(x) is StandIn else _stand(recording, x) for x in (a, b))
    return _matmul(a, b)


def _stand(recording: Recording, x: Any) -> StandIn:
    index = lift(recording, x)
    return StandIn(recording, index, recording.values[index])


def _operator_matmul(self: StandIn, other: Any) -> Any:
    if type(other) is StandIn and other._recording.level > self._recording.level and not other._recording.over:
        return NotImplemented
    return matmul(self, other)


def _install() -> None:
    """Give StandIn its operators."""
    names = {
        "add": arithmetic.ADD,
        "sub": arithmetic.SUBTRACT,
        "mul": arithmetic.MULTIPLY,
        "truediv": arithmetic.DIVIDE,
        "pow": arithmetic.POWER,
        "floordiv": primitive("floor_divide"),
        "and": primitive("bitwise_and"),
        "or": primitive("bitwise_or"),
        "mod": primitive("remainder"),
    }
    for name, made_by in names.items():
        setattr(StandIn, f"__{name}__", _binary(made_by, False))
        setattr(StandIn, f"__r{name}__", _binary(made_by, True))

        def assign(self: StandIn, other: Any, made_by: Primitive = made_by) -> Any:
            return in_place(made_by, self, other)

        setattr(StandIn, f"__i{name}__", assign)
    for name, word in {
        "lt": "less",
        "le": "less_equal",
        "gt": "greater",
        "ge": "greater_equal",
        "eq": "equal",
        "ne": "not_equal",
    }.items():
        setattr(StandIn, f"__{name}__", _compare(primitive(word)))
    StandIn.__matmul__ = _operator_matmul  # type: ignore[attr-defined]
    StandIn.__rmatmul__ = lambda self, other: matmul(other, self)  # type: ignore[attr-defined]
    for name, made_by in {"neg": arithmetic.NEGATIVE, "invert": primitive("invert")}.items():
        setattr(StandIn, f"__{name}__", lambda self, made_by=made_by: apply(made_by, (self,)))
    StandIn.__pos__ = copied  # type: ignore[attr-defined]
    StandIn.__abs__ = lambda self: apply(_abs_of(self), (self,))  # type: ignore[attr-defined]


def _compare(made_by: Primitive) -> Any:
    operate = _binary(made_by, False)

    def compare(self: StandIn, other: Any) -> Any:
        if other is None or type(other) is str:
            return made_by.evaluate(self._value, other)
        return operate(self, other)

    return compare


def _abs_of(x: StandIn) -> Primitive:
    if type(x._value) is float:
        return _PYTHON_ABS
    return choices_absolute


choices_absolute = arithmetic.ABSOLUTE
_PYTHON_ABS = Primitive("absolute", abs)
_install()
assert choices
