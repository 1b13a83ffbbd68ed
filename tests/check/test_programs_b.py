"""The programs of this hand are what their labels say: wrong ones are wrong, each fix is needed and enough."""

import json
import sys
from pathlib import Path

import pytest

from whygrad.checking.kinds import KINDS

sys.path.insert(0, str(Path(__file__).parent))

from proving_steps import (
    disagreement,
    disagreement_but_for_a_factor,
    mended,
    run_program,
    slopes,
)

FOLDER = Path(__file__).parent / "programs" / "b"
LABELS = json.loads((FOLDER / "labels.json").read_text(encoding="utf-8"))
PROOFS = json.loads((FOLDER / "proofs.json").read_text(encoding="utf-8"))
SOURCES = {name: (FOLDER / f"{name}.py").read_text(encoding="utf-8") for name in LABELS}
WRONG = sorted(name for name, label in LABELS.items() if label["verdict"] == "wrong")
RIGHT = sorted(name for name, label in LABELS.items() if label["verdict"] == "right")
SEED = 3
AGREES, DIFFERS = 1e-5, 1e-3


def stops(mistake):
    return "shape-error" in mistake["kinds"]


def test_every_program_has_a_label_and_a_proof():
    files = {path.stem for path in FOLDER.glob("*.py")}
    assert files == set(LABELS) == set(PROOFS)


@pytest.mark.parametrize("name", sorted(LABELS))
def test_a_program_runs(name):
    if any(stops(mistake) for mistake in LABELS[name]["mistakes"]):
        with pytest.raises((ValueError, TypeError)):
            run_program(SOURCES[name], name)
    else:
        run_program(SOURCES[name], name)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_program_computes_the_gradient(name):
    assert disagreement(slopes(SOURCES[name], PROOFS[name], seed=SEED)) < AGREES


@pytest.mark.parametrize("name", WRONG)
def test_all_fixes_together_mend_a_wrong_program(name):
    source = mended(SOURCES[name], LABELS[name]["mistakes"])
    assert disagreement(slopes(source, PROOFS[name], seed=SEED)) < AGREES


@pytest.mark.parametrize("name", WRONG)
def test_every_mistake_alone_makes_the_program_wrong(name):
    mistakes = LABELS[name]["mistakes"]
    for one in mistakes:
        source = mended(SOURCES[name], [other for other in mistakes if other is not one])
        if stops(one):
            with pytest.raises((ValueError, TypeError)):
                slopes(source, PROOFS[name], seed=SEED)
        else:
            assert disagreement_but_for_a_factor(slopes(source, PROOFS[name], seed=SEED)) > DIFFERS


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_names_lines_of_code_and_known_kinds(name):
    lines = SOURCES[name].split("\n")
    for mistake in LABELS[name]["mistakes"]:
        assert mistake["line"] == mistake["lines"][0] and mistake["kind"] == mistake["kinds"][0]
        assert set(mistake["kinds"]) <= set(KINDS)
        for number in mistake["lines"]:
            assert lines[number - 1].strip() and not lines[number - 1].lstrip().startswith("#")
        assert any(lines[number - 1] != text for number, text in mistake["fix"])
