"""The identities that simplify derived steps: true, of one shape and type on both sides, and they end."""

from __future__ import annotations

import ast
import itertools
import random
import sys
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from whygrad.program import Count, Program, evaluate
from whygrad.program.building import Builder, variable_of
from whygrad.rules import lookup, primitive, simplify
from whygrad.rules.formula import emit, parse
from whygrad.rules.identities import IDENTITIES, NEGATIVE
from whygrad.rules.indexing import index_of
from whygrad.rules.places import apart, is_whole
from whygrad.rules.row import ROWS
from zoo.case import draw

every_identity = pytest.mark.parametrize(("left", "right"), [pytest.param(*row, id=row[0]) for row in IDENTITIES])
PARAMS = {"dtype": "float64"}
MASK = np.array([[True, False, True], [False, False, True]])


def builder_of(operands: list[Any], simplified: bool = True) -> Builder:
    variables = tuple(map(variable_of, operands))
    start = Program(variables, tuple(range(len(operands))), (), (), ())
    return Builder(start, operands, simplify if simplified else None)


def written(text: str, names: dict[str, Any], simplified: bool) -> tuple[Any, Builder, int]:
    """The value of an identity's side; c1 and c2 are literals, the other names are inputs."""
    operands = {n: v for n, v in names.items() if not is_number(n) and n not in PARAMS}
    builder = builder_of(list(operands.values()), simplified)
    bound: dict[str, Any] = {n: place for place, n in enumerate(operands)}
    bound |= {n: builder.literal(v) if is_number(n) else v for n, v in names.items() if n not in operands}
    index = emit(parse(text, set(operands) | set(names), lookup, pattern=True), bound, builder, lookup)
    return builder.values[index], builder, index


def is_number(name: str) -> bool:
    return name[0] == "c" and name[1:].isdigit()


def names_in(text: str) -> list[str]:
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)]
    return sorted({node.id for node in nodes} - set(ROWS))


def values_for(text: str, shapes: dict[str, Any], dtype: Any, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    found: dict[str, Any] = {}
    for name in names_in(text):
        if name in PARAMS:
            found[name] = PARAMS[name]
        elif is_number(name):
            found[name] = [3, 7][int(name[1:]) - 1]  # 3/7 is not folded: it would print worse
            if text in NEGATIVE:
                found[name] = -found[name]
        elif name == "m":
            found[name] = MASK
        else:
            plain = () if name == "z" and shapes else (2, 3)
            found[name] = np.asarray(rng.uniform(0.5, 2, shapes.get(name, plain))).astype(dtype)
    return found


def assert_same(got: Any, want: Any, tolerance: float) -> None:
    assert np.shape(got) == np.shape(want)
    assert np.asarray(got).dtype == np.asarray(want).dtype
    np.testing.assert_allclose(got, want, rtol=tolerance)


@every_identity
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("shapes", [(), ((), (2, 3)), ((2, 3), ()), ((2, 1), (1, 3)), ((0,), (1,))], ids=str)
def test_both_sides_are_equal_in_value_shape_and_type(left: str, right: str, dtype: str, shapes: Any) -> None:
    if "m" in names_in(left) and shapes in (((2, 1), (1, 3)), ((0,), (1,))):
        shapes = ((2, 1), ())
    names = values_for(left, dict(zip("xy", shapes, strict=False)), dtype, seed=len(left))
    plain, _, _ = written(left, names, simplified=False)
    by_the_table, _, _ = written(right, names, simplified=False)
    applied, _, _ = written(left, names, simplified=True)
    tolerance = 1e-12 if dtype == "float64" else 1e-5
    if "where" not in left or dtype == "float64":  # where(m, 1, 0.0) is float64 whatever x is
        assert_same(by_the_table, plain, tolerance)
    assert_same(applied, plain, tolerance)


@every_identity
def test_every_identity_is_used(left: str, right: str) -> None:
    _, builder, index = written(left, values_for(left, {}, "float64", seed=1), simplified=True)
    assert builder.simplified  # by this identity, or by one that comes before it
    _, plain, whole = written(left, values_for(left, {}, "float64", seed=1), simplified=False)
    assert len(builder.finish([index], "f").steps) <= len(plain.finish([whole], "f").steps)


@every_identity
def test_a_side_names_nothing_that_the_other_does_not(left: str, right: str) -> None:
    assert set(names_in(right)) <= set(names_in(left))


# Types


@pytest.mark.parametrize(
    "text",
    [
        "x * 1",
        "x * 1.0",
        "x / 1",
        "x + 0",
        "x + 0.0",
        "x ** 1.0",
        "0.0 - x",
        "x * -1.0",
        "-(-x)",
        "(c1 * x) / c1",
    ],
)
@pytest.mark.parametrize(
    "x", [np.array([1, 2, 3]), np.array([1, 2], np.int8), np.array([True, False]), np.int64(3)], ids=repr
)
def test_whole_numbers_and_masks_become_what_numpy_makes_of_them(text: str, x: Any) -> None:
    """n * 1.0 is an array of floats though n is none; a mask times 1 is one of whole numbers."""
    if text == "-(-x)" and x.dtype == bool:
        return  # NumPy has no −mask
    names = {"x": x, "c1": 2.0}
    assert_same(written(text, names, True)[0], written(text, names, False)[0], 1e-15)


@pytest.mark.parametrize(
    "x",
    [np.float32(1.5), np.full(3, 1.5, np.float32), np.array(1.5, np.float32), 1.5, np.float64(1.5)],
    ids=repr,
)
@pytest.mark.parametrize(
    "text",
    ["2.0 * x * 3", "x / 3 * 2.5", "-(2 * x)", "(x + x) / 2", "x * (1 / 3)", "2 * (x / 3.0)", "0 - x * 1.0"],
)
def test_python_s_numbers_widen_nothing(text: str, x: Any) -> None:
    assert_same(written(text, {"x": x}, True)[0], written(text, {"x": x}, False)[0], 1e-6)


def test_a_count_widens_nothing() -> None:
    x = np.full((2, 3), 1.5, np.float32)
    builder = builder_of([x])
    n = builder.literal(Count.along(0, (2, 3), (1,)))
    for name, operands in (
        ("divide", (0, n)),
        ("multiply", (n, 0)),
        ("multiply", (0, n)),
        ("divide", (n, 0)),
    ):
        value = builder.values[builder.apply(primitive(name), operands)]
        assert value.dtype == np.float32
        np.testing.assert_allclose(
            value, {"divide": [0.5, 2], "multiply": [4.5, 4.5]}[name][operands[0] == n], rtol=1e-6
        )


def test_what_is_cancelled_is_not_zero() -> None:
    x = np.array([1.0, 2.0])
    with np.errstate(invalid="ignore"):
        assert np.all(np.isnan(written("(c1 * x) / c1", {"x": x, "c1": 0}, True)[0]))


# Random expressions

NUMBERS = [0, 1, -1, 2, 3, 0.5, 1.0, -2.5, 7]
LEAVES = ["x", "y", "z", "n", "s"]
OPERANDS = {
    "x": np.array([[0.7, -1.3, 1.9], [0.4, 1.1, -0.6]]),
    "y": np.array([1.2, -0.8, 0.9]),
    "z": np.array([[1.7], [-0.9]]),
    "n": np.array([1, 2, 3]),
    "s": 0.75,
}


def random_expression(rng: random.Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.15:
        return rng.choice(LEAVES) if rng.random() < 0.6 else repr(rng.choice(NUMBERS))
    a = random_expression(rng, depth - 1)
    match rng.choice("++--**//n^="):
        case "n":
            return f"(-{a})"
        case "^":
            return f"({a}) ** {rng.choice(['1', '2', '-1'])}"
        case "=":
            return f"({a}) {rng.choice('+-*/')} ({a})"
        case sign:
            return f"({a}) {sign} ({random_expression(rng, depth - 1)})"


def outcome(text: str, dtype: Any, simplified: bool) -> Any:
    names = {k: v.astype(dtype) if np.asarray(v).dtype == float and np.ndim(v) else v for k, v in OPERANDS.items()}
    try:
        with np.errstate(all="ignore"):
            return written(text, names, simplified)[0]
    except (ZeroDivisionError, OverflowError):
        return None
    except ValueError as problem:  # whole numbers to a negative power
        assert "negative integer powers" in str(problem)
        return None


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_simplifying_ends_and_changes_no_value_shape_or_type(dtype: Any) -> None:
    rng = random.Random(20)
    limit, tolerance, compared = sys.getrecursionlimit(), 1e-9 if dtype is np.float64 else 1e-3, 0
    sys.setrecursionlimit(400)  # what does not end is found at once
    try:
        for _ in range(3000):
            text = random_expression(rng, rng.randint(1, 5))
            plain = outcome(text, dtype, simplified=False)
            if plain is None or not np.all(np.isfinite(plain)) or np.max(np.abs(plain), initial=0) > 1e6:
                continue
            simple = outcome(text, dtype, simplified=True)
            compared += 1
            assert np.shape(simple) == np.shape(plain), text
            if np.asarray(plain).dtype.kind == "f":
                assert np.asarray(simple).dtype == np.asarray(plain).dtype, text
            scale = max(1.0, float(np.max(np.abs(plain), initial=0)))
            if is_steady(text, dtype):
                np.testing.assert_allclose(simple, plain, rtol=tolerance, atol=tolerance * scale, err_msg=text)
    finally:
        sys.setrecursionlimit(limit)
    assert compared > 1000


def is_steady(text: str, dtype: Any) -> bool:
    """Not so ill-conditioned (a difference of near equals, inverted) that rounding decides the value."""
    wide, narrow = outcome(text, np.float64, False), outcome(text, np.float32, False)
    if narrow is None or wide is None:
        return False
    with np.errstate(all="ignore"):
        return bool(np.all(np.abs(wide - narrow) <= 1e-4 * np.maximum(1, np.abs(wide))))


# What is moved about


def test_reshaping_and_transposing_there_and_back_is_nothing() -> None:
    builder = builder_of([np.zeros((2, 3, 4))])
    turned = builder.apply(primitive("transpose"), (0,), ((2, 0, 1),))
    assert builder.apply(primitive("transpose"), (turned,), ((1, 2, 0),)) == 0
    flat = builder.apply(primitive("reshape"), (0,), ((24,),))
    assert builder.apply(primitive("reshape"), (flat,), ((2, 3, 4),)) == 0
    assert builder.apply(primitive("reshape"), (0,), ((2, 3, 4),)) == 0
    assert builder.apply(primitive("spread_back"), (0,), ((1,), True)) == 0


@pytest.mark.parametrize("first", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("second", list(itertools.permutations(range(3))))
def test_two_transposes_are_one(first: Any, second: Any) -> None:
    x = np.arange(24.0).reshape(2, 3, 4)
    builder = builder_of([x])
    both = builder.apply(primitive("transpose"), (builder.apply(primitive("transpose"), (0,), (first,)),), (second,))
    assert np.array_equal(builder.values[both], x.transpose(first).transpose(second))


@pytest.mark.parametrize("turned", [0, 1])
def test_a_product_turned_is_the_product_of_the_factors_turned(turned: int) -> None:
    """(Aᵀ B)ᵀ = Bᵀ A."""
    shapes = [((2, 3), (2, 4)), ((3, 2), (4, 2))][turned]
    operands = [draw(*shape, seed=301) for shape in shapes]
    builder = builder_of(operands)
    flipped = builder.apply(primitive("transpose"), (turned,), ((1, 0),))
    factors = (flipped, 1) if turned == 0 else (0, flipped)
    product = builder.apply(primitive("matmul"), factors)
    back = builder.apply(primitive("transpose"), (product,), ((1, 0),))
    np.testing.assert_allclose(builder.values[back], builder.values[product].T, rtol=1e-15)
    assert [step.primitive.name for step in builder.finish([back], "f").steps] == ["transpose", "matmul"]


def test_a_derived_program_is_simplified_and_says_so() -> None:
    x = np.array([1.0, 2.0])
    builder = builder_of([x])
    product = builder.apply(primitive("multiply"), (0, builder.literal(1)))
    assert product == 0
    program = builder.finish([builder.apply(primitive("negative"), (builder.apply(primitive("negative"), (0,)),))], "f")
    assert program.steps == ()
    assert evaluate(program, [x])[0] is x
    assert ("x * 1", "x") in {(s.before, s.after) for s in builder.simplified.values()}


def test_the_author_s_own_steps_are_not_simplified() -> None:
    def f(x: Any) -> Any:
        y = -(x * 1)
        return np.sum(-y / 1)

    value, g = wg.value_and_grad(f)(np.array([1.0, 2.0]))
    assert value == 3.0
    assert np.array_equal(g, [1, 1])


# What an index reads


@pytest.mark.parametrize("seed", range(200))
def test_indices_are_apart_where_they_have_no_entry_in_common(seed: int) -> None:
    rng = random.Random(seed)
    shape = tuple(rng.choice([1, 2, 3, 5]) for _ in range(rng.choice([1, 2, 3])))

    def entries_for(lengths: tuple[int, ...]) -> list[Any]:
        entries: list[Any] = []
        for n in lengths:
            bounds = [rng.choice([None, *range(-n - 1, n + 2)]) for _ in range(2)]
            entries.append(rng.choice([("int", rng.randrange(-n, n)), ("slice", *bounds, rng.choice([None, 2, -1]))]))
            entries.extend([("new",)] * rng.randint(0, 1))
        return entries

    def template() -> tuple[Any, ...]:
        first = rng.randint(0, len(shape))
        last = rng.randint(first, len(shape))
        rest = [("ellipsis",), *entries_for(shape[last:])] if rng.random() < 0.5 else []
        return (*entries_for(shape[:first]), *rest)

    def read(entries: tuple[Any, ...]) -> Any:
        return np.arange(np.prod(shape)).reshape(shape)[index_of(entries, ())]

    one, other = template(), template()
    assert apart(one, other, shape) == (not set(np.ravel(read(one))) & set(np.ravel(read(other))))
    inserts_axes_only = all(entry[0] != "int" for entry in one)
    whole = np.ravel(read(one)).tolist() == list(range(np.prod(shape)))
    assert is_whole(one, shape) == (inserts_axes_only and whole)


def test_indices_by_arrays_are_not_told_apart() -> None:
    assert not apart((("array", 0),), (("int", 1),), (3,))
    assert not is_whole((("array", 0),), (3,))


def test_what_is_read_beside_a_write_of_zeros_is_read_before_it() -> None:
    builder = builder_of([np.arange(4.0), np.ones(2)])
    first_two, last, second = ((("slice", None, 2, None),),), ((("int", 3),),), ((("int", 1),),)
    base = builder.apply(primitive("multiply"), (builder.literal(2.0), 0))
    write = builder.apply(primitive("setitem"), (base, builder.literal(0)), first_two)
    beside = builder.apply(primitive("getitem"), (write,), last)
    within = builder.apply(primitive("getitem"), (write,), second)
    assert builder.producer[beside].inputs == (base,)
    assert builder.producer[within].inputs == (write,)


def test_what_is_read_where_it_was_written_is_what_was_written() -> None:
    builder = builder_of([np.arange(4.0), np.ones(2), np.arange(6.0).reshape(3, 2)])
    first_two, row = ((("slice", None, 2, None),),), ((("int", -1),),)
    base = builder.apply(primitive("multiply"), (builder.literal(2.0), 0))
    write = builder.apply(primitive("setitem"), (base, 1), first_two)
    assert builder.apply(primitive("getitem"), (write,), first_two) == 1
    zeros = builder.apply(primitive("scatter"), (1, 2), row)
    assert builder.apply(primitive("getitem"), (zeros,), row) == 1
    double = builder.apply(primitive("add"), (1, 1))
    stack = builder.apply(primitive("stack"), (1, double), (0,))
    assert builder.apply(primitive("getitem"), (stack,), row) == double


@pytest.mark.parametrize("place", [0, 1])
def test_a_minus_sign_goes_out_of_a_product_and_meets_the_next(place: int) -> None:
    builder = builder_of([np.ones((2, 2)), np.eye(2), np.ones((2, 2))])
    turned = builder.apply(primitive("negative"), (place,))
    operands = [0, 1]
    operands[place] = turned
    product = builder.apply(primitive("matmul"), operands)
    total = builder.apply(primitive("add"), (2, product))
    assert builder.producer[total].primitive.name == "subtract"
    assert builder.producer[builder.producer[total].inputs[1]].inputs == (0, 1)
