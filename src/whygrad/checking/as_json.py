"""A CheckReport as a JSON document, which `check.schema.json` beside this file describes."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from whygrad.checking.report import CheckReport, Finding, Fix

SCHEMA = Path(__file__).with_name("check.schema.json")


def as_json(reports: Sequence[CheckReport]) -> str:
    """One report as an object; several as a list of such objects, each with its file."""
    if len(reports) == 1:
        told: Any = document(reports[0])
    else:
        told = [{"file": report.file, **document(report)} for report in reports]
    return json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False)


def document(report: CheckReport) -> dict[str, Any]:
    """The report as plain lists and dicts. A number that is not finite is null, as JSON has none."""
    loss = report.loss
    told: dict[str, Any] = {
        "verdict": report.verdict,
        "loss": None if loss is None else {"formula": loss.formula, "source": loss.source},
        "parameters": [
            {
                "name": p.name,
                "gradient_line": p.gradient_line,
                "agrees": p.agrees,
                "relative_error": _finite(p.relative_error),
                "scale": _finite(p.scale),
            }
            for p in report.parameters
        ],
        "findings": [_finding(finding) for finding in report.findings],
        "notes": [f"line {note.line}: {note.text}" if note.line else note.text for note in report.notes],
    }
    if report.verdict == "unchecked":
        told |= {"reason": report.reason, "line": report.line, "instead": report.instead}
    return told


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "end_column": finding.end_column,
        "kind": finding.kind,
        "message": finding.message,
        "why": finding.why,
        "fix": None if finding.fix is None else _fix(finding.fix),
        "verified": finding.verified,
        "also": list(finding.also),
    }


def _fix(fix: Fix) -> dict[str, Any]:
    """The first edit, which is at the wrong line; where there are more, also all of them, as `edits`."""
    told = [{"line": edit.line, "old": edit.old, "new": edit.new} for edit in fix.edits]
    return {**told[0], **({"edits": told} if len(told) > 1 else {})}


def _finite(number: float | None) -> float | None:
    return float(number) if number is not None and math.isfinite(number) else None
