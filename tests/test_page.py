"""The page as a file: it holds all it needs, asks for nothing, and what a document says in it can never run."""

import base64
import hashlib
import html
import json
import re
import subprocess
import sys
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import whygrad as wg
from whygrad.cli import main
from whygrad.errors import ArgumentError
from whygrad.explaining.font import SMALL, SMALL_ITALIC, SMALL_UPRIGHT, WHOLE, font_address, font_of
from whygrad.explaining.page import STATIC, page_html
from whygrad.explaining.problem import problem_of
from whygrad.shown import tutorial

LARGEST = 250_000


class Read(HTMLParser):
    """The elements of a page with their attributes and text, as a browser finds them."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[str, dict[str, str | None], str]] = []
        self.open = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), ""))
        self.open = True

    def handle_endtag(self, tag: str) -> None:
        self.open = False

    def handle_data(self, data: str) -> None:
        if self.open:
            tag, attributes, text = self.found[-1]
            self.found[-1] = (tag, attributes, text + data)

    def all(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        return [(attributes, text) for name, attributes, text in self.found if name == tag]

    def one(self, tag: str, **wanted: str) -> str:
        (text,) = [t for attributes, t in self.all(tag) if wanted.items() <= attributes.items()]
        return text

    @property
    def policy(self) -> dict[str, list[str]]:
        (content,) = [a["content"] or "" for a, _ in self.all("meta") if "http-equiv" in a]
        return {name: values for name, *values in (part.split() for part in content.split(";"))}


@pytest.fixture(scope="module")
def derivation() -> Any:
    return wg.derive(tutorial.loss, tutorial.syn0, tutorial.syn1)


@pytest.fixture(scope="module")
def page(derivation: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = derivation.save(str(tmp_path_factory.mktemp("saved") / "tutorial.html"))
    return path.read_text(encoding="utf-8")


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_only_the_script_and_the_style_sheet_that_are_named_by_their_hashes_are_let_in(page: str) -> None:
    read = Read(page)
    assert read.policy == {
        "default-src": ["'none'"],
        "script-src": [hash_of(read.one("script", type="module"))],
        "style-src": [hash_of(read.one("style"))],
        "font-src": ["data:"],
        "img-src": ["data:", "blob:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    assert [a for _, a, _ in read.found if "style" in a] == []


def test_nothing_in_it_is_to_be_fetched(page: str) -> None:
    links = [v or "" for _, a, _ in Read(page).found for k, v in a.items() if k in ("src", "href", "srcset", "data")]
    assert [link for link in links if not link.startswith("data:")] == []
    assert re.findall(r"url\((?!data:|#)[^)]*\)|@import", Read(page).one("style")) == []


def test_the_document_is_in_it_without_what_the_page_computes(page: str, derivation: Any) -> None:
    told, whole = json.loads(Read(page).one("script", id="whygrad-document")), json.loads(derivation.to_json())
    for line in (*whole["forward"], *whole["backward"]):
        del line["formula"]["latex"]
    computed = {output for program in whole["programs"] for step in program["steps"] for output in step["outputs"]}
    for program in whole["programs"]:
        for variable in program["variables"]:
            if variable["index"] in computed:
                variable.pop("data", None)
    assert told == whole
    assert json.loads(Read(page).one("script", id="whygrad-host")) == {"kind": "file"}


def test_the_tutorials_page_is_small(page: str) -> None:
    assert len(page.encode()) <= LARGEST
    assert (STATIC / "page.js").stat().st_size <= 150_000
    assert (STATIC / SMALL).stat().st_size <= 10_500


def test_the_same_derivation_gives_the_same_bytes(page: str, tmp_path: Path) -> None:
    code = (
        "import sys, whygrad as wg; from whygrad.shown import tutorial as t; "
        "wg.derive(t.loss, t.syn0, t.syn1).save(sys.argv[1])"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "page.html")], check=True)
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page


HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]>",
    "&lt;&amp;",
    "<img src=x onerror=alert(1)>",
    "\u2028",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_document_says_stays_text(text: str) -> None:
    document = json.dumps(problem_of(ValueError(text)))
    read = Read(page_html(document, title=text))
    assert [tag for tag, _, _ in read.found] == [
        *("html", "head", "meta", "meta", "meta", "meta", "link", "title", "style", "body", "div", "noscript", "pre"),
        *("script", "script", "script"),
    ]
    assert json.loads(read.one("script", id="whygrad-document"))["what"] == f"ValueError: {text}"


def test_a_served_page_may_ask_the_server_that_it_came_from_and_nobody_else() -> None:
    served = Read(page_html('{"text": ""}', title="", host={"kind": "server", "token": "t"}))
    assert served.policy["connect-src"] == ["'self'"]
    assert json.loads(served.one("script", id="whygrad-host")) == {"kind": "server", "token": "t"}


def test_without_scripts_it_is_read_as_text(page: str) -> None:
    text = html.unescape(page.partition("<noscript><pre>")[2].partition("</pre>")[0])
    assert text.startswith("loss = 0.49")
    assert "    dsyn1 = k1.T @ dz2\n        syn1 reaches L only through z2 = k1 @ syn1 (line 15).\n" in text


def test_it_is_saved_where_it_is_wanted_under_the_very_name(derivation: Any, tmp_path: Path) -> None:
    assert derivation.save(tmp_path / "page") == tmp_path / "page"
    assert [path.name for path in tmp_path.iterdir()] == ["page"]
    assert b"\r" not in (tmp_path / "page").read_bytes()


def test_a_folder_that_is_missing_is_named(derivation: Any, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"page\.html: there is no folder .*missing"):
        derivation.save(tmp_path / "missing" / "page.html")
    with pytest.raises(ArgumentError, match="a folder, not a file"):
        derivation.save(tmp_path)


def test_a_notebook_gets_a_frame_that_can_touch_nothing_and_text_where_there_are_no_frames(derivation: Any) -> None:
    shown = Read(derivation._repr_html_())
    ((attributes, _),) = shown.all("iframe")
    assert attributes["sandbox"] == "allow-scripts allow-downloads"
    assert attributes["title"] == "The gradient of loss, step by step"
    inside = Read(attributes["srcdoc"] or "")
    assert json.loads(inside.one("script", id="whygrad-host")) == {"kind": "frame"}
    assert inside.policy["default-src"] == ["'none'"]
    assert "dsyn0 = X.T @ dz1" in shown.one("pre")


def test_names_with_signs_of_html_stay_names_in_a_notebook() -> None:
    def f(p):
        return np.sum(p["<b>"] ** 2)

    f.__name__ = '"><script>'
    d = wg.derive(f, {"<b>": np.array([1.0, 2.0])})
    assert [tag for tag, _, _ in Read(d._repr_html_()).found] == ["iframe", "pre"]


def test_the_command_writes_a_page_and_says_how_to_look_at_it(tmp_path: Path) -> None:
    (tmp_path / "curve.py").write_text("def f(x):\n    return 2 * x**2\n")
    target = tmp_path / "curve.html"
    explain = ["explain", f"{tmp_path / 'curve.py'}:f", "--at", "x=1.5", "--html"]
    result = CliRunner().invoke(main, [*explain, str(target)])
    assert result.exit_code == 0, result.output
    size = target.stat().st_size / 1000
    how = f"{target} ({size:.0f} kB, needs no network): open it in a browser, {target.as_uri()}\n"
    assert result.stdout == how
    both = CliRunner().invoke(main, [*explain, str(target), "--format", "code"])
    assert "def f_value_and_grad" in both.stdout
    assert both.stderr == how
    lost = CliRunner().invoke(main, [*explain, str(tmp_path / "no" / "curve.html")])
    assert lost.exit_code == 2
    assert lost.stderr.endswith(f"there is no folder {tmp_path / 'no'}\n")


def characters_of(name: str) -> tuple[Any, set[str]]:
    ttLib = pytest.importorskip("fontTools.ttLib")
    pytest.importorskip("brotli")
    font = ttLib.TTFont(STATIC / name)
    return font, set(map(chr, font.getBestCmap()))


@pytest.mark.parametrize("name", [WHOLE, SMALL])
def test_a_font_has_a_table_for_formulas_and_brackets_that_grow_to_any_size(name: str) -> None:
    font, has = characters_of(name)
    assert {"∂", "∑", "√", "⊙", "⊤", "′", "𝟏", "𝑥", "ℎ", "𝜎", "(", "[", "{", "|"} <= has
    variants = font["MATH"].table.MathVariants
    assemblies = dict(zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction, strict=True))
    for sign in {*"()[]{}|‖⌊⌋⌈⌉√"} & has:
        pieces = assemblies[font.getBestCmap()[ord(sign)]].GlyphAssembly.PartRecords
        repeated = [piece for piece in pieces if piece.PartFlags & 1]
        assert repeated
        overlaps = [n for piece in repeated for n in (piece.StartConnectorLength, piece.EndConnectorLength)]
        assert min(overlaps) >= variants.MinConnectorOverlap, sign
    assert font["name"].getDebugName(14) == "https://openfontlicense.org"
    assert "SIL OPEN FONT LICENSE" in (STATIC / "math.OFL.txt").read_text(encoding="utf-8")


def test_a_script_for_what_few_programs_need_comes_where_one_needs_it_and_where_the_file_may_change(page: str) -> None:
    def scripts(text: str) -> int:
        return sum(attributes.get("type") != "application/json" for attributes, _ in Read(text).all("script"))

    inverse = wg.derive(lambda a: np.linalg.inv(a).sum(), np.array([[2.0, 1.0], [0.0, 1.0]]))
    assert scripts(page) == 1
    assert scripts(page_html(inverse.to_json(), title="")) == 2
    assert scripts(page_html('{"text": ""}', title="", host={"kind": "server", "token": "t"})) == 2


def test_the_small_font_is_a_part_of_the_other_and_has_what_it_is_said_to_have() -> None:
    (small, has), (whole, has_too) = characters_of(SMALL), characters_of(WHOLE)
    assert has <= has_too
    assert has >= SMALL_UPRIGHT
    italics = {c for c in has if "MATHEMATICAL ITALIC" in unicodedata.name(c)} | {"ℎ"}
    assert {unicodedata.normalize("NFKC", c) for c in italics} == SMALL_ITALIC
    for c in has:
        one, other = (f["glyf"][f.getBestCmap()[ord(c)]].getCoordinates(f["glyf"])[0] for f in (small, whole))
        assert one == other, c


@pytest.mark.parametrize(
    ("formula", "font"),
    [
        ("<mi>x</mi>", SMALL),
        ('<msub id="f0" data-over="‖"><mi id="f1">σ</mi><mn>1</mn></msub>', SMALL),
        ("<mtext>learning_rate&#160;</mtext><mo>&lt;</mo><mo>\u2062</mo><mi>∞</mi>", SMALL),
        ("<mtext>σ</mtext>", WHOLE),  # upright
        ("<mi>Γ</mi>", WHOLE),
        ("<mi>α</mi>", WHOLE),
        ("<mo>‖</mo>", WHOLE),
        ("<mi>ж</mi>", WHOLE),
    ],
)
def test_a_page_has_the_small_font_where_that_has_all_its_letters(formula: str, font: str) -> None:
    assert font_of(json.dumps({"forward": [{"formula": {"text": "‖Γ‖", "mathml": f"<math>{formula}</math>"}}]})) == font


def test_a_page_has_one_font_and_a_page_that_is_told_of_other_documents_the_whole(page: str) -> None:
    assert font_address(SMALL) in page
    assert page.count("@font-face") == 1
    assert font_address(WHOLE) in page_html('{"text": ""}', title="", host={"kind": "server", "token": "t"})
