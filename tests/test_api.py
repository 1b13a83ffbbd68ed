"""The public interface as it is pinned: wrt in all its forms, structures, types, errors of the call itself."""

from collections import namedtuple

import numpy as np
import pytest

import whygrad as wg
from whygrad.errors import ArgumentError, NoFloatsError, NotScalarError, UnsupportedError, WhygradError

W = np.array([[0.2, -0.4], [0.6, 0.1]])


def loss(W, b=0.5, *, k=2.0):
    return np.sum(np.tanh(W * b) ** 2) * k


def by_hand(W, b, k):
    t = np.tanh(W * b)
    return 2 * t * (1 - t**2) * b * k, np.sum(2 * t * (1 - t**2) * W) * k, np.sum(t**2)


@pytest.mark.parametrize(
    ("wrt", "args", "kwargs", "expected"),
    [
        (0, (W,), {}, 0),
        ("W", (W,), {}, 0),
        (0, (), {"W": W}, 0),
        (1, (W, 0.5), {}, 1),
        (-1, (W, 0.5), {}, 1),
        ("b", (W,), {}, 1),
        (1, (W,), {}, 1),
        ("b", (W,), {"b": 0.5}, 1),
        ("k", (W,), {}, 2),
        ("k", (W,), {"k": 2.0}, 2),
        (("W", "b"), (W, 0.5), {}, (0, 1)),
        (("k", 0), (W,), {}, (2, 0)),
        ([1, 0], (W, 0.5), {}, (1, 0)),
        (("W",), (W,), {}, (0,)),
    ],
)
def test_wrt_names_positions_and_defaults(wrt, args, kwargs, expected):
    right = by_hand(W, 0.5, 2.0)
    value, found = wg.value_and_grad(loss, wrt)(*args, **kwargs)
    assert value == loss(W)
    if isinstance(expected, tuple):
        assert isinstance(found, tuple)
        for one, number in zip(found, expected, strict=True):
            np.testing.assert_allclose(one, right[number], rtol=1e-12)
    else:
        np.testing.assert_allclose(found, right[expected], rtol=1e-12)


@pytest.mark.parametrize("wrt", ["c", 5, -3, 1.5, ("W", "c")])
def test_an_argument_that_is_not_there_is_named(wrt):
    with pytest.raises(ArgumentError, match=r"wrt="):
        wg.grad(loss, wrt)(W, 0.5)


def test_a_gradient_has_the_structure_and_types_of_its_argument():
    Layer = namedtuple("Layer", "W b")
    params = {"layers": [Layer(W, np.zeros(2)), (W.astype(np.float32), 1.5)], "name": "net", "n": 3}

    def f(p):
        (first, second) = p["layers"]
        return np.sum((first.W @ second[0] + first.b) ** 2) * second[1] ** p["n"]

    g = wg.grad(f)(params)
    assert set(g) == {"layers", "name", "n"}
    assert isinstance(g["layers"], list) and isinstance(g["layers"][0], Layer) and isinstance(g["layers"][1], tuple)
    assert g["layers"][0].W.shape == (2, 2) and g["layers"][0].b.shape == (2,)
    assert g["layers"][1][0].dtype == np.float32
    assert type(g["layers"][1][1]) is float
    assert g["name"] is None and g["n"] is None
    assert bool(wg.verify(f, params))


@pytest.mark.parametrize("x", [2.0, np.float64(2), np.float32(2), np.array(2.0), np.array([2.0]), np.array([[2.0]])])
def test_a_number_s_gradient_is_the_number_s_kind(x):
    g = wg.grad(lambda x: (x * x).sum() if isinstance(x, np.ndarray) else x * x)(x)
    assert type(g) is type(x) and np.shape(g) == np.shape(x) and np.all(g == 4.0)
    assert np.asarray(g).dtype == np.asarray(x).dtype


def test_gradients_are_the_caller_s_own_memory():
    x, y = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    gx, gy = wg.grad(lambda x, y: np.sum(x * y), (0, 1))(x, y)
    gx += 1
    gy += 1
    assert x.tolist() == [1.0, 2.0] and y.tolist() == [3.0, 4.0]
    one, two = wg.grad(lambda x, y: np.sum(x + y), (0, 1))(x, y)
    one += 1
    assert two.tolist() == [1.0, 1.0]


def test_what_is_not_one_number_is_refused():
    for f, text in (
        (lambda x: x * 2, r"shape \(2,\)"),
        (lambda x: (x.sum(), 1), "a tuple"),
        (lambda x: None, "None"),
        (lambda x: "text", "str"),
        (lambda x: x[:1] * 2, r"result\[0\]"),
        (lambda x: x.sum() > 0, "not a real number"),
    ):
        for ask in (wg.grad(f), lambda x, f=f: wg.derive(f, x)):
            with pytest.raises(NotScalarError, match=text):
                ask(np.array([1.0, 2.0]))


def test_whole_numbers_are_refused_with_the_way_to_convert_them():
    for x in (3, np.array([1, 2]), [1, 2], "x", None, True):
        with pytest.raises(NoFloatsError, match="float"):
            wg.grad(lambda x: 1.0)(x)
    with pytest.raises(NoFloatsError, match="float"):
        wg.derive(lambda n: 2.0 * n, 3)


def test_complex_numbers_are_refused():
    for x in (1j, np.complex128(1j), np.array([1j])):
        with pytest.raises(UnsupportedError, match="complex"):
            wg.grad(lambda x: np.sum(x))(x)


def test_a_function_without_dependence_has_gradient_zero():
    assert wg.grad(lambda x: 3.0)(2.0) == 0.0
    assert wg.grad(lambda x, y: np.sum(y))(np.ones(2), np.ones(2)).tolist() == [0.0, 0.0]
    assert wg.derive(lambda x: 3.0, 2.0).gradients == (0.0,)


def test_errors_can_be_caught_by_what_they_are():
    assert issubclass(NotScalarError, TypeError) and issubclass(NotScalarError, WhygradError)


def test_the_gradient_function_keeps_the_author_s_name_and_docstring():
    def energy(x):
        """How much."""
        return x * x

    assert wg.grad(energy).__name__ == "energy" and wg.grad(energy).__doc__ == "How much."
