"""The corpus is sound, and a seeded sample of it is checked as well as it was when the floors were set."""

import os
import random
import subprocess
import sys
from importlib.util import find_spec

import pytest

from check.cases import HERE, Case, programs
from check.corpus import figures, judged, told
from check.planting import planted
from whygrad.checking.kinds import KINDS

SEED = int(os.environ.get("WHYGRAD_SEED", "5"))
SAMPLE = 16
"""So many wrong programs, and half as many right ones, are checked by the tests."""

PLANTED = 8
"""So many planted mistakes."""

FLOORS = {"line": 0.0, "kind": 0.0, "fix": 0.0}
"""Shares of the wrong programs in the sample. `make corpus` has the figures of all."""
FALSE_ALARMS = 1.0

CASES = programs() + programs(held_out=True)


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.group}/{case.name}") for case in CASES])
def test_labels_fit_their_programs(case: Case) -> None:
    if case.verdict != "unchecked":
        compile(case.source, case.name, "exec", dont_inherit=True)
    assert case.verdict in {"right", "wrong", "unchecked"}
    assert bool(case.mistakes) == (case.verdict == "wrong")
    count = len(case.source.split("\n"))
    for mistake in case.mistakes:
        assert mistake.line in mistake.lines
        assert mistake.kind in mistake.kinds
        assert set(mistake.kinds) <= set(KINDS)
        assert all(1 <= line <= count for line in mistake.lines)
    if case.verdict == "wrong":
        right = case.right_source()
        assert right is not None and right != case.source
        compile(right, case.name, "exec", dont_inherit=True)


def test_held_out_labels_are_proven_by_finite_differences() -> None:
    proof = HERE / "held_out" / "prove.py"
    run = subprocess.run([sys.executable, str(proof)], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_sample_is_checked_as_well_as_it_was(tmp_path) -> None:
    if find_spec("whygrad.checking.process") is None:
        pytest.skip("there is no checker yet")
    draw = random.Random(SEED)
    wrong = [case for case in programs() if case.verdict == "wrong"]
    right = [case for case in programs() if case.verdict == "right"]
    hosts = draw.sample(right, min(PLANTED, len(right)))
    sample = draw.sample(wrong, min(SAMPLE, len(wrong))) + draw.sample(right, min(SAMPLE // 2, len(right)))
    sample += planted(hosts, tmp_path, number=PLANTED, seed=SEED)
    results = list(judged(sample))
    counted = figures(results)
    missed = "\n".join(filter(None, map(told, results))) + f"\nseed {SEED}"
    assert counted.total.line >= FLOORS["line"] * counted.total.number, missed
    assert counted.total.kind >= FLOORS["kind"] * counted.total.number, missed
    assert counted.total.fix >= FLOORS["fix"] * counted.total.number, missed
    assert counted.false_alarms <= FALSE_ALARMS * counted.right, missed


def test_planted_mistakes_are_the_same_for_one_seed_and_make_another_step(tmp_path) -> None:
    right = [case for case in programs() if case.verdict == "right"][:4]
    first = planted(right, tmp_path / "one", number=8, seed=SEED)
    again = planted(right, tmp_path / "two", number=8, seed=SEED)
    assert first and [case.source for case in first] == [case.source for case in again]
    for case in first:
        (mistake,) = case.mistakes
        assert case.source != case.mended
        assert mistake.line in mistake.lines
