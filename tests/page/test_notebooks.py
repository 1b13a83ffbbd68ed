"""The page in notebooks, end to end: JupyterLab and marimo run the cells, a browser looks at what they show.

The frame lives on its own; the widget asks the kernel. Nothing is fetched from elsewhere.
"""

from __future__ import annotations

import importlib.util
import os
import re
import secrets
import socket
import subprocess
import sys
import textwrap
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import whygrad as wg
from page.conftest import missing
from whygrad.shown import tutorial

pytestmark = pytest.mark.skipif(not os.environ.get("WHYGRAD_SLOW"), reason="takes a minute: set WHYGRAD_SLOW=1")

DERIVED = """
import whygrad as wg
from whygrad.shown import tutorial as t
d = wg.derive(t.loss, t.syn0, t.syn1)
"""
FONTS = """async () => {
    await document.fonts.ready
    return [...document.fonts].filter((face) => face.status === 'loaded').map((face) => face.family)
}"""
LAST_STEP = "Backward 6 of 6"
PATIENCE = 60_000
"""How long a kernel may take to start, in milliseconds."""


def need(*modules: str) -> None:
    for name in modules:
        if importlib.util.find_spec(name) is None:
            missing(f"{name} (pip install 'whygrad[browser]')")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path) -> dict[str, str]:
    """As now, but that nothing of the user's is read or written."""
    own = {f"JUPYTER_{kind}_DIR": str(folder / f".{kind}") for kind in ("CONFIG", "DATA", "RUNTIME")}
    sources = str(Path(wg.__file__).parents[1])
    return {**os.environ, **own, "IPYTHONDIR": str(folder / ".ipython"), "HOME": str(folder), "PYTHONPATH": sources}


class Served:
    """A notebook server on this machine, and what it serves."""

    def __init__(self, command: list[str], folder: Path, port: int, token: str) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.token = token
        self.log = folder / "server.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, cwd=folder, env=environment(folder), stdout=log, stderr=log)
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{self.address}/?token={token}", timeout=5)
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.25)
        self.stop()
        pytest.fail(f"the server does not start:\n{self.log.read_text()}")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[[str], Any]]:
    """Opens an address of this machine; what is asked of any other is refused, and fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 1400})
    elsewhere: list[str] = []

    def refuse(route: Any) -> None:
        elsewhere.append(route.request.url)
        route.abort()

    context.route(re.compile(r"^https?://(?!127\.0\.0\.1:)"), refuse)

    def open_page(address: str) -> Any:
        page = context.new_page()
        page.goto(address)
        return page

    yield open_page
    context.close()
    assert [url for url in elsewhere if "jupyter" not in url and "marimo" not in url] == []


# What is the same wherever the page is


def loss_shown(root: Any) -> float:
    return float(root.locator("header strong").first.inner_text())


def where(root: Any) -> str:
    return str(root.locator("nav .where").inner_text())


def after_one_step() -> float:
    """The tutorial's loss after one step of gradient descent with rate 1."""
    d = wg.derive(tutorial.loss, tutorial.syn0, tutorial.syn1)
    moved = [w - g for w, g in zip((tutorial.syn0, tutorial.syn1), d.gradients, strict=True)]
    return float(tutorial.loss(*moved))


def it_is_alive(page: Any, root: Any) -> None:
    """Numbers that are moved change the result; arrow keys step, and the notebook does not hear them."""
    root.locator("main").wait_for(timeout=PATIENCE)
    assert where(root).startswith(LAST_STEP)
    assert loss_shown(root) == pytest.approx(tutorial.loss(tutorial.syn0, tutorial.syn1), rel=1e-5)
    root.get_by_role("button", name="To the first step").click()
    assert where(root).startswith("Forward 1 of 5")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert where(root).startswith("Forward 3 of 5")
    page.keyboard.press("ArrowLeft")
    assert where(root).startswith("Forward 2 of 5")
    assert "whygrad math" in [family.strip('"') for family in root.evaluate(FONTS)]
    root.get_by_role("button", name="Show all").click()
    one_step(root)
    assert loss_shown(root) == pytest.approx(after_one_step(), rel=1e-5)


def one_step(root: Any) -> None:
    """Train for a step, at rate 1."""
    train = root.get_by_role("tab", name="Train")
    train.scroll_into_view_if_needed()
    while train.get_attribute("aria-selected") != "true":  # a click right behind a scroll may go to the frame beside
        train.click()
    root.get_by_label("rate", exact=True).fill("1")
    root.get_by_role("button", name="One step", exact=True).click()


# JupyterLab


def write_notebook(path: Path, *cells: str) -> None:
    import nbformat

    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell.strip()) for cell in cells])
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(made, path)


def convert(folder: Path, to: str, name: str, *options: str) -> None:
    """Run a notebook and write it in another form."""
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--execute", "--to", to, name, *options]
    done = subprocess.run(command, cwd=folder, env=environment(folder), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    need("jupyterlab", "nbconvert", "anywidget")
    folder = tmp_path_factory.mktemp("lab")
    write_notebook(folder / "frame.ipynb", DERIVED + "d")
    write_notebook(folder / "foreign.ipynb", DERIVED + "d")
    convert(folder, "notebook", "foreign.ipynb", "--inplace")
    write_notebook(folder / "widget.ipynb", DERIVED + "w = d.widget()\nw", "print('asked', w.request['inputs'])")
    port, token = free_port(), secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}", "--LabApp.news_url="]
    command += [f"--IdentityProvider.token={token}", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    served = Served(command, folder, port, token)
    yield served
    served.stop()


def run_cell(page: Any, number: int) -> Any:
    """Run a cell of a notebook in JupyterLab; its output."""
    cell = page.locator(".jp-CodeCell").nth(number)
    prompt = cell.locator(".jp-InputPrompt")
    for _ in range(60):  # until the kernel listens
        if page.locator(".jp-Dialog .jp-mod-accept").count():  # a kernel that is to be chosen, a file that has changed
            page.locator(".jp-Dialog .jp-mod-accept").first.click()
        cell.locator(".jp-InputArea").click(position={"x": 200, "y": 12})
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(1000)
        if prompt.inner_text() not in ("[ ]:", ""):
            break
    return cell.locator(".jp-OutputArea")


def test_jupyterlab_shows_a_derivation_in_a_frame_that_is_alive(lab: Served, visit: Callable[[str], Any]) -> None:
    page = visit(f"{lab.address}/lab/tree/frame.ipynb?token={lab.token}&reset")
    page.wait_for_selector(".jp-CodeCell", timeout=PATIENCE)
    run_cell(page, 0)
    it_is_alive(page, page.frame_locator(".jp-OutputArea iframe").locator("#whygrad"))
    assert page.locator(".jp-CodeCell").count() == 1


def test_jupyterlabs_widget_asks_the_kernel_and_keeps_its_keys(lab: Served, visit: Callable[[str], Any]) -> None:
    page = visit(f"{lab.address}/lab/tree/widget.ipynb?token={lab.token}&reset")
    page.wait_for_selector(".jp-CodeCell", timeout=PATIENCE)
    output = run_cell(page, 0)
    root = output.locator(".whygrad")
    it_is_alive(page, root)
    root.get_by_role("button", name="To the first step").focus()
    for key in ("b", "a", "d", "d", "x"):  # in JupyterLab: a cell below, above, delete, cut
        page.keyboard.press(key)
    assert page.locator(".jp-CodeCell").count() == 2
    run_cell(page, 1)
    asked = page.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea-output")
    asked.wait_for(timeout=PATIENCE)
    assert "asked [{'variable': 0" in asked.inner_text()


def test_in_a_notebook_that_is_not_trusted_the_derivation_is_text(lab: Served, visit: Callable[[str], Any]) -> None:
    page = visit(f"{lab.address}/lab/tree/foreign.ipynb?token={lab.token}&reset")
    shown = page.locator(".jp-OutputArea-output")
    shown.wait_for(timeout=PATIENCE)
    assert "│ 1  dk2 = k2 - y " in shown.inner_text()
    assert page.locator("iframe").count() == 0


def test_an_exported_notebook_stays_alive(tmp_path: Path, context: Any) -> None:
    need("nbconvert", "ipykernel")
    write_notebook(tmp_path / "frame.ipynb", DERIVED + "d")
    convert(tmp_path, "html", "frame.ipynb")
    page = context.new_page()
    page.goto((tmp_path / "frame.html").as_uri(), wait_until="domcontentloaded")
    it_is_alive(page, page.frame_locator("iframe").locator("#whygrad"))


# marimo

MARIMO = """
import marimo
app = marimo.App()

@app.cell
def _():
    import whygrad as wg
    from whygrad.shown import tutorial as t
    d = wg.derive(t.loss, t.syn0, t.syn1)
    return (d,)

@app.cell
def _(d):
    d
    return

@app.cell
def _(d):
    w = d.widget()
    w
    return (w,)

if __name__ == "__main__":
    app.run()
"""


@pytest.fixture(scope="module", params=["run", "edit"])
def marimo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    need("marimo", "anywidget")
    folder = tmp_path_factory.mktemp("marimo")
    (folder / "notebook.py").write_text(textwrap.dedent(MARIMO))
    port, token = free_port(), secrets.token_hex(16)
    command = [sys.executable, "-m", "marimo", request.param, "notebook.py", "--headless", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--token", "--token-password", token]
    served = Served(command, folder, port, token)
    yield served
    served.stop()


def test_marimo_shows_both_alive(marimo: Served, visit: Callable[[str], Any]) -> None:
    page = visit(f"{marimo.address}/?access_token={marimo.token}")
    for _ in range(12):  # `run` runs by itself; `edit` runs what it is told to, once its kernel listens
        if page.locator("marimo-anywidget .whygrad").count():
            break
        page.wait_for_timeout(3000)
        if page.get_by_test_id("run-button").count():
            page.get_by_test_id("run-button").last.click()
    it_is_alive(page, page.frame_locator("iframe[sandbox]").locator("#whygrad"))
    it_is_alive(page, page.locator("marimo-anywidget .whygrad"))
