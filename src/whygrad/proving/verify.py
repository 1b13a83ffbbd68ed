"""A gradient against numbers: f itself is run at points near by, on plain arrays, and nothing is derived.

Two oracles. The complex step is exact to rounding, but needs code that carries an imaginary part through:

    J. N. Lyness, C. B. Moler, Numerical differentiation of analytic functions, SIAM J. Numer. Anal. 4 (1967):
    f'(x) = Im f(x + ih) / h + O(h²), with nothing subtracted.

It is used only where finite differences in a random direction and in one element confirm it, so code that
does something else with complex numbers (abs, comparisons) is found out. Everywhere else extrapolated finite
differences are taken, with an estimate of their error for every element. An accusation has to stand twice:
an element that looks wrong is measured again, from other steps, and looked at from both sides for a kink.
"""

from __future__ import annotations

import contextlib
import io
import math
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from whygrad.differentiation.calling import must_be_a_function
from whygrad.differentiation.gradients import Gradients, output_of
from whygrad.errors import ArgumentError, NotScalarError
from whygrad.program import evaluate
from whygrad.proving.comparing import Comparison
from whygrad.proving.entries import Entry, entries_of, given_gradients, parts, replaced
from whygrad.proving.point import Point, Run
from whygrad.proving.report import Report
from whygrad.watching.programs import to_program
from whygrad.watching.watch import Watched, watch

__all__ = ["verify_function"]

NARROW = {np.dtype(np.float32): 1e-4, np.dtype(np.float16): 2e-2}
"""What a relative error may be where some number of the computation has only this precision."""
SECONDS = 10.0
"""About how long a check may take."""


def verify_function(
    function: Callable[..., Any],
    args: Sequence[Any],
    kwargs: dict[str, Any] | None = None,
    grads: Any = None,
    wrt: Any = None,
    *,
    seconds: float = SECONDS,
) -> Report:
    """Compare gradients of a function at a point with numeric ones.

    Arguments:
        function: returns one real number; it is run many times, on copies of the arguments, what it prints is
            dropped. Where two runs at the same point differ, the Program of one watched run is evaluated
            instead, in which random draws stay as they were drawn.
        args, kwargs: the point: floats and arrays, also nested in lists, tuples and dicts. Never changed.
        grads: gradients in the order of `wrt`, each with the structure and shapes of its argument; for one
            argument the gradient itself will do. None: whygrad's own.
        wrt: the arguments to check: a name, a position, or a tuple of them; None: every argument with floats.
        seconds: about how long to go on; arrays that would take longer are sampled.

    Returns:
        A Report: true if all is right.

    Raises:
        ArgumentError: gradients that do not fit the arguments. NotScalarError, NoFloatsError: as `grad` does.

    >>> import numpy as np
    >>> report = verify_function(lambda w: np.sum(w**3), [np.array([1.0, 2.0])], grads=np.array([3.0, 11.0]))
    >>> report.ok, report.method, report.results[0].element, round(report.results[0].numeric, 12)
    (False, 'complex step', 'w[1]', 12.0)
    """
    must_be_a_function(function)
    args, kwargs = tuple(args), dict(kwargs or {})
    name = getattr(function, "__name__", type(function).__name__)
    positions = None if wrt is None else _places(function, wrt, args, kwargs)
    groups = entries_of(function, args, kwargs, positions)
    entries = [entry for group in groups for entry in group]
    given = grads is not None
    analytic = given_gradients(grads, groups, args, kwargs) if given else []
    notes: list[str] = []

    run = _plain(function, args, kwargs, entries)
    result = run({})
    value = _number(result, name)
    started = time.perf_counter()
    with _quiet():
        again = _number(run({}), name)
    cost = max(time.perf_counter() - started, 1e-7)

    watched: Watched | None = None
    if not given:
        own = tuple(dict.fromkeys(entry.argument for entry in entries))
        own_value, found, watched, _ = Gradients(function, own)(args, kwargs)
        analytic = [np.asarray(g) for group in found for g in group]
    broken = False
    if not _same(value, again):
        watched = watched or watch(function, args, kwargs)
        run = _replayed(watched, name, entries)
        value = _number(run({}), name)
        notes.append(f"{name} gives another value at each run: one run was recorded and its random draws replayed")
        if given:
            notes.append("gradients that come from other draws cannot agree: seed the draws inside the function")
    elif not given and not _same(float(own_value), value) and not math.isclose(float(own_value), value, rel_tol=1e-5):
        broken = True
        notes.append(f"the watched run gave {float(own_value)!r}, the plain function {value!r}")
    if not math.isfinite(value):
        notes.append(f"the value of {name} is {value} here: there is no derivative to compare with")
        return Report(False, "finite differences", name, given, value, (), tuple(notes), 2)

    with _quiet():
        point = Point(run, entries, value)
        comparison = Comparison(point, _precision([args, kwargs, result, analytic]), cost, seconds)
        results = [comparison.check(i, np.asarray(g, float)) for i, g in enumerate(analytic)]
    ok = not broken and all(r.ok for r in results)
    notes += comparison.notes
    return Report(ok, comparison.method, name, given, value, tuple(results), tuple(notes), point.evaluations + 2)


def _places(function: Any, wrt: Any, args: Any, kwargs: Any) -> list[int | str]:
    if isinstance(wrt, (list, tuple)) and not wrt:
        raise ArgumentError("wrt is empty", instead="a name, a position, or a tuple of them")
    return Gradients(function, wrt).positions(args, kwargs)


def _number(result: Any, name: str) -> float:
    """The result as a float; an error where it is not one real number."""
    number = np.asarray(result)
    if number.shape != () or number.dtype.kind not in "fiub":
        shape = f" of shape {number.shape}" if isinstance(result, np.ndarray) else ""
        raise NotScalarError(
            f"{name} returns {type(result).__name__}{shape}, not one real number",
            instead="sum it, or pick one entry",
        )
    return float(number)


def _same(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b))


def _precision(structure: Any) -> float:
    """The loosest tolerance that a dtype in a structure asks for; 0 where all is in double precision."""
    inside = parts(structure)
    if inside is not None:
        return max((_precision(part) for _, part in inside), default=0.0)
    return NARROW.get(structure.dtype, 0.0) if isinstance(structure, (np.ndarray, np.generic)) else 0.0


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Numbers out of f's domain are expected, and nobody wants to read f's prints hundreds of times."""
    with np.errstate(all="ignore"), warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def _plain(function: Any, args: Any, kwargs: Any, entries: Sequence[Entry]) -> Run:
    """The function itself, on copies of its arguments with some entries replaced."""

    def run(new: dict[int, Any]) -> Any:
        by_argument: dict[int | str, dict[Any, Any]] = {}
        for number, value in new.items():
            by_argument.setdefault(entries[number].argument, {})[entries[number].path] = value
        given = [replaced(a, (), by_argument.get(i, {})) for i, a in enumerate(args)]
        named = {k: replaced(a, (), by_argument.get(k, {})) for k, a in kwargs.items()}
        return function(*given, **named)

    return run


def _replayed(watched: Watched, name: str, entries: Sequence[Entry]) -> Run:
    """The Program of a watched run: random draws are constants of it."""
    recording = watched.recording
    program = to_program(recording, recording.arguments, [output_of(watched, name)], name)
    variable = {(leaf.argument, leaf.path): leaf.index for leaf in watched.leaves}
    place = {index: i for i, index in enumerate(program.inputs)}
    places = [place[variable[entry.argument, entry.path]] for entry in entries]
    plain = [recording.values[i] for i in program.inputs]

    def run(new: dict[int, Any]) -> Any:
        arguments = list(plain)
        for number, value in new.items():
            arguments[places[number]] = value
        return evaluate(program, arguments)[0]

    return run
