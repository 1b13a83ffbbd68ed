"""`whygrad demo` shows what it says it shows: the derivation, the verification, the published figures."""

import contextlib
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from whygrad.cli import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def demo(folder: Path) -> str:
    with contextlib.chdir(folder):
        result = CliRunner(env={"COLUMNS": "100"}).invoke(main, ["demo"])
    assert result.exit_code == 0, result.output
    return result.output


def rows(text: str) -> list[str]:
    return [" ".join(row.split()) for row in text.split("\n")]


def test_the_demo_shows_the_code_and_the_six_lines(demo: str) -> None:
    assert "    k1 = 1 / (1 + np.exp(-(X @ syn0)))\n" in demo
    for line in ("dk2 = k2 - y", "dz2 = dk2 * k2 * (1 - k2)", "dsyn1 = k1.T @ dz2", "dk1 = dz2 @ syn1.T",
                 "dz1 = dk1 * k1 * (1 - k1)", "dsyn0 = X.T @ dz1"):  # fmt: skip
        assert demo.count(f"  {line}") >= 2  # among the programs, and with its reason


def test_the_demo_proves(demo: str) -> None:
    proof = demo.partition("Proved for all values")[2]
    assert "Claim. For all real syn0 (3 × 1), syn1 (1 × 1)" in proof
    assert re.search(r"^4 entries, .* s\. ∎$", proof, re.MULTILINE)


def test_the_demo_verifies(demo: str) -> None:
    assert "verified: " in demo
    assert re.search(r"^ +syn0 +\(3, 4\) .* ok$", demo, re.MULTILINE)
    assert re.search(r"^ +syn1 +\(4, 1\) .* ok$", demo, re.MULTILINE)


@pytest.mark.parametrize(
    ("step", "published"),
    [
        ("0", "0.496410031903"),
        ("10,000", "0.00858452565325"),
        ("20,000", "0.00578945986251"),
        ("30,000", "0.00462917677677"),
        ("40,000", "0.00395876528027"),
        ("50,000", "0.00351012256786"),
    ],
)
def test_the_tutorial_s_figures_are_met_to_twelve_digits(demo: str, step: str, published: str) -> None:
    assert f"{step} {published} {published} ✓ 12 digits" in rows(demo)


def test_the_trained_outputs_are_those_of_exclusive_or(demo: str) -> None:
    assert "outputs for (0,0), (0,1), (1,0), (1,1): 0.0026, 0.9967, 0.9970, 0.0039" in rows(demo)
    assert "differs" not in demo


def test_mazur_s_example_is_run_by_both_rules(demo: str) -> None:
    table = rows(demo)
    assert "E after round 1 0.291027774 0.291027924 0.291027924" in table
    assert "E after 10,000 0.0000351019 0.0000350848 0.0000351085" in table
    assert "output 1 0.015913620 0.015912196 0.015912196" in table
    assert "output 2 0.984064274 0.984065734 0.984065734" in table


def test_the_demo_finds_the_slip(demo: str) -> None:
    told = demo.partition("whygrad check slip.py")[2]
    assert "\nk1_error = k2_error.dot(syn1.T)\n" in told
    assert re.search(r"^slip\.py:29:\d+: wrong gradient: ", told, re.MULTILINE)
    assert re.search(r"^   29 \|         k1_error = k2_error\.dot\(syn1\.T\)$", told, re.MULTILINE)
    assert re.search(r"^   fix: k1_error = ", told, re.MULTILINE)


def test_the_demo_is_plain_and_fits_the_terminal(demo: str) -> None:
    assert "\x1b" not in demo
    assert max(len(row) for row in demo.split("\n") if not row.startswith("  file:")) <= 110
    assert not re.search(r"^(rule's|the)$", demo, re.MULTILINE)  # no word alone on a row


def test_what_the_demo_names_next_exists(demo: str) -> None:
    for command in re.findall(r"^  whygrad (\w+) ", demo, re.MULTILINE):
        assert command in main.commands


def test_the_demo_leaves_the_tutorials_page_and_says_how_to_open_it(demo: str, folder: Path) -> None:
    (page,) = folder.iterdir()
    assert page.name == "whygrad-demo.html"
    assert "  whygrad-demo.html (" in demo
    assert f"open it in a browser\n  {page.as_uri()}\n" in demo
    assert "dsyn0 = X.T @ dz1" in page.read_text(encoding="utf-8")
