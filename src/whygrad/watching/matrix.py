"""numpy.matrix in a script: an array of two axes whose `*` is the matrix product, and which never loses an axis.

It is a wrapper over a watched array: what it does is recorded as what arrays do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from whygrad.watching.answering import answers
from whygrad.watching.arrays import created
from whygrad.watching.numpy_names import ANSWERS
from whygrad.watching.operators import matmul
from whygrad.watching.recording import current
from whygrad.watching.standin import StandIn, plain

Answer = Callable[..., Any]


class Matrix:
    """See the head of this file. `_a` is the array."""

    TAKES_OVER = True
    """Operators of arrays leave it to this class what they do with it."""
    __array_ufunc__ = None
    __slots__ = ("_a",)

    def __init__(self, a: Any) -> None:
        self._a = a

    if not TYPE_CHECKING:  # type checkers should see Matrix

        @property
        def __class__(self) -> type:
            return np.matrix

    # What it looks like

    def _plain(self) -> Any:
        return np.asmatrix(plain(self._a))

    def __repr__(self) -> str:
        return repr(self._plain())

    def __str__(self) -> str:
        return str(self._plain())

    def __format__(self, spec: str) -> str:
        return format(self._plain(), spec)

    def __len__(self) -> int:
        return len(self._a)

    def __bool__(self) -> bool:
        return bool(self._a)

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self._a)))

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return self._a.__array__(dtype, copy)

    def __reduce__(self) -> Any:
        return (np.asmatrix, (plain(self._a),))

    def __copy__(self) -> Matrix:
        return Matrix(self._a.copy())

    def __deepcopy__(self, memo: Any) -> Matrix:
        return Matrix(self._a.copy())

    def __float__(self) -> float:
        return float(self._a.item())

    def __contains__(self, item: Any) -> bool:
        return item in self._a

    @property
    def shape(self) -> Any:
        return self._a.shape

    @property
    def ndim(self) -> int:
        return 2

    @property
    def size(self) -> int:
        return int(self._a.size)

    @property
    def dtype(self) -> Any:
        return self._a.dtype

    @property
    def T(self) -> Any:
        return Matrix(self._a.T)

    H = T

    @property
    def A(self) -> Any:
        return self._a

    @property
    def A1(self) -> Any:
        return self._a.ravel()

    @property
    def I(self) -> Any:  # noqa: E743 (NumPy's own name)
        return Matrix(ANSWERS[np.linalg.inv](self._a))

    # Entries

    def __getitem__(self, key: Any) -> Any:
        found = self._a[_unwrapped(key)]
        ndim = np.ndim(plain(found))
        if ndim == 2:
            return Matrix(found)
        if ndim == 1:
            column = isinstance(key, tuple) and len(key) > 1 and np.ndim(plain(_unwrapped(key[1]))) == 0
            column = column and not isinstance(key[1], slice)
            return Matrix(found.reshape(-1, 1) if column else found.reshape(1, -1))
        return found

    def __setitem__(self, key: Any, value: Any) -> None:
        self._a[_unwrapped(key)] = _unwrapped(value)

    # Methods that keep both axes

    def __getattr__(self, name: str) -> Any:
        if name in REDUCTIONS:

            def reduce(axis: Any = None, *args: Any, **kwargs: Any) -> Any:
                if axis is None:
                    return getattr(self._a, name)(*args, **kwargs)
                return Matrix(getattr(self._a, name)(axis, *args, **{**kwargs, "keepdims": True}))

            return reduce
        method = getattr(self._a, name)
        if not callable(method):
            return method

        def call(*args: Any, **kwargs: Any) -> Any:
            found = method(*map(_unwrapped, args), **{k: _unwrapped(v) for k, v in kwargs.items()})
            return _wrapped(found)

        return call

    def getA(self) -> Any:
        return self._a

    def getA1(self) -> Any:
        return self._a.ravel()

    def getT(self) -> Any:
        return self.T

    def flatten(self, order: str = "C") -> Any:
        return Matrix(self._a.flatten(order).reshape(1, -1))

    def ravel(self, order: str = "C") -> Any:
        return Matrix(self._a.ravel(order).reshape(1, -1))

    def dot(self, other: Any) -> Any:
        return _product(self, other)

    def __mul__(self, other: Any) -> Any:
        return _product(self, other)

    def __rmul__(self, other: Any) -> Any:
        return _product(other, self)

    def __imul__(self, other: Any) -> Any:
        made = _product(self, other)
        self._a[...] = made._a
        return self

    def __matmul__(self, other: Any) -> Any:
        return Matrix(matmul(self._a, _unwrapped(other)))

    def __rmatmul__(self, other: Any) -> Any:
        return Matrix(matmul(_unwrapped(other), self._a))

    def __pow__(self, power: Any) -> Any:
        return Matrix(ANSWERS[np.linalg.matrix_power](self._a, power))


REDUCTIONS = frozenset({"sum", "mean", "std", "var", "prod", "max", "min", "argmax", "argmin", "any", "all"})


def _unwrapped(x: Any) -> Any:
    if type(x) is Matrix:
        return x._a
    if type(x) in (list, tuple):
        return type(x)(map(_unwrapped, x))
    return x


def _wrapped(x: Any) -> Any:
    is_array = type(x) is StandIn or isinstance(x, np.ndarray)
    return Matrix(x) if is_array and np.ndim(plain(x)) == 2 else x


def _product(a: Any, b: Any) -> Any:
    """`a * b` where one of them is a matrix: the matrix product, unless one is a number."""
    a, b = _unwrapped(a), _unwrapped(b)
    if isinstance(b, (list, tuple)):
        b = ANSWERS[np.array](b)
    if np.ndim(plain(a)) == 0 or np.ndim(plain(b)) == 0:
        return Matrix(a * b)
    if np.ndim(plain(b)) == 1:
        b = b.reshape(1, -1)
    if np.ndim(plain(a)) == 1:
        a = a.reshape(1, -1)
    return Matrix(matmul(a, b))


def _operator(name: str) -> Any:
    def operate(self: Matrix, other: Any) -> Any:
        other = _unwrapped(other)
        if other is None or type(other) is str:
            return NotImplemented
        if isinstance(other, (list, tuple)):
            other = ANSWERS[np.array](other)
        found = getattr(self._a, name)(other)
        if name.startswith("__i"):
            self._a = found
            return self
        return found if found is NotImplemented else Matrix(found)

    return operate


def _unary(name: str) -> Any:
    return lambda self: Matrix(getattr(self._a, name)())


for _name in ("add", "sub", "truediv", "floordiv", "mod", "and", "or"):
    for _kind in ("", "r", "i"):
        setattr(Matrix, f"__{_kind}{_name}__", _operator(f"__{_kind}{_name}__"))
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Matrix, f"__{_name}__", _operator(f"__{_name}__"))
Matrix.__hash__ = None  # type: ignore[assignment]
for _name in ("neg", "pos", "abs", "invert"):
    setattr(Matrix, f"__{_name}__", _unary(f"__{_name}__"))


# NumPy's functions


@answers(np.asmatrix)
def _as_matrix(data: Any, dtype: Any = None) -> Any:
    """The same matrix, or one over the same array."""
    if type(data) is Matrix and dtype is None:
        return data
    recording = current.get()
    if type(data) is StandIn and dtype is None and recording is not None and recording.loops is not None:
        recording.matrices = True
        return Matrix(data if np.ndim(plain(data)) == 2 else data.reshape(1, -1))
    return _matrix(data, dtype)


@answers(np.matrix, np.bmat)
def _matrix(data: Any, dtype: Any = None, copy: bool = True) -> Any:
    recording = current.get()
    assert recording is not None
    if isinstance(data, str) or recording.loops is None:
        made = np.matrix(data, dtype=dtype)
        if recording.loops is None:
            recording.refuse_subclass(made)
        array = created(np.array(made))
    else:
        array = ANSWERS[np.array](_unwrapped(data), dtype)
    recording.matrices = True
    if type(array) is not StandIn:
        array = recording.capture(np.asarray(array), "", "created")
    if np.ndim(plain(array)) < 2:
        array = array.reshape(1, -1)
    return Matrix(array)


AS_ARRAYS = frozenset({np.array, np.asarray, np.ascontiguousarray, np.where, np.ravel, np.outer, np.shape, np.size})
"""What gives no matrix for a matrix."""
BY_METHOD = {
    np.sum: "sum", np.mean: "mean", np.std: "std", np.var: "var", np.prod: "prod", np.max: "max", np.min: "min",
    np.amax: "max", np.amin: "min", np.argmax: "argmax", np.argmin: "argmin", np.any: "any", np.all: "all",
}  # fmt: skip


def holds_matrix(args: Any) -> bool:
    """Is a matrix among the arguments, or in a list among them?"""
    return any(type(x) is Matrix or (type(x) in (list, tuple) and holds_matrix(x)) for x in args)


def answer_for_matrix(function: Any, known: Answer, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a function of NumPy's gives for matrices: what it gives for arrays, as a matrix again."""
    method = BY_METHOD.get(function)
    if method is not None and type(args[0]) is Matrix:
        return getattr(args[0], method)(*args[1:], **kwargs)
    if known is _matrix or known is _as_matrix:
        return known(*args, **kwargs)
    found = known(*map(_unwrapped, args), **{k: _unwrapped(v) for k, v in kwargs.items()})
    return found if function in AS_ARRAYS else _wrapped(found)
