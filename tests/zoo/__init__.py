"""The zoo: small functions of plain NumPy as people write it, each with an oracle for its gradient."""

from . import (
    algorithms,
    aliasing,
    classes,
    contractions,
    control,
    creation,
    elementwise,
    functions,
    habits,
    images,
    indexing,
    inplace,
    linear_algebra,
    models,
    networks,
    products,
    reductions,
    scalars,
    sequences,
    statistics,
    structure,
    syntax,
)
from .case import Case

__all__ = ["ZOO", "Case"]

ZOO: list[Case] = [
    *elementwise.CASES,
    *functions.CASES,
    *products.CASES,
    *reductions.CASES,
    *statistics.CASES,
    *contractions.CASES,
    *linear_algebra.CASES,
    *indexing.CASES,
    *creation.CASES,
    *inplace.CASES,
    *aliasing.CASES,
    *structure.CASES,
    *syntax.CASES,
    *classes.CASES,
    *control.CASES,
    *scalars.CASES,
    *algorithms.CASES,
    *networks.CASES,
    *models.CASES,
    *images.CASES,
    *sequences.CASES,
    *habits.CASES,
]
