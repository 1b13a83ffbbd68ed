"""A derivation at other numbers: the page gets what a derivation there says, or is told why not."""

import json
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from whygrad.explaining.derivation import Derivation
from whygrad.explaining.moving import Moved
from whygrad.shown import tutorial
from zoo import ZOO
from zoo.case import Case

every_case = pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in ZOO])


def entry(x: Any) -> float:
    return float(x)


def told(d: Derivation) -> dict[int, Any]:
    """The data of every variable in a document."""
    programs = json.loads(d.to_json())["programs"]
    return {v["index"]: v.get("data") for p in programs for v in p.get("variables", [])}


def request(**data: Any) -> dict[str, Any]:
    return {"inputs": [{"variable": int(name[1:]), "data": list(values)} for name, values in data.items()]}


def moved_leaves(d: Derivation, factor: float) -> dict[str, Any]:
    """A request that moves every float of the arguments."""
    floats = [leaf for leaf in d.leaves if np.result_type(d.derivative.values[leaf.index]).kind == "f"]
    inputs = [
        {"variable": leaf.index, "data": (np.ravel(d.derivative.values[leaf.index]) * factor).tolist()}
        for leaf in floats
    ]
    return {"inputs": inputs}


@every_case
def test_what_is_answered_is_what_a_derivation_there_says(case: Case) -> None:
    options = {} if case.wrt is None else {"wrt": case.wrt}
    d = wg.derive(case.function, *case.fresh_args(), **options)
    at_home = Moved(d).answer(moved_leaves(d, 1.0))
    assert at_home == {"values": []}
    page = Moved(d)
    asked = moved_leaves(d, 1.0009765625)
    answer = page.answer(asked)
    if "problem" in answer:
        assert answer["problem"]["instead"]
        return
    moved = {one["variable"]: one["data"] for one in asked["inputs"]}
    edition = page._editions[0]
    args = edition.arguments_with(edition.read(list(moved.items())))
    there = wg.derive(case.function, *args, **options)
    if "document" in answer:
        assert answer["document"]["value"] == json.loads(there.to_json())["value"]
        return
    values = told(d) | {one["variable"]: one["data"] for one in answer["values"]}
    outputs = [values[i] for i in d.program.outputs]
    wanted = [there.derivative.values[i] for i in there.program.outputs]
    for got, want in zip(outputs, wanted, strict=True):
        if got is not None:
            np.testing.assert_allclose(np.array([entry(x) for x in got]), np.ravel(want), rtol=1e-9, atol=1e-12)


def test_the_tutorial_moved_is_the_tutorial_derived_there_bit_for_bit() -> None:
    d = wg.derive(tutorial.loss, tutorial.syn0, tutorial.syn1)
    there = tutorial.syn0 + 0.25
    answer = Moved(d).answer(request(v0=there.ravel().tolist()))
    answered = told(d) | {one["variable"]: one["data"] for one in answer["values"]}
    assert answered == told(wg.derive(tutorial.loss, there, tutorial.syn1))


def test_what_goes_back_is_told_too() -> None:
    page = Moved(wg.derive(lambda x: x**2, 3.0))
    there = page.answer(request(v0=[4.0]))["values"]
    back = page.answer(request())["values"]
    assert [one["variable"] for one in back] == [one["variable"] for one in there]
    assert back[0] == {"variable": 0, "data": [3.0]}


def absolute(x):
    if x > 0:
        return x * x
    return -x


def test_another_branch_is_derived_again_and_an_old_page_still_gets_its_own_numbers() -> None:
    page = Moved(wg.derive(absolute, 2.0))
    answer = page.answer(request(v0=[-3.0]))
    assert answer["document"]["value"] == 3.0
    assert [line["code"] for line in answer["document"]["backward"]] == ["dx = -1.0"]
    new = page.answer({**request(v0=[-4.0]), "edition": answer["edition"]})["values"]
    assert 4.0 in [one["data"][0] for one in new]
    old = page.answer({**request(v0=[5.0]), "edition": 0})["values"]
    assert [25.0] in [one["data"] for one in old]
    assert "load the page again" in page.answer({**request(v0=[5.0]), "edition": 7})["problem"]["instead"]


def test_a_number_that_was_read_out_is_a_condition() -> None:
    def f(x):
        return x ** int(x)

    d = wg.derive(f, 2.2)
    assert "values" in Moved(d).answer(request(v0=[2.3]))
    assert "document" in Moved(d).answer(request(v0=[3.1]))


labels = np.array([1.0, 0.0])


def test_data_can_be_moved_and_what_the_code_asked_of_it_is_remembered() -> None:
    def loss(w):
        if labels.max() > 0.5:
            return np.sum((w - labels) ** 2)
        return np.sum(w)

    d = wg.derive(loss, np.array([1.0, 2.0]))
    (data,) = [c.index for c in d.program.constants if c.kind == "captured"]
    values = Moved(d).answer(request(**{f"v{data}": [0.75, 0.0]}))["values"]
    assert [4.0625] in [one["data"] for one in values]
    problem = Moved(d).answer(request(**{f"v{data}": [0.25, 0.0]}))["problem"]
    assert problem["text"].startswith("with labels moved so far, the code goes another way at labels.max() > 0.5")
    assert "make labels an argument of loss" in problem["instead"]


def test_an_assumption_about_labels_is_checked() -> None:
    one_hot = np.array([[1.0, 0.0], [0.0, 1.0]])

    def loss(z):
        e = np.exp(z)
        return -np.sum(one_hot * np.log(e / e.sum(axis=1, keepdims=True)))

    d = wg.derive(loss, np.array([[0.5, 1.0], [2.0, 0.0]]))
    assert d.assumed
    (data,) = [a.variable for a in d.derivative.assumptions]
    page = Moved(d)
    assert "values" in page.answer(request(**{f"v{data}": [0.5, 0.5, 0.0, 1.0]}))
    assert "what was assumed" in page.answer(request(**{f"v{data}": [1.0, 1.0, 0.0, 1.0]}))["problem"]["what"]


def test_nan_and_infinity_come_and_go_as_text() -> None:
    page = Moved(wg.derive(lambda x: 1 / x, 2.0))
    assert ["inf"] in [one["data"] for one in page.answer(request(v0=[0.0]))["values"]]
    assert ["nan"] in [one["data"] for one in page.answer(request(v0=["nan"]))["values"]]
    assert ["-inf"] in [one["data"] for one in page.answer(request(v0=["-inf"]))["values"]]


@pytest.mark.parametrize("base", [2.0, np.float32(2.0), np.array(2.0), np.array([2.0], np.float32)])
def test_the_type_of_an_argument_is_kept(base: Any) -> None:
    d = wg.derive(lambda x: np.sum(x * x), base)
    page = Moved(d)
    page.answer(request(v0=[0.1]))
    edition = page._editions[0]
    (argument,) = edition.arguments_with(edition.read([(0, [0.1])]))
    assert type(argument) is type(base)
    assert np.result_type(argument) == np.result_type(base)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([], "no request"),
        ({}, "no request"),
        ({"inputs": [3]}, "no request"),
        ({"inputs": [{"variable": 0, "data": 3}]}, "no request"),
        ({"inputs": [{"variable": 0, "data": [1, 2]}]}, "x has 1 numbers, not 2"),
        ({"inputs": [{"variable": 0, "data": [None]}]}, "no number of its kind"),
        ({"inputs": [{"variable": 1, "data": [1]}]}, "is computed"),
        ({"inputs": [], "edition": "1"}, "no request"),
    ],
)
def test_what_is_no_request_is_refused_in_words(asked: Any, said: str) -> None:
    assert said in Moved(wg.derive(lambda x: x**2, 3.0)).answer(asked)["problem"]["text"]


def test_an_error_of_the_authors_code_has_its_place() -> None:
    def f(x):
        if x > 5:
            raise ValueError("too much")
        return x * x

    problem = Moved(wg.derive(f, 2.0)).answer(request(v0=[6.0]))["problem"]
    assert problem["kind"] == "ValueError"
    assert problem["what"] == "ValueError: too much"
    (line,) = [one for one in problem["source"] if one["line"] == problem["line"]]
    assert line["text"][problem["column"] : problem["end_column"]] == 'raise ValueError("too much")'


def test_the_document_tells_what_was_asked_of_data() -> None:
    def loss(w):
        if labels.max() > 0.5:
            return np.sum((w - labels) ** 2)
        return np.sum(w)

    d = wg.derive(loss, np.array([1.0, 2.0]))
    (_, questions) = [p for p in json.loads(d.to_json())["programs"] if p["name"] in ("value_and_grad", "questions")]
    assert [guard["text"] for guard in questions["guards"]] == ["labels.max() > 0.5"]
    assert not any("labels.max()" in condition for condition in d.conditions)  # it is no question of the arguments


def different(w: Any) -> Any:
    return w[0] * len({float(v) for v in w})


def looked_up(w: Any) -> Any:
    return w[0] * {1.0: 2.0, 2.0: 5.0}.get(float(w[1]), 7.0)


@pytest.mark.parametrize("f", [different, looked_up])
def test_what_is_found_by_its_value_is_looked_for_again(f: Any) -> None:
    moved = Moved(wg.derive(f, np.array([1.0, 2.0, 3.0])))
    for there in ([1.0, 1.0, 3.0], [2.0, 7.0, 7.0], [4.0, 1.0, 3.0]):
        answer = moved.answer({"inputs": [{"variable": 0, "data": there}], "edition": 0})
        assert answer["document"]["value"] == f(np.array(there))
