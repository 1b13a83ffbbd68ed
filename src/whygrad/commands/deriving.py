"""From what a command line names to its derivation."""

from __future__ import annotations

import functools

import click
import numpy as np

from whygrad import derive
from whygrad.commands.target import TargetError, find, hint, nothing_to_do
from whygrad.errors import NoLossError
from whygrad.explaining.derivation import Derivation

DATA = frozenset({"X", "x", "xs", "Y", "y", "ys", "T", "t", "data", "inputs", "targets", "target", "labels", "label"})
"""Arguments of these names are not trained unless --wrt names them, where there are others."""


def derivation_of(
    target: str, at: tuple[str, ...], wrt: str | None, no_idioms: bool, seed: int | None, training: bool = False
) -> Derivation:
    """The derivation of a function of the file, or of the loss that the file, run as a script, computes."""
    found = find(target, at, seed)
    if isinstance(found, str):
        from whygrad.explaining.script import derive_script
        from whygrad.proving.derivative import verify_derivative

        if at or wrt:
            raise TargetError(f"{'--at' if at else '--wrt'} is about the arguments of a function; {hint(found)}")
        if seed is not None:
            np.random.seed(seed)
        try:
            return derive_script(found, not no_idioms, verify_derivative)
        except NoLossError as problem:
            raise TargetError(nothing_to_do(found, problem.what)) from problem
    names = tuple(part.strip() for part in wrt.split(",")) if wrt else None
    if training and names is None and DATA.intersection(found.names) and not DATA.issuperset(found.names):
        names = tuple(n for n in found.names if n not in DATA)
        given = " and ".join(n for n in found.names if n in DATA)
        click.echo(f"{given}: taken as data, not trained (--wrt names what is)")
    derivation: Derivation = found.applied(functools.partial(derive, wrt=names, idioms=not no_idioms))
    return derivation
