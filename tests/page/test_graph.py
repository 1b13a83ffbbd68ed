"""The graph in a browser: what stands on it, where the keyboard goes, what the walk draws, how it folds."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import whygrad as wg
import xor

Open = Callable[..., Any]
WORDS = np.linspace(-1.0, 1.0, 90).reshape(30, 3)


def chained(W: Any, b: Any) -> Any:
    h = np.zeros(3)
    for t in range(30):
        z = W @ h + b + WORDS[t]
        u = z * 0.5
        h = np.tanh(u)
    return np.sum(h**2)


@pytest.fixture
def tutorial(opened: Open) -> Any:
    return opened(wg.derive(xor.loss, xor.syn0, xor.syn1)).get_by_role("region", name="Graph")


@pytest.fixture
def folded(opened: Open) -> Any:
    return opened(wg.derive(chained, np.eye(3) / 2, np.zeros(3))).get_by_role("region", name="Graph")


def names(graph: Any) -> list[str]:
    return graph.locator("[data-node]").evaluate_all("all => all.map(n => n.ariaLabel)")


def active(graph: Any) -> str:
    return graph.page.evaluate("document.activeElement.ariaLabel.split(',')[0]")


def test_a_node_says_its_name_shape_operation_and_gradient(tutorial: Any) -> None:
    assert "k1, 4×4, σ(z1), ∂L/∂k1; gradient computed" in names(tutorial)
    assert "L, 0.4952, ½(Σ (y − k2)²); the result" in names(tutorial)


def test_every_arrow_tells_a_shape_beside_the_nodes(tutorial: Any) -> None:
    assert tutorial.locator(".label").all_text_contents() == ["3×4", "4×3", "4×4", "4×1", "4×4", "4×1", "4×1", "4×1"]
    boxes = [n.bounding_box() for n in tutorial.locator("[data-node] .body").all()]
    for label in [n.bounding_box() for n in tutorial.locator("text.label").all()]:
        for box in boxes:
            sides = (("x", "width"), ("y", "height"))
            assert any(label[k] >= box[k] + box[s] or box[k] >= label[k] + label[s] for k, s in sides)


def test_text_is_no_smaller_than_ten_pixels(tutorial: Any) -> None:
    scale = tutorial.locator("svg.drawing").evaluate("s => s.getScreenCTM().a")
    texts = tutorial.locator("svg.drawing text")
    sizes = texts.evaluate_all("all => all.map(t => parseFloat(getComputedStyle(t).fontSize))")
    assert min(sizes) * scale >= 10


def test_the_arrow_keys_go_along_the_edges_and_within_a_layer(tutorial: Any) -> None:
    assert tutorial.locator("[data-node][tabindex='0']").count() == 1
    tutorial.get_by_role("button", name=re.compile("^syn0,")).focus()
    went = []
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "ArrowRight", "End", "Home"):
        tutorial.page.keyboard.press(key)
        tutorial.page.wait_for_timeout(50)
        went.append(active(tutorial))
    assert went == ["z1", "k1", "syn1", "z2", "L", "syn0"]


def test_enter_goes_to_the_step_and_then_to_the_gradient_and_so_do_clicks(tutorial: Any) -> None:
    where = tutorial.page.locator("nav .where")
    node = tutorial.get_by_role("button", name=re.compile("^k1,"))
    node.focus()
    tutorial.page.keyboard.press("Enter")
    assert "Forward 2 of 5" in where.inner_text()
    tutorial.page.keyboard.press("Enter")
    assert "Backward 4 of 6" in where.inner_text()
    assert node.get_attribute("aria-current") == "step"
    node.locator(".name").click()
    assert "Forward 2 of 5" in where.inner_text()
    node.locator(".gradient text").first.click()
    assert "Backward 4 of 6" in where.inner_text()


def test_values_go_forth_and_gradients_come_back_as_the_walk_goes(tutorial: Any) -> None:
    tutorial.page.get_by_role("button", name="Walk through it").click()
    tutorial.page.keyboard.press("ArrowRight")  # k1
    assert tutorial.locator(".wire.back").count() == 0
    assert tutorial.locator(".head.carried").count() == 3  # syn0 and X into z1, z1 into k1
    assert "k2, 4×1, σ(z2), ∂L/∂k2; not computed yet, gradient not computed yet" in names(tutorial)
    for _ in range(4):
        tutorial.page.keyboard.press("ArrowRight")  # dk2
    assert tutorial.locator(".head.back").count() == 1
    assert tutorial.locator(".halo.back").count() == 1


def test_an_arrow_says_its_local_derivative(tutorial: Any) -> None:
    tutorial.locator("rect[data-wire='4']").hover()
    assert tutorial.locator(".told").inner_text() == "k1 → z2 ∂z2/∂k1 = · syn1ᵀ"


def test_a_large_graph_begins_folded_and_unfolds_where_it_is_asked(folded: Any) -> None:
    level = folded.locator("select")
    assert level.input_value() == "round"
    node = folded.get_by_role("button", name=re.compile("^round 2 of 30"))
    assert "3 steps" in node.get_attribute("aria-label")
    node.focus()
    folded.page.keyboard.press("Enter")
    assert level.input_value() == "nothing"
    folded.page.wait_for_timeout(500)
    assert active(folded).startswith("z[1]")
    assert folded.locator("[data-node]").count() < 60  # only what is seen is drawn
    level.select_option("loop")
    assert any(name.startswith("for t in range(30)") for name in names(folded))


def test_a_saved_picture_has_all_of_a_graph(folded: Any, tmp_path: Any) -> None:
    folded.locator("select").select_option("nothing")
    with folded.page.expect_download() as download:
        folded.get_by_role("button", name="Save the picture “Graph” as SVG").click()
    download.value.save_as(tmp_path / "graph.svg")
    text = (tmp_path / "graph.svg").read_text(encoding="utf-8")
    assert text.count("data-node=") > 90
    assert folded.locator("[data-node]").count() < 60
