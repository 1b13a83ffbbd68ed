"""The formula tree as LaTeX."""

from __future__ import annotations

import unicodedata

from whygrad.explaining.formulas.notation import (
    Call,
    Cases,
    Derivative,
    Entry,
    Equation,
    Fenced,
    Fraction,
    Hole,
    Indexed,
    Inverse,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Reduction,
    Relation,
    Root,
    Slice,
    Sum,
    Symbol,
    Transposed,
    Vector,
    Words,
    Written,
    children,
    is_matrix,
    is_tall,
    seen,
)

GREEK = {
    **dict(α="alpha", β="beta", γ="gamma", δ="delta", ε="varepsilon", ζ="zeta", η="eta", θ="theta", ι="iota"),
    **dict(κ="kappa", λ="lambda", μ="mu", ν="nu", ξ="xi", π="pi", ρ="rho", σ="sigma", τ="tau", υ="upsilon"),
    **dict(φ="varphi", χ="chi", ψ="psi", ω="omega", Γ="Gamma", Δ="Delta", Θ="Theta", Λ="Lambda", Ξ="Xi", Π="Pi"),
    **dict(Σ="Sigma", Φ="Phi", Ψ="Psi", Ω="Omega"),
}
COMMANDS = frozenset(
    {"sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "log", "ln", "exp", "max", "min", "det"}
)
"""Functions that LaTeX has a command for."""
RELATIONS = {"≥": r"\ge", "≤": r"\le", "≠": r"\ne", "∧": r"\land", "∨": r"\lor", "⊕": r"\oplus", "∈": r"\in"}
BOLD = {"𝟏": "1", "𝐈": "I"}
"""The array of ones, and the identity matrix."""
MARKS = {"": " ", "@": r"\,", "·": r" \cdot ", "⊙": r" \odot ", "⊗": r" \otimes ", "%": r" \bmod "}
SIGNS = {"∑": r"\sum", "∏": r"\prod"}
FENCES = {
    "(": ("(", ")"), "[": ("[", "]"), "|": ("|", "|"), "‖": (r"\|", r"\|"), "⌊": (r"\lfloor", r"\rfloor"),
    "⌈": (r"\lceil", r"\rceil"),
}  # fmt: skip
ESCAPED = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "_": r"\_", "#": r"\#", "$": r"\$", "%": r"\%", "&": r"\&",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
}  # fmt: skip


def latex(node: Node) -> str:
    """The formula in LaTeX (for math mode; amsmath and amssymb are enough)."""
    match node:
        case Number(text=text):
            return r"\infty" if text == "∞" else text.replace("…", r"\ldots")
        case Symbol():
            return _symbol(node)
        case Words(text=text):
            return rf"\text{{{escaped(text)}}}"
        case Written():
            return _written(node)
        case Sum(terms=terms, signs=signs):
            rest = (f" {s.replace('−', '-')} {latex(t)}" for s, t in zip(signs[1:], terms[1:], strict=True))
            return latex(terms[0]) + "".join(rest)
        case Negative(body=body):
            return f"-{latex(body)}"
        case Product(factors=factors, mark=mark):
            return MARKS[mark].join(map(latex, factors))
        case Fraction(top=top, bottom=bottom, small=small):
            return rf"\{'tfrac' if small else 'frac'}{{{latex(top)}}}{{{latex(bottom)}}}"
        case Power(base=base, exponent=exponent):
            return f"{_base(base)}^{{{latex(exponent)}}}"
        case Inverse(body=body):
            return rf"{_base(body)}^{{-1}}"
        case Transposed(body=body):
            return rf"{_base(body)}^{{\top}}"
        case Root(body=body, degree=degree):
            return rf"\sqrt{f'[{latex(degree)}]' if degree else ''}{{{latex(body)}}}"
        case Call():
            return _call(node)
        case Reduction(sign="‖", body=body, indices=indices):
            below = f"_{{{','.join(indices)}}}" if indices else ""
            return rf"\left\| {latex(body)} \right\|{below}"
        case Reduction():
            return f"{_sign(node)} {latex(node.body)}"
        case Fenced(kind=kind, body=body, tall=tall):
            if not kind:
                return latex(body)
            opening, closing = FENCES[kind]
            return rf"\left{opening} {latex(body)} \right{closing}" if tall else _close(opening, latex(body), closing)
        case Relation(left=one, sign=sign, right=other):
            return f"{latex(one)} {RELATIONS.get(sign, sign)} {latex(other)}"
        case Cases(branches=branches):
            rows = r" \\ ".join(f"{latex(value)} & {_when(test)}" for value, test in branches)
            return rf"\begin{{cases}} {rows} \end{{cases}}"
        case Entry(base=base, index=index):
            return f"{_base(base, '_')}_{{[{', '.join(map(latex, index))}]}}"
        case Indexed(base=base, letters=letters):
            return f"{_base(base, '_')}_{{{letters}}}"
        case Slice(start=start, stop=stop, step=step):
            text = f"{'' if start is None else start}{{:}}{'' if stop is None else stop}"
            return text if step is None else f"{text}{{:}}{step}"
        case Vector(entries=entries):
            if is_matrix(node):
                lines = r" \\ ".join(" & ".join(map(latex, children(seen(row)))) for row in entries)
                return rf"\begin{{pmatrix}} {lines} \end{{pmatrix}}"
            inside = r",\ ".join(map(latex, entries))
            return rf"\left( {inside} \right)"
        case Derivative():
            return _derivative(node)
        case Equation(left=left, rights=rights):
            return " = ".join(map(latex, (left, *rights)))
        case Hole(name=name):
            return f"{{{name}}}"
    raise TypeError(f"no LaTeX for {node!r}")


def _derivative(node: Derivative) -> str:
    d = r"\partial " if node.d == "∂" else "d"
    top = d.strip() if node.of is None else d + latex(node.of)
    ratio = rf"\frac{{{top}}}{{{d}{latex(node.by)}}}"
    return rf"\left. {ratio} \right|_{{\text{{{escaped(node.held)}}}}}" if node.held else ratio


def _when(test: Node | None) -> str:
    return rf"\text{{if }} {latex(test)}" if test is not None else r"\text{otherwise}"


def _close(left: str, inside: str, right: str) -> str:
    gap = " " if left.startswith("\\") and left[-1].isalpha() else ""
    return f"{left}{gap}{inside}{' ' if gap else ''}{right}"


def _base(node: Node, sign: str = "^") -> str:
    """What an exponent or a subscript is put on: what has one already is kept apart by braces."""
    text = latex(node)
    inner = seen(node)
    if not isinstance(inner, (Symbol, Entry, Power, Transposed, Inverse, Call)):
        return text
    clash = sign in text or (sign == "^" and "'" in text) or isinstance(inner, (Entry, Call))
    return f"{{{text}}}" if clash else text


def _written(node: Written) -> str:
    place = ", ".join(map(latex, node.index))
    at = rf"\ \text{{at}}\ [{place}]"
    if node.base is None:
        return rf"{latex(node.value)}{at}\ \text{{and 0 elsewhere}}"
    if node.takes_one_off:
        return rf"{latex(node.base)} - \mathbf{{1}}_{{[{place}]}}"
    return rf"{latex(node.base)}\ \text{{{'plus' if node.adds else 'with'}}}\ {latex(node.value)}{at}"


def _call(node: Call) -> str:
    name = function_name(node.function) + "'" * node.primes
    if node.below is not None:
        name += f"_{{{latex(node.below)}}}"
    if node.bare:
        return f"{name} {latex(node.arguments[0])}"
    inside = r",\, ".join(map(latex, node.arguments))
    return rf"{name}\left( {inside} \right)" if any(map(is_tall, node.arguments)) else f"{name}({inside})"


def function_name(name: str) -> str:
    if name in COMMANDS:
        return rf"\{name}"
    if len(name) == 1:
        return _letters(name)
    return rf"\operatorname{{{escaped(name)}}}"


def _sign(node: Reduction) -> str:
    sign = SIGNS.get(node.sign) or function_name(node.sign)
    if not node.indices:
        return sign
    below = ",".join(node.indices)
    if node.bound is not None and node.sign in SIGNS:
        return f"{sign}_{{{below}=1}}^{{{node.bound}}}"
    return f"{sign}_{{{below}}}"


def _symbol(node: Symbol) -> str:
    if node.stem == "…":
        return r"\cdots"
    text = _letters(node.stem)
    if node.mark:
        text = rf"\{node.mark}{{{text}}}"
    text += "'" * node.primes
    if node.below:
        parts = (b if b.isdigit() else _subscript(b) for b in node.below)
        text += f"_{{{','.join(parts)}}}"
    if node.above:
        text += f"^{{{node.above}}}"
    return text


def _subscript(word: str) -> str:
    if len(word) <= 2 and all(_is_letter(c) for c in word):
        return "".join(_letters(c) for c in word)
    return rf"\text{{{escaped(word)}}}"


def _is_letter(c: str) -> bool:
    return (c.isascii() and c.isalpha()) or c in GREEK


def _letters(word: str) -> str:
    """A stem: one letter is italic, a word upright."""
    if len(word) == 1 and _is_letter(word):
        return rf"\{GREEK[word]}" if word in GREEK else word
    if all(c in GREEK for c in word):
        return "".join(rf"\{GREEK[c]} " for c in word).strip()
    if word in BOLD:
        return rf"\mathbf{{{BOLD[word]}}}"
    return rf"\mathrm{{{word}}}" if word.isascii() and word.isalnum() else rf"\text{{{escaped(word)}}}"


def escaped(text: str) -> str:
    """Text that LaTeX takes as it is; letters that it may have no shape for are spelled by their numbers."""
    out = []
    for c in unicodedata.normalize("NFC", text):
        if c in GREEK:
            out.append(rf"\ensuremath{{\{GREEK[c]}}}")
        elif ord(c) < 128 or (ord(c) < 256 and c.isalpha()):
            out.append(ESCAPED.get(c, c))
        else:
            out.append(f"u{ord(c):x}")
    return "".join(out)
