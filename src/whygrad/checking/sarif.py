"""CheckReports as SARIF, the exchange format of code checkers.

OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0, 2020. A rule is a kind of mistake; a verified
fix comes as replacements that an editor can apply.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from whygrad.checking.kinds import KINDS, Kind
from whygrad.checking.printing import shown
from whygrad.checking.report import CheckReport, Edit, Finding, Fix
from whygrad.checking.sources import lines_of

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_sarif(reports: Sequence[CheckReport], version: str) -> str:
    """One run with all reports; what could not be checked is a notification of the tool."""
    rules = list(KINDS)
    run = {
        "tool": {
            "driver": {
                "name": "whygrad",
                "semanticVersion": version,
                "rules": [_rule(kind) for kind in KINDS.values()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": all(report.verdict != "unchecked" for report in reports),
                "toolExecutionNotifications": [_notification(r) for r in reports if r.verdict == "unchecked"],
            }
        ],
        "results": [_result(finding, rules) for report in reports for finding in report.findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _rule(kind: Kind) -> dict[str, Any]:
    return {
        "id": kind.name,
        "shortDescription": {"text": kind.title},
        "fullDescription": {"text": kind.lesson},
        "help": {"text": f"In training: {kind.shows}\n\n{kind.lesson}"},
        "defaultConfiguration": {"level": "error"},
    }


def _result(finding: Finding, rules: list[str]) -> dict[str, Any]:
    label = f"\n{finding.label}" if finding.label else ""
    why = f"\nwhy: {finding.why}" if finding.why else ""
    told: dict[str, Any] = {
        "ruleId": finding.kind,
        "ruleIndex": rules.index(finding.kind),
        "level": "error",
        "message": {"text": f"{finding.message}{label}{why}"},
        "locations": [_location(finding.file, _region(finding))],
        "properties": {"verified": finding.verified},
    }
    if finding.also:
        told["relatedLocations"] = [
            {"id": number, **_location(finding.file, {"startLine": line}), "message": {"text": "part of the mistake"}}
            for number, line in enumerate(finding.also, 1)
        ]
    if finding.fix is not None and finding.verified:
        told["fixes"] = [_fix(finding.fix, finding)]
    return told


def _region(finding: Finding) -> dict[str, int]:
    ends = max(finding.end_column, finding.column + 1)
    return {"startLine": finding.line, "startColumn": finding.column, "endColumn": ends}


def _fix(fix: Fix, finding: Finding) -> dict[str, Any]:
    lines = lines_of(fix.file)
    return {
        "description": {"text": finding.checked or "the derived gradients agree with this change"},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(fix.file),
                "replacements": [_replacement(edit, lines) for edit in fix.edits],
            }
        ],
    }


def _replacement(edit: Edit, lines: list[str]) -> dict[str, Any]:
    """Whole lines: an insertion deletes nothing before its line; a deletion takes the line's end with it."""
    old = edit.old.split("\n")
    if not edit.old:
        region = {"startLine": edit.line, "startColumn": 1, "endLine": edit.line, "endColumn": 1}
        return {"deletedRegion": region, "insertedContent": {"text": f"{edit.new}\n"}}
    if not edit.new and edit.line + len(old) <= len(lines):
        region = {"startLine": edit.line, "startColumn": 1, "endLine": edit.line + len(old), "endColumn": 1}
        return {"deletedRegion": region}
    region = {
        "startLine": edit.line,
        "startColumn": 1,
        "endLine": edit.line + len(old) - 1,
        "endColumn": len(old[-1]) + 1,
    }
    return {"deletedRegion": region, "insertedContent": {"text": edit.new}}


def _notification(report: CheckReport) -> dict[str, Any]:
    region = {"startLine": report.line} if report.line else None
    instead = f"\ninstead: {report.instead}" if report.instead else ""
    return {
        "level": "error",
        "message": {"text": f"{report.reason}{instead}"},
        "locations": [_location(report.file, region)],
    }


def _location(file: str, region: dict[str, int] | None) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _artifact(file)}
    if region is not None:
        place["region"] = region
    return {"physicalLocation": place}


def _artifact(file: str) -> dict[str, str]:
    """Where the file is: seen from the folder that we are in, where it is below it."""
    name = shown(file)
    if Path(name).is_absolute():
        return {"uri": Path(name).as_uri()}
    return {"uri": quote(Path(name).as_posix()), "uriBaseId": "%SRCROOT%"}
