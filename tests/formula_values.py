"""What a formula says, computed: the tree is evaluated with the values of the Program's variables.

It knows mathematics and nothing of the rows: that a fraction divides, that ∑ adds up, that σ is 1/(1 + e⁻ˣ).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import scipy.special

from whygrad.explaining.formulas.notation import (
    Call,
    Cases,
    Derivative,
    Entry,
    Fenced,
    Fraction,
    Inverse,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Reduction,
    Relation,
    Root,
    Slice,
    Sum,
    Symbol,
    Transposed,
    Vector,
    Words,
    Written,
)


class NotEvaluable(Exception):
    """A formula that is told in words, or in symbols that stand for no variable."""


def relu(x: Any) -> Any:
    return np.where(x > 0, x, 0)


def one_axis(function: Callable[..., Any], x: Any, axis: tuple[int, ...]) -> Any:
    return function(x, axis=axis[0] if len(axis) < x.ndim else None)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(np, name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "sinc")},
    **{n: getattr(np, n) for n in ("arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh", "arctan2")},
    **{"sgn": np.sign, "round": np.rint, "trunc": np.trunc, "fmod": np.fmod, "relu": relu, "softplus": np.logaddexp},
    **{name: getattr(scipy.special, name) for name in ("erf", "erfc", "erfinv", "erfcinv", "ndtri")},
    **{"Γ": scipy.special.gamma, "ψ": scipy.special.digamma, "Φ": scipy.special.ndtr, "B": scipy.special.beta},
    **{"isnan": np.isnan, "isfinite": np.isfinite, "isinf": np.isinf, "signbit": np.signbit},
    "σ": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.logaddexp(x, 0),
    "¬": np.logical_not,
    "vec": np.ravel,
    "det": np.linalg.det,
    "tr": np.trace,
}
INDEXED: dict[str, Callable[[float, Any], Any]] = {
    "log": lambda base, x: np.log(x) / np.log(base),
    "I": scipy.special.iv,
    "J": scipy.special.jv,
    "ψ": lambda order, x: scipy.special.polygamma(int(order), x),
}
REDUCTIONS: dict[str, Callable[..., Any]] = {
    "∑": np.sum, "∏": np.prod, "max": np.max, "min": np.min, "var": np.var, "std": np.std,
    "argmax": lambda x, axis, keepdims: one_axis(np.argmax, x, axis),
    "argmin": lambda x, axis, keepdims: one_axis(np.argmin, x, axis),
    "all": np.all, "any": np.any, "count_nonzero": np.count_nonzero, "softmax": scipy.special.softmax,
    "cumsum": np.cumsum, "cumprod": np.cumprod,
    "‖": lambda x, axis, keepdims: np.sqrt(np.sum(x * x, axis, keepdims=keepdims)),
}  # fmt: skip
KEEPS_SHAPE = {"softmax", "cumsum", "cumprod"}
RELATIONS = {
    ">": np.greater, "<": np.less, "≥": np.greater_equal, "≤": np.less_equal, "=": np.equal, "≠": np.not_equal,
    "∧": np.bitwise_and, "∨": np.bitwise_or, "⊕": np.bitwise_xor,
}  # fmt: skip


class Meaning:
    """Evaluates formulas with the values of a Program's variables. Every node that stands for a variable is compared
    with the variable's value on the way; `compared` counts them."""

    def __init__(self, values: Sequence[Any], tolerance: float) -> None:
        self.values = values
        self.tolerance = tolerance
        self.compared = 0

    def of(self, node: Node) -> Any:
        """The value of the formula."""
        if isinstance(node, Symbol | Derivative | Vector | Words | Number) and node.variable is not None:
            if not isinstance(node, Vector) or node.entries == ():
                return np.asarray(self.values[node.variable])
        value = self.computed(node)
        if node.variable is None:
            return value
        expected = np.asarray(self.values[node.variable])
        value = shaped(value, expected)
        compare = value.astype(float) if value.dtype.kind == "b" else value
        scale = max(1.0, float(np.max(np.abs(expected[np.isfinite(expected)].astype(float)), initial=0.0)))
        np.testing.assert_allclose(compare, expected.astype(float), rtol=0, atol=self.tolerance * scale)
        self.compared += 1
        return expected

    def computed(self, node: Node) -> Any:
        match node:
            case Number(text="∞"):
                return np.asarray(np.inf)
            case Number(text=text) if "…" not in text:
                return np.asarray(float(text))
            case Symbol(stem="e" | "π" | "𝟏" | "nan"):
                return np.asarray({"e": np.e, "π": np.pi, "𝟏": 1.0, "nan": np.nan}[node.stem])
            case Sum(terms=terms, signs=signs):
                return sum((1.0 if s == "+" else -1.0) * self.number(t) for s, t in zip(signs, terms, strict=True))
            case Negative(body=body):
                return -self.number(body)
            case Product():
                return self.product(node)
            case Fraction(top=top, bottom=bottom):
                return self.number(top) / self.number(bottom)
            case Power(base=base, exponent=exponent):
                return self.number(base) ** self.number(exponent)
            case Root(body=body, degree=degree):
                inside = self.number(body)
                return np.sqrt(inside) if degree is None else np.sign(inside) * abs(inside) ** (1 / self.of(degree))
            case Inverse(body=body):
                return np.linalg.inv(self.of(body))
            case Transposed(body=body):
                inside = self.of(body)
                return inside if inside.ndim < 2 else np.swapaxes(inside, -1, -2)
            case Call():
                return self.call(node)
            case Reduction(sign=sign, body=body, axes=axes) if sign in REDUCTIONS:
                if axes == () and node.indices:
                    raise NotEvaluable(node)  # by letters
                inside = self.of(body)
                if axes == ():
                    return inside if inside.ndim == 0 or node.variable is not None else REDUCTIONS[sign](inside)
                if sign in KEEPS_SHAPE:
                    return REDUCTIONS[sign](inside, axis=axes if sign == "softmax" else axes[0])
                return REDUCTIONS[sign](inside, axis=axes, keepdims=node.variable is None)
            case Fenced(kind=kind, body=body, like=like):
                inside = self.fenced(kind, body)
                return inside if like is None else shaped(inside, np.asarray(self.values[like]))
            case Relation(left=left, sign=sign, right=right):
                return RELATIONS[sign](self.of(left), self.of(right))
            case Cases(branches=((one, test), (other, None))) if test is not None:
                return np.where(self.of(test), self.of(one), self.of(other))
            case Entry(base=base, index=index):
                return self.of(base)[self.index(index)]
            case Vector(entries=entries):
                return np.stack(np.broadcast_arrays(*map(self.of, entries)))
            case Written():
                return self.written(node)
        raise NotEvaluable(node)

    def number(self, node: Node) -> Any:
        """The value, for arithmetic: a condition counts 0 or 1."""
        value = np.asarray(self.of(node))
        return value.astype(float) if value.dtype.kind in "biu" else value

    def product(self, node: Product) -> Any:
        first, *others = map(self.number, node.factors)
        for factor in others:
            if node.mark == "@" and first.ndim and factor.ndim:
                first = first @ factor
            elif node.mark == "⊗":
                first = np.multiply.outer(first, factor)
            elif node.mark == "%":
                first = np.mod(first, factor)
            else:
                first = first * factor
        return first

    def call(self, node: Call) -> Any:
        if node.primes:
            raise NotEvaluable(node)
        if node.function in ("max", "min"):
            one, other = map(self.of, node.arguments)
            return (np.fmax if node.function == "max" else np.fmin)(one, other)
        if node.function == "transpose":
            return np.transpose(self.of(node.arguments[0]), self.of(node.arguments[1]).astype(int))
        if node.function == "concat":
            parts = [a for a in node.arguments if not isinstance(a, Words)]
            words = [a.text for a in node.arguments if isinstance(a, Words)]
            return np.concatenate(list(map(self.of, parts)), axis=int(words[0].partition("=")[2]) if words else 0)
        if node.function == "reshape":
            return self.of(node.arguments[0])
        arguments = list(map(self.of, node.arguments))
        if node.below is not None and node.function in INDEXED:
            return INDEXED[node.function](self.of(node.below), *arguments)
        if node.function not in FUNCTIONS:
            raise NotEvaluable(node)
        return FUNCTIONS[node.function](*arguments)

    def fenced(self, kind: str, body: Node) -> Any:
        inside = self.of(body)
        match kind:
            case "(" | "" | "[":
                return inside
            case "|":
                return abs(inside)
            case "‖":
                return np.sqrt(np.sum(inside**2))
            case "⌊":
                return np.floor(inside)
            case "⌈":
                return np.ceil(inside)
        raise NotEvaluable(kind)

    def index(self, parts: tuple[Node, ...]) -> Any:
        found: list[Any] = []
        for part in parts:
            match part:
                case Slice(start=start, stop=stop, step=step):
                    found.append(slice(start, stop, step))
                case Words(text="new"):
                    found.append(None)
                case Symbol(stem="…", variable=None):
                    found.append(Ellipsis)
                case _:
                    value = np.asarray(self.of(part))
                    found.append(value if value.dtype.kind in "bi" else value.astype(int))
        return tuple(int(p) if isinstance(p, np.ndarray) and p.ndim == 0 and p.dtype.kind == "i" else p for p in found)

    def written(self, node: Written) -> Any:
        assert node.variable is not None
        like = np.asarray(self.values[node.variable])
        base = np.zeros(like.shape) if node.base is None else shaped(self.of(node.base), like).astype(float)
        base, index = np.array(base), self.index(node.index)
        if node.adds:
            np.add.at(base, index, self.number(node.value))
        else:
            base[index] = self.number(node.value)
        return base


def shaped(value: Any, like: Any) -> Any:
    """The value in the shape of what it is compared with: axes of one element, and stretching, are not written."""
    value = np.asarray(value)
    if value.shape == like.shape:
        return value
    if value.size == like.size:
        return value.reshape(like.shape)
    return np.broadcast_to(value, like.shape)
