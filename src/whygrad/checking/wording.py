"""What is said about a mistake: one line that names it, what stands under the caret, and the reason.

Each kind has a function that says what its evidence shows. What is not known of a program is not said: then the path to
the loss, or the kind's lesson, stands for the reason.
"""

from __future__ import annotations

from collections.abc import Callable

from whygrad.checking import flow_words, product_words, slope_words
from whygrad.checking.evidence import Evidence
from whygrad.checking.phrases import Words, named, path


def words_of(e: Evidence, kind: str) -> Words:
    """What is said about a mended line."""
    say = SAID.get(kind)
    words = say(e) if say is not None else Words("this line does not compute the gradient that is needed here")
    if not words.why:
        words = words._replace(why=_path_of_line(e))
    return words


def _path_of_line(e: Evidence) -> str:
    """How the variable whose gradient the line computes reaches the loss."""
    becomes = e.derived(e.value(e.new_whole))
    if becomes is None or not (name := named(e, becomes.variable)):
        return ""
    found = path(e, becomes.variable)
    return f"{name} reaches the loss {found}" if found else ""


SAID: dict[str, Callable[[Evidence], Words]] = {
    "missing-slope": slope_words.missing_slope,
    "slope-at-wrong-point": slope_words.slope_at_wrong_point,
    "wrong-slope": slope_words.wrong_slope,
    "wrong-operand": product_words.wrong_operand,
    "transpose": product_words.transpose,
    "product": product_words.product,
    "sum-axis": product_words.sum_axis,
    "scale": product_words.scale,
    "sign": product_words.sign,
    "softmax-jacobian": slope_words.softmax_jacobian,
    "updated-weights": flow_words.updated_weights,
    "upstream-lost": flow_words.upstream_lost,
    "time-steps": flow_words.time_steps,
    "regularisation": flow_words.regularisation,
    "normalisation": flow_words.normalisation,
    "activation-on-gradient": slope_words.activation_on_gradient,
    "cache-changed": flow_words.cache_changed,
    "no-effect": flow_words.no_effect,
    "forward-mismatch": flow_words.forward_mismatch,
    "wrong-update": flow_words.wrong_update,
    "shape-error": flow_words.shape_error,
}
