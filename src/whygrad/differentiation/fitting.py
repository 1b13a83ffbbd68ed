"""Fitting: a gradient (or tangent) brought into the shape and the type of the variable that it belongs to."""

from __future__ import annotations

from typing import Any

import numpy as np

from whygrad.program import Reason
from whygrad.program.building import Builder
from whygrad.rules import primitive


def full(builder: Builder, g: int, v: int) -> int:
    """The gradient g of v, spread over v's whole shape."""
    if builder.shape(g) == np.shape(builder.values[v]):
        return g
    before, builder.reason = builder.reason, Reason("spread", v)
    spread = builder.apply(primitive("spread"), (g, v))
    builder.reason = before
    return spread


def ranked(builder: Builder, g: int, v: int) -> int:
    """The gradient g of v with v's axes (of one element, where it is still to be spread), or one number."""
    n = len(builder.shape(g))
    return g if n in (0, np.ndim(builder.values[v])) else full(builder, g, v)


def typed(builder: Builder, share: int, v: int) -> int:
    """The share in the type of v. A mask that met ∂L/∂L = 1 becomes floats here, a float64 on its way to a float32
    narrow. (Two masks must never meet: True + True is True.)"""
    if "python" in (builder.variables[share].face, builder.variables[v].face) and builder.dtype(share).kind == "f":
        return share
    if share in builder.literals or builder.dtype(share) == builder.dtype(v):
        return share
    builder.reason = Reason("cast", v)
    return builder.apply(primitive("cast"), (share,), (str(builder.dtype(v)),))


def fitted(builder: Builder, share: int, output: tuple[int, ...], operand: int) -> int:
    """Un-broadcasting: where the operand had been stretched to the shape `output`, its copies' gradients add up.

    An axis along which the share itself is still one number for all copies is multiplied instead of summed.
    """
    have, want = builder.shape(share), np.shape(builder.values[operand])
    if have == want == output:
        return share
    whole = np.broadcast_shapes(output, have, want)
    if have == want == whole:
        return share
    n = len(whole)
    padded_have, padded_want = (1,) * (n - len(have)) + have, (1,) * (n - len(want)) + want
    copies = [i for i in range(n) if padded_want[i] == 1 and whole[i] != 1]
    if not copies:
        # Axes of one element are summed, not reshaped away: of how many a mask's axis is, the next point decides.
        leading = tuple(range(len(have) - len(want)))
        return builder.apply(primitive("sum"), (share,), (leading, False)) if leading else share
    builder.reason = Reason("unbroadcast", operand)
    summed = [i - (n - len(have)) for i in copies if padded_have[i] != 1]
    factor = int(np.prod([whole[i] for i in copies if padded_have[i] == 1], dtype=np.int64))
    if factor != 1:
        share = builder.apply(primitive("multiply"), (builder.literal(factor), share))
    extra = len(have) - len(want)
    dropped = [a for a in summed if a < extra]
    kept = [a for a in summed if a >= extra]
    if kept:
        share = builder.apply(primitive("sum"), (share,), (tuple(kept), True))
    if dropped:
        share = builder.apply(primitive("sum"), (share,), (tuple(dropped), False))
    rest = builder.shape(share)
    if len(rest) > len(want):
        share = builder.apply(primitive("reshape"), (share,), (rest[len(rest) - len(want) :],))
    return share


def zeros(value: Any) -> Any:
    return np.zeros(np.shape(value), np.result_type(value))[()] if np.ndim(value) == 0 else np.zeros_like(value)


def finished(builder: Builder, g: int, v: int) -> int:
    """The gradient of an argument as it is handed out: the argument's shape and dtype."""
    g = full(builder, g, v)
    wanted = builder.variables[v].dtype
    if builder.dtype(g) != wanted and wanted.kind == "f" and g not in builder.literals:
        builder.reason = Reason("cast", v)
        g = builder.apply(primitive("cast"), (g,), (str(wanted),))
    return g
