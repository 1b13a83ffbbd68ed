"""The shape of the code base: which room may import which, and other promises about the source as a whole."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import whygrad

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "whygrad"
SOURCES = sorted(PACKAGE.rglob("*.py"))

# A room imports only from itself and from rooms before it. `__init__` holds the public names: it has a rule
# of its own, below, and stands where a room may first use them.
ROOMS = [
    *("errors", "program", "rules", "watching", "differentiation", "proving", "explaining", "checking"),
    *("compiling", "exporting", "api", "__init__", "serving", "learning", "shown", "commands", "testing"),
    *("notebook", "cli"),
    "__main__",
]
INIT_IMPORTS = {"api", "errors"}

HEAVY = {"click", "rich", "scipy", "sympy", "jax", "torch", "llvmlite"}
LONGEST_FILE = 500


def room_of(path: Path, package: Path = PACKAGE) -> str:
    return path.relative_to(package).parts[0].removesuffix(".py")


def imported_rooms(path: Path, package: Path = PACKAGE) -> Iterator[tuple[int, str]]:
    """(line, room) of every import of whygrad's own code, wherever in the file it stands."""
    here = ("whygrad", *path.relative_to(package).parts[:-1])  # what one leading dot means
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[tuple[str, ...]] = []
        match node:
            case ast.Import():
                names = [tuple(alias.name.split(".")) for alias in node.names]
            case ast.ImportFrom():
                base = here[: len(here) - node.level + 1] if node.level else ()
                base += tuple(node.module.split(".")) if node.module else ()
                names = [(*base, alias.name) for alias in node.names]
            case ast.Constant(value=str(text)) if re.fullmatch(r"(whygrad)?(\.[a-z_]+)+", text):
                # a module's name in a text: import_module("whygrad.api"), a table of lazy names
                names = [("whygrad", *text.removeprefix("whygrad")[1:].split("."))]
                if names[0][1] not in ROOMS:
                    continue
        for name in names:
            if name[0] == "whygrad":
                yield node.lineno, name[1] if len(name) > 1 and name[1] in ROOMS else "__init__"


def forbidden_imports(path: Path, package: Path = PACKAGE) -> list[str]:
    room = room_of(path, package)
    allowed = INIT_IMPORTS if room == "__init__" else set(ROOMS[: ROOMS.index(room) + 1])
    return [
        f"{path.relative_to(package)}:{line}: {room} imports {imported}"
        for line, imported in imported_rooms(path, package)
        if imported not in allowed
    ]


def test_every_room_is_on_the_list():
    assert {room_of(path) for path in SOURCES} <= set(ROOMS)


def test_a_room_imports_only_from_rooms_above_it():
    assert [finding for path in SOURCES for finding in forbidden_imports(path)] == []


@pytest.mark.parametrize(
    ("file", "source", "imported"),
    [
        ("rules/table.py", "def late():\n    from whygrad.watching import watch", "watching"),
        ("rules/table.py", "from ..watching.names import resolve", "watching"),
        ("rules/table.py", "from .. import errors, api", "api"),
        ("rules/table.py", "from whygrad import grad", "__init__"),
        ("rules/table.py", "import whygrad", "__init__"),
        ("errors.py", "from .program import Span", "program"),
        ("errors.py", "import importlib\nimportlib.import_module('whygrad.cli')", "cli"),
        ("__init__.py", "from .rules import elementwise", "rules"),
        ("__init__.py", "LAZY = {'explain': '.explaining'}", "explaining"),
    ],
)
def test_the_gate_sees_an_import_from_below(tmp_path, file, source, imported):
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(source)
    (finding,) = forbidden_imports(path, tmp_path)
    assert finding.endswith(f"imports {imported}")


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("rules/table.py", "from .. import errors\nfrom ..program import Step\nfrom .formulas import parse"),
        ("api.py", "from whygrad.differentiation.reverse import pull_back\nimport numpy.linalg"),
        ("__init__.py", "from .api import grad\nfrom .errors import WhygradError"),
        ("cli.py", "from whygrad import derive\nimport whygrad.learning"),
    ],
)
def test_the_gate_lets_imports_from_above_pass(tmp_path, file, source):
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(source)
    assert forbidden_imports(path, tmp_path) == []


def test_no_room_bears_a_public_name():
    # `import whygrad.NAME` would put the module where the function was
    assert set(whygrad.__all__).isdisjoint(ROOMS)


def test_every_file_is_short_enough_to_read():
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_importing_whygrad_loads_nothing_heavy():
    code = "import sys; before = set(sys.modules); import whygrad; print(*set(sys.modules) - before)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = run.stdout.split()
    assert "whygrad" in loaded
    assert HEAVY.isdisjoint(loaded)


def test_no_file_names_a_path_of_the_machine_it_was_written_on():
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached"]
    command += ["--others", "--exclude-standard"]  # files that are about to be added count as well
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    assert Path(__file__) in paths
    machine_path = re.compile(rb"(?<![\w.])/(?:work|root)/")
    assert [str(path) for path in paths if machine_path.search(path.read_bytes())] == []


def test_a_first_gradient_loads_no_part_of_numpy_that_it_does_not_need():
    code = (
        "import sys, numpy; before = set(sys.modules); import whygrad; whygrad.grad(lambda x: x * x)(3.0); "
        "print(*(set(sys.modules) - before))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert loaded.isdisjoint({"numpy.random", "numpy.testing", "numpy.ma", "numpy.polynomial", "scipy", "sympy"})
