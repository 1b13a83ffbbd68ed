"""The data of whygrad: Programs, what they are made of, how they are run, built and rewritten."""

from whygrad.program.data import Constant, Count, Guard, Program, Step, Variable, needed_for
from whygrad.program.evaluating import evaluate, evaluate_all, evaluate_step, straight_line
from whygrad.program.primitive import Primitive
from whygrad.program.reason import Reason, Simplification
from whygrad.program.span import Span

__all__ = [
    "Constant",
    "Count",
    "Guard",
    "Primitive",
    "Program",
    "Reason",
    "Simplification",
    "Span",
    "Step",
    "Variable",
    "evaluate",
    "evaluate_all",
    "evaluate_step",
    "needed_for",
    "straight_line",
]
