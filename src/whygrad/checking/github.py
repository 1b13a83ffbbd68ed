"""A CheckReport as GitHub's workflow commands, which it shows beside the lines of a change."""

from __future__ import annotations

from whygrad.checking.kinds import KINDS
from whygrad.checking.printing import right_in_a_line, shown
from whygrad.checking.report import CheckReport, Finding


def as_github(report: CheckReport) -> str:
    """A command for each finding; a warning where nothing could be checked; a plain line where all is right."""
    if report.verdict == "right":
        rows = [f"{_uri(report.file)}: right: {right_in_a_line(report)}"]
    elif report.verdict == "unchecked":
        text = report.reason + (f"\ninstead: {report.instead}" if report.instead else "")
        rows = [_command("warning", report.file, {"line": report.line or 1, "title": "cannot check"}, text)]
    else:
        rows = [_error(finding) for finding in report.findings]
    notes = [_command("notice", report.file, {"line": n.line, "title": "note"}, n.text) for n in report.notes if n.line]
    return "\n".join([*rows, *notes]) + "\n"


def _error(finding: Finding) -> str:
    said = [finding.message]
    if finding.label:
        said.append(f"this {finding.label}" if finding.label.startswith("is ") else finding.label)
    if finding.why:
        said.append(f"why: {finding.why}")
    if finding.fix is not None:
        for edit in finding.fix.edits:
            said.append(f"fix, line {edit.line}: {edit.new.strip() or '(delete it)'}")
    if not finding.verified:
        said.append("not verified")
    place = {
        "line": finding.line,
        "col": finding.column,
        "endColumn": finding.end_column,
        "title": f"{KINDS[finding.kind].headline}: {finding.kind}",
    }
    return _command("error", finding.file, place, "\n".join(said))


def _command(name: str, file: str, properties: dict[str, object], text: str) -> str:
    told = ",".join(f"{key}={_property(str(value))}" for key, value in {"file": _uri(file), **properties}.items())
    return f"::{name} {told}::{_data(text)}"


def _data(text: str) -> str:
    """Commands end with the line, so what would end it is written as %-numbers."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _uri(file: str) -> str:
    return shown(file).replace("\\", "/")
