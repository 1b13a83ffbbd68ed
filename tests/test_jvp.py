"""`jvp`: value and tangent of plain functions, in their structures; second order; the zoo; what is refused."""

from __future__ import annotations

import copy
import inspect
import threading
from collections import namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from whygrad.differentiation.forward import forward
from whygrad.differentiation.tangents import Tangents
from whygrad.errors import ArgumentError, NoFloatsError, NoRuleError, UnsupportedError
from whygrad.watching.programs import to_program
from whygrad.watching.watch import watch
from zoo import ZOO
from zoo.case import Case, is_float, leaves, rebuilt

X = np.random.default_rng(41).uniform(0.2, 1.0, (3, 4))
V = np.random.default_rng(42).uniform(-1.0, 1.0, (3, 4))
Y = np.random.default_rng(43).uniform(0.2, 1.0, (4,))


def slope(f: Callable[..., Any], x: Any, v: Any) -> Any:
    """By the complex step."""
    return np.imag(f(x + 1e-30j * v)) / 1e-30


# The zoo


def moved(tree: Any, rng: np.random.Generator) -> Any:
    """A random direction in the structure of an argument; None for what holds no floats."""

    def one(leaf: Any) -> Any:
        if not is_float(leaf):
            return None
        drawn = np.asarray(rng.uniform(-1, 1, np.shape(leaf)))
        return drawn.astype(leaf.dtype)[()] if isinstance(leaf, np.ndarray | np.generic) else float(drawn)

    return rebuilt(tree, (one(leaf) for leaf in leaves(tree)))


@pytest.mark.parametrize("idioms", [True, False], ids=["idioms", "primitives"])
@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in ZOO])
def test_the_tangent_is_the_gradient_times_the_direction(case: Case, idioms: bool) -> None:
    rng = np.random.default_rng(44)
    directions = tuple(moved(case.args[n], rng) for n in case.positions)
    calls = Tangents(case.function, case.positions, idioms)
    gradients = wg.grad(case.function, case.positions)(*case.fresh_args())
    pairs = [
        (np.asarray(g, float), np.asarray(d, float))
        for g, d in zip(leaves(gradients), leaves(directions), strict=True)
        if d is not None
    ]
    expected = sum(float(np.sum(g * d)) for g, d in pairs)
    scale = sum(float(np.sum(np.abs(g * d))) for g, d in pairs)
    for _ in range(2):  # the second call runs what was kept
        args = case.fresh_args()
        value, tangent = calls(args, {}, copy.deepcopy(directions))
        assert value == case.plain_value()
        assert type(tangent) is float or np.asarray(tangent).dtype == np.asarray(value).dtype
        tolerance = 1e-10 if case.dtype == "float64" else 1e-5
        assert float(tangent) == pytest.approx(expected, rel=tolerance, abs=tolerance * max(scale, 1e-3))
        for now, then in zip(leaves(args), leaves(case.args), strict=True):
            assert np.array_equal(now, then)


# Functions of any number of outputs


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x,
        lambda x: x[1:, ::2],
        lambda x: x.T @ x,
        lambda x: np.cumsum(x.ravel()) if False else x.reshape(2, 6),
        lambda x: np.sin(x) * x + x.sum(axis=0),
        lambda x: x / x.sum(axis=1, keepdims=True),
        lambda x: np.exp(x) / np.exp(x).sum(axis=1, keepdims=True),
        lambda x: 1 / (1 + np.exp(-x)),
        lambda x: np.log(1 / (1 + np.exp(-x))),
        lambda x: np.array([x[0, 0] * 2, x[1, 1] * x[0, 0], x[0, 0]]),
        lambda x: x @ Y,
        lambda x: np.broadcast_to(x.sum(), (2, 3)),
        lambda x: np.outer(x[0], x[1]) + 1,
    ],
)
def test_a_tangent_has_the_shape_of_the_value(f: Callable[..., Any]) -> None:
    for _ in range(2):
        value, tangent = wg.jvp(f)(X, tangents=V)
        assert np.array_equal(value, f(X))
        assert type(tangent) is type(value) and tangent.dtype == value.dtype
        np.testing.assert_allclose(tangent, slope(f, X, V), rtol=1e-12, atol=1e-14)


def test_values_and_tangents_come_in_the_structure_that_f_returns() -> None:
    Pair = namedtuple("Pair", "one other")

    def f(x: Any) -> Any:
        h = np.tanh(x)
        return {"h": h, "pair": Pair(h.sum(), [x * 2, 3, "name"]), "index": np.argmax(x, axis=1), "flag": True}

    value, tangent = wg.jvp(f)(X, tangents=V)
    plain = f(X)
    assert list(value) == list(tangent) == list(plain)
    assert isinstance(value["pair"], Pair) and isinstance(tangent["pair"], Pair)
    assert value["pair"].other[1:] == [3, "name"] and value["flag"] is True
    np.testing.assert_array_equal(value["h"], plain["h"])
    np.testing.assert_allclose(tangent["h"], (1 - plain["h"] ** 2) * V, rtol=1e-12)
    assert tangent["pair"].one == pytest.approx(np.sum(tangent["h"]), rel=1e-12)
    np.testing.assert_array_equal(tangent["pair"].other[0], 2 * V)
    assert tangent["pair"].other[1] == 0.0 and tangent["pair"].other[2] is None
    assert tangent["index"].tolist() == [0.0, 0.0, 0.0] and tangent["flag"] is None


def test_what_has_no_tangent_given_does_not_move() -> None:
    params = {"W": X, "layers": [(Y, 2.0), None, "relu"], "n": 3}

    def f(p: Any, k: Any = 0.5) -> Any:
        return np.tanh(p["W"] @ p["layers"][0][0]) * p["layers"][0][1] ** p["n"] * k

    def along(**moves: Any) -> Any:
        given = {"W": None, "layers": [(None, moves.get("b")), None, None], "n": None} | (
            {"W": moves["W"]} if "W" in moves else {}
        )
        return wg.jvp(f)(params, tangents=given)[1]

    t = np.tanh(X @ Y)
    np.testing.assert_allclose(along(W=V), (1 - t**2) * (V @ Y) * 4, rtol=1e-12)
    np.testing.assert_allclose(along(b=1), t * 6, rtol=1e-12)
    np.testing.assert_allclose(along(W=V, b=2), (1 - t**2) * (V @ Y) * 4 + t * 12, rtol=1e-12)
    assert along().tolist() == [0.0, 0.0, 0.0]
    assert wg.jvp(f)(params, tangents=None)[1].tolist() == [0.0, 0.0, 0.0]
    np.testing.assert_allclose(
        wg.jvp(f, wrt=("p", "k"))(params, tangents=(None, 1.0))[1], t * 8, rtol=1e-12
    )  # the default moves


@pytest.mark.parametrize("wrt", [0, "x", -2, ("x",), ("x", "y"), ("y", 0), [1]])
def test_wrt_names_what_moves(wrt: Any) -> None:
    def f(x: Any, y: Any) -> Any:
        return x @ y

    both = {"x": V, "y": Y**2}
    chosen = [{0: "x", 1: "y", -2: "x"}.get(w, w) for w in (wrt if isinstance(wrt, tuple | list) else [wrt])]
    given = tuple(both[w] for w in chosen)
    _, tangent = wg.jvp(f, wrt)(X, Y, tangents=given if isinstance(wrt, tuple | list) else given[0])
    expected = (V @ Y if "x" in chosen else 0) + (X @ Y**2 if "y" in chosen else 0)
    np.testing.assert_allclose(tangent, expected, rtol=1e-12)


@pytest.mark.parametrize("x", [2.0, np.float64(2), np.float32(2), np.array(2.0), np.array([2.0]), np.array([[2.0]])])
def test_a_number_s_tangent_is_the_value_s_kind(x: Any) -> None:
    value, tangent = wg.jvp(lambda x: x * x)(x, tangents=np.ones(np.shape(x), int).tolist())
    assert type(tangent) is type(value) and np.shape(tangent) == np.shape(value) and np.all(tangent == 4.0)
    assert np.asarray(tangent).dtype == np.asarray(value).dtype


def test_tangents_are_taken_in_the_type_of_the_argument() -> None:
    x = X.astype(np.float32)
    value, tangent = wg.jvp(lambda x: np.tanh(x) @ Y.astype(np.float32))(x, tangents=V)
    assert value.dtype == tangent.dtype == np.float32
    assert wg.jvp(lambda x: x * 2)(np.ones(2), tangents=[1, 0])[1].tolist() == [2.0, 0.0]
    assert wg.jvp(lambda x: x * 2)(np.ones(2), tangents=np.array([1, 0]))[1].tolist() == [2.0, 0.0]


def test_values_and_tangents_are_the_caller_s_own_memory() -> None:
    x, v = X.copy(), V.copy()
    for f in (lambda x: x, lambda x: x.T, lambda x: [x, x], lambda x: x[0] + 0.0, lambda x: (X, x)):
        for part in leaves(wg.jvp(f)(x, tangents=v)):
            part += 1.0
    assert np.array_equal(x, X) and np.array_equal(v, V)
    one, two = wg.jvp(lambda x: (x + 1, x + 2))(x, tangents=v)[1]
    one += 1
    assert np.array_equal(two, v)


def test_writes_in_place_carry_their_tangents_along() -> None:
    def f(x: Any) -> Any:
        h = np.zeros((4, 3), x.dtype)
        for t in range(3):
            h[t + 1] = np.tanh(h[t] + x[t, :3])
        h[0] -= h[2]
        h[:, 1] *= 2
        x[0] = 1.0
        return h, x * x

    x = X.copy()
    value, tangent = wg.jvp(f)(x, tangents=V)
    assert np.array_equal(x, X)
    plain = f(X.copy())
    for n in (0, 1):
        np.testing.assert_array_equal(value[n], plain[n])
        exact = np.imag(f(X + 1e-30j * V)[n]) / 1e-30
        np.testing.assert_allclose(tangent[n], exact, rtol=1e-12, atol=1e-14)


# Higher orders


def energy(x: Any) -> Any:
    h = np.tanh(x @ Y)
    return np.sum(h**2) + np.max(x) * np.sum(1 / (1 + np.exp(-x)))


def test_forward_over_reverse_is_reverse_over_forward_is_forward_over_forward() -> None:
    u = np.cos(V)
    over = wg.jvp(wg.grad(energy))(X, tangents=V)[1]
    under = wg.grad(lambda x: wg.jvp(energy)(x, tangents=V)[1])(X)
    np.testing.assert_allclose(over, under, rtol=1e-12)
    g = wg.grad(energy)
    np.testing.assert_allclose(over, (g(X + 1e-6 * V) - g(X - 1e-6 * V)) / 2e-6, rtol=1e-6, atol=1e-8)
    twice = wg.jvp(lambda x: wg.jvp(energy)(x, tangents=V)[1])(X, tangents=u)[1]
    assert twice == pytest.approx(np.sum(over * u), rel=1e-12)


def test_third_derivatives() -> None:
    f = lambda x: np.sin(x) * x
    first = lambda x: wg.jvp(f)(x, tangents=1.0)[1]
    second = lambda x: wg.jvp(first)(x, tangents=1.0)[1]
    exact = -3 * np.sin(0.7) - 0.7 * np.cos(0.7)
    assert wg.jvp(second)(0.7, tangents=1.0)[1] == pytest.approx(exact, rel=1e-12)
    assert wg.grad(second)(0.7) == pytest.approx(exact, rel=1e-12)
    assert wg.jvp(wg.grad(wg.grad(f)))(0.7, tangents=1.0)[1] == pytest.approx(exact, rel=1e-12)


def test_a_direction_may_itself_be_watched() -> None:
    np.testing.assert_allclose(wg.grad(lambda v: np.sum(wg.jvp(np.sin)(X, tangents=v)[1]))(V), np.cos(X), rtol=1e-12)
    # d/dt of f along t·x at x: the tangent is linear in the direction, which depends on t
    found = wg.grad(lambda t: np.sum(wg.jvp(lambda x: x**2 * t)(X, tangents=X * t)[1]))(1.5)
    assert found == pytest.approx(np.sum(4 * X**2 * 1.5), rel=1e-12)
    narrow = wg.grad(lambda v: np.sum(wg.jvp(np.sin)(X, tangents=v)[1]))(V.astype(np.float32))
    assert narrow.dtype == np.float32


def test_each_level_has_tangents_of_its_own() -> None:
    """The classic confusion of perturbations: d/dx (x · d/dy (x + y)) is 1."""
    inner = lambda x: x * wg.jvp(lambda y: x + y)(1.0, tangents=1.0)[1]
    assert wg.jvp(inner)(3.0, tangents=1.0)[1] == 1.0
    assert wg.grad(inner)(3.0) == 1.0
    deeper = lambda x: x * wg.jvp(lambda y: x * y)(2.0, tangents=1.0)[1]
    assert wg.jvp(deeper)(3.0, tangents=1.0)[1] == 6.0


def test_a_structure_comes_out_of_an_inner_jvp() -> None:
    def f(x: Any) -> Any:
        value, tangent = wg.jvp(lambda p: {"a": p["u"] * 2, "b": [p["u"] ** 2, 1]})({"u": x}, tangents={"u": x})
        return np.sum(value["a"] * tangent["b"][0])  # 2x · 2x²

    np.testing.assert_allclose(wg.grad(f)(Y), 12 * Y**2, rtol=1e-12)


# What is kept


def test_a_second_call_derives_nothing_and_other_shapes_do() -> None:
    calls = Tangents(lambda x: np.tanh(x) @ x.T, 0)
    derived = []
    made = calls.derive
    calls.derive = lambda *given: derived.append(1) or made(*given)  # type: ignore[method-assign]
    for x, times in ((X, 1), (X + 1, 1), (X[:2], 2), (X.astype(np.float32), 3), (X, 3)):
        calls((x,), {}, np.ones_like(x))
        assert len(derived) == times
    calls((X,), {}, None)  # what moves is part of what was derived
    assert len(derived) == 4


def test_threads_do_not_meet() -> None:
    tangent_of = wg.jvp(lambda x: np.tanh(x @ x.T) * x.sum())
    found: dict[int, Any] = {}

    def run(n: int) -> None:
        for _ in range(5):
            found[n] = tangent_of(X[: n % 3 + 1] * n, tangents=V[: n % 3 + 1])[1]

    threads = [threading.Thread(target=run, args=(n,)) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for n, tangent in found.items():
        x, v = X[: n % 3 + 1] * n, V[: n % 3 + 1]
        np.testing.assert_allclose(tangent, slope(lambda x: np.tanh(x @ x.T) * x.sum(), x, v), rtol=1e-11)


# What is refused


@pytest.mark.parametrize(
    ("wrt", "tangents", "says"),
    [
        ("w", np.ones(4), r"w has shape \(3, 4\), its tangent \(4,\)"),
        ("w", 1.0, r"w has shape \(3, 4\), its tangent \(\)"),
        ("w", "north", "that of w is a str"),
        ("w", X + 1j, "that of w is an array of complex128"),
        ("p", [np.ones(4), 1.0], "p is a dict of 'b', 'n', its tangent a list of 2"),
        ("p", {"b": Y}, "p is a dict of 'b', 'n', its tangent a dict of 'b'"),
        ("p", {"b": Y[:2], "n": None}, r"p\['b'\] has shape \(4,\), its tangent \(2,\)"),
        ("p", {"b": [Y], "n": None}, r"p\['b'\] has shape \(4,\), its tangent \(1, 4\)"),
        ("p", {"b": Y, "n": 1.0}, r"p\['n'\] is an int, which holds no floats"),
        (("w", "p"), X, r"an array of shape \(3, 4\) for wrt"),
        (("w", "p"), (X,), "a tuple of 1 for wrt"),
        (("w", 0), (X, X), "an argument of f twice"),
    ],
)  # fmt: skip
def test_a_tangent_that_does_not_fit_is_named(wrt: Any, tangents: Any, says: str) -> None:
    def f(w: Any, p: Any) -> Any:
        return w @ p["b"] * p["n"]

    with pytest.raises(ArgumentError, match=says):
        wg.jvp(f, wrt)(X, {"b": Y, "n": 2}, tangents=tangents)


def test_whole_numbers_do_not_move() -> None:
    with pytest.raises(NoFloatsError, match=r"astype\(float\)"):
        wg.jvp(lambda x: x)(np.array([1, 2]), tangents=np.array([1.0, 0.0]))

    def f(p: Any) -> Any:
        return p[0] * p[1]

    with pytest.raises(ArgumentError, match="its tangent is None"):
        wg.jvp(f)([Y, np.arange(4)], tangents=[Y, Y])
    assert wg.jvp(f)([Y, np.arange(4)], tangents=[Y, np.zeros(4)])[1].tolist() == (Y * np.arange(4)).tolist()


@pytest.mark.parametrize(
    ("f", "kind", "says"),
    [
        (lambda x: None, NoFloatsError, "returns nothing"),
        (lambda x: "text", NoFloatsError, "returns a str"),
        (lambda x: np.unwrap(x), NoRuleError, "no rule for"),
        (lambda x: x * 1j, UnsupportedError, "complex"),
    ],
)
def test_what_has_no_tangent_is_refused(f: Any, kind: Any, says: str) -> None:
    with pytest.raises(kind, match=says):
        wg.jvp(f)(np.eye(3)[0] + 0.1, tangents=np.ones(3))


def test_an_argument_called_tangents_is_in_the_way() -> None:
    def f(x: Any, tangents: Any) -> Any:
        return x * tangents

    for g in (f, wg.jvp(lambda x: x)):
        with pytest.raises(ArgumentError, match="called tangents"):
            wg.jvp(g)
    assert str(inspect.signature(wg.jvp(lambda x, *a, k=1, **rest: x))) == "(x, *a, k=1, tangents, **rest)"
    with pytest.raises(TypeError, match="tangents"):
        wg.jvp(lambda x: x)(1.0)


def test_the_program_of_tangents_reads_well() -> None:
    def f(x: Any, W: Any) -> Any:
        h = np.tanh(W @ x)
        return np.sum(h * h)

    watched = watch(f, (Y, X), {})
    recording = watched.recording
    program = to_program(recording, recording.arguments, [watched.output], "f", {0: "x", 1: "W"})
    made = forward(program, recording.values, [0, 1], [Y, V])
    assert (
        str(made.program)
        == """\
f(x: float64[4], W: float64[3, 4], x_dot: float64[4], W_dot: float64[3, 4]):
    v2: float64[3] = matrix_vector(W, x)
    h: float64[3] = tanh(v2)
    v4: float64[3] = multiply(h, h)
    v5: float64 = sum(v4, axis=(0,), keepdims=False)
    v8: float64[3] = matrix_vector(W_dot, x)
    v9: float64[3] = matrix_vector(W, x_dot)
    v10: float64[3] = add(v8, v9)
    v13: float64[3] = power(h, 2)
    v14: float64[3] = subtract(1, v13)
    h_dot: float64[3] = multiply(v10, v14)
    v16: float64[3] = multiply(h_dot, h)
    v17: float64[3] = multiply(2, v16)
    v18: float64 = sum(v17, axis=(0,), keepdims=False)
    return v5, v18"""
    )


def primitives(f: Callable[..., Any], idioms: bool = True) -> list[str]:
    """The names of the tangent steps of a function of X."""
    recording = (watched := watch(f, (X,), {})).recording
    outputs = [leaf.index for leaf in watched.returned]
    program = to_program(recording, recording.arguments, outputs, "f")
    steps = forward(program, recording.values, recording.arguments, [V], idioms=idioms).steps
    return [step.primitive.name for step in steps]


@pytest.mark.parametrize(
    ("f", "steps"),
    [
        (lambda x: x @ x.T, "transpose matmul matmul add"),
        (lambda x: np.sum(x, axis=0), "sum"),
        (lambda x: x.T[1:], "transpose getitem"),
        (lambda x: np.exp(x), "multiply"),
        (lambda x: x + Y, ""),
        (lambda x: (x * 3.0, x), "multiply"),
        (lambda x: np.where(x > 0.5, x, 0.0), "where"),
        (lambda x: np.where(x > 0.5, x * 2, x.sum()), "multiply sum where"),
        (lambda x: np.max(x, axis=1), "max equal sum divide multiply sum"),
        (lambda x: 1 / (1 + np.exp(-x)), "subtract multiply multiply"),
        (lambda x: np.array([x[0, 0], 1.0]), "getitem array"),
        (lambda x: (x > 0.5).astype(float), ""),
        (lambda x: np.zeros(3), ""),
        (lambda x: np.linalg.inv(x[:, :3]), "getitem matmul matmul negative"),
        (lambda x: np.linalg.det(x[:, :3]), "getitem inv transpose multiply sum multiply"),
        (
            lambda x: np.linalg.solve(x[:, :3], x[:, 3]),
            "getitem getitem solve_vector matrix_vector negative solve_vector add",
        ),
    ],
)
def test_no_more_steps_than_one_would_write(f: Callable[..., Any], steps: str) -> None:
    assert primitives(f) == steps.split()


def test_what_is_returned_is_not_passed_over_by_an_idiom() -> None:
    def f(z: Any) -> Any:
        d = 1 + np.exp(-z)
        k = 1 / d
        e = np.exp(z)
        p = e / e.sum(axis=1, keepdims=True)
        return [k, d, p, e]

    _, tangent = wg.jvp(f)(X, tangents=V)
    moved_parts = f(X + 1e-30j * V)
    for t, part in zip(tangent, moved_parts, strict=True):
        np.testing.assert_allclose(t, np.imag(part) / 1e-30, rtol=1e-12)
