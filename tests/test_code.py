"""The printed code: what a person would write, bit for bit what was derived, on its own with nothing but NumPy."""

import ast
import io
import math
import re
import tokenize
from collections import namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import special

import whygrad as wg
from zoo import ZOO
from zoo.case import Case, copied, draw, leaves
from zoo.networks import starting_weights

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])


def loss(syn0, syn1):
    k1 = 1 / (1 + np.exp(-(X @ syn0)))
    k2 = 1 / (1 + np.exp(-(k1 @ syn1)))
    return 0.5 * np.sum((y - k2) ** 2)


def printed(d: Any) -> Callable[..., tuple[Any, Any]]:
    """The function that d.code() defines, from a namespace that holds nothing else."""
    namespace: dict[str, Any] = {"__name__": "printed"}
    exec(compile(d.code(), "<printed>", "exec"), namespace)
    (name,) = [name for name in namespace if name.endswith("_value_and_grad")]
    return namespace[name]


def backward_lines(d: Any) -> list[str]:
    return d.code(part="backward").rstrip("\n").split("\n")


def assert_same_bits(got: Any, want: Any) -> None:
    assert type(got) is type(want) or np.isscalar(got)
    if isinstance(want, dict):
        assert list(got) == list(want)
    for one, other in zip(leaves(got), leaves(want), strict=True):
        if other is None:
            assert one is None
            continue
        assert np.asarray(one).dtype == np.asarray(other).dtype
        assert np.asarray(one).shape == np.asarray(other).shape
        assert np.asarray(one).tobytes() == np.asarray(other).tobytes()


def stirred(tree: Any, seed: int) -> Any:
    """Other floats of the same shapes."""
    from zoo.case import is_float, rebuilt

    random = np.random.default_rng(seed)

    def other(leaf: Any) -> Any:
        if not is_float(leaf):
            return leaf
        if isinstance(leaf, float) and not isinstance(leaf, np.generic):
            return leaf * random.uniform(0.8, 1.2)
        return np.asarray(leaf * random.uniform(0.8, 1.2, np.shape(leaf)), dtype=leaf.dtype)

    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(other(leaf) for leaf in tree))
    return rebuilt(tree, (other(leaf) for leaf in leaves(tree)))


def check(f: Callable[..., Any], *args: Any) -> Any:
    """The law of this file: the printed function gives the derivation's value and gradients to the last bit, also at
    other values of the same shapes, changes no argument and hands out no argument's memory. Gives the derivation."""
    d = wg.derive(f, *map(deep, args))
    function = printed(d)
    names = d.argument_names
    wanted = tuple(names.index(name) for name in d.wrt_names)
    for number in range(3):
        here = tuple(map(deep, args)) if number == 0 else tuple(stirred(a, number) for a in args)
        before = tuple(map(deep, here))
        captured = copied(dict(d.captured))
        value, gradients = function(*here, **captured)
        gradients = gradients if len(wanted) > 1 else (gradients,)
        expected = d if number == 0 else wg.derive(f, *map(deep, here))
        assert_same_bits(value, expected.value)
        for got, want in zip(gradients, expected.gradients, strict=True):
            assert_same_bits(got, want)
        watched = wg.value_and_grad(f, wrt=wanted)(*map(deep, here))  # derives without what only reads better
        for got, want in zip(leaves([value, *gradients]), leaves([watched[0], *watched[1]]), strict=True):
            if want is not None:
                eps = 100 * np.finfo(np.asarray(want).dtype).eps
                np.testing.assert_allclose(got, want, rtol=eps, atol=eps)
        assert_same_bits(here, before)
        given = [a for a in (*leaves(here), *leaves(captured)) if isinstance(a, np.ndarray)]
        handed_out = [g for g in leaves(list(gradients)) if isinstance(g, np.ndarray)]
        assert not any(np.shares_memory(g, a) for g in handed_out for a in given)
        assert not any(np.shares_memory(g, h) for i, g in enumerate(handed_out) for h in handed_out[:i])
    return d


def deep(tree: Any) -> Any:
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*map(deep, tree))
    return copied(tree)


# The tutorial and the classifier


def test_the_tutorial_s_loss_gives_the_six_lines() -> None:
    assert backward_lines(check(loss, *starting_weights(1))) == [
        "dk2 = k2 - y",
        "dz2 = dk2 * k2 * (1 - k2)",
        "dsyn1 = k1.T @ dz2",
        "dk1 = dz2 @ syn1.T",
        "dz1 = dk1 * k1 * (1 - k1)",
        "dsyn0 = X.T @ dz1",
    ]


INPUTS, LABELS = draw(5, 3, seed=1), np.array([0, 2, 1, 2, 0])
ONE_HOT = np.eye(3)[LABELS]
PARAMETERS = draw(3, 6, seed=2), draw(6, seed=3), draw(6, 3, seed=4), draw(3, seed=5)


def probabilities(W1, b1, W2, b2):
    h = np.tanh(INPUTS @ W1 + b1)
    scores = h @ W2 + b2
    e = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def one_hot_mean(W1, b1, W2, b2):
    p = probabilities(W1, b1, W2, b2)
    return -np.mean(np.sum(ONE_HOT * np.log(p), axis=1))


def one_hot_sum_over_n(W1, b1, W2, b2):
    n = INPUTS.shape[0]
    p = probabilities(W1, b1, W2, b2)
    return -np.sum(ONE_HOT * np.log(p)) / n


def one_hot_len(W1, b1, W2, b2):
    p = probabilities(W1, b1, W2, b2)
    return np.sum(-ONE_HOT * np.log(p)) / len(INPUTS)


def labels_mean(W1, b1, W2, b2):
    p = probabilities(W1, b1, W2, b2)
    return -np.mean(np.log(p[np.arange(len(INPUTS)), LABELS]))


def labels_sum_over_n(W1, b1, W2, b2):
    n = INPUTS.shape[0]
    p = probabilities(W1, b1, W2, b2)
    return -np.sum(np.log(p[range(n), LABELS])) / n


def labels_len(W1, b1, W2, b2):
    p = probabilities(W1, b1, W2, b2)
    return np.sum(-np.log(p[np.arange(len(INPUTS)), LABELS])) / len(INPUTS)


CLASSIFIERS = [one_hot_mean, one_hot_sum_over_n, one_hot_len, labels_mean, labels_sum_over_n, labels_len]


@pytest.mark.parametrize("f", CLASSIFIERS, ids=lambda f: f.__name__)
def test_softmax_with_cross_entropy_is_a_dozen_lines_with_p_minus_y_over_n(f: Callable[..., Any]) -> None:
    lines = backward_lines(check(f, *PARAMETERS))
    assert len(lines) <= 12
    place = lines.index(next(line for line in lines if line.startswith("dscores = ")))
    if f in (one_hot_mean, one_hot_sum_over_n, one_hot_len):
        assert lines[place] == "dscores = (p - ONE_HOT) / 5"
    else:
        assert lines[: place + 1] == ["t1 = p.copy()", "t1[np.arange(5), LABELS] -= 1", "dscores = t1 / 5"]
    assert "db1 = dz.sum(axis=0)" in lines
    assert "db2 = dscores.sum(axis=0)" in lines
    assert "dW2 = h.T @ dscores" in lines
    assert "dh = dscores @ W2.T" in lines
    assert "dz = dh * (1 - h ** 2)" in lines
    assert "dW1 = INPUTS.T @ dz" in lines


# The printed module stands on its own


class Scale:
    def __init__(self):
        self.W = draw(3, 3, seed=6)
        self.layers = [draw(3, 2, seed=7), draw(2, 1, seed=8)]

    def loss(self, x):
        x = np.tanh(x @ self.W)
        for W in self.layers:
            x = np.maximum(0.1 * x, x @ W) if W.shape[0] == W.shape[1] else x @ W
        return np.sum(x**2)


Layer = namedtuple("Layer", "W b")


def in_dict(params, x):
    return np.mean(np.tanh(x @ params["W"] + params["b"]) ** 2)


def in_list_of_tuples(layers):
    h = INPUTS
    for W, b in layers:
        h = np.tanh(h @ W + b)
    return np.mean(h**2)


def in_named_tuple(layer, x):
    return np.sum((x @ layer.W + layer.b) ** 2)


def in_named_tuples_in_a_dict(net):
    h = np.tanh(INPUTS @ net["first"].W + net["first"].b)
    return np.sum(h @ net["second"].W + net["second"].b)


def with_what_has_no_floats(params):
    return np.sum(params["w"] ** params["power"]) * params["scale"]


def keys_that_are_no_names(d):
    return np.sum(d["class"] * d["in"] * d[3] * d["a b"]) * d["x"]["y"][1]


def several_positional(*ws):
    return np.sum(ws[0] * ws[1]) + ws[2]


STRUCTURED = {
    "dict": (in_dict, {"W": draw(3, 4, seed=9), "b": draw(4, seed=10)}, INPUTS),
    "list of tuples": (
        in_list_of_tuples,
        [(draw(3, 4, seed=9), draw(4, seed=10)), (draw(4, 2, seed=11), draw(2, seed=12))],
    ),
    "named tuple": (in_named_tuple, Layer(draw(3, 4, seed=9), draw(4, seed=10)), INPUTS),
    "dict with integers": (with_what_has_no_floats, {"w": draw(3, seed=9), "power": 2, "scale": 1.5}),
    "keys that are no names": (
        keys_that_are_no_names,
        {
            "class": draw(2, seed=1),
            "in": draw(2, seed=2),
            3: draw(2, seed=3),
            "a b": draw(2, seed=4),
            "x": {"y": [0.5, 2.0]},
        },
    ),
    "*args": (several_positional, draw(3, seed=1), draw(3, seed=2), 2.0),
    "method": (Scale().loss, INPUTS),
}


@pytest.mark.parametrize("case", STRUCTURED.values(), ids=STRUCTURED.keys())
def test_structured_parameters_give_structured_gradients(case: tuple[Any, ...]) -> None:
    check(*case)


def test_a_named_tuple_comes_back_as_one() -> None:
    d = wg.derive(in_named_tuple, Layer(draw(3, 4, seed=9), draw(4, seed=10)), INPUTS, wrt="layer")
    _, gradient = printed(d)(Layer(draw(3, 4, seed=9), draw(4, seed=10)), INPUTS)
    assert type(gradient) is Layer
    assert "W = layer.W" in d.code()
    net = {"first": Layer(draw(3, 4, seed=1), draw(4, seed=2)), "second": Layer(draw(4, 2, seed=3), draw(2, seed=4))}
    d = wg.derive(in_named_tuples_in_a_dict, net)
    _, gradient = printed(d)(net, **d.captured)
    assert type(gradient["second"]) is Layer
    assert_same_bits(gradient["second"].W, d.gradients[0]["second"].W)


def test_attributes_and_entries_are_keyword_arguments() -> None:
    d = wg.derive(Scale().loss, INPUTS)
    assert list(d.captured) == ["self_W", "self_layers_0", "self_layers_1"]
    others = {name: array for name, array in d.captured.items() if name != "self_W"}
    value, gradient = printed(d)(INPUTS, self_W=np.zeros((3, 3)), **others)
    assert value == 0
    assert not gradient.any()


def test_captured_arrays_are_keyword_arguments_and_may_be_others() -> None:
    d = wg.derive(loss, *starting_weights(1))
    assert "def loss_value_and_grad(syn0, syn1, *, X, y):" in d.code()
    value, _ = printed(d)(*starting_weights(1), X=X[:2], y=y[:2])
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(globals(), "X", X[:2])
        patch.setitem(globals(), "y", y[:2])
        assert value == loss(*starting_weights(1))


def test_the_module_needs_nothing_but_numpy() -> None:
    tree = ast.parse(wg.derive(loss, *starting_weights(1)).code())
    imports = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert imports == ["import numpy as np"]
    assert ast.get_docstring(tree)


# What the code did is what is printed


def created(x):
    ramp = np.linspace(0.0, 1.0, 3)
    out = np.zeros(3) + ramp
    return np.sum(x * out * np.array([1.0, 2.0, 3.0])) + np.sum(np.arange(3) * x)


def written_in_place(x):
    out = np.zeros(4)
    out[0] = x[0] * x[1]
    out[1:3] = x[:2] ** 2
    out *= 3
    out[3] += x[2]
    return np.sum(out**2)


PLACES = np.array([0, 1, 0, 2])


def repeated_index_writes(x):
    out = np.zeros(3)
    out[PLACES] = x
    np.add.at(out, np.array([1, 1, 0]), x[:3])
    return np.sum(out**3)


def read_twice_by_index(x):
    return np.sum(x[PLACES] ** 2 * np.arange(4.0)) + np.sum(x[x > 0])


def random_draws(x):
    rng = np.random.default_rng(0)
    mask = rng.random(x.shape) > 0.5
    noise = np.random.RandomState(3).normal(size=(20, 4))
    return np.sum(x * mask + rng.normal(size=x.shape) * x**2) + np.sum(noise @ x)


def transposed_sum(a, b):
    return np.sum(a + b.T)


def reshaped(A, v):
    return np.sum(A.reshape(-1) * v)


def with_math(x):
    import math

    return math.exp(x) * math.sqrt(x) + abs(x) + max(x, 0.1) + pow(x, 2)


def itself(x):
    return x


def constant(x):
    return 3.0


def one_gradient_for_two(a, b):
    return np.sum((a + b) ** 2)


def single(w, x):
    return np.mean((w * x - 1) ** 2) + w.max()


PLAIN = {
    "created arrays": (created, draw(3, seed=1)),
    "in-place writes": (written_in_place, draw(3, seed=2)),
    "repeated index writes": (repeated_index_writes, draw(4, seed=3)),
    "reads by index": (read_twice_by_index, draw(4, seed=4)),
    "random draws": (random_draws, draw(4, seed=5)),
    "a transposed gradient": (transposed_sum, draw(2, 3, seed=6), draw(3, 2, seed=7)),
    "a reshaped gradient": (reshaped, draw(2, 3, seed=6), draw(6, seed=7)),
    "functions of math": (with_math, 1.5),
    "the argument itself": (itself, 1.5),
    "a constant": (constant, 1.5),
    "one gradient for two": (one_gradient_for_two, draw(3, seed=1), draw(3, seed=2)),
    "float32": (single, draw(3, seed=1).astype(np.float32), draw(3, seed=2).astype(np.float32)),
    "no elements": (one_gradient_for_two, np.zeros((0, 3)), np.zeros((0, 3))),
    "0-d arrays": (one_gradient_for_two, np.array(1.5), np.array(2.5)),
}


@pytest.mark.parametrize("case", PLAIN.values(), ids=PLAIN.keys())
def test_printed_code_does_what_the_author_s_code_did(case: tuple[Any, ...]) -> None:
    check(*case)


def test_in_place_code_is_printed_as_in_place_code() -> None:
    code = wg.derive(written_in_place, draw(3, seed=2)).code()
    assert "out[1:3] = " in code
    assert "dx[1] += " in code


def test_created_arrays_are_written_out_under_their_names() -> None:
    d = wg.derive(created, draw(3, seed=1))
    assert "    ramp = np.array([0.0, 0.5, 1.0])\n" in d.code()
    assert "np.arange(3)" in d.code()
    assert d.captured == {}


def test_random_draws_are_replayed() -> None:
    d = wg.derive(random_draws, draw(4, seed=5))
    assert "np.random" not in d.code()
    assert "rng" not in d.code()
    assert d.captured["noise"].shape == (20, 4)
    drawn = ", ".join(d.captured)
    assert f"# drawn at random, kept as drawn: {drawn}\n" in d.code()
    np.testing.assert_array_equal(printed(d)(draw(4, seed=5), **d.captured)[1], d.gradients[0])


def test_an_index_that_meets_nothing_twice_is_added_with_plus_equals() -> None:
    def rows_of(x):
        return np.sum(x[np.arange(3), LABELS[:3]] ** 2)

    assert any(line.startswith("dx[np.arange(3), ") for line in backward_lines(wg.derive(rows_of, draw(3, 3, seed=1))))
    assert any(
        line.startswith("dx[") for line in backward_lines(wg.derive(lambda x: np.sum(x[x > 0]), draw(3, seed=1)))
    )
    assert "np.add.at(dx, PLACES, " in wg.derive(lambda x: np.sum(x[PLACES]), draw(3, seed=1)).code()


def odd(lambda_, np_, grad, value, np2, L, t1, dx, x, _x, u1):
    return np.sum(lambda_ * np_ + grad * value) * L + t1 * dx * x * _x + u1 * (x + dx)


def shadowing(len, float, sum, np, math):
    return (len * float + sum) * np * math


def not_ascii(β, 变, self):
    return np.sum(β * 变) * self


NAMES = {
    "Python's words": (odd, 1.5, draw(2, seed=1), 2.0, 3.0, 1.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0),
    "functions' names": (shadowing, 1.0, 2.0, 3.0, 4.0, 5.0),
    "other alphabets": (not_ascii, 1.5, draw(2, seed=1), 2.0),
}


@pytest.mark.parametrize("case", NAMES.values(), ids=NAMES.keys())
def test_any_names_will_do(case: tuple[Any, ...]) -> None:
    check(*case)


def test_a_lambda_is_called_f() -> None:
    assert "def f_value_and_grad(x):" in wg.derive(lambda x: x**2, 2.0).code()


# The parts


@pytest.mark.parametrize("f", [*CLASSIFIERS, loss, created, written_in_place, random_draws], ids=lambda f: f.__name__)
def test_the_backward_lines_run_after_the_forward_lines(f: Callable[..., Any]) -> None:
    known = {loss: starting_weights(1), created: (draw(3, seed=1),)}
    args = known.get(f, PARAMETERS if f in CLASSIFIERS else (draw(4, seed=2),))
    d = wg.derive(f, *args)
    namespace = {"np": np, **d.captured, **dict(zip(d.argument_names, copied(args), strict=True))}
    exec(d.code(part="forward"), namespace)
    exec(d.code(part="backward"), namespace)
    for name, gradient in zip(d.wrt_names, d.gradients, strict=True):
        assert_same_bits(namespace[f"d{name}"], gradient)


@pytest.mark.parametrize("f", [*CLASSIFIERS, loss], ids=lambda f: f.__name__)
def test_reasons_only_add_comments(f: Callable[..., Any]) -> None:
    d = wg.derive(f, *(starting_weights(1) if f is loss else PARAMETERS))
    for part in ("all", "backward"):
        plain, told = d.code(part=part), d.code(part=part, reasons=True)
        assert told.count("#") >= plain.count("#") + len(d.steps)
        assert max(map(len, told.split("\n"))) <= 110
        assert tokens(told) == tokens(plain)


def tokens(code: str) -> list[str]:
    skipped = (tokenize.COMMENT, tokenize.NL)
    return [t.string for t in tokenize.generate_tokens(io.StringIO(code).readline) if t.type not in skipped]


def many_uses(x):
    return sum(np.sin(k * x[0]) * np.cos(x[1] * k) for k in range(1, 25))


def test_no_printed_line_is_long() -> None:
    check(many_uses, draw(2, seed=1))
    code = wg.derive(many_uses, draw(2, seed=1)).code()
    assert max(map(len, code.split("\n"))) <= 110
    captured = {f"a_rather_long_name_{n}": draw(3, seed=n) for n in range(8)}
    space: dict[str, Any] = {**captured, "np": np}
    exec(f"def f(x):\n    return np.sum({' * '.join(captured)} * x)", space)
    d = wg.derive(space["f"], draw(3, seed=1))
    assert max(map(len, d.code().split("\n"))) <= 110
    assert_same_bits(printed(d)(draw(3, seed=1), **d.captured)[1], d.gradients[0])


@pytest.mark.parametrize("case", ZOO, ids=lambda case: case.name)
def test_every_function_of_the_zoo_prints_its_value_its_gradients_and_its_parts(case: Case) -> None:
    d = wg.derive(case.function, *case.fresh_args(), **({} if case.wrt is None else {"wrt": case.wrt}))
    value, gradients = printed(d)(*case.fresh_args(), **copied(dict(d.captured)))
    gradients = gradients if len(d.wrt_names) > 1 else (gradients,)
    assert_same_bits(value, d.value)
    for got, want in zip(gradients, d.gradients, strict=True):
        assert_same_bits(got, want)
    assert tokens(d.code(reasons=True)) == tokens(d.code())
    namespace = {"np": np, "math": math, "special": special, **copied(dict(d.captured))}
    for helper in re.findall(r"^def survives.*?\n\n\n", d.code(), re.DOTALL | re.MULTILINE):
        exec(helper, namespace)
    for number, argument in enumerate(case.fresh_args()):
        name, bracket, _ = d.argument_code(number).partition("[")
        namespace[name] = [*namespace.get(name, []), argument] if bracket else argument
    exec(d.code(part="forward"), namespace)
    exec(d.code(part="backward"), namespace)


def test_an_unknown_part_is_refused() -> None:
    with pytest.raises(ValueError, match="'all', 'forward' and 'backward'"):
        wg.derive(loss, *starting_weights(1)).code(part="middle")


# What the printed lines look like


def taken_apart(x):
    q, (a, b) = x
    return np.sum(q**2) * a + b


def rows_of_pairs(x):
    return sum(a * np.sin(b) for a, b in x)


def test_what_an_array_is_taken_apart_into_has_the_names_that_it_is_given() -> None:
    code = wg.derive(taken_apart, draw(2, 2, seed=1)).code()
    assert "    q = x[0]\n" in code
    assert "a = x[1][0]" in code
    assert "dx = np.stack([" in code
    assert "a_1 = x[1][0]" in wg.derive(rows_of_pairs, draw(2, 2, seed=1)).code()
    check(taken_apart, draw(2, 2, seed=1))
    check(rows_of_pairs, draw(2, 2, seed=1))


def test_entries_set_and_entries_read_need_no_names() -> None:
    def windows(x, w):
        out = np.zeros(3)
        for i in range(3):
            out[i] = x[i : i + 2] @ w
        return np.sum(out**2)

    check(windows, draw(4, seed=1), draw(2, seed=2))
    code = wg.derive(windows, draw(4, seed=1), draw(2, seed=2)).code()
    assert "    out[1] = x[1:3] @ w\n" in code
    assert "    dx[1:3] += dout[1] * w\n" in code


def test_places_that_do_not_overlap_are_set_not_added_to() -> None:
    def parts(x):
        return np.sum(x[:2] ** 2) + np.sum(np.sin(x[2:4]))

    lines = backward_lines(wg.derive(parts, draw(5, seed=1)))
    assert lines == ["dx = np.zeros_like(x)", "dx[2:4] = np.cos(x[2:4])", "dx[:2] = 2 * x[:2]"]


def test_what_is_added_with_a_minus_sign_is_subtracted() -> None:
    def steps(x):
        return np.sum((x[1:] - x[:-1]) ** 2) - 3 * np.sum(x[1:] * x[:-1])

    check(steps, draw(5, seed=1))
    assert "dx[1:] -= 3 * x[:-1]" in backward_lines(wg.derive(steps, draw(5, seed=1)))


def test_long_sums_go_on_under_their_name() -> None:
    def many(w, a_rather_long_name, another_rather_long_name):
        pairs = zip(a_rather_long_name, another_rather_long_name, strict=True)
        return sum(np.sum(np.sin(w * a) * b) for a, b in pairs)

    args = draw(3, seed=1), draw(6, 3, seed=2), draw(6, 3, seed=3)
    check(many, *args)
    rows = [row for row in backward_lines(wg.derive(many, *args, wrt="w")) if row.startswith("dw ")]
    assert len(rows) > 1
    assert all(row.startswith("dw += ") for row in rows[1:])


def test_a_reshaped_gradient_takes_its_variable_s_shape_and_is_no_copy() -> None:
    def rows(x):
        return np.sum(np.tanh(x.reshape(6, 2)) ** 2)

    check(rows, draw(3, 4, seed=1))
    assert backward_lines(wg.derive(rows, draw(3, 4, seed=1)))[-1].endswith(".reshape(x.shape)")

    def rebound(x):
        x = x.reshape(6, 2)
        return np.sum(np.tanh(x) ** 2)

    assert backward_lines(wg.derive(rebound, draw(3, 4, seed=1)))[-1].endswith(".reshape(3, 4)")


def test_gradients_never_share_memory() -> None:
    def two(x, y):
        return np.sum(np.concatenate([x.reshape(4), y]) ** 2)

    _, gradients = printed(wg.derive(two, draw(2, 2, seed=1), draw(4, seed=2)))(draw(2, 2, seed=1), draw(4, seed=2))
    assert not np.shares_memory(*gradients)


# Against what a person writes. Each pair: a loss, and a backward pass written by hand as a good student would, with
# the names that the loss has; what it computes besides the loss's own lines is what counts.


def linear_regression(w, b):
    error = INPUTS @ w + b - TARGET
    return np.mean(error**2)


LINEAR_REGRESSION = """
derror = 2 * error / error.size
dw = INPUTS.T @ derror
db = derror.sum()
"""


def ridge(w):
    r = INPUTS @ w - TARGET
    return 0.5 * np.sum(r**2) + 0.05 * np.sum(w**2)


RIDGE = """
dw = INPUTS.T @ r + 0.1 * w
"""


def logistic(w):
    p = 1 / (1 + np.exp(-(INPUTS @ w)))
    return -np.mean(BITS * np.log(p) + (1 - BITS) * np.log(1 - p))


LOGISTIC = """
dz = (p - BITS) / 5
dw = INPUTS.T @ dz
"""


def hinge(w):
    margin = SIGNS * (INPUTS @ w)
    return np.sum(np.maximum(0, 1 - margin))


HINGE = """
dmargin = -1.0 * (margin < 1)
dw = INPUTS.T @ (SIGNS * dmargin)
"""


def relu_net(W1, b1, W2):
    h = np.maximum(0, INPUTS @ W1 + b1)
    out = h @ W2
    return 0.5 * np.sum((out - INPUTS) ** 2)


RELU_NET = """
dout = out - INPUTS
dW2 = h.T @ dout
dh = dout @ W2.T
dz = dh * (h > 0)
db1 = dz.sum(axis=0)
dW1 = INPUTS.T @ dz
"""


def autoencoder(W):
    code = np.tanh(INPUTS @ W)
    back = code @ W.T
    return np.sum((back - INPUTS) ** 2)


AUTOENCODER = """
dback = 2 * (back - INPUTS)
dcode = dback @ W
dz = dcode * (1 - code**2)
dW = INPUTS.T @ dz + dback.T @ code
"""


def recurrent(h0, W, U):
    h = h0
    for t in range(2):
        h = np.tanh(h @ W + INPUTS[t] @ U)
    return np.sum(h**2)


RECURRENT = """
h1 = np.tanh(h0 @ W + INPUTS[0] @ U)
h2 = np.tanh(h1 @ W + INPUTS[1] @ U)
dh2 = 2 * h2
dz2 = dh2 * (1 - h2**2)
dh1 = W @ dz2
dz1 = dh1 * (1 - h1**2)
dW = np.outer(h1, dz2) + np.outer(h0, dz1)
dU = np.outer(INPUTS[1], dz2) + np.outer(INPUTS[0], dz1)
dh0 = W @ dz1
"""


def standardised(x):
    centred = x - x.mean()
    return np.sum(centred**3)


STANDARDISED = """
dcentred = 3 * centred**2
dx = dcentred - dcentred.mean()
"""


def quadratic_form(x):
    return 0.5 * x @ MATRIX @ x - TARGET[:3] @ x


QUADRATIC_FORM = """
dx = 0.5 * (MATRIX @ x) + 0.5 * (x @ MATRIX) - TARGET[:3]
"""


def attention(Q, K):
    s = Q @ K.T
    e = np.exp(s - s.max(axis=1, keepdims=True))
    a = e / e.sum(axis=1, keepdims=True)
    return np.sum((a @ INPUTS) ** 2)


ATTENTION = """
out = a @ INPUTS
dout = 2 * out
da = dout @ INPUTS.T
ds = a * (da - (a * da).sum(axis=1, keepdims=True))
dQ = ds @ K
dK = ds.T @ Q
"""


def smooth(x):
    steps = x[1:] - x[:-1]
    return np.sum((x - TARGET) ** 2) + 3 * np.sum(steps**2)


SMOOTH = """
dsteps = 6 * steps
dx = 2 * (x - TARGET)
dx[1:] += dsteps
dx[:-1] -= dsteps
"""


def distances(c):
    apart = INPUTS - c
    d = np.sqrt(np.sum(apart**2, axis=1))
    return np.sum(d)


DISTANCES = """
dapart = apart / d[:, None]
dc = -dapart.sum(axis=0)
"""

TARGET, MATRIX = draw(5, seed=20), draw(3, 3, seed=21)
BITS, SIGNS = np.array([0, 1, 1, 0, 1]), np.array([1, -1, 1, 1, -1])
BY_HAND: list[tuple[Callable[..., Any], str, tuple[Any, ...]]] = [
    (linear_regression, LINEAR_REGRESSION, (draw(3, seed=1), 0.5)),
    (ridge, RIDGE, (draw(3, seed=1),)),
    (logistic, LOGISTIC, (draw(3, seed=1),)),
    (hinge, HINGE, (draw(3, seed=1),)),
    (relu_net, RELU_NET, (draw(3, 4, seed=1), draw(4, seed=2), draw(4, 3, seed=3))),
    (autoencoder, AUTOENCODER, (draw(3, 2, seed=1),)),
    (recurrent, RECURRENT, (draw(4, seed=1), draw(4, 4, seed=2), draw(3, 4, seed=3))),
    (standardised, STANDARDISED, (draw(6, seed=1),)),
    (quadratic_form, QUADRATIC_FORM, (draw(3, seed=1),)),
    (attention, ATTENTION, (draw(4, 3, seed=1), draw(5, 3, seed=2))),
    (smooth, SMOOTH, (draw(5, seed=1),)),
    (distances, DISTANCES, (draw(3, seed=2),)),
]


@pytest.mark.parametrize(("f", "by_hand", "args"), BY_HAND, ids=[f.__name__ for f, *_ in BY_HAND])
def test_printed_code_is_hardly_longer_than_what_a_person_writes(
    f: Callable[..., Any], by_hand: str, args: Any
) -> None:
    d = check(f, *args)
    namespace = {"np": np, **globals(), **d.captured, **dict(zip(d.argument_names, copied(args), strict=True))}
    exec(d.code(part="forward"), namespace)
    exec(by_hand, namespace)
    for name, gradient in zip(d.wrt_names, d.gradients, strict=True):
        np.testing.assert_allclose(namespace[f"d{name}"], gradient, rtol=0, atol=1e-12)
    function = d.code().rstrip("\n").partition("_value_and_grad(")[2]
    *lines, _ = function.rpartition("\n\n")[2].split("\n")  # what stands between the empty line and the return
    assert len(lines) <= 1.5 * len(by_hand.strip().split("\n")), d.code()


def repeated(x, options, places):
    for _ in range(options["rounds"]):
        x = x * options["factor"]
    return np.sum(x[places] ** 2) if options["squared"] else np.sum(x)


def test_printed_code_refuses_other_counts_flags_and_places():
    """They were read by Python while the function was watched: other ones may lead elsewhere."""
    x, options = np.array([1.0, 2.0, 3.0]), {"rounds": 2, "factor": 0.5, "squared": True}
    d = wg.derive(repeated, x, options, [0, 2], wrt="x")
    given = "options['rounds'] = 2, options['squared'] = True and places = [0, 2]"
    assert d.conditions == [f"for {given}"]
    function = printed(d)
    value, gradient = function(x, {**options, "factor": 2.0}, [0, 2])
    assert value == repeated(x, {**options, "factor": 2.0}, [0, 2])
    assert gradient.tolist() == [32.0, 0.0, 96.0]
    with pytest.raises(ValueError, match=re.escape(f"derived for {given}")):
        function(x, {**options, "rounds": 3}, [0, 2])
    with pytest.raises(ValueError, match="derived for"):
        function(x, options, [0, 1])


def test_of_a_difference_s_two_gradients_the_named_one_is_computed_and_the_other_is_minus_it() -> None:
    def weighted(a, p, n, near, far):
        return np.sum(near * (a - p) ** 2 + far * (a - n) ** 2)

    d = check(weighted, *(draw(3, 2, seed=n) for n in range(5)))
    lines = backward_lines(d)
    assert {"dn = -2 * far * (a - n)", "dp = -2 * near * (a - p)", "da = -dn - dp"} < set(lines), lines


def test_a_small_number_that_we_named_ourselves_has_no_line() -> None:
    def surprise(w, x):
        p = 1 / (1 + np.exp(-(w @ x)))
        return -np.log(p)

    d = check(surprise, draw(3, seed=1), draw(3, seed=2))
    assert backward_lines(d) == ["dw = (p - 1) * x", "dx = (p - 1) * w"]


def test_zeros_at_some_places_of_one_number_are_set_where_the_number_meets_an_array() -> None:
    def margins(scores):
        over = np.maximum(0, scores + 1)
        over[np.arange(3), [0, 1, 0]] = 0
        return np.mean(over)

    d = check(margins, draw(3, 2, seed=1))
    assert not any("full_like" in line for line in backward_lines(d)), d.code()
