"""The kinds of mistakes, by stable identifiers: what each is called and the lesson in two sentences."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of mistake: its identifier, what it is called, how it shows in training, and the lesson."""

    name: str
    title: str
    shows: str = ""
    lesson: str = ""


KINDS = {
    kind.name: kind
    for kind in (
        Kind("missing-slope", "the activation's slope is missing"),
        Kind("slope-at-wrong-point", "the slope is taken at the wrong value"),
        Kind("wrong-slope", "the slope's formula is wrong, or another activation's"),
        Kind("wrong-operand", "another matrix or variable is meant"),
        Kind("transpose", "a transpose is missing or too many"),
        Kind("product", "elementwise product for matrix product, or back"),
        Kind("sum-axis", "a sum is missing, doubled or over the wrong axis"),
        Kind("scale", "a factor such as 1/n is missing or too many"),
        Kind("sign", "the sign is wrong"),
        Kind("softmax-jacobian", "softmax's Jacobian is incomplete, doubled or over the wrong axis"),
        Kind("updated-weights", "weights are used after their update"),
        Kind("upstream-lost", "the upstream gradient is missing, overwritten or partly lost"),
        Kind("time-steps", "a path through time is missing, or an index is off"),
        Kind("regularisation", "the regularisation term is missing, wrong, or on biases"),
        Kind("normalisation", "terms of a normalisation layer are missing"),
        Kind("activation-on-gradient", "the activation itself is applied to the gradient"),
        Kind("cache-changed", "a value kept for the backward pass is changed before it is used"),
        Kind("no-effect", "a statement has no effect"),
        Kind("forward-mismatch", "the forward pass or the loss is another than the backward pass's"),
        Kind("wrong-update", "a parameter is never updated, or with another's gradient"),
        Kind("shape-error", "the shapes cannot fit"),
        Kind("unknown", "this line computes no gradient"),
    )
}
