"""The numbers on the page: moved, looked at entry by entry, laid out as products, drawn as a network."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import whygrad as wg
import xor
from whygrad.errors import NonFiniteWarning

Open = Callable[..., Any]


@pytest.fixture
def tutorial(opened: Open) -> Any:
    return opened(wg.derive(xor.loss, xor.syn0, xor.syn1))


def said(label: str | None) -> float:
    """The number in an accessible name: k1[2, 0] = −0.408."""
    assert label is not None
    return float(re.split(" = |: ", label)[-1].replace("−", "-"))


def grid(page: Any, name: str) -> Any:
    return page.get_by_role("region", name="All numbers").get_by_role("grid", name=f"{name}, (")


def numbers_of(page: Any, name: str) -> list[float]:
    cells = grid(page, name).get_by_role("gridcell")
    return [said(cells.nth(i).get_attribute("title")) for i in range(cells.count())]


def move(page: Any, to: float) -> None:
    field = page.locator(".slider input[type=number]").last
    field.fill(str(to))
    field.press("Enter")


def test_each_array_shows_its_numbers_and_its_gradient(tutorial: Any) -> None:
    d = wg.derive(xor.loss, xor.syn0, xor.syn1)
    assert numbers_of(tutorial, "syn0") == pytest.approx(xor.syn0.ravel(), rel=1e-5)
    tutorial.get_by_role("region", name="All numbers").get_by_role("button", name="∂L/∂syn0").click()
    assert numbers_of(tutorial, "∂L/∂syn0") == pytest.approx(d.gradients[0].ravel(), rel=1e-5)


def test_a_picked_number_moves_and_all_that_follows_from_it(tutorial: Any) -> None:
    grid(tutorial, "syn1").get_by_role("gridcell").nth(2).click()
    move(tutorial, 0.5)
    moved = xor.syn1.copy()
    moved[2, 0] = 0.5
    d = wg.derive(xor.loss, xor.syn0, moved)
    assert numbers_of(tutorial, "syn1") == pytest.approx(moved.ravel(), rel=1e-5)
    result = tutorial.locator(".move .result").inner_text()
    assert float(re.search(r"L = ([\d.]+)", result)[1]) == pytest.approx(float(d.value), rel=1e-5)  # type: ignore[index]
    change = float(re.search(r"ΔL = (\S+)", result)[1].replace("−", "-"))  # type: ignore[index]
    assert change == pytest.approx(float(d.value) - float(xor.loss(xor.syn0, xor.syn1)), rel=1e-3)
    tutorial.get_by_role("button", name="reset").click()
    assert numbers_of(tutorial, "syn1") == pytest.approx(xor.syn1.ravel(), rel=1e-5)


def test_a_grid_is_walked_with_the_arrow_keys(tutorial: Any) -> None:
    grid(tutorial, "k1").locator("[tabindex='0']").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        tutorial.keyboard.press(key)
    label = tutorial.evaluate("document.activeElement.getAttribute('aria-label')")
    assert label.startswith("k1[2, 1] = ")
    assert said(label) == pytest.approx(float(1 / (1 + np.exp(-(xor.X @ xor.syn0)[2, 1]))), rel=1e-3)
    assert "Backward 6 of 6" in tutorial.locator("nav .where").inner_text()  # the walk stays


def test_an_entry_of_a_product_lights_its_row_and_its_column(tutorial: Any) -> None:
    tutorial.locator("button.line", has_text="z1 = X @ syn0").click()
    reason = tutorial.get_by_role("region", name="What happens in z1")
    reason.get_by_role("grid", name="z1, (").get_by_role("gridcell", name="z1[2, 1] =").hover()
    lit = [cell.get_attribute("aria-label").split(" = ")[0] for cell in reason.locator("td.mate").all()]
    assert lit == ["syn0[0, 1]", "syn0[1, 1]", "syn0[2, 1]", "X[2, 0]", "X[2, 1]", "X[2, 2]", "z1[2, 1]"]
    text = reason.locator("p.sum").inner_text()
    assert "z1[2, 1] = X[2, 0]·syn0[0, 1] + X[2, 1]·syn0[1, 1] + X[2, 2]·syn0[2, 1]" in text
    assert f"{(xor.X @ xor.syn0)[2, 1]:.4}" in text


def test_a_transpose_lights_up_as_the_matrix_that_it_is_of(tutorial: Any) -> None:
    tutorial.locator("button.line", has_text="dsyn1 = k1.T @ dz2").click()
    reason = tutorial.get_by_role("region", name="Why dsyn1 is this")
    cell = reason.get_by_role("gridcell", name="k1.T[1, 3] =")
    assert said(cell.get_attribute("title")) == pytest.approx(
        float(1 / (1 + np.exp(-(xor.X @ xor.syn0)[3, 1]))), rel=1e-5
    )
    cell.hover()
    assert [c.get_attribute("aria-label").split(" = ")[0] for c in tutorial.locator("td.lit").all()] == [
        "k1.T[1, 3]",
        "k1[3, 1]",
    ]


def test_the_network_shows_units_wires_and_the_constant_one(tutorial: Any) -> None:
    tutorial.get_by_role("tab", name="Network").click()
    drawing = tutorial.get_by_role("group", name="The network, unit by unit")
    names = [unit.get_attribute("aria-label") for unit in drawing.get_by_role("button").all()]
    assert len(names) == 3 + 4 + 1
    assert names[2] == "X[0, 2], the constant 1: the bias: 1"
    hidden = 1 / (1 + np.exp(-(xor.X @ xor.syn0)))
    assert [said(name) for name in names[3:7]] == pytest.approx(hidden[0], abs=0.005)
    assert drawing.locator(".wire").count() == 3 * 4 + 4
    drawing.get_by_role("button", name="k1[0, 2]").hover()
    assert drawing.locator(".wire.hot").count() == 3
    tutorial.get_by_role("button", name="example after").click()
    assert drawing.get_by_role("button", name="k1[1, 2]").count() == 1


def test_a_weight_is_picked_in_the_network(tutorial: Any) -> None:
    tutorial.get_by_role("tab", name="Network").click()
    tutorial.get_by_role("button", name="syn1[3, 0]").click()
    tutorial.get_by_role("tab", name="Numbers").click()
    assert tutorial.locator(".slider .name").inner_text() == "syn1[3, 0]"


def test_the_network_is_walked_with_the_arrow_keys(tutorial: Any) -> None:
    tutorial.get_by_role("tab", name="Network").click()
    tutorial.locator(".unit[tabindex='0']").focus()
    for key in ("ArrowLeft", "ArrowDown", "ArrowDown"):
        tutorial.keyboard.press(key)
    assert tutorial.evaluate("document.activeElement.getAttribute('aria-label')").startswith("k1[0, 2]: ")


def test_few_numbers_have_all_their_sliders(opened: Open) -> None:
    page = opened(wg.derive(lambda x, y: x * y + np.sin(x), 0.5, 1.5))
    page.get_by_role("tab", name="Numbers").click()
    assert page.get_by_role("slider", name="slider").count() == 2


def test_a_nan_says_where_it_comes_from(opened: Open) -> None:
    def f(a: Any) -> Any:
        b = np.log(a)
        return np.sum(2 * b)

    with pytest.warns((NonFiniteWarning, RuntimeWarning)):
        d = wg.derive(f, np.array([1.0, -1.0, 2.0]))
    page = opened(d)
    assert "1 of 3 nan: first in np.log(a), line" in page.locator(".all").inner_text()


def test_what_is_too_large_is_summed_up_and_cannot_be_moved(opened: Open) -> None:
    X = np.ones((400, 300))
    page = opened(wg.derive(lambda W: np.mean(np.tanh(X @ W)), np.full((300, 2), 0.01)))
    assert "too large to be in the page: mean 1, norm 346.4, from 1 to 1" in page.locator(".all").inner_text()
    assert "It cannot be moved" in page.locator(".slider").inner_text()
    assert page.locator(".slider input[type=number]").is_disabled()


def test_labels_that_choose_entries_are_no_numbers_to_move(opened: Open) -> None:
    labels = np.array([2, 0])
    page = opened(wg.derive(lambda s: np.sum(s[np.arange(2), labels] ** 2), np.ones((2, 3))))
    grid(page, "labels").get_by_role("gridcell").first.click()
    assert "labels" not in page.locator(".move").inner_text()
