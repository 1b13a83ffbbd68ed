"""`whygrad check` as a person uses it: exit codes, formats, several files, functions, refusals in one line."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from whygrad.cli import main
from whygrad.commands.checking import wanted_of
from whygrad.commands.target import TargetError

LOSS = """\
import numpy as np

x = np.array([[1.0, 2.0, 0.5], [0.5, -1.0, 2.0]])
w = np.array([1.0, -2.0, 0.5])


def right(w, x):
    error = x @ w - 1.0
    return np.mean(error**2), 2 * x.T @ error / len(error)


def wrong(w, x):
    error = x @ w - 1.0
    dw = 2 * x.T @ error
    return np.mean(error**2), dw


def neither(w, x):
    return x @ w
"""

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    Path("loss.py").write_text(LOSS, encoding="utf-8")

    def run(*args: str) -> Result:
        return CliRunner(env={"COLUMNS": "100"}).invoke(main, ("check", *args))

    return run


def refused(result: Result, text: str) -> None:
    assert result.exit_code == 2, result.output
    assert text in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


# A function


def test_a_function_that_is_right_gives_0_and_a_line(run: Run) -> None:
    result = run("loss.py:right")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("loss.py: right: the gradient (w) agrees with that of the loss that right returns")
    assert result.stdout.count("\n") == 1


def test_one_that_is_wrong_gives_1_and_its_line(run: Run) -> None:
    result = run("loss.py:wrong")
    assert result.exit_code == 1, result.output
    assert result.stdout.startswith(
        "loss.py:14:10: wrong gradient: dw is 2 times what it should be: the factor 2 does not belong here\n"
        "   14 |     dw = 2 * x.T @ error\n"
    )


def test_one_that_returns_no_gradient_gives_2_and_the_way_out(run: Run) -> None:
    result = run("loss.py:neither")
    assert result.exit_code == 2
    assert result.stdout.startswith("loss.py:18: cannot check: neither returns no loss and gradients\n")
    assert "   instead: return loss, gradients" in result.stdout


def test_arguments_are_given_by_at(run: Run) -> None:
    assert run("loss.py:right", "--at", "w=[1, 1, 1]").exit_code == 0
    refused(run("loss.py:right", "--loss", "error"), "a function is checked against the loss that it returns")


# Formats


@pytest.mark.parametrize("form", ["json", "sarif", "github"])
def test_the_exit_code_is_the_same_in_every_format(run: Run, form: str) -> None:
    for name, code in (("right", 0), ("wrong", 1), ("neither", 2)):
        assert run(f"loss.py:{name}", "--format", form).exit_code == code


def test_formats_for_programs_are_alone_on_the_output(run: Run) -> None:
    told = json.loads(run("loss.py:wrong", "--format", "json").stdout)
    assert told["verdict"] == "wrong"
    assert told["findings"][0]["line"] == 14
    sarif = json.loads(run("loss.py:wrong", "--format", "sarif").stdout)
    assert sarif["runs"][0]["results"][0]["ruleId"] == "scale"
    assert run("loss.py:wrong", "--format", "github").stdout.startswith("::error file=loss.py,line=14,col=10,")


# Several


def test_several_files_have_a_line_each_and_a_sum(run: Run) -> None:
    result = run("loss.py:right", "loss.py:wrong", "loss.py:neither")
    assert result.exit_code == 1
    rows = result.stdout.splitlines()
    assert len(rows) == 4
    assert rows[0].startswith("loss.py: right: ")
    assert rows[1].startswith("loss.py:14:10: scale: ")
    assert rows[2].startswith("loss.py:18: cannot check: ")
    assert rows[3] == "3 files: 1 right, 1 wrong, 1 not checked"
    assert run("loss.py:right", "loss.py:neither").exit_code == 2


def test_words_are_files_or_the_one_programs_arguments(run: Run) -> None:
    Path("class", "anna").mkdir(parents=True)
    Path("class", "anna", "net.py").write_text("")
    Path("class", "ben.py").write_text("")
    assert wanted_of(("net.py",), ()) == (("net.py",), ())
    assert wanted_of(("net.py", "0.5", "data.csv"), ("--epochs", "3")) == (
        ("net.py",),
        ("0.5", "data.csv", "--epochs", "3"),
    )
    assert wanted_of(("net.py", "other.py", "b.py:loss"), ()) == (("net.py", "other.py", "b.py:loss"), ())
    assert wanted_of(("class",), ())[0] == (str(Path("class", "anna", "net.py")), str(Path("class", "ben.py")))
    with pytest.raises(TargetError, match="an argument is for one program; here are 2"):
        wanted_of(("net.py", "other.py", "0.5"), ())


# Refusals


def test_what_is_not_there_is_said_in_a_line(run: Run) -> None:
    refused(run("nowhere.py"), "nowhere.py: no such file")
    Path("empty").mkdir()
    refused(run("empty"), "empty: there are no Python files in this folder")
    refused(run("loss.py:nothing"), "no function 'nothing' there")
    refused(run("loss.py", "--loss", "a", "--loss-line", "3"), "there is one loss")
    refused(run("loss.py", "--watch", "--format", "json"), "--watch prints text")
    refused(run(), "Missing argument")


# A program

SLIP = (Path(__file__).parents[2] / "src" / "whygrad" / "shown" / "slip.py").read_text(encoding="utf-8")
WRONG = "        k1_error = k2_error.dot(syn1.T)\n"


def test_a_programs_first_wrong_line_is_told_and_then_mended(run: Run) -> None:
    file = Path("slip.py")
    file.write_text(SLIP, encoding="utf-8")
    line = SLIP[: SLIP.index(WRONG)].count("\n") + 1
    told = run("slip.py")
    assert told.exit_code == 1
    assert told.stdout.startswith(f"slip.py:{line}:")
    fixed = run("slip.py", "--fix")
    assert fixed.exit_code == 0, fixed.output
    before, after = fixed.stdout.split(f"fixed: slip.py, line {line} (as it was: slip.py.orig)\nchecked again:\n")
    assert before == told.stdout
    assert after.startswith("slip.py: right: both gradients (syn1 and syn0) agree")
    assert Path("slip.py.orig").read_text(encoding="utf-8") == SLIP
    assert file.read_text(encoding="utf-8").replace("\n", "").count("syn1.T") == 1
    assert run("slip.py").stdout == after


def test_a_fix_does_not_overwrite_a_kept_file(run: Run) -> None:
    Path("slip.py").write_text(SLIP, encoding="utf-8")
    Path("slip.py.orig").write_text("an older one", encoding="utf-8")
    result = run("slip.py", "--fix")
    assert result.exit_code == 2
    assert "slip.py.orig is there already, with another content: nothing is fixed" in result.stderr
    assert Path("slip.py").read_text(encoding="utf-8") == SLIP


def test_with_a_format_for_programs_what_was_fixed_is_told_beside(run: Run) -> None:
    Path("slip.py").write_text(SLIP, encoding="utf-8")
    result = run("slip.py", "--fix", "--format", "json")
    assert json.loads(result.stdout)["verdict"] == "right"
    assert result.stderr.startswith("fixed: slip.py, line ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('print "x"\n', "bad.py:1: cannot check: this is Python 2"),
        ("x = 1\n", "bad.py: cannot check: nothing is updated"),
        (
            "import numpy as np\nnp.zeros(3) @ np.zeros(4)\n",
            "bad.py:2: cannot check: the program stops with ValueError",
        ),
        ("while True:\n    pass\n", "bad.py:1: cannot check: the program did not come to an end within 1"),
    ],
)
def test_what_cannot_be_checked_says_so_with_its_line(run: Run, text: str, told: str) -> None:
    Path("bad.py").write_text(text, encoding="utf-8")
    result = run("bad.py", "--time", "1.5")
    assert result.exit_code == 2
    assert result.stdout.startswith(told), result.stdout


def test_watching_checks_again_when_the_file_is_saved(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "slip.py"
    file.write_text(SLIP, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "whygrad", "check", "slip.py", "--watch"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, encoding="utf-8")
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("slip.py:")
        while "watching slip.py" not in process.stdout.readline():
            pass
        file.write_text(SLIP.replace("k2_error.dot", "k2_delta.dot"), encoding="utf-8")
        assert process.stdout.readline().startswith("slip.py: right: ")
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    finally:
        process.kill()


def test_one_mistake_after_the_other_is_mended_and_the_first_file_kept(run: Run) -> None:
    programs = Path(__file__).parent / "programs" / "a"
    text = (programs / "deep_xor_with_bias.py").read_text(encoding="utf-8")
    Path("net.py").write_text(text, encoding="utf-8")
    result = run("net.py", "--fix")
    assert result.exit_code == 0, result.output
    assert "\nchecked again:\nnet.py: right: " in result.stdout
    assert Path("net.py.orig").read_text(encoding="utf-8") == text


def test_the_readme_shows_what_is_printed(run: Run) -> None:
    """Its wording may be an older one; its place, its lines and its fix are these."""
    root = Path(__file__).parents[2]
    Path("slip.py").write_text(SLIP, encoding="utf-8")
    rows = run("slip.py").stdout.splitlines()
    for page in ("README.md", "docs/checking.md"):
        text = (root / page).read_text(encoding="utf-8")
        shown = text[text.index("    slip.py:29:") :].split("\n\n")[0].split("\n")
        assert [row.strip().partition(": ")[0] for row in shown] == [row.strip().partition(": ")[0] for row in rows[:6]]
        assert shown[1].strip() == rows[1].strip()
        assert shown[4].strip() == rows[4].strip()
