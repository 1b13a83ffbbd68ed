"""Programs that were once derived wrongly, or printed as code that did not run: each as small as it can be."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import scipy.stats

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
def a_number_written_by_a_mask(v):
    x = np.array(1.0)
    x[x > 9] = v
    return np.sum(x * v)


def a_number_read_by_a_mask(v):
    return np.sum(v[v > 9] ** 2) + v


def a_copy_of_a_number_written_into(v):
    x = np.array(np.sum(v))
    x[...] = 2.0
    return np.sum(x * v)


def rows_summed_by_letters(v):
    return np.sum(np.einsum("...i->...", v[:, :, None] * np.ones(2)) ** 2)


def an_order_that_is_only_asked(v):
    return np.sum(v * (v == np.sort(v, axis=None)[0]))


@pytest.mark.parametrize(
    ("f", "x", "right"),
    [
        (a_number_written_by_a_mask, 0.5, 1.0),
        (a_number_read_by_a_mask, np.array(0.5), 1.0),
        (a_copy_of_a_number_written_into, np.array(0.5), 2.0),
        (lambda v: np.sum(np.nanstd(v, axis=()) + v), Y, np.ones((3, 4))),
        (lambda v: np.sum(np.max(v, axis=1, initial=0.5)), np.zeros((0, 3)), np.zeros((0, 3))),
        (lambda v: np.sum(np.exp([v, v])), 0.0, 2.0),
    ],
    ids=lambda v: getattr(v, "__name__", ""),
)
def test_edges_of_shapes(f: Callable[..., Any], x: Any, right: Any) -> None:
    np.testing.assert_array_equal(wg.grad(f)(x), right)


def test_einsum_sums_axes_behind_an_ellipsis() -> None:
    assert wg.verify(rows_summed_by_letters, Y)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.nanmean(x),
        lambda x: np.nanvar(x, axis=0),
        lambda x: np.mean(x, where=x > 0.5),
        lambda x: np.insert(x, 1, 5.0),
        lambda x: np.r_[x[0], 1.0],
        lambda x: np.maximum.outer(x, 0.7),
        lambda x: np.dot(x, 2.0),
        lambda x: np.percentile(x, [10, 50]),
        lambda x: np.max(x, initial=0.3),
        lambda x: np.prod(x[:0], axis=0, initial=0.3),
    ],
)
def test_types_are_numpy_s(f: Callable[..., Any]) -> None:
    x = np.asarray(Y, np.float32)
    value = wg.jvp(f)(x, tangents=x)[0]
    assert value.dtype == np.asarray(f(x)).dtype
    np.testing.assert_array_equal(value, f(x))


COEFFICIENTS = np.array([1.5, -0.5, 0.8, 0.3])
TALL = np.array([[1.0, 0.3, 0.1], [0.2, 2.0, -0.4], [0.5, -0.1, 1.5]])
HOLES = np.where(np.arange(12).reshape(3, 4) % 5 == 1, np.nan, Y)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: np.sum(np.cov(x) ** 2), Y + Y**2 % 0.7),
        (lambda x: np.sum(np.cov(x, Y, ddof=0) ** 2), Y**2),
        (lambda x: np.sum(np.corrcoef(x, rowvar=False)[0] ** 2), (Y**2) % 0.7),
        (lambda x: np.sum(np.polyval(x, np.array([0.5, 1.5])) ** 2), COEFFICIENTS),
        (lambda x: np.polyval(COEFFICIENTS, x), 0.7),
        (lambda x: np.sum(np.polyder(x, 2) ** 2) + np.sum(np.polyint(x, 2, [1.0, 2.0]) ** 2), COEFFICIENTS),
        (lambda x: np.sum(np.polyadd(x, [1.0, 2.0]) ** 2) + np.sum(np.polymul(x, x) ** 2), COEFFICIENTS),
        (lambda x: np.sum(np.maximum.accumulate(x) ** 2) + np.sum(np.minimum.accumulate(x) ** 3), COEFFICIENTS),
        (lambda x: np.sum(np.logaddexp.reduce(x, axis=1) ** 2), Y),
        (lambda x: np.sum(np.logaddexp.accumulate(x, axis=1) ** 2), Y),
        (lambda x: np.sum(np.add.reduceat(x, [0, 2, 1]) ** 2), COEFFICIENTS),
        (lambda x: np.sum(np.hypot.outer(x, x + 2) ** 2), COEFFICIENTS),
        (lambda x: np.sum(np.nanmedian(np.where(np.isnan(HOLES), np.nan, x), axis=1) ** 2), Y),
        (lambda x: np.nanquantile(np.where(np.isnan(HOLES), np.nan, x), 0.3) ** 2, Y),
        (lambda x: np.linalg.cond(x) + np.linalg.cond(x, 1), TALL),
        (lambda x: np.sum(np.linalg.tensorsolve(x, COEFFICIENTS[:3]) ** 2), TALL),
        (lambda x: np.sum(np.linalg.tensorinv(x, 1) ** 2), TALL),
        (lambda x: np.sum(np.geomspace(x, 2, 5) ** 2), 0.3),
        (lambda x: np.sum(np.emath.sqrt(x) + np.emath.log(x)), COEFFICIENTS**2),
        (lambda x: math.prod([x, x * x, 2.0]), 0.7),
        (lambda x: np.sum(scipy.linalg.solve(x, COEFFICIENTS[:3]) ** 2) + scipy.linalg.det(x), TALL),
        (lambda x: np.sum(scipy.linalg.solve_triangular(x, COEFFICIENTS[:3], lower=True) ** 2), TALL),
        (lambda x: np.sum(scipy.linalg.cholesky(x @ x.T) ** 3) + np.sum(scipy.linalg.inv(x) ** 3), TALL),
        (lambda x: np.sum(scipy.stats.norm.logpdf(COEFFICIENTS, x, x**2)), COEFFICIENTS),
        (lambda x: np.sum(scipy.stats.norm.cdf(x, 0.2) * scipy.stats.norm.pdf(x)), COEFFICIENTS),
        (lambda x: np.sum(scipy.stats.poisson.logpmf([1, 2, 3, 0], x)), COEFFICIENTS**2),
    ],
)
def test_what_is_written_with_other_names(f: Callable[..., Any], x: Any) -> None:
    value, gradient = wg.value_and_grad(f)(x)
    assert value == f(x)
    assert wg.verify(f, x)
    np.testing.assert_allclose(wg.jvp(f)(x, tangents=np.ones_like(x))[1], np.sum(gradient), rtol=1e-11, atol=1e-11)
    d = wg.derive(f, x)
    space: dict[str, Any] = {}
    exec(d.code(), space)
    np.testing.assert_allclose(space["f_value_and_grad"](x, **d.captured)[1], gradient, rtol=1e-9, atol=1e-12)


def test_forward_mode_passes_by_what_is_only_compared() -> None:
    x = COEFFICIENTS
    assert wg.jvp(an_order_that_is_only_asked)(x, tangents=np.ones(4))[1] == 1.0


def test_a_quantile_is_numpy_s_in_single_precision_too_wherever_its_share_comes_from() -> None:
    share = 0.3

    def f(x):
        return np.quantile(x, share)

    for seed in range(20):
        x = np.random.default_rng(seed).normal(size=7).astype(np.float32)
        value, gradient = wg.value_and_grad(f)(x)
        assert value == f(x)
        assert gradient.dtype == np.float32
        assert gradient.sum() == pytest.approx(1)


def test_what_is_taken_along_an_axis_lies_in_memory_as_numpy_has_it() -> None:
    def f(x):
        return np.sum(np.take(x, [1, 2], axis=1))

    for seed in range(20):
        x = np.random.default_rng(seed).normal(size=(4, 4))
        assert wg.value_and_grad(f)(x)[0] == f(x)


def test_a_hypotenuse_of_length_0_has_gradient_0() -> None:
    def f(x):
        return np.sum(np.hypot(x[:, None] - x, 0.0))

    assert wg.grad(f)(np.array([1.0, 3.0])).tolist() == [-2.0, 2.0]
