"""A file that is open and changes: the page follows it, whatever happens in the file."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from opened import Client, opened
from whygrad.serving.session import GRACE, SETTLE, STRIDE

RIGHT = "import numpy as np\n\nw = np.array([1.0, 2.0])\n\ndef loss(w):\n    return np.sum(w**2)\n"
OTHER = "import numpy as np\n\nw = np.array([1.0, 2.0])\n\ndef loss(w):\n    return np.sum(w**3)\n"
SCRIPT = """import numpy as np

w = np.array([1.0, 2.0])
for step in range(1000):
    loss = np.sum((w - 3.0) ** 2)
    w = w - {rate} * 2 * (w - 3.0)
    print(loss)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "net.py"
    path.write_text(RIGHT)
    return path


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A file that is open for all tests that leave it right."""
    path = tmp_path_factory.mktemp("living") / "net.py"
    path.write_text(RIGHT)
    with opened(path) as client:
        yield client


def test_the_page_follows_the_file_through_a_mistake(file: Path) -> None:
    with opened(file) as client:
        first = client.page()
        assert first["value"] == 5.0
        with client.events(STRIDE) as events:
            file.write_text(RIGHT.replace("w**2", "w**2 +* 1"))
            problem = events.next_of("problem")
            assert (problem["kind"], problem["file"], problem["line"]) == ("SyntaxError", "net.py", 6)
            assert client.page() == problem
            file.write_text(OTHER)
            document = events.next_of("document")
            assert document["value"] == 9.0
            assert client.page() == document


@pytest.mark.parametrize(
    ("wrong", "kind", "said", "line"),
    [
        ("def loss(w):\n    return nothing(w)\nw = 1.0", "NameError", "nothing", 2),
        ("w = 1 / 0\ndef loss(w):\n    return w", "ZeroDivisionError", "division", 1),
        ("w = 1.0", "Nothing derived", "no function 'loss' there", None),
        ("def loss(w):\n    return w * w", "Nothing derived", "needs w", None),
        ("import numpy as np\nw = np.ones(2)\ndef loss(w):\n    return w * w", "NotScalarError", "sum it", 4),
        ("w = 1.0\ndef loss(w):\n    raise SystemExit('enough')", "SystemExit", "enough", 3),
        ("import os\nw = 1.0\ndef loss(w):\n    os._exit(7)", "Ended", "exit code 7", None),
        ("import os, signal\nw = 1.0\nos.kill(os.getpid(), signal.SIGKILL)", "Ended", "SIGKILL", None),
        ("w = float(input('w? '))\ndef loss(w):\n    return w * w", "EOFError", "nobody is there", 1),
        ("import sys\nw = float(sys.stdin.readline())\ndef loss(w):\n    return w * w", "ValueError", "float", 2),
        ("import nowhere_at_all\nw = 1.0\ndef loss(w):\n    return w", "ModuleNotFoundError", "nowhere", 1),
        ("def loss(w):\n    return loss(w)\nw = 1.0", "RecursionError", "recursion", 2),
        ("", "Nothing derived", "no function 'loss' there", None),
        ("# -*- coding: nothing -*-", "SyntaxError", "not a Python file", None),
    ],
)
def test_whatever_is_wrong_is_shown_and_left_behind(
    living: Client, wrong: str, kind: str, said: str, line: int | None
) -> None:
    file = Path(living.server.session.file)
    state = living.server.session.state()
    assert state is not None
    with living.events(state.edition) as events:
        file.write_text(wrong)
        problem = events.next_of("problem")
        assert (problem["kind"], problem.get("line")) == (kind, line)
        assert said in problem["text"] and living.page() == problem
        file.write_text(RIGHT)
        assert events.next_of("document")["value"] == 5.0


def test_a_page_may_begin_with_a_mistake(file: Path) -> None:
    file.write_text("w = 1 / 0")
    with opened(file) as client:
        problem = client.page()
        assert problem["kind"] == "ZeroDivisionError"
        assert client.evaluate({"inputs": []}) == (200, {"problem": problem})
        with client.events(STRIDE) as events:
            file.write_text(RIGHT)
            assert events.next_of("document")["value"] == 5.0


def test_code_that_does_not_end_is_stopped_and_its_line_is_shown(file: Path) -> None:
    slow = "w = w + 0 * sum(range(10_000))"  # so slow that the limit of steps is not met before that of time
    file.write_text(f"w = 1.0\n\ndef loss(w):\n    while True:\n        {slow}\n    return w\n")
    with opened(file, seconds=4.0) as client:
        problem = client.page()
        assert problem["kind"] == "Too long" and problem["line"] in (4, 5)
        assert "still running after 4 seconds" in problem["what"] and problem["source"]


def test_code_that_takes_long_is_waited_for_on_the_page(file: Path) -> None:
    file.write_text("import time\ntime.sleep(4)\n" + RIGHT)
    with opened(file, wait=False) as client:
        assert client.page()["kind"] == "Still running"
        with client.events(0) as events:
            assert events.next()["document"]["value"] == 5.0


def test_a_save_ends_code_that_does_not_end(file: Path) -> None:
    file.write_text("while True: pass\n")
    with opened(file, seconds=60.0, wait=False) as client, client.events(-1) as events:
        time.sleep(0.5)
        file.write_text(RIGHT)
        assert events.next_of("document")["value"] == 5.0


def test_what_the_code_prints_is_not_taken_for_an_answer(file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file.write_text(RIGHT + "    print('never')\n")
    file.write_text(RIGHT.replace("    return", "    print('while deriving', flush=True)\n    return"))
    with opened(file) as client:
        assert client.page()["value"] == 5.0
    printed = capfd.readouterr()
    assert printed.out == "" and "while deriving" in printed.err


def test_what_the_file_imports_is_fresh_each_time(file: Path) -> None:
    (file.parent / "layers").mkdir()
    (file.parent / "layers" / "__init__.py").write_text("")
    own = file.parent / "layers" / "power.py"
    own.write_text("def raised(w):\n    return w**2\n")
    file.write_text(RIGHT.replace("w**2", "raised(w)").replace("\n", "\nfrom layers.power import raised\n", 1))
    with opened(file) as client:
        assert client.page()["value"] == 5.0
        with client.events(STRIDE) as events:
            for power in (3, 4, 2):  # within a second, and of one size: a compiled file would be taken for fresh
                own.write_text(f"def raised(w):\n    return w**{power}\n")
                assert events.next_of("document")["value"] == 1.0 + 2.0**power
            own.write_text("def raised(w:\n")
            problem = events.next_of("problem")
            assert (problem["kind"], problem["file"]) == ("SyntaxError", "power.py")
            own.write_text("def raised(w):\n    return w**3\n")
            assert events.next_of("document")["value"] == 9.0


def test_a_neighbour_that_was_missing_is_seen_when_it_comes(file: Path) -> None:
    file.write_text("from not_yet import w\n\ndef loss(w):\n    return w * w\n")
    with opened(file) as client, client.events(-1) as events:
        assert events.next_of("problem")["kind"] == "ModuleNotFoundError"
        (file.parent / "not_yet.py").write_text("w = 3.0\n")
        assert events.next_of("document")["value"] == 9.0


def replaced(file: Path, text: str) -> bool:
    """As most editors save: another file is put in its place."""
    other = file.with_suffix(".tmp")
    other.write_text(text)
    os.replace(other, file)
    return True


def made_again(file: Path, text: str) -> bool:
    """As some editors save: the file is gone for a while."""
    begun = time.monotonic()
    file.unlink()
    time.sleep(GRACE / 4)
    file.write_text(text)
    return time.monotonic() - begun < GRACE


def piece_by_piece(file: Path, text: str) -> bool:
    """As a slow disk writes."""
    longest, before = 0.0, time.monotonic()
    with file.open("w") as stream:
        for start in range(0, len(text), 20):
            stream.write(text[start : start + 20])
            stream.flush()
            time.sleep(SETTLE / 3)
            longest, before = max(longest, time.monotonic() - before), time.monotonic()
    return longest < SETTLE


def same_size_and_time(file: Path, text: str) -> bool:
    """As tools copy: with the time of the old file."""
    before = file.stat()
    replaced(file, text)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    return True


@pytest.mark.parametrize("save", [replaced, made_again, piece_by_piece, same_size_and_time])
def test_however_a_file_is_saved_no_mistake_is_shown(file: Path, save: Callable[[Path, str], bool]) -> None:
    with opened(file) as client, client.events(-1) as events:
        assert events.next()["document"]["value"] == 5.0
        soon = save(file, OTHER)  # on a machine that is too busy a half-written file may be seen, and told
        document = events.next()["document"] if soon else events.next_of("document")
        assert document["value"] == 9.0


def test_a_file_that_is_gone_is_told_and_may_come_back(file: Path) -> None:
    with opened(file) as client, client.events(STRIDE) as events:
        client.page()
        file.unlink()
        assert "no such file" in events.next_of("problem")["text"]
        file.write_text(OTHER)
        assert events.next_of("document")["value"] == 9.0


def test_of_many_saves_the_last_one_counts(file: Path) -> None:
    with opened(file) as client, client.events(STRIDE) as events:
        client.page()
        for k in range(30):
            file.write_text(RIGHT.replace("2.0", f"{k}.0"))
            time.sleep(0.01)
        while events.next_of("document")["value"] != 1.0 + 29.0**2:
            pass
        assert client.page()["value"] == 1.0 + 29.0**2


def test_a_script_is_run_again_when_it_is_saved(file: Path) -> None:
    file.write_text(SCRIPT.format(rate=0.1))
    with opened(file, function="") as client:
        first = client.page()
        assert first["value"] == 5.0 and any("0.1" in note or "-0.1" in note for note in first["notes"])
        with client.events(STRIDE) as events:
            file.write_text(SCRIPT.format(rate=0.2))
            assert any("-0.2 times" in note for note in events.next_of("document")["notes"])


# Editions: which document a page shows


def test_news_begins_with_what_the_page_has_missed(file: Path) -> None:
    with opened(file) as client:
        client.page()
        with client.events(-1) as events:
            assert events.next()["document"]["value"] == 5.0
            known = events.id
        with client.events(STRIDE) as events:
            file.write_text(OTHER)
            assert events.next()["document"]["value"] == 9.0  # and not 5.0, which it knows
        with client.events(known) as events:
            assert events.next()["document"]["value"] == 9.0


def test_a_question_about_an_old_document_gets_the_new_one(file: Path) -> None:
    moved: dict[str, Any] = {"inputs": [{"variable": 0, "data": [2.0, 2.0]}]}
    with opened(file) as client:
        client.page()
        assert "values" in client.evaluate({**moved, "edition": STRIDE})[1]
        with client.events(STRIDE) as events:
            file.write_text(OTHER)
            events.next_of("document")
        status, answer = client.evaluate({**moved, "edition": STRIDE})
        assert (status, answer["document"]["value"], answer["edition"]) == (200, 9.0, 2 * STRIDE)
        assert "values" in client.evaluate({**moved, "edition": 2 * STRIDE})[1]


BRANCHES = """x = 2.0

def loss(x):
    if x > 0:
        return x * x
    return x * 3.0
"""


def test_two_pages_may_be_on_two_branches(file: Path) -> None:
    file.write_text(BRANCHES)
    with opened(file) as client:
        document = client.page()
        result = document["programs"][0]["outputs"][0]

        def ask(x: float, edition: int) -> Any:
            return client.evaluate({"inputs": [{"variable": 0, "data": [x]}], "edition": edition})[1]

        other = ask(-1.0, STRIDE)
        assert other["document"]["value"] == -3.0 and other["edition"] == STRIDE + 1
        own = other["document"]["programs"][0]["outputs"][0]
        assert {v["variable"]: v["data"] for v in ask(3.0, STRIDE)["values"]}[result] == [9.0]
        assert {v["variable"]: v["data"] for v in ask(-2.0, STRIDE + 1)["values"]}[own] == [-6.0]
        assert ask(1.0, STRIDE + 1)["document"]["value"] == 1.0


def test_a_wrong_file_leaves_the_old_document_alive(file: Path) -> None:
    with opened(file) as client:
        result = client.page()["programs"][0]["outputs"][0]
        with client.events(STRIDE) as events:
            file.write_text("def")
            events.next_of("problem")
        answer = client.evaluate({"inputs": [{"variable": 0, "data": [3.0, 4.0]}], "edition": STRIDE})[1]
        assert {v["variable"]: v["data"] for v in answer["values"]}[result] == [25.0]


def test_a_move_that_does_not_end_is_stopped_and_the_page_recovers(file: Path) -> None:
    file.write_text("x = 2.0\n\ndef loss(x):\n    if x < 0:\n        while True:\n            pass\n    return x * x\n")
    with opened(file, seconds=4.0) as client:
        assert client.page()["value"] == 4.0
        problem = client.evaluate({"inputs": [{"variable": 0, "data": [-1.0]}]})[1]["problem"]
        assert (problem["kind"], problem["line"]) == ("Too long", 5) or problem["line"] == 6
        assert client.evaluate({"inputs": [{"variable": 0, "data": [1.0]}]})[1]["document"]["value"] == 4.0
        assert "values" in client.evaluate({"inputs": [{"variable": 0, "data": [1.0]}]})[1]


def test_a_move_that_ends_python_is_told_and_the_page_recovers(file: Path) -> None:
    file.write_text("import os\nx = 2.0\n\ndef loss(x):\n    if x < 0:\n        os._exit(3)\n    return x * x\n")
    with opened(file) as client:
        client.page()
        problem = client.evaluate({"inputs": [{"variable": 0, "data": [-1.0]}]})[1]["problem"]
        assert problem["kind"] == "Ended" and "exit code 3" in problem["text"]
        assert client.evaluate({"inputs": [{"variable": 0, "data": [1.0]}]})[1]["document"]["value"] == 4.0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_what_the_code_has_started_ends_with_it(file: Path) -> None:
    file.write_text(
        "import os, time\nif (started := os.fork()) == 0:\n    time.sleep(1000)\n"
        "open('started', 'w').write(str(started))\nos._exit(5)\n".replace("'started'", repr(str(file) + ".pid"), 1)
    )
    with opened(file) as client:
        assert "exit code 5" in client.page()["text"]
        started = int(Path(f"{file}.pid").read_text())
        deadline = time.monotonic() + 5
        while Path(f"/proc/{started}").exists() and time.monotonic() < deadline:
            if ") Z " in Path(f"/proc/{started}/stat").read_text():
                break
            time.sleep(0.02)
        else:
            assert not Path(f"/proc/{started}").exists()


def test_no_process_is_left_behind(file: Path) -> None:
    with opened(file) as client:
        client.page()
        session = client.server.session
        processes = [p for p in (session._kept, session._running, session._spare) if p is not None]
        assert processes
    deadline = time.monotonic() + 5
    while any(p.alive for p in processes) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(p.alive for p in processes)


def test_values_are_the_authors_to_the_last_bit(file: Path) -> None:
    with opened(file) as client:
        document = client.page()
        answer = client.evaluate({"inputs": [{"variable": 0, "data": [0.1, 0.2]}]})[1]
        found = {v["variable"]: v["data"] for v in answer["values"]}
        assert found[document["programs"][0]["outputs"][0]] == [float(np.sum(np.array([0.1, 0.2]) ** 2))]
