"""An interpreter of the core that knows whygrad by its document alone: it imports nothing of it.

The page has one like it. Each primitive is a line of NumPy; parameters come as JSON has them.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Value = Any
Object = dict[str, Any]


def entry(value: Any, dtype: str) -> Any:
    """A number as JSON holds it."""
    if isinstance(value, str):
        return int(value) if dtype.startswith(("int", "uint")) else float(value)
    return value


def array(given: Object, form: Object) -> np.ndarray:
    """The value of a variable of that form, all of it."""
    data = [entry(x, form["dtype"]) for x in given["data"]]
    return np.array(data, dtype=form["dtype"]).reshape(form["shape"])


def value_of(given: Object, forms: list[Object]) -> Value:
    """A value: an array, a NumPy scalar, or a number of Python's, by its face."""
    form = forms[given["form"]]
    found = array(given, form)
    return found.item() if form["face"] == "python" else found[()] if form["face"] == "scalar" else found


def constants(variables: list[Object], forms: list[Object]) -> dict[int, Value]:
    """What is neither given nor computed, as far as it is written out."""
    kinds = ("captured", "created", "drawn", "literal")
    return {v["index"]: value_of(v, forms) for v in variables if v.get("role") in kinds and "data" in v}


def index(template: list[Any], arrays: list[Value]) -> tuple[Any, ...]:
    """The index that a template means."""

    def part(one: list[Any]) -> Any:
        match one:
            case ["int", i]:
                return i
            case ["slice", start, stop, step]:
                return slice(start, stop, step)
            case ["new"]:
                return None
            case ["ellipsis"]:
                return Ellipsis
            case ["array", k]:
                return arrays[k]
        raise ValueError(f"no part of an index: {one}")

    return tuple(part(one) for one in template)


def axes(axis: Any) -> Any:
    return tuple(axis) if isinstance(axis, list) else axis


def written(x: Value, value: Value, place: tuple[Any, ...], add: bool = False) -> np.ndarray:
    found = np.array(x)
    if add:
        np.add.at(found, place, value)
    else:
        found[place] = value
    return found


def survives(x: Value, *arrays: Value, template: list[Any]) -> np.ndarray:
    place = index(template, list(arrays))
    numbers = np.zeros(np.shape(x), int)
    mine = np.arange(numbers[place].size).reshape(numbers[place].shape)
    numbers[place] = mine
    return numbers[place] == mine


def horner(b: Value, x: Value, axis: int) -> np.ndarray:
    """s[i] = b[i] + x[i] s[i - 1], along the axis."""
    found = np.array(b, dtype=np.result_type(b, x))
    rows, factors = np.moveaxis(found, axis, 0), np.moveaxis(x, axis, 0)
    for i in range(1, len(rows)):
        rows[i] += factors[i] * rows[i - 1]
    return found


def place_so_far(extreme: np.ufunc, x: Value, axis: int) -> np.ndarray:
    """Where the largest (smallest) entry so far stands; of equal ones the last."""
    places = np.where(x == extreme.accumulate(x, axis), np.indices(x.shape)[axis], 0)
    return np.maximum.accumulate(places, axis)


def add_windows(g: Value, x: Value, window: list[int], axis: list[int]) -> np.ndarray:
    found = np.zeros(np.shape(x), np.result_type(g, x))
    counted = np.arange(found.size).reshape(found.shape)
    np.add.at(found.reshape(-1), np.lib.stride_tricks.sliding_window_view(counted, window, axis), g)
    return found


def add_along_axis(g: Value, x: Value, i: Value, axis: int) -> np.ndarray:
    found = np.zeros(np.shape(x), np.result_type(g, x))
    counted = np.arange(found.size).reshape(found.shape)
    np.add.at(found.reshape(-1), np.take_along_axis(counted, i, axis), g)
    return found


def reduced(function: Callable[..., Value]) -> Callable[..., Value]:
    return lambda x, axis, keepdims: function(x, axis=axes(axis), keepdims=keepdims)


def cast(x: Value, dtype: str) -> Value:
    return np.asarray(x).astype(dtype)


CORE: dict[str, Callable[..., Value]] = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "power": lambda x, n: x**n,
    "negative": lambda x: -x,
    "floor_divide": lambda x, y: x // y,
    "greater": lambda x, y: x > y,
    "greater_equal": lambda x, y: x >= y,
    "less": lambda x, y: x < y,
    "less_equal": lambda x, y: x <= y,
    "equal": lambda x, y: x == y,
    "not_equal": lambda x, y: x != y,
    "bitwise_and": lambda x, y: x & y,
    "bitwise_or": lambda x, y: x | y,
    "invert": lambda x: ~x,
    "cast": cast,
    "matmul": lambda A, B: A @ B,
    "sum": reduced(np.sum),
    "max": reduced(np.max),
    "min": reduced(np.min),
    "argmax": reduced(np.argmax),
    "argmin": reduced(np.argmin),
    "transpose": lambda x, axes: np.transpose(x, axes),
    "reshape": lambda x, newshape: np.reshape(x, newshape),
    "broadcast_to": lambda x, newshape: np.broadcast_to(x, newshape),
    "getitem": lambda x, *arrays, template: x[index(template, list(arrays))],
    "setitem": lambda x, v, *arrays, template: written(x, v, index(template, list(arrays))),
    "add_at": lambda x, v, *arrays, template: written(x, v, index(template, list(arrays)), add=True),
    "scatter": lambda g, x, *arrays, template: written(
        np.zeros(np.shape(x), np.result_type(g, x)), g, index(template, list(arrays)), add=True
    ),
    "survives": survives,
    "stack": lambda *parts, axis: np.stack(parts, axis),
    "concatenate": lambda *parts, axis: np.concatenate(parts, axis),
    "exponent": lambda x: np.frexp(x)[1],
    "arange": lambda a, b, s: np.arange(a, b, s),
    "horner": horner,
    "place_of_running_maximum": lambda x, axis: place_so_far(np.maximum, x, axis),
    "place_of_running_minimum": lambda x, axis: place_so_far(np.minimum, x, axis),
    "nonzero": lambda x, k: np.nonzero(x)[k],
    "counts": lambda i, minlength: np.bincount(i, minlength=minlength),
    "bincount": lambda i, w, minlength: np.bincount(i, w, minlength),
    "roll": lambda x, shift, axis: np.roll(x, shift if axis else shift[0], axes(axis)),
    "sliding_window_view": lambda x, window, axis: np.lib.stride_tricks.sliding_window_view(x, window, axis),
    "add_windows": add_windows,
    "add_along_axis": add_along_axis,
    "einsum": lambda *x, spec, optimize: np.einsum(spec, *x, optimize=optimize),
    "cumsum": lambda x, axis: np.cumsum(x, axis),
    "cumprod": lambda x, axis: np.cumprod(x, axis),
    "prod": reduced(np.prod),
    "solve": np.linalg.solve,
    "det": np.linalg.det,
    "log_abs_det": lambda M: np.linalg.slogdet(M)[1],
    "sign_of_det": lambda M: np.linalg.slogdet(M)[0],
    "pinv": np.linalg.pinv,
    "cholesky": np.linalg.cholesky,
    "eigenvalues": lambda S, lower: np.linalg.eigh(S, "L" if lower else "U")[0],
    "eigenvectors": lambda S, lower: np.linalg.eigh(S, "L" if lower else "U")[1],
    "qr_q": lambda A: np.linalg.qr(A)[0],
    "qr_r": lambda A: np.linalg.qr(A)[1],
    "left_vectors": lambda A: np.linalg.svd(A, full_matrices=False)[0],
    "singular_values": lambda A: np.linalg.svd(A, full_matrices=False)[1],
    "right_vectors": lambda A: np.linalg.svd(A, full_matrices=False)[2],
}
"""What is not a function of NumPy's by the primitive's own name."""

BY_NAME = {
    *("exp", "log", "sqrt", "tanh", "sin", "cos", "log1p", "expm1", "absolute", "sign", "arctan", "arctan2"),
    *("floor", "ceil", "rint", "trunc", "maximum", "minimum", "where", "signbit", "cross"),
    *("bitwise_xor", "left_shift", "right_shift"),
    *("argsort", "argpartition", "take_along_axis", "searchsorted", "flatnonzero"),
}
SPECIAL = {"erf", "erfinv", "gammaln", "gamma"}
ORDERED = {"polygamma": "n", "iv": "order", "jv": "order"}
"""Functions of scipy.special's, and those whose parameter comes first there."""


def function_of(primitive: str) -> Callable[..., Value]:
    if primitive in SPECIAL or primitive in ORDERED:
        from scipy import special

        known = getattr(special, primitive)
        return known if primitive in SPECIAL else lambda x, **params: known(params[ORDERED[primitive]], x)
    return CORE[primitive] if primitive in CORE else getattr(np, primitive)


KNOWN = {*CORE, *BY_NAME, *SPECIAL, *ORDERED}


def run(steps: list[Object], values: dict[int, Value], forms: list[Object]) -> dict[int, Value]:
    """All values, by variable, from those that are given."""
    values = dict(values)
    for step in steps:
        operands = [values[i] for i in step["inputs"]]
        if "body" in step:
            for number, value in zip(step["outputs"], repeat(step, operands, forms), strict=True):
                values[number] = value
        else:
            values[step["outputs"][0]] = function_of(step["primitive"])(*operands, **step.get("params", {}))
    return values


def repeat(step: Object, operands: list[Value], forms: list[Object]) -> list[Value]:
    body, many = step["body"], len(step["outputs"])
    own = constants(body["variables"], forms)
    carried = operands[:many]
    for _ in range(step["trips"]):
        given = zip(body["inputs"], [*carried, *operands[many:]], strict=True)
        values = run(body["steps"], {**own, **dict(given)}, forms)
        carried = [values[i] for i in body["outputs"]]
    return carried


class Reader:
    """A Program of a document, ready to be run. What it continues comes first."""

    def __init__(self, document: Object, program: Object) -> None:
        self.document, self.program, self.forms = document, program, document["forms"]
        before = [p for p in document["programs"] if p["name"] == program.get("continues")]
        self.variables: list[Object] = [v for p in (*before, program) for v in p["variables"]]
        core = program.get("core", {"variables": [], "instead": []})
        instead = {one["of"]: one["steps"] for one in core["instead"]}
        self.steps = [part for s in program["steps"] for part in instead.get(s["outputs"][0], [s])]
        self.constants = constants([*self.variables, *core["variables"]], self.forms)
        own = {i for s in program["steps"] for i in s["outputs"]} | set(program["inputs"])
        told = [v for v in self.variables if v["index"] in own and "data" in v]
        self.whole = {v["index"]: array(v, self.forms[v["form"]]) for v in told}

    @property
    def inputs(self) -> dict[int, Value]:
        """The inputs of the watched run."""
        given = {v["index"]: v for v in self.variables}
        return {i: value_of(given[i], self.forms) for i in self.program["inputs"]}

    def run(self, inputs: dict[int, Value] | None = None) -> dict[int, Value]:
        with np.errstate(all="ignore"):
            return run(self.steps, {**self.constants, **(self.inputs if inputs is None else inputs)}, self.forms)

    def send_back(self, link: Object, upstream: Value, values: dict[int, Value]) -> Value:
        """What comes back over a link for an upstream gradient."""
        vjp = self.document["vjps"][link["vjp"]]
        given = dict(enumerate((upstream, *(values[i] for i in link["reads"]))))
        with np.errstate(all="ignore"):
            return run(vjp["steps"], {**constants(vjp["variables"], self.forms), **given}, self.forms)[vjp["share"]]


def close(one: Value, other: Value, relative: float) -> bool:
    """Equal to so many digits of the largest entry; nan and infinities at the same places."""
    a, b = np.asarray(one, float), np.asarray(other, float)
    if a.shape != b.shape or not np.array_equal(np.isfinite(a), np.isfinite(b)):
        return False
    finite = np.isfinite(a)
    if not np.array_equal(a[~finite], b[~finite], equal_nan=True):
        return False
    scale = max(1.0, float(np.max(np.abs(b[finite]), initial=0)))
    return bool(np.all(np.abs(a[finite] - b[finite]) <= relative * scale)) and math.isfinite(scale)
