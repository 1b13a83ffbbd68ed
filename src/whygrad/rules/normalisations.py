"""Idioms: what is made to have mean 0 and variance 1, layer norm and batch norm; and a variance written out."""

from __future__ import annotations

import numpy as np

from whygrad.program.building import Builder
from whygrad.program.matching import Bindings
from whygrad.rules.idioms import FULL, Assumption, Needs, idiom, spellings


def _fits(builder: Builder, found: Bindings) -> bool:
    """Do the mean and the variance stand against the rows that they were made of?"""
    axis, n = found["axis"], len(builder.shape(found["x"]))
    leading = axis == tuple(range(len(axis)))
    kept = (found.get("keepdims", True), found.get("kept", True))
    divisor = builder.shape(found["b"] if "b" in found else found["s"])
    divisor = (1,) * (n - len(divisor)) + divisor  # one for a row: a small number for each entry would be another thing
    one_each = len(divisor) == n and all(divisor[a] == 1 for a in axis)
    return bool(axis) and found.get("ddof", 0) == 0 and (leading or all(kept)) and one_each


def _fits_a_size(builder: Builder, found: Bindings) -> list[Assumption] | None:
    return [] if _fits(builder, found) else None


def _over_columns(builder: Builder, found: Bindings) -> list[Assumption] | None:
    return [] if _fits(builder, found) and len(builder.shape(found["x"])) - 1 not in found["axis"] else None


def _over_rows(builder: Builder, found: Bindings) -> list[Assumption] | None:
    return [] if _fits(builder, found) and len(builder.shape(found["x"])) - 1 in found["axis"] else None


def _scaled(needs: Needs) -> Needs:
    """The same, where a factor beside what is normalised does not stretch it."""

    def checked(builder: Builder, found: Bindings) -> list[Assumption] | None:
        x, gamma = builder.shape(found["x"]), builder.shape(found["gamma"])
        return needs(builder, found) if np.broadcast_shapes(x, gamma) == x else None

    return checked


def _centred_alike(builder: Builder, found: Bindings) -> list[Assumption] | None:
    """The outer mean may keep its axes or not; what is taken off must fit."""
    axis = found["axis"]
    return [] if found["keepdims"] or axis == tuple(range(len(axis))) else None


spellings("CENTRED", "(d := x - mean(x, axis, keepdims))")
spellings("SQUARED", "d ** 2", "d * d", "square(d)")
spellings("VARIANCE", "mean(SQUARED, axis, kept)", "var(x, axis, kept, ddof)")
spellings("DEVIATION", "sqrt(VARIANCE)", "std(x, axis, kept, ddof)")
spellings("ROOT", "sqrt(VARIANCE + eps)", "(VARIANCE + eps) ** 0.5")
spellings("ONE_OVER_ROOT", "1 / sqrt(VARIANCE + eps)", "(VARIANCE + eps) ** -0.5")

BACK = f"({FULL} - mean({FULL}, axis, axis != (0,)) - {{}} * mean(g * y, axis, axis != (0,)))"

for _name, _needs, _row in (("layer norm", _over_rows, "row"), ("batch norm", _over_columns, "column")):
    for _pattern, _dx, _deps, _s in (
        ("CENTRED / (s := ROOT)", BACK.format("y") + " / s", "-g * y / (2 * s ** 2)", "divided by {s}"),
        ("CENTRED * (s := ONE_OVER_ROOT)", "s * " + BACK.format("y"), "-g * y * s ** 2 / 2", "multiplied by {s}"),
        ("CENTRED / (s := DEVIATION)", BACK.format("y") + " / s", "", "divided by {s}"),
        ("CENTRED / (b := (s := DEVIATION) + eps)", BACK.format("d / s") + " / b", "-g * y / b", "divided by {b}"),
    ):
        _others = {"deps": _deps} if _deps else {}
        idiom(
            _name,
            _pattern,
            dx=_dx,
            why=f"every entry moves the mean and the spread of its {_row} too: from its gradient the part that would "
            f"only shift the {_row}, and the part that would only stretch it (along {{y}}), are taken off; what is "
            f"left is {_s}, as {{y}} was",
            local={"x": f"(I − 1/n − ŷ ŷᵀ/n) scaled, for each {_row}"},
            needs=_needs,
            **_others,
        )

SCALED = f"({FULL} * gamma)"
"""The upstream gradient of what gamma scales."""

for _name, _needs, _row in (("layer norm", _over_rows, "row"), ("batch norm", _over_columns, "column")):
    for _root, _others in (("ROOT", {"deps": "-g * y / (2 * s ** 2)"}), ("DEVIATION", {})):
        idiom(
            f"scaled {_name}",
            f"gamma * CENTRED / (s := {_root})",
            dx=f"({SCALED} - mean({SCALED}, axis, axis != (0,)) "
            f"- d / s * mean({SCALED} * (d / s), axis, axis != (0,))) / s",
            dgamma=f"{FULL} * (d / s)",
            why=f"every entry moves the mean and the spread of its {_row} too: from its gradient the part that would "
            f"only shift the {_row}, and the part that would only stretch it, are taken off; {{gamma}} only scales "
            "what has been normalised, ŷ, and receives the upstream gradient times that",
            local={"x": f"(I − 1/n − ŷ ŷᵀ/n) {{gamma}} / {{s}}, for each {_row}", "gamma": "ŷ"},
            needs=_scaled(_needs),
            **_others,
        )

spellings("SQUARE_OF_X", "x ** 2", "x * x", "square(x)")
spellings("MEAN_SQUARE", "mean(SQUARE_OF_X, axis, kept)")
for _pattern, _dx, _s in (
    ("x / (s := sqrt(MEAN_SQUARE + eps))", "({}) / s", "divided"),
    ("x * (s := 1 / sqrt(MEAN_SQUARE + eps))", "s * ({})", "multiplied"),
):
    idiom(
        "root mean square norm",
        _pattern,
        dx=_dx.format(f"{FULL} - y * mean(g * y, axis, axis != (0,))"),
        why="every entry moves the size of its row too: from its gradient the part that would only stretch the row "
        f"(along {{y}}) is taken off; what is left is {_s} by {{s}}, as {{y}} was",
        local={"x": "(I − ŷ ŷᵀ/n) scaled, for each row"},
        needs=_fits_a_size,
    )

idiom(
    "variance",
    "mean(CENTRED_SQUARED, axis, kept)",
    dx="spread_back(g / count(x, axis), axis, kept) * 2 * d",
    why="the slope of a square is twice what is squared; that each entry moves the mean as well adds nothing, "
    "because the distances from the mean sum to 0",
    local={"x": "2 ({x} − mean) / n"},
    needs=_centred_alike,
)
spellings("CENTRED_SQUARED", "CENTRED ** 2", "CENTRED * d", "square(CENTRED)")
