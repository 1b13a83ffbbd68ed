"""`whygrad train`: a progress bar, a table, and where the parameters ended up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from whygrad.commands.train import round_number, train
from whygrad.explaining.derivation import Derivation

if TYPE_CHECKING:
    from rich.console import Console


def show_training(
    console: Console,
    d: Derivation,
    *,
    steps: int,
    rate: float,
    momentum: float,
    decay: float,
    every: int,
    output: str | None,
) -> bool:
    """Train and show it; False where the loss ran away."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.table import Table

    how = f"rate {rate:g}" + (f", momentum {momentum:g}" if momentum else "") + (f", decay {decay:g}" if decay else "")
    console.print(f"{d.name}({', '.join(d.argument_names)}): training {', '.join(d.wrt_names)}, {steps:,} steps, {how}")
    ticks = max(1, steps // 100)
    rows = every or round_number(steps / 6)
    with Progress(
        TextColumn("{task.completed:,} steps"),
        BarColumn(),
        TextColumn("loss {task.fields[loss]:.6g}"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task("", total=steps, loss=float(d.value))

        def progress(done: int, loss: float) -> None:
            bar.update(task, completed=done, loss=loss)

        run = train(
            d, steps=steps, rate=rate, momentum=momentum, decay=decay, every=rows, ticks=ticks, progress=progress
        )
    table = Table(box=None, padding=(0, 2))
    for heading in ("step", "loss", "length of the gradient"):
        table.add_column(heading, justify="right")
    for step, loss, norm in run.table:
        table.add_row(f"{step:,}", f"{loss:.12g}", f"{norm:.6g}")
    console.print(table)
    if run.stopped:
        console.print(run.stopped)
    elif run.table[-1][1] > run.table[0][1]:
        console.print(f"the loss is higher than at the start: the steps are too long; try --rate {rate / 10:g}")
    for name in d.wrt_names:
        value = run.params[d.argument_names.index(name)]
        if isinstance(value, (float, np.ndarray)) and np.size(value) <= 24:
            console.print(f"{name} = {np.array2string(np.asarray(value), precision=6, prefix=f'{name} = ')}")
    if not run.finite:
        return False
    if output:
        console.print(f"parameters saved in {_save(output, d, run.params)}", markup=False)
    return True


def _save(output: str, d: Derivation, params: tuple[object, ...]) -> str:
    """Write the trained leaves, by name; the file's name, which ends in .npz."""
    values = {}
    for leaf in d.leaves:
        argument = d.argument_names[leaf.argument] if isinstance(leaf.argument, int) else leaf.argument
        if argument in d.wrt_names:
            value = params[d.argument_names.index(argument)]
            for part in leaf.path:
                value = value[part]  # type: ignore[index]
            values[d.program.variables[leaf.index].name] = value
    file = output if output.endswith(".npz") else f"{output}.npz"
    np.savez(file, **values)  # type: ignore[arg-type]
    return file
