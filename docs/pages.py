"""Writes the pages of docs/ that are made from the code: rules.md from the rows, errors.md from the errors, mistakes.md
from the kinds of mistakes and the programs in examples/wrong/.

    python docs/pages.py            write them
    make docs                       the same

tests/test_pages.py holds that the committed pages are what this file makes.
"""

from __future__ import annotations

import ast
import importlib
import json
import re
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np

DOCS = Path(__file__).resolve().parent
SOURCE = DOCS.parent / "src" / "whygrad"
WRONG = DOCS.parent / "examples" / "wrong"
PAGES = ("rules.md", "errors.md", "mistakes.md")

MADE = "<!-- Made by docs/pages.py; edit the code that it is made from. -->\n"


def page(name: str) -> str:
    """The text of one of the pages."""
    parts = {"rules.md": rules_page, "errors.md": errors_page, "mistakes.md": mistakes_page}[name]()
    return MADE + "\n" + "\n".join(parts).rstrip() + "\n"


# Rules


def rules_page() -> Iterator[str]:
    from whygrad.rules import ROWS
    from whygrad.rules.identities import IDENTITIES

    differentiable = [row for row in ROWS.values() if row.kind != "nondiff"]
    yield "# The rules\n"
    yield (
        f"All that whygrad knows about calculus: {len(ROWS)} rows, of which {len(differentiable)} have a derivative. "
        "`g` is the upstream gradient, ∂L/∂(the value), and every formula is the code that is printed. "
        "`whygrad rules NAME` shows one of them in the terminal. How a row is written is said at the head of "
        "`src/whygrad/rules/row.py`, and the language of the formulas at the head of `rules/formula.py`. Below each "
        "row stands its proof in index form (language: `proving/index_form.py`); the tests check every line of it.\n"
    )
    tables = dict.fromkeys(row.table for row in ROWS.values())
    for table in tables:
        doc = importlib.import_module(table).__doc__ or ""
        title = doc.split("\n\n")[0].replace("\n", " ").removeprefix("Rows: ").rstrip(".")
        yield f"## {title[:1].upper()}{title[1:]}\n"
        rows = [row for row in ROWS.values() if row.table == table]
        for row in (r for r in rows if r.kind != "nondiff"):
            yield from _row(row)
        flat = [row for row in rows if row.kind == "nondiff"]
        if flat:
            yield "No gradient passes through:\n"
            for row in flat:
                yield f"* `{_plain(row.code)}`: {_plain(next(iter(row.why.values()), ''))}"
            yield ""
    yield "## Idioms\n"
    yield "What people write for a function that has a simple derivative as a whole. `y` is the value of the whole.\n"
    yield from _idioms()
    yield from _refused()
    yield "## Identities\n"
    yield "By these a derived line is simplified as it is written. The author's forward pass is never changed.\n"
    yield "| before | after |"
    yield "|---|---|"
    for before, after in IDENTITIES:
        yield f"| `{before}` | `{after}` |"


def _refused() -> Iterator[str]:
    from whygrad.rules.other_names import UNSUPPORTED

    yield "## Refused, and what to write instead\n"
    yield "A gradient that would have to pass through one of these is refused, with the author's line.\n"
    yield "| function | why | instead |"
    yield "|---|---|---|"
    for name, (why, instead) in UNSUPPORTED.items():
        yield f"| `{name}` | {_cell(why)} | {_cell(instead)} |"
    yield ""


def _row(row) -> Iterator[str]:
    from whygrad.proving.index_written import proof_of

    yield f"### {row.name}\n"
    yield f"`{row.signature}`, written `{_plain(row.code)}` ({row.kind})\n"
    for operand, formula in row.formulas.items():
        why = _plain(row.why.get(operand, ""))
        yield f"* ∂L/∂{operand.rstrip('_')} = `{formula}`{': ' if why else ''}{why}"
    if row.body:
        yield f"* the same as `{row.body}`"
    yield ""
    if proof := proof_of(row):
        yield "\n".join(("```text", *proof, "```\n"))


def _idioms() -> Iterator[str]:
    from whygrad.rules import IDIOMS
    from whygrad.rules.idioms import written

    by_name: dict[str, list] = {}
    for found in IDIOMS.values():
        for idiom in found:
            by_name.setdefault(idiom.name, []).append(idiom)
    for name, ways in by_name.items():
        yield f"### {name}\n"
        yield f"{_plain(ways[0].why)}\n"
        for way in ways:
            formulas = ", ".join(f"∂L/∂{operand} = `{formula}`" for operand, formula in way.formulas.items())
            yield f"* {', '.join(f'`{text}`' for text in written(way.text))}: {formulas}"
        yield ""


def _plain(text: str) -> str:
    return text.replace("{", "").replace("}", "")


# Errors

EXAMPLES: dict[str, str] = {
    "NotScalarError": """
def loss(w):
    return (w - 1) ** 2

wg.grad(loss)(np.array([1.0, 2.0]))
""",
    "NoFloatsError": """
def loss(w):
    return np.sum(w**2)

wg.grad(loss)(np.array([1, 2]))
""",
    "NoRuleError": """
def loss(x):
    return np.sum(np.unwrap(x) ** 2)

wg.grad(loss)(np.array([0.5, 1.5]))
""",
    "EscapeError": """
def loss(w):
    return np.array([w, None])[0] ** 2

wg.grad(loss)(2.0)
""",
    "UnsupportedError": """
def loss(x):
    return np.sum(np.abs(x * 1j))

wg.grad(loss)(np.array([1.0, 2.0]))
""",
    "InPlaceError": """
rows = np.ones((2, 2))
first = rows[0]

def loss(w):
    total = np.sum(rows)
    first[0] = w
    return total * np.sum(first)

wg.grad(loss)(2.0)
""",
    "TooLongError": """
def loss(x):
    while x < 3.0:
        x = x + 1e-6
    return x

wg.grad(loss)(0.5)
""",
    "ArgumentError": """
def loss(w):
    return np.sum(w**2)

wg.grad(loss, wrt="x")(np.array([1.0, 2.0]))
""",
    "NonFiniteWarning": """
def loss(x):
    return np.log(x) ** 2

wg.derive(loss, 0.0)
""",
}
"""For an error a program, net.py, that raises it; what it says is found by running it."""

SCRIPTS: dict[str, str] = {
    "NoLossError": """
w = np.array([1.0, 2.0])
print(w + 1)
""",
    "ScriptError": """
w = np.array([1.0, 2.0])
w -= 0.1 * np.dot(w, np.ones(3))
""",
}
"""The same for scripts: whygrad explain net.py."""

NOWHERE: dict[str, str] = {
    "TimeLimitError": "`whygrad check` says that it could not check, and which line ran; `--time` gives it longer.",
    "VerificationError": "No program is known that raises it. If yours does, the gradient is wrong and the fault is "
    "ours: please report it, with the program that the message prints.",
}


def errors_page() -> Iterator[str]:
    from whygrad import errors

    yield "# The errors\n"
    yield (
        "whygrad gives a right gradient or says clearly why not: what happened, where in your code (file, line, "
        "column, the very expression), and what to write instead. Each error is a `whygrad.errors.WhygradError` and "
        "also one of Python's own, so that `except TypeError` does what it does for NumPy. Below: a program that "
        "raises it, what it says there, and all else that it can say. `…` stands for names, shapes and numbers of "
        "your program.\n"
    )
    said = messages()
    for kind in error_types(errors):
        yield f"## {kind.__name__}\n"
        builtin = next(k for k in kind.__mro__[1:] if k.__module__ == "builtins" and k is not Exception)
        also = "" if issubclass(kind, Warning) else f" Also a `{builtin.__name__}`."
        yield f"{' '.join((kind.__doc__ or '').split())}{also}\n"
        yield from _example(kind.__name__)
        ways = said.get(kind.__name__, {})
        if ways:
            yield "| what it says | what to do |"
            yield "|---|---|"
            for what, instead in ways.items():
                yield f"| {_cell(what)} | {_cell(instead)} |"
            yield ""


def error_types(module) -> list[type]:
    """The errors that whygrad raises, as errors.py has them."""
    kinds = [k for k in vars(module).values() if isinstance(k, type) and issubclass(k, Exception)]
    return [k for k in kinds if k is not module.WhygradError]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _example(name: str) -> Iterator[str]:
    if name in NOWHERE:
        yield NOWHERE[name] + "\n"
        return
    is_script = name in SCRIPTS
    head = "import numpy as np\n\n" if is_script else "import numpy as np\nimport whygrad as wg\n\n"
    source = head + (SCRIPTS if is_script else EXAMPLES)[name].strip("\n") + "\n"
    yield f"```python\n{source}```\n"
    yield f"```text\n{heard(source, name, is_script)}\n```\n"


def heard(source: str, name: str, is_script: bool) -> str:
    """What whygrad says about the program, in a file net.py."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "net.py")
        file.write_text(source, encoding="utf-8")
        said: list[str] = []
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                if is_script:
                    from whygrad.explaining.script import derive_script

                    derive_script(str(file), True, lambda derivative: ())
                else:
                    exec(compile(source, str(file), "exec"), {"__name__": "net"})
            except Exception as problem:
                if type(problem).__name__ != name:
                    raise
                said.append(str(problem))
        said.extend(str(w.message) for w in caught if w.category.__name__ == name)
        if not said:
            raise AssertionError(f"the example of {name} raises nothing")
        return said[0].replace(f"{folder}/", "")


def messages() -> dict[str, dict[str, str]]:
    """All that the code can say, by the error's name: what happened, and what to do."""
    from whygrad.watching.standin import OUTSIDE

    found: dict[str, dict[str, str]] = {}
    for file in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                name = "EscapeError" if node.func.id == "refuse" else node.func.id
                what, instead = node.args[0], next((k.value for k in node.keywords if k.arg == "instead"), None)
                if node.func.id == "refuse" and len(node.args) > 1:
                    what = node.args[1]
                    instead = node.args[2] if len(node.args) > 2 else ast.Constant(OUTSIDE)
                if name.endswith(("Error", "Warning")):
                    for text in _texts(what):
                        ways = _texts(instead) or _assigned(tree, instead) or ["the error is your program's own"]
                        found.setdefault(name, {}).setdefault(text, "; or: ".join(ways))
    return found


def _assigned(tree: ast.Module, node: ast.expr | None) -> list[str]:
    """What a name that is passed on can stand for."""
    if not isinstance(node, ast.Name):
        return []
    values = [
        n.value for n in ast.walk(tree) if isinstance(n, ast.Assign) and ast.dump(n.targets[0]) == _stored(node.id)
    ]
    return [text for value in values for text in _texts(value)]


def _stored(name: str) -> str:
    return ast.dump(ast.Name(name, ast.Store()))


def _texts(node: ast.expr | None) -> list[str]:
    """What a message can be, with … for what is filled in; nothing where it is only passed on."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            text = "".join(p.value if isinstance(p, ast.Constant) else "…" for p in parts)
            return [text] if re.search(r"\w", text) else []
        case ast.IfExp(body=body, orelse=orelse):
            return [*_texts(body), *_texts(orelse)]
        case ast.BoolOp(values=values):
            return [text for value in values for text in _texts(value)]
        case ast.BinOp(left=left, right=right):
            return ["".join((*_texts(left), *_texts(right)))]
    return []


# Mistakes

ROUNDS = 1000
"""So often the programs in examples/wrong/ go round."""
AROUND = 3
"""So many lines are shown before a wrong one."""


def mistakes_page() -> Iterator[str]:
    from whygrad.checking.kinds import KINDS, QUESTIONS

    yield "# Mistakes in backward passes\n"
    yield (
        f"The {len(KINDS)} kinds of mistakes that `whygrad check` tells apart, by the names of its findings. Each "
        "has a small program in [examples/wrong/](../examples/wrong/). How far a step is off: ‖a − b‖ / (‖a‖ + ‖b‖), "
        "where a is the program's first step and b that of the right one, from the same weights; 1 is as wrong as can "
        "be.\n"
    )
    yield "First, two questions that are no mistakes; most of what is asked about right programs is one of them.\n"
    for question, answer in QUESTIONS:
        yield f"**{question}** {answer}\n"
    labels = json.loads((WRONG / "labels.json").read_text(encoding="utf-8"))
    for kind in KINDS.values():
        name = kind.name.replace("-", "_")
        (mistake,) = labels[name]["mistakes"]
        source = (WRONG / f"{name}.py").read_text(encoding="utf-8")
        yield f"## {kind.name}\n"
        yield f"{kind.title[:1].upper()}{kind.title[1:]}. [{name}.py](../examples/wrong/{name}.py):\n"
        yield "\n".join(("```diff", *_diff(source, mistake["fix"]), "```\n"))
        yield f"*In training.* {kind.shows} {_figures(source, mended(source, mistake['fix']))}\n"
        yield f"*The lesson.* {kind.lesson}\n"


def mended(source: str, fix: list) -> str:
    """The program with its right lines."""
    rows = source.split("\n")
    for line, right in fix:
        rows[line - 1] = right
    return "\n".join(rows)


def _diff(source: str, fix: list) -> Iterator[str]:
    rows, right = source.split("\n"), dict(fix)
    first, last = min(right), max(right)
    for number in range(first, last + 1):
        if number == first:
            yield from (f"  {row}" for row in rows[max(first - 1 - AROUND, 0) : first - 1] if row)
        if number not in right:
            yield f"  {rows[number - 1]}"
    yield from (f"- {rows[number - 1]}" for number in sorted(right))
    yield from (f"+ {right[number]}" for number in sorted(right))


def _figures(wrong: str, right: str) -> str:
    """How far the first step is off, and where both come to; nothing of a program that stops."""
    try:
        off = {name: one for name, one in steps_off(wrong, right).items() if one > 1e-12}
    except ValueError:
        return "Here it stops with a ValueError."
    parts = [f"{name}'s by {one:.2f}" for name, one in off.items()]
    said = (
        f"Here the first step is off, {' and '.join((', '.join(parts[:-1]), parts[-1])[len(parts) < 2 :])}"
        if parts
        else ""
    )
    ends = [[last_loss(text, nudge) for nudge in (0, 1e-13)] for text in (wrong, right)]
    if np.isnan(ends[0][0]):
        return f"{said}, and in {ROUNDS} rounds the loss becomes nan."
    if all(abs(a - b) <= 1e-6 * abs(a) for a, b in ends):  # else rounding decides what is printed
        end = f"after {ROUNDS} rounds the loss is {ends[0][0]:.2g}; with the right line {ends[1][0]:.2g}"
        return f"{said}, and {end}." if said else f"Here {end}."
    return f"{said}." if said else ""


def ran(source: str, rounds: int, change: str = "") -> dict:
    """The program's variables after so many rounds; `change` is run before the first."""
    head, loop, rest = source.partition("\nfor _ in ")
    text = f"{head}\n{change}\n{loop}{rest}".replace(f"range({ROUNDS})", f"range({rounds})")
    found: dict = {}
    with np.errstate(all="ignore"):
        exec(compile(text, "example", "exec"), found)
    return found


def steps_off(wrong: str, right: str) -> dict[str, float]:
    """Of each parameter: how far its first step is off."""
    start, one, other = ran(right, 0), ran(wrong, 1), ran(right, 1)
    moved = [n for n, v in start.items() if isinstance(v, np.ndarray) and not np.array_equal(v, other[n])]
    off = {}
    for name in moved:
        a, b = one[name] - start[name], other[name] - start[name]
        off[name] = float(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)))
    return off


def last_loss(source: str, nudge: float) -> float:
    """The loss at the end, where the weights begin a little off."""
    change = f"for _w in [v for n, v in globals().items() if n[0] in 'WE']:\n    _w *= 1 + {nudge}" if nudge else ""
    return float(ran(source, ROUNDS, change)["loss"])


if __name__ == "__main__":
    for name in PAGES:
        (DOCS / name).write_text(page(name), encoding="utf-8")
