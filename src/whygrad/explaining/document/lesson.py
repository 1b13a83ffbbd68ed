"""A function of a few numbers as a calculus lesson: its steps as functions of one another, their slopes, the chain rule
that puts them together, and how far around the point a curve is worth drawing.

A slope is the number that comes back over its links for an upstream gradient of 1. Where the derivation passes over
several steps as one (a sigmoid), the lesson takes them one by one all the same, and has links of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from whygrad.differentiation.reverse import Share
from whygrad.explaining.document.encoding import Object
from whygrad.explaining.document.flows import Flows
from whygrad.explaining.formulas.lessons import Lettered, Slopes
from whygrad.explaining.formulas.notation import Equation
from whygrad.explaining.lesson import Lesson, Slope, factor, is_lesson
from whygrad.explaining.lines import Layout
from whygrad.program import Guard, Program, Step
from whygrad.rules import ROWS

Scripts = Callable[[str, Equation | None], Object]
Values = Mapping[int, Any]

POINTS = 200
"""On each side of the point, a function is looked at in so many places to see how far a curve is worth drawing."""
TURNS = 6
"""More often a curve does not turn back in a picture."""
TALL, FLAT = 6.0, 0.06
"""So many times taller than near the point it may get; and half of it must not be flatter than such a part of that."""
MOST_ATTEMPTS = 24


def lesson_of(
    layout: Layout, flows: Flows, scripts: Scripts, questions: Program | None, guards: Sequence[Guard]
) -> Object | None:
    """The section `lesson`; None where the function is not told as one.

    Arguments:
        scripts: an equation as LaTeX and MathML, with a prefix for its ids.
        questions, guards: what the code asked of its values, and the answers that it got.
    """
    if not is_lesson(layout):
        return None
    lesson = Lesson(layout)
    return _Writer(lesson, flows, scripts, questions, guards).section() if lesson.forward else None


class _Writer:
    """Writes one lesson."""

    def __init__(
        self, lesson: Lesson, flows: Flows, scripts: Scripts, questions: Program | None, guards: Sequence[Guard]
    ) -> None:
        self.lesson, self.flows, self.scripts = lesson, flows, scripts
        self.questions, self.guards = questions, guards
        self.output = lesson.layout.derivative.output
        self.slopes = [lesson.slopes(step) for step in lesson.forward]
        self.places = {
            (slope.step.output, slope.operand): [n, k]
            for n, slopes in enumerate(self.slopes)
            for k, slope in enumerate(slopes)
        }
        self.lettered, self.written_out = Lettered(lesson), Slopes(lesson)
        self.own: list[Object] = []
        """Links of the lesson's own."""

    def section(self) -> Object:
        lesson, wrt = self.lesson, self.lesson.layout.derivative.wrt
        found: Object = {
            "letters": [{"variable": v, "name": name} for v, name in lesson.names.items()],
            "formula": self._whole(),
            "steps": [self._step(n, step) for n, step in enumerate(lesson.forward)],
            "chains": [self._chain(n, v) for n, v in enumerate(wrt)],
            "ranges": list(self._ranges()),
        }
        remarks = [remark for v in wrt if (remark := lesson.remark(v))]
        if remarks:
            found["remark"] = remarks[0]
        if self.own:
            found["links"] = self.own
        return found

    def _whole(self) -> Object:
        """The function with its steps put into one another."""
        lesson = self.lesson
        last = lesson.forward[-1]
        names = ", ".join(lesson.names[i] for i in lesson.program.inputs)
        text = f"{lesson.symbol}({names}) = {lesson.expressions(True).step(last)[0]}"
        return {"text": text, **self.scripts("lf", self.written_out.whole())}

    def _step(self, n: int, step: Step) -> Object:
        lesson = self.lesson
        text = f"{lesson.names[step.output]} = {lesson.expressions(False).step(step)[0]}"
        return {
            "target": step.output,
            "formula": {"text": text, **self.scripts(f"ls{n}", self.lettered.step(step))},
            "slopes": [self._slope(f"ld{n}-{k}", slope) for k, slope in enumerate(self.slopes[n])],
        }

    def _slope(self, prefix: str, slope: Slope) -> Object:
        equation = Equation(self.lettered.ratio(slope), (self.lettered.slope(slope),))
        return {
            "operand": slope.operand,
            "symbol": slope.symbol,
            "formula": slope.formula,
            **{key: text for key, text in self.scripts(prefix, equation).items() if key == "mathml"},
            "links": [self._link(share) for share in self.lesson.shares[slope.operand] if share.step is slope.step],
        }

    def _link(self, share: Share) -> int:
        """The number of a share's link: among all, or where there are idioms among the lesson's own."""
        if not self.lesson.layout.derivative.uses:
            return self.flows.number[id(share)]
        vjp, reads = self.flows.of_row(share)
        operand = share.step.inputs[int(share.operand.partition("#")[2])]
        self.own.append({"operand": operand, "result": share.step.output, "vjp": vjp, "reads": reads})
        return len(self.own) - 1

    def _chain(self, n: int, v: int) -> Object:
        chains = self.lesson.chains(v)
        left = f"{self.lesson.d}{self.lesson.symbol}/{self.lesson.d}{self.lesson.names[v]}"
        products = [" · ".join(slope.symbol for slope in reversed(chain)) for chain in chains]
        alone = len(chains) == 1 and len(chains[0]) == 1
        factors = [
            " · ".join(slope.formula if alone else factor(slope.formula) for slope in reversed(chain))
            for chain in chains
        ]
        text = " = ".join(dict.fromkeys([left, " + ".join(products) or "0", " + ".join(factors) or "0"]))
        return {
            "wrt": v,
            "formula": {
                "text": text,
                **self.scripts(f"lc{n}", self.written_out.equation(v)),
            },
            "ways": [[self.places[slope.step.output, slope.operand] for slope in chain] for chain in chains],
        }

    # Where a curve is worth drawing

    def _ranges(self) -> Iterator[Object]:
        """For each argument, and for what the steps make of it on the way."""
        spans: dict[int, tuple[float, float]] = {}
        program = self.lesson.program
        for v in program.inputs:
            if program.variables[v].dtype.kind != "f" or not np.isfinite(self.lesson.values[v]):
                continue
            reached = self._reached(v)
            if reached is None:
                continue
            spans[v] = reached.pop(v)
            for index, (low, high) in reached.items():
                known = spans.get(index, (low, high))
                spans[index] = min(low, known[0]), max(high, known[1])
        for index, (low, high) in sorted(spans.items()):
            if low < high:
                yield {"variable": index, "from": low, "to": high}

    def _reached(self, v: int) -> dict[int, tuple[float, float]] | None:
        """From where to where the argument is worth moving, and what is reached by the steps then."""
        here = float(self.lesson.values[v])
        width = max(2.0, 1.5 * abs(here))
        for attempt in range(MOST_ATTEMPTS):
            places = here + width * np.linspace(-1, 1, 2 * POINTS + 1)
            if abs(here) <= width:
                places[np.argmin(np.abs(places))] = 0.0
            places[POINTS] = here
            values = self._along(v, places)
            if values is None:
                return None
            first, last = self._worth(values[self.output])
            curve = values[self.output][first : last + 1]
            moves = np.sign(np.diff(curve))
            turns = np.count_nonzero(np.diff(moves[moves != 0]))
            heights = np.abs(curve - curve[POINTS - first])
            flat = attempt < 3 and np.median(heights) < FLAT * np.max(heights)
            if turns <= TURNS and not flat and last - first >= POINTS // 4:
                break
            width /= 2 if last - first >= POINTS // 4 else 8
        else:
            return None
        found = {}
        for index in (v, *(step.output for step in self.lesson.forward)):
            inside = np.broadcast_to(values[index], places.shape)[first : last + 1]
            found[index] = _short(float(np.min(inside)), float(np.max(inside)), float(self.lesson.values[index]))
        return found

    def _worth(self, curve: Any) -> tuple[int, int]:
        """From which to which place around the middle a curve is there, and not too tall."""
        middle = curve[POINTS]
        near = np.abs(curve[POINTS - POINTS // 4 : POINTS + POINTS // 4 + 1] - middle)
        near = near[np.isfinite(near)]
        slope = abs(float(curve[POINTS + 1] - curve[POINTS - 1])) / 2 * POINTS / 4
        known = [abs(float(middle)), slope if np.isfinite(slope) else 0.0]
        if max(known) < 1e-9:
            known.append(float(np.max(near)))
        limit = TALL * (max(known) or 1.0)
        fine = np.isfinite(curve) & (np.abs(curve - middle) <= limit)
        bad = np.flatnonzero(~fine)
        first, last = bad[bad < POINTS], bad[bad > POINTS]
        return (int(first[-1]) + 1 if first.size else 0), (int(last[0]) - 1 if last.size else 2 * POINTS)

    def _along(self, v: int, places: Any) -> dict[int, Any] | None:
        """The values of all steps where the argument is moved; nan where the code would have done something else."""
        lesson = self.lesson
        values: dict[int, Any] = {i: np.float64(lesson.values[i]) for i in lesson.program.inputs}
        values |= {c.index: c.value for c in lesson.program.constants}
        values[v] = places
        try:
            with np.errstate(all="ignore"):
                _run(lesson.forward, values)
                curve = np.array(np.broadcast_to(values[self.output], places.shape), float)
                if self.questions is not None:
                    asked = {**{c.index: c.value for c in self.questions.constants}, **values}
                    _run(self.questions.steps, asked)
                    for guard in self.guards:
                        curve[~np.broadcast_to(asked[guard.variable] == guard.outcome, places.shape)] = np.nan
        except Exception:  # a function that takes one number at a time
            return None
        if not np.isfinite(curve[POINTS]):
            return None
        values[self.output] = curve
        return values


def _run(steps: Sequence[Step], values: dict[int, Any]) -> None:
    """All steps, on many numbers at once: math.exp by NumPy's."""
    for step in steps:
        row = ROWS.get(step.primitive.name)
        primitive = row.primitive if row is not None else step.primitive
        values[step.output] = primitive.evaluate(*(values[i] for i in step.inputs), *step.params)


def _short(low: float, high: float, here: float) -> tuple[float, float]:
    """The range with a few digits less, none of it outside, and the point still in it."""
    if not low < high:
        return low, high
    digits = 5 - math.floor(math.log10(high - low))
    scale = 10.0**digits
    ends = (
        (math.ceil(low * scale) / scale, math.floor(high * scale) / scale)
        if abs(digits) < 300 and max(abs(low), abs(high)) * scale < 2**53
        else (low, high)
    )
    return min(ends[0], here) if low <= here else low, max(ends[1], here) if here <= high else high
