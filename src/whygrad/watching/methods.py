"""The methods and attributes of arrays, as the stand-in answers them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from whygrad.errors import InPlaceError
from whygrad.watching import numpy_names as names
from whygrad.watching.standin import StandIn, copied, newest, plain, write_item

Method = Callable[..., Any]


def _shape_arguments(args: tuple[Any, ...]) -> Any:
    return args[0] if len(args) == 1 else args


def _reshape(x: StandIn, *shape: Any, order: str = "C", **kwargs: Any) -> Any:
    return names.reshape(x, _shape_arguments(shape), order)


def _transpose(x: StandIn, *axes: Any) -> Any:
    return names.transpose(x, _shape_arguments(axes) if axes else None)


def _astype(x: StandIn, dtype: Any, order: str = "K", casting: str = "unsafe", subok: bool = True, copy: bool = True) -> Any:
    made = names.cast_to(x, np.dtype(dtype))
    return copied(made, "K") if made is x and copy else made


def _item(x: StandIn, *args: Any) -> Any:
    if args:
        position = args if len(args) > 1 else args[0]
        chosen = x[position] if np.ndim(plain(x)) == 1 or isinstance(position, tuple) else names.ravel(x)[position]
        return _item(chosen)
    if np.size(plain(x)) != 1:
        return plain(x).item()  # NumPy's own error
    if np.result_type(plain(x)).kind in "iub":
        value = plain(x).item()
        x._recording.guard(newest(x)._index, value)
        return value
    return names.to_float(names.reshape(x, ()) if type(plain(x)) is np.ndarray else x)


def _tolist(x: StandIn) -> Any:
    if np.ndim(plain(x)) == 0:
        return _item(x)
    return [_tolist(part) for part in x]


def _fill(x: StandIn, value: Any) -> None:
    write_item(x, (), (("ellipsis",),), value)


def _view_of_itself(x: StandIn, *args: Any) -> Any:
    return x[...] if not args else names.opaque(getattr(np.ndarray, "view"), (x, *args), {})  # noqa: B009


def _clip(x: StandIn, min: Any = None, max: Any = None, **kwargs: Any) -> Any:
    return names.ANSWERS[np.clip](x, min, max, **kwargs)


METHODS: dict[str, Method] = {
    "reshape": _reshape,
    "transpose": _transpose,
    "ravel": names.ravel,
    "flatten": names.flatten,
    "squeeze": names.squeeze,
    "swapaxes": names.swapaxes,
    "copy": copied,
    "astype": _astype,
    "item": _item,
    "tolist": _tolist,
    "fill": _fill,
    "clip": _clip,
    "view": _view_of_itself,
    "dot": names.ANSWERS[np.dot],
    "sum": names.ANSWERS[np.sum],
    "mean": names.ANSWERS[np.mean],
    "max": names.ANSWERS[np.max],
    "min": names.ANSWERS[np.min],
    "argmax": names.ANSWERS[np.argmax],
    "argmin": names.ANSWERS[np.argmin],
    "all": names.ANSWERS[np.all],
    "any": names.ANSWERS[np.any],
    "conjugate": lambda x: x,
    "conj": lambda x: x,
}

PLAIN_ATTRIBUTES = frozenset({"itemsize", "nbytes", "strides", "flags", "is_integer", "as_integer_ratio", "hex"})
ATTRIBUTES: dict[str, Method] = {
    "T": names.transpose,
    "mT": lambda x: names.swapaxes(x, -1, -2),
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
        return getattr(newest(x)._value, name)
    attribute = ATTRIBUTES.get(name)
    if attribute is not None and hasattr(x._value, name):
        return attribute(x)
    method = METHODS.get(name)
    if method is not None and hasattr(x._value, name):
        return _Watched(method, x)
    value = newest(x)._value
    if name in PLAIN_ATTRIBUTES:
        return getattr(value, name)
    found = getattr(value, name)  # NumPy's own AttributeError
    if name.startswith("__"):
        if name == "__array_interface__":
            raise AttributeError(name)
        return found
    if name == "flat":
        return names.ravel(x)
    if callable(found):
        function = getattr(type(value), name)
        numpy_function = getattr(np, name, None)
        if numpy_function in names.ANSWERS:
            return _Watched(names.ANSWERS[numpy_function], x)

        def call(receiver: Any, *args: Any, **kwargs: Any) -> Any:
            return names.opaque(function, (receiver, *args), kwargs)

        return _Watched(call, x)
    return found


def set_attribute(x: StandIn, name: str, value: Any) -> None:
    """`x.name = value`: only a new shape can be followed."""
    if name == "shape" and x._base is None and type(x._value) is np.ndarray:
        made = copied(names.reshape(x, value))
        x._index, x._value, x._own = made._index, made._value, True
        return
    raise InPlaceError(
        f"setting .{name} of a watched array cannot be followed",
        place=x._recording.here(),
        instead="assign to its entries, x[...] = value",
    )
