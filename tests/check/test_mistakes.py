"""The programs of docs/mistakes.md: each kind has one, its right lines are right, and `whygrad check` says the same."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from whygrad.checking.kinds import KINDS

ROOT = Path(__file__).parents[2]
WRONG = ROOT / "examples" / "wrong"
LABELS: dict[str, Any] = json.loads((WRONG / "labels.json").read_text(encoding="utf-8"))


def load_pages() -> Any:
    spec = importlib.util.spec_from_file_location("pages", ROOT / "docs" / "pages.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


pages = load_pages()


def sources(name: str) -> tuple[str, str, Any]:
    """The program, the program with its right lines, and the mistake."""
    source = (WRONG / f"{name}.py").read_text(encoding="utf-8")
    (mistake,) = LABELS[name]["mistakes"]
    return source, pages.mended(source, mistake["fix"]), mistake


def test_every_kind_has_a_program() -> None:
    assert [labels["mistakes"][0]["kind"] for labels in LABELS.values()] == list(KINDS)
    assert {file.stem for file in WRONG.glob("*.py")} == set(LABELS)


@pytest.mark.parametrize("name", LABELS)
def test_the_right_lines_step_along_the_gradient_of_the_loss(name: str) -> None:
    """Along a random direction the loss rises as the first step says, by one rate for all parameters."""
    _, right, _ = sources(name)
    start, after = pages.ran(right, 0), pages.ran(right, 1)
    moved = [n for n, v in start.items() if isinstance(v, np.ndarray) and not np.array_equal(v, after[n])]
    rng = np.random.default_rng(3)
    rates = []
    for parameter in moved:
        direction = rng.normal(size=start[parameter].shape)
        step = np.sum((after[parameter] - start[parameter]) * direction)

        def loss(h: float, parameter: str = parameter, direction: Any = direction) -> float:
            change = f"{parameter} += np.array({(h * direction).tolist()})"
            return float(pages.ran(right, 1, change)["loss"])

        h = 1e-5
        slope = (8 * (loss(h) - loss(-h)) - (loss(2 * h) - loss(-2 * h))) / (12 * h)
        rates.append(-step / slope)
    np.testing.assert_allclose(rates, rates[0], rtol=1e-6)
    assert rates[0] > 0


@pytest.mark.parametrize("name", [name for name in LABELS if name != "forward_mismatch"])
def test_the_wrong_lines_do_not(name: str) -> None:
    source, right, _ = sources(name)
    if name == "shape_error":
        with pytest.raises(ValueError, match="mismatch"):
            pages.ran(source, 1)
    else:
        assert max(pages.steps_off(source, right).values()) > 0.01


NOT_YET = {"slope_at_wrong_point", "sign", "time_steps", "regularisation", "normalisation", "no_effect"} | {
    "forward_mismatch",
    "unknown",
}
"""What the check does not name as its page does, so far."""


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.xfail(strict=False)) if n in NOT_YET else n for n in LABELS]
)
def test_the_check_names_the_line_and_the_kind_and_mends_it(name: str) -> None:
    from whygrad.checking.checker import check_source

    source, _, mistake = sources(name)
    (finding,) = check_source(source, str(WRONG / f"{name}.py")).findings
    assert finding.line in mistake["lines"]
    assert finding.kind in mistake["kinds"]
    assert finding.verified
