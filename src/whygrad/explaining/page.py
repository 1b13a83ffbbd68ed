"""A derivation as a page: one HTML file that brings everything it needs and asks nobody for anything.

The front end is built from `web/` into static/. Here it is put together with the document, the font of the formulas,
and a content security policy that names the only script and the only style sheet by their hashes: nothing that the
document says can run, and the page reaches no network (a served page reaches the server that it came from).
"""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whygrad.errors import ArgumentError
from whygrad.explaining.font import FONT, WHOLE, font_address, font_of
from whygrad.explaining.text import as_text

if TYPE_CHECKING:
    from whygrad.explaining.derivation import Derivation

STATIC = Path(__file__).with_name("static")
FILE: Mapping[str, Any] = {"kind": "file"}
FRAME: Mapping[str, Any] = {"kind": "frame"}
FRAME_HEIGHT = 720
"""Of the page in a notebook, in pixels."""
WORDS_WIDTH = 100
"""Of the text that stands in a notebook where no page is shown, in characters: the same wherever it is made."""
OWN = frozenset(
    {
        *("add", "subtract", "multiply", "divide", "power", "negative", "absolute", "sign", "cast", "where"),
        *("maximum", "minimum", "greater", "greater_equal", "less", "less_equal", "equal", "not_equal"),
        *("exp", "log", "sqrt", "log1p", "expm1", "sin", "cos", "tanh", "arctan", "floor", "ceil"),
        *("sum", "prod", "max", "min", "argmax", "argmin", "reshape", "transpose", "broadcast_to", "matmul"),
    }
)
"""The primitives that the page's own module knows: web/src/interpreter/primitives.ts. A page that needs another one
carries more.js, too."""
UP_TO_SIGN = frozenset({"eigenvectors", "left_vectors", "right_vectors"})
"""What is known up to signs: the page takes them from the values."""
COUNTABLE = re.compile(r"float(16|32|64)|u?int\d+|bool")
"""The types that the page computes with."""
MOST_IN_WORDS = 300
"""A reader without scripts gets so many lines."""


def page_html(document: str, *, title: str, host: Mapping[str, Any] = FILE) -> str:
    """The page as HTML.

    Arguments:
        document: JSON, of a derivation or of a problem.
        title: what the browser's tab says.
        host: who runs the page: {"kind": "file"}, "frame", or "server" with its token.

    Returns:
        The same HTML for the same document.
    """
    changes = host["kind"] == "server"  # a served page is told of other documents
    letters = WHOLE if changes else font_of(document)
    font = f'@font-face{{font-family:"{FONT}";src:url({font_address(letters)}) format("woff2")}}\n'
    script, style = script_text(), font + style_text() + PAGE_STYLE
    more = more_text() if changes or needs_more(document) else ""
    scripts = " ".join(f"'{_hash(text)}'" for text in (more, script) if text)
    served = " connect-src 'self';" if changes else ""
    policy = (
        f"default-src 'none'; script-src {scripts}; style-src '{_hash(style)}'; font-src data:; "
        f"img-src data: blob:;{served} base-uri 'none'; form-action 'none'"
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<link rel="icon" href="data:,">\n'
        f"<title>{html.escape(title, quote=False)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        '<div id="whygrad" class="whygrad"></div>\n'
        f"<noscript><pre>{html.escape(_in_words(document), quote=False)}</pre></noscript>\n"
        f'<script type="application/json" id="whygrad-document">{_as_data(document)}</script>\n'
        f'<script type="application/json" id="whygrad-host">{_as_data(json.dumps(dict(host)))}</script>\n'
        f"{f'<script>{more}</script>{chr(10)}' if more else ''}"
        f'<script type="module">{script}</script>\n</body>\n</html>\n'
    )


def derivation_page(d: Derivation, host: Mapping[str, Any] = FILE) -> str:
    """The page of a derivation."""
    told = json.dumps(_lean(json.loads(d.to_json())), ensure_ascii=False, separators=(",", ":"))
    return page_html(told, title=f"The gradient of {d.name}, step by step", host=host)


def _lean(read: dict[str, Any]) -> dict[str, Any]:
    """The document without what a page can do without: formulas as LaTeX, and the values that it computes itself."""
    for line in (*read["given"], *read["forward"], *read["backward"]):
        line["formula"].pop("latex", None)
    for program in read["programs"]:
        if program["runnable"] and UP_TO_SIGN.isdisjoint(program["primitives"]):
            computed = {output for step in program["steps"] for output in step["outputs"]}
            for variable in program["variables"]:
                if variable["index"] in computed and COUNTABLE.fullmatch(read["forms"][variable["form"]]["dtype"]):
                    variable.pop("data", None)
    return read


def save_page(d: Derivation, path: str | os.PathLike[str]) -> Path:
    """Write the page of a derivation where it is wanted, and nowhere else."""
    file = Path(path)
    if file.is_dir():
        raise ArgumentError(f"{file}: a folder, not a file", instead=f"name a file in it, {file / 'page.html'}")
    if not file.absolute().parent.is_dir():
        raise ArgumentError(f"{file}: there is no folder {file.parent}", instead="make it first, or save elsewhere")
    file.write_text(derivation_page(d), encoding="utf-8", newline="\n")
    return file


def frame_html(d: Derivation) -> str:
    """The page in a frame of its own, for a notebook's output: it stays alive where the notebook is exported, and can
    touch nothing of the notebook. Where frames are not shown, the words in it may be."""
    inside = html.escape(derivation_page(d, FRAME))
    return (
        f'<iframe sandbox="allow-scripts allow-downloads" title="The gradient of {html.escape(d.name)}, step by step" '
        f'width="100%" height="{FRAME_HEIGHT}" style="border: 0; width: 100%; height: {FRAME_HEIGHT}px" '
        f'srcdoc="{inside}"><pre>{html.escape(as_text(d, WORDS_WIDTH), quote=False)}</pre></iframe>'
    )


@functools.cache
def script_text() -> str:
    """The front end's module."""
    return _as_script(_static("page.js"))


@functools.cache
def more_text() -> str:
    """The script with the primitives that not every page needs: it runs before the module."""
    return _as_script(_static("more.js"))


def needs_more(document: str) -> bool:
    """Does a Program in the document need a primitive that the page's own module does not know?"""
    read = json.loads(document)
    used = {name for program in read.get("programs", ()) for name in program["primitives"]}
    used |= {step["primitive"] for vjp in read.get("vjps", ()) for step in vjp["steps"]}
    return not used <= OWN


def _as_script(text: str) -> str:
    """Such that HTML takes all of it for script."""
    return re.sub(r"<(?=!--|/?script)", r"\\x3C", text, flags=re.IGNORECASE)


@functools.cache
def style_text() -> str:
    """The front end's style sheet."""
    return FORMULA_STYLE + _static("page.css").replace("</", r"<\/")


FORMULA_STYLE = '.whygrad mtable[columnalign="left"] mtd{text-align:left}\n'
"""What browsers no longer read from MathML's attributes."""
PAGE_STYLE = "body{margin:0}#whygrad{min-height:100vh}"
"""What holds where the page has a window of its own."""


def _static(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}"


def _as_data(text: str) -> str:
    """JSON within a script element. What begins a tag there can only be in a text, and may be written by its number."""
    return re.sub(r"<(?=!--|/?script)", r"\\u003c", text, flags=re.IGNORECASE)


def _in_words(document: str) -> str:
    """The document for a reader without scripts."""
    read = json.loads(document)
    return str(read["text"]) if "text" in read else "\n".join(_lines(read))


def _lines(read: dict[str, Any]) -> Iterator[str]:
    yield f"{read['function']['name']} = {read['value']}"
    for heading, part in (("Forward", read["forward"]), ("Backward, with the reasons", read["backward"])):
        yield f"\n{heading}\n"
        for line in part[:MOST_IN_WORDS]:
            yield f"    {line['code']}"
            reasons = [line.get("opening", ""), *(read["links"][link]["why"] for link in line.get("telling", ()))]
            yield from (f"        {reason}" for reason in reasons if reason)
        if len(part) > MOST_IN_WORDS:
            yield f"    … and {len(part) - MOST_IN_WORDS:,} lines more"
    yield "\nThe page itself needs JavaScript."
