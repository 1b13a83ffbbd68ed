"""Where the parts of an array lie, known from shapes alone: what the formulas of shapes and joins take as static."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Shape = tuple[int, ...]
Template = tuple[tuple[Any, ...], ...]

ALL = ("slice", None, None, None)


def part_of(shapes: Sequence[Shape], at: tuple[int], axis: int) -> Template:
    """The index of the part `at` in what parts of these shapes make, one behind the other along the axis."""
    (number,) = at
    lengths = [shape[axis] for shape in shapes]
    start = sum(lengths[:number])
    stop = start + lengths[number]
    is_last = number == len(lengths) - 1
    return (*(ALL,) * axis, ("slice", start or None, None if is_last else stop, None))


def entry_of(at: tuple[int], axis: int) -> Template:
    """The index of the entry `at` along a new axis."""
    return (*(ALL,) * axis, ("int", at[0]))


def inside(widths: Sequence[tuple[int, int]]) -> Template:
    """The index of what a border of these widths, before and after on each axis, goes around."""
    bounds = [("slice", before or None, -after or None, None) for before, after in widths]
    while bounds and bounds[-1] == ALL:
        bounds.pop()
    return tuple(bounds) or (("ellipsis",),)


def opposite(shift: tuple[int, ...]) -> tuple[int, ...]:
    """The way back."""
    return tuple(-n for n in shift)


def copies(shape: Shape, reps: Shape) -> Shape:
    """A tiled shape with an axis of its own for each count of repetitions."""
    extra = len(reps) - len(shape)
    found: list[int] = list(reps[:extra])
    for times, size in zip(reps[extra:], shape, strict=True):
        found.extend((size,) if times == 1 else (times, size))
    return tuple(found)


def copy_axes(shape: Shape, reps: Shape) -> tuple[int, ...]:
    """The axes of `copies` along which the copies lie."""
    extra = len(reps) - len(shape)
    found, place = list(range(extra)), extra
    for times in reps[extra:]:
        if times != 1:
            found.append(place)
            place += 1
        place += 1
    return tuple(found)


def one_copy(shape: Shape, reps: Shape) -> Shape:
    """The shape of `copies` with one copy of each kind."""
    along = copy_axes(shape, reps)
    return tuple(1 if axis in along else n for axis, n in enumerate(copies(shape, reps)))


def tiled(shape: Shape, reps: Shape) -> Shape:
    """The shape of all copies beside one another."""
    extra = len(reps) - len(shape)
    return (*reps[:extra], *(times * n for times, n in zip(reps[extra:], shape, strict=True)))


def widened(shape: Shape, axis: Sequence[int]) -> Shape:
    """The shape with an axis of length 1 at each of these places."""
    ndim = len(shape) + len(axis)
    new, rest = {a % ndim for a in axis}, iter(shape)
    return tuple(1 if a in new else next(rest) for a in range(ndim))


def stretched_axes(shape: Shape, newshape: Shape) -> tuple[int, ...]:
    """The axes along which broadcasting from `newshape` gave `shape`."""
    extra = len(shape) - len(newshape)
    return (*range(extra), *(a + extra for a, n in enumerate(newshape) if n == 1 and shape[a + extra] != 1))


def bordered(shape: Shape, widths: Sequence[tuple[int, int]]) -> Shape:
    """The shape with a border of these widths, before and after on each axis."""
    return tuple(before + n + after for n, (before, after) in zip(shape, widths, strict=True))


def height(shape: Shape) -> int:
    """How many rows a matrix has; of one row, which NumPy repeats down to a square, as many as columns."""
    return (shape * 2)[-2]


def intervals(num: int, endpoint: bool) -> int:
    """So many equal parts lie between the ends of a linspace."""
    return max(1, num - 1 if endpoint else num)


def diagonal_entries(shape: Shape, offset: int) -> Template:
    """The index of a diagonal in a matrix whose rows stand one behind the other."""
    columns = shape[1]
    start = offset if offset >= 0 else -offset * columns
    return (("slice", start, start + _diagonal_length(shape, offset) * (columns + 1), columns + 1),)


def diagonal_part(shape: Shape, offset: int) -> Template:
    """The index of what `np.diag` of a diagonal has in common with the matrix that it is the diagonal of."""
    length = _diagonal_length(shape, offset)
    size = length + abs(offset)
    return tuple(ALL if n >= size else ("slice", None, n, None) for n in shape)


def diagonal_border(shape: Shape, offset: int) -> tuple[tuple[int, int], ...]:
    """What is missing around it."""
    size = _diagonal_length(shape, offset) + abs(offset)
    return tuple((0, max(0, n - size)) for n in shape)


def _diagonal_length(shape: Shape, offset: int) -> int:
    rows, columns = shape
    return max(0, min(rows + min(offset, 0), columns - max(offset, 0)))


LAYOUTS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        *(part_of, entry_of, inside, opposite, copies, copy_axes, one_copy, tiled, widened, stretched_axes, bordered),
        *(height, intervals, diagonal_part, diagonal_border, diagonal_entries),
    )
}
"""The static functions of the formulas' language that are told here."""
