"""Forward mode, by the same rows as reverse mode: every row, held to the laws that bind the two."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from test_rules import (
    BY_ARRAY,
    COMPUTES_IN_DOUBLE,
    SHAPES,
    TAKES_COMPLEX,
    broadcastable,
    draw,
    draw_numbers,
    every_sample,
    has_two_operands_of_floats,
    rows,
    smooth_inputs,
)
from whygrad.differentiation.forward import Differential, forward
from whygrad.differentiation.reverse import reverse
from whygrad.program import Program, evaluate, evaluate_all
from whygrad.program.building import Builder, variable_of
from whygrad.rules import ROWS, Row, Sample, primitive

by_array = pytest.mark.parametrize(("name", "shapes", "index", "template"), BY_ARRAY)


def applied(row: Row, operands: list[Any], params: tuple[Any, ...]) -> tuple[Program, list[Any]]:
    """The Program of one step, and its values."""
    start = Program(tuple(map(variable_of, operands)), tuple(range(len(operands))), (), (), ())
    builder = Builder(start, operands)
    y = builder.apply(row.primitive, start.inputs, params)
    return builder.finish([y], "law"), builder.values


def like(x: Any, rng: np.random.Generator) -> Any:
    """Random numbers in the shape and type of x."""
    drawn = rng.uniform(-1, 1, np.shape(x))
    return float(drawn) if type(x) is float else np.asarray(drawn).astype(np.result_type(x))[()]


def directions_of(operands: list[Any], wrt: tuple[int, ...], seed: int) -> list[Any]:
    rng = np.random.default_rng(seed + 2000)
    return [like(operands[n], rng) for n in wrt]


def pushed(program: Program, values: list[Any], wrt: tuple[int, ...], directions: list[Any]) -> Differential:
    return forward(program, values, wrt, directions, idioms=False)


def tangent(program: Program, values: list[Any], wrt: tuple[int, ...], directions: list[Any]) -> Any:
    """The tangent of the Program's only output."""
    differential = pushed(program, values, wrt, directions)
    return evaluate(differential.program, [*values[: len(program.inputs)], *directions])[-1]


def weighed(program: Program, values: list[Any], u: Any) -> tuple[Program, list[Any]]:
    """⟨u, output⟩, as a Program."""
    builder = Builder(program, values)
    product = builder.apply(primitive("multiply"), (builder.constant(u, "captured"), program.outputs[0]))
    axes = tuple(range(len(builder.shape(product))))
    total = builder.apply(primitive("sum"), (product,), (axes, False))
    return builder.finish([total], "law"), builder.values


def assert_forward_is_right(row: Row, operands: list[Any], params: tuple[Any, ...], seed: int) -> None:
    """J v is ⟨u, J v⟩ = ⟨Jᵀ u, v⟩ for a random u, and the slope that the values show."""
    program, values = applied(row, operands, params)
    wrt = smooth_inputs(row, operands)
    directions = directions_of(operands, wrt, seed)
    found = tangent(program, values, wrt, directions)
    y = values[program.outputs[0]]
    assert np.shape(found) == np.shape(y)
    u = like(y, np.random.default_rng(seed + 3000))
    scalar, all_values = weighed(program, values, u)
    back = evaluate(reverse(scalar, all_values, wrt, idioms=False).program, operands)[1:]
    inner = sum(float(np.sum(g * d)) for g, d in zip(back, directions, strict=True))
    assert float(np.sum(u * found)) == pytest.approx(inner, rel=1e-12, abs=1e-12)

    def run(step: Any) -> Any:
        moved = list(operands)
        for n, d in zip(wrt, directions, strict=True):
            moved[n] = moved[n] + step * d
        return np.asarray(row.primitive.evaluate(*moved, *params))

    if row.name in TAKES_COMPLEX:
        np.testing.assert_allclose(found, np.imag(run(1e-30j)) / 1e-30, rtol=1e-10, atol=1e-11)
    else:
        np.testing.assert_allclose(found, (run(1e-6) - run(-1e-6)) / 2e-6, rtol=1e-6, atol=1e-6)


@every_sample
def test_forward_reverse_and_differences_agree(row: Row, sample: Sample) -> None:
    assert_forward_is_right(row, draw(row, sample.shapes, seed=30), sample.params, seed=30)


@by_array
def test_forward_reverse_and_differences_agree_where_an_index_has_arrays(
    name: str, shapes: Any, index: Any, template: Any
) -> None:
    operands = [*draw(ROWS[name], shapes, seed=31), *index]
    assert_forward_is_right(ROWS[name], operands, (template,), seed=31)


@rows(lambda row: row.broadcasts)
def test_every_operand_broadcasts_against_every_other(row: Row) -> None:
    params = row.samples[0].params
    tried = SHAPES if len(row.operands) < 3 else SHAPES[:1] + SHAPES[2:8]
    for shapes in itertools.product(tried, repeat=len(row.operands)):
        if broadcastable(*shapes):
            assert_forward_is_right(row, draw(row, shapes, seed=32), params, seed=32)


@every_sample
def test_what_does_not_move_adds_nothing(row: Row, sample: Sample) -> None:
    """The tangents that single operands bring about add up to that of all together."""
    operands = draw(row, sample.shapes, seed=33)
    program, values = applied(row, operands, sample.params)
    wrt = smooth_inputs(row, operands)
    directions = directions_of(operands, wrt, 33)
    together = tangent(program, values, wrt, directions)
    alone = [tangent(program, values, (n,), [d]) for n, d in zip(wrt, directions, strict=True)]
    np.testing.assert_allclose(sum(alone), together, rtol=1e-12, atol=1e-13)


@every_sample
def test_float32_stays_float32(row: Row, sample: Sample) -> None:
    params = tuple("float32" if p == "float64" else p for p in sample.params)
    operands = draw(row, sample.shapes, seed=34, dtype="float32")
    program, values = applied(row, operands, params)
    wrt = smooth_inputs(row, operands)
    found = tangent(program, values, wrt, directions_of(operands, wrt, 34))
    y = np.float32 if row.name not in COMPUTES_IN_DOUBLE else np.result_type(values[program.outputs[0]])
    assert np.asarray(found).dtype == y


@rows(has_two_operands_of_floats)
@pytest.mark.parametrize("wide", [0, 1])
def test_a_tangent_has_its_variable_s_type_also_among_mixed_ones(row: Row, wide: int) -> None:
    sample = row.samples[0]
    operands = draw(row, sample.shapes, seed=35, dtype="float32")
    operands[wide] = operands[wide].astype("float64")
    program, values = applied(row, operands, sample.params)
    wrt = smooth_inputs(row, operands)
    found = tangent(program, values, wrt, directions_of(operands, wrt, 35))
    assert np.asarray(found).dtype == np.result_type(values[program.outputs[0]])


@rows(lambda row: row.broadcasts and row.name != "cast")
@pytest.mark.parametrize("face", [float, np.float64], ids=["float", "numpy scalar"])
def test_numbers_have_tangents_too(row: Row, face: Any) -> None:
    assert_forward_is_right(row, draw_numbers(row, face, seed=36), row.samples[0].params, seed=36)


@every_sample
def test_no_operand_is_changed(row: Row, sample: Sample) -> None:
    operands = draw(row, sample.shapes, seed=37)
    program, values = applied(row, operands, sample.params)
    wrt = smooth_inputs(row, operands)
    directions = directions_of(operands, wrt, 37)
    for x in (*values, *directions):
        if isinstance(x, np.ndarray):
            x.flags.writeable = False  # a write would raise
    tangent(program, values, wrt, directions)


# Second order


@every_sample
def test_forward_over_reverse_is_reverse_over_forward_is_the_slope_of_the_gradient(row: Row, sample: Sample) -> None:
    is_complex = row.name in TAKES_COMPLEX
    operands = draw(row, sample.shapes, seed=38)
    program, values = applied(row, operands, sample.params)
    scalar, all_values = weighed(program, values, like(values[-1], np.random.default_rng(38)))
    wrt = smooth_inputs(row, operands)
    directions = directions_of(operands, wrt, 38)

    gradient = reverse(scalar, all_values, wrt, idioms=False).program
    over = pushed(gradient, evaluate_all(gradient, operands), wrt, directions).program
    forward_over_reverse = evaluate(over, [*operands, *directions])[len(gradient.outputs) + 1 :]

    slope = pushed(scalar, all_values, wrt, directions).program
    only_slope = Program(slope.variables, slope.inputs, slope.constants, slope.steps, slope.outputs[1:])
    under = reverse(only_slope, evaluate_all(slope, [*operands, *directions]), wrt, idioms=False).program
    reverse_over_forward = evaluate(under, [*operands, *directions])[1:]

    def run(step: Any) -> list[Any]:
        moved = list(operands)
        for n, d in zip(wrt, directions, strict=True):
            moved[n] = moved[n] + step * d
        return evaluate(gradient, moved)[1:]

    above, below = (run(1e-30j), None) if is_complex else (run(1e-6), run(-1e-6))
    for n, (one, other) in enumerate(zip(forward_over_reverse, reverse_over_forward, strict=True)):
        exact = np.imag(above[n]) / 1e-30 if below is None else (above[n] - below[n]) / 2e-6
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(
            one, exact, **({"rtol": 1e-9, "atol": 1e-10} if is_complex else {"rtol": 1e-6, "atol": 1e-6})
        )
