"""Idioms: softmax, the logarithm of a sum of exponentials, and the cross-entropies that are made of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.program.building import Builder
from whygrad.program.matching import Bindings
from whygrad.rules.idioms import FULL, Assumption, idiom, spellings

# Preconditions


def _whole_rows(builder: Builder, found: Bindings) -> list[Assumption] | None:
    """A softmax is one only if each row is divided by its own sum. A shift of whole rows cancels: it is passed over."""
    axis, whole = found["axis"], builder.shape(found["x"])
    if "keepdims" in found and not (found["keepdims"] or len(axis) == len(whole)):
        return None
    step = builder.producer.get(found["x"])
    if step is not None and step.primitive.name == "subtract" and "m" not in found:
        shift = builder.shape(step.inputs[1])
        shift = (1,) * (len(whole) - len(shift)) + shift
        if all(shift[a] == 1 for a in axis):
            found["x"], found["m"] = step.inputs
    return []


def _shifted_back(builder: Builder, found: Bindings) -> list[Assumption] | None:
    """What is added behind the logarithm is what was taken off before the exponential, row by row."""
    axis, whole = found["axis"], builder.shape(found["e"])
    off, back = builder.shape(found["s"]), builder.shape(found["m"])
    off = (1,) * (len(whole) - len(off)) + off
    if len(off) != len(whole) or any(off[a] != 1 for a in axis):
        return None
    wanted = off if found["keepdims"] else tuple(n for place, n in enumerate(off) if place not in axis)
    if (1,) * (len(wanted) - len(back)) + back != wanted:
        return None
    one, two = _origin(builder, found["m"]), _origin(builder, found["s"])
    if one == two:
        return []
    first, second = builder.producer.get(one), builder.producer.get(two)
    if first is None or second is None or {first.primitive.name, second.primitive.name} != {"max"}:
        return None
    return [] if (first.inputs, first.params[0]) == (second.inputs, second.params[0]) else None


def _origin(builder: Builder, index: int) -> int:
    """The variable whose numbers these are, in the same order but perhaps with more or fewer axes of one element."""
    while True:
        step = builder.producer.get(index)
        if step is None or step.primitive.name not in ("reshape", "getitem", "spread_back", "squeeze", "expand_dims"):
            return index
        same_numbers = np.size(builder.values[step.inputs[0]]) == np.size(builder.values[index])
        if len(step.inputs) > 1 or not same_numbers or _turns(step.params):
            return index
        index = step.inputs[0]


def _turns(params: tuple[Any, ...]) -> bool:
    """Does an index take entries in another order?"""
    parts = params[0] if isinstance(params[0], tuple) else ()
    return any(isinstance(part, tuple) and part[0] == "slice" and part[3] not in (None, 1) for part in parts)


def _constant(builder: Builder, index: int) -> bool:
    return any(c.index == index for c in builder.constants)


def _probabilities(builder: Builder, found: Bindings) -> tuple[int, ...]:
    return builder.shape(next(found[name] for name in ("p", "l", "x") if name in found))


def _labels(builder: Builder, found: Bindings) -> list[Assumption] | None:
    """p − t needs labels whose rows sum to 1, and a sum that covers each row."""
    rows = _whole_rows(builder, found)
    t, axis = found["t"], found["axis"]
    if rows is None or not set(axis) <= set(found["over"]) or not _constant(builder, t):
        return None
    if builder.shape(t) != _probabilities(builder, found):
        return None

    def sums_to_one(value: Any) -> bool:
        return bool(np.all(np.sum(value, axis=axis) == 1))

    if not sums_to_one(builder.values[t]):
        return None

    def made_to_sum(free: Any) -> Any:
        first = tuple(slice(0, 1) if a in axis else slice(None) for a in range(np.ndim(free)))
        made = np.array(free)
        made[first] = 0
        made[first] = 1 - np.sum(made, axis=axis, keepdims=True)
        return made

    return [Assumption(t, "the labels in each row of {t} sum to 1", sums_to_one, made_to_sum)]


def _any_labels(builder: Builder, found: Bindings) -> list[Assumption] | None:
    rows = _whole_rows(builder, found)
    if rows is None or not set(found["axis"]) <= set(found["over"]):
        return None
    return [] if builder.shape(found["t"]) == _probabilities(builder, found) else None


def _picked_logits(builder: Builder, found: Bindings) -> list[Assumption] | None:
    """logsumexp(x) − x[arange(n), labels]"""
    if found["keepdims"] or ("s" in found and _shifted_back(builder, found) is None):
        return None
    return _picked(builder, {**found, "keepdims": True})


def _picked(builder: Builder, found: Bindings) -> list[Assumption] | None:
    """p[arange(n), labels]: one entry of each row."""
    rows = _whole_rows(builder, found)
    r, whole = found["r"], _probabilities(builder, found)
    if rows is None or found["axis"] != (1,) or len(whole) != 2 or not _constant(builder, r):
        return None
    if builder.shape(found["t"]) != whole[:1]:  # several labels a row
        return None
    if found["template"] != (("array", 0), ("array", 1)) or builder.dtype(found["t"]).kind not in "iu":
        return None

    def is_count(value: Any) -> bool:
        return np.array_equal(value, np.arange(whole[0]))

    if not is_count(builder.values[r]):
        return None
    rows_of = "p" if "p" in found else "l" if "l" in found else "x"
    return [Assumption(r, f"one entry is read from each row of {{{rows_of}}}", is_count)]


def _one_entry(builder: Builder, found: Bindings) -> list[Assumption] | None:
    """p[k], p[k, 0] of a column: one entry of a single distribution."""
    whole, template = _probabilities(builder, found), found["template"]
    if _whole_rows(builder, found) is None or any(n != 1 and a not in found["axis"] for a, n in enumerate(whole)):
        return None
    if "t" in found and (builder.shape(found["t"]) or builder.dtype(found["t"]).kind not in "iu"):
        return None
    rest = whole[len(template) :]
    return [] if all(entry[0] in ("int", "array") for entry in template) and all(n == 1 for n in rest) else None


# How people write them

spellings("SOFTMAX", "(e := exp(x)) / sum(e, axis, keepdims)", "softmax(x, axis)")
spellings(
    "LOG_SOFTMAX",
    "x - log(sum(exp(x), axis, keepdims))",
    "x - (s + log(sum(exp(x - s), axis, keepdims)))",
    "x - logsumexp(x, axis, keepdims)",
    "log_softmax(x, axis)",
)
spellings("LABELLED_SOFTMAX", "t * log((p := SOFTMAX))")
spellings(
    "MINUS_LABELLED_SOFTMAX",
    "-t * log((p := SOFTMAX))",
    "t * -log((p := SOFTMAX))",
    "-(t * log((p := SOFTMAX)))",
)
spellings("LABELLED_LOG_SOFTMAX", "t * (l := LOG_SOFTMAX)")
spellings(
    "MINUS_LABELLED_LOG_SOFTMAX",
    "-t * (l := LOG_SOFTMAX)",
    "t * -(l := LOG_SOFTMAX)",
    "-(t * (l := LOG_SOFTMAX))",
)

ENTROPY = "the logarithm undoes the exponential of the softmax: what is left is the difference of label and prediction"

for _what, _of, _p, _log, _shown in (
    ("LABELLED_SOFTMAX", "p", "p", "log(p)", "{p}"),
    ("LABELLED_LOG_SOFTMAX", "l", "exp(l)", "l", "exp({l})"),
):
    for _minus, _sign in (("MINUS_", "-"), ("", "")):
        for _reduce, _g in (
            ("sum", "spread_back(g, over, kept)"),
            ("mean", f"spread_back(g / count({_of}, over), over, kept)"),
        ):
            _pattern = f"{_reduce}({_minus}{_what}, over, kept)"
            idiom(
                "cross-entropy of a softmax",
                _pattern,
                dx=f"{_sign}{_g} * (t - {_p})",
                why=ENTROPY + ", because the labels of each row sum to 1",
                local={"x": f"{_shown} − {{t}}" if _sign else f"{{t}} − {_shown}"},
                needs=_labels,
                cancels="m s",
            )
            idiom(
                "cross-entropy of a softmax",
                _pattern,
                dx=f"{_sign}{_g} * (t - {_p} * sum(t, axis, True))",
                dt=f"{_sign}{_g} * {_log}",
                why="the logarithm undoes the exponential of the softmax; the labels of a row need not sum to 1, so "
                "their sum weighs the prediction",
                local={"x": f"{_shown} Σ{{t}} − {{t}}" if _sign else f"{{t}} − {_shown} Σ{{t}}"},
                needs=_any_labels,
                cancels="m s",
            )
for _pattern, _p, _shown in (
    ("log(getitem((p := SOFTMAX), r, t, template))", "p", "{p}"),
    ("getitem(log((p := SOFTMAX)), r, t, template)", "p", "{p}"),
    ("getitem((l := LOG_SOFTMAX), r, t, template)", "exp(l)", "exp({l})"),
):
    idiom(
        "cross-entropy of a softmax",
        _pattern,
        dx=f"-spread_back(g, (1,), False) * add_at({_p}, -1, r, t, template)",
        why=ENTROPY + "; the label of a row is 1 at its class and 0 elsewhere",
        local={"x": f"one-hot − {_shown}"},
        needs=_picked,
        cancels="m s",
    )
for _index in ("template", "t, template"):
    for _pattern, _p, _shown in (
        (f"log(getitem((p := SOFTMAX), {_index}))", "p", "{p}"),
        (f"getitem(log((p := SOFTMAX)), {_index})", "p", "{p}"),
        (f"getitem((l := LOG_SOFTMAX), {_index})", "exp(l)", "exp({l})"),
    ):
        idiom(
            "cross-entropy of a softmax",
            _pattern,
            dx=f"-g * add_at({_p}, -1, {_index})",
            why=ENTROPY + "; the label is 1 at the class that was read and 0 elsewhere",
            local={"x": f"one-hot − {_shown}"},
            needs=_one_entry,
            cancels="m s",
        )
spellings(
    "LOG_SUM_EXP",
    "logsumexp(x, axis, keepdims)",
    "log(sum(exp(x), axis, keepdims))",
    "m + log(sum((e := exp(x - s)), axis, keepdims))",
)
for _pattern in (
    "(v := LOG_SUM_EXP) - getitem(x, r, t, template)",
    "-getitem(x, r, t, template) + (v := LOG_SUM_EXP)",
):
    idiom(
        "cross-entropy of a softmax",
        _pattern,
        dx="spread_back(g, (1,), False) * add_at(exp(x - spread_back(v, (1,), False)), -1, r, t, template)",
        why="exp({x} − {v}) is the softmax of {x}: what is left is the difference of prediction and label, which is 1 "
        "at a row's class and 0 elsewhere",
        local={"x": "exp({x} − {v}) − one-hot"},
        needs=_picked_logits,
        cancels="m s",
    )
idiom(
    "log-softmax",
    "log((p := SOFTMAX))",
    dx=f"{FULL} - p * sum({FULL}, axis, True)",
    why="the logarithm undoes the exponential of the softmax: each entry passes its own gradient on, and takes off "
    "its part {p} of all the row's",
    local={"x": "I − 1 aᵀ for each row a of {p}"},
    needs=_whole_rows,
    cancels="m",
    latex=r"\log \operatorname{softmax}_{axis} {x}",
)
idiom(
    "log-softmax",
    "LOG_SOFTMAX",
    dx=f"{FULL} - exp(y) * sum({FULL}, axis, True)",
    why="{y} is {x} less the logarithm of the row's sum of exponentials: each entry passes its own gradient on, and "
    "takes off its part exp({y}) of all the row's",
    local={"x": "I − 1 aᵀ for each row a of exp({y})"},
    needs=_whole_rows,
    cancels="m s",
    latex=r"\log \operatorname{softmax}_{axis} {x}",
)
idiom(
    "softmax",
    "(e := exp(x)) / sum(e, axis, keepdims)",
    dx="y * (g - sum(g * y, axis, keepdims))",
    why="raising one entry takes from all others of its row, because the row sums to 1: from each entry's "
    "gradient the average, weighted by {y}, is taken off",
    local={"x": "diag(a) − a aᵀ for each row a of {y}"},
    needs=_whole_rows,
    cancels="m",
    latex=r"\operatorname{softmax}_{axis} {x}",
)
for _logarithm, _needs in (
    ("m + log(sum((e := exp(x - s)), axis, keepdims))", _shifted_back),
    ("log(sum((e := exp(x)), axis, keepdims))", None),
):
    idiom(
        "log-sum-exp",
        _logarithm,
        dx="spread_back(g, axis, keepdims) * exp(x - spread_back(y, axis, keepdims))",
        why="of the sum whose logarithm is {y} each entry has its part exp({x} − {y}), its softmax; by that much it "
        "moves {y}",
        local={"x": "exp({x} − {y})"},
        needs=_needs,
        cancels="m s",
    )

spellings("LOG_OTHER", "log(1 - k)", "log1p(-k)")
spellings(
    "FALLING", "-t * log((k := SIGMOID)) - (1 - t) * LOG_OTHER", "t * -log((k := SIGMOID)) + (1 - t) * -LOG_OTHER"
)
for _pattern, _dx, _dt, _other, _local in (
    (
        "t * log((k := SIGMOID)) + (1 - t) * LOG_OTHER",
        "t - k",
        "log(k) - log(1 - k)",
        "label minus the prediction",
        "{t} − {k}",
    ),
    ("FALLING", "k - t", "log(1 - k) - log(k)", "prediction minus the label", "{k} − {t}"),
):
    idiom(
        "cross-entropy of a sigmoid",
        _pattern,
        dx=f"g * ({_dx})",
        dt=f"g * ({_dt})",
        why=f"the logarithm undoes the slope {{k}}(1 − {{k}}) of the sigmoid: what is left is the {_other}",
        local={"x": _local},
    )
idiom(
    "cross-entropy of a sigmoid",
    "where(t, log((k := SIGMOID)), LOG_OTHER)",
    dx="g * where(t, 1 - k, -k)",
    why="the logarithm undoes the slope {k}(1 − {k}) of the sigmoid: what is left is the label, 1 or 0, minus the "
    "prediction",
    local={"x": "[{t}] − {k}"},
)
spellings("LOG_OF_ONE_AND_LESS", "log1p(exp(-absolute(x)))", "log(1 + exp(-absolute(x)))")
idiom(
    "cross-entropy with logits",
    "POSITIVE_PART - x * t + LOG_OF_ONE_AND_LESS",
    dx="g * (1 / (1 + exp(-x)) - t)",
    dt="-g * x",
    why="it is −t log σ(x) − (1 − t) log(1 − σ(x)), written so that no exponential overflows: its slope is the "
    "prediction σ({x}) minus the label",
    local={"x": "σ({x}) − {t}"},
)
