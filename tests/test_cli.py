"""The command `whygrad`, as a person uses it: output, exit codes, one line for bad input, scripts in watch mode."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from whygrad.cli import main

NET = """
import numpy as np

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])
random = np.random.RandomState(1)
syn0 = 2 * random.random_sample((3, 4)) - 1
syn1 = 2 * random.random_sample((4, 1)) - 1
print("loaded")


def loss(syn0, syn1):
    k1 = 1 / (1 + np.exp(-(X @ syn0)))
    k2 = 1 / (1 + np.exp(-(k1 @ syn1)))
    return 0.5 * np.sum((y - k2) ** 2)
"""
CURVE = """
def f(x):
    return 2 * x**2
"""
TUTORIAL = """
import numpy as np

def nonlin(x, deriv=False):
    if deriv == True:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])

np.random.seed(1)
syn0 = 2 * np.random.random((3, 4)) - 1
syn1 = 2 * np.random.random((4, 1)) - 1

for j in range(60000):
    k0 = X
    k1 = nonlin(np.dot(k0, syn0))
    k2 = nonlin(np.dot(k1, syn1))
    k2_error = y - k2
    if j % 10000 == 0:
        print("Error:" + str(np.mean(np.abs(k2_error))))
    k2_delta = k2_error * nonlin(k2, deriv=True)
    k1_error = k2_delta.dot(syn1.T)
    k1_delta = k1_error * nonlin(k1, deriv=True)
    syn1 += k1.T.dot(k2_delta)
    syn0 += k0.T.dot(k1_delta)
"""

Run = Callable[..., Result]
Write = Callable[[str, str], str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a file into an empty folder, which is where the commands are then run."""
    monkeypatch.chdir(tmp_path)

    def write(name: str, text: str) -> str:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return name

    return write


@pytest.fixture
def run(write: Write) -> Run:
    write("net.py", NET)
    write("curve.py", CURVE)

    def run(*args: str) -> Result:
        return CliRunner(env={"COLUMNS": "100"}).invoke(main, args)

    return run


def refused(result: Result, *texts: str, rows: int = 1) -> None:
    """Exit code 2, nothing on the output, a line (or the author's, underlined) that says what is the matter."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().split("\n")) <= rows, result.stderr
    for text in texts:
        assert text in result.stderr


# explain


def test_explain_a_function(run: Run) -> None:
    result = run("explain", "net.py:loss")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert "loss(syn0, syn1) = 0.4951865354" in result.stdout
    assert "dk1 = dz2 @ syn1.T" in result.stdout
    assert "It is syn1 and not syn0" in result.stdout
    assert "loaded" not in result.stdout


def test_a_file_with_one_function_that_returns_a_number_needs_no_name(run: Run) -> None:
    assert run("explain", "net.py").stdout == run("explain", "net.py:loss").stdout


def test_explain_a_curve_at_a_point(run: Run) -> None:
    result = run("explain", "curve.py:f", "--at", "x=3")
    assert result.exit_code == 0
    assert "= 2 · 6 = 12" in result.stdout
    assert run("explain", "curve.py", "--at", "x=3.0").stdout == result.stdout


def test_explain_as_code(run: Run) -> None:
    result = run("explain", "net.py:loss", "--format", "code")
    assert result.exit_code == 0
    assert "def loss_value_and_grad(syn0, syn1, *, X, y):" in result.stdout
    assert "# k1 reaches L only through" in result.stdout


def test_arguments_from_the_command_line_come_before_the_file_s(run: Run, write: Write) -> None:
    write("two.py", "import numpy as np\nx = 1.0\nv = np.ones(3)\ndef f(x, v, n=2):\n    return (x * v).sum() ** n\n")
    assert "= 9" in run("explain", "two.py").stdout
    assert "= 36" in run("explain", "two.py", "--at", "x=2").stdout
    assert "= 64" in run("explain", "two.py", "--at", "x=2", "--at", "v=[1, 3]").stdout
    assert "= 8" in run("explain", "two.py", "--at", "x=2", "--at", "v=[1, 1, 0]", "--at", "n=1.5").stdout
    assert "= -4" in run("explain", "two.py", "--at", "x=-1", "--at", "v=[[1, 1], [1, 1]]", "--at", "n=1.0").stdout


def test_whole_numbers_are_floats_but_where_the_code_needs_a_whole_one(run: Run, write: Write) -> None:
    write("power.py", "x = 2\nn = 3\ndef f(x, n):\n    return x**n\n")
    assert "= 12" in run("explain", "power.py").stdout
    write("sums.py", "x = 2.0\nn = 3\ndef f(x, n):\n    return sum(x**k for k in range(n))\n")
    for options in ([], ["--at", "n=3"]):
        result = run("explain", "sums.py", *options)
        assert result.exit_code == 0, result.output
        assert "f(x, n) = 7" in result.stdout
    write("rounds.py", "x = 1.0\ndef f(x, n=2):\n    for _ in range(n):\n        x = x * x\n    return x\n")
    assert "f(x, n) = 81" in run("explain", "rounds.py:f", "--at", "x=3").stdout


def test_wrt_chooses(run: Run) -> None:
    text = run("code", "net.py:loss", "--wrt", "syn1", "--part", "backward").stdout
    assert "dsyn1 = " in text
    assert "dsyn0" not in text
    assert "dsyn0" in run("code", "net.py:loss", "--wrt", "syn0, syn1", "--part", "backward").stdout


def test_no_idioms_derives_from_the_primitives(run: Run) -> None:
    assert "(1 - k2)" in run("code", "net.py", "--part", "backward").stdout
    assert "(1 - k2)" not in run("code", "net.py", "--part", "backward", "--no-idioms").stdout


def test_a_method_of_a_class(run: Run, write: Write) -> None:
    write(
        "layer.py",
        "import numpy as np\nx = np.ones(2)\nclass Layer:\n    def __init__(self):\n        self.W = np.eye(2)\n"
        "    def loss(self, x):\n        return np.sum((x @ self.W) ** 2)\n    @staticmethod\n    def half(x):\n"
        "        return np.sum(x) / 2\n",
    )
    result = run("code", "layer.py:Layer.loss")
    assert "def loss_value_and_grad(x, *, self_W):" in result.stdout
    assert run("explain", "layer.py:Layer.half").exit_code == 0


def test_seed_makes_a_file_s_random_numbers_repeatable(run: Run, write: Write) -> None:
    write("noise.py", "import numpy as np\nw = np.random.normal(size=3)\ndef f(w):\n    return np.sum(w**2)\n")
    first = run("explain", "noise.py", "--seed", "7").stdout
    assert run("explain", "noise.py", "--seed", "7").stdout == first
    assert run("explain", "noise.py", "--seed", "8").stdout != first
    np.random.seed(7)
    assert f"= {np.sum(np.random.normal(size=3) ** 2):.10g}" in first


def test_warnings_of_infinities_are_ours_and_go_to_the_error_output(run: Run, write: Write) -> None:
    write("log.py", "import numpy as np\nx = np.array([0.0, 1.0])\ndef f(x):\n    return np.sum(np.log(x))\n")
    result = run("explain", "log.py")
    assert result.exit_code == 0
    assert "infinity appears here: log of x" in result.stderr
    assert "np.sum(np.log(x))" in result.stderr
    assert "RuntimeWarning" not in result.stderr
    assert "infinity" not in result.stdout


# code


def test_code_prints_a_module_that_runs(run: Run) -> None:
    result = run("code", "net.py:loss")
    namespace: dict[str, Any] = {}
    exec(result.stdout, namespace)
    net: dict[str, Any] = {}
    exec(NET, net)
    value, gradients = namespace["loss_value_and_grad"](net["syn0"], net["syn1"], X=net["X"], y=net["y"])
    assert value == net["loss"](net["syn0"], net["syn1"])
    assert [g.shape for g in gradients] == [(3, 4), (4, 1)]


def test_code_prints_its_parts(run: Run) -> None:
    forward = run("code", "net.py:loss", "--part", "forward").stdout
    backward = run("code", "net.py:loss", "--part", "backward").stdout
    assert forward.rstrip().split("\n")[-1] == "loss = 0.5 * np.sum((y - k2) ** 2)"
    assert backward.split("\n")[0] == "dk2 = k2 - y"
    told = run("code", "net.py:loss", "--part", "backward", "--reasons").stdout
    assert [row for row in told.split("\n") if not row.startswith("#")] == backward.split("\n")


def test_code_writes_to_a_file(run: Run, tmp_path: Path) -> None:
    for option in ("-o", "--output"):
        result = run("code", "net.py:loss", option, "out.py")
        assert (result.exit_code, result.stdout) == (0, "")
        assert (tmp_path / "out.py").read_text(encoding="utf-8") == run("code", "net.py:loss").stdout
        (tmp_path / "out.py").unlink()


# train


def test_train_follows_the_gradient(run: Run) -> None:
    result = run("train", "net.py:loss", "--steps", "300", "--rate", "0.5", "--every", "100")
    assert result.exit_code == 0
    table = re.findall(r"^ +([\d,]+) +([\d.]+) +([\d.]+) *$", result.stdout, re.MULTILINE)
    assert [row[0] for row in table] == ["0", "100", "200", "300"]
    losses = [float(row[1]) for row in table]
    assert losses == sorted(losses, reverse=True)
    net: dict[str, Any] = {}
    exec(NET, net)
    syn0, syn1, X, y = net["syn0"], net["syn1"], net["X"], net["y"]
    for _ in range(300):
        k1 = 1 / (1 + np.exp(-(X @ syn0)))
        k2 = 1 / (1 + np.exp(-(k1 @ syn1)))
        dz2 = (k2 - y) * k2 * (1 - k2)
        dz1 = dz2 @ syn1.T * k1 * (1 - k1)
        syn0, syn1 = syn0 - 0.5 * X.T @ dz1, syn1 - 0.5 * k1.T @ dz2
    assert losses[-1] == pytest.approx(net["loss"](syn0, syn1), abs=1e-11)
    assert f"syn1 = {np.array2string(syn1, precision=6, prefix='syn1 = ')}" in result.stdout


def test_train_with_momentum_and_decay(run: Run, tmp_path: Path, write: Write) -> None:
    write(
        "bowl.py",
        "import numpy as np\nw = np.array([1.0, -2.0])\ndef f(w):\n    return np.sum(w**2 * np.array([1.0, 3.0]))\n",
    )
    result = run(
        "train", "bowl.py", "--steps", "5", "--rate", "0.1", "--momentum", "0.9", "--decay", "0.01", "-o", "end.npz"
    )
    assert result.exit_code == 0
    assert "rate 0.1, momentum 0.9, decay 0.01" in result.stdout
    w, v = np.array([1.0, -2.0]), 0.0
    for _ in range(5):
        v = 0.9 * v - 0.1 * (2 * w * np.array([1.0, 3.0]) + 0.01 * w)
        w = w + v
    np.testing.assert_allclose(np.load(tmp_path / "end.npz")["w"], w, rtol=0, atol=1e-12)


@pytest.mark.parametrize("options", [(), ("--momentum", "0.5")])
def test_train_moves_structured_parameters_and_leaves_whole_numbers(
    run: Run, write: Write, tmp_path: Path, options: Any
) -> None:
    write(
        "dict.py",
        "import numpy as np\nparams = {'w': np.array([1.0, 2.0]), 'layers': [(np.ones(2), 0.5)], 'power': 2}\n"
        "def f(params):\n    (a, b), = params['layers']\n"
        "    return np.sum(params['w'] ** params['power'] * a) + b**2\n",
    )
    result = run("train", "dict.py", "--steps", "3", "--rate", "0.1", "-o", "end", *options)
    assert result.exit_code == 0, result.output
    assert "end.npz" in result.stdout
    saved = dict(np.load(tmp_path / "end.npz"))
    w, a, b, v, momentum = np.array([1.0, 2.0]), np.ones(2), 0.5, (0.0, 0.0, 0.0), 0.5 if options else 0.0
    for _ in range(3):
        v = momentum * v[0] - 0.1 * 2 * w * a, momentum * v[1] - 0.1 * w**2, momentum * v[2] - 0.1 * 2 * b
        w, a, b = w + v[0], a + v[1], b + v[2]
    np.testing.assert_allclose(saved["w"], w, rtol=0, atol=1e-12)
    np.testing.assert_allclose(saved["params['layers'][0][0]"], a, rtol=0, atol=1e-12)
    np.testing.assert_allclose(saved["params['layers'][0][1]"], b, rtol=0, atol=1e-12)


def test_train_stops_where_the_loss_is_no_number(run: Run) -> None:
    Path("steep.py").write_text("import numpy as np\nx = 3.0\ndef f(x):\n    return np.exp(x**2) - 1.0\n")
    result = run("train", "steep.py", "--steps", "1000", "--rate", "10")
    assert result.exit_code == 1
    assert re.search(r"^the loss is (inf|nan) after \d+ steps: try a smaller rate$", result.stdout, re.MULTILINE)
    assert "Warning" not in result.output
    Path("overflow.py").write_text("x = 3.0\ndef f(x):\n    return x**4\n")
    result = run("train", "overflow.py", "--steps", "1000", "--rate", "10")
    assert result.exit_code == 1
    assert re.search(r"after \d+ steps: try a smaller rate$", result.stdout, re.MULTILINE)


def test_ctrl_c_keeps_what_is_done(run: Run, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "whygrad.cli", "train", "net.py:loss", "--steps", "100000000", "-o", "end.npz"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("loss(syn0, syn1): training")
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    output, problems = process.communicate(timeout=30)
    assert process.returncode == 0, problems
    assert problems == ""
    (steps,) = re.findall(r"^stopped by you after ([\d,]+) steps$", output, re.MULTILINE)
    assert int(steps.replace(",", "")) > 100
    assert re.search(rf"^ +{steps} +[\d.e-]+ +[\d.e-]+ *$", output, re.MULTILINE)
    saved = np.load(tmp_path / "end.npz")
    assert f"syn1 = {np.array2string(saved['syn1'], precision=6, prefix='syn1 = ')}" in output


# rules, demo, help


def test_rules_lists_every_row_with_its_derivative(run: Run) -> None:
    from whygrad.rules import ROWS

    result = run("rules")
    assert result.exit_code == 0
    for name in ROWS:
        assert re.search(rf"^  {name} ", result.stdout, re.MULTILINE), name
    assert "dx = g * (1 - y ** 2)" in result.stdout
    assert "sigmoid" in result.stdout


def test_rules_tells_all_about_one(run: Run) -> None:
    result = run("rules", "tanh")
    assert result.exit_code == 0
    assert "∂L/∂x = g * (1 - y ** 2)" in result.stdout
    assert "why: the slope of tanh can be read off its own output" in result.stdout
    assert run("rules", "np.tanh").stdout == result.stdout
    assert "no gradient passes" in run("rules", "argmax").stdout
    assert "x[" in run("rules", "getitem").stdout
    assert "k(1 − k)" in run("rules", "cross-entropy").stdout
    refused(run("rules", "nope"), "no rule is called 'nope'")


def test_help_names_every_command_and_works_for_each(run: Run) -> None:
    text = run("--help").stdout
    for name, command in main.commands.items():
        assert f"  {name} " in text
        result = run(name, "-h")
        assert result.exit_code == 0
        for option in command.params:
            assert not option.opts[0].startswith("-") or option.opts[-1] in result.stdout


def test_version(run: Run) -> None:
    result = run("--version")
    assert result.exit_code == 0
    assert result.stdout.startswith("whygrad")


# Bad input: one line, exit code 2, no traceback

BAD = """
import numpy as np
x = np.array([1.0, 2.0])
n = np.array([1, 2])

def vector(x):
    return x * 2

def pair(x):
    return x.sum(), 1

def no_row(x):
    return np.linalg.det(np.outer(x, x))

def raises(x):
    if x[0] > 0:
        raise ValueError("no such thing")
    return x.sum()

def whole(n):
    return np.sum(n * 2)

def ok(x, z):
    return np.sum(x * z)
"""

COMMANDS = ["explain", "code", "train"]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("nosuch.py", ["nosuch.py: no such file"]),
        ("nosuch.py:f", ["nosuch.py: no such file"]),
        ("folder", ["folder: a folder, not a file"]),
        ("empty.py", ["empty.py: nothing is trained here"]),
        ("python2.py", ["python2.py:2:", "Python 2: print is a function now", "2 | print 'hello'"]),
        ("syntax.py", ["syntax.py:2:", "was never closed", "2 | def f(x:"]),
        ("binary.py", ["binary.py: not a Python file"]),
        ("fails.py:f", ["fails.py:2:5: the file stopped with ZeroDivisionError", "^^^^^"]),
        ("bad.py:nope", ["bad.py: no function 'nope' there (it has vector, pair, no_row, raises, whole, ok)"]),
        ("bad.py:np.nope", ["bad.py: no function 'np.nope' there"]),
        ("bad.py:x", ["bad.py: x is no function"]),
        ("bad.py:ok", ["bad.py: ok needs z: give --at z=…, or set it in the file"]),
        ("bad.py:raises", ["bad.py:17:9: ValueError: no such thing", "17 |         raise ValueError"]),
    ],
)
def test_bad_input_gets_one_line(
    run: Run, write: Write, tmp_path: Path, command: str, target: str, said: list[str]
) -> None:
    (tmp_path / "folder").mkdir()
    write("empty.py", "")
    write("python2.py", "x = 1\nprint 'hello'\n")
    write("syntax.py", "x = 1\ndef f(x:\n")
    (tmp_path / "binary.py").write_bytes(b"\x00\xff\xfe")
    write("fails.py", "def f(x): return x\ny = 1 / 0\n")
    write("bad.py", BAD)
    refused(run(command, target), *said, rows=3 if any("|" in text or "^" in text for text in said) else 1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--at", "x"], "--at x: write it as --at name=value"),
        (["--at", "x=one"], "--at x=one: the value is no number and no list of numbers"),
        (["--at", "x=[1, [2, 3]]"], "--at x=[1, [2, 3]]: the rows of the list differ in length"),
        (["--at", "x=3", "--at", "q=2"], "--at q=…: the function has no such argument (x)"),
        (["--at", "x="], "--at x=: the value is no number"),
    ],
)
def test_a_bad_value_is_named(run: Run, options: list[str], said: str) -> None:
    refused(run("explain", "curve.py:f", *options), said)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (
            "vector",
            [
                "bad.py:7:12: vector returns an array of shape (2,), not one number",
                "return x * 2",
                "^^^^^",
                "instead: sum it",
            ],
        ),
        ("pair", ["pair returns a tuple, not one number", "return the loss only"]),
        ("no_row", ["bad.py:13:12: ", "det", "return np.linalg.det(np.outer(x, x))"]),
        ("whole", ["no argument holds floats", "x.astype(float)"]),
    ],
)
def test_what_cannot_be_derived_is_shown_in_the_author_s_code(
    run: Run, write: Write, function: str, said: list[str]
) -> None:
    write("bad.py", BAD)
    refused(run("explain", f"bad.py:{function}"), *said, rows=5)


def test_an_unknown_name_in_wrt_is_refused(run: Run) -> None:
    refused(run("explain", "net.py:loss", "--wrt", "syn7"), "without an argument 'syn7'", rows=2)


def test_several_candidates_are_named(run: Run, write: Write) -> None:
    write("many.py", "x = 1.0\ndef f(x):\n    return x * 2.0\ndef g(x):\n    return x * 3.0\n")
    refused(run("explain", "many.py"), "name one of its functions: many.py:f, many.py:g")


def test_a_result_that_cannot_be_written_is_refused_before_the_work(run: Run) -> None:
    refused(run("code", "net.py", "-o", "nowhere/out.py"), "nowhere/out.py: there is no folder nowhere")
    refused(run("train", "net.py", "-o", "nowhere/out.npz", "--steps", "1000000000"), "there is no folder nowhere")


@pytest.mark.parametrize(
    "args", [["explain"], ["nope"], ["explain", "net.py", "--nope"], ["train", "net.py", "--steps", "0"]]
)
def test_wrong_use_is_refused(run: Run, args: list[str]) -> None:
    refused(run(*args), "Error: ", rows=4)


# Colours, pipes


def environment(**more: str) -> dict[str, str]:
    source = str(Path(__file__).parents[1] / "src")
    path = os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH", "")]))
    plain = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")}
    return {**plain, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", **more}


def test_a_pipe_gets_plain_text(run: Run, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "whygrad.cli", "explain", "net.py:loss"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, env=environment(), text=True, check=True)
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    assert done.stdout == run("explain", "net.py:loss").stdout


def test_colours_where_they_are_wanted_and_none_with_no_color(run: Run) -> None:
    forced = CliRunner(env={"COLUMNS": "100", "FORCE_COLOR": "1", "TERM": "xterm"}).invoke(
        main, ["explain", "net.py"], color=True
    )
    plain = CliRunner(env={"COLUMNS": "100", "NO_COLOR": "1"}).invoke(main, ["explain", "net.py"], color=True)
    assert "\x1b[" in forced.stdout
    assert "\x1b" not in plain.stdout
    assert re.sub(r"\x1b\[[0-9;]*m", "", forced.stdout) == plain.stdout


def test_a_reader_that_stops_reading_gets_no_traceback(run: Run, tmp_path: Path) -> None:
    command = f"{sys.executable} -m whygrad.cli explain net.py:loss | head -1"
    done = subprocess.run(
        command, shell=True, cwd=tmp_path, capture_output=True, env=environment(), text=True, check=True
    )
    assert "Traceback" not in done.stderr


def test_a_subprocess_gives_the_exit_code(run: Run, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "whygrad.cli", "explain", "nosuch.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, env=environment(), text=True)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "nosuch.py: no such file\n")


# Scripts in watch mode


def test_the_tutorial_s_own_script_is_derived_in_less_than_a_second(run: Run, write: Write) -> None:
    write("train.py", TUTORIAL)
    run("explain", "curve.py", "--at", "x=1")  # what is imported once
    start = time.perf_counter()
    result = run("explain", "train.py")
    assert time.perf_counter() - start < 1
    assert result.exit_code == 0, result.output
    assert "train(syn0, syn1) = 0.4951865354" in result.stdout
    said = " ".join(result.stdout.split())
    assert "L is taken to be ½ Σ (y - k2)² (line 20); it is differentiated at the first values of syn0, syn1" in said
    assert "the script's own first update is -1 times this gradient: its backward pass fits this loss" in said
    assert "the number that it computes, np.mean(np.abs(k2_error)) (line 22), is not what it descends" in said
    assert not re.search(r"^Error:", result.stdout, re.MULTILINE)  # what the script prints
    assert "dk1 = dz2 @ syn1.T" in result.stdout


def test_a_script_trains_by_its_derived_gradient(run: Run, write: Write) -> None:
    write("train.py", TUTORIAL)
    result = run("train", "train.py", "--steps", "200")
    assert result.exit_code == 0
    assert "training syn0, syn1, 200 steps" in result.stdout
    (first, *_, last) = re.findall(r"^ +[\d,]+ +([\d.]+) +[\d.]+ *$", result.stdout, re.MULTILINE)
    assert float(last) < float(first)


DESCENT = """
import numpy as np
w = np.array([1.0, 2.0])
x = np.array([3.0, 1.0])
{loop}
    loss = np.sum((w * x - 1) ** 2)
    {stop}
    w = w - 0.01 * 2 * (w * x - 1) * x
    i += 1
"""


@pytest.mark.parametrize(
    "loop",
    [
        "i = 0\nwhile i < 1000000:",
        "i, loss = 0, 10.0\nwhile loss > 1e-9:",
        "i = 0\nwhile True:",
        "i = 0\nfor _ in range(100000):",
    ],
)
def test_loops_of_all_kinds(run: Run, write: Write, loop: str) -> None:
    write("descent.py", DESCENT.format(loop=loop, stop="if loss < 1e-9: break" if "True" in loop else "pass"))
    result = run("explain", "descent.py")
    assert result.exit_code == 0, result.output
    assert "descent(w) = 5" in result.stdout
    assert re.search(r"dw = .*\* x", result.stdout)
    assert re.search(r"L is taken to be np\.sum\(\(w \* x - 1\) \*\* 2\) \(line \d+\)", result.stdout)


CLASSES = """
import numpy as np

class Net:
    def __init__(self):
        rng = np.random.default_rng(0)
        self.W1, self.b1 = rng.normal(size=(2, 3)), np.zeros(3)
        self.W2 = rng.normal(size=(3, 1))

    def forward(self, X):
        self.h = np.tanh(X @ self.W1 + self.b1)
        return self.h @ self.W2

    def step(self, X, y, rate):
        out = self.forward(X)
        loss = np.mean((out - y) ** 2)
        d = 2 * (out - y) / len(y)
        dh = d @ self.W2.T * (1 - self.h**2)
        self.W2 -= rate * self.h.T @ d
        self.W1 -= rate * X.T @ dh
        self.b1 -= rate * dh.sum(axis=0)
        return loss

X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0.0], [1], [1], [0]])
if __name__ == "__main__":
    net = Net()
    for epoch in range(5000):
        l = net.step(X, y, 0.1)
        if epoch % 1000 == 0:
            print(epoch, l)
"""


def test_a_script_with_a_class(run: Run, write: Write) -> None:
    write("classes.py", CLASSES)
    result = run("explain", "classes.py")
    assert result.exit_code == 0, result.output
    assert "classes(self_W1, self_b1, self_W2) = " in result.stdout
    assert "dself_b1 = " in result.stdout
    assert ".sum(axis=0)" in result.stdout
    assert "self.h = np.tanh(X @ self.W1 + self.b1)" in result.stdout


DICTIONARY = """
import numpy as np
rng = np.random.default_rng(1)
params = {"W": rng.normal(size=(3, 1)), "b": np.zeros(1)}
X, y = rng.normal(size=(8, 3)), rng.normal(size=(8, 1))
for i in range(200):
    out = X @ params["W"] + params["b"]
    loss = np.square(out - y).sum()
    dout = 2 * (out - y)
    grads = {"W": X.T @ dout, "b": dout.sum(0)}
    for k in params:
        params[k] -= 1e-3 * grads[k]
"""


def test_a_script_with_its_parameters_in_a_dictionary(run: Run, write: Write) -> None:
    write("entries.py", DICTIONARY)
    result = run("explain", "entries.py")
    assert result.exit_code == 0, result.output
    assert "the script's own first update is -0.001 times this gradient" in " ".join(result.stdout.split())
    trained = run("train", "entries.py", "--steps", "100", "--rate", "0.001")
    assert trained.exit_code == 0, trained.output
    losses = [float(row) for row in re.findall(r"^ +[\d,]+ +([\d.]+) +[\d.]+ *$", trained.stdout, re.MULTILINE)]
    assert losses == sorted(losses, reverse=True)


def test_a_script_of_plain_floats(run: Run, write: Write) -> None:
    write(
        "floats.py",
        "w = 0.5\nb = 0.0\nfor epoch in range(1000):\n    for x, t in [(1.0, 2.0), (2.0, 4.0)]:\n"
        "        p = w * x + b\n        cost = (p - t) ** 2\n        w -= 0.01 * 2 * (p - t) * x\n"
        "        b -= 0.01 * 2 * (p - t)\nprint(w, b)\n",
    )
    result = run("explain", "floats.py")
    assert result.exit_code == 0, result.output
    assert "floats(w, b) = 2.25" in result.stdout
    assert "= −3" in result.stdout


def test_the_loss_is_what_is_called_so(run: Run, write: Write) -> None:
    write(
        "named.py",
        "import numpy as np\nw = np.array([1.0, 2.0])\nfor i in range(100):\n    loss = np.sum(w**2)\n"
        "    length = np.sqrt(np.sum(w * w))\n    w -= 0.1 * 2 * w\n    print(loss, length)\n",
    )
    result = run("explain", "named.py")
    assert "L is taken to be np.sum(w**2) (line 4)" in result.stdout


def test_a_script_may_ask_and_plot(run: Run, write: Write) -> None:
    write("matplotlib_stub.py", "shown = []\ndef plot(*args): shown.append(args)\ndef show(): pass\n")
    write(
        "asks.py",
        "import numpy as np\nimport matplotlib_stub as plt\n"
        "name = input('name? ')\nw = np.array([1.0, 2.0])\nlosses = []\n"
        "for i in range(50):\n    loss = np.sum(w**2)\n    losses.append(loss)\n    w -= 0.1 * 2 * w\n"
        "plt.plot(losses)\nplt.show()\nprint('hello', name, f'{loss:.3f}')\n",
    )
    result = run("explain", "asks.py")
    assert result.exit_code == 0, result.output
    assert "asks(w) = 5" in result.stdout
    assert "dw = 2 * w" in result.stdout
    assert "hello" not in result.output


def test_a_script_that_fails_names_its_line(run: Run, write: Write) -> None:
    write(
        "fails.py", "import numpy as np\nw = np.ones(2)\nfor i in range(3):\n    w -= 0.1 * w\nopen('no/such/file')\n"
    )
    refused(run("explain", "fails.py"), "fails.py:5:1: ", "FileNotFoundError", "5 | open(", rows=3)


def test_a_script_that_trains_nothing_says_what_to_do(run: Run, write: Write) -> None:
    write("nothing.py", "import numpy as np\nprint(np.ones(3).sum())\n")
    refused(run("explain", "nothing.py"), "nothing.py: nothing is trained here")
    write("hidden.py", "import numpy as np\ndef f(a, b):\n    return a * b\n")
    refused(run("explain", "hidden.py"), "hidden.py: f needs a and b: give hidden.py:f --at a=… --at b=…")
    write("two.py", "def g(b, a):\n    return a * b\n\ndef h(c):\n    return c\n")
    refused(run("explain", "two.py"), "name a function", "two.py:g --at b=… --at a=…, or two.py:h")


@pytest.mark.parametrize("option", ["--wrt=w", "--at=w=2"])
def test_options_of_functions_are_refused_for_a_script(run: Run, write: Write, option: str) -> None:
    write("descent.py", DESCENT.format(loop="for i in range(100):", stop="pass"))
    refused(run("explain", "descent.py", option), f"{option.partition('=')[0]} is about the arguments of a function")


def test_seed_makes_a_script_repeatable(run: Run, write: Write) -> None:
    write(
        "draws.py",
        "import numpy as np\nw = np.random.normal(size=3)\n"
        "for i in range(9):\n    loss = np.sum(w**2)\n    w -= 0.2 * w\n",
    )
    first = run("explain", "draws.py", "--seed", "7").stdout
    np.random.seed(7)
    assert f"= {np.sum(np.random.normal(size=3) ** 2):.10g}" in first
    assert run("explain", "draws.py", "--seed", "7").stdout == first


def test_the_command_runs_as_a_module() -> None:
    run = subprocess.run([sys.executable, "-m", "whygrad", "rules", "tanh"], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "∂L/∂x = g * (1 - y ** 2)" in run.stdout
