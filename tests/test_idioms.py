"""The idioms: found in code that people write, right, and left alone where their preconditions fail."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import special

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


def half(z: Any) -> Any:
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


def half_of_the_size(z: Any) -> Any:
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


SIGMOIDS = {
    "1 / (1 + exp(-z))": sigmoid,
    "1.0 / (exp(-z) + 1.0)": lambda z: 1.0 / (np.exp(-z) + 1.0),
    "exp(z) / (1 + exp(z))": lambda z: np.exp(z) / (1 + np.exp(z)),
    "e / (e + 1)": lambda z: (e := np.exp(z)) / (e + 1),
    "(1 + exp(-z)) ** -1": lambda z: (1 + np.exp(-z)) ** -1,
    "reciprocal": lambda z: np.reciprocal(1 + np.exp(-z)),
    "1 / (1 + e ** -z)": lambda z: 1 / (1 + np.e**-z),
    "0.5 * (1 + tanh(z / 2))": lambda z: 0.5 * (1 + np.tanh(z / 2)),
    "(tanh(z / 2) + 1) / 2": lambda z: (np.tanh(z / 2) + 1) / 2,
    "0.5 * tanh(0.5 * z) + 0.5": lambda z: 0.5 * np.tanh(0.5 * z) + 0.5,
    "1 / (1 + exp(z))": lambda z: 1 / (1 + np.exp(z)),
}
SIGMOIDS_OF_REAL_NUMBERS = {
    "where, stable": half,
    "where of exp(-abs(z))": half_of_the_size,
    "exp(-logaddexp(0, -z))": lambda z: np.exp(-np.logaddexp(0, -z)),
}
RELUS = {
    "maximum(0, z)": lambda z: np.maximum(0, z),
    "maximum(z, 0.0)": lambda z: np.maximum(z, 0.0),
    "maximum(0.0, z)": lambda z: np.maximum(0.0, z),
    "clip": lambda z: np.clip(z, 0, None),
    "where": lambda z: np.where(z > 0, z, 0),
    "where, zeros first": lambda z: np.where(z <= 0, 0.0, z),
    "times its mask": lambda z: z * (z > 0),
    "half of z and its size": lambda z: (np.abs(z) + z) / 2,
}
OTHERS = {  # the idiom, whether a complex step can go through, the function
    "relu, with slope 1 at 0": ("relu", False, lambda z: np.where(z >= 0, z, 0)),
    "log(1 + exp(z))": ("softplus", True, lambda z: np.log(1 + np.exp(z))),
    "log1p(exp(z))": ("softplus", True, lambda z: np.log1p(np.exp(z))),
    "log1p(exp(-z))": ("softplus", True, lambda z: np.log1p(np.exp(-z))),
    "logaddexp(0, z)": ("softplus", False, lambda z: np.logaddexp(0, z)),
    "logaddexp(z, 0.0)": ("softplus", False, lambda z: np.logaddexp(z, 0.0)),
    "softplus, stable": ("softplus", False, lambda z: np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))),
    "log(sigmoid(z))": ("log-sigmoid", True, lambda z: np.log(sigmoid(z))),
    "log(1 - sigmoid(z))": ("log-sigmoid", True, lambda z: np.log(1 - sigmoid(z))),
    "log1p(-sigmoid(z))": ("log-sigmoid", True, lambda z: np.log1p(-sigmoid(z))),
    "where(z > 0, z, 0.1 * z)": ("leaky relu", False, lambda z: np.where(z > 0, z, 0.1 * z)),
    "maximum(0.1 * z, z)": ("leaky relu", False, lambda z: np.maximum(0.1 * z, z)),
    "elu": ("elu", False, lambda z: np.where(z > 0, z, 1.3 * (np.exp(z) - 1))),
    "elu by expm1": ("elu", False, lambda z: np.where(z >= 0, z, np.expm1(z))),
    "z * sigmoid(z)": ("swish", True, lambda z: z * sigmoid(z)),
    "z / (1 + exp(-z))": ("swish", True, lambda z: z / (1 + np.exp(-z))),
    "gelu by tanh": (
        "gelu",
        True,
        lambda z: 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))),
    ),
    "gelu by tanh, products": (
        "gelu",
        True,
        lambda z: 0.5 * z * (1 + np.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z * z * z))),
    ),
    "gelu by erf": ("gelu", False, lambda z: 0.5 * z * (1 + special.erf(z / np.sqrt(2)))),
    "gelu by erf, divided": ("gelu", False, lambda z: z * (1 + special.erf(z / math.sqrt(2))) / 2),
    "gelu by erf, a share": ("gelu", False, lambda z: z * (0.5 * (1 + special.erf(z / np.sqrt(2))))),
    "gelu by ndtr": ("gelu", False, lambda z: z * special.ndtr(z)),
    "huber": ("huber", False, lambda z: np.where(np.abs(z) <= 0.7, 0.5 * z**2, 0.7 * (np.abs(z) - 0.5 * 0.7))),
    "huber, multiplied out": (
        "huber",
        False,
        lambda z: np.where(np.abs(z) < 0.5, z**2 / 2, 0.5 * np.abs(z) - 0.5 * 0.5**2),
    ),
    "huber at 1": ("huber", False, lambda z: np.where(np.abs(z) < 1, 0.5 * z * z, np.abs(z) - 0.5)),
    "selu": ("elu", False, lambda z: 1.0507 * np.where(z > 0, z, 1.67326 * (np.exp(z) - 1))),
    "rms norm": ("root mean square norm", True, lambda z: z / np.sqrt(np.mean(z**2, axis=-1, keepdims=True) + 1e-6)),
    "rms norm of columns": ("root mean square norm", True, lambda z: z / np.sqrt(np.mean(z * z, axis=0) + 1e-6)),
    "rms norm, multiplied": (
        "root mean square norm",
        True,
        lambda z: z * (1 / np.sqrt((z**2).mean(axis=1, keepdims=True) + 1e-6)),
    ),
    "batch norm by var": ("batch norm", False, lambda z: (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + 1e-5)),
    "layer norm by var": ("layer norm", False, lambda z: (z - mean(z)) / np.sqrt(z.var(axis=1, keepdims=True) + 1e-5)),
    "layer norm by std": ("layer norm", False, lambda z: (z - mean(z)) / (np.std(z, axis=-1, keepdims=True) + 1e-5)),
    "tanh by exponentials": (
        "tanh",
        True,
        lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
    ),
    "tanh by a square": ("tanh", True, lambda z: (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1)),
    "tanh by a sigmoid": ("tanh", True, lambda z: 2 / (1 + np.exp(-2 * z)) - 1),
    "softsign": ("softsign", False, lambda z: z / (1 + np.abs(z))),
    "log-cosh": ("log-cosh", True, lambda z: np.log(np.cosh(z))),
    "log-sum-exp": ("log-sum-exp", True, lambda z: np.log(np.sum(np.exp(z), axis=1, keepdims=True))),
    "log-sum-exp, rows gone": ("log-sum-exp", True, lambda z: np.log(np.exp(z).sum(axis=1))[:, None]),
    "log-sum-exp, shifted": ("log-sum-exp", False, lambda z: shifted_logsumexp(z)),
    "log-sum-exp, shifted, rows gone": ("log-sum-exp", False, lambda z: shifted_logsumexp_of_rows(z)[:, None]),
    "log-sum-exp, two maxima": ("log-sum-exp", False, lambda z: logsumexp_of_two_maxima(z)[:, None]),
    "log-softmax": ("log-softmax", True, lambda z: z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))),
    "log-softmax, shifted": ("log-softmax", False, lambda z: shifted_log_softmax(z)),
    "log-softmax, shifted back": ("log-softmax", False, lambda z: z - shifted_logsumexp(z)),
    "log of a softmax": ("log-softmax", False, lambda z: np.log(softmax(z))),
    "layer norm": ("layer norm", True, lambda z: layer_norm(z, lambda d: d**2)),
    "layer norm, d * d": ("layer norm", True, lambda z: layer_norm(z, lambda d: d * d)),
    "layer norm, to the -0.5": ("layer norm", True, lambda z: (z - mean(z)) * (variance(z) + 1e-5) ** -0.5),
    "layer norm, 1 / sqrt": ("layer norm", True, lambda z: (z - mean(z)) * (1 / np.sqrt(variance(z) + 1e-5))),
    "layer norm, deviation": ("layer norm", True, lambda z: (z - mean(z)) / np.sqrt(variance(z))),
    "layer norm, deviation + eps": ("layer norm", True, lambda z: (z - mean(z)) / (np.sqrt(variance(z)) + 0.1)),
    "scaled layer norm": (
        "scaled layer norm", True, lambda z: np.array([0.5, 2.0, -1.0]) * (z - mean(z)) / np.sqrt(variance(z) + 1e-5)
    ),
    "scaled batch norm": (
        "scaled batch norm", True, lambda z: np.array([0.5, 2.0, -1.0]) * (z - z.mean(axis=0)) / np.sqrt(
            np.mean((z - z.mean(axis=0)) ** 2, axis=0) + 1e-5
        )
    ),
    "standardised as a whole": ("layer norm", True, lambda z: (z - z.mean()) / np.sqrt(np.mean((z - z.mean()) ** 2))),
    "batch norm": ("batch norm", True, lambda z: batch_norm(z)),
    "variance": ("variance", True, lambda z: np.mean((z - mean(z)) ** 2, axis=1, keepdims=True)),
    "variance of columns": ("variance", True, lambda z: np.mean((z - np.mean(z, axis=0)) ** 2, axis=0)),
    "cross-entropy with logits": (
        "cross-entropy with logits",
        False,
        lambda z: np.maximum(z, 0) - z * T + np.log1p(np.exp(-np.abs(z))),
    ),
    "cross-entropy by where": (
        "cross-entropy of a sigmoid",
        True,
        lambda z: -np.where(T > 0.5, np.log(sigmoid(z)), np.log(1 - sigmoid(z))),
    ),
    "cross-entropy, minus twice": (
        "cross-entropy of a sigmoid",
        True,
        lambda z: -T * np.log(sigmoid(z)) - (1 - T) * np.log1p(-sigmoid(z)),
    ),
}


def mean(z: Any) -> Any:
    return np.mean(z, axis=-1, keepdims=True)


def variance(z: Any) -> Any:
    return np.mean((z - mean(z)) ** 2, axis=-1, keepdims=True)


def layer_norm(z: Any, square: Any) -> Any:
    d = z - z.mean(axis=1, keepdims=True)
    var = np.mean(square(d), axis=1, keepdims=True)
    return d / np.sqrt(var + 1e-5)


def batch_norm(z: Any) -> Any:
    mu = np.mean(z, axis=0)
    var = np.mean((z - mu) ** 2, axis=0)
    return (z - mu) / np.sqrt(var + 1e-5)


def shifted_logsumexp(z: Any) -> Any:
    m = np.max(z, axis=1, keepdims=True)
    return m + np.log(np.sum(np.exp(z - m), axis=1, keepdims=True))


def shifted_logsumexp_of_rows(z: Any) -> Any:
    m = z.max(axis=1)
    return m + np.log(np.sum(np.exp(z - m[:, None]), axis=1))


def logsumexp_of_two_maxima(z: Any) -> Any:
    return np.log(np.sum(np.exp(z - z.max(axis=1, keepdims=True)), axis=1)) + z.max(axis=1)


def shifted_log_softmax(z: Any) -> Any:
    s = z - z.max(axis=1, keepdims=True)
    return s - np.log(np.sum(np.exp(s), axis=1, keepdims=True))


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


@by_name(SIGMOIDS_OF_REAL_NUMBERS)
def test_a_sigmoid_that_is_for_real_numbers_is_found(f: Any) -> None:
    assert_right(lambda z: np.sum(f(z) * W), (X,), ["sigmoid"], is_complex=False)


@pytest.mark.parametrize("name", OTHERS)
def test_an_idiom_is_found(name: str) -> None:
    """Its derivative is the one without it; also where the upstream gradient is one number for all entries."""
    used, is_complex, f = OTHERS[name]
    assert_right(lambda z: np.sum((f(z) + W) * W), (X,), [used], is_complex)
    assert_right(lambda z: np.sum(f(z)), (X,), [used], is_complex)
    assert_right(lambda z: np.mean(np.sum(f(z), axis=0) * ROW), (X,), [used], is_complex)
    assert_right(lambda w: np.sum(f(X @ w) ** 2), (SQUARE,), [used], is_complex)
    derivative = derivative_of(lambda z: np.sum((f(z) + W) * W), X)
    assert derivative.assumptions == ()
    second = wg.grad(lambda z: np.sum(wg.grad(lambda z: np.sum((f(z) + W) * W))(z) * W))(X)
    exact = ridders_gradient(Case("slope", lambda z: np.sum(wg.grad(lambda z: np.sum((f(z) + W) * W))(z) * W), (X,)))[0]
    np.testing.assert_allclose(second, exact, rtol=1e-7, atol=1e-7)


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


def picked_from_logits(z: Any) -> Any:
    return shifted_logsumexp_of_rows(z) - z[np.arange(4), LABELS]


PICKED = {
    "log-softmax": lambda z: -shifted_log_softmax(z)[np.arange(4), LABELS],
    "log of a softmax": lambda z: -np.log(softmax(z))[np.arange(4), LABELS],
    "logits": picked_from_logits,
    "logits, turned about": lambda z: -z[np.arange(4), LABELS] + np.log(np.exp(z).sum(axis=1)),
}


@by_name(PICKED)
def test_a_cross_entropy_by_index_of_what_has_its_logarithm_is_found(f: Any) -> None:
    used = ["cross-entropy of a softmax"]
    assert_right(lambda z: np.mean(f(z)), (X,), used, is_complex=False)
    assert_right(lambda z: np.sum(f(z) * W[:, 1]), (X,), used, is_complex=False)
    assert_right(lambda w: np.sum(f(X @ w)) / 4, (SQUARE,), used, is_complex=False)
    np.testing.assert_allclose(derive(lambda z: np.sum(f(z)), X)[0][0], softmax(X) - ONE_HOT, atol=1e-12)


@pytest.mark.parametrize("t", [T, T[0], T[:, :1], 0.3, 1.0], ids=["whole", "row", "column", "number", "one"])
def test_a_cross_entropy_of_a_sigmoid_is_found(t: Any) -> None:
    used = ["cross-entropy of a sigmoid"]

    def loss(t: Any, k: Any) -> Any:
        return -np.sum(t * np.log(k) + (1 - t) * np.log(1 - k))

    for f in list(SIGMOIDS.values())[:-1]:
        assert_right(lambda z, t, f=f: loss(t, f(z)), (X, t), used)
    assert_right(lambda z: -np.mean(T * np.log(sigmoid(z)) + (1 - T) * np.log(1 - sigmoid(z))), (X,), used)
    assert_right(lambda z, t: loss(t, sigmoid(z)), (ROW, t), used)
    assert_right(lambda z, t: loss(t, sigmoid(z)), (0.4, t), used)


def test_every_idiom_is_found_somewhere_above() -> None:
    names = {idiom.name for rows in IDIOMS.values() for idiom in rows}
    above = {"sigmoid", "relu", "softmax", "cross-entropy of a softmax", "cross-entropy of a sigmoid"}
    assert names == above | {used for used, _, _ in OTHERS.values()}


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

    assert_right(over(0), (X,), ["log-softmax"])
    assert_right(over(1), (X,), ["cross-entropy of a softmax"])


def test_labels_that_are_stretched_take_the_general_way() -> None:
    t = np.array([1.0, 0.0, 0.0])
    assert_right(lambda z: -np.sum(t * np.log(softmax_unshifted(z))), (X,), ["log-softmax"])
    assert_right(lambda z, t: -np.sum(t * np.log(softmax_unshifted(z))), (X, 0.5), ["log-softmax"])


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


def test_a_shift_put_back_in_other_rows_is_no_log_sum_exp() -> None:
    def turned(z: Any) -> Any:
        m = z.max(axis=1)
        return m[::-1] + np.log(np.sum(np.exp(z - m[:, None]), axis=1))

    def stretched(z: Any) -> Any:
        m = z.max(axis=1)
        return m + np.log(np.sum(np.exp(z - m[:, None]), axis=1, keepdims=True))

    def another(z: Any) -> Any:
        return z.min(axis=1) + np.log(np.sum(np.exp(z - z.max(axis=1)[:, None]), axis=1))

    used = ["log-sum-exp"]  # of what is left when the shift is off: the other is a number that is added
    assert_right(lambda z: np.sum(turned(z) * ROW), (SQUARE,), used, is_complex=False)
    assert_right(lambda z: np.sum(stretched(z) * SQUARE), (SQUARE,), used, is_complex=False)
    assert_right(lambda z: np.sum(another(z) * ROW), (SQUARE,), used, is_complex=False)


def test_a_mean_along_the_other_axis_is_no_layer_norm() -> None:
    """With as many rows as columns NumPy stretches a row's mean along the wrong axis."""

    def bug(z: Any) -> Any:
        d = z - np.mean(z, axis=1)
        return d / np.sqrt(np.mean(d**2, axis=1) + 1e-5)

    def two_axes(z: Any) -> Any:
        d = z - np.mean(z, axis=1, keepdims=True)
        return d / np.sqrt(np.mean(d**2, axis=0) + 1e-5)

    assert_right(lambda z: np.sum(bug(z) * SQUARE), (SQUARE,), [])
    assert_right(lambda z: np.sum(two_axes(z) * SQUARE), (SQUARE,), ["root mean square norm"])
    assert_right(lambda z: np.sum(np.mean((z - np.mean(z, axis=1)) ** 2, axis=1) * ROW), (SQUARE,), [])


def test_statistics_that_reach_the_loss_take_the_general_way() -> None:
    def f(z: Any) -> Any:
        mu = np.mean(z, axis=0)
        var = np.mean((z - mu) ** 2, axis=0)
        return np.sum((z - mu) / np.sqrt(var + 1e-5) * W) + np.sum(mu * ROW)

    assert_right(f, (X,), [])
    running = {}

    def keeps_them(z: Any) -> Any:
        mu = np.mean(z, axis=0)
        var = np.mean((z - mu) ** 2, axis=0)
        running["mean"] = 0.9 * running.get("mean", 0.0) + 0.1 * mu
        return np.sum((z - mu) / np.sqrt(var + 1e-5) * W)

    assert_right(keeps_them, (X,), ["batch norm"])


def test_the_small_number_of_a_layer_norm_has_a_gradient_too() -> None:
    def f(z: Any, eps: Any) -> Any:
        return np.sum((z - mean(z)) / np.sqrt(variance(z) + eps) * W)

    def g(z: Any, eps: Any) -> Any:
        return np.sum((z - mean(z)) / (np.sqrt(variance(z)) + eps) * W)

    def h(z: Any, eps: Any) -> Any:
        return np.sum((z - mean(z)) * (variance(z) + eps) ** -0.5 * W)

    for one in (f, g, h):
        assert_right(one, (X, 0.3), ["layer norm"])
        assert_right(one, (X, X[:, :1] ** 2), ["layer norm"])
        assert_right(one, (X, X**2), ["variance"])  # one for each entry is another thing


def test_an_operand_that_an_idiom_has_no_derivative_for_takes_the_general_way() -> None:
    assert_right(lambda z, a: np.sum(np.where(z > 0, z, a * z) * W), (X, 0.2), ["leaky relu"], is_complex=False)
    assert_right(lambda z, a: np.sum(np.maximum(a * z, z) * W), (X, 0.2), [], is_complex=False)
    assert_right(lambda z, a: np.sum(np.where(z > 0, z, a * np.expm1(z)) * W), (X, 0.2), ["elu"], is_complex=False)
    assert_right(lambda z: np.sum(np.maximum(1.5 * z, z) * W), (X,), [], is_complex=False)


def test_no_idiom_gives_what_is_not_a_number_where_the_general_way_would_not() -> None:
    """Far out, where exponentials overflow to infinity."""
    far = np.array([-800.0, -30.0, 0.5, 30.0, 800.0])
    with np.errstate(all="ignore"):
        for name in ("logaddexp(0, z)", "softplus, stable", "elu", "elu by expm1", "softsign"):
            _, _, f = OTHERS[name]
            (g,), _ = derive(lambda z, f=f: np.sum(f(z)), far)
            assert np.isfinite(g).all(), name
        for f in (*list(SIGMOIDS.values())[:1], *SIGMOIDS_OF_REAL_NUMBERS.values()):
            (g,), _ = derive(lambda z, f=f: np.sum(f(z)), far[:3])
            assert np.isfinite(g).all()


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


def probabilities(z: Any) -> Any:
    return np.exp(z) / np.sum(np.exp(z))


CLASSES = np.array([3, 1])
PICKED = {
    "an entry": lambda z: -np.log(probabilities(z)[3]),
    "the last": lambda z: -np.log(probabilities(z)[-1]) ** 2,
    "of a column": lambda z: -np.log(probabilities(z[:, None])[2, 0]),
    "of a row": lambda z: -np.log(probabilities(z[None])[0, 2]),
    "by a label": lambda z: -np.log(probabilities(z)[CLASSES[0]]),
    "of the logarithm": lambda z: -np.log(probabilities(z))[1],
    "of a log-softmax": lambda z: -(z - np.log(np.sum(np.exp(z))))[2],
}


@pytest.mark.parametrize("function", PICKED.values(), ids=PICKED)
def test_one_entry_read_from_a_softmax_leaves_prediction_minus_label(function: Any) -> None:
    z = np.linspace(-1, 2, 5)
    d, plain = wg.derive(function, z), wg.derive(function, z, idioms=False)
    assert [use.idiom.name for use in d.derivative.uses.values()] == ["cross-entropy of a softmax"]
    np.testing.assert_allclose(d.gradients[0], plain.gradients[0], rtol=1e-12, atol=1e-14)


def test_one_entry_of_several_distributions_is_no_whole_label() -> None:
    def f(z):
        p = np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)
        return -np.log(p[0, 1])

    z = np.arange(6.0).reshape(2, 3)
    d = wg.derive(f, z)
    assert "cross-entropy of a softmax" not in [use.idiom.name for use in d.derivative.uses.values()]
    assert not d.gradients[0][1].any()
