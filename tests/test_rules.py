"""Every row of the tables, held to the laws of calculus on its own samples. Adding a row adds its tests."""

from __future__ import annotations

import ast
import itertools
import math
import re
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.special

from whygrad.differentiation.reverse import Derivative, reverse
from whygrad.program import Program, Step, evaluate, evaluate_all
from whygrad.program.building import Builder, variable_of
from whygrad.rules import ROWS, Row, Sample, lookup, primitive, row_of
from whygrad.rules.core import to_core
from whygrad.rules.formula import BUILTINS, STATIC_FUNCTIONS, FormulaError, emit, parse

LOSES_THE_IMAGINARY_PART = {
    "cast",
    "digamma",  # its slope, polygamma, is for real numbers only
    "jv",  # of a tiny imaginary part SciPy keeps no digits
}


def takes_complex(row: Row) -> bool:
    """Does it carry an imaginary part through? The others compare, drop it, or are written for real numbers only."""
    if not row.smooth or row.kind == "nondiff" or row.name in LOSES_THE_IMAGINARY_PART:
        return False
    operands = [x.astype(complex) if x.dtype.kind == "f" else x for x in draw(row, row.samples[0].shapes, 0)]
    try:
        return bool(np.result_type(row.primitive.evaluate(*operands, *row.samples[0].params)).kind == "c")
    except TypeError:
        return False


DIFFERENTIABLE = [row for row in ROWS.values() if row.kind != "nondiff"]
CASES = [pytest.param(row, s, id=f"{row.name}-{n}") for row in DIFFERENTIABLE for n, s in enumerate(row.samples)]


def samples_of(chosen: Callable[[Row], bool]) -> pytest.MarkDecorator:
    """Every sample of the rows that are chosen."""
    return pytest.mark.parametrize(("row", "sample"), [case for case in CASES if chosen(case.values[0])])


def rows(chosen: Callable[[Row], bool]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in ROWS.values() if chosen(row)])


every_sample = samples_of(lambda row: True)
every_row = rows(lambda row: True)

ROWS_READ = np.array([2, 0, 2])  # row 2 is read twice
MASK = np.array([[True, False, True, True], [False] * 4, [True, True, False, True]])
PAIRS = (np.array([0, 2, 0]), np.array([1, 3, 1]))
BY_ARRAY = [  # (row, shapes of the differentiable operands, index arrays, template)
    ("getitem", [(3, 4)], [ROWS_READ], (("array", 0),)),
    ("getitem", [(3, 4)], [MASK], (("array", 0),)),
    ("getitem", [(3, 4)], PAIRS, (("array", 0), ("array", 1))),
    ("getitem", [(3, 4)], [ROWS_READ], (("slice", None, None, -1), ("array", 0), ("new",))),
    ("scatter", [(3, 4), (3, 4)], [ROWS_READ], (("array", 0),)),
    ("scatter", [(6,), (3, 4)], [MASK], (("array", 0),)),
    ("add_at", [(3, 4), (3, 4)], [ROWS_READ], (("array", 0),)),
    ("add_at", [(3, 4), (4,)], [ROWS_READ], (("array", 0),)),
    ("add_at", [(3, 4), ()], PAIRS, (("array", 0), ("array", 1))),
    ("setitem", [(3, 4), (3, 4)], [ROWS_READ], (("array", 0),)),
    ("setitem", [(3, 4), (1, 4)], [ROWS_READ], (("array", 0),)),
    ("setitem", [(3, 4), (3,)], PAIRS, (("array", 0), ("array", 1))),
    ("setitem", [(3, 4), ()], [MASK], (("array", 0),)),
    ("setitem", [(3, 4), (6,)], [MASK], (("array", 0),)),
    ("setitem", [(3, 4), (1, 1, 4)], [], (("int", 1),)),
    ("setitem", [(), ()], [], (("ellipsis",),)),
    ("getitem", [()], [], (("ellipsis",), ("new",))),
]
by_array = pytest.mark.parametrize(("name", "shapes", "index", "template"), BY_ARRAY)


def draw(row: Row, shapes: Any, seed: int, dtype: str = "float64") -> list[Any]:
    """Operands from the row's domain; c is a condition, k and i are whole numbers (i not below 0),
    M is a matrix far from singular, S one that is symmetric and positive definite."""
    rng = np.random.default_rng(seed)
    operands = []
    for number, shape in enumerate(shapes):
        name = row.operand_name(number)
        low, high = row.domain[name] if isinstance(row.domain, dict) else row.domain
        value = rng.uniform(low, high, shape)
        if name == "S":
            value = value @ value.mT
        if name in ("M", "S"):
            value += 3 * np.eye(shape[-1]) if name == "M" else np.diag(1.0 + np.arange(shape[-1]))
        kind = {"c": bool, "k": int, "i": int}.get(name, dtype)
        operands.append(
            value > 0 if name == "c" else np.asarray(np.round(3 * value) if name == "k" else value).astype(kind)
        )
    return operands


def draw_numbers(row: Row, face: Any, seed: int) -> list[Any]:
    """As `draw`, single numbers: Python's, or NumPy's scalars."""
    drawn = draw(row, [()] * len(row.operands), seed)
    return [face(x) if np.asarray(x).dtype.kind == "f" else x.item() for x in drawn]


def has_two_operands_of_floats(row: Row) -> bool:
    return (
        len(row.operands) == 2 and not row.variadic and row.kind != "nondiff" and not {"c", "k", "i"} & {*row.operands}
    )


TAKES_COMPLEX = {name for name, row in ROWS.items() if takes_complex(row)}


def weighted(row: Row, operands: list[Any], params: tuple[Any, ...], seed: int) -> tuple[Program, list[Any]]:
    """The Program L = sum(w * row(operands)) with random weights w, and its values."""
    variables = tuple(variable_of(value) for value in operands)
    start = Program(variables, tuple(range(len(operands))), (), (), ())
    builder = Builder(start, operands)
    y = builder.apply(row.primitive, start.inputs, params)
    program = scalar(builder, [y], seed)
    return program, builder.values


def scalar(builder: Builder, variables: list[int], seed: int) -> Program:
    """What has been built, and behind it L = Σ sum(w * v) over the variables, with random weights."""
    rng = np.random.default_rng(seed + 1000)
    total = None
    for v in variables:
        shape, dtype = builder.shape(v), builder.dtype(v)
        w = builder.constant(rng.uniform(0.5, 1.5, shape).astype(dtype if dtype.kind == "f" else float), "captured")
        product = builder.apply(primitive("multiply"), (w, v))
        part = builder.apply(primitive("sum"), (product,), (tuple(range(len(shape))), False))
        total = part if total is None else builder.apply(primitive("add"), (total, part))
    assert total is not None
    return builder.finish([total], "law")


def smooth_inputs(row: Row, operands: list[Any]) -> tuple[int, ...]:
    """The operands that a gradient flows back to."""
    return tuple(n for n in range(len(operands)) if row.operand_name(n) in row.vjps)


def gradients(program: Program, values: list[Any], wrt: tuple[int, ...]) -> tuple[Derivative, list[Any]]:
    derivative = reverse(program, values, wrt, idioms=False)
    return derivative, evaluate(derivative.program, values[: len(program.inputs)])[1:]


def slope(program: Program, operands: list[Any], directions: dict[int, Any], is_complex: bool) -> float:
    """The first output's slope along the directions, by the complex step (exact) or central differences."""

    def run(step: Any) -> Any:
        moved = [x + step * directions[n] if n in directions else x for n, x in enumerate(operands)]
        return evaluate(program, moved)[0]

    if is_complex:
        return float(np.imag(run(1e-30j))) / 1e-30
    return float(run(1e-6) - run(-1e-6)) / 2e-6


def random_directions(operands: list[Any], wrt: tuple[int, ...], seed: int) -> dict[int, Any]:
    rng = np.random.default_rng(seed + 2000)
    return {n: rng.uniform(-1, 1, np.shape(operands[n])) for n in wrt}


def along(found: list[Any], directions: dict[int, Any]) -> float:
    """The inner product of the gradients with the directions."""
    return float(sum(np.sum(g * d) for g, d in zip(found, directions.values(), strict=True)))


def assert_reverse_is_right(
    row: Row, operands: list[Any], params: tuple[Any, ...], is_complex: bool, seed: int = 7
) -> None:
    """Reverse mode's gradients, along a random direction, are the slope there."""
    program, values = weighted(row, operands, params, seed)
    wrt = smooth_inputs(row, operands)
    _, found = gradients(program, values, wrt)
    for n, g in zip(wrt, found, strict=True):
        assert np.shape(g) == np.shape(operands[n])
    directions = random_directions(operands, wrt, seed)
    exact = slope(program, operands, directions, is_complex)
    tolerance = 1e-11 if is_complex else 1e-6
    assert along(found, directions) == pytest.approx(exact, rel=tolerance, abs=tolerance)


# Values

FLAT_PARAMETERS: dict[str, Any] = {"round": (1,), "eye_like": (1,), "isclose": (0.1, 0.2, False)}
PARAMETERS_BY_POSITION = {
    *("transpose", "reshape", "broadcast_to", "tile", "arange", "linspace", "pad", "diagonal"),
    *("partition", "argpartition", "vander", "trace"),
}
IN_LINALG = {"inv", "solve", "det", "cholesky", "norm", "pinv"}


def windows_added(g: Any, x: Any, window: Any, axis: Any) -> Any:
    """Number by number."""
    total = np.zeros_like(x)
    for offset, start in itertools.product(np.ndindex(g.shape[x.ndim :]), np.ndindex(g.shape[: x.ndim])):
        place = list(start)
        for a, n in zip(axis, offset, strict=True):
            place[a] += n
        total[tuple(place)] += g[(*start, *offset)]
    return total


def added_along(g: Any, x: Any, i: Any, axis: int) -> Any:
    """Number by number."""
    total = np.zeros_like(x)
    for place in np.ndindex(g.shape):
        there = list(place)
        there[axis] = i[place]
        total[tuple(there)] += g[place]
    return total


IN_NUMPY = {
    "fraction": lambda x: np.modf(x)[0],
    "exponent": lambda x: np.frexp(x)[1],
    "length": lambda *xs: float(np.sqrt(np.sum(np.square(xs)))),
    "nearest_remainder": math.remainder,
    "fsum": lambda *xs: math.fsum(xs),
    "weighted_logsumexp": lambda x, b, axis, keepdims: scipy.special.logsumexp(x, axis, b, keepdims),
    "polygamma": lambda x, n: scipy.special.polygamma(n, x),
    "iv": lambda x, order: scipy.special.iv(order, x),
    "jv": lambda x, order: scipy.special.jv(order, x),
    "sum_where": lambda x, c, axis, keepdims: np.sum(x, axis=axis, keepdims=keepdims, where=c),
    "products_of_others": lambda x, axis: np.prod(x, axis=axis, keepdims=True) / x,
    "shifted": lambda x, axis, first: np.insert(np.delete(x, -1, axis), 0, first, axis) if x.size else x,
    "shifted_back": lambda x, axis: shifted_back(x, axis),
    "horner": lambda b, x, axis: recurrence(b, x, axis),
    "horner_back": lambda b, x, axis: np.flip(recurrence(np.flip(b, axis), np.flip(x, axis), axis, 1), axis),
    "einsum": lambda *given: np.einsum(given[-2], *given[:-2], optimize=given[-1]),
    "convolve": np.convolve,
    "correlate": np.correlate,
    "eye_like": lambda A, offset: np.eye(*A.shape, offset),
    "solve_vector": np.linalg.solve,
    "log_abs_det": lambda M: np.linalg.slogdet(M)[1],
    "sign_of_det": lambda M: np.linalg.slogdet(M)[0],
    "place_of_running_maximum": lambda x, axis: np.apply_along_axis(last_of_the_largest, axis, x),
    "place_of_running_minimum": lambda x, axis: np.apply_along_axis(last_of_the_largest, axis, -x),
    "eigenvalues": lambda S, lower: np.linalg.eigh(S)[0] if lower else np.linalg.eigh(S, "U")[0],
    "eigvalsh": lambda S, lower: np.linalg.eigvalsh(S) if lower else np.linalg.eigvalsh(S, "U"),
    "eigenvectors": lambda S, lower: np.linalg.eigh(S)[1] if lower else np.linalg.eigh(S, "U")[1],
    "qr_q": lambda A: np.linalg.qr(A)[0],
    "qr_r": lambda A: np.linalg.qr(A)[1],
    "singular_values": lambda A: np.linalg.svd(A, full_matrices=False)[1],
    "svdvals": np.linalg.svdvals,
    "left_vectors": lambda A: np.linalg.svd(A, full_matrices=False)[0],
    "right_vectors": lambda A: np.linalg.svd(A, full_matrices=False)[2],
    "vector_matrix": np.matmul,
    "matrix_vector": np.matmul,
    "cast": lambda x, dtype: np.asarray(x, dtype=dtype),
    "spread_back": lambda g, axis, keepdims: g if keepdims else np.expand_dims(g, axis),
    "spread": lambda g, x: np.broadcast_to(g, x.shape),
    "collect": lambda x, shape: np.sum(x, axis=0, keepdims=len(shape) == x.ndim) if shape else np.sum(x),
    "array": lambda *parts: np.stack(parts[:-1]),
    "stack": lambda *parts: np.stack(parts[:-1], axis=parts[-1]),
    "concatenate": lambda *parts: np.concatenate(parts[:-1], axis=parts[-1]),
    "pad": lambda x, v, widths: np.pad(x, widths, constant_values=v),
    "roll": lambda x, shift, axis: np.roll(x, shift, axis) if axis else np.roll(x, *shift),
    "linspace": lambda a, b, num, endpoint: np.linspace(a, b, num, endpoint),
    "sliding_window_view": np.lib.stride_tricks.sliding_window_view,
    "add_windows": windows_added,
    "add_along_axis": added_along,
    "nonzero": lambda x, k: np.nonzero(x)[k],
    "counts": lambda i, minlength: np.bincount(i, minlength=minlength),
    "bincount": np.bincount,
    "getitem": lambda x, template: x[slices(template)],
    "scatter": lambda g, x, template: written(np.zeros_like(x), slices(template), g),
    "add_at": lambda total, g, template: written(total.copy(), slices(template), total[slices(template)] + g),
    "setitem": lambda x, v, template: written(x.copy(), slices(template), v),
}


def shifted_back(x: Any, axis: int) -> Any:
    return np.insert(np.delete(x, 0, axis), x.shape[axis] - 1, 0, axis) if x.size else x


def recurrence(b: Any, x: Any, axis: int, before: int = 0) -> Any:
    """s with s[i] = b[i] + x[i - before] s[i - 1]."""
    b, x = np.moveaxis(b, axis, 0), np.moveaxis(x, axis, 0)
    s: list[Any] = []
    for i in range(len(b)):
        s.append(b[i] + x[i - before] * s[-1] if s else b[i])
    return np.moveaxis(np.array(s).reshape(b.shape), 0, axis)


def slices(template: Any) -> Any:
    return tuple({"int": lambda i: i, "slice": slice, "ellipsis": lambda: ...}[kind](*rest) for kind, *rest in template)


def written(x: Any, index: Any, value: Any) -> Any:
    x[index] = value
    return x


def last_of_the_largest(x: Any) -> Any:
    """For every start of x, where its largest entry stands last."""
    return np.array([np.flatnonzero(x[: n + 1] == x[: n + 1].max())[-1] for n in range(len(x))])


def in_numpy(row: Row, operands: list[Any], params: tuple[Any, ...]) -> Any:
    """What NumPy's own function of that name gives."""
    module = scipy.special if row.code.startswith("special.") else np.linalg if row.name in IN_LINALG else np
    function = IN_NUMPY.get(row.name) or getattr(module, row.name)
    if row.name in IN_NUMPY or row.name in PARAMETERS_BY_POSITION:
        return function(*operands, *params)
    return function(*operands, **dict(zip(row.primitive.params, params, strict=True)))


def assert_same(got: Any, want: Any) -> None:
    assert np.shape(got) == np.shape(want)
    assert np.asarray(got).dtype == np.asarray(want).dtype
    assert np.array_equal(got, want, equal_nan=np.asarray(want).dtype.kind == "f")


@every_sample
def test_the_value_is_numpy_s(row: Row, sample: Sample) -> None:
    operands = draw(row, sample.shapes, seed=1)
    assert_same(row.primitive.evaluate(*operands, *sample.params), in_numpy(row, operands, sample.params))


@rows(lambda row: row.kind == "nondiff" and row.name != "survives")
def test_the_value_of_a_flat_function_is_numpy_s_and_no_gradient_passes(row: Row) -> None:
    rng = np.random.default_rng(3)
    operands: list[Any] = [
        np.round(rng.uniform(-2, 2, (3, 3) if row.name == "sign_of_det" else (3, 4)), 1) + 0.05 for _ in row.operands
    ]
    if row.name in ("bitwise_and", "bitwise_or", "bitwise_xor", "invert"):
        operands = [x > 0 for x in operands]
    if row.name in ("left_shift", "right_shift"):
        operands = [np.round(np.abs(x)).astype(int) for x in operands]
    axis: Any = (1,) if row.name in ("all", "any", "count_nonzero") else 1
    params = FLAT_PARAMETERS.get(row.name, (axis, True) if row.primitive.params else ())
    if row.samples:
        operands, params = draw(row, row.samples[0].shapes, seed=3), row.samples[0].params
    assert_same(row.primitive.evaluate(*operands, *params), in_numpy(row, operands, params))
    program, values = weighted(row, operands, params, 3)
    _, found = gradients(program, values, tuple(range(len(operands))))
    for g, x in zip(found, operands, strict=True):
        assert np.shape(g) == np.shape(x)
        assert not np.any(g)


@every_sample
def test_no_operand_is_changed(row: Row, sample: Sample) -> None:
    operands = draw(row, sample.shapes, seed=2)
    before = [x.copy() for x in operands]
    for x in operands:
        x.flags.writeable = False  # a write would raise
    row.primitive.evaluate(*operands, *sample.params)
    for x, then in zip(operands, before, strict=True):
        assert np.array_equal(x, then)


@by_array
def test_no_operand_is_changed_by_an_index_of_arrays(name: str, shapes: Any, index: Any, template: Any) -> None:
    operands = [*draw(ROWS[name], shapes, seed=2), *index]
    before = [x.copy() for x in operands]
    ROWS[name].primitive.evaluate(*operands, template)
    for x, then in zip(operands, before, strict=True):
        assert np.array_equal(x, then)


@pytest.mark.parametrize(
    ("name", "shapes", "index", "template"),
    [case for case in BY_ARRAY if ROWS[case[0]].primitive.evaluate_into],
)
@pytest.mark.parametrize("scalars", [False, True], ids=["arrays", "numpy scalars"])
def test_writing_over_the_first_operand_gives_the_same(
    name: str, shapes: Any, index: Any, template: Any, scalars: bool
) -> None:
    row = ROWS[name]
    operands = [*draw(row, shapes, seed=4), *index]
    if scalars:
        operands = [x[()] for x in operands]
    assert row.primitive.evaluate_into is not None
    expected = row.primitive.evaluate(*operands, template)
    assert_same(row.primitive.evaluate_into(*[np.copy(x) if np.ndim(x) else x for x in operands], template), expected)


def test_what_survives_of_several_writes_is_the_last() -> None:
    survives = primitive("survives").evaluate
    x = np.zeros(4)
    assert survives(x, np.array([1, 3, 1, 0, 3]), (("array", 0),)).tolist() == [
        False,
        False,
        True,
        True,
        True,
    ]


# First order


@every_sample
def test_reverse_agrees_with_finite_differences(row: Row, sample: Sample) -> None:
    assert_reverse_is_right(row, draw(row, sample.shapes, seed=5), sample.params, is_complex=False)


@samples_of(lambda row: row.name in TAKES_COMPLEX)
def test_reverse_agrees_with_the_complex_step(row: Row, sample: Sample) -> None:
    assert_reverse_is_right(row, draw(row, sample.shapes, seed=6), sample.params, is_complex=True)


@by_array
def test_reverse_agrees_with_the_complex_step_where_an_index_has_arrays(
    name: str, shapes: Any, index: Any, template: Any
) -> None:
    row = ROWS[name]
    operands = [*draw(row, shapes, seed=8), *index]
    assert_reverse_is_right(row, operands, (template,), is_complex=True)


@samples_of(lambda row: row.kind == "linear")
def test_the_adjoint_has_the_same_inner_product(row: Row, sample: Sample) -> None:
    """⟨u, A x⟩ = ⟨Aᵀ u, x⟩, for all operands together."""
    operands = draw(row, sample.shapes, seed=9)
    program, values = weighted(row, operands, sample.params, 9)
    wrt = smooth_inputs(row, operands)
    _, found = gradients(program, values, wrt)
    back = sum(np.sum(g * operands[n]) for n, g in zip(wrt, found, strict=True))
    assert back == pytest.approx(values[program.outputs[0]], rel=1e-13, abs=1e-13)


@samples_of(lambda row: row.kind == "bilinear")
def test_each_factor_has_its_own_adjoint(row: Row, sample: Sample) -> None:
    """⟨u, C(A′, B)⟩ = ⟨∂L/∂A, A′⟩ for any A′, for the gradient does not depend on A; and so for B."""
    operands = draw(row, sample.shapes, seed=10)
    program, values = weighted(row, operands, sample.params, 10)
    _, found = gradients(program, values, (0, 1))
    others = draw(row, sample.shapes, seed=11)
    for n in (0, 1):
        mixed = [others[n] if k == n else operands[k] for k in (0, 1)]
        assert np.sum(found[n] * others[n]) == pytest.approx(evaluate(program, mixed)[0], rel=1e-12, abs=1e-13)


@every_sample
def test_the_gradient_of_one_operand_is_the_same_alone(row: Row, sample: Sample) -> None:
    operands = draw(row, sample.shapes, seed=12)
    program, values = weighted(row, operands, sample.params, 12)
    wrt = smooth_inputs(row, operands)
    _, together = gradients(program, values, wrt)
    for n, expected in zip(wrt, together, strict=True):
        assert_same(gradients(program, values, (n,))[1][0], expected)


# Of one and the same variable maximum and minimum tie everywhere, and vector @ matrix cannot be.
@rows(
    lambda row: (
        len(row.operands) == 2
        and row.smooth
        and row.kind in ("elementwise", "bilinear")
        and row.vjps.keys() == set(row.operands)
        and "_" not in row.name
    )
)
def test_both_operands_may_be_one_variable(row: Row) -> None:
    sample = next(s for s in row.samples if s.shapes[0] == s.shapes[1])
    (x,) = draw(row, sample.shapes[:1], seed=13)
    builder = Builder(Program((variable_of(x),), (0,), (), (), ()), [x])
    program = scalar(builder, [builder.apply(row.primitive, (0, 0), sample.params)], 13)
    _, found = gradients(program, builder.values, (0,))
    directions = random_directions([x], (0,), 13)
    is_complex = row.name in TAKES_COMPLEX
    exact = slope(program, [x], directions, is_complex)
    assert along(found, directions) == pytest.approx(exact, rel=1e-11 if is_complex else 1e-6)


# Broadcasting, empty, 0-d

SHAPES = [(), (1,), (0,), (3,), (1, 1), (1, 3), (2, 1), (2, 3), (2, 0), (4, 1, 3)]


def broadcastable(*shapes: tuple[int, ...]) -> bool:
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        return False
    return True


@rows(lambda row: row.broadcasts)
def test_every_operand_broadcasts_against_every_other(row: Row) -> None:
    params = row.samples[0].params
    is_complex = row.name in TAKES_COMPLEX
    tried = SHAPES if len(row.operands) < 3 else SHAPES[:1] + SHAPES[2:8]
    for shapes in itertools.product(tried, repeat=len(row.operands)):
        if broadcastable(*shapes):
            assert_reverse_is_right(row, draw(row, shapes, seed=14), params, is_complex)


@rows(lambda row: row.broadcasts and row.name != "cast")
@pytest.mark.parametrize("face", [float, np.float64], ids=["float", "numpy scalar"])
def test_numbers_have_gradients_too(row: Row, face: Any) -> None:
    numbers = draw_numbers(row, face, seed=15)
    assert_reverse_is_right(row, numbers, row.samples[0].params, is_complex=False)


@pytest.mark.parametrize(
    ("name", "shape", "params", "expected"),
    [
        ("sum", (0, 3), ((0,), False), (0, 3)),
        ("sum", (2, 0), ((0, 1), True), (2, 0)),
        ("mean", (0, 3), ((1,), False), (0, 3)),
        ("mean", (), ((), False), ()),
        ("max", (0, 3), ((1,), False), (0, 3)),
        ("max", (), ((), True), ()),
        ("reshape", (0, 3), ((3, 0),), (0, 3)),
        ("transpose", (0, 3), ((1, 0),), (0, 3)),
        ("transpose", (), ((),), ()),
        ("broadcast_to", (1, 3), ((0, 3),), (1, 3)),
    ],
)
def test_empty_and_0_d_arrays_have_gradients(name: str, shape: Any, params: Any, expected: Any) -> None:
    row = ROWS[name]
    operands = draw(row, [shape], seed=16)
    program, values = weighted(row, operands, params, 16)
    _, (g,) = gradients(program, values, (0,))
    assert np.shape(g) == expected
    assert np.all(np.isfinite(g))
    if name == "broadcast_to":
        assert np.array_equal(g, np.zeros((1, 3)))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_mean_of_nothing_has_an_empty_gradient() -> None:
    program, values = weighted(ROWS["mean"], [np.zeros((0, 3))], ((0,), False), 17)
    assert gradients(program, values, (0,))[1][0].shape == (0, 3)


# Bodies


def with_body(row: Row, operands: list[Any], params: tuple[Any, ...], seed: int) -> tuple[Program, list[Any]]:
    """As `weighted`, of the row's body."""
    builder = Builder(Program(tuple(map(variable_of, operands)), tuple(range(len(operands))), (), (), ()), operands)
    names: dict[str, Any] = {name: n for n, name in enumerate(row.operands)}
    names |= {o[1:]: tuple(range(n, len(operands))) for n, o in enumerate(row.operands) if o.startswith("*")}
    y = emit(row.parsed["body"], {**names, **dict(zip(row.primitive.params, params, strict=True))}, builder, lookup)
    return scalar(builder, [y], seed), builder.values


@samples_of(lambda row: bool(row.body) and row.kind != "nondiff")
def test_the_body_says_the_same_as_the_primitive(row: Row, sample: Sample) -> None:
    """In value, and in the derivatives: those of the body, step by step, are those of the row's own formulas."""
    operands = draw(row, sample.shapes, seed=23)
    program, values = weighted(row, operands, sample.params, 23)
    spelled, spelled_values = with_body(row, operands, sample.params, 23)
    assert values[program.outputs[0]] == pytest.approx(spelled_values[spelled.outputs[0]], rel=1e-12, abs=1e-12)
    wrt = smooth_inputs(row, operands)
    for g, want in zip(gradients(program, values, wrt)[1], gradients(spelled, spelled_values, wrt)[1], strict=True):
        np.testing.assert_allclose(np.broadcast_to(g, np.shape(want)), want, rtol=1e-11, atol=1e-12)


REDUCED_ALONG = (((1,), False), (None, True), (None, False))
PARAMS_OF_BODIES = {
    **dict.fromkeys(("all", "any", "count_nonzero"), REDUCED_ALONG),
    "round": ((0,), (2,), (-1,)),
    "isclose": ((1e-5, 1e-8, False), (0.5, 0.1, True)),
    "eye_like": ((0,), (1,), (-2,)),
}
SPECIAL_VALUES = [
    np.array([[0.0, -0.0, np.nan, np.inf, -np.inf, 1.5, 25.0], [1.0, 0.0, 2.0, np.inf, np.nan, -2.5, -25.0]]),
    np.array([[0, 1, -2, 3], [0, 0, 25, -15]]),
    np.array([[True, False], [True, True]]),
    np.zeros((0, 3)),
    np.float32([[0.5, np.inf, np.nan], [-1.5, 2.5, 0.0]]),
]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@rows(lambda row: bool(row.body) and row.kind == "nondiff")
@pytest.mark.parametrize("value", SPECIAL_VALUES, ids=lambda value: f"{value.dtype}{value.shape}")
def test_the_body_of_what_is_flat_has_the_same_values(row: Row, value: np.ndarray) -> None:
    if row.name in ("round", "fix", "isneginf", "isposinf") and value.dtype.kind == "b":
        pytest.skip("NumPy has no such function of yes and no")
    operands = [value, np.flip(value)][: len(row.operands)]
    for params in PARAMS_OF_BODIES.get(row.name, ((),)):
        expected = row.primitive.evaluate(*operands, *params)
        core, _ = to_core(applied(row, operands, params), [*operands, expected])
        got = evaluate(core, operands)[0]
        np.testing.assert_array_equal(got, expected)
        assert np.result_type(got) == np.result_type(expected)


def applied(row: Row, operands: list[Any], params: tuple[Any, ...]) -> Program:
    """The Program of one step: the row on the operands."""
    value = row.primitive.evaluate(*operands, *params)
    variables = tuple(map(variable_of, (*operands, value)))
    n = len(operands)
    return Program(variables, tuple(range(n)), (), (Step(row.primitive, tuple(range(n)), params, (n,)),), (n,))


@samples_of(lambda row: bool(row.body))
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_core_of_a_step_has_its_value_shape_and_type(row: Row, sample: Sample, dtype: str) -> None:
    operands = draw(row, sample.shapes, seed=29, dtype=dtype)
    program = applied(row, operands, sample.params)
    expected = row.primitive.evaluate(*operands, *sample.params)
    core, _ = to_core(program, [*operands, expected])
    assert all(row_of(step.primitive).is_core for step in core.steps)
    got = evaluate(core, operands)[0]
    assert np.shape(got) == np.shape(expected)
    assert np.result_type(got) == np.result_type(expected)
    digits = 1e-12 if dtype == "float64" else 1e-5
    np.testing.assert_allclose(got, expected, rtol=digits, atol=digits)


CORE = 98
"""So many primitives are core. More are more work for whoever runs Programs by other means: give a new row a body, or
say in docs/design.md why it cannot have one."""


def test_the_core_is_the_one_that_the_design_tells() -> None:
    core = {row.name for row in ROWS.values() if row.is_core}
    told = (Path(__file__).parents[1] / "docs" / "design.md").read_text(encoding="utf-8")
    table = told.partition("## The core")[2].partition("\n## ")[0]
    named = [name for row in table.splitlines() if row.startswith("| ") for name in re.findall(r"`(\w+)`", row)]
    assert sorted(named) == sorted(core)
    assert len(core) == CORE


@rows(lambda row: bool(row.body))
def test_a_body_is_made_of_other_rows_and_ends_in_the_core(row: Row) -> None:
    def called(row: Row) -> set[str]:
        nodes = [n for n in ast.walk(ast.parse(row.body)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
        return {n.func.id for n in nodes if n.func.id not in {*STATIC_FUNCTIONS, *BUILTINS}}

    queue, met = [row], set()
    while queue:
        for name in called(queue.pop()) - met:
            assert name != row.name
            met.add(name)
            queue.append(ROWS[name])


# Types

COMPUTES_IN_DOUBLE = {
    *("max", "min"),  # ties are counted, and float32 by a count is float64
    *("linspace", "arange", "vander", "bincount"),  # so are points, powers and weights
    *("length", "fsum", "nearest_remainder"),  # Python's math
    *("digamma", "polygamma"),  # SciPy's polygamma
}


@every_sample
def test_float32_stays_float32(row: Row, sample: Sample) -> None:
    params = tuple("float32" if p == "float64" else p for p in sample.params)
    operands = draw(row, sample.shapes, seed=18, dtype="float32")
    program, values = weighted(row, operands, params, 18)
    wrt = smooth_inputs(row, operands)
    derivative, found = gradients(program, values, wrt)
    for g in found:
        assert np.asarray(g).dtype == np.float32 or isinstance(g, int | float)
    if row.name not in COMPUTES_IN_DOUBLE:
        everything = evaluate_all(derivative.program, operands)
        assert not [v for v in everything if isinstance(v, np.ndarray | np.generic) and v.dtype == np.float64]


@rows(has_two_operands_of_floats)
@pytest.mark.parametrize("wide", [0, 1])
def test_a_gradient_has_its_operand_s_type_also_among_mixed_ones(row: Row, wide: int) -> None:
    sample = row.samples[0]
    operands = draw(row, sample.shapes, seed=19, dtype="float32")
    operands[wide] = operands[wide].astype("float64")
    program, values = weighted(row, operands, sample.params, 19)
    wrt = smooth_inputs(row, operands)
    for n, g in zip(wrt, gradients(program, values, wrt)[1], strict=True):
        assert g.dtype == operands[n].dtype


# Second order


@every_sample
def test_reverse_of_reverse_is_the_slope_of_the_gradient(row: Row, sample: Sample) -> None:
    is_complex = row.name in TAKES_COMPLEX
    operands = draw(row, sample.shapes, seed=20)
    program, values = weighted(row, operands, sample.params, 20)
    wrt = smooth_inputs(row, operands)
    derivative, _ = gradients(program, values, wrt)
    builder = Builder(derivative.program, evaluate_all(derivative.program, operands))
    twice = scalar(builder, list(derivative.program.outputs[1:]), 21)
    _, found = gradients(twice, builder.values, wrt)
    directions = random_directions(operands, wrt, 20)
    exact = slope(twice, operands, directions, is_complex)
    tolerance = 1e-10 if is_complex else 1e-6
    assert along(found, directions) == pytest.approx(exact, rel=tolerance, abs=tolerance)


# Ties and kinks


@pytest.mark.parametrize(
    ("name", "operands", "params", "expected"),
    [
        ("maximum", ([1.0, 2.0, 3.0], [1.0, 3.0, 2.0]), (), ([0, 0, 1], [1, 1, 0])),
        ("minimum", ([1.0, 2.0, 3.0], [1.0, 3.0, 2.0]), (), ([0, 1, 0], [1, 0, 1])),
        ("absolute", ([-2.0, 0.0, -0.0, 3.0],), (), ([-1, 0, 0, 1],)),
        ("max", ([3.0, 1.0, 3.0, 2.0],), ((0,), False), ([0.5, 0, 0.5, 0],)),
        ("min", ([[1.0, 1.0], [2.0, 1.0]],), ((1,), True), ([[0.5, 0.5], [0, 1]],)),
        ("max", ([[2.0, 2.0], [2.0, 1.0]],), ((0, 1), False), ([[1 / 3, 1 / 3], [1 / 3, 0]],)),
        ("sqrt", ([4.0],), (), ([0.25],)),
        ("power", ([0.0, -2.0, 0.0, -3.0], [2.0, 3.0, 1.0, -1.0]), (), ([0, 12, 1, -1 / 9], None)),
        ("power", ([0.0, 2.0, 0.0], [0.0, 0.0, 3.0]), (), ([0, 0, 0], [0, np.log(2), 0])),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_at_a_kink_the_subgradient_is_the_documented_one(name: str, operands: Any, params: Any, expected: Any) -> None:
    arrays = [np.array(x) for x in operands]
    builder = Builder(Program(tuple(map(variable_of, arrays)), tuple(range(len(arrays))), (), (), ()), arrays)
    y = builder.apply(primitive(name), range(len(arrays)), params)
    total = builder.apply(primitive("sum"), (y,), (tuple(range(len(builder.shape(y)))), False))
    _, found = gradients(builder.finish([total], "kink"), builder.values, tuple(range(len(arrays))))
    for g, want in zip(found, expected, strict=True):
        if want is not None:
            np.testing.assert_allclose(g, want, rtol=1e-15)


@pytest.mark.parametrize("n", [0, 0.0, 1, 2, 3, -1, -2, 0.5, 2.5])
def test_a_power_with_a_number_in_the_code(n: Any) -> None:
    x = np.array([0.0, 1.5, -2.0]) if isinstance(n, int) and n >= 0 else np.array([0.5, 1.5])
    builder = Builder(Program((variable_of(x),), (0,), (), (), ()), [x])
    program = scalar(builder, [builder.apply(primitive("power"), (0, builder.literal(n)))], 22)
    _, found = gradients(program, builder.values, (0,))
    directions = random_directions([x], (0,), 22)
    assert along(found, directions) == pytest.approx(slope(program, [x], directions, False), rel=1e-6, abs=1e-6)


# What a row says


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def plain_operands(row: Row) -> set[str]:
    return {name.lstrip("*") for name in row.operands}


@every_row
def test_formulas_are_in_the_language_and_name_only_what_the_row_has(row: Row) -> None:
    assert row.vjps.keys() == row.formulas.keys()
    known = {*plain_operands(row), *row.primitive.params, row.output, "g"}
    for operand, text in row.formulas.items():
        assert operand in plain_operands(row)
        parse(text, {*plain_operands(row), row.output, "g", "before", "after"}, lookup)
        nodes = list(ast.walk(ast.parse(text)))
        called = {n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
        named = {n.id for n in nodes if isinstance(n, ast.Name)}
        assert called <= {*ROWS, *STATIC_FUNCTIONS, "len", "tuple", "range"}
        assert named - called <= known | {"parts", "at", "before", "after"}  # of any number of operands


@every_row
def test_every_derivative_says_why(row: Row) -> None:
    for operand in row.vjps or plain_operands(row):
        why = row.why[operand]
        assert len(why) > 10
        count = {"n"} if row.name == "mean" else set()
        assert placeholders(why) <= {*plain_operands(row), row.output, *count}
    for local in row.local.values():
        assert placeholders(local) <= {*plain_operands(row), row.output, *({"n"} if row.name == "mean" else set())}
    assert row.local.keys() <= row.vjps.keys()


@every_row
def test_the_code_is_made_of_operands_and_parameters(row: Row) -> None:
    known = {*plain_operands(row), *row.primitive.params}
    assert row.code
    assert placeholders(row.code) <= known | ({"axis"} if row.name == "collect" else set())
    assert placeholders(row.method) <= known
    assert row.defaults.keys() <= set(row.primitive.params)


@every_row
def test_samples_fit_the_signature(row: Row) -> None:
    assert row.samples or row.kind == "nondiff"
    for sample in row.samples:
        assert len(sample.params) == len(row.primitive.params)
        assert row.variadic or len(sample.shapes) == len(row.operands)
        hash(sample.params)


@pytest.mark.parametrize("text", ["lambda: g", "g[0]", "g and x", "f'{g}'", "g < x < g", "sum(g, axis)"])
def test_what_is_not_in_the_language_is_refused(text: str) -> None:
    with pytest.raises((FormulaError, KeyError)):
        parse(text, {"g", "x"}, lookup)
