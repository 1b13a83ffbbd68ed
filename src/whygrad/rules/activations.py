"""Idioms: the activation functions of networks, in the spellings that people have for them."""

from __future__ import annotations

from typing import Any

from whygrad.program.building import Builder
from whygrad.program.matching import Bindings
from whygrad.rules.idioms import Assumption, idiom, spellings

spellings(
    "SIGMOID",
    "1 / (1 + exp(-x))",
    "(e := exp(x)) / (1 + e)",
    "(1 + exp(-x)) ** -1",
    "reciprocal(1 + exp(-x))",
    "1 / (1 + 2.718281828459045 ** (-x))",
    "0.5 * (1 + HALF_TANH)",
    "(1 + HALF_TANH) / 2",
    "0.5 + 0.5 * HALF_TANH",
    "exp(-logaddexp(0, -x))",
    "where(c, 1 / (1 + exp(-x)), (e := exp(x)) / (1 + e))",
    "where(c, 1 / (1 + exp(-x)), 1 - 1 / (1 + exp(x)))",
    "where(NOT_NEGATIVE, 1 / (1 + (e := exp(-absolute(x)))), e / (1 + e))",
    "expit(x)",
)
spellings("LOG_OF_THE_REST", "log(1 - (k := SIGMOID))", "log1p(-(k := SIGMOID))")
spellings("HALF_TANH", "tanh(x / 2)", "tanh(0.5 * x)")
spellings("NOT_NEGATIVE", "x >= 0", "x > 0")
spellings("POSITIVE_PART", "maximum(x, 0)", "maximum(0, x)")


def _below_one(builder: Builder, found: Bindings) -> list[Assumption] | None:
    """max(a x, x) is the leaky relu where a is a number in the code between 0 and 1."""
    a = builder.literals.get(found["a"])
    return [] if a is not None and 0 <= a < 1 else None


def _meeting(builder: Builder, found: Bindings) -> list[Assumption] | None:
    """Half a square and a line meet at d, with one slope, where the line is d (|x| − d/2)."""
    known = {**builder.numbers, **builder.literals}
    d, e, h = (known.get(found[name]) if name in found else None for name in "deh")
    f = known.get(found["f"]) if "f" in found else None
    slope = e if "e" in found else 1
    if d is None or slope != d:
        return None
    return [] if (h == d / 2 if "h" in found else f == d * d / 2) else None


idiom(
    "log-sigmoid",
    "log((k := SIGMOID))",
    dx="g * (1 - k)",
    why="the slope of the sigmoid is {k}(1 − {k}), and the logarithm divides by {k}",
    local={"x": "1 − {k}"},
    latex=r"\log \sigma({x})",
)
idiom(
    "log-sigmoid",
    "LOG_OF_THE_REST",
    dx="-(g * k)",
    why="the slope of the sigmoid is {k}(1 − {k}), and the logarithm divides by 1 − {k}, with the minus sign of −{k}",
    local={"x": "−{k}"},
    latex=r"\log (1 - \sigma({x}))",
)
for _sigmoid, _dx, _latex in (
    ("SIGMOID", "g * y * (1 - y)", r"\sigma({x})"),
    ("1 / (1 + exp(x))", "-(g * y * (1 - y))", r"\sigma(-{x})"),
):
    idiom(
        "sigmoid",
        _sigmoid,
        dx=_dx,
        why="the slope of the sigmoid can be read off its own output: {y}(1 − {y}). It is written in terms of "
        "the output {y}; with what went in, {x}, in its place it would be no slope of anything",
        latex=_latex,
    )

for _x, _dx, _local, _why in (
    ("-x", "-g / (1 + exp(x))", "−σ(−{x})", "the sigmoid of t, here of −{x}, whose slope is −1"),
    ("x", "g / (1 + exp(-x))", "σ({x})", "exp(t)/(1 + exp(t)), the sigmoid of t, here of {x}"),
):
    _softplus = f"SOFTPLUS_OF_{'MINUS_' if _x == '-x' else ''}X"
    spellings(_softplus, f"log(1 + exp({_x}))", f"log1p(exp({_x}))", f"logaddexp(0, {_x})", f"logaddexp({_x}, 0)")
    idiom("softplus", _softplus, dx=_dx, why=f"the slope of log(1 + exp(t)) is {_why}", local={"x": _local})
idiom(
    "softplus",
    "POSITIVE_PART + LOG_OF_ONE_AND_LESS",
    dx="g / (1 + exp(-x))",
    why="it is log(1 + exp({x})), written so that the exponential does not overflow: its slope is the sigmoid of {x}",
    local={"x": "σ({x})"},
    latex=r"\log (1 + e^{{x}})",
)

RELU = "where {x} is above 0 it passes through unchanged, slope 1; elsewhere {y} is 0 whatever {x} is, slope 0"
spellings("RELU", "POSITIVE_PART", "where(x > 0, x, 0)", "where(x <= 0, 0, x)", "x * (x > 0)", "HALF_OF_BOTH")
spellings("HALF_OF_BOTH", "(x + absolute(x)) / 2", "0.5 * (x + absolute(x))")
spellings("RELU_WITH_ZERO", "where(x >= 0, x, 0)", "where(x < 0, 0, x)", "x * (x >= 0)")
idiom("relu", "RELU", dx="g * (x > 0)", why=RELU, latex=r"\operatorname{relu}({x})")
idiom(
    "relu",
    "RELU_WITH_ZERO",
    dx="g * (x >= 0)",
    why=RELU + " (at 0 itself the code takes {x})",
    latex=r"\operatorname{relu}({x})",
)

LEAKY = "above 0 {x} passes through unchanged, slope 1; below, it is multiplied by {a}, slope {a}"
for _sign in (">", ">="):
    idiom(
        "leaky relu",
        f"where(x {_sign} 0, x, a * x)",
        dx=f"where(x {_sign} 0, g, g * a)",
        da=f"where(x {_sign} 0, 0.0, g * x)",
        why=LEAKY,
        local={"x": "1 or {a}", "a": "0 or {x}"},
    )
    for _exponential, _a in (("a * EXPM1", "a"), ("EXPM1", "1")):
        _others: dict[str, Any] = {"da": f"where(x {_sign} 0, 0.0, g * expm1(x))"} if _a == "a" else {}
        _shown = "{a}" if _others else "1"
        idiom(
            "elu",
            f"where(x {_sign} 0, x, {_exponential})",
            dx=f"where(x {_sign} 0, g, g * (y + {_a}))",
            why="above 0 {x} passes through unchanged, slope 1; below, the slope of the exponential can be read off "
            f"the output: {{y}} + {_shown}",
            local={"x": f"1 or {{y}} + {_shown}"},
            **_others,
        )
spellings("EXPM1", "exp(x) - 1", "expm1(x)")
spellings("LARGER", "maximum(a * x, x)", "maximum(x, a * x)")
idiom("leaky relu", "LARGER", dx="where(x > 0, g, g * a)", why=LEAKY, local={"x": "1 or {a}"}, needs=_below_one)

idiom(
    "swish",
    "x * (k := SIGMOID)",
    dx="g * (k + y * (1 - k))",
    why="the product rule: the sigmoid {k} itself, and {x} times its slope {k}(1 − {k}), where {x}{k} is {y}",
    local={"x": "{k} + {y}(1 − {k})"},
    latex=r"{x} \sigma({x})",
)
idiom(
    "swish",
    "x / (d := 1 + exp(-x))",
    dx="g * (1 / d + y * (1 - 1 / d))",
    why="{y} is {x} times its sigmoid σ = 1/(1 + exp(−{x})); by the product rule its slope is σ + {y}(1 − σ)",
    local={"x": "σ({x}) + {y}(1 − σ({x}))"},
    latex=r"{x} \sigma({x})",
)

spellings("CUBE", "a * x ** 3", "a * x * x * x", "a * (x * x * x)")
spellings("NEARLY", "tanh(s * (x + CUBE))", "tanh(s * x * (1 + a * x ** 2))")
spellings("GELU", "0.5 * x * (1 + (k := NEARLY))", "0.5 * (x * (1 + (k := NEARLY)))", "x * (0.5 * (1 + (k := NEARLY)))")
idiom(
    "gelu",
    "GELU",
    dx="g * (0.5 * (1 + k) + 0.5 * x * (1 - k ** 2) * (s * (1 + 3 * a * x ** 2)))",
    why="the product rule: {x} is weighed by the share (1 + {k})/2, and moves that share too, by half the slope "
    "1 − {k}² of tanh times the slope of what stands in it",
    local={"x": "(1 + {k})/2 + {x}(1 − {k}²)/2 · {s}(1 + 3 · {a} · {x}²)"},
)
spellings("OVER_ROOT_TWO", "erf(x / 1.4142135623730951)", "erf(x * 0.7071067811865475)", "erf(x * 0.7071067811865476)")
spellings(
    "NORMAL_SHARE", "0.5 * (1 + OVER_ROOT_TWO)", "(1 + OVER_ROOT_TWO) / 2", "0.5 + 0.5 * OVER_ROOT_TWO", "ndtr(x)"
)
for _gelu, _share in (
    ("x * (k := NORMAL_SHARE)", "k"),
    ("0.5 * x * (k := 1 + OVER_ROOT_TWO)", "k / 2"),
    ("x * (k := 1 + OVER_ROOT_TWO) / 2", "k / 2"),
):
    idiom(
        "gelu",
        _gelu,
        dx=f"g * ({_share} + x * exp(-x ** 2 / 2) / 2.5066282746310002)",
        why="the product rule: {x} is weighed by the normal distribution's share Φ({x}) below it, and moves that share "
        "too, by the density exp(−{x}²/2)/√(2π)",
        local={"x": "Φ({x}) + {x} φ({x})"},
        latex=r"{x} \Phi({x})",
    )
for _sign in ("<=", "<"):
    for _line in ("e * (absolute(x) - h)", "e * absolute(x) - f", "absolute(x) - h"):
        idiom(
            "huber",
            f"where(absolute(x) {_sign} d, HALF_OF_THE_SQUARE, {_line})",
            dx=f"g * where(absolute(x) {_sign} d, x, d * sign(x))",
            why="near 0 it is half the square of {x}, slope {x}; farther out it is a line of slope {d} or −{d}",
            local={"x": "{x}, or ±{d}"},
            needs=_meeting,
        )
spellings("HALF_OF_THE_SQUARE", "0.5 * x ** 2", "x ** 2 / 2", "0.5 * square(x)", "0.5 * x * x")

spellings(
    "TANH",
    "((e := exp(x)) - (f := exp(-x))) / (e + f)",
    "((e := exp(2 * x)) - 1) / (e + 1)",
    "(1 - (e := exp(-2 * x))) / (1 + e)",
    "2 / (1 + exp(-2 * x)) - 1",
)
idiom(
    "tanh",
    "TANH",
    dx="g * (1 - y ** 2)",
    why="it is tanh({x}), whose slope can be read off its own output: 1 − {y}²",
    local={"x": "1 − {y}²"},
    latex=r"\tanh {x}",
)
idiom(
    "softsign",
    "x / (d := 1 + absolute(x))",
    dx="g / d ** 2",
    why="the quotient rule gives (1 + |{x}| − {x} · sign {x}) / (1 + |{x}|)², and the numerator is 1",
    local={"x": "1 / (1 + |{x}|)²"},
)
idiom(
    "log-cosh",
    "log(cosh(x))",
    dx="g * tanh(x)",
    why="the slope of cosh is sinh, and the logarithm divides it by cosh: tanh",
    local={"x": "tanh({x})"},
    latex=r"\log \cosh {x}",
)
