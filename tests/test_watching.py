"""What the watcher promises: the author's code and data are as before, values are the plain ones bit for bit, and a
gradient is right, or refused with the author's line and a way out."""

# ruff: noqa: B008, E501, UP031, UP032 (code to watch is written as its authors write it)

import collections
import copy
import dataclasses
import enum
import functools
import io
import itertools
import json
import logging
import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import whygrad as wg
from watched import A, Dual, Layer, V, W, assert_right, refused
from whygrad.errors import EscapeError, InPlaceError, NoFloatsError, NoRuleError, NotScalarError, UnsupportedError


def test_a_function_without_a_row_is_refused_where_the_gradient_would_pass_through_it() -> None:
    def f(x: Any) -> Any:
        return np.sum(np.unwrap(x))

    text = refused(NoRuleError, f, A[:, :3].copy())
    assert "numpy.unwrap" in text
    assert "np.unwrap(x)" in text


def test_the_same_function_is_fine_on_constants() -> None:
    assert_right(lambda x: np.sum(x) * np.linalg.cond(A) + float(np.median(W)) * x[0])


def test_math_without_a_row_is_refused() -> None:
    assert "math.nextafter" in refused(NoRuleError, lambda x: math.nextafter(x, 1.0), 0.7)


def test_pickling_loses_the_gradient_and_is_refused() -> None:
    refused(EscapeError, lambda x: np.sum(pickle.loads(pickle.dumps(x)) * x))
    refused(EscapeError, lambda x: np.sum(np.frombuffer(x.tobytes()) * x))


def test_arrays_of_objects_are_refused() -> None:
    refused(EscapeError, lambda x: np.sum(np.array([x[0], x[1]], dtype=object)))
    refused(EscapeError, lambda x: np.sum(np.frompyfunc(lambda t: t * t, 1, 1)(x)))


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_matrices_and_masked_arrays_are_refused() -> None:
    matrix = np.matrix(np.eye(4))
    masked = np.ma.masked_array(W, [0, 1, 0, 0])
    assert "numpy.matrix" in refused(UnsupportedError, lambda x: np.sum(x * matrix))
    refused(UnsupportedError, lambda x: np.sum(np.matrix(x)))
    assert "MaskedArray" in refused(UnsupportedError, lambda x: np.sum(x * masked))
    refused(UnsupportedError, lambda x: np.ma.masked_array(x, [0, 1, 0, 0]).sum())
    for argument in (np.matrix(A), np.ma.masked_array(V, [0, 1, 0, 0])):
        with pytest.raises(UnsupportedError, match=r"instead: use a plain array, np\.asarray"):
            wg.grad(lambda x: np.sum(x * x))(argument)


def test_complex_numbers_are_refused() -> None:
    refused(UnsupportedError, lambda x: np.sum(np.abs(np.exp(1j * x))))
    refused(UnsupportedError, lambda x: np.sum(np.abs(np.fft.fft(x))))
    with pytest.raises(UnsupportedError, match="complex"):
        wg.grad(lambda x: np.sum(x))(V + 0j)


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(NotScalarError, match="a tuple"):
        wg.grad(lambda x: (np.sum(x), x))(V)
    with pytest.raises(NotScalarError, match="nothing"):
        wg.grad(lambda x: None)(V)
    assert "shape (4,)" in refused(NotScalarError, lambda x: x * 2)
    with pytest.raises(NoFloatsError, match=r"x\.astype\(float\)"):
        wg.grad(lambda x: np.sum(x))(np.arange(3))


def test_writing_through_two_names_for_the_same_memory_is_refused() -> None:
    base = W.copy()
    part = base[1:]

    def f(x: Any) -> Any:
        total = np.sum(part)
        base[0] = x[0]
        return total + np.sum(base * x)

    refused(InPlaceError, f)


def test_the_message_underlines_the_expression_and_names_the_callers() -> None:
    def inner(z: Any) -> Any:
        return np.sum(np.unwrap(z))

    def outer(x: Any) -> Any:
        return inner(x * 2)

    text = refused(NoRuleError, outer, A[:, :3].copy())
    assert "^^^^^^^^^^^^" in text
    assert "called from" in text
    assert "return inner(x * 2)" in text


def holds_only_plain(thing: Any) -> bool:
    if isinstance(thing, (list, tuple)):
        return all(map(holds_only_plain, thing))
    if isinstance(thing, dict):
        return all(map(holds_only_plain, thing.values()))
    return type(thing) in (np.ndarray, np.float64, float, int, type(None))


def test_objects_hold_plain_arrays_after_the_run_with_the_plain_values() -> None:
    layer, plain = Layer(), Layer()
    Layer.history.clear()
    plain.loss(V)
    wg.grad(layer.loss)(V)
    assert holds_only_plain(vars(layer))
    assert holds_only_plain(Layer.history)
    assert type(Layer.last) is np.ndarray
    for name in ("W", "out", "buffer"):
        np.testing.assert_array_equal(getattr(layer, name), getattr(plain, name))
    assert layer.W is not plain.W


COUNTER = 0


STORE: Any = None


BUFFER = np.zeros(4)


def stores_and_fails(x: Any) -> Any:
    global COUNTER, STORE
    COUNTER += 1
    STORE = x * 2
    BUFFER[:] = STORE
    raise KeyError("the author's own")


def test_an_error_of_the_author_s_comes_through_and_leaves_plain_values() -> None:
    with pytest.raises(KeyError, match="the author's own"):
        wg.grad(stores_and_fails)(V)
    assert type(COUNTER) is int
    assert type(STORE) is np.ndarray
    assert type(BUFFER) is np.ndarray
    np.testing.assert_array_equal(BUFFER, V * 2)


def test_closed_over_variables_hold_plain_values_after_the_run() -> None:
    total = 0.0
    seen: list[Any] = []

    def f(x: Any) -> Any:
        nonlocal total
        total = np.sum(x)
        seen.append(total)
        return total * total

    wg.grad(f)(V)
    assert type(total) is np.float64
    assert [type(s) for s in seen] == [np.float64]


def test_functions_and_classes_are_the_author_s_own_again() -> None:
    before = {name: getattr(Dual, name).__code__ for name in ("__add__", "__mul__", "__iter__")}
    wg.grad(lambda x: (Dual(x) * Dual(x)).d)(0.5)
    for name, code in before.items():
        assert getattr(Dual, name).__code__ is code


def test_two_writes_into_a_global_are_seen_and_remain() -> None:
    buffer = np.ones(4)

    def f(x: Any) -> Any:
        first = np.sum(buffer * x)
        buffer[...] = x * 3
        return first + np.sum(buffer**2)

    np.testing.assert_allclose(wg.grad(f)(V), 1 + 18 * V)
    np.testing.assert_array_equal(buffer, V * 3)
    np.testing.assert_allclose(wg.grad(f)(V), 3 * V + 18 * V)


def test_default_arguments_written_in_place_are_watched() -> None:
    def f(x: Any, weights: Any = np.ones(4)) -> Any:
        first = np.sum(x * weights)
        weights *= 2
        return first + np.sum(x * weights)

    np.testing.assert_allclose(wg.grad(f)(V), 3.0)
    np.testing.assert_allclose(wg.grad(f)(V), 6.0)


def test_texts_and_types_are_those_of_plain_values(capsys: pytest.CaptureFixture[str]) -> None:
    texts: list[list[Any]] = []

    def f(x: Any) -> Any:
        s = np.sum(x)
        first = float(x[0])
        print("loss", s, x, first)
        texts.append([
            f"{s:.3f} {x}", "%.3f|%s|%r|%d" % (s, x, first, s), "{:.2e} {!r}".format(s, x), str(x), repr(s),
            "%.2f" % first, json.dumps({"a": first, "l": x.tolist()}), isinstance(x, np.ndarray), type(x), type(s),
            isinstance(s, np.floating), isinstance(first, float), x.shape, x.dtype, len(x), x.ndim, x.size, bool(s > 0),
            np.shape(x), callable(x), hasattr(x, "sum"), hasattr(s, "nothing"), s == s, x.nbytes, id(x) == id(x),
        ])  # fmt: skip
        return s

    f(V)
    plain = capsys.readouterr().out
    wg.grad(f)(V)
    assert capsys.readouterr().out == plain
    assert texts[0] == texts[1]


def test_logging_shows_the_plain_number() -> None:
    stream = io.StringIO()
    logger = logging.getLogger("author")
    logger.propagate = False
    logger.addHandler(logging.StreamHandler(stream))

    def f(x: Any) -> Any:
        s = np.sum(x)
        logger.warning("loss %.3f at %s", s, x)
        return s

    f(V)
    wg.grad(f)(V)
    first, second = stream.getvalue().rstrip().split("\n")
    assert first == second


def test_copies_keys_and_sets() -> None:
    def f(x: Any) -> Any:
        y, z = copy.deepcopy(x), copy.copy(x)
        y *= 2
        tree = copy.deepcopy({"a": [x, (x,)]})
        tree["a"][0] *= 3
        s = float(np.sum(x))
        table = {s: x * 2, "k": z}
        return np.sum(y * z * tree["a"][0] * tree["a"][1][0]) + np.sum(table[s]) * len({s, s})

    assert_right(f)


def test_operators_of_the_author_s_classes_are_watched() -> None:
    def f(x: Any) -> Any:
        a, b = Dual(x), Dual(x * 0.5)
        total = (2 * a * b + b**2 + (-a)) @ (a + 1.0)
        total += b
        one, two = a
        if a and 0.2 in b and (a < Dual(5.0)):
            total = total * two
        return sum([total, Dual(one)]).d * float(b) + a.twice

    assert_right(f, 0.4)


@dataclasses.dataclass
class Pair:
    a: Any
    b: Any = 2.0

    def __post_init__(self) -> None:
        self.c = self.a * 2

    def total(self) -> Any:
        return np.sum(self.a * self.b + self.c)


@dataclasses.dataclass(frozen=True, slots=True)
class Frozen:
    a: Any
    b: float = 2.0


class Colour(enum.Enum):
    RED = 1.5


Point = collections.namedtuple("Point", "x y")


class Slotted:
    __slots__ = ("x", "y")

    def __init__(self, x: Any) -> None:
        self.x, self.y = x, np.sin(x)

    @property
    def z(self) -> Any:
        return math.exp(float(np.sum(self.x)))


class Base:
    scale = np.array([1.0, 2.0, 3.0, 4.0])

    def f(self, x: Any) -> Any:
        return x * self.scale

    @staticmethod
    def s(x: Any) -> Any:
        return np.tanh(x)

    @classmethod
    def c(cls, x: Any) -> Any:
        return x * cls.scale


class Derived(Base):
    def f(self, x: Any) -> Any:
        return super().f(x) + self.__hidden(x)

    def __hidden(self, x: Any) -> Any:
        return self.s(x) * self.c(x)

    @functools.cached_property
    def bias(self) -> Any:
        return np.exp(W)

    def __call__(self, x: Any) -> Any:
        return np.sum(self.f(x) ** 2 + self.bias * x)


def doubled(f: Callable[..., Any]) -> Callable[..., Any]:
    def inner(*args: Any) -> Any:
        return f(*args) * 2

    return inner


def tripled(f: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(f)
    def inner(*args: Any, **kwargs: Any) -> Any:
        return f(*args, **kwargs) * 3

    return inner


@doubled
@tripled
def decorated(x: Any) -> Any:
    return np.sum(np.sin(x))


def classes_of_many_kinds(x: Any) -> Any:
    frozen = dataclasses.replace(Frozen(x), b=3.0)
    point = Point(x, x * 2)._replace(y=x * 5)
    slotted = Slotted(x)
    return (
        Pair(x).total()
        + np.sum(frozen.a * frozen.b)
        + np.sum(point.x * point.y) * Colour.RED.value
        + np.sum(slotted.y) * slotted.z
    )


def functional_tools(x: Any) -> Any:
    running = list(itertools.accumulate(x, lambda p, q: p * q + q))
    folded = functools.reduce(lambda p, q: p + q * p, list(x))
    part = functools.partial(np.multiply, x)
    pairs = zip([x, x * 2], [W, x], strict=True)
    return (
        (running[-1] + folded + np.sum(part(x)) + sum(np.sum(p * q) for p, q in pairs))
        + min(x) * 2
        + max(x, key=lambda t: t * t)
        + sorted(x, key=lambda t: -t)[0] * sorted(x)[1]
        + sum(map(math.sin, x))
    )


def statements_of_many_kinds(x: Any) -> Any:
    table = {"a": x, "b": [x * 2, W]}
    total: Any = 0.0
    for key, value in table.items():
        if isinstance(value, list):
            first, *_ = value
            total = total + np.sum(first * value[-1])
        else:
            total = total + np.sum(value) * len(key)
    try:
        raise ValueError(str(total))
    except ValueError:
        total = total * 2
    with np.errstate(all="ignore"):
        total = total + np.sum(np.log(x))
    match [x, 2.0]:
        case [array, number]:
            total = total + np.sum(array * array) * number
    if (s := np.sum(x)) > 0:
        total = total + s * s
    return total + sum([np.sum(a * b) for a in [x, x * 2] for b in [np.sin(x), W]])


def generators_and_recursion(x: Any) -> Any:
    def squares() -> Any:
        for r in x:
            yield r * r
        yield np.sum(x)

    def running() -> Any:
        total = 0.0
        while True:
            given = yield total
            total = total + math.sin(given)

    def deep(z: Any, n: int) -> Any:
        return np.sum(z) if n == 0 else deep(np.tanh(z), n - 1)

    receiver = running()
    next(receiver)
    last = 0.0
    for r in x:
        last = receiver.send(r)
    return sum(squares()) + last + deep(x, 6)


def a_class_inside(x: Any) -> Any:
    class Local:
        w = x * 2
        z = np.sum(w)

        def total(self) -> Any:
            return np.sum(self.w * self.z)

    return Local().total()


def names_imported_inside(x: Any) -> Any:
    import numpy as jnp
    from numpy import exp
    from numpy import log as ln

    return jnp.sum(exp(x) * ln(x))


def vectorized(x: Any) -> Any:
    return np.sum(np.vectorize(lambda t, c: t * t + math.sin(t) * c)(x, W))


def whole_number_operators(x: Any) -> Any:
    q, r = divmod(x, 0.3)
    mask = (x > 0.5) ^ (x < 0.7)
    return np.sum(r) + np.sum(q) + np.sum(x * mask) + math.floor(x[1] * 10) * x[0]


def matmul_in_place(x: Any) -> Any:
    y = np.outer(x, x)
    z = y
    y @= np.eye(4) * 2
    return np.sum(z)


same_line = (lambda x: np.sum(x * x)), (lambda x: np.sum(x * x * x)), (lambda x: np.sum(x * x))


@pytest.mark.parametrize(
    "f",
    [
        classes_of_many_kinds, functional_tools, statements_of_many_kinds, generators_and_recursion, a_class_inside,
        names_imported_inside, vectorized, whole_number_operators, matmul_in_place, decorated, Derived(), Derived().__call__,
        *same_line,
    ],
    ids=lambda f: getattr(f, "__name__", type(f).__name__),
)  # fmt: skip
def test_python_is_watched(f: Callable[..., Any]) -> None:
    assert_right(f)


@pytest.mark.parametrize("x", [np.array(0.5), np.array([0.5]), V[:0], A.T, np.asfortranarray(A), A[::2, ::-1]])
def test_shapes_and_layouts(x: Any) -> None:
    def f(x: Any) -> Any:
        y = x.copy()
        y *= 2
        return np.sum(np.sin(x) * y) + np.sum(x.ravel() * y.reshape(-1))

    assert_right(f, x)


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_narrow_floats_stay_narrow(dtype: Any) -> None:
    def f(x: Any) -> Any:
        return np.sum(np.tanh(x) * x * 2.0)

    x = V.astype(dtype)
    value, gradient = wg.value_and_grad(f)(x)
    assert value == f(x)
    assert value.dtype == gradient.dtype == dtype
    exact = 2 * (np.tanh(V) + V * (1 - np.tanh(V) ** 2))
    np.testing.assert_allclose(gradient, exact, rtol=float(np.finfo(dtype).eps) * 10)


def test_read_only_arguments_and_arguments_by_name() -> None:
    x = V.copy()
    x.flags.writeable = False

    def f(x: Any, *, n: Any = 2, scale: Any = 1.0) -> Any:
        return np.sum(x**n) * scale

    np.testing.assert_allclose(wg.grad(f)(x), 2 * V)
    assert wg.grad(f, wrt="scale")(x, scale=3.0) == pytest.approx(np.sum(V**2))
    both = wg.grad(f, wrt=("x", "scale"))(x, scale=3.0, n=1)
    np.testing.assert_allclose(both[0], 3.0)
    assert both[1] == pytest.approx(np.sum(V))


def test_rounds_are_counted_and_those_without_a_step_are_not_kept() -> None:
    def f(x: Any) -> Any:
        count = 0
        for i in range(50):
            for j in range(i):
                count += j
        for _ in range(3):
            x = np.sin(x) * count
        return x

    turns = wg.derive(f, 0.5).turns
    assert len(turns) <= 6
    assert [turn.times for turn in turns if len(turn.loops) == 1] == [50, 1, 1, 1]


def test_what_a_comprehension_goes_through_does_not_bear_the_name_of_what_it_makes() -> None:
    def f(rows: Any) -> Any:
        halves = [np.sin(row) for row in rows]
        return np.sum(halves[0] * halves[1])

    program = wg.derive(f, A[:2].copy()).program
    named = [step.primitive.name for step in program.steps if program.variables[step.output].name.startswith("halves")]
    assert "getitem" not in named


def without_source(text: str, **names: Any) -> Any:
    space = {"np": np, "math": math, **names}
    exec(text, space)
    return space["f"]


def test_code_without_source_is_right_by_the_protocols() -> None:
    f = without_source("def f(x):\n    y = np.tanh(x) * w\n    y[0] += x[1]\n    return np.sum(y @ m)", w=W, m=A.T)
    assert_right(f)


def test_code_without_source_that_leaves_the_protocols_is_refused() -> None:
    for body in ("math.sin(x[0])", "float(x[0])", "np.array([x[0], x[1]]).sum()", "np.array(x).sum()"):
        with pytest.raises(EscapeError, match="lose its gradient"):
            wg.grad(without_source(f"def f(x):\n    return {body}"))(V)


def test_writes_of_code_without_source_are_never_missed() -> None:
    f = without_source("def f(x):\n    y = x * w\n    w[:] = 2\n    return np.sum(y * w)", w=W.copy())
    with pytest.raises(InPlaceError, match="source cannot be read"):
        wg.grad(f)(V)
    blind = without_source("def f():\n    return float(np.sum(w))", w=(w := W.copy()))

    def g(x: Any) -> Any:
        w[0] = x[0]
        return blind() * x[1]

    refused(EscapeError, g)
