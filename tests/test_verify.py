"""Verification: wrong gradients are found, right ones are not accused, the report says what was done."""

import dataclasses
import time

import numpy as np
import pytest

import whygrad as wg
from whygrad.differentiation.gradients import output_of
from whygrad.differentiation.reverse import reverse
from whygrad.errors import ArgumentError, NoFloatsError, NotScalarError, VerificationError
from whygrad.program import evaluate_all
from whygrad.proving.derivative import verify_derivative
from whygrad.proving.verify import verify_function
from whygrad.rules import primitive
from whygrad.watching.programs import to_program
from whygrad.watching.watch import watch

# The tutorial's network and its backward pass, written by hand, right and with the slips that people make.
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])
_random = np.random.RandomState(1).random
SYN0 = 2 * _random((3, 4)) - 1
SYN1 = 2 * _random((4, 1)) - 1


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def tutorial(syn0, syn1):
    k1 = sigmoid(X @ syn0)
    k2 = sigmoid(k1 @ syn1)
    return 0.5 * np.sum((y - k2) ** 2)


def by_hand(slip=""):
    z1 = X @ SYN0
    k1 = sigmoid(z1)
    k2 = sigmoid(k1 @ SYN1)
    k2_error = k2 - y
    k2_delta = k2_error * k2 * (1 - k2)
    sent_back = k2_error if slip == "raw error" else k2_delta
    weights = SYN1 - k1.T @ k2_delta if slip == "syn1 updated first" else SYN1
    slopes = {"z(1-z)": z1 * (1 - z1), "sigma'(k1)": sigmoid(k1) * (1 - sigmoid(k1))}
    slope = slopes.get(slip, k1 * (1 - k1))
    k1_delta = (sent_back @ weights.T) * slope
    return X.T @ k1_delta, k1.T @ k2_delta


def test_the_gradient_derived_for_the_tutorial_is_right():
    report = wg.verify(tutorial, SYN0, SYN1)
    assert report
    assert report.method == "complex step"
    checked = [(r.name, r.shape, r.checked) for r in report.results]
    assert checked == [("syn0", (3, 4), 12), ("syn1", (4, 1), 4)]
    assert max(r.relative_error for r in report.results) < 1e-13


def test_a_right_gradient_by_hand_is_not_accused():
    assert wg.verify(tutorial, SYN0, SYN1, grads=by_hand())


# Printed figures: ../shared/reference/sources.md, section 1.
@pytest.mark.parametrize(
    ("slip", "printed"),
    [("z(1-z)", "0.963"), ("raw error", "0.601"), ("sigma'(k1)", "0.732"), ("syn1 updated first", "0.0040")],
)
@pytest.mark.parametrize("oracle", ["complex step", "finite differences"])
def test_every_slip_in_the_tutorial_is_found(slip, printed, oracle):
    def real_only(syn0, syn1):
        return tutorial(np.real(syn0), np.real(syn1))

    function = tutorial if oracle == "complex step" else real_only
    report = wg.verify(function, SYN0, SYN1, grads=by_hand(slip))
    assert report.method == oracle
    assert not report
    syn0, syn1 = report.results
    assert f"{syn0.relative_error:.{len(printed) - 2}f}" == printed
    assert (syn0.ok, syn1.ok) == (False, True)
    assert "is wrong in syn0:" in str(report)


def test_the_wrong_weights_do_not_even_fit():
    k1 = sigmoid(X @ SYN0)
    k2 = sigmoid(k1 @ SYN1)
    with pytest.raises(ValueError):
        ((k2 - y) * k2 * (1 - k2)) @ SYN0.T


def test_the_report_reads_well():
    text = str(wg.verify(tutorial, SYN0, SYN1, grads=by_hand("syn1 updated first")))
    lines = text.splitlines()
    verdict = "The gradient given for tutorial is wrong in syn0: it does not agree with the complex step."
    assert lines[0] == verdict
    heading, syn0, syn1 = lines[2:]
    words = " ".join(heading.split())
    assert words == "argument shape checked relative error allowed worst element given complex step"
    assert syn0.split()[:6] == ["syn0", "(3,", "4)", "12", "4.0e-03", "1e-09"]
    assert syn0.endswith("WRONG") and syn1.endswith("ok")
    assert syn0.index("WRONG") == syn1.index("ok")
    assert text == "\n".join(line.rstrip() for line in lines)


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        (lambda g: -g, "the sign is wrong"),
        (lambda g: 4 * g, "every element is 4 times"),
        (lambda g: g / 4, "every element is 1/4 times"),
        (lambda g: g.T, "the transpose"),
    ],
)
def test_a_simple_slip_is_named(change, hint):
    w = np.random.default_rng(0).normal(size=(3, 3))
    c = np.random.default_rng(1).normal(size=(3, 3))
    report = wg.verify(lambda w: np.sum(c * w**2), w, grads=change(2 * c * w))
    assert not report
    assert hint in report.notes[0]


def test_one_wrong_element_is_named():
    x = np.linspace(0.5, 2, 12).reshape(3, 4)
    right = 3 * x**2
    wrong = right.copy()
    wrong[1, 2] += 1e-5
    (result,) = wg.verify(lambda x: np.sum(x**3), x, grads=wrong).results
    assert not result.ok
    assert (result.worst, result.element) == ((1, 2), "x[1, 2]")
    assert result.analytic == wrong[1, 2]
    assert result.numeric == pytest.approx(right[1, 2], rel=1e-12)


def test_a_small_wrong_element_in_a_large_gradient_is_found():
    scale = np.array([1e6, 1.0, 1.0])
    grads = np.array([2e6, 2.0, 2.1])
    assert not wg.verify(lambda x: np.sum(scale * x**2), np.ones(3), grads=grads)


# Which oracle


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        (lambda x: np.sum(np.abs(x) * x), lambda x: 2 * np.abs(x)),  # abs gives a real number
        (lambda x: np.sum(x * np.real(x)), lambda x: 2 * x),
        (lambda x: np.sum(x * np.conj(x)), lambda x: 2 * x),
        (lambda x: sum(float(v) ** 2 for v in x), lambda x: 2 * x),
        (lambda x: np.sum(np.where(np.isreal(x), x**2, x)), lambda x: 2 * x),
        (lambda x: np.sum(x**2) if x.dtype == float else "complex", lambda x: 2 * x),
    ],
)
def test_code_that_treats_complex_numbers_differently_is_seen(function, slope):
    x = np.array([0.5, -1.5, 2.0])
    report = wg.verify(function, x, grads=slope(x))
    assert report
    wrong = wg.verify(function, x, grads=1.004 * slope(x))
    assert not wrong and wrong.method == "finite differences"


def test_a_fast_wave_and_a_bump_narrower_than_the_first_step():
    assert wg.verify(lambda x: np.abs(np.sin(1e4 * x)), 1.1)
    assert wg.verify(lambda x: abs(np.exp(-((x - 1) ** 2) / 1e-8)), 1.00005)


def test_the_function_is_left_alone(capsys):
    x = np.ones(3)

    def changes_its_argument(x):
        print("called")
        x *= 2
        return np.sum(x**2)

    assert wg.verify(changes_its_argument, x)
    assert np.array_equal(x, np.ones(3))
    assert capsys.readouterr().out.count("called") <= 2


def test_memory_layout_is_kept():
    A = np.asfortranarray(np.arange(9.0).reshape(3, 3))
    weights = np.arange(9.0)
    right = 2 * A * weights.reshape(3, 3).T
    assert wg.verify(lambda A: np.sum(weights * A.ravel(order="K") ** 2), A, grads=right)


# Kinks


def test_at_a_kink_any_slope_between_is_right():
    x = np.array([0.0, 1.0, -2.0])
    for between in (0.0, 0.5, 1.0):
        report = wg.verify(lambda x: np.sum(np.maximum(0, x)), x, grads=np.array([between, 1.0, 0.0]))
        assert report
        assert "not smooth at x[0]: the slope is 0 to the left and 1 to the right" in report.notes[0]
    for outside in (-0.1, 1.1):
        report = wg.verify(lambda x: np.sum(np.maximum(0, x)), x, grads=np.array([outside, 1.0, 0.0]))
        assert not report
        assert report.results[0].element == "x[0]"


def test_the_middle_of_a_symmetric_kink_is_noted():
    report = wg.verify(lambda x: np.sum(np.abs(x)), np.zeros(5))
    assert report
    assert "slope is -1 to the left and 1 to the right" in report.notes[0]
    assert report.notes[-1] == "not smooth in 2 more elements of x either"


def test_ties():
    assert wg.verify(lambda x: np.max(x) ** 2, np.array([1.0, 1.0, 0.5]))


def test_a_kink_near_by_is_no_excuse():
    x = 1e-3
    assert wg.verify(abs, x, grads=1.0)
    assert not wg.verify(abs, x, grads=0.0)


def test_the_edge_of_the_domain_and_a_jump_are_not_judged():
    edge = wg.verify(lambda x: np.sum(np.sqrt(x)), np.array([0.0, 4.0]), grads=np.array([np.inf, 0.25]))
    assert edge and edge.results[0].checked == 1
    assert "do not settle at x[0]" in edge.notes[0]
    jump = wg.verify(lambda x: np.sum(np.where(x > 0, x + 1, x)), np.array([0.0, 4.0]))
    assert jump and "do not settle at x[0]" in jump.notes[0]


def test_what_could_not_be_judged_at_all_is_not_called_right():
    report = wg.verify(lambda x: np.where(x > 0, x + 1, x), 0.0)
    assert not report
    assert "could not be verified in x" in str(report)
    assert "unclear" in str(report)


def test_from_one_side():
    def positive(x):
        if x < 0:
            raise ValueError("negative")
        return x**2 + 3 * x

    report = wg.verify(positive, 0.0, grads=3.0)
    assert report and "seen from one side" in report.notes[0]
    assert not wg.verify(positive, 0.0, grads=2.0)


def test_no_value_no_derivative():
    with np.errstate(all="ignore"):
        report = wg.verify(lambda x: np.sum(np.log(x)), np.array([0.0, 1.0]), grads=np.zeros(2))
    assert not report
    assert "could not be verified" in str(report)
    assert "is -inf here" in report.notes[0]


def test_a_gradient_of_nan_is_wrong():
    (result,) = wg.verify(lambda x: np.sum(x**2), np.ones(2), grads=np.array([2.0, np.nan])).results
    assert not result.ok
    assert result.worst == (1,)


# Randomness


def test_random_draws_are_replayed():
    random = np.random.default_rng(3)

    def noisy(w):
        return np.sum((w * random.normal(size=3)) ** 2)

    report = wg.verify(noisy, np.ones(3))
    assert report
    assert "another value at each run" in report.notes[0]
    wrong = wg.verify(noisy, np.ones(3), grads=np.ones(3))
    assert not wrong
    assert "seed the draws inside the function" in wrong.notes[1]


def test_seeded_draws_need_no_replay():
    def seeded(w):
        return np.sum((w * np.random.default_rng(3).normal(size=3)) ** 2)

    report = wg.verify(seeded, np.ones(3))
    assert report and report.notes == ()


# Sizes, scales, dtypes


def test_float32_is_held_to_less():
    x = np.linspace(0.1, 1, 5, dtype=np.float32)
    report = wg.verify(lambda x: np.sum(np.tanh(x)), x)
    assert report and report.results[0].tolerance == 1e-4
    assert not wg.verify(lambda x: np.sum(np.tanh(x)), x, grads=1.004 * (1 - np.tanh(x) ** 2))


def test_float32_inside_the_function():
    w = np.linspace(0.1, 1, 4, dtype=np.float32)

    def single(x):
        return np.sum((x * w) ** 2)

    assert wg.verify(single, 2.0)
    assert not wg.verify(single, 2.0, grads=1.01 * 4.0 * float(np.sum(w**2)))


@pytest.mark.parametrize("scale", [1e-300, 1e-12, 1.0, 1e12, 1e150])
@pytest.mark.parametrize("through", [np.sin, lambda x: np.abs(np.sin(x))])
def test_the_scale_of_the_loss_does_not_matter(scale, through):
    x = np.array([0.3, 1.1, 0.7])
    right = scale * np.cos(x)
    assert wg.verify(lambda x: scale * np.sum(through(x)), x, grads=right)
    assert not wg.verify(lambda x: scale * np.sum(through(x)), x, grads=1.004 * right)


@pytest.mark.parametrize("scale", [1e-30, 1e-9, 1e9])
def test_the_scale_of_the_argument_does_not_matter(scale):
    x = scale * np.array([0.3, 1.1, 0.7])
    right = np.cos(x / scale) / scale
    for function in (lambda x: np.sum(np.sin(x / scale)), lambda x: np.sum(np.abs(np.sin(x / scale)))):
        assert wg.verify(function, x, grads=right)
        assert not wg.verify(function, x, grads=1.004 * right)


@pytest.mark.parametrize("power", [lambda d: d**2, lambda d: np.abs(d) ** 2])
def test_at_the_optimum_noise_is_no_error(power):
    random = np.random.default_rng(0)
    A, b = 1e3 * random.normal(size=(50, 5)), random.normal(size=50)
    w = np.linalg.lstsq(A, b, rcond=None)[0]
    report = wg.verify(lambda w: np.mean(power(A @ w - b)), w)
    assert report
    assert report.results[0].relative_error == 0
    assert wg.verify(lambda x: np.sum(power(x - 3.0)) + 1, np.full(4, 3.0), grads=np.zeros(4))


def test_zero_against_noise_is_fine():
    def constant(x):
        return np.sum(np.exp(x) / np.sum(np.exp(x)))

    x = np.array([1.0, 2.0, 3.0])
    assert wg.verify(constant, x)
    assert wg.verify(lambda x: np.sum((x - 1) ** 2) + 1, np.ones(3), grads=np.full(3, 1e-12))
    assert wg.verify(lambda x: np.sum(np.abs(x - 1) ** 2) + 1, np.ones(3), grads=np.full(3, 1e-12))
    assert not wg.verify(lambda x: np.sum((x - 1) ** 2) + 1, np.ones(3), grads=np.full(3, 1e-3))


def test_an_argument_that_does_not_matter():
    assert wg.verify(lambda x, z: x**2, 3.0, 4.0, grads=(6.0, 0.0))
    assert not wg.verify(lambda x, z: x**2, 3.0, 4.0, grads=(6.0, 1e-6))


def test_empty_arrays():
    report = wg.verify(lambda x, z: np.sum(x) + np.sum(z**2), np.zeros((0, 3)), np.ones(2))
    assert report
    assert (report.results[0].checked, report.results[0].worst) == (0, None)
    assert "(0, 3)" in str(report)


def test_a_branch_that_returns_an_integer():
    def hinge(x):
        return 0 if np.sum(x) < 0 else np.sum(x**2)

    assert wg.verify(hinge, np.array([-1.0, 0.2]))
    assert wg.verify(hinge, np.array([1.0, 0.2]))
    assert not wg.verify(hinge, np.array([-1.0, 0.2]), grads=np.array([-2.0, 0.4]))


def test_a_large_argument_is_sampled():
    x = np.random.default_rng(0).normal(size=(60, 50))
    report = wg.verify(lambda x: np.sum(np.tanh(x) ** 2), x)
    assert report and report.results[0].checked == 200
    assert "x has 3,000 elements: 200 of them" in report.notes[0]
    right = 2 * np.tanh(x) * (1 - np.tanh(x) ** 2)
    assert wg.verify(lambda x: np.sum(np.tanh(x) ** 2), x, grads=right)
    for function in (lambda x: np.sum(np.tanh(x) ** 2), lambda x: np.sum(np.abs(np.tanh(x)) ** 2)):
        wrong = right.copy()
        wrong[7, :] *= 1.1  # 50 of 3,000 elements
        assert not wg.verify(function, x, grads=wrong)


def test_a_wrong_element_that_the_sample_misses_shows_in_a_direction():
    x = np.random.default_rng(0).normal(size=5000)
    wrong = 2 * x
    missed = 4321
    wrong[missed] += 1
    report = wg.verify(lambda x: np.sum(x**2), x, grads=wrong)
    assert not report
    assert "along a random direction over all of x" in report.notes[1]
    assert report.results[0].relative_error < 1e-9


def test_the_time_is_bounded():
    def slow(x):
        time.sleep(0.002)
        return np.sum(np.abs(x) ** 3)

    started = time.perf_counter()
    report = verify_function(slow, [np.linspace(1, 2, 1000)], seconds=0.2)
    assert time.perf_counter() - started < 5
    assert report
    assert any("1,000 elements" in note for note in report.notes)


# Arguments


def test_nested_parameters():
    params = {"layers": [(np.ones((2, 3)), np.zeros(3))], "scale": 0.5, "name": "net", "steps": 3}
    x = np.array([[0.1, 0.2], [0.3, -0.4]])

    def loss(params, x):
        ((W, b),) = params["layers"]
        return params["scale"] * np.sum(np.tanh(x @ W + b))

    report = wg.verify(loss, params, x)
    assert report
    names = ["params['layers'][0][0]", "params['layers'][0][1]", "params['scale']", "x"]
    assert [r.name for r in report.results] == names
    grads = wg.grad(loss)(params, x)
    assert wg.verify(loss, params, x, grads=grads, wrt="params")
    assert wg.verify(loss, params, x, grads=[grads], wrt=["params"])
    grads["layers"][0] = (grads["layers"][0][0], grads["layers"][0][1] * 1.1)
    wrong = wg.verify(loss, params, x, grads=grads, wrt=0)
    assert [r.ok for r in wrong.results] == [True, False, True]
    del grads["scale"]
    with pytest.raises(ArgumentError, match=r"nothing at params\['scale'\]"):
        wg.verify(loss, params, x, grads=grads, wrt=0)


def test_one_argument_takes_a_bare_gradient():
    assert wg.verify(lambda x: x**2, 3.0, grads=6.0)
    assert wg.verify(lambda x: x**2, 3.0, grads=(6,))
    assert wg.verify(lambda x: np.sum(x**2), np.array([3.0]), grads=[6.0])
    assert wg.verify(lambda x: np.sum(x**2), np.array([3.0]), grads=[[6.0]])


def test_gradients_come_in_the_order_of_wrt():
    def f(a, n, b):
        return a * n + b**2

    assert wg.verify(f, 2.0, 3, 4.0, grads=(3.0, 8.0))
    assert wg.verify(f, 2.0, 3, 4.0, grads=(8.0, 3.0), wrt=("b", "a"))
    assert wg.verify(f, 2.0, 3, 4.0, grads=8.0, wrt="b")
    assert wg.verify(f, 2.0, 3, 4.0, grads=8.0, wrt=-1)


@pytest.mark.parametrize(
    ("grads", "text"),
    [
        (
            (np.zeros((4, 3)), np.zeros((4, 1))),
            r"for syn0 has shape \(4, 3\), syn0 itself \(3, 4\)\ninstead: transpose it",
        ),
        (
            (np.zeros((3, 4)), np.zeros(4)),
            r"for syn1 has shape \(4,\), syn1 itself \(4, 1\)\ninstead: a gradient has the shape",
        ),
        ((np.zeros((3, 4)), 0.0), r"for syn1 has shape \(\)"),
        (
            np.zeros((3, 4)),
            r"1 gradient given for 2 arguments \(syn0, syn1\)\ninstead: grads=\(dsyn0, dsyn1\)",
        ),
        ((1, 2, 3), "3 gradients given for 2 arguments"),
        ((np.zeros((3, 4)), None), "no gradient was given for syn1\ninstead: leave the argument out"),
        ((np.zeros((3, 4)), np.zeros((4, 1), complex)), "not made of real numbers"),
        ((np.zeros((3, 4)), "abc"), "not made of real numbers: 'abc'"),
    ],
)
def test_gradients_that_do_not_fit(grads, text):
    with pytest.raises(ArgumentError, match=text):
        wg.verify(tutorial, SYN0, SYN1, grads=grads)


def test_bad_calls():
    with pytest.raises(NoFloatsError, match="argument n holds no floats"):
        wg.verify(lambda n: n**2, 3, wrt="n")
    with pytest.raises(NoFloatsError, match="no argument holds floats"):
        wg.verify(lambda n: n**2, 3)
    with pytest.raises(NotScalarError, match=r"ndarray of shape \(3,\)"):
        wg.verify(lambda x: x**2, np.ones(3), grads=np.ones(3))
    with pytest.raises(NotScalarError, match="returns str, not one real number"):
        wg.verify(lambda x: "complex", 1.0, grads=1.0)
    with pytest.raises(ArgumentError, match="wrt is empty"):
        wg.verify(lambda x: x**2, 1.0, wrt=())
    with pytest.raises(ZeroDivisionError):
        wg.verify(lambda x: 1 / x, 0.0, grads=1.0)


# The check that derive makes once


def derivative_of(function, *args):
    watched = watch(function, args, {})
    recording = watched.recording
    program = to_program(recording, recording.arguments, [output_of(watched, "f")], "f")
    return reverse(program, recording.values, tuple(leaf.index for leaf in watched.leaves))


def spoilt(derivative, old, new):
    """The derivative with another primitive in its backward steps, run again."""

    def swapped(step):
        return dataclasses.replace(step, primitive=primitive(new)) if step.primitive.name == old else step

    program = derivative.program
    steps = (*program.steps[: derivative.split], *map(swapped, derivative.backward))
    assert steps != program.steps
    program = dataclasses.replace(program, steps=steps)
    values = evaluate_all(program, [derivative.values[i] for i in program.inputs])
    return dataclasses.replace(derivative, program=program, values=values)


def test_a_right_derivative_passes_without_a_word():
    assert verify_derivative(derivative_of(tutorial, SYN0, SYN1)) == ()


def test_the_function_is_not_run_again():
    calls = []

    def counted(x):
        calls.append(1)
        return x**3

    verify_derivative(derivative_of(counted, 2.0))
    assert calls == [1]


@pytest.mark.parametrize("args", [(SYN0, SYN1), (SYN0.astype(np.float32), SYN1.astype(np.float32))])
@pytest.mark.parametrize("factor", [-1.0, 0.0, 1.004])
def test_a_wrong_derivative_raises(args, factor):
    derivative = derivative_of(tutorial, *args)
    index = derivative.program.outputs[1]
    derivative.values[index] = derivative.values[index] * np.float32(factor)
    with pytest.raises(VerificationError, match="along a random direction it says"):
        verify_derivative(derivative)


def test_a_wrong_step_raises():
    derivative = derivative_of(lambda x: np.sum(np.exp(x) * x), np.array([0.5, 2.0]))
    derivative = spoilt(derivative, "multiply", "add")
    with pytest.raises(VerificationError):
        verify_derivative(derivative)


@pytest.mark.parametrize("frequency", [1e6, 1e8, 1e9])
def test_a_fast_oscillation_accuses_nobody(frequency):
    """Wider steps skip whole periods, and show any slope."""
    derivative = derivative_of(lambda x: np.cos(frequency * np.sum(x)), np.ones((4, 2)))
    assert all(note.startswith("verified") for note in verify_derivative(derivative))


@pytest.mark.parametrize("factor", [-1.0, 0.99, 1.01])
def test_a_wrong_derivative_is_found_in_a_fast_oscillation(factor):
    derivative = derivative_of(lambda x: np.cos(1e8 * np.sum(x)), np.ones((4, 2)))
    index = derivative.program.outputs[1]
    derivative.values[index] = derivative.values[index] * factor
    with pytest.raises(VerificationError):
        verify_derivative(derivative)


# Coefficients of both signs: along many directions the slopes to both sides do not enclose any gradient.
CORNER = lambda x: np.sum(np.maximum(x, 0) * np.array([1.0, -0.9, 2.0])) + np.sum(x**2)


def test_at_a_kink_it_moves_to_a_smooth_point():
    (note,) = verify_derivative(derivative_of(CORNER, np.array([0.0, 0.0, 1.0])))
    assert note.startswith("not smooth at this point: the rules pick one of its slopes; ")
    assert note.endswith("; verified at a smooth point near by")


def test_a_wrong_derivative_is_found_at_a_kink():
    derivative = derivative_of(CORNER, np.array([0.0, 0.0, 1.0]))
    with pytest.raises(VerificationError):
        verify_derivative(spoilt(derivative, "greater", "less_equal"))


@pytest.mark.parametrize(
    ("function", "args", "note"),
    [
        (lambda x: np.sum(np.sqrt(x)), (np.array([0.0, 1.0]),), "not finite"),
        (lambda x: np.sum(x**1.5), (np.array([0.0, 1.0]),), "not defined on both sides"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_cannot_be_verified_is_noted(function, args, note):
    (found,) = verify_derivative(derivative_of(function, *args))
    assert found.startswith("not verified: ") and note in found


def test_what_is_too_large_is_noted(monkeypatch):
    monkeypatch.setattr("whygrad.proving.derivative.LARGEST", 10)
    assert verify_derivative(derivative_of(tutorial, SYN0, SYN1)) == ("not verified: more than 10⁷ numbers go in",)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.sum((x - 3.0) ** 2) + 1,
        lambda x: np.sum(np.exp(x) / np.sum(np.exp(x))),
        lambda x: 1e12 * np.sum(x**2),
        lambda x: 1e-12 * np.sum(x**2),
        lambda x: np.sum(x[:0]),
        lambda x: np.sum(np.abs(np.sin(1e4 * x))),
        lambda x: np.sum(np.sin(x.astype(np.float32)) ** 2),
    ],
)
def test_zero_gradients_and_odd_scales_pass_without_a_word(function):
    assert verify_derivative(derivative_of(function, np.full(4, 3.0))) == ()
