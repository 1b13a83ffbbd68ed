"""`whygrad.check`: functions that return a loss and its gradients, layers, and pairs of a function and its derivative.

What is given is run once, watched. The loss of that run is differentiated as `derive` does it, and each gradient that
the author's code has computed in the same run is held against the derived one.
"""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from whygrad.checking.deviations import checked_parameters
from whygrad.checking.drivers import driver
from whygrad.checking.functions import located
from whygrad.checking.pairing import Place, paired
from whygrad.checking.report import CheckedLoss, CheckReport, Note
from whygrad.errors import ArgumentError, WhygradError
from whygrad.explaining.derivation import Derivation
from whygrad.explaining.deriving import assemble
from whygrad.program import Span
from whygrad.proving.derivative import verify_derivative
from whygrad.watching.recording import span_of
from whygrad.watching.watch import Leaf, Watched, argument_names, watch

BY_OUTPUT = "the derivative is written in terms of the output: it is right as df(f(x)), and not as df(x)"
SEED = 1
"""Of the upstream gradient: the same at every check."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is run: a driver with what it is given; what is checked is named `subject`."""

    driver: str
    given: tuple[Any, ...]
    args: int
    """Which of the given are the arguments; the upstream gradient, if there is one, is the next."""
    names: tuple[str, ...]
    subject: Callable[..., Any]
    formula: str


def check_call(subject: Any, args: tuple[Any, ...], loss: Callable[..., Any] | None) -> CheckReport:
    """The report of what `whygrad.check` is given. See there."""
    if loss is not None and not callable(loss):
        raise ArgumentError(
            f"loss= is {loss!r:.40}, not a function", instead="a function of the same arguments that returns the loss"
        )
    state = np.random.get_state()
    try:
        calls = list(_calls(subject, args, loss))
        report = _checked(calls[0])
        for other in calls[1:]:  # another reading of the same: it counts if it is right
            if report.verdict != "right":
                np.random.set_state(state)
                again = _checked(other)
                if again.verdict == "right":
                    return _with_note(again, BY_OUTPUT)
        np.random.set_state(state)
        return located(report, calls[0]) if report.verdict == "wrong" else report
    finally:
        np.random.set_state(state)


def _with_note(report: CheckReport, text: str) -> CheckReport:
    return replace(report, notes=(*report.notes, Note(text)))


def _calls(subject: Any, args: tuple[Any, ...], loss: Callable[..., Any] | None) -> Sequence[Call]:
    """The ways in which it can be meant, the likeliest first."""
    if isinstance(subject, (tuple, list)) and len(subject) == 2 and all(map(callable, subject)):
        return _pair(subject[0], subject[1], args)
    if hasattr(subject, "forward") and hasattr(subject, "backward"):
        return [_layer(subject, args)]
    if not callable(subject):
        raise ArgumentError(
            f"a {type(subject).__name__} was given where something to check is wanted",
            instead="a function that returns a loss and its gradients, a layer with forward and backward, or a pair "
            "(f, df)",
        )
    names = tuple(argument_names(subject, len(args))[: len(args)])
    name = getattr(subject, "__name__", "f")
    if loss is not None:
        return [Call("against_loss", (loss, subject, args), 2, names, subject, _called(loss, names))]
    return [Call("function", (subject, args), 1, names, subject, f"the loss that {name} returns")]


def _pair(f: Callable[..., Any], df: Callable[..., Any], args: tuple[Any, ...]) -> list[Call]:
    names = tuple(argument_names(f, len(args))[: len(args)])
    value = _plainly(f, args)
    if isinstance(value, tuple) and value and np.shape(value[0]) != ():
        upstream = _upstream(value[0])
        return [Call("cached", (f, df, args, upstream), 2, names, df, _told(_called(f, names), upstream))]
    if np.shape(value) == ():
        return [Call("pair", (f, df, args), 2, names, df, _called(f, names))]
    upstream = _upstream(value)
    given = (f, df, args, upstream)
    ways = [Call("slope", given, 2, names, df, _told(_called(f, names), upstream))]
    if len(args) == 1 and np.shape(value) == np.shape(args[0]):
        ways.append(Call("slope_by_output", given, 2, names, df, _told(_called(f, names), upstream)))
    return ways


def _layer(subject: Any, args: tuple[Any, ...]) -> Call:
    """A layer, with a random upstream gradient for its output; a class is made into an object first, or is itself one
    whose functions take a context."""
    kind: Any = subject if isinstance(subject, type) else type(subject)
    if isinstance(inspect.getattr_static(kind, "forward", None), staticmethod):
        names = tuple(argument_names(kind.forward, len(args) + 1))[1 : len(args) + 1]
        made = driver("Context")()
        upstream = _upstream(_plainly(kind.forward, (made, *args)))
        given = (kind, args, upstream)
        return Call(
            "with_context", given, 1, names, kind.backward, _told(f"{kind.__name__}({', '.join(names)})", upstream)
        )
    if isinstance(subject, type):
        try:
            subject = subject()
        except TypeError as problem:
            raise ArgumentError(
                f"{kind.__name__} cannot be made without arguments ({problem})",
                instead=f"make one: check({kind.__name__}(…), x)",
            ) from problem
    layer = _copied(subject)
    names = tuple(argument_names(layer.forward, len(args))[: len(args)])
    upstream = _upstream(_plainly(_copied(layer).forward, args))
    backward = [p for p in inspect.signature(layer.backward).parameters.values() if p.kind is not p.VAR_KEYWORD]
    name = "layer" if backward else "closed_layer"
    formula = _told(f"{kind.__name__}.forward({', '.join(names)})", upstream if backward else 1.0)
    return Call(name, (layer, args, upstream), 1, names, layer.backward, formula)


def _called(f: Callable[..., Any], names: Sequence[str]) -> str:
    name = getattr(f, "__name__", "f")
    return f"{'f' if name == '<lambda>' else name}({', '.join(names)})"


def _told(value: str, upstream: Any) -> str:
    """The loss that an upstream gradient stands for."""
    return f"Σ g · {value}, for a random upstream gradient g" if np.shape(upstream) else value


def _plainly(f: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """The value of a run that is not watched, on copies, that leaves NumPy's random numbers as they were."""
    state = np.random.get_state()
    try:
        return f(*_copied(args))
    finally:
        np.random.set_state(state)


def _copied(thing: Any) -> Any:
    try:
        return copy.deepcopy(thing)
    except Exception:  # what cannot be copied is used as it is
        return thing


def _upstream(value: Any) -> Any:
    """A random gradient for an output; 1 for a single number, which is a loss already."""
    if np.shape(value) == ():
        return 1.0
    dtype = np.result_type(value)
    drawn = np.random.default_rng(SEED).normal(size=np.shape(value))
    return drawn.astype(dtype) if dtype.kind == "f" else drawn


# The run


def _checked(call: Call) -> CheckReport:
    """Run it watched, differentiate its loss, compare."""
    file = _file_of(call.subject)
    run = driver(call.driver)
    state = np.random.get_state()
    with np.errstate(all="ignore"):
        plain = _plainly(run, call.given)
    np.random.set_state(state)
    try:
        watched = watch(run, call.given, {})
        return _compared(call, file, watched, plain)
    except WhygradError as problem:
        return CheckReport(
            problem.file or file, "unchecked", reason=problem.what, line=problem.line, instead=problem.instead
        )


def _compared(call: Call, file: str, watched: Watched, plain: Any) -> CheckReport:
    loss = next((leaf for leaf in watched.returned if leaf.path == (0,)), None)
    pair = isinstance(plain, (tuple, list)) and len(plain) > 1
    if loss is None or not pair or np.shape(loss.value) != () or not _is_float(loss.value):
        return CheckReport(
            file,
            "unchecked",
            reason=f"{getattr(call.subject, '__name__', 'the function')} returns no loss and gradients",
            line=_line_of(call.subject),
            instead="return loss, gradients; or give the loss: check(f, …, loss=…)",
        )
    if not _same(watched.result, plain):
        return CheckReport(
            file,
            "unchecked",
            reason="two runs with the same random numbers give different values",
            line=_line_of(call.subject),
            instead="let it depend on its arguments alone",
        )
    pairs = pairs_of(call, watched)
    if not pairs:
        return CheckReport(
            file,
            "unchecked",
            reason="no gradient is returned that could be one of its arguments'",
            line=_line_of(call.subject),
            instead="return an array for each argument, or a dict with their names",
        )
    names = tuple(p.name for p, _ in pairs)
    returned = [watched.recording.values[g.index] for _, g in pairs]
    lines = [_span(watched, g.index) for _, g in pairs]
    derivation = _derivation(call, watched, [p for p, _ in pairs], loss.index)
    found = checked_parameters(file, _line_of(call.subject), names, returned, derivation, lines)
    findings = tuple(finding for _, finding in found if finding is not None)
    own_line = _span(watched, loss.index)
    line = own_line.line if own_line is not None and own_line.file == file else None
    told = CheckedLoss(call.formula, "declared" if call.driver == "function" else "given", line)
    verdict = "wrong" if findings else "right"
    return CheckReport(file, verdict, told, tuple(p for p, _ in found), findings)


def pairs_of(call: Call, watched: Watched) -> list[tuple[Place, Place]]:
    """The variables that have a gradient, and theirs."""
    arguments = [p for p in _arguments(call, watched) if _is_float(watched.recording.values[p.index])]
    gradients, stored = _gradients(call, watched)
    return paired(arguments, _captured(watched), gradients, stored)


def _derivation(call: Call, watched: Watched, wanted: Sequence[Place], loss: int) -> Derivation:
    """The loss derived with respect to what has a gradient; all arguments keep their names in it."""
    recording = watched.recording
    others = [leaf.index for leaf in watched.leaves if leaf.argument == call.args]
    called = dict(zip(others, (p.name for p in _arguments(call, watched)), strict=True))
    called |= {leaf.index: "g" for leaf in watched.leaves if leaf.argument == call.args + 1}
    called |= {p.index: p.name for p in wanted}
    order = list(dict.fromkeys((*(p.index for p in wanted), *called)))
    leaves = [Leaf(number, (), index, recording.values[index]) for number, index in enumerate(order)]
    recording.arguments = order
    names, values = tuple(called[index] for index in order), tuple(leaf.value for leaf in leaves)
    own = Watched(recording, leaves, None, [Leaf("", (), loss, None)])
    groups = [[leaf] for leaf in leaves[: len(wanted)]]
    name = getattr(call.subject, "__name__", "f")
    return assemble(own, loss, name, names, values, groups, True, verify_derivative)


def _arguments(call: Call, watched: Watched) -> list[Place]:
    """The numbers and arrays in the arguments."""
    found = []
    for leaf in watched.leaves:
        if leaf.argument == call.args:
            number, *inside = leaf.path
            name = _code(call.names[number], inside)
            code = _code("_args", leaf.path)
            found.append(Place(leaf.index, tuple(inside) or (name,), name, np.shape(leaf.value), code))
    return found


def _captured(watched: Watched) -> list[Place]:
    """What else the loss reads: attributes of a layer, globals."""
    recording = watched.recording
    used = _used_by(watched)
    found = []
    for index, origin in recording.origins.items():
        value = recording.values[index]
        if origin.kind == "captured" and origin.path and _is_float(value) and index in used:
            keys = tuple(re.findall(r"\w+", origin.path))
            name = keys[-1] if keys[0] in ("self", "layer") and len(keys) > 1 else origin.path
            code = re.sub(r"^\w+", "_layer", origin.path)
            found.append(Place(index, keys[1:] if len(keys) > 1 else keys, name, np.shape(value), code))
    return found


def _used_by(watched: Watched) -> set[int]:
    """The variables that the loss depends on."""
    needed = {leaf.index for leaf in watched.returned if leaf.path == (0,)}
    for _, inputs, _, output in reversed(watched.recording.steps):
        if output in needed:
            needed.update(inputs)
    return needed


def _gradients(call: Call, watched: Watched) -> tuple[list[Place], list[Place]]:
    """What was returned behind the loss, and what lies in attributes."""
    returned, stored = [], []
    with_attributes = call.driver in ("layer", "closed_layer")
    for leaf in watched.returned:
        path, code = leaf.path, _code("_result", leaf.path)
        if with_attributes and path[:1] == (2,):
            stored.append(Place(leaf.index, path[1:], str(path[-1]), np.shape(leaf.value), code))
        elif path != (0,):
            span = _span(watched, leaf.index)
            name = span.name if span is not None else ""
            returned.append(Place(leaf.index, path, name, np.shape(leaf.value), code))
    while returned and all(p.path for p in returned) and len({p.path[0] for p in returned}) == 1:
        returned = [replace(p, path=p.path[1:]) for p in returned]  # one container: what it is called in says nothing
    return returned, stored


def _code(name: str, path: Sequence[Any]) -> str:
    return name + "".join(f"[{part!r}]" for part in path)


def _span(watched: Watched, index: int) -> Span | None:
    """The piece of the author's code that made a variable."""
    for (_, _, _, output), site in zip(watched.recording.steps, watched.recording.sites, strict=True):
        if output == index:
            return span_of(site)
    return None


def _is_float(value: Any) -> bool:
    return np.result_type(value).kind == "f" if isinstance(value, (float, np.ndarray, np.generic)) else False


def _same(watched: Any, plain: Any) -> bool:
    """Do the two runs give the same numbers?"""
    if isinstance(plain, (list, tuple)):
        return len(watched) == len(plain) and all(map(_same, watched, plain))
    if isinstance(plain, dict):
        return all(_same(watched[key], value) for key, value in plain.items() if key in watched)
    real = getattr(watched, "_value", watched)
    if isinstance(plain, (float, np.ndarray, np.generic)) and np.result_type(plain).kind == "f":
        return np.shape(real) == np.shape(plain) and bool(np.allclose(real, plain, rtol=1e-9, atol=0, equal_nan=True))
    return True


def _file_of(subject: Any) -> str:
    code = _code_of(subject)
    return code.co_filename if code is not None else "<unknown>"


def _line_of(subject: Any) -> int | None:
    code = _code_of(subject)
    return code.co_firstlineno if code is not None else None


def _code_of(subject: Any) -> Any:
    function = inspect.unwrap(getattr(subject, "__func__", subject)) if callable(subject) else subject
    return getattr(function, "__code__", None)
