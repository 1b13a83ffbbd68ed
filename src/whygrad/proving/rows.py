"""The table of rules, proved: each row's and each idiom's derivative against SymPy, at small shapes.

A row is put into a loss, L = Σ g · row(x, …) with free weights g, which is derived as anybody's code is; the proof of
that derivation says that the row's formula is Σ g ∂y/∂x. An idiom is a pattern: its operands are given shapes under
which its preconditions hold, and it is proved in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from whygrad.differentiation.reverse import Derivative, reverse
from whygrad.program import Program
from whygrad.program.building import Builder, variable_of
from whygrad.program.matching import Apply, Bind, Expression, Ref, is_literal_name
from whygrad.proving.proof import Proof
from whygrad.proving.prove import prove_derivative
from whygrad.rules import Idiom, Row, Sample, lookup, primitive, spelled_out
from whygrad.rules.formula import emit

ENTRIES = 40
"""Samples with more entries than this in their operands are left out, where a smaller one is there."""

DECOMPOSED = "its entries are roots of polynomials, or chosen up to a sign: it has no form in symbols"
UNPROVED = {
    "huber": "it needs delta > 0, by which some sides of its corners cannot meet; the algebra does not use that",
    "sinc": "near 0 its derivative is a Taylor polynomial, which equals it only to rounding",
    "cholesky": "it needs a positive definite matrix, which free symbols are not",
    "pinv": "it is defined by the singular values, which have no form in symbols",
    **dict.fromkeys(
        (
            "eigenvalues",
            "eigvalsh",
            "eigenvectors",
            "qr_q",
            "qr_r",
            "singular_values",
            "svdvals",
            "left_vectors",
            "right_vectors",
        ),
        DECOMPOSED,
    ),
}
"""Rows whose formula the algebra does not prove, and why."""


def prove_row(row: Row, sample: Sample) -> Proof:
    """The row's derivatives with respect to all its operands, proved at a sample's shapes."""
    return prove_derivative(derivative_of(row, sample.shapes, sample.params), conditions=())


def small_samples(row: Row) -> list[Sample]:
    """The samples of a row that are written out entry by entry: those with few entries, and some."""
    if row.kind == "elementwise" and all(not s.params for s in row.samples):
        n = len(row.samples[0].shapes)
        return [Sample(((),) * n), Sample(((2,), *((2, 2),) * (n - 1)))]
    full = [_shrunk(row, s) for s in row.samples if _size(s)]
    few = [s for s in full if _size(s) <= ENTRIES]
    return few or sorted(full, key=_size)[:1]


def _shrunk(row: Row, sample: Sample) -> Sample:
    """Two entries an axis, where the parameters are about axes only."""
    if not {"axis", "keepdims"}.issuperset(row.primitive.params) or row.kind in ("linear", "bilinear"):
        return sample
    return Sample(tuple(tuple(min(n, 2) for n in shape) for shape in sample.shapes), sample.params)


def _size(sample: Sample) -> int:
    sizes = [int(np.prod(shape)) for shape in sample.shapes]
    return sum(sizes) if min(sizes, default=0) else 0


def derivative_of(
    row: Row, shapes: Sequence[tuple[int, ...]], params: tuple[Any, ...], given: Mapping[str, Any] | None = None
) -> Derivative:
    """The derivation of L = Σ g · row(operands), with operands drawn from the row's domain, or as they are given."""
    rng = np.random.default_rng(7)
    operands = []
    for number, shape in enumerate(shapes):
        name = row.operand_name(number)
        low, high = row.domain[name] if isinstance(row.domain, dict) else row.domain
        value = np.asarray(rng.uniform(low, high, shape))
        whole = {"c": value > 0, "k": np.round(3 * value).astype(int), "i": value.astype(int)}
        operands.append(given[name] if given and name in given else whole.get(name, value))
    names = [row.operand_name(n) for n in range(len(shapes))]
    if len(set(names)) < len(names):
        names = [f"{name}{n + 1}" for n, name in enumerate(names)]
    variables = tuple(replace(variable_of(value), name=name) for name, value in zip(names, operands, strict=True))
    builder = Builder(Program(variables, tuple(range(len(operands))), (), (), (), (), row.name), operands)
    y = builder.apply(row.primitive, tuple(range(len(operands))), params)
    smooth = tuple(n for n in range(len(operands)) if row.operand_name(n) in row.vjps)
    return _weighted(builder, y, smooth, row.name, idioms=False)


def _weighted(builder: Builder, y: int, wrt: tuple[int, ...], name: str, idioms: bool) -> Derivative:
    """The derivation of L = Σ g · y, for what has been built."""
    rng = np.random.default_rng(8)
    shape = builder.shape(y)
    g = builder.constant(np.asarray(rng.uniform(0.5, 1.5, shape)), "captured", "g")
    product = builder.apply(primitive("multiply"), (g, y))
    total = builder.apply(primitive("sum"), (product,), (tuple(range(len(shape))), False))
    program = builder.finish([total], "L")
    named = [replace(v, name={y: "y", g: "g"}.get(i, v.name)) for i, v in enumerate(program.variables)]
    return reverse(replace(program, variables=tuple(named)), builder.values, wrt, idioms=idioms)


UNPROVED_IDIOMS = {
    "leaky relu: LARGER": "it is one for a number 0 ≤ a < 1 in the code, which a free symbol is not",
    "huber: ": "its line and its square meet only where the numbers in the code are such",
    "log-softmax: ": "inside the Σ g·y of a proof it is a cross-entropy of a softmax, whose proof stands there",
    "log-sum-exp: m + log(sum((e := exp(x - s)), axis, keepdims))": "what is added must be what was taken off: one "
    "operand twice, where the proof has two",
    "cross-entropy of a softmax: (v := LOG_SUM_EXP) - getitem(x, r, t, template), spelling 3": "the same",
    "cross-entropy of a softmax: -getitem(x, r, t, template) + (v := LOG_SUM_EXP), spelling 3": "the same",
    "cross-entropy of a sigmoid: where(t, ": "its labels are a mask, which the free symbols of a proof are not",
    "softplus: POSITIVE_PART + LOG_OF_ONE_AND_LESS": "SymPy has no normal form for exp(−|x|) beside max(x, 0)",
    "cross-entropy with logits: ": "the same: SymPy has no normal form for exp(−|x|) beside max(x, 0)",
}
"""Spellings of idioms that are not proved, by how their texts begin, and why; tests compare their derivatives with
those of the steps."""


def prove_idiom(idiom: Idiom) -> Proof:
    """The idiom's formulas, proved where its preconditions hold, at the first small shapes at which they do."""
    for sizes in SETTINGS:
        derivative = _recognised(idiom, sizes)
        if derivative is not None:
            return prove_derivative(derivative, conditions=[a.text for a in derivative.assumptions])
    raise LookupError(f"no small shapes at which the idiom {idiom.text} is recognised")


Setting = Mapping[str, Any]
SETTINGS: tuple[Setting, ...] = tuple(
    {"axis": axis, "keepdims": keepdims, "over": over, "kept": kept, "whole": whole}
    for whole in ((2, 2), ())
    for axis in ((1,), (0, 1), (0,))
    for over in ((1,), (0, 1))
    for keepdims in (True, False)
    for kept in (False, True)
)
"""Shapes and parameters under which an idiom is tried. Names that it does not use do no harm."""


def _recognised(idiom: Idiom, setting: Setting) -> Derivative | None:
    """L = Σ g · pattern, derived by the idiom; None where it does not hold for this setting."""
    whole, axis = setting["whole"], setting["axis"]
    rng = np.random.default_rng(5)
    inputs: dict[str, Any] = {}
    literals: list[str] = []
    parts: dict[str, Expression] = {}
    _gather(idiom.pattern, inputs, literals, parts)
    constants: dict[str, Any] = {}
    template: tuple[tuple[str, int], ...] = (("int", 0), ("int", 1))
    for name in inputs:
        inputs[name] = rng.uniform(0.3, 1.2, whole)
    for name in ("m", "eps"):
        if name in inputs and whole:
            inputs[name] = rng.uniform(0.3, 1.2, tuple(1 if a in axis else n for a, n in enumerate(whole)))
    if "r" in inputs and whole:  # p[arange(n), labels]
        constants = {"r": np.arange(whole[0]), "t": np.arange(whole[0]) % whole[1]}
        template = (("array", 0), ("array", 1))
    elif "t, template" in idiom.text and whole:  # p[0, label]
        constants, template = {"t": np.array(1)}, (("int", 0), ("array", 0))
    elif "t" in inputs and whole and idiom.needs is not None:
        t = np.zeros(whole)
        for row in t if len(axis) < len(whole) else (t,):
            row.flat[0] = 1.0
        constants = {"t": t} if "t" not in idiom.vjps else {}
    free = [name for name in inputs if name not in constants]
    variables = tuple(replace(variable_of(np.asarray(inputs[name])), name=name) for name in free)
    builder = Builder(
        Program(variables, tuple(range(len(free))), (), (), (), (), idiom.name), [np.asarray(inputs[n]) for n in free]
    )
    names: dict[str, Any] = {name: n for n, name in enumerate(free)}
    for name, value in constants.items():
        names[name] = builder.constant(value, "captured", name)
    for name in literals:
        names[name] = builder.literal(0.1)
    names |= {k: v for k, v in setting.items() if k != "whole"} | {"template": template, "ddof": 0}
    try:
        y = emit(_unbound(idiom.pattern, parts), names, builder, lookup)
        found = _weighted(builder, y, tuple(n for n in range(len(free)) if free[n] in idiom.vjps), "L", idioms=True)
    except (ValueError, IndexError, KeyError, TypeError):
        return None
    return found if any(use.idiom.vjps is idiom.vjps for use in found.uses.values()) else None


def _gather(part: Expression, inputs: dict[str, Any], literals: list[str], parts: dict[str, Expression]) -> None:
    """The operands, the numbers and the named parts of a pattern."""
    match part:
        case Bind(name, inner):
            parts[name] = inner
            _gather(inner, inputs, literals, parts)
        case Apply(_, operands, _):
            for operand in operands:
                _gather(operand, inputs, literals, parts)
        case Ref(name) if is_literal_name(name):
            literals.append(name)
        case Ref(name) if name not in parts:
            inputs[name] = None


def _unbound(part: Expression, parts: Mapping[str, Expression]) -> Expression:
    """The pattern with its named parts written out wherever they are used."""
    match part:
        case Bind(_, inner):
            return _unbound(inner, parts)
        case Ref(name) if name in parts:
            return _unbound(parts[name], parts)
        case Apply(name, operands, params):
            return Apply(name, tuple(_unbound(o, parts) for o in operands), params)
    return part


def all_idioms(table: Mapping[str, Sequence[Idiom]]) -> Iterator[Idiom]:
    """The idioms of the table, one for each way of writing them."""
    for idiom in dict.fromkeys(i for found in table.values() for i in found):
        spellings = spelled_out(idiom.pattern)
        for number, pattern in enumerate(spellings, start=1):
            label = f"{idiom.name}: {idiom.text}" + (f", spelling {number}" if len(spellings) > 1 else "")
            yield replace(idiom, pattern=pattern, text=label)
