"""Makes the pictures of the page in docs/images/ anew: python docs/pictures.py (needs `.[browser]` and Chromium).

Each is a screenshot of a page that `Derivation.save` writes, with nothing touched up.
"""

from __future__ import annotations

import importlib
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import whygrad as wg
from whygrad.explaining.derivation import Derivation

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent / "examples"))


def tutorial() -> Derivation:
    xor = importlib.import_module("xor")
    return wg.derive(xor.loss, xor.syn0, xor.syn1)


def composition() -> Derivation:
    curves = importlib.import_module("curves")
    return wg.derive(curves.h, 1.5)


def walk(page: Any) -> None:
    """The tutorial's fourth backward line, an entry of its product looked at."""
    page.locator("nav select").select_option(label="∂L/∂k1")
    page.get_by_role("region", name="Why dk1").get_by_role("grid").last.get_by_role("gridcell").nth(6).hover()


def chain(page: Any) -> None:
    page.get_by_role("button", name="Chain").click()
    page.get_by_role("tabpanel").scroll_into_view_if_needed()


def training(page: Any) -> None:
    """Two thousand steps or so."""
    page.get_by_role("tab", name="Train").click()
    page.get_by_label("steps at once").select_option("100")
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="Pause").click()


PICTURES = {
    "page": (tutorial, walk, "light", None),
    "chain": (composition, chain, "light", "[role=tabpanel]"),
    "training": (tutorial, training, "dark", "[role=tabpanel]"),
}
"""By name: what is derived, what is done with the page, the theme, the part that is shown."""


def main() -> None:
    from playwright.sync_api import sync_playwright

    folder = DOCS / "images"
    folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as there:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"), args=["--no-sandbox"]
        )
        for name, (derived, act, theme, part) in PICTURES.items():
            file = derived().save(Path(there) / f"{name}.html")
            page = browser.new_page(viewport={"width": 1280, "height": 980}, color_scheme=theme)
            page.goto(file.as_uri())
            page.wait_for_selector(".whygrad main")
            act(page)
            page.wait_for_timeout(300)
            target = page.locator(part) if part else page
            target.screenshot(path=folder / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
