"""Training in the page: its numbers are those of the same descent in NumPy."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import whygrad as wg
import xor

Open = Callable[..., Any]


@pytest.fixture
def panel(opened: Open) -> Any:
    page = opened(wg.derive(xor.loss, xor.syn0, xor.syn1))
    page.get_by_role("tab", name="Train").click()
    return page.get_by_role("tabpanel")


def shown(panel: Any) -> tuple[int, float]:
    """The step, and the loss that is told for it."""
    found = re.search(r"Step (\d+).*= ([−\d.e]+)", panel.inner_text())
    assert found is not None
    return int(found[1]), float(found[2].replace("−", "-"))


def descended(loss: Any, params: Any, steps: int, rate: float, momentum: float = 0.0, decay: float = 0.0) -> Any:
    """Gradient descent with momentum and weight decay, by the derived gradient."""
    gradient = wg.grad(loss, ("syn0", "syn1"))
    velocity = [np.zeros_like(p) for p in params]
    for _ in range(steps):
        moves = gradient(*params)
        for i, (p, g) in enumerate(zip(params, moves, strict=True)):
            velocity[i] = momentum * velocity[i] - rate * (g + decay * p)
        params = [p + v for p, v in zip(params, velocity, strict=True)]
    return params


def set_to(panel: Any, label: str, value: str) -> None:
    field = panel.get_by_label(label, exact=True)
    field.fill(value)
    field.press("Tab")


@pytest.mark.parametrize(("rate", "momentum", "decay"), [(1.0, 0.0, 0.0), (0.5, 0.9, 0.01)])
def test_single_steps_are_numpys(panel: Any, rate: float, momentum: float, decay: float) -> None:
    for label, value in (("rate", rate), ("momentum", momentum), ("decay", decay)):
        set_to(panel, label, str(value))
    for _ in range(5):
        panel.get_by_role("button", name="One step").click()
    step, loss = shown(panel)
    params = descended(xor.loss, [xor.syn0, xor.syn1], 5, rate, momentum, decay)
    assert step == 5
    assert loss == pytest.approx(xor.loss(*params), rel=1e-5)


def test_other_views_follow_a_step(panel: Any) -> None:
    panel.get_by_role("button", name="One step").click()
    params = descended(xor.loss, [xor.syn0, xor.syn1], 1, 1.0)
    header = panel.page.locator("header").inner_text()
    assert float(re.search(r"L\s*=\s*([\d.]+)", header)[1]) == pytest.approx(xor.loss(*params), rel=1e-5)  # type: ignore[index]


def test_it_plays_and_pauses_where_numpy_would_be(panel: Any) -> None:
    panel.get_by_role("button", name="Play").click()
    panel.page.wait_for_timeout(400)
    panel.get_by_role("button", name="Pause").click()
    step, loss = shown(panel)
    assert step > 10
    params = descended(xor.loss, [xor.syn0, xor.syn1], step, 1.0)
    assert loss == pytest.approx(xor.loss(*params), rel=1e-5)


def test_a_seed_draws_numpys_own_numbers(panel: Any) -> None:
    set_to(panel, "seed", "1")
    _, loss = shown(panel)
    assert loss == pytest.approx(xor.loss(xor.syn0, xor.syn1), rel=1e-5)  # the tutorial's own seed
    set_to(panel, "seed", "7")
    np.random.seed(7)
    params = [2 * np.random.random((3, 4)) - 1, 2 * np.random.random((4, 1)) - 1]
    assert shown(panel)[1] == pytest.approx(xor.loss(*params), rel=1e-5)


def test_the_same_network_with_cross_entropy(panel: Any) -> None:
    def cross_entropy(syn0: Any, syn1: Any) -> Any:
        k2 = xor.outputs(syn0, syn1)
        return -np.sum(xor.y * np.log(k2) + (1 - xor.y) * np.log(1 - k2))

    loss = panel.locator("select", has_text="cross-entropy")
    assert loss.locator("option:checked").inner_text() == "squared error"
    loss.select_option(label="cross-entropy")
    assert "log" in panel.locator(".now").inner_text()
    set_to(panel, "rate", "0.3")
    assert shown(panel)[1] == pytest.approx(cross_entropy(xor.syn0, xor.syn1), rel=1e-5)
    for _ in range(3):
        panel.get_by_role("button", name="One step").click()
    params = descended(cross_entropy, [xor.syn0, xor.syn1], 3, 0.3)
    assert shown(panel)[1] == pytest.approx(cross_entropy(*params), rel=1e-5)


def test_too_long_steps_are_said_so(opened: Open) -> None:
    X, y = np.array([[1.0, 0.5], [2.0, -1.0], [0.0, 1.5]]), np.array([1.0, 0.0, 2.0])
    page = opened(wg.derive(lambda w: np.mean((X @ w - y) ** 2), np.array([3.0, -2.0])))
    page.get_by_role("tab", name="Train").click()
    panel = page.get_by_role("tabpanel")
    set_to(panel, "rate", "1e9")
    panel.get_by_role("button", name="Play").click()
    panel.get_by_text("the steps were too long").wait_for()
