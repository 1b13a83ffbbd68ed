"""The corpus: programs whose first wrong line is known, given to the checker, and how often it says so.

Every folder below `programs/` has complete programs as people write them and a `labels.json` that tells what is wrong
with each; `held_out/` has the same from a hand that does not develop the checker. `make corpus` runs them all and
prints a table: kind × (number, first line right, kind right, fix verified), and the false alarms. "Mends elsewhere"
counts findings at another line whose edit makes the same step as the right program: not right by the label, not wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
if str(HERE.parent) not in sys.path:  # run as a script: what stands beside is imported as it is in the tests
    sys.path.insert(0, str(HERE.parent))

from check.answers import Answer, Question, answers  # noqa: E402
from check.cases import Case, programs  # noqa: E402
from check.oracle import departure, differs, step  # noqa: E402
from check.planting import planted  # noqa: E402

TIME_LIMIT = 20.0
PLANTED = 1000
"""So many planted mistakes in each half of the programs, where all is run."""


@dataclass(frozen=True)
class Result:
    """What the checker said about one case, and whether that is so."""

    case: Case
    verdict: str
    seconds: float
    findings: tuple[dict[str, Any], ...] = ()
    reason: str = ""

    @property
    def first(self) -> dict[str, Any] | None:
        return self.findings[0] if self.verdict == "wrong" and self.findings else None

    @property
    def line_right(self) -> bool:
        return self.first is not None and self.first["line"] in self.case.mistakes[0].lines

    @property
    def kind_right(self) -> bool:
        return self.first is not None and self.first["kind"] in self.case.mistakes[0].kinds

    @property
    def verified(self) -> bool:
        return self.first is not None and bool(self.first["verified"])

    @property
    def mends_elsewhere(self) -> bool:
        """The line is another than the label's, and yet the step is the right program's once its edit is made."""
        if self.first is None or self.line_right or not self.verified or len(self.case.mistakes) > 1:
            return False
        right, base = self.case.right_source(), None
        if right is not None:
            base = step(right, self.case.args)
        if base is None:
            return False
        other = departure(base, with_fix(self.case.source, self.first["fix"]), self.case.args)
        return not other.problem and not differs(base, other, set(base.change))

    @property
    def all_found(self) -> bool:
        lines = {finding["line"] for finding in self.findings}
        return self.verdict == "wrong" and all(lines.intersection(mistake.lines) for mistake in self.case.mistakes)


def with_fix(source: str, fix: dict[str, Any] | None) -> str:
    """The source with the edits of a finding made."""
    lines = source.split("\n")
    for edit in sorted(fix["edits"] if fix else [], key=lambda edit: edit["line"], reverse=True):
        place = edit["line"] - 1
        count = len(edit["old"].split("\n")) if edit["old"] else 0
        lines[place : place + count] = edit["new"].split("\n") if edit["new"] else []
    return "\n".join(lines)


def judged(cases: Sequence[Case], *, processes: int = 2, time_limit: float = TIME_LIMIT) -> Iterator[Result]:
    """The results, as they come."""
    questions = [Question(case.file, case.args, case.loss) for case in cases]
    for number, answer in answers(questions, processes=processes, time_limit=time_limit):
        yield result_of(cases[number], answer)


def result_of(case: Case, answer: Answer) -> Result:
    report = answer.report
    if report is None:
        return Result(case, "unchecked", answer.seconds, reason=answer.problem)
    return Result(case, report["verdict"], answer.seconds, tuple(report["findings"]), report["reason"] or "")


@dataclass
class Row:
    """The figures of one kind."""

    number: int = 0
    line: int = 0
    kind: int = 0
    fix: int = 0
    elsewhere: int = 0
    found: int = 0
    said_right: int = 0
    unchecked: int = 0

    def add(self, result: Result) -> None:
        self.number += 1
        self.line += result.line_right
        self.kind += result.kind_right
        self.fix += result.verified
        self.elsewhere += result.mends_elsewhere
        self.found += result.all_found
        self.said_right += result.verdict == "right"
        self.unchecked += result.verdict == "unchecked"


@dataclass
class Figures:
    """What is counted: a row for each kind of first mistake, right and uncheckable programs, times."""

    rows: dict[str, Row] = field(default_factory=dict)
    total: Row = field(default_factory=Row)
    right: int = 0
    false_alarms: int = 0
    right_unchecked: int = 0
    uncheckable: int = 0
    uncheckable_told: int = 0
    seconds: list[float] = field(default_factory=list)

    def add(self, result: Result) -> None:
        self.seconds.append(result.seconds)
        match result.case.verdict:
            case "right":
                self.right += 1
                self.false_alarms += result.verdict == "wrong"
                self.right_unchecked += result.verdict == "unchecked"
            case "unchecked":
                self.uncheckable += 1
                self.uncheckable_told += result.verdict == "unchecked"
            case _:
                self.rows.setdefault(result.case.mistakes[0].kind, Row()).add(result)
                self.total.add(result)


def figures(results: Iterable[Result]) -> Figures:
    counted = Figures()
    for result in results:
        counted.add(result)
    return counted


HEADS = (
    "first mistake",
    "number",
    "line",
    "kind",
    "fix verified",
    "mends elsewhere",
    "all found",
    "said right",
    "unchecked",
)


def table(counted: Figures) -> str:
    """The figures as text."""
    rows = [HEADS] + [cells(kind, row) for kind, row in sorted(counted.rows.items())]
    rows.append(cells("all", counted.total))
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    lines = ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows]
    lines.insert(-1, "-" * len(lines[0]))
    lines.append("")
    lines.append(
        f"right programs {counted.right}: false alarms {share(counted.false_alarms, counted.right)}, "
        f"unchecked {share(counted.right_unchecked, counted.right)}"
    )
    if counted.uncheckable:
        lines.append(f"programs that cannot be checked {counted.uncheckable}: told {counted.uncheckable_told}")
    if counted.seconds:
        lines.append(f"seconds: median {median(counted.seconds):.2f}, longest {max(counted.seconds):.2f}")
    return "\n".join(lines)


def cells(kind: str, row: Row) -> tuple[str, ...]:
    counts = (row.line, row.kind, row.fix, row.elsewhere, row.found, row.said_right, row.unchecked)
    return (kind, str(row.number), *(share(count, row.number) for count in counts))


def share(count: int, number: int) -> str:
    return f"{count} ({100 * count / number:.0f} %)" if number else "0"


def told(result: Result) -> str | None:
    """What went wrong with a case, in one line; None if nothing did."""
    case, first = result.case, result.first
    got = f"line {first['line']} {first['kind']}: {first['message']}" if first else f"{result.verdict} {result.reason}"
    name = f"{case.group}/{case.name}"
    if case.verdict != "wrong":
        return None if result.verdict == case.verdict else f"{name}: is {case.verdict} ({case.odd}); got {got}"
    if result.line_right and result.kind_right and result.verified and result.all_found:
        return None
    marks = [
        said
        for fine, said in (
            (result.line_right, "line"),
            (result.kind_right, "kind"),
            (result.verified, "not verified"),
            (result.all_found or len(case.mistakes) == 1, "others"),
        )
        if not fine
    ]
    mistake = case.mistakes[0]
    also = ", ".join(f"{one.line} {one.kind}" for one in case.mistakes[1:])
    lines = "/".join(map(str, mistake.lines))
    expected = f"line {lines} {'/'.join(mistake.kinds)}" + (f" (then {also})" if also else "")
    others = ", ".join(f"{one['line']} {one['kind']}" for one in result.findings[1:])
    return f"{name}: [{', '.join(marks)}] expected {expected}; got {got}" + (f" (then {others})" if others else "")


def record(result: Result) -> dict[str, Any]:
    """One result as JSON."""
    case = result.case
    return {
        "name": case.name,
        "group": case.group,
        "verdict": case.verdict,
        "mistakes": [asdict(mistake) for mistake in case.mistakes],
        "got": {
            "verdict": result.verdict,
            "reason": result.reason,
            "findings": result.findings,
            "seconds": round(result.seconds, 3),
        },
        "line": result.line_right if case.mistakes else None,
        "kind": result.kind_right if case.mistakes else None,
        "verified": result.verified if case.mistakes else None,
    }


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How often the checker finds the first wrong line.")
    parser.add_argument("names", nargs="*", help="only programs whose name or folder has one of these in it")
    parser.add_argument("--all", action="store_true", help="all programs, and planted mistakes, a table for each")
    parser.add_argument("--held-out", action="store_true", help="the programs of held_out/ instead of programs/")
    parser.add_argument("--planted", type=int, default=0, metavar="N", help="N planted mistakes too")
    parser.add_argument("--only-planted", action="store_true", help="the planted mistakes, not the programs themselves")
    parser.add_argument("--seed", type=int, default=0, help="of the planted mistakes")
    parser.add_argument(
        "--keep", metavar="FOLDER", help="write the programs with planted mistakes there, and keep them"
    )
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--time-limit", type=float, default=TIME_LIMIT, help="seconds for one program")
    parser.add_argument("--json", metavar="FILE", help="write all results there")
    parser.add_argument("--verbose", action="store_true", help="tell what was missed")
    return parser.parse_args()


def main() -> None:
    asked = arguments()
    results: list[Result] = []
    for held_out in (False, True) if asked.all else (asked.held_out,):
        cases = programs(held_out=held_out)
        if asked.names:
            cases = [case for case in cases if any(name in f"{case.group}/{case.name}" for name in asked.names)]
        whose = "held out" if held_out else "developed with"
        if not asked.only_planted:
            results += shown(f"Programs, {whose}", cases, asked)
        count = asked.planted or (PLANTED if asked.all else 0)
        if count:
            with tempfile.TemporaryDirectory() as folder:
                mistakes = planted(cases, Path(asked.keep or folder), number=count, seed=asked.seed)
                results += shown(f"Planted in programs, {whose}", mistakes, asked)
    if asked.json:
        Path(asked.json).write_text(json.dumps([record(result) for result in results], indent=1, ensure_ascii=False))


def shown(title: str, cases: Sequence[Case], asked: argparse.Namespace) -> list[Result]:
    """The cases judged, and their table printed."""
    results = []
    for result in judged(cases, processes=asked.processes, time_limit=asked.time_limit):
        results.append(result)
        missed = told(result) if asked.verbose else None
        if missed:
            print(missed, flush=True)
    print(f"{title}\n\n{table(figures(results))}\n", flush=True)
    return results


if __name__ == "__main__":
    main()
