"""`whygrad demo`: the tutorial's network derived, verified and trained; Mazur's example by both of its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from whygrad import derive, verify
from whygrad.commands.page import page_written
from whygrad.commands.train import printed_function
from whygrad.explaining.derivation import Derivation
from whygrad.explaining.text import as_rich

if TYPE_CHECKING:
    from rich.console import Console

PUBLISHED = (
    *("0.496410031903", "0.00858452565325", "0.00578945986251"),
    *("0.00462917677677", "0.00395876528027", "0.00351012256786"),
)
"""What the tutorial prints, at steps 0, 10,000 … 50,000: the mean of |y − k2|, before the update."""
MAZUR = ("0.291027924", "0.0000351085", "0.015912196", "0.984065734")
"""What Mazur's page gives: E after round 1 and after 10,000, the outputs after 10,000."""
PAGE = "whygrad-demo.html"
"""What the demo leaves in the folder that it is run in."""


def demo(console: Console) -> None:
    """Show it all."""
    from whygrad.shown import tutorial

    _title(console, "The tutorial's network, as its author would write it")
    console.print(_source_of(tutorial.loss), style="bold", highlight=False)
    _title(console, "Its backward pass, derived, with the reason for every line")
    d = derive(tutorial.loss, tutorial.syn0, tutorial.syn1)
    console.print(as_rich(d, console.width), end="")
    _title(console, "Held against numbers that the forward pass itself computes")
    console.print(str(verify(tutorial.loss, tutorial.syn0, tutorial.syn1)).rstrip(), highlight=False, soft_wrap=True)
    _title(console, "Proved for all values of the weights, here with one hidden unit")
    proof = derive(tutorial.loss, tutorial.syn0[:, :1], tutorial.syn1[:1]).prove()
    console.print(str(proof).rstrip(), highlight=False, markup=False, soft_wrap=True)
    _title(console, "60,000 steps with these lines, and what the tutorial printed")
    _training(console, d)
    _title(console, "Mazur's step by step example, by both of its rules")
    _mazur(console)
    _title(console, "The slip that is made most in writing it by hand, found: whygrad check slip.py")
    _slip(console)
    _title(console, "To look at, step through and play with")
    for line in _page(d):
        console.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)
    _title(console, "Now yours")
    import shutil

    if shutil.which("whygrad") is None:
        console.print(f"  first:  {_activation()}\n", markup=False)
    console.print(
        "  whygrad explain FILE.py:FUNCTION       your own function, line by line\n"
        "  whygrad explain FILE.py                a script with a training loop: its loss is found\n"
        "  … --html page.html                     the same as a page, like the one above\n"
        "  … --prove, --format latex, code, json  a proof, formulas, a module, a document for other programs\n"
        "  whygrad open FILE.py:FUNCTION          that page, in step with your file\n"
        "  whygrad code FILE.py:FUNCTION          its gradient as NumPy code\n"
        "  whygrad train FILE.py:LOSS             gradient descent with that code\n"
        "  whygrad check FILE.py                  a backward pass that you wrote by hand, checked\n"
        "  whygrad rules tanh                     what is known about one function\n\n"
        "  In Python: from whygrad import grad, derive, verify, check",
        highlight=False,
    )


def _slip(console: Console) -> None:
    """The tutorial's program with one wrong name in it: its lines around that, and what the check says."""
    import contextlib
    import tempfile
    from pathlib import Path

    from whygrad.checking.printing import as_rich as report_as_rich
    from whygrad.checking.process import check_file
    from whygrad.shown import slip

    source = Path(slip.__file__).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("slip.py").write_text(source, encoding="utf-8")
        report = check_file("slip.py")
        rows = source.split("\n")
        first = next(number for number, row in enumerate(rows) if "k2_error = " in row)
        loop = [row.removeprefix("        ") for row in rows[first:] if "print" not in row and "if j" not in row]
        console.print("\n".join(loop).rstrip(), style="bold", highlight=False, markup=False)
        console.print()
        console.print(report_as_rich(report, console.width), end="", soft_wrap=True)


def _page(d: Derivation) -> tuple[str, str]:
    """The tutorial's page, in the folder that we are in; where nothing can be written there, in the machine's own."""
    import os
    import tempfile

    try:
        return page_written(d, PAGE)
    except OSError:
        return page_written(d, os.path.join(tempfile.gettempdir(), PAGE))


def _activation() -> str:
    """What makes the command `whygrad` be found, where it was started by its path."""
    import os
    import sys

    folder = os.path.relpath(os.path.dirname(sys.executable))
    return rf"{folder}\activate" if os.name == "nt" else f"source {folder}/activate"


def _title(console: Console, text: str) -> None:
    console.print()
    console.rule(f"[bold]{text}[/]", align="left", style="dim")


def _source_of(function: object) -> str:
    import inspect

    return inspect.getsource(function).rstrip()  # type: ignore[arg-type]


def _training(console: Console, d: Derivation) -> None:
    """The tutorial's own loop: both weights move by minus their gradient, rate 1."""
    from rich.table import Table

    table = Table(box=None, padding=(0, 2))
    for heading in ("step", "mean |y − k2|, obtained", "published", ""):
        table.add_column(heading, justify="right")
    obtained, outputs = _trained(console, d)
    for step, published in zip(range(0, 60_000, 10_000), PUBLISHED, strict=True):
        text = f"{obtained[step]:.12g}"
        table.add_row(f"{step:,}", text, published, "✓ 12 digits" if text == published else "differs")
    table.add_row("60,000", f"{obtained[60_000]:.12g}", "(not printed)", "")
    console.print(table)
    console.print(
        f"  outputs for (0,0), (0,1), (1,0), (1,1): {', '.join(f'{o:.4f}' for o in outputs)}",
        highlight=False,
    )


def _trained(console: Console, d: Derivation) -> tuple[dict[int, float], list[float]]:
    """The mean of |y − k2| every 10,000 steps, and the outputs at the end."""
    from rich.progress import BarColumn, Progress, TextColumn

    from whygrad.shown import tutorial

    gradient = printed_function(d)
    syn0, syn1 = tutorial.syn0, tutorial.syn1
    errors = {}
    with Progress(
        TextColumn("  training"), BarColumn(), TextColumn("{task.completed:,} steps"), console=console, transient=True
    ) as bar:
        task = bar.add_task("", total=60_000)
        for step in range(60_000):
            if step % 10_000 == 0:
                errors[step] = float(tutorial.mean_error(syn0, syn1))
            if step % 1_000 == 0:
                bar.update(task, completed=step)
            _, (dsyn0, dsyn1) = gradient(syn0, syn1)
            syn0, syn1 = syn0 - dsyn0, syn1 - dsyn1
    errors[60_000] = float(tutorial.mean_error(syn0, syn1))
    k1 = 1 / (1 + np.exp(-(tutorial.X @ syn0)))
    return errors, (1 / (1 + np.exp(-(k1 @ syn1)))).ravel().tolist()


def _mazur(console: Console) -> None:
    """E by the stated rule (the gradient) and by the rule of the program behind the published figures."""
    from rich.table import Table

    from whygrad.shown import mazur

    gradient = printed_function(derive(mazur.loss, mazur.W1, mazur.W2))
    rows = {}
    for name in ("gradient", "program"):
        W1, W2 = mazur.W1, mazur.W2
        for number in range(10_000):
            if name == "gradient":
                _, (dW1, dW2) = gradient(W1, W2)
                W1, W2 = W1 - 0.5 * dW1, W2 - 0.5 * dW2
            else:
                W1, W2 = mazur.published_round(W1, W2, 0.5)
            if number == 0:
                first = float(mazur.loss(W1, W2))
        h = 1 / (1 + np.exp(-(W1 @ mazur.i + mazur.b1)))
        o = 1 / (1 + np.exp(-(W2 @ h + mazur.b2)))
        rows[name] = (first, float(mazur.loss(W1, W2)), *o.tolist())
    table = Table(box=None, padding=(0, 2))
    for heading in ("", "the stated rule:\nthe gradient", "its program then:\nW2 first, then W1", "published"):
        table.add_column(heading, justify="right")
    labels = ("E after round 1", "E after 10,000", "output 1", "output 2")
    formats = (".9f", ".10f", ".9f", ".9f")
    for place, label in enumerate(labels):
        one, two = (f"{rows[name][place]:{formats[place]}}" for name in ("gradient", "program"))
        table.add_row(label, one, two, MAZUR[place])
    console.print(table)
    console.print(
        "  Only the first column is gradient descent. The published E after round 1 and the outputs are the\n"
        "  second rule's (its weights W2 were already updated when they were used for W1); the published\n"
        "  E after 10,000 is the first rule's after 9,999 rounds.",
        highlight=False,
    )
