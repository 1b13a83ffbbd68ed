"""The published figures of the tutorial and of Mazur's example hold for the zoo's plain functions.

tests/data/fixtures.json holds them in full precision, computed by programs that share nothing with ours.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zoo.case import Case
from zoo.networks import (
    W1,
    W2,
    T,
    hidden_chain,
    layers_of,
    mazur,
    mazur_number_by_number,
    mazur_outputs,
    mazur_with_biases,
    starting_weights,
    tutorial,
    tutorial_with_its_nonlin,
    y,
)
from zoo.oracles import complex_gradient

FIXTURES: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "fixtures.json").read_text())


def gradient(function: Any, *args: Any) -> tuple[Any, ...]:
    """The gradient by the complex step, by every argument."""
    return complex_gradient(Case(function.__name__, function, args))


def close(got: Any, published: Any, digits: int = 14) -> None:
    """Equal to the given number of decimals."""
    np.testing.assert_allclose(got, published, rtol=0, atol=10.0**-digits)


def test_tutorial_starts_from_the_published_weights() -> None:
    start = FIXTURES["demo_seed1_step0"]
    syn0, syn1 = starting_weights(1)
    close(syn0, start["syn0"], 16)
    close(syn1, start["syn1"], 16)


def test_tutorial_layers_and_value_at_the_start() -> None:
    start = FIXTURES["demo_seed1_step0"]
    k1, k2 = layers_of(*starting_weights(1))
    close(k1, start["k1"])
    close(k2, start["k2"])
    close(y - k2, start["k2_error"])
    loss = 0.5 * np.sum(np.square(start["k2_error"]))
    close(tutorial(*starting_weights(1)), loss)
    close(tutorial_with_its_nonlin(*starting_weights(1)), loss)


def test_tutorial_updates_are_minus_the_gradient() -> None:
    start = FIXTURES["demo_seed1_step0"]
    dsyn0, dsyn1 = gradient(tutorial, *starting_weights(1))
    close(-dsyn0, start["syn0_update"])
    close(-dsyn1, start["syn1_update"])


@pytest.mark.parametrize("seed", [1, 42])
def test_tutorial_mean_error_before_training(seed: int) -> None:
    published = FIXTURES[f"demo_seed{seed}"]["errors_at_0_10000_..50000"][0]
    _, k2 = layers_of(*starting_weights(seed))
    close(np.mean(np.abs(y - k2)), published)


@pytest.mark.parametrize("seed", [1, 42])
def test_tutorial_at_the_trained_weights(seed: int) -> None:
    run = FIXTURES[f"demo_seed{seed}"]
    syn0, syn1 = np.array(run["syn0"]), np.array(run["syn1"]).reshape(4, 1)
    _, k2 = layers_of(syn0, syn1)
    close(k2[:, 0], run["outputs"], 13)
    close(np.mean(np.abs(y - k2)), run["error_after_60000"], 13)
    outputs = np.array(run["outputs"]).reshape(4, 1)
    close(tutorial(syn0, syn1), 0.5 * np.sum((y - outputs) ** 2), 13)


def test_mazur_first_round() -> None:
    step = FIXTURES["mazur_step0"]
    close(mazur(W1, W2), step["E_total"])
    close(mazur_number_by_number(*W1.ravel(), *W2.ravel()), step["E_total"])
    close(mazur_outputs(W1, W2), step["out_o"])
    dW1, dW2 = gradient(mazur, W1, W2)
    close(dW1, step["grad_W1"])
    close(dW2, step["grad_W2"])
    close(W1 - 0.5 * dW1, step["W1_new"])
    close(W2 - 0.5 * dW2, step["W2_new"])


def test_mazur_biases() -> None:
    step = FIXTURES["mazur_step0"]
    biases = np.array([0.35, 0.35]), np.array([0.60, 0.60])
    close(mazur_with_biases(W1, biases[0], W2, biases[1]), step["E_total"])
    _, db1, _, db2 = gradient(mazur_with_biases, W1, biases[0], W2, biases[1])
    close(db1, step["grad_b1_per_neuron"])
    close(db2, step["grad_b2_per_neuron"])


def test_mazur_after_one_round_by_both_rules() -> None:
    """Updating W2 before it is used changes the error in the seventh digit."""
    runs = FIXTURES["mazur_runs"]
    dW1, dW2 = gradient(mazur, W1, W2)
    after = W1 - 0.5 * dW1, W2 - 0.5 * dW2
    close(mazur(*after), runs["parallel_1"]["E"])
    close(mazur_outputs(*after), runs["parallel_1"]["out"])
    assert abs(mazur(*after) - runs["sequential_1"]["E"]) > 1e-7


def test_mazur_after_ten_thousand_rounds() -> None:
    """The gradient's rule, followed with the complex step, ends where the stated rule ends."""
    runs = FIXTURES["mazur_runs"]
    step = 1e-30
    weights = np.concatenate([W1.ravel(), W2.ravel()])
    directions = 1j * step * np.eye(8)
    for count in range(10_000):
        if count == 9_999:
            close(mazur(*weights.reshape(2, 2, 2)), runs["parallel_9999"]["E"])
        moved = (weights + directions).reshape(8, 2, 2, 2)
        slopes = np.array([mazur(*pair).imag for pair in moved]) / step
        weights = weights - 0.5 * slopes
    outputs = mazur_outputs(*weights.reshape(2, 2, 2))
    close(mazur(*weights.reshape(2, 2, 2)), runs["parallel_10000"]["E"])
    close(outputs, runs["parallel_10000"]["out"], 12)
    close(0.5 * np.sum((T - outputs) ** 2), runs["parallel_10000"]["E"])


def test_a_chain_of_three_weights() -> None:
    """Our own worked numbers for a chain of two sigmoids and a linear output."""
    d1, d2, d3 = gradient(hidden_chain, 0.13, -0.13, 0.64)
    close([d3, d2, d1], [-0.333782183558512, -0.05698978976221052, 0.0017919938867050674])
