"""What a person, an editor and a build server read of a check."""

import json
from pathlib import Path
from typing import Any

import pytest

from check import reports
from schemas import problems
from whygrad.checking.as_json import SCHEMA, as_json
from whygrad.checking.github import as_github
from whygrad.checking.kinds import KINDS, QUESTIONS
from whygrad.checking.printing import as_rich, as_text, summary
from whygrad.checking.report import CheckedParameter, CheckReport
from whygrad.checking.sarif import as_sarif


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    return reports.written(tmp_path)


# Text


def test_a_finding_reads_as_the_issue_shows_it(file: str) -> None:
    assert as_text(reports.wrong(file)).split("\n\n")[0] == (
        "net.py:10:16: wrong gradient: the error is sent back instead of the gradient; k2's slope is missing\n"
        "   10 |     k1_error = k2_error.dot(syn1.T)\n"
        "      |                ^^^^^^^^ is −∂E/∂k2. Through syn1 comes back −∂E/∂z2 = k2_error · k2(1 − k2), "
        "kept in k2_delta (line 9)\n"
        "   why: k1 reaches the loss through z2 = k1 @ syn1 (line 7) and then through the sigmoid\n"
        "   fix: k1_error = k2_delta.dot(syn1.T)\n"
        "   checked: with this change both gradients agree with ½ Σ (y − k2)² to 3e-11"
    )


def test_the_loss_and_the_parameters_stand_below(file: str) -> None:
    assert as_text(reports.wrong(file)).split("\n\n")[1] == (
        "   loss: ½ Σ (y − k2)², taken to be this: the gradient at the output is its derivative\n"
        "   parameter  gradient  relative error\n"
        "   syn1       line 12            3e-11  agrees\n"
        "   syn0       line 13             0.41  wrong\n"
    )


def test_a_fix_of_several_lines_is_a_diff(file: str) -> None:
    text = as_text(reports.wrong(file, reports.several_edits(file)))
    assert (
        "   fix:\n"
        "    8 -     k2_error = y - k2\n"
        "   11 -     k1_delta = k1_error * k1 * (1 - k1)\n"
        "      +     slope = k1 * (1 - k1)\n"
        "      +     k1_delta = k1_error * slope\n"
        "   12 +     assert k1_delta.shape == k1.shape\n"
        "   not verified: no run has shown that this fix mends the gradients; take it as a hint\n"
        "   also: lines 8 and 12: part of the same mistake\n"
    ) in text


def test_parameters_of_one_line_in_a_loop_have_one_row(file: str) -> None:
    many = [CheckedParameter("W[i]", 12, False, 0.1 * n, None) for n in (1, 3, 2)]
    text = as_text(CheckReport(file, "wrong", None, tuple(many), (reports.slip(file),)))
    assert text.endswith(
        "   parameter        gradient  relative error\n   W[i], 3 of them  line 12              0.3  wrong\n"
    )


def test_right_is_one_line_with_what_was_checked_to_which_accuracy(file: str) -> None:
    first, note, *rest = as_text(reports.right(file)).split("\n")
    assert first == "net.py: right: both gradients (syn1 and syn0) agree with those of Σ (y − k2)² to 3e-11"
    assert note == "net.py:12: note: all gradients are 4 times as long: the same direction, another rate"
    assert rest == [""]


def test_unchecked_has_the_reason_the_line_and_what_to_do(file: str) -> None:
    assert as_text(reports.unchecked(file)) == (
        "net.py:5: cannot check: no parameter is updated\n"
        "   5 | for j in range(60000):\n"
        "   instead: name a function that returns the loss and its gradients: net.py:FUNCTION\n"
    )


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
def test_in_a_terminal_nothing_is_wider_than_it_but_the_authors_own_lines(file: str, width: int) -> None:
    for report in (reports.wrong(file, reports.slip(file)), reports.right(file), reports.unchecked(file)):
        rows = as_text(report, width).split("\n")
        own = reports.NET.split("\n")
        prose = [row for row in rows if not any(line and line.strip() in row for line in own) and "line 1" not in row]
        assert max(len(row) for row in prose) <= max(width, 64), prose
        assert " ".join(" ".join(rows).replace("|", " ").split()).count("^") in (0, 8)


def test_wrapped_text_loses_no_word(file: str) -> None:
    def words(width: int | None) -> list[str]:
        return sorted(as_text(reports.wrong(file), width).replace("|", " ").split())

    assert words(60) == words(80) == words(None)


def test_colours_change_no_letter(file: str) -> None:
    for report in (reports.wrong(file), reports.right(file), reports.unchecked(file)):
        rich = as_rich(report)
        assert [row.rstrip() for row in rich.plain.split("\n")] == as_text(report).split("\n")
        assert rich.spans


def test_a_report_is_true_if_all_is_right_and_its_text_is_what_is_printed(file: str) -> None:
    assert reports.right(file)
    assert not reports.wrong(file)
    assert not reports.unchecked(file)
    assert str(reports.wrong(file)) == as_text(reports.wrong(file))


def test_a_summary_is_one_row(file: str) -> None:
    said = ["".join(text for _, text in summary(make(file))) for make in (reports.wrong, reports.unchecked)]
    assert said == [
        "net.py:10:16: missing-slope: the error is sent back instead of the gradient; k2's slope is missing",
        "net.py:5: cannot check: no parameter is updated",
    ]


def test_a_tab_before_the_marked_piece_stays_a_tab(tmp_path: Path) -> None:
    file = tmp_path / "tabs.py"
    file.write_text(reports.NET.replace("    ", "\t\t\t\t"), encoding="utf-8")
    text = as_text(reports.wrong(str(file)))
    assert "|" + " " + "\t\t\t\t" + " " * 11 + "^^^^^^^^ is" in text


# JSON


def test_json_is_as_the_issue_says(file: str) -> None:
    (finding,) = json.loads(as_json([reports.wrong(file)]))["findings"]
    assert finding == {
        "file": file,
        "line": 10,
        "column": 16,
        "end_column": 24,
        "kind": "missing-slope",
        "message": "the error is sent back instead of the gradient; k2's slope is missing",
        "why": "k1 reaches the loss through z2 = k1 @ syn1 (line 7) and then through the sigmoid",
        "fix": {"line": 10, "old": reports.WRONG, "new": reports.RIGHT},
        "verified": True,
        "also": [],
    }
    told = json.loads(as_json([reports.wrong(file)]))
    assert list(told) == ["verdict", "loss", "parameters", "findings", "notes"]
    assert told["loss"] == {"formula": "½ Σ (y − k2)²", "source": "inferred"}
    assert told["parameters"][1] == {
        "name": "syn0",
        "gradient_line": 13,
        "agrees": False,
        "relative_error": 0.41,
        "scale": None,
    }
    assert json.loads(as_json([reports.unchecked(file)]))["reason"] == "no parameter is updated"
    assert json.loads(as_json([reports.right(file)]))["notes"][0].startswith("line 12: all gradients are 4 times")


def test_json_is_what_its_schema_says(file: str) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    made = [
        *(reports.wrong(file), reports.right(file), reports.unchecked(file)),
        reports.wrong(file, reports.slip(file), reports.several_edits(file)),
    ]
    for report in made:
        assert list(problems(json.loads(as_json([report])), schema, schema)) == []
    several = json.loads(as_json(made))
    assert [list(problems(one, schema, schema)) for one in several] == [[]] * len(made)
    assert [one["file"] for one in several] == [file] * len(made)
    assert list(problems({"verdict": "wrong"}, schema, schema))


def test_the_schema_knows_every_kind() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert schema["$defs"]["finding"]["properties"]["kind"]["enum"] == list(KINDS)


# GitHub


def test_github_gets_a_command_with_the_place_in_one_line(file: str) -> None:
    (row,) = as_github(reports.wrong(file)).splitlines()
    place, text = row.removeprefix("::error ").split("::", 1)
    assert dict(part.split("=") for part in place.split(",")) == {
        "file": "net.py",
        "line": "10",
        "col": "16",
        "endColumn": "24",
        "title": "wrong gradient%3A missing-slope",
    }
    assert text.startswith("the error is sent back instead of the gradient; k2's slope is missing%0A")
    assert text.endswith("fix, line 10: k1_error = k2_delta.dot(syn1.T)")


def test_github_is_warned_of_what_cannot_be_checked_and_told_nothing_of_what_is_right(file: str) -> None:
    assert as_github(reports.unchecked(file)).startswith(
        "::warning file=net.py,line=5,title=cannot check::no parameter"
    )
    right, note = as_github(reports.right(file)).splitlines()
    assert not right.startswith("::")
    assert note.startswith("::notice file=net.py,line=12")


# SARIF


def sarif(*made: CheckReport) -> Any:
    told = json.loads(as_sarif(made, "1.2.3"))
    assert told["version"] == "2.1.0"
    assert told["$schema"].endswith("sarif-2.1.0.json")
    (run,) = told["runs"]
    return run


def test_sarif_has_a_rule_for_each_kind_and_results_point_at_them(file: str) -> None:
    run = sarif(reports.wrong(file, reports.slip(file), reports.several_edits(file)))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(KINDS)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"] == {"uri": "net.py", "uriBaseId": "%SRCROOT%"}
        assert place["region"]["startColumn"] < place["region"]["endColumn"]
    assert [result["properties"]["verified"] for result in run["results"]] == [True, False]
    assert "fixes" not in run["results"][1]
    assert [one["physicalLocation"]["region"]["startLine"] for one in run["results"][1]["relatedLocations"]] == [8, 12]


def test_sarifs_replacements_make_the_line_that_is_right(file: str) -> None:
    run = sarif(reports.wrong(file))
    (change,) = run["results"][0]["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    region, lines = replacement["deletedRegion"], reports.NET.split("\n")
    assert region["startLine"] == region["endLine"] == 10
    assert lines[9][region["startColumn"] - 1 : region["endColumn"] - 1] == reports.WRONG
    assert replacement["insertedContent"]["text"] == reports.RIGHT


def test_what_could_not_be_checked_is_a_notification_of_sarifs(file: str) -> None:
    run = sarif(reports.right(file), reports.unchecked(file))
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    assert invocation["toolExecutionNotifications"][0]["message"]["text"].startswith("no parameter is updated\n")
    assert run["results"] == []


# The kinds


def test_every_kind_has_its_words() -> None:
    for kind in KINDS.values():
        assert kind.title and kind.shows.endswith(".")
        assert kind.lesson.count(". ") == 1 and kind.lesson.endswith("."), kind.name
    assert len(QUESTIONS) == 2


def test_a_multiple_of_the_gradient_is_said_to_be_one_and_another_shape_has_no_error(file: str) -> None:
    odd = CheckedParameter("a", 12, False, 3e-16, 0.25), CheckedParameter("b", 13, False, float("inf"), None)
    text = as_text(CheckReport(file, "wrong", None, odd, (reports.slip(file),)))
    assert text.endswith(
        "   a          line 12                   wrong by a factor\n   b          line 13                   wrong\n"
    )
