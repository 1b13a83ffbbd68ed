"""What a reader can find out from the text of a derivation: the questions of a first course, answered."""

import inspect
import re
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from whygrad.errors import NoFloatsError, NonFiniteWarning
from whygrad.explaining.text import as_text
from zoo.case import draw
from zoo.networks import starting_weights

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])


def loss(syn0, syn1):
    k1 = 1 / (1 + np.exp(-(X @ syn0)))
    k2 = 1 / (1 + np.exp(-(k1 @ syn1)))
    return 0.5 * np.sum((y - k2) ** 2)


def with_biases(W1, b1, W2, b2):
    h = np.tanh(X @ W1 + b1)
    out = h @ W2 + b2
    return np.mean((out - y) ** 2)


BIASES = draw(3, 6, seed=1), draw(6, seed=2), draw(6, 2, seed=3), draw(2, seed=4)


def section(text: str, line: str) -> str:
    """What is said about one backward line: from the line itself to the next empty one, on one row."""
    (found,) = [part for part in text.split("\n\n") if re.match(rf"\d+  {re.escape(line)}$", part, re.MULTILINE)]
    return " ".join(found.split())


@pytest.fixture(scope="module")
def tutorial() -> str:
    return as_text(wg.derive(loss, *starting_weights(1)), 100)


# The tutorial's questions


def test_the_two_programs_stand_side_by_side(tutorial: str) -> None:
    assert re.search(
        r"k2 = 1 / \(1 \+ np\.exp\(-\(k1 @ syn1\)\)\) +\(4, 1\) +│ +2  dz2 = dk2 \* k2 \* \(1 - k2\)", tutorial
    )
    assert re.search(r"return 0\.5 \* np\.sum\(\(y - k2\) \*\* 2\)", tutorial)
    assert "loss(syn0, syn1) = 0.4951865354" in tutorial


def test_why_syn1_and_not_syn0(tutorial: str) -> None:
    said = section(tutorial, "dk1 = dz2 @ syn1.T")
    assert "It is syn1 and not syn0: syn0 leads into k1" in said
    assert "L feels k1 only through what leads out of it, syn1." in said
    assert "not" not in section(tutorial, "dsyn0 = X.T @ dz1").replace("nothing", "")


def test_why_the_transpose(tutorial: str) -> None:
    said = section(tutorial, "dk1 = dz2 @ syn1.T")
    assert "that sum is a product with syn1ᵀ" in said
    assert "(4, 1) times (1, 4) is (4, 4), the shape of k1" in said
    said = section(tutorial, "dsyn1 = k1.T @ dz2")
    assert "once for every row" in said
    assert "a product with k1ᵀ" in said
    assert "(4, 4) times (4, 1) is (4, 1), the shape of syn1" in said


def test_why_k1_times_1_minus_k1_and_not_z1(tutorial: str) -> None:
    said = section(tutorial, "dz1 = dk1 * k1 * (1 - k1)")
    assert "∂L/∂z1 = ∂L/∂k1 · " in said
    assert "can be read off its own output: k1(1 − k1)" in said
    assert "in terms of the output k1" in said
    assert re.search(r"what went in, z1,|not of what went in", said)


def test_where_y_minus_k2_comes_from_and_that_it_is_minus_a_gradient(tutorial: str) -> None:
    said = section(tutorial, "dk2 = k2 - y")
    assert "2(y − k2)" in said
    assert "with a minus sign" in said
    assert re.search(r"y − k2,? (is )?often called “the error”.* is (minus|−)", said)
    assert "only because" in said
    assert "with another loss something else comes back here" in said


def test_every_step_shows_its_formula_its_line_and_its_values(tutorial: str) -> None:
    said = section(tutorial, "dz2 = dk2 * k2 * (1 - k2)")
    assert (
        f"z2 reaches L only through k2 = 1 / (1 + np.exp(-(k1 @ syn1))) (line {loss.__code__.co_firstlineno + 2})."
        in said
    )
    assert "= [[ 0.1181] [-0.1277] [-0.1132] [ 0.1351]]" in said
    assert "verified" in tutorial


def test_why_the_gradient_of_a_bias_sums_over_the_rows() -> None:
    text = as_text(wg.derive(with_biases, *BIASES), 100)
    said = section(text, "db1 = dz.sum(axis=0)")
    assert "The same b1 was used in all 4 rows of z; each use sends its own gradient back, and they add up" in said
    assert "(the sum over axis 0)" in said
    assert "has the shape (6,) of b1" in said


def test_where_paths_meet_their_shares_add_up() -> None:
    def two_ways(x):
        a = np.sin(x)
        b = x * a
        return np.sum(a * b)

    d = wg.derive(two_ways, draw(3, seed=1))
    said = " ".join(str(d).split())
    assert re.search(r"a reaches L (by|in) 2 ways.*a \* b \(line \d+\).*x \* a \(line \d+\): their shares add up", said)


def test_the_error_is_never_a_word_of_ours() -> None:
    text = as_text(wg.derive(with_biases, *BIASES), 100) + "".join(
        s.summary for s in wg.derive(with_biases, *BIASES).steps
    )
    assert not re.search(r"\berror\b", text.replace("“the error”", ""))


# The one-variable lesson


def lesson(f: Callable[..., Any], *at: float) -> str:
    return " ".join(as_text(wg.derive(f, *at), 100).split())


def test_a_composition_is_told_slope_by_slope() -> None:
    def f(x):
        return 2 * x**2

    text = lesson(f, 3.0)
    assert "g = x² = 9 dg/dx = 2x = 6" in text
    assert "f = 2g = 18 df/dg = 2" in text
    assert "df/dx = df/dg · dg/dx = 2 · 2x = 4x = 2 · 6 = 12" in text
    assert "The outer slope df/dg is taken AT g = 9" in text
    assert "not by g" in text
    assert "dx = 4 * x" in text


def test_a_chain_of_three_multiplies_three_slopes() -> None:
    def f(x):
        return np.exp(np.sin(x**2))

    text = lesson(f, 0.7)
    assert "df/dx = df/dh · dh/dg · dg/dx" in text
    assert "dh/dg = cos(g) = 0.882333" in text
    value = np.exp(np.sin(0.49)) * np.cos(0.49) * 1.4
    assert f"1.601 · 0.882333 · 1.4 = {value:.6g}" in text


def test_a_variable_in_two_places_reaches_the_result_in_two_ways() -> None:
    def f(x):
        return x * np.sin(x)

    text = lesson(f, 0.7)
    assert "x reaches f in 2 ways; their slopes add up: df/dx = ∂f/∂x + ∂f/∂g · dg/dx = g + x · cos(x)" in text
    assert f"= {np.sin(0.7) + 0.7 * np.cos(0.7):.6g}" in text


@pytest.mark.parametrize(("at", "slopes"), [((1.0, 2.0), ("10", "37")), ((2.0, -1.0), ("−5", "6"))])
def test_partial_derivatives_move_one_variable_at_a_time(at: tuple[float, float], slopes: tuple[str, str]) -> None:
    def f(x, y):
        return y**4 + 5 * x * y

    text = lesson(f, *at)
    first, second = text.split("Only y moves, x stays as it is:")
    assert "Only x moves, y stays as it is: ∂f/∂x = " in first
    assert "= 5y = " in first
    assert f" = {slopes[0]} " in first.split("∂f/∂x = ∂f/∂k")[1] + " "
    assert "5x + 4y³" in second
    assert f" = {slopes[1]} " in second


def test_more_than_a_few_steps_are_told_line_by_line() -> None:
    def f(x):
        for _ in range(20):
            x = np.sin(x)
        return x

    assert "Taken apart" not in str(wg.derive(f, 1.0))


# The text as a text


def long(x):
    for _ in range(200):
        x = np.sin(x) * 1.01
    return np.sum(x)


def branching(x):
    s = x.sum()
    if s < 0:
        s = -s
    while s > 1:
        s = s / 2
    return s**2


def several(x):
    a, b = np.sin(x), np.cos(x)
    c = x * a + b * x
    return np.sum(c * x) + np.max(c) * np.linalg.norm(x) if x.shape == (0,) else np.sum(c * x) + np.max(c)


TEXTS: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "tutorial": (loss, starting_weights(1)),
    "biases": (with_biases, BIASES),
    "long": (long, (draw(3, seed=1),)),
    "branches": (branching, (draw(6, seed=5, low=1),)),
    "paths": (several, (draw(5, 3, seed=1),)),
    "lesson": (lambda x: np.sqrt(x**2 + 1) / x, (2.0,)),
    "two variables": (lambda x, y: np.exp(x * y) * x - y / (x + y), (2.0, 1.0)),
}


@pytest.mark.parametrize("width", [60, 80, 100, 140])
@pytest.mark.parametrize("case", TEXTS.values(), ids=TEXTS.keys())
def test_no_line_is_wider_than_asked(case: Any, width: int) -> None:
    f, args = case
    d = wg.derive(f, *args)
    code = {line.strip() for line in (*inspect.getsource(f).split("\n"), *d.code().split("\n"))}
    for row in as_text(d, width).split("\n"):
        assert len(row) <= width or re.sub(r"^ *\d+  ", "", row) in code, row  # a line of code is not broken


@pytest.mark.parametrize("case", TEXTS.values(), ids=TEXTS.keys())
def test_print_gives_plain_text(case: Any) -> None:
    f, args = case
    text = str(wg.derive(f, *args))
    assert "\x1b" not in text
    assert not re.search(r"\[/?(bold|dim|red|green|cyan)\b", text)
    assert not any(row != row.rstrip() for row in text.split("\n"))


def test_a_long_program_is_cut_with_a_note() -> None:
    d = wg.derive(long, draw(3, seed=1))
    text = str(d)
    assert len(d.steps) >= 190
    assert text.count("\n") < 600
    assert re.search(rf"and {len(d.steps) - 60} more lines, in d\.steps", text)


def test_branches_appear_as_conditions() -> None:
    d = wg.derive(branching, np.array([1.0, 2.0, 2.0]))
    assert [re.sub(r" \(line \d+\)", "", c) for c in d.conditions] == [
        "on this branch: s < 0 is false",
        "on this branch: s > 1 is sometimes true, sometimes false",
    ]
    for condition in d.conditions:
        assert condition in str(d)
        assert f"# {condition}" in d.code()
    assert wg.derive(loss, *starting_weights(1)).conditions == []


def test_what_labels_are_assumed_to_be_is_said() -> None:
    labels = np.eye(3)[[0, 2, 1]]

    def cross_entropy(scores):
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        return -np.mean(np.sum(labels * np.log(p), axis=1))

    d = wg.derive(cross_entropy, draw(3, 3, seed=1))
    assert "assumed: the labels in each row of labels sum to 1" in str(d)


def test_functions_without_source_still_print() -> None:
    namespace: dict[str, Any] = {"np": np}
    exec("def nowhere(x):\n    y = x * x\n    return np.sum(y * np.exp(y))", namespace)
    d = wg.derive(namespace["nowhere"], draw(3, seed=1))
    text = str(d)
    assert "nowhere(x) = " in text
    assert "forward" in text
    assert "np.exp(" in text
    assert "verified" in text
    assert all(step.formula for step in d.steps if step.of)


# Not a number


def test_the_first_step_that_makes_an_infinity_is_named_with_its_inputs() -> None:
    def entropy(p):
        q = p * 1.0
        return -np.sum(q * np.log(q))

    with pytest.warns(NonFiniteWarning) as caught, np.errstate(all="ignore"):
        d = wg.derive(entropy, np.array([0.0, 0.5, 0.5]))
    (warning,) = [w for w in caught if issubclass(w.category, NonFiniteWarning)]
    text = str(warning.message)
    assert re.match(
        r".*test_explaining\.py:\d+:\d+: infinity appears here: log of q of shape \(3,\), from 0 to 0\.5", text
    )
    assert "        return -np.sum(q * np.log(q))" in text
    assert "^^^^^^^^^" in text
    assert warning.filename == __file__
    assert not any(note.startswith("verified") for note in d.notes)


def test_a_nan_is_named_with_numbers() -> None:
    def ratio(x):
        a = x - x
        return a / a

    with pytest.warns(NonFiniteWarning, match=r"nan appears here: divide of a = 0\.0"), np.errstate(all="ignore"):
        wg.derive(ratio, np.float64(2.0))


def test_finite_programs_warn_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        str(wg.derive(loss, *starting_weights(1)))


# The object


def test_a_derivation_has_what_its_text_shows() -> None:
    syn0, syn1 = starting_weights(1)
    d = wg.derive(loss, syn0, syn1)
    assert d.name == "loss"
    assert d.argument_names == d.wrt_names == ("syn0", "syn1")
    assert d.value == loss(syn0, syn1)
    for gradient, argument in zip(d.gradients, (syn0, syn1), strict=True):
        assert gradient.shape == argument.shape
    assert set(d.captured) == {"X", "y"}
    np.testing.assert_array_equal(d.captured["X"], X)
    assert d.place == (__file__, loss.__code__.co_firstlineno)
    assert [step.line.text for step in d.steps] == d.code(part="backward").rstrip().split("\n")
    step = d.steps[3]
    assert (step.of, step.gradient, step.shapes) == ("k1", "dk1", "(4, 4)")
    assert step.formula == "∂L/∂k1 = ∂L/∂z2 · ∂z2/∂k1"
    np.testing.assert_array_equal(step.value, d.steps[1].value @ syn1.T)
    assert step.origin is not None
    assert step.origin.text == "k1 @ syn1"
    assert "It is syn1 and not syn0" in step.summary
    assert repr(d) == "<Derivation of loss with respect to syn0, syn1: 6 backward lines>"


def test_only_what_is_asked_for_is_derived() -> None:
    d = wg.derive(loss, *starting_weights(1), wrt="syn1")
    assert d.wrt_names == ("syn1",)
    assert len(d.gradients) == 1
    assert [step.of for step in d.steps] == ["k2", "z2", "syn1"]


def test_without_idioms_the_primitives_are_told() -> None:
    d = wg.derive(loss, *starting_weights(1), idioms=False)
    assert "k2 * (1 - k2)" not in d.code()
    np.testing.assert_allclose(d.gradients[0], wg.derive(loss, *starting_weights(1)).gradients[0], rtol=0, atol=1e-15)


def test_an_argument_of_whole_numbers_is_refused_with_a_way_out() -> None:
    with pytest.raises(NoFloatsError, match=r"no argument holds floats") as caught:
        wg.derive(lambda x: x**2, 3)
    assert "convert them: 3.0 for 3" in str(caught.value)
