"""What the language offers: generators, comprehensions, try, with, match, containers, odd layouts."""

import contextlib
import functools
import operator
from collections import defaultdict, deque

import numpy as np

from .case import Cases, draw
from .structure import squash

CASES = Cases()

V = draw(3, seed=140)
W = draw(3, seed=141)
M = draw(3, 3, seed=142)


def partial_sums(x):
    total = 0.0
    for value in x:
        total = total + value
        yield total


def generator_function(x):
    return sum(s**2 for s in partial_sums(x)) * max(1, len(list(partial_sums(x))))


CASES.add(generator_function, V, features="generator iteration builtin-sum")


def generator_that_delegates(x):
    def both():
        yield from partial_sums(x)
        yield from (v**3 for v in x)

    total = 0.0
    for value in both():
        total = total + np.sin(value)
    return total


CASES.add(generator_that_delegates, V, features="generator yield-from closure")


def comprehensions(x):
    powers = {n: x**n for n in range(1, 4)}
    table = [[a * b for a in x] for b in powers[2]]
    return np.sum(powers[3]) + sum(sum(row) for row in table) + sum(v.sum() for v in powers.values())


CASES.add(comprehensions, V, features="comprehension dict-comprehension nested builtin-sum")


def walrus(x):
    if (n := np.sum(x**2)) > 0.1:
        return n * (m := x[0] * n) + m**2
    return n


CASES.add(walrus, V, features="walrus branch")


def try_and_finally(x):
    log = []
    try:
        if log:
            return x[0]
        y = x[7] if len(x) > 7 else x[1]
        return np.sum(x * y)
    except IndexError:
        return np.sum(x)
    finally:
        log.append("done")


CASES.add(try_and_finally, V, features="try finally")


def exception_caught(x):
    try:
        y = x[10]
    except IndexError:
        y = x[0] ** 2
    else:
        y = y + 1
    return y * x[1]


CASES.add(exception_caught, V, features="try except")


@contextlib.contextmanager
def remembered(log, value):
    log.append(value * 2)
    yield value + 1
    log.append(value**2)


def with_block(x):
    log = []
    with remembered(log, x[0]) as a, np.errstate(divide="ignore"):
        y = a * x[1]
    return y + log[0] * log[1]


CASES.add(with_block, V, features="with generator list-append")


def reduced(a, B, C):
    product = functools.reduce(np.dot, [a, B, C])
    folded = functools.reduce(lambda s, v: s * 0.5 + v, product)
    return folded * operator.mul(a[0], 2.0) + sum(map(squash, a))


CASES.add(reduced, V, M, M.T.copy(), features="functools-reduce map operator lambda")


def tuple_results(x):
    def statistics(v):
        mean = np.mean(v)
        return mean, np.mean((v - mean) ** 2)

    mean, variance = statistics(x)
    (_, other), label = statistics(x**2), "pair"
    return mean * variance + other / len(label)


CASES.add(tuple_results, V, features="unpacking helper tuple-result")


def annotated(x: np.ndarray, rate: float = 0.1) -> float:
    """The sum of tanh, scaled; written as a careful person would."""
    assert x.ndim == 1, "a vector is wanted"
    y: np.ndarray = np.tanh(x)
    result: float = rate * y.sum()
    return result


CASES.add(annotated, V, features="annotations assert default-argument shape-read")


def deleted_and_reused(x):
    y = x * 2
    z = y + 1
    del y
    y, z = z, x
    return np.sum(y * z)


CASES.add(deleted_and_reused, V, features="rebinding del swap")


def messages(x):
    loss = np.sum(x**2)
    history = [f"loss {loss:.4f}", "first %.3f" % x[0], "{:8.2e}".format(loss)]  # noqa: UP031, UP032
    return loss * len(history) + x[0]


CASES.add(messages, V, features="f-string formatting", oracle="ridders")


def matched(x, mode):
    match mode:
        case "square":
            y = x**2
        case "sine":
            y = np.sin(x)
        case _:
            y = x
    return y.sum()


CASES.add(matched, V, "sine", features="match string-argument")


def mean_of_a_tree(tree):
    if isinstance(tree, dict):
        return sum(mean_of_a_tree(branch) for branch in tree.values()) / len(tree)
    if isinstance(tree, list | tuple):
        return sum(mean_of_a_tree(branch) for branch in tree) / len(tree)
    return np.mean(np.sin(tree))


CASES.add(
    mean_of_a_tree,
    {"a": draw(2, seed=143), "b": [draw(2, 2, seed=144), (draw(1, seed=145), 0.4)]},
    features="recursion dict list tuple isinstance nested-argument",
)


def nested_lists(weights, x):
    total = 0.0
    for row, v in zip(weights, x, strict=True):
        for w in row:
            total = total + w * v**2
    return np.sqrt(total)


CASES.add(
    nested_lists,
    [[0.3, 0.9], [0.4, 1.1, 0.2]],
    (1.5, 0.7),
    features="nested-argument list tuple python-float",
)


def list_argument_changed(values, x):
    values[0] = values[0] * x
    values[1] *= x
    return values[0] * values[1] + values[2]


CASES.add(list_argument_changed, [0.3, 0.9, 1.4], 0.6, features="list mutated-argument python-float")


def containers_of_the_library(x):
    totals, recent = defaultdict(float), deque([1.0, x[0]], maxlen=2)
    for i, value in enumerate(x):
        totals["even" if i % 2 == 0 else "odd"] += value**2
        recent.append(recent[0] * value + recent[1])
    return totals["even"] * totals["odd"] + sum(recent)


CASES.add(containers_of_the_library, V, features="defaultdict deque iteration conditional")


# fmt: off
def spread_over_lines(x, A):
    y = (
        x * 2
        + np.sin(
            A
            @ x,
        )
        - (x
           / 3)
    )
    return y.reshape(3, 1).T.sum(
        axis=0,
    ).max() * (A.T.ravel()[1:]
               .sum()) + \
        y.mean()
# fmt: on


CASES.add(spread_over_lines, V, M, features="several-lines method-chaining")


def only_the_second(data, w, target):
    return np.sum((data @ w - target) ** 2)


CASES.add(only_the_second, M, V, W, wrt=(1,), features="wrt")

CASES.add(
    only_the_second,
    M,
    V,
    W,
    wrt=(2, 0),
    features="wrt",
    name="third_and_first",
)
