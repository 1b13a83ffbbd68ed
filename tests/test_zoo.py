"""Every function of the zoo: derived, explained, printed, re-run, and compared with its oracle."""

import functools
import inspect
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from zoo import ZOO
from zoo.case import Case, Tree, copied, is_float, leaves, rebuilt
from zoo.classes import FIRST, NETWORK
from zoo.elementwise import four_operations
from zoo.oracles import largest, numeric_gradient

every_case = pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in ZOO])


@functools.cache
def oracle(case_name: str) -> tuple[Tree, ...]:
    """What the oracle says about a case, asked once."""
    return numeric_gradient(next(case for case in ZOO if case.name == case_name))


def assert_same_value(value: Any, plain: Any) -> None:
    """Bit for bit what the plain function returns, in its precision."""
    assert np.shape(value) == ()
    assert np.asarray(value).dtype == np.asarray(plain).dtype
    assert value == plain


def assert_gradient(case: Case, gradients: tuple[Tree, ...]) -> None:
    """Right by the oracle, and of the arguments' own structure, shapes and dtypes."""
    expected = oracle(case.name)
    scale = max(1.0, largest(expected))
    assert isinstance(gradients, tuple)
    assert len(gradients) == len(expected)
    for position, gradient, exact in zip(case.positions, gradients, expected, strict=True):
        argument = case.args[position]
        assert_same_structure(gradient, argument)
        for got, want in zip(leaves(gradient), leaves(exact), strict=True):
            assert largest(np.asarray(got, float) - want) <= case.tolerance * scale


def assert_same_structure(gradient: Tree, argument: Tree) -> None:
    """Lists, tuples and dicts as in the argument; arrays where it has arrays, floats where floats."""
    if isinstance(argument, dict):
        assert type(gradient) is type(argument)
        assert list(gradient) == list(argument)
        for key, value in argument.items():
            assert_same_structure(gradient[key], value)
    elif isinstance(argument, list | tuple):
        assert type(gradient) is type(argument)
        assert len(gradient) == len(argument)
        for entry, value in zip(gradient, argument, strict=True):
            assert_same_structure(entry, value)
    elif isinstance(argument, np.ndarray):
        assert type(gradient) is np.ndarray
        assert gradient.shape == argument.shape
        assert gradient.dtype == argument.dtype
    else:
        assert isinstance(gradient, float | np.floating)
        assert np.asarray(gradient).dtype == np.asarray(argument).dtype


def assert_unchanged(args: tuple[Tree, ...], case: Case) -> None:
    """The arguments that were handed in are what they were."""
    for now, then in zip(leaves(args), leaves(case.args), strict=True):
        assert type(now) is type(then)
        assert np.array_equal(now, then)


def argument_names(case: Case) -> list[str]:
    """The names by which the function knows the arguments that the case gives."""
    return list(inspect.signature(case.function).bind(*case.args).arguments)


def derived(case: Case, **options: Any) -> Any:
    """The case's derivation; `wrt` is only named where the case names it."""
    if case.wrt is not None:
        options["wrt"] = case.wrt
    return wg.derive(case.function, *case.fresh_args(), **options)


def printed_function(case: Case, code: str) -> Callable[..., Any]:
    """The function that the printed module defines, from a namespace that holds nothing else."""
    namespace: dict[str, Any] = {"__name__": "printed"}
    exec(compile(code, f"<{case.name}>", "exec"), namespace)
    if inspect.isfunction(case.function) or inspect.ismethod(case.function):
        name = case.function.__name__
        return namespace[f"{'f' if name == '<lambda>' else name}_value_and_grad"]
    (name,) = [name for name in namespace if name.endswith("_value_and_grad")]
    return namespace[name]


def is_flat(case: Case) -> bool:
    """Whether every argument is a single array or number."""
    return not any(isinstance(argument, list | tuple | dict) for argument in case.args)


@every_case
def test_value_and_gradient_are_right(case: Case) -> None:
    args = case.fresh_args()
    value, gradients = wg.value_and_grad(case.function, wrt=case.positions)(*args)
    assert_same_value(value, case.plain_value())
    assert_gradient(case, gradients)
    assert_unchanged(args, case)


@every_case
def test_a_second_call_of_the_same_gradient_function_is_the_same(case: Case) -> None:
    gradient_of = wg.value_and_grad(case.function, wrt=case.positions)
    first, second = gradient_of(*case.fresh_args()), gradient_of(*case.fresh_args())
    for one, other in zip(leaves(first), leaves(second), strict=True):
        assert np.array_equal(one, other)
    assert_same_value(case.plain_value(), first[0])  # nor did watching change the author's module


@every_case
def test_the_derivation_is_right_and_names_every_argument(case: Case) -> None:
    d = derived(case)
    assert_same_value(d.value, case.plain_value())
    assert_gradient(case, d.gradients)
    text = str(d)
    assert text.strip()
    for name in argument_names(case):
        assert re.search(rf"\b{name}\b", text), name


@every_case
def test_the_printed_code_computes_the_same_bits(case: Case) -> None:
    d = derived(case)
    function = printed_function(case, d.code())
    if not is_flat(case):
        return
    value, gradients = function(*case.fresh_args(), **copied(dict(d.captured)))
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    assert_same_value(value, d.value)
    for got, want in zip(gradients, d.gradients, strict=True):
        assert np.asarray(got).dtype == np.asarray(want).dtype
        assert np.asarray(got).shape == np.asarray(want).shape
        assert np.asarray(got).tobytes() == np.asarray(want).tobytes()


@every_case
def test_without_idioms_the_gradient_is_the_same(case: Case) -> None:
    d = derived(case, idioms=False)
    assert_same_value(d.value, case.plain_value())
    assert_gradient(case, d.gradients)


def test_one_position_gives_one_gradient_and_a_tuple_gives_a_tuple() -> None:
    case = next(case for case in ZOO if case.function is four_operations)
    da, db = oracle(case.name)
    by_default = wg.grad(four_operations)(*case.fresh_args())
    by_position = wg.grad(four_operations, wrt=1)(*case.fresh_args())
    by_name = wg.grad(four_operations, wrt="b")(*case.fresh_args())
    by_tuple = wg.grad(four_operations, wrt=(1,))(*case.fresh_args())
    by_names = wg.grad(four_operations, wrt=("b", "a"))(*case.fresh_args())
    np.testing.assert_allclose(by_default, da, rtol=0, atol=1e-9)
    np.testing.assert_allclose(by_position, db, rtol=0, atol=1e-9)
    assert np.array_equal(by_name, by_position)
    assert isinstance(by_tuple, tuple)
    assert len(by_tuple) == 1
    assert np.array_equal(by_tuple[0], by_position)
    assert isinstance(by_names, tuple)
    assert np.array_equal(by_names[0], by_position)
    assert np.array_equal(by_names[1], by_default)


@pytest.mark.parametrize("name", ["methods_and_attributes", "inheritance", "bound_method"])
def test_the_author_s_objects_are_left_with_plain_arrays(name: str) -> None:
    case = next(case for case in ZOO if case.name == name)
    case.plain_value()
    wg.value_and_grad(case.function, wrt=case.positions)(*case.fresh_args())
    for left in [FIRST.output, *NETWORK.hidden.values()]:
        assert left is None or type(left) is np.ndarray


def test_floats_are_what_is_differentiated_by() -> None:
    for case in ZOO:
        for position in case.positions:
            assert all(is_float(leaf) for leaf in leaves(case.args[position])), case.name


def cast(tree: Tree, dtype: type) -> Tree:
    """The tree with its arrays of floats in another precision."""
    found = (x.astype(dtype) if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x for x in leaves(tree))
    return rebuilt(tree, found)


@every_case
def test_in_single_precision_gradients_are_right_to_its_digits_and_stay_single(case: Case) -> None:
    """Beside the gradient in double precision at the same (rounded) point."""
    single = tuple(cast(argument, np.float32) for argument in case.fresh_args())
    double = tuple(cast(argument, np.float64) for argument in single)
    gradient = wg.grad(case.function, wrt=case.positions)
    found, exact = gradient(*copied(single)), gradient(*copied(double))
    scale = max(1.0, *map(largest, exact))
    for position, one, other in zip(case.positions, found, exact, strict=True):
        assert_same_structure(one, single[position])
        for got, want in zip(leaves(one), leaves(other), strict=True):
            assert largest(np.asarray(got, float) - np.asarray(want, float)) <= 2e-5 * scale
