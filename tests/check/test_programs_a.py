"""The programs of this hand are what their labels say: they run, the wrong are wrong, and each fix is needed."""

import pytest

from check.proving_programs import Case, cases, disagreement, mended, run_short

pytestmark = pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")

CASES = list(cases("a"))
WRONG = [case for case in CASES if case.label["verdict"] == "wrong"]
RIGHT = [case for case in CASES if case.label["verdict"] == "right"]
SEEDS = (0, 1)
AGREES = 1e-5
DIFFERS = 1e-4


def named(case: Case) -> str:
    return case.name


def stops(case: Case) -> bool:
    return any(mistake["kind"] == "shape-error" for mistake in case.label["mistakes"])


@pytest.mark.parametrize("case", CASES, ids=named)
def test_every_program_runs(case):
    if case.label["verdict"] == "wrong" and stops(case):
        with pytest.raises((ValueError, TypeError)):
            run_short(case.source, case.name)
    else:
        run_short(case.source, case.name)


@pytest.mark.parametrize("case", RIGHT, ids=named)
def test_the_step_of_a_right_program_is_the_gradient(case):
    for seed in SEEDS:
        assert disagreement(case.source, case.name, case.label["proof"], seed) < AGREES


@pytest.mark.parametrize("case", WRONG, ids=named)
def test_all_fixes_together_make_a_wrong_program_right(case):
    source = mended(case.source, case.label["mistakes"])
    run_short(source, case.name)
    for seed in SEEDS:
        assert disagreement(source, case.name, case.label["proof"], seed) < AGREES


@pytest.mark.parametrize("case", WRONG, ids=named)
def test_every_mistake_alone_makes_the_program_wrong(case):
    mistakes = case.label["mistakes"]
    for one in mistakes:
        source = mended(case.source, [other for other in mistakes if other is not one])
        if one["kind"] == "shape-error":
            with pytest.raises((ValueError, TypeError)):
                disagreement(source, case.name, case.label["proof"], 0)
        else:
            assert max(disagreement(source, case.name, case.label["proof"], seed) for seed in SEEDS) > DIFFERS


@pytest.mark.parametrize("case", WRONG, ids=named)
def test_the_lines_of_a_label_are_lines_of_code(case):
    lines = case.source.split("\n")
    for mistake in case.label["mistakes"]:
        assert mistake["line"] == mistake["lines"][0] and mistake["kind"] == mistake["kinds"][0]
        for number in [*mistake["lines"], *(n for n, _ in mistake["fix"])]:
            assert lines[number - 1].strip() and not lines[number - 1].lstrip().startswith("#")
        assert any(lines[n - 1] != text for n, text in mistake["fix"])
