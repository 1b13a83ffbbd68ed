"""The author's names of the variables of a run."""

from __future__ import annotations

import bisect

from whygrad.watching.recording import Recording, Site, span_of


def name_of(recording: Recording, index: int) -> str:
    """The author's name of a variable; empty where there is none."""
    origin = recording.origins.get(index)
    if origin is not None and origin.path:
        return origin.path
    span = span_of(origin.site if origin is not None else site_of(recording, index))
    return span.name if span else ""


def site_of(recording: Recording, index: int) -> Site | None:
    """Where a step's variable was made (steps stand in the order of their outputs)."""
    number = bisect.bisect_left(recording.steps, index, key=lambda step: step[3])
    found = number < len(recording.steps) and recording.steps[number][3] == index
    return recording.sites[number] if found else None
