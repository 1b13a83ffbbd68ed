"""Curves on the page: tangents, secants, chains and maps, read back from the drawing and held against Python."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import whygrad as wg
import xor

Open = Callable[..., Any]


def bell(x):
    u = x**2
    k = np.sin(u)
    return np.exp(k)


def waves(x, y):
    return x * y + np.sin(x)


def pole(x):
    return 1 / x


def corner(x):
    return np.abs(x)


def branch(x):
    if x > 0:
        return x**2
    return 0.1 * x


def curves(page: Any, way: str = "Curve") -> Any:
    page.get_by_role("tab", name="Curve").click()
    panel = page.get_by_role("tabpanel")
    if way != "Curve":
        panel.get_by_role("button", name=way, exact=True).click()
    return panel


def attribute(mark: Any, name: str) -> float:
    text = mark.get_attribute(name)
    assert text is not None
    return float(text)


def pair(mark: Any, name: str) -> list[float]:
    return [float(x) for x in (mark.get_attribute(name) or "").split()]


def ends(mark: Any) -> list[float]:
    return [attribute(mark, f"data-{name}") for name in ("x1", "y1", "x2", "y2")]


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def fact(panel: Any, name: str) -> float:
    return number(panel.locator(f'[data-fact="{name}"]').first.inner_text())


def pixels_agree(panel: Any, role: str) -> None:
    """What is drawn in pixels is what the marks say in numbers."""
    plot, mark = panel.locator("[data-role=plot]").first, panel.locator(f"[data-role={role}]").first
    for axis, low, high in (("x", "x1", "x2"), ("y", "y1", "y2")):
        domain, reach = pair(plot, f"data-{axis}-domain"), pair(plot, f"data-{axis}-range")
        for end in (low, high):
            drawn = reach[0] + (attribute(mark, f"data-{end}") - domain[0]) / (domain[1] - domain[0]) * (
                reach[1] - reach[0]
            )
            assert attribute(mark, end) == pytest.approx(drawn, abs=0.02)


@pytest.mark.parametrize("x", [1.5, -0.7, 2.1])
def test_the_tangent_goes_through_the_point_with_the_slope_of_the_derivation(opened: Open, x: float) -> None:
    panel = curves(opened(wg.derive(bell, x)))
    slope = float(wg.derive(bell, x).gradients[0])
    tangent, point = panel.locator("[data-role=tangent]"), panel.locator("[data-role=point]")
    assert attribute(point, "data-x") == x
    assert attribute(point, "data-y") == pytest.approx(bell(x), rel=1e-12)
    assert attribute(tangent, "data-slope") == pytest.approx(slope, rel=1e-12)
    x1, y1, x2, y2 = ends(tangent)
    assert (y2 - y1) / (x2 - x1) == pytest.approx(slope, rel=1e-9)
    assert y1 + slope * (x - x1) == pytest.approx(bell(x), rel=1e-9)
    assert fact(panel, "tangent") == pytest.approx(slope, rel=1e-5)
    pixels_agree(panel, "tangent")


def test_the_secant_goes_through_two_points_and_turns_into_the_tangent(opened: Open) -> None:
    panel = curves(opened(wg.derive(bell, 1.5)))
    slope = float(wg.derive(bell, 1.5).gradients[0])
    slider = panel.locator(".facts input[type=range]")
    gaps = []
    for key in ("", "PageDown", "PageDown", "PageDown"):
        if key:
            slider.press(key)
        h = number((slider.get_attribute("aria-valuetext") or "").removeprefix("h = "))
        quotient = (bell(1.5 + h) - bell(1.5)) / h
        assert attribute(panel.locator("[data-role=secant]"), "data-slope") == pytest.approx(quotient, rel=1e-9)
        assert fact(panel, "secant") == pytest.approx(quotient, rel=1e-5)
        assert attribute(panel.locator("[data-role=other]"), "data-x") == pytest.approx(1.5 + h, rel=1e-12)
        gaps.append(abs(quotient - slope))
    assert gaps == sorted(gaps, reverse=True)
    pixels_agree(panel, "secant")


def test_a_button_lets_h_run_to_zero(opened: Open) -> None:
    panel = curves(opened(wg.derive(bell, 1.5)))
    panel.get_by_role("button", name="h → 0").click()
    panel.get_by_role("button", name="Again", exact=True).wait_for()
    assert fact(panel, "secant") == pytest.approx(float(wg.derive(bell, 1.5).gradients[0]), rel=1e-3)


def test_the_point_moves_by_keys_and_by_the_pointer(opened: Open) -> None:
    panel = curves(opened(wg.derive(bell, 1.5)))
    point = panel.get_by_role("slider", name="x", exact=True)
    for press in (
        lambda: point.press("ArrowRight"),
        lambda: point.press("Shift+ArrowLeft"),
        lambda: point.press("Home"),
    ):
        before = attribute(point, "data-x")
        press()
        x = attribute(point, "data-x")
        assert x != before
        assert attribute(point, "data-y") == pytest.approx(bell(x), rel=1e-9)
        assert attribute(panel.locator("[data-role=tangent]"), "data-slope") == pytest.approx(
            float(wg.derive(bell, x).gradients[0]), rel=1e-9
        )
    point.press("End")
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    page = panel.page
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] - 150, box["y"], steps=4)
    page.mouse.up()
    moved = attribute(point, "data-x")
    assert moved < x + 100
    assert panel.get_by_role("spinbutton").first.input_value() == f"{moved:g}"


def zoomed_out(panel: Any, times: int) -> Any:
    for _ in range(times):
        panel.get_by_role("button", name="Zoom out").click()
    return panel


def test_a_curve_is_broken_at_a_pole(opened: Open) -> None:
    panel = zoomed_out(curves(opened(wg.derive(pole, 0.1))), 3)
    assert (panel.locator("[data-role=curve]").get_attribute("d") or "").count("M") >= 2


def test_a_curve_ends_where_the_code_takes_another_branch(opened: Open) -> None:
    panel = zoomed_out(curves(opened(wg.derive(branch, 1.5))), 2)
    assert panel.locator("[data-role=elsewhere]").count() == 1
    assert "another branch" in panel.inner_text()


def test_at_a_kink_the_page_says_which_slope_was_used(opened: Open) -> None:
    panel = curves(opened(wg.derive(corner, 0.0)))
    assert "the slope is −1, just to the right 1. At the kink itself the derivation used 0" in panel.inner_text()


def test_slopes_along_a_chain_multiply_to_the_slope_of_the_whole(opened: Open) -> None:
    x = 1.5
    panel = curves(opened(wg.derive(bell, x)), "Chain")
    slopes = [attribute(t, "data-slope") for t in panel.locator("[data-role=tangent]").all()]
    assert slopes == pytest.approx([2 * x, math.cos(x * x), math.exp(math.sin(x * x))], rel=1e-9)
    whole = float(wg.derive(bell, x).gradients[0])
    assert math.prod(slopes) == pytest.approx(whole, rel=1e-9)
    assert fact(panel, "tangent") == pytest.approx(whole, rel=1e-3)
    assert "dk/du at u = 2.25" in panel.inner_text()


def test_several_ways_add_up(opened: Open) -> None:
    panel = curves(opened(wg.derive(waves, 1.0, 2.0)), "Chain")
    ways = [fact(panel, "way 1"), fact(panel, "way 2")]
    assert ways == pytest.approx([2.0, math.cos(1.0)], rel=1e-3)
    assert sum(ways) == pytest.approx(fact(panel, "tangent"), rel=1e-3)


def test_the_gradient_on_the_map_is_made_of_the_partial_slopes(opened: Open) -> None:
    panel = curves(opened(wg.derive(waves, 1.0, 2.0)), "Two numbers")
    gradient = [float(g) for g in wg.derive(waves, 1.0, 2.0).gradients]
    x1, y1, x2, y2 = ends(panel.locator("[data-role=gradient]"))
    assert (x1, y1) == (1.0, 2.0)
    assert (y2 - y1) / (x2 - x1) == pytest.approx(gradient[1] / gradient[0], rel=1e-9)
    x1, y1, x2, y2 = ends(panel.locator("[data-role=descent]"))
    assert x2 < x1 and y2 < y1
    across, up = (ends(m) for m in panel.locator("[data-role=partial]").all())
    assert across[1] == across[3] and up[0] == up[2]
    assert (up[3] - up[1]) / (across[2] - across[0]) == pytest.approx(gradient[1] / gradient[0], rel=1e-9)
    # The cuts through the point have the partial slopes.
    assert [attribute(t, "data-slope") for t in panel.locator("[data-role=tangent]").all()] == pytest.approx(gradient)
    assert panel.locator("[data-role=level]").count() > 4


def test_a_line_of_equal_height_is_as_high_as_it_says(opened: Open) -> None:
    panel = curves(opened(wg.derive(waves, 1.0, 2.0)), "Two numbers")
    plan = panel.locator("[data-role=map]")
    dx, dy = pair(plan, "data-x-domain"), pair(plan, "data-y-domain")
    rx, ry = pair(plan, "data-x-range"), pair(plan, "data-y-range")
    for level in panel.locator("[data-role=level]").all():
        height = attribute(level, "data-level")
        places = re.findall(r"[ML]([\d.-]+),([\d.-]+)", level.get_attribute("d") or "")
        inside = [
            (float(a), float(b))
            for a, b in places
            if rx[0] + 1 < float(a) < rx[1] - 1 and ry[1] + 1 < float(b) < ry[0] - 1
        ]
        for a, b in inside[::5]:
            x = dx[0] + (a - rx[0]) / (rx[1] - rx[0]) * (dx[1] - dx[0])
            y = dy[0] + (b - ry[0]) / (ry[1] - ry[0]) * (dy[1] - dy[0])
            assert waves(x, y) == pytest.approx(height, abs=0.05)


def test_one_weight_of_a_network_has_a_curve(opened: Open) -> None:
    d = wg.derive(xor.loss, xor.syn0, xor.syn1)
    panel = curves(opened(d))
    assert attribute(panel.locator("[data-role=tangent]"), "data-slope") == pytest.approx(
        float(d.gradients[0][0, 0]), rel=1e-9
    )
    assert attribute(panel.locator("[data-role=point]"), "data-y") == pytest.approx(float(d.value), rel=1e-12)


def test_a_map_of_two_weights_says_its_numbers_in_words(opened: Open) -> None:
    d = wg.derive(xor.loss, xor.syn0, xor.syn1)
    panel = curves(opened(d), "Two numbers")
    panel.get_by_text("In words").click()
    words = panel.locator("details p").last.inner_text()
    assert "L over syn0[0, 0] and syn1[0, 0]" in words
    assert "Lines of equal height at" in words
