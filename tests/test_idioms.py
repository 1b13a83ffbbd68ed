"""The idioms: found in code that people write, right, and left alone where their preconditions fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from whygrad.differentiation.gradients import Gradients
from whygrad.differentiation.reverse import Derivative, reverse
from whygrad.rules import IDIOMS
from whygrad.watching.programs import to_program
from whygrad.watching.watch import watch
from zoo.case import Case, draw
from zoo.oracles import complex_gradient, ridders_gradient

X = draw(4, 3, seed=201)
SQUARE = draw(3, 3, seed=202)
ROW = draw(3, seed=203)
ONE_HOT = np.eye(3)[[0, 2, 1, 0]]
SOFT = np.array([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0.25, 0.5, 0.25], [1.0, 0.0, 0.0]])
NOT_TO_ONE = ONE_HOT * 1.5 + 0.1
LABELS = np.array([0, 2, 1, 0])
T = np.array([[1.0, 0.0, 0.3], [0.0, 1.0, 0.5], [0.2, 0.9, 1.0], [0.0, 0.0, 1.0]])
W = draw(4, 3, seed=204)


def derivative_of(f: Callable[..., Any], *args: Any, idioms: bool = True) -> Derivative:
    watched = watch(f, args, {})
    recording = watched.recording
    assert watched.output is not None
    program = to_program(recording, recording.arguments, [watched.output], "f")
    return reverse(program, recording.values, [leaf.index for leaf in watched.leaves], idioms=idioms)


def derive(f: Callable[..., Any], *args: Any, idioms: bool = True) -> tuple[list[Any], list[str]]:
    """The gradients by all arguments, and the names of the idioms that were used."""
    _, parts, _, _ = Gradients(f, tuple(range(len(args))), idioms=idioms)(args, {})
    uses = derivative_of(f, *args, idioms=idioms).uses
    return [g for (g,) in parts], sorted(use.idiom.name for use in uses.values())


def assert_right(f: Callable[..., Any], args: tuple[Any, ...], used: list[str], is_complex: bool = True) -> None:
    """Exactly these idioms are used; the gradients are those without them, and those of an oracle."""
    found, names = derive(f, *args)
    without, none = derive(f, *args, idioms=False)
    case = Case("f", f, args)
    expected = complex_gradient(case) if is_complex else ridders_gradient(case)
    assert names == sorted(used)
    assert none == []
    for g, plain, exact in zip(found, without, expected, strict=True):
        np.testing.assert_allclose(g, plain, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(g, exact, rtol=1e-9, atol=1e-9)
        assert np.asarray(g).dtype == np.asarray(plain).dtype


# As people write them


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def softmax(z: Any) -> Any:
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def softmax_by_methods(z: Any) -> Any:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    e = e / e.sum(axis=-1, keepdims=True)
    return e


def softmax_unshifted(z: Any) -> Any:
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def softmax_in_place(z: Any) -> Any:
    e = np.exp(z)
    e /= e.sum(axis=1, keepdims=True)
    return e


def softmax_of_columns(z: Any) -> Any:
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0, keepdims=True)


SIGMOIDS = {
    "1 / (1 + exp(-z))": sigmoid,
    "1.0 / (exp(-z) + 1.0)": lambda z: 1.0 / (np.exp(-z) + 1.0),
    "exp(z) / (1 + exp(z))": lambda z: np.exp(z) / (1 + np.exp(z)),
    "e / (e + 1)": lambda z: (e := np.exp(z)) / (e + 1),
    "(1 + exp(-z)) ** -1": lambda z: (1 + np.exp(-z)) ** -1,
    "1 / (1 + exp(z))": lambda z: 1 / (1 + np.exp(z)),
}
RELUS = {
    "maximum(0, z)": lambda z: np.maximum(0, z),
    "maximum(z, 0.0)": lambda z: np.maximum(z, 0.0),
    "maximum(0.0, z)": lambda z: np.maximum(0.0, z),
}
SOFTMAXES = {
    f.__name__: f for f in (softmax, softmax_by_methods, softmax_unshifted, softmax_in_place, softmax_of_columns)
}


def by_name(functions: dict[str, Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("f", [pytest.param(f, id=name) for name, f in functions.items()])


@by_name(SIGMOIDS)
def test_a_sigmoid_is_found(f: Any) -> None:
    assert_right(lambda z: np.sum(f(z) * W), (X,), ["sigmoid"])
    assert_right(lambda z: np.sum(f(z)), (X,), ["sigmoid"])
    assert_right(lambda z: f(z), (0.3,), ["sigmoid"])
    assert_right(lambda w: np.sum(f(f(X @ w)) ** 2), (SQUARE,), ["sigmoid", "sigmoid"])


@by_name(RELUS)
def test_a_relu_is_found(f: Any) -> None:
    assert_right(lambda z: np.sum(f(z) * W), (X,), ["relu"], is_complex=False)
    assert_right(lambda z: np.sum(f(z)) + np.sum(f(2 * z)), (X,), ["relu", "relu"], is_complex=False)
    g, _ = derive(lambda z: np.sum(f(z)), np.array([-1.0, 0.0, -0.0, 2.0]))
    assert np.array_equal(g[0], [0, 0, 0, 1])  # at the kink: 0


@by_name(SOFTMAXES)
def test_a_softmax_is_found(f: Any) -> None:
    shifted = f not in (softmax_unshifted, softmax_in_place)
    assert_right(lambda z: np.sum(f(z) * W), (X,), ["softmax"], is_complex=not shifted)
    assert_right(lambda z, v: np.sum(f(z @ v) ** 2), (X, SQUARE), ["softmax"], is_complex=not shifted)


def test_a_softmax_of_one_row_is_found() -> None:
    assert_right(lambda z: np.sum(np.exp(z) / np.sum(np.exp(z)) * ROW), (ROW,), ["softmax"])
    assert_right(lambda z: np.sum(np.exp(z) / np.sum(np.exp(z)) * W), (X,), ["softmax"])  # over all entries
    assert_right(lambda z: np.sum(np.exp(z - 3.0) / np.exp(z - 3.0).sum() * ROW), (ROW,), ["softmax"])


ENTROPIES = {
    "-sum(t * log(p))": lambda t, p: -np.sum(t * np.log(p)),
    "-sum(log(p) * t) / n": lambda t, p: -np.sum(np.log(p) * t) / len(t),
    "-(t * log(p)).sum(axis=1).mean()": lambda t, p: -(t * np.log(p)).sum(axis=1).mean(),
    "-mean(t * log(p))": lambda t, p: -np.mean(t * np.log(p)),
    "mean(-sum(t * log(p), axis=1))": lambda t, p: np.mean(-np.sum(t * np.log(p), axis=1)),
    "sum(weighted rows)": lambda t, p: -np.sum(np.sum(t * np.log(p), axis=1) * W[:, 0]),
    "sum(weighted rows, kept)": lambda t, p: -np.sum(np.sum(t * np.log(p), axis=1, keepdims=True) * W),
}


@by_name(ENTROPIES)
@pytest.mark.parametrize("labels", [ONE_HOT, SOFT, NOT_TO_ONE], ids=["one-hot", "soft", "not to one"])
@pytest.mark.parametrize("probabilities", [softmax, softmax_unshifted])
def test_a_cross_entropy_of_a_softmax_is_found(f: Any, labels: Any, probabilities: Any) -> None:
    used = ["cross-entropy of a softmax"]
    is_complex = probabilities is softmax_unshifted
    assert_right(lambda z: f(labels, probabilities(z)), (X,), used, is_complex)
    assert_right(lambda z, t: f(t, probabilities(z)), (X, labels), used, is_complex)
    assert_right(lambda w: f(labels, probabilities(X @ w)), (SQUARE,), used, is_complex)


@pytest.mark.parametrize(
    "rows", [lambda: np.arange(4), lambda: range(4), lambda: [0, 1, 2, 3]], ids=["arange", "range", "list"]
)
def test_a_cross_entropy_by_index_is_found(rows: Any) -> None:
    used = ["cross-entropy of a softmax"]
    assert_right(lambda z: -np.mean(np.log(softmax_unshifted(z)[rows(), LABELS])), (X,), used)
    assert_right(lambda z: -np.log(softmax_unshifted(z)[rows(), LABELS]).sum() / 4, (X,), used)
    assert_right(lambda z: -np.sum(np.log(softmax(z)[rows(), LABELS]) * W[:, 1]), (X,), used, is_complex=False)


@pytest.mark.parametrize("t", [T, T[0], T[:, :1], 0.3, 1.0], ids=["whole", "row", "column", "number", "one"])
def test_a_cross_entropy_of_a_sigmoid_is_found(t: Any) -> None:
    used = ["cross-entropy of a sigmoid"]

    def loss(t: Any, k: Any) -> Any:
        return -np.sum(t * np.log(k) + (1 - t) * np.log(1 - k))

    for f in list(SIGMOIDS.values())[:5]:
        assert_right(lambda z, t, f=f: loss(t, f(z)), (X, t), used)
    assert_right(lambda z: -np.mean(T * np.log(sigmoid(z)) + (1 - T) * np.log(1 - sigmoid(z))), (X,), used)
    assert_right(lambda z, t: loss(t, sigmoid(z)), (ROW, t), used)
    assert_right(lambda z, t: loss(t, sigmoid(z)), (0.4, t), used)


def test_every_idiom_is_found_somewhere_above() -> None:
    names = {idiom.name for rows in IDIOMS.values() for idiom in rows}
    assert names == {"sigmoid", "relu", "softmax", "cross-entropy of a softmax", "cross-entropy of a sigmoid"}


# Where preconditions fail


def test_a_quotient_by_the_sums_of_the_other_axis_is_no_softmax() -> None:
    """e / e.sum(axis=1) with as many rows as columns: NumPy stretches the sums along the wrong axis."""

    def bug(z: Any) -> Any:
        e = np.exp(z)
        return e / e.sum(axis=1)

    assert_right(lambda z: np.sum(bug(z) ** 2), (SQUARE,), [])
    assert_right(lambda z: -np.sum(np.eye(3) * np.log(bug(z))), (SQUARE,), [])
    assert_right(lambda z: -np.sum(np.log(bug(z)[np.arange(3), [0, 2, 1]])), (SQUARE,), [])


def test_a_shift_that_differs_along_the_axis_does_not_cancel() -> None:
    def shifted(z: Any, m: Any) -> Any:
        e = np.exp(z - m)
        return e / e.sum(axis=1, keepdims=True)

    # these are softmaxes of z − m: m has a gradient
    assert_right(lambda z, m: np.sum(shifted(z, m) ** 2), (SQUARE, ROW), ["softmax"])
    assert_right(lambda z, m: np.sum(shifted(z, m) ** 2), (SQUARE, SQUARE * 0.3), ["softmax"])
    assert_right(lambda z, m: -np.sum(SOFT[:3] * np.log(shifted(z, m))), (SQUARE, ROW), ["cross-entropy of a softmax"])
    assert_right(lambda z, m: np.sum(shifted(z, m) ** 2), (SQUARE, SQUARE[:, :1]), ["softmax"])
    assert_right(lambda z, m: np.sum(shifted(z, m) * SQUARE), (ROW, SQUARE[:, :1]), ["softmax"])  # z is stretched


def test_sums_over_another_axis_than_the_softmax_s_are_no_cross_entropy() -> None:
    def over(axis: Any) -> Any:
        return lambda z: np.sum(np.sum(ONE_HOT * np.log(softmax_unshifted(z)), axis=axis) ** 2)

    assert_right(over(0), (X,), ["softmax"])
    assert_right(over(1), (X,), ["cross-entropy of a softmax"])


def test_labels_that_are_stretched_take_the_general_way() -> None:
    t = np.array([1.0, 0.0, 0.0])
    assert_right(lambda z: -np.sum(t * np.log(softmax_unshifted(z))), (X,), ["softmax"])
    assert_right(lambda z, t: -np.sum(t * np.log(softmax_unshifted(z))), (X, 0.5), ["softmax"])


def test_a_number_inside_the_logarithm_takes_the_general_way() -> None:
    assert_right(lambda z: -np.sum(ONE_HOT * np.log(softmax_unshifted(z) + 1e-3)), (X,), ["softmax"])
    assert_right(
        lambda z: -np.sum(T * np.log(sigmoid(z) + 1e-3) + (1 - T) * np.log(1 - sigmoid(z) + 1e-3)),
        (X,),
        ["sigmoid", "sigmoid"],
    )


def test_what_is_read_elsewhere_is_not_passed_over() -> None:
    def softmax_also_read(z: Any) -> Any:
        p = softmax_unshifted(z)
        return -np.sum(ONE_HOT * np.log(p)) + np.sum(p * p * W)

    def exponential_also_read(z: Any) -> Any:
        e = np.exp(z)
        return np.sum(e / e.sum(axis=1, keepdims=True) * W) + np.sum(e)

    def sigmoid_also_read(z: Any) -> Any:
        k = sigmoid(z)
        return -np.sum(T * np.log(k) + (1 - T) * np.log(1 - k)) + np.sum(k * W)

    assert_right(softmax_also_read, (X,), ["softmax"])
    assert_right(exponential_also_read, (X,), [])
    assert_right(sigmoid_also_read, (X,), ["sigmoid"])


def test_what_is_only_looked_at_may_be_read() -> None:
    """An accuracy, a printed number: no gradient flows there."""

    def f(z: Any) -> Any:
        p = softmax_unshifted(z)
        right = np.sum(np.argmax(p, axis=1) == LABELS)
        loss = -np.sum(ONE_HOT * np.log(p))
        return loss if right >= 0 else 2 * loss

    assert_right(f, (X,), ["cross-entropy of a softmax"])


def test_an_index_that_is_not_every_row_takes_the_general_way() -> None:
    for rows, labels in (([0, 1, 1, 3], LABELS), ([0, 1], [2, 1]), ([3, 2, 1, 0], LABELS)):
        taken, wanted = np.array(rows), np.array(labels)
        assert_right(lambda z, r=taken, t=wanted: -np.sum(np.log(softmax_unshifted(z)[r, t])), (X,), ["softmax"])


def test_other_numbers_than_one_are_no_sigmoid() -> None:
    for f in (
        lambda z: 1 / (2 + np.exp(-z)),
        lambda z: 2 / (1 + np.exp(-z)),
        lambda z: (1 + np.exp(-z)) ** -2,
    ):
        assert_right(lambda z, f=f: np.sum(f(z) * W), (X,), [])
    assert_right(lambda z: np.sum(np.exp(z) / (1 + np.exp(2 * z))), (X,), [])
    one = np.ones((4, 3))
    assert_right(lambda z: np.sum(one / (one + np.exp(-z))), (X,), [])  # an array, whatever it holds now
    assert_right(lambda z: np.sum(np.maximum(z, 1) * W), (X,), [], is_complex=False)


def test_the_forward_values_are_the_author_s() -> None:
    for f in (*SIGMOIDS.values(), *RELUS.values(), *SOFTMAXES.values()):

        def loss(z: Any, f: Any = f) -> Any:
            return np.sum(f(z) * W)

        assert wg.value_and_grad(loss)(X)[0] == loss(X)


# Assumptions


def test_an_assumption_is_checked_again_at_every_call() -> None:
    labels = ONE_HOT.copy()

    def f(z: Any) -> Any:
        return -np.sum(labels * np.log(softmax_unshifted(z)))

    gradient = wg.grad(f)
    for now in (ONE_HOT, NOT_TO_ONE, ONE_HOT, SOFT, NOT_TO_ONE * 2, ONE_HOT):
        labels[...] = now
        np.testing.assert_allclose(gradient(X), complex_gradient(Case("f", f, (X,)))[0], rtol=1e-9, atol=1e-9)


def test_an_assumption_that_fails_first_is_not_made_later() -> None:
    labels = NOT_TO_ONE.copy()

    def f(z: Any) -> Any:
        return -np.sum(labels * np.log(softmax_unshifted(z)))

    gradient = wg.grad(f)
    gradient(X)
    assert derivative_of(f, X).assumptions == ()
    labels[...] = ONE_HOT
    np.testing.assert_allclose(gradient(X), softmax(X) - ONE_HOT, rtol=1e-9, atol=1e-12)


def test_rows_that_are_read_are_checked_again() -> None:
    rows = np.arange(4)

    def f(z: Any) -> Any:
        return -np.sum(np.log(softmax_unshifted(z)[rows, LABELS]))

    gradient = wg.grad(f)
    for now in ([0, 1, 2, 3], [0, 0, 2, 2], [0, 1, 2, 3], [3, 2, 1, 0]):
        rows[...] = now
        np.testing.assert_allclose(gradient(X), complex_gradient(Case("f", f, (X,)))[0], rtol=1e-9, atol=1e-9)


def test_an_assumption_says_what_it_is() -> None:
    derivative = derivative_of(lambda z: -np.sum(ONE_HOT * np.log(softmax_unshifted(z))), X)
    [assumption] = derivative.assumptions
    assert assumption.text == "the labels in each row of {t} sum to 1"
    assert assumption.holds(ONE_HOT)
    assert not assumption.holds(NOT_TO_ONE)


def test_labels_that_are_differentiated_are_not_assumed_about() -> None:
    found, _ = derive(lambda z, t: -np.sum(t * np.log(softmax_unshifted(z))), X, ONE_HOT)
    np.testing.assert_allclose(found[0], softmax(X) - ONE_HOT, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found[1], -np.log(softmax(X)), rtol=1e-9)


# Second order


@pytest.mark.parametrize("f", [sigmoid, softmax_unshifted])
def test_idioms_have_second_derivatives(f: Any) -> None:
    def slope(z: Any) -> Any:
        return np.sum(wg.grad(lambda z: np.sum(f(z) * W))(z) * W)

    exact = ridders_gradient(Case("slope", slope, (X,)))[0]
    np.testing.assert_allclose(wg.grad(slope)(X), exact, rtol=1e-8, atol=1e-8)


def test_the_cross_entropy_of_a_softmax_has_second_derivatives() -> None:
    for loss in (
        lambda z: -np.sum(SOFT * np.log(softmax_unshifted(z))),
        lambda z: -np.mean(np.log(softmax_unshifted(z)[np.arange(4), LABELS])),
    ):

        def slope(z: Any, loss: Any = loss) -> Any:
            return np.sum(wg.grad(loss)(z) * W)

        exact = ridders_gradient(Case("slope", slope, (X,)))[0]
        np.testing.assert_allclose(wg.grad(slope)(X), exact, rtol=1e-8, atol=1e-8)


# What an idiom says


def test_every_idiom_says_why() -> None:
    for rows in IDIOMS.values():
        for idiom in rows:
            assert len(idiom.why) > 20
            assert idiom.vjps.keys() == idiom.formulas.keys()
            assert idiom.local.keys() <= idiom.vjps.keys()
