"""What is said about mistakes in what flows where: shares, steps of time, versions, terms, updates."""

from __future__ import annotations

from whygrad.checking.evidence import Evidence
from whygrad.checking.phrases import (
    Words,
    derived,
    number,
    quoted,
    reader,
    sentence,
    short,
    target,
    what_is,
)
from whygrad.checking.product_words import wrong_operand
from whygrad.checking.recognising import added


def updated_weights(e: Evidence) -> Words:
    candidate = e.mended.candidate
    name = target(e)
    if candidate.what == "moved":
        line = _last_reader(e)
        behind = f"line {line}, which needs its old value" if line else "the lines that need its old value"
        return Words(
            f"{name} is updated before {behind}", f"belongs behind {behind.partition(',')[0]}", _reader_of_old(e, name)
        )
    old, new = short(e.old), short(e.new)
    was = what_is(e, e.old)
    return Words(
        f"{old} is already updated here; the gradient needs the old values", f"is {was}" if was else "",
        f"all gradients belong to the weights that made the forward pass, {new}",
    )  # fmt: skip


def _last_reader(e: Evidence) -> int | None:
    """The line behind which the update is put."""
    changes = e.mended.candidate.changes
    return e.text.position(changes[1].start - 1)[0] if len(changes) == 2 else None


def _reader_of_old(e: Evidence, name: str) -> str:
    variable = next((v for v, n in e.parameters.items() if n == name), None)
    used = reader(e, variable)
    all_ = "all gradients belong to the weights that made the forward pass"
    return f"{all_}: {used} was computed with the old {name}" if used else all_


def upstream_lost(e: Evidence) -> Words:
    candidate = e.mended.candidate
    subject = target(e) or "this"
    if candidate.what == "accumulate":
        loops = bool(e.statement is not None and e.statement.loops)
        kept_ = "each round keeps only its own share" if loops else "what was there before is thrown away"
        message = f"{subject} is overwritten where it should be added to"
        why = "a value that is used more than once gets the sum of what comes back along all its ways"
        return Words(message, kept_, why)
    if candidate.what == "overwrite":
        return Words(f"{subject} is added to where it should be set", "what is left from before is added in again")
    if candidate.what == "repeated":
        why = "a[i] += g adds once for each distinct index; np.add.at adds for every one"
        return Words(f"repeated indices of {subject} are added once only", "the last one of each wins", why)
    factor = short(added(e))
    becomes = e.derived(e.value(e.new_whole))
    if candidate.what == "factor" and factor:
        above = what_is(e, factor)
        message = f"{factor} is not multiplied in"
        if above.startswith(("∂", "−∂")) or "∂" in above:
            message = f"what comes from above, {factor}, is not multiplied in"
        goal = derived(e, becomes)
        label = sentence(f"{factor} is {above}" if above else "", f"times it this is {goal}" if goal != above else "")
        why = "a layer's gradient is its local derivative times what comes back from the loss"
        return Words(message, label, why)
    if candidate.what in ("term", "dropped term"):
        term = e.new.strip().removeprefix(e.old.strip()).strip().lstrip("+").strip()
        message = f"the share {short(term)} is missing" if candidate.what == "term" else "a share too many is added"
        label = f"with it, it is {derived(e, becomes)}" if becomes is not None and candidate.what == "term" else ""
        why = "a value that is used more than once gets the sum of what comes back along all its ways"
        return Words(message, label, why)
    return wrong_operand(e)._replace(message=f"a part of the upstream gradient is lost: {short(e.new)} is meant")


def time_steps(e: Evidence) -> Words:
    candidate = e.mended.candidate
    old, new = short(e.old), short(e.new)
    if candidate.what == "bound":
        return Words(
            "the loop misses a step of time, or takes one too many", f"{new} is meant",
            "each step of the forward pass gives a share of the gradient, the first and the last one too",
        )  # fmt: skip
    if candidate.what == "order":
        return Words(
            "the loop goes forward through time; the gradient comes back from the last step", f"{new} is meant",
            "what a step sends back to the one before is known only after the later steps have been done",
        )  # fmt: skip
    if candidate.what in ("term", "accumulate"):
        term = short(e.new.strip().removeprefix(e.old.strip()).strip().lstrip("+").strip())
        return Words(
            f"the path through the next step of time is missing: {term}" if term else "a path through time is missing",
            "", "the state reaches the loss through its own output and through the next state; both shares are added",
        )  # fmt: skip
    words = wrong_operand(e)
    node = e.node_around
    if node is not None:
        whole = short(e.text.of(node))
        words = words._replace(message=f"the wrong step of time: {whole} is read, {new} is meant for {old}")
    return words


def regularisation(e: Evidence) -> Words:
    a, b = e.value(e.old_whole), e.value(e.new_whole)
    found = e.times_parameter(b - a) if a is not None and b is not None and a.shape == b.shape else None
    subject = target(e) or "the gradient"
    if found is None:
        return Words(f"the regularisation term of {subject} does not fit the loss")
    name = e.parameters[found[0]]
    loss = e.mended.before_verdict.loss
    holds = f"{quoted(loss.formula)}{f' (line {loss.line})' if loss.line else ''}"
    term = f"{number(abs(found[1]))} · {name}"
    inside = e.times_parameter(a)
    del inside
    if found[1] > 0:
        message, label = f"the penalty's part of {name}'s gradient is missing or too small", f"lacks {term}"
    else:
        message, label = (
            f"the penalty's part of {name}'s gradient is too large, or not in the loss",
            f"has {term} too much",
        )
    why = f"the loss, {holds}, says how much: ½ λ Σ W² gives λ W, λ Σ W² gives 2 λ W"
    return Words(message, label, why)


def normalisation(e: Evidence) -> Words:
    becomes = e.derived(e.value(e.new_whole))
    goal = derived(e, becomes) if becomes is not None else "this gradient"
    what = e.mended.candidate.what
    term = short(e.new.strip().removeprefix(e.old.strip()).strip().lstrip("+").strip())
    message = (
        "a term of the normalisation's gradient is missing"
        if what == "term"
        else "a term of the normalisation's gradient is wrong"
    )
    label = f"{goal} has {term} in it, too" if what == "term" and term else f"{quoted(e.new)} makes it {goal}"
    ways = "mean and deviation depend on every entry, so each entry's gradient has a part through each of the two"
    return Words(message, label, ways)


def cache_changed(e: Evidence) -> Words:
    name = short(e.old)
    subject = target(e)
    return Words(
        f"{subject} is the same array as {name}, which is changed before it is read again",
        "is a second name, not a copy",
        f"what is written into {subject} is written into {name} too; the backward pass needs the value as it was",
    )


def no_effect(e: Evidence) -> Words:
    kept_as = short(e.new.partition("=")[0])
    return Words(
        "the result of this line is thrown away", f"makes a new array, which nothing keeps; {kept_as} stays as it was",
        "NumPy's operators and functions return a new array and leave the old one alone, unless out= says otherwise",
    )  # fmt: skip


def forward_mismatch(e: Evidence) -> Words:
    return Words(
        f"the backward pass is that of another line: {quoted(e.new)}", "",
        "all hand-written gradients belong to the changed line, and to no other change of the backward pass",
    )  # fmt: skip


def wrong_update(e: Evidence) -> Words:
    subject = target(e)
    was, becomes = e.derived(e.value(e.old)), e.derived(e.value(e.new))
    old, new = short(e.old), short(e.new)
    parameter = e.update_of_line()
    name = parameter or subject
    if e.mended.candidate.what in ("accumulate", "overwrite"):
        return Words(f"{subject} is replaced by its step, not moved by it", "is the step alone")
    message = (
        f"{name} is moved by {old}; its own gradient is {new}"
        if old and new
        else f"{name} is moved by another's gradient"
    )
    label = f"is {derived(e, was)}" if was is not None else (f"is {w}" if (w := what_is(e, e.old)) else "")
    if becomes is not None:
        label = sentence(label, f"{new} is {derived(e, becomes)}")
    return Words(message, label, "each parameter has one gradient, of its own shape, and one line that subtracts it")


def shape_error(e: Evidence) -> Words:
    return Words(f"the shapes cannot fit: {quoted(e.new)} does", "")
