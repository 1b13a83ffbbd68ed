"""The page of `whygrad open` in a browser: it asks Python, follows the file, and tells what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from opened import TUTORIAL, opened

BRANCHES = """x = 2.0

def loss(x):
    if x > 0:
        return x * x
    return x * 3.0
"""


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """An empty page; what it complains of fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    found = context.new_page()
    complaints: list[str] = []
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield found
    context.close()
    assert complaints == []


def result(page: Any) -> str:
    return str(page.locator("header").inner_text()).partition("L = ")[2].split()[0]


def wait_for_result(page: Any, text: str) -> None:
    page.wait_for_function("text => document.querySelector('header')?.innerText.includes(text)", arg=text)


def move(page: Any, label: str, to: float) -> Any:
    """Types a number for the one that is picked; gives what the page asked Python, and the answer."""
    page.get_by_role("tab", name="Numbers").click()
    with page.expect_response(lambda response: "/evaluate" in response.url) as waiting:
        box = page.get_by_label(f"{label}, the number")
        box.fill(str(to))
        box.press("Enter")
    response = waiting.value
    return json.loads(response.request.post_data), response.json()


def test_a_move_is_computed_by_python(page: Any, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(TUTORIAL)
    with opened(tmp_path / "net.py") as client:
        page.goto(client.server.url)
        assert result(page) == "0.495187"
        asked, answer = move(page, "syn0[0, 0]", 2.5)
        space: dict[str, Any] = {}
        exec(TUTORIAL, space)
        space["syn0"][0, 0] = 2.5
        value = float(space["loss"](space["syn0"], space["syn1"]))
        output = client.page()["programs"][0]["outputs"][0]
        assert np.reshape(asked["inputs"][0]["data"], (3, 4))[0, 0] == 2.5
        assert {one["variable"]: one["data"] for one in answer["values"]}[output] == [value]
        wait_for_result(page, f"{value:.6f}")


def test_the_page_asks_this_server_only_and_says_the_token_where_it_must(page: Any, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(TUTORIAL)
    asked: list[Any] = []
    page.on("request", lambda request: asked.append(request))
    with opened(tmp_path / "net.py") as client:
        page.goto(client.server.url)
        page.wait_for_selector(".whygrad main")
        move(page, "syn0[0, 0]", 2.5)
        urls = [request.url.replace(client.server.token, "TOKEN") for request in asked]
        urls = [url for url in urls if not url.startswith("data:")]
        assert all(url.startswith(client.home) for url in urls)
        paths = {url.removeprefix(client.home) for url in urls}
        assert paths == {"/?token=TOKEN", "/events?token=TOKEN&edition=1000000", "/evaluate"}
        assert all("Referer" not in request.headers for request in asked)


def test_the_page_follows_the_file_through_a_mistake(page: Any, tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text(TUTORIAL)
    with opened(file) as client:
        page.goto(client.server.url)
        assert result(page) == "0.495187"
        file.write_text(TUTORIAL.replace("(y - k2) ** 2", "(y - k2) ** * 2"))
        page.get_by_text("SyntaxError").wait_for()
        assert "(y - k2) ** * 2" in page.locator(".whygrad").inner_text()
        assert result(page) == "0.495187"  # the version before is still there, and alive
        move(page, "syn0[0, 0]", 2.5)
        assert page.get_by_text("SyntaxError").is_visible()
        file.write_text(TUTORIAL.replace("0.5 *", "1.0 *"))
        page.get_by_text("SyntaxError").wait_for(state="detached")
        wait_for_result(page, f"{client.page()['value']:.6f}")


def test_a_page_that_begins_with_a_mistake_goes_on_when_it_is_mended(page: Any, tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text("def loss(w:\n    return w\n")
    with opened(file) as client:
        page.goto(client.server.url)
        page.get_by_text("SyntaxError").wait_for()
        file.write_text(TUTORIAL)
        wait_for_result(page, "0.495187")
        asked, _ = move(page, "syn0[0, 0]", 2.5)
        assert asked["edition"] == client.server.session.state().edition


def test_another_branch_is_another_document(page: Any, tmp_path: Path) -> None:
    file = tmp_path / "branches.py"
    file.write_text(BRANCHES)
    with opened(file) as client:
        page.goto(client.server.url)
        _, answer = move(page, "x", -2.0)
        assert answer["document"]["value"] == -6.0
        wait_for_result(page, "−6")
        assert "x * 3" in page.locator(".whygrad").inner_text()
        asked, answer = move(page, "x", -1.0)
        assert asked["edition"] == 1_000_001 and "values" in answer
        wait_for_result(page, "−3")


def test_a_page_elsewhere_cannot_show_it_or_ask_it(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text(TUTORIAL)
    with opened(file) as client, opened(file) as other:
        context = browser.new_context()
        elsewhere = context.new_page()
        elsewhere.goto(f"{other.home}/nothing")  # a page of another origin
        ask = """async ([url, token, kind]) => {
            const headers = { "Content-Type": kind, ...(token && { "X-Whygrad-Token": token }) };
            try { return (await fetch(url, { method: "POST", headers, body: '{"inputs":[]}' })).status; }
            catch { return "refused"; }
        }"""
        url = f"{client.home}/evaluate"
        assert elsewhere.evaluate(ask, [url, client.server.token, "application/json"]) == "refused"
        assert elsewhere.evaluate(ask, [url, "", "text/plain"]) == "refused"
        context.close()
