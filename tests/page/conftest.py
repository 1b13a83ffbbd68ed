"""A real browser for the page's tests.

It is Chromium, driven by Playwright. Where one of them is missing the tests are skipped, saying so; in CI
(the variable CI is set) that is a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from whygrad.explaining.derivation import Derivation

CHROMIUM = os.environ.get("WHYGRAD_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]


def missing(what: str) -> None:
    """Skips the test for want of something; where everything has to be there, fails it."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and in CI it must be there")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("Playwright (pip install 'whygrad[browser]')")
    if CHROMIUM is None:
        missing("Chromium (or name one: WHYGRAD_CHROMIUM=…)")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def context(browser: Any) -> Iterator[Any]:
    """Without a network."""
    found = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True, accept_downloads=True)
    yield found
    found.close()


@pytest.fixture
def opened(context: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Saves a derivation and opens its page; whatever the page complains of fails the test."""
    complaints: list[str] = []

    def open_page(d: Derivation, name: str = "derivation.html") -> Any:
        path = tmp_path / name
        d.save(path)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.goto(path.as_uri())
        page.wait_for_selector(".whygrad main")
        return page

    yield open_page
    assert complaints == []
