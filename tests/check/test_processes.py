"""What cannot be checked is said in one sentence, with its line and what to do."""

from pathlib import Path

import pytest

from whygrad.checking.process import check_file
from whygrad.checking.report import CheckReport

TRAINED = """import numpy as np
rng = np.random.RandomState(0)
X, y, w = rng.randn(6, 3), rng.randn(6, 1), rng.randn(3, 1)
for i in range(60000):
    p = X @ w
    loss = 0.5 * np.sum((p - y) ** 2)
    w -= 0.01 * X.T @ (p - y)
"""


def checked(folder: Path, text: str | bytes, *args: str, seconds: float = 20.0) -> CheckReport:
    file = folder / "net.py"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return check_file(str(file), args, time_limit=seconds)


def test_a_right_program_is_right(tmp_path: Path) -> None:
    report = checked(tmp_path, TRAINED)
    assert (report.verdict, report.file) == ("right", str(tmp_path / "net.py"))


@pytest.mark.parametrize(
    ("text", "line", "reason", "instead"),
    [
        ("import numpy as np\nprint 'loss', 3\n", 2, "Python 2: print needs brackets", "print('loss', 3)"),
        ("try:\n    x = 1\nexcept ValueError, e:\n    pass\n", 3, "Python 2", "2to3"),
        ("x = 0\nfor i in xrange(3):\n    x += i\n", 2, "Python 2: xrange is written range", "2to3"),
        ("x = 1\nprint(x + undefined)\n", 2, "NameError", "python stops there too"),
        ("def f(:\n    pass\n", 1, "not Python", "mend"),
        (b"\x00\x01\x02", None, "no Python file", ""),
        ("import numpy as np\nimport not_there_at_all\n", 2, "the package not_there_at_all", "install"),
        ("import numpy as np\nX = np.loadtxt('mnist.csv')\n", 2, "the file mnist.csv", "put it"),
        ("import sys\nif len(sys.argv) < 2:\n    sys.exit('usage: net.py DATA')\n", None, "usage: net.py DATA", "give"),
        ("while True:\n    pass\n", 1, "did not come to an end within 2 s", "--time"),
        ("import numpy as np\nprint(np.ones(3).sum())\n", None, "nothing is updated", ""),
        ("import torch\nloss = torch.ones(3).sum()\nloss.backward()\n", 3, "made by torch", "NumPy"),
        ("import jax\nfrom jax import grad\ng = grad(lambda x: x * x)\n", 3, "made by jax", "NumPy"),
    ],
    ids=[
        "print",
        "except",
        "xrange",
        "error",
        "syntax",
        "binary",
        "package",
        "file",
        "usage",
        "endless",
        "nothing",
        "torch",
        "jax",
    ],
)
def test_what_cannot_be_checked_says_why(
    text: str | bytes, line: int | None, reason: str, instead: str, tmp_path: Path
) -> None:
    report = checked(tmp_path, text, seconds=2.0)
    assert report.verdict == "unchecked"
    assert report.line == line
    assert reason in report.reason
    assert instead in report.instead


def test_files_of_the_user_are_not_written(tmp_path: Path) -> None:
    kept = tmp_path / "weights.npy"
    kept.write_bytes(b"precious")
    text = (
        TRAINED
        + "np.save('weights.npy', w)\nopen('log.txt', 'w').write('x')\nassert np.load('weights.npy').size == 3\n"
    )
    assert checked(tmp_path, text).verdict == "right"
    assert kept.read_bytes() == b"precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net.py", "weights.npy"]


def test_arguments_are_the_program_s(tmp_path: Path) -> None:
    text = "import sys\nn = int(sys.argv[1])\n" + TRAINED.replace("60000", "n")
    assert checked(tmp_path, text, "50").verdict == "right"


def test_a_run_that_is_another_each_time_is_refused(tmp_path: Path) -> None:
    text = TRAINED + "import uuid\nname = uuid.uuid4().hex\n"
    report = checked(tmp_path, text)
    assert (report.verdict, report.line) == ("unchecked", 9)
    assert "the watched run differs from a plain one, in name" in report.reason
