"""--fix writes what was verified into the file that was checked, keeps the old one, and refuses when unsure."""

from pathlib import Path

import pytest

from check import reports
from whygrad.checking.report import Edit, Finding, Fix
from whygrad.commands import mending
from whygrad.commands.target import TargetError


def verified(file: str, *edits: Edit) -> Finding:
    return Finding(file, edits[0].line, 1, 2, "unknown", "wrong", fix=Fix(file, edits), verified=True)


def test_the_line_is_written_and_the_old_file_kept(tmp_path: Path) -> None:
    file = reports.written(tmp_path)
    before = Path(file).read_bytes()
    (change,) = mending.mended(reports.wrong(file), before)
    mending.write(change)
    assert Path(file).read_text() == reports.NET.replace(reports.WRONG, reports.RIGHT)
    assert Path(f"{file}.orig").read_bytes() == before
    assert change.lines == (10,)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_and_encoding_stay_as_they_are(end: str, last: bool) -> None:
    rows = ["# -*- coding: latin-1 -*-", "größe = 1", "b = 2", "c = 3"]
    source = (end.join(rows) + (end if last else "")).encode("latin-1")
    edits = (Edit(4, "c = 3", "c = 4"), Edit(2, "größe = 1", "größe = 5"), Edit(3, "", "new = 1\nnewer = 2"))
    made = mending.with_edits(source, edits, "net.py")
    wanted = [rows[0], "größe = 5", "new = 1", "newer = 2", "b = 2", "c = 4"]
    assert made == (end.join(wanted) + (end if last else "")).encode("latin-1")


def test_lines_are_put_in_taken_out_and_replaced_by_several() -> None:
    source = b"a\nb\nc\nd\n"
    edits = (Edit(1, "", "first"), Edit(2, "b\nc", "bc"), Edit(4, "d", ""), Edit(5, "", "last"))
    assert mending.with_edits(source, edits, "net.py") == b"first\na\nbc\nlast\n"


def test_two_findings_may_mend_one_line_one_after_the_other_or_alike() -> None:
    assert mending.with_edits(b"a = x\n", (Edit(1, "a = x", "a = y"), Edit(1, "a = y", "a = z")), "n") == b"a = z\n"
    assert mending.with_edits(b"a = x\n", (Edit(1, "a = x", "a = y"), Edit(1, "a = x", "a = y")), "n") == b"a = y\n"


def test_a_file_that_has_changed_since_is_not_touched(tmp_path: Path) -> None:
    file = reports.written(tmp_path)
    before = Path(file).read_bytes()
    Path(file).write_text(reports.NET + "# saved meanwhile\n", encoding="utf-8")
    with pytest.raises(TargetError, match="has changed since it was checked: nothing is fixed"):
        mending.mended(reports.wrong(file), before)


def test_another_kept_file_is_not_lost(tmp_path: Path) -> None:
    file = reports.written(tmp_path)
    Path(f"{file}.orig").write_text("an older one")
    with pytest.raises(TargetError, match=r"net\.py\.orig is there already, with another content"):
        mending.mended(reports.wrong(file), Path(file).read_bytes())
    Path(f"{file}.orig").write_bytes(Path(file).read_bytes())
    assert mending.mended(reports.wrong(file), Path(file).read_bytes())


def test_a_line_that_reads_otherwise_than_expected_is_refused(tmp_path: Path) -> None:
    file = reports.written(tmp_path)
    report = reports.wrong(file, verified(file, Edit(10, "    something else", "x = 1")))
    with pytest.raises(TargetError, match=r"net\.py:10 reads otherwise than the fix expects"):
        mending.mended(report, Path(file).read_bytes())


def test_what_is_not_verified_is_not_applied(tmp_path: Path) -> None:
    file = reports.written(tmp_path)
    assert mending.mended(reports.wrong(file, reports.several_edits(file)), Path(file).read_bytes()) == []
