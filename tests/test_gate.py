"""The gate: every name of NumPy's is watched, flat for a reason, plain, or refused with what to write instead."""

import types
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from watched import refused
from whygrad.errors import EscapeError, NoRuleError, UnsupportedError
from whygrad.rules.other_names import DRAWS, FLAT, METHODS, PLAIN, UNSUPPORTED, unsupported
from whygrad.watching import methods
from whygrad.watching.numpy_names import ANSWERS

MODULES = {
    "numpy": np,
    "numpy.linalg": np.linalg,
    "numpy.fft": np.fft,
    "numpy.random": np.random,
    "numpy.lib.stride_tricks": np.lib.stride_tricks,
    "numpy.polynomial.polynomial": np.polynomial.polynomial,
}


def public_names() -> Iterator[tuple[str, Any]]:
    for label, module in MODULES.items():
        for name in sorted(set(getattr(module, "__all__", dir(module)))):
            value = getattr(module, name, None)
            if callable(value) and not name.startswith("_") and not isinstance(value, types.ModuleType):
                yield f"{label}.{name}", value


NAMES = dict(public_names())
TABLES = {"flat": FLAT, "plain": PLAIN, "unsupported": UNSUPPORTED, "drawn": DRAWS}


def kind_of(label: str, value: Any) -> str:
    """watched, or the table that the name stands in; "" where it stands in none."""
    try:
        if value in ANSWERS:
            return "watched"
    except TypeError:  # what has no hash has no answer
        pass
    return next((kind for kind, table in TABLES.items() if label in table), "")


@pytest.mark.parametrize("label", NAMES)
def test_every_public_callable_of_numpy_is_accounted_for(label: str) -> None:
    assert kind_of(label, NAMES[label])


@pytest.mark.parametrize("name", [n for n in dir(np.ndarray) if not n.startswith("_")])
def test_every_method_of_an_array_is_accounted_for(name: str) -> None:
    answered = name in {
        *methods.METHODS,
        *methods.ATTRIBUTES,
        *methods.PLAIN_ATTRIBUTES,
        "shape",
        "ndim",
        "size",
        "flat",
    }
    by_function = getattr(np, name, None) in ANSWERS
    assert answered or by_function or name in METHODS or unsupported(f"ndarray.{name}")


@pytest.mark.parametrize(
    "function", [f for f in vars(np).values() if isinstance(f, np.ufunc)], ids=lambda f: f.__name__
)
def test_every_ufunc_is_accounted_for(function: Any) -> None:
    assert kind_of(f"numpy.{function.__name__}", function)


def test_the_tables_name_only_what_numpy_has() -> None:
    for table in TABLES.values():
        for label in table:
            owner: Any = np
            for part in label.split(".")[1:]:
                owner = getattr(owner, part, None)
            assert (
                owner is not None
                or label == "numpy.in1d"
                or label.startswith("numpy.ufunc.")
                or any(word in label for word in ("256", "float128"))
            ), label


def test_no_name_stands_in_two_tables() -> None:
    labels = [label for table in TABLES.values() for label in table]
    assert len(labels) == len(set(labels))


def test_every_refusal_says_why_and_what_to_write_instead() -> None:
    for known in UNSUPPORTED.values():
        assert len(known.why) > 5
        assert len(known.instead) > 3


# The run-time errors say what the table says


def strided(x):
    return np.sum(np.lib.stride_tricks.as_strided(x, (2,), (800,)) ** 2)


def fourier(x):
    return np.sum(np.abs(np.fft.rfft(x)) ** 2)


def walked(x):
    return sum(v**2 for v in np.nditer(x))


def drawn_with_parameters(x):
    rng = np.random.default_rng(0)
    return np.sum(rng.normal(x, 1.0) ** 2)


def fitted(x):
    return np.sum(np.polyfit(np.arange(float(len(x))), x, 1))


def multiplied_at(x):
    y = np.ones(3)
    np.multiply.at(y, [0, 0, 1, 2], x)
    return np.sum(y)


@pytest.mark.parametrize(
    ("function", "error", "instead"),
    [
        (strided, UnsupportedError, "sliding_window_view"),
        (fourier, UnsupportedError, "cosines and sines"),
        (walked, EscapeError, "np.ndindex"),
        (drawn_with_parameters, NoRuleError, "mu + sigma * rng.standard_normal(size)"),
        (fitted, NoRuleError, "np.vander(x, n)"),
        (multiplied_at, UnsupportedError, "a loop"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_refusal_says_what_to_write_instead(function: Any, error: type[Exception], instead: str) -> None:
    assert instead in refused(error, function)


# What is flat is printed as it was called


def chosen_by_isin(x):
    return np.sum(x[np.isin(np.arange(4), [1, 3])] ** 2)


def ordered_by_two_keys(x):
    return np.sum(x[np.lexsort((x, [1, 0, 1, 0]))] * np.arange(4))


def counted(x):
    counts, _ = np.histogram(x, bins=4, range=(0.0, 1.0))
    return np.sum(counts * x**2)


@pytest.mark.parametrize(
    ("function", "call"),
    [(chosen_by_isin, "np.isin("), (ordered_by_two_keys, "np.lexsort("), (counted, "np.histogram(")],
)
def test_what_is_flat_is_printed_as_it_was_called(function: Any, call: str) -> None:
    x = np.random.default_rng(1).uniform(0.1, 0.9, 4)
    d = wg.derive(function, x)
    code = d.code()
    assert call in code
    space: dict[str, Any] = {}
    exec(code, space)
    value, gradient = space[f"{function.__name__}_value_and_grad"](x, **d.captured)
    assert value == function(x)
    assert np.array_equal(gradient, d.gradients[0])


def test_the_numbers_of_names_by_kind(capsys: pytest.CaptureFixture[str]) -> None:
    kinds = [kind_of(label, value) for label, value in NAMES.items()]
    counts = {kind: kinds.count(kind) for kind in ("watched", *TABLES)}
    assert sum(counts.values()) == len(NAMES)
    assert counts["watched"] > 200
