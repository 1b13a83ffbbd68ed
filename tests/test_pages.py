"""The pages of docs/ that are made from the code are what the code makes, and say all of it."""

import importlib.util
from pathlib import Path

import pytest

from whygrad import errors
from whygrad.rules import IDIOMS, ROWS
from whygrad.rules.idioms import written

DOCS = Path(__file__).parents[1] / "docs"


def load_pages():
    spec = importlib.util.spec_from_file_location("pages", DOCS / "pages.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


pages = load_pages()


@pytest.mark.parametrize("name", pages.PAGES)
def test_a_page_is_what_the_code_makes(name):
    committed = (DOCS / name).read_text(encoding="utf-8")
    assert committed == pages.page(name), f"docs/{name} is out of date: make docs writes it anew"


def test_every_row_and_every_idiom_has_its_place():
    text = (DOCS / "rules.md").read_text(encoding="utf-8")
    for row in ROWS.values():
        if row.kind == "nondiff":
            assert f"* `{row.code.replace('{', '').replace('}', '')}`:" in text
        else:
            assert f"\n### {row.name}\n" in text
            for formula in row.formulas.values():
                assert f"`{formula}`" in text
    for found in IDIOMS.values():
        for idiom in found:
            assert all(f"`{way}`" in text for way in written(idiom.text))


def test_every_error_has_an_example_and_a_way_out():
    text = (DOCS / "errors.md").read_text(encoding="utf-8")
    for kind in pages.error_types(errors):
        section = text.partition(f"\n## {kind.__name__}\n")[2].partition("\n## ")[0]
        assert section, kind.__name__
        assert "```text" in section or kind.__name__ in pages.NOWHERE


def test_every_message_in_the_code_is_listed():
    """Found by reading the source, so that a new one cannot be forgotten."""
    text = (DOCS / "errors.md").read_text(encoding="utf-8")
    said = pages.messages()
    assert sum(map(len, said.values())) > 40
    for name, ways in said.items():
        if hasattr(errors, name):
            for what in ways:
                assert pages._cell(what) in text, what
