"""Every `>>>` example in README.md and docs/ runs, and prints what the page says that it prints."""

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

# A fence is no part of the output above it. It becomes an empty line, so that line numbers stay true.
FENCE = re.compile(r"^[ ]*(```|~~~).*$", re.MULTILINE)


def run_examples(text: str, name: str) -> str:
    """What doctest has to say about the examples in a Markdown text; empty when all of them hold."""
    test = doctest.DocTestParser().get_doctest(FENCE.sub("", text), {"__name__": "__main__"}, name, name, 0)
    said: list[str] = []
    doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS).run(test, out=said.append)
    return "".join(said)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_examples_in_a_document_hold(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # an example may save a file
    failures = run_examples(path.read_text(encoding="utf-8"), path.name)
    assert not failures, failures


def test_a_closing_fence_is_not_taken_for_output():
    assert run_examples("```python\n>>> 1 + 1\n2\n```\n", "page") == ""


def test_a_wrong_example_is_reported_with_its_line():
    assert 'File "page", line 2' in run_examples("```python\n>>> 1 + 1\n3\n```\n", "page")
