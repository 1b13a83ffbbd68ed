"""Rows: where a value decides, comparisons, maximum and minimum, where, and what is flat almost everywhere."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from whygrad.rules.row import COMPARISON, UNARY, Sample, elementwise, general, nondiff

YES_OR_NO = "its output is yes or no: flat except where it jumps"
WHOLE = "its output is a whole number: flat almost everywhere"
STEP = "it is a staircase: flat almost everywhere"

MAXIMUM = elementwise(
    np.maximum,
    "z = maximum(x, y)",
    dx="g * (x > y)",
    dy="g * (y > x) if literal(x) else g * (y >= x)",
    why={
        "x": "only where {x} is the larger one does a change of it reach {z}",
        "y": "only where {y} is the larger one does a change of it reach {z} (where both are equal it is {y}'s, "
        "unless {x} is a number in the code)",
    },
    code="np.maximum({x}, {y})",
    smooth=False,
)
MINIMUM = elementwise(
    np.minimum,
    "z = minimum(x, y)",
    dx="g * (x < y)",
    dy="g * (y < x) if literal(x) else g * (y <= x)",
    why={
        "x": "only where {x} is the smaller one does a change of it reach {z}",
        "y": "only where {y} is the smaller one does a change of it reach {z} (where both are equal it is {y}'s, "
        "unless {x} is a number in the code)",
    },
    code="np.minimum({x}, {y})",
    smooth=False,
)
WHERE = elementwise(
    np.where,
    "z = where(c, x, y)",
    dx="where(c, g, 0.0)",
    dy="where(c, 0.0, g)",
    why={
        "x": "{x} is used only where the condition holds; elsewhere its gradient is 0",
        "y": "{y} is used only where the condition fails; elsewhere its gradient is 0",
    },
    code="np.where({c}, {x}, {y})",
)


def _extreme(function: Callable[..., Any], name: str, word: str) -> None:
    def evaluate(x: Any, axis: tuple[int, ...] | None, keepdims: bool) -> Any:
        return function(x, axis=axis, keepdims=keepdims)

    general(
        evaluate,
        f"y = {name}(x, |, axis, keepdims)",
        dx=f"spread_back(g, axis, keepdims) * (x == {name}(x, axis, True)) "
        f"/ sum(x == {name}(x, axis, True), axis, True)",
        why=f"only the {word} entry of {{x}} is felt in {{y}}, so it alone receives the gradient (ties share it)",
        local={"x": f"1 at the {word} entry, 0 elsewhere"},
        code=f"np.{name}({{x}}, axis={{axis}}, keepdims={{keepdims}})",
        method=f"{{x}}.{name}(axis={{axis}}, keepdims={{keepdims}})",
        defaults={"keepdims": False},
        samples=(Sample(((3, 4),), ((1,), False)), Sample(((3, 4),), ((0,), True)), Sample(((5,),), ((0,), False))),
        smooth=False,
    )


_extreme(np.max, "max", "largest")
_extreme(np.min, "min", "smallest")

for _function, _name, _sign in (
    (operator.gt, "greater", ">"),
    (operator.ge, "greater_equal", ">="),
    (operator.lt, "less", "<"),
    (operator.le, "less_equal", "<="),
    (operator.eq, "equal", "=="),
    (operator.ne, "not_equal", "!="),
):
    nondiff(_function, f"z = {_name}(x, y)", why=YES_OR_NO, code=f"{{x}} {_sign} {{y}}", binds=COMPARISON)

for _name, _sign, _op in (("bitwise_and", "&", operator.and_), ("bitwise_or", "|", operator.or_)):
    nondiff(_op, f"z = {_name}(x, y)", why=YES_OR_NO, code=f"({{x}}) {_sign} ({{y}})", binds=COMPARISON)
nondiff(operator.invert, "z = invert(x)", why=YES_OR_NO, code="~{x}", binds=UNARY)
for _name in ("logical_and", "logical_or", "logical_xor"):
    nondiff(getattr(np, _name), f"z = {_name}(x, y)", why=YES_OR_NO, code=f"np.{_name}({{x}}, {{y}})")
for _name in ("logical_not", "isnan", "isfinite", "isinf", "signbit"):
    nondiff(getattr(np, _name), f"z = {_name}(x)", why=YES_OR_NO, code=f"np.{_name}({{x}})")
for _name in ("sign", "floor", "ceil", "rint", "trunc"):
    nondiff(getattr(np, _name), f"z = {_name}(x)", why=STEP, code=f"np.{_name}({{x}})")
nondiff(operator.floordiv, "z = floor_divide(x, y)", why=STEP, code="{x} // {y}", binds=20)


def _reduced(function: Callable[..., Any]) -> Callable[..., Any]:
    def evaluate(x: Any, axis: Any, keepdims: bool) -> Any:
        return function(x, axis=axis, keepdims=keepdims)

    return evaluate


for _name, _why in (
    ("argmax", WHOLE),
    ("argmin", WHOLE),
    ("all", YES_OR_NO),
    ("any", YES_OR_NO),
    ("count_nonzero", WHOLE),
):
    nondiff(
        _reduced(getattr(np, _name)),
        f"z = {_name}(x, |, axis, keepdims)",
        why=_why,
        code=f"np.{_name}({{x}}, axis={{axis}}, keepdims={{keepdims}})",
        defaults={"keepdims": False, "axis": None},
    )
