"""What went wrong, as data: the author's place, in characters, with the lines around."""

import json
import linecache
from pathlib import Path

import numpy as np
import pytest

import whygrad
from whygrad.commands.target import TargetError, find
from whygrad.errors import EscapeError, WhygradError
from whygrad.explaining.problem import LONGEST, files_named, problem_of

LAYERS = """import numpy as np

def loss(w):
    größe = w * 2.0
    return undefined_name(größe)
"""


def raised_by(call):
    with pytest.raises(BaseException) as caught:
        call()
    return caught.value


def marked(problem):
    """What the columns of a problem mark in its line."""
    row = next(row["text"] for row in problem["source"] if row["line"] == problem["line"])
    return row[problem["column"] : problem["end_column"]]


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(name, text):
        (tmp_path / name).write_text(text, encoding="utf-8")
        linecache.checkcache()
        return name

    return write


def test_an_error_of_the_authors_has_its_place_in_characters(write):
    target = find(f"{write('layers_p.py', LAYERS)}:loss", ("w=1.5",))
    problem = problem_of(raised_by(lambda: target.applied(whygrad.derive)))
    assert problem["kind"] == "NameError" and problem["what"] == "NameError: name 'undefined_name' is not defined"
    assert (problem["file"], problem["line"]) == ("layers_p.py", 5)
    assert marked(problem) == "undefined_name"
    assert [row["line"] for row in problem["source"]] == [3, 4, 5]
    assert problem["text"].startswith("layers_p.py:5:12: NameError")
    assert json.loads(json.dumps(problem)) == problem


def test_columns_count_characters_not_bytes(write):
    write("umlauts.py", "def f(x):\n    return 'größer' and x.nothing\n")
    target = find("umlauts.py:f", ("x=1.5",))
    problem = problem_of(raised_by(lambda: target.applied(whygrad.derive)))
    assert marked(problem) == "x.nothing"


def test_an_error_of_ours_says_what_to_write_instead(write):
    source = "import numpy as np\ndef f(x):\n    return x * np.ones(2)"
    target = find(f"{write('spread_out.py', source)}:f", ("x=1.5",))
    problem = problem_of(raised_by(lambda: target.applied(whygrad.derive)))
    assert problem["kind"] == "NotScalarError" and problem["line"] == 3
    assert marked(problem) == "x * np.ones(2)"
    assert problem["instead"].startswith("sum it") and "instead: sum it" in problem["text"]


def test_a_file_that_stops_while_it_is_loaded_has_the_authors_line(write):
    write("halts.py", "a = 1\nb = a / 0\n\ndef f(x):\n    return x\n")
    error = raised_by(lambda: find("halts.py:f", ()))
    assert isinstance(error, TargetError)
    problem = problem_of(error)
    assert (problem["kind"], problem["line"], marked(problem)) == ("ZeroDivisionError", 2, "a / 0")
    assert "the file stopped with ZeroDivisionError" in problem["text"]


def test_a_file_that_is_no_python_has_the_place(write):
    problem = problem_of(
        raised_by(lambda: find(f"{write('no.py', 'def f(x):' + chr(10) + '    return x +* 2')}:f", ()))
    )
    assert (problem["kind"], problem["file"], problem["line"], marked(problem)) == ("SyntaxError", "no.py", 2, "*")


def test_a_neighbour_that_is_no_python_is_named_itself(write):
    write("neighbour_p.py", "x = (1,\n")
    write("imports_it.py", "import neighbour_p\n\ndef f(x):\n    return x\n")
    error = raised_by(lambda: find("imports_it.py:f", ()))
    assert problem_of(error)["file"] == "neighbour_p.py"
    assert {Path(file).name for file in files_named(error)} >= {"neighbour_p.py", "imports_it.py"}


def test_what_is_not_known_is_absent():
    assert set(problem_of(ValueError("no"))) >= {"kind", "text", "what"}
    assert "line" not in problem_of(WhygradError("no")) and "instead" not in problem_of(WhygradError("no"))
    assert problem_of(SystemExit(3))["what"] == "SystemExit: 3"


def test_a_message_of_any_length_is_shown():
    assert len(problem_of(ValueError("x" * 10**6))["text"]) < LONGEST + 10


def test_an_error_that_cannot_be_printed_is_told_all_the_same():
    class Broken(Exception):
        def __str__(self):
            raise RuntimeError

    assert problem_of(Broken())["text"] == "Broken"


def test_an_error_with_a_cause_of_the_authors_stays_itself(write):
    source = "def f(x):\n    try:\n        {}[1]\n    except KeyError as e:\n        raise ValueError('bad') from e\n"
    target = find(f"{write('chain.py', source)}:f", ("x=1.5",))
    problem = problem_of(raised_by(lambda: target.applied(whygrad.derive)))
    assert (problem["kind"], problem["line"]) == ("ValueError", 5)


def test_the_place_of_an_escape_is_the_sub_expression():
    def f(x):
        return np.asarray([x], dtype=object)[0]

    error = raised_by(lambda: whygrad.derive(f, 1.5))
    assert isinstance(error, EscapeError | WhygradError)
    assert marked(problem_of(error)) == "np.asarray([x], dtype=object)"
