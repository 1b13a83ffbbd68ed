"""Rows: where a value decides, comparisons, maximum and minimum, where, and what is flat almost everywhere."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from whygrad.rules.row import COMPARISON, UNARY, Corner, Sample, elementwise, general, nondiff

YES_OR_NO = "its output is yes or no: flat except where it jumps"
WHOLE = "its output is a whole number: flat almost everywhere"
FLAT = "0 is used, the slope between the jumps"
STEP = "it is a staircase: flat almost everywhere"


def _nan_to_num(x: Any, nan: float, posinf: float | None, neginf: float | None) -> Any:
    return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


def _round(x: Any, decimals: int) -> Any:
    return np.round(x, decimals)


def _isclose(x: Any, y: Any, rtol: float, atol: float, equal_nan: bool) -> Any:
    return np.isclose(x, y, rtol, atol, equal_nan)


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
    corner=Corner(
        "x == y",
        "both sides are equal, a corner,",
        "the slope of one of them is used",
        "{x} ≠ {y}, where the maximum has its corner",
    ),
    latex=r"\max({x}, {y})",
    proof=(
        "z_i = [x_i > y_i] x_i + [y_i > x_i] y_i",
        "∂z_i/∂x_p = [i = p] [x_i > y_i]",
        "∂L/∂x_p = g_p [x_p > y_p]",
        "∂L/∂y_p = g_p [y_p > x_p]",
    ),
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
    corner=Corner(
        "x == y",
        "both sides are equal, a corner,",
        "the slope of one of them is used",
        "{x} ≠ {y}, where the minimum has its corner",
    ),
    latex=r"\min({x}, {y})",
    proof=(
        "z_i = [x_i < y_i] x_i + [y_i < x_i] y_i",
        "∂z_i/∂x_p = [i = p] [x_i < y_i]",
        "∂L/∂x_p = g_p [x_p < y_p]",
        "∂L/∂y_p = g_p [y_p < x_p]",
    ),
)
FMAX = elementwise(
    np.fmax,
    "z = fmax(x, y)",
    dx="g * bitwise_or(x > y, isnan(y))",
    dy="g * bitwise_or(y > x, isnan(x)) if literal(x) else g * bitwise_or(y >= x, isnan(x))",
    why={
        "x": "only where {x} is the larger one, or the only number, does a change of it reach {z}",
        "y": "only where {y} is the larger one, or the only number, does a change of it reach {z} (where both are "
        "equal it is {y}'s, unless {x} is a number in the code)",
    },
    code="np.fmax({x}, {y})",
    smooth=False,
    corner=Corner(
        "x == y",
        "both sides are equal, a corner,",
        "the slope of one of them is used",
        "{x} ≠ {y}, where the maximum has its corner",
    ),
    body="where(bitwise_or(x > y, isnan(y)), x, y)",
    latex=r"\max({x}, {y})",
    proof=(
        "z = max(x, y)",
        "∂z/∂x = [x > y]",
        "∂L/∂x = g [x > y]",
        "∂z/∂y = [y > x]",
        "∂L/∂y = g [y > x]",
    ),
)
FMIN = elementwise(
    np.fmin,
    "z = fmin(x, y)",
    dx="g * bitwise_or(x < y, isnan(y))",
    dy="g * bitwise_or(y < x, isnan(x)) if literal(x) else g * bitwise_or(y <= x, isnan(x))",
    why={
        "x": "only where {x} is the smaller one, or the only number, does a change of it reach {z}",
        "y": "only where {y} is the smaller one, or the only number, does a change of it reach {z} (where both are "
        "equal it is {y}'s, unless {x} is a number in the code)",
    },
    code="np.fmin({x}, {y})",
    smooth=False,
    corner=Corner(
        "x == y",
        "both sides are equal, a corner,",
        "the slope of one of them is used",
        "{x} ≠ {y}, where the minimum has its corner",
    ),
    body="where(bitwise_or(x < y, isnan(y)), x, y)",
    latex=r"\min({x}, {y})",
    proof=(
        "z = min(x, y)",
        "∂z/∂x = [x < y]",
        "∂L/∂x = g [x < y]",
        "∂z/∂y = [y < x]",
        "∂L/∂y = g [y < x]",
    ),
)
CLIP = elementwise(
    np.clip,
    "y = clip(x, low, high)",
    dx="g * bitwise_and(x > low, x < high)",
    dlow="g * bitwise_and(x <= low, low < high)",
    dhigh="g * (maximum(x, low) >= high)",
    why={
        "x": "where {x} lies between {low} and {high} it passes through unchanged, slope 1; outside, and on the bounds "
        "themselves, {y} is the bound, slope 0",
        "low": "{y} is {low} where {x} is not above it",
        "high": "{y} is {high} where {x} is not below it",
    },
    domain={"x": (-1.7, 1.7), "low": (-1.0, -0.5), "high": (0.5, 1.0)},
    code="np.clip({x}, {low}, {high})",
    smooth=False,
    corner=Corner(
        "bitwise_or(x == low, x == high)",
        "an entry lies on a bound, a corner,",
        "0 is used",
        "no entry of {x} is at a bound of clip",
    ),
    body="minimum(maximum(x, low), high)",
    latex=r"\min(\max({x}, {low}), {high})",
    proof=(
        "y = min(max(x, low), high)",
        "∂y/∂x = [low < x < high]",
        "∂L/∂x = g [low < x < high]",
        "∂y/∂low = [x < low < high]",
        "∂L/∂low = g [x < low < high]",
        "∂y/∂high = [high < max(x, low)]",
        "∂L/∂high = g [high < max(x, low)]",
    ),
)
COPYSIGN = elementwise(
    np.copysign,
    "z = copysign(x, y)",
    dx="g * copysign(1, y) * sign(x)",
    why="{z} is |{x}| with the sign of {y}: it grows with |{x}| if {y} is positive and falls if it is negative; "
    "a change of {y} does nothing until its sign flips",
    domain={"x": (0.3, 1.7), "y": (-1.7, 1.7)},
    code="np.copysign({x}, {y})",
    body="where(signbit(y), -absolute(x), absolute(x))",
    smooth=False,
    corner=Corner(
        "bitwise_or(x == 0, y == 0)",
        "a side is 0, where copysign has a corner,",
        "0 is used for the first, the sign bit for the second",
        "{x} ≠ 0 and {y} ≠ 0, where copysign has its corners",
    ),
    latex=r"|{x}| \operatorname{sgn}({y})",
    proof=(
        "z = abs(x) sign(y)",
        "∂z/∂x = sign(x) sign(y)",
        "∂L/∂x = g sign(x) sign(y)",
    ),
)
HEAVISIDE = elementwise(
    np.heaviside,
    "y = heaviside(x, h)",
    dh="g * (x == 0)",
    why="{h} is the value of the step at 0 itself, and is used nowhere else; in {x} the step is flat on both sides",
    code="np.heaviside({x}, {h})",
    smooth=False,
    corner=Corner(
        "x == 0",
        "an entry is 0, where the step jumps,",
        "0 is used, the slope on both sides",
        "{x} ≠ 0, where the step is",
    ),
    body="where(x == 0, h, (x > 0) * 1.0)",
)
NAN_TO_NUM = elementwise(
    _nan_to_num,
    "y = nan_to_num(x, |, nan, posinf, neginf)",
    dx="where(isfinite(x), g, 0.0)",
    why="a number passes through unchanged; where {x} is none, a constant stands in its place, slope 0",
    code="np.nan_to_num({x}, nan={nan}, posinf={posinf}, neginf={neginf})",
    body="where(isnan(x), nan, where(isfinite(x), x, where(x > 0, posinf if posinf is not None else largest(x), "
    "neginf if neginf is not None else -largest(x))))",
    defaults={"nan": 0.0, "posinf": None, "neginf": None},
    samples=(Sample(((3, 4),), (0.0, None, None)), Sample(((2,),), (1.0, 2.0, -2.0))),
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
    proof=(
        "z_i = c_i x_i + (1 − c_i) y_i",
        "∂z_i/∂x_p = [i = p] c_i",
        "∂L/∂x_p = Σ_i g_i [i = p] c_i = g_p c_p",
        "∂z_i/∂y_p = [i = p] (1 − c_i)",
        "∂L/∂y_p = g_p (1 − c_p)",
    ),
)


def _reduced(function: Callable[..., Any]) -> Callable[..., Any]:
    def evaluate(x: Any, axis: Any, keepdims: bool) -> Any:
        return function(x, axis=axis, keepdims=keepdims)

    return evaluate


def _extreme(function: Callable[..., Any], name: str, word: str) -> None:
    general(
        _reduced(function),
        f"y = {name}(x, |, axis, keepdims)",
        dx=f"spread_back(g, axis, keepdims) * (x == {name}(x, axis, True)) "
        f"/ sum(x == {name}(x, axis, True), axis, True)",
        why=f"only the {word} entry of {{x}} is felt in {{y}}, so it alone receives the gradient (ties share it)",
        local={"x": f"1 at the {word} entry, 0 elsewhere"},
        latex=rf"\{name}_{{axis}} {{x}}",
        code=f"np.{name}({{x}}, axis={{axis}}, keepdims={{keepdims}})",
        method=f"{{x}}.{name}(axis={{axis}}, keepdims={{keepdims}})",
        defaults={"keepdims": False},
        samples=(Sample(((3, 4),), ((1,), False)), Sample(((3, 4),), ((0,), True)), Sample(((5,),), ((0,), False))),
        smooth=False,
        corner=Corner(
            f"sum(x == {name}(x, axis, True), axis, True) > 1",
            f"several entries are the {word}, a tie,",
            "they share the gradient evenly",
            f"the {word} entries of {{x}} are no ties",
        ),
        proof=(
            "where axis = (1,), keepdims = False",
            f"y_i = {name}_j x_ij",
            "∂y_i/∂x_pq = [i = p] [x_pq = y_p]",
            "∂L/∂x_pq = Σ_i g_i [i = p] [x_pq = y_p] = g_p [x_pq = y_p]",
        ),
    )


_extreme(np.max, "max", "largest")
_extreme(np.min, "min", "smallest")

for _function, _name, _sign, _tex in (
    (operator.gt, "greater", ">", ">"),
    (operator.ge, "greater_equal", ">=", r"\ge"),
    (operator.lt, "less", "<", "<"),
    (operator.le, "less_equal", "<=", r"\le"),
    (operator.eq, "equal", "==", "="),
    (operator.ne, "not_equal", "!=", r"\ne"),
):
    nondiff(
        _function,
        f"z = {_name}(x, y)",
        why=YES_OR_NO,
        code=f"{{x}} {_sign} {{y}}",
        binds=COMPARISON,
        latex=f"[{{x}} {_tex} {{y}}]",
        corner=None
        if _name in ("equal", "not_equal")
        else Corner(
            "x == y",
            "both sides are equal, where the comparison flips,",
            "the slope of the side that was taken is used",
            "{x} ≠ {y}, where the comparison flips",
        ),
    )

for _name, _sign, _op, _binds, _tex in (
    ("bitwise_and", "&", operator.and_, COMPARISON + 3, r"\land"),
    ("bitwise_xor", "^", operator.xor, COMPARISON + 2, r"\oplus"),
    ("bitwise_or", "|", operator.or_, COMPARISON + 1, r"\lor"),
):
    nondiff(
        _op,
        f"z = {_name}(x, y)",
        why=YES_OR_NO,
        code=f"{{x}} {_sign} {{y}}",
        binds=_binds,
        latex=f"[{{x}} {_tex} {{y}}]",
    )
for _name, _sign, _op in (("left_shift", "<<", operator.lshift), ("right_shift", ">>", operator.rshift)):
    nondiff(_op, f"z = {_name}(x, y)", why=WHOLE, code=f"{{x}} {_sign} {{y}}", binds=COMPARISON + 4)
nondiff(operator.invert, "z = invert(x)", why=YES_OR_NO, code="~{x}", binds=UNARY, latex=r"[\lnot {x}]")
for _name, _tex, _body in (
    ("logical_and", r"\land", "bitwise_and(x != 0, y != 0)"),
    ("logical_or", r"\lor", "bitwise_or(x != 0, y != 0)"),
    ("logical_xor", r"\oplus", "(x != 0) != (y != 0)"),
):
    nondiff(
        getattr(np, _name),
        f"z = {_name}(x, y)",
        why=YES_OR_NO,
        code=f"np.{_name}({{x}}, {{y}})",
        body=_body,
        latex=f"[{{x}} {_tex} {{y}}]",
    )
for _name, _body in (
    ("logical_not", "x == 0"),
    ("isnan", "x != x"),
    ("isfinite", "x * 0 == 0"),
    ("isinf", "bitwise_and(x == x, x * 0 != 0)"),
    ("isneginf", "bitwise_and(isinf(x), x < 0)"),
    ("isposinf", "bitwise_and(isinf(x), x > 0)"),
    ("signbit", ""),
):
    nondiff(getattr(np, _name), f"z = {_name}(x)", why=YES_OR_NO, code=f"np.{_name}({{x}})", body=_body)
JUMPS = {
    "sign": Corner(
        "x == 0", "an entry is 0, where sign jumps,", "0 is used, its slope elsewhere", "{x} ≠ 0, where its sign jumps"
    ),
    "floor": Corner(
        "x == floor(x)", "an entry is a whole number, where floor jumps,", FLAT, "{x} is at no jump of floor"
    ),
    "ceil": Corner("x == floor(x)", "an entry is a whole number, where ceil jumps,", FLAT, "{x} is at no jump of ceil"),
    "rint": Corner(
        "x + 0.5 == floor(x + 0.5)", "an entry is a half, where rounding jumps,", FLAT, "{x} is at no jump of rint"
    ),
    **{
        name: Corner(
            "bitwise_and(x == floor(x), x != 0)",
            f"an entry is a whole number, where {name} jumps,",
            FLAT,
            f"{{x}} is at no jump of {name}",
        )
        for name in ("trunc", "fix")
    },
}
for _name, _tex in (
    ("sign", r"\operatorname{sgn}({x})"),
    ("floor", r"\lfloor {x} \rfloor"),
    ("ceil", r"\lceil {x} \rceil"),
    ("rint", r"\operatorname{round}({x})"),
    ("trunc", r"\operatorname{trunc}({x})"),
    ("fix", r"\operatorname{trunc}({x})"),
):
    nondiff(
        getattr(np, _name),
        f"z = {_name}(x)",
        why=STEP,
        code=f"np.{_name}({{x}})",
        latex=_tex,
        body="trunc(x)" if _name == "fix" else "",
        corner=JUMPS[_name],
    )
nondiff(
    _round,
    "z = round(x, |, decimals)",
    why=STEP,
    code="np.round({x}, {decimals})",
    body="rint(x) if decimals == 0 else rint(x * 10.0 ** decimals) / 10.0 ** decimals if decimals > 0 "
    "else rint(x / 10.0 ** -decimals) * 10.0 ** -decimals",
    method="{x}.round({decimals})",
)
nondiff(
    _isclose,
    "z = isclose(x, y, |, rtol, atol, equal_nan)",
    why=YES_OR_NO,
    code="np.isclose({x}, {y}, rtol={rtol}, atol={atol}, equal_nan={equal_nan})",
    body="bitwise_or(x == y, bitwise_or(bitwise_and(isfinite(y), absolute(x - y * 1.0) <= atol + rtol * absolute(y)), "
    "bitwise_and(bitwise_and(x != x, y != y), equal_nan)))",
    defaults={"rtol": 1e-05, "atol": 1e-08, "equal_nan": False},
)
nondiff(
    operator.floordiv,
    "z = floor_divide(x, y)",
    why=STEP,
    code="{x} // {y}",
    binds=20,
    latex=r"\lfloor \frac{{x}}{{y}} \rfloor",
)


for _name, _why, _body in (
    ("argmax", WHOLE, ""),
    ("argmin", WHOLE, ""),
    ("all", YES_OR_NO, "sum(x == 0, axis, keepdims) == 0"),
    ("any", YES_OR_NO, "sum(x != 0, axis, keepdims) > 0"),
    ("count_nonzero", WHOLE, "sum(x != 0, axis, keepdims)"),
):
    nondiff(
        _reduced(getattr(np, _name)),
        f"z = {_name}(x, |, axis, keepdims)",
        why=_why,
        body=_body,
        code=f"np.{_name}({{x}}, axis={{axis}}, keepdims={{keepdims}})",
        latex=rf"\operatorname{{{_name}}}_{{axis}} {{x}}",
        defaults={"keepdims": False, "axis": None},
    )
