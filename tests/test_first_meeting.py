"""What people meet who use whygrad for the first time: their files as they are, and their usual mistakes."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

import whygrad as wg
from whygrad.cli import main

Tell = Callable[..., Result]


@pytest.fixture
def tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tell:
    """Writes net.py and runs a command on it, in its folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def one(command: str, text: str | bytes, *arguments: str, target: str = "net.py", asked: str = "") -> Result:
        Path("net.py").write_bytes(text if isinstance(text, bytes) else text.encode())
        return CliRunner().invoke(main, [command, target, *arguments], input=asked)

    return one


def test_matrices_that_do_not_fit_are_named_with_their_shapes_and_underlined(tell: Tell) -> None:
    net = "import numpy as np\nX = np.ones((4, 2))\nW = np.ones((1, 4))\n\ndef loss(W):\n    return np.sum(X @ W)\n"
    found = tell("explain", net)
    assert found.exit_code == 2
    assert found.stderr == (
        "net.py:6:19: ValueError: the shapes (4, 2) and (1, 4) do not fit: in a product the last axis of the first (2) "
        "meets the rows of the second (1)\n"
        "  6 |     return np.sum(X @ W)\n"
        "    |                   ^^^^^\n"
    )


@pytest.mark.parametrize("product", ["W.dot(X)", "np.dot(W, X)", "np.matmul(W, X)", "W @ X"])
def test_every_way_to_write_a_product_says_so(tell: Tell, product: str) -> None:
    net = f"import numpy as np\nX = np.ones(4)\nW = np.ones((1, 3))\n\ndef loss(W):\n    return np.sum({product})\n"
    assert "the shapes (1, 3) and (4,) do not fit" in tell("explain", net).stderr


def test_a_function_whose_arguments_are_missing_says_the_command_in_the_order_of_its_signature(tell: Tell) -> None:
    found = tell("explain", "def neuron(w1, w2, b):\n    return (w1 * 2 + w2 + b) ** 2\n")
    assert found.exit_code == 2
    assert found.stderr == (
        "net.py: neuron needs w1, w2 and b: give net.py:neuron --at w1=… --at w2=… --at b=…, or set them in the file\n"
    )


def test_what_a_function_binds_is_no_argument_of_another(tell: Tell) -> None:
    script = (
        "import numpy as np\n\ndef model(w, x):\n    return np.sum(w * x)\n\n"
        "def main():\n    x, w = np.array([1.0, 2.0]), np.array([0.5, 0.5])\n"
        "    for step in range(5):\n        loss = (model(w, x) - 1) ** 2\n"
        "        w = w - 0.1 * 2 * (model(w, x) - 1) * x\n\n"
        "if __name__ == '__main__':\n    main()\n"
    )
    found = tell("explain", script)
    assert found.exit_code == 0, found.stderr
    assert "its backward pass fits this loss" in found.stdout


@pytest.mark.parametrize("line", [b"\n", b"\r\n"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"# -*- coding: latin-1 -*-\n# gr\xfc\xdfe\n"])
def test_files_as_editors_save_them(tell: Tell, start: bytes, line: bytes) -> None:
    net = start + b"import numpy as np\nw = np.ones(2)\n\ndef loss(w):\n\tz = w * 2\n\treturn np.sum(z ** 2)\n"
    for command in ("explain", "code"):
        found = tell(command, net.replace(b"\n", line))
        assert found.exit_code == 0, found.stderr
        assert "dw = 2 * dz" in found.stdout


def test_what_the_code_prints_does_not_mix_with_the_answer(tell: Tell) -> None:
    net = "import numpy as np\nw = np.ones(2)\n\ndef loss(w):\n    print('hello')\n    return np.sum(w ** 2)\n"
    found = tell("code", net, target="net.py:loss")
    assert "hello" in found.stderr
    assert found.stdout.startswith('"""The value and the gradient of loss')


def test_what_the_file_asks_is_seen(tell: Tell) -> None:
    net = "import numpy as np\nw = np.ones(int(input('how many? ')))\n\ndef loss(w):\n    return np.sum(w ** 2)\n"
    found = tell("code", net, asked="3\n")
    assert found.exit_code == 0
    assert "how many? " in found.stderr


@pytest.mark.parametrize(
    ("text", "value"), [("1/3", 1 / 3), ("-2", -2.0), ("np.pi/4", np.pi / 4), ("2**3", 8.0), ("1e-3", 1e-3)]
)
def test_at_takes_numbers_as_people_write_them(tell: Tell, text: str, value: float) -> None:
    found = tell("explain", "def f(x):\n    return x ** 2\n", "--at", f"x={text}", target="net.py:f")
    assert found.stdout.startswith(f"f({value:.10g}) = "), found.stdout + found.stderr


def test_at_takes_arrays(tell: Tell) -> None:
    net = "import numpy as np\n\ndef f(v):\n    return np.sum(v ** 2)\n"
    for text in ("[1, 2, 3]", "np.arange(3)", "np.linspace(0, 1, 3)"):
        found = tell("explain", net, "--at", f"v={text}", target="net.py:f")
        assert "dv = 2 * v" in found.stdout, found.stdout + found.stderr
    found = tell("explain", net, "--at", "v=three", target="net.py:f")
    assert found.stderr.startswith("--at v=three: the value is no number and no list of numbers (1.5, [1, 2], ")


METHOD = """import numpy as np

class Model:
    def __init__(self, n):
        self.w = np.ones(n)

    def loss(self, X):
        return np.sum((X @ self.w) ** 2)

X = np.ones((3, 2))
"""


def test_a_method_is_that_of_the_object_which_the_file_makes(tell: Tell) -> None:
    found = tell("code", METHOD + "model = Model(2)\n", target="net.py:Model.loss")
    assert found.exit_code == 0, found.stderr
    found = tell("code", METHOD, target="net.py:Model.loss")
    assert "make one in the file, model = Model(…), and name net.py:model.loss" in found.stderr
    found = tell("code", METHOD + "a, b = Model(2), Model(2)\n", target="net.py:Model.loss")
    assert "name one that the file makes: net.py:a.loss" in found.stderr


def test_a_name_that_is_nearly_right_is_guessed(tell: Tell) -> None:
    found = tell("code", "def loss(w):\n    return w ** 2\n", target="net.py:los")
    assert found.stderr == "net.py: no function 'los' there; did you mean net.py:loss? (it has loss)\n"


def test_an_accuracy_says_why_nothing_comes_back() -> None:
    x, y = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([True, False])

    def accuracy(w: np.ndarray) -> np.floating:
        return np.mean((x @ w > 0) == y)

    text = " ".join(str(wg.derive(accuracy, np.array([0.5, 0.2]))).split())
    assert "∂L/∂w = 0 w reaches L only through x @ w > 0 (line " in text
    assert "flat almost everywhere: a small change of w changes nothing there, so no gradient comes back." in text


def test_an_argument_that_is_not_used_is_said_not_to_be() -> None:
    text = str(wg.derive(lambda w, v: np.sum(v**2), np.ones(2), np.ones(2)))
    assert "∂f/∂w = 0\n   f does not depend on w: whatever w is, f is the same." in text


@pytest.mark.parametrize("digits", [0, 2, 4])
def test_a_rounded_loss_is_flat_and_no_defect(digits: int) -> None:
    for rounded in (lambda w: round(np.sum(w**2), digits), lambda w: np.round(np.sum(w**2), digits)):
        d = wg.derive(rounded, np.array([1.0, 1.1]))
        assert not d.gradients[0].any()
        assert "flat almost everywhere" in " ".join(str(d).split())
        assert d.notes[0].startswith("verified")
    text = str(wg.derive(lambda x: np.floor(x), 2.5))
    assert "df/dx = 0\n" in text
    assert "x reaches f only through np.floor(x)" in text


def test_one_number_is_not_called_an_array() -> None:
    text = str(wg.derive(lambda w, b: (2 * w + b) ** 2, 1.0, 2.0))
    assert "the same array" not in text


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: wg.grad(lambda x: x**2)(3), "the argument x holds no floats.*\n.*convert it: 3.0 for 3"),
        (lambda: wg.derive(lambda x: x**2, 3), "convert them: 3.0 for 3"),
        (lambda: wg.grad(lambda x: x**2, 3.0), r"grad\(f\)\(x\), not grad\(f, x\)"),
        (lambda: wg.grad(lambda x: x**2, np.ones(2)), r"grad\(f\)\(x\), not grad\(f, x\)"),
        (lambda: wg.grad(9.0), "a float was given where a function is wanted"),
        (lambda: wg.derive(9.0, 3.0), r"without a call: grad\(f\)\(x\), derive\(f, x\)"),
        (lambda: wg.verify(9.0, 3.0), "a float was given where a function is wanted"),
        (lambda: wg.derive(lambda: 3.0), r"called without arguments.*\n.*def f\(w\)"),
        (lambda: wg.grad(lambda x, y: x * y, wrt="z")(1.0, 2.0), "wrt= one of x, y"),
    ],
)
def test_usual_mistakes_are_told_the_way_out(call: Callable[[], object], said: str) -> None:
    with pytest.raises((TypeError, ValueError), match=said):
        call()


def rules(name: str) -> Result:
    return CliRunner().invoke(main, ["rules", name], env={"COLUMNS": "100"})


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("@", "C = matmul(A, B)   written A @ B"),
        ("**", "z = power(x, n)"),
        ("*", "z = multiply(x, y)"),
        ("+", "z = add(x, y)"),
        ("np.exp", "y = exp(x)"),
        ("np.unwrap", "numpy.unwrap has no rule: it jumps by multiples of 2π\n  instead: "),
        ("lexsort", "numpy.lexsort: no gradient passes"),
    ],
)
def test_rules_are_found_by_what_people_type(name: str, first: str) -> None:
    found = rules(name)
    assert found.exit_code == 0
    assert found.stdout.startswith(first)


def test_rules_of_a_name_fit_a_few_screens_and_explain_their_words() -> None:
    text = rules("softmax").stdout
    assert len(text.split("\n")) < 70
    assert text.index("\nsoftmax, an idiom") < text.index("cross-entropy of a softmax, an idiom")
    assert "more like it" in text
    last = " ".join(text[text.index("Here g is") :].split())
    assert last.startswith("Here g is the upstream gradient, ∂L/∂(the value); spread_back writes g out again")
    assert "add_at adds at the places of an index" in last


def test_a_misspelt_rule_is_guessed() -> None:
    assert rules("sigmoud").stderr == "no rule is called 'sigmoud'; did you mean sigmoid? (whygrad rules lists them)\n"


def test_the_commands_say_in_full_what_they_do() -> None:
    text = CliRunner().invoke(main, ["--help"]).stdout
    assert "..." not in text[text.index("Commands:") :]
    assert "whygrad demo                     begin here" in text


def test_a_column_that_meets_a_row_is_pointed_out() -> None:
    x, y = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0.0, 1.0, 1.0])

    def loss(w: np.ndarray) -> np.floating:
        out = np.tanh(x @ w)
        return np.mean((out - y) ** 2)

    text = " ".join(str(wg.derive(loss, np.array([[0.5], [0.2]]))).split())
    assert "out - y (line " in text
    assert ") is (3, 3): a column (3, 1) and a row (3,) meet in every pair" in text
    assert "give both the same shape, e.g. y.reshape(-1, 1)" in text
    assert "every pair" not in str(wg.derive(loss, np.array([0.5, 0.2])))


def test_pairs_that_are_meant_are_not_pointed_out() -> None:
    nodes = np.array([0.0, 1.0, 2.0])

    def spread(p: np.ndarray) -> np.floating:
        return np.sum((p[:, None] - nodes) ** 2) + np.sum((p.reshape(-1, 1) * nodes) ** 2)

    assert "every pair" not in str(wg.derive(spread, np.array([0.5, 0.2, 0.1])))


def test_training_that_climbs_says_what_to_try(tell: Tell) -> None:
    steep = "import numpy as np\nw = np.ones(2)\n\ndef loss(w):\n    return np.sum(2 * w ** 2)\n"
    said = "the loss is higher than at the start: the steps are too long; try --rate 0.1\n"
    assert said in tell("train", steep, "--steps", "10").stdout
    assert said not in tell("train", steep, "--steps", "10", "--rate", "0.1").stdout
