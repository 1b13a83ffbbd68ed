"""Derived against hand-written: the same gradients, in hardly more lines."""

from typing import Any

import numpy as np
import pytest

import whygrad as wg
from hand_written import PASSES
from hand_written.passes import Pass, is_code
from zoo.case import copied, leaves

LONGER = 1.5
"""So many times the lines of the hand-written backward pass may be printed."""


UNROLLED = {"conv_by_loops": (19, 7), "pendulum_by_euler": (10, 5)}
"""Printed code has no loops yet: what a hand writes in a loop's body is printed once a round. Lines printed, and
lines written by hand."""


passes = pytest.mark.parametrize("one", [pytest.param(one, id=one.name) for one in PASSES])


def printed_backward(d: Any) -> list[str]:
    """The backward lines inside the printed function: what stands between the empty line and the return."""
    function = d.code().rstrip("\n").partition("_value_and_grad(")[2]
    *lines, _ = function.rpartition("\n\n")[2].split("\n")
    return [line for line in lines if is_code(line)]


@passes
def test_derived_gradients_are_the_hand_written_ones(one: Pass) -> None:
    d = wg.derive(one.loss, *copied(list(one.args)))
    for derived, by_hand in zip(d.gradients, one.gradients(), strict=True):
        for a, b in zip(leaves(derived), leaves(by_hand), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-10)


@passes
def test_printed_code_is_hardly_longer_than_the_hand_written(one: Pass) -> None:
    code = printed_backward(wg.derive(one.loss, *copied(list(one.args))))
    if one.name in UNROLLED:
        assert any(line.strip().startswith("for ") for line in one.lines)
        assert (len(code), len(one.lines)) == UNROLLED[one.name], "\n".join(code)
    else:
        assert len(code) <= LONGER * len(one.lines), "\n".join(code)


def test_there_are_enough() -> None:
    assert len(PASSES) >= 25
    assert len({one.name for one in PASSES}) == len(PASSES)
