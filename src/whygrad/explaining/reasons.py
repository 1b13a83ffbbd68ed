"""Why each backward line is what it is: the path of the chain rule, link by link, in formulas and in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from whygrad.differentiation.reverse import Share
from whygrad.explaining.expressions import MATH
from whygrad.explaining.lines import Layout, Line
from whygrad.explaining.local import LocalDerivatives
from whygrad.explaining.remarks import nothing_comes_back, remarks
from whygrad.program import Span, Step
from whygrad.rules import row_of
from whygrad.rules.row import PRODUCT


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a chain: from an operand to the value of one forward step.

    `equation` is the forward step in the author's words, `local` the local derivative, `why` the sentence that says
    why, `stretched` why the shares of copies add up, where the operand had been broadcast; `single`: the step depends
    on nothing else, element by element, so its slope is a d and not a ∂.
    """

    equation: str
    line: int | None
    local: str
    why: str
    rule: str
    operand: str
    result: str
    stretched: str = ""
    summed: str = ""
    single: bool = False

    @property
    def place(self) -> str:
        return f"{self.equation} (line {self.line})" if self.line else self.equation

    @property
    def sentence(self) -> str:
        """The reason as a sentence; a name at its start keeps its case."""
        if self.why.startswith((self.operand, self.result, "(", "−", "[")):
            return self.why.rstrip(".") + "."
        return sentence(self.why)


@dataclass(frozen=True, slots=True)
class Path:
    """One way from a variable to the next named one: the links, and where they lead."""

    links: tuple[Link, ...]
    to: str
    is_output: bool

    @property
    def telling(self) -> tuple[Link, ...]:
        """The links worth a sentence, in the order of the formula: a plain + on the way says nothing."""
        told = tuple(link for link in self.links if not (link.rule == "add" and link.local == "1"))
        return (told or self.links[:1])[::-1]

    @property
    def single(self) -> bool:
        return all(link.single for link in self.links)


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
    symbol: str
    variable: int | None = None
    """The forward variable whose gradient it is."""

    @property
    def opening(self) -> str:
        """By which steps the variable reaches the result."""
        if not self.paths:
            return ""
        ways = Counter(path.links[0].place for path in self.paths)
        told = [place if times == 1 else f"{place}, {times} times" for place, times in ways.items()]
        if len(told) == 1:
            only = "only " if len(self.paths) == 1 else ""
            return f"{self.of} reaches {self.symbol} {only}through {told[0]}{'.' if only else ': the shares add up.'}"
        shown = told if len(told) <= 4 else [*told[:3], f"{len(told) - 3} more"]
        return (
            f"{self.of} reaches {self.symbol} in {len(self.paths)} ways, "
            f"through {', '.join(shown[:-1])} and {shown[-1]}: their shares add up."
        )

    @property
    def stretched(self) -> tuple[str, ...]:
        """Why copies add up, where the variable had been broadcast."""
        told = (link.stretched for path in self.paths for link in path.links if link.stretched)
        return tuple(sentence(text) for text in dict.fromkeys(told))

    @property
    def telling(self) -> tuple[Link, ...]:
        """The links worth a sentence, each said once."""
        links = {(k.local, k.sentence): k for path in self.paths for k in path.telling}
        return tuple(links.values())

    @property
    def summary(self) -> str:
        """The reason in a few sentences."""
        told = [link.sentence for link in self.telling]
        return " ".join(part for part in (self.opening, *told, *self.stretched, *self.remarks) if part)


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


class Explainer:
    """Explains the lines of a layout."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.derivative = layout.derivative
        self.program = layout.program
        self.values = self.derivative.values
        self.symbol = symbol_of(layout)
        forward = self.program.steps[: self.derivative.split]
        self.scalar = all(self.program.variables[i].shape == () for s in forward for i in (*s.inputs, s.output))
        self.partial = "∂" if len(self.program.inputs) > 1 or not self.scalar else "d"
        self.local = LocalDerivatives(layout)
        self.math = self.local.expressions(self.named)
        sites = Counter(
            (s.origin.code, s.origin.offset, s.origin.caller) for s in forward if isinstance(s.origin, Span)
        )
        self.crowded = {site for site, times in sites.items() if times > 1}
        self._links: dict[int, Link] = {}

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
            return known or (
                MATH.number(value.item())[0] if value.ndim == 0 else layout.created[index].replace("np.", "")
            )
        return None

    def label(self, index: int) -> str:
        """What a variable is called in sentences: its name, else how it is computed."""
        text = self.math.variable(index)[0]
        return text if len(text) <= 40 else f"{text[:37]}…"

    def quoted(self, index: int) -> str:
        """The label, in parentheses where it is not one name or number."""
        text = self.label(index)
        return text if is_atom(text) or text.startswith(("−(", "(")) else f"({text})"

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
        for v, g, (name, text) in zip(self.derivative.wrt, self.program.outputs[1:], self.layout.results, strict=True):
            if name != text:  # another gradient's array, or a value that was there already
                yield self.line(Line(g, name, f"{name} = {text}", (), True, v), v)

    def line(self, line: Line, v: int | None) -> Explained:
        value, shape = self.values[line.target], self.program.variables[line.target].shape
        shapes = str(shape) if shape else "one number"
        if v is None:
            return Explained(
                line, "", line.name, "", "", (), (self._part(line.target),), shapes, value, None, self.symbol
            )
        shares = self.derivative.shares.get(v, ())
        if not shares and not np.any(value):
            of = self.layout.names.get(v) or self.label(v)
            why = (nothing_comes_back(self.derivative, v, of, self.symbol),)
            return Explained(
                line, of, line.name, self._formula(of, ()), "0", (), why, shapes, value, None, self.symbol, v
            )
        chains = [self._chain(share) for share in shares]
        paths = tuple(path for path, _ in chains)
        of = self.layout.names.get(v) or self.label(v)
        product = self._whole_product(line, chains)
        origin = shares[0].step.origin if shares else None
        origin = origin if isinstance(origin, Span) else None
        formula = self._formula(of, paths)
        told = tuple(remarks(self, v, line, shares))
        return Explained(line, of, line.name, formula, product, paths, told, shapes, value, origin, self.symbol, v)

    def _part(self, index: int) -> str:
        """What a line is that is no variable's whole gradient."""
        producer = self.layout.producers.get(index)
        name = producer.primitive.name if producer is not None else ""
        if producer is not None and name == "scatter":
            return f"Starts the gradient of {self.label(producer.inputs[1])}: 0 everywhere, and one share at its place."
        if producer is not None and name == "add_at" and producer.inputs[0] < self.derivative.forward_variables:
            like = self.label(producer.inputs[0])
            if all(np.ndim(self.values[i]) == 0 for i in producer.inputs[2:]):
                return (
                    f"{like} with 1 taken off at the label: prediction minus label, which is 1 there and 0 elsewhere."
                )
            return f"{like} with 1 taken off at each row's label: prediction minus label, the labels as one-hot rows."
        if name == "add_at":
            return "The share of one more place is added in."
        if producer is not None and name == "setitem":
            if np.any(self.values[producer.inputs[1]]):
                return "The share of one more place, where nothing was yet."
            return "What was overwritten in the forward pass has no share from here on: its gradient is 0."
        readers = [self.layout.names.get(r) for r in self.layout.readers[index]]
        names = ", ".join(dict.fromkeys(n for n in readers if n))
        return f"A part{f' of {names}' if names else ''}, computed once."

    # Paths

    def _chain(self, share: Share) -> tuple[Path, int]:
        links = [self.link(share)]
        here = share.use.output if share.use else share.step.output
        while self.goes_on(here):
            (share,) = self.derivative.shares[here]
            links.append(self.link(share))
            here = share.use.output if share.use else share.step.output
        is_output = here == self.derivative.output
        return Path(tuple(links), self.symbol if is_output else self.label(here), is_output), here

    def goes_on(self, index: int) -> bool:
        if index == self.derivative.output or self.layout.names.get(index):
            return False
        return len(self.derivative.shares.get(index, ())) == 1

    def link(self, share: Share) -> Link:
        """What there is to say about a share's step, said once for all who ask."""
        known = self._links.get(id(share))
        if known is None:
            known = self._links[id(share)] = self._link(share)
        return known

    def _link(self, share: Share) -> Link:
        step, use = share.step, share.use
        names = self.local.names(share)
        row = row_of(step.primitive)
        params = row.primitive.params if row is not None and use is None else ()
        words = {k: self.quoted(i) for k, i in names.items() if type(i) is int and k not in params}
        if use is not None:
            key, why, rule = share.operand, use.idiom.why, use.idiom.name
            operand, output, template = use.operands[key], use.output, use.idiom.local.get(key)
            single = use.idiom.name in ("sigmoid", "relu")
        else:
            assert row is not None
            key, _, number = share.operand.partition("#")
            why, rule = row.why.get(key, ""), row.name
            operand, output, template = step.inputs[int(number)], step.output, row.local.get(key)
            active = {i for i in step.inputs if i in self.derivative.gradients}
            single = (
                row.kind == "elementwise"
                and len(active) == 1
                and np.shape(self.values[operand]) == np.shape(self.values[output])
            )
        if "n" not in words and isinstance(names.get("axis"), tuple) and row is not None and row.name == "mean":
            shape = np.shape(self.values[operand])
            words["n"] = str(int(np.prod([shape[a] for a in names["axis"]], dtype=int)))
        local = template.format(**words) if template else self.local.of(share, self.named)[0]
        stretched, summed = self._stretched(operand, output, step) if use is None else ("", "")
        return Link(
            self._equation(share, output),
            step.origin.line if isinstance(step.origin, Span) else None,
            local.replace("ᵀᵀ", ""),
            why.format(**words).replace("ᵀᵀ", ""),
            rule,
            self.label(operand),
            self.label(output),
            stretched,
            summed,
            single,
        )

    def _equation(self, share: Share, output: int) -> str:
        """The forward step in the author's words: `z2 = k1 @ syn1`."""
        step = share.step
        result = self.layout.names.get(output) or ""
        if share.use is not None and share.use.idiom.name not in ("sigmoid", "relu"):
            name = f"the {share.use.idiom.name}"
            return f"{name} {result}" if result else name
        span = step.origin if isinstance(step.origin, Span) else None
        text = span.text if span is not None else ""
        if span is None or not text:
            return self.label(output)
        if step.primitive.name in ("setitem", "add_at"):
            return span.line_text.strip()
        if span.binding.parts:  # q, k, v = a: the place of the instruction is that of the names
            text = self.math.step(step)[0]
        elif (span.code, span.offset, span.caller) in self.crowded and not result:
            return self.math.step(step)[0]
        return f"{result} = {text}" if result.isidentifier() and result != text and "=" not in text else text

    def _stretched(self, operand: int, output: int, step: Step) -> tuple[str, str]:
        """Why the shares of a broadcast operand's copies add up, and the sign for it in formulas."""
        row = row_of(step.primitive)
        have, want = np.shape(self.values[operand]), np.shape(self.values[output])
        if row is None or not row.broadcasts or have == want:
            return "", ""
        padded = (1,) * (len(want) - len(have)) + have
        axes = [i for i, n in enumerate(padded) if n == 1 and want[i] != 1]
        if not axes:
            return "", ""
        name, whole = self.label(operand), self.label(output)
        copies = int(np.prod([want[i] for i in axes]))
        shape = f"has the shape {have} of {name}" if have else f"is one number, like {name}"
        gradient = f"∂{self.symbol}/∂{name}"
        if len(want) == 2 and axes == [0]:
            used, sign = f"the same {name} was added to or used in all {want[0]} rows of {whole}", "Σ over the rows of "
            used = used.replace("added to or used in", "used in")
        elif len(want) == 2 and axes == [1]:
            used, sign = (
                f"each row's {name} was used for all {want[1]} entries of that row of {whole}",
                "Σ along each row of ",
            )
        else:
            used, sign = f"the same {name} was used in {copies} places of {whole}", "Σ of "
        axis = f"axis {axes[0]}" if len(axes) == 1 else f"axes {', '.join(map(str, axes))}"
        added = f"each use sends its own gradient back, and they add up (the sum over {axis})"
        why = f"{used}; {added}, so that {gradient} {shape}"
        return why, sign

    # Formulas

    def _formula(self, of: str, paths: tuple[Path, ...]) -> str:
        d, symbol = self.partial, self.symbol
        left = f"{d}{symbol}/{d}{of}"
        terms = []
        for path in paths:
            own = "d" if path.single else d
            if path.is_output:
                terms.append(f"the share of {path.links[0].equation}" if len(paths) > 1 else "")
            else:
                terms.append(f"{d}{symbol}/{d}{path.to} · {own}{path.to}/{own}{of}")
        terms = list(dict.fromkeys(t for t in terms if t))
        if len(terms) > 4:
            terms = [*terms[:3], "…"]
        return f"{left} = {' + '.join(terms)}" if terms else left

    def _whole_product(self, line: Line, chains: list[tuple[Path, int]]) -> str:
        """The shares, each as a product; where they lead straight to the result, also what that comes to."""
        products = [self._product(path, end) for path, end in chains]
        if len(products) > 6:
            products = [*products[:5], "…"]
        product = " + ".join(products)
        step = self.layout.producers.get(line.target)
        if step is not None and chains and chains[0][0].is_output and line.of is None:
            written = self.math.step(step)[0]
            if len(chains) == 1 and written.strip("()") != product.strip("()") and len(written) <= 60:
                return f"{product} = {written}"
        return product

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
                pass
            elif "(·)" in local:
                text = local.replace("(·)", f"({text or '1'})" if not is_atom(text or "1") else text or "1")
            elif local.startswith(("· ", "⊗ ")):
                text = f"{text or '1'} {local}"
            elif local.endswith((" ·", " ⊗")):
                text = f"{local} {text or '1'}"
            else:
                factor = local if is_atom(local) else f"({local})"
                text = f"{text} · {factor}" if text else factor
            if link.summed:
                text = f"{link.summed}({text or '1'})" if not is_atom(text or "1") else f"{link.summed}{text or '1'}"
        return text or "1"


def is_atom(text: str) -> bool:
    """One name, number or call: nothing outside parentheses that would need them in a product."""
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
