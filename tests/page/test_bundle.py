"""What is built of the page is in the package: it is what `web/` builds, and small."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from page.conftest import missing

WEB = Path(__file__).parents[2] / "web"
STATIC = Path(__file__).parents[2] / "src" / "whygrad" / "explaining" / "static"


def test_the_built_page_is_what_its_source_builds(tmp_path: Path) -> None:
    if shutil.which("npm") is None or not (WEB / "node_modules" / "vite").is_dir():
        missing("what builds the page (Node 20; cd web && npm ci)")
    types = (WEB / "src" / "document" / "types.ts").read_text(encoding="utf-8")
    subprocess.run(
        ["npm", "run", "--silent", "build"], cwd=WEB, check=True, env={**os.environ, "WHYGRAD_PAGE_OUT": str(tmp_path)}
    )
    for name in ("page.js", "more.js", "page.css"):
        assert (tmp_path / name).read_bytes() == (STATIC / name).read_bytes(), f"{name}: run `make page` and commit it"
    assert (WEB / "src" / "document" / "types.ts").read_text(encoding="utf-8") == types


def test_no_two_components_share_the_name_of_their_scoped_classes() -> None:
    """The names are three letters of Svelte's hash of the component's path (web/svelte.config.js)."""
    components = [f"views/{path.name}" for path in WEB.glob("src/views/*.svelte")]
    assert len({svelte_hash(name)[:3] for name in components}) == len(components)
    names = set(re.findall(r"\.W([a-z0-9]{3})\b", (STATIC / "page.css").read_text(encoding="utf-8")))
    assert names <= {svelte_hash(name)[:3] for name in components}


def svelte_hash(text: str) -> str:
    found = 5381
    for character in reversed(text):
        found = (((found << 5) - found) ^ ord(character)) & 0xFFFFFFFF
    digits = ""
    while found:
        found, digit = divmod(found, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits
