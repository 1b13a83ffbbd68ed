"""The routes that re-made code takes: every call, and every load of something that is not a local."""

from __future__ import annotations

import functools
import itertools
import sys
from collections.abc import Callable
from types import (
    FunctionType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any

import numpy as np

from whygrad.errors import EscapeError
from whygrad.program import Span
from whygrad.watching.answering import has_stand_in, opaque
from whygrad.watching.arrays import to_float
from whygrad.watching.drawing import drawn
from whygrad.watching.elementwise import answer_ufunc
from whygrad.watching.joining import JOINERS, Joiner
from whygrad.watching.matrix import answer_for_matrix, holds_matrix
from whygrad.watching.numpy_names import ANSWERS
from whygrad.watching.recording import Recording, current, is_foreign
from whygrad.watching.restoring import NOTHING_TO_SEE, note_stores
from whygrad.watching.rewriting import is_remade, remade_code
from whygrad.watching.rounds import parts_of
from whygrad.watching.scipy_names import meet_scipy
from whygrad.watching.seeing import created_number, meet, seen, seen_result
from whygrad.watching.standin import StandIn, plain

TRANSPARENT = frozenset(
    {
        "builtins", "itertools", "functools", "operator", "_operator", "collections", "copy", "types", "typing",
        "contextlib", "dataclasses", "enum", "abc", "random", "_collections", "_functools", "weakref", "warnings",
        "inspect", "time", "logging", "numbers",
    }
)  # fmt: skip
"""Modules whose functions hand watched values on as they are."""


# Loads


def NAME(value: Any, name: str) -> Any:
    """A global or a closed-over variable."""
    if type(value) in NOTHING_TO_SEE:
        return value
    return seen(value, name)


def OWN(value: Any) -> Any:
    """A local variable that is about to be changed in place."""
    return seen(value) if type(value) is np.ndarray else value


def _own_or_number(value: Any) -> Any:
    """What a script makes an object of its own from: a number in its code is data there."""
    return created_number(value) if type(value) is float else OWN(value)


def PLAIN(value: Any) -> Any:
    """What `__bool__` and its kin return: taken for granted from here on."""
    if type(value) is not StandIn:
        return value
    return bool(value) if np.result_type(value._value).kind == "b" else int(value)


def ATTRIBUTE(owner: Any, name: str) -> Any:
    """`owner.name`"""
    kind = type(owner)
    if kind is not StandIn and kind not in NOTHING_TO_SEE:
        prop = getattr(kind, name, None)
        if type(prop) is property and prop.fget is not None and current.get() is not None:
            return CALL(prop.fget, owner)
        if isinstance(prop, functools.cached_property) and name not in owner.__dict__ and current.get() is not None:
            KEEP(owner)
            value = owner.__dict__[name] = CALL(prop.func, owner)
            return value
    value = getattr(owner, name)
    if type(value) in NOTHING_TO_SEE:
        return value
    recording = current.get()
    if recording is None:
        return value
    if recording.loops is not None and isinstance(value, (float, np.floating)) and _keep_attribute(owner, name):
        made = created_number(value)
        object.__setattr__(owner, name, made)
        return made
    if kind is ModuleType and is_foreign(getattr(owner, "__file__", None) or "<frozen"):
        return value
    parent = recording.paths.get(id(owner))
    if parent is None:
        parent = owner.__name__ if kind is ModuleType or kind is type else "self"
    return seen(value, f"{parent}.{name}")


def _keep_attribute(owner: Any, name: str) -> bool:
    """Is a number in an attribute of an object's own, so that its stand-in can take its place? (In a script, whose
    objects nobody else has.)"""
    held = getattr(owner, "__dict__", None)
    if isinstance(held, dict):
        return name in held and not isinstance(owner, ModuleType)
    return type(getattr(type(owner), name, None)) is MemberDescriptorType


class _Items:
    """A container whose entries are seen as they are read."""

    __slots__ = ("container",)

    def __init__(self, container: Any) -> None:
        self.container = container

    def __getitem__(self, key: Any) -> Any:
        container = self.container
        if type(key) is StandIn and type(container) is np.ndarray:
            container = seen(container)
        value = container[key]
        if type(value) in NOTHING_TO_SEE:
            return value
        recording = current.get()
        if recording is None:
            return value
        if recording.loops is not None and type(container) in (list, dict) and isinstance(value, (float, np.floating)):
            made = container[key] = created_number(value)  # in a script nobody else has it
            return made
        parent = recording.paths.get(id(container), "")
        return seen(value, f"{parent}[{key!r}]" if type(key) is not slice and parent else None)

    def __setitem__(self, key: Any, value: Any) -> None:
        KEEP(self.container)[key] = value

    def __delitem__(self, key: Any) -> None:
        del self.container[key]


def ITEMS(container: Any) -> Any:
    """The container of `container[key]`."""
    kind = type(container)
    if kind is StandIn or current.get() is None:
        return container
    if kind is np.ndarray:
        return seen(container)
    if kind in JOINERS:
        return Joiner(container)
    special = getattr(kind, "__getitem__", None)
    if type(special) is FunctionType and is_author(special):
        return _AuthorItems(container)
    return _Items(container)


class _AuthorItems(_Items):
    """An object of the author's with __getitem__ of its own."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        return CALL(type(self.container).__getitem__, self.container, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        CALL(type(self.container).__setitem__, self.container, key, value)


class _Attributes:
    """`owner.name op= value` as an item: the load is seen, the store is noted."""

    __slots__ = ("owner",)

    def __init__(self, owner: Any) -> None:
        self.owner = owner

    def __getitem__(self, name: str) -> Any:
        return ATTRIBUTE(self.owner, name)

    def __setitem__(self, name: str, value: Any) -> None:
        setattr(KEEP(self.owner), name, value)


def ATTRIBUTES(owner: Any) -> Any:
    """The owner of `owner.name op= value`."""
    return _Attributes(owner)


def KEEP(thing: Any) -> Any:
    """An object of the author's that something is about to be stored in."""
    if type(thing) is not StandIn:
        recording = current.get()
        if recording is not None:
            recording.touch(thing)
    return thing


def FLOAT(value: float) -> Any:
    """A number that a script assigns."""
    return created_number(value)


# Calls


def is_author(function: FunctionType) -> bool:
    """Is it the author's own function (not the standard library's, an installed package's or ours)?"""
    return not is_foreign(function.__code__.co_filename)


def remade(function: FunctionType) -> FunctionType | None:
    """The function re-made, with the same globals, defaults and closure; None where that cannot be done."""
    code = remade_code(function)
    if code is None:
        return None
    closure = None
    if code.co_freevars:
        cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
        closure = tuple(cells[name] for name in code.co_freevars)
    made = FunctionType(code, function.__globals__, function.__name__, function.__defaults__, closure)
    made.__kwdefaults__ = function.__kwdefaults__
    if function.__defaults__ and np.ndarray in map(type, function.__defaults__):
        made.__defaults__ = tuple(map(OWN, function.__defaults__))
    if function.__kwdefaults__ and np.ndarray in map(type, function.__kwdefaults__.values()):
        made.__kwdefaults__ = {name: OWN(value) for name, value in function.__kwdefaults__.items()}
    made.__qualname__ = function.__qualname__
    made.__dict__.update(function.__dict__)
    return made


def CALL(function: Any, /, *args: Any, **kwargs: Any) -> Any:
    """`function(*args, **kwargs)`, watched."""
    recording = current.get()
    if recording is None:
        return function(*args, **kwargs)
    kind = type(function)
    try:
        known = ANSWERS.get(function)
    except TypeError:
        known = None
    if known is None and meet_scipy():  # imported by the code that runs
        known = ANSWERS.get(function)
    if known is not None:
        if recording.matrices and holds_matrix((*args, *kwargs.values())):
            return answer_for_matrix(function, known, args, kwargs)
        return seen_result(known(*args, **kwargs))
    if kind is FunctionType:
        if is_author(function):
            return _call_author(recording, function, args, kwargs)
        return _call_foreign(recording, function, args, kwargs)
    if kind is MethodType:
        owner, inner = function.__self__, function.__func__
        if type(inner) is FunctionType and is_author(inner):
            return _call_author(recording, inner, (owner, *args), kwargs)
        return _call_foreign(recording, function, args, kwargs)
    if isinstance(function, type):
        return _construct(recording, function, args, kwargs)
    if kind is functools.partial:
        return CALL(function.func, *function.args, *args, **{**function.keywords, **kwargs})
    wrapped = getattr(function, "__wrapped__", None)
    if kind is functools._lru_cache_wrapper and type(wrapped) is FunctionType:
        return CALL(wrapped, *args, **kwargs)
    if kind is np.vectorize and not kwargs and function.signature is None and not function.excluded:
        return _vectorized(function, args)
    special = getattr(kind, "__call__", None)  # noqa: B004 (the class's own function is wanted)
    if type(special) is FunctionType and is_author(special):
        return _call_author(recording, special, (function, *args), kwargs)
    return _call_foreign(recording, function, args, kwargs)


def _vectorized(function: np.vectorize, args: tuple[Any, ...]) -> Any:
    """np.vectorize is a loop: its function is called, watched, for each number, and the results are gathered."""
    arrays = ANSWERS[np.broadcast_arrays](*args)
    shape = np.shape(plain(arrays[0]))
    are_floats = [np.result_type(plain(x)).kind == "f" for x in arrays]
    results = [
        CALL(
            function.pyfunc,
            *(to_float(x[i]) if is_float else x[i] for x, is_float in zip(arrays, are_floats, strict=True)),
        )
        for i in np.ndindex(shape)
    ]
    if not has_stand_in(results) or any(type(r) is tuple for r in results):
        return function(*args)
    dtype = function.otypes[0] if function.otypes else np.result_type(plain(results[0]))
    return ANSWERS[np.reshape](ANSWERS[np.array](results, dtype), shape)


def _call_author(recording: Recording, function: FunctionType, args: Any, kwargs: Any) -> Any:
    """A function of the author's: re-made, its call remembered as part of the spans of what it does."""
    runs: Callable[..., Any] = function
    if not is_remade(function.__code__):
        made = remade(function)
        if made is None:
            run_blindly(recording, function)
        else:
            runs = made
            note_stores(recording, made)
    makes = recording.loops is not None and function.__name__ == "__init__"
    own = _own_or_number if makes else OWN
    if any(type(a) is np.ndarray or type(a) is float for a in args):
        args = tuple(map(own, args))
    if kwargs:
        kwargs = {name: own(value) for name, value in kwargs.items()}
    chain = recording.chain
    site = recording.site()
    if site is not None:
        recording.chain = Span(*site)
    try:
        return seen_result(runs(*args, **kwargs))
    finally:
        recording.chain = chain


def run_blindly(recording: Recording, function: FunctionType) -> None:
    """A function of the author's whose source cannot be read runs as it is, on stand-ins, by NumPy's protocols.

    Whatever else it reads it reads from the author's own arrays, so no write may be pending there.
    """
    if function.__name__.startswith("__"):  # made by dataclasses, namedtuple and their kin: only stores its arguments
        return
    recording.blind = True
    if recording.written:
        raise EscapeError(
            f"the source of {function.__qualname__} cannot be read, and arrays that it may use have been written into",
            place=recording.here(),
            instead="put the function into a file, or write into a copy of the array",
        )


def _construct(recording: Recording, kind: type, args: Any, kwargs: Any) -> Any:
    """`Class(...)`: an author's __init__ is watched like any other of their functions."""
    if kind is type and len(args) == 1:
        return args[0].__class__
    init: Any = kind.__init__  # type: ignore[misc]
    new: Any = kind.__new__
    if type(kind) is type and new is object.__new__ and type(init) is FunctionType and is_author(init):
        made: Any = new(kind)
        recording.touch(made)
        if kind not in recording.classes:
            meet(recording, kind)
        _call_author(recording, init, (made, *args), kwargs)
        return made
    if kind is int and len(args) == 1 and type(args[0]) is StandIn:
        return int(args[0])
    made = kind(*args, **kwargs) if _is_author_class(kind) else _call_foreign(recording, kind, args, kwargs)
    if type(made) not in NOTHING_TO_SEE and getattr(kind, "__module__", "") not in TRANSPARENT:
        recording.touch(made)
        if kind not in recording.classes:
            meet(recording, kind)
    return made


def _is_author_class(kind: type) -> bool:
    module = sys.modules.get(kind.__module__)
    file = getattr(module, "__file__", None)
    return not is_foreign(file) if file else kind.__module__ == "__main__"


CALLERS = (map, filter, functools.reduce, itertools.accumulate, itertools.starmap)
"""What calls the functions that it is given on each part of something."""


def _call_foreign(recording: Recording, function: Any, args: Any, kwargs: Any) -> Any:
    """A function that is not the author's. Functions of the author's that it is given are watched when it calls."""
    owner = getattr(function, "__self__", None)
    if type(owner) is StandIn or type(function).__module__.startswith("whygrad."):
        return seen_result(function(*args, **kwargs))
    if isinstance(function, (MethodDescriptorType, WrapperDescriptorType)) and args and type(args[0]) is StandIn:
        return seen_result(getattr(args[0], function.__name__)(*args[1:], **kwargs))  # np.ndarray.sum(x)
    if type(owner) is np.ufunc and has_stand_in(args):  # np.maximum.reduce(x)
        return seen_result(answer_ufunc(owner, function.__name__, args, kwargs))
    if type(owner) is np.ndarray:
        return seen_result(getattr(seen(owner), function.__name__)(*args, **kwargs))
    if type(function) is FunctionType:  # a wrapper made by contextlib, say, bears its author's module, not its own
        module = function.__globals__.get("__name__", "")
    else:
        module = getattr(function, "__module__", None) or type(owner).__module__
    if module.startswith("whygrad"):
        return seen_result(function(*args, **kwargs))
    if function in CALLERS:
        place = 1 if function is itertools.accumulate else 0
        if len(args) > place and callable(args[place]):
            args = (*args[:place], functools.partial(CALL, args[place]), *args[place + 1 :])
        kwargs = {k: _watched_callback(v) for k, v in kwargs.items()}
    elif any(type(a) is FunctionType or type(a) is MethodType for a in args) or kwargs:
        args = tuple(_watched_callback(a) for a in args)
        kwargs = {k: _watched_callback(v) for k, v in kwargs.items()}
    holder = type(owner)
    if holder is not type(None) and holder is not ModuleType and not isinstance(owner, type):
        draw = drawn(function, args, kwargs)
        if draw is not None:
            return draw[0]
        if holder.__module__ in TRANSPARENT:
            recording.touch(owner)
            result = function(*args, **kwargs)
            path = recording.paths.get(id(owner))
            if path and function.__name__ in ("values", "items", "keys"):
                return result
            return seen_result(result)
    transparent = module.split(".")[0] in TRANSPARENT or isinstance(
        function, (MethodDescriptorType, WrapperDescriptorType)
    )
    if transparent:
        if function is setattr and args:
            KEEP(args[0])
        if function is getattr and len(args) >= 2 and isinstance(args[1], str):
            return ATTRIBUTE(*args) if hasattr(args[0], args[1]) or len(args) < 3 else args[2]
        if function in (zip, enumerate, reversed, list, tuple, map, filter, sum, iter):
            args = tuple(_iterable(a, recording) for a in args)
        return seen_result(function(*args, **kwargs))
    if has_stand_in(args) or has_stand_in(kwargs):
        return seen_result(opaque(function, args, kwargs))
    return seen_result(function(*args, **kwargs))


def _iterable(x: Any, recording: Recording) -> Any:
    """An argument of zip, enumerate …: its parts are seen as they come."""
    if type(x) is np.ndarray:
        return seen(x)
    if type(x) is list or (type(x) is tuple and not all(type(p) in NOTHING_TO_SEE for p in x)):
        parts = list(parts_of(x, recording, False))
        return parts if type(x) is list else tuple(parts)
    return x


def _watched_callback(x: Any) -> Any:
    if type(x) is FunctionType and is_author(x) and not is_remade(x.__code__):

        @functools.wraps(x)
        def watched(*args: Any, **kwargs: Any) -> Any:
            return CALL(x, *args, **kwargs)

        return watched
    return x
