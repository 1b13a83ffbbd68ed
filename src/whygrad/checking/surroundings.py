"""What is around a program while it is checked: the same each time, quick, and nothing of the user's is changed.

Random numbers start from a seed, also of generators made without one. The clock ticks by itself and sleeping takes no
time. Plots are drawn nowhere. The working folder is the program's; files that it writes go into a folder of the run's
own, where it finds them again.
"""

from __future__ import annotations

import contextlib
import os
import random
import sys
import time
from collections.abc import Iterator

import numpy as np

from whygrad.checking.files import kept_files, replaced
from whygrad.checking.harmless import DRAWING, PROGRESS, Finder, forget_harmless

START = 1_700_000_000.0
TICK = 1e-3
"""Seconds that pass between two looks at the clock."""


@contextlib.contextmanager
def surroundings(file: str, seed: int = 0) -> Iterator[None]:
    """See the head of this file. Afterwards, all of this is as it was."""
    with contextlib.ExitStack() as stack:
        for part in (
            np.errstate(),
            np.printoptions(),
            seeded(seed),
            _clock(),
            _no_plots(),
            _folder(file),
            kept_files(),
        ):
            stack.enter_context(part)
        yield


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Random numbers are the same each time, also of generators that are made without a seed."""
    states = np.random.get_state(), random.getstate()
    np.random.seed(seed)
    random.seed(seed)
    try:
        with replaced(np.random.bit_generator, randbits=random.Random(seed).getrandbits):
            yield
    finally:
        np.random.set_state(states[0])
        random.setstate(states[1])


@contextlib.contextmanager
def _clock() -> Iterator[None]:
    ticks = 0

    def elapsed() -> float:
        nonlocal ticks
        ticks += 1
        return ticks * TICK

    def now() -> float:
        return START + elapsed()

    def sleep(seconds: float) -> None:
        return None

    with replaced(
        time,
        time=now,
        time_ns=lambda: int(now() * 1e9),
        perf_counter=elapsed,
        process_time=elapsed,
        sleep=sleep,
    ):
        yield


@contextlib.contextmanager
def _no_plots() -> Iterator[None]:
    hidden = {n: m for n, m in sys.modules.items() if n.partition(".")[0] in DRAWING | PROGRESS}
    for name in hidden:
        del sys.modules[name]
    finder = Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        forget_harmless()
        sys.modules.update(hidden)


@contextlib.contextmanager
def _folder(file: str) -> Iterator[None]:
    with contextlib.chdir(os.path.dirname(file) or "."):
        yield
