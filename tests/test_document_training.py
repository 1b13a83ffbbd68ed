"""What the document tells about training: by its Programs alone the network is trained, with either loss, as by hand,
and it says of a grid what the author's function says of it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from interpreter import Reader, close
from schemas import problems
from whygrad.explaining.document.contents import SCHEMA
from whygrad.explaining.script import derive_script
from whygrad.proving.derivative import verify_derivative
from whygrad.shown import tutorial

Document = dict[str, Any]
EXAMPLES = Path(__file__).parents[1] / "examples"


def read(d: Any) -> Document:
    found = json.loads(d.to_json())
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert list(problems(found, schema, schema)) == []
    return found


def of(f: Any, *args: Any, **options: Any) -> Document:
    return read(wg.derive(f, *args, **options))


def reader_of(found: Document, name: str) -> Reader:
    return Reader(found, next(p for p in found["programs"] if p["name"] == name))


def start_of(found: Document) -> dict[int, Any]:
    return reader_of(found, "value_and_grad").inputs


def trained(found: Document, loss: int, steps: int, rate: float) -> tuple[list[float], list[Any], Any]:
    """Losses, parameters and outputs of gradient descent by a Program of the document."""
    training = found["training"]
    reader = reader_of(found, training["losses"][loss]["program"])
    inputs, losses = dict(start_of(found)), []
    assert reader.program["runnable"]
    for _ in range(steps):
        values = reader.run(inputs)
        value, *gradients = (values[i] for i in reader.program["outputs"])
        losses.append(float(value))
        for v, gradient in zip(training["parameters"], gradients, strict=True):
            assert np.shape(gradient) == np.shape(inputs[v])
            inputs[v] = inputs[v] - rate * gradient
    values = reader.run(inputs)
    outputs = values[training["outputs"]] if "outputs" in training else None
    return losses, [inputs[v] for v in training["parameters"]], outputs


def check_slopes(found: Document, loss: int) -> None:
    """The gradients of a loss's Program against differences of its value."""
    reader = reader_of(found, found["training"]["losses"][loss]["program"])
    inputs = start_of(found)
    values = reader.run(inputs)
    output, *gradients = reader.program["outputs"]
    random = np.random.default_rng(0)
    for v, g in zip(found["training"]["parameters"], gradients, strict=True):
        direction, h = random.normal(size=np.shape(inputs[v])), 1e-6
        there, back = ({**inputs, v: inputs[v] + s * h * direction} for s in (1, -1))
        slope = (reader.run(there)[output] - reader.run(back)[output]) / (2 * h)
        assert close(np.sum(values[g] * direction), slope, 1e-6)


def grid_of(predict: Document) -> np.ndarray:
    """The grid's points as rows, the first column that varies fastest."""
    sides = [np.linspace(*ends) for ends in zip(predict["from"], predict["to"], predict["points"], strict=True)]
    rows = [list(reversed(row)) for row in np.array(np.meshgrid(*sides[::-1], indexing="ij")).reshape(len(sides), -1).T]
    return np.array([[row.pop(0) if one is None else one for one in predict["fixed"]] for row in rows])


def predicted(found: Document, inputs: dict[int, Any], shape: Any = None) -> tuple[np.ndarray, np.ndarray]:
    """The grid's points as rows, and what the Program predict says of them, a row each."""
    predict = found["training"]["predict"]
    reader = reader_of(found, predict["program"])
    rows = grid_of(predict)
    given = rows[:, 0] if shape == 1 else rows.T if predict["axis"] == 1 else rows
    own = {i: inputs[i] for i in reader.program["inputs"] if i != predict["input"]}
    said = reader.run({**own, predict["input"]: given})[predict["output"]]
    return rows, np.moveaxis(said, predict["output_axis"], 0)


# The tutorial


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def by_hand(steps: int, entropy: bool) -> tuple[list[float], list[Any], Any]:
    X, y = tutorial.X, tutorial.y
    syn0, syn1, losses = tutorial.syn0, tutorial.syn1, []
    for _ in range(steps):
        k1 = sigmoid(X @ syn0)
        k2 = sigmoid(k1 @ syn1)
        losses.append(-np.sum(y * np.log(k2) + (1 - y) * np.log(1 - k2)) if entropy else 0.5 * np.sum((y - k2) ** 2))
        dz2 = (k2 - y) * (1 if entropy else k2 * (1 - k2))
        dz1 = dz2 @ syn1.T * k1 * (1 - k1)
        syn0, syn1 = syn0 - X.T @ dz1, syn1 - k1.T @ dz2
    return losses, [syn0, syn1], sigmoid(sigmoid(X @ syn0) @ syn1)


def tutorials() -> list[Document]:
    script = derive_script(str(EXAMPLES / "xor_script.py"), True, verify_derivative)
    return [of(tutorial.loss, tutorial.syn0, tutorial.syn1), read(script)]


@pytest.mark.parametrize(
    "found", [pytest.param(d, id=n) for d, n in zip(tutorials(), ("function", "script"), strict=True)]
)
def test_the_tutorial_is_trained_as_by_hand_with_either_loss(found: Document) -> None:
    training = found["training"]
    assert [loss["name"] for loss in training["losses"]] == ["squared error", "cross-entropy"]
    assert training["losses"][1]["formula"] == "−Σ (y log k2 + (1 − y) log(1 − k2))"
    assert training["rate"] == 1
    for loss in (0, 1):
        for one, other in zip(trained(found, loss, 100, 1.0), by_hand(100, bool(loss)), strict=True):
            assert all(close(a, b, 1e-12) for a, b in zip(one, other, strict=True))
        check_slopes(found, loss)
    named = {v["index"]: v.get("name") for v in found["programs"][0]["variables"]}
    assert [named[training[part]] for part in ("data", "targets", "outputs")] == ["X", "y", "k2"]


@pytest.mark.parametrize(
    "found", [pytest.param(d, id=n) for d, n in zip(tutorials(), ("function", "script"), strict=True)]
)
def test_the_tutorials_grid_says_what_the_network_says(found: Document) -> None:
    predict = found["training"]["predict"]
    assert (predict["columns"], predict["points"], predict["fixed"]) == ([0, 1], [30, 30], [None, None, 1])
    rows, said = predicted(found, start_of(found))
    assert rows[1, 0] > rows[0, 0] and rows[1, 1] == rows[0, 1]
    assert close(said, sigmoid(sigmoid(rows @ tutorial.syn0) @ tutorial.syn1), 1e-12)


def test_seed_1_draws_the_tutorials_weights() -> None:
    found = tutorials()[0]
    draw = found["training"]["draw"]
    assert draw == {"spread": 1, "kept": []}
    random = np.random.RandomState(1)
    for value in start_of(found).values():
        assert np.array_equal(draw["spread"] * (2 * random.random_sample(np.shape(value)) - 1), value)


def test_a_saturated_network_has_a_finite_cross_entropy() -> None:
    found = of(tutorial.loss, tutorial.syn0, 1e3 * np.ones((4, 1)))
    losses, parameters, outputs = trained(found, 1, 2, 1e-3)
    assert np.isfinite(losses).all() and losses[0] > 1e3
    assert all(np.isfinite(p).all() for p in parameters) and np.isfinite(outputs).all()


def test_there_is_no_grid_where_the_code_asks_its_data_what_to_do() -> None:
    X, y, w = np.array([[0.0, 1.0], [2.0, 3.0], [1.0, 5.0]]), np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.25])

    def loss(w: Any) -> Any:
        return np.mean((X @ w - y) ** 2)

    def asking(w: Any) -> Any:
        return np.mean(((X if X[0, 0] < 1 else -X) @ w - y) ** 2)

    assert "predict" in of(loss, w)["training"]
    assert "predict" not in of(asking, w)["training"]
