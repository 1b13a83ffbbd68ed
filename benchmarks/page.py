"""How large, how soon and how quick is the page of a derivation?

Prints its tables and writes them to docs/performance-page.md (with --quick: few rounds, nothing written). Needs
Chromium and `pip install .[browser]`. A frame is timed from the input event, which the browser gives to the page as a
frame begins, until that frame has been laid out and painted.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import importlib
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

import whygrad as wg
from whygrad.explaining.derivation import Derivation

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance-page.md"
STATIC = ROOT / "src" / "whygrad" / "explaining" / "static"
sys.path.insert(0, str(ROOT / "examples"))

SLIDE = """async rounds => {
  const slider = document.querySelector("[role=tabpanel] input[type=range]");
  const from = Number(slider.value), width = Number(slider.max) - Number(slider.min), times = [];
  for (let n = 0; n < rounds; n++) {
    times.push(await new Promise(done => requestAnimationFrame(() => {
      const begun = performance.now(), channel = new MessageChannel();
      channel.port1.onmessage = () => done(performance.now() - begun);
      slider.value = from + width * 0.2 * Math.sin(n / 5);
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      channel.port2.postMessage(0);
    })));
  }
  return times;
}"""
FRAMES = """seconds => new Promise(done => {
  const begun = performance.now(), times = [];
  requestAnimationFrame(function frame(now) {
    times.push(now);
    performance.now() - begun < seconds * 1000 ? requestAnimationFrame(frame) : done(times);
  });
})"""
READY = """(() => {
  const look = () => document.querySelector(".whygrad main svg.drawing") ? (window.ready = performance.now())
    : requestAnimationFrame(look);
  look();
})()"""


def tutorial() -> Derivation:
    xor = importlib.import_module("xor")
    return wg.derive(xor.loss, xor.syn0, xor.syn1)


def chain(steps: int) -> Derivation:
    """So many named steps, one after the other, on three numbers."""
    lines = "\n".join(f"    x{n + 1} = np.sin(x{n}) + 0.5" for n in range(steps))
    source = f"import numpy as np\n\ndef chain(x0):\n{lines}\n    return np.sum(x{steps})\n"
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"chain_of_{steps}.py").write_text(source, encoding="utf-8")
        sys.path.insert(0, folder)
        module = importlib.import_module(f"chain_of_{steps}")
        sys.path.remove(folder)
        d = wg.derive(module.chain, np.array([0.1, 0.2, 0.3]))
        d.to_json()  # while the source is there
    return d


def moons() -> Derivation:
    """2-16-16-1, 64 examples."""
    rng = np.random.default_rng(0)
    t, kind = rng.uniform(0, np.pi, 64), np.arange(64) % 2
    X = np.stack([np.cos(t) + kind, (1 - 2 * kind) * np.sin(t) + 0.5 * kind], axis=1) + 0.1 * rng.normal(size=(64, 2))
    y = kind.astype(float).reshape(-1, 1)
    W1, W2, W3 = rng.normal(0, 0.7, (2, 16)), rng.normal(0, 0.4, (16, 16)), rng.normal(0, 0.4, (16, 1))

    def loss(W1, b1, W2, b2, W3, b3):
        h1 = np.tanh(X @ W1 + b1)
        h2 = np.tanh(h1 @ W2 + b2)
        p = 1 / (1 + np.exp(-(h2 @ W3 + b3)))
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    return wg.derive(loss, W1, np.zeros(16), W2, np.zeros(16), W3, np.zeros(1))


def told(times: list[float]) -> str:
    """The median, and the 90th percentile."""
    return f"{statistics.median(times):.1f} ms (nine of ten below {float(np.quantile(times, 0.9)):.1f})"


class Pages:
    """Pages in a browser without a network."""

    def __init__(self, browser: Any, folder: Path) -> None:
        self.browser, self.folder = browser, folder

    @contextlib.contextmanager
    def opened(self, file: Path) -> Iterator[Any]:
        context = self.browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
        page = context.new_page()
        page.add_init_script(READY)
        page.goto(file.as_uri())
        page.wait_for_function("window.ready")
        yield page
        context.close()

    def save(self, d: Derivation, name: str) -> Path:
        return d.save(self.folder / f"{name}.html")


def sizes(tutorial_page: Path) -> list[str]:
    rows = [(name, (STATIC / name).stat().st_size) for name in ("page.js", "more.js", "page.css", "math-small.woff2")]
    rows.append(("the tutorial's page, all in it", tutorial_page.stat().st_size))
    return table(("what", "size"), [(name, f"{size / 1000:.1f} kB") for name, size in rows])


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(row)} |" for row in rows), ""]


def moved(pages: Pages, file: Path, rounds: int) -> list[float]:
    """The times from a slider's event to its frame."""
    with pages.opened(file) as page:
        page.get_by_role("tab", name="Numbers").click()
        page.evaluate(SLIDE, 5)
        return list(page.evaluate(SLIDE, rounds))


def trained(pages: Pages, file: Path, seconds: float) -> tuple[float, float]:
    """Frames a second and steps a second, while it plays at ten steps a frame."""
    with pages.opened(file) as page:
        page.get_by_role("tab", name="Train").click()
        page.get_by_role("button", name="Play").click()
        page.wait_for_timeout(300)
        step = lambda: int(re.search(r"Step (\d+)", page.get_by_role("tabpanel").inner_text())[1])  # type: ignore[index]
        before = step()
        times = page.evaluate(FRAMES, seconds)
        lasted = (times[-1] - times[0]) / 1000
        return (len(times) - 1) / lasted, (step() - before) / lasted


def served(rounds: int) -> list[float]:
    """Slider steps of the tutorial, asked of `whygrad open` by a client that keeps its connection."""
    command = [sys.executable, "-m", "whygrad", "open", "xor.py:loss", "--no-browser"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT / "src"), *sys.path]))}
    times = []
    with subprocess.Popen(
        command, cwd=ROOT / "examples", env=environment, text=True, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        address = re.search(r"127\.0\.0\.1:(\d+)/\?token=([\w-]+)", process.stdout.readline())
        assert address is not None
        connection = http.client.HTTPConnection("127.0.0.1", int(address[1]), timeout=30)
        headers = {"Content-Type": "application/json", "X-Whygrad-Token": address[2]}
        data = (2 * np.random.default_rng(0).random(12) - 1).tolist()
        connection.request("GET", f"/?token={address[2]}")  # it answers when the derivation is there
        connection.getresponse().read()
        for n in range(rounds):
            data[0] = np.sin(n / 10)
            begun = time.perf_counter()
            connection.request("POST", "/evaluate", json.dumps({"inputs": [{"variable": 0, "data": data}]}), headers)
            answer = json.loads(connection.getresponse().read())
            times.append(1000 * (time.perf_counter() - begun))
            assert "values" in answer, answer
        process.terminate()
    return times


def machine(version: str) -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    cpu = next((line.partition(":")[2].strip() for line in lines if "model name" in line), platform.processor())
    system = f"{platform.system()} {platform.machine()}"
    return f"Machine: {cpu}, {os.cpu_count()} cores, {system}; Chromium {version}, headless."


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the page; write docs/performance-page.md.")
    parser.add_argument("--quick", action="store_true", help="few rounds; nothing is written")
    quick = parser.parse_args().quick
    rounds = 20 if quick else 200
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        chromium = os.environ.get("WHYGRAD_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        pages = Pages(browser, Path(folder))
        files = {
            "the tutorial": pages.save(tutorial(), "tutorial"),
            "a chain of 50 steps": pages.save(chain(50), "chain50"),
            "a chain of 1,000 steps": pages.save(chain(1000), "chain1000"),
            "2-16-16-1 with 64 examples": pages.save(moons(), "moons"),
        }
        lines = [
            "# Performance of the page",
            "",
            f"Written by `make bench-page` on {date.today():%-d %B %Y}. Run it for your machine's figures.",
            "",
            machine(browser.version),
            "",
            "## Sizes",
            "",
            *sizes(files["the tutorial"]),
            "## From opening a file to the page being drawn",
            "",
        ]
        ready = []
        for name, file in files.items():
            times = []
            for _ in range(3 if quick else 11):
                with pages.opened(file) as page:
                    times.append(page.evaluate("window.ready"))
            ready.append((name, f"{file.stat().st_size / 1000:.0f} kB", told(times)))
        lines += table(("page", "size", "ready"), ready)
        lines += ["## From a slider's event to its frame", ""]
        lines += table(("page", "a step"), [(name, told(moved(pages, file, rounds))) for name, file in files.items()])
        lines += ["## Training", ""]
        rows = []
        for name in ("the tutorial", "2-16-16-1 with 64 examples"):
            frames, steps = trained(pages, files[name], 1 if quick else 5)
            rows.append((name, f"{frames:.1f}", f"{steps:,.0f}"))
        lines += table(("network", "frames a second, ten steps each", "steps a second"), rows)
        lines += ["## A slider step of the tutorial with `whygrad open`, asked and answered on loopback", ""]
        times = served(rounds * 10)
        lines += table(
            ("median", "99 of 100 below", "the longest"),
            [
                (
                    f"{statistics.median(times):.2f} ms",
                    f"{float(np.quantile(times, 0.99)):.2f} ms",
                    f"{max(times):.1f} ms",
                )
            ],
        )
        browser.close()
    print("\n".join(lines))
    if not quick:
        PAGE.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
        print(f"written to {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
