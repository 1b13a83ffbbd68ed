"""Why each backward line is what it is: the path of the chain rule, link by link, in formulas and in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from whygrad.differentiation.reverse import Share
from whygrad.explaining.expressions import MATH, PRODUCT, Expressions
from whygrad.explaining.lines import Layout, Line
from whygrad.program import Span, Step
from whygrad.program.building import Builder
from whygrad.rules import lookup, row_of, simplify
from whygrad.rules.formula import emit


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a chain: from an operand to the value of one forward step.

    `local` is the local derivative, `why` the sentence that says why, `text` the author's sub-expression.
    """

    text: str
    line: int | None
    local: str
    why: str
    rule: str
    operand: str
    result: str
    stretched: str = ""

    @property
    def sentence(self) -> str:
        starts_with_name = self.why.startswith((self.operand, self.result, "("))
        return self.why.rstrip(".") + "." if starts_with_name else _sentence(self.why)

    @property
    def equation(self) -> str:
        """`z2 = k1 @ syn1`: the forward step in the author's words, with its name where it has one."""
        if not self.text:
            return self.result
        return f"{self.result} = {self.text}" if self.result.isidentifier() and self.result != self.text else self.text


@dataclass(frozen=True, slots=True)
class Path:
    """One way from a variable to the next named one: the links, and where they lead."""

    links: tuple[Link, ...]
    to: str
    is_output: bool

    @property
    def telling(self) -> tuple[Link, ...]:
        """The links worth a sentence: a plain + on the way says nothing, unless it is all there is."""
        told = tuple(link for link in self.links if not (link.rule == "add" and link.local == "1"))
        return told or self.links[:1]


@dataclass(frozen=True, slots=True)
class Explained:
    """A backward line with everything that a reader may ask about it."""

    line: Line
    of: str
    gradient: str
    formula: str
    product: str
    paths: tuple[Path, ...]
    remarks: tuple[str, ...]
    shapes: str
    value: Any
    origin: Span | None

    @property
    def opening(self) -> str:
        """By which steps the variable reaches the result."""
        return _ways(self) if self.paths else ""

    @property
    def stretched(self) -> tuple[str, ...]:
        """Why copies add up, where the variable had been broadcast."""
        return tuple(_sentence(link.stretched) for path in self.paths for link in path.links if link.stretched)

    @property
    def summary(self) -> str:
        """The reason in a few sentences."""
        told = [link.sentence for path in self.paths for link in path.telling]
        return " ".join(part for part in (self.opening, *told, *self.stretched, *self.remarks) if part)


def _ways(step: Explained) -> str:
    symbol = step.formula.partition("/")[0].removeprefix("∂").removeprefix("d")
    if len(step.paths) == 1:
        link = step.paths[0].links[0]
        where = f" (line {link.line})" if link.line else ""
        return f"{step.of} reaches {symbol} only through {link.equation}{where}."
    ways = [f"{p.links[0].equation}{f' (line {p.links[0].line})' if p.links[0].line else ''}" for p in step.paths]
    shown = ways if len(ways) <= 4 else [*ways[:3], f"{len(ways) - 3} more"]
    return f"{step.of} reaches {symbol} by {len(ways)} ways, {', '.join(shown[:-1])} and {shown[-1]}: their shares add up."


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


class Explainer:
    """Explains the lines of a layout."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.derivative = layout.derivative
        self.program = layout.program
        self.values = self.derivative.values
        self.symbol = symbol_of(layout)
        self.scalar = all(
            self.program.variables[i].shape == () for s in self.program.steps for i in (*s.inputs, s.output)
        )
        self.partial = "∂" if len(self.program.inputs) > 1 or not self.scalar else "d"
        self.scratch = Builder(self.program, self.values, simplify)
        self.scratch.producer.update(self.derivative.producers)
        self.math = Expressions(self.program, self.scratch.producer, self.named, MATH)
        self.math.program = _Everything(self.scratch)  # type: ignore[assignment]
        self.math.literals = self.scratch.literals

    def named(self, index: int) -> str | None:
        """The mathematical text of a variable with a name."""
        layout = self.layout
        if index == self.derivative.output:
            return self.symbol
        name = layout.names.get(index)
        if name is not None and (index in layout.lined or index in self.program.inputs or index in layout.constants):
            return name
        if name is not None and index < self.derivative.forward_variables:
            return name
        if index in layout.created:
            value = np.asarray(layout.constants[index].value)
            known = self.program.variables[index].name if index < self.derivative.forward_variables else ""
            return known or (MATH.number(value.item())[0] if value.ndim == 0 else layout.created[index].replace("np.", ""))
        return None

    def label(self, index: int) -> str:
        """What a variable is called in sentences: its name, else how it is computed."""
        text = self.math.variable(index)[0]
        return text if len(text) <= 40 else text[:38] + "…"

    def quoted(self, index: int) -> str:
        """The label, in parentheses where it is not one name or number."""
        text = self.label(index)
        return text if _is_atom(text) or text.startswith(("−(", "(")) else f"({text})"

    # Lines

    def lines(self) -> Iterator[Explained]:
        of_gradient: dict[int, int] = {}
        for v, g in self.derivative.gradients.items():
            name = self.layout.names.get(v)
            if g not in of_gradient or (name and self.layout.names.get(g) == f"d{name}"):
                of_gradient[g] = v
        for line in self.layout.lines:
            if line.backward:
                yield self.line(line, of_gradient.get(line.target))

    def line(self, line: Line, v: int | None) -> Explained:
        step = self.layout.producers[line.target]
        value = self.values[line.target]
        if v is None:
            remark = self._part_of(line.target)
            return Explained(line, "", line.name, "", "", (), (remark,), self._shapes(step), value, None)
        shares = self.derivative.shares.get(v, ())
        chains = [self._chain(share) for share in shares]
        paths = tuple(path for path, _ in chains)
        of = self.layout.names.get(v) or self.label(v)
        formula = self._formula(of, paths)
        product = " + ".join(self._product(path, end) for path, end in chains)
        written = self.math.step(step)[0]
        if paths and paths[0].is_output and written != product and len(written) <= 60:
            product = f"{product} = {written}"
        origin = shares[0].step.origin if shares else None
        return Explained(
            line,
            of,
            line.name,
            formula,
            product,
            paths,
            tuple(self._remarks(v, line.target, shares)),
            self._shapes(step),
            value,
            origin if isinstance(origin, Span) else None,
        )

    def _part_of(self, index: int) -> str:
        producer = self.layout.producers[index]
        if producer.primitive.name in ("scatter", "add_at"):
            like = self.label(producer.inputs[1]) if producer.primitive.name == "scatter" else ""
            start = f"zeros in the shape of {like}, and " if like else ""
            return f"{start}one share is added in at its place; the others follow.".capitalize()
        readers = [self.layout.names.get(r) for r in self.layout.readers[index]]
        names = ", ".join(dict.fromkeys(n for n in readers if n))
        return f"A part that is used again{f' in {names}' if names else ''}: computed once."

    def _shapes(self, step: Step) -> str:
        shape = self.program.variables[step.output].shape
        return str(shape) if shape else "one number"

    # Paths

    def _chain(self, share: Share) -> tuple[Path, int]:
        links = [self._link(share)]
        here = share.use.output if share.use else share.step.output
        while self._goes_on(here):
            (share,) = self.derivative.shares[here]
            links.append(self._link(share))
            here = share.use.output if share.use else share.step.output
        is_output = here == self.derivative.output
        return Path(tuple(links), self.symbol if is_output else self.label(here), is_output), here

    def _goes_on(self, index: int) -> bool:
        if index == self.derivative.output or self.layout.names.get(index):
            return False
        return len(self.derivative.shares.get(index, ())) == 1

    def bound_names(self, share: Share) -> dict[str, Any]:
        """The names of the row's signature, bound to the step's operands and parameters."""
        step = share.step
        row = row_of(step.primitive)
        assert row is not None
        key, _, number = share.operand.partition("#")
        bound: dict[str, Any] = dict(zip(row.primitive.params, step.params, strict=False))
        for place, name in enumerate(row.operands):
            bound[name.lstrip("*")] = step.inputs[place:] if name.startswith("*") else step.inputs[place]
        if row.variadic and key == row.operands[0].lstrip("*"):
            bound |= {key: step.inputs[int(number)], "at": (("int", int(number)),)}
        bound[row.output] = step.output
        return bound

    def local_with_value(self, share: Share, bound: dict[str, Any], shown: Callable[[int], str | None]) -> tuple[str, Any]:
        """The local derivative of a plain step in other names, and its value."""
        row = row_of(share.step.primitive)
        assert row is not None
        with np.errstate(all="ignore"):
            formula = row.vjps[share.operand.partition("#")[0]]
            index = emit(formula, {**bound, "g": self.scratch.literal(1)}, self.scratch, lookup)
        return _Scratch(self, shown).text(index), self.scratch.values[index]

    def _link(self, share: Share) -> Link:
        step, use = share.step, share.use
        if use is not None:
            names = {k: self.quoted(i) for k, i in use.names.items() if isinstance(i, int)}
            names["y"] = self.quoted(use.output)
            operand, output = use.operands[share.operand], use.output
            local = use.idiom.local.get(share.operand)
            text = local.format(**names) if local else self._local(use.idiom.vjps[share.operand], {**use.names, "y": output})
            why, rule, key = use.idiom.why.format(**names), use.idiom.name, share.operand
        else:
            row = row_of(step.primitive)
            assert row is not None
            key, _, number = share.operand.partition("#")
            operand, output = step.inputs[int(number)], step.output
            bound = self.bound_names(share)
            names = {k: self.quoted(i) for k, i in bound.items() if isinstance(i, int) and k not in row.primitive.params}
            local = row.local.get(key)
            text = local.format(**names).replace("ᵀᵀ", "") if local else self._local(row.vjps[key], bound)
            why, rule = row.why.get(key, "").format(**names).replace("ᵀᵀ", ""), row.name
        origin = step.origin if isinstance(step.origin, Span) else None
        return Link(
            origin.text if origin else "",
            origin.line if origin else None,
            text,
            why,
            rule,
            self.label(operand),
            self.label(output),
            self._stretched(operand, output, step),
        )

    def _local(self, formula: Any, names: dict[str, Any]) -> str:
        """The formula with the upstream gradient 1: the local derivative."""
        with np.errstate(all="ignore"):
            index = emit(formula, {**names, "g": self.scratch.literal(1)}, self.scratch, lookup)
        return _Scratch(self, self.named).text(index)

    def _stretched(self, operand: int, output: int, step: Step) -> str:
        """Why the copies of a broadcast operand add up."""
        row = row_of(step.primitive)
        have, want = np.shape(self.values[operand]), np.shape(self.values[output])
        if row is None or not row.broadcasts or have == want:
            return ""
        padded = (1,) * (len(want) - len(have)) + have
        axes = [i for i, n in enumerate(padded) if n == 1 and want[i] != 1]
        copies = int(np.prod([want[i] for i in axes]))
        if not axes:
            return ""
        what = f"all {want[axes[0]]} rows" if axes == [0] and len(want) == 2 else f"{copies} places"
        axis = f"axis {axes[0]}" if len(axes) == 1 else f"axes {', '.join(map(str, axes))}"
        return (
            f"the same {self.label(operand)} was used in {what} of {self.label(output)}; each use sends its own gradient "
            f"back, and they add up (the sum over {axis}), so that {self.gradient_of(operand)} has the shape {have or '()'} "
            f"of {self.label(operand)}"
        )

    def gradient_of(self, index: int) -> str:
        return f"{self.partial}{self.symbol}/{self.partial}{self.label(index)}"

    # Formulas

    def _formula(self, of: str, paths: tuple[Path, ...]) -> str:
        d, symbol = self.partial, self.symbol
        terms = []
        for path in paths:
            if path.is_output:
                terms.append("")
            else:
                terms.append(f"{d}{symbol}/{d}{path.to} · {d}{path.to}/{d}{of}")
        known = [t for t in terms if t]
        left = f"{d}{symbol}/{d}{of}"
        if not known:
            return left
        if len(known) < len(terms):
            known.append("the direct share")
        if len(known) > 4:
            known = [*known[:3], "…"]
        return f"{left} = {' + '.join(known)}"

    def _product(self, path: Path, end: int) -> str:
        """Upstream gradient times the local derivatives, from the end of the path back to its start."""
        gradient = self.derivative.gradients.get(end)
        text = ""
        if not path.is_output and gradient is not None:
            text, binds = self.math.variable(gradient)
            text = text if binds >= PRODUCT else f"({text})"
        for link in reversed(path.links):
            local = link.local
            if local == "1" and (text or len(path.links) > 1):
                continue
            if local.startswith(("· ", "⊗ ")):
                text = f"{text or '1'} {local}"
            elif local.endswith((" ·", " ⊗")):
                text = f"{local} {text or '1'}"
            else:
                factor = local if _is_atom(local) else f"({local})"
                text = f"{text} · {factor}" if text else factor
        return text or "1"

    # Remarks

    def _remarks(self, v: int, target: int, shares: tuple[Share, ...]) -> Iterator[str]:
        step = self.layout.producers[target]
        if step.primitive.name == "subtract" and len(shares) == 1 and shares[0].use is None:
            used = shares[0].step
            if used.primitive.name == "subtract" and step.inputs == used.inputs[::-1]:
                error = f"{self.label(used.inputs[0])} − {self.label(used.inputs[1])}"
                yield (
                    f"{error} is often called “the error” and sent back; it is minus this gradient, and it is the gradient "
                    f"only because the loss is this one: with another loss something else comes back here."
                )
        if len(shares) == 1 and shares[0].use is None:
            used = shares[0].step
            if used.primitive.name == "matmul" and shares[0].operand.startswith("A"):
                other, mine = used.inputs[1], np.shape(self.values[v])
                inside = self._leads_into(v)
                if inside is not None and inside != other:
                    yield (
                        f"It is {self.label(other)} and not {self.label(inside)}: {self.label(inside)} leads into {self.label(v)}, "
                        f"and {self.symbol} feels {self.label(v)} only through what leads out of it, {self.label(other)}."
                    )
                fits = self._fits(used, mine, "A")
                if fits:
                    yield fits
            elif used.primitive.name == "matmul" and shares[0].operand.startswith("B"):
                fits = self._fits(used, np.shape(self.values[v]), "B")
                if fits:
                    yield fits

    def _fits(self, used: Step, mine: tuple[int, ...], operand: str) -> str:
        g = np.shape(self.values[used.output])
        if len(g) != 2 or len(mine) != 2:
            return ""
        a, b = (np.shape(self.values[i]) for i in used.inputs)
        if operand == "A":
            return f"The shapes fit only so: {g} times {b[::-1]} is {mine}, the shape of {self.label(used.inputs[0])}."
        return f"The shapes fit only so: {a[::-1]} times {g} is {mine}, the shape of {self.label(used.inputs[1])}."

    def _leads_into(self, v: int) -> int | None:
        """The matrix of weights by which v was made, if it was made by one."""
        producers, queue, seen = self.layout.producers, [v], 0
        while queue and seen < 12:
            step = producers.get(queue.pop(0))
            seen += 1
            if step is None:
                continue
            if step.primitive.name == "matmul":
                return next((i for i in step.inputs[::-1] if i in self.program.inputs), None)
            queue.extend(step.inputs)
        return None


class _Everything:
    """A Program under construction, as far as printing needs it."""

    def __init__(self, builder: Builder) -> None:
        self.variables = builder.variables
        self.constants = builder.constants


class _Scratch:
    """Writes a local derivative, whose steps stand in the scratch Program."""

    def __init__(self, explainer: Explainer, shown: Callable[[int], str | None]) -> None:
        scratch = explainer.scratch
        self.expressions = Expressions(explainer.program, scratch.producer, shown, MATH)
        self.expressions.program = _Everything(scratch)  # type: ignore[assignment]
        self.expressions.literals = scratch.literals

    def text(self, index: int) -> str:
        return self.expressions.variable(index)[0]


def _is_atom(text: str) -> bool:
    depth = 0
    for place, letter in enumerate(text):
        depth += letter in "(["
        depth -= letter in ")]"
        if depth == 0 and letter in "+-*/−· " and place:
            return False
    return not text.startswith("−")


def symbol_of(layout: Layout) -> str:
    """The letter for the result: its own short name, else L."""
    name = layout.names.get(layout.derivative.output) or "L"
    return name if len(name) <= 2 else "L"


def explain_all(layout: Layout) -> Iterator[Explained]:
    """The explanations of all backward lines, in order."""
    return Explainer(layout).lines()

