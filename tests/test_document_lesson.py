"""The lesson in the document: its slopes, computed anew by its links, multiply and add up to the gradient."""

import math
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from interpreter import Reader, close
from schemas import read
from whygrad.explaining.lesson import is_lesson
from zoo import ZOO
from zoo.case import Case

Document = dict[str, Any]


def of(f: Any, *args: Any, **options: Any) -> Document:
    return read(wg.derive(f, *args, **options))


def derived(case: Case) -> Any:
    return wg.derive(case.function, *case.fresh_args(), **({} if case.wrt is None else {"wrt": case.wrt}))


def is_small(case: Case) -> bool:
    numbers = [a for a in case.args if getattr(a, "shape", None) == () or isinstance(a, float)]
    return len(numbers) == len(case.args) <= 3 and is_lesson(derived(case).layout)


SMALL = [case for case in ZOO if is_small(case)]


def slopes(found: Document, reader: Reader, values: dict[int, Any]) -> list[list[float]]:
    """The slopes of all steps, by their links."""
    lesson = found["lesson"]
    links = lesson.get("links", found["links"])
    return [
        [float(sum(reader.send_back(links[n], 1.0, values) for n in slope["links"])) for slope in step["slopes"]]
        for step in lesson["steps"]
    ]


def check(found: Document, move: float) -> bool:
    """Do the products along all ways add up to the gradient, with the inputs moved? False where the code would have
    done something else there."""
    lesson, reader = found["lesson"], Reader(found, found["programs"][0])
    moved = {i: x * (1 + move) + move if isinstance(x, (float, np.floating)) else x for i, x in reader.inputs.items()}
    for program in found["programs"]:
        if program["name"] == "questions":
            asked = Reader(found, program).run(moved)
            if any(asked[guard["variable"]] != guard["outcome"] for guard in program["guards"]):
                return False
    try:
        values = reader.run(moved)
    except (ValueError, ArithmeticError):
        return False
    if not np.isfinite(values[reader.program["outputs"][0]]):
        return False
    numbers = slopes(found, reader, values)
    gradient = dict(zip((c["wrt"] for c in lesson["chains"]), reader.program["outputs"][1:], strict=True))
    for chain in lesson["chains"]:
        total = 0.0
        for way in chain["ways"]:
            here = chain["wrt"]
            for step, slope in way:
                assert lesson["steps"][step]["slopes"][slope]["operand"] == here
                here = lesson["steps"][step]["target"]
            assert here == reader.program["outputs"][0]
            total += math.prod(numbers[step][slope] for step, slope in way)
        assert close(total, values[gradient[chain["wrt"]]], 1e-9)
    return True


def test_some_functions_of_the_zoo_are_lessons() -> None:
    assert len(SMALL) >= 12


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in SMALL])
def test_products_of_slopes_along_the_ways_add_up_to_the_gradient(case: Case) -> None:
    d = derived(case)
    found = read(d)
    if "lesson" not in found:
        assert not d.program.steps[: d.derivative.split]  # it hands back what it was given
        return
    assert check(found, 0.0)
    for move in (0.01, 0.125, -0.2, 0.5):
        check(found, move)


FUNCTIONS = [
    lambda x: np.sin(x**2),
    lambda x: x**x,
    lambda x: (x - 2) ** 2 + 1,
    lambda x: np.sqrt(np.log(x + 2)),
    lambda x: math.sin(math.exp(-(x**2))),
    lambda x: x / (1 + x * x),
    lambda x, y: x * y + np.sin(x),
    lambda x, y: np.hypot(x, y) ** 3,
    lambda x, y: np.arctan2(y, x) * x,
    lambda a, b, c: (a * b**2 + c) / (b - a * 5),
    lambda a, b, c: np.maximum(a, b) * np.abs(c),
    lambda x: np.where(x > 0, x, 0.1 * x) ** 2,
    lambda x: 3 - x + x**3 / 4,
    lambda x: np.tanh(x) * np.tanh(x),
]


@pytest.mark.parametrize("number", range(len(FUNCTIONS)))
def test_slopes_multiply_and_add_up_at_many_places(number: int) -> None:
    f = FUNCTIONS[number]
    found = of(f, *(0.75, 1.25, -0.5)[: f.__code__.co_argcount])
    assert all(check(found, move) for move in (0.0, 0.01, 0.125, 0.5, 1.0))


IDIOMS = {
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "swish": lambda x: x / (1 + np.exp(-x)),
    "softplus": lambda x: np.log(1 + np.exp(x)),
    "tanh": lambda x: 2 / (1 + np.exp(-2 * x)) - 1,
    "relu": lambda x: np.maximum(x, 0) ** 2,
    "cross-entropy": lambda z: -(0.25 * np.log(1 / (1 + np.exp(-z)))),
}


@pytest.mark.parametrize("name", IDIOMS)
def test_idioms_are_taken_apart_with_links_of_the_lessons_own(name: str) -> None:
    found = of(IDIOMS[name], 0.75)
    assert "links" in found["lesson"]
    assert len(found["lesson"]["steps"]) > len(found["links"]) or name == "relu"
    assert all(check(found, move) for move in (0.0, 0.3, 1.0))


def test_a_lesson_tells_steps_slopes_and_the_chain_rule_in_letters() -> None:
    lesson = of(lambda x: np.sin(x**2), 1.5)["lesson"]
    assert lesson["formula"]["text"] == "f(x) = sin(x²)"
    assert [step["formula"]["text"] for step in lesson["steps"]] == ["g = x²", "f = sin(g)"]
    told = [(s["symbol"], s["formula"]) for step in lesson["steps"] for s in step["slopes"]]
    assert told == [("dg/dx", "2x"), ("df/dg", "cos(g)")]
    (chain,) = lesson["chains"]
    assert chain["formula"]["text"] == "df/dx = df/dg · dg/dx = cos(g) · 2x"
    assert chain["ways"] == [[[0, 0], [1, 0]]]
    assert "AT g, the value that the inner step has there" in lesson["remark"]
    for formula in (lesson["formula"], chain["formula"], *(step["formula"] for step in lesson["steps"])):
        assert formula["mathml"].startswith("<math") and "data-variable" in formula["mathml"]


def test_both_factors_of_a_square_are_one_slope() -> None:
    lesson = of(lambda x: x * x, 3.0)["lesson"]
    (step,) = lesson["steps"]
    assert [(s["formula"], len(s["links"])) for s in step["slopes"]] == [("2x", 2)]
    assert lesson["chains"][0]["formula"]["text"] == "df/dx = 2x"


def test_an_argument_that_does_not_matter_has_no_ways() -> None:
    lesson = of(lambda a, b, c: a * b**2, 1.0, 2.0, 3.0)["lesson"]
    assert [len(chain["ways"]) for chain in lesson["chains"]] == [1, 1, 0]
    assert lesson["chains"][2]["formula"]["text"] == "∂f/∂c = 0"


def range_of(f: Any, x: float) -> tuple[float, float]:
    found = of(f, x)
    (v,) = found["programs"][0]["inputs"]
    (one,) = (r for r in found["lesson"]["ranges"] if r["variable"] == v)
    assert one["from"] <= x <= one["to"]
    assert one["from"] < one["to"]
    return one["from"], one["to"]


def test_ranges_stay_where_the_function_is() -> None:
    low, high = range_of(lambda x: np.log(x), 2.0)
    assert 0 < low < 0.1 and high >= 4
    assert range_of(lambda x: np.sqrt(x), 0.25)[0] == 0
    assert range_of(lambda x: 1 / x, 1.0)[0] > 0
    assert range_of(lambda x: 1 / x, -1.0)[1] < 0
    low, high = range_of(lambda x: np.tan(x), 0.5)
    assert -np.pi / 2 < low and high < np.pi / 2


def test_ranges_stay_on_the_branch_that_was_taken() -> None:
    assert range_of(lambda x: 2 * x if x < 0 else x**2, 1.0)[0] == 0
    assert range_of(lambda x: 2 * x if x < 0 else x**2, -1.0)[1] < 0
    low, high = range_of(lambda x: x**2 if x > 0 else -(x**3), 1e-12)
    assert 0 < low <= 1e-12 and high > 0.5


def test_ranges_are_scaled_to_the_point() -> None:
    low, high = range_of(lambda x: 3e-6 * x, 4e5)
    assert low < 0 and 6e5 < high < 2e6
    low, high = range_of(lambda x: np.sin(x), 100.0)
    assert 5 < high - low < 30
    low, high = range_of(lambda x: math.exp(x), 3.0)
    assert high < 6
    low, high = range_of(lambda x: np.sqrt(x - 1e6), 1e6 + 1)
    assert 1e6 <= low < 1e6 + 0.1 and high < 1e6 + 100


def test_ranges_of_letters_are_what_is_reached() -> None:
    found = of(lambda x: np.sin(x**2), 1.5)
    letters = {one["name"]: one["variable"] for one in found["lesson"]["letters"]}
    ranges = {one["variable"]: (one["from"], one["to"]) for one in found["lesson"]["ranges"]}
    low, high = ranges[letters["x"]]
    assert ranges[letters["g"]] == (0, pytest.approx(max(low**2, high**2), rel=1e-5))


def test_functions_of_arrays_are_no_lessons() -> None:
    assert "lesson" not in of(lambda x: np.sum(x**2), np.ones(3))


def test_a_remark_says_that_a_slope_is_the_same_everywhere_only_where_it_is() -> None:
    assert "here it is 3, whatever g is" in of(lambda x: 3 * x**2, 1.5)["lesson"]["remark"]
    assert "whatever" not in of(lambda x: np.sqrt(x**2 + 0.0), 1.5)["lesson"].get("remark", "")
    assert "whatever" not in of(lambda x: np.sqrt(2 * x), 1.5)["lesson"]["remark"]
