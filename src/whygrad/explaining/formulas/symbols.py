"""Names from code as mathematics writes them: k1 is k₁, sigma is σ, W_xh is W with the subscript xh."""

from __future__ import annotations

import re

from whygrad.explaining.formulas.notation import Fraction, Negative, Node, Number, Power, Product, Symbol

GREEK = {
    **dict(alpha="α", beta="β", gamma="γ", delta="δ", epsilon="ε", eps="ε", zeta="ζ", eta="η", theta="θ", iota="ι"),
    **dict(kappa="κ", lam="λ", lambda_="λ", mu="μ", nu="ν", xi="ξ", pi="π", rho="ρ", sigma="σ", tau="τ"),
    **dict(upsilon="υ", phi="φ", chi="χ", psi="ψ", omega="ω", Gamma="Γ", Delta="Δ", Theta="Θ", Lambda="Λ"),
    **dict(Xi="Ξ", Pi="Π", Sigma="Σ", Phi="Φ", Psi="Ψ", Omega="Ω"),
}
GREEK["lambda"] = "λ"
MARKS = ("hat", "bar", "tilde", "dot")


def symbol(name: str) -> Symbol:
    """The symbol for a name in code; entries of lists and rounds of loops, h[2], stand above in parentheses."""
    found = re.fullmatch(r"([\w.]+?)((?:\[.*\])?)((?:_\d+)?)", name, re.DOTALL)
    if found is None:
        return Symbol(name)
    base, tail = found[1].rpartition(".")[2].rstrip("_") + found[3], found[2]
    places = re.findall(r"\[([^\[\]]*)\]", tail)
    if "".join(f"[{p}]" for p in places) != tail:  # an index that is computed
        places = [tail[1:-1].replace("np.array", "")]
    keys = [_key(p) for p in places if not p.lstrip("-").isdigit()]
    above = ",".join(p for p in places if p.lstrip("-").isdigit())
    above = f"({above})" if above else ""
    if not re.fullmatch(r"\w+", base):
        return Symbol(name)
    stem, *below = base.lstrip("_").split("_") if base.strip("_") else [base]
    found = re.fullmatch(r"(.*?\D)(\d+)", stem)
    if found and re.fullmatch(r"[^\W\d]+", found[1]):
        stem, below = found[1], [found[2], *below]
    primes = below.count("prime")
    mark = next((m for m in MARKS if m in below), "")
    below = [GREEK.get(b, b) for b in below if b and b != "prime" and b not in MARKS] + keys
    if "star" in below:
        below.remove("star")
        above = "*" + above
    words = [b for b in below if not b.isdigit() and len(b) > 2]
    if len(stem) > 3 and stem not in GREEK and words:
        return Symbol(name)  # learning_rate is one word
    return Symbol(GREEK.get(stem, stem), tuple(below), above, mark, primes)


def _key(place: str) -> str:
    """An entry's place as a subscript: a key as it is, anything else in brackets."""
    key = place.strip("'\"")
    return key if key.isidentifier() else f"[{place}]"


def plain(name: str) -> Symbol:
    """The name as it is, upright: where its symbol is another variable's already."""
    return Symbol(name)


def number(value: float | int) -> Node:
    """A number as a person writes it: ½ for 0.5, 10⁻⁸ for 1e-08."""
    if isinstance(value, bool):
        return Number(str(int(value)))
    if value != value:
        return Symbol("nan")
    if value < 0:
        return Negative(number(-value))
    if value == float("inf"):
        return Number("∞")
    if isinstance(value, float):
        text = f"{value:g}" if float(f"{value:g}") == value else repr(value)
    else:
        text = str(int(value))
    halves = {"0.5": ("1", "2"), "0.25": ("1", "4")}.get(text)
    if halves:
        return Fraction(Number(halves[0]), Number(halves[1]), small=True)
    digits, e, exponent = text.partition("e")
    if not e:
        return Number(text)
    ten = Power(Number("10"), number(int(exponent)))
    return ten if digits == "1" else Product((Number(digits), ten), "·")
