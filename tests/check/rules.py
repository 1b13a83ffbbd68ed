"""All rules that plant mistakes: one function for each way of going wrong."""

from __future__ import annotations

from check.rules_across import (
    activated,
    aliases,
    doubled_softmax,
    early_updates,
    forward,
    lost,
    steps_of_time,
    updates_lost,
    without_effect,
)
from check.rules_within import (
    Rule,
    drop_slope,
    other_operand,
    other_point,
    other_product,
    other_slope,
    scales,
    signs,
    sums,
    transposes,
)

RULES: tuple[Rule, ...] = (
    drop_slope, other_point, other_slope, other_operand, transposes,
    other_product, sums, scales, signs,
    early_updates, lost, steps_of_time, without_effect, aliases,
    activated, forward, doubled_softmax, updates_lost,
)  # fmt: skip
