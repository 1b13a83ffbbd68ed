"""How joins, moves and orders are written where no template can say it, and what NumPy has no name for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from whygrad.program import Step

if TYPE_CHECKING:
    from whygrad.explaining.expressions import Expressions

ATOM = 100
Form = Callable[["Expressions", Step], tuple[str, int] | None]


def _one(value: Any) -> Any:
    """A tuple of one thing as that thing."""
    return value[0] if isinstance(value, tuple) and len(value) == 1 else value


def _call(e: Expressions, name: str, *arguments: str) -> tuple[str, int]:
    return f"{'' if e.notation.math else 'np.'}{name}({', '.join(a for a in arguments if a)})", ATOM


def _operands(e: Expressions, step: Step) -> list[str]:
    return [e.variable(i)[0] for i in step.inputs]


def _rank(e: Expressions, index: int) -> int:
    return len(e.program.variables[index].shape)


def _join(name: str) -> Form:
    def write(e: Expressions, step: Step) -> tuple[str, int]:
        (axis,) = step.params
        return _call(e, name, f"[{', '.join(_operands(e, step))}]", f"axis={axis}" if axis else "")

    return write


def _pad(e: Expressions, step: Step) -> tuple[str, int]:
    (widths,) = step.params
    x, value = _operands(e, step)
    shown: Any = widths
    if len(set(widths)) == 1:
        before, after = widths[0]
        shown = before if before == after else widths[0]
    constant = e.literals.get(step.inputs[1]) == 0
    return _call(e, "pad", x, str(shown), "" if constant else f"constant_values={value}")


def _roll(e: Expressions, step: Step) -> tuple[str, int]:
    shift, axis = step.params
    (x,) = _operands(e, step)
    flat = axis is None or (axis == (0,) and _rank(e, step.inputs[0]) == 1)
    return _call(e, "roll", x, str(_one(shift)), "" if flat else f"axis={_one(axis)}")


def _repeat(e: Expressions, step: Step) -> tuple[str, int]:
    repeats, axis = step.params
    (x,) = _operands(e, step)
    return _call(e, "repeat", x, str(repeats), "" if _rank(e, step.inputs[0]) == 1 else f"axis={axis}")


def _tile(e: Expressions, step: Step) -> tuple[str, int]:
    (x,) = _operands(e, step)
    return _call(e, "tile", x, str(_one(step.params[0])))


def _diagonal(e: Expressions, step: Step) -> tuple[str, int]:
    (x,) = _operands(e, step)
    return _call(e, "diagonal", x, str(step.params[0]) if step.params[0] else "")


def _windows(e: Expressions, step: Step) -> tuple[str, int]:
    window, axis = step.params
    (x,) = _operands(e, step)
    whole = axis == tuple(range(_rank(e, step.inputs[0])))
    return _call(
        e, "lib.stride_tricks.sliding_window_view", x, str(_one(window)), "" if whole else f"axis={_one(axis)}"
    )


def _add_windows(e: Expressions, step: Step) -> tuple[str, int]:
    return f"add_windows({', '.join(_operands(e, step))}, {step.params[0]}, {step.params[1]})", ATOM


def _along(name: str, parameter: str = "") -> Form:
    """A function of NumPy that works along an axis, which is the last one unless told."""

    def write(e: Expressions, step: Step) -> tuple[str, int]:
        *rest, axis = step.params
        last = axis == _rank(e, step.inputs[0]) - 1
        middle = [f"{parameter}{_one(value)}" for value in rest]
        return _call(e, name, *_operands(e, step), *middle, "" if last else f"axis={axis}")

    return write


def _argsort(e: Expressions, step: Step) -> tuple[str, int]:
    axis, kind = step.params
    last = axis == _rank(e, step.inputs[0]) - 1
    return _call(e, "argsort", *_operands(e, step), "" if last else f"axis={axis}", f"kind={kind!r}" if kind else "")


def _take_along(e: Expressions, step: Step) -> tuple[str, int]:
    (axis,) = step.params
    if _rank(e, step.inputs[0]) == 1:
        return f"{e.atom(step.inputs[0])}[{e.variable(step.inputs[1])[0]}]", ATOM
    return _call(e, "take_along_axis", *_operands(e, step), f"axis={axis}")


def _arange(e: Expressions, step: Step) -> tuple[str, int]:
    start, _, by = step.inputs
    texts = _operands(e, step)
    if e.literals.get(by) == 1:
        texts = texts[1:2] if e.literals.get(start) == 0 else texts[:2]
    return _call(e, "arange", *texts)


FORMS: dict[str, Form] = {
    "concatenate": _join("concatenate"),
    "stack": _join("stack"),
    "pad": _pad,
    "roll": _roll,
    "repeat": _repeat,
    "tile": _tile,
    "diagonal": _diagonal,
    "sliding_window_view": _windows,
    "add_windows": _add_windows,
    "sort": _along("sort"),
    "argsort": _argsort,
    "partition": _along("partition"),
    "argpartition": _along("argpartition"),
    "take_along_axis": _take_along,
    "arange": _arange,
}

DEFINITIONS = {
    "survives": '''
def survives(x, index):
    """Where an index meets an entry several times, only what is written last stays: True for the last ones."""
    order = np.empty(np.shape(x), int)
    mine = np.arange(order[index].size).reshape(order[index].shape)
    order[index] = mine
    return order[index] == mine
''',
    "add_windows": '''
def add_windows(g, x, window, axis):
    """Zeros like x, and the gradient of every window added in where the window lies."""
    total = np.zeros(np.shape(x), np.result_type(g, x))
    for offset in np.ndindex(window):
        place = [slice(None)] * total.ndim
        for a, start, width in zip(axis, offset, window):
            place[a] = slice(start, total.shape[a] - width + 1 + start)
        total[tuple(place)] += g[(..., *offset)]
    return total
''',
    "add_along_axis": '''
def add_along_axis(g, x, index, axis=0):
    """Zeros like x, and g added in at the places that np.take_along_axis reads."""
    total = np.zeros(np.shape(x), np.result_type(g, x))
    places = list(np.ogrid[tuple(map(slice, np.shape(index)))])
    places[axis] = index
    np.add.at(total, tuple(places), g)
    return total
''',
}
"""What NumPy does not have, as code: defined in a printed module that uses it."""
