"""Corners: where a row has no slope, the derivation says which one is used, with the author's line."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from whygrad.program import Program, Step
from whygrad.program.building import Builder, variable_of
from whygrad.rules import ROWS, Row
from whygrad.rules.corners import met

ZERO, TIES = np.array([0.0, 1.0, -1.5]), np.array([1.0, 1.0, 0.5])
CORNERS = {
    "absolute": (lambda x: np.sum(np.abs(x)), ZERO, "no slope at 0 (−1 from the left, +1 from the right) in np.abs(x)"),
    "maximum": (lambda x: np.sum(np.maximum(0, x)), ZERO, "both sides are equal, a corner, in np.maximum(0, x)"),
    "clip": (lambda x: np.sum(np.clip(x, 0, 2)), ZERO, "an entry lies on a bound, a corner, in np.clip(x, 0, 2)"),
    "max": (lambda x: np.max(x), TIES, "several entries are the largest, a tie, in np.max(x)"),
    "min": (lambda x: np.min(-x), TIES, "several entries are the smallest, a tie, in np.min(-x)"),
    "sort": (lambda x: np.sum(np.sort(x) * ZERO), TIES, "two entries are equal, a tie, in np.sort(x)"),
    "median": (lambda x: np.median(x), TIES, "two entries are equal, a tie, in np.median(x)"),
    "norm": (lambda x: np.linalg.norm(x), 0 * ZERO, "all entries are 0, where a norm has no slope, in"),
    "std": (lambda x: np.std(x), 0 * ZERO + 1, "all entries are equal, where std has no slope, in np.std(x)"),
    "sqrt": (lambda x: np.sum(np.sqrt(x)), np.array([0.0, 1.0]), "where the slope of sqrt is infinite, in np.sqrt(x)"),
    "sign": (lambda x: np.sum(np.sign(x) * x), ZERO, "an entry is 0, where sign jumps, in np.sign(x)"),
    "mask": (lambda x: np.sum(x * (x > 0)), ZERO, "both sides are equal, where the comparison flips, in x > 0"),
    "floor": (lambda x: np.sum(np.floor(x) * x), ZERO, "an entry is a whole number, where floor jumps, in np.floor(x)"),
    "remainder": (lambda x: np.sum(x % 1.0), ZERO, "an entry is a whole multiple, where % jumps, in x % 1.0"),
    "hypot": (lambda x: np.sum(np.hypot(x, 0 * x)), ZERO, "both sides are 0, where hypot has no slope, in"),
}


def told(f: Any, x: Any) -> list[str]:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return [note for note in wg.derive(f, x).notes if "(line " in note]


@pytest.mark.parametrize("name", CORNERS)
def test_a_corner_is_told_with_its_line_and_the_slope_that_is_used(name: str) -> None:
    f, x, said = CORNERS[name]
    (note,) = told(f, x)
    assert said in note
    assert note.partition("): ")[2].endswith("used") or "share" in note or "expect" in note or "slope" in note
    assert told(f, x + np.array([0.23, 0.41, 0.87])[: len(x)]) == []


def test_what_the_result_does_not_feel_is_not_told() -> None:
    assert told(lambda x: x * np.mean(np.abs(np.zeros(3))), 2.0) == []
    assert told(lambda x: np.sum(x**2) + 0 * len(np.sort(x)), TIES) == []
    assert told(lambda x: np.sum(x**2) * (np.max(np.array([3, 3])) > 1), TIES) == []


@pytest.mark.parametrize("row", [row for row in ROWS.values() if row.corner], ids=lambda row: row.name)
def test_a_corner_is_nowhere_else(row: Row) -> None:
    assert row.corner is not None
    assert row.corner.off  # what a proof takes for granted
    rng = np.random.default_rng(3)
    for sample in row.samples or [None]:
        shapes = sample.shapes if sample else [(3,)] * len(row.operands)
        if sample and not all(map(np.prod, shapes)):
            continue
        operands = []
        for n, shape in enumerate(shapes):
            low, high = row.domain[row.operand_name(n)] if isinstance(row.domain, dict) else row.domain
            operands.append(rng.uniform(low, high, shape))
        names = tuple(range(len(operands)))
        builder = Builder(Program(tuple(map(variable_of, operands)), names, (), (), ()), operands)
        params = sample.params if sample else ()
        y = builder.apply(row.primitive, names, params)
        assert not np.any(met(row, Step(row.primitive, names, params, (y,)), builder.values))
