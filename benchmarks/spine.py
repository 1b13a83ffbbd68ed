"""How long whygrad takes, beside its peers, all in one run: `make bench`.

Prints its tables and writes them to docs/performance.md (with --quick: few rounds, nothing written).
Contenders take turns within a round, so that whatever else the machine does meets all of them; a figure is
the median of the rounds, in parentheses the middle half of them. Gradients are compared before they are
timed. A peer that is not installed is left out, with a line that says so.
"""

# ruff: noqa: E402

from __future__ import annotations

import os

# Threads have to be fixed before NumPy is imported.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
os.environ.update(dict.fromkeys(THREADS, "1"))
os.environ.update(
    JAX_PLATFORMS="cpu",
    JAX_ENABLE_X64="1",
    XLA_FLAGS="--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
)

import argparse
import datetime
import importlib
import importlib.metadata
import importlib.util
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
HERE = str(Path(__file__).resolve().parent)
PAGE = ROOT / "docs" / "performance.md"
try:
    import whygrad as wg
except ModuleNotFoundError:
    sys.path.insert(0, str(ROOT / "src"))
    import whygrad as wg

SOURCE = Path(wg.__file__).parents[1]
OURS = "whygrad"
Call = Callable[[], Any]


@dataclass(frozen=True)
class Figure:
    """The times of several rounds, in seconds."""

    times: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    @property
    def middle(self) -> tuple[float, float]:
        """The first and the third quartile."""
        low, _, high = statistics.quantiles(self.times, n=4, method="inclusive")
        return low, high

    def beside(self, other: Figure) -> str:
        """How many times as long as another: the median over the rounds, in which both ran side by side."""
        return three(statistics.median(a / b for a, b in zip(self.times, other.times, strict=True)))

    def __str__(self) -> str:
        unit, size = ("s", 1.0) if self.median >= 1 else ("ms", 1e-3) if self.median >= 1e-3 else ("µs", 1e-6)
        low, high = self.middle
        return f"{three(self.median / size)} {unit} ({three(low / size)} to {three(high / size)})"


def three(x: float) -> str:
    """A number to three digits, without an exponent."""
    return f"{x:.0f}" if x >= 100 else f"{x:.1f}" if x >= 10 else f"{x:.2f}"


# What is run elsewhere: interpreters of their own


def environment() -> dict[str, str]:
    """For child processes: whygrad is found there as it was here."""
    paths = [str(SOURCE), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def child(*command: str) -> tuple[float, str]:
    """How long a process took, and what it printed."""
    started = time.perf_counter()
    run = subprocess.run(command, env=environment(), capture_output=True, text=True)
    took = time.perf_counter() - started
    if run.returncode:
        raise RuntimeError(f"{' '.join(command[:3])} failed: {run.stderr.strip().splitlines()[-1:]}")
    return took, run.stdout


def import_time(what: str) -> float:
    code = f"import time; t = time.perf_counter(); import {what}; print(time.perf_counter() - t)"
    return float(child(sys.executable, "-c", code)[1])


def turns(calls: dict[str, Callable[[], float]], rounds: int) -> dict[str, Figure]:
    """Each in turn, round by round; each call says how long it took. A round before the first does not
    count."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(rounds + 1):
        for name, call in calls.items():
            took = call()
            if number:
                times[name].append(took)
    return {name: Figure(tuple(found)) for name, found in times.items()}


# What is run here


def timed(calls: dict[str, Call], rounds: int, seconds: float = 0.02) -> dict[str, Figure]:
    """The time of one call of each: in a round each is called in turn for about `seconds`."""

    def repeated(call: Call) -> Callable[[], float]:
        call()  # what is derived or compiled at the first call is not meant here
        started = time.perf_counter()
        call()
        number = max(1, int(seconds / max(time.perf_counter() - started, 1e-7)))

        def run() -> float:
            begun = time.perf_counter()
            for _ in range(number):
                call()
            return (time.perf_counter() - begun) / number

        return run

    return turns({name: repeated(call) for name, call in calls.items()}, rounds)


# The tutorial's network: 3-4-1, sigmoid, squared error

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], dtype=float)
y = np.array([[0], [1], [1], [0]], dtype=float)


def tutorial_weights() -> tuple[Any, ...]:
    random = np.random.RandomState(1).random
    return 2 * random((3, 4)) - 1, 2 * random((4, 1)) - 1


def tutorial(syn0, syn1):
    k1 = 1 / (1 + np.exp(-(X @ syn0)))
    k2 = 1 / (1 + np.exp(-(k1 @ syn1)))
    return 0.5 * np.sum((y - k2) ** 2)


def tutorial_by_hand(syn0, syn1):
    k1 = 1 / (1 + np.exp(-(X @ syn0)))
    k2 = 1 / (1 + np.exp(-(k1 @ syn1)))
    dz2 = (k2 - y) * k2 * (1 - k2)
    dz1 = (dz2 @ syn1.T) * k1 * (1 - k1)
    return X.T @ dz1, k1.T @ dz2


def tutorial_for(numpy: Any) -> Callable[..., Any]:
    """The same for a library with a NumPy of its own."""

    def loss(syn0, syn1):
        k1 = 1 / (1 + numpy.exp(-(X @ syn0)))
        k2 = 1 / (1 + numpy.exp(-(k1 @ syn1)))
        return 0.5 * numpy.sum((y - k2) ** 2)

    return loss


# A classifier: 32 examples, 10-16-3, tanh, softmax, cross-entropy

_draw = np.random.default_rng(0)
points = _draw.normal(size=(32, 10))
labels = np.eye(3)[_draw.integers(0, 3, 32)]


def classifier_weights() -> tuple[Any, ...]:
    random = np.random.default_rng(1).normal
    return random(size=(10, 16)) / 3, np.zeros(16), random(size=(16, 3)) / 4, np.zeros(3)


def classifier(W1, b1, W2, b2):
    h = np.tanh(points @ W1 + b1)
    z = h @ W2 + b2
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    p = e / np.sum(e, axis=1, keepdims=True)
    return -np.sum(labels * np.log(p)) / 32


def classifier_by_hand(W1, b1, W2, b2):
    h = np.tanh(points @ W1 + b1)
    z = h @ W2 + b2
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    p = e / np.sum(e, axis=1, keepdims=True)
    dz = (p - labels) / 32
    dz1 = (dz @ W2.T) * (1 - h**2)
    return points.T @ dz1, dz1.sum(axis=0), h.T @ dz, dz.sum(axis=0)


def classifier_for(numpy: Any) -> Callable[..., Any]:
    def loss(W1, b1, W2, b2):
        h = numpy.tanh(points @ W1 + b1)
        z = h @ W2 + b2
        e = numpy.exp(z - numpy.max(z, axis=1, keepdims=True))
        p = e / numpy.sum(e, axis=1, keepdims=True)
        return -numpy.sum(labels * numpy.log(p)) / 32

    return loss


def contenders(
    ours: Callable[..., Any],
    by_hand: Callable[..., Any],
    loss_for: Callable[[Any], Any],
    weights: tuple[Any, ...],
) -> dict[str, Call]:
    """The same gradient by each, checked to be the same."""
    wrt = tuple(range(len(weights)))
    right = by_hand(*weights)
    gradient = wg.grad(ours, wrt=wrt)
    calls: dict[str, Call] = {
        OURS: lambda: gradient(*weights),
        "NumPy by hand": lambda: by_hand(*weights),
    }
    autograd = peer("autograd")
    if autograd is not None:
        theirs = autograd.grad(loss_for(importlib.import_module("autograd.numpy")), wrt)
        calls["autograd"] = lambda: theirs(*weights)
    jax = peer("jax")
    if jax is not None:
        compiled = jax.jit(jax.grad(loss_for(importlib.import_module("jax.numpy")), wrt))
        on_device = [jax.device_put(w) for w in weights]
        calls["JAX, jit"] = lambda: jax.block_until_ready(compiled(*on_device))
    for name, call in calls.items():
        for found, wanted in zip(call(), right, strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-14, err_msg=name)
    return calls


def peer(name: str) -> ModuleType | None:
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


# A chain of elementwise steps


def chain(x, length):
    for _ in range(length):
        x = np.sin(x)
    return np.sum(x)


def first_call(length: int) -> float:
    """Watching, deriving, evaluating: the first call of a new gradient function."""
    x = np.linspace(0.1, 1, 8)
    started = time.perf_counter()
    wg.grad(chain)(x, length)
    return time.perf_counter() - started


# The page


def section_start(rounds: int) -> list[str]:
    first = "whygrad; whygrad.grad(lambda x: x * x)(3.0)"
    labels = {
        "numpy": "`import numpy`",
        OURS: "`import whygrad` (its rooms and NumPy are imported when they are used)",
        "whygrad, numpy": "`import whygrad, numpy`",
        first: "`import whygrad` and a first gradient, `whygrad.grad(lambda x: x * x)(3.0)`",
    }
    found = turns({what: lambda what=what: import_time(what) for what in labels}, rounds)
    rows = [(label, str(found[what]), found[what].beside(found["numpy"])) for what, label in labels.items()]
    lines = ["## Starting", "", "In a fresh interpreter each time, in turn.", ""]
    lines += table(("", "time", "beside NumPy"), rows)
    command = help_command()
    if command is None:
        return [*lines, "", "`whygrad --help` was left out: the command is not here."]
    script = Figure(tuple(child(*command)[0] for _ in range(rounds)))
    bare = Figure(tuple(child(sys.executable, "-c", "pass")[0] for _ in range(rounds)))
    rows = [("`whygrad --help`", str(script)), ("`python -c pass`", str(bare))]
    return [*lines, "", "Whole processes, from start to end.", "", *table(("", "time"), rows)]


def help_command() -> list[str] | None:
    script = Path(sys.executable).with_name("whygrad")
    if script.exists():
        return [str(script), "--help"]
    if importlib.util.find_spec("whygrad.cli"):
        return [sys.executable, "-c", "from whygrad.cli import main; main()", "--help"]
    return None


def section_derive(rounds: int) -> list[str]:
    lines = ["## Deriving and explaining the tutorial's network", ""]
    if not hasattr(wg, "derive"):
        return [*lines, "Left out: `whygrad.derive` is not here yet."]
    code = (
        "import sys, time; sys.path.insert(0, sys.argv[1]); import spine\n"
        "weights = spine.tutorial_weights(); t = time.perf_counter()\n"
        "text = str(spine.wg.derive(spine.tutorial, *weights)); print(time.perf_counter() - t)"
    )
    weights = tutorial_weights()

    def derive() -> float:
        started = time.perf_counter()
        wg.derive(tutorial, *weights)
        return time.perf_counter() - started

    def derive_and_print() -> float:
        started = time.perf_counter()
        str(wg.derive(tutorial, *weights))
        return time.perf_counter() - started

    cold = turns({"cold": lambda: float(child(sys.executable, "-c", code, HERE)[1].split()[-1])}, rounds)[
        "cold"
    ]
    warm = turns({"derive": derive, "print": derive_and_print}, 3 * rounds)
    rows = [
        ("`str(derive(…))`, the first in a process (rooms are imported on the way)", str(cold)),
        ("`str(derive(…))` again", str(warm["print"])),
        ("`derive(…)` again: watch, derive, verify", str(warm["derive"])),
    ]
    return [*lines, *table(("", "time"), rows)]


def section_gradients(rounds: int) -> list[str]:
    lines = [
        "## One gradient",
        "",
        "`grad` watches the function at every call and runs the backward pass that it kept. NumPy by hand is "
        "the forward and backward pass written out. JAX is compiled, its arrays lie on its device.",
    ]
    networks = {
        "The tutorial's network, 4 examples, 3-4-1": (
            tutorial, tutorial_by_hand, tutorial_for, tutorial_weights(),
        ),
        "A classifier, 32 examples, 10-16-3, tanh, softmax, cross-entropy": (
            classifier, classifier_by_hand, classifier_for, classifier_weights(),
        ),
    }  # fmt: skip
    for title, network in networks.items():
        found = timed(contenders(*network), rounds)
        rows = [(name, str(figure), found[OURS].beside(figure)) for name, figure in found.items()]
        lines += ["", f"### {title}", "", *table(("", "one call", "whygrad takes … times as long"), rows)]
    absent = [name for name in ("autograd", "jax") if peer(name) is None]
    return lines + [line for name in absent for line in ("", f"{name} was left out: it is not installed.")]


def section_zoo(rounds: int) -> list[str]:
    import five

    found = {name: timed(five.contenders(name), rounds) for name in five.FIVE}
    lines = [
        "## Five of the zoo",
        "",
        "One gradient of functions from the tests (`tests/zoo/models.py`), the same source by both.",
        "",
    ]
    if not peer("autograd"):
        rows = [(f"`{name}`", str(figures[OURS])) for name, figures in found.items()]
        return [*lines, *table(("", OURS), rows), "", "autograd was left out: it is not installed."]
    rows = [
        (f"`{name}`", str(figures[OURS]), str(figures["autograd"]), figures[OURS].beside(figures["autograd"]))
        for name, figures in found.items()
    ]
    return [*lines, *table(("", OURS, "autograd", "whygrad takes … times as long"), rows)]


def section_chain(rounds: int, lengths: Sequence[int]) -> list[str]:
    first = turns({str(n): lambda n=n: first_call(n) for n in lengths}, rounds)
    gradient, x = wg.grad(chain), np.linspace(0.1, 1, 8)
    later = timed({str(n): lambda n=n: gradient(x, n) for n in lengths}, rounds)
    rows = [
        (f"{n:,}", str(first[str(n)]), micro(first[str(n)], n), str(later[str(n)]), micro(later[str(n)], n))
        for n in lengths
    ]
    spreads = []
    for found in (first, later):
        per_step = [found[str(n)].median / n for n in lengths]
        spreads.append(f"{max(per_step) / min(per_step):.2f}")
    return [
        "## A long chain",
        "",
        "`for _ in range(n): x = np.sin(x)` on eight numbers, then a sum. The first call also derives. The "
        "time for a step should stay the same: over these lengths it differs by a factor of "
        f"{spreads[0]} at the first call, {spreads[1]} at later ones.",
        "",
        *table(("steps", "first call", "a step", "later calls", "a step"), rows),
    ]


def micro(figure: Figure, steps: int) -> str:
    return f"{figure.median / steps * 1e6:.2f} µs"


def table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A Markdown table that is also readable as it stands."""
    every = [heading, *rows]
    widths = [max(len(row[i]) for row in every) for i in range(len(heading))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in every
    ]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]


def processor() -> str:
    """The model of the CPU."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def machine() -> str:
    versions = [f"Python {platform.python_version()}"]
    for name in ("numpy", "autograd", "jax"):
        if importlib.util.find_spec(name):
            versions.append(f"{name} {importlib.metadata.version(name)}")
    return (
        f"{processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}; "
        f"{', '.join(versions)}; one thread for each library (OMP_NUM_THREADS=1 and the like, "
        "set before NumPy is imported)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Time whygrad beside its peers and write docs/performance.md."
    )
    parser.add_argument("--quick", action="store_true", help="few rounds; nothing is written")
    quick = parser.parse_args().quick
    rounds = 3 if quick else 15
    lengths = (1000, 2000, 5000, 10_000)
    lines = [
        "# Performance",
        "",
        f"Written by `make bench` on {datetime.date.today():%d %B %Y}. Run it for your machine's figures.",
        "",
        f"Machine: {machine()}.",
        "",
        f"A figure is the median of {rounds} rounds in which the contenders take turns (fewer for the long "
        "chain); in parentheses stands the middle half of the rounds. A ratio is the median of the rounds' "
        "own ratios.",
    ]
    print("\n".join(lines), flush=True)
    sections: list[Callable[[], list[str]]] = [
        lambda: section_start(rounds),
        lambda: section_derive(rounds),
        lambda: section_gradients(rounds),
        lambda: section_zoo(rounds),
        lambda: section_chain(max(3, rounds // 3), lengths),
    ]
    for section in sections:
        found = ["", *section()]
        print("\n".join(found), flush=True)
        lines += found
    if not quick:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"\nwritten to {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
