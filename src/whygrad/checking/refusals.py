"""Why a program cannot be checked: one clear sentence, its line, and what to do about it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from whygrad.checking.report import CheckReport

FRAMEWORKS = {
    "torch": "torch",
    "tensorflow": "tensorflow",
    "keras": "keras",
    "jax": "jax",
    "autograd": "autograd",
    "theano": "theano",
    "mxnet": "mxnet",
    "chainer": "chainer",
    "paddle": "paddle",
}
DERIVING = frozenset(
    {"GradientTape", "value_and_grad", "requires_grad", "requires_grad_", "grad_and_aux", "elementwise_grad", "vjp"}
)
"""Names by which a framework is asked for gradients, whoever calls them."""
PRINT = re.compile(r"Missing parentheses in call to '(print|exec)'")


def unchecked(file: str, reason: str, line: int | None = None, instead: str = "") -> CheckReport:
    """The report that says so."""
    return CheckReport(file, "unchecked", reason=reason, line=line, instead=instead)


def before_running(file: str) -> tuple[str, CheckReport | None]:
    """The program's text, and why it need not even be run, if it need not."""
    path = Path(file)
    if path.suffix == ".ipynb":
        return "", unchecked(file, "this is a notebook", None, "check a cell with %%whygrad_check, or export it as .py")
    try:
        content = path.read_bytes()
    except OSError as problem:
        return "", unchecked(file, f"the file cannot be read: {(problem.strerror or str(problem)).lower()}")
    try:
        tree = ast.parse(content, filename=file)
        source = _decoded(content)
    except (SyntaxError, ValueError) as problem:
        return "", _no_python(file, content, problem)
    framework = _framework(tree)
    if framework is not None:
        name, line = framework
        reason = f"its gradients are made by {name}: there is no backward pass written by hand here"
        return source, unchecked(file, reason, line, "check the NumPy code that you wrote yourself")
    return source, None


def _decoded(content: bytes) -> str:
    import io
    import tokenize

    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    with io.TextIOWrapper(io.BytesIO(content), encoding) as text:  # line ends as Python reads them
        return text.read()


def _no_python(file: str, content: bytes, problem: SyntaxError | ValueError) -> CheckReport:
    line = problem.lineno if isinstance(problem, SyntaxError) else None
    if b"\0" in content:
        return unchecked(file, "this is no Python file: it holds binary data")
    text = _line(content, line)
    message = problem.msg if isinstance(problem, SyntaxError) else str(problem)
    found = PRINT.search(message)
    if found:
        return unchecked(
            file,
            f"this is Python 2: {found[1]} needs brackets in Python 3",
            line,
            f"write {_bracketed(text, found[1])}, or have the file translated (2to3, or python-modernize)",
        )
    for pattern, what in PYTHON_2:
        if re.search(pattern, text):
            instead = "translate the file to Python 3 (2to3, or python-modernize)"
            return unchecked(file, f"this is Python 2: {what}", line, instead)
    if isinstance(problem, IndentationError):
        return unchecked(file, f"this is not Python: {message}", line, "mend the indentation; python shows the same")
    return unchecked(file, f"this is not Python: {message}", line, "mend the line; python refuses it too")


PYTHON_2 = (
    (r"\bexcept\b[^:]+,\s*\w+\s*:", "`except X, e` is written `except X as e` in Python 3"),
    (r"\braise\s+\w+\s*,", 'raise X, "text" is written raise X("text") in Python 3'),
    (r"<>", "<> is written != in Python 3"),
    (r"`", "backticks are written repr(x) in Python 3"),
    (r"\bprint\s*>>", "print >>f, x is written print(x, file=f) in Python 3"),
    (r"\b0\d+\b", "numbers with a leading 0 are written 0o17 in Python 3"),
    (r"\b\d+[lL]\b", "10L is written 10 in Python 3"),
    (r"\bur['\"]", "ur'' is written r'' in Python 3"),
    (r"\b(?:lambda|def)\b.*\(\s*\w*,?\s*\(\w+,", "arguments in brackets are not unpacked in Python 3"),
)


def _bracketed(text: str, name: str) -> str:
    rest = text.strip().partition(name)[2].strip().rstrip(";")
    return f"{name}({rest})" if rest else f"{name}()"


def _line(content: bytes, line: int | None) -> str:
    rows = content.decode(errors="replace").splitlines()
    return rows[line - 1] if line is not None and 1 <= line <= len(rows) else ""


# Frameworks


def _framework(tree: ast.Module) -> tuple[str, int] | None:
    """The framework that makes the gradients of this program, and the line where it is asked for them."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        for module, bound in _imported(node):
            top = module.split(".")[0]
            if top in FRAMEWORKS and not module.startswith(("torchvision", "tensorflow.examples", "keras.datasets")):
                if ".datasets" not in module:
                    names[bound] = FRAMEWORKS[top]
    if not names:
        return None
    own = {n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Call):
            root = _root(node.func)
            last = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            asked = last in DERIVING or (last == "grad" and (root in names or last in names))
            asked |= last in ("backward", "fit", "minimize") and last not in own and "numpy" not in (root or "")
            asked |= root in names and last in (
                "SGD",
                "Adam",
                "Sequential",
                "Linear",
                "Dense",
                "Parameter",
                "gradients",
            )
            if asked:
                return names.get(root or "", next(iter(names.values()))), line
            if any(k.arg == "requires_grad" for k in node.keywords):
                return next(iter(names.values())), line
    return None


def _imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield alias.name, alias.asname or alias.name.split(".")[0]
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        for alias in node.names:
            yield f"{node.module}.{alias.name}", alias.asname or alias.name


def _root(node: ast.AST) -> str | None:
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None
