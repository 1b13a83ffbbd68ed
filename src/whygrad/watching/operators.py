"""The operators of the stand-in: +, @, <, += …, by the shortest way, since most steps of a run come through here."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from whygrad.program import Primitive
from whygrad.rules import arithmetic, primitive, products
from whygrad.watching.recording import Recording
from whygrad.watching.standin import StandIn, apply, deepest, ended, lift, newest, plain, template_of
from whygrad.watching.writing import assign, copied, in_place, write_item


def _binary(made_by: Primitive, reflected: bool) -> Any:
    evaluate = made_by.evaluate

    def operate(self: StandIn, other: Any) -> Any:
        recording = self._recording
        if recording.over:
            if type(other) is StandIn and not other._recording.over:
                return apply(made_by, (other, self) if reflected else (self, other))
            mine, theirs = ended(self), plain(other)
            return evaluate(theirs, mine) if reflected else evaluate(mine, theirs)
        if self._base is not None:
            newest(self)
        self._own = False
        kind = type(other)
        if kind is StandIn:
            if other._recording is recording:
                if other._base is not None:
                    newest(other)
                other._own = False
                j, theirs = other._index, other._value
            elif other._recording.level > recording.level and not other._recording.over:
                return apply(made_by, (other, self) if reflected else (self, other))
            else:
                j = lift(recording, other)
                theirs = recording.values[j]
        elif kind is float or kind is int:
            j, theirs = recording.literal(other), other
        elif other is None or kind is str or kind is dict:
            return NotImplemented
        elif hasattr(kind, "TAKES_OVER"):
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
        return StandIn(recording, recording.emit(made_by, inputs, (), value), value)

    return operate


def _is_author_object(x: Any) -> bool:
    return not isinstance(x, (np.ndarray, np.generic, int, float, complex, list, tuple))


def matmul(a: Any, b: Any) -> Any:
    """`a @ b` for any mixture of stand-ins, arrays and lists: the row depends on the numbers of axes."""
    recording = deepest(a, b)
    if recording is None:
        return operator.matmul(plain(a), plain(b))
    if type(a) is not StandIn:
        a = _stand(recording, a)
    if type(b) is not StandIn:
        b = _stand(recording, b)
    n, m = getattr(a._value, "ndim", 0), getattr(b._value, "ndim", 0)
    if n == 0 or m == 0:
        return operator.matmul(plain(a), plain(b))  # NumPy's own error
    met, meets = a._value.shape[-1], b._value.shape[max(m - 2, 0)]
    if met != meets:
        raise ValueError(
            f"the shapes {a._value.shape} and {b._value.shape} do not fit: in a product the last axis of the first "
            f"({met}) meets the {'first axis' if m == 1 else 'rows'} of the second ({meets})"
        )
    if n > 1 and m > 1:
        return apply(products.MATMUL, (a, b))
    if n == 1 and m == 1:
        return apply(products.DOT, (a, b))
    if n == 1 and m == 2:
        return apply(products.VECTOR_MATRIX, (a, b))
    if n == 2 and m == 1:
        return apply(products.MATRIX_VECTOR, (a, b))
    product = matmul(a[None, :] if n == 1 else a, b[:, None] if m == 1 else b)  # a stack with a vector
    return product[..., 0, :] if n == 1 else product[..., 0]


def _stand(recording: Recording, x: Any) -> StandIn:
    index = lift(recording, x)
    return StandIn(recording, index, recording.values[index])


def _compare(made_by: Primitive) -> Any:
    operate = _binary(made_by, False)

    def compare(self: StandIn, other: Any) -> Any:
        if other is None or type(other) is str:
            return made_by.evaluate(self._value, other)
        return operate(self, other)

    return compare


def _in_place_matmul(self: StandIn, other: Any) -> Any:
    if self._recording.over:
        return NotImplemented
    product = matmul(self, other)
    if np.shape(plain(product)) != np.shape(self._value):
        raise ValueError(f"the product has the shape {np.shape(plain(product))}, not that of the array, {self.shape}")
    return assign(self, product._index, product._value)


_PYTHON_ABS = Primitive("absolute", abs)


def _absolute(self: StandIn) -> Any:
    return apply(_PYTHON_ABS if type(self._value) is float else arithmetic.ABSOLUTE, (self,))


def _set_item(self: StandIn, key: Any, value: Any) -> None:
    recording = self._recording
    if recording.over:
        ended(self)[key] = value
        return
    template, arrays = template_of(recording, key)
    write_item(self, tuple(arrays), template, value)


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
        "xor": primitive("bitwise_xor"),
        "lshift": primitive("left_shift"),
        "rshift": primitive("right_shift"),
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
    for name, made_by in {"neg": arithmetic.NEGATIVE, "invert": primitive("invert")}.items():
        setattr(StandIn, f"__{name}__", lambda self, made_by=made_by: apply(made_by, (self,)))
    special: dict[str, Any] = {
        "__matmul__": lambda self, other: matmul(self, other),
        "__rmatmul__": lambda self, other: matmul(other, self),
        "__imatmul__": _in_place_matmul,
        "__pos__": lambda self: copied(self, "K"),
        "__abs__": _absolute,
        "__setitem__": _set_item,
    }
    for name, method in special.items():
        setattr(StandIn, name, method)


_install()
