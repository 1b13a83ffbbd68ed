"""Pages written by commands: where they are, and how to look at them."""

from __future__ import annotations

from whygrad.explaining.derivation import Derivation


def page_written(d: Derivation, path: str) -> tuple[str, str]:
    """Write the page of a derivation; what to tell about it, and its address for a browser."""
    file = d.save(path)
    size = file.stat().st_size / 1000
    return f"{path} ({size:,.0f} kB, needs no network): open it in a browser", file.absolute().as_uri()
