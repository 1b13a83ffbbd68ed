"""The command `whygrad`: reads arguments, prints, gives exit codes. 0 is fine, 1 a finding, 2 cannot."""

from __future__ import annotations

import contextlib
import io
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

    from whygrad.explaining.derivation import Derivation

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=CONTEXT)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda *given: show_version(*given),
    help="show the version and exit",
)
def main() -> None:
    """Gradients that show their work.

    Give whygrad NumPy code: it derives the backward pass, says why every line of it is what it is, and hands it back
    as code.

    FILE:FUNCTION names a function (also Class.method). FILE alone means the only function in it that returns a
    number; a script with a training loop is run and the loss that it computes is derived.

    \b
    whygrad demo                     begin here
    whygrad explain net.py:loss      then your own
    whygrad open net.py:loss         … as a page that you can move
    whygrad check net.py             a backward pass that you wrote, checked
    """


def show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    """The version of the installed package; a checkout that is not installed says so."""
    if wanted and not context.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(f"whygrad {version('whygrad')}")
        except PackageNotFoundError:
            click.echo("whygrad, not installed: run from its source")
        context.exit()


def target_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that derives."""
    for option in (
        click.option("--seed", type=int, help="seed NumPy's random numbers before the file is loaded"),
        click.option("--no-idioms", is_flag=True, help="derive from the primitives alone, without sigmoid, softmax …"),
        click.option(
            "--wrt", help="the arguments to differentiate with respect to, with commas (default: all with floats)"
        ),
        click.option("--at", multiple=True, metavar="NAME=VALUE", help="an argument: --at x=1.5, --at 'v=[1, 2]'"),
        click.argument("target", metavar="FILE[:FUNCTION]"),
    ):
        command = option(command)
    return command


@main.command()
@target_options
@click.option(
    "--format", "form", type=click.Choice(["text", "code", "latex", "json"]), help="what to print (default: text)"
)
@click.option("--html", type=click.Path(dir_okay=False, writable=True), help="write a page to look at in a browser")
@click.option("--prove", is_flag=True, help="prove the gradients with SymPy, for all values (small arrays)")
def explain(
    target: str,
    at: tuple[str, ...],
    wrt: str | None,
    no_idioms: bool,
    seed: int | None,
    form: str | None,
    html: str | None,
    prove: bool,
) -> None:
    """Explain the backward pass, line by line.

    Each line comes with its formula, local derivative, reason, shapes and numbers.

    \b
    whygrad explain net.py:loss
    whygrad explain curve.py:f --at x=1.5
    whygrad explain train.py
    whygrad explain net.py:loss --prove
    whygrad explain net.py:loss --html net.html
    """
    with errors():
        check_writable(html)
        d = derivation_of(target, at, wrt, no_idioms, seed)
        if html is not None:
            from whygrad.commands.page import page_written

            click.echo(", ".join(page_written(d, html)), err=form is not None)  # stdout is for what --format asks
            if form is None and not prove:
                return
        if prove:
            with sign_of_life("proving, entry by entry: large arrays take a minute or two …"):
                proof = d.prove()
            click.echo(str(proof), nl=False)
            sys.exit({"proved": 0, "refuted": 1}.get(proof.status, 2))
        if form == "code":
            click.echo(d.code(reasons=True), nl=False)
            return
        if form == "latex":
            click.echo(d.latex(document=True), nl=False)
            return
        if form == "json":
            click.echo(d.to_json().encode())  # UTF-8 wherever it goes
            return
        from whygrad.explaining.text import as_rich

        console = a_console()
        console.print(as_rich(d, console.width), end="", soft_wrap=True)


@main.command()
@target_options
@click.option(
    "--part", type=click.Choice(["all", "forward", "backward"]), default="all", help="a module, or some of its lines"
)
@click.option("--reasons", is_flag=True, help="the reason for each backward line above it")
@click.option("-o", "--output", type=click.Path(dir_okay=False, writable=True), help="write there instead")
def code(
    target: str,
    at: tuple[str, ...],
    wrt: str | None,
    no_idioms: bool,
    seed: int | None,
    part: str,
    reasons: bool,
    output: str | None,
) -> None:
    """Print value and gradient as NumPy code.

    The module needs nothing but NumPy.

    \b
    whygrad code net.py:loss -o net_gradient.py
    whygrad code net.py:loss --part backward --reasons
    """
    with errors():
        check_writable(output)
        text = derivation_of(target, at, wrt, no_idioms, seed).code(part=part, reasons=reasons)
        if output is None:
            click.echo(text, nl=False)
        else:
            with open(output, "w", encoding="utf-8") as file:
                file.write(text)


@main.command()
@target_options
@click.option("--steps", type=click.IntRange(1), default=10_000, show_default=True, help="how many steps")
@click.option(
    "--rate", type=float, default=1.0, show_default=True, help="how far a step goes, in units of the gradient"
)
@click.option("--momentum", type=float, default=0.0, show_default=True, help="how much of the last step is kept")
@click.option("--decay", type=float, default=0.0, show_default=True, help="weight decay, added to the gradient")
@click.option("--every", type=click.IntRange(1), help="a row of the table every so many steps (default: six rows)")
@click.option("-o", "--output", type=click.Path(dir_okay=False, writable=True), help="save the parameters (.npz)")
def train(
    target: str,
    at: tuple[str, ...],
    wrt: str | None,
    no_idioms: bool,
    seed: int | None,
    steps: int,
    rate: float,
    momentum: float,
    decay: float,
    every: int | None,
    output: str | None,
) -> None:
    """Train by gradient descent with that code.

    The gradient is derived once; then the derived NumPy code is run.

    \b
    whygrad train net.py:loss --steps 60000 --rate 1
    whygrad train net.py:loss --momentum 0.9 --rate 0.1 --seed 42
    """
    with errors():
        from whygrad.commands.training import show_training

        check_writable(output)
        if not math.isfinite(rate):
            raise click.UsageError(f"--rate {rate}: a number that is finite")
        d = derivation_of(target, at, wrt, no_idioms, seed, training=True)
        fine = show_training(
            a_console(), d, steps=steps, rate=rate, momentum=momentum, decay=decay, every=every or 0, output=output
        )
        if not fine:
            sys.exit(1)


@main.command("open")
@target_options
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="the port (default: a free one)")
@click.option("--no-browser", is_flag=True, help="only print the address")
@click.option(
    "--seconds",
    type=click.FloatRange(0, min_open=True),
    default=60.0,
    show_default=True,
    help="how long the code may run",
)
def open_(
    target: str,
    at: tuple[str, ...],
    wrt: str | None,
    no_idioms: bool,
    seed: int | None,
    port: int,
    no_browser: bool,
    seconds: float,
) -> None:
    """Open the derivation as a page in the browser.

    Move its numbers, walk through its backward pass. The page follows the file: save it, and it is derived again.

    \b
    whygrad open net.py:loss
    whygrad open train.py
    """
    with errors():
        from whygrad.commands.opening import open_page

        open_page(target, at, wrt, no_idioms, seed, port=port, browser=not no_browser, seconds=seconds)


class CheckCommand(click.Command):
    """A command whose words behind `--` are for the program that it runs."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        at = args.index("--") if "--" in args else len(args)
        ctx.meta["whygrad.program"] = tuple(args[at + 1 :])
        return super().parse_args(ctx, args[:at])


@main.command(cls=CheckCommand)
@click.argument("words", metavar="FILE [ARGS]...", nargs=-1, required=True)
@click.option("--loss", metavar="EXPR", help="the loss that is meant, in the program's own names")
@click.option("--loss-line", type=click.IntRange(1), metavar="N", help="… or the line that computes it")
@click.option("--fix", is_flag=True, help="apply the fixes that are verified; the file as it was is kept as FILE.orig")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    help="what to print (default: text)",
)
@click.option("--watch", is_flag=True, help="check again whenever the file is saved")
@click.option(
    "--time",
    "seconds",
    type=click.FloatRange(0, min_open=True),
    default=20.0,
    show_default=True,
    metavar="SECONDS",
    help="how long a check may take",
)
@click.option("--at", multiple=True, metavar="NAME=VALUE", help="an argument of FILE:FUNCTION")
@click.pass_context
def check(
    context: click.Context,
    words: tuple[str, ...],
    loss: str | None,
    loss_line: int | None,
    fix: bool,
    form: str,
    watch: bool,
    seconds: float,
    at: tuple[str, ...],
) -> None:
    """Check a backward pass written by hand.

    The file is run as `python FILE ARGS` would run it. Told is the first wrong line, why, and what it should
    read. Exit code 0: all gradients are right; 1: something is wrong; 2: it cannot be checked.

    \b
    whygrad check net.py
    whygrad check net.py data.csv -- --epochs 3   its own arguments
    whygrad check net.py --fix
    whygrad check submissions/*.py                a line each
    whygrad check net.py:loss_and_gradients       a function that returns both
    """
    with errors():
        from whygrad.commands import checking

        if loss is not None and loss_line is not None:
            raise click.UsageError("--loss or --loss-line: there is one loss")
        targets, args = checking.wanted_of(words, context.meta["whygrad.program"])
        wanted = checking.Wanted(targets, args, loss, loss_line, seconds, at)
        console = a_console()
        if watch:
            if form != "text":
                raise click.UsageError("--watch prints text")
            checking.watch(console, wanted, lambda: checking.check(console, wanted, form, fix))
            return
        with sign_of_life(f"checking {words[0]} …"):
            code = checking.check(console, wanted, form, fix)
        sys.exit(code)


@main.command()
@click.argument("name", required=False)
def rules(name: str | None) -> None:
    """Tell what is known about a function.

    \b
    whygrad rules            all rules, a line each
    whygrad rules tanh       all about one, with the reason
    whygrad rules @          … or about an operator
    """
    with errors():
        from whygrad.commands.rules import show_rules

        show_rules(a_console(), name)


@main.command()
def demo() -> None:
    """Show it all on a small network.

    The tutorial's network is derived, verified, proved and trained; Mazur's example by both of its rules.
    """
    with errors():
        from whygrad.commands.demo import demo as show

        show(a_console())


def a_console() -> Console:
    """Colours and width as the terminal has them; plain text for pipes and NO_COLOR."""
    import os

    from rich.console import Console

    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 100
    return Console(highlight=False, width=width)


def check_writable(output: str | None) -> None:
    """Before any work is done: can the result be written where it is wanted?"""
    from pathlib import Path

    from whygrad.commands.target import TargetError

    if output is not None and not Path(output).resolve().parent.is_dir():
        raise TargetError(f"{output}: there is no folder {Path(output).parent}")


def derivation_of(
    target: str, at: tuple[str, ...], wrt: str | None, no_idioms: bool, seed: int | None, training: bool = False
) -> Derivation:
    """The derivation of what the command line names. What its code prints goes to stderr: stdout is for the answer."""
    from whygrad.commands import deriving

    with contextlib.redirect_stdout(sys.stderr), sign_of_life(f"running {target} …"):
        return deriving.derivation_of(target, at, wrt, no_idioms, seed, training)


@contextmanager
def sign_of_life(text: str, after: float = 1.5) -> Iterator[None]:
    """In a terminal, says what is going on where it takes long."""
    import threading

    timer = threading.Timer(after, click.echo, (text,), {"err": True})
    timer.daemon = True
    if sys.stderr.isatty():
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def errors() -> Iterator[None]:
    """Errors as a person wants them: one line (and the author's, underlined), exit code 2, no traceback."""
    from whygrad.errors import WhygradError

    for stream in (sys.stdout, sys.stderr):  # a terminal that cannot show ∂ shows ? for it
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")

    try:
        with plain_warnings():
            yield
    except WhygradError as problem:
        complain(str(problem))
        sys.exit(2)
    except (KeyboardInterrupt, click.ClickException, click.exceptions.Exit):
        raise
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as problem:
        from whygrad.commands.target import TargetError
        from whygrad.explaining.problem import stopped
        from whygrad.watching.scripts import author_place

        if isinstance(problem, TargetError):
            complain(str(problem))
        elif isinstance(problem, OSError) and problem.filename and not author_place(problem):
            complain(f"{problem.filename}: {problem.strerror}")
        else:
            complain(stopped(problem))
        sys.exit(2)


def complain(text: str) -> None:
    """To stderr, with the files below the folder that we are in named as one would type them."""
    import os

    click.echo(text.replace(os.path.join(os.getcwd(), ""), ""), err=True)


@contextmanager
def plain_warnings() -> Iterator[None]:
    """Our warnings as text; NumPy's, where they would name our own lines, are ours said worse."""
    import warnings

    with warnings.catch_warnings():
        usual, ours = warnings.showwarning, __file__.removesuffix("cli.py")

        def show(message: Warning | str, category: type[Warning], filename: str, lineno: int, *rest: Any) -> None:
            from whygrad.errors import NonFiniteWarning

            if issubclass(category, NonFiniteWarning):
                complain(f"warning: {message}")
            elif not filename.startswith((ours, "<derived")):
                usual(message, category, filename, lineno, *rest)

        warnings.showwarning = show  # type: ignore[assignment]
        yield


if __name__ == "__main__":
    main()
