"""The formula tree as presentation MathML: an id on every sub-expression, and the variable that it stands for."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from whygrad.explaining.formulas.notation import (
    Call,
    Cases,
    Derivative,
    Entry,
    Equation,
    Fenced,
    Fraction,
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

MATHML = "http://www.w3.org/1998/Math/MathML"
MARKS = {"": "\u2062", "@": "\u2062", "·": "·", "⊙": "⊙", "⊗": "⊗", "%": "mod"}
"""Between factors; what is juxtaposed has an invisible times."""
ACCENTS = {"hat": "^", "bar": "¯", "tilde": "~", "dot": "˙"}
FENCES = {"(": "()", "[": "[]", "|": "||", "‖": "‖‖", "⌊": "⌊⌋", "⌈": "⌈⌉"}
APPLIES = "\u2061"
LARGE = ("∑", "∏")


def mathml(node: Node, prefix: str, display: bool = True) -> str:
    """A <math> element. Every sub-expression has an id, `prefix` and its place in the tree ("f3-2-1"); none, where the
    prefix is empty. Where it stands for a variable, it has `data-variable`."""
    kind = ' display="block"' if display else ""
    return f'<math xmlns="{MATHML}"{kind}>{_node(node, prefix)}</math>'


def _id(place: str) -> str:
    return f" id={quoteattr(place)}" if place else ""


def _within(place: str, number: int) -> str:
    return f"{place}-{number}" if place else ""


def _node(node: Node, place: str) -> str:
    """The node as one element."""
    about = _id(place)
    if node.variable is not None:
        about += f' data-variable="{node.variable}"'

    def inner(part: Node, number: int) -> str:
        return _node(part, _within(place, number))

    def all_of(parts: Sequence[Node], start: int = 1) -> list[str]:
        return [inner(part, n) for n, part in enumerate(parts, start)]

    def row(*parts: str) -> str:
        return f"<mrow{about}>{''.join(parts)}</mrow>"

    match node:
        case Number(text=text):
            return f"<mn{about}>{escape(text)}</mn>"
        case Symbol():
            return _symbol(node, about)
        case Words(text=text):
            return f"<mtext{about}>{escape(text)}</mtext>"
        case Written(base=base, value=value, index=index, adds=adds):
            if node.takes_one_off and base is not None:
                places = _bracketed("[]", _operator(",").join(all_of(index, 3)), False)
                one_hot = f"<msub><mn>𝟏</mn><mrow>{places}</mrow></msub>"
                return row(inner(base, 1), f"<mo{_id(_within(place, 2))}>−</mo>", one_hot)
            at = _words("at") + _bracketed("[]", _operator(",").join(all_of(index, 3)), False)
            if base is None:
                return row(inner(value, 2), at, _words("and 0 elsewhere"))
            return row(inner(base, 1), _words("plus" if adds else "with"), inner(value, 2), at)
        case Sum(terms=terms, signs=signs):
            texts = all_of(terms)
            return row(texts[0], *(_operator(s) + t for s, t in zip(signs[1:], texts[1:], strict=True)))
        case Negative(body=body):
            return row('<mo form="prefix">−</mo>', inner(body, 1))
        case Product(factors=factors, mark=mark):
            between = _operator(MARKS[mark]) + (_space("0.17em") if mark == "@" else "")
            return row(between.join(all_of(factors)))
        case Fraction(top=top, bottom=bottom, small=small):
            style = ' displaystyle="false"' if small else ""
            fraction = f"<mfrac{about}>{inner(top, 1)}{inner(bottom, 2)}</mfrac>"
            return f"<mstyle{style}>{fraction}</mstyle>" if small else fraction
        case Power(base=base, exponent=exponent):
            return f"<msup{about}>{inner(base, 1)}{inner(exponent, 2)}</msup>"
        case Inverse(body=body):
            return f"<msup{about}>{inner(body, 1)}<mrow><mo>−</mo><mn>1</mn></mrow></msup>"
        case Transposed(body=body):
            return f"<msup{about}>{inner(body, 1)}<mo>⊤</mo></msup>"
        case Root(body=body, degree=None):
            return f"<msqrt{about}>{inner(body, 1)}</msqrt>"
        case Root(body=body, degree=degree) if degree is not None:
            return f"<mroot{about}>{inner(body, 1)}{inner(degree, 2)}</mroot>"
        case Call():
            return row(_called(node, place), _arguments(node, all_of(node.arguments)))
        case Reduction(sign="‖", body=body, indices=indices):
            norm = f"<mrow>{_bracketed('‖‖', inner(body, 1), True)}</mrow>"
            below = "<mo>,</mo>".join(f"<mi>{i}</mi>" for i in indices)
            return f"<msub{about}>{norm}<mrow>{below}</mrow></msub>" if indices else row(norm)
        case Reduction():
            return row(_large(node), inner(node.body, 1))
        case Fenced(kind=kind, body=body, tall=tall):
            return row(inner(body, 1)) if not kind else row(_bracketed(FENCES[kind], inner(body, 1), tall))
        case Relation(left=one, sign=sign, right=other):
            return row(inner(one, 1), _operator(sign), inner(other, 2))
        case Cases(branches=branches):
            rows = []
            for n, (value, condition) in enumerate(branches, 1):
                when = f"<mtext>if&#160;</mtext>{inner(condition, 2 * n)}" if condition else "<mtext>otherwise</mtext>"
                rows.append(f"<mtr><mtd>{inner(value, 2 * n - 1)}</mtd><mtd><mrow>{when}</mrow></mtd></mtr>")
            table = f'<mtable columnalign="left">{"".join(rows)}</mtable>'
            return row('<mo form="prefix" stretchy="true">{</mo>', table)
        case Entry(base=base, index=index):
            inside = _bracketed("[]", _operator(",").join(all_of(index, 2)), False)
            return f"<msub{about}>{inner(base, 1)}<mrow>{inside}</mrow></msub>"
        case Indexed(base=base, letters=letters):
            below = "".join(f"<mi>{letter}</mi>" for letter in letters)
            return f"<msub{about}>{inner(base, 1)}<mrow>{below}</mrow></msub>"
        case Slice(start=start, stop=stop, step=step):
            numbers = [start, stop] if step is None else [start, stop, step]
            return row("<mo>:</mo>".join("" if n is None else f"<mn>{n}</mn>" for n in numbers))
        case Vector(entries=entries):
            if is_matrix(node):
                table = "".join(
                    f"<mtr{_id(_within(place, n))}>{_cells(e, _within(place, n))}</mtr>"
                    for n, e in enumerate(entries, 1)
                )
                return row(_bracketed("()", f"<mtable>{table}</mtable>", True))
            return row(_bracketed("()", _operator(",").join(all_of(entries)), True))
        case Derivative(d=d, of=of, by=by, held=held):
            letter = f'<mo form="prefix" rspace="0">{d}</mo>' if d == "∂" else f"<mi>{d}</mi>"
            above = letter if of is None else f"<mrow>{letter}{inner(of, 1)}</mrow>"
            ratio = f"<mfrac{'' if held else about}>{above}<mrow>{letter}{inner(by, 2)}</mrow></mfrac>"
            if not held:
                return ratio
            bar = f'<mrow>{ratio}<mo form="postfix" stretchy="true">|</mo></mrow>'
            return f"<msub{about}>{bar}<mtext>{escape(held)}</mtext></msub>"
        case Equation(left=left, rights=rights):
            return row(_operator("=").join(all_of((left, *rights))))
    raise TypeError(f"no MathML for {node!r}")


def _cells(entry: Node, place: str) -> str:
    return "".join(f"<mtd>{_node(part, _within(place, n))}</mtd>" for n, part in enumerate(children(seen(entry)), 1))


def _operator(sign: str) -> str:
    return f"<mo>{escape(sign)}</mo>"


def _words(text: str) -> str:
    return f"<mtext>&#160;{text}&#160;</mtext>"


def _space(width: str = "0.4em") -> str:
    return f'<mspace width="{width}"></mspace>'


def _bracketed(pair: str, inside: str, tall: bool) -> str:
    left, right = tuple(pair)
    grows = "true" if tall else "false"
    return f'<mo form="prefix" stretchy="{grows}">{left}</mo>{inside}<mo form="postfix" stretchy="{grows}">{right}</mo>'


def _symbol(node: Symbol, about: str) -> str:
    core = _identifier(node.stem)
    if node.mark:
        core = f'<mover accent="true">{core}<mo>{ACCENTS[node.mark]}</mo></mover>'
    above = f"<mtext>{escape(node.above)}</mtext>" if node.above else ""
    if node.primes:
        core = f"<mrow>{core}{_primes(node.primes)}</mrow>"
    below = "<mo>,</mo>".join(map(_subscript, node.below))
    below = f"<mrow>{below}</mrow>" if len(node.below) > 1 else below
    if below and above:
        return f"<msubsup{about}>{core}{below}{above}</msubsup>"
    if below:
        return f"<msub{about}>{core}{below}</msub>"
    if above:
        return f"<msup{about}>{core}{above}</msup>"
    if node.mark or node.primes:
        return f"<mrow{about}>{core}</mrow>"
    return core.replace("<mi", f"<mi{about}", 1)


def _identifier(word: str) -> str:
    """One letter is italic by itself, a word upright."""
    return f"<mi>{escape(word)}</mi>"


def _primes(number: int) -> str:
    """Behind a letter and not above it: the sign is high and small by itself."""
    return f'<mo form="postfix" lspace="0" rspace="0">{"′" * number}</mo>'


def _subscript(word: str) -> str:
    if word.isdigit():
        return f"<mn>{word}</mn>"
    if len(word) <= 2:
        letters = "".join(f"<mi>{escape(c)}</mi>" for c in word)
        return f"<mrow>{letters}</mrow>" if len(word) > 1 else letters
    return f"<mtext>{escape(word)}</mtext>"


def _called(node: Call, place: str) -> str:
    name = _identifier(node.function)
    if node.primes:
        name = f"<mrow>{name}{_primes(node.primes)}</mrow>"
    if node.below is not None:
        name = f"<msub>{name}{_node(node.below, _within(place, 0))}</msub>"
    return name + _operator(APPLIES)


def _arguments(node: Call, arguments: list[str]) -> str:
    if node.bare:
        return _space("0.17em") + arguments[0]
    return _bracketed("()", _operator(",").join(arguments), any(map(is_tall, node.arguments)))


def _large(node: Reduction) -> str:
    large = node.sign in LARGE
    sign = f'<mo largeop="true" movablelimits="false">{node.sign}</mo>' if large else _identifier(node.sign)
    title = f" data-over={quoteattr(node.over)}" if node.over else ""
    after = "" if large else _operator(APPLIES) + _space("0.17em")
    if not node.indices:
        return sign + after
    below = "<mo>,</mo>".join(f"<mi>{i}</mi>" for i in node.indices)
    if node.bound is not None and large:
        below = f"<mrow>{below}<mo>=</mo><mn>1</mn></mrow>"
        return f"<munderover{title}>{sign}{below}<mn>{node.bound}</mn></munderover>"
    return f"<munder{title}>{sign}<mrow>{below}</mrow></munder>{after}"
