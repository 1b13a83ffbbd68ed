"""The small edits of an expression that people's mistakes are made of, as text: each with its price and its kind.

An edit takes one piece of the statement's text and puts another in its place. Which of the hundreds for a line give a
gradient is told by their values (see `trying`); the price only decides between edits that mend equally much.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from whygrad.checking.changing import Change, Maker, Vocabulary
from whygrad.checking.sloping import other_slopes
from whygrad.checking.statements import Slot, Text

PRODUCTS = ("dot", "matmul")
REDUCTIONS = ("sum", "mean", "average")


def changes(text: Text, slot: Slot, words: Vocabulary) -> Iterator[Change]:
    """All edits of one value, each resulting text once."""
    maker = Maker(text, slot, words)
    seen = {text.of(slot.node)}
    for change in _all(maker):
        if change.slot not in seen and len(change.slot) < 400:
            seen.add(change.slot)
            yield change


def _all(m: Maker) -> Iterator[Change]:
    whole = m.slot.node
    yield from _factors(m, whole)
    yield from _sums_around(m, whole)
    yield from _scales(m, whole)
    yield from _signs(m, whole)
    for node in ast.walk(whole):
        if not isinstance(node, ast.expr) or _is_called(m, node):
            continue
        if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)):
            yield from _operands(m, node)
        if isinstance(node, ast.Subscript):
            yield from _indices(m, node)
        if isinstance(node, ast.BinOp):
            yield from _binary(m, node)
            yield from other_slopes(m, node)
        elif isinstance(node, ast.Call):
            yield from _calls(m, node)
        elif isinstance(node, ast.Compare):
            yield from _comparisons(m, node)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            yield m.change(node, m.plain(node.operand), 1.0, "sign")
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield from _numbers(m, node)
        if isinstance(node, (ast.Attribute, ast.Name, ast.Subscript, ast.Call)) and node is not whole:
            yield from _transposes(m, node)


def _is_called(m: Maker, node: ast.expr) -> bool:
    """Is the node the function of a call, or a module?"""
    parent = m.parents.get(id(node))
    if parent is None:
        return False
    above, field = parent
    if isinstance(above, ast.Call) and field == "func":
        return True
    if isinstance(above, ast.Attribute):
        outer = m.parents.get(id(above))
        if outer is not None and isinstance(outer[0], ast.Call) and outer[1] == "func" and isinstance(node, ast.Name):
            return node.id not in m.words.arrays
        return above.attr not in ("T",) and isinstance(node, ast.Name) and node.id not in m.words.arrays
    return False


def _operands(m: Maker, node: ast.expr) -> Iterator[Change]:
    """Another variable in a variable's place."""
    mine = m.plain(node)
    parent = m.parents.get(id(node))
    if isinstance(node, ast.Attribute) and node.attr in ("T", "shape", "size"):
        return
    is_slice = parent is not None and isinstance(parent[0], ast.Subscript) and parent[1] == "slice"
    if is_slice:
        return
    in_helper = parent is not None and isinstance(parent[0], ast.Call) and _own_function(m, parent[0])
    for other in m.words.arrays:
        if other != mine:
            yield m.change(
                node, other, 1.0 + 0.2 * _unlike(mine, other), "wrong-operand", "argument" if in_helper else "operand"
            )
    yield m.change(node, f"{mine} ** 2", 1.3, "wrong-operand", "power")
    if in_helper:
        for function in m.words.functions:
            yield m.change(node, f"{function}({mine})", 1.3, "slope-at-wrong-point", "argument")


def _unlike(one: str, other: str) -> float:
    """How little two names have in common, from 0 to 1."""
    import difflib

    return 1 - difflib.SequenceMatcher(None, one, other).ratio()


def _transposes(m: Maker, node: ast.expr) -> Iterator[Change]:
    parent = m.parents.get(id(node))
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield m.change(node, m.plain(node.value), 1.0, "transpose")
        return
    if parent is not None and isinstance(parent[0], ast.Attribute) and parent[0].attr == "T":
        return
    if parent is not None and isinstance(parent[0], ast.Subscript):
        return
    yield m.change(node, m.of(node) + ".T", 1.0, "transpose")


def _matrix_product(node: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    """The operands of np.dot(a, b), a.dot(b), a @ b."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        return node.left, node.right
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in PRODUCTS:
        if len(node.args) == 2:
            return node.args[0], node.args[1]
        if len(node.args) == 1 and node.func.attr == "dot":
            return node.func.value, node.args[0]
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in PRODUCTS
        and len(node.args) == 2
    ):
        return node.args[0], node.args[1]
    return None


def _spelled(m: Maker, node: ast.expr) -> str:
    """How the author spells matrix products: "@", "np.dot" or ".dot"."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return m.plain(node.func) if len(node.args) == 2 else ".dot"
    if isinstance(node, ast.Call):
        return m.plain(node.func)
    source = m.text.source
    if (isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)) or " @ " in source:
        return "@"
    return "np.dot" if "np.dot" in source else ".dot" if ".dot(" in source else "@"


def _product(a: str, b: str, spelled: str) -> str:
    if spelled == "@":
        return f"{a} @ {b}"
    if spelled == ".dot":
        return f"{a}.dot({b.removeprefix('(').removesuffix(')') if b.startswith('(') and b.endswith(')') else b})"
    return f"{spelled}({a}, {b})"


def _turned(text: str) -> str:
    return text[:-2] if text.endswith(".T") else text + ".T"


def _binary(m: Maker, node: ast.BinOp) -> Iterator[Change]:
    left, right = m.of(node.left), m.of(node.right)
    if isinstance(node.op, ast.Mult):
        spelled = _spelled(m, node)
        for a, b in ((left, right), (right, left)):
            for one in (a, _turned(a)):
                for two in (b, _turned(b)):
                    extra = 0.2 * ((one != a) + (two != b) + (a is right))
                    yield m.change(node, _product(one, two, spelled), 1.0 + extra, "product")
        yield m.change(node, f"np.outer({m.plain(node.left)}, {m.plain(node.right)})", 1.1, "product")
        yield m.change(node, f"np.outer({m.plain(node.right)}, {m.plain(node.left)})", 1.2, "product")
        if isinstance(node.left, ast.BinOp) and isinstance(node.left.op, ast.Mult):
            first, second = m.of(node.left.left), m.plain(node.left.right)
            yield m.change(node, f"{first} * np.outer({second}, {m.plain(node.right)})", 1.05, "product")
    if isinstance(node.op, ast.Pow):
        yield m.change(node, m.plain(node.left), 1.1, "wrong-operand", "power")
    if isinstance(node.op, (ast.Mult, ast.Div)):
        yield m.change(node, m.plain(node.left), 1.0, "scale", "dropped")
        if isinstance(node.op, ast.Mult):
            yield m.change(node, m.plain(node.right), 1.0, "scale", "dropped")
            yield m.change(node, f"{left} / {right}", 1.1, "scale", "divided")
        else:
            yield m.change(node, f"{left} * {right}", 1.1, "scale", "multiplied")
    if isinstance(node.op, (ast.Add, ast.Sub)):
        yield m.change(node, m.plain(node.left), 1.2, "regularisation", "dropped term")
        if isinstance(node.op, ast.Add):
            yield m.change(node, m.plain(node.right), 1.2, "regularisation", "dropped term")
            yield m.change(node, f"{m.plain(node.left)} - {right}", 1.0, "sign")
        else:
            yield m.change(node, f"{m.plain(node.left)} + {right}", 1.0, "sign")
            yield m.change(node, f"{m.plain(node.right)} - {left}", 1.0, "sign")
    pair = _matrix_product(node)
    if pair is not None:
        yield from _other_products(m, node, pair)


def _other_products(m: Maker, node: ast.expr, pair: tuple[ast.expr, ast.expr]) -> Iterator[Change]:
    a, b = m.of(pair[0]), m.of(pair[1])
    yield m.change(node, f"{a} * {b}", 1.0, "product")
    yield m.change(node, f"{_turned(a)} * {b}", 1.2, "product")
    yield m.change(node, f"{a} * {_turned(b)}", 1.2, "product")
    spelled = _spelled(m, node)
    for one, two, price in (
        (_turned(a), b, 1.0), (a, _turned(b), 1.0), (_turned(a), _turned(b), 1.2),
        (b, a, 1.1), (_turned(b), a, 1.2), (b, _turned(a), 1.2), (_turned(b), _turned(a), 1.3),
    ):  # fmt: skip
        yield m.change(node, _product(one, two, spelled), price, "transpose")
    yield m.change(node, f"np.outer({a}, {b})", 1.2, "product")
    yield m.change(node, f"np.outer({b}, {a})", 1.3, "product")


def _own_function(m: Maker, node: ast.Call) -> bool:
    return m.plain(node.func) in m.words.functions


def _calls(m: Maker, node: ast.Call) -> Iterator[Change]:
    pair = _matrix_product(node)
    if pair is not None:
        yield from _other_products(m, node, pair)
        return
    name = m.plain(node.func)
    last = name.rpartition(".")[2]
    args = [m.plain(a) for a in node.args]
    if last == "outer" and len(args) == 2:
        a, b = m.of(node.args[0]), m.of(node.args[1])
        yield m.change(node, f"{name}({args[1]}, {args[0]})", 1.0, "transpose")
        yield m.change(node, f"{a} * {b}", 1.1, "product")
    if name in m.words.functions and args:
        rest = ", ".join(
            [*args, *(m.plain(k) if k.arg is None else f"{k.arg}={m.plain(k.value)}" for k in node.keywords)]
        )
        for other in m.words.functions:
            if other != name:
                yield m.change(node, f"{other}({rest})", 1.0, "wrong-slope", "function")
        for flag in m.words.flags:
            if len(args) + len(node.keywords) == 1:
                yield m.change(node, f"{name}({args[0]}, {flag})", 1.0, "activation-on-gradient", "flag")
        if len(args) + len(node.keywords) == 2:
            yield m.change(node, f"{name}({args[0]})", 1.1, "wrong-slope", "flag")
        yield m.change(node, args[0], 1.2, "activation-on-gradient", "dropped call")
        if len(args) == 1:
            for slope in m.words.slopes:
                yield m.change(node, f"{m.of(node.args[0])} * {slope}", 1.25, "activation-on-gradient", "slope")
    elif len(args) == 1 and not node.keywords and last not in REDUCTIONS:
        yield m.change(node, args[0], 1.2, "activation-on-gradient", "dropped call")
    if last in REDUCTIONS:
        yield from _reductions(m, node, name, last)
    if last == "maximum" and len(args) == 2:
        g = node.args[1] if args[0] in ("0", "0.0") else node.args[0]
        for other in m.words.arrays:
            yield m.change(node, f"{m.of(g)} * ({other} > 0)", 1.4, "activation-on-gradient", "slope")


def _reductions(m: Maker, node: ast.Call, name: str, last: str) -> Iterator[Change]:
    """Another axis, keepdims, no sum, the mean for the sum."""
    method = isinstance(node.func, ast.Attribute) and not (
        isinstance(node.func.value, ast.Name) and node.func.value.id in ("np", "numpy")
    )
    inner = node.func.value if method and isinstance(node.func, ast.Attribute) else node.args[0] if node.args else None
    if inner is None:
        return
    body = m.plain(inner)
    keep = next((m.plain(k.value) for k in node.keywords if k.arg == "keepdims"), None)
    yield m.change(node, body, 1.1, "sum-axis", "dropped sum")
    names = [name] + [name[: -len(last)] + other for other in REDUCTIONS if other != last and other != "average"]
    for function in names:
        for axis in (None, "0", "1", "-1"):
            for kept in dict.fromkeys((keep, "True" if keep is None else None)):
                parts = (
                    ([] if method else [body])
                    + ([f"axis={axis}"] if axis else [])
                    + ([f"keepdims={kept}"] if kept else [])
                )
                price = 1.0 + 0.2 * (function != name) + 0.1 * (kept != keep)
                kind = "scale" if function != name else "sum-axis"
                yield m.change(node, f"{function}({', '.join(parts)})", price, kind, "sum")


def _sums_around(m: Maker, node: ast.expr) -> Iterator[Change]:
    body = m.plain(node)
    for axis in ("0", "1"):
        for keep in ("", ", keepdims=True"):
            yield m.change(node, f"np.sum({body}, axis={axis}{keep})", 1.1 + 0.05 * bool(keep), "sum-axis", "added sum")
    yield m.change(node, f"np.sum({body})", 1.2, "sum-axis", "added sum")
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
        for part, rest in ((node.left, node.right), (node.right, node.left)):
            for axis in ("0", "1"):
                for keep in ("", ", keepdims=True"):
                    yield m.change(part, f"np.sum({m.plain(part)}, axis={axis}{keep})", 1.15, "sum-axis", "added sum")
            del rest


def _factors(m: Maker, whole: ast.expr) -> Iterator[Change]:
    """A slope that is missing: times the whole value, or an operand of a product."""
    places: list[ast.expr] = [whole]
    for node in ast.walk(whole):
        if isinstance(node, ast.expr) and (pair := _matrix_product(node)) is not None:
            places.extend(pair)
    for place in dict.fromkeys(places):
        for slope in m.words.slopes:
            yield m.change(place, f"{m.of(place)} * {slope}", 1.1, "missing-slope", "slope")
    without_arrays = not any(m.words.arrays.values())
    for place in dict.fromkeys(places[:3]):
        for other, shape in m.words.arrays.items():
            if shape:
                yield m.change(place, f"{m.of(place)} * (1 - {other})", 1.2, "wrong-slope", "slope")
            if shape or without_arrays:
                yield m.change(place, f"{m.of(place)} * {other}", 1.3, "upstream-lost", "factor")
    for other, shape in m.words.arrays.items():
        if shape:
            yield m.change(whole, f"{m.plain(whole)} + {other}", 1.3, "upstream-lost", "term")
            for scalar in m.words.scalars:
                yield m.change(whole, f"{m.plain(whole)} + {scalar} * {other}", 1.3, "regularisation", "term")


def _scales(m: Maker, whole: ast.expr) -> Iterator[Change]:
    body = m.of(whole) if isinstance(whole, ast.BinOp) and isinstance(whole.op, (ast.Add, ast.Sub)) else m.plain(whole)
    for scalar in m.words.scalars:
        yield m.change(whole, f"{body} / {scalar}", 1.05, "scale", "divided")
        yield m.change(whole, f"{body} * {scalar}", 1.1, "scale", "multiplied")
    for count in m.words.counts:
        yield m.change(whole, f"{body} / {count}", 1.0, "scale", "divided")
        yield m.change(whole, f"{body} * {count}", 1.1, "scale", "multiplied")
    for number in ("2", "0.5"):
        yield m.change(whole, f"{number} * {body}", 1.1, "scale", "multiplied")


def _signs(m: Maker, whole: ast.expr) -> Iterator[Change]:
    yield m.change(whole, f"-{m.of(whole)}", 1.0, "sign")


def _indices(m: Maker, node: ast.Subscript) -> Iterator[Change]:
    """The neighbour of an entry: [t − 1] for [t]."""
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    for part in parts:
        if isinstance(part, ast.Constant) and type(part.value) is int:
            for step in (1, -1):
                yield m.change(part, str(part.value + step), 1.0, "wrong-operand", "index")
        elif (
            isinstance(part, ast.UnaryOp) and isinstance(part.operand, ast.Constant) and type(part.operand.value) is int
        ):
            for step in (1, -1):
                yield m.change(part, str(-part.operand.value + step), 1.0, "wrong-operand", "index")
        elif isinstance(part, ast.BinOp) and isinstance(part.op, (ast.Add, ast.Sub)):
            yield m.change(part, m.plain(part.left), 1.0, "wrong-operand", "index")
            sign = "+" if isinstance(part.op, ast.Sub) else "-"
            yield m.change(part, f"{m.plain(part.left)} {sign} {m.plain(part.right)}", 1.1, "wrong-operand", "index")
        elif isinstance(part, (ast.Name, ast.UnaryOp)):
            for sign in "-+":
                yield m.change(part, f"{m.plain(part)} {sign} 1", 1.0, "wrong-operand", "index")


def _comparisons(m: Maker, node: ast.Compare) -> Iterator[Change]:
    if len(node.ops) == 1:
        left, right = m.plain(node.left), m.plain(node.comparators[0])
        for sign in (">", "<"):
            yield m.change(node, f"{left} {sign} {right}", 1.0, "wrong-slope", "comparison")


def _numbers(m: Maker, node: ast.Constant) -> Iterator[Change]:
    value = node.value
    assert isinstance(value, (int, float))
    for other in (0, 1, 2, 3, 0.5, 0.01):
        if other != value:
            yield m.change(node, str(other), 1.1, "wrong-slope", "number")
