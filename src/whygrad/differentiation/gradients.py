"""Gradients at every call: watch, find (or derive) the Program for what was watched, run its backward steps."""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.differentiation.calling import Calls, Derived, as_gradient, prepare, wanted_leaves
from whygrad.differentiation.reverse import Derivative, reverse
from whygrad.errors import NotScalarError
from whygrad.program import Program
from whygrad.watching.recording import span_of
from whygrad.watching.watch import Leaf, Watched, watch


def output_of(watched: Watched, name: str) -> int:
    """The variable that the function returned; an error where that is not one number."""
    recording = watched.recording
    if watched.output is None:
        result = watched.result
        kind = type(result).__name__
        hint = "return the loss only" if isinstance(result, (tuple, list, dict)) else "return a number"
        if result is None:
            hint = "add a return statement"
        raise NotScalarError(f"{name} returns {_article(kind)}, not one number", instead=hint)
    value = recording.values[watched.output]
    if np.shape(value) != () or np.result_type(value).kind not in "fiu":
        place = None
        for step, site in zip(reversed(recording.steps), reversed(recording.sites), strict=True):
            if step[3] == watched.output:
                place = span_of(site)
                break
        if np.shape(value) == ():
            raise NotScalarError(f"{name} returns {value!r}, not a real number", place=place, instead="return a float")
        raise NotScalarError(
            f"{name} returns an array of shape {np.shape(value)}, not one number",
            place=place,
            instead="sum it, e.g. np.sum(...), or pick one entry, e.g. result[0, 0]"
            if np.size(value) != 1
            else f"pick its only entry, result[{', '.join('0' * np.ndim(value))}]",
        )
    return watched.output


def _article(kind: str) -> str:
    return {"NoneType": "nothing (None)"}.get(kind, f"{'an' if kind[0] in 'aeio' else 'a'} {kind}")


def backward_steps(derivative: Derivative) -> Derived:
    """The backward steps, ready to be run."""
    wanted = derivative.program.outputs[1:]
    return prepare(derivative.program, derivative.split, derivative.forward_variables, wanted, derivative.assumptions)


class Gradients(Calls):
    """Value and gradients of a function, watched anew at each call. Safe to call from several threads."""

    def __call__(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Any, list[list[Any]], Watched, list[list[Leaf]]]:
        """The value, the gradients leaf by leaf, and what was watched."""
        watched = watch(self.function, args, kwargs)
        recording = watched.recording
        output = output_of(watched, self.name)
        leaves = wanted_leaves(watched, self.positions(args, kwargs), self.name, args, self.names(len(args)))
        wrt = tuple(leaf.index for group in leaves for leaf in group)
        if recording.outer:
            value, *flat = self.nested(recording, (output,), wrt)
        else:
            derived = self.derived(recording, (output,), wrt)
            value = recording.values[output]
            values = recording.values
            raw = derived.on(values)
            flat = [as_gradient(g, values[v], fresh) for g, v, fresh in zip(raw, wrt, derived.fresh, strict=True)]
        parts = iter(flat)
        return value, [[next(parts) for _ in group] for group in leaves], watched, leaves

    def derive(self, program: Program, values: list[Any], wrt: tuple[int, ...]) -> Derived:
        """The backward steps."""
        return backward_steps(reverse(program, values, wrt, idioms=self.idioms, forms_only=True))
