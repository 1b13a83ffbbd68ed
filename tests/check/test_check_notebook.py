"""%%whygrad_check puts a program together from cells, and its report speaks of the cells."""

from pathlib import Path

from check import reports
from whygrad.checking.notebook import Cell, assembled, checked, placed
from whygrad.checking.printing import as_text

IMPORTS = Cell("In[1]", "import numpy as np\n%matplotlib inline")
DATA = Cell("In[2]", "X = np.eye(3)\ny = X.sum()")
OTHER = Cell("In[3]", "z = 3")
OLD = Cell("In[4]", "def slope(k):\n    return k")
NEW = Cell("In[5]", "def slope(k):\n    return k * (1 - k)")
DATA_CELL = """\
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])
syn0, syn1 = 2 * np.random.random((3, 4)) - 1, 2 * np.random.random((4, 1)) - 1
"""
LOOP_CELL = "\n".join(reports.NET.split("\n")[4:])
CELL = Cell("cell", "%%whygrad_check\nw = np.ones(3)\nw -= slope(X @ w)")


def test_a_cell_brings_what_it_needs_and_nothing_else() -> None:
    program = assembled(CELL, [IMPORTS, DATA, OTHER, OLD, NEW])
    assert program.source.split("\n") == [
        *("import numpy as np", "", "X = np.eye(3)", "y = X.sum()", "def slope(k):", "    return k * (1 - k)"),
        *("", "w = np.ones(3)", "w -= slope(X @ w)", ""),
    ]
    assert program.places[2] == ("In[2]", 1)
    assert program.places[8] == ("cell", 3)


def test_a_report_speaks_of_the_cells_and_quotes_their_lines(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    cell = Cell("cell", f"%%whygrad_check\n{reports.NET}")
    program = assembled(cell, [Cell("In[1]", "syn0 = 1\nsyn1 = 2\n")])
    found = reports.wrong("ignored.py", reports.slip("ignored.py"))
    moved = placed(
        type(found)(found.file, "wrong", findings=(type(found.findings[0])("f", 13, 16, 24, "sign", "wrong"),)), program
    )
    assert as_text(moved).startswith(
        "cell:11:16: wrong gradient: wrong\n"
        "   11 |     k1_error = k2_error.dot(syn1.T)\n"
        "      |                ^^^^^^^^\n"
    )


def test_ipython_knows_the_magic() -> None:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "whygrad")
    assert "whygrad_check" in shell.magics_manager.magics["cell"]


def test_a_cell_is_checked_as_a_program_and_not_run_here(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    earlier = [Cell("In[1]", "import numpy as np\n"), Cell("In[2]", DATA_CELL), Cell("In[3]", "raise SystemExit")]
    report = checked("", LOOP_CELL, earlier)
    assert report.verdict == "wrong", report
    finding = report.findings[0]
    assert (finding.file, finding.line) == ("cell", 7)
    assert finding.fix is not None and finding.fix.edits[0].line == 7
    assert "   7 |     k1_error = k2_error.dot(syn1.T)" in as_text(report)
    assert list(tmp_path.iterdir()) == []
