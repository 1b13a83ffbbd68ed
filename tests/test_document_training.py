"""What the document tells about training: by its Programs alone the network is trained, with either loss, as by hand,
and it says of a grid what the author's function says of it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from interpreter import Reader, close
from schemas import read
from whygrad.explaining.script import derive_script
from whygrad.proving.derivative import verify_derivative
from whygrad.shown import tutorial
from zoo import ZOO

Document = dict[str, Any]
EXAMPLES = Path(__file__).parents[1] / "examples"


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


# Other networks

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(12, 2))
COLUMNS = X.T.copy()
LABELS = RANDOM.integers(0, 3, 12)
ONE_HOT = np.eye(3)[LABELS]
YES = (X[:, :1] * X[:, 1:] > 0) * 1.0
MANY = RANDOM.normal(size=(64, 2))
RINGS = (np.sum(MANY**2, 1, keepdims=True) < 1) * 1.0


def softmax_of_rows(W: Any, b: Any) -> Any:
    s = X @ W + b
    e = np.exp(s - s.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(12), LABELS])) + 0.01 * np.sum(W * W)


def one_hot_with_a_guard(W: Any, b: Any) -> Any:
    e = np.exp(X @ W + b)
    p = e / e.sum(axis=1, keepdims=True)
    return -np.sum(ONE_HOT * np.log(p + 1e-12)) / len(X)


def from_logits(W: Any, b: Any) -> Any:
    s = X @ W + b
    m = s.max(axis=1)
    return np.mean(m + np.log(np.sum(np.exp(s - m[:, None]), axis=1)) - s[np.arange(12), LABELS])


def squares_of_a_softmax(W: Any, b: Any) -> Any:
    e = np.exp(X @ W + b)
    p = e / e.sum(axis=1, keepdims=True)
    return np.mean((p - ONE_HOT) ** 2)


def relu_network(W1: Any, b1: Any, W2: Any, b2: Any, W3: Any, b3: Any) -> Any:
    h = np.maximum(0, MANY @ W1 + b1)
    h = np.maximum(0, h @ W2 + b2)
    p = 1 / (1 + np.exp(-(h @ W3 + b3)))
    return 0.5 * np.mean((p - RINGS) ** 2)


def linear_regression(w: Any, b: Any, x: Any, y: Any) -> Any:
    return np.mean((w * x + b - y) ** 2)


def in_columns(W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    h = np.tanh(W1 @ COLUMNS + b1)
    p = 1 / (1 + np.exp(-(W2 @ h + b2)))
    return -np.mean(YES.T * np.log(p) + (1 - YES.T) * np.log(1 - p))


def all_as_arguments(W1: Any, W2: Any, X: Any, y: Any) -> Any:
    A = np.hstack([X, np.ones((len(X), 1))])
    p = 1 / (1 + np.exp(-(np.tanh(A @ W1) @ W2)))
    return np.sum((y - p) ** 2)


def clipped(w: Any) -> Any:
    p = np.clip(1 / (1 + np.exp(-(X @ w))), 1e-7, 1 - 1e-7)
    return -np.mean(YES[:, 0] * np.log(p) + (1 - YES[:, 0]) * np.log(1 - p))


class Model:
    """A network whose data are attributes."""

    def __init__(self) -> None:
        self.X, self.T = X, YES
        self.bias = np.array([0.25, -0.5, 0.125])

    def loss(self, W1: Any, W2: Any) -> Any:
        hidden = 1 / (1 + np.exp(-(self.X @ W1 + self.bias)))
        error = self.T - hidden @ W2
        return np.sum(error * error) / 2


def normal(*shape: int) -> np.ndarray:
    return 0.5 * np.random.default_rng(sum(shape)).normal(size=shape)


DEEP = (normal(2, 16), np.zeros(16), normal(16, 16), np.zeros(16), normal(16, 1), np.zeros(1))
NETWORKS: dict[str, tuple[Any, tuple[Any, ...], list[str], Any]] = {
    "softmax": (softmax_of_rows, (normal(2, 3), np.zeros(3)), ["cross-entropy", "squared error"], ("X", "LABELS", "p")),
    "guard": (
        one_hot_with_a_guard,
        (normal(2, 3), np.zeros(3)),
        ["cross-entropy", "squared error"],
        ("X", "ONE_HOT", "p"),
    ),
    "logits": (from_logits, (normal(2, 3), np.zeros(3)), ["cross-entropy", "squared error"], ("X", "LABELS", "s")),
    "squares": (
        squares_of_a_softmax,
        (normal(2, 3), np.zeros(3)),
        ["squared error", "cross-entropy"],
        ("X", "ONE_HOT", "p"),
    ),
    "relu": (relu_network, DEEP, ["squared error", "cross-entropy"], ("MANY", "RINGS", "p")),
    "line": (linear_regression, (0.5, 0.25, X[:, 0], 2 * X[:, 0] + 1), ["squared error"], ("x", "y", None)),
    "columns": (
        in_columns,
        (normal(3, 2), np.zeros((3, 1)), normal(1, 3), np.zeros((1, 1))),
        ["cross-entropy", "squared error"],
        ("COLUMNS", None, "p"),
    ),
    "arguments": (
        all_as_arguments,
        (normal(3, 4), normal(4, 1), X, YES),
        ["squared error", "cross-entropy"],
        ("X", "y", "p"),
    ),
    "clipped": (clipped, (normal(2),), ["cross-entropy", "squared error"], ("X", None, None)),
    "model": (Model().loss, (normal(2, 3), normal(3, 1)), ["squared error"], ("self.X", "self.T", None)),
}
every_network = pytest.mark.parametrize("name", NETWORKS)


def document_of(name: str) -> Document:
    f, args, _, _ = NETWORKS[name]
    return of(f, *args)


@every_network
def test_losses_data_targets_and_outputs_are_found(name: str) -> None:
    _, _, wanted, names = NETWORKS[name]
    found = document_of(name)
    training = found["training"]
    assert [loss["name"] for loss in training["losses"]] == wanted
    known = {v["index"]: v.get("path", v.get("name")) for v in found["programs"][0]["variables"]}
    for part, expected in zip(("data", "targets", "outputs"), names, strict=True):
        assert expected is None or known[training[part]] == expected


@every_network
def test_every_loss_has_the_slopes_that_differences_have(name: str) -> None:
    found = document_of(name)
    for loss in range(len(found["training"]["losses"])):
        check_slopes(found, loss)


@every_network
def test_the_authors_loss_goes_down_as_the_derived_gradient_takes_it(name: str) -> None:
    f, args, _, _ = NETWORKS[name]
    found = document_of(name)
    training = found["training"]
    places = [found["programs"][0]["inputs"].index(v) for v in training["parameters"]]
    gradient = wg.value_and_grad(f, wrt=tuple(places))
    given, losses, rate = list(args), [], training["rate"]
    for _ in range(100):
        value, slopes = gradient(*given)
        losses.append(float(value))
        for place, slope in zip(places, slopes, strict=True):
            given[place] = given[place] - rate * slope
    told, parameters, _ = trained(found, 0, 100, rate)
    assert close(told, losses, 1e-9)
    assert all(close(p, given[place], 1e-9) for p, place in zip(parameters, places, strict=True))
    assert losses[10] < losses[0]


@pytest.mark.parametrize("name", ["softmax", "relu", "columns", "arguments"])
def test_the_last_layer_of_the_drawing_holds_the_probabilities(name: str) -> None:
    found = document_of(name)
    assert found["network"]["layers"][-1]["variable"] == found["training"]["outputs"]


def softmax(s: Any) -> Any:
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


SAID: dict[str, Any] = {
    "softmax": lambda rows, W, b: softmax(rows @ W + b),
    "guard": lambda rows, W, b: softmax(rows @ W + b),
    "logits": lambda rows, W, b: softmax(rows @ W + b),
    "squares": lambda rows, W, b: softmax(rows @ W + b),
    "relu": lambda rows, W1, b1, W2, b2, W3, b3: sigmoid(
        np.maximum(0, np.maximum(0, rows @ W1 + b1) @ W2 + b2) @ W3 + b3
    ),
    "line": lambda rows, w, b: w * rows[:, 0] + b,
    "columns": lambda rows, W1, b1, W2, b2: sigmoid(W2 @ np.tanh(W1 @ rows.T + b1) + b2).T,
    "arguments": lambda rows, W1, W2: sigmoid(np.tanh(np.hstack([rows, np.ones((len(rows), 1))]) @ W1) @ W2),
    "clipped": lambda rows, w: sigmoid(rows @ w),
    "model": lambda rows, W1, W2: sigmoid(rows @ W1 + Model().bias) @ W2,
}


@every_network
def test_the_grid_says_what_the_author_s_function_says(name: str) -> None:
    found = document_of(name)
    training = found["training"]
    _, parameters, _ = trained(found, 0, 3, training["rate"])
    inputs = dict(zip(training["parameters"], parameters, strict=True))
    rows, said = predicted(found, inputs, 1 if name == "line" else None)
    assert close(said, SAID[name](rows, *parameters), 1e-12)
    predict = training["predict"]
    assert len(rows) == np.prod(predict["points"]) == (200 if name == "line" else 900)


def test_the_other_losses_are_the_textbook_s() -> None:
    def value(name: str) -> float:
        found = document_of(name)
        reader = reader_of(found, found["training"]["losses"][1]["program"])
        return float(reader.run(start_of(found))[reader.program["outputs"][0]])

    W, b = NETWORKS["softmax"][1]
    p = softmax(X @ W + b)
    squares = np.sum((ONE_HOT - p) ** 2) / 2 / 12
    assert close(value("softmax"), squares + 0.01 * np.sum(W * W), 1e-12)  # the author's penalty stays
    assert close(value("guard"), squares, 1e-12)
    assert close(value("logits"), squares, 1e-12)
    assert close(value("squares"), -np.sum(ONE_HOT * np.log(p)) / 36, 1e-12)  # as he averages: over all entries
    W1, W2 = NETWORKS["arguments"][1][:2]
    k = SAID["arguments"](X, W1, W2)
    assert close(value("arguments"), -np.sum(YES * np.log(k) + (1 - YES) * np.log(1 - k)), 1e-12)
    outputs = SAID["relu"](MANY, *DEEP)
    entropy = -np.mean(RINGS * np.log(outputs) + (1 - RINGS) * np.log(1 - outputs))
    assert close(value("relu"), entropy, 1e-12)  # his mean, without the ½ of the squares


def log_likelihood(p: Any) -> Any:
    return np.mean(YES * np.log(p) + (1 - YES) * np.log(1 - p))


def guarded_likelihood(p: Any) -> Any:
    return np.mean(YES * np.log(p + 1e-9) + (1 - YES) * np.log(1 - p + 1e-9))


def likeness(p: Any) -> Any:
    return -np.mean((YES - p) ** 2)


@pytest.mark.parametrize("good", [log_likelihood, guarded_likelihood, likeness])
def test_a_loss_that_is_taken_off_is_replaced_by_one_that_is_taken_off(good: Any) -> None:
    """Else the penalty is what is made small, and the other loss is made large."""

    def subtracted(W: Any) -> Any:
        return 0.01 * np.sum(W**2) - good(sigmoid(X @ W))

    def negated(W: Any) -> Any:
        return -(good(sigmoid(X @ W)) - 0.01 * np.sum(W**2))

    W = normal(2, 1)
    p = sigmoid(X @ W)
    other = -log_likelihood(p) if good is likeness else np.mean((YES - p) ** 2) / 2
    for f in (subtracted, negated):
        found = of(f, W)
        reader = reader_of(found, found["training"]["losses"][1]["program"])
        value = reader.run(start_of(found))[reader.program["outputs"][0]]
        assert close(value, other + 0.01 * np.sum(W**2), 1e-12)
        check_slopes(found, 1)


@pytest.mark.parametrize("good", [log_likelihood, guarded_likelihood, likeness])
def test_what_is_to_be_made_large_is_called_no_loss(good: Any) -> None:
    training = of(lambda W: good(sigmoid(X @ W)), normal(2, 1))["training"]
    assert [one["name"] for one in training["losses"]] == ["the code's own"]
    assert "targets" not in training


def weighed(p: Any) -> Any:
    return ONE_HOT * np.array([1.0, 2.0, 1.0]) * np.log(p)


def left_out(p: Any) -> Any:
    return np.arange(12)[:, None] % 2 * ONE_HOT * np.log(p + 1e-9)


@pytest.mark.parametrize("entries", [weighed, left_out])
def test_labels_with_weights_are_not_what_the_outputs_are_to_be(entries: Any) -> None:
    training = of(lambda W: -np.mean(entries(softmax(X @ W))), normal(2, 3))["training"]
    assert [one["name"] for one in training["losses"]] == ["the code's own"]


def test_probabilities_that_are_cut_off_in_sight_are_not_those_of_the_sigmoid() -> None:
    def cut(W: Any) -> Any:
        return -log_likelihood(np.clip(sigmoid(X @ W), 0.2, 0.8))

    assert len(of(cut, normal(2, 1))["training"]["losses"]) == 1


def test_the_formula_of_another_loss_says_what_the_code_adds_to_it() -> None:
    def loss(W: Any) -> Any:
        k = sigmoid(X @ W)
        data_loss = np.mean((YES - k) ** 2)
        penalty = 0.01 * np.sum(W**2)
        return data_loss + penalty

    def formula(f: Any) -> str:
        return str(of(f, normal(2, 1))["training"]["losses"][1]["formula"])

    assert formula(loss) == "(−1/12 Σ (YES log k + (1 − YES) log(1 − k))) + penalty"

    def less(W: Any) -> Any:
        k = sigmoid(X @ W)
        return 0.01 * np.sum(W**2) - log_likelihood(k)

    assert formula(less) == "0.01(Σ W²) + (1/24 Σ (YES − k)²)"


def test_biases_of_zeros_are_kept_and_weights_are_drawn_as_wide_as_they_are() -> None:
    draw = document_of("relu")["training"]["draw"]
    assert draw["kept"] == [1, 3, 5]
    weights = np.concatenate([DEEP[i].ravel() for i in (0, 2, 4)])
    assert draw["spread"] == float(f"{np.sqrt(3 * np.mean(weights**2)):.2g}")


EXAMPLE = np.array([0.05, 0.10])


def one_vector(W1: Any, b1: Any, W2: Any) -> Any:
    hidden = 1 / (1 + np.exp(-(W1 @ EXAMPLE + b1)))
    return np.sum(0.5 * (np.array([0.25, 0.75, 0.5]) - W2 @ hidden) ** 2)


def one_vector_from_the_left(W1: Any, W2: Any) -> Any:
    e = np.exp(np.tanh(EXAMPLE @ W1) @ W2)
    return -np.sum(np.array([0.0, 1.0, 0.0]) * np.log(e / e.sum()))


@pytest.mark.parametrize(
    ("f", "args", "said"),
    [
        (one_vector, (normal(2, 2), 0.25, normal(3, 2)), lambda x, W1, b1, W2: W2 @ sigmoid(W1 @ x + b1)),
        (one_vector, (normal(2, 2), normal(2), normal(3, 2)), lambda x, W1, b1, W2: W2 @ sigmoid(W1 @ x + b1)),
        (
            one_vector_from_the_left,
            (normal(2, 4), normal(4, 3)),
            lambda x, V, W: softmax((np.tanh(x @ V) @ W)[None])[0],
        ),
    ],
)
def test_a_network_of_one_example_is_asked_around_it(f: Any, args: Any, said: Any) -> None:
    found = of(f, *args)
    assert found["training"]["predict"]["from"] == [-0.95, -0.9]
    rows, got = predicted(found, dict(zip(found["training"]["parameters"], args, strict=True)))
    assert close(got, np.array([said(row, *args) for row in rows]), 1e-12)


def test_biases_of_one_row_are_trained_and_asked_like_others() -> None:
    data = EXAMPLE[None, :]

    def loss(W: Any, b: Any) -> Any:
        return np.sum((np.tanh(data @ W + b) - np.array([[0.5, 0.25]])) ** 2)

    W, b = normal(2, 2), np.zeros((1, 2))
    found = of(loss, W, b)
    moved = [W + 1, b + 0.5]
    rows, got = predicted(found, dict(zip(found["training"]["parameters"], moved, strict=True)))
    assert close(got, np.tanh(rows @ moved[0] + moved[1]), 1e-12)


def test_a_single_neuron_is_fitted_to_a_number_in_the_code() -> None:
    def loss(w: Any, b: Any) -> Any:
        return (1 / (1 + np.exp(-(np.dot(w, EXAMPLE) + b))) - 1.0) ** 2

    found = of(loss, normal(2), 0.25)
    assert [one["name"] for one in found["training"]["losses"]] == ["squared error", "cross-entropy"]
    for number in range(2):
        check_slopes(found, number)
    rows, got = predicted(found, start_of(found))
    assert close(got, sigmoid(rows @ normal(2) + 0.25), 1e-12)


def test_many_networks_at_once_share_their_targets() -> None:
    y = np.array([[0.0], [1.0], [1.0], [0.0]])
    data = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])

    def loss(W: Any) -> Any:
        return np.sum((1 / (1 + np.exp(-(data @ W))) - y) ** 2)

    found = of(loss, normal(5, 2, 1))
    check_slopes(found, 1)
    assert "predict" not in found["training"]


def normalised(W: Any) -> Any:
    z = (X - X.mean(axis=0)) / X.std(axis=0)
    return np.sum((z @ W - YES) ** 2)


def accumulated(W: Any) -> Any:
    return np.sum((np.cumsum(X, axis=0) @ W - YES) ** 2)


def masked(W: Any) -> Any:
    mask = np.linspace(0, 1, 12)[:, None]
    return np.sum((np.tanh(X * mask) @ W - YES) ** 2)


def biased_one_by_one(W: Any, b: Any) -> Any:
    return np.sum((X @ W + b - YES) ** 2)


@pytest.mark.parametrize("W", [normal(2, 1), np.zeros((2, 1))], ids=["weights", "zeros"])
@pytest.mark.parametrize("f", [normalised, accumulated, masked, biased_one_by_one])
def test_there_is_no_grid_where_examples_are_not_treated_one_by_one(f: Any, W: Any) -> None:
    training = of(f, *((W, np.zeros((12, 1))) if f is biased_one_by_one else (W,)))["training"]
    assert "targets" in training
    assert "predict" not in training


def hinge(w: Any) -> Any:
    return np.mean(np.maximum(0, 1 - (2 * YES[:, 0] - 1) * (X @ w)))


def test_a_loss_that_is_not_known_is_trained_by_itself() -> None:
    training = of(hinge, normal(2))["training"]
    assert [loss["name"] for loss in training["losses"]] == ["the code's own"]
    assert "targets" not in training


@pytest.mark.parametrize(
    ("f", "args"),
    [
        (lambda x: np.sum(x**2), (np.ones(3),)),
        (lambda x: np.sin(x), (1.5,)),
        (lambda W, x: np.sum((W @ x) ** 3), (np.ones((2, 2)), np.ones(2))),
    ],
)
def test_what_is_fitted_to_nothing_is_not_trained(f: Any, args: Any) -> None:
    assert "training" not in of(f, *args)


def test_numbers_in_single_precision_stay_that() -> None:
    narrow, labels = X.astype(np.float32), YES.astype(np.float32)

    def loss(W: Any) -> Any:
        return np.mean((1 / (1 + np.exp(-(narrow @ W))) - labels) ** 2)

    found = of(loss, normal(2, 1).astype(np.float32))
    for one in found["training"]["losses"]:
        reader = reader_of(found, one["program"])
        values = reader.run(start_of(found))
        assert {np.result_type(values[i]) for i in reader.program["outputs"]} == {np.dtype(np.float32)}
    rows, said = predicted(found, start_of(found))
    assert close(said, sigmoid(rows @ normal(2, 1)), 1e-5)


def test_the_softmax_example_is_trained_from_a_dictionary_and_has_too_many_columns_for_a_grid() -> None:
    space: dict[str, Any] = {}
    source = EXAMPLES / "softmax.py"
    exec(compile(source.read_text(encoding="utf-8"), str(source), "exec"), space)
    found = of(space["loss"], space["params"])
    training = found["training"]
    names = {v["index"]: v.get("name") for v in found["programs"][0]["variables"]}
    assert [names[v] for v in training["parameters"]] == ["W1", "b1", "W2", "b2"]
    assert [names[v] for v in training["draw"]["kept"]] == ["b1", "b2"]
    assert [names[training[part]] for part in ("data", "targets", "outputs")] == ["X", "T", "p"]
    assert [loss["name"] for loss in training["losses"]] == ["cross-entropy", "squared error"]
    assert "predict" not in training
    losses, _, _ = trained(found, 0, 100, training["rate"])
    assert losses[-1] < losses[0] / 2


# All of the zoo


def documents() -> dict[str, Document]:
    found = {}
    for case in ZOO:
        d = wg.derive(case.function, *case.fresh_args(), **({} if case.wrt is None else {"wrt": case.wrt}))
        text = json.loads(d.to_json())
        if len(text.get("training", {}).get("losses", ())) > 1 or "predict" in text.get("training", {}):
            found[case.name] = text
    return found


def test_losses_and_grids_of_the_zoo_are_true() -> None:
    found = documents()
    assert len(found) > 15
    for name, one in found.items():
        training = one["training"]
        if "float32" not in {form["dtype"] for form in one["forms"]}:
            for loss in range(1, len(training["losses"])):
                check_slopes(one, loss)
        if "predict" in training:
            predict = training["predict"]
            values = reader_of(one, "value_and_grad").run()
            data, wanted = np.asarray(values[training["data"]], float), np.asarray(values[training["outputs"]])
            if predict["axis"] == data.ndim:  # one example: its grid has an axis of points behind its own
                data, wanted = data[..., None], wanted[..., None]
            data = np.moveaxis(data, predict["axis"], 0)
            many = int(np.prod(predict["points"]))
            rows = np.moveaxis(np.resize(data, (many, *data.shape[1:])), 0, predict["axis"])
            reader = reader_of(one, "predict")
            given = {i: values[i] for i in reader.program["inputs"] if i != predict["input"]}
            said = np.moveaxis(
                reader.run({**given, predict["input"]: rows})[predict["output"]], predict["output_axis"], 0
            )
            wanted = np.moveaxis(wanted, predict["output_axis"], 0)
            either = (wanted, softmax(wanted) if wanted.ndim > 1 else wanted, sigmoid(wanted))  # of scores
            assert any(close(said[: len(data)], one, 1e-5) for one in either), name
