"""Programs that were once derived wrongly, or printed as code that did not run: each as small as it can be."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import whygrad as wg

Y = np.arange(12.0).reshape(3, 4) / 7
LABELS = np.array([[0, 2, 1], [1, 1, 3]])
SCALE = np.array(1.0)
X = np.array([0.5, -0.3, 0.8])


def several_labels_a_row(x):
    e = np.exp(x)
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(3), LABELS]).mean()


def two_draws_of_noise_are_two(x):
    g = np.random.default_rng(3)
    above = np.exp(x + g.normal(SCALE, size=x.shape))
    return np.sum(above / np.sum(np.exp(x + g.normal(SCALE, size=x.shape))) * Y)


def a_value_written_over(x):
    a = x * 2
    a[0] *= x[1]
    return np.sum(a * x)


def a_result_written_into(w):
    h = np.tanh(w)
    h[0] = h[0] * w[1]
    return np.sum(h)


def a_buffer_read_by_a_mask(x):
    a = np.zeros(3)
    a[0] = 2.0
    m = x > 0
    a[m] += x[m]
    return np.sum(a * x)


def one_entry_by_a_mask(x):
    a = x * 2
    a[x > 0.6] = x[1]
    return np.sum(a * x)


def an_index_twice(x):
    a = x * 1
    a[[0, 0, 1]] = x * x
    return np.sum(a)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (several_labels_a_row, Y),
        (two_draws_of_noise_are_two, Y),
        (a_value_written_over, X),
        (a_result_written_into, X),
        (a_buffer_read_by_a_mask, X),
        (one_entry_by_a_mask, X),
        (an_index_twice, X),
        (lambda x: np.sum(np.max(x, axis=1)), Y),
    ],
    ids=lambda v: getattr(v, "__name__", ""),
)
@pytest.mark.filterwarnings("error")
def test_grad_and_derive_are_right(f: Callable[..., Any], x: np.ndarray) -> None:
    report = wg.verify(f, x)
    assert report, report
    np.testing.assert_allclose(wg.derive(f, x).gradients[0], wg.grad(f)(x), rtol=1e-12)


@pytest.mark.parametrize("f", [a_value_written_over, a_result_written_into, an_index_twice], ids=lambda f: f.__name__)
def test_the_backward_lines_can_be_run_after_the_author_s(f: Callable[..., Any]) -> None:
    d = wg.derive(f, X)
    space = {"np": np, d.argument_names[0]: X.copy()}
    exec(d.code(part="forward"), space)
    exec(d.code(part="backward"), space)
    np.testing.assert_array_equal(space["d" + d.argument_names[0]], d.gradients[0])


def test_code_derived_at_one_mask_runs_at_another() -> None:
    d = wg.derive(one_entry_by_a_mask, X)
    space: dict[str, Any] = {}
    exec(d.code(), space)
    other = np.array([0.7, -0.3, 0.8])
    _, gradient = space["one_entry_by_a_mask_value_and_grad"](other)
    np.testing.assert_allclose(gradient, wg.grad(one_entry_by_a_mask)(other), rtol=1e-12)


@pytest.mark.parametrize(
    ("f", "args"),
    [
        (lambda s, t: s + t, (np.array(1.5), np.array(2.0))),
        (lambda s, t: s * t, (np.array(1.5), np.array(2.0))),
        (lambda s, t: np.sum(s) * np.max(t) + np.mean(s), (1.5, 2.0)),
    ],
    ids=["sum", "product", "reductions of numbers"],
)
def test_printed_code_of_numbers_runs_and_hands_out_arrays_of_its_own(f: Callable[..., Any], args: Any) -> None:
    d = wg.derive(f, *args)
    space: dict[str, Any] = {}
    exec(d.code(), space)
    value, gradients = space["f_value_and_grad"](*args)
    assert value == d.value
    for gradient, right in zip(gradients, d.gradients, strict=True):
        assert gradient == right and all(gradient is not a for a in args if isinstance(a, np.ndarray))


def test_a_division_by_zero_in_the_backward_pass_is_an_infinity() -> None:
    assert wg.grad(lambda x: x**0.5)(0.0) == np.inf
