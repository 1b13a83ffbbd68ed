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


def test_more_than_a_hundred_entries_do_not_make_a_system_singular() -> None:
    A = 3 * np.eye(12) + np.arange(144.0).reshape(12, 12) / 144
    grad = wg.grad(lambda s: np.sum(np.linalg.solve(s * A, np.linalg.solve((A * s).T, np.ones(12)))))
    np.testing.assert_allclose(grad(1.0), -2 * np.sum(np.linalg.solve(A, np.linalg.solve(A.T, np.ones(12)))))


def test_a_branch_is_named_by_what_was_asked() -> None:
    def f(x):
        if np.any(x > 2):
            x = x * 2
        positive = x[0] > 0
        return np.sum(x) if positive and not np.all(x < -1) else x[1]

    conditions = wg.derive(f, X).conditions
    assert [c.partition(" (line")[0] for c in conditions] == [
        "on this branch: np.any(x > 2) is false",
        "on this branch: positive",
        "on this branch: np.all(x < -1) is false",
    ]


def test_what_is_written_in_a_loop_is_numbered_by_the_round() -> None:
    def f(x):
        total = 0.0
        for scale in (1.0, 2.0):
            h = x * scale
            h[h < 0] = 0
            total = total + np.sum(h * h)
        return total

    code = wg.derive(f, X).code()
    assert "h_0 = " in code and "h_1 = " in code and "h_2" not in code
    report = wg.verify(f, X)
    assert report, report


def test_correlations_are_numpy_s_and_right() -> None:
    def f(x):
        return np.sum(np.corrcoef(x)[np.triu_indices(3, 1)] ** 2) + np.corrcoef(x[:, 0], x[:, 1])[0, 1]

    assert wg.value_and_grad(f)(Y**2 - Y.T[:3, :1])[0] == f(Y**2 - Y.T[:3, :1])
    report = wg.verify(f, Y**2 - Y.T[:3, :1])
    assert report, report


def test_the_floats_of_an_object_are_not_its_function_s_arguments() -> None:
    class Net:
        def __init__(self):
            self.W = X

    with pytest.raises(wg.errors.NoFloatsError, match=r"def loss\(W\): net.W = W"):
        wg.derive(lambda net: np.sum(net.W**2), Net())
