"""The zoo's own ground: its functions run, and its two oracles agree where both can speak."""

import math

import numpy as np
import pytest

from zoo import ZOO
from zoo.case import Case, copied, draw, is_float, leaves
from zoo.oracles import (
    OracleError,
    complex_gradient,
    largest,
    numeric_gradient,
    ridders,
    ridders_gradient,
)

every_case = pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in ZOO])


def distance(one: object, other: object) -> float:
    """The largest difference between two gradients, relative to max(1, their largest entry)."""
    pairs = zip(leaves(one), leaves(other), strict=True)
    return max((largest(a - b) for a, b in pairs), default=0.0) / max(1.0, largest(one))


def test_the_zoo_is_large_and_its_names_are_unique() -> None:
    assert len({case.function for case in ZOO}) >= 110
    assert len({case.name for case in ZOO}) == len(ZOO)


@every_case
def test_the_plain_function_returns_the_same_finite_scalar_every_time(case: Case) -> None:
    first, second = case.plain_value(), case.plain_value()
    assert np.shape(first) == ()
    assert isinstance(first, float | np.floating | np.ndarray)
    assert np.isfinite(first)
    assert first == second
    assert np.asarray(first).dtype == np.asarray(second).dtype


@every_case
def test_the_two_oracles_agree(case: Case) -> None:
    exact = numeric_gradient(case)
    if case.oracle == "complex":
        assert distance(exact, ridders_gradient(case)) < 1e-8
    else:
        assert distance(exact, ridders_gradient(case, step=0.04)) < 1e-9


@every_case
def test_an_oracle_changes_no_argument_and_keeps_the_structure(case: Case) -> None:
    before = copied(case.args)
    gradient = numeric_gradient(case)
    for now, then in zip(leaves(case.args), leaves(before), strict=True):
        assert np.array_equal(now, then)
    assert len(gradient) == len(case.positions)
    for entry, position in zip(gradient, case.positions, strict=True):
        for leaf, argument in zip(leaves(entry), leaves(case.args[position]), strict=True):
            assert is_float(argument)
            assert np.shape(leaf) == np.shape(argument)
            assert isinstance(leaf, np.ndarray) == isinstance(argument, np.ndarray)


@pytest.mark.parametrize(
    "f, slope",
    [
        (lambda h: math.exp(1 + h), math.e),
        (lambda h: math.exp(math.sin((0.5 + h) ** 2)), 1.240882609167253),
        (lambda h: 1 / (0.5 + h), -4.0),
        (lambda h: math.sqrt(2 + h), 0.25 * math.sqrt(2)),
        (lambda h: 3 * h + 1, 3.0),
        (lambda h: max(0.0, 0.02 + h) ** 2, 0.04),
        (lambda h: 7.0, 0.0),
    ],
    ids=["exp", "exp-sin-square", "pole-near-by", "sqrt", "line", "kink-near-by", "constant"],
)
def test_extrapolated_differences_reach_eleven_digits(f, slope) -> None:
    estimate, error = ridders(f, step=1 / 16)
    assert abs(estimate - slope) < 1e-11 * max(1.0, abs(slope))
    assert abs(estimate - slope) <= error


def test_the_complex_step_refuses_where_the_imaginary_part_is_lost() -> None:
    def through_a_buffer(x):
        out = np.zeros(3)
        out[:] = x**2
        return out.sum()

    with pytest.raises(OracleError, match="dropped"):
        complex_gradient(Case("buffer", through_a_buffer, (draw(3, seed=0),)))


def test_differences_refuse_at_a_kink() -> None:
    with pytest.raises(OracleError, match="settle"):
        ridders_gradient(Case("kink", lambda x: abs(x) + max(x, 2 * x), (1e-7,), oracle="ridders"))
