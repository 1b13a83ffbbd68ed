"""Programs as people write them, run watched: the same values and the same output as a plain run gives."""

import gc
import linecache
import os
from pathlib import Path

import numpy as np
import pytest

from whygrad.checking.plain import run_plain
from whygrad.checking.running import read_source, run_watched
from whygrad.checking.values import difference, values_of

SHAPES = Path(__file__).parent / "shapes"
PROGRAMS = sorted(path.stem for path in SHAPES.glob("*.py") if path.stem != "companion")


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_watched_run_is_the_plain_run(name: str) -> None:
    file = str(SHAPES / f"{name}.py")
    source = read_source(file)
    watched = run_watched(source, file)
    assert watched.problem is None
    names, output, problem = run_plain(source, file, (), watched.cuts)
    assert problem is None
    assert watched.output == output
    assert difference(values_of(watched.namespace), values_of(names)) is None


@pytest.mark.parametrize("name", PROGRAMS)
def test_two_updates_are_run_and_no_more(name: str) -> None:
    file = str(SHAPES / f"{name}.py")
    watched = run_watched(read_source(file), file)
    assert len(watched.recording.steps) < 10_000
    assert watched.cuts


def test_nothing_stays_behind(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text("import numpy as np\nw = np.ones(3)\nfor i in range(100):\n    w -= 0.1 * w\nprint(w)\n")
    before = os.getcwd(), np.random.get_state()[1].tolist(), set(linecache.cache)
    edited = file.read_text().replace("0.1", "0.2")
    for _ in range(3):
        run = run_watched(edited, str(file))
    assert run.output == "[0.64 0.64 0.64]\n"
    span = run.recording.sites[-1]
    assert span is not None
    del run, span
    gc.collect()
    assert (os.getcwd(), np.random.get_state()[1].tolist()) == before[:2]
    assert set(linecache.cache) - before[2] <= {str(file)}
