"""Products, running products, lengths and factorisations where they are delicate, and what is refused."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from whygrad.errors import NoRuleError, UnsupportedError


def products_of_others(x: Any) -> Any:
    return np.array([np.prod(np.delete(x, i)) for i in range(len(x))])


ZEROS = [[2.0, 3.0, 4.0], [2.0, 0.0, 4.0], [0.0, 3.0, 0.0], [0.0, 0.0, 0.0], [5.0]]


@pytest.mark.parametrize("x", ZEROS)
def test_a_product_s_gradient_is_right_with_zeros_among_its_factors(x: list[float]) -> None:
    found = wg.grad(lambda x: np.prod(x))(np.array(x))
    assert np.array_equal(found, products_of_others(np.array(x)))


@pytest.mark.parametrize("x", ZEROS)
def test_so_is_a_running_product_s(x: list[float]) -> None:
    array, w = np.array(x), np.arange(1.0, len(x) + 1)
    expected = np.zeros(len(x))
    for k in range(len(x)):
        expected[: k + 1] += w[k] * products_of_others(array[: k + 1])
    assert np.array_equal(wg.grad(lambda x: w @ np.cumprod(x))(array), expected)


@pytest.mark.parametrize("x", ZEROS)
def test_and_so_are_their_second_derivatives(x: list[float]) -> None:
    array, n = np.array(x), len(x)
    w = np.arange(1.0, n + 1)
    expected = np.array(
        [sum(w[i] * np.prod(np.delete(array, sorted((i, j)))) for i in range(n) if i != j) for j in range(n)]
    )
    found = wg.grad(lambda x: w @ wg.grad(lambda x: np.prod(x))(x))(array)
    assert np.array_equal(found, expected)


def test_a_product_over_several_axes_has_zeros_too() -> None:
    x = np.arange(8.0).reshape(2, 2, 2)
    found = wg.grad(lambda x: np.sum(np.prod(x, axis=(0, 2))))(x)
    expected = np.zeros_like(x)
    for j in range(2):
        expected[:, j, :] = products_of_others(x[:, j, :].ravel()).reshape(2, 2)
    assert np.array_equal(found, expected)


@pytest.mark.parametrize(
    ("function", "x"),
    [
        (lambda x: np.linalg.norm(x), np.zeros(3)),
        (lambda x: np.linalg.norm(x, axis=0).sum(), np.zeros((2, 3))),
        (lambda x: np.std(x), np.full(4, 0.5)),
        (lambda x: np.std(x, axis=1).sum(), np.full((2, 3), 0.5)),
        (lambda x: np.var(x), np.full(4, 0.5)),
    ],
)
def test_a_length_at_its_lowest_has_the_gradient_0(function: Callable[..., Any], x: Any) -> None:
    assert np.array_equal(wg.grad(function)(x), np.zeros_like(x))


def test_distances_of_points_from_themselves_are_0_whatever_the_points_are() -> None:
    points = np.array([[0.0, 1.0], [2.0, 0.5], [0.0, 1.0]])
    found = wg.grad(lambda P: np.linalg.norm(P[:, None] - P[None], axis=-1).sum())(points)
    assert np.all(np.isfinite(found))


def test_only_the_triangle_that_numpy_reads_has_a_gradient() -> None:
    A = np.array([[4.0, 1.0], [1.0, 3.0]])
    for function in (np.linalg.cholesky, lambda A: np.linalg.eigh(A)[0], np.linalg.eigvalsh):
        found = wg.grad(lambda A, function=function: np.sum(function(A) ** 3))(A)
        assert found[0, 1] == 0
        assert found[1, 0] != 0
    upper = wg.grad(lambda A: np.sum(np.linalg.eigvalsh(A, "U") ** 3))(A)
    assert upper[1, 0] == 0
    assert upper[0, 1] != 0


@pytest.mark.parametrize("function", [np.linalg.det, lambda A: np.linalg.slogdet(A)[1]])
def test_a_singular_matrix_s_determinant_is_refused(function: Callable[..., Any]) -> None:
    with pytest.raises(UnsupportedError, match="singular") as caught:
        wg.grad(lambda A: np.sum(function(A)))(np.ones((2, 2)))
    assert "np.eye" in str(caught.value)


def test_a_pseudoinverse_where_it_jumps_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="full rank") as caught:
        wg.grad(lambda A: np.sum(np.linalg.pinv(A)))(np.ones((3, 2)))
    assert "np.linalg.solve" in str(caught.value)


@pytest.mark.parametrize(
    ("function", "instead"),
    [
        (lambda A: np.linalg.lstsq(A, A[0])[0].sum(), r"np\.linalg\.solve\(A\.T @ A"),
        (lambda A: np.sum(np.linalg.svd(A[:1])[2]), "full_matrices=False"),
    ],
)
def test_what_has_no_row_says_what_to_write_instead(function: Callable[..., Any], instead: str) -> None:
    with pytest.raises(NoRuleError, match=instead):
        wg.grad(function)(np.array([[2.0, 1.0], [0.5, 3.0]]))


@pytest.mark.parametrize(
    ("function", "line"),
    [
        ("np.linalg.solve(A, b)", "db = np.linalg.solve(A.T, dx)\ndA = -np.outer(db, x)"),
        ("b * np.var(A)", "dA = 2 * np.sum(dx * b) * (A - A.mean()) / A.size"),
        ("np.cumsum(b)", "db = dx[::-1].cumsum()[::-1]"),
        ("np.einsum('ij,j->i', A, b)", "dA = np.einsum('i,j->ij', dx, b)\ndb = np.einsum('ij,i->j', A, dx)"),
        ("np.cross(A[0], b)", "db = np.cross(dx, A[0])"),
    ],
)
def test_printed_lines_are_those_of_a_textbook(function: str, line: str, tmp_path: Any) -> None:
    file = tmp_path / "printed.py"
    file.write_text(f"import numpy as np\n\ndef loss(A, b):\n    x = {function}\n    return np.sum(np.sin(x))\n")
    names: dict[str, Any] = {}
    exec(compile(file.read_text(), str(file), "exec"), names)
    code = wg.derive(names["loss"], np.eye(3) + 0.1, np.array([1.0, 2.0, 4.0])).code(part="backward")
    assert line in code
