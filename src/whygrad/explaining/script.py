"""A script's derivation: its loss is one that it computes, or the one that its own updates fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from whygrad.differentiation.reverse import Derivative
from whygrad.explaining.derivation import Derivation
from whygrad.explaining.deriving import assemble
from whygrad.explaining.naming import printable
from whygrad.watching.losses import Loss
from whygrad.watching.scripts import watch_script
from whygrad.watching.watch import Leaf, Watched


def derive_script(path: str, idioms: bool, check: Callable[[Derivative], tuple[str, ...]]) -> Derivation:
    """Run the file as a script, watched, and derive the loss that it computes with respect to what it trains."""
    script = watch_script(path)
    recording = script.recording
    recording.arguments = [p.index for p in script.parameters]
    names = _numbered([printable(p.name) for p in script.parameters])
    leaves = [Leaf(n, (), p.index, recording.values[p.index]) for n, p in enumerate(script.parameters)]
    name = printable(Path(path).stem)
    args = tuple(leaf.value for leaf in leaves)

    def derived(loss: Loss) -> Derivation:
        watched = Watched(recording, leaves, None, [Leaf("", (), loss.index, None)])
        return assemble(watched, loss.index, name, names, args, [[leaf] for leaf in leaves], idioms, check)

    first = script.losses[0]
    derivation = derived(first) if first.computed else None
    factor = _factor(script.moves, derivation.gradients) if derivation is not None else None
    chosen = first
    if factor is None:
        for loss in script.losses:
            if not loss.computed:
                other = derived(loss)
                factor = _factor(script.moves, other.gradients)
                if factor is not None or derivation is None:
                    derivation, chosen = other, loss
                if factor is not None:
                    break
    assert derivation is not None
    derivation.notes = (*_about_the_loss(first, chosen, factor, names), *derivation.notes)
    derivation.place = (script.file, 1)
    derivation.rate = float(f"{-factor:.6g}") if factor is not None and factor < 0 else None
    return derivation


def _numbered(names: Sequence[str]) -> tuple[str, ...]:
    """The names, each once: what `params[k]` was in turn becomes params_k, params_k_2 …"""
    found: list[str] = []
    for name in names:
        number, wanted = 2, name
        while wanted in found:
            wanted, number = f"{name}_{number}", number + 1
        found.append(wanted)
    return tuple(found)


def _factor(moves: Sequence[Any], gradients: Sequence[Any]) -> float | None:
    """The number by which the gradient is multiplied in what the script adds to its parameters, if there is one."""
    step = np.concatenate([np.ravel(m) for m in moves])
    gradient = np.concatenate([np.ravel(g) for g in gradients])
    length = float(gradient @ gradient)
    factor = float(step @ gradient) / length if length else 0.0
    fits = factor and np.linalg.norm(step - factor * gradient) <= 1e-9 * np.linalg.norm(step)
    return factor if fits else None


def _about_the_loss(first: Loss, chosen: Loss, factor: float | None, names: Sequence[str]) -> list[str]:
    """What L was taken to be, and why."""
    where = f" (line {chosen.span.line})" if chosen.span else ""
    told = [f"L is taken to be {chosen.text}{where}; it is differentiated at the first values of {', '.join(names)}"]
    if factor is None:
        told.append(
            "the script's own first update is no multiple of this gradient: it belongs to another loss, adds something "
            "to the gradient (momentum, decay), or has a mistake"
        )
    else:
        told.append(
            f"the script's own first update is {factor:.6g} times this gradient: its backward pass fits this loss"
        )
        if first.computed and chosen is not first:
            line = f" (line {first.span.line})" if first.span else ""
            told.append(f"the number that it computes, {first.text}{line}, is not what it descends")
    return told
