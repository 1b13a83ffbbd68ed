"""What is kept from call to call is never stale, does not grow, and is not shared between threads."""

import gc
import threading
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from watched import A, Dual, Layer, V, W, assert_right


class World:
    """Globals of the author's that change between calls."""

    W: Any = None
    K: Any = 2.0
    flag = True
    index: Any = None
    labels: Any = None
    axis: Any = 0


def test_captured_arrays_may_change_value_shape_and_dtype() -> None:
    def f(x: Any) -> Any:
        return np.sum(x * World.W * World.K) if World.flag else np.sum(x * x)

    gradient = wg.grad(f)
    grid = np.arange(12.0).reshape(3, 4)
    for weights in (np.ones(4), np.arange(4.0), np.arange(4), 2.5, np.float32(2), grid, W, np.ones(4, np.float32)):
        for World.K in (2.0, 5, 7, -1.5):
            World.W = weights
            exact = np.sum(np.broadcast_to(weights, (3, 4)), axis=0) / (1 if np.ndim(weights) == 2 else 3) * World.K
            np.testing.assert_allclose(gradient(V), exact)
    World.flag = False
    np.testing.assert_allclose(gradient(V), 2 * V)
    World.flag = True
    buffer = World.W = np.ones(4)
    np.testing.assert_allclose(gradient(V), World.K)
    buffer[:] = 3
    np.testing.assert_allclose(gradient(V), 3 * World.K)


@pytest.mark.parametrize(
    "select", [lambda x: x[x > 0.5], lambda x: x[np.nonzero(x > 0.5)[0]], lambda x: x[np.where(x > 0.5)]]
)
def test_how_much_a_mask_selects_may_change(select: Callable[..., Any]) -> None:
    gradient = wg.grad(lambda x: np.mean(select(x) ** 2))
    for x in ([0.1, 0.9, 0.2, 0.3], [0.9, 0.9, 0.8, 0.7], [0.1, 0.9, 0.9, 0.3]):
        x = np.array(x)
        np.testing.assert_allclose(gradient(x), 2 * x * (x > 0.5) / np.sum(x > 0.5))


def test_indices_that_are_written_and_read_may_change() -> None:
    def write(x: Any) -> Any:
        y = np.zeros(4)
        y[World.index] = x[:3]
        return np.sum(y * W)

    def read(x: Any) -> Any:
        return np.sum(x[World.index] ** 2)

    written, found = wg.grad(write), wg.grad(read)
    for indices in ([0, 1, 2], [3, 1, 2], [0, 0, 0], [1, 1, 2]):
        World.index = np.array(indices)
        exact = np.zeros(4)
        for place in set(indices):
            exact[max(i for i in range(3) if indices[i] == place)] = W[place]
        np.testing.assert_allclose(written(V), exact)
        np.testing.assert_allclose(found(V), np.bincount(indices, minlength=4) * 2 * V)


def test_assumptions_about_labels_are_checked_at_every_call() -> None:
    def cross_entropy(z: Any) -> Any:
        e = np.exp(z)
        p = e / np.sum(e, axis=1, keepdims=True)
        return -np.sum(World.labels * np.log(p))

    z = np.random.default_rng(1).normal(size=(4, 3))
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    gradient = wg.grad(cross_entropy)
    hard = np.eye(3)[[0, 1, 2, 0]]
    for World.labels in (hard, np.random.default_rng(2).uniform(size=(4, 3)), hard * 2, hard[::-1].copy()):
        total = World.labels.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(gradient(z), p * total - World.labels, atol=1e-12)


def test_axes_and_branches_may_change() -> None:
    gradient = wg.grad(lambda a: np.sum(np.max(a, axis=World.axis)))
    for World.axis in (0, 1, None):
        np.testing.assert_allclose(gradient(A), A.max(axis=World.axis, keepdims=True) == A)
    picked = wg.grad(lambda x: x[int(np.sum(x) * 10) % 4] ** 2)
    for scale in (1.0, 1.3, 0.7, 0.2):
        x = V * scale
        exact = np.zeros(4)
        place = int(np.sum(x) * 10) % 4
        exact[place] = 2 * x[place]
        np.testing.assert_allclose(picked(x), exact)


def test_random_draws_are_those_of_the_plain_run() -> None:
    gradient = wg.grad(lambda x: np.sum(x * np.random.rand(4)))
    for seed in (0, 1):
        np.random.seed(seed)
        draws = np.random.rand(4)
        np.random.seed(seed)
        np.testing.assert_array_equal(gradient(V), draws)

    def f(x: Any) -> Any:
        generator = np.random.default_rng(3)
        order = generator.permutation(4)
        y = x.copy()
        generator.shuffle(y)
        return np.sum(x[order] * W) + np.sum(y * y * W) + generator.normal() * np.sum(x)

    assert_right(f)


def test_threads_do_not_meet() -> None:
    def chain(k: float) -> Callable[..., Any]:
        def f(x: Any) -> Any:
            s = x
            for _ in range(20):
                s = np.tanh(s * k) + x
            return np.sum(s)

        return f

    functions = [chain(k) for k in (1.0, 0.5, 0.3)]
    functions.append(lambda x: (Dual(x[0]) * Dual(x[1]) + Dual(x[2])).d)
    shared = wg.grad(functions[0])
    wanted = [(wg.grad(f)(V), f(V), shared(V * (i + 1))) for i, f in enumerate(functions)]
    problems: list[Any] = []

    def work(i: int) -> None:
        for _ in range(40):
            exact, value, exact_shared = wanted[i]
            if not np.array_equal(wg.grad(functions[i])(V), exact) or functions[i](V) != value:
                problems.append(i)
            if not np.array_equal(shared(V * (i + 1)), exact_shared):
                problems.append((i, "shared"))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    assert "CALL" not in repr(Dual.__mul__.__code__.co_consts)


def test_a_run_leaves_no_garbage_behind() -> None:
    layer = Layer()
    gradients = [wg.grad(layer.loss), wg.grad(lambda x: np.sum(np.tanh(x[1:]) * x[:-1]))]
    for gradient in gradients:
        gradient(V)
    gc.collect()
    gc.disable()
    try:
        for gradient in gradients:
            gradient(V)
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_a_chain_of_ten_thousand_steps() -> None:
    def f(x: Any) -> Any:
        for _ in range(5_000):
            x = np.sin(x) * 1.001
        return np.sum(x)

    step = 1e-30
    moved = V.astype(complex)
    moved[0] += 1j * step
    assert wg.grad(f)(V)[0] == pytest.approx(np.imag(f(moved)) / step, rel=1e-9)


def test_thousands_of_item_writes() -> None:
    def f(x: Any) -> Any:
        y = np.zeros(3_000)
        y[0] = x[0]
        for i in range(1, 3_000):
            y[i] = 0.5 * y[i - 1] + x[1]
        return np.sum(y)

    gradient = wg.grad(f)(V)
    assert gradient[0] == pytest.approx(2.0)
    assert gradient[1] == pytest.approx(sum(2 - 0.5 ** (i - 1) for i in range(1, 3_000)))


def test_the_author_s_modules_are_watched_and_monkeypatches_hold() -> None:
    helper = types.SimpleNamespace(activation=lambda x: np.tanh(x))

    def f(x: Any) -> Any:
        return np.sum(helper.activation(x))

    gradient = wg.grad(f)
    np.testing.assert_allclose(gradient(V), 1 - np.tanh(V) ** 2)
    helper.activation = lambda x: np.sin(x)
    np.testing.assert_allclose(gradient(V), np.cos(V))
