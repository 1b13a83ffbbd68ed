"""Edits that put something more into an expression than a neighbour's name: a missing factor within a product, a term,
a scale made of two numbers, a function around a value, other axes and slices, a normalisation's whole formula."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from whygrad.checking.changing import Change, Maker, Vocabulary
from whygrad.checking.edits import REDUCTIONS, changes
from whygrad.checking.statements import Slot, Text

MOST = 900
"""So many edits of one value at most, the cheap classes first."""
LINES_AROUND = 15
TWINS = {
    "correlate": "convolve", "convolve": "correlate", "maximum": "minimum", "minimum": "maximum", "sin": "cos",
    "cos": "sin", "flipud": "fliplr", "fliplr": "flipud", "exp": "expm1", "tanh": "arctan", "max": "sum",
    "zeros_like": "ones_like", "repeat": "tile", "tile": "repeat", "vstack": "hstack", "hstack": "vstack",
}  # fmt: skip
MODES = ("full", "valid", "same")
WRAPPED = (
    "np.minimum({u}, 0)", "np.maximum({u}, 0)", "np.sign({u})", "np.abs({u})", "np.tanh({u})", "np.exp({u})",
    "np.sqrt({u})", "1 / (1 + np.exp(-{u}))", "(1 - {u})",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Near:
    """The names near the edited value: those of its function."""

    arrays: tuple[tuple[str, tuple[int, ...]], ...]
    scalars: tuple[str, ...]


def all_changes(text: Text, slot: Slot, words: Vocabulary, shape: tuple[int, ...] | None = None) -> Iterator[Change]:
    """All edits of one value, the small ones first. `shape`: what the value has now, if it is an array."""
    seen = {text.of(slot.node)}
    maker = Maker(text, slot, words)
    near = _near(text, slot, words)
    for change in itertools.islice(itertools.chain(changes(text, slot, words), _more(maker, near, shape)), MOST):
        if change.slot not in seen and len(change.slot) < 400:
            seen.add(change.slot)
            yield change


def _near(text: Text, slot: Slot, words: Vocabulary) -> _Near:
    line = slot.node.lineno
    first, last = line - LINES_AROUND, line + LINES_AROUND
    for node in ast.walk(text.tree):
        if isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or line):
            first, last = node.lineno, node.end_lineno or line
    around = "".join(text.lines[max(first - 1, 0) : last])
    own = [(w, s) for w, s in words.arrays.items() if w in around]
    scalars = tuple(w for w in words.scalars if w in around) or words.scalars[:3]
    return _Near(tuple((w, s) for w, s in own if s), scalars[:5])


def _more(m: Maker, near: _Near, shape: tuple[int, ...] | None) -> Iterator[Change]:
    whole = m.slot.node
    yield from _made_of_numbers(m, near, whole)
    for node in ast.walk(whole):
        if not isinstance(node, ast.expr):
            continue
        if isinstance(node, ast.BinOp):
            yield from _binary(m, node)
        elif isinstance(node, ast.Call):
            yield from _calls(m, near, node)
        elif isinstance(node, ast.Compare):
            yield from _comparisons(m, node)
        elif isinstance(node, ast.Subscript):
            yield from _slices(m, node)
        elif isinstance(node, ast.Constant):
            yield from _constants(m, node)
        if _is_count(m, node):
            for count in m.words.counts:
                yield m.change(node, count, 1.0, "scale", "count")
    for node in _leaves(m, whole):
        yield from _around(m, near, node)
    yield from _terms(m, near, whole, shape)
    if shape and len(shape) >= 2:
        yield from _normalisation(m, near, whole, shape)


def _leaves(m: Maker, whole: ast.expr) -> Iterator[ast.expr]:
    """The arrays that an expression is made of."""
    inside: set[int] = set()
    for node in ast.walk(whole):
        if isinstance(node, ast.Subscript):
            inside.update(id(n) for n in ast.walk(node.slice))
        if id(node) in inside or not isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
            continue
        if m.words.arrays.get(m.plain(node)) or isinstance(node, ast.Subscript):
            parent = m.parents.get(id(node))
            if parent is None or not (isinstance(parent[0], ast.Subscript) and parent[1] == "value"):
                yield node


def _around(m: Maker, near: _Near, node: ast.expr) -> Iterator[Change]:
    """One array times another one, its mirror image, a function of it."""
    mine = m.of(node)
    shape = m.words.arrays.get(m.plain(node))
    yield m.change(node, f"(1 - {mine})", 1.1, "wrong-slope", "complement")
    yield m.change(node, f"-{mine}", 1.1, "sign")
    for other, theirs in near.arrays:
        if other != mine and (shape is None or _fits(shape, theirs)):
            yield m.change(node, f"{mine} * {other}", 1.25, "upstream-lost", "factor")
    for scalar in near.scalars:
        yield m.change(node, f"{scalar} * {mine}", 1.25, "scale", "factor")
    for form in WRAPPED[:-1]:
        yield m.change(node, form.format(u=mine), 1.35, "wrong-slope", "function")
    if not isinstance(node, ast.Subscript):
        yield m.change(node, f"{mine}[::-1]", 1.2, "time-steps", "reversed")
        if shape is not None and len(shape) == 1:
            yield m.change(node, f"{mine}[:, None]", 1.1, "sum-axis", "axis")
            yield m.change(node, f"{mine}[None, :]", 1.1, "sum-axis", "axis")


def _fits(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(a == b or b == 1 for a, b in zip(one[::-1], other[::-1], strict=False)) and len(other) <= len(one)


def _made_of_numbers(m: Maker, near: _Near, whole: ast.expr) -> Iterator[Change]:
    """A scale that is missing: a square, a difference, of the whole value or of one of its terms."""
    for place in (whole, *_terms_of(whole)):
        extra = 0.0 if place is whole else 0.1
        body = (
            m.of(place) if isinstance(place, ast.BinOp) and isinstance(place.op, (ast.Add, ast.Sub)) else m.plain(place)
        )
        for scalar in near.scalars:
            yield m.change(place, f"{body} / (1 - {scalar})", 1.1 + extra, "scale", "divided")
            yield m.change(place, f"{body} * (1 - {scalar})", 1.15 + extra, "scale", "multiplied")
            yield m.change(place, f"{scalar} * {body}", 1.1 + extra, "scale", "multiplied")
            yield m.change(place, f"{body} / {scalar}", 1.1 + extra, "scale", "divided")
        if place is not whole:
            for count in m.words.counts:
                yield m.change(place, f"{body} / {count}", 1.1, "scale", "divided")
            for number in ("2", "0.5"):
                yield m.change(place, f"{number} * {body}", 1.15, "scale", "multiplied")
            yield m.change(place, f"-{m.of(place)}", 1.1, "sign")
            continue
        for count in m.words.counts:
            yield m.change(place, f"{body} / {count} ** 2", 1.15, "scale", "divided")
            yield m.change(place, f"{body} / ({count} - 1)", 1.2, "scale", "divided")
        for one, two in itertools.combinations(m.words.counts[:6], 2):
            yield m.change(place, f"{body} / ({one} * {two})", 1.25, "scale", "divided")


def _terms_of(node: ast.expr) -> Iterator[ast.expr]:
    """The terms of a sum; none where it is no sum."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        for side in (node.left, node.right):
            inner = list(_terms_of(side))
            yield from inner or [side]


def _is_count(m: Maker, node: ast.expr) -> bool:
    """Is the node a number of rows, of entries?"""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "shape":
        return True
    if isinstance(node, ast.Attribute) and node.attr == "size":
        return True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len":
        return True
    return isinstance(node, (ast.Name, ast.Attribute)) and m.plain(node) in m.words.counts


def _binary(m: Maker, node: ast.BinOp) -> Iterator[Change]:
    left, right = m.of(node.left), m.of(node.right)
    yield m.change(node, f"({m.plain(node)}).T", 1.05, "transpose")
    if isinstance(node.op, (ast.Mult, ast.Div)):
        yield m.change(
            node, f"{left} ** 2 {'*' if isinstance(node.op, ast.Mult) else '/'} {right}", 1.25, "wrong-slope"
        )
    if isinstance(node.op, ast.Div):
        yield m.change(node, f"{right} / {left}", 1.2, "scale", "upside down")
    if isinstance(node.op, ast.Mult):
        for one, other in ((node.left, node.right), (node.right, node.left)):
            # the diagonal of a Jacobian for the whole of it; a softmax's slope by a function of its own
            if isinstance(one, ast.Call) and one.args:
                inner = m.of(one.args[0])
                if m.plain(one.func).endswith("diag"):
                    yield m.change(node, f"{inner} @ {m.of(other)}", 1.1, "softmax-jacobian", "jacobian")
                g = m.of(other)
                if m.words.arrays.get(m.plain(one.args[0])):
                    for axis in ("1", "0", "-1"):
                        new = f"{inner} * ({g} - np.sum({g} * {inner}, axis={axis}, keepdims=True))"
                        yield m.change(node, new, 1.6, "softmax-jacobian", "jacobian")
                    yield m.change(
                        node, f"{inner} * ({g} - np.sum({g} * {inner}))", 1.6, "softmax-jacobian", "jacobian"
                    )


def _calls(m: Maker, near: _Near, node: ast.Call) -> Iterator[Change]:
    name = m.plain(node.func)
    head, _, last = name.rpartition(".")
    rest = [m.plain(a) for a in node.args] + [
        f"{k.arg}={m.plain(k.value)}" if k.arg else m.plain(k) for k in node.keywords
    ]
    if last in TWINS and head in ("np", "numpy"):
        yield m.change(node, f"{head}.{TWINS[last]}({', '.join(rest)})", 1.1, "wrong-operand", "function")
    if last in ("correlate", "convolve", "correlate2d", "convolve2d") and len(node.args) >= 2:
        a, b = m.of(node.args[0]), m.of(node.args[1])
        for new in ([a, f"{b}[::-1]"], [f"{a}[::-1]", b], [b, a]):
            yield m.change(node, f"{name}({', '.join([*new, *rest[2:]])})", 1.15, "wrong-operand", "mirrored")
    if last in ("transpose", "reshape", "swapaxes", "moveaxis"):
        yield from _orders(m, node, name)
    if last == "einsum" and node.args and isinstance(node.args[0], ast.Constant):
        yield from _subscripts(m, node.args[0])
    if last in REDUCTIONS and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call):
        inner = node.func.value
        if isinstance(inner.func, ast.Attribute) and inner.func.attr in REDUCTIONS and head not in ("np", "numpy"):
            for axis in ("axis=0", "axis=1", "axis=-1", "axis=0, keepdims=True", "axis=1, keepdims=True"):
                yield m.change(node, f"{m.plain(inner.func)}({axis})", 1.1, "sum-axis", "sum")
    for scalar in near.scalars:
        yield m.change(node, f"{scalar} * {m.plain(node)}", 1.25, "scale", "factor")


def _orders(m: Maker, node: ast.Call, name: str) -> Iterator[Change]:
    """The axes of a transpose, the numbers of a reshape in another order."""
    parts = node.args
    first = 1 if name in ("np.transpose", "np.reshape") else 0
    if len(parts) == first + 1 and isinstance(parts[first], ast.Tuple):
        parts, first = parts[first].elts, 0  # type: ignore[attr-defined]
        if not parts:
            return
        start, end = m.text.place(parts[0])[0], m.text.place(parts[-1])[1]
    elif len(parts) - first >= 2:
        parts = parts[first:]
        start, end = m.text.place(parts[0])[0], m.text.place(parts[-1])[1]
    else:
        return
    if len(parts) > 4:
        return
    texts = [m.plain(p) for p in parts]
    whole, stop = m.text.place(m.slot.node)
    source = m.text.source
    for order in itertools.permutations(texts):
        if list(order) != texts:
            new = ", ".join(order)
            moved = sum(a != b for a, b in zip(order, texts, strict=True))
            yield Change(
                start,
                end,
                new,
                1.0 + 0.1 * (moved > 2),
                "transpose",
                source[whole:start] + new + source[end:stop],
                "axes",
            )


def _subscripts(m: Maker, node: ast.Constant) -> Iterator[Change]:
    """Two letters of one operand exchanged, or one letter replaced."""
    if not isinstance(node.value, str):
        return
    spec = node.value
    letters = sorted({c for c in spec if c.isalpha()})
    at = [i for i, c in enumerate(spec) if c.isalpha()]
    news = []
    for i, j in itertools.combinations(at, 2):
        piece = spec[i:j]
        if "," not in piece and "-" not in piece and spec[i] != spec[j]:
            news.append(spec[:i] + spec[j] + spec[i + 1 : j] + spec[i] + spec[j + 1 :])
    for i in at:
        news.extend(spec[:i] + c + spec[i + 1 :] for c in letters if c != spec[i])
    for new in news:
        yield m.change(node, repr(new), 1.1, "transpose", "subscripts")


def _comparisons(m: Maker, node: ast.Compare) -> Iterator[Change]:
    if len(node.ops) == 1:
        left, right = m.plain(node.left), m.plain(node.comparators[0])
        for sign in (">=", "<=", "!=", "=="):
            yield m.change(node, f"{left} {sign} {right}", 1.1, "wrong-slope", "comparison")


def _slices(m: Maker, node: ast.Subscript) -> Iterator[Change]:
    """The other half, the mirror image."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    whole, stop = m.text.place(m.slot.node)
    source = m.text.source
    for part in parts:
        if not isinstance(part, ast.Slice) or part.step is not None:
            continue
        start, end = m.text.place(part)
        lower, upper = (m.plain(e) if e is not None else "" for e in (part.lower, part.upper))
        news = ["::-1"] if not lower and not upper else [f"{upper}:{lower}"] if not (lower and upper) else []
        for bound, is_lower in ((lower, True), (upper, False)):
            for step in (" + 1", " - 1"):
                if bound:
                    news.append(f"{bound}{step}:{upper}" if is_lower else f"{lower}:{bound}{step}")
        if not lower and not upper:
            news.extend(("1:", ":-1"))
        for new in news:
            text = source[whole:start] + new + source[end:stop]
            yield Change(start, end, new, 1.1, "time-steps", text, "slice")


def _constants(m: Maker, node: ast.Constant) -> Iterator[Change]:
    value = node.value
    if type(value) in (int, float):
        yield m.change(node, f"-{value!r}", 1.0, "sign")
        for other in (value + 1, value - 1, value * 2, value / 2):  # type: ignore[operator]
            yield m.change(node, repr(other), 1.15, "wrong-slope", "number")
    elif value in MODES:
        for mode in MODES:
            if mode != value:
                yield m.change(node, repr(mode), 1.0, "wrong-operand", "mode")


def _terms(m: Maker, near: _Near, whole: ast.expr, shape: tuple[int, ...] | None) -> Iterator[Change]:
    """A term that is missing: another gradient, a product of two arrays."""
    body = m.plain(whole)
    if shape is None:
        return
    for other, theirs in near.arrays:
        if _fits(shape, theirs):
            yield m.change(whole, f"{body} - {other}", 1.3, "upstream-lost", "term")
    for one, two, product in _products(near, shape):
        for sign in "+-":
            yield m.change(whole, f"{body} {sign} {product}", 1.45, "upstream-lost", "term")
        del one, two
    for one, two, product in _products(near, shape):
        yield m.change(whole, product, 1.7, "wrong-operand", "product")
        del one, two


def _products(near: _Near, shape: tuple[int, ...]) -> Iterator[tuple[str, str, str]]:
    """The products of two near arrays that have a shape."""
    for (a, s), (b, t) in itertools.product(near.arrays, repeat=2):
        if len(s) == len(t) == len(shape) == 2:
            if s[1] == t[0] and (s[0], t[1]) == shape:
                yield a, b, f"{a} @ {b}"
            if s[0] == t[0] and (s[1], t[1]) == shape:
                yield a, b, f"{a}.T @ {b}"
            if s[1] == t[1] and (s[0], t[0]) == shape:
                yield a, b, f"{a} @ {b}.T"
        if len(s) == len(t) == 1 and len(shape) == 2 and (s[0], t[0]) == shape:
            yield a, b, f"np.outer({a}, {b})"
        if a < b and (s == shape or t == shape) and (_fits(shape, s) and _fits(shape, t)):
            yield a, b, f"{a} * {b}"


def _normalisation(m: Maker, near: _Near, whole: ast.expr, shape: tuple[int, ...]) -> Iterator[Change]:
    """The gradient through a normalisation, whole or a path of it that is missing."""
    full = [a for a, s in near.arrays if s == shape]
    spreads = [a for a, s in near.arrays if s != shape and _fits(shape, s)][:6]
    body = m.plain(whole)
    counts = m.words.counts[:4]
    for a, b in itertools.product(spreads, full[:6]):
        for count in counts:
            yield m.change(whole, f"{body} + 2 * {a} * {b} / {count}", 1.45, "normalisation", "term")
        for c in spreads:
            if c != a:
                for node in _leaves(m, whole):
                    if m.words.arrays.get(m.plain(node)) == shape:
                        yield m.change(node, f"({m.plain(node)} - {a} * {b} / {c})", 1.5, "normalisation", "term")
    for a in spreads:
        for count in counts:
            for sign in "+-":
                yield m.change(whole, f"{body} {sign} {a} / {count}", 1.4, "normalisation", "term")
    for axis in ("axis=0", "axis=-1, keepdims=True"):
        for spread, g, x in itertools.product(spreads[:3], full[:5], full[:5]):
            if g != x:
                centred = f"{g} - np.mean({g}, {axis}) - {x} * np.mean({g} * {x}, {axis})"
                for new in (f"({centred}) / {spread}", f"({centred}) * {spread}"):
                    yield m.change(whole, new, 1.7, "normalisation", "whole")
