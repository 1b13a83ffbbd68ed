"""Training by a derived gradient: derive once, then run the printed function."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from whygrad.explaining.derivation import Derivation

Gradient = Callable[..., tuple[Any, Any]]


@dataclass(slots=True)
class Run:
    """A training run: the parameters reached, the steps made, the losses at chosen steps, why it stopped."""

    params: tuple[Any, ...]
    steps: int
    table: list[tuple[int, float, float]]
    stopped: str = ""
    finite: bool = True


def printed_function(derivation: Derivation) -> Gradient:
    """The function that `derivation.code()` defines, with the captured arrays filled in."""
    space: dict[str, Any] = {}
    exec(compile(derivation.code(), "<derived by whygrad>", "exec"), space)
    function = next(v for name, v in space.items() if name.endswith("_value_and_grad"))
    captured = derivation.captured

    def value_and_grad(*args: Any) -> tuple[Any, Any]:
        value, gradients = function(*args, **captured)
        return value, gradients if len(derivation.wrt_names) > 1 else (gradients,)

    return value_and_grad


def train(
    derivation: Derivation,
    *,
    steps: int,
    rate: float,
    momentum: float = 0.0,
    decay: float = 0.0,
    every: int = 0,
    ticks: int = 0,
    progress: Callable[[int, float], None] | None = None,
) -> Run:
    """Gradient descent: v ← momentum · v − rate · (gradient + decay · W); W ← W + v.

    Arguments:
        derivation: of a loss; its arguments are the starting point, those of `wrt` are trained.
        steps: how many; rate: the step's length in units of the gradient; momentum, decay: 0 for none.
        every: the table has a row at each multiple of it (and the last).
        progress: called every `ticks` steps (default: `every`) with the number of steps made and the loss.

    Returns:
        A Run. Ctrl-C keeps the parameters reached; so does a loss that is no longer finite.
    """
    value_and_grad = printed_function(derivation)
    args = list(derivation.arguments)
    places = [derivation.argument_names.index(name) for name in derivation.wrt_names]
    velocity: list[Any] = [None] * len(places)
    every = every or round_number(steps / 6)
    ticks = ticks or every
    table: list[tuple[int, float, float]] = []
    done, stopped = 0, ""
    try:
        while True:
            with np.errstate(all="ignore"):
                value, gradients = value_and_grad(*args)
            if done % every == 0 or done == steps:
                table.append((done, float(value), _norm(gradients)))
            if progress is not None and done % ticks == 0:
                progress(done, float(value))
            if not math.isfinite(value):
                if table[-1][0] != done:
                    table.append((done, float(value), _norm(gradients)))
                hint = ": try a smaller rate" if done else ", where it starts"
                stopped = f"the loss is {value} after {done:,} steps{hint}"
                break
            if done == steps:
                break
            moved, speed = list(args), list(velocity)
            for n, (place, g) in enumerate(zip(places, gradients, strict=True)):
                if momentum or decay:
                    speed[n] = _combined(
                        lambda g, w, v: momentum * v - rate * (g + decay * w), g, args[place], velocity[n]
                    )
                    moved[place] = _combined(lambda w, v, _: w + v, args[place], speed[n], None)
                elif type(g) is np.ndarray:
                    moved[place] = args[place] - rate * g
                else:
                    moved[place] = _combined(lambda w, g, _: w - rate * g, args[place], g, None)
            args, velocity, done = moved, speed, done + 1  # at once: Ctrl-C finds a whole step or none
    except (OverflowError, ZeroDivisionError) as problem:
        stopped = f"{problem.args[-1]} after {done:,} steps: try a smaller rate"
    except KeyboardInterrupt:
        stopped = f"stopped by you after {done:,} steps"
        value, gradients = value_and_grad(*args)
        table.append((done, float(value), _norm(gradients)))
    finite = bool(table) and math.isfinite(table[-1][1]) and "smaller rate" not in stopped
    return Run(tuple(args), done, table, stopped, finite)


def round_number(x: float) -> int:
    """The largest of 1, 2, 5, 10, 20, 50 … that is not above x (1 for less)."""
    if x < 1:
        return 1
    power = 10 ** math.floor(math.log10(x) + 1e-12)
    return int(next(k * power for k in (5, 2, 1) if k * power <= x))


def _combined(move: Callable[[Any, Any, Any], Any], w: Any, g: Any, v: Any) -> Any:
    """`move` applied to each array of a nested structure; what has no gradient stays, and has no speed."""
    if w is None or g is None:
        return w
    if isinstance(w, dict):
        return {k: _combined(move, w[k], g[k], v[k] if v is not None else None) for k in w}
    if isinstance(w, tuple) and hasattr(w, "_fields"):
        return type(w)(*(_combined(move, a, g[i], v[i] if v is not None else None) for i, a in enumerate(w)))
    if isinstance(w, (list, tuple)):
        return type(w)(_combined(move, a, g[i], v[i] if v is not None else None) for i, a in enumerate(w))
    return move(w, g, 0.0 if v is None else v)


def _norm(gradients: Any) -> float:
    total, queue = 0.0, [gradients]
    while queue:
        g = queue.pop()
        if isinstance(g, dict):
            queue.extend(g.values())
        elif isinstance(g, (list, tuple)):
            queue.extend(g)
        elif g is not None:
            total += float(np.sum(np.square(g)))
    return math.sqrt(total)
