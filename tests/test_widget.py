"""The widget without a notebook: what the page asks by one trait, the kernel answers by another."""

import importlib.util
import json
import sys
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from page.conftest import missing
from whygrad.errors import UnsupportedError
from whygrad.explaining import widget as room
from whygrad.shown import tutorial


@pytest.fixture
def widget() -> Any:
    if importlib.util.find_spec("anywidget") is None:
        missing("anywidget (pip install 'whygrad[notebook]')")
    return wg.derive(tutorial.loss, tutorial.syn0, tutorial.syn1).widget()


def asked(number: int, value: Any) -> dict[str, Any]:
    return {"id": number, "inputs": [{"variable": 0, "data": np.ravel(value).tolist()}]}


def test_a_question_is_answered_under_its_own_number(widget: Any) -> None:
    moved = tutorial.syn0 + 0.5
    widget.request = asked(7, moved)
    assert widget.answer["id"] == 7
    answered = {one["variable"]: one["data"] for one in widget.answer["values"]}
    (program, *_) = json.loads(widget.document)["programs"]
    assert answered[program["outputs"][0]] == [pytest.approx(tutorial.loss(moved, tutorial.syn1))]
    widget.request = asked(8, tutorial.syn0)
    assert widget.answer["id"] == 8


def test_a_question_that_makes_no_sense_is_answered_in_words(widget: Any) -> None:
    widget.request = {"id": 1, "inputs": "all"}
    assert widget.answer["problem"]["what"] == "this is no request"


def test_two_widgets_answer_for_themselves(widget: Any) -> None:
    other = wg.derive(lambda x: x**2, 3.0).widget()
    other.request = {"id": 1, "inputs": [{"variable": 0, "data": [4.0]}]}
    assert widget.answer == {}
    assert [16.0] in [one["data"] for one in other.answer["values"]]


def test_the_widget_brings_script_styles_and_font(widget: Any) -> None:
    assert "export{" in widget._esm
    assert "new FontFace" in widget._esm
    assert ".whygrad" in widget._css


def test_without_anywidget_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anywidget", None)
    room._widget_class.cache_clear()
    with pytest.raises(UnsupportedError) as refused:
        wg.derive(lambda x: x**2, 3.0).widget()
    assert "pip install 'whygrad[notebook]'" in str(refused.value)
