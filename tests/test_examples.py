"""The sources' published figures, computed through derived gradients: to the digit, or the difference is stated here.

docs/examples.md has them as a table. What is called "published" is what the source prints.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import curves
import delta_rule
import dolhansky
import kun
import mazur
import mistakes
import outlace
import questions
import seeds
import trask
import whygrad as wg
import xor
from derived import derived, descend, starting_weights

FIXTURES: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "fixtures.json").read_text())
EXAMPLES = Path(xor.__file__).parent

slow = pytest.mark.skipif(not os.environ.get("WHYGRAD_SLOW"), reason="takes half a minute: set WHYGRAD_SLOW=1")


def digits(numbers: Any, count: int = 12) -> str:
    """The numbers as the sources print them."""
    return " ".join(f"{number:.{count}g}" for number in np.ravel(numbers))


# The tutorial


def test_tutorial_prints_its_twelve_digits_at_all_six_times_and_after_60_000_steps() -> None:
    errors, params = xor.run()
    published = "0.496410031903 0.00858452565325 0.00578945986251 0.00462917677677 0.00395876528027 0.00351012256786"
    assert digits(errors[:6]) == published
    assert digits(errors[6]) == "0.00318350238587"
    outputs = xor.outputs(*params)[:, 0]
    assert [f"{out:.8f}".rstrip("0") for out in outputs] == ["0.0026057", "0.99672212", "0.99701713", "0.00386756"]
    np.testing.assert_allclose(outputs, FIXTURES["demo_seed1"]["outputs"], rtol=0, atol=1e-13)
    np.testing.assert_allclose(params[0], FIXTURES["demo_seed1"]["syn0"], rtol=0, atol=1e-11)


def test_tutorial_updates_are_minus_the_gradient_of_half_the_squares_and_of_nothing_else_near_by() -> None:
    start = FIXTURES["demo_seed1_step0"]
    weights = xor.syn0, xor.syn1
    for name, gradient in zip(("syn0_update", "syn1_update"), derived(xor.loss, *weights)(*weights)[1], strict=True):
        np.testing.assert_allclose(-gradient, start[name], rtol=0, atol=1e-15)
    for other in (
        lambda syn0, syn1: np.mean(np.abs(xor.y - xor.outputs(syn0, syn1))),
        lambda syn0, syn1: np.mean((xor.y - xor.outputs(syn0, syn1)) ** 2),
        lambda syn0, syn1: -np.sum(np.log(np.where(xor.y, xor.outputs(syn0, syn1), 1 - xor.outputs(syn0, syn1)))),
    ):
        assert np.max(np.abs(wg.grad(other)(*weights) + start["syn0_update"])) > 1e-3


def test_tutorial_seeds_that_viewers_asked_for() -> None:
    """1 and 42; the best of a thousand; two that are stuck on plateaus, one of which it leaves."""
    numbers = [1, 42, 520, 215, 911]
    errors = seeds.errors_after(numbers)
    assert digits(errors[:2], 6) == "0.0031835 0.00416536"
    np.testing.assert_allclose(
        errors[:2], [FIXTURES[f"demo_seed{n}"]["error_after_60000"] for n in (1, 42)], atol=1e-13
    )
    assert [f"{error:.6f}" for error in errors[2:3]] == ["0.002724"]
    assert [f"{error:.3f}" for error in errors[3:]] == ["0.130", "0.252"]
    assert seeds.errors_after([215], 120_000)[0] < 0.01


@slow
def test_tutorial_a_thousand_seeds() -> None:
    errors = seeds.errors_after(range(1000))
    rank = list(np.argsort(errors))
    assert f"{np.median(errors):.6f}" == "0.003811"
    assert (rank.index(1) + 1, rank.index(42) + 1, rank[0], rank[-2:]) == (9, 841, 520, [215, 911])
    assert np.sum(errors > 0.01) == 2
    assert f"{seeds.errors_after([911], 360_000)[0]:.2f}" == "0.25"


def test_tutorial_learns_xor_without_the_constant_column() -> None:
    bits = seeds.X[:, :2]
    start = [np.stack(w) for w in zip(*(starting_weights(n, (2, 4), (4, 1)) for n in range(100)), strict=True)]

    def outputs(syn0: Any, syn1: Any) -> Any:
        k1 = 1 / (1 + np.exp(-(bits @ syn0)))
        return 1 / (1 + np.exp(-(k1 @ syn1)))

    def loss(syn0: Any, syn1: Any) -> Any:
        return 0.5 * np.sum((seeds.y - outputs(syn0, syn1)) ** 2)

    trained = descend(derived(loss, *start), start, 60_000, rate=1.0)
    assert np.max(np.abs(outputs(*trained) - seeds.y)) < 0.5


def test_tutorial_terms_of_calculus() -> None:
    assert wg.grad(lambda x: x**2)(2.0) == 4.0
    assert wg.grad(curves.g, wrt=("x", "y"))(1.0, 2.0) == (10.0, 37.0)
    assert wg.grad(curves.g, wrt=("x", "y"))(2.0, -1.0) == (-5.0, 6.0)
    assert wg.grad(curves.f)(3.0) == 4 * 3.0


@pytest.mark.parametrize(
    ("mistake", "error"), [*zip(mistakes.MISTAKES, (0.963, 0.601, 0.732, 0.0040, None), strict=True)]
)
def test_tutorial_wrong_versions_of_its_backward_pass(mistake: str, error: float | None) -> None:
    np.testing.assert_allclose(mistakes.backward(xor.syn0, xor.syn1), wg.grad(xor.loss)(xor.syn0, xor.syn1), atol=1e-15)
    if error is None:
        with pytest.raises(ValueError, match="mismatch"):
            mistakes.off(mistake)
    else:
        assert abs(mistakes.off(mistake) - error) < (0.0005 if error > 0.1 else 0.00005)


# Trask


def test_trask_outputs_are_those_that_the_ten_thousandth_round_computes() -> None:
    """They are printed after the loop, but computed before its last update."""
    outputs = [f"{out:.8f}" for out in trask.outputs_of_one_layer()[:, 0]]
    assert outputs == ["0.00966449", "0.00786506", "0.99358898", "0.99211957"]


RATES = {
    0.001: "0.495164025493 0.493596043188 0.491606358559 0.489100166544 0.485977857846",
    0.01: "0.457431074442 0.359097202563 0.239358137159 0.143070659013 0.0985964298089",
    0.1: "0.0428880170001 0.0240989942285 0.0181106521468 0.0149876162722 0.0130144905381",
    10: "0.00312938876301 0.00214459557985 0.00172397549956 0.00147821451229 0.00131274062834",
}


@pytest.mark.parametrize("rate", RATES)
def test_trask_table_of_rates_to_twelve_digits(rate: float) -> None:
    assert digits(trask.errors(rate)) == RATES[rate]


def test_trask_rate_100_agrees_to_ten_digits_and_no_further() -> None:
    """Units are saturated there: the last digits hang on the last bit of exp, which is not the same everywhere."""
    published = [0.125476983855, 0.125330333528, 0.125267728765, 0.12523107366, 0.125206352756]
    np.testing.assert_allclose(trask.errors(100), published, rtol=1e-10)


def test_trask_rate_1000_sticks() -> None:
    with np.errstate(over="ignore"):
        assert digits(trask.errors(1000, 1)) == "0.5"


def test_trask_32_hidden_units_at_rate_10_are_chaotic() -> None:
    """A change of 1e-15 at the start is seen in the digits that are published."""
    start = starting_weights(1, (3, 32), (32, 1))
    moved = [start[0] + 1e-15, start[1]]
    one, other = (digits(xor.run(params, 10, 1)[0][1]) for params in (start, moved))
    assert one != other


# Mazur


def test_mazur_first_round() -> None:
    step = FIXTURES["mazur_step0"]
    gradient = derived(mazur.loss, mazur.W1, mazur.W2, mazur.b1, mazur.b2)
    value, (dW1, dW2, db1, db2) = gradient(mazur.W1, mazur.W2, mazur.b1, mazur.b2)
    assert f"{value:.9f}" == "0.298371109"
    assert (f"{dW2[0, 0]:.9f}", f"{dW1[0, 0]:.9f}") == ("0.082167041", "0.000438568")
    moved = [f"{w:.9f}" for w in (mazur.W2 - 0.5 * dW2).ravel()]
    assert moved == ["0.358916480", "0.408666186", "0.511301270", "0.561370121"]
    moved = [f"{w:.8f}" for w in (mazur.W1 - 0.5 * dW1).ravel()]
    assert moved == ["0.14978072", "0.19956143", "0.24975114", "0.29950229"]
    for name, found in (("grad_W1", dW1), ("grad_W2", dW2), ("grad_b1_per_neuron", db1), ("grad_b2_per_neuron", db2)):
        np.testing.assert_allclose(found, step[name], rtol=0, atol=1e-15)


@pytest.mark.parametrize(("rounds", "error"), [(1, "0.2910277737"), (9_999, "0.0000351085"), (10_000, "0.0000351019")])
def test_mazur_by_the_gradient(rounds: int, error: str) -> None:
    """The stated rule. The published 0.0000351085 is its error after 9,999 rounds."""
    params = mazur.by_the_gradient(rounds)
    run = FIXTURES["mazur_runs"][f"parallel_{rounds}"]
    assert f"{mazur.loss(*params):.10f}" == error
    np.testing.assert_allclose(mazur.loss(*params), run["E"], rtol=1e-10)
    np.testing.assert_allclose(mazur.outputs(*params), run["out"], rtol=0, atol=1e-12)
    if rounds == 10_000:
        assert [f"{out:.9f}" for out in mazur.outputs(*params)] == ["0.015913620", "0.984064274"]


@pytest.mark.parametrize("rounds", [1, 10_000])
def test_mazur_by_the_program_that_gave_the_published_outputs(rounds: int) -> None:
    """W2 updated before it is used. Published: 0.291027924 after one round, these outputs after 10,000."""
    params = mazur.output_layer_first(rounds)
    run = FIXTURES["mazur_runs"][f"sequential_{rounds}"]
    np.testing.assert_allclose(mazur.loss(*params), run["E"], rtol=1e-10)
    np.testing.assert_allclose(mazur.outputs(*params), run["out"], rtol=0, atol=1e-12)
    if rounds == 1:
        assert f"{mazur.loss(*params):.9f}" == "0.291027924"
    else:
        assert [f"{out:.9f}" for out in mazur.outputs(*params)] == ["0.015912196", "0.984065734"]


def test_mazur_with_biases_trained() -> None:
    params = mazur.by_the_gradient(10_000, train_biases=True)
    assert f"{mazur.loss(*params):.10f}" == "0.0000024476"
    np.testing.assert_allclose(mazur.loss(*params), FIXTURES["mazur_runs"]["parallel_biases_trained_10000"]["E"])


# outlace


def test_outlace_derivatives_of_the_chain() -> None:
    """At 1.5 the exact value ends in 594 (forty digits by series agree): −4.103116488593821."""
    slopes = [f"{wg.grad(outlace.chain)(x):.12f}" for x in (1.0, 0.5, 1.5)]
    assert slopes == ["2.506761534987", "1.240882609167", "-4.103116488594"]


def test_outlace_edges_of_the_graph_are_in_the_printed_code() -> None:
    lines = wg.derive(outlace.chain, 1.0).code(part="backward").split("\n")
    assert lines[:2] == ["dv = chain * np.cos(v)", "dx = 2 * dv * x"]  # f = eᵘ is its own slope


@pytest.mark.parametrize("h", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("y", [0.0, 1.0])
def test_outlace_slope_of_the_cross_entropy_and_its_delta(h: float, y: float) -> None:
    np.testing.assert_allclose(wg.grad(outlace.cross_entropy)(h, y), (h - y) / (h * (1 - h)), rtol=1e-12)
    np.testing.assert_allclose(wg.grad(outlace.cross_entropy_of_a_unit)(np.log(h / (1 - h)), y), h - y, rtol=1e-12)


def test_outlace_net_with_bias_nodes_sends_back_h_minus_y() -> None:
    d = wg.derive(outlace.cost, outlace.theta1, outlace.theta2)
    l1 = np.hstack([outlace.bits, outlace.ones])
    l2 = np.hstack([1 / (1 + np.exp(-(l1 @ outlace.theta1))), outlace.ones])
    h = 1 / (1 + np.exp(-(l2 @ outlace.theta2)))
    delta = (h - outlace.y) / 4
    np.testing.assert_allclose(d.gradients[1], l2.T @ delta, rtol=0, atol=1e-14)
    hidden = (delta @ outlace.theta2.T * l2 * (1 - l2))[:, :2]  # the bias node has nothing in front of it
    np.testing.assert_allclose(d.gradients[0], l1.T @ hidden, rtol=0, atol=1e-14)


def test_outlace_one_weight_article_drops_the_factor_x() -> None:
    assert f"{outlace.one_weight_as_published(5.0):.4f}" == "0.0748"
    assert f"{wg.grad(outlace.one_weight_cost)(5.0):.4f}" == "0.0207"
    assert not wg.verify(outlace.one_weight_cost, 5.0, grads=outlace.one_weight_as_published(5.0))


def test_outlace_two_weight_article_moves_both_alike() -> None:
    start = outlace.weights
    used = outlace.two_weights_as_published(start)
    assert used[0] == pytest.approx(used[1], rel=1e-14)
    assert not wg.verify(outlace.two_weights_cost, start, grads=used)
    end = outlace.trained_as_published()
    np.testing.assert_allclose(end, [-4.77235179, 2.4814493], rtol=0, atol=1e-7)  # as published
    assert f"{end[0] - end[1]:.6f}" == f"{start[0] - start[1]:.6f}" == "-7.253801"
    free = outlace.trained_by_the_gradient()
    assert abs(free[0] - free[1] + 7.253801) > 0.1


# Dolhansky


def test_dolhansky_worked_chain() -> None:
    d = wg.derive(dolhansky.chain, dolhansky.w_1, dolhansky.w_2, dolhansky.w_3)
    out = dolhansky.w_3 * dolhansky.sigmoid(dolhansky.w_2 * dolhansky.sigmoid(dolhansky.w_1 * dolhansky.x))
    assert f"{out:.6f}" == "0.309266"
    worked = [-0.333782183558512, -0.05698978976221052, 0.0017919938867050674]
    np.testing.assert_allclose(d.gradients[::-1], worked, rtol=1e-14)


def test_dolhansky_rule_is_what_is_printed() -> None:
    """δ_j = σ′(s_j) Σ_k δ_k w_jk, and ∂E/∂w_ij = δ_j z_i."""
    code = wg.derive(dolhansky.chain, 0.13, -0.13, 0.64).code(part="backward")
    assert "ds_2 = dz_2 * z_2 * (1 - z_2)" in code
    assert "dw_2 = ds_2 * z_1" in code
    code = wg.derive(dolhansky.two_inputs, 0.13, -0.13, 0.64).code(part="backward")
    assert "dw_2 = ds * x_2" in code
    assert "dw_1 = ds * x_1" in code
    code = wg.derive(dolhansky.one_feeds_two, 0.13, -0.13, 0.64, 0.2, -0.4).code(part="backward")
    assert "dz_i = ds_k * w_3 + ds_j * w_2" in code
    code = wg.derive(dolhansky.several_outputs, 0.13, -0.13, 0.64).code(part="backward")
    assert "dz = (out_2 + y) * w_3 + (out_1 - y) * w_2" in code
    code = wg.derive(dolhansky.layers, dolhansky.W_in, dolhansky.W_out).code(part="backward")
    assert "dz = W_out @ (out - wanted)" in code
    assert "ds = dz * z * (1 - z)" in code


def test_dolhansky_sum_over_paths_is_named() -> None:
    assert "two" in str(wg.derive(dolhansky.one_feeds_two, 0.13, -0.13, 0.64, 0.2, -0.4))


@pytest.mark.parametrize(
    ("f", "args"),
    [
        (dolhansky.chain, (0.13, -0.13, 0.64)),
        (dolhansky.two_inputs, (0.13, -0.13, 0.64)),
        (dolhansky.one_feeds_two, (0.13, -0.13, 0.64, 0.2, -0.4)),
        (dolhansky.several_outputs, (0.13, -0.13, 0.64)),
        (dolhansky.layers, (dolhansky.W_in, dolhansky.W_out)),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_dolhansky_shapes_are_right(f: Any, args: Any) -> None:
    assert wg.verify(f, *args)


# Kun


@pytest.mark.parametrize("seed", range(5))
def test_kun_hidden_step_is_too_long_by_one_over_the_slope_of_the_output(seed: int) -> None:
    params, _ = kun.starting_weights([seed], 3, 4, bias_edges=1)
    x, t = np.array([[[0.3, -0.8, 1.2]]]), np.array([[[0.7]]])
    _, gradient = derived(kun.loss, x, t, *params, wrt=("W1", "b1", "W2", "b2"))(x, t, *params)
    rule = kun.his_rule(x, t, *params)
    o = kun.network(x, *params)
    for his, true in zip(rule[2:], gradient[2:], strict=True):
        np.testing.assert_allclose(his, true, rtol=1e-14)
    for his, true in zip(rule[:2], gradient[:2], strict=True):
        np.testing.assert_allclose(his / true, np.broadcast_to(1 / (o * (1 - o)), his.shape), rtol=1e-13)
    assert not wg.verify(kun.loss, x, t, *params, wrt="W1", grads=rule[0])


def test_kun_with_two_hidden_layers_the_direction_is_wrong_too() -> None:
    rng = np.random.default_rng(0)
    x, t = rng.random((1, 3)), np.array([[0.7]])
    W1, W2, W3 = rng.random((3, 4)), rng.random((4, 4)), rng.random((4, 1))

    def loss(W1: Any, W2: Any, W3: Any) -> Any:
        h1 = 1 / (1 + np.exp(-(x @ W1)))
        h2 = 1 / (1 + np.exp(-(h1 @ W2)))
        o = 1 / (1 + np.exp(-(h2 @ W3)))
        return 0.5 * np.sum((t - o) ** 2)

    h1 = 1 / (1 + np.exp(-(x @ W1)))
    h2 = 1 / (1 + np.exp(-(h1 @ W2)))
    o = 1 / (1 + np.exp(-(h2 @ W3)))
    his = x.T @ ((o - t) @ W3.T @ W2.T * h1 * (1 - h1))
    ratio = his / wg.grad(loss)(W1, W2, W3)
    assert np.ptp(ratio) > 0.01 * np.mean(ratio)


def test_kun_sine() -> None:
    """The claim is an average error of .03 to .06. Over 32 seeds of our draws his program gives .072 and keeps it 11
    times; over 400 seeds .066 and 165 times. (Another 32 gave .068 and 10 times.)"""
    errors = kun.sine_errors(range(32))
    assert f"{errors.mean():.3f}" == "0.072"
    assert np.sum((errors >= 0.03) & (errors <= 0.06)) == 11
    assert errors.min() > 0.03


@pytest.mark.parametrize("rule", ["his rule", "the gradient"])
@pytest.mark.parametrize("bias_edges", [1, 2])
def test_kun_even_or_odd_is_learned_by_either_rule(rule: str, bias_edges: int) -> None:
    assert np.max(kun.parity_errors(range(32), rule, bias_edges)) < 0.05


# The delta rule


def test_delta_rule_is_minus_the_gradient_and_learns() -> None:
    rule = delta_rule
    args = rule.x, rule.t, rule.W1, rule.b1, rule.W2, rule.b2
    _, gradient = derived(rule.loss, *args, wrt=("W1", "b1", "W2", "b2"))(*args)
    for added, slope in zip(rule.delta_rule(*args), gradient, strict=True):
        np.testing.assert_allclose(added, -slope, rtol=0, atol=1e-16)
    params, errors = rule.train()
    assert errors == sorted(errors, reverse=True)
    assert all(abs(rule.output(x, *params)[0] - t[0]) < 0.05 for x, t in rule.EXAMPLES)


# The viewers' questions


def test_question_8_f_prime_is_evaluated_at_g() -> None:
    assert questions.is_f_prime_multiplied() == [(0.5, 2, 2, 0.5), (1, 4, 4, 4), (2, 8, 8, 32), (3, 12, 12, 108)]


def test_question_9_the_chain_rule_as_it_was_spoken() -> None:
    assert [f"{slope:.6f}" for slope in questions.as_spoken()] == ["-2.614574", "-2.614574", "-1.664587"]


def test_question_12_it_is_the_gradient_that_goes_back() -> None:
    rows = [(f"{o:g}", f"{a:.2g}" if o > 0.9 else f"{a:.3f}", f"{b:g}") for o, a, b in questions.error_or_gradient()]
    assert rows == [
        ("0.5", "0.125", "0.5"),
        ("0.9", "0.081", "0.9"),
        ("0.99", "0.0098", "0.99"),
        ("0.9999", "0.0001", "0.9999"),
    ]


def test_question_3_such_decay_kills_the_weights() -> None:
    sizes, errors = zip(*(questions.decayed(steps) for steps in (0, 1_000, 10_000)), strict=True)
    assert [f"{size:.2f}" for size in sizes[:2]] == ["1.80", "0.66"]
    assert f"{sizes[2]:.0e}" == "8e-05"
    assert f"{errors[2]:.3f}" == "0.500"


def test_question_7_secants_come_near_the_tangent() -> None:
    assert [round(float(slope), 9) for slope in questions.secants()] == [5, 4.1, 4.01, 4.001, 4]


# The files


@pytest.mark.parametrize("name", ["delta_rule", "dolhansky", "mazur", "mistakes", "outlace", "questions", "xor"])
def test_an_example_runs_by_itself(name: str) -> None:
    command = [sys.executable, str(EXAMPLES / f"{name}.py")]
    run = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": _package()})
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip()
    assert run.stderr == ""


def _package() -> str:
    return str(Path(wg.__file__).parents[1])


@pytest.mark.parametrize(
    "target",
    [
        *("xor.py:loss", "trask.py:one_layer_loss", "seeds.py:loss", "mazur.py:loss", "outlace.py:chain"),
        *("outlace.py:cost", "dolhansky.py:chain", "delta_rule.py:loss"),
    ],
)
def test_an_example_is_explained_from_the_command_line(target: str) -> None:
    command = [sys.executable, "-c", "from whygrad.cli import main; main()", "code", str(EXAMPLES / target)]
    run = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": _package()})
    assert run.returncode == 0, run.stderr + run.stdout
    assert "_value_and_grad(" in run.stdout
