"""The walk backwards over whole Programs: paths that meet, broadcasting, types, memory written over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from whygrad.differentiation.gradients import Gradients
from whygrad.differentiation.reverse import reverse
from whygrad.program import Program, evaluate
from whygrad.program.building import Builder, variable_of
from whygrad.rules import primitive
from zoo.case import Case, draw
from zoo.oracles import complex_gradient, ridders_gradient

A = draw(3, 4, seed=101)
CUBE = draw(3, 3, 3, seed=102)  # equal sizes: an axis taken for another is not noticed by shapes
V3 = draw(3, seed=103)
V4 = draw(4, seed=104)
POSITIVE = np.abs(A) + 0.5


def assert_right(f: Callable[..., Any], *args: Any, is_complex: bool = True, tolerance: float = 1e-9) -> None:
    """The gradients by all arguments, with idioms and without, are those of an oracle; the arguments stay."""
    case = Case("f", f, args)
    expected = complex_gradient(case) if is_complex else ridders_gradient(case)
    for idioms in (True, False):
        before = case.fresh_args()
        _, found, _, _ = Gradients(f, tuple(range(len(args))), idioms=idioms)(args, {})
        for (got,), want, argument, then in zip(found, expected, args, before, strict=True):
            np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance)
            assert np.shape(got) == np.shape(argument)
            assert np.array_equal(argument, then)


# Gradients that are not spread before they have to be


@pytest.mark.parametrize("reduce", [np.sum, np.mean])
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", [0, 1, 2, (0, 2), (0, 1), (1, 2), -1])
def test_a_reduced_axis_is_put_back_where_it_was(reduce: Any, keepdims: bool, axis: Any) -> None:
    kept = [1, 1, 1] if keepdims else [1] * (2 if isinstance(axis, int) else 1)
    for weights in (V3, V3.reshape(-1, *kept[1:]), 2.5):
        assert_right(lambda x, w: np.sum(reduce(x, axis=axis, keepdims=keepdims) * w), CUBE, weights)


def test_a_reduction_of_a_reduction() -> None:
    assert_right(lambda x: np.sum(np.mean(np.sum(x, axis=1), axis=0) * V3), CUBE)
    assert_right(lambda x: np.sum(np.sum(np.mean(x, axis=2), axis=0) ** 2), CUBE)


@pytest.mark.parametrize("shape", [(), (1,), (3,), (1, 3), (3, 1), (1, 1), (1, 1, 1), (3, 1, 1), (1, 3, 1)])
def test_what_was_stretched_gathers_what_comes_back(shape: Any) -> None:
    b = draw(*shape, seed=105) if shape else 0.3
    assert_right(lambda x, b: np.sum(np.tanh(x + b) * (x - b)), CUBE, b)
    assert_right(lambda x, b: np.sum(x + b), CUBE, b)
    assert_right(lambda x, b: np.sum(np.mean(x * b, axis=1) * V3), CUBE, b)


def test_an_axis_put_back_takes_one_number_for_all() -> None:
    """The second derivative puts axes back in what is then added up."""
    s = draw(3, seed=123)
    builder = Builder(Program((variable_of(s),), (0,), (), (), ()), [s])
    tall = builder.apply(primitive("spread_back"), (0,), ((1,), False))
    program = builder.finish([builder.apply(primitive("sum"), (tall,), ((0, 1), False))], "f")
    derivative = reverse(program, builder.values, (0,))
    assert np.array_equal(evaluate(derivative.program, [s])[1], [1, 1, 1])


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum(np.sum(x, axis=1) ** 3),
        lambda x: np.sum(np.mean(x, axis=1, keepdims=True) ** 2 * x),
        lambda x: np.sum(np.max(x, axis=1) ** 3),
        lambda x: np.sum(np.where(x > 0, x, -x) ** 3),
        lambda x: np.sum(x[1] ** 2 * x[0]) + np.sum(x[np.array([1, 1, 2])] ** 3),
        lambda x: np.sum((x.T @ x) ** 2),
        lambda x: np.sum(np.tanh(x @ V4) ** 2),
    ],
)
def test_the_gradient_of_a_gradient(f: Any) -> None:
    def slope(x: Any) -> Any:
        return np.sum(wg.grad(f)(x) * np.arange(12.0).reshape(3, 4))

    exact = ridders_gradient(Case("slope", slope, (A,)))[0]
    np.testing.assert_allclose(wg.grad(slope)(A), exact, rtol=1e-8, atol=1e-8)


def test_both_operands_may_be_stretched() -> None:
    assert_right(lambda a, b: np.sum((a + b) ** 2), draw(3, 1, seed=106), draw(1, 4, seed=107))
    assert_right(lambda a, b: np.sum(a + b), draw(3, 1, seed=106), draw(1, 4, seed=107))
    assert_right(lambda a, b: np.sum(a * b), draw(1, 1, 4, seed=106), draw(3, 1, seed=107))


def test_a_condition_may_be_the_largest_operand() -> None:
    condition = A > 0
    assert_right(lambda x, y: np.sum(np.where(condition, x, y)), V4, 0.5)
    assert_right(lambda x, y: np.sum(np.where(condition, x, y) ** 2), draw(3, 1, seed=108), V4)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((3, 4), (4, 2)),
        ((5, 3, 4), (4, 2)),
        ((3, 4), (5, 4, 2)),
        ((5, 3, 4), (1, 4, 2)),
        ((2, 1, 3, 4), (5, 4, 2)),
    ],
)
def test_stacks_of_matrices_broadcast(one: Any, other: Any) -> None:
    assert_right(lambda a, b: np.sum((a @ b) ** 2), draw(*one, seed=109), draw(*other, seed=110))
    assert_right(lambda a, b: np.sum(a @ b), draw(*one, seed=109), draw(*other, seed=110))


def test_transposed_in_three_dimensions() -> None:
    x = draw(2, 3, 4, seed=111)
    w = draw(4, 2, 3, seed=112)
    assert_right(lambda x: np.sum(np.transpose(x, (2, 0, 1)) * w), x)
    assert_right(lambda x: np.sum(np.transpose(np.transpose(x, (2, 0, 1)), (1, 2, 0)) ** 3), x)
    assert_right(lambda x: np.sum((x.T @ x.T.swapaxes(1, 2)) ** 2), draw(2, 2, 4, seed=113))


# Where paths meet


def test_masks_add_as_numbers() -> None:
    """Where ∂L/∂L = 1 meets a comparison the share is a mask, and True + True is True."""
    x = np.array([2.0, 3.0, -1.0, 0.7])
    assert_right(lambda x: np.sum(np.maximum(x, 0.1)) + np.sum(np.maximum(x, 0.5)), x, is_complex=False)
    assert_right(lambda x: np.sum(np.minimum(x, 0.1)) - np.sum(np.maximum(x, 0.5)), x, is_complex=False)
    assert_right(lambda x: -np.sum(np.maximum(x, 0.1)), x, is_complex=False)
    assert_right(lambda x: np.sum(np.maximum(x, 0.1) @ np.ones((4, 2))), x, is_complex=False)
    assert_right(lambda x: np.sum(np.where(x > 0, x, 0)) + 2.5 * x[0], x, is_complex=False)


def test_entries_read_several_times_add_up() -> None:
    assert_right(lambda x: np.sum(x[1] * x[1]) + np.sum(x[1] * x[2]) + np.sum(np.sin(x)), A)
    index = np.array([2, 0, 2, 2])
    assert_right(lambda x: np.sum(x[index] * x[index]) + np.sum(x[index, 1:3] * 2.5), A)
    assert_right(lambda x: x[0, 0] * x[0, 0] + x[-3, -4], A)


def test_entries_of_two_variables_are_not_confused() -> None:
    """y's gradient, entries among zeros, is also x's and b's: what is added to one is not to the others."""

    def f(x: Any, b: Any) -> Any:
        y = x + b
        return np.sum(y[1] ** 2) + np.sum(x[0] ** 3) + np.sum(b[2] * b[1])

    assert_right(f, A, draw(3, 4, seed=114))
    assert_right(lambda x, b: np.sum((x + b)[1] ** 2) + np.sum(x[0] ** 3), draw(2, 3, 4, seed=115), A)


def test_entries_of_a_stretched_gradient_are_not_taken_for_entries_of_the_whole() -> None:
    """z, which has rows, is multiplied by one row: a number among zeros. A second derivative does this."""
    operands = [A, np.float64(0.7), V4]
    builder = Builder(Program(tuple(map(variable_of, operands)), (0, 1, 2), (), (), ()), operands)
    template = (("int", 1),)
    row = builder.apply(primitive("scatter"), (1, 2), (template,))
    product = builder.apply(primitive("multiply"), (0, row))
    read = builder.apply(primitive("getitem"), (0,), (template,))
    parts = (
        builder.apply(primitive("sum"), (product,), ((0, 1), False)),
        builder.apply(primitive("dot"), (read, read)),
    )
    program = builder.finish([builder.apply(primitive("add"), parts)], "f")
    derivative = reverse(program, builder.values, (0, 1))
    dz, dv = evaluate(derivative.program, operands)[1:]
    expected = np.zeros((3, 4))
    expected[:, 1] = 0.7
    expected[1] += 2 * A[1]
    np.testing.assert_allclose(dz, expected, rtol=1e-12)
    assert dv == pytest.approx(np.sum(A[:, 1]), rel=1e-12)


def test_memory_that_is_read_elsewhere_is_not_written_over() -> None:
    """x's gradient is a view of s's, which is also z's; the entry that is added to it must not reach z."""

    def f(x: Any, z: Any) -> Any:
        s = x.sum(axis=1) + z
        return np.sum(s**2) + 10 * x[0, 0]

    assert_right(f, draw(3, 1, seed=116), V3)

    def g(x: Any, z: Any) -> Any:
        s = x.reshape(3) + z
        return np.sum(s**2) + 10 * x[0, 0] + x[1, 0] ** 2

    assert_right(g, draw(3, 1, seed=116), V3)

    def h(x: Any, z: Any) -> Any:
        s = x.T + z
        return np.sum(s**2) + 10 * x[0, 0] + x[1, 0] ** 2

    assert_right(h, draw(3, 3, seed=116), draw(3, 3, seed=117))


def test_what_is_read_off_one_array_may_be_read_off_it_again() -> None:
    assert_right(lambda x: x + x[()] * 2.5 + np.sin(x[()]), np.array(0.3))
    assert_right(lambda x: np.sin(x) + np.cos(x) + x[...] * 2.5, np.array(0.3))


# Writing


@pytest.mark.parametrize("shape", [(), (1,), (4,), (1, 4), (1, 1, 4)])
def test_a_written_value_may_be_stretched(shape: Any) -> None:
    def f(x: Any, v: Any) -> Any:
        b = x * 1.0
        b[1] = v
        return np.sum(b * b * A)

    v = draw(*shape, seed=118) if shape else 0.3
    expected_x, expected_v = 2 * A * A, 2 * A[1] * np.broadcast_to(v, (1, 1, 4))[0, 0]
    expected_x[1] = 0
    got_x, got_v = wg.grad(f, wrt=(0, 1))(A, v)
    np.testing.assert_allclose(got_x, expected_x, rtol=1e-12)
    np.testing.assert_allclose(np.sum(got_v), np.sum(expected_v), rtol=1e-12)
    assert np.shape(got_v) == np.shape(v)
    if np.size(v) == 4:
        np.testing.assert_allclose(np.ravel(got_v), expected_v, rtol=1e-12)


def test_of_several_writes_to_one_place_the_last_counts() -> None:
    places = np.array([1, 3, 1])

    def f(v: Any) -> Any:
        b = np.zeros(4)
        b[places] = v
        return np.sum(b * V4)

    np.testing.assert_array_equal(wg.grad(f)(V3), [0, V4[3], V4[1]])


# Powers, quotients, numbers


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_powers() -> None:
    whole = np.array([2.0, 3.0, 2.0, 1.0])
    assert_right(lambda x: np.sum(x**3.0), A)
    assert_right(lambda x: np.sum(x**-2), POSITIVE)
    assert_right(lambda x: np.sum(x ** np.arange(4)), POSITIVE)
    assert_right(lambda x, n: np.sum(x**n), POSITIVE, whole)
    assert_right(lambda n: np.sum(2**n) + np.sum(0.5**n), A)
    np.testing.assert_allclose(wg.grad(lambda x: np.sum(x**whole))(-V4), whole * (-V4) ** (whole - 1), rtol=1e-12)
    zero = np.array([0.0, 0.0, 2.0])
    assert np.array_equal(wg.grad(lambda x: np.sum(x**0))(zero), [0, 0, 0])
    assert np.array_equal(wg.grad(lambda x: np.sum(x**1))(zero), [1, 1, 1])
    assert np.array_equal(wg.grad(lambda x: np.sum(x ** np.array([0, 1, 2])))(zero), [0, 1, 4])


def test_quotients_by_whole_numbers() -> None:
    n = np.array([1, 2, 3, 4])
    assert_right(lambda x: np.sum(x / n / 3) + np.sum(n / (x * x + 1)), A)
    assert_right(lambda x: np.sum(x / len(x)) + np.sum((x * n) / n), A)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_nothing_has_a_gradient_of_nothing() -> None:
    empty = np.zeros((0, 3))
    for f in (
        np.sum,
        np.mean,
        lambda x: np.sum(np.sum(x, axis=0) * V3),
        lambda x: np.sum(x @ np.ones((3, 2))),
    ):
        assert wg.grad(f)(empty).shape == (0, 3)
    assert np.array_equal(wg.grad(lambda b: np.sum(empty + b))(V3), [0, 0, 0])
    assert np.array_equal(wg.grad(lambda b: np.sum(empty * b))(V3), [0, 0, 0])


def test_numbers_and_arrays_in_one_list() -> None:
    assert_right(lambda a, x: np.sum(np.array([a, 1, x[0], a * x[1]]) * V4), 0.3, V3)
    assert_right(lambda a, x: np.sum(np.array([[a, 2.0, 1], x]) ** 2), 0.3, V3)


def test_what_the_result_does_not_depend_on_has_gradient_zero() -> None:
    assert np.array_equal(wg.grad(lambda x, y: np.sum(y * y))(A, V3), np.zeros((3, 4)))
    assert wg.grad(lambda x, y: y * y)(1.0, 2.0) == 0.0
    assert np.array_equal(wg.grad(lambda x: np.sum(np.floor(x)) + np.sum(np.sign(x)))(A), np.zeros((3, 4)))


def test_the_result_may_be_an_argument() -> None:
    assert wg.grad(lambda x: x)(2.0) == 1.0


def test_the_result_may_stand_inside_an_idiom() -> None:
    """e is the result, and a sigmoid that nobody reads is made of it."""
    x = np.array(0.3)
    builder = Builder(Program((variable_of(x),), (0,), (), (), ()), [x])
    e = builder.apply(primitive("exp"), (0,))
    s = builder.apply(primitive("divide"), (e, builder.apply(primitive("add"), (builder.literal(1), e))))
    whole = builder.finish([e, s], "f")
    program = Program(whole.variables, whole.inputs, whole.constants, whole.steps, (e,))
    derivative = reverse(program, builder.values, (0,))
    assert evaluate(derivative.program, [x])[1] == pytest.approx(np.exp(0.3), rel=1e-15)


# Types


def narrow(*shape: int, seed: int) -> Any:
    return draw(*shape, seed=seed).astype(np.float32)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.mean(x**2),
        lambda x: np.mean(np.max(x, axis=1)),
        lambda x: np.sum(np.maximum(x, 0.1) @ x.T),
        lambda x: np.sum(np.where(x > 0, x, 0) * 2),
        lambda x: np.sum(2**x),
        lambda x: np.sum(x / x.shape[0]) + x[0, 0] ** 2,
        lambda x: np.sum(np.mean(x, axis=0) * np.mean(x, axis=0)),
    ],
)
def test_float32_is_answered_in_float32(f: Any) -> None:
    x = narrow(3, 4, seed=119)
    gradients = Gradients(f, 0)
    _, [[g]], _, _ = gradients((x,), {})
    assert g.dtype == np.float32
    np.testing.assert_allclose(g, wg.grad(f)(x.astype(float)), rtol=1e-5, atol=1e-6)


def test_each_gradient_has_the_type_of_its_argument() -> None:
    x, w, b = narrow(3, 4, seed=120), draw(4, 2, seed=121), narrow(2, seed=122)
    found = wg.grad(lambda x, w, b: np.sum(np.tanh(x @ w + b) ** 2), wrt=(0, 1, 2))(x, w, b)
    assert [g.dtype for g in found] == [np.float32, np.float64, np.float32]


def test_a_detour_through_float32_does_not_spoil_float64() -> None:
    def f(x: Any) -> Any:
        return np.sum(x.astype(np.float32)) + np.sum(x[0] * np.pi)

    np.testing.assert_allclose(wg.grad(f)(A)[0], 1 + np.pi, rtol=1e-15)


def test_the_same_long_chain_twice_is_no_obstacle() -> None:
    def f(x: Any) -> Any:
        y, z = x * 1.0, x * 1.0
        for _ in range(3000):
            y, z = np.tanh(y), np.tanh(z)
        return y + z

    expected = 1.0
    y = 0.5
    for _ in range(3000):
        y = np.tanh(y)
        expected *= 1 - y * y
    assert wg.grad(f)(0.5) == pytest.approx(2 * expected, rel=1e-9)
