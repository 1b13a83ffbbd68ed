"""Steps as expressions: in NumPy's notation (what runs) and in the mathematician's (what is read).

An expression is written from the rows' own templates. Only what binds less tightly gets parentheses, and operations
are never re-associated: the text means exactly the steps, in their order.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from whygrad.explaining import forms, matrices
from whygrad.explaining.calls import call_text
from whygrad.program import Count, Primitive, Program, Step
from whygrad.rules import row_of
from whygrad.rules.row import ATOM, COMPARISON, POWER, PRODUCT, SUM, UNARY, Row

Text = tuple[str, int]
"""An expression and how tightly it binds."""

ROOTS = {
    2**0.5: ("2 ** 0.5", "√2"),
    (2 / math.pi) ** 0.5: ("(2 / np.pi) ** 0.5", "√(2/π)"),
    (2 * math.pi) ** 0.5: ("(2 * np.pi) ** 0.5", "√(2π)"),
}
"""Numbers that are read better by what they are."""
LOGARITHMS = {math.log(n): f"log {n}" for n in (2, 10)}
SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@dataclass(frozen=True, slots=True)
class Notation:
    """How operations are spelled: NumPy's way, or the mathematician's."""

    math: bool

    def number(self, value: Any) -> Text:
        if isinstance(value, bool):
            return str(value), ATOM
        if value == math.pi:
            return ("π" if self.math else "np.pi"), ATOM
        if isinstance(value, float) and value in ROOTS:
            return ROOTS[value][self.math], ATOM if self.math else POWER
        if self.math and value in LOGARITHMS:
            return LOGARITHMS[value], PRODUCT
        if isinstance(value, float):
            if not math.isfinite(value):
                return (f"float('{value}')" if not self.math else str(value).replace("inf", "∞")), ATOM
            text = f"{value:g}" if self.math and float(f"{value:g}") == value else repr(value)
        else:
            text = repr(int(value)) if isinstance(value, int) else repr(value)
        if self.math:
            text = {"0.5": "½", "0.25": "¼"}.get(text, text).replace("-", "−")
        return text, UNARY if text.startswith(("-", "−")) else ATOM


CODE = Notation(False)
MATH = Notation(True)

ATOMIC = re.compile(r"[\w.\[\]']+|[\w.]+\(.*\)", re.DOTALL)
"""A name, a number, or one call."""
IMPORTS = {"math": "import math", "special": "from scipy import special"}
"""What printed code imports besides NumPy, by the name that it uses."""
FUNCTIONS_OF_MATH = {"absolute": "|{x}|", "sqrt": "√({x})", "exp": "exp({x})", "square": "({x})²"}


class Expressions:
    """Writes the variables of a Program. `shown(index)` gives the text of a variable that has a name of its own
    (or is a constant), None for one that is written out."""

    def __init__(
        self,
        program: Program,
        producers: Mapping[int, Step],
        shown: Callable[[int], str | None],
        notation: Notation = CODE,
    ) -> None:
        self.program = program
        self.producers = producers
        self.shown = shown
        self.notation = notation
        self.literals = {c.index: c.value for c in program.constants if c.kind == "literal"}
        self.imports: set[str] = set()
        self.gradient_of: Mapping[int, int] = {}
        """For a gradient the variable that it is the gradient of, whose shape it takes."""
        self.stands_for: Mapping[int, int] = {}
        """Variables that are written as another one is."""

    def variable(self, index: int) -> Text:
        """The text of a variable wherever it is read. Written without recursion deeper than what is written out."""
        index = self.stands_for.get(index, index)
        if index in self.literals:
            return self.literal(self.literals[index])
        name = self.shown(index)
        if name is not None:
            if any(name in texts for texts in ROOTS.values()):
                return name, POWER
            return name, ATOM if ATOMIC.fullmatch(name) else UNARY if name.startswith(("-", "−")) else COMPARISON - 1
        return self.step(self.producers[index])

    def literal(self, value: Any) -> Text:
        if isinstance(value, Count):
            return self.count(value)
        return self.notation.number(value)

    def count(self, value: Count) -> Text:
        """A number of elements, spelled by what was counted where that has a name."""
        text, binds = self.counted(value)
        if not value.fewer or text.isdigit():
            return str(int(value)) if text.isdigit() else text, binds
        return f"{text} - {value.fewer}", SUM

    def counted(self, value: Count) -> Text:
        """How many elements there are, before some are taken off."""
        shape = self.program.variables[value.of].shape
        name = self.shown(self._alike(value.of, shape)) if value.of not in self.literals else None
        if name is None or not re.fullmatch(r"[\w.]+", name):
            return str(int(value)), ATOM
        if self.notation.math:
            return str(int(value)), ATOM
        if not shape:
            return "1", ATOM
        if len(value.axes) == len(shape):
            return f"{name}.size", ATOM
        if len(value.axes) == 1:
            return (f"len({name})" if value.axes == (0,) else f"{name}.shape[{value.axes[0]}]"), ATOM
        return str(int(value)), ATOM

    def _alike(self, index: int, shape: tuple[int, ...]) -> int:
        """A variable with a name and the same shape: what an unnamed one was computed from, element by element."""
        for _ in range(8):
            step = self.producers.get(index)
            row = row_of(step.primitive) if step is not None else None
            if self.shown(index) is not None or step is None or row is None or not row.broadcasts:
                break
            same = [i for i in step.inputs if self.program.variables[i].shape == shape]
            if not same:
                break
            index = next((i for i in same if self.shown(i) is not None), same[0])
        return index

    def step(self, step: Step) -> Text:
        """The text of a step's value, its operands written out where they have no name."""
        row = row_of(step.primitive)
        if row is None:
            operands = [self.variable(i)[0] for i in step.inputs]
            written = call_text(step.primitive, operands, constant_text)
            return written or f"{step.primitive.name.removeprefix('opaque ')}({', '.join(operands)})", ATOM
        special = SPECIAL.get(row.name)
        if special is not None:
            found = special(self, step)
            if found is not None:
                return found
        if step.primitive is not row.primitive and not self.notation.math:
            return self.call(step.primitive, step)
        if self.notation.math and row.name in FUNCTIONS_OF_MATH:
            return FUNCTIONS_OF_MATH[row.name].format(x=self.variable(step.inputs[0])[0]), ATOM
        return self.templated(row, step)

    def negated(self, index: int) -> Text:
        """Minus what the variable's step is, written out: −2a rather than −(2a)."""
        step = self.producers[index]
        text, binds = self.step(step)
        return f"-{text}" if binds >= PRODUCT and not text.startswith("-") else f"-({text})", min(binds, UNARY)

    def call(self, made_by: Primitive, step: Step) -> Text:
        """A variant of a row: the very function that the author called."""
        function = made_by.evaluate
        written = getattr(function, "written", "")
        if written:  # by a variant of SciPy's
            self.imports.add(f"import {'.'.join(written.split('.')[:2])}")
            return written.format(*(self.variable(i)[0] for i in step.inputs)), ATOM
        module = getattr(function, "__module__", "") or ""
        name = getattr(function, "__name__", made_by.name)
        if module == "math":
            self.imports.add("import math")
            prefix = "math."
        elif isinstance(function, np.ufunc) and getattr(np, name, None) is not function:
            self.imports.add(IMPORTS["special"])
            prefix = "special."
        else:
            prefix = "" if module == "builtins" else "np."
        params = step.params if module == "builtins" else ()  # round(x, 2)
        given = [*(self.variable(i)[0] for i in step.inputs), *map(repr, params)]
        return f"{prefix}{name}({', '.join(given)})", ATOM

    def templated(self, row: Row, step: Step) -> Text:
        """The row's own template, filled."""
        operands = dict(zip(row.operands, step.inputs, strict=False))
        template, binds = row.code, row.binds
        self.imports.update(line for module, line in IMPORTS.items() if template.startswith(f"{module}."))
        if row.variadic:
            text = template.format_map({row.operands[0][1:]: ", ".join(self.variable(i)[0] for i in step.inputs)})
            return (_as_math(text, row, {}) if self.notation.math else text), binds
        texts = [self.variable(index) for index in operands.values()]  # each once: sums are nested deeply
        if row.name == "multiply" and texts[1][1] == PRODUCT and texts[1][0][0].isdigit() and texts[0][1] > PRODUCT:
            texts.reverse()  # 0.1 * k * x rather than x * (0.1 * k)
        if row.method and texts[0][1] == ATOM and not self.notation.math:
            template = row.method if self.program.variables[step.inputs[0]].face != "python" else row.code
        for name, value in zip(row.primitive.params, step.params, strict=True):
            template = self.parameter(template, row, name, value, step)
        filled: dict[str, str] = {}
        for place, (name, operand) in enumerate(zip(operands, texts, strict=True)):
            filled[name] = self.enclosed(operand, binds, place, row)
        text = template.format(**filled)
        if row.name in ("add", "subtract") and texts[1][1] == UNARY and texts[1][0].startswith("-"):
            sign = "-" if row.name == "add" else "+"
            text = f"{filled[row.operands[0]]} {sign} {texts[1][0][1:]}"
        if self.notation.math and binds == COMPARISON:
            return f"[{text}]", ATOM  # Iverson's bracket: 1 where it holds, else 0
        return (_as_math(text, row, filled) if self.notation.math else text), binds

    def parameter(self, template: str, row: Row, name: str, value: Any, step: Step) -> str:
        """Put a parameter into the template, or take it out where it is the default."""
        given = dict(zip(row.primitive.params, step.params, strict=True))
        keeps, rank = given.get("keepdims"), len(self.program.variables[step.inputs[0]].shape)
        known = name == "axis" and name not in row.defaults
        whole = known and rank == (len(value) if type(value) is tuple else 1 if type(value) is int else -1)
        default = (name in row.defaults and row.defaults[name] == value) or (whole and not keeps)
        if default and f"{name}={{{name}}}" in template:
            template = re.sub(rf"(, )?{name}=\{{{name}\}}(, )?", lambda m: ", " if m[1] and m[2] else "", template)
        if name == "axis" and isinstance(value, tuple) and len(value) == 1:
            value = value[0]
        return template.replace(f"{{{name}}}", repr(value).replace("{", "{{").replace("}", "}}"))

    def enclosed(self, text: Text, binds: int, place: int, row: Row) -> str:
        """The operand, in parentheses where it binds less tightly than its surroundings."""
        if binds == ATOM:
            needs = text[1] < ATOM and not row.code.startswith("np.") and place == 0 and row.code[0] == "{"
        elif binds == POWER:
            needs = text[1] <= POWER if place == 0 else text[1] < UNARY
        elif binds == UNARY:
            needs = text[1] < UNARY
        else:
            needs = text[1] < binds or (text[1] == binds and place > 0) or (binds == COMPARISON and text[1] <= binds)
        return f"({text[0]})" if needs else text[0]

    def atom(self, index: int) -> str:
        """The text of a variable where something is attached to it: .T, [0]."""
        text, binds = self.variable(index)
        return text if binds == ATOM else f"({text})"


def _as_math(text: str, row: Row, filled: dict[str, str]) -> str:
    if row.name == "multiply":
        x, y = filled["x"], filled["y"]
        if re.fullmatch(r"[\d.½¼]+", x) and re.fullmatch(r"[a-zA-Z]\w{0,2}[²³⁴⁵]?|\(.*\)", y):
            return f"{x}{y}"
        return f"{x} · {y}"
    if row.name in ("matmul", "vector_matrix", "matrix_vector"):
        return text.replace(" @ ", " ")
    if row.name == "dot":
        return text.replace(" @ ", " · ")
    if row.name == "power" and re.fullmatch(r"−?\d", filled["n"]):
        return filled["x"] + filled["n"].replace("−", "-").translate(SUPERSCRIPT)
    if row.name == "bitwise_and":
        return f"{filled['x']} · {filled['y']}"
    if row.name in ("subtract", "negative"):
        return text.replace("-", "−") if row.name == "negative" else f"{filled['x']} − {filled['y']}"
    return re.sub(r"\b(np|math|special)\.", "", text)


# Forms that no template can give


def _transpose(e: Expressions, step: Step) -> Text | None:
    axes = step.params[0]
    n = len(axes)
    mark = "ᵀ" if e.notation.math else ".T"
    if axes == tuple(reversed(range(n))) and n == 2:
        return e.atom(step.inputs[0]) + mark, ATOM
    if n > 2 and axes == (*range(n - 2), n - 1, n - 2):
        return e.atom(step.inputs[0]) + (mark if e.notation.math else ".mT"), ATOM
    return f"np.transpose({e.variable(step.inputs[0])[0]}, {axes})", ATOM


def _spread_back(e: Expressions, step: Step) -> Text | None:
    axes, keepdims = step.params
    n = len(e.program.variables[step.inputs[0]].shape)
    if keepdims or n == 0:
        return e.variable(step.inputs[0])
    if n == 1 and axes in ((0,), (1,)):
        return e.atom(step.inputs[0]) + ("[:, None]" if axes == (1,) else "[None, :]"), ATOM
    if axes == tuple(range(n, n + len(axes))) and n + len(axes) <= 3:
        return e.atom(step.inputs[0]) + "[..." + ", None" * len(axes) + "]", ATOM
    if n + len(axes) <= 4:
        marks = ["None" if axis in axes else ":" for axis in range(max(axes) + 1)]
        return f"{e.atom(step.inputs[0])}[{', '.join(marks)}]", ATOM
    return f"np.expand_dims({e.variable(step.inputs[0])[0]}, {axes[0] if len(axes) == 1 else axes})", ATOM


def index_text(e: Expressions, arrays: tuple[int, ...], template: tuple[Any, ...]) -> str:
    """An index as Python writes it."""
    parts = []
    for entry in template:
        match entry:
            case ("int", i):
                parts.append(str(i))
            case ("slice", start, stop, step):
                text = f"{'' if start is None else start}:{'' if stop is None else stop}"
                parts.append(text if step is None else f"{text}:{step}")
            case ("new",):
                parts.append("None")
            case ("ellipsis",):
                parts.append("...")
            case ("array", k):
                text = e.variable(arrays[k])[0]
                numbers = re.fullmatch(r"np\.array\((\[[^\[].*\])\)", text)
                parts.append(numbers[1] if numbers else text)
    return ", ".join(parts) if parts else "()"


def _getitem(e: Expressions, step: Step) -> Text | None:
    return f"{e.atom(step.inputs[0])}[{index_text(e, step.inputs[1:], step.params[0])}]", ATOM


def _array(e: Expressions, step: Step) -> Text | None:
    parts = []
    for index in step.inputs:
        inner = e.producers.get(index)
        nested = inner is not None and inner.primitive.name == "array" and e.shown(index) is None
        text = e.variable(index)[0]
        if nested and not e.notation.math and text.startswith("np.array(") and text.endswith("])"):
            text = text.removeprefix("np.array(")[:-1]
        parts.append(text)
    inside = f"[{', '.join(parts)}]"
    if e.notation.math:
        return inside, ATOM
    dtype = step.params[0]
    return f"np.array({inside})" if dtype is None else f"np.array({inside}, dtype={dtype!r})", ATOM


def _spread(e: Expressions, step: Step) -> Text | None:
    g, like = step.inputs
    if e.notation.math:
        return e.variable(g)
    same = e.program.variables[step.output].dtype == e.program.variables[like].dtype
    dtype = "" if same else f", dtype=np.{e.program.variables[step.output].dtype}"
    return f"np.full_like({e.variable(like)[0]}, {e.variable(g)[0]}{dtype})", ATOM


def _cast(e: Expressions, step: Step) -> Text | None:
    dtype = step.params[0]
    text, _ = e.variable(step.inputs[0])
    if e.notation.math:
        return e.variable(step.inputs[0])
    if dtype in ("float", "int", "bool"):
        return f"{dtype}({text})", ATOM
    if e.program.variables[step.inputs[0]].face == "python":
        return f"np.{dtype}({text})", ATOM
    return f"{e.atom(step.inputs[0])}.astype(np.{dtype})", ATOM


def _reshape(e: Expressions, step: Step) -> Text | None:
    shape = step.params[0]
    if e.notation.math:
        return e.variable(step.inputs[0])
    if shape == () and e.program.variables[step.inputs[0]].face != "array":
        return f"np.array({e.variable(step.inputs[0])[0]})", ATOM
    like = e.gradient_of.get(step.output)
    if like is not None and len(shape) > 1 and e.program.variables[like].shape == shape:
        name = e.shown(like)
        if name is not None and re.fullmatch(r"\w+", name):
            return f"{e.atom(step.inputs[0])}.reshape({name}.shape)", ATOM
    if len(shape) == 1 and len(e.program.variables[step.inputs[0]].shape) > 1:
        return f"{e.atom(step.inputs[0])}.reshape(-1)", ATOM
    if e.program.variables[step.inputs[0]].face != "array":
        return f"np.reshape({e.variable(step.inputs[0])[0]}, {shape})", ATOM
    return f"{e.atom(step.inputs[0])}.reshape({', '.join(map(str, shape)) or '()'})", ATOM


def _write(e: Expressions, step: Step) -> Text | None:
    """Writes are statements in code; in formulas they are told in words."""
    inputs = step.inputs
    place = index_text(e, inputs[2:], step.params[0])
    if step.primitive.name == "scatter":
        return f"{e.atom(inputs[0])} at [{place}]", COMPARISON - 1
    if step.primitive.name == "add_at":
        return f"{e.variable(inputs[0])[0]} + {e.atom(inputs[1])} at [{place}]", COMPARISON - 1
    return f"{e.variable(inputs[0])[0]} with {e.variable(inputs[1])[0]} at [{place}]", COMPARISON - 1


def _collect(e: Expressions, step: Step) -> Text | None:
    (shape,), have = step.params, e.program.variables[step.inputs[0]].shape
    extra = len(have) - len(shape)
    axes = (*range(extra), *(i + extra for i, n in enumerate(shape) if n == 1 and have[i + extra] != 1))
    inner = e.variable(step.inputs[0])[0]
    if not axes:
        return e.variable(step.inputs[0])
    return f"np.sum({inner}, axis={axes}, keepdims=True).reshape({shape})", ATOM


def _math_sum(e: Expressions, step: Step) -> Text | None:
    if not e.notation.math:
        return None
    text, binds = e.variable(step.inputs[0])
    return "Σ " + (text if binds >= PRODUCT else f"({text})"), SUM


def _survives(e: Expressions, step: Step) -> Text | None:
    place = index_text(e, step.inputs[1:], step.params[0])
    index = f"np.s_[{place}]" if ":" in place else place if len(step.params[0]) == 1 else f"({place})"
    return f"survives({e.variable(step.inputs[0])[0]}, {index})", ATOM


SPECIAL: dict[str, Callable[[Expressions, Step], Text | None]] = {
    "transpose": _transpose,
    "spread_back": _spread_back,
    "getitem": _getitem,
    "array": _array,
    "survives": _survives,
    "spread": _spread,
    "cast": _cast,
    "reshape": _reshape,
    "collect": _collect,
    "scatter": _write,
    "add_at": _write,
    "setitem": _write,
    "sum": _math_sum,
    **forms.FORMS,
    **matrices.FORMS,
}


def constant_text(value: Any) -> str | None:
    """A created array as code, where that is short: np.zeros((3, 4)), np.arange(5), np.array([0.5, 1.0])."""
    if isinstance(value, np.generic):
        return f"np.{value.dtype}({value.item()!r})" if np.isfinite(value) else None
    if isinstance(value, (bool, int, float)):
        return CODE.number(value)[0]
    if not isinstance(value, np.ndarray):
        return None
    dtype = "" if value.dtype == np.float64 else f", dtype=np.{value.dtype}"
    shape = value.shape[0] if value.ndim == 1 else value.shape
    if value.size and not np.signbit(value).any() if value.dtype.kind == "f" else value.size:
        for number, name in ((0, "zeros"), (1, "ones")):
            if (value == number).all():
                return f"np.{name}({shape}{dtype})"
    if value.ndim == 2 and value.size > 1 and np.array_equal(value, np.eye(*value.shape)) and value.dtype.kind != "b":
        n, m = value.shape
        return f"np.eye({n if n == m else f'{n}, {m}'}{dtype})"
    if value.size == 0:
        return f"np.zeros({shape}{dtype})"
    if value.ndim == 1 and value.dtype in (np.int64, np.float64) and value.size > 2:
        start, kind = value[0], int if value.dtype == np.int64 else float
        if abs(start) < 1e6 and start == int(start) and (value == start + np.arange(value.size)).all():
            ends = f"{kind(start)!r}, {kind(start) + value.size!r}" if start else repr(kind(value.size))
            return f"np.arange({ends})"
    if value.ndim == 2 and value.shape[0] == value.shape[1] > 1 and (value == np.eye(len(value))).all():
        return f"np.eye({len(value)}{dtype})"
    if value.size <= 12 and (value.dtype.kind in "iub" or np.isfinite(value).all()):
        kinds = "" if value.dtype in (np.float64, np.int64, np.bool_) else dtype
        return f"np.array({value.tolist()!r}{kinds})"
    return None
