"""The methods and attributes of arrays, as the stand-in answers them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from whygrad.errors import InPlaceError
from whygrad.watching import ordering, shaping
from whygrad.watching.answering import opaque
from whygrad.watching.arrays import cast_to, created, to_float
from whygrad.watching.making import Flat
from whygrad.watching.numpy_names import ANSWERS
from whygrad.watching.standin import StandIn, ended, newest, plain, refuse
from whygrad.watching.writing import copied, write_item

Method = Callable[..., Any]


def _shape_arguments(args: tuple[Any, ...]) -> Any:
    return args[0] if len(args) == 1 else args


def _reshape(x: StandIn, *shape: Any, order: str = "C", **kwargs: Any) -> Any:
    return shaping.reshape(x, _shape_arguments(shape), order)


def _transpose(x: StandIn, *axes: Any) -> Any:
    return shaping.transpose(x, _shape_arguments(axes) if axes else None)


def _astype(
    x: StandIn, dtype: Any, order: str = "K", casting: str = "unsafe", subok: bool = True, copy: bool = True
) -> Any:
    made = cast_to(x, np.dtype(dtype))
    return copied(made, "K") if made is x and copy else made


def _item(x: StandIn, *args: Any) -> Any:
    if args:
        position = args if len(args) > 1 else args[0]
        chosen = x[position] if np.ndim(plain(x)) == 1 or isinstance(position, tuple) else shaping.ravel(x)[position]
        return _item(chosen)
    if np.size(plain(x)) != 1:
        return plain(x).item()  # NumPy's own error
    if np.result_type(plain(x)).kind in "iub":
        value = plain(x).item()
        x._recording.guard(newest(x)._index, value)
        return value
    return to_float(shaping.reshape(x, ()) if type(plain(x)) is np.ndarray else x)


def _tolist(x: StandIn) -> Any:
    if np.ndim(plain(x)) == 0:
        return _item(x)
    return [_tolist(part) for part in x]


def _fill(x: StandIn, value: Any) -> None:
    write_item(x, (), (("ellipsis",),), value)


def _sort(x: StandIn, axis: int = -1, **kwargs: Any) -> None:
    x[...] = ordering.sort(x, axis, **kwargs)


def _partition(x: StandIn, kth: Any, axis: int = -1, **kwargs: Any) -> None:
    x[...] = ordering.partition(x, kth, axis, **kwargs)


def _resize(x: StandIn, *shape: Any, **kwargs: Any) -> None:
    raise InPlaceError(
        ".resize changes an array's size in place, which cannot be followed",
        place=x._recording.here(),
        instead="make a new array, x = np.resize(x, shape)",
    )


def _view_of_itself(x: StandIn, *args: Any) -> Any:
    return x[...] if not args else opaque(np.ndarray.view, (x, *args), {})


def _clip(x: StandIn, min: Any = None, max: Any = None, **kwargs: Any) -> Any:
    return ANSWERS[np.clip](x, min, max, **kwargs)


METHODS: dict[str, Method] = {
    "reshape": _reshape,
    "transpose": _transpose,
    "ravel": shaping.ravel,
    "flatten": shaping.flatten,
    "squeeze": shaping.squeeze,
    "swapaxes": shaping.swapaxes,
    "copy": copied,
    "astype": _astype,
    "item": _item,
    "tolist": _tolist,
    "fill": _fill,
    "sort": _sort,
    "partition": _partition,
    "compress": lambda x, condition, axis=None, out=None: ANSWERS[np.compress](condition, x, axis, out),
    "resize": _resize,
    "clip": _clip,
    "view": _view_of_itself,
    "dot": ANSWERS[np.dot],
    "sum": ANSWERS[np.sum],
    "mean": ANSWERS[np.mean],
    "max": ANSWERS[np.max],
    "min": ANSWERS[np.min],
    "argmax": ANSWERS[np.argmax],
    "argmin": ANSWERS[np.argmin],
    "all": ANSWERS[np.all],
    "any": ANSWERS[np.any],
    "conjugate": lambda x: x,
    "conj": lambda x: x,
}

PLAIN_ATTRIBUTES = frozenset({"itemsize", "nbytes", "strides", "flags", "is_integer"})
BARE = frozenset({"as_integer_ratio", "hex"})
"""Methods that take a number apart."""
ATTRIBUTES: dict[str, Method] = {
    "T": shaping.transpose,
    "mT": lambda x: shaping.swapaxes(x, -1, -2),
    "real": lambda x: x,
}


class _Watched:
    """A method of a stand-in, bound; it names itself in messages."""

    __slots__ = ("method", "x")

    def __init__(self, method: Method, x: StandIn) -> None:
        self.method, self.x = method, x

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.method(self.x, *args, **kwargs)


def method_of(x: StandIn, name: str) -> Any:
    """`x.name` for whatever the stand-in does not answer itself."""
    if x._recording.over:
        return getattr(ended(x), name)
    attribute = ATTRIBUTES.get(name)
    if attribute is not None and hasattr(x._value, name):
        return attribute(x)
    method = METHODS.get(name)
    if method is not None and hasattr(x._value, name):
        return _Watched(method, x)
    value = newest(x)._value
    if name.startswith("__"):  # __array_struct__, say, would give the bare numbers away
        raise AttributeError(name)
    if name in PLAIN_ATTRIBUTES:
        return getattr(value, name)
    found = getattr(value, name)  # NumPy's own AttributeError
    if name == "flat":
        return Flat(x)
    if callable(found) and name not in BARE:
        function = getattr(type(value), name)
        numpy_function = getattr(np, name, None)
        if numpy_function in ANSWERS:
            return _Watched(ANSWERS[numpy_function], x)

        def call(receiver: Any, *args: Any, **kwargs: Any) -> Any:
            return opaque(function, (receiver, *args), kwargs)

        return _Watched(call, x)
    if found is None:
        return found
    if name == "imag":
        return created(found.copy())
    refuse(x._recording, f".{name} would give bare numbers away, which lose their gradient")


def set_shape(x: StandIn, shape: Any) -> None:
    """`x.shape = shape`, where nothing else looks at the same memory."""
    if x._base is not None or x._views or x._original is not None or type(x._value) is not np.ndarray:
        raise InPlaceError(
            "setting .shape cannot be followed here: other arrays look at the same memory",
            place=x._recording.here(),
            instead="make a new array, x = x.reshape(shape)",
        )
    made = copied(shaping.reshape(x, shape), "K")
    x._index, x._value, x._own = made._index, made._value, made._own
