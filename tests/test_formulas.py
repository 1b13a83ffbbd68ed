"""Formulas: they say what the Program computes; LaTeX and MathML are well-formed; every row prints."""

import contextlib
import functools
import json
import re
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

import whygrad as wg
from formula_values import Meaning, NotEvaluable
from test_rules import draw
from whygrad.explaining.formulas.composing import fraction, negative, power, product, total
from whygrad.explaining.formulas.equations import step_formulas
from whygrad.explaining.formulas.latex import latex
from whygrad.explaining.formulas.lessons import lesson_equations, lesson_steps
from whygrad.explaining.formulas.mathml import MATHML, mathml
from whygrad.explaining.formulas.notation import (
    Call,
    Derivative,
    Equation,
    Hole,
    Indexed,
    Node,
    Number,
    Reduction,
    Symbol,
    Words,
    Written,
    children,
)
from whygrad.explaining.formulas.symbols import number, symbol
from whygrad.explaining.formulas.templates import TemplateError, parse
from whygrad.explaining.formulas.writing import FormulaWriter
from whygrad.explaining.lesson import is_lesson
from whygrad.program import Step, Variable, evaluate_all
from whygrad.rules import ROWS
from zoo import ZOO
from zoo.case import Case, leaves

every_case = pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in ZOO])

# --- the LaTeX that is printed, read by a small grammar of its own

ARGUMENTS = {"frac": 2, "tfrac": 2, "sqrt": 1, "text": 1, "mathrm": 1, "mathbf": 1, "operatorname": 1, "ensuremath": 1}
ARGUMENTS |= {"hat": 1, "bar": 1, "tilde": 1, "dot": 1}
GREEK = """
alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon varphi chi psi
omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega
"""
SIGNS = """
partial odot otimes oplus cdot cdots ldots bmod sum prod max min log ln exp sin cos tan sinh cosh tanh arcsin arccos
arctan det infty top ge le ne land lor in quad lfloor rfloor lceil rceil textbackslash textasciicircum textasciitilde
times dots
"""
PLAIN = {*GREEK.split(), *SIGNS.split()}
TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[{}&^_]|[^\\{}&^_]+")


def assert_latex(text: str) -> None:
    """Balanced braces, \\left with \\right, environments closed, known commands with their arguments, one exponent and
    one subscript at a place, rows and alignment marks only inside environments."""
    tokens = [t for t in TOKEN.findall(text) if t.strip()]
    depth, fences, environments, at = 0, [0], [], 0
    scripts: list[set[str]] = [set()]
    while at < len(tokens):
        token = tokens[at]
        at += 1
        name = token[1:]
        if token == "{":
            depth += 1
            fences.append(0)
            scripts.append(set())
        elif token == "}":
            depth -= 1
            assert depth >= 0, text
            assert fences.pop() == 0, text
            scripts.pop()
        elif token in ("^", "_"):
            assert token not in scripts[-1], f"twice {token}: {text}"
            scripts[-1].add(token)
            assert tokens[at] == "{", text
            at = closing(tokens, at, text)
            continue
        elif token in (r"\begin", r"\end"):
            environment = tokens[at + 1]
            at += 3
            if token == r"\begin":
                environments.append(environment)
            else:
                assert environments.pop() == environment, text
        elif token == r"\left":
            fences[-1] += 1
        elif token == r"\right":
            fences[-1] -= 1
            assert fences[-1] >= 0, text
        elif token.startswith("\\") and name.isalpha():
            assert name in PLAIN or name in ARGUMENTS, f"unknown \\{name}: {text}"
            end = at
            if name == "sqrt" and tokens[at].startswith("["):
                end, tokens[at] = at + 1, tokens[at].rpartition("]")[2]
            for _ in range(ARGUMENTS.get(name, 0)):
                assert tokens[end] == "{", text
                end = closing(tokens, end, text)
        elif token == "&" or token == r"\\":
            assert environments, text
        elif token.startswith("\\"):
            assert name in ", |{}_#$%& ", text
        else:
            assert not re.search(r"[$#%]", token), text
        if token not in ("^", "_") and not (token == "'" or token.startswith("'")):
            scripts[-1] = set()
    assert depth == 0, text
    assert fences == [0], text
    assert environments == [], text


def closing(tokens: list[str], at: int, text: str) -> int:
    """The place behind the group that opens at `at`; the group itself is LaTeX, too (or text)."""
    depth = 0
    for place in range(at, len(tokens)):
        depth += (tokens[place] == "{") - (tokens[place] == "}")
        if depth == 0:
            inner = " ".join(tokens[at + 1 : place])
            if tokens[at - 1] not in (r"\text", r"\operatorname", r"\mathrm"):
                assert_latex(inner)
            return place + 1
    raise AssertionError(f"unbalanced: {text}")


def derivation(case: Case, **options: Any) -> Any:
    if case.wrt is not None:
        options["wrt"] = case.wrt
    return wg.derive(case.function, *case.fresh_args(), **options)


@functools.cache
def derived(name: str) -> Any:
    return derivation(next(case for case in ZOO if case.name == name))


def formulas_of(case: Case) -> list[Equation]:
    d = derived(case.name)
    return [f.formula for f in step_formulas(d)]


# --- laws


@every_case
def test_the_latex_is_well_formed(case: Case) -> None:
    d = derived(case.name)
    for part in ("all", "forward", "backward"):
        assert_latex(d.latex(part=part))
    whole = d.latex(document=True)
    assert whole.startswith(r"\documentclass")
    assert whole.rstrip().endswith(r"\end{document}")
    assert set(re.findall(r"\\usepackage(?:\[.*?\])?\{(.*?)\}", whole)) <= {"amsmath, amssymb", "inputenc"}


CHILDREN = {"mfrac": 2, "msup": 2, "msub": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3, "mroot": 2}
CORE = {*CHILDREN, "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mstyle", "msqrt", "mtable", "mtr", "mtd"}


@every_case
def test_the_mathml_is_well_formed_and_every_sub_expression_has_an_id(case: Case) -> None:
    program = derived(case.name).program
    seen: set[str] = set()
    for number_of_line, formula in enumerate(formulas_of(case)):
        root = ElementTree.fromstring(mathml(formula, f"f{number_of_line}"))
        for element in root.iter():
            name = element.tag.removeprefix(f"{{{MATHML}}}")
            assert name in CORE
            assert len(element) == CHILDREN.get(name, len(element)), name
            if name in ("mi", "mn", "mo", "mtext"):
                assert len(element) == 0
            if "data-variable" in element.attrib:
                assert 0 <= int(element.attrib["data-variable"]) < len(program.variables)
                assert "id" in element.attrib
        ids = [e.attrib["id"] for e in root.iter() if "id" in e.attrib]
        assert len(ids) == len(set(ids)) == count(formula)
        assert all(re.fullmatch(r"f\d+(-\d+)*", one) for one in ids)
        assert seen.isdisjoint(ids)
        seen.update(ids)


def count(node: Node) -> int:
    if isinstance(node, Written) and node.takes_one_off and node.base is not None:
        # the −1 is a minus sign, and has one id
        return 2 + sum(map(count, (node.base, *node.index)))
    return 1 + sum(map(count, children(node)))


@every_case
def test_the_formula_says_what_the_program_computes(case: Case) -> None:
    d = derived(case.name)
    values = evaluate_all(d.program, [d.derivative.values[i] for i in d.program.inputs])
    meaning = Meaning(values, 1e-9 if case.dtype == "float64" else 1e-4)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for formula in formulas_of(case):
            target = formula.left.variable
            assert target is not None
            for right in formula.rights:
                if has_ratios(right):
                    continue  # the chain rule itself
                try:
                    value = meaning.of(right)
                except NotEvaluable as told:
                    assert is_told(told.args[0])
                    continue
                expected = np.asarray(values[target], float)
                scale = max(1.0, float(np.max(np.abs(expected[np.isfinite(expected)]), initial=0.0)))
                np.testing.assert_allclose(
                    np.broadcast_to(np.asarray(value, float).reshape(
                        expected.shape if np.size(value) == expected.size else np.shape(value)), expected.shape),
                    expected, rtol=0, atol=meaning.tolerance * scale,
                )  # fmt: skip


def is_told(node: Any) -> bool:
    """A long array, in words; a number, cut short; sums by letters; a function of NumPy's by its name, which has no
    sign of its own."""
    return isinstance(node, Words | Indexed | Reduction) or (isinstance(node, Number) and "…" in node.text) or (
        isinstance(node, Call) and (node.function.startswith("numpy.") or node.function in ROWS)
    )  # fmt: skip


def has_ratios(node: Node) -> bool:
    if isinstance(node, Derivative) and node.variable is None:
        return True
    if getattr(node, "primes", 0) and not isinstance(node, Symbol):
        return True
    return any(map(has_ratios, children(node)))


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in ZOO if is_lesson(derived(c.name).layout)])
def test_the_lesson_says_what_the_program_computes(case: Case) -> None:
    d = derived(case.name)
    meaning = Meaning(evaluate_all(d.program, [d.derivative.values[i] for i in d.program.inputs]), 1e-9)
    with np.errstate(all="ignore"):
        for equation, expected in zip(lesson_equations(d.layout), leaves(d.gradients), strict=True):
            assert_latex(latex(equation))
            for right in equation.rights:
                if not has_ratios(right):
                    np.testing.assert_allclose(meaning.of(right), expected, rtol=1e-9, atol=1e-12)
        for equation in lesson_steps(d.layout):
            np.testing.assert_allclose(
                meaning.of(equation.rights[0]), meaning.values[equation.left.variable or d.derivative.output], rtol=1e-9
            )


# --- rows


COMMON = """
add subtract multiply divide power negative exp log sqrt square tanh sin cos tan absolute maximum minimum clip matmul
dot outer sum mean max min prod var std norm greater less equal expit softmax logsumexp erf floor sign inv det trace
"""


@pytest.mark.parametrize("name", COMMON.split())
def test_common_functions_are_written_as_in_a_textbook(name: str) -> None:
    assert ROWS[name].latex


@pytest.mark.parametrize(("row", "sample"), [
    pytest.param(r, s, id=f"{r.name}-{n}")
    for r in ROWS.values() if r.kind != "nondiff" for n, s in enumerate(r.samples)
])  # fmt: skip
def test_every_row_prints(row: Any, sample: Any) -> None:
    """In the names of its own operands: the formula of one step."""
    values = draw(row, sample.shapes, seed=0)
    variables = tuple(Variable(f"x{n}", np.shape(v), np.result_type(v)) for n, v in enumerate(values))
    with np.errstate(all="ignore"):
        result = row.primitive.evaluate(*values, *sample.params)
    place = len(values)
    variables += (Variable("", np.shape(result), np.result_type(result)),)
    step = Step(row.primitive, tuple(range(place)), tuple(sample.params), (place,))
    names = {n: symbol(v.name) for n, v in enumerate(variables) if v.name}
    formula = FormulaWriter(variables, {place: step}, {}, names.get, {}).step(step)
    assert_latex(latex(formula))
    ElementTree.fromstring(mathml(formula, "f"))
    meaning = Meaning([*values, result], 1e-9)
    with contextlib.suppress(NotEvaluable), np.errstate(all="ignore"):
        meaning.of(formula)


@pytest.mark.parametrize("row", [pytest.param(r, id=r.name) for r in ROWS.values() if r.latex])
def test_the_template_of_a_row_is_in_the_language(row: Any) -> None:
    known = {o.lstrip("*") for o in row.operands} | set(row.primitive.params) | {"n", "axis"}
    assert holes(parse(row.latex)) <= known


def holes(node: Node) -> set[str]:
    return ({node.name} if isinstance(node, Hole) else set()).union(*map(holes, children(node)))


def test_what_is_not_a_template_is_refused() -> None:
    for text in (r"\frac{{x}}", "{x} +", r"\sum_{i} {x}", "({x}", "{x})"):
        with pytest.raises(TemplateError):
            parse(text)


# --- as a teacher would write it


def tutorial() -> Any:
    def loss(syn0: Any, syn1: Any, b: Any) -> Any:
        k1 = 1 / (1 + np.exp(-(X @ syn0 + b)))
        k2 = 1 / (1 + np.exp(-(k1 @ syn1)))
        E = 0.5 * np.sum((y - k2) ** 2)
        return E

    X, y = np.ones((4, 3)), np.ones((4, 1))
    return wg.derive(loss, np.ones((3, 4)), np.ones((4, 1)), np.ones(4))


def test_the_tutorial_reads_as_in_a_textbook() -> None:
    printed = [latex(f.formula) for f in step_formulas(tutorial())]
    name = r"([^ {}]+(?:\{\w+\})*(?:_\{\d\})?)"
    ratio = re.compile(rf"\\frac\{{\\partial {name}\}}\{{\\partial {name}\}}")
    assert [ratio.sub(r"\1/\2", text) for text in printed] == [
        r"z_{1} = X\,\mathrm{syn}_{0} + b",
        r"k_{1} = \sigma(z_{1}) = \frac{1}{1 + e^{-z_{1}}}",
        r"z_{2} = k_{1}\,\mathrm{syn}_{1}",
        r"k_{2} = \sigma(z_{2}) = \frac{1}{1 + e^{-z_{2}}}",
        r"E = \tfrac{1}{2} \sum_{i=1}^{4} (y - k_{2})^{2}",
        r"E/k_{2} = k_{2} - y",
        r"E/z_{2} = E/k_{2}\,k_{2}/z_{2} = E/k_{2} \odot \sigma'(z_{2}) = E/k_{2} \odot k_{2} \odot (1 - k_{2})",
        r"E/\mathrm{syn}_{1} = E/z_{2}\,z_{2}/\mathrm{syn}_{1} = k_{1}^{\top}\,E/z_{2}",
        r"E/k_{1} = E/z_{2}\,z_{2}/k_{1} = E/z_{2}\,\mathrm{syn}_{1}^{\top}",
        r"E/z_{1} = E/k_{1}\,k_{1}/z_{1} = E/k_{1} \odot \sigma'(z_{1}) = E/k_{1} \odot k_{1} \odot (1 - k_{1})",
        r"E/b = E/z_{1}\,z_{1}/b = \sum_{i=1}^{4} E/z_{1}",
        r"E/\mathrm{syn}_{0} = E/z_{1}\,z_{1}/\mathrm{syn}_{0} = X^{\top}\,E/z_{1}",
    ]


def test_the_lesson_reads_as_in_a_textbook() -> None:
    def f(x: float) -> Any:
        return np.exp(np.sin(x**2))

    d = wg.derive(f, 1.5)
    assert r"f(x) &= e^{\sin x^{2}} \\" in d.latex(part="forward")
    assert r"= e^{\sin x^{2}} \cdot \cos x^{2} \cdot 2 x" in d.latex(part="backward")
    with pytest.raises(ValueError, match="'all', 'forward', 'backward' and 'graph'"):
        d.latex(part="sideways")


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("k1", "k_{1}"),
        ("sigma", r"\sigma"),
        ("α", r"\alpha"),
        ("W_xh", "W_{xh}"),
        ("z_hidden", r"z_{\text{hidden}}"),
        ("x_hat", r"\hat{x}"),
        ("x_prime", "x'"),
        ("h[2]", "h^{(2)}"),
        ("W1[0]", "W_{1}^{(0)}"),
        ("params['W']", r"\mathrm{params}_{W}"),
        ("self.W", "W"),
        ("lambda_", r"\lambda"),
        ("learning_rate", r"\text{learning\_rate}"),
        ("theta_0", r"\theta_{0}"),
        ("dW2", r"\mathrm{dW}_{2}"),
        ("größe", r"\text{größe}"),
        ("数", r"\text{u6570}"),
    ],
)
def test_names_are_written_as_mathematics_writes_them(name: str, printed: str) -> None:
    assert latex(symbol(name)) == printed
    assert_latex(printed)


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (2.0, "2"),
        (0.5, r"\tfrac{1}{2}"),
        (-3, "-3"),
        (1e-8, "10^{-8}"),
        (2.5e-7, r"2.5 \cdot 10^{-7}"),
        (float("inf"), r"\infty"),
        (0.1, "0.1"),
    ],
)
def test_numbers_are_written_as_a_person_does(value: float, printed: str) -> None:
    assert latex(number(value)) == printed


def test_parentheses_stand_only_where_they_are_needed() -> None:
    a, b, c = map(Symbol, "abc")
    two = Number("2")
    assert latex(total([a, negative(b)], ["+", "−"])) == "a + b"
    assert latex(total([negative(a), b], ["+", "+"])) == "b - a"
    assert latex(total([a, total([b, c], ["+", "−"])], ["+", "−"])) == "a - (b - c)"
    assert latex(product([a, negative(b)], "·")) == r"-a \cdot b"
    assert latex(product([two, a], "·")) == "2 a"
    assert latex(product([total([a, b], ["+", "+"]), c], "⊙")) == r"(a + b) \odot c"
    assert latex(product([product([a, b], "⊙"), c], "@")) == r"(a \odot b)\,c"
    assert latex(power(fraction(a, b), two)) == r"\left( \frac{a}{b} \right)^{2}"
    assert latex(power(negative(a), two)) == "(-a)^{2}"
    assert latex(power(symbol("k1"), two)) == "k_{1}^{2}"
    assert latex(power(power(a, b), c)) == "(a^{b})^{c}"
    assert latex(negative(negative(a))) == "a"


def test_two_variables_never_look_alike() -> None:
    def f(x1: Any, x: Any) -> Any:
        x_1 = x1 * x[1]
        y = x_1 * x1
        return np.sum(y)

    d = wg.derive(f, np.ones(3), np.ones(3))
    lefts = [latex(f.formula.left) for f in step_formulas(d)]
    assert len(set(lefts)) == len(lefts)
    assert r"\text{x\_1}" in "".join(lefts)


@pytest.mark.skipif(not shutil.which("pdflatex") and not shutil.which("tectonic"), reason="no TeX here")
def test_the_documents_compile(tmp_path: Any) -> None:
    pieces = [derived(case.name).latex(document=True) for case in ZOO]
    bodies = [re.search(r"\\begin{document}(.*)\\end{document}", p, re.DOTALL)[1] for p in pieces]  # type: ignore[index]
    whole = pieces[0].replace(bodies[0], "\n".join(bodies))
    (tmp_path / "zoo.tex").write_text(whole, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error"] if shutil.which("pdflatex") else ["tectonic"]
    run = subprocess.run([*command, "zoo.tex"], cwd=tmp_path, capture_output=True, text=True, errors="replace")
    assert run.returncode == 0, run.stdout[-2000:]


def test_the_command_prints_a_document(tmp_path: Any) -> None:
    from click.testing import CliRunner

    from whygrad.cli import main

    (tmp_path / "curve.py").write_text("import numpy as np\n\ndef f(x):\n    return np.exp(np.sin(x ** 2))\n")
    run = CliRunner().invoke(main, ["explain", f"{tmp_path / 'curve.py'}:f", "--at", "x=1.5", "--format", "latex"])
    assert run.exit_code == 0, run.output
    assert run.output.startswith(r"\documentclass")
    assert r"\cos x^{2} \cdot 2 x" in run.output


# The graph as a picture


def installed(*files: str) -> bool:
    """Is there a LaTeX with these packages?"""
    if shutil.which("pdflatex") is None or shutil.which("kpsewhich") is None:
        return False
    found = subprocess.run(["kpsewhich", *files], capture_output=True, text=True, check=False).stdout.split()
    return len(found) == len(files)


@every_case
def test_the_picture_has_the_nodes_and_edges_of_the_document(case: Case) -> None:
    d = derived(case.name)
    picture = d.latex(part="graph")
    graph = json.loads(d.to_json())["graph"]
    nodes = re.findall(r"\\node\[.*?\] \(v(\d+)\) at \((.*?), (.*?)\) \{(.*)\};", picture)
    assert [(int(v), float(x), float(y)) for v, x, y, _ in nodes] == [
        (n["variable"], pytest.approx(n["x"], rel=1e-5), pytest.approx(n["y"], rel=1e-5)) for n in graph["nodes"]
    ]
    assert picture.count(r"\draw[wire]") == len(graph["edges"])
    for node, (*_, text) in zip(graph["nodes"], nodes, strict=True):
        rows = text.split(r"$ \\ $")
        assert len(rows) == 1 + ("operation" in node) + ("gradient" in node)
        for formula in re.findall(r"\$(.*?)\$", text):
            assert_latex(formula)


@pytest.mark.skipif(not installed("tikz.sty", "amssymb.sty"), reason="needs a LaTeX with TikZ")
def test_latex_draws_the_picture(tmp_path: Path) -> None:
    (tmp_path / "graph.tex").write_text(tutorial().latex(part="graph", document=True), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "graph.tex"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-2000:]
