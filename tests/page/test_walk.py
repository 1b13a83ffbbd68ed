"""The page in a browser: the walk, what lights up with what, keys, and what a screen reader hears."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import whygrad as wg
import xor
from page.conftest import missing
from whygrad.errors import NonFiniteWarning

Open = Callable[..., Any]
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture
def tutorial(opened: Open) -> Any:
    return opened(wg.derive(xor.loss, xor.syn0, xor.syn1))


def position(page: Any) -> str:
    return page.locator("nav .where").inner_text()


def test_it_asks_for_nothing_but_itself(context: Any, tmp_path: Path) -> None:
    path = wg.derive(xor.loss, xor.syn0, xor.syn1).save(tmp_path / "tutorial.html")
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_selector(".whygrad main")
    page.get_by_role("button", name="Walk through it").click()
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]


def test_everything_is_shown_first(tutorial: Any) -> None:
    assert "Backward 6 of 6" in position(tutorial)
    assert "not computed yet" not in tutorial.locator(".whygrad main").inner_text()


def test_the_walk_goes_forward_and_on_backward_and_hides_what_comes_later(tutorial: Any) -> None:
    tutorial.get_by_role("button", name="Walk through it").click()
    assert "Forward 1 of 5" in position(tutorial)
    assert "not computed yet" in tutorial.locator("header").inner_text()
    for _ in range(4):
        tutorial.keyboard.press("ArrowRight")
    assert "Forward 5 of 5" in position(tutorial)
    assert "0.495187" in tutorial.locator("header").inner_text()
    tutorial.keyboard.press("ArrowRight")
    assert "Backward 1 of 6" in position(tutorial)
    reason = tutorial.get_by_role("region", name="Why dk2 is this").inner_text()
    assert "k2 reaches L only through y - k2" in reason
    tutorial.keyboard.press("ArrowLeft")
    assert "Forward 5 of 5" in position(tutorial)


def test_the_reason_is_said(tutorial: Any) -> None:
    region = tutorial.get_by_role("status")
    assert region.get_attribute("aria-live") == "polite"
    tutorial.locator("nav select").select_option(label="∂L/∂k1")
    assert region.inner_text().startswith("k1 reaches L only through z2 = k1 @ syn1")
    assert tutorial.locator("[aria-live=polite]").count() == 1


def test_home_end_and_escape(tutorial: Any) -> None:
    tutorial.keyboard.press("Home")
    assert "Forward 1 of 5" in position(tutorial)
    tutorial.keyboard.press("End")
    assert "Backward 6 of 6" in position(tutorial)
    tutorial.keyboard.press("Home")
    tutorial.keyboard.press("Escape")
    assert "0.495187" in tutorial.locator("header").inner_text()


def lit(page: Any, selector: str) -> list[str]:
    return [text.strip() for text in page.locator(f"{selector} .lit").all_inner_texts()]


def test_a_sub_expression_lights_up_in_every_view(tutorial: Any) -> None:
    tutorial.locator("nav select").select_option(label="z2")
    code = tutorial.get_by_role("region", name="Your code")
    product = code.locator("span.part[data-variable='9']").first
    product.hover(position={"x": product.bounding_box()["width"] * 3.5 / 9, "y": 6})  # on the @
    # In the author's code; in the derived program where it is made, and where it is read.
    assert lit(tutorial, ".code") == ["k1 @ syn1", "z2", "z2"]
    assert tutorial.locator(".formula .lit").count() >= 2
    assert tutorial.locator("svg.drawing .lit").count() == 1


def test_a_name_in_the_backward_code_lights_up_where_it_comes_from(tutorial: Any) -> None:
    line = tutorial.locator("button.line.backward", has_text="dsyn1 = k1.T @ dz2")
    line.locator("span", has_text=re.compile("^k1$")).hover()
    code = tutorial.get_by_role("region", name="Your code")
    assert "k1" in [text.strip() for text in code.locator(".lit").all_inner_texts()]


def test_keys_go_through_the_parts_of_a_line(tutorial: Any) -> None:
    code = tutorial.get_by_role("region", name="Your code")
    code.locator("button.line").first.focus()
    seen = []
    for _ in range(4):
        tutorial.keyboard.press("ArrowRight")
        seen.append(code.locator(".lit").first.inner_text().strip())
    assert seen == ["X", "syn0", "X @ syn0", "-(X @ syn0)"]
    tutorial.keyboard.press("ArrowDown")
    assert "k2" in tutorial.evaluate("document.activeElement.textContent")


def test_paths_add_up_to_the_gradient(tutorial: Any) -> None:
    tutorial.get_by_role("tab", name="Paths and nudge").click()
    panel = tutorial.get_by_role("tabpanel")
    panel.get_by_label("row").fill("1")
    panel.get_by_label("column").fill("2")
    gradient = wg.grad(xor.loss, "syn0")(xor.syn0, xor.syn1)[1, 2]
    told = panel.locator(".sum strong").inner_text()
    assert float(told.replace("−", "-")) == pytest.approx(gradient, rel=1e-4)
    products = [float(t.removeprefix("= ").replace("−", "-")) for t in panel.locator("li .product").all_inner_texts()]
    assert len(products) == 2  # X[:, 1] has two ones
    assert sum(products) == pytest.approx(gradient, rel=1e-2)
    sizes = [abs(p) for p in products]
    assert sizes == sorted(sizes, reverse=True)


def test_a_nudge_is_what_python_says(tutorial: Any) -> None:
    tutorial.get_by_role("tab", name="Paths and nudge").click()
    rows = tutorial.locator("tabpanel, [role=tabpanel]").locator("table tr")
    moved = xor.syn0.copy()
    moved[0, 0] += 0.01
    real = xor.loss(moved, xor.syn1) - xor.loss(xor.syn0, xor.syn1)
    assert number(rows.nth(0).locator("td").first.inner_text()) == pytest.approx(real, rel=1e-4)
    said = 0.01 * wg.grad(xor.loss, "syn0")(xor.syn0, xor.syn1)[0, 0]
    assert number(rows.nth(1).locator("td").first.inner_text()) == pytest.approx(said, rel=1e-4)


def number(text: str) -> float:
    return float(text.strip().replace("−", "-"))


def test_nothing_is_computed_where_the_code_takes_another_branch(opened: Open) -> None:
    def f(x: float) -> Any:
        if x > 0:
            return x**2
        return -x

    page = opened(wg.derive(f, 1.5))
    page.get_by_role("tab", name="Numbers").click()
    page.get_by_role("slider", name=re.compile("^x")).first.fill("-1")
    assert "x > 0 (line" in page.locator(".whygrad").inner_text()
    assert "another branch" in page.locator(".whygrad").inner_text()


def test_no_mathml_no_loss(context: Any, tmp_path: Path) -> None:
    path = wg.derive(xor.loss, xor.syn0, xor.syn1).save(tmp_path / "tutorial.html")
    page = context.new_page()
    # A browser that does not know MathML gives its elements no size.
    page.add_init_script(
        "const real = Element.prototype.getBoundingClientRect;"
        "Element.prototype.getBoundingClientRect = function () {"
        " return this.tagName === 'mspace' ? new DOMRect(0, 0, 0, 0) : real.call(this); };"
    )
    page.goto(path.as_uri())
    page.wait_for_selector(".whygrad main")
    assert "∂L/∂syn0 = ∂L/∂z1 · ∂z1/∂syn0" in page.locator(".formula").inner_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(browser: Any, tmp_path: Path, theme: str) -> None:
    path = wg.derive(xor.loss, xor.syn0, xor.syn1).save(tmp_path / "tutorial.html")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=theme, offline=True)
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_selector(".whygrad main")
    for tab in page.get_by_role("tab").all():
        tab.click()
        assert violations(page) == [], tab.inner_text()
    page.keyboard.press("?")
    page.get_by_role("button", name="Walk through it").click()
    assert violations(page) == []
    context.close()


def test_axe_would_find_something(tutorial: Any) -> None:
    """The control: a picture without words and a pale grey text are found."""
    tutorial.evaluate(
        "const p = document.createElement('p'); p.textContent = 'pale'; p.style.color = '#ccc';"
        "document.querySelector('main').append(p, document.createElement('img'))"
    )
    assert {"color-contrast", "image-alt"} <= {v["id"] for v in violations(tutorial)}


def violations(page: Any) -> list[dict[str, Any]]:
    """What axe-core finds against WCAG 2.2 A and AA."""
    if not AXE.exists():
        missing("axe-core (cd web && npm ci)")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    page.evaluate("scrollTo(0, 0)")  # what is half under the bar of the walk is no small target
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", tags)
    return [
        {"id": v["id"], "help": v["help"], "nodes": [json.dumps(n["target"]) for n in v["nodes"][:5]]}
        for v in found["violations"]
    ]


@pytest.mark.parametrize("width", [360, 768])
def test_narrow_screens_have_nothing_to_scroll_sideways(browser: Any, tmp_path: Path, width: int) -> None:
    path = wg.derive(xor.loss, xor.syn0, xor.syn1).save(tmp_path / "tutorial.html")
    context = browser.new_context(viewport={"width": width, "height": 740}, offline=True)
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_selector(".whygrad main")
    for tab in page.get_by_role("tab").all():
        tab.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, tab.inner_text()
    context.close()


def test_values_that_are_not_finite_are_said_so(opened: Open) -> None:
    with np.errstate(all="ignore"), pytest.warns(NonFiniteWarning):
        d = wg.derive(lambda x: np.sum(np.log(x)), np.array([1.0, -1.0]))
    page = opened(d)
    assert "nan" in page.locator("header").inner_text()


def test_a_long_program_is_folded_but_for_where_the_walk_is(opened: Open) -> None:
    def f(x: Any) -> Any:
        for _ in range(40):
            a = np.sin(x)
            x = a * x
        return np.sum(x)

    page = opened(wg.derive(f, np.array([0.5, 2.0])))
    program = page.get_by_role("region", name="The derived program")
    page.keyboard.press("Home")
    for _ in range(2):
        page.keyboard.press("ArrowRight")  # into the second round
    assert "Forward 3 of 81" in position(page)
    titles = [text.strip() for text in program.locator("[open] > summary").all_inner_texts()]
    assert [title.split(" · ")[0] for title in titles] == ["for _ in range(40)", "round 2 of 40"]
    folded = program.get_by_text("round 3 of 40").first
    folded.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.matches('button.line')")
    assert "Forward 3 of 81" in position(page)


def test_a_gradient_that_is_shared_comes_back_in_its_own_line(opened: Open) -> None:
    page = opened(wg.derive(lambda x, w: np.sum(np.sin(x + w)), np.ones(3), np.ones(3)))
    page.keyboard.press("Home")
    while "Backward" not in position(page):
        page.keyboard.press("ArrowRight")
    while page.get_by_role("button", name="Step", exact=True).is_enabled():
        lines = page.locator("button.line:not(.later)").all_inner_texts()
        for name in "xw":
            node = page.get_by_role("region", name="Graph").locator(f"[data-node][aria-label^='{name},']")
            came = any(line.startswith(f"d{name} =") for line in lines)
            assert ("gradient not computed yet" in node.get_attribute("aria-label")) != came
        page.keyboard.press("ArrowRight")


def test_what_a_screen_reader_finds(tutorial: Any) -> None:
    from playwright.sync_api import expect

    tutorial.locator("nav select").select_option(label="∂L/∂z2")
    expect(tutorial.get_by_role("navigation")).to_match_aria_snapshot(
        """
        - navigation "The walk":
          - button "To the first step"
          - button "One step back"
          - button "Step"
          - slider "Step": "6"
          - text: Backward 2 of 6
          - strong: ∂L/∂z2
          - combobox "Jump to a variable"
          - button "Show all" [pressed]
        """
    )
    expect(tutorial.get_by_role("main")).to_match_aria_snapshot(
        """
        - main:
          - region "Your code":
            - heading "Your code" [level=2]
            - button "18 k1 = 1 / (1 + np.exp(-(X @ syn0)))"
            - button "19 k2 = 1 / (1 + np.exp(-(k1 @ syn1)))"
            - button "20 return 0.5 * np.sum((y - k2) ** 2)"
          - region "The derived program":
            - heading "Forward, step by step" [level=2]
            - heading "Backward, derived" [level=2]
            - button "dz2 = dk2 * k2 * (1 - k2)"
          - region "Graph"
          - region "Why dz2 is this":
            - heading "Why dz2 is this" [level=2]
            - math
            - paragraph: z2 reaches L only through k2 = 1 / (1 + np.exp(-(k1 @ syn1))) (line 19).
            - grid "∂L/∂k2, (4, 1)"
            - grid "k2, (4, 1)"
            - grid "∂L/∂z2, (4, 1)"
          - tablist "Explore":
            - tab "Numbers" [selected]
            - tab "Network"
            - tab "Paths and nudge"
            - tab "Curve"
            - tab "Train"
          - tabpanel "Numbers"
        """
    )


def test_everything_is_reached_and_done_from_the_keyboard(tutorial: Any) -> None:
    """Tab goes through the whole page once; what it stops at has a name, and is seen to have the focus."""
    stops = []
    for _ in range(200):
        tutorial.keyboard.press("Tab")
        stop = tutorial.evaluate(
            """() => {
              const e = document.activeElement, style = getComputedStyle(e);
              if (e === document.body) return null;
              const text = e.outerHTML.slice(0, 80), seen = style.outlineStyle !== "none" || e.closest("svg") !== null;
              return {text, seen, name: e.ariaLabel || e.textContent.trim() || e.closest("label")?.textContent.trim()};
            }"""
        )
        if stop is None:
            break
        stops.append(stop)
    assert 20 < len(stops) < 200
    assert [s["text"] for s in stops if not s["name"]] == []
    assert [s["text"] for s in stops if not s["seen"]] == []
    tutorial.get_by_role("tab", name="Numbers").focus()
    for name in ("Network", "Paths and nudge", "Curve", "Train"):
        tutorial.keyboard.press("ArrowRight")
        assert tutorial.get_by_role("tab", name=name).get_attribute("aria-selected") == "true"
    tutorial.keyboard.press("Home")
    tutorial.keyboard.press("n")
    heard = []
    for _ in range(11):
        heard.append(tutorial.get_by_role("status").inner_text())
        tutorial.keyboard.press("n")
    assert len(set(heard)) == 11
