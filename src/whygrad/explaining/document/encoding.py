"""Numbers, arrays, parameters and Programs as JSON has them: the small print of the document."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from whygrad.program import Constant, Program, Reason, Step, Variable

Json = Any
Object = dict[str, Json]

WHOLE = 100_000
"""So many numbers, in all, are written out; what does not fit is summarised."""
BINS = 20
EXACT = 2**53
"""Whole numbers beyond this are no longer exact as JavaScript reads them; they are written as text."""


def number(value: Any) -> Json:
    """One number: as it is; nan, infinities and very large whole numbers as text."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value) if abs(int(value)) <= EXACT else str(int(value))
    if isinstance(value, (float, np.floating)):
        plain = float(value)
        return plain if math.isfinite(plain) else _not_finite(plain)
    return str(value)


def _not_finite(value: float) -> str:
    return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"


def entries(value: Any, whole: bool = True) -> Object:
    """The value of a variable: all entries row by row under `data`, or a `summary` of what is too large."""
    array = np.asarray(value)
    return {"data": _data(array)} if whole and array.dtype.kind in "fiub" else {"summary": _summary(array)}


def size(value: Any) -> int:
    """How many numbers a value is."""
    return int(getattr(value, "size", 1))


class Forms:
    """The forms that variables have (shape, dtype, face), each told once; a variable has the number of its form."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[tuple[int, ...], Any, str], int] = {}

    def of(self, one: Variable) -> int:
        """The number of a variable's form."""
        return self.numbers.setdefault((one.shape, one.dtype, one.face), len(self.numbers))

    def found(self) -> list[Object]:
        """The table."""
        return [{"shape": list(s), "dtype": str(d), "face": face} for s, d, face in self.numbers]

    def variable(self, index: int, one: Variable) -> Object:
        return {"index": index, "form": self.of(one)}

    def constant(self, one: Constant, about: Variable) -> Object:
        """A constant that only a few steps need: a rule's number, say."""
        return {**self.variable(one.index, about), "role": one.kind, **entries(one.value)}


def _data(entries: np.ndarray[Any, Any]) -> list[Json]:
    flat = entries.ravel()
    found: list[Json] = flat.tolist()
    if entries.dtype.kind == "f" and not np.isfinite(flat).all():
        return [x if math.isfinite(x) else _not_finite(x) for x in found]
    if entries.dtype.kind in "iu" and flat.size and max(-int(flat.min()), int(flat.max())) > EXACT:
        return [number(x) for x in found]
    return found


def _summary(entries: np.ndarray[Any, Any]) -> Object:
    """Size, range, mean, norm and a histogram of the finite entries."""
    if entries.dtype.kind not in "fiub":
        return {"size": int(entries.size), "finite": 0}
    flat = entries.ravel().astype(np.float64)
    finite = flat[np.isfinite(flat)]
    found: Object = {"size": int(flat.size), "finite": int(finite.size)}
    if finite.size == 0:
        return found
    low, high = float(finite.min()), float(finite.max())
    with np.errstate(all="ignore"):
        mean, norm = float(finite.mean()), float(np.linalg.norm(finite))
    found |= {"min": low, "max": high, "mean": number(mean), "norm": number(norm)}
    if low < high and math.isfinite(high - low):
        counts, _ = np.histogram(finite, bins=BINS, range=(low, high))
        found["histogram"] = counts.tolist()
    return found


def whole_ones(sizes: Mapping[int, int], groups: Iterable[Iterable[int]], budget: int = WHOLE) -> set[int]:
    """Which variables' values are written out: group by group, the small ones of a group first, while they fit."""
    found: set[int] = set()
    for group in groups:
        for index in sorted(set(group) - found, key=lambda i: (sizes[i], i)):
            if sizes[index] > budget:
                break
            budget -= sizes[index]
            found.add(index)
    return found


def param(value: Any) -> Json:
    """A parameter of a step: numbers, text, null and lists of them. A tuple is a list, so an index template is a list
    of `["int", 1]`, `["slice", null, null, 2]`, `["new"]`, `["ellipsis"]`, `["array", 0]`; a dtype is its name."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_, int, np.integer, float, np.floating)):
        return number(value)
    if isinstance(value, (tuple, list)):
        return [param(part) for part in value]
    if isinstance(value, slice):
        return ["slice", param(value.start), param(value.stop), param(value.step)]
    if value is Ellipsis:
        return ["ellipsis"]
    if isinstance(value, (np.dtype, type)):
        return np.dtype(value).name
    if isinstance(value, np.ndarray):
        return param(value.tolist())
    return f"a {type(value).__name__}"


def step(one: Step, about: Object, forms: Forms) -> Object:
    """A step; `about` is where it comes from."""
    found: Object = {"primitive": one.primitive.name, "inputs": list(one.inputs)}
    if one.params:
        names = one.primitive.params
        found["params"] = {name: param(value) for name, value in zip(names, one.params, strict=False)}
    found["outputs"] = list(one.outputs)
    if one.body is not None:
        found |= {"body": body(one.body, forms), "trips": one.trips}
    return {**found, **about}


def body(program: Program, forms: Forms) -> Object:
    """The inside of a loop: a Program without names or origins of its own."""
    constants = {c.index: c for c in program.constants}
    return {
        "inputs": list(program.inputs),
        "variables": [
            forms.constant(constants[i], v) if i in constants else forms.variable(i, v)
            for i, v in enumerate(program.variables)
        ],
        "steps": [step(s, {}, forms) for s in program.steps],
        "outputs": list(program.outputs),
    }


def reason(one: Reason) -> Object:
    """Why a derived step is there, as the engine noted it."""
    found: Object = {"kind": one.kind, "of": one.of}
    if one.step is not None:
        found["step"] = one.step
    if one.operand is not None:
        found["operand"] = one.operand
    if one.paths:
        found["paths"] = list(one.paths)
    if one.idiom:
        found["idiom"] = one.idiom
    return found
